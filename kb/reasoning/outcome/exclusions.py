"""Outcomes that exclude a forecast: somebody else won what only one can win."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from kb.reasoning.content.propositions import disjoint, follows, overlap, plain, roles_agree
from kb.reasoning.contradiction.exclusive_predicates import Held, apart
from kb.reasoning.outcome.decisions import first_made
from kb.reasoning.speakers.evidence import Case
from kb.reasoning.speakers.voices import Speech
from kb.reasoning.tables import ClaimRow, PredicateRow


@dataclass(frozen=True, slots=True)
class Exclusions:
    """Settled claims with only one possible subject: predicate and object → subject, case."""

    done: Mapping[Held, list[tuple[str, Case]]]
    predicates: Mapping[str, PredicateRow]
    speech: Speech

    def against(self, forecast: Case) -> tuple[str, ...]:
        """Return the later claims by which somebody else did what was forecast.

        Somebody unnamed may be the one of whom it was forecast. On other days, or in another role,
        it may have been done again.

        >>> from kb.reasoning.tables import ClaimRow, Tables
        >>> from kb.reasoning.speakers.voices import speech
        >>> won = {"w": PredicateRow("w", functional="object")}
        >>> cases = [Case(ClaimRow(who, None, "event", who, "w", "cup")) for who in ("ann", "bob")]
        >>> exclusions(cases[1:], won, speech(Tables())).against(cases[0])
        ('bob',)
        """
        claim, made = forecast.claim, first_made(forecast)
        return tuple(
            sorted(
                case.claim.id
                for held, one in only(claim, self.predicates)
                for other, case in self.done.get(held, ())
                if follows(case.claim, made, (said.period for said in case.affirmed))
                and roles_agree(claim, case.claim)
                and not disjoint(claim, case.claim)
                and self._named(one, other)
                and apart(one, other, overlap(claim, case.claim), self.speech.sides)
            )
        )

    def _named(self, *subjects: str) -> bool:
        """Tell whether all of these are known by name."""
        return all(self.speech.naming.get(who, "named") == "named" for who in subjects)


def exclusions(
    settled: Iterable[Case], predicates: Mapping[str, PredicateRow], speech: Speech
) -> Exclusions:
    """Collect what was done once and for all, from claims that are affirmed and not disputed."""
    done: dict[Held, list[tuple[str, Case]]] = defaultdict(list)
    for case in settled:
        if case.claim.polarity != "negative" and case.claim.condition is None:
            for held, one in only(case.claim, predicates):
                done[held].append((one, case))
    return Exclusions(done, predicates, speech)


def only(claim: ClaimRow, predicates: Mapping[str, PredicateRow]) -> Iterator[tuple[Held, str]]:
    """Yield what has only one subject ever, with the subject that a claim names.

    If only rivals exclude each other, others may have acted together.

    >>> won = {"won": PredicateRow("won", functional="object")}
    >>> list(only(ClaimRow("c", subject="ann", predicate="won", object="cup"), won))
    [(('won', 'cup'), 'ann')]
    """
    for subject, name, thing in plain(claim, predicates):
        row = predicates.get(name)
        if row and thing and row.functional == "object" and not row.across_sides:
            yield (name, thing), subject
