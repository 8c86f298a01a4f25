"""Exports: records and answers as text and files in Turtle, N-Triples, N-Quads, JSON-LD and CSV."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from kb.app.inquiry import questions, statuses
from kb.app.publishing import interchange, published
from kb.app.session import Session
from kb.app.views.public import complete, public
from kb.errors import Usage
from kb.exchange import csv, data_package, dataset, jsonld, rdf
from kb.model import identifiers
from kb.model.rdf_terms import Term, Triple
from kb.model.vocabulary import PREDICATES, RDF
from kb.rdf import turtle_reader
from kb.workspace.catalogs.catalog import Known
from kb.workspace.catalogs.past_files import past
from kb.workspace.files import folder

# How records can be written as text.
FORMATS: Final = ("turtle", "ntriples", "nquads", "jsonld")
CONTEXT: Final = "context.jsonld"


def triples(session: Session) -> list[Triple]:
    """Return all triples that count now, with literals as written. Raises Invalid if a file is
    not Turtle, because an export must be complete.
    """
    graphs = _graphs(public(session), derived=False)
    return [triple for graph in graphs.values() for triple in graph]


def exports(session: Session) -> list[str]:
    """Return what can be exported as text: formats of all records, and saved exports."""
    saved = (q.name for q in session.queries().values() if q.group == "exports")
    return [*FORMATS, *interchange.formats(), *saved]


def export(session: Session, kind: str, derived: bool = False) -> str:
    """Export all records in one of FORMATS or in a format of other programs, or a saved export
    such as `facts` as Turtle.

    `derived` adds what `kb.app.publishing.published` has beside the records. Raises Usage if there
    is no such export.
    """
    if kind not in exports(session):
        raise Usage(
            f"there is no export “{kind}”.",
            identifiers.suggestion(kind, exports(session), f"one of {', '.join(exports(session))}"),
        )
    if kind in interchange.formats():
        return interchange.write(session, kind).text
    session = public(session)
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
    session = public(session)
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
    """Write a table for each kind of record, with exact values, export.json, and datapackage.json,
    which describes the columns. Return the paths written.
    """
    session = public(session)
    session.folder.apart(target)
    made = tables(session)
    written = csv.write(target, made)
    columns = {name: table[0] for name, table in made.items()}
    title = f"Claims of {session.folder.base}"
    described = target / data_package.NAME
    folder.write(described, data_package.describe(columns, session.folder.licence, title))
    return [*written, _conditions(session, target), described]


def export_spreadsheet(session: Session, target: Path, delimiter: str = ",") -> list[Path]:
    """Write the same tables for a spreadsheet, so that it executes and changes nothing: see
    `csv.harmless`.
    """
    session = public(session)
    session.folder.apart(target)
    made = {name: csv.harmless(table) for name, table in tables(session).items()}
    written = csv.write_for_spreadsheet(target, made, delimiter)
    return [*written, _conditions(session, target)]


def export_xlsx(session: Session) -> bytes:
    """Return the tables as an Excel workbook, with labels beside ids. Raises Usage if its writer is
    not installed.
    """
    from kb.exchange import xlsx

    session = public(session)
    return xlsx.workbook(tables(session), labels(session.known()))


def labels(known: Known) -> dict[str, dict[str, str]]:
    """Return the columns of ids, each with the label of each id."""
    people = {id: e.name or "" for id, e in known.entities.items()}
    claims = {id: c.statement or "" for id, c in known.claims.items()}
    titles = {id: s.title or "" for id, s in known.sources.items()}
    entities = "speaker voice relays subject object publisher author co_authors within member party"
    names = dict.fromkeys(entities.split(), people)
    names |= dict.fromkeys(("claim", "claim_a", "claim_b"), claims)
    names |= dict.fromkeys(("source", "copy_of", "version_of"), titles)
    return names


def export_parquet(session: Session, target: Path) -> list[Path]:
    """Write Parquet files with every stored field and everything that is computed, and export.json.
    Return the paths written. Raises Usage if their writer is not installed, and Invalid if a file
    cannot be read.
    """
    from kb.exchange import parquet

    session = complete(session)
    session.folder.apart(target)
    known, found = session.together(lambda: (session.known(), statuses.status(session)))
    records = (record for record in known.all() if not getattr(record, "invalidated", None))
    declared = statuses.declarations(session)
    rows = {
        "statuses": found.rows.values(),
        "contradictions": statuses.contradictions(session, found=found),
        "predicates": declared.predicates,
        "policies": declared.policies,
    }
    written = parquet.write(target, parquet.tables(records, found.voices, rows, session.chosen))
    return [*written, _conditions(session, target)]


def tables(session: Session) -> dict[str, csv.Table]:
    """Return the tables of an export as text, by name. Raises Invalid if a file cannot be read."""
    return {name: csv.as_text(table) for name, table in values(session).items()}


def values(session: Session) -> dict[str, csv.Values]:
    """Return the tables of an export with their values, by name. Raises Invalid if a file cannot be
    read.

    With `passages = "fragments"` in kb.toml, a passage has the words that are stored, even if its
    text is available, because tables are handed on.
    """
    session = complete(session)
    known, found = session.together(lambda: (session.known(), statuses.status(session)))
    private = session.folder.passages == "fragments"
    expanded = () if private else known.quotes
    passages = {id: words for id in expanded if (words := _words(session, known, id))}
    made = csv.tables(known, found.rows, found.voices, passages, session.chosen)
    pairs = statuses.contradictions(session, found=found)
    return {**made, "contradictions": csv.contradictions(pairs)}


def _conditions(session: Session, target: Path) -> Path:
    """Write export.json, which has the conditions of an export, and return its path."""
    conditions = {k.replace(" ", "_"): value for k, value in statuses.conditions(session).items()}
    folder.write(
        target / "export.json", json.dumps(conditions, ensure_ascii=False, indent=2) + "\n"
    )
    return target / "export.json"


def _words(session: Session, known: Known, quote: str) -> str:
    """Return the passage of a quote, or "" if its text is not available."""
    words, line = questions.passage(session, known, quote)
    return words if line else ""
