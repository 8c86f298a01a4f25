"""Looking at one record reads only the files that it needs, and shows what the whole would show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from generated_bases import generate

from kb.app import knowledge_base
from kb.errors import KbError
from kb.model.records import Claim
from kb.presentation import cards, record_fields, record_history
from kb.workspace.caches import record_cache
from kb.workspace.catalogs import catalog, labels

NAMES = (
    "claim-7",
    "claim/claim-7",
    "actor-3",
    "Actor 3",
    "case 7",
    "source-1",
    "source-1.70",
    "Actor",
    "nothing",
    "claim-",
    "<x> ?y",
    "tie-9",
    "judgement-99",
    "claim-7~1",
    "",
)


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory) -> knowledge_base.KnowledgeBase:
    """A generated base with an index, in which one record was withdrawn and one was edited."""
    kb = generate(tmp_path_factory.mktemp("near") / "kb", 130)
    kb.add(kb.withdraw(["claim/claim-5"], "read again"))
    kb.add(kb.edit("claim/claim-6", {"when": "Tuesday"}))
    kb.refresh()
    return kb


def test_every_record_is_shown_as_from_the_catalog_of_all(
    kb: knowledge_base.KnowledgeBase,
) -> None:
    known = kb.known()
    for key in [*sorted(known.files), "claim/claim-5"]:
        if key.startswith(("source/", "assertion/")) and known.record(key) is None:
            continue
        for text in (cards.card, record_fields.fields, record_history.history):
            assert text(kb, kb.near(), key) == text(kb, known, key), key
        assert kb.near().files[key] == known.files[key]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_means_the_same(kb: knowledge_base.KnowledgeBase, name: str) -> None:
    found = []
    for known in (kb.known(), kb.near()):
        try:
            found.append(known.resolve(name, also=known.past))
        except KbError as error:
            found.append(f"{error.message} {error.hint}")
    assert found[0] == found[1]


def outcome(ask: Callable[[], object]) -> object:
    """What is found, or the sentence that says why nothing is."""
    try:
        return ask()
    except KbError as error:
        return f"{error.message} {error.hint}"


def test_many_names_mean_the_same(kb: knowledge_base.KnowledgeBase) -> None:
    """Names, ids, their beginnings and ends, digests and misspellings, of every kind of record."""
    known, near = kb.known(), kb.near()
    records = [known.record(key) for key in sorted(known.files)[::29]]
    names = {name for one in records if one for name in (one.id, labels.label(one))}
    names |= {word for name in list(names)[::3] for word in (name[: len(name) // 2], name[-4:])}
    names |= {(source.sha256 or "")[:9] for source in known.sources.values()}
    for name in sorted(filter(None, names)):
        for kinds in (catalog.RECORDS, ("entity",), ("claim", "source")):
            for ask in ("exactly", "loosely"):
                assert getattr(near, ask)(name, kinds) == getattr(known, ask)(name, kinds), name
        assert outcome(lambda name=name: near.resolve(name)) == outcome(
            lambda name=name: known.resolve(name)
        )


def test_what_refers_to_a_record_is_the_same(kb: knowledge_base.KnowledgeBase) -> None:
    known, near = kb.known(), kb.near()
    assert near.unnamed() == known.unnamed()
    for source in list(known.sources)[:2]:
        assert near.passages(source) == known.passages(source)
        own = {quote.id for quote in known.passages(source)}
        assert near.quoted([source]) & own == known.quoted([source]) & own
    for claim in list(known.claims.values())[::40]:
        assert near.stated(claim.statement or "") == known.stated(claim.statement or "")
        key = f"claim/{claim.id}"
        assert near.about(key) == known.about(key)
        keys = {one.path + one.id for one in known.referring(key)}
        assert {one.path + one.id for one in near.referring(key)} == keys
    words, others = near.words(), known.words()
    assert all(sorted(words(w)) == sorted(others(w)) for w in ("claim", "7", "none"))
    alike, those = near.likenesses({"actor-1"}), known.likenesses({"actor-1"})
    assert all(sorted(alike(w)) == sorted(those(w)) for w in ("acto…", "1 actor", "3 actor"))


def test_records_that_are_added_or_forgotten_stay_so(kb: knowledge_base.KnowledgeBase) -> None:
    """Whatever is read later, from the files in which they are otherwise."""
    hints = []
    for known in (kb.known(), kb.near()):
        old = known.entities["actor-3"]
        known.add(replace(old, name="Coastguard"), known.files["entity/actor-3"])
        known.forget("claim/claim-9")
        known.add(Claim("new-one", statement="A ship came"), "claims/main/claims/general.ttl")
        assert known.exactly("coastguard") == ["entity/actor-3"]
        assert known.exactly("Actor 3") == ["entity/actor-3"]
        assert known.exactly("actor 3x") == []
        assert "claim-9" not in known.claims
        assert [claim.id for claim in known.stated("A ship came")] == ["new-one"]
        assert known.fresh("claim/", "new-one") == "new-one-2"
        assert known.loosely("new-") == ["claim/new-one"]
        unknown = ("coastgard", "clam-9", "new-on-e", "actr-3", "sorce-4")
        hints.append([outcome(partial(known.resolve, name)) for name in unknown])
        assert len(known.claims) == 130 - 1  # claim-5 was withdrawn, claim-9 is forgotten
        assert known.entities["actor-3"].name == "Coastguard"
        assert known.record("claim/claim-9") is None
    assert hints[0] == hints[1]
    assert "entity/actor-3" in str(hints[0][0])
    assert "claim/new-one" in str(hints[0][2])


def test_lists_are_whole_and_in_the_same_order(kb: knowledge_base.KnowledgeBase) -> None:
    known, near = kb.known(), kb.near()
    assert near.claims["claim-9"] == known.claims["claim-9"]
    assert list(near.claims) == list(known.claims)
    assert list(near.all()) == list(known.all())
    assert dict(near.files) == known.files
    assert len(near.entities) == len(known.entities)
    assert near.stated(known.claims["claim-9"].statement or "") == [known.claims["claim-9"]]


def test_a_claim_and_an_unknown_name_read_a_few_files(
    kb: knowledge_base.KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    chosen = record_cache.chosen

    def noted(folder: object, names: list[str]) -> object:
        read.extend(names)
        return chosen(folder, names)  # type: ignore[arg-type]

    monkeypatch.setattr(record_cache, "chosen", noted)
    monkeypatch.setattr(record_cache, "records", None)
    known = kb.near()
    cards.card(kb, known, "claim/claim-70")
    assert 0 < len(read) < len(kb.folder.files())
    assert "did you mean" in str(outcome(lambda: known.resolve("clam-70")))
    assert 0 < len(read) < len(kb.folder.files())


def test_without_an_index_all_files_are_read(tmp_path: Path) -> None:
    kb = generate(tmp_path / "kb", 60)
    assert list(kb.near().claims) == list(kb.known().claims)
