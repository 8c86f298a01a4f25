"""A plan is tried out where it reaches, and found to be what it is found to be with everything read
anew.
"""

from __future__ import annotations

import gc
import random
from pathlib import Path
from unittest.mock import Mock

import pytest
from conftest import MORE, SHEET, TEXT
from edits import World

from kb.app import knowledge_base, stored_files
from kb.app.changes.dry_run import Trial, from_text, trial
from kb.app.checks import validation
from kb.errors import Invalid, Problem
from kb.rdf import turtle_writer
from kb.workspace.indexing import index, index_updates

JUDGED = {"verdict": "true", "why": "seen", "coder": "ab"}


def found(
    kb: knowledge_base.KnowledgeBase, tried: Trial, focus: set[str], iris: set[str] | None
) -> set[tuple[object, ...]]:
    """Problems of the records in focus, as they are told."""
    report = validation.run(
        tried.files, kb.folder.base, kb.session.shapes(), lambda sha: None, focus
    )
    rows: list[Problem] = [*report.problems, *kb.session.checks(tried.reader, tried.files, iris)]
    subjects = {kb.folder.base + id for id in focus}
    return {
        (p.severity, p.code, p.message, str(p.place), p.subject)
        for p in rows
        if p.subject in subjects
    }


@pytest.mark.parametrize("seed", [1, 2])
def test_problems_and_statuses_of_a_trial_are_those_of_everything(
    tmp_path: Path, seed: int
) -> None:
    world = World(knowledge_base.init(tmp_path / "kb"), seed)
    kb, chance = world.kb, random.Random(seed)
    for _ in range(4):
        stored = {name: kb.folder.read(name) for name in kb.folder.files()}
        world.edit()
        texts = {
            name: kb.folder.read(name)
            for name in kb.folder.files()
            if kb.folder.read(name) != stored.get(name)
        }
        for name in texts:
            (kb.folder.root / name).write_text(stored.get(name, ""), encoding="utf-8")
        ids = [r.path + r.id for name in texts for r in world.files[name].values()]
        focus = set(chance.sample(ids, min(len(ids), 5)))
        whole = from_text(
            kb.session,
            [stored_files.read(name, text, kb.folder.base)[0] for name, text in texts.items()],
        )
        before = kb.status().rows
        tried = trial(kb.session, texts, focus, ["claim-1"])
        assert found(kb, tried, focus, {kb.folder.base + id for id in focus}) == found(
            kb, whole, focus, None
        )
        assert {c: whole.outcome.rows[c] for c in tried.outcome.rows} == tried.outcome.rows
        moved = {
            c
            for c, row in whole.outcome.rows.items()
            if c not in before or row.status != before[c].status
        }
        assert moved <= tried.outcome.rows.keys()
        for name, text in texts.items():
            (kb.folder.root / name).write_text(text, encoding="utf-8")


@pytest.fixture
def kb(tmp_path: Path) -> knowledge_base.KnowledgeBase:
    made = knowledge_base.init(tmp_path / "kb")
    made.add_source(
        "quarrel.txt",
        TEXT.encode(),
        {"id": "2024-quarrel", "author": "A Gazette", "published": "2024-03-04"},
    )
    return made


def copies(kb: knowledge_base.KnowledgeBase) -> list[Path]:
    """The copies of the index that are there."""
    return list((kb.folder.cache / "trials").iterdir())


def content(kb: knowledge_base.KnowledgeBase) -> tuple[object, ...]:
    """All that the index has, but what only its own code reads."""
    kb.refresh()
    kinds = ("entity", "claim", "source", "assertion", "judgement", "word", "tail", "alike")
    named = kb.session.named(
        lambda t: (t.statuses(), t.words(), t.contradictions(), *(t.names(kind) for kind in kinds))
    )
    quads = "SELECT ?g ?s ?p ?o { GRAPH ?g { ?s ?p ?o } FILTER (!isBlank(?s) && !isBlank(?o)) }"
    return named, sorted(kb.session.reader().select(quads).rows)


def check_index(kb: knowledge_base.KnowledgeBase) -> None:
    """The index has what one made from nothing has."""
    found = content(kb)
    kb.refresh(anew=True)
    assert found == content(kb)


