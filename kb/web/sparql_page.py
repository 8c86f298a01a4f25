"""SPARQL 1.1 Protocol, query operation, read-only: under `/sparql`, with limits on every query.

A browser gets a form. Anybody else who asks nothing gets the description of the service.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from kb.errors import KbError, Usage
from kb.presentation import sparql_results
from kb.web import bodies, days, question_page, responses, words
from kb.web.bodies import Unacceptable
from kb.web.desk import Desk
from kb.web.look import Look
from kb.web.results import Page

PATH: Final = "/sparql"
PAGE: Final = "text/html"
MEDIA: Final = (*sparql_results.ROWS, *sparql_results.GRAPH)
DIRECT: Final = "application/sparql-query"
DATASET: Final = ("default-graph-uri", "named-graph-uri")


def endpoint(desk: Desk) -> Callable[[Request], Awaitable[Response]]:
    """Return the handler of queries."""

    async def answer(request: Request) -> Response:
        """Answer one query, from one state of the files."""
        try:
            values, query = await _asked(request)
            view = days.read(values)
            return desk.together(view, lambda look: _answer(request, look, values, query))
        except Unacceptable as error:
            return PlainTextResponse(f"{error.sentence}\n", error.code)
        except KbError as error:
            if _page_wanted(request.headers.get("accept", "")):
                return responses.failed(request, error, "html")
            code = 503 if isinstance(error, responses.Incomplete) else 400
            return PlainTextResponse("\n".join(_lines(error)) + "\n", code)

    return answer


def _lines(error: KbError) -> list[str]:
    """Return an error as lines of text."""
    found = error.sentences if isinstance(error, responses.Incomplete) else ()
    return [error.message, *found, *([error.hint] if error.hint else [])]


async def _asked(request: Request) -> tuple[QueryParams, str]:
    """Return the parameters and the query of a request (2.1). Raises Unacceptable, Usage."""
    values = request.query_params
    query = values.getlist("query")
    if request.method == "POST":
        media = bodies.media(request)
        body = await bodies.text(request)
        if media == DIRECT:
            query = [*query, body]
        elif media == bodies.FORM:
            values = QueryParams([*values.multi_items(), *QueryParams(body).multi_items()])
            query = values.getlist("query")
        else:
            raise Unacceptable(415, words.WRONG_MEDIA_TYPE)
    if "update" in values:
        raise Unacceptable(403, words.NO_UPDATE)
    if request.method == "POST" and not query:
        raise Usage(words.NO_QUERY)
    if len(query) > 1:
        raise Usage(words.TWO_QUERIES)
    if any(name in values for name in DATASET):
        raise Usage(words.NO_DATASET)
    return values, query[0] if query else ""


def _answer(request: Request, look: Look, values: QueryParams, query: str) -> Response:
    """Return the answer to a query, the form, or the description of the service."""
    accept = request.headers.get("accept", "*/*")
    if _page_wanted(accept):
        return _page(request, look, query)
    answer = look.kb.query(query, {}, look.known) if query else None
    if answer is None:
        address = str(request.url.replace(query=""))
        return _written(request, look, sparql_results.described(address), accept)
    responses.demand(look, values)
    return _written(request, look, answer, accept)


def _page(request: Request, look: Look, query: str) -> Response:
    """Return the form with the query, and its answer or what is wrong with it."""
    found: dict[str, object] = {"query": query, "answered": False, "mistake": "", "hint": ""}
    code = 200
    try:
        if query:
            found |= question_page.shown(look, look.kb.query(query, {}, look.known), {})
    except KbError as error:
        code = 400
        found |= {"mistake": error.message, "hint": error.hint}
    page = Page("sparql.html", "Ask in SPARQL", found, "kb query FILE.rq")
    return responses.tagged(request, responses.page(request, look, page), "html", code)


def _page_wanted(accept: str) -> bool:
    """Tell whether a reader prefers a page. A reader that accepts anything is a program.

    >>> _page_wanted("text/html, */*;q=0.8"), _page_wanted("text/html;q=0.1, text/csv")
    (True, False)
    """
    return "text/html" in accept.lower() and _best(accept, (PAGE, *MEDIA)) == PAGE


def _written(request: Request, look: Look, answer: sparql_results.Result, accept: str) -> Response:
    """Return an answer in the media type that the reader likes best. Raises Unacceptable if there
    is none.
    """
    media = _best(accept, sparql_results.types(answer))
    if not media:
        raise Unacceptable(406, words.NO_MEDIA_TYPE)
    text = sparql_results.written(answer, media, look.kb.folder.base)
    return responses.typed(request, text, media, look=look)


def _best(accept: str, offered: Sequence[str]) -> str:
    """Return the media type that an Accept header prefers among those offered, or "".

    >>> _best("text/csv;q=0.5, application/*", ("text/csv", "application/x"))
    'application/x'
    """
    weights = [_weight(accept, media) for media in offered]
    best = max(weights)
    return offered[weights.index(best)] if best else ""


def _weight(accept: str, media: str) -> float:
    """Return how much a media type is wanted, from 0 to 1: its most exact mention counts."""
    mentions = {}
    for part in accept.split(","):
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        mentions[name] = next((p[2:] for p in parameters if p.startswith("q=")), "1")
    kind = media.partition("/")[0]
    found = next((mentions[n] for n in (media, f"{kind}/*", "*/*") if n in mentions), "0")
    try:
        return float(found)
    except ValueError:
        return 0.0
