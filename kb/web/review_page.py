"""Work that is left: documents to read, records that nobody else has checked, possible copies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from kb.app.inquiry import worklist
from kb.presentation import inbox_rows
from kb.presentation.accounts import account
from kb.presentation.inbox_rows import TITLES
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
    tables, some = _tables(look), not look.quick
    start = asked.start(look.waiting, SHOWN)
    shown = worklist.unchecked(look.known, start, SHOWN)
    voices = look.outcome.voices
    values = {
        **{name: rows[:PAIRS] for name, (_, rows) in tables.items()},
        "numbers": {name: len(rows) for name, (_, rows) in tables.items()},
        "some": some,
        "rows": [account(look.kb, look.known, one, voices.get(one.id)) for one in shown],
        "bases": {one.id: changes.basis(look.known, [f"assertion/{one.id}"]) for one in shown},
        "again": f"/review?start={start}#unchecked" if start else "/review#unchecked",
        "number": look.waiting,
        "start": start,
        "step": SHOWN,
    }
    return Page("review.html", "Review", values, "kb inbox", "/review/sources", ("csv", "json"))


def _tables(look: Look) -> Mapping[str, inbox_rows.Table]:
    """Return the lists of the work that is left; of a large knowledge base the first documents
    only, because all texts would have to be compared.
    """
    if look.quick:
        return inbox_rows.tables(look.inbox())
    found = inbox_rows.sources(worklist.first(look.kb.session, look.known, PAIRS))
    return {name: (inbox_rows.SOURCES, found if name == "sources" else []) for name in TITLES}


def table(what: str) -> Build:
    """Return the function that makes the rows of one list, as `kb inbox LIST` does."""

    def build(look: Look, asked: Asked) -> Table:
        """Return the list."""
        return Table(*inbox_rows.tables(look.inbox())[what])

    return build
