"""Description of a research object: ro-crate-metadata.json of RO-Crate 1.1.

https://w3id.org/ro/crate/1.1
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from kb.exchange.material import Material, fields_of
from kb.model.records import Entity, Source

TITLE: Final = "RO-Crate"
NAME: Final = "ro-crate-metadata.json"
# The records themselves are in the crate, so its description states little of them.
KEPT: Final = fields_of(Source, "title url author published_from sha256") | fields_of(
    Entity, "name"
)
_PROFILE: Final = "https://w3id.org/ro/crate/1.1"
_MEDIA: Final = {
    "ttl": "text/turtle",
    "jsonld": "application/ld+json",
    "csv": "text/csv",
    "json": "application/json",
    "txt": "text/plain",
}
Node = dict[str, Any]


def describe(
    material: Material, files: Mapping[str, str], names: Mapping[str, str], day: date
) -> str:
    """Return the metadata of a crate with these files: path → text.

    `names` are the descriptions of files, and for the file of a document the id of its source.
    `day` is that of the newest record.
    """
    parts = [_file(path, text, names.get(path, "")) for path, text in files.items()]
    documents = {names[path]: path for path in files if path.startswith("documents/")}
    cited = [_source(material, s, documents) for s in _sources(material)]
    root: Node = {
        "@id": "./",
        "@type": "Dataset",
        "name": f"Claims of {material.base}",
        "description": "Who says what, exactly where, who denies it, and what follows. "
        + (material.remark or "All records."),
        "datePublished": day.isoformat(),
        "identifier": material.base,
        "hasPart": [{"@id": part["@id"]} for part in parts],
        "mentions": [{"@id": source["@id"]} for source in cited],
    }
    if material.licence:
        root["license"] = {"@id": material.licence}
    descriptor = {
        "@id": NAME,
        "@type": "CreativeWork",
        "conformsTo": {"@id": _PROFILE},
        "about": {"@id": "./"},
    }
    graph = [descriptor, root, *parts, *cited]
    whole = {"@context": [f"{_PROFILE}/context", _TERMS], "@graph": graph}
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


# A term that the context of RO-Crate 1.1 does not have: schema.org defines it.
_TERMS: Final = {"sha256": "https://schema.org/sha256"}


def _file(path: str, text: str, name: str) -> Node:
    """Return the description of a file with its digest."""
    data = text.encode()
    return {
        "@id": path,
        "@type": "File",
        "name": name or path,
        "encodingFormat": _MEDIA.get(path.rpartition(".")[2], "text/plain"),
        "contentSize": str(len(data)),
        "sha256": hashlib.sha256(data).hexdigest(),
    }


def _sources(material: Material) -> Iterable[Source]:
    return sorted(material.known.sources.values(), key=lambda s: s.id)


def _source(material: Material, source: Source, documents: Mapping[str, str]) -> Node:
    """Return the description of a document, with the file of its text if the crate has it."""
    values: Node = {
        "@id": material.iri(source),
        "@type": "CreativeWork",
        "name": source.title or source.id,
        "url": source.url,
        "author": material.called(source.author) or None,
        "datePublished": source.published_from.isoformat() if source.published_from else None,
        "sha256": source.sha256,
        "encoding": {"@id": documents[source.id]} if source.id in documents else None,
    }
    return {name: value for name, value in values.items() if value}
