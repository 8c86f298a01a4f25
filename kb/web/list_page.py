"""Lists of records other than claims: sources, entities, assertions and others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from kb.app.views.wanted import Wanted
from kb.presentation import lists
from kb.web import claims_page
from kb.web.look import Look
from kb.web.results import STEP, Asked, Build, Page, Table

NAMES: Final = tuple(name for name in lists.NAMES if name != "claims")
# Column → the kind of record that its values name; empty if they name the kind, too.
LINKED: Final[Mapping[str, str]] = {
    **dict.fromkeys(("assertion", "source", "entity", "affiliation", "judgement", "claim"), "="),
    **dict.fromkeys(("speaker", "author", "member", "party"), "entity"),
    **dict.fromkeys(("about", "other", "basis"), ""),
}


def page(what: str) -> Build:
    """Return the function that makes the page of a list."""

    def build(look: Look, asked: Asked) -> Page:
        """Return a part of the list."""
        found = lists.listed(look.kb, what, _wanted(what, asked), look.known, look.words)
        start = asked.start(len(found))
        values = {
            "what": what,
            "columns": found.columns,
            "rows": found.rows(start, start + STEP),
            "number": len(found),
            "start": start,
            "step": STEP,
            "linked": {name: kind if kind != "=" else name for name, kind in LINKED.items()},
        }
        options = claims_page.options(asked) if what == "assertions" else ""
        command = f"kb list {what}{options}"
        return Page("list.html", what.capitalize(), values, command, f"/{what}", ("csv", "json"))

    return build


def table(what: str) -> Build:
    """Return the function that makes the rows of `kb list` for programs."""

    def build(look: Look, asked: Asked) -> Table:
        """Return the whole list."""
        return Table(*lists.named(look.kb, what, _wanted(what, asked), look.known))

    return build


def _wanted(what: str, asked: Asked) -> Wanted:
    """Return the filters; they apply to assertions only."""
    return claims_page.wanted(asked) if what == "assertions" else Wanted()
