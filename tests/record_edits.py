"""A small knowledge base with every kind of fault, and random edits to its files: for the law that
a report kept up to date equals one made from nothing."""

from __future__ import annotations

import hashlib
import random
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from kb.app.knowledge_base import KnowledgeBase
from kb.model.records import (
    Affiliation,
    Assertion,
    Claim,
    Entity,
    Judgement,
    Quote,
    Record,
    Relay,
    Source,
)
from kb.rdf import turtle_reader, turtle_writer
from kb.workspace.catalogs.past_files import history

PEOPLE = [f"person-{n}" for n in range(4)]
PLACES = [f"place-{n}" for n in range(3)]
SOURCES = [f"source-{n}" for n in range(3)]
CLAIMS = [f"claim-{n}" for n in range(7)]
ASSERTIONS = [f"said-{n}" for n in range(10)]
TEXTS = [f"The harbour was open on day {n}. Nobody came.\n" * 2 for n in range(4)]
SPANS = ((0, 11), (4, 15), (20, 400))
ITEMS = [f"http://www.wikidata.org/entity/Q{n}" for n in range(2)]
# What is right, and what a careless hand may write instead.
SLIPS = (
    ("kb:stance-affirms", "kb:stance-nods"),
    ("kb:Entity", "kb:Claim"),
    ("kb:kind-event", "kb:kind-forecast"),
    ("kb:publisher <entity/person-0>", "kb:publisher <entity/person-0>, <entity/person-1>"),
    ("kb:source <source/source-1>", "kb:source <source/source-2>"),
    ("kb:position 1", 'kb:position "one"'),
    ("rdf:subject <entity/person-1>", 'rdf:subject "person-1"'),
    ("kb:type kb:type-person", "kb:colour 7"),
    ("a kb:Quote", "a []"),
)


