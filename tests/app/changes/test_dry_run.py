"""A plan is tried out where it reaches, and found to be what it is found to be with everything read
anew.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from conftest import SHEET, TEXT
from edits import World

from kb.app import knowledge_base, stored_files
from kb.app.changes.dry_run import Trial, from_text, trial
from kb.app.checks import validation
from kb.errors import Invalid, Problem
from kb.workspace.indexing import index


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
        with trial(kb.session, texts, focus, ["claim-1"]) as tried:
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


def test_a_trial_leaves_the_index_as_it_was_and_nothing_behind(
    kb: knowledge_base.KnowledgeBase,
) -> None:
    before = kb.status_words()
    plan = kb.plan(SHEET, "sheet.yaml")
    assert plan.outcome
    assert plan.outcome.rows
    assert kb.status_words() == before == {}
    assert list((kb.folder.cache / "trials").iterdir()) == []
    kb.add(plan)
    assert kb.status_words() == {c: r.status for c, r in plan.outcome.rows.items()}


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
