"""What decides a forecast: its number and its deadline, by the same rules in both directions.

There are as many ways to fail as to come true. An event inside of the bounds and the deadline makes
a forecast come true; one outside of the bounds, or only after the deadline, makes it fail. A
forecast that something will not happen is decided by the same events, the other way round. Where
an event may lie on either side, the forecast is pending.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from kb.reasoning.amounts import fits, misses
from kb.reasoning.evidence import Case
from kb.reasoning.pair_rules import denies
from kb.reasoning.propositions import disjoint, follows, implied, plain, roles, window
from kb.reasoning.tables import ClaimRow, Period, PolicyRow, PredicateRow, Triple

Predicates = Mapping[str, PredicateRow]
Facts = Mapping[tuple[str, Triple], list[Case]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a claim (came-true, failed, void, pending, ended) and the claims that tell."""

    fate: str
    claims: tuple[str, ...] = ()
    lapsed: bool = False  # void by a rule: its condition did not come about


def decided(case: Case, facts: Facts, predicates: Predicates, policy: PolicyRow) -> Outcome:
    """What became of a forecast. Only later claims decide it, and only where all of them agree."""
    claim, made = case.claim, _made(case)
    positive = _later(claim, made, "positive", facts, predicates)
    negative = _later(claim, made, "negative", facts, predicates)
    absent = [n for n in negative if denies(n.claim, claim) and _throughout(n, claim, made)]
    if claim.polarity == "negative":
        spoken_of = [e for e in positive if denies(claim, e.claim)]
        happened = _chosen(spoken_of, lambda e: _within(e, claim, made))
        missed = _chosen(spoken_of, lambda e: _after(e.claim, claim))
    else:
        spoken_of = [e for e in positive if _same_event(e.claim, claim)]
        happened = _chosen(
            spoken_of, lambda e: fits(e.claim, claim, policy) and _within(e, claim, made)
        )
        missed = _chosen(spoken_of, lambda e: _otherwise(e, claim, policy))
    did_not = tuple(sorted({*_chosen(absent, lambda n: True), *missed}))
    if happened and not absent:  # it happened in time, whatever happened once more
        did_not = ()
    if bool(happened) == bool(did_not):
        return Outcome("pending", tuple(sorted({*happened, *did_not})))
    foretold = claim.polarity != "negative"
    return Outcome("came-true" if bool(happened) == foretold else "failed", happened or did_not)


def lapsed(
    case: Case, cases: Mapping[str, Case], facts: Facts, predicates: Predicates
) -> Outcome | None:
    """A forecast is void once its condition, a claim, is known not to have come about: undisputed
    claims tell so, or somebody denies it and nobody affirms it.
    """
    made = _made(case)
    found: set[str] = set()
    for id in case.claim.condition_claims:
        condition = cases.get(id)
        if condition is None:
            continue
        claim = condition.claim
        opposite = "positive" if claim.polarity == "negative" else "negative"
        against = _later(claim, made, opposite, facts, predicates)
        if claim.polarity == "negative":
            found.update(_chosen(against, lambda e, c=claim: denies(c, e.claim)))  # type: ignore[misc]
        else:
            absent = [n for n in against if denies(n.claim, claim) and _throughout(n, claim, made)]
            found.update(_chosen(absent, lambda n: True))
        if condition.voices_against and not condition.voices_for:
            found.add(id)
    return Outcome("void", tuple(sorted(found)), True) if found else None


def _made(case: Case) -> date | None:
    """The first day on which the forecast may have been made."""
    return min((s.period[0] for s in case.affirmed if s.period[0]), default=None)


def _later(
    claim: ClaimRow, made: date | None, polarity: str, facts: Facts, predicates: Predicates
) -> list[Case]:
    """Claims of a polarity, about the same, that may be of a day after the forecast was made."""
    same = polarity == claim.polarity
    triples = plain(claim, predicates) if same else implied(claim, predicates)
    rows = {row.claim.id: row for triple in triples for row in facts.get((polarity, triple), ())}
    return [
        row
        for id, row in sorted(rows.items())
        if follows(row.claim, made, (s.period for s in row.affirmed))
    ]


def _chosen(rows: Iterable[Case], wanted: Callable[[Case], bool]) -> tuple[str, ...]:
    return tuple(sorted(row.claim.id for row in rows if wanted(row)))


def _same_event(told: ClaimRow, foretold: ClaimRow) -> bool:
    """Whether it has the roles that were forecast, and is as large a part."""
    extent = told.extent != "part" or foretold.extent == "part"
    return extent and roles(foretold) <= roles(told)


def _otherwise(told: Case, foretold: ClaimRow, policy: PolicyRow) -> bool:
    """Whether an event misses the forecast: by its number, or since it came after the deadline."""
    if _after(told.claim, foretold):
        return True
    missed = misses(told.claim, foretold, policy)
    return missed and not disjoint(foretold, told.claim) and not _running(told.claim, foretold)


def _running(told: ClaimRow, foretold: ClaimRow) -> bool:
    """Whether a total as of a day, before the deadline, has not yet reached what was forecast."""
    (start, end), deadline = window(told), window(foretold)[1]
    total = told.kind != "state" and start is None and end is not None
    early = end is not None and (deadline is None or end < deadline)
    least = foretold.quantity_min if foretold.quantity_min is not None else foretold.quantity_best
    most = told.quantity_max if told.quantity_max is not None else told.quantity_best
    return total and early and least is not None and most is not None and most < least


def _after(told: ClaimRow, foretold: ClaimRow) -> bool:
    """Whether it happened for certain after the last day that was forecast."""
    deadline = window(foretold)[1]
    return bool(deadline and told.begin_earliest and told.begin_earliest > deadline)


def _within(told: Case, foretold: ClaimRow, made: date | None) -> bool:
    """Whether it happened for certain on a day that was forecast."""
    first, last = window(foretold)
    if first and made and first <= made + timedelta(days=1):
        first = None  # what is told is later than that
    start, end = _days(told)
    return (last is None or bool(end and end <= last)) and (
        first is None or bool(start and start >= first)
    )


def _days(told: Case) -> Period:
    """The days between which it happened; of a state, a day on which it was so."""
    claim = told.claim
    known = min((s.period[1] for s in told.affirmed if s.period[1]), default=None)
    if claim.kind == "state":
        day = claim.end_earliest or claim.begin_latest
        day = day or (claim.begin_earliest if claim.held == "all" else known)
        return day, claim.begin_latest or day
    start, end = window(claim)
    return start, min(filter(None, (end, known)), default=None)


def _throughout(told: Case, foretold: ClaimRow, made: date | None) -> bool:
    """Whether it is told of all the days that were forecast, from the day after the forecast was
    made. An event that is said not to have happened, without days, is denied of all days until then.
    """
    claim, (first, last) = told.claim, window(foretold)
    start = max(filter(None, (first, made and made + timedelta(days=1))), default=None)
    begin, end = window(claim)
    if claim.kind != "state" and begin is end is None and claim.held != "some":
        until = min((s.period[0] for s in told.affirmed if s.period[0]), default=None)
        return bool(last and until and last <= until)
    return claim.held != "some" and bool(
        start and last and begin and end and begin <= start and last <= end
    )
