"""Rows of tables, made from records and from declarations of an ontology."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields, replace
from decimal import Decimal
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar

from kb.model import values
from kb.model.rdf_terms import Term
from kb.model.records import Affiliation, Assertion, Claim, Entity, Judgement, Record, Relay, Source
from kb.model.vocabulary import NS, PREDICATES, RDF
from kb.reasoning.tables import (
    AffiliationRow,
    AssertionRow,
    ClaimRow,
    EntityRow,
    JudgementRow,
    PolicyRow,
    PredicateRow,
    SourceRow,
    Tables,
)

Declared = Mapping[str, Mapping[str, Sequence[Term]]]
_Row = TypeVar("_Row")
# Kinds of entities that are people, or may be.
_PEOPLE = (None, "agent", "person", "group")
_PLACES = ("place", "state")
# The position of a relay without one: innermost.
_LAST = 10**9


def from_records(records: Iterable[Record]) -> Tables:
    """Return the tables of records, each sorted by id, without predicates and policies.

    >>> from_records([Claim("c", statement="A met B")]).claims[0].polarity
    'positive'
    """
    by_type: dict[type, dict[str, Any]] = {}
    for record in records:
        by_type.setdefault(type(record), {})[record.id] = record
    relays: Mapping[str, Relay] = by_type.get(Relay, {})

    def rows(kind: type, make: Any) -> tuple[Any, ...]:
        """Return the rows of one kind of record."""
        found = by_type.get(kind, {})
        return tuple(make(found[id]) for id in sorted(found))

    return Tables(
        claims=rows(Claim, _claim),
        assertions=rows(Assertion, lambda record: _assertion(record, relays)),
        sources=rows(Source, _source),
        affiliations=tuple(row for row in rows(Affiliation, _affiliation) if row),
        judgements=rows(Judgement, _judgement),
        entities=rows(Entity, _entity),
    )


def _same(record: Any, row: type[_Row], **other: Any) -> _Row:
    """Return a row with the fields that it has in common with a record, and others."""
    kinds: tuple[Any, Any] = (type(record), row)
    names, read = _shared(*kinds)
    return row(**dict(zip(names, read(record), strict=True)) | other)


@cache
def _shared(record: Any, row: Any) -> tuple[tuple[str, ...], Callable[[Any], tuple[Any, ...]]]:
    """Return the names of the fields that a record and a row have in common, and what reads them
    from a record.
    """
    names = {field.name for field in fields(record)}
    shared = tuple(field.name for field in fields(row) if field.name in names)
    return shared, attrgetter(*shared)


def _claim(record: Claim) -> ClaimRow:
    roles = tuple(sorted(set(record.roles())))
    return _same(
        record,
        ClaimRow,
        object=_object(record),
        polarity=record.polarity or "positive",
        condition_claims=tuple(sorted(set(record.condition_claims))),
        roles=roles,
    )


def _object(record: Claim) -> str | None:
    """Return the object of a claim: an entity, a claim (`claim/x`), or a value in quotes.

    >>> _object(Claim("c", object_value="4 May")), _object(Claim("c", object_claim="d"))
    ('"4 May"', 'claim/d')
    """
    if record.object is not None:
        return record.object
    if record.object_claim is not None:
        return f"claim/{record.object_claim}"
    return None if record.object_value is None else f'"{record.object_value}"'


def _assertion(record: Assertion, relays: Mapping[str, Relay]) -> AssertionRow:
    chain = [relays[id] for id in record.relays if id in relays]
    order = sorted(
        {(_LAST if r.position is None else r.position, r.speaker) for r in chain if r.speaker}
    )
    speakers = tuple(speaker for _, speaker in order)
    return _same(
        record,
        AssertionRow,
        scope=tuple(sorted(set(record.scope))),
        relays=speakers,
        on_behalf=tuple(sorted(set(record.on_behalf))),
    )


def _source(record: Source) -> SourceRow:
    return _same(record, SourceRow, co_authors=tuple(sorted(set(record.co_authors))))


def _affiliation(record: Affiliation) -> AffiliationRow | None:
    """Return a tie; None if an end of it is missing."""
    complete = record.member and record.relation and record.party
    return _same(record, AffiliationRow) if complete else None


def _judgement(record: Judgement) -> JudgementRow:
    span = None
    if record.range_start is not None and record.range_end is not None:
        span = (record.range_start, record.range_end)
    return _same(record, JudgementRow, kind=record.kind or "", span=span)


def _entity(record: Entity) -> EntityRow:
    naming, within = record.naming or "named", tuple(sorted(set(record.within)))
    described = record.name if naming == "unnamed" else None
    people, place = record.kind in _PEOPLE, record.kind in _PLACES
    return EntityRow(record.id, naming, within, described or "", people, place)


def with_declarations(tables: Tables, declared: Declared) -> Tables:
    """Return the tables with the predicates and policies of an ontology.

    `declared` has subject → property → objects.
    """
    return replace(
        tables,
        predicates=tuple(_predicate(iri, declared[iri]) for iri in _of_type(declared, "Predicate")),
        policies=tuple(_policy(iri, declared[iri]) for iri in _of_type(declared, "Policy")),
    )


def _of_type(declared: Declared, name: str) -> list[str]:
    """Return the subjects of a class, sorted."""

    def typed(stated: Mapping[str, Sequence[Term]]) -> bool:
        """Tell whether a subject has the class."""
        return any(term.value == NS + name for term in stated.get(RDF + "type", ()))

    return sorted(iri for iri, stated in declared.items() if typed(stated))


def _predicate(iri: str, stated: Mapping[str, Sequence[Term]]) -> PredicateRow:
    def all_of(name: str) -> tuple[str, ...]:
        """Return all values of a property, as slugs."""
        return tuple(sorted({_short(term.value) for term in stated.get(NS + name, ())}))

    def one_of(name: str) -> str | None:
        """Return the only value of a property."""
        return next(iter(sorted(term.value for term in stated.get(NS + name, ()))), None)

    def yes(name: str) -> bool:
        """Tell whether a property is true."""
        return one_of(name) in ("true", "1")

    inverse = one_of("inverseOf")
    return PredicateRow(
        iri.removeprefix(PREDICATES),
        one_of("functional"),
        all_of("incompatibleWith"),
        inverse and inverse.removeprefix(PREDICATES),
        yes("symmetric"),
        all_of("initiates"),
        all_of("terminates"),
        all_of("entails"),
        one_of("measures"),
        all_of("againstInterestOf"),
        yes("acrossSides"),
        yes("once"),
        yes("atOnePlace"),
        one_of("sharesOf"),
    )


def _short(iri: str) -> str:
    return iri.removeprefix(PREDICATES).removeprefix(NS).removeprefix(RDF)


def _policy(iri: str, stated: Mapping[str, Sequence[Term]]) -> PolicyRow:
    def decimal(name: str, default: Decimal) -> Decimal:
        """Return the number of a property, the least if there are several."""
        found = (_number(term.value) for term in stated.get(NS + name, ()))
        return min((number for number in found if number is not None), default=default)

    def yes(name: str) -> bool:
        """Tell whether a property is true."""
        return any(term.value in ("true", "1") for term in stated.get(NS + name, ()))

    statuses = (term.value for term in stated.get(NS + "acceptsStatus", ()))
    return PolicyRow(
        iri.rpartition("/")[2],
        voices_to_corroborate=int(decimal("voicesToCorroborate", Decimal(2))),
        voices_without_stake=int(decimal("voicesWithoutStake", Decimal(1))),
        doubt_disputes=yes("doubtDisputes"),
        possible_contradiction_disputes=yes("possibleContradictionDisputes"),
        accepts=tuple(sorted({status.removeprefix(f"{NS}status-") for status in statuses})),
        about_tolerance=decimal("aboutTolerance", Decimal("0.1")),
        about_certain=decimal("aboutCertain", Decimal(2)),
        several_originals=yes("severalOriginals"),
    )


def _number(text: str) -> Decimal | None:
    try:
        return values.number(text)
    except ValueError:
        return None
