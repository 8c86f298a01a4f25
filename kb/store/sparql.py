"""SPARQL as tokens: enough to know a query's form, to put values in, and to refuse what reaches out
or writes.

Engines disagree on some corners: whether `\\u0053` is read before the grammar, what ends a comment,
whether `?a<?b#>` holds an IRI.
A text that two engines may read differently is refused, so that what is looked at here is what will
run.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urljoin

from kb.errors import Refused, Usage

FORMS: Final = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
UPDATES: Final = (
    "INSERT",
    "DELETE",
    "LOAD",
    "CLEAR",
    "DROP",
    "CREATE",
    "COPY",
    "MOVE",
    "ADD",
    "WITH",
)

# Characters of the longest query: no person writes more, and looking through it takes less than a
# second.
LONGEST: Final = 200_000

# Characters of names beyond \w: marks and joiners that many scripts need (SPARQL 1.1, PN_CHARS).
_NAME: Final = r"\w\u00b7\u0300-\u1fff\u200c\u200d\u203f\u2040\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd"
_LOCAL: Final = rf"(?:[{_NAME}.:-]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%])*"
_TOKEN: Final = re.compile(
    "|".join(
        f"(?P<{kind}>{pattern})"
        for kind, pattern in (
            ("space", r"[ \t\r\n]+"),
            ("comment", r"#[^\r\n]*"),
            ("string", r'"""(?:"{0,2}(?:[^"\\]|\\.))*"""|' r"'''(?:'{0,2}(?:[^'\\]|\\.))*'''"),
            ("short", r'"(?:[^"\\\r\n]|\\.)*"|' r"'(?:[^'\\\r\n]|\\.)*'"),
            ("iri", r'<[^\x00-\x20<>"{}|^`\\]*>'),
            ("variable", rf"[?$][{_NAME}]+"),
            ("language", r"@[A-Za-z]+(?:-[A-Za-z0-9]+)*"),
            ("blank", rf"_:\w[{_NAME}.-]*"),
            ("name", rf"(?:[^\W\d_][{_NAME}.-]*)?:{_LOCAL}"),
            ("number", r"\d+(?:\.\d+)?(?:[eE][+-]?\d+)?"),
            ("word", r"\w+"),
            ("sign", r"[{}()\[\].,;*/+\-|^!=<>&?:~]"),
        )
    ),
    re.S,
)
_ESCAPE: Final = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_LONE_RETURN: Final = re.compile(r"\r(?!\n)")
# An IRI which no engine can take for “less than” and then a comment or a string: what it starts
# with begins no expression.
_PLAIN_IRI: Final = re.compile(
    r"<(?:[A-Za-z][\w+.-]*://|(?!(?i:true|false)\b)[A-Za-z][\w./-]*[#'])"
)
_GLUED: Final = re.compile(r"(?:SERVICE|FROM)(?:SILENT|NAMED)?$")


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a query: `kind` is string, iri, variable, language, blank, name, number, word or
    sign; `start` counts from 0.
    """

    kind: str
    text: str
    start: int

    @property
    def word(self) -> str:
        """A keyword in capitals, as loosely as any engine reads it; empty for all other kinds."""
        return self.text.upper() if self.kind == "word" else ""


def tokens(query: str) -> tuple[Token, ...]:
    """The tokens of a query, without spaces and comments. Raises `Refused` for a text that is too
    long, `Usage` with line and column where
    a character makes no sense.

    >>> [t.text for t in tokens('ASK { ?s a "SERVICE # {" } # end')]
    ['ASK', '{', '?s', 'a', '"SERVICE # {"', '}']
    """
    _refuse_long(query)
    found, at = [], 0
    while at < len(query):
        match = _TOKEN.match(query, at)
        if match is None:
            raise Usage(
                f"The query is not valid SPARQL at {place(query, at)}.",
                f"{query[at]!r} cannot stand there; is a quote not closed?",
            )
        kind = "string" if match.lastgroup == "short" else match.lastgroup or ""
        if kind not in ("space", "comment"):
            found.append(Token(kind, match.group(), at))
        at = match.end()
    return tuple(found)


def narrowed(query: str, variable: str, iris: Iterable[str]) -> str:
    """A SELECT that answers for these IRIs only; `variable` is without its question mark. The
    values stand first: engines join in order.

    >>> narrowed("SELECT ?a { ?a ?b ?c }", "a", ["https://example.org/x"])
    'SELECT ?a { VALUES ?a { <https://example.org/x> } ?a ?b ?c }'
    """
    at = next((t.start + 1 for t in tokens(query) if t.text == "{"), len(query))
    return (
        f"{query[:at]} VALUES ?{variable} {{ {' '.join(f'<{iri}>' for iri in iris)} }}{query[at:]}"
    )