class Files:
    """The stored files of a knowledge base as texts; each edit changes some of them."""

    def __init__(self, kb: KnowledgeBase, seed: int, records: int = 70) -> None:
        self.kb, self.random = kb, random.Random(seed)
        (kb.folder.root / "documents").mkdir(exist_ok=True)
        for _ in range(records):
            self.put()
        for text in TEXTS[:2]:
            self.place(text).write_text(text)

    def edit(self) -> str:
        """Change something at random; what, for a failing test to tell."""
        edits = [self.put] * 14 + [self.remove] * 5 + [self.move] * 2
        edits += [self.comment, self.slip, self.slip, self.text, self.text, self.own]
        if self.random.random() < 0.5:
            self.corrected()
        return ", ".join(
            self.random.choice(edits)() for _ in range(self.random.choice((1, 1, 1, 2, 4)))
        )

    # --- edits

    def put(self) -> str:
        """Write a record at random, in place of the one with its id."""
        kinds = [
            self._entity,
            self._source,
            *[self._quote] * 2,
            *[self._claim] * 3,
            *[self._assertion] * 4,
            self._relay,
            self._tie,
            *[self._judged] * 2,
        ]
        record = self._some(kinds)()
        name = self._home(record)
        if self.random.random() < 0.08:
            name, record = history(name), replace(record, id=record.id.replace("#", "~1#"))
        if self.random.random() < 0.98:
            self._only_in(name, record)
        self._write(name, turtle_writer.replace(self._read(name), [record], self.kb.folder.base))
        return f"put {record} into {name}"

    def remove(self) -> str:
        """Remove a record, or now and then a file."""
        name = self._some(self.names())
        keys = [b.subject for b in turtle_reader.blocks(self._read(name), self.kb.folder.base)]
        if self.random.random() < 0.15 or not keys:
            (self.kb.folder.root / name).unlink()
            return f"removed {name}"
        gone = self._some(keys)
        self._write(name, turtle_writer.replace(self._read(name), [], self.kb.folder.base, {gone}))
        return f"removed {gone} from {name}"

    def move(self) -> str:
        """Give a file another name, or copy it."""
        name = self._some(self.names())
        new = name.replace("main/", f"main/{self._some('abc')}", 1)
        text = self._read(name)
        if self.random.random() < 0.9:
            (self.kb.folder.root / name).unlink()
        self._write(new, text)
        return f"moved {name} to {new}"

    def comment(self) -> str:
        """Put a comment before everything in a file, so that every line moves."""
        name = self._some(self.names())
        self._write(name, f"# a remark\n{self._read(name)}")
        return f"a comment in {name}"

    def slip(self) -> str:
        """Write something wrong into a file by hand, or correct it."""
        right, wrong = self._some(SLIPS)
        if self.random.random() < 0.3:
            wrong, right = right, wrong
        name = self._some(self.names())
        text = self._read(name)
        self._write(name, text.replace(right, wrong, 1) if right in text else text)
        return f"{right} is {wrong} in {name}"

    def text(self) -> str:
        """Add the text of a source, or remove it."""
        text = self._some(TEXTS)
        place = self.place(text)
        if place.exists():
            place.unlink()
        else:
            place.write_text(text)
        return f"text {place.name[:6]}"

    def own(self) -> str:
        """Add or remove an own check, an own shape or an own predicate."""
        name, text = self._some(OWN)
        path = self.kb.folder.root / name
        if path.exists():
            path.unlink()
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return name

    def corrected(self) -> None:
        """Take back what was written by hand, as most people would at once."""
        for name in self.names():
            text = self._read(name)
            for right, wrong in SLIPS[-5:]:
                text = text.replace(wrong, right)
            if text != self._read(name):
                self._write(name, text)

    # --- files

    def _only_in(self, name: str, record: Record) -> None:
        """Remove a record from all other files."""
        base = self.kb.folder.base
        key = base + record.path + record.id
        for other in self.kb.folder.files():
            text = self._read(other)
            if other != name and f"<{record.path}{record.id}>\n" in text:
                self._write(other, turtle_writer.replace(text, [], base, {key}))

    def names(self) -> list[str]:
        """The paths of the stored files."""
        if not self.kb.folder.files():
            self.put()
        return list(self.kb.folder.files())

    def place(self, text: str) -> Path:
        """Where a text is stored."""
        return self.kb.folder.root / "documents" / f"{digest(text)}.txt"

    def _read(self, name: str) -> str:
        path = self.kb.folder.root / name
        return path.read_text(encoding="utf-8") if path.exists() else ""

    def _write(self, name: str, text: str) -> None:
        path = self.kb.folder.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def _home(self, record: Record) -> str:
        """Records of a source lie in its file, or now and then somewhere else."""
        match record:
            case Quote() | Assertion():
                odd = self.random.random() < 0.1
                return f"claims/main/sources/{'loose' if odd else record.source}.ttl"
            case Source():
                return f"claims/main/sources/{record.id}.ttl"
            case Claim():
                return f"claims/main/claims/{self._some('ab')}.ttl"
        return f"claims/main/{type(record).__name__.lower()}.ttl"

    # --- records at random

    def _some(self, values: Any) -> Any:
        return self.random.choice(list(values))

    def _maybe(self, values: Any) -> Any:
        return self.random.choice([None, *values])

    def _day(self) -> date | None:
        return self._maybe([date(2020, 1, 1) + timedelta(n) for n in (0, 3, 9)])

    def _gone(self) -> datetime | None:
        return self._maybe([None] * 6 + [datetime.fromisoformat("2024-01-01T00:00:00+00:00")])

    def _entity(self) -> Entity:
        id = self._some(PEOPLE + PLACES)
        within = (self._some(PLACES),) if id in PLACES else ()
        return Entity(
            id, kind="person", name=id, within=within, wikidata=self._maybe([*ITEMS, None])
        )

    def _source(self) -> Source:
        text = self._some(TEXTS)
        day, offsets = self._day(), self._maybe(["0-32 33-45", "5-2", None])
        return Source(
            self._some(SOURCES),
            title=self._maybe(["A report"]),
            author=self._maybe(PEOPLE),
            publisher=self._maybe(PEOPLE),
            published_from=day,
            published_to=day,
            sha256=digest(text),
            length=self._some((10, len(text))),
            sentences=offsets,
            copy_of=self._maybe([None, None, *SOURCES]),
        )

    def _quote(self, source: str = "") -> Quote:
        source, (start, end) = source or self._some(SOURCES), self._some(SPANS)
        words = self._some(TEXTS)[start:end]
        fragment = self._some([words.split()[0], "boats"])
        return Quote(
            f"{source}#char={start},{end}",
            source=self._some([source] * 8 + SOURCES),
            start=start,
            end=end,
            sha256=digest(words),
            fragment=fragment,
        )

    def _claim(self) -> Claim:
        begin, counts = self._day(), sorted(self._some((1, 5, 9)) for _ in range(2))
        if self.random.random() < 0.1:
            counts.reverse()
        counted = self.random.random() < 0.5
        return Claim(
            self._some(CLAIMS),
            statement="Something happened",
            kind=self._some(["event", "event", "state", "forecast"]),
            subject=self._some(PEOPLE[:2]),
            predicate=self._some(["killed", "killed", "met-with", "first-published", "nodded-to"]),
            object=self._maybe(PLACES + PLACES + PEOPLE[:2]),
            polarity=self._maybe([None, None, "negative"]),
            begin_earliest=begin,
            begin_latest=begin,
            quantity_min=Decimal(counts[0]) if counted else None,
            quantity_max=Decimal(counts[1]) if counted else None,
            invalidated=self._gone(),
        )

    def _assertion(self) -> Assertion:
        day, source = self._day(), self._some(SOURCES)
        start, end = self._some(SPANS)
        id = self._some(ASSERTIONS)
        return Assertion(
            id,
            source=source,
            quote=f"{self._some([source] * 6 + SOURCES)}#char={start},{end}",
            claim=self._some([*CLAIMS * 2, "claim-nowhere"]),
            speaker=self._some(PEOPLE),
            stance=self._some(["affirms", "affirms", "denies", "denies", "disowns"]),
            target=self._maybe([None, *ASSERTIONS]),
            relays=self._some([(), (), (f"{id}-r1",), (f"{id}-r1", f"{id}-r2")]),
            said_from=day,
            said_to=day,
            invalidated=self._gone(),
        )

    def _relay(self) -> Relay:
        day, number = self._day(), self._some((1, 2))
        start, end = self._some(SPANS)
        return Relay(
            f"{self._some(ASSERTIONS)}-r{number}",
            position=self._some((number, number, 1, 3)),
            speaker=self._maybe(PEOPLE),
            quote=self._maybe([f"{source}#char={start},{end}" for source in SOURCES]),
            said_from=day,
            said_to=day,
        )

    def _tie(self) -> Affiliation:
        member, party = self._some(PEOPLE), self._some(PEOPLE)
        relation = self._some(["owns", "owns", "member-of"])
        return Affiliation(
            f"tie-{self.random.randrange(5)}",
            member=member,
            relation=relation,
            party=party,
            share=Decimal(self._some((40, 70))) if relation == "owns" else None,
        )

    def _judged(self) -> Judgement:
        kind = self._some(
            ["same-claim", "different-claim", "copy-of", "not-copy-of", "different-entity"]
            + ["same-entity", "outcome", "verdict"]
        )
        path, ids = {
            "same-entity": ("entity/", PEOPLE),
            "different-entity": ("entity/", PEOPLE),
            "copy-of": ("source/", SOURCES),
            "not-copy-of": ("source/", SOURCES),
        }.get(kind, ("claim/", CLAIMS[:3]))
        return Judgement(
            f"judged-{self.random.randrange(8)}",
            kind=kind,
            about=path + self._some(ids),
            other=path + self._some(ids) if kind != "verdict" else None,
            verdict=self._some(["void", "failed", None]) if kind == "outcome" else None,
            why=self._maybe(["for a test"] * 3),
            invalidated=self._gone(),
        )


OWN = (
    (
        "queries/checks/own-names.rq",
        "#+ summary: Persons\n#+ x-kb:\n#+   severity: warning\n#+   message: '{subject} is one'\n"
        "#+   columns: [subject]\n\nPREFIX kb: <https://w3id.org/claimkb/ns#>\n"
        "SELECT ?subject WHERE { ?subject a kb:Entity ; kb:wikidata ?item } ORDER BY ?subject\n",
    ),
    (
        "ontology/own.ttl",
        "@prefix sh: <http://www.w3.org/ns/shacl#> .\n@prefix kb: <https://w3id.org/claimkb/ns#> .\n"
        "<https://x.org/shape> a sh:NodeShape ; sh:targetClass kb:Claim ;\n"
        "  sh:property [ sh:path kb:unit ; sh:maxCount 0 ] .\n",
    ),
)


def digest(text: str) -> str:
    """SHA-256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()
