"""Terms of the vocabulary that were renamed, found in ontology files and queries of users.

An old name is valid RDF that no record uses. Without a message, a query would find nothing and a
policy would accept nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from kb import notes
from kb.errors import Usage, position
from kb.model.vocabulary import NS, STATUSES
from kb.rdf import turtle_reader
from kb.store import sparql

# Old IRI → new IRI.
RENAMED: Final = {
    f"{NS}headline": f"{NS}status",
    f"{NS}acceptsHeadline": f"{NS}acceptsStatus",
    f"{NS}headline-scheme": f"{NS}status-scheme",
    **{f"{NS}headline-{word}": f"{NS}status-{word}" for word in STATUSES},
}


@dataclass(frozen=True, slots=True)
class Found:
    """An old name in a text: its place, with line and column from 1, and the new name.

    `written` is the token with the old name, `start` its offset in code points, from 0.
    """

    old: str
    new: str
    line: int
    column: int
    written: str
    start: int

    @property
    def token(self) -> str | None:
        """The token with the new name; None if its prefix is a part of the old name."""
        end = ">" if self.written.endswith(">") else ""
        local = self.old.partition(":")[2] + end
        if not self.written.endswith(local):
            return None
        return self.written.removesuffix(local) + self.new.partition(":")[2] + end

    def __str__(self) -> str:
        """Return the message for users."""
        return f"{self.old} is called {self.new} now."


def in_turtle(text: str, base: str) -> Iterator[Found]:
    """Yield the old names in a Turtle text, which must be valid.

    >>> policy = f"@prefix kb: <{NS}> .\\n<x:p> kb:acceptsHeadline kb:headline-admitted ."
    >>> [(str(found), found.line) for found in in_turtle(policy, "x:")][0]
    ('kb:acceptsHeadline is called kb:acceptsStatus now.', 2)
    """
    for block in turtle_reader.blocks(text, base):
        if (names := block.names) is None:
            continue
        for match in turtle_reader.TOKEN.finditer(block.text):
            if match.lastgroup in ("iri", "word"):
                start = block.start + match.start()
                yield from _found(text, start, match[0], names.expanded(match[0]))


def in_query(text: str) -> Iterator[Found]:
    """Yield the old names in a SPARQL query.

    >>> [found.new for found in in_query(f"PREFIX k: <{NS}> ASK {{ ?s k:headline ?word }}")]
    ['kb:status']
    """
    prefixes: dict[str, str] = {}
    before = ("", "")
    for token in sparql.tokens(text):
        if token.kind == "iri" and before[0] == "PREFIX":
            prefixes[before[1].removesuffix(":")] = token.text[1:-1]
        elif token.kind == "iri":
            yield from _found(text, token.start, token.text, token.text[1:-1])
        elif token.kind == "name" and before[1] != "PREFIX":
            prefix, _, local = token.text.partition(":")
            yield from _found(text, token.start, token.text, prefixes.get(prefix, "") + local)
        before = (before[1], token.word or token.text)


def refuse(text: str) -> None:
    """Raise Usage if a query contains an old name.

    >>> refuse(f"ASK {{ ?s <{NS}headline> ?word }}")
    Traceback (most recent call last):
    kb.errors.Usage: The query uses an old name at line 1, column 10: kb:headline is called ...
    """
    for found in in_query(text):
        where = f"at line {found.line}, column {found.column}"
        raise Usage(f"The query uses an old name {where}: {found}", f"write {found.new}")


def current(text: str) -> str:
    """Return a query with the new names of the terms that were renamed, and say so in a note.

    >>> current(f"ASK {{ ?s <{NS}headline> ?word }}") == f"ASK {{ ?s <{NS}status> ?word }}"
    True
    """
    found = list(in_query(text))
    for one in {str(one): one for one in found}.values():
        notes.note(f"{one} The query was read with the new name; please change it.")
    if any(one.token is None for one in found):
        refuse(text)
    return rewritten(text, found)


def rewritten(text: str, found: Iterable[Found]) -> str:
    """Return a text with the new names of these; every other character stays as it is.

    >>> query = f"PREFIX k: <{NS}> ASK {{ ?s k:headline ?word }}"
    >>> rewritten(query, in_query(query)) == query.replace("headline", "status")
    True
    """
    parts, end = [], 0
    for one in sorted(found, key=lambda one: one.start):
        if one.token is not None:
            parts += [text[end : one.start], one.token]
            end = one.start + len(one.written)
    return "".join((*parts, text[end:]))


def _found(text: str, at: int, token: str, iri: str) -> Iterator[Found]:
    if new := RENAMED.get(iri):
        compact = turtle_reader.compact
        yield Found(compact(iri), compact(new), *position(text, at), token, at)
