"""Statements in the markup of a page: microdata (HTML Standard §5) and RDFa (RDFa Core 1.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from kb.documents.statements import ADDRESS, Field, Statement, clean

PROPERTIES: Final[dict[str, Field]] = {
    "headline": "title",
    "author": "author",
    "creator": "author",
    "has_creator": "author",
    "publisher": "publisher",
    "datepublished": "published",
    "issued": "published",
    "datecreated": "published",
    "created": "published",
    "datemodified": "modified",
    "modified": "modified",
    "inlanguage": "language",
    "mainentityofpage": "url",
}
# These state a day of some kind, which counts only if there is no other.
WEAK: Final = frozenset({"datecreated", "created"})
WORK: Final = re.compile(
    r"(?:^|[/#:\s])(?:\w*Article|\w*Posting|Report|ClaimReview|BlogPost|Item|Document)(?:\s|$)",
    re.IGNORECASE,
)
# Attributes that name a property, and those that make an element an item of its own.
NAMED: Final = ("itemprop", "property", "rel")
ITEM: Final = ("itemtype", "typeof")


def statements(tree: Any) -> Iterator[Statement]:
    """Yield what the first work on the page states in its markup."""
    work = next((e for e in tree.iter() if WORK.search(_types(e))), None)
    if work is None:
        return
    where = "RDFa" if work.get("typeof") else "microdata"
    for element in work.iter():
        names = _names(element) if element is not work else []
        for name in names:
            field = PROPERTIES.get(name)
            if field and _owner(element) is work and (text := _value(element, field)):
                yield Statement(field, text, where, _agent_type(element), name in WEAK)


def value(element: Any) -> str | None:
    """Return the value of a property: an attribute, the name of an item, or text."""
    for attribute in ("content", "datetime"):
        if text := clean(element.get(attribute)):
            return text
    return clean(element.text_content())


def _value(element: Any, field: Field) -> str | None:
    """Return the value of a property, as its field needs it."""
    if field == "url":
        found = (element.get(key) for key in ("href", "itemid", "resource", "content"))
        return next((one for one in found if one and ADDRESS.fullmatch(one)), None)
    if field in ("author", "publisher"):
        inner = (one for one in element.iter() if "name" in _names(one))
        return value(next(inner, element))
    return value(element)


def _names(element: Any) -> list[str]:
    """Return the names of properties of an element, in lower case and without a vocabulary."""
    written = " ".join(element.get(attribute) or "" for attribute in NAMED)
    return [re.split(r"[/#:]", name)[-1] for name in written.lower().split()]


def _types(element: Any) -> str:
    return " ".join(filter(None, (element.get(attribute) for attribute in ITEM)))


def _owner(element: Any) -> Any:
    """Return the item that a property belongs to."""
    above = element.getparent()
    while above is not None and "itemscope" not in above.attrib and not _types(above):
        above = above.getparent()
    return above


def _agent_type(element: Any) -> str | None:
    """Return the type of an author or publisher, also if the item is inside of the property."""
    inner = next((one for one in element.iter() if _types(one)), element)
    kind = _types(inner).strip().lower()
    if kind.endswith("person"):
        return "person"
    return "organisation" if kind.endswith("organization") else None
