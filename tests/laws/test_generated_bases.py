"""Generated knowledge bases are valid, look like real ones, and are the same every time."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from generated_bases import LANGUAGES, generate

from kb.model.records import Judgement


def test_a_generated_base_of_a_thousand_claims_has_no_errors(tmp_path: Path) -> None:
    kb = generate(tmp_path / "kb", 1000)
    report = kb.validate()
    assert [p for p in report.problems if p.severity == "error"] == []
    assert set(report.quotes.values()) == {"verified"}
    assert all(now == then for now, then in kb.formatted().values())


def test_a_generated_base_has_what_is_common_in_real_ones(tmp_path: Path) -> None:
    known = generate(tmp_path / "kb", 1000).known()
    said = Counter(a.speaker for a in known.assertions.values())
    assert said.most_common(1)[0][1] > 20 * min(said.values())
    denied = Counter(a.claim for a in known.assertions.values() if a.stance == "denies")
    assert max(denied.values()) >= 5 * min(denied.values())
    assert len({s.language for s in known.sources.values()}) > len(LANGUAGES) // 2
    assert any(s.copy_of for s in known.sources.values())
    assert any(s.version_of for s in known.sources.values())
    assert any(c.quantity_max for c in known.claims.values())
    assert any(c.kind == "forecast" for c in known.claims.values())
    assert any(isinstance(r, Judgement) for r in known.others.values())
    assert known.relays


def test_the_same_size_gives_the_same_files(tmp_path: Path) -> None:
    one, other = (generate(tmp_path / name, 200) for name in ("one", "other"))
    assert one.folder.files() == other.folder.files()
    for name in one.folder.files():
        assert one.folder.read(name) == other.folder.read(name)
