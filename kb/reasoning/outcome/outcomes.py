"""Outcomes: forecasts decided and states ended by later claims."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import Final

from kb.model.vocabulary import FATES
from kb.reasoning.content.propositions import implied, plain, window
from kb.reasoning.contradiction.exclusive_predicates import apart
from kb.reasoning.graph import Many, grouped
from kb.reasoning.outcome.decisions import Outcome, decided, lapsed
from kb.reasoning.outcome.exclusions import exclusions, only
from kb.reasoning.speakers.affiliations import Sides
from kb.reasoning.speakers.evidence import Case
from kb.reasoning.speakers.voices import Speech
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
# Kinds of claims that do not state what happened.
_NOT_FACTUAL: Final = frozenset({"forecast", "intent", "evaluation"})
# Events that may end a state, by its predicate and object. True if the event begins the state, so
# that it ends that of rivals.
Enders = Mapping[tuple[str, str], list[tuple[ClaimRow, bool]]]


def outcomes(
    cases: Mapping[str, Case],
    disputed: Collection[str],
    predicates: Predicates,
    speech: Speech,
    judgements: Iterable[JudgementRow],
    policy: PolicyRow = DEFAULT_POLICY,
) -> dict[str, Outcome]:
    """Return claim id → outcome, for forecasts and for states that ended.

    Only claims that somebody affirms and nobody disputes decide anything. If no rule can decide, a
    judgement of the kind outcome does, as long as the claim that it names counts. A forecast is
    void if its condition is a claim and was not met; a condition in words needs a judgement.
    """
    settled = {id: c for id, c in cases.items() if c.voices_for and id not in disputed}
    judged = _judged(judgements, settled)
    happened = [c for c in settled.values() if c.claim.kind not in _NOT_FACTUAL]
    facts = _by_triple(happened, predicates)
    others = exclusions(happened, predicates, speech)
    enders = _enders([c.claim for c in happened], predicates)
    found: dict[str, Outcome] = {}
    for claim, case in cases.items():
        if case.claim.kind == "forecast":
            outcome = lapsed(case, cases, facts, predicates, policy)
            outcome = outcome or decided(case, facts, predicates, policy, others.against(case))
            found[claim] = judged.get(claim, outcome) if outcome.fate == "pending" else outcome
        elif ended := _ended(case, enders, predicates, speech.sides):
            found[claim] = Outcome("ended", ended)
    return found


def deciders(
    claims: Iterable[ClaimRow],
    predicates: Predicates,
    sides: Sides,
    judgements: Iterable[JudgementRow],
    among: Collection[str] | None = None,
) -> Many:
    """Return forecast or state → the claims on which its outcome can depend, under any evidence
    and with any of the ties left out. If `among` is given, only these, and others that are linked
    by a condition or a judgement.

    >>> rows = [ClaimRow(kind, None, kind, "ann", "won", "cup") for kind in ("event", "forecast")]
    >>> deciders(rows, {}, Sides({}, {}, {}, {}, frozenset()), ())
    {'forecast': {'event'}}
    """
    rows = {claim.id: claim for claim in claims}
    deciding = rows.values() if among is None else [rows[id] for id in among if id in rows]
    factual = [claim for claim in deciding if claim.kind not in _NOT_FACTUAL]
    enders = _enders(factual, predicates)
    pairs = [*_of_forecasts(rows, factual, predicates), *_judged_pairs(judgements)]
    for claim in rows.values():
        if claim.kind != "forecast" and _open(claim):
            pairs += ((claim.id, id) for id in _may_end(claim, enders, predicates, sides))
    return grouped(pairs)


def _judged_pairs(judgements: Iterable[JudgementRow]) -> Iterator[tuple[str, str]]:
    """Yield the claims whose outcome was judged, with the claims that decide it."""
    for row in judgements:
        if row.kind == "outcome" and row.about and row.other:
            yield row.about.removeprefix("claim/"), row.other.removeprefix("claim/")


def _of_forecasts(
    rows: Mapping[str, ClaimRow], factual: Iterable[ClaimRow], predicates: Predicates
) -> Iterator[tuple[str, str]]:
    """Yield the forecasts with their conditions, and the claims that may decide either."""
    facts: dict[object, list[str]] = defaultdict(list)
    for claim in factual:
        for triple in implied(claim, predicates) | _begins(claim, predicates):
            facts[triple].append(claim.id)
        for held, _ in only(claim, predicates):
            facts[held].append(claim.id)
    for claim in rows.values():
        if claim.kind == "forecast":
            conditions = [rows[id] for id in claim.condition_claims if id in rows]
            about = {triple for one in (claim, *conditions) for triple in implied(one, predicates)}
            keys: set[object] = {*about, *(held for held, _ in only(claim, predicates))}
            yield from ((claim.id, one.id) for one in conditions)
            yield from ((claim.id, id) for key in keys for id in facts.get(key, ()))


def _may_end(
    state: ClaimRow, enders: Enders, predicates: Predicates, sides: Sides
) -> Iterator[str]:
    """Yield the events by which a state may have ended, or may have begun again."""
    for subject, name, thing in plain(state, predicates):
        across = _across(name, predicates)
        for event, begins in enders.get((name, thing or ""), ()):
            other = event.subject or ""
            if other == subject or (begins and (not across or sides.ever_opposed(other, subject))):
                yield event.id


def _judged(judgements: Iterable[JudgementRow], settled: Collection[str]) -> dict[str, Outcome]:
    """Return forecast → the outcome that a person judged, unless judgements disagree."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in judgements:
        deciding = (row.other or "").removeprefix("claim/")
        counts = deciding in settled or (not deciding and row.verdict == "void")
        if row.kind == "outcome" and row.verdict in FATES and counts:
            found[(row.about or "").removeprefix("claim/")].append((row.verdict, deciding))
    judged = {}
    for claim, rows in found.items():
        fates = {fate for fate, _ in rows}
        if len(fates) == 1:
            deciding_claims = {deciding for _, deciding in rows if deciding}
            judged[claim] = Outcome(fates.pop(), tuple(sorted(deciding_claims)))
    return judged


