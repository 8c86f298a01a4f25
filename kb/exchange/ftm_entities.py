"""Entities of FollowTheMoney, as JSON lines or as statements in CSV; each dataset is a source.

https://followthemoney.tech/explorer/, https://followthemoney.tech/docs/statements/
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from kb.errors import Usage
from kb.exchange import json_places
from kb.exchange.findings import Core, Document, Findings, Link, Statement, Thing
from kb.exchange.ftm_schemata import ENDS, IDENTIFIERS, KINDS, LINKS, READ, UNTAKEN
from kb.model import iris
from kb.model.vocabulary import RELATIONS
from kb.system import intake

MOST_ENTITIES: Final = 50_000
_LONGEST_CELL: Final = 200_000
_DAY: Final = re.compile(r"(\d{4}(?:-\d\d(?:-\d\d)?)?)(?:T.*)?")
_NUMBER: Final = re.compile(r"\d{1,3}(?:\.\d{1,6})?")
_COLUMNS: Final = ("prop", "value", "schema")


@dataclass(slots=True)
class Node:
    """An entity with the values of each property, and its place in the text of its dataset."""

    id: str
    schema: str
    line: int
    dataset: str
    properties: dict[str, list[str]] = field(default_factory=dict)
    start: int = 0
    end: int = 0

    def first(self, *names: str) -> str:
        """Return the first value of the first of these properties that has one, or ""."""
        return next((self.properties[name][0] for name in names if self.properties.get(name)), "")

    @property
    def role(self) -> str:
        """The role of the first end, in words."""
        return self.first("role", "relationship")

    @property
    def relation(self) -> str:
        """The relation that an export of a knowledge base wrote as a role, or ""."""
        return self.role if self.schema == "UnknownLink" and self.role in RELATIONS else ""

    @property
    def share(self) -> str:
        """The percentage that is owned, or "" if it is not a number."""
        found = _NUMBER.fullmatch(self.first("percentage").rstrip("% "))
        return found[0] if found else ""

    @property
    def period(self) -> str:
        """The days on which it began and ended, as `FIRST..LAST`, or ""."""
        if day := _DAY.fullmatch(self.first("date")):
            return day[1]
        found = [_DAY.fullmatch(self.first(name)) for name in ("startDate", "endDate")]
        first, last = (match[1] if match else "" for match in found)
        return f"{first}..{last}" if first or last else ""


def read(name: str, data: bytes) -> Findings:
    """Return what a file states. Raises Usage if it cannot be read or has no entities."""
    text = intake.exported(data, name)
    findings = Findings(name)
    lines = text.split("\n")
    rows = not text.lstrip().startswith("{")
    nodes, texts = _statements(name, text, lines) if rows else _lines(name, lines)
    if not nodes:
        raise Usage(
            f"{name} has no entities of FollowTheMoney.", "JSON lines, or statements in CSV"
        )
    _Entities(findings, nodes, texts).run()
    return findings


def _lines(name: str, lines: list[str]) -> tuple[list[Node], dict[str, str]]:
    """Return the entities of JSON lines, and the text of each dataset."""
    nodes, texts = list[Node](), _Texts()
    for number, line in enumerate(lines, 1):
        if line.strip():
            found = _value(name, number, line)
            id, schema = found.get("id"), found.get("schema")
            if not (isinstance(id, str) and isinstance(schema, str)) or len(nodes) >= MOST_ENTITIES:
                raise Usage(f"{name}:{number}: {_refusal(nodes)}.", "export the entities again")
            dataset = next(iter(_texts(found.get("datasets"))), "")
            place = texts.add(dataset, line)
            nodes.append(Node(id, schema, number, dataset, _properties(found), *place))
    return nodes, texts.all()


class _Texts:
    """The texts of datasets, while they are gathered."""

    def __init__(self) -> None:
        self.parts: dict[str, list[str]] = {}
        self.length: dict[str, int] = {}

    def add(self, dataset: str, text: str) -> tuple[int, int]:
        """Add a piece of text, and return where it is in the text of its dataset."""
        start = self.length.get(dataset, 0)
        self.parts.setdefault(dataset, []).append(text)
        self.length[dataset] = start + len(text) + 1
        return start, start + len(text)

    def all(self) -> dict[str, str]:
        """Return the text of each dataset, in the order of the file."""
        return {dataset: "\n".join(found) for dataset, found in self.parts.items()}


def _refusal(nodes: list[Node]) -> str:
    many = len(nodes) >= MOST_ENTITIES
    return f"there are more than {MOST_ENTITIES:,} entities" if many else "it has no id or schema"


def _value(name: str, number: int, line: str) -> Mapping[str, object]:
    try:
        found = json_places.whole(name, line).value
    except Usage as error:
        raise Usage(
            error.message.replace(f"{name}:1:", f"{name}:{number}:", 1), error.hint
        ) from None
    return found if isinstance(found, dict) else {}


def _properties(found: Mapping[str, object]) -> dict[str, list[str]]:
    given = found.get("properties")
    given = given if isinstance(given, dict) else {}
    return {name: texts for name, value in given.items() if (texts := _texts(value))}


def _texts(value: object) -> list[str]:
    """Return the texts among the values of a property."""
    several = value if isinstance(value, list) else [value]
    return [text for one in several if isinstance(one, str) and (text := " ".join(one.split()))]


def _statements(name: str, text: str, lines: list[str]) -> tuple[list[Node], dict[str, str]]:
    """Return the entities of statements in CSV, and the text of each dataset."""
    if text.count('"') % 2 or any(len(line) > _LONGEST_CELL for line in lines):
        raise Usage(f"{name}:1: these are not statements in CSV.", "ftm statements, or JSON lines")
    reader = csv.DictReader(io.StringIO(text))
    columns = reader.fieldnames or ()
    missing = [column for column in _COLUMNS if column not in columns]
    if missing or not {"entity_id", "canonical_id"} & set(columns):
        wanted = ", ".join(missing or ["entity_id"])
        raise Usage(f"{name}:1: the statements have no column {wanted}.", "JSON lines also do")
    return _Rows(lines).read(reader)


class _Rows:
    """The rows of statements, gathered by entity and dataset."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.nodes: dict[str, Node] = {}
        self.texts = _Texts()

    def read(self, rows: csv.DictReader[str]) -> tuple[list[Node], dict[str, str]]:
        """Return the entities, and the text of each dataset."""
        before = rows.line_num
        for row in rows:
            self.row(row, before + 1, "\n".join(self.lines[before : rows.line_num]))
            before = rows.line_num
        return list(self.nodes.values()), self.texts.all()

    def row(self, row: Mapping[str, str | None], number: int, text: str) -> None:
        """Add a statement to its entity."""
        id = row.get("canonical_id") or row.get("entity_id") or ""
        dataset, prop = row.get("dataset") or "", row.get("prop") or ""
        place = self.texts.add(dataset, text)
        if not id or len(self.nodes) >= MOST_ENTITIES:
            return
        node = self.nodes.get(id) or Node(id, row.get("schema") or "", number, dataset, {}, *place)
        self.nodes[id] = node
        value = " ".join((row.get("value") or "").split())
        if prop and prop != "id" and value:
            node.properties.setdefault(prop, []).append(value)
        if prop in ENDS and node.dataset == dataset:
            node.start, node.end = place


