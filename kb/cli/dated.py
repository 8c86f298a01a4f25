"""kb changes, kb facts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

import typer

from kb.cli.opened import day, opened, standing
from kb.cli.options import AS_OF, FORMAT, KNOWN_ON, LIMIT, POLICY, shared
from kb.cli.output import limited, message, show
from kb.presentation.values import amount

if TYPE_CHECKING:
    from kb.app.materialisation import Outcome
    from kb.app.selection import Wanted
    from kb.reasoning.status import StatusRow
    from kb.reasoning.timeline import Turn
    from kb.workspace.catalog import Known

app = typer.Typer(rich_markup_mode=None, add_completion=False)
CHANGES = ("claim", "day", "before", "after", "because", "statement")
DETAILS = ("details_before", "details_after", "assertions", "claims")
FACTS = (
    "claim",
    "status",
    "statement",
    "from",
    "to",
    "affirmed_by",
    "documents",
    "no_known_stake",
    "policy",
    "as_of",
    "known_on",
)
# Columns of a table for people; the others are for programs.
FACTS_FOR_PEOPLE = ("claim", "status", "statement", "from", "to", "affirmed_by")


@app.command()
@shared
def changes(
    wanted: Wanted,
    start: str = typer.Option(
        "", "--since", metavar="DATE", help="First day; by default the beginning."
    ),
    end: str = typer.Option("", "--until", metavar="DATE", help="Last day; by default the end."),
    known: bool = typer.Option(
        False, "--known", help="By the day of recording here, not of publication."
    ),
    limit: int = LIMIT,
    format: str = FORMAT,
) -> None:
    """List statuses that changed between two days, both included, oldest first, each with the
    reason.

    \b
    kb changes --since 2024-03-01 --until 2024-03-31
    kb changes --known --since 2024-03-04 --format json
    """
    from kb.errors import Usage
    from kb.reasoning.tables import undated

    first, last = day(start, "--since") or date.min, day(end, "--until") or date.max
    if last < first:
        raise Usage(f"--until {end} is before --since {start}.", "swap them")
    kb = opened()
    look = kb.changes_recorded if known else kb.changes
    records, turns, statuses, outcome = kb.together(
        lambda: (kb.known(), look(first, last), kb.standings(), None if known else kb.status())
    )
    missing = len(undated(outcome.tables)) if outcome else 0
    if missing:
        message(f"note: left out because their publication date is unknown: {missing} sources")
    if wanted.described():
        ids = kb.fitting(wanted, records, statuses)
        turns = [turn for turn in turns if turn.claim in ids]
    if not turns:
        message("no status changed on these days")
        if format == "table":
            return
    turns = limited(turns, limit)
    if format in ("table", "md"):  # for people: the words say who; ids are for programs
        rows = [_row(records, t, _worded(t.before), _worded(t.after)) for t in turns]
        show(CHANGES, rows, format)
        return
    show((*CHANGES, *DETAILS), [_with_details(records, t) for t in turns], format)


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
    return [
        turn.claim,
        turn.day,
        before,
        after,
        _because(known, turn),
        found.statement if found else None,
    ]


def _worded(row: StatusRow | None) -> str | None:
    """A status with its details; None where nobody had spoken."""
    more = ", ".join(_details(row))
    return f"{_status(row)} ({more})" if more else _status(row)


def _status(row: StatusRow | None) -> str | None:
    return row.status if row else None


def _details(row: StatusRow | None) -> tuple[str, ...]:
    """How a claim is contested beside its status, and its flags."""
    return (
        tuple(c for c in (*row.contest, *row.flags) if c not in ("none", row.status)) if row else ()
    )


def _because(known: Known, turn: Turn) -> str:
    from kb.presentation.names import named

    if turn.after is None:
        return "Withdrawn."
    told = " ".join(named(known, r.text) for r in turn.reasons)
    lost = f"No longer: {', '.join(turn.lost)}." if turn.lost else ""
    return (
        " ".join(filter(None, [told, lost]))
        or "Counted differently: who belongs to whom, or who copies whom, has changed."
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
    """List the claims that a policy accepts, and by which stated rule. Accepted does not mean true.

    \b
    kb facts
    kb facts --policy cautious
    kb facts --policy open --as-of 2024-03-02 --format csv
    kb export facts --policy cautious
    """

    kb = standing(as_of, known_on, policy)
    known, told, outcome = kb.together(lambda: (kb.known(), kb.conditions(), kb.status()))
    accepted = kb.facts(outcome)
    ids = kb.fitting(wanted, known, {row.claim: row.status for row in accepted})
    rows = [row for row in accepted if row.claim in ids]
    conditions = ", ".join(f"{name} {value}" for name, value in told.items())
    message(f"{amount(len(rows), 'fact')}; {conditions}")
    table = [_fact(known, outcome, row, told) for row in limited(rows, limit)]
    columns = FACTS_FOR_PEOPLE if format == "table" else FACTS
    if table or format != "table":
        picked = [[row[FACTS.index(name)] for name in columns] for row in table]
        show(columns, picked, format)


def _fact(known: Known, outcome: Outcome, row: StatusRow, told: Mapping[str, str]) -> list[object]:
    from kb.presentation.explanation import sides

    claim = known.claims[row.claim]
    affirming, _ = sides(known, outcome, row)
    return [
        row.claim,
        row.status,
        claim.statement,
        claim.begin_earliest,
        claim.end_latest,
        affirming,
        row.documents,
        row.no_known_stake,
        told["policy"],
        told.get("as of"),
        told.get("known on"),
    ]
