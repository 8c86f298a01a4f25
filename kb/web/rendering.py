"""Pages from templates. Everything that comes from a record is escaped, and its controls of the
terminal and of the writing direction are visible.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.datastructures import QueryParams

from kb.presentation.controls import UNSEEN, visible
from kb.presentation.values import amount, cell, label
from kb.web import words
from kb.web.look import Look
from kb.web.results import File

TEMPLATES: Final = Path(__file__).parent / "templates"
NO_VALUES: Final = QueryParams()
# A day or a month, and a span between two.
DAY: Final = re.compile(r"((?:\.\.)?\d{4}-\d\d(?:-\d\d)?(?:\.\.)?(?:\d{4}-\d\d(?:-\d\d)?)?)")
# Marks that Arabic and Hebrew texts need. They change nothing outside of their element.
HARMLESS: Final = re.compile("[\u061c\u200e\u200f\r]")


@cache
def environment() -> Environment:
    """Return the templates, which escape every value."""
    found = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=inert,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.globals.update(w=words, amount=amount)
    found.filters.update(cell=cell, label=label, web=web_address, signs=signs, days=days)
    return found


def prepare() -> None:
    """Read all templates, so that the first page is as fast as the others."""
    for name in environment().list_templates():
        environment().get_template(name)


def render(template: str, **values: object) -> str:
    """Return a page as HTML."""
    return environment().get_template(template).render(**values)


def stored(look: Look, result: File) -> str:
    """Return a page that is kept as a file."""
    folder = look.kb.folder.root.name
    own = {"look": look, "title": result.title, "folder": folder, "days": look.days}
    return render(result.template, **{**own, **result.values})


def inert(value: Any) -> Any:
    r"""Return a value for a page: text with visible controls, nothing for None.

    >>> print(inert("a\u202eb"))
    a\u202eb
    """
    if value is None:
        return ""
    if isinstance(value, str) and not isinstance(value, Markup) and UNSEEN.search(value):
        return "".join(c if HARMLESS.match(c) else visible(c) for c in value)
    return value


def signs(text: str) -> Markup:
    r"""Return text for a page, with each sign that is shown by its escape in an element of its own.

    >>> signs("a\u202e<b")
    Markup('a<span class="sign">\\u202e</span>&lt;b')
    """
    found = Markup()
    for c in re.split(f"({UNSEEN.pattern})", text):
        shown = "".join(inert(c))
        found += (
            Markup('<span class="sign">{}</span>').format(shown) if shown != c else Markup.escape(c)
        )
    return found


def days(value: object) -> Markup:
    """Return text for a page in which no day is broken at the end of a line.

    >>> days("since 2024-03-02")
    Markup('since <span class="whole">2024-03-02</span>')
    """
    return Markup().join(
        Markup('<span class="whole">{}</span>').format(part)
        if n % 2
        else Markup.escape(inert(part))
        for n, part in enumerate(DAY.split(str("" if value is None else value)))
    )


def web_address(text: str | None) -> str:
    """Return an address if it is one of the web, else nothing: no other kind becomes a link.

    >>> web_address("https://example.org/a"), web_address("javascript:alert(1)")
    ('https://example.org/a', '')
    """
    return text if text and text.lower().startswith(("https://", "http://")) else ""
