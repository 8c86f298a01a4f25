"""A small knowledge base in which everything touches everything, and random edits to it: for the
law that an index kept up to date
equals one built anew."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from kb.app import knowledge_base
from kb.model.records import Affiliation, Assertion, Claim, Entity, Judgement, Record, Relay, Source
from kb.model.vocabulary import DISPUTES, FORMS, JUDGEMENTS, KINDS, NAMINGS, RELATIONS, STANCES
from kb.rdf import turtle_writer
from kb.workspace.indexing import index

PEOPLE = [f"person-{n}" for n in range(8)]
PLACES = [f"place-{n}" for n in range(5)]
SOURCES = [f"source-{n}" for n in range(6)]
CLAIMS = [f"claim-{n}" for n in range(24)]
ASSERTIONS = [f"said-{n}" for n in range(50)]
# Predicates of every kind of declaration: functional, beginning, ending, symmetric, incompatible,
# entailing, counting, foretelling.
PREDICATES = [
    "controls",
    "took-control-of",
    "lost",
    "will-take",
    "proposed",
    "met-with",
    "backs",
    "opposes",
    "aided-militarily",
    "killed",
]


class World:
    """The records of a knowledge base by file; each edit changes one record and writes its file."""

    def __init__(self, kb: knowledge_base.KnowledgeBase, seed: int) -> None:
        self.kb, self.random = kb, random.Random(seed)
        self.files: dict[str, dict[str, Record]] = {}
        for many, make in (
            (60, self._entity),
            (40, self._source),
            (80, self._claim),
            (120, self._assertion),
            (12, self._tie),
            (8, self._judged),
        ):
            for _ in range(many):
                self._put(make())
        for name in self.files:
            self._write(name)

    def edit(self) -> str:
        """Change one record at random, or a few at once; what was done, for a failing test to tell."""
        told = []
        for _ in range(self.random.choice((1, 1, 1, 3))):
            make = self.random.choice(
                (
                    self._entity,
                    self._source,
                    *[self._claim] * 3,
                    *[self._assertion] * 4,
                    self._tie,
                    self._judged,
                )
            )
            record = make()
            name = self._home(record)
            if self.random.random() < 0.3 and self.files.get(name):
                id = self.random.choice(sorted(self.files[name]))
                del self.files[name][id]
                told.append(f"removed {id} from {name}")
            else:
                name = self._put(record)
                told.append(f"put {record} into {name}")
            self._write(name)
        return "\n".join(told)

    def _put(self, record: Record) -> str:
        name = self._home(record)
        for other in [
            f
            for f, records in self.files.items()
            if f != name and records.pop(record.path + record.id, None)
        ]:
            self._write(other)
        self.files.setdefault(name, {})[record.path + record.id] = record
        if isinstance(record, Assertion) and self.random.random() < 0.3:
            relay = Relay(f"{record.id}-r1", position=1, speaker=self._maybe(PEOPLE))
            self.files[name][relay.path + relay.id] = relay
            self.files[name][record.path + record.id] = replace(record, relays=(relay.id,))
        return name

    def _home(self, record: Record) -> str:
        """One file may hold all of a kind; assertions lie with one of the sources, so that a record
        can also move to another file.
        """
        match record:
            case Assertion():
                return f"claims/main/sources/{record.source or 'loose'}.ttl"
            case Source():
                return f"claims/main/sources/{record.id}.ttl"
            case Claim():
                return f"claims/main/claims/{'ab'[len(record.id) % 2]}.ttl"
        return f"claims/main/{type(record).__name__.lower()}.ttl"

    def _write(self, name: str) -> None:
        path = self.kb.folder.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            turtle_writer.replace("", list(self.files[name].values()), self.kb.folder.base),
            encoding="utf-8",
        )

    # --- records at random
    # -------------------------------------------------------------------------------------------------------

    def _maybe(self, values: Any) -> Any:
        return self.random.choice([None, *values])

    def _some(self, values: Any) -> Any:
        return self.random.choice(list(values))

    def _day(self) -> date | None:
        return self._maybe([date(2020, 1, 1) + timedelta(n) for n in (0, 3, 5, 9, 30)])

    def _entity(self) -> Entity:
        id = self._some(PEOPLE + PLACES)
        within = (self._some(PLACES),) if id in PLACES and self.random.random() < 0.6 else ()
        return Entity(
            id,
            kind="force",
            name=id,
            naming=self._some(["named"] * 3 + list(NAMINGS)),
            within=within,
        )

    def _source(self) -> Source:
        day = self._day()
        copied = self._some(SOURCES) if self.random.random() < 0.4 else None
        return Source(
            self._some(SOURCES),
            author=self._maybe(PEOPLE),
            published_from=day,
            published_to=day,
            copy_of=copied,
        )

    def _claim(self) -> Claim:
        begin, end, count = self._day(), self._day(), self._maybe([1, 5, 9])
        return Claim(
            self._some(CLAIMS),
            statement="Something happened",
            kind=self._some(["state", "event", "forecast", *KINDS]),
            subject=self._some([*PEOPLE[:1] * 8, *PEOPLE]),
            predicate=self._maybe([*["controls"] * 20, *PREDICATES * 2]),
            object=self._maybe([*PLACES[:1] * 16, *PLACES[:3] * 2, *PEOPLE[:2]]),
            place=(self._some(PLACES),) if self.random.random() < 0.2 else (),
            counterpart=(self._some(PEOPLE),) if self.random.random() < 0.2 else (),
            polarity=self._some([None, "positive", "negative"]),
            extent=self._maybe(["whole"]),
            begin_earliest=begin,
            begin_latest=begin,
            end_earliest=end,
            end_latest=end,
            quantity_min=Decimal(count) if count else None,
            quantity_max=Decimal(count) if count else None,
        )

    def _assertion(self) -> Assertion:
        day, source = self._day(), self._some(SOURCES)
        start = self.random.randrange(0, 100, 10)
        return Assertion(
            self._some(ASSERTIONS),
            source=source,
            quote=f"{source}#char={start},{start + 15}",
            claim=self._some([*CLAIMS * 4, None, "claim-nowhere"]),
            speaker=self._maybe(PEOPLE * 4),
            stance=self._some([*["affirms"] * 4, "denies", *STANCES]),
            scope=(self._some(DISPUTES),) if self.random.random() < 0.2 else (),
            target=self._some(ASSERTIONS) if self.random.random() < 0.1 else None,
            said_from=day,
            said_to=day,
            form=self._maybe(FORMS),
            manner=self._maybe(["forced", "voluntary"]),
            revision_of=self._some(ASSERTIONS) if self.random.random() < 0.03 else None,
        )

    def _tie(self) -> Affiliation:
        ends = self.random.sample(PEOPLE, 2)
        return Affiliation(
            f"tie-{self.random.randrange(12)}",
            member=ends[0],
            relation=self._some(RELATIONS),
            party=ends[1],
            from_date=self._day(),
            to_date=self._day(),
        )

    def _judged(self) -> Judgement:
        kind = self._some(JUDGEMENTS)
        path, ids = {
            "same-entity": ("entity/", PEOPLE + PLACES),
            "same-event": ("entity/", PEOPLE),
            "copy-of": ("source/", SOURCES),
        }.get(kind, ("claim/", CLAIMS))
        span = (0, 40) if kind == "copy-of" and self.random.random() < 0.5 else (None, None)
        return Judgement(
            f"judged-{self.random.randrange(8)}",
            kind=kind,
            about=path + self._some(ids),
            other=None
            if kind == "verdict" or self.random.random() < 0.1
            else path + self._some(ids),
            verdict=self._some(["void", "failed"]) if kind in ("verdict", "outcome") else None,
            range_start=span[0],
            range_end=span[1],
            why="for a test",
        )


def differences(kb: knowledge_base.KnowledgeBase) -> tuple[set[object], set[object]]:
    """What the derived graph and the kept statuses hold too much and what they lack, beside
    everything worked out anew from the same records.
    """
    reader = kb.session.reader()
    try:
        rows = reader.select(
            f"SELECT ?s ?p ?o {{ GRAPH <{kb.folder.base}{index.DERIVED}> {{ ?s ?p ?o }} }}"
        ).rows
        stored = {(s, p, o) for s, p, o in rows if s and p and o}
        whole = kb.session.derivation().whole(reader)
    finally:
        reader.close()
    kept = kb.session.named(lambda names: {*names.statuses(), *names.contradictions()})
    texts = {text for _, text in whole.statuses.values()}
    had, wanted = {*stored, *(kept or ())}, {*whole.triples, *texts, *whole.contradictions}
    return had - wanted, wanted - had


@dataclass(frozen=True)
class Edited:
    """One edit: what was done, what the derived graph holds too much or lacks after it, and whether
    it changed any status.
    """

    what: str
    differences: tuple[str, ...]
    changed: bool


def edited(place: Path, seed: int, edits: int) -> Iterator[Edited]:
    """Edit a knowledge base at random, and tell of each edit how what is derived differs from
    everything worked out anew.
    """
    world = World(knowledge_base.init(place), seed)
    world.kb.refresh()
    before = world.kb.status_words()
    for n in range(edits):
        what = world.edit()
        after = world.kb.status_words()
        found = [
            f"{word}: {triple}"
            for word, rows in zip(("too much", "lacking"), differences(world.kb), strict=True)
            for triple in sorted(map(str, rows))
        ]
        yield Edited(f"seed {seed}, edit {n}: {what}", tuple(found), after != before)
        before = after
