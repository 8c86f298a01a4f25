"""Surroundings of claims that follow changes of records, without reading the other records again.

Making them takes seconds where there are many records, and a change reaches only a few.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, cast

from kb.model.records import Assertion, Record, Relay
from kb.reasoning import rows
from kb.reasoning.analysis.neighbourhood import Neighbourhood
from kb.reasoning.analysis.surroundings import (
    Places,
    Positions,
    Surroundings,
    TableLinks,
    surroundings,
    table_links,
)
from kb.reasoning.dated_tables import view
from kb.reasoning.graph import Many
from kb.reasoning.tables import Tables
from kb.workspace.catalogs.catalog import Known
from kb.workspace.catalogs.followed_catalog import Changed
from kb.workspace.catalogs.referrers import replaced

# Tables of records → the beginning of the keys of these records.
_KINDS: Final[Mapping[str, str]] = {
    "claims": "claim/",
    "assertions": "assertion/",
    "sources": "source/",
    "affiliations": "affiliation/",
    "judgements": "judgement/",
    "entities": "entity/",
}
# Tables of which a part is needed entirely, because they are small.
_SMALL: Final = ("sources", "affiliations", "judgements", "entities")
# Links that come from one row each.
_LINKS: Final = ("two", "subjects", "objects", "said", "source", "parts")


@dataclass(frozen=True, slots=True)
class _Change:
    """Rows of tables before and after a change of records, each sorted by id."""

    old: Tables
    new: Tables

    def of(self, kind: str) -> bool:
        """Tell whether rows of a kind differ."""
        return bool(getattr(self.old, kind) != getattr(self.new, kind))


def follow(near: Surroundings, known: Known, changed: Changed) -> Surroundings | None:
    """Return the surroundings after a change of present records, as if all were read again; None
    if one of these is an old version of another one, or has an id of somewhere else.

    `known` has the records after the change. The links of `near` are changed, so it must not be
    used any more.
    """
    if any("://" in key for key in changed) or any(_versions(known, changed)):
        return None
    present = {key for key, (_, after) in changed.items() if after}
    said = set(_passed_on(known, changed))
    keys = present | {f"assertion/{id}" for id in said}
    found = (record for key in keys if (record := known.present(key)))
    records = [one for record in found for one in (record, *_relays(known, record))]
    gone = changed.keys() | keys
    change = _Change(_stated(near, gone), view(rows.from_records(records)))
    return _changed(near, change)


def _versions(known: Known, changed: Changed) -> Iterable[bool]:
    """Yield whether changed records are old versions of present ones, or have such versions."""
    for key, pair in changed.items():
        yield bool(known.replacing(key))
        yield any(known.present(replaced(one)) is not None for one in pair if one)


def _passed_on(known: Known, changed: Changed) -> Iterable[str]:
    """Yield the ids of the assertions with a relay that changed."""
    relays = {one.id for pair in changed.values() for one in pair if isinstance(one, Relay)}
    if relays:
        said = known.assertions.values()
        yield from (one.id for one in said if not relays.isdisjoint(one.relays))


def _relays(known: Known, record: Record) -> Iterable[Record]:
    """Yield the relays of an assertion, which are a part of its row."""
    ids = record.relays if isinstance(record, Assertion) else ()
    return (known.relays[id] for id in ids if id in known.relays)


def _stated(near: Surroundings, keys: Collection[str]) -> Tables:
    """Return the rows of the tables with these keys."""
    found: dict[str, Any] = {}
    for kind, path in _KINDS.items():
        all_of: Sequence[Any] = getattr(near.tables, kind)
        places: Positions | None = getattr(near.places, kind, None)
        if places is None:
            found[kind] = tuple(row for row in all_of if path + row.id in keys)
        else:
            found[kind] = tuple(all_of[n] for key in sorted(keys) for n in places.get(key, ()))
    return Tables(**found)


def _changed(near: Surroundings, change: _Change) -> Surroundings:
    """Return the surroundings with other rows."""
    tables = near.tables
    for kind in filter(change.of, _KINDS):
        tables = replace(tables, **{kind: _exchanged(near, kind, change)})
    links = _linked(near.rules.links, change, tables)
    frame, ties, places = near.rules.frame, near.ties, near.places
    if any(map(change.of, _SMALL)):
        small = surroundings(replace(tables, claims=(), assertions=()))
        frame, ties = small.rules.frame, small.ties
        places = replace(places, sources=small.places.sources, entities=small.places.entities)
    places = _placed(places, tables, change)
    ids = {row.id for row in change.new.claims}
    claims = (near.claims - {row.id for row in change.old.claims}) | ids
    return Surroundings(tables, Neighbourhood(links, frame), claims, ties, places)


def _exchanged(near: Surroundings, kind: str, change: _Change) -> tuple[Any, ...]:
    """Return the rows of a table after a change, by id."""
    before, old, new = (getattr(one, kind) for one in (near.tables, change.old, change.new))
    places: Positions | None = getattr(near.places, kind, None)
    if places is not None and _ids(old) == _ids(new):
        found = list(before)
        for row in new:
            found[places[_KINDS[kind] + row.id][0]] = row
        return tuple(found)
    gone = set(_ids(old))
    left = [row for row in before if row.id not in gone]
    return tuple(sorted([*left, *new], key=lambda row: str(row.id)))


def _placed(places: Places, tables: Tables, change: _Change) -> Places:
    """Return the positions of claims and assertions after a change."""
    for kind in ("claims", "assertions"):
        old, new = getattr(change.old, kind), getattr(change.new, kind)
        if _ids(old) != _ids(new):
            path = _KINDS[kind]
            found = {path + row.id: [n] for n, row in enumerate(getattr(tables, kind))}
            places = replace(places, **{kind: found})
    return places


def _ids(found: Sequence[Any]) -> list[str]:
    return [row.id for row in found]


def _linked(links: object, change: _Change, tables: Tables) -> TableLinks:
    """Return the links after a change: those of rows that are gone are removed, others added."""
    assert isinstance(links, TableLinks)
    gone, new = table_links(change.old), table_links(change.new)
    for name in _LINKS:
        _exchange(getattr(links, name), getattr(gone, name), getattr(new, name))
    said_of, wholes = cast(dict[str, Any], links.said_of), cast(set[str], links.wholes)
    for claim in gone.said_of:
        del said_of[claim]
    said_of.update(new.said_of)
    wholes.difference_update(gone.wholes)
    wholes.update(new.wholes)
    if gone.versions or new.versions:
        on_others = tuple(claim for claim in tables.claims if claim.condition_claims)
        return replace(links, versions=table_links(Tables(claims=on_others)).versions)
    return links


def _exchange(links: Many, gone: Many, new: Many) -> None:
    """Replace some links by others."""
    kept = cast(dict[str, set[str]], links)
    for end, others in gone.items():
        kept[end] -= set(others)
        if not kept[end]:
            del kept[end]
    for end, others in new.items():
        kept.setdefault(end, set()).update(others)
