"""The form that adds a document whose text is pasted."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kb.app.changes.sources import AUTHOR_TYPES
from kb.errors import KbError, Usage
from kb.model import dates
from kb.model.records import Source
from kb.web import changes, responses, words, writes
from kb.web.days import Days
from kb.web.desk import Desk
from kb.web.look import Look
from kb.web.results import Asked, Page
from kb.web.writes import Notice

PATH: Final = "/add/source"
# The name under which the text is read: it is plain text.
NAME: Final = "pasted.txt"
TEXT: Final = "text"
HOW: Final = "pasted in the browser"


@dataclass(frozen=True, slots=True)
class Added:
    """A source that was written, and what a person should know about it."""

    source: Source
    notes: tuple[str, ...]


def routes(desk: Desk) -> list[Route]:
    """Return the route of the form."""

    answered = partial(_answered, desk)
    return [Route(PATH, writes.handler(desk, answered), methods=["GET", "POST"])]


def _answered(desk: Desk, request: Request, asked: Asked) -> Response:
    """Add a document if a form was sent. Show the form with what was typed if it is refused."""
    if request.method != "POST":
        return _shown(desk, request, asked, 200, Notice())
    try:
        changes.prove(asked, desk.secret)
        added = _added(desk, asked)
    except KbError as error:
        return _shown(desk, request, asked, responses.code_of(error), Notice(error))
    return _shown(desk, request, asked, 200, Notice(), added)


def _added(desk: Desk, asked: Asked) -> Added:
    """Write the source of a form. Raises Usage without a title or a text, and what `kb add source`
    raises.
    """
    given = {name: asked.first(name).strip() for name, *_ in words.SOURCE_FIELDS}
    if not given["title"]:
        raise Usage(words.NO_TITLE, words.HOW_TITLE)
    if not asked.first(TEXT).strip():
        raise Usage(words.NO_TEXT, words.HOW_TEXT)
    _check_day(given["published"])
    notes: list[str] = []
    stated = {name: text for name, text in given.items() if text} | {"obtained": HOW}
    data = asked.first(TEXT).encode()
    what = f"add source {given['title']}"
    source = desk.write(what, lambda kb: kb.add_source(NAME, data, stated, notes=notes))
    return Added(source, tuple(notes))


def _check_day(text: str) -> None:
    """Raise Usage if the day of publication cannot be read."""
    try:
        if text:
            dates.parse(text)
    except ValueError as error:
        raise Usage(str(error), words.HOW_DAY) from None


def _shown(
    desk: Desk,
    request: Request,
    asked: Asked,
    code: int,
    notice: Notice,
    added: Added | None = None,
) -> Response:
    """Return the form, or what was added."""

    def shown(look: Look) -> Response:
        """Answer from the present state."""
        names = [TEXT, *(name for name, *_ in words.SOURCE_FIELDS)]
        values = {
            "notice": notice,
            "added": added,
            "typed": {name: asked.first(name) for name in names},
            "fields": words.SOURCE_FIELDS,
            "types": AUTHOR_TYPES,
        }
        page = Page("new_source.html", words.ADD_SOURCE, values, "kb add source FILE")
        return responses.tagged(request, responses.page(request, look, page), "html", code)

    return desk.together(Days(), shown)
