"""Who stands against whom on a claim: answering denials and affirmed claims that cannot be true as
well.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from kb.reasoning.evidence import Case, Said, voices_of
from kb.reasoning.tables import Contradiction, PolicyRow


@dataclass(frozen=True, slots=True)
class Dispute:
    """What speaks against a claim. `certain` and `possible` are affirmed claims that contradict it,
    with the kind of each; `counted` are
    those of them that dispute it by the policy."""

    disputed: bool = False
    certain: tuple[tuple[str, str], ...] = ()
    possible: tuple[tuple[str, str], ...] = ()
    counted: tuple[tuple[str, str], ...] = ()
    divided: tuple[str, ...] = ()
    since: date | None = None


def disputes(
    cases: Mapping[str, Case],
    groups: Mapping[str, str],
    contradictions: Iterable[Contradiction],
    policy: PolicyRow,
) -> dict[str, Dispute]:
    """Claim id → dispute. `groups` maps each claim to the first of the claims judged the same: they
    share their contradictions.
    """
    against: dict[str, set[tuple[str, str, str]]] = defaultdict(set)
    for row in contradictions:
        for one, other in ((row.claim_a, row.claim_b), (row.claim_b, row.claim_a)):
            if one in cases and other in cases and groups[one] != groups[other]:
                against[groups[one]].add((other, row.kind, row.certainty))
    return {
        claim: _dispute(case, cases, against[groups[claim]], policy)
        for claim, case in cases.items()
    }


def _dispute(
    case: Case, cases: Mapping[str, Case], against: set[tuple[str, str, str]], policy: PolicyRow
) -> Dispute:
    opponents: list[tuple[Said, ...]] = [case.denied] + (
        [case.doubted] if policy.doubt_disputes else []
    )
    affirmed = sorted(
        (other, kind, certainty) for other, kind, certainty in against if cases[other].voices_for
    )
    certain = tuple((other, kind) for other, kind, certainty in affirmed if certainty == "certain")
    possible = tuple(
        (other, kind)
        for other, kind, certainty in affirmed
        if certainty != "certain" and (other, kind) not in certain
    )
    counted = certain + (possible if policy.possible_contradiction_disputes else ())
    opponents += [cases[other].affirmed for other, _ in counted]
    answers = [answer for side in opponents if (answer := _facing(case.affirmed, side))]
    contrary = set(case.voices_against).union(*(cases[other].voices_for for other, _ in counted))
    return Dispute(
        bool(answers),
        certain,
        possible,
        counted,
        tuple(v for v in case.voices_for if v in contrary),
        min((since for (since,) in answers if since), default=None),
    )


def _facing(affirmed: Iterable[Said], answering: Iterable[Said]) -> tuple[date | None] | None:
    """None if no two different voices face each other; else the day by which the first two had, in
    a row of one.
    """
    left, right = _first_public(affirmed), _first_public(answering)
    pairs = [(left[v], right[w]) for v in left for w in right if v != w]
    days = [max(one, other) for one, other in pairs if one and other]
    return (min(days, default=None),) if pairs else None


def _first_public(said: Iterable[Said]) -> dict[str, date | None]:
    """Voice → first day by which it was public."""
    rows = list(said)
    return {
        v: min((s.public for s in rows if s.voice == v and s.public), default=None)
        for v in voices_of(rows)
    }
