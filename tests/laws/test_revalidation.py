"""A report that is kept and renewed after edits equals one made from nothing, and a small change
makes little work.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from generated_bases import generate
from record_edits import Files

from kb.app import knowledge_base
from kb.app.audit import verification
from kb.app.checks import affected, saved_checks, validation
from kb.app.knowledge_base import KnowledgeBase
from kb.model.records import Affiliation, Assertion, Claim, Entity, Judgement, Quote, Record, Source
from kb.rdf import turtle_writer
from kb.workspace.catalogs.past_files import history

Watch = Callable[[], list[set[str] | None]]


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> Watch:
    """The records (keys) that each validation was about, None for all, since the last look."""
    seen: list[set[str] | None] = []
    real = validation.run

    def run(
        files: Any, base: Any, against: Any, document: Any, focus: Any = None, *more: Any
    ) -> Any:
        seen.append(None if focus is None else set(focus))
        return real(files, base, against, document, focus, *more)

    monkeypatch.setattr(validation, "run", run)

    def look() -> list[set[str] | None]:
        found = list(seen)
        seen.clear()
        return found

    return look


def opened(kb: KnowledgeBase) -> KnowledgeBase:
    return knowledge_base.open(str(kb.folder.root))


@pytest.mark.parametrize("seed", [3, 4])
def test_after_random_edits_a_kept_report_equals_one_made_from_nothing(
    tmp_path: Path, seed: int, watched: Watch
) -> None:
    kb = knowledge_base.init(tmp_path / "kb")
    files = Files(kb, seed)
    before, renewed, changed = kb.validate(), 0, 0
    for n in range(10):
        what = files.edit()
        watched()
        after = opened(kb).validate()
        renewed += None not in watched()
        assert after == verification.validate_anew(opened(kb).session), f"edit {n}: {what}"
        changed += after != before
        before = after
    assert renewed > 3
    assert changed > 3


def put(kb: KnowledgeBase, *records: Record, past: bool = False) -> None:
    """Each record in a file of its own."""
    for record in records:
        name = f"claims/main/{record.path}{record.id.replace('#', '-')}.ttl"
        path = kb.folder.root / (history(name) if past else name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(turtle_writer.replace("", [record], kb.folder.base), encoding="utf-8")


def said(id: str, claim: str | None = "took", **more: Any) -> Assertion:
    return Assertion(
        id, source="paper", claim=claim, speaker="army", **{"stance": "affirms", **more}
    )


def took(id: str = "took", **more: Any) -> Claim:
    given = {"subject": "army", "predicate": "killed", "object": "town", "kind": "event", **more}
    return Claim(id, statement=id, **given)


def judged(kind: str, about: str, other: str, id: str = "judged") -> Judgement:
    verdict = "void" if kind == "outcome" else None
    return Judgement(id, kind=kind, about=about, other=other, verdict=verdict, why="a test")


PAPER = Source("paper", title="paper", sha256="0" * 64, length=50)
QUOTE = Quote("paper#char=0,40", source="paper", start=0, end=40, sha256="0" * 64, fragment="a")
NAMES = [Entity(e, kind="force", name=e) for e in ("army", "town", "farm", "port")]
ITEM = "http://www.wikidata.org/entity/Q1"


@pytest.mark.parametrize(
    ("before", "change", "code", "where"),
    [
        ([took()], said("1"), "claim-without-assertion", "claim/took"),
        ([said("1", stance="denies"), took()], said("2"), "denial-without-affirmation", "assertion/1"),
        ([said("1", "took"), took()], took("fell"), "claim-in-other-words", "claim/took"),
        ([said("1", "gone")], took("gone"), "assertion-claim-unknown", "assertion/1"),
        ([Affiliation("tie", member="army", relation="owns", party="town", basis="claim/gone")], took("gone"), "affiliation-basis", "affiliation/tie"),
        ([Entity("river", kind="place", name="river")], took(object="river"), "unused-entity", "entity/river"),
        ([QUOTE], Source("paper", title="p", sha256="0" * 64, length=9), "quote-outside-source", "source/paper#char=0,40"),
        ([said("1", quote=QUOTE.id), took()], Quote(QUOTE.id, source="other", start=0, end=40), "quote-of-another-source", "assertion/1"),
        ([Entity("x", kind="force", name="x", wikidata=ITEM)], Entity("a", kind="force", name="a", wikidata=ITEM), "same-identifier", "entity/x"),
        ([judged("same-entity", "entity/army", "entity/town")], judged("different-entity", "entity/town", "entity/army", "2"), "judged-both-ways", "judgement/judged"),
        ([judged("outcome", "claim/took", "claim/fell"), took("fell")], took(kind="forecast"), "outcome-without-fate", "judgement/judged"),
        ([took(quantity_max=Decimal(3)), took("fell", object="farm", quantity_min=Decimal(9)), said("1"), said("2", "fell")], Entity("farm", kind="place", name="farm", within=("town",)), "parts-exceed-whole", "claim/took"),
        ([took(quantity_max=Decimal(3)), took("fell", object="ward", quantity_min=Decimal(9)), Entity("ward", kind="place", name="ward", within=("town",)), said("1")], said("2", "fell"), "parts-exceed-whole", "claim/took"),
        ([took(predicate="first-published"), took("fell", subject="farm", predicate="first-published"), said("1"), said("2", "fell")], took("fell", subject="army", predicate="first-published"), "two-first-publishers", "source/paper"),
        ([judged("copy-of", "source/paper", "source/copy")], Source("copy", copy_of="paper"), "judged-both-ways", "judgement/judged"),
    ],
)  # fmt: skip
def test_a_change_of_one_record_shows_in_the_others_that_a_check_compares_it_with(
    tmp_path: Path,
    before: Sequence[Record],
    change: Record,
    code: str,
    where: str,
    watched: Watch,
) -> None:
    kb = knowledge_base.init(tmp_path / "kb")
    put(kb, PAPER, *NAMES, *before)
    found = []
    for records in ((), (change,)):
        put(kb, *records)
        watched()
        report = opened(kb).validate()
        found.append(
            any((p.code, p.subject) == (code, kb.folder.base + where) for p in report.problems)
        )
        if records:
            assert None not in watched()
    assert found[0] != found[1]
    assert report == verification.validate_anew(opened(kb).session)


def test_a_change_in_what_owners_have_together_shows_in_each_of_them(tmp_path: Path) -> None:
    def owns(who: str, share: int) -> Affiliation:
        return Affiliation(
            f"{who}-owns-port", member=who, relation="owns", party="port", share=Decimal(share)
        )

    kb = knowledge_base.init(tmp_path / "kb")
    put(kb, *NAMES, owns("army", 60), owns("town", 30))
    assert "shares-exceed-whole" not in {p.code for p in kb.validate().problems}
    put(kb, owns("town", 70))
    report = opened(kb).validate()
    assert [p.code for p in report.problems].count("shares-exceed-whole") == 2
    assert report == verification.validate_anew(opened(kb).session)


def test_a_past_record_is_validated_again_when_what_it_names_is_gone(
    tmp_path: Path, watched: Watch
) -> None:
    kb = knowledge_base.init(tmp_path / "kb")
    put(kb, PAPER, *NAMES, took(), said("1"))
    put(kb, took("took~1"), past=True)
    before = kb.validate()
    watched()
    (kb.folder.root / "claims/main/entity/town.ttl").unlink()
    after = opened(kb).validate()
    assert watched() == [{"entity/town", "claim/took", "claim/took~1"}]
    new = {p.subject.rpartition("/")[2] for p in set(after.problems) - set(before.problems)}
    assert {"took", "took~1"} <= new
    assert after == verification.validate_anew(opened(kb).session)


def test_one_edit_validates_one_record_of_many(tmp_path: Path, watched: Watch) -> None:
    kb = generate(tmp_path / "kb", 60)
    kb.validate()
    path = kb.folder.root / "claims/main/sources/source-0.ttl"
    text = path.read_text(encoding="utf-8")
    at = text.index("kb:stance-affirms")
    record = "assertion/" + text[:at].rpartition("<assertion/")[2].partition(">")[0]
    path.write_text(f"{text[:at]}kb:stance-denies{text[at + 17 :]}", encoding="utf-8")
    watched()
    report = opened(kb).validate()
    assert watched() == [{record}]
    assert report == verification.validate_anew(opened(kb).session)


def test_everything_is_validated_if_the_texts_of_the_last_report_are_not_kept(
    tmp_path: Path, watched: Watch
) -> None:
    kb = generate(tmp_path / "kb", 5)
    kb.validate()
    for path in (kb.folder.cache / "validated").iterdir():
        path.write_bytes(b"x")
    put(kb, took())
    entities = kb.folder.root / "claims/main/entities.ttl"
    name = entities if entities.exists() else kb.folder.root / kb.folder.files()[0]
    name.write_text(f"# a remark\n{name.read_text(encoding='utf-8')}", encoding="utf-8")
    watched()
    assert opened(kb).validate() == verification.validate_anew(opened(kb).session)
    assert watched()[0] is None


def test_every_check_of_the_program_is_covered_or_runs_on_all_records(tmp_path: Path) -> None:
    kb = knowledge_base.init(tmp_path / "kb")
    shipped = set(saved_checks.load(kb.folder))
    assert shipped >= affected.COVERED
    assert shipped - affected.COVERED == {"lineage-cycle", "place-within-itself"}
