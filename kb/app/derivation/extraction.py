"""Extraction of tables from a store: its triples are decoded as records, and the records become
rows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType
from typing import Final

from kb.app.derivation.lookups import Lookups
from kb.model.rdf_terms import Triple
from kb.model.records import Affiliation, Assertion, Claim, Entity, Judgement, Record, Relay, Source
from kb.model.vocabulary import NS
from kb.rdf.decoding import records
from kb.rdf.turtle_reader import by_subject
from kb.reasoning import rows
from kb.reasoning.tables import Tables

# Records that tables are made of, by the name under which `read` can be narrowed.
RECORDS: Final[Mapping[str, type[Record]]] = {
    "claim": Claim,
    "assertion": Assertion,
    "source": Source,
    "affiliation": Affiliation,
    "judgement": Judgement,
    "entity": Entity,
}
KEYS: Final = tuple(RECORDS)
ALL: Final[Mapping[str, Collection[str]]] = MappingProxyType({})


def read(look: Lookups, only: Mapping[str, Collection[str]] = ALL) -> Tables:
    """Read the tables of a store. `only` limits tables to the rows of some IRIs, by their `KEYS`;
    other tables are read completely.
    """
    return _declared(look, read_records(look, only))


def declarations(look: Lookups) -> Tables:
    """Read the predicates and policies of a store, without its records."""
    return _declared(look, Tables())


def _declared(look: Lookups, found: Tables) -> Tables:
    """Return tables with the predicates and policies of a store."""
    declared = by_subject(_in_order([*look.typed(NS + "Predicate"), *look.typed(NS + "Policy")]))
    return rows.with_declarations(found, declared)


def read_records(look: Lookups, only: Mapping[str, Collection[str]]) -> Tables:
    """Read the tables of records, as `read` does, without predicates and policies.

    Rows come sorted by id, one for each record. A value that is not what its property promises is
    left out, and so is what a file says of a record without its type: a check reports both.
    """
    found: list[Record] = []
    for key, kind in RECORDS.items():
        stated = look.recorded(kind.type, only.get(key))
        found += (record for record in _decoded(stated, look.base) if isinstance(record, kind))
    said = [record for record in found if isinstance(record, Assertion)]
    return rows.from_records([*found, *_relays(look, said, whole="assertion" not in only)])


def _relays(look: Lookups, said: Iterable[Assertion], *, whole: bool) -> list[Record]:
    """Return the relays of assertions."""
    if whole:
        return _decoded(look.recorded(Relay.type), look.base)
    relays = {look.base + Relay.path + relay for one in said for relay in one.relays}
    return _decoded(look.recorded(Relay.type, relays), look.base)


def _decoded(stated: Iterable[Triple], base: str) -> list[Record]:
    return records(_in_order(stated), base)


def _in_order(stated: Iterable[Triple]) -> list[Triple]:
    """Sort triples independently of the store: of several values where one is allowed, the first
    counts.
    """
    return sorted(set(stated))
