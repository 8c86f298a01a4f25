"""Records and answers as text and files: Turtle, N-Triples, N-Quads, JSON-LD, CSV."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from kb.app import questions, statuses
from kb.app.session import Session
from kb.errors import Usage
from kb.exchange import csv, jsonld, rdf
from kb.model import identifiers
from kb.model.rdf_terms import Triple
from kb.model.vocabulary import OA, PREDICATES, RDF
from kb.rdf import turtle_reader
from kb.workspace import folder
from kb.workspace.catalog import Known, past

# How records can be written as text.
FORMATS: Final = ("turtle", "ntriples", "nquads", "jsonld")
CONTEXT: Final = "context.jsonld"
# What the saved export of annotations puts behind the IRI of a quote for its words.
WORDS: Final = "-words"


def triples(session: Session) -> list[Triple]:
    """All triples that count now, literals as written. Raises Invalid where a file is not
    Turtle: an export is whole or not at all.
    """
    return [t for f in session.whole() if not past(f.path) for t in f.alone()]


def exports(session: Session) -> list[str]:
    """What can be exported as text: formats of all records, and the saved exports."""
    return [*FORMATS, *(q.name for q in session.queries().values() if q.group == "exports")]


def export(session: Session, kind: str) -> str:
    """All records in one of FORMATS, or a saved export such as `facts` as Turtle. Raises Usage
    where there is no such export.
    """
    if kind not in exports(session):
        raise Usage(
            f"there is no export “{kind}”.",
            identifiers.suggestion(kind, exports(session), f"one of {', '.join(exports(session))}"),
        )
    told = statuses.conditions(session)
    if kind not in FORMATS:
        found = session.together(lambda: _queried(session, kind))
        return rdf.remarks(told) + rdf.turtle(found, session.folder.base)
    told = told if len(told) > 1 else {}  # records are the same under every policy
    if kind == "jsonld":
        return jsonld.document(triples(session), context(), session.folder.base, remarks=told)
    return rdf.remarks(told) + _lines(session, kind)


def _queried(session: Session, kind: str) -> tuple[Triple, ...]:
    """The triples of a saved export, with whole passages."""
    found = questions.query(session, kind, {}, limits=questions.allowed(session, kind))
    return _passages(session, _chosen(session, found)) if isinstance(found, tuple) else ()


def _lines(session: Session, kind: str) -> str:
    if kind == "nquads":
        return rdf.nquads(
            {session.folder.graph(f.path): f.alone() for f in session.whole() if not past(f.path)}
        )
    return (
        rdf.turtle(triples(session), session.folder.base)
        if kind == "turtle"
        else rdf.ntriples(triples(session))
    )


def _passages(session: Session, found: tuple[Triple, ...]) -> tuple[Triple, ...]:
    """The triples of an export by query, with whole passages in the place of the stored words of
    quotes, where the text is available.
    """
    exact = [s.value for s, p, _ in found if p.value == OA + "exact"]
    if not exact:
        return found
    known, prefix = session.known(), f"{session.folder.base}source/"
    ids = {iri: iri.removeprefix(prefix).removesuffix(WORDS) for iri in exact}
    words = {iri: _words(session, known, id) for iri, id in ids.items()}
    return tuple(
        (s, p, o._replace(value=words[s.value]))
        if p.value == OA + "exact" and words[s.value]
        else (s, p, o)
        for s, p, o in found
    )


def _chosen(session: Session, found: tuple[Triple, ...]) -> tuple[Triple, ...]:
    """Of an export by query what concerns the chosen claims: of those that only came along
    neither statement nor plain triple.
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
    parts = (
        tuple(p.get(RDF + n, [None])[0] for n in ("subject", "predicate", "object"))
        for p in turtle_reader.by_subject(kept).values()
    )
    plain = set(parts)
    return tuple(t for t in kept if not t[1].value.startswith(PREDICATES) or t in plain)


def export_jsonld(session: Session, target: Path) -> list[Path]:
    """All records as a JSON-LD file that names its context, which is put beside it. Returns the
    paths written.
    """
    told, beside = statuses.conditions(session), session.folder.apart(target).with_name(CONTEXT)
    text = jsonld.document(
        triples(session), context(), session.folder.base, CONTEXT, told if len(told) > 1 else {}
    )
    folder.write(beside, context())
    folder.write(target, text)
    return [target, beside]


def context() -> str:
    """The JSON-LD context, as text."""
    return folder.read_text(folder.shipped("ontology") / CONTEXT)


def export_csv(session: Session, target: Path) -> list[Path]:
    """assertions.csv, claims.csv, sources.csv and entities.csv into a folder, every value
    exactly; export.json tells the policy.
    """
    return _tables(session, target, lambda table: table)


def export_spreadsheet(session: Session, target: Path, delimiter: str = ",") -> list[Path]:
    """The same tables for a spreadsheet, which computes and changes nothing in them: see
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
    session.folder.apart(target)
    session.whole()
    known, found = session.together(lambda: (session.known(), statuses.status(session)))
    passages = {id: words for id in known.quotes if (words := _words(session, known, id))}
    chosen = session.chosen
    made = csv.tables(known, found.rows, found.voices, passages, chosen)
    tables = {name: convert(table) for name, table in made.items()}
    told = {name.replace(" ", "_"): value for name, value in statuses.conditions(session).items()}
    folder.write(target / "export.json", json.dumps(told, ensure_ascii=False, indent=2) + "\n")
    return [*write(target, tables), target / "export.json"]


def _words(session: Session, known: Known, quote: str) -> str:
    """The passage of a quote, empty where its text is not available."""
    words, line = questions.passage(session, known, quote)
    return words if line else ""
