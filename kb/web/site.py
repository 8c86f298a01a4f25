"""A static copy of a knowledge base: the pages of the browser as files that need no server.

The pages are those of `kb serve`, made from the links that lead to them, so that every link of the
copy leads somewhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Final
from urllib.parse import parse_qsl

from markupsafe import Markup
from starlette.datastructures import ImmutableMultiDict

from kb.app.answers import View
from kb.app.publishing import site_data
from kb.app.publishing.site_data import TermOf
from kb.web import (
    assets,
    claim_page,
    claims_page,
    entity_page,
    list_page,
    overview_page,
    question_page,
    record_page,
    rendering,
    source_page,
)
from kb.web.bounded_work import WAIT
from kb.web.days import Days
from kb.web.look import Look
from kb.web.results import Asked, Build, Page
from kb.web.site_links import file_of, rewritten

_STARTS: Final = ("/", "/disputes", "/claims", "/sources", "/entities", "/questions", "/terms")
_LISTS: Final[Mapping[str, Build]] = {
    "/": overview_page.page,
    "/disputes": overview_page.disputes,
    "/claims": claims_page.page,
    "/questions": question_page.index,
    **{f"/{what}": list_page.page(what) for what in list_page.NAMES},
}
_RECORDS: Final[Mapping[str, Build]] = {
    "claim": claim_page.page,
    "source": source_page.page,
    "entity": entity_page.page,
    "question": question_page.page,
    **{kind: record_page.page(kind) for kind in ("assertion", "affiliation", "judgement")},
}
# Values of pages that only make sense where records can be changed, or take too long for all pages.
_NOT_HERE: Final[Mapping[str, object]] = {"unchecked": 0, "flips": None}
# Parameters of addresses that lead to a page of the copy.
_KEPT: Final = frozenset(("status", "start", "about", "speaker", "source"))
SCRIPT: Final = "search.js"
INDEX: Final = "site-index.js"
STATIC: Final = ("style.css", "icon.svg", SCRIPT)


def files(kb: View) -> Iterator[tuple[str, str]]:
    """Yield the path and the text of each file of the copy."""
    data = dict(site_data.files(kb.session))
    yield from data.items()
    copy = _Copy(Look(kb, Days()), {t.name: t for t in site_data.terms(kb.session)}, data)
    yield from copy.pages()
    yield f"static/{INDEX}", copy.index()
    yield from ((f"static/{name}", str(assets.text(name))) for name in STATIC)


class _Copy:
    """The pages of a copy, made one after the other from the links that lead to them."""

    def __init__(self, look: Look, terms: Mapping[str, TermOf], data: Mapping[str, str]) -> None:
        self.look, self.terms, self.data = look, terms, data
        self._ahead: list[tuple[str, str]] = []
        self._seen: set[tuple[str, str]] = set()

    def pages(self) -> Iterator[tuple[str, str]]:
        """Yield the path and the text of each page."""
        keys = site_data.keys(self.look.known)
        for path in (*_STARTS, *(f"/{key}" for key in keys), *(f"/term/{n}" for n in self.terms)):
            self._has(path, "")
        while self._ahead:
            path, query = self._ahead.pop()
            yield f"{file_of(path, query)}.html", self._page(path, query)

    def _has(self, path: str, query: str) -> bool:
        """Tell whether the copy has a page, and remember to make it."""
        if self._build(path) is None or not {name for name, _ in parse_qsl(query)} <= _KEPT:
            return False
        if (path, query) not in self._seen:
            self._seen.add((path, query))
            self._ahead.append((path, query))
        return True

    def _build(self, path: str) -> Build | None:
        """Return the function that makes a page, None if the copy has no such page."""
        kind, _, name = path[1:].partition("/")
        if path == "/terms" or (kind == "term" and name in self.terms):
            return partial(_term, self.terms)
        if name and "/" not in name and self._exists(kind, name):
            return _RECORDS.get(kind)
        return _LISTS.get(path)

    def _exists(self, kind: str, name: str) -> bool:
        """Tell whether there is a record or a question with this name."""
        found = self.look.kb.queries() if kind == "question" else ()
        return name in found or self.look.known.present(f"{kind}/{name}") is not None

    def _page(self, path: str, query: str) -> str:
        """Return one page."""
        build = self._build(path)
        assert build is not None
        name = path[1:].partition("/")[2]
        # Nobody waits for these pages.
        values = ImmutableMultiDict([*parse_qsl(query), (WAIT, "yes")])
        result = build(self.look, Asked(name, values))
        assert isinstance(result, Page)
        look, file = self.look, file_of(path, query)
        shown: dict[str, object] = {
            "look": look,
            "title": result.title,
            "folder": look.kb.folder.root.name,
            "days": look.days,
            "here": path if path != "/" else "",
            "kept": [pair for pair in parse_qsl(query) if pair[0] != "start"],
            **dict.fromkeys(("command", "data", "csrf", "initials", "origin"), ""),
            "writable": False,
            "stranger": False,
            "saved": None,
            "formats": (),
        }
        shown |= {**result.values, **_NOT_HERE}
        html = rendering.render(result.template, **shown)
        root = "../" * file.count("/")
        return self._with_data(rewritten(html, root, self._has), file, root)

    def _with_data(self, html: str, file: str, root: str) -> str:
        """Return a page with links to its data, and with its search."""
        names = [name for name in (f"{file}.ttl", f"{file}.jsonld") if name in self.data]
        if file == "index":
            names = [f"{site_data.WHOLE}.ttl", f"{site_data.WHOLE}.jsonld"]
            names.append(f"{site_data.DESCRIPTION}.ttl")
        names += ["terms.html"] if file == "index" else []
        links = Markup(" · ").join(
            Markup('<a href="{}">{}</a>').format(root + name, name.rpartition("/")[2])
            for name in names
        )
        shown = Markup("<footer><p>As data: {}</p></footer>").format(links) if names else ""
        licence = self.look.kb.folder.licence
        if licence and file == "index":
            shown += Markup('<p class="meta">Licence: <a href="{0}">{0}</a></p>').format(licence)
        scripts = Markup(
            '<script src="{0}static/{1}"></script><script src="{0}static/{2}"></script>'
        )
        hits = Markup('<ul class="plain" id="found" data-root="{}" hidden></ul>').format(root)
        html = html.replace('<main id="content">', f'{hits}<main id="content">', 1)
        return html.replace("</body>", f"{shown}{scripts.format(root, INDEX, SCRIPT)}</body>", 1)

    def index(self) -> str:
        """Return the names in the copy, as a script, because a page may not read other files."""
        rows: list[list[str]] = []
        for key in site_data.keys(self.look.known):
            kind, _, id = key.partition("/")
            if kind in ("claim", "entity", "source"):
                entity = self.look.known.entities.get(id) if kind == "entity" else None
                also = entity.also if entity else ()
                rows.append([f"{file_of('/' + key)}.html", kind, self.look.label(key), id, *also])
        rows += [[f"term/{t.name}.html", "term", t.name, t.label] for t in self.terms.values()]
        text = json.dumps(rows, ensure_ascii=True, separators=(",", ":")).replace("</", "<\\/")
        return f"window.kbIndex = {text};\n"


def _term(terms: Mapping[str, TermOf], look: Look, asked: Asked) -> Page:
    """Return the page of a term of the ontology, or the list of all."""
    term = terms.get(asked.name)
    title = (term.label or term.name) if term else "Terms"
    listed = () if term else sorted(terms.values(), key=str)
    return Page("term.html", title, {"term": term, "terms": listed})