def _by_triple(
    cases: Iterable[Case], predicates: Predicates
) -> dict[tuple[str, Triple], list[Case]]:
    """Return polarity and triple → the claims that imply it."""
    found: dict[tuple[str, Triple], list[Case]] = defaultdict(list)
    for case in cases:
        for triple in implied(case.claim, predicates) | _begins(case.claim, predicates):
            found[case.claim.polarity, triple].append(case)
    return found


def _begins(claim: ClaimRow, predicates: Predicates) -> frozenset[Triple]:
    """Return the states that an event begins."""
    if claim.kind != "event" or claim.polarity == "negative":
        return frozenset()
    return frozenset(
        (subject, state, thing)
        for subject, name, thing in plain(claim, predicates)
        if name in predicates
        for state in predicates[name].initiates
    )


def _enders(claims: Iterable[ClaimRow], predicates: Predicates) -> Enders:
    """Collect the events that may end a state."""
    found: dict[tuple[str, str], list[tuple[ClaimRow, bool]]] = defaultdict(list)
    for event in claims:
        row = predicates.get(event.predicate or "")
        whole = event.kind == "event" and event.polarity != "negative" and event.extent != "part"
        if row is None or entity_object(event) is None or not whole:
            continue
        for state in {*row.initiates, *row.terminates}:
            found[state, event.object or ""].append((event, state in row.initiates))
    return found


def _ended(case: Case, enders: Enders, predicates: Predicates, sides: Sides) -> tuple[str, ...]:
    """Return the events that ended a state without a known end.

    They are later than its beginning and its last reported day, and of its own subject, or of a
    rival who began the same. A state without a first day is reported as present whenever a voice
    affirms it again.
    """
    state, begun = case.claim, _begun(case)
    if begun is None or not _open(state) or not case.voices_for:
        return ()
    last = max(begun, state.end_earliest or begun, *_reported(case))
    found = []
    for subject, name, thing in plain(state, predicates):
        events = enders.get((name, thing or ""), ())
        across = _across(name, predicates)
        for event, begins in events:
            if (
                event.begin_earliest
                and event.begin_earliest > last
                and _ends(event, subject, begins, sides, across=across)
                and not _resumed(event, subject, events)
            ):
                found.append(event.id)
    return tuple(sorted(found))


def _open(claim: ClaimRow) -> bool:
    """Tell whether a claim is a positive state without a latest end, which may go on."""
    bounded = claim.end_latest or claim.held == "some"
    return claim.kind == "state" and claim.polarity != "negative" and not bounded


def _resumed(end: ClaimRow, subject: str, events: Iterable[tuple[ClaimRow, bool]]) -> bool:
    """Tell whether the subject began the state again after an event that ended it."""
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
    """Tell whether only rivals end each other's states of this predicate."""
    row = predicates.get(name)
    return row is None or row.across_sides or row.functional != "object-time"


def _ends(event: ClaimRow, subject: str, begins: bool, sides: Sides, *, across: bool) -> bool:
    """Tell whether an event ends the state of a subject, by who takes part in it."""
    if not begins:
        return event.subject == subject
    if event.subject is None:
        return False
    if across:
        return sides.rivals(event.subject, subject, window(event))
    return apart(event.subject, subject, window(event), sides)


def _reported(case: Case) -> Iterator[date]:
    """Yield the days after the first on which voices affirmed a state without a first day.

    The first report may look back at the day that the claim states.
    """
    if case.claim.begin_earliest is None:
        days = {s.period[1] for s in case.affirmed if s.voice and s.period[1]}
        yield from sorted(days)[1:]


def _begun(case: Case) -> date | None:
    """Return a day by which a state had begun: as stated, or else when it was first affirmed."""
    stated = case.claim.begin_latest or case.claim.begin_earliest
    days = (said.period[1] for said in case.affirmed)
    return stated or min(filter(None, days), default=None)
