"""The list of claims with their statuses, filtered like `kb status`."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from typing import Final

from kb.app.views.wanted import Wanted
from kb.model.vocabulary import KINDS, STATUSES
from kb.presentation import status_rows
from kb.reasoning.outcome.status_row import StatusRow
from kb.web.look import Look
from kb.web.results import STEP, Asked, Page, Table

# The filters of claims, which have the names of the options of commands.
FILTERS: Final = ("status", "kind", "place", "about", "speaker", "source", "text")


def page(look: Look, asked: Asked) -> Page:
    """Return the claims that match, those that need attention first."""
    rows = _rows(look, asked)
    start = asked.start(len(rows))
    values = {
        "rows": rows[start : start + STEP],
        "number": len(rows),
        "start": start,
        "step": STEP,
        "chosen": {name: asked.all(name) for name in FILTERS},
        "choices": {"status": STATUSES, "kind": KINDS},
        "described": wanted(asked).described(),
    }
    command = f"kb status{options(asked)}"
    return Page("claims.html", "Claims", values, command, "/claims", ("csv", "json"))


def table(look: Look, asked: Asked) -> Table:
    """Return the data of `kb status`."""
    values = [status_rows.values(look.known, look.outcome, row) for row in _rows(look, asked)]
    columns = status_rows.COLUMNS
    return Table(columns, [[value[name] for name in columns] for value in values])


def options(asked: Asked) -> str:
    """Return the filters of an address as options of a command, with a space before each."""
    given = ((name, value) for name in FILTERS for value in asked.all(name))
    return "".join(f" --{name} {shlex.quote(value)}" for name, value in given)


def _rows(look: Look, asked: Asked) -> Sequence[StatusRow]:
    chosen = wanted(asked)
    if not chosen.described():
        return look.ranked
    ids = look.kb.fitting(chosen, look.known, look.words)
    return [row for row in look.ranked if row.claim in ids]


def wanted(asked: Asked) -> Wanted:
    """Return the filters of an address."""
    return Wanted(
        statuses=asked.all("status"),
        kinds=asked.all("kind"),
        places=asked.all("place"),
        about=asked.all("about"),
        speakers=asked.all("speaker"),
        sources=asked.all("source"),
        words=asked.all("text"),
    )
