"""Exports: records and answers as text and files in Turtle, N-Triples, N-Quads, JSON-LD and CSV."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from kb.app import interchange, published, questions, statuses
from kb.app.session import Session
from kb.errors import Usage
from kb.exchange import csv, dataset, jsonld, rdf
from kb.model import identifiers
from kb.model.rdf_terms import Term, Triple
from kb.model.vocabulary import PREDICATES, RDF
from kb.rdf import turtle_reader
from kb.workspace import folder
from kb.workspace.catalog import Known
from kb.workspace.past_files import past

# How records can be written as text.
FORMATS: Final = ("turtle", "ntriples", "nquads", "jsonld")
CONTEXT: Final = "context.jsonld"


def triples(session: Session) -> list[Triple]:
    """Return all triples that count now, with literals as written. Raises Invalid if a file is
    not Turtle, because an export must be complete.
    """
    return [triple for graph in _graphs(session, derived=False).values() for triple in graph]


def exports(session: Session) -> list[str]:
    """Return what can be exported as text: formats of all records, and saved exports."""
    saved = (q.name for q in session.queries().values() if q.group == "exports")
    return [*FORMATS, *interchange.formats(), *saved]


def export(session: Session, kind: str, derived: bool = False) -> str:
    """Export all records in one of FORMATS or in a format of other programs, or a saved export
    such as `facts` as Turtle.

    `derived` adds what `kb.app.published` has beside the records. Raises Usage if there is no such
    export.
    """
    if kind not in exports(session):
        raise Usage(
            f"there is no export “{kind}”.",
            identifiers.suggestion(kind, exports(session), f"one of {', '.join(exports(session))}"),
        )
    if kind in interchange.formats():
        return interchange.write(session, kind).text
    conditions = statuses.conditions(session)
    if kind not in FORMATS:
        found = session.together(lambda: _queried(session, kind))
        return rdf.remarks(conditions) + rdf.turtle(found, session.folder.base)
    if not derived:
        conditions = _of_records(conditions)
    graphs = session.together(lambda: _graphs(session, derived))
    if kind == "nquads":
        return rdf.remarks(conditions) + rdf.nquads(graphs)
    all_ = [triple for graph in graphs.values() for triple in graph]
    base = session.folder.base
    if kind == "jsonld":
        return jsonld.document(all_, context(), base, remarks=conditions)
    text = rdf.turtle(all_, base) if kind == "turtle" else rdf.ntriples(all_)
    return rdf.remarks(conditions) + text


def _of_records(conditions: dict[str, str]) -> dict[str, str]:
    """Return the conditions of records without statuses: none if there is only a policy, because
    records are the same under every policy.
    """
    return conditions if len(conditions) > 1 else {}


def _queried(session: Session, kind: str) -> tuple[Triple, ...]:
    """Return the triples of a saved export."""
    found = questions.query(session, kind, {}, limits=questions.allowed(session, kind))
    return _chosen(session, found) if isinstance(found, tuple) else ()


def _graphs(session: Session, derived: bool) -> Mapping[str, Iterable[Triple]]:
    """Return the graphs of an export by IRI: those of the files; if `derived`, all others too."""
    if not derived:
        files = [f for f in session.whole() if not past(f.path)]
        return {session.folder.graph(f.path): f.alone() for f in files}
    found = published.published(session)
    return {**found.triples, session.folder.base + dataset.NAME: found.description()}


def _chosen(session: Session, found: tuple[Triple, ...]) -> tuple[Triple, ...]:
    """Return the triples about the chosen claims. Claims that were added for completeness get no
    statement and no plain triple.
    """
    chosen = session.chosen
    if chosen is None:
        return found
    prefix = f"{session.folder.base}claim/"
    kept = [
        t
        for t in found
        if not t[0].value.startswith(prefix) or t[0].value.removeprefix(prefix) in chosen
    ]
    plain = {_statement(objects) for objects in turtle_reader.by_subject(kept).values()}
    return tuple(t for t in kept if not t[1].value.startswith(PREDICATES) or t in plain)


def _statement(objects: Mapping[str, Sequence[Term]]) -> tuple[Term | None, ...]:
    """Return the triple that a claim states, from the objects of its properties."""
    found = (objects.get(RDF + name) for name in ("subject", "predicate", "object"))
    return tuple(terms[0] if terms else None for terms in found)


def export_jsonld(session: Session, target: Path) -> list[Path]:
    """Write all records as JSON-LD, with its context beside it. Return the paths written."""
    conditions = _of_records(statuses.conditions(session))
    beside = session.folder.apart(target).with_name(CONTEXT)
    text = jsonld.document(triples(session), context(), session.folder.base, CONTEXT, conditions)
    folder.write(beside, context())
    folder.write(target, text)
    return [target, beside]


def context() -> str:
    """Return the JSON-LD context as text."""
    return folder.read_text(folder.shipped("ontology") / CONTEXT)


def export_csv(session: Session, target: Path) -> list[Path]:
    """Write assertions.csv, claims.csv, sources.csv, entities.csv and export.json, with exact
    values. Return the paths written.
    """
    return _tables(session, target, lambda table: table)


def export_spreadsheet(session: Session, target: Path, delimiter: str = ",") -> list[Path]:
    """Write the same tables for a spreadsheet, so that it executes and changes nothing: see
    `csv.harmless`.
    """
    return _tables(
        session,
        target,
        csv.harmless,
        lambda place, tables: csv.write_for_spreadsheet(place, tables, delimiter),
    )


def _tables(
    session: Session,
    target: Path,
    convert: Callable[[csv.Table], csv.Table],
    write: Callable[[Path, Mapping[str, csv.Table]], list[Path]] = csv.write,
) -> list[Path]:
    """Write the tables and export.json, which has the conditions of the export."""
    session.folder.apart(target)
    session.whole()
    known, found = session.together(lambda: (session.known(), statuses.status(session)))
    passages = {id: words for id in known.quotes if (words := _words(session, known, id))}
    made = csv.tables(known, found.rows, found.voices, passages, session.chosen)
    tables = {name: convert(table) for name, table in made.items()}
    conditions = {k.replace(" ", "_"): value for k, value in statuses.conditions(session).items()}
    folder.write(
        target / "export.json", json.dumps(conditions, ensure_ascii=False, indent=2) + "\n"
    )
    return [*write(target, tables), target / "export.json"]


def _words(session: Session, known: Known, quote: str) -> str:
    """Return the passage of a quote, or "" if its text is not available."""
    words, line = questions.passage(session, known, quote)
    return words if line else ""