def place(query: str, at: int) -> str:
    """Line and column, from 1, of an offset.

    >>> place("ASK\\n {", 5)
    'line 2, column 2'
    """
    return f"line {query.count(chr(10), 0, at) + 1}, column {at - query.rfind(chr(10), 0, at)}"


def form(query: str) -> str:
    """SELECT, ASK, CONSTRUCT or DESCRIBE. Raises `Refused` for an update, `Usage` for anything
    else.

    >>> form("PREFIX select: <x:> # ASK\\n construct { ?s ?p ?o } {}")
    'CONSTRUCT'
    """
    return _form(query, tokens(query))


def refuse(query: str, graphs: Collection[str] = ()) -> None:
    """Raise `Refused` if the query would reach out, write, or read other graphs than `graphs`; a
    word in a string or a name is harmless.

    >>> refuse('SELECT ?service { ?service ?p "SERVICE" }')
    >>> refuse("SELECT * { SERVICE <https://example.org/> { ?s ?p ?o } }")
    Traceback (most recent call last):
    kb.errors.Refused: The query asks another server (SERVICE at line 1, column 12).  hint: ask that server itself
    """
    _refuse_long(query)
    _refuse_ambiguous(query)
    found = tokens(query)
    _form(query, found)
    for token in found:
        _refuse_word(query, token)
        _refuse_two_readings(query, token)
    for iri in _from(found):
        if iri not in graphs:
            raise Refused(
                f"The query reads from {iri or 'a graph'}, which is not in this knowledge base.",
                "leave FROM out",
            )


def _refuse_long(query: str) -> None:
    """Before a text is looked through: that takes time."""
    if len(query) > LONGEST:
        raise Refused(
            f"The query has {len(query):,} characters; the most is {LONGEST:,}.", "ask it in parts"
        )


def _form(query: str, found: tuple[Token, ...]) -> str:
    words = (token for token in found if token.kind == "word")
    first = next((t for t in words if t.word not in ("PREFIX", "BASE", "VERSION")), None)
    if first is None or first.word not in (*FORMS, *UPDATES):
        raise Usage(
            "The query asks nothing.",
            f"it begins with one of {', '.join(FORMS)}, after its prefixes",
        )
    _refuse_word(query, first)
    return first.word


def _refuse_word(query: str, token: Token) -> None:
    if "SERVICE" in token.word:  # also inside: `SERVICESILENT` is two words to some
        raise Refused(
            f"The query asks another server (SERVICE at {place(query, token.start)}).",
            "ask that server itself",
        )
    if token.word in UPDATES:
        raise Refused(
            f"The query would change data ({token.word} at {place(query, token.start)}).",
            "edit the files instead",
        )


def _refuse_two_readings(query: str, token: Token) -> None:
    if (
        token.kind == "iri"
        and ("#" in token.text or "'" in token.text)
        and not _PLAIN_IRI.match(token.text)
    ):
        hint = "write the IRI with a prefix"
    elif token.kind == "name" and _GLUED.search(token.text.partition(":")[0].upper()):
        hint = "give the prefix another name"
    elif "FROM" in token.word and token.word != "FROM":
        hint = "put a space behind FROM"
    else:
        return
    raise Refused(f"{token.text} at {place(query, token.start)} can be read in two ways.", hint)


def _refuse_ambiguous(query: str) -> None:
    """Some engines read `\\u` escapes before all else (SPARQL 1.1, section 19.2). Letters do no
    harm: outside strings no token has them.
    """
    for escape in _ESCAPE.finditer(query):
        if (code := int(escape[1] or escape[2], 16)) < 0x80 and not chr(code).isalnum():
            raise Refused(
                f"{escape.group()} at {place(query, escape.start())} can be read in two ways.",
                "write the character itself",
            )
    if match := _LONE_RETURN.search(query):
        raise Refused(
            f"A lone carriage return at {place(query, match.start())} can be read in two ways.",
            "end lines with a line feed",
        )


def _from(found: tuple[Token, ...]) -> Iterator[str]:
    """IRIs after FROM; empty where one cannot be told."""
    prefixes, base = {}, ""
    end = Token("sign", "", 0)
    for before, here, after in zip(found, (*found[1:], end), (*found[2:], end, end), strict=True):
        if before.word == "PREFIX":
            prefixes[here.text] = urljoin(base, after.text[1:-1])
        elif before.word == "BASE":
            base = here.text[1:-1]
        elif before.word == "FROM":
            yield _iri(after if here.word == "NAMED" else here, prefixes, base)


def _iri(token: Token, prefixes: dict[str, str], base: str) -> str:
    if token.kind == "iri":
        return urljoin(base, token.text[1:-1])
    prefix, _, local = token.text.partition(":")
    return (
        prefixes.get(prefix + ":", "") + local
        if prefix + ":" in prefixes and "\\" not in local
        else ""
    )
