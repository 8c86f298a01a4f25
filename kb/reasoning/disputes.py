"""Who speaks against whom on a claim: answering denials, affirmed claims that cannot be true as
well, and different dates for one event.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from kb.reasoning.evidence import Case, Said
from kb.reasoning.tables import ClaimRow, Contradiction, PolicyRow


@dataclass(frozen=True, slots=True)
class Dispute:
    """What speaks against a claim. `certain` and `possible` are affirmed claims that contradict it,
    with the kind of each; `counted` are those of them that dispute it by the policy. `dated` are
    assertions that give it days without a day in common.
    """

    disputed: bool = False
    certain: tuple[tuple[str, str], ...] = ()
    possible: tuple[tuple[str, str], ...] = ()
    counted: tuple[tuple[str, str], ...] = ()
    divided: tuple[str, ...] = ()
    dated: tuple[str, ...] = ()
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
            if (
                one in cases
                and other in cases
                and groups[one] != groups[other]
                and not _foreseen(cases[one].claim, cases[other].claim)
            ):
                against[groups[one]].add((other, row.kind, row.certainty))
    return {
        claim: _dispute(case, cases, against[groups[claim]], policy)
        for claim, case in cases.items()
    }


def _foreseen(one: ClaimRow, other: ClaimRow) -> bool:
    """Whether one is a forecast and the other is none: what somebody expected is no evidence."""
    return (one.kind == "forecast") != (other.kind == "forecast")


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
    early, late = _dated(case.affirmed)
    opponents_in_time = [] if not early else [_facing(early, late)]
    answers += [answer for answer in opponents_in_time if answer]
    contrary = set(_heard(case.denied)).union(
        *(_heard(cases[other].affirmed) for other, _ in counted)
    )
    return Dispute(
        bool(answers),
        certain,
        possible,
        counted,
        tuple(v for v in _heard(case.affirmed) if v in contrary),
        tuple(sorted({s.row.id for s in (*early, *late)})),
        min((since for (since,) in answers if since), default=None),
    )


def _dated(affirmed: Iterable[Said]) -> tuple[list[Said], list[Said]]:
    """Assertions that end before others begin, by their own dates of the event, and those others."""
    rows = [s for s in affirmed if s.voice and (s.row.occurred_from or s.row.occurred_to)]
    first_end = min((s.row.occurred_to for s in rows if s.row.occurred_to), default=None)
    last_begin = max((s.row.occurred_from for s in rows if s.row.occurred_from), default=None)
    if not first_end or not last_begin or first_end >= last_begin:
        return [], []
    early = [s for s in rows if s.row.occurred_to and s.row.occurred_to < last_begin]
    late = [s for s in rows if s.row.occurred_from and s.row.occurred_from > first_end]
    return early, late


def _facing(affirmed: Iterable[Said], answering: Iterable[Said]) -> tuple[date | None] | None:
    """None if no two different voices face each other; else the day by which the first two had, in
    a row of one.
    """
    left, right = _first_public(affirmed), _first_public(answering)
    pairs = [(left[v], right[w]) for v in left for w in right if v != w]
    days = [max(one, other) for one, other in pairs if one and other]
    return (min(days, default=None),) if pairs else None


def _first_public(said: Iterable[Said]) -> dict[str, date | None]:
    """Voice → first day by which it was public; who only passes something on speaks here, too."""
    rows = list(said)
    return {
        v: min((s.public for s in rows if s.voice and s.heard == v and s.public), default=None)
        for v in _heard(rows)
    }


def _heard(said: Iterable[Said]) -> tuple[str, ...]:
    """Whose words they are, of those that add a voice or pass one on; sorted."""
    return tuple(sorted({s.heard for s in said if s.voice and s.heard}))
