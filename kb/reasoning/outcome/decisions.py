"""Decisions on forecasts: later claims decide them by their numbers and deadlines.

An event within the bounds and the deadline makes a forecast come true. An event outside of the
bounds, or after the deadline, makes it fail. A forecast that something will not happen is decided
by the same events with the opposite result. If an event may be on either side, the forecast stays
pending.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from kb.reasoning.content.amounts import fits, misses, same_counted
from kb.reasoning.content.propositions import disjoint, follows, implied, plain, roles, window
from kb.reasoning.contradiction.pair_rules import denies
from kb.reasoning.speakers.evidence import Case
from kb.reasoning.tables import ClaimRow, Period, PolicyRow, PredicateRow, Triple

Predicates = Mapping[str, PredicateRow]
Facts = Mapping[tuple[str, Triple], list[Case]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The fate of a forecast or a state, and the claims that decide it.

    `fate` is came-true, failed, void, pending or ended. `lapsed` forecasts are void because their
    condition was not met.
    """

    fate: str
    claims: tuple[str, ...] = ()
    lapsed: bool = False


def decided(
    case: Case,
    facts: Facts,
    predicates: Predicates,
    policy: PolicyRow,
    excluding: Collection[str] = (),
) -> Outcome:
    """Decide a forecast. Only later claims decide it, and only if all of them agree.

    `excluding` are later claims by which somebody else did what only one can do.
    """
    claim = case.claim
    happened, did_not = _evidence(case, facts, predicates, policy)
    if not happened:
        did_not = tuple(sorted({*did_not, *excluding}))
    if bool(happened) == bool(did_not):
        return Outcome("pending", tuple(sorted({*happened, *did_not})))
    expected = claim.polarity != "negative"
    return Outcome("came-true" if bool(happened) == expected else "failed", happened or did_not)