class _Entities:
    """The entities of a file, and what is taken from them."""

    def __init__(self, findings: Findings, nodes: list[Node], texts: Mapping[str, str]) -> None:
        self.findings = findings
        self.nodes = nodes
        self.texts = texts
        findings.read = len(nodes)

    def run(self) -> None:
        """Take entities first, then the links between them."""
        nodes = list(self.distinct())
        for node in nodes:
            if node.schema not in LINKS:
                self.thing(node)
        for node in nodes:
            if node.schema in LINKS:
                self.link(node)
        stated = {one.document for one in self.findings.statements}
        for dataset in dict.fromkeys(node.dataset for node in self.nodes):
            if dataset in stated:
                self.document(dataset)
        for node in self.nodes:
            self.findings.unread.update(node.properties.keys() - READ)

    def distinct(self) -> Iterator[Node]:
        """Yield the first entity with each id, and note the others."""
        seen: dict[str, int] = {}
        for node in self.nodes:
            if node.id in seen:
                why = f"line {seen[node.id]} has an entity with the same id"
                self.findings.leave(node.line, node.id, why)
            else:
                seen[node.id] = node.line
                yield node

    def thing(self, node: Node) -> None:
        """Take an entity, if its schema is one of things with names."""
        kind, name = KINDS.get(node.schema, ""), node.first("name", "title", "full")
        if node.schema in UNTAKEN or not kind:
            why = UNTAKEN.get(node.schema, f"{node.schema or 'no schema'} has no place here")
            return self.findings.leave(node.line, node.id, why)
        if not name:
            return self.findings.leave(node.line, node.id, "it has no name")
        names = (*node.properties.get("name", ()), *node.properties.get("alias", ()))
        self.findings.things[node.id] = Thing(
            node.id,
            node.line,
            name,
            kind,
            (f"ftm {node.id}",),
            tuple(one for one in dict.fromkeys(names) if one != name),
            node.first("description", "summary"),
            iris.wikidata(node.first("wikidataId")),
            node.first("notes"),
            node.first("latitude"),
            node.first("longitude"),
            tuple(_numbers(node)),
        )
        return None

    def link(self, node: Node) -> None:
        """Take a link as an affiliation, or else as a claim of its dataset."""
        own, other = LINKS[node.schema][3:]
        ends = node.first(own), node.first(other)
        missing = [name for name, end in zip((own, other), ends, strict=True) if not self.has(end)]
        if missing:
            return self.findings.leave(node.line, node.id, f"its {missing[0]} is not in this file")
        known = node.relation
        relation = known or LINKS[node.schema][0]
        more = ("" if known else node.role, node.first("description"), node.first("summary"))
        note = "; ".join(filter(None, dict.fromkeys(more)))
        said = self.claim(node, ends, relation if known else "")
        said = replace(said, when=node.period, note=note)
        self.findings.statements.append(said)
        if relation:
            share = node.share if relation == "owns" else ""
            tie = Link(said, ends[0], relation, ends[1], node.period, share, note)
            self.findings.links.append(tie)
        return None

    def claim(self, node: Node, ends: tuple[str, str], role: str) -> Statement:
        """Return what the dataset states about two entities. A role of a knowledge base is no
        predicate.
        """
        _, word, label, *_ = LINKS[node.schema]
        names = [self.findings.things[end].name for end in ends]
        words = role.replace("-", " ") or label
        return Statement(
            node.id,
            node.id,
            node.line,
            node.dataset,
            node.start,
            node.end,
            # A semicolon would end the sentence in the notation of an affiliation.
            f"{names[0]} {words} {names[1]}".replace(";", ","),
            kind="" if word and not role else "state",
            core=Core(ends[0], word, label, ends[1]) if word and not role else None,
        )

    def has(self, key: str) -> bool:
        """Tell whether an entity is taken."""
        return key in self.findings.things

    def document(self, dataset: str) -> None:
        """Make a source of the entities of a dataset, with the dataset as its author."""
        author = f"dataset {dataset}" if dataset else ""
        if dataset:
            kind, ids = "agent", (f"ftm dataset {dataset}",)
            self.findings.things[author] = Thing(author, 1, dataset, kind, ids)
        title = dataset or self.findings.name
        self.findings.documents.append(Document(dataset, 1, self.texts[dataset], title, author))


def _numbers(node: Node) -> Iterator[str]:
    """Yield the numbers of registers, each with the name of its property."""
    for name in IDENTIFIERS:
        for value in node.properties.get(name, ()):
            yield f"{name} {value}"
