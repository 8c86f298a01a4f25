"""Disputes about a claim: denials, affirmed claims that contradict it, and dates that differ."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product

from kb.reasoning.content.propositions import window
from kb.reasoning.speakers.evidence import Case, Said
from kb.reasoning.tables import ClaimRow, Contradiction, Period, PolicyRow

# A claim that contradicts, with the kind of the contradiction.
Rival = tuple[str, str]
# The same with its certainty.
Opposition = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Dispute:
    """Everything that speaks against a claim.

    `certain` and `possible` are affirmed claims that contradict it, each with the kind of the
    contradiction. `counted` are those of them that make it disputed under the policy. `divided` are
    voices on both sides. `dated` are assertions whose dates for the event have no day in common.
    `since` is the day by which two voices had contradicted each other in public.
    """

    disputed: bool = False
    certain: tuple[tuple[str, str], ...] = ()
    possible: tuple[tuple[str, str], ...] = ()
    counted: tuple[tuple[str, str], ...] = ()
    divided: tuple[str, ...] = ()
    dated: tuple[str, ...] = ()
    since: date | None = None

    @property
    def unsettled(self) -> bool:
        """Whether the claim can decide no other one."""
        return self.disputed or bool(self.divided)


def disputes(
    cases: Mapping[str, Case],
    groups: Mapping[str, str],
    contradictions: Iterable[Contradiction],
    policy: PolicyRow,
    claims: Collection[str] | None = None,
) -> dict[str, Dispute]:
    """Return claim id → dispute, of these claims or of all.

    `groups` maps each claim to the first of the claims judged the same, which share their
    contradictions.
    """
    against: dict[str, set[Opposition]] = defaultdict(set)
    for row in contradictions:
        for one, other in ((row.claim_a, row.claim_b), (row.claim_b, row.claim_a)):
            if one in cases and other in cases and _opposed(cases[one], cases[other], groups):
                against[groups[one]].add((other, row.kind, row.certainty))
    return {
        claim: _dispute(cases[claim], cases, against[groups[claim]], policy)
        for claim in (cases if claims is None else claims)
    }


def _opposed(one: Case, other: Case, groups: Mapping[str, str]) -> bool:
    """Tell whether a contradiction of two claims counts.

    It does not if they are judged the same, or if only one is a forecast, because a forecast is no
    evidence of what happened.
    """
    apart = groups[one.claim.id] != groups[other.claim.id]
    return apart and (one.claim.kind == "forecast") == (other.claim.kind == "forecast")


def _dispute(
    case: Case, cases: Mapping[str, Case], against: Iterable[Opposition], policy: PolicyRow
) -> Dispute:
    """Describe the dispute about a claim from the claims that contradict it."""
    certain, possible = _contradicting(cases, against)
    counted = certain + (possible if policy.possible_contradiction_disputes else ())
    rivals = [cases[other].affirmed for other, _ in counted]
    early, late = _dated_apart(case, cases)
    answers = [
        *_answers(case.affirmed, _opponents(case, rivals, policy)),
        *_answers(early, [late]),
    ]
    return Dispute(
        bool(answers),
        certain,
        possible,
        counted,
        _divided(case, rivals),
        tuple(sorted({said.row.id for said in (*early, *late)})),
        min((answer.since for answer in answers if answer.since), default=None),
    )


def _contradicting(
    cases: Mapping[str, Case], against: Iterable[Opposition]
) -> tuple[tuple[Rival, ...], tuple[Rival, ...]]:
    """Return the affirmed claims that certainly contradict, and those that only possibly do."""
    affirmed = sorted(row for row in against if cases[row[0]].voices_for)
    certain = tuple((other, kind) for other, kind, certainty in affirmed if certainty == "certain")
    possible = tuple(
        (other, kind)
        for other, kind, certainty in affirmed
        if certainty != "certain" and (other, kind) not in certain
    )
    return certain, possible


def _opponents(
    case: Case, rivals: Iterable[Sequence[Said]], policy: PolicyRow
) -> list[Sequence[Said]]:
    """Return what counts against a claim: denials, affirmed claims that contradict it, and doubts
    if the policy counts them.
    """
    doubts = [case.doubted] if policy.doubt_disputes else []
    return [case.denied, *doubts, *rivals]


def _divided(case: Case, rivals: Iterable[Iterable[Said]]) -> tuple[str, ...]:
    """Return the voices that affirm a claim and also deny it or affirm what contradicts it."""
    contrary = set(_heard(case.denied)).union(*map(_heard, rivals))
    if not contrary:
        return ()
    return tuple(voice for voice in _heard(case.affirmed) if voice in contrary)


def _dated_apart(case: Case, cases: Mapping[str, Case]) -> tuple[list[Said], list[Said]]:
    """Return assertions that date the event before the days of others, and those others."""
    rows = [
        (said, *_occurred(said, cases.get(said.row.claim or "", case).claim))
        for said in case.affirmed
        if said.voice
    ]
    if len(rows) < 2 and not any(first and last and first > last for _, first, last in rows):
        return [], []
    first_end = min((last for _, _, last in rows if last), default=None)
    last_begin = max((first for _, first, _ in rows if first), default=None)
    if not first_end or not last_begin or first_end >= last_begin:
        return [], []
    early = [said for said, _, last in rows if last and last < last_begin]
    late = [said for said, first, _ in rows if first and first > first_end]
    return early, late


def _occurred(said: Said, claim: ClaimRow) -> Period:
    """Return the days to which an assertion dates the event: its own, or else those of the claim
    that it affirms. Reports of a state do not date it.
    """
    own = said.row.occurred_from, said.row.occurred_to
    return own if any(own) or claim.kind == "state" else window(claim)


@dataclass(frozen=True, slots=True)
class _Answer:
    """Two different voices that contradict each other, public `since` a day, None if not known."""

    since: date | None


def _answers(affirmed: Sequence[Said], opponents: Iterable[Sequence[Said]]) -> Iterator[_Answer]:
    """Yield an answer for each side that contradicts a voice with a different one."""
    facing_them = [said for said in opponents if said] if affirmed else []
    left = _first_public(affirmed) if facing_them else {}
    for said in facing_them:
        right = _first_public(said)
        facing = [(one, other) for one, other in product(left, right) if one != other]
        days = [(left[one], right[other]) for one, other in facing]
        since = min((max(day, day2) for day, day2 in days if day and day2), default=None)
        if facing:
            yield _Answer(since)


def _first_public(said: Sequence[Said]) -> dict[str, date | None]:
    """Return voice → the first day by which it was public, echoes included."""
    found: dict[str, date | None] = dict.fromkeys(_heard(said))
    for one in said:
        if one.voice and one.heard and one.public:
            before = found[one.heard]
            found[one.heard] = min(before, one.public) if before else one.public
    return found


def _heard(said: Iterable[Said]) -> tuple[str, ...]:
    """Return the voices of these assertions, sorted; an echo has its own voice here."""
    return tuple(sorted({s.heard for s in said if s.voice and s.heard}))
