"""kb status."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from kb.cli.fragile import listed
from kb.cli.opened import standing
from kb.cli.options import AS_OF, FORMAT, KNOWN_ON, LIMIT, POLICY, shared
from kb.cli.output import limited, message, prose, show
from kb.errors import Usage
from kb.presentation.explanation import COLUMNS, against, explained, grounds, sides

if TYPE_CHECKING:
    from kb.app.answers import Answers
    from kb.app.materialisation import Outcome
    from kb.app.selection import Wanted
    from kb.model.records import Claim
    from kb.reasoning.status import StatusRow
    from kb.workspace.catalog import Known

app = typer.Typer(rich_markup_mode=None, add_completion=False)
# Statuses in the order in which a reader wants them; the others follow.
ORDER = (
    "disputed",
    "denied-only",
    "retracted",
    "superseded",
    "admitted",
    "corroborated",
    "single-voice",
    "unsupported",
)
LISTED = (
    "claim",
    "status",
    "statement",
    "affirmed_by",
    "against",
    "documents",
    "originals",
    "no_known_stake",
    "flags",
)
# Columns of a table for people; the others are for programs, and in --why.
FOR_PEOPLE = ("claim", "status", "statement", "affirmed_by", "against", "flags")


@app.command()
@shared
def status(
    wanted: Wanted,
    claim: str = typer.Argument(
        "", metavar="CLAIM", help="Its id or the beginning of it; all claims by default."
    ),
    why: bool = typer.Option(False, "--why", help="Show rules, assertions and passages."),
    what_if: bool = typer.Option(
        False, "--what-if", help="List the records whose removal would change the status."
    ),
    as_of: str = AS_OF,
    known_on: str = KNOWN_ON,
    policy: str = POLICY,
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
    """

    if what_if and not claim:
        raise Usage(
            "--what-if needs a claim.", "kb status CLAIM --what-if, or kb fragile for all claims"
        )
    kb = standing(as_of, known_on, policy)
    known, found, outcome = kb.together(lambda: _looked_up(kb, claim))
    if found and what_if:
        listed(*kb.together(lambda: (kb.known(), kb.what_if(found.id))), format)
        return
    if found and format == "table":
        prose(explained(kb, known, outcome, outcome.rows[found.id]))
        return
    statuses = {id: row.status for id, row in outcome.rows.items()}
    ids = kb.fitting(wanted, known, statuses)
    rows = _sorted([outcome.rows[id] for id in ids if not found or id == found.id])
    if not rows:
        message(_none(kb, wanted))
        if format == "table":
            return
    rows = limited(rows, limit)
    if why:
        _reasoned(kb, known, outcome, rows, format)
        return
    table = [_row(known, outcome, row) for row in rows]
    columns = FOR_PEOPLE if format == "table" else LISTED
    picked = [[row[LISTED.index(name)] for name in columns] for row in table]
    show(columns, picked, format)


def _sorted(rows: list[StatusRow]) -> list[StatusRow]:
    """What a reader wants first comes first."""
    from kb.model import vocabulary

    order = {h: n for n, h in enumerate(dict.fromkeys((*ORDER, *vocabulary.STATUSES)))}
    return sorted(rows, key=lambda row: (order[row.status], row.claim))


def _none(kb: Answers, wanted: Wanted) -> str:
    """Why there is nothing to list, and what to do next."""
    if told := wanted.described():
        return f"no claim fits: {told}"
    if len(kb.conditions()) > 1:
        return "no claims in this view: nothing had been published or recorded by then"
    return "no claims; kb add --help shows how to add some"


def _looked_up(kb: Answers, claim: str) -> tuple[Known, Claim | None, Outcome]:
    """The records, the claim that is meant, None for all, and the statuses."""
    known = kb.known()
    if not claim:
        return known, None, kb.status()
    key = kb.resolve(known, claim, ("claim",))
    found = known.claims[key.removeprefix("claim/")]
    return known, found, kb.status_of(found.id)


def _reasoned(
    kb: Answers, known: Known, outcome: Outcome, rows: list[StatusRow], format: str
) -> None:
    """Rule, assertions and quotes of several claims: prose, or JSON."""
    if format == "table":
        prose(line for row in rows for line in (*explained(kb, known, outcome, row), ""))
        return
    if format not in ("json", "ndjson"):
        raise Usage(f"--why is prose or JSON, not {format}.", "--format json or ndjson")
    show(COLUMNS, [grounds(kb, known, outcome, row) for row in rows], format)


def _row(known: Known, outcome: Outcome, row: StatusRow) -> list[object]:
    statement = known.claims[row.claim].statement if row.claim in known.claims else None
    affirming, opposing = sides(known, outcome, row)
    rivals = [
        f"{'perhaps ' * (sure != 'certain')}claim: {known.claims[c].statement}"
        for c, sure in against(row).items()
        if c in known.claims
    ]
    counts: list[object] = [row.documents, row.originals, row.no_known_stake]
    return [
        row.claim,
        row.status,
        statement,
        affirming,
        (*opposing, *rivals),
        *counts,
        row.flags,
    ]
