"""Closure of chosen records: everything they refer to, the assertions on their claims, and what
decides their statuses.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from kb.model.records import Affiliation, Assertion, Claim, Entity, Judgement, Record, Relay
from kb.workspace.catalogs.catalog import Known
from kb.workspace.catalogs.record_links import references

# A past version is not part of a selection: records lose their references to it.
PAST: Final = ("revision_of",)
BELONGS: Final = ("member-of", "speaks-for")


def reached(records: Mapping[str, Record], keys: Iterable[str]) -> set[str]:
    """Return the records with these keys and all records they refer to, directly or not.

    Keys without a record are left out.
    """
    found: set[str] = set()
    ahead = list(keys)
    while ahead:
        key = ahead.pop()
        if key in records and key not in found:
            found.add(key)
            ahead += references(records[key], but=PAST)
    return found


def closure(
    known: Known,
    claims: Collection[str],
    sources: Collection[str] = (),
    grounds: Mapping[str, Iterable[str]] = {},
) -> set[str]:
    """Return the keys of all records that are needed to read, check and judge these claims and
    sources alone.

    These are: all assertions on the claims, in any source; the claims that explain their statuses
    (`grounds`: claim → claims), with their assertions; skipped passages of chosen sources;
    judgements about all of these and about their entities; affiliations of all actors and
    speakers; and everything that any of these records refers to.
    """
    records = {r.path + r.id: r for r in known.all()}
    roots = {f"claim/{c}" for c in claims}
    drawn = _Drawn.of(records, roots)
    found: set[str] = set()
    ahead = {*roots, *(f"source/{s}" for s in sources), *_skipped(known, sources)}
    ahead |= {f"claim/{ground}" for claim in claims for ground in grounds.get(claim, ())}
    while not ahead <= found:
        found |= reached(records, ahead)
        ahead = drawn.by(found) & records.keys()
    return found


@dataclass(frozen=True, slots=True)
class _Drawn:
    """Records that are added together with others, although these do not refer to them."""

    records: Mapping[str, Record]
    roots: Collection[str]
    said: Mapping[str, list[str]]
    judged: Sequence[Judgement]
    ties: Sequence[Affiliation]

    @classmethod
    def of(cls, records: Mapping[str, Record], roots: Collection[str]) -> _Drawn:
        """Index the records that may be added to a selection."""
        judged = [r for r in records.values() if isinstance(r, Judgement) and not r.invalidated]
        ties = [r for r in records.values() if isinstance(r, Affiliation) and not r.invalidated]
        return cls(records, roots, _said(records.values()), judged, ties)

    def by(self, found: Collection[str]) -> set[str]:
        """Return the keys of the records that these records bring into a selection."""
        drawn = {a for key in found for a in self.said.get(key, ())}
        drawn |= {j.path + j.id for j in self.judged if _weighs(j, self.roots, found)}
        actors = {e for key in found for e in _actors(self.records[key])}
        return drawn | _ties(self.ties, actors, found)


def _said(records: Iterable[Record]) -> dict[str, list[str]]:
    """Return claim → assertions on it, by key."""
    found: dict[str, list[str]] = defaultdict(list)
    for record in records:
        if isinstance(record, Assertion) and record.claim and not record.invalidated:
            found[Claim.path + record.claim].append(record.path + record.id)
    return found


def _skipped(known: Known, sources: Collection[str]) -> set[str]:
    return {q.path + q.id for q in known.quotes.values() if q.skipped and q.source in sources}


def _weighs(judgement: Judgement, roots: Collection[str], found: Collection[str]) -> bool:
    """Tell whether a judgement is about a chosen claim, or about records that are in the
    selection anyway.
    """
    ends = [end for end in (judgement.about, judgement.other) if end]
    if any(end in roots for end in ends):
        return True
    return any(end in found for end in ends) and all(
        end in found or not end.startswith(("claim/", "assertion/")) for end in ends
    )


def _actors(record: Record) -> Iterator[str]:
    """Return the keys of the entities that act or speak in a record."""
    if isinstance(record, Claim | Assertion | Relay):
        yield from (key for key in references(record, but=PAST) if key.startswith(Entity.path))


def _ties(ties: Iterable[Affiliation], actors: set[str], found: Collection[str]) -> set[str]:
    """Return the affiliations of these actors and their parties, and those between entities in
    the selection.
    """
    ends = {
        t.path + t.id: (f"entity/{t.member}", t.relation in BELONGS, f"entity/{t.party}")
        for t in ties
    }
    grown = True
    while grown:
        parties = {
            party for member, belongs, party in ends.values() if belongs and member in actors
        }
        grown = not parties <= actors
        actors |= parties
    return {
        k
        for k, (one, _, other) in ends.items()
        if one in actors or other in actors or (one in found and other in found)
    }
