"""What is computed once for a state of the files."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import Kb
from serving import client

from kb.app.knowledge_base import KnowledgeBase


def test_the_remaining_work_is_computed_again_only_if_something_changed(
    kb: Kb, monkeypatch: pytest.MonkeyPatch
) -> None:
    times = []
    inbox = KnowledgeBase.inbox

    def counted(one: KnowledgeBase, *given: Any) -> object:
        times.append(1)
        return inbox(one, *given)

    monkeypatch.setattr(KnowledgeBase, "inbox", counted)
    pages = client(kb.root)
    for _ in range(3):
        assert "new.txt" not in pages.get("/review/files.csv").text
    assert len(times) == 1
    (kb.root / "documents" / "new.txt").write_text("The boats left.\n")
    assert "new.txt" in pages.get("/review/files.csv").text
    assert len(times) == 2
    assert kb("withdraw", "the-coastguard-entered-oldport", "--because", "misread").code == 0
    assert pages.get("/review").status_code == 200
    assert len(times) == 3
