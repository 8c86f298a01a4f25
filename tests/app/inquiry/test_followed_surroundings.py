"""Surroundings that follow changes are those that are made anew."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path
from random import Random

import pytest
from generated_bases import generate

from kb.app.inquiry import followed_surroundings
from kb.app.knowledge_base import KnowledgeBase
from kb.model.records import Record
from kb.rdf import turtle_writer
from kb.reasoning.analysis.surroundings import Surroundings
from kb.workspace.catalogs.catalog import Known
from kb.workspace.catalogs.followed_catalog import Changed, FollowedCatalog


class Followed:
    """Surroundings of a knowledge base that are brought up to date after each change."""

    def __init__(self, kb: KnowledgeBase) -> None:
        self.kb = kb
        self.catalog = FollowedCatalog(kb.session.empty())
        self.catalog.read(kb.folder)
        self.near = kb.surroundings()
        self.changed: Changed = {}

    def follows(self) -> bool:
        """Read the records that changed, and tell whether that is possible."""
        changed = self.catalog.follow(self.kb.folder, self.kb.condition().digests)
        self.changed = changed or {}
        return changed is not None

    def same(self) -> bool:
        """Follow the last change, compare with what is made anew, and tell whether it differs from
        what was there before.
        """
        before = self.near.tables
        near = followed_surroundings.follow(self.near, self.catalog.known, self.changed)
        assert near is not None
        anew = self.kb.surroundings()
        compared(near, anew)
        self.near = near
        return before != near.tables


def compared(near: Surroundings, anew: Surroundings) -> None:
    """Every part of the surroundings is the same."""
    for name in ("claims", "ties", "places", "tables"):
        assert getattr(near, name) == getattr(anew, name), name
    for one in ("links", "frame"):
        left, right = getattr(near.rules, one), getattr(anew.rules, one)
        for name in (field.name for field in fields(left)):
            assert getattr(left, name) == getattr(right, name), name


def another(known: Known, random: Random) -> Record:
    """A random record with other values."""
    claims, people = sorted(known.claims), sorted(known.entities)
    entity = random.choice(people)
    match random.choice(("claim", "claim", "assertion", "entity")):
        case "claim":
            claim = known.claims[random.choice(claims)]
            conditions = random.choice(((), (), (random.choice(claims),)))
            place, extent = random.choice(people), random.choice((None, "whole"))
            return replace(
                claim, subject=entity, object=place, condition_claims=conditions, extent=extent
            )
        case "assertion":
            said = known.assertions[random.choice(sorted(known.assertions))]
            return replace(said, claim=random.choice(claims), speaker=entity)
    return replace(known.entities[random.choice(people)], within=(entity,))


@pytest.mark.parametrize("seed", [2, 53])
def test_after_random_edits_the_surroundings_equal_those_made_anew(
    tmp_path: Path, seed: int
) -> None:
    kb, random = generate(tmp_path / "kb", 130), Random(seed)
    followed = Followed(kb)
    differing = 0
    for _ in range(12):
        for _ in range(random.choice((1, 1, 3))):
            one = another(followed.catalog.known, random)
            path = kb.folder.root / followed.catalog.known.files[one.path + one.id]
            text = path.read_text(encoding="utf-8")
            path.write_text(turtle_writer.replace(text, [one], kb.folder.base), encoding="utf-8")
        assert followed.follows()
        differing += followed.same()
    assert differing > 8


def test_surroundings_follow_changes_of_each_kind_of_record(tmp_path: Path) -> None:
    kb = generate(tmp_path / "kb", 130)
    followed = Followed(kb)
    source = kb.folder.root / "claims/main/sources/source-1.ttl"
    text = source.read_text(encoding="utf-8")
    assert followed.follows()
    assert not followed.same()
    for values in ({"when": "2021-03-04"}, {"if": "claim/claim-9"}, {"if": ""}):
        kb.add(kb.edit("claim/claim-6", values))
        assert followed.follows()
        assert followed.same()
    kb.add(kb.edit("entity/place-1", {"within": "place-3"}))
    assert followed.follows()
    assert followed.same()
    kb.add(kb.judge("same-event", "claim/claim-6", "claim/claim-8", {"why": "one day"}))
    assert followed.follows()
    assert followed.same()
    kb.add(kb.withdraw(["claim/claim-7"], "read again"))
    assert followed.follows()
    assert followed.same()
    kb.undo()
    assert followed.follows()
    assert followed.same()
    source.write_text(text.replace("stance-affirms", "stance-denies"), encoding="utf-8")
    assert followed.follows()
    assert followed.same()
    source.unlink()
    assert followed.follows()
    assert followed.same()
    source.write_text(text, encoding="utf-8")
    assert followed.follows()
    assert followed.same()


def test_surroundings_follow_a_relay_that_is_edited(tmp_path: Path) -> None:
    kb = generate(tmp_path / "kb", 130)
    followed = Followed(kb)
    relay = next(iter(followed.catalog.known.relays.values()))
    path = kb.folder.root / followed.catalog.known.files[f"assertion/{relay.id}"]
    text = path.read_text(encoding="utf-8")
    head, mark, rest = text.partition(f"<assertion/{relay.id}>\n")
    assert mark
    path.write_text(
        head + mark + rest.replace(f"<entity/{relay.speaker}>", "<entity/actor-39>", 1),
        encoding="utf-8",
    )
    assert followed.follows()
    assert followed.same()


def test_a_version_of_a_present_record_is_not_followed(tmp_path: Path) -> None:
    """Then a view of the tables has one of the two records."""
    kb = generate(tmp_path / "kb", 130)
    followed = Followed(kb)
    known = followed.catalog.known
    old, other = known.claims["claim-6"], known.claims["claim-9"]
    known.add(replace(other, revision_of=old.id), known.files["claim/claim-9"])
    for changed in (
        {"claim/claim-9": (other, known.claims["claim-9"])},
        {"claim/claim-6": (old, old)},
    ):
        assert followed_surroundings.follow(followed.near, known, changed) is None
