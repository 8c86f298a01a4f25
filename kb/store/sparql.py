"""SPARQL tokens: find out a query's form, insert values, and refuse queries that write or reach
out.

Engines disagree in some corners: whether `\\u0053` is decoded before parsing, what ends a comment,
whether `?a<?b#>` contains an IRI. A query that two engines may read differently is refused, so that
the query that is checked here is the one that runs.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
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

# Characters. Nobody writes longer queries, and checking this many takes less than a second.
LONGEST: Final = 200_000

# Characters of names in addition to \w: marks and joiners that many scripts need (SPARQL 1.1 §19.8,
# PN_CHARS).
_NAME: Final = (
    r"\w\u00b7\u0300-\u1fff\u200c\u200d\u203f\u2040\u2c00-\u2fef"
    r"\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd"
)
_LOCAL: Final = rf"(?:[{_NAME}.:-]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%])*"
_TOKEN: Final = "|".join(
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
)
_ESCAPE: Final = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_LONE_RETURN: Final = re.compile(r"\r(?!\n)")
# An IRI that no engine can mistake for “less than” followed by a comment or a string, because no
# expression begins like this.
_PLAIN_IRI: Final = re.compile(
    r"<(?:[A-Za-z][\w+.-]*://|(?!(?i:true|false)\b)[A-Za-z][\w./-]*[#'])"
)
_GLUED: Final = re.compile(r"(?:SERVICE|FROM)(?:SILENT|NAMED)?$")


@cache
def _pattern() -> re.Pattern[str]:
    """Return the compiled syntax of a token: compiling it takes longer than importing a module."""
    return re.compile(_TOKEN, re.S)


@dataclass(frozen=True, slots=True)
class Token:
    """One token of a query.

    `kind` is string, iri, variable, language, blank, name, number, word or sign. `start` is its
    offset in code points, from 0.
    """

    kind: str
    text: str
    start: int

    @property
    def word(self) -> str:
        """The keyword in capitals, for a token of the kind word; otherwise empty."""
        return self.text.upper() if self.kind == "word" else ""


def tokens(query: str) -> tuple[Token, ...]:
    """Split a query into tokens, without white space and comments.

    >>> [t.text for t in tokens('ASK { ?s a "SERVICE # {" } # end')]
    ['ASK', '{', '?s', 'a', '"SERVICE # {"', '}']

    Raises `Refused` if the query is too long, and `Usage` with line and column at a character that
    cannot begin a token.
    """
    _refuse_long(query)
    found, at = [], 0
    pattern = _pattern()
    while at < len(query):
        match = pattern.match(query, at)
        if match is None:
            raise Usage(
                f"The query is not valid SPARQL at {place(query, at)}.",
                f"{query[at]!r} is not allowed there; check that all quotes are closed",
            )
        kind = "string" if match.lastgroup == "short" else match.lastgroup or ""
        if kind not in ("space", "comment"):
            found.append(Token(kind, match.group(), at))
        at = match.end()
    return tuple(found)


def triples_of(graph: str) -> str:
    """Return the CONSTRUCT of all triples of a graph, which is named by its IRI.

    >>> triples_of("urn:g")
    'CONSTRUCT { ?s ?p ?o } WHERE { GRAPH <urn:g> { ?s ?p ?o } }'
    """
    return f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"


def narrowed(query: str, variable: str, iris: Iterable[str]) -> str:
    """Restrict a SELECT to these IRIs of a variable, which is named without question mark.

    The values come first, because engines join in the order of the query. A group that consists of
    one `SELECT DISTINCT` of variables has them within: engines answer that by itself.

    >>> narrowed("SELECT ?a { ?a ?b ?c }", "a", ["https://example.org/x"])
    'SELECT ?a { VALUES ?a { <https://example.org/x> } ?a ?b ?c }'
    >>> narrowed("SELECT ?a { { SELECT DISTINCT ?a { ?a ?b ?c } } } GROUP BY ?a", "a", ["x:y"])
    'SELECT ?a { { SELECT DISTINCT ?a { VALUES ?a { <x:y> } ?a ?b ?c } } } GROUP BY ?a'
    >>> narrowed("SELECT ?a { { SELECT DISTINCT ?a { ?a ?b ?c } LIMIT 1 } }", "a", ["x:y"])
    'SELECT ?a { VALUES ?a { <x:y> } { SELECT DISTINCT ?a { ?a ?b ?c } LIMIT 1 } }'
    """
    at = _beginning(list(tokens(query)), f"?{variable}", len(query))
    return (
        f"{query[:at]} VALUES ?{variable} {{ {' '.join(f'<{iri}>' for iri in iris)} }}{query[at:]}"
    )


def _beginning(found: Sequence[Token], variable: str, end: int) -> int:
    """Return the place after the brace that opens the pattern in which a variable is restricted."""
    words = [token.text.upper() for token in found]
    opened = [n for n, word in enumerate(words) if word == "{"]
    if len(opened) > 2 and words[opened[0] + 1 : opened[0] + 4] == ["{", "SELECT", "DISTINCT"]:
        named = [token.text for token in found[opened[1] + 3 : opened[2]]]
        plain = all(name.startswith("?") or name.upper() == "WHERE" for name in named)
        if plain and variable in named and words[_closing(words, opened[2]) + 1 :][:2] == ["}"] * 2:
            return found[opened[2]].start + 1
    return found[opened[0]].start + 1 if opened else end


def _closing(words: Sequence[str], opening: int) -> int:
    """Return the number of the brace that closes the one at `opening`."""
    depth = 0
    for n in range(opening, len(words)):
        depth += (words[n] == "{") - (words[n] == "}")
        if not depth:
            return n
    return len(words)


def place(query: str, at: int) -> str:
    """Return the line and column (both from 1) of an offset.

    >>> place("ASK\\n {", 5)
    'line 2, column 2'
    """
    return f"line {query.count(chr(10), 0, at) + 1}, column {at - query.rfind(chr(10), 0, at)}"


def form(query: str) -> str:
    """Return SELECT, ASK, CONSTRUCT or DESCRIBE.

    >>> form("PREFIX select: <x:> # ASK\\n construct { ?s ?p ?o } {}")
    'CONSTRUCT'

    Raises `Refused` for an update, `Usage` for anything else.
    """
    return _form(query, tokens(query))


def refuse(query: str, graphs: Collection[str] = ()) -> None:
    """Raise `Refused` if the query would write, reach out, or read graphs other than `graphs`.

    Words inside strings and names do no harm.

    >>> refuse('SELECT ?service { ?service ?p "SERVICE" }')
    >>> refuse("SELECT * { SERVICE <https://example.org/> { ?s ?p ?o } }")
    Traceback (most recent call last):
    kb.errors.Refused: The query asks another server (SERVICE at line 1, column 12).  hint: ...
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
                "remove FROM",
            )


