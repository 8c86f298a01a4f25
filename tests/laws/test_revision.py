"""What is derived after a change is what would be derived from nothing, also where only a few of
many claims are computed again.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from edits import differences

from kb.app import knowledge_base
from kb.model.records import Affiliation, Assertion, Claim, Entity, Record, Source
from kb.rdf import turtle_writer

DAY = date(2024, 3, 1)
TOWNS = 8
# What is said of each town: kind, subject, predicate, and the day. A and B are rivals there.
SAID = (
    ("state", "a", "controls", 0),
    ("state", "b", "controls", 3),
    ("event", "b", "took-control-of", 5),
    ("event", "a", "took-control-of", 9),
    ("event", "a", "lost", 6),
    ("forecast", "a", "will-take", None),
    ("state", "b", "controls", None),
)


def days(first: int | None) -> dict[str, date | None]:
    """The fields of a claim that begins on a day, after so many others."""
    day = None if first is None else DAY + timedelta(first)
    return {"begin_earliest": day, "begin_latest": day}


def claims(town: int) -> list[Claim]:
    """What is said of a town, and of the region that it shares with the next one."""
    place, region = f"town-{town}", f"region-{town // 2}"
    found = [
        Claim(
            f"{place}-{n}",
            statement="Something happened",
            kind=kind,
            subject=f"{who}-{town}",
            predicate=predicate,
            object=place,
            **days(day),  # type: ignore[arg-type]
        )
        for n, (kind, who, predicate, day) in enumerate(SAID)
    ]
    whole = replace(found[1], id=f"{place}-whole", object=region, extent="whole")
    return [*found, whole, replace(found[2], id=f"{place}-not", polarity="negative")]


class World:
    """Towns with their rivals, and what witnesses say of them; each change is to one record."""

    def __init__(self, place: Path, seed: int) -> None:
        self.kb, self.random = knowledge_base.init(place), random.Random(seed)
        self.claims = [claim for town in range(TOWNS) for claim in claims(town)]
        self.said = [
            Assertion(f"{one.id}.{who}", source="paper", claim=one.id, speaker=who, stance=stance)
            for one in self.claims
            for who in self.random.sample(("ann", "bob", "cleo"), 2)
            for stance in self.random.choices(("affirms", "denies"), (9, 1))
        ]
        people = [f"{who}-{town}" for town in range(TOWNS) for who in "ab"]
        self._write(
            *(Entity(id, kind="force", name=id) for id in people),
            *(Entity(id, kind="person", name=id) for id in ("ann", "bob", "cleo")),
            *(Entity(f"region-{n}", kind="place", name=f"region {n}") for n in range(TOWNS // 2)),
            *(
                Entity(f"town-{n}", kind="place", name=f"town {n}", within=(f"region-{n // 2}",))
                for n in range(TOWNS)
            ),
            *(
                Affiliation(f"tie-{n}", member=f"a-{n}", relation="rival-of", party=f"b-{n}")
                for n in range(TOWNS)
            ),
            Source("paper", title="paper", published_from=DAY, published_to=DAY, sha256="0" * 64),
            *self.claims,
            *self.said,
        )

    def _write(self, *records: Record) -> None:
        path = self.kb.folder.root / "claims/main/all.ttl"
        path.parent.mkdir(parents=True, exist_ok=True)
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        base = self.kb.folder.base
        path.write_text(turtle_writer.replace(text, records, base), encoding="utf-8")

    def change(self) -> Record:
        """Change a claim, or what is said on one, and write it."""
        change: Callable[[], Record] = self.random.choice(
            (self._dated, self._turned, self._taken, *[self._said] * 4)
        )
        record = change()
        self._write(record)
        return record

    def _replaced(self, place: int, **fields: object) -> Record:
        self.claims[place] = replace(self.claims[place], **fields)  # type: ignore[arg-type]
        return self.claims[place]

    def _one(self) -> int:
        return self.random.randrange(len(self.claims))

    def _dated(self) -> Record:
        return self._replaced(self._one(), **days(self.random.choice((None, 0, 3, 5, 7, 9))))

    def _turned(self) -> Record:
        one = self._one()
        turned = "positive" if self.claims[one].polarity == "negative" else "negative"
        return self._replaced(one, polarity=turned)

    def _taken(self) -> Record:
        """A claim says of somebody else what it said, or says it of another place."""
        one, other = self._one(), self.claims[self._one()]
        field = self.random.choice(("subject", "object", "predicate"))
        return self._replaced(one, **{field: getattr(other, field)})

    def _said(self) -> Record:
        place = self.random.randrange(len(self.said))
        said = self.said[place]
        stance = self.random.choice(("affirms", "affirms", "denies", "retracts", "silent"))
        new = {"stance": stance} if self.random.random() < 0.8 else {"claim": self.said[0].claim}
        self.said[place] = replace(said, **new)  # type: ignore[arg-type]
        return self.said[place]


def found(world: World) -> dict[str, object]:
    """The statuses, by claim."""
    return dict(world.kb.status().rows)


@pytest.mark.parametrize("seed", [3, 4])
def test_what_is_derived_after_a_change_is_what_would_be_derived_from_nothing(
    tmp_path: Path, seed: int
) -> None:
    world = World(tmp_path / "kb", seed)
    before, others = found(world), 0
    for _ in range(25):
        record = world.change()
        after = found(world)
        assert differences(world.kb) == (set(), set()), record
        others += len([one for one in after if after[one] != before.get(one)]) > 1
        before = after
    assert others > 3  # changes that turn the status of more than one claim
