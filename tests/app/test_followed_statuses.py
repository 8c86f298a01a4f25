"""Statuses that follow a change are those that are read anew."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

import pytest
from generated_bases import generate

from kb.app.followed_statuses import FollowedStatuses
from kb.app.knowledge_base import KnowledgeBase
from kb.workspace.indexing.name_table import NameTable

T = TypeVar("T")


def named(kb: KnowledgeBase, look: Callable[[NameTable], T]) -> T:
    """What is found in the table of the index."""
    found = kb.session.named(look)
    assert found is not None
    return found


def test_statuses_follow_what_is_denied_withdrawn_and_brought_back(tmp_path: Path) -> None:
    kb = generate(tmp_path / "kb", 130)
    followed = named(kb, FollowedStatuses)
    path = kb.folder.root / "claims/main/sources/source-1.ttl"
    text = path.read_text(encoding="utf-8")

    def same() -> set[str]:
        """The claims that the change reaches; the statuses, in their order, are those read anew."""
        before = followed.found
        reached = named(kb, followed.follow)
        anew = named(kb, FollowedStatuses).found
        assert followed.found == anew
        assert list(followed.found.rows) == list(anew.rows)
        rows = before.rows.keys() | anew.rows.keys()
        differing = {one for one in rows if before.rows.get(one) != anew.rows.get(one)}
        assert differing <= reached
        return reached

    assert same() == set()
    path.write_text(text.replace("stance-affirms", "stance-denies"), encoding="utf-8")
    assert same()
    path.write_text(text, encoding="utf-8")
    assert same()
    kb.add(kb.withdraw(["claim/claim-7"], "read again"))
    assert "claim-7" in same()
    kb.undo()
    assert "claim-7" in same()
    kb.refresh(anew=True)
    assert same() == set()
    for claim in ("claim-8", "claim-9"):  # two updates, or a whole computation, before one look
        kb.add(kb.withdraw([f"claim/{claim}"], "read again"))
        kb.update_index()
    assert {"claim-8", "claim-9"} <= same()
    kb.add(kb.withdraw(["claim/claim-10"], "read again"))
    kb.refresh(anew=True)
    assert "claim-10" in same()


def test_after_an_update_only_what_it_reached_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kb = generate(tmp_path / "kb", 130)
    followed = named(kb, FollowedStatuses)
    asked: list[Iterable[str] | None] = []
    kept = NameTable.kept

    def noted(table: NameTable, claims: Iterable[str] | None = None) -> dict[str, str]:
        asked.append(claims)
        return kept(table, claims)

    monkeypatch.setattr(NameTable, "kept", noted)
    for claim in ("claim-8", "claim-9"):
        kb.add(kb.withdraw([f"claim/{claim}"], "read again"))
        kb.update_index()
    assert "claim-8" in named(kb, followed.follow)
    (claims,) = asked
    assert claims is not None
    assert 2 <= len([*claims]) < 130


def test_after_a_change_of_the_ontology_everything_is_read(tmp_path: Path) -> None:
    kb = generate(tmp_path / "kb", 60)
    mark = named(kb, NameTable.mark)
    assert named(kb, lambda table: table.reached(mark) == [])
    (kb.folder.root / "ontology").mkdir(exist_ok=True)
    words = "@prefix kb: <https://w3id.org/claimkb/ns#> .\n<word/x> a kb:Predicate .\n"
    (kb.folder.root / "ontology/own.ttl").write_text(words, encoding="utf-8")
    assert named(kb, lambda table: table.reached(mark) is None)