def _refuse_long(query: str) -> None:
    """Raise Refused before a long text is scanned, which takes time."""
    if len(query) > LONGEST:
        raise Refused(
            f"The query has {len(query):,} characters; the most is {LONGEST:,}.",
            "split it into several queries",
        )


def _form(query: str, found: tuple[Token, ...]) -> str:
    words = (token for token in found if token.kind == "word")
    first = next((t for t in words if t.word not in ("PREFIX", "BASE", "VERSION")), None)
    if first is None or first.word not in (*FORMS, *UPDATES):
        raise Usage(
            "The query has no SELECT, ASK, CONSTRUCT or DESCRIBE.",
            "write one of these after the prefixes",
        )
    _refuse_word(query, first)
    return first.word


def _refuse_word(query: str, token: Token) -> None:
    # Some engines read `SERVICESILENT` as two words.
    if "SERVICE" in token.word:
        raise Refused(
            f"The query asks another server (SERVICE at {place(query, token.start)}).",
            "ask that server itself",
        )
    if token.word in UPDATES:
        raise Refused(
            f"The query would change data ({token.word} at {place(query, token.start)}).",
            "use kb add or kb edit, or edit the files",
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
        hint = "put a space after FROM"
    else:
        return
    raise Refused(f"{token.text} at {place(query, token.start)} can be read in two ways.", hint)


def _refuse_ambiguous(query: str) -> None:
    """Raise Refused for escapes and line ends that engines read differently.

    Some engines decode `\\u` escapes before parsing (SPARQL 1.1 §19.2). Escaped letters and digits
    do no harm: such escapes occur in strings only.
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
    """Yield the IRIs after FROM. An IRI that cannot be resolved is empty."""
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
    if prefix + ":" not in prefixes or "\\" in local:
        return ""
    return prefixes[prefix + ":"] + local
