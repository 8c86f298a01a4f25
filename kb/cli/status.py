"""kb status."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from kb.cli.fragile import listed
from kb.cli.opened import AS_OF, KNOWN_ON, POLICY, standing
from kb.cli.output import emit, message, show
from kb.errors import Usage
from kb.presentation.controls import visible
from kb.presentation.explanation import COLUMNS, against, explained, grounds, sides

if TYPE_CHECKING:
    from kb.app.answers import Answers
    from kb.app.materialisation import Outcome
    from kb.model.records import Claim
    from kb.reasoning.status import StatusRow
    from kb.workspace.catalog import Known

app = typer.Typer(rich_markup_mode=None)
# Headlines in the order in which a reader wants them.
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


@app.command()
def status(
    claim: str = typer.Argument(
        "", metavar="[CLAIM]", help="Its id or the beginning of it; all claims by default."
    ),
    why: bool = typer.Option(
        False, "--why", help="Rule, assertions and quotes; prose, or --format json."
    ),
    what_if: bool = typer.Option(
        False, "--what-if", help="Which single records would change it, if they were gone."
    ),
    headline: list[str] = typer.Option(
        [], "--only", metavar="HEADLINE", help="Only these, as disputed."
    ),
    as_of: str = AS_OF,
    known_on: str = KNOWN_ON,
    policy: str = POLICY,
    format: str = typer.Option("table", "--format", "-f", metavar="table|csv|tsv|json|ndjson|md"),
) -> None:
    """What is disputed, corroborated, resting on one voice. Both sides stand in every line.

    \b
    kb status
    kb status --only disputed
    kb status coastguard-entered --why
    kb status coastguard-entered --what-if
    kb status --as-of 2024-03-02
    """
    from kb.model import vocabulary
    from kb.model.identifiers import suggestion

    for name in headline:
        if name not in vocabulary.HEADLINES:
            raise Usage(
                f"“{name}” is not a headline.",
                suggestion(name, vocabulary.HEADLINES, ", ".join(vocabulary.HEADLINES)),
            )
    if what_if and not claim:
        raise Usage(
            "--what-if needs a claim.", "kb status CLAIM --what-if, or kb fragile for all claims"
        )
    kb = standing(as_of, known_on, policy)
    known, found, outcome = kb.together(lambda: _looked_up(kb, claim))
    if found:
        if what_if:
            listed(known, kb.what_if(found.id), format)
            return
        if format == "table":
            emit(visible("\n".join(explained(kb, known, outcome, outcome.rows[found.id]))) + "\n")
            return
    rows = [
        r
        for r in outcome.rows.values()
        if (not found or r.claim == found.id) and (not headline or r.headline in headline)
    ]
    if not rows:
        message("no claims" if not headline else f"no claim is {' or '.join(headline)}")
    if why:
        _reasoned(kb, known, outcome, rows, format)
        return
    columns = [
        "claim",
        "status",
        "statement",
        "affirmed_by",
        "against",
        "documents",
        "originals",
        "no_known_stake",
        "flags",
    ]
    order = {h: n for n, h in enumerate(dict.fromkeys((*ORDER, *vocabulary.HEADLINES)))}
    table = [
        _row(known, outcome, r) for r in sorted(rows, key=lambda r: (order[r.headline], r.claim))
    ]
    show(columns, table, format)


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
        for row in rows:
            emit(visible("\n".join(explained(kb, known, outcome, row))) + "\n\n")
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
        row.headline,
        statement,
        affirming,
        (*opposing, *rivals),
        *counts,
        row.flags,
    ]
