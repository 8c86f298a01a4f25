"""Answers to requests: pages, tables, documents and errors, each with an entity tag."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from kb.errors import Ambiguous, Conflict, Invalid, KbError, Refused, Unknown, Unreadable, Usage
from kb.presentation import formats
from kb.web import days, rendering, words
from kb.web.look import Look
from kb.web.results import INCOMPLETE, Document, Elsewhere, File, Page, Result, Table, Text
from kb.workspace.log import log_entries
from kb.workspace.log.log_entries import LogEntry

TYPES: Final = {
    "html": "text/html; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json; charset=utf-8",
}
WARNING: Final = "Kb-Warning"
# Characters of a header; clients refuse much longer ones.
LONGEST_HEADER: Final = 4_000
# Parameter of an address: the number of the log entry that was just written.
SAVED: Final = "saved"
LONGEST_NUMBER: Final = 9


class Incomplete(KbError):
    """Data would lack records that cannot be read. `sentences` say which."""

    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__(words.INCOMPLETE, words.HOW_INCOMPLETE)
        self.sentences = tuple(sentences)


_CODES: Final = (
    (Incomplete, 503),
    (Unknown, 404),
    (Ambiguous, 300),
    (Conflict, 409),
    (Refused, 403),
    (Usage, 400),
    (Unreadable, 500),
    (Invalid, 500),
)


def answer(request: Request, look: Look, result: Result, format: str) -> Response:
    """Return the answer to a request for a page in a format."""
    match result:
        case Page():
            return tagged(request, page(request, look, result), "html")
        case File():
            return _stored(request, look, result)
        case Elsewhere():
            return RedirectResponse(result.address, 302)
        case Text():
            return typed(request, result.text, result.media, look=look)
        case Document() if format == "json":
            return tagged(request, formats.document(result.value), "json", look=look)
        case Table():
            written = formats.FOR_PROGRAMS[format](result.columns, result.rows)
            return tagged(request, written, format, look=look)
    raise Unknown(words.NO_FORMAT)


def demand(look: Look, values: Mapping[str, str]) -> None:
    """Raise Incomplete if records cannot be read, unless an address allows it."""
    if look.missing and values.get(INCOMPLETE) != "yes":
        raise Incomplete(look.missing)


def page(request: Request, look: Look, result: Page) -> str:
    """Return a page as HTML."""
    return rendering.render(
        result.template,
        look=look,
        **_own(request, look),
        title=result.title,
        command=look.days.command(result.command),
        data=result.data,
        formats=result.formats,
        here=request.url.path,
        origin=str(request.base_url).rstrip("/"),
        kept=_kept(request),
        folder=look.kb.folder.root.name,
        days=look.days,
        **result.values,
    )


def _own(request: Request, look: Look) -> dict[str, object]:
    """Return what the forms of a page need, and the log entry that the page was opened with."""
    desk = request.app.state.desk
    changing = look.days.present and not desk.read_only
    writable = changing and request.state.known
    return {
        "stranger": changing and not writable,
        "writable": writable,
        "csrf": desk.secret if writable else "",
        "initials": desk.coder,
        "guarded": request.state.guarded,
        "saved": _saved(request, look),
    }


def _saved(request: Request, look: Look) -> LogEntry | None:
    """Return the entry of the log that the address names as saved, if there is one."""
    number = request.query_params.get(SAVED, "")
    if not number.isascii() or not number.isdecimal() or len(number) > LONGEST_NUMBER:
        return None
    try:
        return log_entries.numbered(look.kb.folder, int(number))
    except (KbError, OSError):
        return None


def _stored(request: Request, look: Look, result: File) -> Response:
    """Return a page that the browser stores as a file."""
    found = tagged(request, rendering.stored(look, result), "html")
    found.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(result.name)}"
    return found


def _kept(request: Request) -> list[tuple[str, str]]:
    """Return the parameters that stay the same when the days of a view change."""
    return [
        pair for pair in request.query_params.multi_items() if pair[0] not in (*days.NAMES, SAVED)
    ]


def tagged(
    request: Request, text: str, format: str, code: int = 200, look: Look | None = None
) -> Response:
    """Return text in a format with its entity tag."""
    return typed(request, text, TYPES[format], code, look)


def typed(
    request: Request, text: str, media: str, code: int = 200, look: Look | None = None
) -> Response:
    """Return text of a media type with its entity tag; without it if the reader has the same
    already. What a reader of data must know is in a header, because the data have no place for it.
    """
    body = text.encode("utf-8", "replace")
    told = "\n".join(look.cautions()) if look else ""
    tag = f'"{hashlib.sha256(body + told.encode()).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Content-Type": media, "Vary": "Accept"}
    if told:
        headers[WARNING] = quote(told, safe=" ")[:LONGEST_HEADER]
    if code == 200 and tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(body, code, headers)


def code_of(error: KbError) -> int:
    """Return the code of an answer that is an error."""
    return next((code for kind, code in _CODES if isinstance(error, kind)), 500)


def failed(
    request: Request, error: KbError, format: str, typed: Sequence[tuple[str, str]] = ()
) -> Response:
    """Return an error in words: as a page, or for programs as a JSON document. `typed` are the
    fields of a form that must not be lost.
    """
    if format != "html":
        shown: dict[str, object] = {"error": error.message, "hint": error.hint}
        if isinstance(error, Incomplete):
            shown["problems"] = list(error.sentences)
        return tagged(request, formats.document(shown), "json", code_of(error))
    candidates = error.candidates if isinstance(error, Ambiguous) else ()
    problems = [str(p) for p in error.problems] if isinstance(error, Invalid) else []
    text = rendering.render(
        "error.html",
        title=error.summary if isinstance(error, Ambiguous) else error.message,
        hint=error.hint,
        candidates=candidates,
        problems=problems,
        typed=typed,
    )
    return tagged(request, text, "html", code_of(error))
