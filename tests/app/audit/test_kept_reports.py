"""A report of a validation is kept until something that it depends on changes."""

from __future__ import annotations

from pathlib import Path

import pytest
from generated_bases import generate

from kb.app import knowledge_base
from kb.app.audit import kept_reports, verification
from kb.app.checks import validation
from kb.app.knowledge_base import KnowledgeBase


@pytest.fixture
def kb(tmp_path: Path) -> KnowledgeBase:
    return generate(tmp_path / "kb", 20)


def refused(*_: object) -> None:
    raise AssertionError("something is validated again")


def test_nothing_changed_means_nothing_validated(
    kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = kb.validate()
    monkeypatch.setattr(validation, "run", refused)
    assert knowledge_base.open(str(kb.folder.root)).validate() == first
    assert first.quotes


def test_a_change_of_records_texts_settings_or_the_kept_report_is_noticed(
    kb: KnowledgeBase,
) -> None:
    root = kb.folder.root
    source = root / "claims/main/sources/source-0.ttl"
    settings = root / "kb.toml"
    changes = [
        lambda: source.write_text(source.read_text().replace("stance-affirms", "stance-x", 1)),
        lambda: next((root / "documents").iterdir()).unlink(),
        lambda: settings.write_text(settings.read_text().replace('"whole"', '"fragments"')),
        lambda: (root / ".kb" / kept_reports.FILE).write_text('{"state": ""}'),
    ]
    before = kb.validate()
    seen = [before]
    for change in changes:
        change()
        now = knowledge_base.open(str(root))
        assert now.validate() == verification.validate_anew(now.session)
        seen.append(now.validate())
    assert seen[1] != before
    assert seen[2] != seen[1]
