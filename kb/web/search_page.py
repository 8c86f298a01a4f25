"""Search over names, statements, passages and texts."""

from __future__ import annotations

import shlex
from typing import Final

from kb.errors import Usage
from kb.web.look import Look
from kb.web.results import Asked, Page, Table

COLUMNS: Final = ("id", "kind", "text", "score")
MOST: Final = 20
LIMIT: Final = "limit"


def page(look: Look, asked: Asked) -> Page:
    """Return the hits, best first."""
    words = asked.first("q")
    most = _most(asked)
    hits = look.find(words, most + 1) if words else []
    said = (look.known.assertions.get(hit.id) for hit in hits if hit.kind == "assertion")
    claims = {one.id: one.claim or "" for one in said if one}
    values: dict[str, object] = {"words": words, "hits": hits[:most], "claims": claims}
    values["more"] = most * 5 if len(hits) > most else 0
    formats = ("csv", "json") if words else ()
    command = f"kb find {shlex.quote(words)}{_option(asked)}" if words else ""
    return Page("search.html", "Search", values, command, "/search", formats)


def table(look: Look, asked: Asked) -> Table:
    """Return the data of `kb find`. Raises Usage if there is no word to look for."""
    hits = look.find(asked.first("q"), _most(asked))
    return Table(COLUMNS, [[f"{h.kind}/{h.id}", h.kind, h.text, round(h.score)] for h in hits])


def _most(asked: Asked) -> int:
    """Return the number of hits that is wanted. Raises Usage for anything else."""
    text = asked.first(LIMIT)
    if text and not asked.number(LIMIT):
        raise Usage(f"{LIMIT} “{text[:40]}” is not a number of rows.", f"write it as in {LIMIT}=50")
    return asked.number(LIMIT) or MOST


def _option(asked: Asked) -> str:
    return f" --limit {_most(asked)}" if asked.first(LIMIT) else ""
