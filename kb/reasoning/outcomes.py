"""What later claims do to earlier ones: forecasts that came true or failed, states that an event
ended.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Final

from kb.model.vocabulary import FATES
from kb.reasoning.affiliations import Sides
from kb.reasoning.decisions import Outcome, decided, lapsed
from kb.reasoning.evidence import Case
from kb.reasoning.exclusive_predicates import apart
from kb.reasoning.propositions import implied, plain, window
from kb.reasoning.tables import (
    DEFAULT_POLICY,
    ClaimRow,
    JudgementRow,
    PolicyRow,
    PredicateRow,
    Triple,
    entity_object,
)

Predicates = Mapping[str, PredicateRow]
_UNTOLD: Final = frozenset(
    {"forecast", "intent", "evaluation"}
)  # kinds of claims that tell of nothing that has happened


def outcomes(
    cases: Mapping[str, Case],
    disputed: Collection[str],
    predicates: Predicates,
    sides: Sides,
    judgements: Iterable[JudgementRow],
    policy: PolicyRow = DEFAULT_POLICY,
) -> dict[str, Outcome]:
    """Claim id → outcome, for forecasts and for ended states. Only claims that somebody affirms and
    nobody disputes decide anything.

    What no rule can decide is decided by a person's judgement of kind outcome, which names the claim
    that decides it and counts while that claim does. A forecast is void where its condition is a
    claim and did not come about; of a condition in words only a person can say so.
    """
    settled = [c for c in cases.values() if c.voices_for and c.claim.id not in disputed]
    judged = _judged(judgements, {c.claim.id for c in settled})
    facts = _by_triple([c for c in settled if c.claim.kind not in _UNTOLD], predicates)
    enders = _by_object([c.claim for c in settled if c.claim.kind == "event"], predicates)
    found = {}
    for claim, case in cases.items():
        if case.claim.kind == "forecast":
            outcome = lapsed(case, cases, facts, predicates) or decided(
                case, facts, predicates, policy
            )
            found[claim] = judged.get(claim, outcome) if outcome.fate == "pending" else outcome
        elif ended := _ended(case, enders, predicates, sides):
            found[claim] = Outcome("ended", ended)
    return found


def _judged(judgements: Iterable[JudgementRow], settled: Collection[str]) -> dict[str, Outcome]:
    """Forecast → the outcome that a person judged; none where judgements that count disagree."""
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for j in judgements:
        told = (j.other or "").removeprefix("claim/")
        if (
            j.kind == "outcome"
            and j.verdict in FATES
            and (told in settled or (not told and j.verdict == "void"))
        ):
            found[(j.about or "").removeprefix("claim/")].add((j.verdict, told))
    fates = {claim: {fate for fate, _ in rows} for claim, rows in found.items()}
    return {
        claim: Outcome(min(fates[claim]), tuple(sorted(told for _, told in rows if told)))
        for claim, rows in found.items()
        if len(fates[claim]) == 1
    }


def _by_triple(
    cases: Iterable[Case], predicates: Predicates
) -> dict[tuple[str, Triple], list[Case]]:
    """Polarity and triple → claims that imply it."""
    found: dict[tuple[str, Triple], list[Case]] = defaultdict(list)
    for case in cases:
        for triple in implied(case.claim, predicates) | _begins(case.claim, predicates):
            found[case.claim.polarity, triple].append(case)
    return found


def _begins(claim: ClaimRow, predicates: Predicates) -> frozenset[Triple]:
    """The states that an event begins: what took place has made them so."""
    if claim.kind != "event" or claim.polarity == "negative":
        return frozenset()
    return frozenset(
        (s, state, o)
        for s, name, o in plain(claim, predicates)
        if name in predicates
        for state in predicates[name].initiates
    )


def _by_object(
    events: Iterable[ClaimRow], predicates: Predicates
) -> dict[tuple[str, str], list[tuple[ClaimRow, bool]]]:
    """State predicate and object → events that may end such a state, and whether they end the
    rivals' instead of their own.
    """
    found: dict[tuple[str, str], list[tuple[ClaimRow, bool]]] = defaultdict(list)
    for event in events:
        row = predicates.get(event.predicate or "")
        if (
            row is None
            or entity_object(event) is None
            or event.polarity == "negative"
            or event.extent == "part"
        ):
            continue
        for state in {*row.initiates, *row.terminates}:
            found[state, event.object or ""].append((event, state in row.initiates))
    return found


def _ended(
    case: Case,
    enders: Mapping[tuple[str, str], list[tuple[ClaimRow, bool]]],
    predicates: Predicates,
    sides: Sides,
) -> tuple[str, ...]:
    """Events that ended an open state: after it began, by its own subject, or by a rival who began
    the same.
    """
    state = case.claim
    bounded = state.end_earliest or state.end_latest or state.held == "some"
    begun = _begun(case)
    if (
        state.kind != "state"
        or state.polarity == "negative"
        or bounded
        or begun is None
        or not case.voices_for
    ):
        return ()
    return tuple(
        sorted(
            event.id
            for subject, name, thing in plain(state, predicates)
            for event, rival in enders.get((name, thing or ""), ())
            if event.begin_earliest
            and event.begin_earliest > begun
            and _by_whom(event, subject, rival, sides, _across(name, predicates))
            and not _resumed(event, subject, enders[name, thing or ""])
        )
    )


def _resumed(end: ClaimRow, subject: str, events: Iterable[tuple[ClaimRow, bool]]) -> bool:
    """Did the subject itself begin the state again, on a later day?"""
    last = window(end)[1]
    return any(
        begins
        and event.subject == subject
        and last
        and event.begin_earliest
        and event.begin_earliest > last
        for event, begins in events
    )


def _across(name: str, predicates: Predicates) -> bool:
    """Whether only rivals end each other's state of this name."""
    row = predicates.get(name)
    return row is None or row.across_sides or row.functional != "object-time"


def _by_whom(event: ClaimRow, subject: str, rival: bool, sides: Sides, across: bool) -> bool:
    if not rival:
        return event.subject == subject
    if event.subject is None:
        return False
    if across:
        return sides.rivals(event.subject, subject, window(event))
    return apart(event.subject, subject, window(event), sides)


def _begun(case: Case) -> date | None:
    """A day by which the state had begun: as told, else when it was first affirmed to hold."""
    told = case.claim.begin_latest or case.claim.begin_earliest
    return told or min((s.period[1] for s in case.affirmed if s.period[1]), default=None)
