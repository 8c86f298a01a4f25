"""Small worlds written as text: documents, and under each what somebody coded of it, on a sheet.

    == post; author A Post; published 2031-05-02
    The dam leaks, Ann said.
    --
    new:
      ann: person; as Ann
    claims:
    - claim: The dam leaks
      kind: state
      said:
      - by: ann
        at: The dam leaks

A document that comes again, without its text, has one more sheet. Sheets are compiled as `kb add --from` compiles them; nothing is stored, so a world takes milliseconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

from kb.app.predicates import declared
from kb.coding import compiler, yaml_reader
from kb.model import dates, identifiers
from kb.model.rdf_terms import Term
from kb.model.records import Entity, Record, Source
from kb.rdf import turtle_reader
from kb.reasoning import rows
from kb.reasoning.contradiction.contradictions import contradictions
from kb.reasoning.outcome.status import status
from kb.reasoning.outcome.status_row import StatusRow
from kb.reasoning.tables import Tables
from kb.workspace.catalogs.catalog import Declared, Known
from kb.workspace.files.folder import shipped

BASE = "https://example.org/coded/"
NOW = datetime(2031, 6, 1, tzinfo=UTC)


class Refused(Exception):
    """A sheet has errors: they are the arguments."""


@cache
def declarations() -> Mapping[str, Mapping[str, list[Term]]]:
    """What the shipped ontology declares: subject → property → objects."""
    found: dict[str, Mapping[str, list[Term]]] = {}
    for name in ("predicates.ttl", "policies.ttl"):
        path: Path = shipped("ontology") / name
        triples = turtle_reader.triples(path.read_text(encoding="utf-8"), BASE)
        found |= turtle_reader.by_subject(triples)
    return found


@cache
def predicates() -> Mapping[str, Declared]:
    """The shipped predicates by the word that a sheet uses."""
    text = (shipped("ontology") / "predicates.ttl").read_text(encoding="utf-8")
    return declared([turtle_reader.triples(text, BASE)])


def tables(world: str) -> Tables:
    """The tables of a world. Raises Refused with the errors of the first sheet that has any."""
    return rows.with_declarations(rows.from_records(records(world)), declarations())


def records(world: str) -> list[Record]:
    """The records of a world. Raises Refused with the errors of the first sheet that has any."""
    known = Known(base=BASE, predicates=dict(predicates()))
    parts = [part.partition("\n") for part in world.strip().removeprefix("== ").split("\n== ")]
    texts: dict[str, str] = {}
    for number, (heading, _, body) in enumerate(parts):
        given, _, sheet = body.removeprefix("--\n").rpartition("\n--\n")
        source = _source(heading, known)
        text = texts.setdefault(source.id, given)
        _enter(known, f"source: {source.id}\n{sheet}\n", text, NOW + timedelta(number))
    return [
        *known.sources.values(),
        *known.claims.values(),
        *known.assertions.values(),
        *known.relays.values(),
        *known.entities.values(),
        *known.others.values(),
    ]


def _source(heading: str, known: Known) -> Source:
    """The document of a heading, new or known; its author and publisher become entities."""
    id, *facts = (fact.strip() for fact in heading.split(";"))
    if id in known.sources:
        return known.sources[id]
    given = dict(fact.split(" ", 1) for fact in facts)
    people = {
        key: _person(given[key], known) for key in ("author", "publisher") if key in given
    } or {"author": _person(f"author of {id}", known, naming="unnamed")}
    first, last = dates.parse(given.get("published", "2031-05-02")).window()
    made = Source(
        id,
        title=id,
        published_from=first,
        published_to=last,
        copy_of=given.get("copy-of"),
        author=people.get("author") or people["publisher"],
        publisher=people.get("publisher"),
    )
    known.add(made, f"claims/main/sources/{id}.ttl")
    return made


def _person(name: str, known: Known, naming: str | None = None) -> str:
    id = identifiers.slug(name)
    if id not in known.entities:
        kind = "agent" if naming else "organisation"
        made = Entity(id, kind=kind, name=name, naming=naming)
        known.add(made, "claims/main/entities.ttl")
    return id


def _enter(known: Known, sheet: str, text: str, now: datetime) -> None:
    parsed = yaml_reader.parse(sheet, "sheet")
    if not parsed.problems:
        compiler.from_sheet(parsed, known, text, now, "main")
    wrong = [str(p) for p in parsed.problems if p.severity == "error" and p.code != "sheet-empty"]
    if wrong:
        raise Refused(*wrong)


def statuses(world: str, as_of: date | None = None) -> dict[str, StatusRow]:
    """Claim → its status in a world, by the default policy."""
    found = tables(world)
    policy = next(p for p in found.policies if p.id == "default-2")
    pairs = contradictions(found, policy)
    return {row.claim: row for row in status(found, policy, pairs, as_of)}
