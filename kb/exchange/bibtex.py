"""Sources as BibTeX, with the fields of BibLaTeX for days and addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from kb.exchange.material import Made, Material, fields_of
from kb.model.records import Entity, Source

TITLE: Final = "BibTeX"
_SOURCE: Final = """
    title publisher author co_authors language url published_from published_to recorded note
"""
KEPT: Final = fields_of(Source, _SOURCE) | fields_of(Entity, "name")
# Characters that TeX reads as commands, and how each is written.
_ESCAPED: Final = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "&%$#_"},
}
_SPECIAL: Final = re.compile(r"[\\{}~^&%$#_]")


def write(material: Material) -> Made:
    """Return one entry for each source, by id."""
    sources = sorted(material.known.sources.values(), key=lambda s: s.id)
    remark = f"% {material.remark}\n\n" if material.remark else ""
    return Made(remark + "\n".join(_entry(material, source) for source in sources))


def _entry(material: Material, source: Source) -> str:
    kind = "online" if source.url else "misc"
    fields = "".join(f"  {name} = {{{value}}},\n" for name, value in _fields(material, source))
    return f"@{kind}{{{source.id},\n{fields}}}\n"


def _fields(material: Material, source: Source) -> Iterator[tuple[str, str]]:
    authors = [a for a in (source.author, *source.co_authors) if a]
    if authors:
        # In braces, because a comma or an “and” belongs to the name.
        yield "author", " and ".join(f"{{{escaped(material.called(a))}}}" for a in authors)
    if source.title:
        yield "title", f"{{{escaped(source.title)}}}"
    if source.publisher:
        yield "organization", f"{{{escaped(material.called(source.publisher))}}}"
    first, last = source.published_from, source.published_to
    days = [day.isoformat() for day in dict.fromkeys((first, last)) if day]
    if days:
        yield "date", "/".join(days)
    if first and last and first.year == last.year:
        yield "year", str(first.year)
    if source.url:
        yield "url", source.url.replace("{", "%7B").replace("}", "%7D").replace("\\", "%5C")
    if source.recorded:
        yield "urldate", source.recorded.date().isoformat()
    if source.language:
        yield "langid", escaped(source.language)
    if source.note:
        yield "note", f"{{{escaped(source.note)}}}"


def escaped(text: str) -> str:
    r"""Escape a text for TeX, on one line.

    >>> escaped("50 % of R&D {x}")
    '50 \\% of R\\&D \\{x\\}'
    """
    return _SPECIAL.sub(lambda found: _ESCAPED[found[0]], " ".join(text.split()))
