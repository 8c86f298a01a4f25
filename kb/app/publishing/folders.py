"""Exports that are folders: Markdown notes, and a research object (RO-Crate)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from kb.app.inquiry import statuses
from kb.app.publishing import exports, interchange
from kb.app.publishing.interchange import Handed
from kb.app.session import Session
from kb.app.views.public import public
from kb.exchange import csv, notes, ro_crate
from kb.exchange.material import Material, lost
from kb.model.records import Source

_TURTLE: Final = "records.ttl"
_JSONLD: Final = "records.jsonld"
_FACTS: Final = "facts.ttl"


def write(session: Session, kind: str, documents: bool = False) -> Handed:
    """Return the files of a folder export. `documents` adds the texts that are available to a
    research object.
    """
    session = public(session)
    found = interchange.material(session)
    if kind == "notes":
        made = notes.write(found)
        return Handed(notes.TITLE, "", lost(found, notes.KEPT), {}, made.files)
    files, names = _contents(session, found, documents)
    described = ro_crate.describe(found, files, names, _newest(found))
    files[ro_crate.NAME] = described
    missing = {} if documents else {"texts of documents": len(found.known.sources)}
    return Handed(ro_crate.TITLE, "", {}, missing, files)


def _contents(
    session: Session, found: Material, documents: bool
) -> tuple[dict[str, str], dict[str, str]]:
    """Return the files of a research object, and what each of them is."""
    files = {
        _TURTLE: exports.export(session, "turtle"),
        _JSONLD: exports.export(session, "jsonld", derived=True),
        _FACTS: exports.export(session, "facts"),
    }
    names = {
        _TURTLE: "all records as Turtle",
        _JSONLD: "all records with statuses, contradictions and ontology as JSON-LD",
        _FACTS: f"what the policy {statuses.conditions(session)['policy']} accepts",
    }
    for name, table in exports.tables(session).items():
        files[f"tables/{name}.csv"] = csv.text(*table)
        names[f"tables/{name}.csv"] = f"{name} as a table"
    for source, text in _texts(session, found.known.sources.values() if documents else ()):
        files[f"documents/{source.id}.txt"] = text
        names[f"documents/{source.id}.txt"] = source.id
    return files, names


def _texts(session: Session, sources: Iterable[Source]) -> Iterable[tuple[Source, str]]:
    """Yield the sources whose texts are available, with their texts."""
    find = session.finder()
    for source in sources:
        text = find(source)
        if text is not None:
            yield source, text


def _newest(found: Material) -> date:
    """Return the day on which the newest record was made: the same records have the same day."""
    times = (getattr(record, "recorded", None) for record in found.known.all())
    return max((time.date() for time in times if time), default=date.min)