def _evidence(
    case: Case, facts: Facts, predicates: Predicates, policy: PolicyRow
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the claims by which the event happened in time, and those by which it did not."""
    claim, made = case.claim, first_made(case)
    events = _later(claim, made, "positive", facts, predicates)
    happened, missed = _by_event(claim, made, events, predicates, policy)
    absent = _ids(_absent(claim, made, facts, predicates, policy))
    if happened and not absent:
        # The event happened in time. That it also happened at other times does not matter.
        return happened, ()
    return happened, tuple(sorted({*absent, *missed}))


def _by_event(
    claim: ClaimRow,
    made: date | None,
    events: Iterable[Case],
    predicates: Predicates,
    policy: PolicyRow,
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the events that match the forecast, and those that miss it.

    A forecast that something will not happen is only missed by an event that comes too late.
    """
    if claim.polarity == "negative":
        covered = [
            event for event in events if denies(claim, event.claim, predicates, policy, surely=True)
        ]
        happened = [event for event in covered if _in_time(event, claim, made)]
        missed = [event for event in covered if _too_late(event.claim, claim)]
    else:
        alike = [event for event in events if _same_event(event.claim, claim, predicates)]
        fitting = [event for event in alike if fits(event.claim, claim, policy)]
        happened = [event for event in fitting if _in_time(event, claim, made)]
        missed = [event for event in alike if _misses(event, claim, policy)]
    return _ids(happened), _ids(missed)


def _absent(
    claim: ClaimRow,
    made: date | None,
    facts: Facts,
    predicates: Predicates,
    policy: PolicyRow,
) -> Iterator[Case]:
    """Yield the later claims that an event did not happen on any of the days forecast."""
    for row in _later(claim, made, "negative", facts, predicates):
        if denies(row.claim, claim, predicates, policy, surely=True) and _throughout(
            row, claim, made
        ):
            yield row


def lapsed(
    case: Case,
    cases: Mapping[str, Case],
    facts: Facts,
    predicates: Predicates,
    policy: PolicyRow,
) -> Outcome | None:
    """Return the outcome of a forecast whose condition, a claim, was not met; else None.

    The condition was not met if undisputed claims say so, or if somebody denies it and
    nobody affirms it.
    """
    made = first_made(case)
    found: set[str] = set()
    for id in case.claim.condition_claims:
        if condition := cases.get(id):
            found.update(_against(condition, made, facts, predicates, policy))
    return Outcome("void", tuple(sorted(found)), True) if found else None


def _against(
    condition: Case,
    made: date | None,
    facts: Facts,
    predicates: Predicates,
    policy: PolicyRow,
) -> Iterator[str]:
    """Yield the claims that show that a condition was not met; the condition itself if it is only
    denied.
    """
    claim = condition.claim
    if claim.polarity == "negative":
        events = _later(claim, made, "positive", facts, predicates)
        covered = (e for e in events if denies(claim, e.claim, predicates, policy, surely=True))
        yield from _ids(covered)
    else:
        yield from _ids(_absent(claim, made, facts, predicates, policy))
    if condition.voices_against and not condition.voices_for:
        yield claim.id


def first_made(case: Case) -> date | None:
    """Return the first day on which the forecast may have been made."""
    return min((said.period[0] for said in case.affirmed if said.period[0]), default=None)


def _later(
    claim: ClaimRow, made: date | None, polarity: str, facts: Facts, predicates: Predicates
) -> list[Case]:
    """Return claims of a polarity about the same thing that may be later than the forecast."""
    same = polarity == claim.polarity
    triples = plain(claim, predicates) if same else implied(claim, predicates)
    rows = {row.claim.id: row for triple in triples for row in facts.get((polarity, triple), ())}
    return [
        row
        for _, row in sorted(rows.items())
        if follows(row.claim, made, (said.period for said in row.affirmed))
    ]


def _ids(rows: Iterable[Case]) -> tuple[str, ...]:
    """Return the ids of claims, sorted."""
    return tuple(sorted(row.claim.id for row in rows))


def _same_event(event: ClaimRow, forecast: ClaimRow, predicates: Predicates) -> bool:
    """Tell whether an event has the roles that were forecast, counts the same thing, and is not
    only a part of it.
    """
    extent = event.extent != "part" or forecast.extent == "part"
    counted = same_counted(event, forecast, predicates)
    return extent and counted and roles(forecast) <= roles(event)


def _misses(event: Case, forecast: ClaimRow, policy: PolicyRow) -> bool:
    """Tell whether an event misses the forecast, by its number or by the deadline."""
    if _too_late(event.claim, forecast):
        return True
    missed = misses(event.claim, forecast, policy)
    return missed and not disjoint(forecast, event.claim) and not _running(event.claim, forecast)


def _running(event: ClaimRow, forecast: ClaimRow) -> bool:
    """Tell whether a total as of a day before the deadline is still below the number forecast."""
    (start, end), deadline = window(event), window(forecast)[1]
    total = event.kind != "state" and start is None and end is not None
    early = end is not None and (deadline is None or end < deadline)
    least = forecast.quantity_min if forecast.quantity_min is not None else forecast.quantity_best
    most = event.quantity_max if event.quantity_max is not None else event.quantity_best
    return total and early and least is not None and most is not None and most < least


def _too_late(event: ClaimRow, forecast: ClaimRow) -> bool:
    """Tell whether an event certainly happened after the last day that was forecast."""
    deadline = window(forecast)[1]
    return bool(deadline and event.begin_earliest and event.begin_earliest > deadline)


def _in_time(event: Case, forecast: ClaimRow, made: date | None) -> bool:
    """Tell whether an event certainly happened on a day that was forecast."""
    first, last = window(forecast)
    if first and made and first <= made + timedelta(days=1):
        # Only later claims are looked at, so the first day sets no limit.
        first = None
    start, end = _days(event)
    not_early = first is None or bool(start and start >= first)
    not_late = last is None or bool(end and end <= last)
    return not_early and not_late


def _days(event: Case) -> Period:
    """Return the days between which an event happened; of a state, a day on which it was true."""
    claim = event.claim
    known = min((said.period[1] for said in event.affirmed if said.period[1]), default=None)
    if claim.kind == "state":
        day = claim.end_earliest or claim.begin_latest
        day = day or (claim.begin_earliest if claim.held == "all" else known)
        return day, claim.begin_latest or day
    start, end = window(claim)
    return start, min(filter(None, (end, known)), default=None)


def _throughout(absent: Case, forecast: ClaimRow, made: date | None) -> bool:
    """Tell whether a negative claim covers all days forecast, from the day after the forecast.

    An event that is said not to have happened, without a date, did not happen until that was said.
    """
    claim, (first, last) = absent.claim, window(forecast)
    if claim.held == "some":
        return False
    begin, end = window(claim)
    if claim.kind != "state" and begin is end is None:
        until = min((said.period[0] for said in absent.affirmed if said.period[0]), default=None)
        return bool(last and until and last <= until)
    start = max(filter(None, (first, made and made + timedelta(days=1))), default=None)
    return bool(start and last and begin and end and begin <= start and last <= end)
