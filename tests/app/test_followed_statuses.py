"""Statuses that follow a change are those that are read anew."""

from __future__ import annotations

from pathlib import Path

from generated_bases import generate

from kb.app.derivation import kept_statuses
from kb.app.followed_statuses import FollowedStatuses
from kb.app.knowledge_base import KnowledgeBase
from kb.reasoning.tables import Contradiction


def kept(kb: KnowledgeBase) -> tuple[list[str], list[Contradiction]]:
    """The statuses as texts, and the contradictions, of the index."""
    found = kb.session.named(lambda names: (names.statuses(), names.contradictions()))
    assert found
    return found


def test_statuses_follow_what_is_denied_withdrawn_and_brought_back(tmp_path: Path) -> None:
    kb = generate(tmp_path / "kb", 130)
    followed = FollowedStatuses(*kept(kb))
    path = kb.folder.root / "claims/main/sources/source-1.ttl"
    text = path.read_text(encoding="utf-8")

    def same() -> set[str]:
        """The claims that the change reaches; the statuses, in their order, are those read anew."""
        before = followed.found
        reached = followed.follow(*kept(kb))
        anew = kept_statuses.read(*kept(kb))
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
