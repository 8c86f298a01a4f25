"""Sources as CSL-JSON, which Zotero, Pandoc and citation processors read.

https://citeproc-js.readthedocs.io/en/latest/csl-json/markup.html
"""

from __future__ import annotations

import json
from datetime import date
from typing import Any, Final

from kb.exchange.material import Made, Material, fields_of
from kb.model.records import Entity, Source

TITLE: Final = "CSL-JSON"
_SOURCE: Final = """
    title publisher author co_authors language url published_from published_to archived recorded
    sha256 note
"""
KEPT: Final = fields_of(Source, _SOURCE) | fields_of(Entity, "name")
Node = dict[str, Any]


def write(material: Material) -> Made:
    """Return one item for each source, by id."""
    sources = sorted(material.known.sources.values(), key=lambda s: s.id)
    items = [_item(material, source) for source in sources]
    return Made(json.dumps(items, ensure_ascii=False, indent=1) + "\n")


def _item(material: Material, source: Source) -> Node:
    authors = [a for a in (source.author, *source.co_authors) if a]
    notes = (source.note, f"sha256: {source.sha256}" if source.sha256 else None)
    values: Node = {
        "id": source.id,
        "type": "webpage" if source.url else "document",
        "title": source.title,
        # Names are not taken apart: an organisation has no family name.
        "author": [{"literal": material.called(author)} for author in authors],
        "container-title": material.called(source.publisher),
        "publisher": material.called(source.publisher),
        "language": source.language,
        "URL": source.url,
        "archive_location": source.archived,
        "issued": _issued(source.published_from, source.published_to),
        "accessed": _issued(source.recorded.date() if source.recorded else None, None),
        "note": "\n".join(note for note in notes if note),
    }
    return {name: value for name, value in values.items() if value}


def _issued(first: date | None, last: date | None) -> Node | None:
    """Return a day, or the first and the last possible day."""
    days = [day for day in dict.fromkeys((first, last)) if day]
    if not days:
        return None
    return {"date-parts": [[day.year, day.month, day.day] for day in days]}
