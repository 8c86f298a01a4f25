"""Loops: records whose links lead back to themselves, found in one pass.

A SPARQL engine would follow the whole chain again from each of its links: ten thousand links would
take minutes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from kb.model.rdf_terms import Answer, Term

# A check that asks which records lead back to themselves.
_LOOP: Final = re.compile(
    r"\bSELECT\s+DISTINCT\s+\?(\w+)\s+WHERE\s*\{\s*\?\1\s+([\w:]+)\s+\?(\w+)\s*\.?\s*"
    r"FILTER\s+EXISTS\s*\{\s*\?\3\s+\2\*\s+\?\1\s*\.?\s*\}\s*\}"
    r"(?:\s*ORDER BY \?\1)?\s*",
    re.IGNORECASE,
)


def links(text: str) -> str:
    """Return the query for single links of a check for loops, or "" for any other check.

    >>> links(
    ...     "PREFIX kb: <x:> SELECT DISTINCT ?a WHERE "
    ...     "{ ?a kb:within ?b FILTER EXISTS { ?b kb:within* ?a } } ORDER BY ?a"
    ... )
    'PREFIX kb: <x:> SELECT ?a ?next WHERE { ?a kb:within ?next }'
    """
    match = _LOOP.search(text)
    if match is None or match.end() != len(text):
        return ""
    start, end, path = text[: match.start()], match[1], match[2]
    return f"{start}SELECT ?{end} ?next WHERE {{ ?{end} {path} ?next }}"


def looped(found: Answer) -> Answer:
    """Return the records from which links lead back to themselves. `found` has both ends of each
    link.
    """
    following: dict[str, list[str]] = {}
    for one, other in found.rows:
        if one and other:
            following.setdefault(one.value, []).append(other.value)
    return Answer(
        found.variables[:1], tuple((Term("iri", iri),) for iri in sorted(looping(following)))
    )


def looping(following: Mapping[str, Iterable[str]]) -> set[str]:
    """Return everything from which links lead back to itself. Each link is followed once.

    >>> sorted(looping({"a": ["b"], "b": ["a", "c"], "c": ["c"], "d": ["a"]}))
    ['a', 'b', 'c']
    """
    walk = _Walk(following)
    for start in following:
        walk.from_(start)
    return walk.found


@dataclass(slots=True)
class _Walk:
    """Tarjan's walk for strongly connected components, without recursion: chains may be long."""

    following: Mapping[str, Iterable[str]]
    order: dict[str, int] = field(default_factory=dict)  # when each was first met
    lowest: dict[str, int] = field(default_factory=dict)  # the earliest one that it leads back to
    open: dict[str, None] = field(
        default_factory=dict
    )  # met, and of no component yet; in the order met
    way: list[tuple[str, Iterator[str]]] = field(
        default_factory=list
    )  # from the start to here, with what is left to look at
    found: set[str] = field(default_factory=set)

    def from_(self, start: str) -> None:
        """Visit every record that can be reached from here and was not visited yet."""
        if start not in self.order:
            self._meet(start)
        while self.way:
            here, rest = self.way[-1]
            after = next(rest, None)
            if after is None:
                self._leave(here)
            elif after not in self.order:
                self._meet(after)
            elif after in self.open:
                self.lowest[here] = min(self.lowest[here], self.order[after])
                self.found |= {here} if after == here else set()

    def _meet(self, one: str) -> None:
        """Visit a record; the records that it links to come next."""
        self.order[one] = self.lowest[one] = len(self.order)
        self.open[one] = None
        self.way.append((one, iter(self.following.get(one, ()))))

    def _leave(self, here: str) -> None:
        """Finish a record. If it does not lead back to an earlier one, it and all records met
        since are one component.
        """
        self.way.pop()
        if self.way:
            before = self.way[-1][0]
            self.lowest[before] = min(self.lowest[before], self.lowest[here])
        if self.lowest[here] < self.order[here]:
            return
        members: list[str] = []
        while not members or members[-1] != here:
            members.append(self.open.popitem()[0])
        if len(members) > 1:
            self.found.update(members)
