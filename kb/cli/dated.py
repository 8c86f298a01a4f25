"""kb changes and kb facts: how statuses changed, and which claims a policy accepts."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

import typer

from kb.cli.opened import day, mention_undated, opened, opened_at
from kb.cli.options import AS_OF, FORMAT, KNOWN_ON, LIMIT, POLICY, shared
from kb.cli.output import limited, message, show
from kb.errors import Usage
from kb.presentation import fact_rows
from kb.presentation.values import amount

if TYPE_CHECKING:
    from kb.app.answers import Answers
    from kb.app.derivation.kept_statuses import Statuses
    from kb.app.views.wanted import Wanted
    from kb.reasoning.analysis.timeline import Turn
    from kb.reasoning.outcome.status_row import StatusRow
    from kb.workspace.catalogs.catalog import Known

app = typer.Typer(rich_markup_mode=None, add_completion=False)
CHANGES: Final = ("claim", "day", "before", "after", "because", "statement")
DETAILS: Final = ("details_before", "details_after", "assertions", "claims")
SINCE: Final = typer.Option(
    "", "--since", metavar="DATE", help="First day; by default the beginning."
)
UNTIL: Final = typer.Option("", "--until", metavar="DATE", help="Last day; by default the end.")
KNOWN: Final = typer.Option(
    False, "--known", help="Use the day of recording here, not the day of publication."
)


@app.command()
@shared
def changes(
    wanted: Wanted,
    start: str = SINCE,
    end: str = UNTIL,
    known: bool = KNOWN,
    limit: int = LIMIT,
    format: str = FORMAT,
) -> None:
    """List statuses that changed between two days, oldest first, each with the reason.

    Both days are included.

    \b
    kb changes --since 2024-03-01 --until 2024-03-31
    kb changes --known --since 2024-03-04 --format json
    """
    first, last = day(start, "--since") or date.min, day(end, "--until") or date.max
    if last < first:
        raise Usage(f"--until {end} is before --since {start}.", "swap them")
    kb = opened()
    look = kb.changes_recorded if known else kb.changes
    records, turns, statuses = kb.together(
        lambda: (kb.known(), look(first, last), kb.status_words())
    )
    if not known:
        mention_undated(kb)
    if wanted.described():
        ids = kb.fitting(wanted, records, statuses)
        turns = [turn for turn in turns if turn.claim in ids]
    if not turns:
        message("no status changed on these days")
    if turns or format != "table":
        _print(records, limited(turns, limit), format)


def _print(known: Known, turns: list[Turn], format: str) -> None:
    """Print changes: for people with the details in words, for programs in columns."""
    if format in ("table", "md"):
        rows = [_row(known, turn, _worded(turn.before), _worded(turn.after)) for turn in turns]
        show(CHANGES, rows, format)
    else:
        show((*CHANGES, *DETAILS), [_with_details(known, turn) for turn in turns], format)


def _with_details(known: Known, turn: Turn) -> list[object]:
    return [
        *_row(known, turn, _status(turn.before), _status(turn.after)),
        _details(turn.before),
        _details(turn.after),
        turn.assertions,
        turn.claims,
    ]


def _row(known: Known, turn: Turn, before: str | None, after: str | None) -> list[object]:
    found = known.claims.get(turn.claim)
    statement = found.statement if found else None
    return [turn.claim, turn.day, before, after, _because(known, turn), statement]


def _worded(row: StatusRow | None) -> str | None:
    """Return a status with its details; None if nobody had spoken."""
    more = ", ".join(_details(row))
    return f"{_status(row)} ({more})" if more else _status(row)


def _status(row: StatusRow | None) -> str | None:
    return row.status if row else None


def _details(row: StatusRow | None) -> tuple[str, ...]:
    """Return how a claim is contested, and its flags, without what the status says already."""
    if row is None:
        return ()
    return tuple(word for word in (*row.contest, *row.flags) if word not in ("none", row.status))


def _because(known: Known, turn: Turn) -> str:
    """Return the reason of a change in words."""
    from kb.presentation.names import named

    if turn.after is None:
        return "Withdrawn."
    reasons = [named(known, reason.text) for reason in turn.reasons]
    if turn.lost:
        reasons.append(f"No longer: {', '.join(turn.lost)}.")
    return " ".join(filter(None, reasons)) or (
        "Counted differently: who belongs to whom, or who copies whom, has changed."
    )


@app.command()
@shared
def facts(
    wanted: Wanted,
    as_of: str = AS_OF,
    known_on: str = KNOWN_ON,
    policy: str = POLICY,
    limit: int = LIMIT,
    format: str = FORMAT,
) -> None:
    """List the claims that a policy accepts. Accepted does not mean true.

    For a state without a known end, the table shows the day on which it was last reported.

    \b
    kb facts
    kb facts --policy cautious
    kb facts --policy open --as-of 2024-03-02 --format csv
    kb export facts --policy cautious
    """
    kb = opened_at(as_of, known_on, policy)
    known, conditions, outcome = kb.together(lambda: (kb.known(), kb.conditions(), kb.status()))
    rows = _accepted(kb, known, outcome, wanted)
    named = ", ".join(f"{name} {value}" for name, value in conditions.items())
    message(f"{amount(len(rows), 'fact')}; {named}")
    facts = [fact_rows.values(known, outcome, row, conditions) for row in limited(rows, limit)]
    columns = fact_rows.FOR_PEOPLE if format == "table" else fact_rows.COLUMNS
    if facts or format != "table":
        show(columns, [[fact[name] for name in columns] for fact in facts], format)


def _accepted(kb: Answers, known: Known, outcome: Statuses, wanted: Wanted) -> list[StatusRow]:
    """Return the accepted claims that match the filters."""
    accepted = kb.facts(outcome)
    ids = kb.fitting(wanted, known, {row.claim: row.status for row in accepted})
    return [row for row in accepted if row.claim in ids]