def test_a_trial_leaves_the_index_as_it_was_and_nothing_behind(
    kb: knowledge_base.KnowledgeBase,
) -> None:
    before = kb.status_words()
    plan = kb.plan(SHEET, "sheet.yaml")
    assert plan.outcome
    assert plan.outcome.rows
    assert kb.status_words() == before == {}
    assert len(copies(kb)) == 1
    plan = kb.plan(SHEET, "sheet.yaml")
    assert len(copies(kb)) == 1
    kb.add(plan)
    kb.update_index()
    assert copies(kb) == []
    assert kb.status_words() == {c: r.status for c, r in plan.outcome.rows.items()}
    other = knowledge_base.open(str(kb.folder.root))
    other.plan(MORE, "more.yaml")
    del other
    gc.collect()
    assert copies(kb) == []


def test_what_was_tried_becomes_the_index(
    kb: knowledge_base.KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    followed = Mock(side_effect=index_updates.follow)
    monkeypatch.setattr(index_updates, "follow", followed)
    plans = (
        lambda: kb.plan(SHEET, "sheet.yaml"),
        lambda: kb.plan(MORE, "more.yaml"),
        lambda: kb.edit("claim/the-coastguard-entered-oldport", {"when": "2024-03-01"}),
        lambda: kb.edit("entity/pier", {"name": "the old pier", "also": "the quay"}),
        lambda: kb.judge("verdict", "claim/the-coastguard-controls-the-pier", "", JUDGED),
        lambda: kb.withdraw(["claim/northland-controls-the-pier"], "read wrongly"),
        lambda: kb.edit("claim/northland-sent-tugs-to-oldport", {"count": "at least six"}),
    )
    for make in plans:
        plan = make()
        assert plan.sound, plan.problems
        kb.add(plan)
        kb.update_index()
        kb.refresh()
        followed.assert_not_called()
        check_index(kb)


def test_what_was_tried_is_not_the_index_if_a_file_changed_meanwhile(
    kb: knowledge_base.KnowledgeBase,
) -> None:
    kb.add(kb.plan(SHEET, "sheet.yaml"))
    kb.update_index()
    planned = "claims/main/claims/general.ttl"
    for other in ("claims/main/entities.ttl", "claims/main/new.ttl", planned):
        kb.add(kb.edit("claim/the-coastguard-entered-oldport", {"note": f"before {other}"}))
        path = kb.folder.root / other
        more = '<entity/boats> a kb:Entity ; rdfs:label "boats" .'
        text = path.read_text() if path.exists() else turtle_writer.heading(kb.folder.base)
        path.write_text(f"{text}\n{more}\n".replace("boats", other[-12:-4].replace("/", "")))
        kb.update_index()
        check_index(kb)


def test_the_status_of_a_claim_that_a_change_does_not_reach_is_that_of_the_index(
    kb: knowledge_base.KnowledgeBase,
) -> None:
    kb.add(kb.plan(SHEET, "sheet.yaml"))
    before = kb.status().rows
    claim = min(before)
    kb.refresh()
    plan = kb.edit(claim, {"note": "read again"})
    assert plan.outcome
    assert plan.outcome.rows == {claim: before[claim]}


def test_a_file_that_cannot_be_read_keeps_a_plan_from_being_made(
    kb: knowledge_base.KnowledgeBase,
) -> None:
    for name in ("claims/main/odd.ttl", "claims/main/history/odd.ttl"):
        path = kb.folder.root / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("<a> <b> 'c", encoding="utf-8")
        with pytest.raises(Invalid, match="1 error found"):
            kb.plan(SHEET, "sheet.yaml")
        path.unlink()
    assert kb.plan(SHEET, "sheet.yaml").sound


def test_without_an_index_a_plan_is_tried_out_on_the_text(kb: knowledge_base.KnowledgeBase) -> None:
    plan = kb.plan(SHEET, "sheet.yaml")
    kb.drop_index()
    kb.folder.cache.write_text("in the way of the index", encoding="utf-8")
    again = kb.plan(SHEET, "sheet.yaml")
    assert plan.outcome
    assert again.outcome
    assert {c: r.status for c, r in again.outcome.rows.items()} == {
        c: r.status for c, r in plan.outcome.rows.items()
    }
    assert not index.path(kb.folder).exists()


def test_where_there_is_no_room_for_a_copy_a_plan_is_tried_out_on_the_text(
    kb: knowledge_base.KnowledgeBase,
) -> None:
    kb.refresh()
    (kb.folder.cache / "trials").write_text("in the way of the copies", encoding="utf-8")
    plan = kb.plan(SHEET, "sheet.yaml")
    assert plan.sound
    assert plan.outcome
    assert plan.outcome.rows
