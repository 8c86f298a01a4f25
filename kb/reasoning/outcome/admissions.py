"""Admissions: assertions by a party, or by its own people, of what harms the party."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Final

from kb.reasoning.speakers.evidence import Case, Said
from kb.reasoning.speakers.independence import in_doubt
from kb.reasoning.speakers.voices import Speech
from kb.reasoning.tables import ClaimRow, PredicateRow

# Kinds of claims that do not state what happened. Nobody admits a wish or an opinion.
_NOT_FACTUAL: Final = frozenset({"intent", "forecast", "evaluation"})


def harmed(claim: ClaimRow, predicates: Mapping[str, PredicateRow]) -> frozenset[str]:
    """Return the entities whose interest the claim harms, as its predicate declares.

    A claim harms nobody if it is negated, only wanted or expected, or depends on a condition.

    >>> fled = PredicateRow("fled", against_interest=("subject",))
    >>> sorted(harmed(ClaimRow("c", subject="ann", predicate="fled"), {"fled": fled}))
    ['ann']
    """
    row = predicates.get(claim.predicate or "")
    happened = claim.polarity != "negative" and claim.kind not in _NOT_FACTUAL
    if row is None or not happened or claim.condition is not None:
        return frozenset()
    return frozenset(_named(claim, row.against_interest))


def admitting(
    case: Case, divided: Collection[str], harmed: frozenset[str], speech: Speech
) -> tuple[str, ...]:
    """Return the assertions by which a harmed party, or who speaks for it, admits the claim.

    Nothing is admitted by words that only a rival passes on, by a divided party, by a statement
    that is only called probable, or by an assertion whose speaker or meaning is in doubt.
    """
    if not harmed:
        return ()
    return tuple(
        said.row.id
        for said in case.affirmed
        if said.voice
        and said not in case.borne
        and not in_doubt(said.row)
        and said.row.degree != "probable"
        and said.heard not in divided
        and not harmed.isdisjoint(speech.speaks_for(said.row))
        and not speech.through_rival(said.row)
    )


def inside(
    case: Case, harmed: frozenset[str], admitting: Collection[str], speech: Speech
) -> tuple[str, ...]:
    """Return the assertions by which somebody who belongs to a harmed party, and does not speak for
    it, affirms the claim.
    """
    if not harmed:
        return ()
    return tuple(
        said.row.id
        for said in case.affirmed
        if said.voice
        and said.row.id not in admitting
        and harmed.isdisjoint(speech.speaks_for(said.row))
        and not harmed.isdisjoint(_bodies(said, speech))
    )


def _bodies(said: Said, speech: Speech) -> frozenset[str]:
    """Return what the speakers of an assertion belong to, without themselves."""
    people = speech.identities(said.row)
    return frozenset().union(*(speech.sides.body(who, said.period) - {who} for who in people))


def _named(claim: ClaimRow, names: Iterable[str]) -> list[str]:
    """Return the entities in these places of a claim: subject, object or roles."""
    filled = [("subject", claim.subject), ("object", claim.object), *claim.roles]
    return [entity for name in names for role, entity in filled if role == name and entity]
