"""kb changes, kb facts."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import typer

from kb.cli.opened import AS_OF, KNOWN_ON, POLICY, day, opened, standing
from kb.cli.output import message, show

if TYPE_CHECKING:
    from kb.reasoning.status import StatusRow
    from kb.reasoning.timeline import Turn
    from kb.workspace.catalog import Known

app = typer.Typer(rich_markup_mode=None)
FORMAT = typer.Option("table", "--format", "-f", metavar="table|csv|tsv|json|ndjson|md")


@app.command()
def changes(
    start: str = typer.Option(
        "", "--from", metavar="DATE", help="First day; else from the beginning."
    ),
    end: str = typer.Option("", "--to", metavar="DATE", help="Last day; else to the end."),
    known: bool = typer.Option(
        False, "--known", help="By when it was recorded here, instead of when it was published."
    ),
    format: str = FORMAT,
) -> None:
    """Which statuses changed between two days, both included, oldest first; with what arrived and
    so changed each.

    \b
    kb changes --from 2024-03-01 --to 2024-03-31
    kb changes --known --from 2024-03-04 --format json
    """
    from kb.errors import Usage
    from kb.reasoning.tables import undated

    first, last = day(start, "--from") or date.min, day(end, "--to") or date.max
    if last < first:
        raise Usage(f"--to {end} is before --from {start}.", "turn them round")
    kb = opened()
    changes = kb.changes_recorded if known else kb.changes
    records, turns, outcome = kb.together(
        lambda: (kb.known(), changes(first, last), None if known else kb.status())
    )
    missing = len(undated(outcome.tables)) if outcome else 0
    if missing:
        message(f"note: left out, for want of a date of publication: {missing} of the sources")
    if not turns:
        message("no status changed on these days")
    columns, rest = (
        ["claim", "day", "before", "after", "because", "statement"],
        ["details_before", "details_after", "assertions", "claims"],
    )
    if format in ("table", "md"):  # for people: the words say who; ids are for programs
        show(
            columns, [_row(records, t, _worded(t.before), _worded(t.after)) for t in turns], format
        )
        return
    rows = [
        [
            *_row(records, t, _headline(t.before), _headline(t.after)),
            _details(t.before),
            _details(t.after),
            t.assertions,
            t.claims,
        ]
        for t in turns
    ]
    show([*columns, *rest], rows, format)


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
    """A headline with its details; nothing where nobody had spoken."""
    more = ", ".join(_details(row))
    return f"{_headline(row)} ({more})" if more else _headline(row)


def _headline(row: StatusRow | None) -> str | None:
    return row.headline if row else None


def _details(row: StatusRow | None) -> tuple[str, ...]:
    """How a claim is contested beside its headline, and its flags."""
    return (
        tuple(c for c in (*row.contest, *row.flags) if c not in ("none", row.headline))
        if row
        else ()
    )


def _because(known: Known, turn: Turn) -> str:
    from kb.presentation.names import named

    if turn.after is None:
        return "Withdrawn."
    told = " ".join(named(known, r.text) for r in turn.reasons)
    lost = f"No longer: {', '.join(turn.lost)}." if turn.lost else ""
    return (
        " ".join(filter(None, [told, lost]))
        or "Counted otherwise: who belongs to whom, or who copies whom, is told otherwise."
    )


@app.command()
def facts(
    as_of: str = AS_OF, known_on: str = KNOWN_ON, policy: str = POLICY, format: str = FORMAT
) -> None:
    """The claims that a policy accepts. What it accepts is not thereby true: it says by which
    stated rule.

    \b
    kb facts
    kb facts --policy cautious
    kb facts --policy open --as-of 2024-03-02 --format csv
    kb export facts --policy cautious
    """
    from kb.presentation.names import voice_name

    kb = standing(as_of, known_on, policy)
    known, told, rows = kb.together(lambda: (kb.known(), kb.conditions(), kb.facts()))
    message(f"{len(rows)} facts; {', '.join(f'{name} {value}' for name, value in told.items())}")
    columns = [
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
    ]
    table: list[list[object]] = []
    for row in rows:
        claim = known.claims[row.claim]
        said = (
            tuple(voice_name(known, v) for v in row.voices_for),
            row.documents,
            row.no_known_stake,
        )
        dates = (told["policy"], told.get("as of"), told.get("known on"))
        table.append(
            [
                row.claim,
                row.headline,
                claim.statement,
                claim.begin_earliest,
                claim.end_latest,
                *said,
                *dates,
            ]
        )
    show(columns, table, format)
