"""Work that is left: documents to read, records that nobody else has checked, possible copies."""

from __future__ import annotations

from typing import Final

from kb.presentation import inbox_rows
from kb.presentation.accounts import account
from kb.web import changes
from kb.web.look import Look
from kb.web.results import Asked, Build, Elsewhere, Page, Table

# Records that are shown at once, each beside its passage.
SHOWN: Final = 20
# Documents, pairs and files that are shown; the data have all.
PAIRS: Final = 50


def page(look: Look, asked: Asked) -> Page | Elsewhere:
    """Return all work that is left now, also if an earlier state is shown."""
    if not look.days.present:
        return Elsewhere("/review")
    tables = inbox_rows.tables(look.inbox())
    waiting = look.unchecked
    start = asked.start(len(waiting), SHOWN)
    shown = waiting[start : start + SHOWN]
    voices = look.outcome.voices
    values = {
        **{name: rows[:PAIRS] for name, (_, rows) in tables.items()},
        "numbers": {name: len(tables[name][1]) for name in inbox_rows.TITLES},
        "rows": [account(look.kb, look.known, one, voices.get(one.id)) for one in shown],
        "bases": {one.id: changes.basis(look.known, [f"assertion/{one.id}"]) for one in shown},
        "again": f"/review?start={start}#unchecked" if start else "/review#unchecked",
        "number": len(waiting),
        "start": start,
        "step": SHOWN,
    }
    return Page("review.html", "Review", values, "kb inbox", "/review/sources", ("csv", "json"))


def table(what: str) -> Build:
    """Return the function that makes the rows of one list, as `kb inbox LIST` does."""

    def build(look: Look, asked: Asked) -> Table:
        """Return the list."""
        return Table(*inbox_rows.tables(look.inbox())[what])

    return build
