"""kb contradictions: pairs of claims that exclude each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import typer

from kb.cli.opened import opened_at
from kb.cli.options import AS_OF, FORMAT, KNOWN_ON, LIMIT, ONE_CLAIM, POLICY, WHY, shared
from kb.cli.output import limited, message, prose, show
from kb.errors import Usage

if TYPE_CHECKING:
    from kb.app.answers import Answers
    from kb.app.derivation.kept_statuses import Statuses
    from kb.app.views.wanted import Wanted
    from kb.reasoning.tables import Contradiction
    from kb.workspace.catalogs.catalog import Known

    Pairs = dict[tuple[str, str], list[Contradiction]]

app = typer.Typer(rich_markup_mode=None, add_completion=False)
PROGRAMS_WITH_REASONS: Final = ("json", "ndjson")
# Types that --kind meant before it became the kind of a claim; no claim has one of these kinds.
TYPES: Final = ("functional", "incompatible", "polarity", "quantity", "judged")
TYPE: Final = typer.Option(
    "",
    "--type",
    metavar="TYPE",
    help="functional, incompatible, polarity, quantity, forecast or judged.",
)
CERTAINTY: Final = typer.Option("", "--certainty", metavar="CERTAINTY", help="certain or possible.")
DISMISSED: Final = typer.Option(
    False, "--dismissed", help="List the pairs that were checked and do not contradict."
)


@app.command()
@shared
def contradictions(
    wanted: Wanted,
    claim: str = ONE_CLAIM,
    type: str = TYPE,
    certainty: str = CERTAINTY,
    dismissed: bool = DISMISSED,
    why: bool = WHY,
    as_of: str = AS_OF,
    known_on: str = KNOWN_ON,
    policy: str = POLICY,
    limit: int = LIMIT,
    format: str = FORMAT,
) -> None:
    """List pairs of claims that cannot both be true (certain) or may exclude each other (possible).

    \b
    kb contradictions
    kb contradictions --certainty certain --why
    kb contradictions --place oldport --type functional
    kb contradictions --dismissed
    kb contradictions --format csv
    """
    if why and format not in ("table", *PROGRAMS_WITH_REASONS):
        raise Usage(f"--why is prose or JSON, not {format}.", "--format json or ndjson")
    kb = opened_at(as_of, known_on, policy)
    if dismissed:
        _dismissed(kb, claim, limit, format)
        return
    type, wanted = _typed(type, wanted)
    known, outcome = kb.together(lambda: (kb.known(), kb.status()))
    found = kb.contradictions(_one(kb, known, claim), "", type, certainty, outcome)
    found = _wanted(kb, known, wanted, found)
    if not found:
        filtered = claim or type or certainty or wanted.described()
        message("no contradictions match" if filtered else "no contradictions")
    if format != "table":
        _rows(kb, known, found, why, limit, format)
    elif found:
        _prose(kb, known, outcome, _pairs(found), why, limit)


def _typed(type: str, wanted: Wanted) -> tuple[str, Wanted]:
    """Return the type, also if it was given as `--kind`, its former name."""
    from dataclasses import replace

    if not type and len(wanted.kinds) == 1 and wanted.kinds[0] in TYPES:
        return wanted.kinds[0], replace(wanted, kinds=())
    return type, wanted


def _one(kb: Answers, known: Known, claim: str) -> str:
    """Return the id of the claim with this name; empty for no name."""
    return kb.resolve(known, claim, ("claim",)).removeprefix("claim/") if claim else ""


def _dismissed(kb: Answers, claim: str, limit: int, format: str) -> None:
    """Print the pairs that were checked and do not contradict each other."""
    from kb.presentation import contradiction_words as words

    known = kb.known()
    one = _one(kb, known, claim)
    rows = [r for r in words.dismissed(known) if not one or one in (r[0], r[1])]
    show(words.DISMISSED, limited(rows, limit), format)


def _rows(
    kb: Answers, known: Known, found: list[Contradiction], why: bool, limit: int, format: str
) -> None:
    """Print a row for each contradiction, for programs."""
    from kb.presentation import contradiction_words as words

    columns = words.WITH_REASONS if why else words.COLUMNS
    table = [words.reasoned(kb, known, r) if why else words.row(r) for r in found]
    show(columns, limited(table, limit), format)


def _prose(
    kb: Answers, known: Known, outcome: Statuses, pairs: Pairs, why: bool, limit: int
) -> None:
    """Print a block for each pair, and how many pairs there are."""
    from kb.presentation import contradiction_words as words

    shown = limited(list(pairs.values()), limit)
    lines: list[str] = []
    for rows in shown:
        lines += [*words.pair(kb, known, outcome, rows, why), ""]
    prose(lines[:-1])
    # The certain contradictions of a pair come first.
    sure = sum(rows[0].certainty == "certain" for rows in pairs.values())
    number = "1 pair of claims" if len(pairs) == 1 else f"{len(pairs)} pairs of claims"
    more = "" if why else "; --why shows who says it and where"
    message(f"{number}: {sure} certain, {len(pairs) - sure} possible{more}")


def _wanted(
    kb: Answers, known: Known, wanted: Wanted, rows: list[Contradiction]
) -> list[Contradiction]:
    """Return the pairs of which at least one claim matches the filters."""
    if not wanted.described():
        return rows
    ids = kb.fitting(wanted, known, kb.status_words())
    return [r for r in rows if r.claim_a in ids or r.claim_b in ids]


def _pairs(rows: list[Contradiction]) -> Pairs:
    """Group contradictions by pair, certain ones first."""
    pairs: Pairs = {}
    for row in sorted(rows, key=lambda r: (r.certainty, r.claim_a, r.claim_b, r.kind)):
        pairs.setdefault((row.claim_a, row.claim_b), []).append(row)
    return pairs
