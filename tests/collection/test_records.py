"""The shipped collection: what is recorded of five documents on one month of a war. Texts lie
outside; see `texts`.
"""

from __future__ import annotations

import csv
import difflib
import hashlib
import json
import os
import re
import shlex
import shutil
from pathlib import Path

import pytest
from conftest import CHECKOUT, Kb

from kb.app import knowledge_base
from kb.app.checks.passage_checks import mismatch
from kb.app.inquiry.coverage import coverage
from kb.model.records import Quote, Source
from kb.text import excerpts, sentences
from kb.workspace.catalogs.catalog import Known

FIRST = "004_742ac135bef0ab6e.txt"  # the document of which every claim is recorded
NAMES = re.compile(
    r"liby|\b(gna|lna|haftar|sarraj|serraj|tripoli|jufra|tarhouna|sirte|misrata|benghazi|cyrenaica|bani walid|watiya|wagner)\b"
    r"|\b(russia|turkey|turkish|egypt|moscow|ankara)",
    re.IGNORECASE,
)


def texts() -> dict[str, str]:
    """Every text at hand by digest: those in documents/ and in the folders of KB_DOCUMENTS."""
    folders = [
        CHECKOUT / "documents",
        *(Path(p) for p in os.environ.get("KB_DOCUMENTS", "").split(os.pathsep) if p),
    ]
    files = [p for folder in folders for p in sorted(folder.rglob("*.txt"))]
    return {
        hashlib.sha256(data).hexdigest(): data.decode() for data in (p.read_bytes() for p in files)
    }


@pytest.fixture(scope="module")
def collection(tmp_path_factory: pytest.TempPathFactory) -> Kb:
    """A copy, so that no index is made in the checkout."""
    root = tmp_path_factory.mktemp("collection") / "kb"
    shutil.copytree(CHECKOUT / "claims", root / "claims")
    shutil.copy(CHECKOUT / "kb.toml", root)
    (root / "documents").mkdir()
    for sha, text in texts().items():
        (root / "documents" / f"{sha}.txt").write_bytes(text.encode())
    return Kb(root)


@pytest.fixture(scope="module")
def known(collection: Kb) -> Known:
    """All its records."""
    return knowledge_base.open(str(collection.root)).known()


@pytest.fixture(scope="module")
def at_hand(known: Known) -> dict[str, str]:
    """The texts at hand by source; skips where one is missing."""
    found = texts()
    missing = [s.file_name for s in known.sources.values() if s.sha256 and s.sha256 not in found]
    if missing:
        pytest.skip(
            f"texts are not at hand: {', '.join(map(str, missing))}; KB_DOCUMENTS names their folder"
        )
    return {s.id: found[s.sha256] for s in known.sources.values() if s.sha256}


def first(known: Known) -> Source:
    return next(s for s in known.sources.values() if s.file_name == FIRST)


def quotes_of(known: Known, source: str) -> list[Quote]:
    return [q for q in known.quotes.values() if q.source == source]


def test_it_validates_without_errors_and_every_quote_at_hand_is_verified(
    collection: Kb, known: Known
) -> None:
    done = collection("validate", "--format", "json")
    found = json.loads(done.out)
    assert (done.code, [p for p in found["problems"] if p["severity"] == "error"]) == (0, [])
    assert found["quotes"]["mismatched"] == 0
    assert found["quotes"]["verified"] + found["quotes"]["not-checkable"] == len(known.quotes)
    odd = {"date-weekday", "two-first-publishers"}
    assert {p["code"] for p in found["problems"]} == odd, (
        "one document names an impossible weekday, one two originals; nothing else is odd"
    )


def test_its_files_are_canonical(collection: Kb) -> None:
    assert collection("fmt", "--check").code == 0


def test_the_first_document_is_coded_in_full(known: Known) -> None:
    own = [
        a for a in known.assertions.values() if a.source == first(known).id and not a.invalidated
    ]
    assert len(own) >= 70
    assert all(a.speaker and a.quote in known.quotes for a in own)


def test_who_sent_the_warplanes_is_disputed_by_whom_the_text_names(
    collection: Kb, tmp_path: Path
) -> None:
    rows = json.loads(collection("query", "disputed", "--format", "json").out)
    assert "russia-sent-warplanes-to-jufra" in {r["claim"] for r in rows}
    assert collection("export", "csv", "--output", tmp_path).code == 0
    with (tmp_path / "claims.csv").open(newline="") as file:
        claim = next(
            r for r in csv.DictReader(file) if r["claim"] == "russia-sent-warplanes-to-jufra"
        )
    assert (claim["status"], claim["voices_for"], claim["voices_against"]) == ("disputed", "1", "2")
    with (tmp_path / "assertions.csv").open(newline="") as file:
        sides = {
            (r["stance"], r["voice"]) for r in csv.DictReader(file) if r["claim"] == claim["claim"]
        }
    assert sides == {("affirms", "usa"), ("denies", "russia"), ("denies", "lna")}


