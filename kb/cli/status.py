"""kb status: the outcome for each claim, with both sides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import typer

from kb.cli.fragile import print_removals
from kb.cli.opened import opened_at, opened_files
from kb.cli.options import AS_OF, FORMAT, KNOWN_ON, LIMIT, ONE_CLAIM, POLICY, WHY, shared
from kb.cli.output import limited, message, prose, show
from kb.errors import Usage
from kb.presentation import status_rows
from kb.presentation.explanation import COLUMNS, explained, grounds

if TYPE_CHECKING:
    from kb.app.answers import Answers
    from kb.app.derivation.kept_statuses import Statuses
    from kb.app.views.wanted import Wanted
    from kb.reasoning.outcome.status_row import StatusRow
    from kb.workspace.catalogs.catalog import Known

app = typer.Typer(rich_markup_mode=None, add_completion=False)
WHAT_IF: Final = typer.Option(
    False, "--what-if", help="List the records whose removal would change the status."
)
PARQUET: Final = typer.Option(
    "",
    "--parquet",
    metavar="FOLDER",
    help="Compute from the files of kb export parquet, in a folder or at an address.",
)
ENGINE: Final = typer.Option(
    "",
    "--engine",
    metavar="ENGINE",
    help="With --parquet: compute on a Spark cluster, spark://HOST:PORT, or with local workers, "
    "local[N].",
)


@app.command()
@shared
def status(
    wanted: Wanted,
    claim: str = ONE_CLAIM,
    why: bool = WHY,
    what_if: bool = WHAT_IF,
    as_of: str = AS_OF,
    known_on: str = KNOWN_ON,
    policy: str = POLICY,
    parquet: str = PARQUET,
    engine: str = ENGINE,
    limit: int = LIMIT,
    format: str = FORMAT,
) -> None:
    """Show what is disputed, corroborated or depends on one voice, with both sides.

    \b
    kb status
    kb status --status disputed
    kb status coastguard-entered --why
    kb status coastguard-entered --what-if
    kb status --place harbour --speaker coastguard
    kb status --as-of 2024-03-02
    kb status --parquet columns/ --engine local[2]
    """
    if what_if and not claim:
        raise Usage(
            "--what-if needs a claim.", "kb status CLAIM --what-if, or kb fragile for all claims"
        )
    kb = _opened(parquet, engine, as_of, known_on, policy)
    known, found, outcome = kb.together(lambda: _looked_up(kb, claim))
    if what_if:
        print_removals(*kb.together(lambda: (kb.known(), kb.what_if(found))), format)
    elif found and format == "table":
        prose(explained(kb, known, outcome, outcome.rows[found]))
    else:
        rows = _chosen(kb, known, found, outcome, wanted)
        if not rows:
            message(_none(kb, wanted))
        if rows or format != "table":
            _print(kb, known, outcome, limited(rows, limit), why, format)


def _opened(parquet: str, engine: str, as_of: str, known_on: str, policy: str) -> Answers:
    """Open the knowledge base as it was on these days, or the Parquet files of an export.

    Raises Usage.
    """
    if not parquet:
        if engine:
            raise Usage(
                "--engine needs Parquet files, which all workers read.",
                "kb export parquet --output FOLDER; then name it with --parquet",
            )
        return opened_at(as_of, known_on, policy)
    if known_on:
        raise Usage(
            "Parquet files do not have earlier versions of records.", "leave out --known-on"
        )
    return opened_files(parquet, engine, as_of, policy)


def _looked_up(kb: Answers, claim: str) -> tuple[Known, str, Statuses]:
    """Return the records, the id of the claim (empty for all claims), and the statuses."""
    if not claim:
        return kb.known(), "", kb.status()
    known = kb.near()
    found = kb.resolve(known, claim, ("claim",)).removeprefix("claim/")
    return known, found, kb.kept(found)


def _chosen(
    kb: Answers, known: Known, claim: str, outcome: Statuses, wanted: Wanted
) -> list[StatusRow]:
    """Return the statuses that match the filters, those that need attention first."""
    ids = kb.fitting(wanted, known, {id: row.status for id, row in outcome.rows.items()})
    return status_rows.ordered(outcome.rows[id] for id in ids if claim in ("", id))


def _none(kb: Answers, wanted: Wanted) -> str:
    """Say why there is nothing to list, and what to do next."""
    if filters := wanted.described():
        return f"no claims match: {filters}"
    if len(kb.conditions()) > 1:
        return "no claims: nothing had been published or recorded by then"
    return "no claims; kb add --help shows how to add some"


def _print(
    kb: Answers,
    known: Known,
    outcome: Statuses,
    rows: list[StatusRow],
    why: bool,
    format: str,
) -> None:
    """Print statuses as a table, or with their reasons."""
    if why:
        _print_reasons(kb, known, outcome, rows, format)
        return
    columns = status_rows.FOR_PEOPLE if format == "table" else status_rows.COLUMNS
    values = [status_rows.values(known, outcome, row) for row in rows]
    show(columns, [[value[name] for name in columns] for value in values], format)


def _print_reasons(
    kb: Answers, known: Known, outcome: Statuses, rows: list[StatusRow], format: str
) -> None:
    """Print rules, assertions and quotes of several claims as prose or JSON."""
    if format == "table":
        prose(line for row in rows for line in (*explained(kb, known, outcome, row), ""))
        return
    if format not in ("json", "ndjson"):
        raise Usage(f"--why is prose or JSON, not {format}.", "--format json or ndjson")
    show(COLUMNS, [grounds(kb, known, outcome, row) for row in rows], format)
