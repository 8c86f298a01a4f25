"""Records and declarations → rows of tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from decimal import Decimal
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
# Where a relay without a position comes in the chain: innermost.
_LAST = 10**9


def from_records(records: Iterable[Record]) -> Tables:
    """The tables of records, each sorted by id; predicates and policies are left empty.

    >>> from_records([Claim("c", statement="A met B")]).claims[0].polarity
    'positive'
    """
    by_type: dict[type, dict[str, Any]] = {}
    for record in records:
        by_type.setdefault(type(record), {})[record.id] = record
    relays: Mapping[str, Relay] = by_type.get(Relay, {})

    def rows(kind: type, make: Any) -> tuple[Any, ...]:
        """Rows of one kind of record."""
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
    """A row with the fields that it shares with a record, and others."""
    names = (field.name for field in fields(row))  # type: ignore[arg-type]  # each row class is a dataclass
    shared = {name: getattr(record, name) for name in names if hasattr(record, name)}
    return row(**shared | other)


def _claim(record: Claim) -> ClaimRow:
    roles = tuple(sorted(set(record.roles())))
    return _same(
        record,
        ClaimRow,
        object=_object(record),
        polarity=record.polarity or "positive",
        roles=roles,
    )


def _object(record: Claim) -> str | None:
    """The object of a claim: an entity, a claim (`claim/x`) or a value, which is in quotes.

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
    """A tie; None where an end of it is missing."""
    return (
        _same(record, AffiliationRow)
        if record.member and record.relation and record.party
        else None
    )


def _judgement(record: Judgement) -> JudgementRow:
    span = None
    if record.range_start is not None and record.range_end is not None:
        span = (record.range_start, record.range_end)
    return _same(record, JudgementRow, kind=record.kind or "", span=span)


def _entity(record: Entity) -> EntityRow:
    naming, within = record.naming or "named", tuple(sorted(set(record.within)))
    described = record.name if naming == "unnamed" else None
    return EntityRow(record.id, naming, within, described or "")


def with_declarations(tables: Tables, declared: Declared) -> Tables:
    """Tables with the predicates and policies of an ontology; `declared` has subject → property →
    objects.
    """
    return replace(
        tables,
        predicates=tuple(_predicate(iri, declared[iri]) for iri in _of_type(declared, "Predicate")),
        policies=tuple(_policy(iri, declared[iri]) for iri in _of_type(declared, "Policy")),
    )


def _of_type(declared: Declared, name: str) -> list[str]:
    typed = (
        iri
        for iri, stated in declared.items()
        if any(t.value == NS + name for t in stated.get(RDF + "type", ()))
    )
    return sorted(typed)


def _predicate(iri: str, stated: Mapping[str, Sequence[Term]]) -> PredicateRow:
    def all_of(name: str) -> tuple[str, ...]:
        """Everything that the predicate declares by this property."""
        return tuple(sorted({_short(term.value) for term in stated.get(NS + name, ())}))

    def one_of(name: str) -> str | None:
        """The one value of this property."""
        return next(iter(sorted(term.value for term in stated.get(NS + name, ()))), None)

    def yes(name: str) -> bool:
        """Whether the predicate declares this."""
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
    def number(name: str, default: int) -> int:
        """A number that the policy sets."""
        found = [_number(term.value) for term in stated.get(NS + name, ())]
        return next((int(n) for n in sorted(n for n in found if n is not None)), default)

    def decimal(name: str, default: Decimal) -> Decimal:
        """A number that the policy sets, which may have a fraction."""
        found = [_number(term.value) for term in stated.get(NS + name, ())]
        return min((n for n in found if n is not None), default=default)

    def yes(name: str) -> bool:
        """Whether the policy chooses this."""
        return any(term.value in ("true", "1") for term in stated.get(NS + name, ()))

    accepts = {
        term.value.removeprefix(f"{NS}status-") for term in stated.get(NS + "acceptsStatus", ())
    }
    return PolicyRow(
        iri.rpartition("/")[2],
        number("voicesToCorroborate", 2),
        number("voicesWithoutStake", 1),
        yes("doubtDisputes"),
        yes("possibleContradictionDisputes"),
        tuple(sorted(accepts)),
        decimal("aboutTolerance", Decimal("0.1")),
        decimal("aboutCertain", Decimal(2)),
        yes("severalOriginals"),
    )


def _number(text: str) -> Decimal | None:
    try:
        return values.number(text)
    except ValueError:
        return None