def test_no_stored_fragment_is_longer_than_six_words(known: Known) -> None:
    assert [
        q.id
        for q in known.quotes.values()
        if not 1 <= len((q.fragment or "").split()) <= excerpts.FRAGMENT_WORDS
    ] == []


def test_fragments_stay_under_a_fifth_of_the_words_of_each_source(known: Known) -> None:
    for source in known.sources.values():
        stored = sum(len((q.fragment or "").split()) for q in quotes_of(known, source.id))
        assert source.words
        # Passages may lie in each other, and then a word is counted twice here; with the text at
        # hand `validate` counts exactly.
        assert stored < source.words * (excerpts.MOST_QUOTED + 0.05), source.id


def test_every_quote_is_what_the_text_says(known: Known, at_hand: dict[str, str]) -> None:
    wrong = {
        q.id: mismatch(q, at_hand[q.source]) for q in known.quotes.values() if q.source in at_hand
    }
    assert len(wrong) >= 100
    assert {name: why for name, why in wrong.items() if why} == {}


def test_the_share_of_each_text_that_is_stored_is_small(
    known: Known, at_hand: dict[str, str]
) -> None:
    for source, text in at_hand.items():
        starts = [
            ((q.start or 0) + text[q.start : q.end].index(q.fragment or ""), len(q.fragment or ""))
            for q in quotes_of(known, source)
        ]
        assert excerpts.share(text, [(s, s + n) for s, n in starts]) < excerpts.MOST_QUOTED, source


def test_every_sentence_is_coded_or_skipped_with_a_reason(known: Known) -> None:
    """By the offsets that each source keeps; `validate` holds them to the texts at hand."""
    for name in known.sources:
        found = coverage(known, name)
        assert found.known, name
        assert [(s.start, s.end) for s in found.sentences if s.state == "open"] == [], name


def test_every_source_keeps_its_sentences(known: Known, at_hand: dict[str, str]) -> None:
    for source, text in at_hand.items():
        assert known.sources[source].sentences == sentences.written(sentences.split(text)), source


def test_every_source_says_what_is_not_known_of_it(known: Known) -> None:
    for source in known.sources.values():
        if source.sha256:
            told = {
                "publisher": source.publisher,
                "url": source.url,
                "published": source.published_to,
            }
            assert {name for name, value in told.items() if not value} <= set(source.unknown), (
                source.id
            )


def test_no_text_is_stored_in_the_repository(at_hand: dict[str, str]) -> None:
    stored = "\n".join(p.read_text() for p in (CHECKOUT / "claims").rglob("*.ttl"))
    for source, text in at_hand.items():
        lines = [line.strip() for line in text.splitlines() if len(line.split()) > 12]
        assert lines
        assert [line for line in lines if line in stored] == [], source


def test_the_program_knows_nothing_of_this_war() -> None:
    found = {}
    for path in sorted((CHECKOUT / "kb").rglob("*.py")):
        if hits := sorted({m[0].lower() for m in NAMES.finditer(path.read_text())}):
            found[path.relative_to(CHECKOUT).as_posix()] = hits
    assert found == {}


def test_what_its_page_tells_to_try_runs(collection: Kb) -> None:
    page = (CHECKOUT / "claims/libya-2020/README.md").read_text()
    commands = [shlex.split(line[2:])[1:] for line in page.splitlines() if line.startswith("$ kb ")]
    assert len(commands) >= 8
    for words in commands:
        done = collection(*words)
        assert (done.code, bool(done.out)) == (0, True), (words, done.err)


def test_nothing_of_it_is_a_second_version(known: Known) -> None:
    """It was never released before: what was mended while it was coded is no history of anybody's."""
    assert not list((CHECKOUT / "claims").rglob("history"))
    assert known.past == {}
    assert "wasRevisionOf" not in "".join(
        p.read_text() for p in (CHECKOUT / "claims").rglob("*.ttl")
    )


def test_correcting_one_entry_is_a_diff_of_a_few_lines(collection: Kb, tmp_path: Path) -> None:
    shutil.copytree(collection.root, tmp_path / "kb")
    kb = Kb(tmp_path / "kb")

    def lines() -> dict[str, list[str]]:
        files = sorted((kb.root / "claims").rglob("*.ttl"))
        return {
            p.relative_to(kb.root).as_posix(): p.read_text().splitlines()
            for p in files
            if "history" not in p.parts
        }

    for change, most in (
        (("edit", "the-lna-took-control-of-sirte", "when=2020-01-06"), 6),
        (("edit", "entity/jufra", "note=read as the airbase"), 2),
        (
            (
                "edit",
                "the-gna-took-control-of-tarhouna",
                "statement=The GNA’s forces took control of Tarhouna",
            ),
            2,
        ),
    ):
        before = lines()
        assert kb(*change).code == 0, change
        after = lines()
        changed = [
            line
            for name in after
            for line in difflib.unified_diff(before.get(name, []), after[name], n=0, lineterm="")
            if line[0] in "+-" and not line.startswith(("+++", "---"))
        ]
        assert 1 <= len(changed) <= 2 * most, changed
