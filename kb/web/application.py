"""The pages by address, each also as data under the same address with an ending."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from starlette.applications import Starlette
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kb.errors import KbError, Unknown, Usage
from kb.model.identifiers import suggestion
from kb.presentation.inbox_rows import TITLES
from kb.web import (
    api,
    assets,
    claim_page,
    claims_page,
    completions,
    days,
    dossier,
    entity_page,
    exports,
    list_page,
    log_page,
    map_page,
    network_page,
    new_source_page,
    overview_page,
    question_page,
    record_page,
    responses,
    review_page,
    scopes,
    search_page,
    source_page,
    sparql_page,
    timeline_page,
    words,
    writes,
)
from kb.web.bounded_work import WAIT
from kb.web.desk import Desk
from kb.web.look import Look
from kb.web.results import INCOMPLETE, Asked, Build
from kb.web.security import Admission, Guard

Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Section:
    """A page and its data. `path` may contain `{name}`; `data` is the path of the data where it is
    different. `records` tells whether the data lack something if records cannot be read. `names`
    are the parameters of the address, None if the page checks them itself. `texts` are data in
    other formats, by ending.
    """

    path: str
    page: Build | None
    table: Build | None = None
    document: Build | None = None
    data: str = ""
    records: bool = True
    names: Sequence[str] | None = ()
    texts: Mapping[str, Build] = field(default_factory=dict)


def _pictures() -> Iterator[Section]:
    """Yield the sections of the pictures of everything, of an entity and of a claim."""
    drawn = {
        "timeline": (timeline_page.page, ()),
        "map": (map_page.page, map_page.NAMES),
        "network": (network_page.page, ()),
    }
    for kind in scopes.KINDS:
        for name, (draw, parameters) in drawn.items():
            path = f"/{kind}/{{name}}/{name}" if kind else f"/{name}"
            texts = {} if kind else exports.TEXTS.get(name, {})
            yield Section(path, scopes.build(kind, name, draw), names=parameters, texts=texts)


LISTED: Final = (*claims_page.FILTERS, "start")
SECTIONS: Sequence[Section] = (
    Section("/", overview_page.page, table=overview_page.table, data="/overview"),
    Section("/disputes", overview_page.disputes, table=overview_page.table, names=("start",)),
    Section("/search", search_page.page, table=search_page.table, names=("q", "limit")),
    Section("/claims", claims_page.page, table=claims_page.table, names=LISTED),
    Section("/claim/{name}/status", None, document=claim_page.status),
    Section(
        "/claim/{name}/what-if",
        claim_page.removals_page,
        table=claim_page.removal_rows,
        names=(WAIT,),
    ),
    Section(
        "/claim/{name}/history", claim_page.history, document=claim_page.versions, names=(WAIT,)
    ),
    *(Section(f"/{kind}/{{name}}/dossier", dossier.page(kind)) for kind in dossier.KINDS),
    Section("/claim/{name}", claim_page.page, document=claim_page.document),
    *(
        Section(
            f"/{what}",
            list_page.page(what),
            table=list_page.table(what),
            names=LISTED if what == "assertions" else ("start",),
        )
        for what in list_page.NAMES
    ),
    Section("/review", review_page.page, names=("start",)),
    *(Section(f"/review/{what}", None, table=review_page.table(what)) for what in TITLES),
    Section("/log", log_page.page, table=log_page.table, names=("start",)),
    Section("/complete", None, document=completions.document, records=False, names=("what", "q")),
    Section("/openapi", None, document=api.document, records=False),
    Section("/questions", question_page.index, table=question_page.index_rows, records=False),
    Section(
        "/question/{name}",
        question_page.page,
        table=question_page.table,
        names=None,
        texts={"ttl": question_page.turtle},
    ),
    Section("/source/{name}/text", None, table=source_page.text_rows),
    Section("/source/{name}/coverage", None, table=source_page.sentences),
    Section("/source/{name}", source_page.page, document=source_page.document, names=("line",)),
    *_pictures(),
    Section("/entity/{name}", entity_page.page, document=record_page.document("entity")),
    *(
        Section(f"/{kind}/{{name}}", record_page.page(kind), document=record_page.document(kind))
        for kind in ("assertion", "affiliation", "judgement")
    ),
)


def application(desk: Desk, admission: Admission) -> Guard:
    """Return the application for a knowledge base.

    Pages are made one after the other, in one thread: questions are answered in a forked child,
    which must not be forked from a process with several threads.
    """
    routes = [Route(f"/static/{name}", assets.served(name)) for name in assets.NAMES]
    paths = (sparql_page.PATH, f"{sparql_page.PATH}/")
    answer = sparql_page.endpoint(desk)
    routes += [Route(path, answer, methods=["GET", "POST"]) for path in paths]
    for section in SECTIONS:
        routes += _routes(desk, section)
    routes += [*writes.routes(desk), *new_source_page.routes(desk)]
    handlers = {404: _missing, Exception: _broken}
    served = Starlette(routes=routes, exception_handlers=handlers)
    served.state.desk = desk
    return Guard(served, admission)


def _routes(desk: Desk, section: Section) -> list[Route]:
    """Return the routes of a page: its data first, whose ending could also belong to a name."""
    data = section.data or section.path
    found = []
    if section.table:
        found.append(Route(f"{data}.csv", _endpoint(desk, section, section.table, "csv")))
    if wanted := section.document or section.table:
        found.append(Route(f"{data}.json", _endpoint(desk, section, wanted, "json")))
    for ending, build in section.texts.items():
        found.append(Route(f"{data}.{ending}", _endpoint(desk, section, build, ending)))
    if section.page:
        found.append(Route(section.path, _endpoint(desk, section, section.page, "html")))
    return found


def _endpoint(desk: Desk, section: Section, build: Build, format: str) -> Endpoint:
    """Return the handler of requests for a page in a format."""

    async def endpoint(request: Request) -> Response:
        """Answer one request, from one state of the files."""
        values = request.query_params
        asked = Asked(request.path_params.get("name", ""), values)

        def answered(look: Look) -> Response:
            """Answer from this state, or refuse data from which records are missing."""
            if section.records and format != "html":
                responses.demand(look, values)
            return responses.answer(request, look, build(look, asked), format)

        try:
            _check(values, section.names)
            return desk.together(days.read(values), answered)
        except KbError as error:
            return responses.failed(request, error, format)

    return endpoint


def _check(values: QueryParams, names: Sequence[str] | None) -> None:
    """Raise Usage for a parameter that a page does not have: it would be ignored."""
    if names is None:
        return
    known = (*names, *days.NAMES, INCOMPLETE, responses.SAVED)
    if unknown := next((name for name in values if name not in known), ""):
        raise Usage(
            f"this page has no parameter “{unknown}”.",
            suggestion(unknown, known, f"it has {', '.join(known)}"),
        )


async def _missing(request: Request, error: Exception) -> Response:
    return responses.failed(request, Unknown(words.NO_PAGE), "html")


async def _broken(request: Request, error: Exception) -> Response:
    return responses.failed(request, KbError(words.DEFECT), "html")
