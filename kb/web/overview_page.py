"""The first page: what the documents disagree about, how many records there are, and search."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from heapq import nsmallest
from typing import Final

from kb.app.inquiry.overview import Open, Said
from kb.model.records import Source
from kb.model.vocabulary import STATUSES
from kb.presentation import overview_page
from kb.presentation.accounts import Account, account
from kb.web.look import Look
from kb.web.results import Asked, Page, Table

# Disputes on the first page; the others are one link away.
SHOWN: Final = 8
# Disputes on a page of their list, speakers of each side, and documents.
STEP: Final = 20
SPEAKERS: Final = 5
DOCUMENTS: Final = 40
COUNTED: Final = {"documents": "/sources", "assertions": "/assertions", "claims": "/claims"}


@dataclass(frozen=True, slots=True)
class Dispute:
    """An open dispute with what both sides say."""

    found: Open
    affirmed: Sequence[Account]
    against: Sequence[Account]


def page(look: Look, asked: Asked) -> Page:
    """Return the overview."""
    counts = Counter(look.words.values())
    sources = look.known.sources.values()
    values = {
        "disputes": [_dispute(look, one) for one in look.disputes[:SHOWN]],
        "number": len(look.disputes),
        "counts": [(what, n, COUNTED[what]) for what, n in look.counts.items()],
        "statuses": [(status, counts[status]) for status in STATUSES if counts[status]],
        "unchecked": look.waiting,
        "sources": nsmallest(DOCUMENTS, sources, key=_day),
        "documents": len(sources),
    }
    title = "Overview"
    return Page("overview.html", title, values, "kb overview", "/overview", ("csv", "json"))


def disputes(look: Look, asked: Asked) -> Page:
    """Return a part of all open disputes."""
    found = look.disputes
    start = asked.start(len(found), STEP)
    values = {
        "rows": [_dispute(look, one) for one in found[start : start + STEP]],
        "number": len(found),
        "start": start,
        "step": STEP,
    }
    return Page(
        "disputes.html", "Open disputes", values, "kb overview", "/disputes", ("csv", "json")
    )


def table(look: Look, asked: Asked) -> Table:
    """Return a row for each side of each open dispute."""
    rows = overview_page.rows(look.kb, look.known, look.disputes)
    return Table(overview_page.COLUMNS, rows)


def _dispute(look: Look, found: Open) -> Dispute:
    return Dispute(found, _accounts(look, found.affirmed), _accounts(look, found.against))


def _accounts(look: Look, side: Sequence[Said]) -> list[Account]:
    """Return what the first speakers of one side say."""
    voices = look.outcome.voices
    said = (look.known.assertions[one.assertion] for one in side[:SPEAKERS])
    return [account(look.kb, look.known, one, voices.get(one.id)) for one in said]


def _day(source: Source) -> tuple[str, str]:
    return str(source.published_from or "9999"), source.id
