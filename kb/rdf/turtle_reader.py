"""Reader of Turtle files: triples, and the place of each record in its file.

A file has a heading (`@base`, prefixes) and blocks. A block is one record: the subject on the first
line, then one predicate a line. A change to a record replaces its block and leaves every other
byte.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import pyoxigraph as ox

from kb.errors import position
from kb.model.rdf_terms import Term, Triple
from kb.model.records import Record
from kb.model.vocabulary import PREFIXES, RDF
from kb.store.nodes import Terms

TYPE = RDF + "type"
TOKEN = re.compile(
    r"""
    (?P<comment> \#[^\n]*)
    | (?P<iri> <[^>\n]*>)
    | (?P<string> \"{3}(?:[^"\\]++|\\.|"(?!""))*+\"{3} | '{3}(?:[^'\\]++|\\.|'(?!''))*+'{3}
                | "(?:[^"\\\n]++|\\.)*+" | '(?:[^'\\\n]++|\\.)*+')
    | (?P<end> \.(?=\s|$|\#|<))
    | (?P<space> \s+)
    | (?P<word> [^\s<"'\#;,]+?(?=\.?(?:[\s;,<"'\#]|$)) | [;,])
    | (?P<other> .)
    """,
    re.VERBOSE | re.DOTALL,
)


class Broken(ValueError):
    """The file is not Turtle. `line` and `column` count from 1; the message is the parser's."""

    def __init__(self, message: str, line: int, column: int) -> None:
        super().__init__(message)
        self.line, self.column = line, column


@dataclass(frozen=True, slots=True)
class Block:
    """One statement of a file.

    `subject` is an absolute IRI, or empty for a directive. `start` and `end` count code points from
    0; `line` and `column`, where it begins, count from 1. `names` are those that apply in it.
    """

    subject: str
    start: int
    end: int
    line: int
    text: str
    column: int = 1
    names: Names | None = field(default=None, compare=False, repr=False)


def triples(text: str, base: str) -> list[Triple]:
    """Parse Turtle, keeping literals as written. Raises Broken."""
    of = Terms().of
    try:
        return [
            (of(t.subject), of(t.predicate), of(t.object))
            for t in ox.parse(text, format=ox.RdfFormat.TURTLE, base_iri=base)
        ]
    except SyntaxError as error:
        raise Broken(str(error.msg), error.lineno or 1, error.offset or 1) from None
    except TypeError:
        at = max(0, *(text.find(mark) for mark in ("<<", "{|", "~")))
        message = "triples about triples (<<…>>, {|…|}, ~) are not Turtle 1.1"
        raise Broken(message, *position(text, at)) from None


def statements(text: str, base: str) -> set[tuple[str, str, str]]:
    """Return subject, predicate and object of every triple, as texts to compare.

    Triples about blank nodes are left out. Raises Broken.
    """
    found = set()
    for s, p, o in triples(text, base):
        if "bnode" not in (s.kind, o.kind):
            value = f"{o.value} {o.datatype} {o.language}" if o.kind == "literal" else o.value
            found.add((s.value, p.value, value))
    return found


def in_english(labels: Sequence[Term]) -> str:
    """Return the English label, otherwise one without a language tag, otherwise the first; "" if
    none.

    >>> german, english = Term("literal", "besitzt", language="de"), Term("literal", "owns")
    >>> in_english([german, english])
    'owns'
    """
    found = {label.language.partition("-")[0]: label.value for label in reversed(labels)}
    first = labels[0].value if labels else ""
    return found.get("en") or found.get("") or first


def by_subject(found: Iterable[Triple]) -> dict[str, dict[str, list[Term]]]:
    """Group triples: subject to predicate to objects, in the order of the triples."""
    out: dict[str, dict[str, list[Term]]] = {}
    for s, p, o in found:
        out.setdefault(s.value, {}).setdefault(p.value, []).append(o)
    return out


def blocks(text: str, base: str) -> Iterator[Block]:
    """Yield the statements of a Turtle text with their places, in order. The text must be valid."""
    names = Names(base)
    line, start, words = 1, -1, list[str]()
    start_line = column = 1
    for match in TOKEN.finditer(text):
        kind, token = match.lastgroup, match[0]
        if kind not in {"space", "comment"}:
            if start < 0:
                start, start_line, words = match.start(), line, []
                column = start - text.rfind("\n", 0, start)
            words.append(token)
            if kind == "end" or len(words) == _BARE.get(words[0].lower(), 0):
                names = names.after(words)
                subject = "" if _directive(words) else names.expanded(words[0])
                part = text[start : match.end()]
                yield Block(subject, start, match.end(), start_line, part, column, names)
                start = -1
        line += token.count("\n")


# The number of tokens of a SPARQL-style directive, which ends without a full stop.
_BARE = {"prefix": 3, "base": 2}
# A relative IRI that every parser resolves by appending it to the base.
_PART = r'[^\x00-\x20<>"{}|^`\\/?#]+'
_PLAIN = re.compile(rf"(?!\.|[^/]*:){_PART}(?:/(?!\.){_PART})*(?:#{_PART})?")


def _directive(words: Sequence[str]) -> bool:
    return words[0].lower() in {"@prefix", "prefix", "@base", "base"}


class Names:
    """The base and prefixes that apply at one place of a Turtle file."""

    def __init__(self, base: str, prefixes: Mapping[str, str] | None = None) -> None:
        self.base = base
        self.prefixes = dict(prefixes or {})

    def read(self, words: Sequence[str]) -> str:
        """Process a statement. A directive changes the names and gives ""; a block gives its
        subject's IRI.
        """
        first = words[0].lower()
        if first in {"@prefix", "prefix"}:
            self.prefixes[words[1].removesuffix(":")] = self.resolved(words[2][1:-1])
            return ""
        if first in {"@base", "base"}:
            self.base = self.resolved(words[1][1:-1])
            return ""
        return self.expanded(words[0])

    def after(self, words: Sequence[str]) -> Names:
        """Return the names that apply after a statement; the same object unless it is a
        directive.
        """
        if not _directive(words):
            return self
        names = Names(self.base, self.prefixes)
        names.read(words)
        return names

    def expanded(self, word: str) -> str:
        """Return the IRI of a token."""
        if word.startswith("<"):
            return self.resolved(word[1:-1])
        prefix, _, local = word.partition(":")
        return self.prefixes.get(prefix, "") + local.replace("\\", "")

    def resolved(self, iri: str) -> str:
        """Resolve an IRI of the file against the base (RFC 3986 §5.2)."""
        if "\\" not in iri and re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", iri):
            return iri
        if self.base.endswith("/") and _PLAIN.fullmatch(iri):
            return self.base + iri
        try:
            parsed = ox.parse(f"<{iri}> a <x:> .", format=ox.RdfFormat.TURTLE, base_iri=self.base)
            return str(next(iter(parsed)).subject.value)
        except (SyntaxError, ValueError):
            return iri

    def written(self, iri: str) -> str:
        """Return the shortest token for an IRI that every parser reads alike."""
        if (
            self.base.endswith("/")
            and iri.startswith(self.base)
            and _PLAIN.fullmatch(iri, len(self.base))
        ):
            return f"<{iri[len(self.base) :]}>"
        for prefix, namespace in self.prefixes.items():
            if iri.startswith(namespace) and _LOCAL.fullmatch(iri, len(namespace)):
                return f"{prefix}:{iri[len(namespace) :]}"
        return f"<{iri}>"


# A local name that needs no escapes (Turtle §6.5, PN_LOCAL).
_LOCAL = re.compile(r"\w(?:[\w-]*\w)?", re.ASCII)


def exchanged(text: str, base: str, other: Callable[[str], str]) -> str:
    """Replace IRIs in a Turtle text: `other` returns the new IRI. All other bytes stay the same.

    >>> text = "<claim/a> a <x:b> ."
    >>> exchanged(text, "https://x.org/", lambda iri: iri.replace("claim/a", "claim/c"))
    '<claim/c> a <x:b> .'
    """
    names, out = names_of(text, base), []
    for match in TOKEN.finditer(text):
        token = match[0]
        if match.lastgroup == "iri" or (
            match.lastgroup == "word" and ":" in token and not token.startswith("_:")
        ):
            iri = names.expanded(token)
            new = other(iri)
            token = token if new == iri else names.written(new)
        out.append(token)
    return "".join(out)


def names_of(text: str, base: str) -> Names:
    """Return the names that a file declares before its first record.

    If it declares more of them later, return no names: only full IRIs are then safe to write.
    """
    names, inside = Names(base), False
    for block in blocks(text, base):
        if block.subject:
            inside = True
        elif inside:
            return Names("")
        else:
            names.read(_words(block.text))
    return names


def _words(text: str) -> list[str]:
    """Return the tokens of a text, without white space and comments."""
    found = TOKEN.finditer(text)
    return [match[0] for match in found if match.lastgroup not in {"space", "comment"}]


def line_in(block: Block, property: str) -> int:
    """Return the line on which a block states a property, or else the block's first line."""
    short = compact(property)
    for offset, row in enumerate(block.text.split("\n")):
        if re.search(rf"(?:^|\s){re.escape(short)}\s", row):
            return block.line + offset
    return block.line


def compact(iri: str) -> str:
    """Abbreviate a property with a prefix, if there is one.

    >>> compact("https://w3id.org/claimkb/ns#stance")
    'kb:stance'
    """
    return CANONICAL.written(iri)


CANONICAL = Names("", PREFIXES)


def iri_of(record: Record, base: str) -> str:
    """Return the absolute IRI of a record."""
    return base + record.path + record.id
