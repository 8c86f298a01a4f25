"""Search over names, statements, passages and texts."""

from __future__ import annotations

import shlex
from typing import Final

from kb.web.look import Look
from kb.web.results import Asked, Page, Table

COLUMNS: Final = ("id", "kind", "text", "score")
MOST: Final = 20


def page(look: Look, asked: Asked) -> Page:
    """Return what was found, best first."""
    words = asked.first("q")
    hits = look.kb.find(words, MOST) if words else []
    claims = {a.id: a.claim or "" for a in look.known.assertions.values()}
    values = {"words": words, "hits": hits, "claims": claims}
    formats = ("csv", "json") if words else ()
    command = f"kb find {shlex.quote(words)}" if words else ""
    return Page("search.html", "Search", values, command, "/search", formats)


def table(look: Look, asked: Asked) -> Table:
    """Return what `kb find` prints for programs. Raises Usage if there is no word to look for."""
    hits = look.kb.find(asked.first("q"), MOST)
    return Table(COLUMNS, [[f"{h.kind}/{h.id}", h.kind, h.text, round(h.score)] for h in hits])
