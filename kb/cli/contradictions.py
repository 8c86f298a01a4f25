"""kb contradictions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from kb.cli.opened import standing
from kb.cli.options import AS_OF, FORMAT, KNOWN_ON, LIMIT, POLICY, shared
from kb.cli.output import limited, message, prose, show
from kb.errors import Usage

if TYPE_CHECKING:
    from kb.app.answers import Answers
    from kb.app.selection import Wanted
    from kb.reasoning.tables import Contradiction
    from kb.workspace.catalog import Known

app = typer.Typer(rich_markup_mode=None, add_completion=False)
PROGRAMS_WITH_REASONS = ("json", "ndjson")
# Words that --kind took before it meant the kind of a claim; a claim has none of these kinds.
TYPES = ("functional", "incompatible", "polarity", "quantity", "judged")


@app.command()
@shared
def contradictions(
    wanted: Wanted,
    claim: str = typer.Argument(
        "", metavar="CLAIM", help="Its id or the beginning of it; all pairs by default."
    ),
    type: str = typer.Option(
        "",
        "--type",
        metavar="TYPE",
        help="functional, incompatible, polarity, quantity, forecast or judged.",
    ),
    certainty: str = typer.Option(
        "", "--certainty", metavar="CERTAINTY", help="certain or possible."
    ),
    dismissed: bool = typer.Option(
        False, "--dismissed", help="List the pairs that were checked and do not contradict."
    ),
    why: bool = typer.Option(False, "--why", help="Show rules, assertions and passages."),
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
    from dataclasses import replace

    from kb.presentation import contradiction_words as words

    if why and format not in ("table", *PROGRAMS_WITH_REASONS):
        raise Usage(f"--why is prose or JSON, not {format}.", "--format json or ndjson")
    if not type and len(wanted.kinds) == 1 and wanted.kinds[0] in TYPES:
        type, wanted = wanted.kinds[0], replace(wanted, kinds=())
    kb = standing(as_of, known_on, policy)
    known = kb.known()
    one = kb.resolve(known, claim, ("claim",)).removeprefix("claim/") if claim else ""
    if dismissed:
        rows = [r for r in words.dismissed(known) if not one or one in (r[0], r[1])]
        show(words.DISMISSED, limited(rows, limit), format)
        return
    known, outcome = kb.together(lambda: (kb.known(), kb.status()))
    found = _wanted(kb, known, wanted, kb.contradictions(one, "", type, certainty, outcome))
    if not found:
        asked = claim or type or certainty or wanted.described()
        message("no contradictions" + (" of that sort" if asked else ""))
    if format != "table":
        columns = words.WITH_REASONS if why else words.COLUMNS
        table = [words.reasoned(kb, known, r) if why else words.row(r) for r in found]
        show(columns, limited(table, limit), format)
    elif found:
        pairs = _pairs(found)
        shown = limited(list(pairs.values()), limit)
        blocks = ([*words.pair(kb, known, outcome, rows, why), ""] for rows in shown)
        prose([line for block in blocks for line in block][:-1])
        sure = sum(any(r.certainty == "certain" for r in rows) for rows in pairs.values())
        number = "1 pair of claims" if len(pairs) == 1 else f"{len(pairs)} pairs of claims"
        more = "" if why else "; --why shows who says it and where"
        message(f"{number}: {sure} certain, {len(pairs) - sure} possible{more}")


def _wanted(
    kb: Answers, known: Known, wanted: Wanted, rows: list[Contradiction]
) -> list[Contradiction]:
    """The pairs of which at least one claim fits the filters."""

    if not wanted.described():
        return rows
    ids = kb.fitting(wanted, known, kb.standings())
    return [r for r in rows if r.claim_a in ids or r.claim_b in ids]


def _pairs(rows: list[Contradiction]) -> dict[tuple[str, str], list[Contradiction]]:
    """The contradictions of each pair, certain ones first."""
    pairs: dict[tuple[str, str], list[Contradiction]] = {}
    for row in sorted(rows, key=lambda r: (r.certainty, r.claim_a, r.claim_b, r.kind)):
        pairs.setdefault((row.claim_a, row.claim_b), []).append(row)
    return pairs
