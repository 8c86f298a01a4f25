"""Forms that change records: shown by GET, tried out and saved by POST.

A form is saved only with the token of this run of the server, and only if the records that it was
based on are still the same. What a person typed is never lost: each refusal shows it again.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from kb.app.changes import undo
from kb.app.changes.undo import Reversal
from kb.app.knowledge_base import KnowledgeBase
from kb.errors import Conflict, KbError, Refused, Usage
from kb.web import (
    bodies,
    changes,
    check_page,
    code_page,
    edit_page,
    judge_page,
    log_page,
    responses,
    withdraw_page,
    words,
)
from kb.web.bodies import Unacceptable
from kb.web.changes import ChangeForm, Planned, Preview
from kb.web.days import Days
from kb.web.desk import Desk
from kb.web.look import Look
from kb.web.results import Asked
from kb.workspace.log import log_entries

CHANGES: tuple[ChangeForm, ...] = (
    edit_page.CHANGE,
    withdraw_page.CHANGE,
    judge_page.CHANGE,
    check_page.CHANGE,
    code_page.CHANGE,
    log_page.UNDO,
)
Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Notice:
    """What a form says above its fields: an error, and the result that a plan would have."""

    error: KbError | None = None
    preview: Preview | None = None


class _Unsaved(KbError):
    """A plan that was not written, because it has errors or is not the one that was shown."""

    def __init__(self, plan: Planned, code: int, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.plan = plan
        self.code = code


def routes(desk: Desk) -> list[Route]:
    """Return the routes of all forms."""
    return [Route(c.path, _endpoint(desk, c), methods=["GET", "POST"]) for c in CHANGES]


def _endpoint(desk: Desk, change: ChangeForm) -> Endpoint:
    """Return the handler that shows a form and saves it."""

    def answered(request: Request, asked: Asked) -> Response:
        """Answer one request."""
        if request.method != "POST":
            return _shown(desk, request, change, asked, 200, Notice())
        return _posted(desk, request, change, asked)

    return handler(desk, answered)


def handler(desk: Desk, answered: Callable[[Request, Asked], Response]) -> Endpoint:
    """Return the handler of a form, which reads what was sent and answers errors."""

    async def endpoint(request: Request) -> Response:
        """Answer one request."""
        asked = Asked(request.path_params.get("name", ""), request.query_params)
        try:
            if request.method == "POST":
                asked = replace(asked, values=await bodies.form(request))
            if desk.read_only:
                raise Refused(words.READ_ONLY, words.HOW_TO_WRITE)
            return answered(request, asked)
        except Unacceptable as error:
            return PlainTextResponse(f"{error.sentence}\n", error.code)
        except KbError as error:
            typed = changes.typed(asked) if request.method == "POST" else ()
            return responses.failed(request, error, "html", typed)

    return endpoint


def _posted(desk: Desk, request: Request, change: ChangeForm, asked: Asked) -> Response:
    """Try out or save what was typed; if it is refused, show it again with the reason."""
    try:
        changes.prove(asked, desk.secret)
        if asked.first(changes.STEP) == "preview":
            return _tried(desk, request, change, asked)
        plan, number = desk.write(change.what(asked), lambda kb: _saved(desk, kb, change, asked))
    except _Unsaved as error:
        return _refused(desk, request, change, asked, error)
    except KbError as error:
        code = responses.code_of(error)
        return _shown(desk, request, change, asked, code, Notice(error))
    return RedirectResponse(changes.to(change.after(asked, plan), number), 303)


def _refused(
    desk: Desk, request: Request, change: ChangeForm, asked: Asked, error: _Unsaved
) -> Response:
    """Show the form again with the result that it would have, and why it was not saved."""

    def shown(look: Look) -> Response:
        """Answer from one state of the files."""
        notice = _notice(look, asked, error.plan, error)
        return _page(request, change, asked, error.code, look, notice)

    return desk.together(Days(), shown)


def _saved(desk: Desk, kb: KnowledgeBase, change: ChangeForm, asked: Asked) -> tuple[Planned, int]:
    """Write what was typed, under the lock. Return the plan, and the number of its log entry, 0 if
    all of it was recorded already. Raises KbError.
    """
    _compare(kb, change, asked)
    plan = change.plan(kb, asked)
    if isinstance(plan, Reversal):
        undo.undo(kb.session, plan)
        return plan, log_entries.last(kb.folder)
    if not plan.sound:
        raise _Unsaved(plan, 422, words.UNSOUND)
    if asked.first(changes.SHOWN):
        look = Look(kb, Days())
        if changes.changed_result(asked, changes.preview(look, asked, plan)):
            raise _Unsaved(plan, 409, words.OTHERWISE, words.COMPARE)
    plan.what = change.what(asked)
    return plan, log_entries.last(kb.folder) if kb.add(plan) else 0


def _compare(kb: KnowledgeBase, change: ChangeForm, asked: Asked) -> None:
    """Raise Conflict if a record changed since the form was made."""
    seen = asked.first(changes.SEEN)
    if not seen:
        raise Usage(words.NO_BASIS, words.OPEN_AGAIN)
    known = kb.known()
    keys = change.keys(known, asked)
    if seen != changes.basis(known, keys):
        raise Conflict(words.CHANGED, words.COMPARE)


def _tried(desk: Desk, request: Request, change: ChangeForm, asked: Asked) -> Response:
    """Show what saving would do, and write nothing."""

    def tried(look: Look) -> Response:
        """Answer from one state of the files."""
        kb = changes.writable(look.kb)
        _compare(kb, change, asked)
        notice = _notice(look, asked, change.plan(kb, asked))
        return _page(request, change, asked, 200, look, notice)

    return desk.together(Days(), tried)


def _notice(look: Look, asked: Asked, plan: Planned, error: KbError | None = None) -> Notice:
    return Notice(error, changes.preview(look, asked, plan))


def _shown(
    desk: Desk, request: Request, change: ChangeForm, asked: Asked, code: int, notice: Notice
) -> Response:
    """Show the form of the present state with what was typed."""
    return desk.together(Days(), lambda look: _page(request, change, asked, code, look, notice))


def _page(
    request: Request, change: ChangeForm, asked: Asked, code: int, look: Look, notice: Notice
) -> Response:
    """Return the form as a page, based on the records as they are in this state."""
    found = change.page(look, asked)
    values = {
        "notice": notice,
        "seen": changes.basis(look.known, change.keys(look.known, asked)),
        "back": changes.back(asked, ""),
        "coder": asked.first("coder"),
    }
    text = responses.page(request, look, replace(found, values={**found.values, **values}))
    return responses.tagged(request, text, "html", code)
