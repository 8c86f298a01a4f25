"""What an undo would break is found near the changed records as in all records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
from generated_bases import generate

from kb.app import knowledge_base
from kb.app.changes import undo_checks
from kb.app.session import Session
from kb.errors import Problem
from kb.rdf import turtle_writer

NAMES = ("claims/main/claims/part-0.ttl", "claims/main/sources/source-0.ttl")


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory) -> knowledge_base.KnowledgeBase:
    return generate(tmp_path_factory.mktemp("undo") / "kb", 120)


@pytest.mark.parametrize(
    "gone",
    [
        "claim/claim-7",
        "source/source-0",
        "assertion/{assertion}",
        "source/source-0#char=11,{end}",
        "claim/claim-11",
    ],
)
def test_errors_near_a_removed_record_are_all_that_there_are(
    kb: knowledge_base.KnowledgeBase, gone: str
) -> None:
    known, base = kb.known(), kb.folder.base
    first = next(iter(known.assertions))
    end = next(iter(known.quotes)).rpartition(",")[2]
    key = gone.format(assertion=first, end=end)
    texts = {
        name: turtle_writer.replace(text, [], base, {base + key})
        for name in NAMES
        if base + key in turtle_writer.stated([text := kb.folder.read(name)], {base + key}, base)
    }
    assert texts
    found = undo_checks.errors(kb.session, texts)
    now, then = undo_checks.whole(kb.session, texts)
    before = {(p.code, p.subject) for p in now}
    added = {(p.code, p.subject, p.message) for p in then if (p.code, p.subject) not in before}
    assert {(p.code, p.subject, p.message) for p in found} == added
    assert added


def test_an_undo_that_adds_a_second_assertion_of_the_same_is_found(
    kb: knowledge_base.KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, base = NAMES[1], kb.folder.base
    one = next(iter(kb.known().assertions.values()))
    again = turtle_writer.replace(kb.folder.read(name), [replace(one, id="zz")], base, set())
    monkeypatch.setattr(undo_checks, "whole", None)  # all records are not needed for it
    assert {p.code for p in undo_checks.errors(kb.session, {name: again})} == {
        "duplicate-assertion"
    }


@pytest.mark.parametrize(
    ("name", "more"),
    [
        (NAMES[0], "<claim/claim-7> kb:statement [] ."),
        (NAMES[1], '<claim/claim-7> kb:note "described in two files" .'),
    ],
)
def test_all_records_are_checked_if_a_change_cannot_be_traced(
    kb: knowledge_base.KnowledgeBase, name: str, more: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, asked = undo_checks.whole, list[Mapping[str, str]]()

    def noted(session: Session, texts: Mapping[str, str]) -> tuple[Sequence[Problem], ...]:
        asked.append(texts)
        return whole(session, texts)

    monkeypatch.setattr(undo_checks, "whole", noted)
    texts = {name: f"{kb.folder.read(name)}\n{more}\n"}
    undo_checks.errors(kb.session, texts)
    assert asked == [texts]
