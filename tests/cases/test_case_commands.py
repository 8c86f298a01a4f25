"""What the commands say of cases whose point is not, or not only, the status of a claim.

The cases are in a folder beside the checkout; where it is missing, these tests are skipped.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import Kb, run
from shared_cases import CASES, entered, table

pytestmark = pytest.mark.skipif(
    CASES is None, reason="the folder of cases is not beside the checkout"
)


def status_of(kb: Kb, claim: str) -> str:
    rows = {row["claim"]: row for row in table(kb("status", "--format", "csv").out)}
    return rows[claim]["status"]


BROKEN = "@prefix kb: <https://w3id.org/claimkb/ns#> .\np:a-b a kb:Predicate\n"
OWN = (
    "@prefix kb: <https://w3id.org/claimkb/ns#> .\n"
    "@prefix ex: <https://example.org/kb/predicate/> .\nex:c-d a kb:Predicate .\n"
)
AGAIN = (
    "@prefix kb: <https://w3id.org/claimkb/ns#> .\n"
    "@prefix p: <https://w3id.org/claimkb/predicate/> .\n"
    "p:controls a kb:Predicate ; kb:defaultKind kb:kind-event .\n"
)


def test_d1_a_broken_file_of_the_ontology_is_named_with_its_place(tmp_path: Path) -> None:
    kb = Kb(tmp_path / "kb")
    assert run("init", kb.root, cwd=tmp_path).code == 0
    (kb.root / "ontology").mkdir()
    own = kb.root / "ontology" / "o.ttl"
    own.write_text(BROKEN, encoding="utf-8")
    checked, status = kb("validate"), kb("status")
    assert (checked.code, status.code) == (1, 1)
    assert all("ontology/o.ttl:2:1" in done.out + done.err for done in (checked, status))
    own.write_text(OWN, encoding="utf-8")
    assert kb("validate").code == 0
    assert "c-d" in kb("list", "predicates").out
    own.write_text(AGAIN, encoding="utf-8")
    again = kb("validate")
    assert "controls" in again.out + again.err
    assert "ontology/o.ttl" in again.out + again.err


def test_k1_a_short_passage_is_stored_whole_and_shown_whole(tmp_path: Path) -> None:
    kb = entered("k1-tweet", tmp_path)
    assert "“We deny this”" in kb("status", "the-regulator", "--why").out
    (row,) = table(kb("query", "said-by", "speaker=acme", "--format", "csv").out)
    assert row["passage"] == row["fragment"] == "We deny this"
    assert '"We deny this"' in stored(kb)
    (kb.root / "documents").rename(tmp_path / "away")
    assert "“We deny this”" in kb("status", "the-regulator", "--why").out


def stored(kb: Kb) -> str:
    """All stored Turtle."""
    return "".join(p.read_text(encoding="utf-8") for p in (kb.root / "claims").rglob("*.ttl"))


def test_k1_whole_passages_are_an_error_where_only_fragments_may_be_stored(tmp_path: Path) -> None:
    kb = entered("k1-tweet", tmp_path)
    settings = kb.root / "kb.toml"
    settings.write_text(
        settings.read_text(encoding="utf-8").replace('"whole"', '"fragments"'), encoding="utf-8"
    )
    found = kb("validate")
    assert found.code == 1
    assert "quoted-share" in found.out + found.err
    settings.write_text('base = "https://example.org/kb/"\npassages = "some"\n', encoding="utf-8")
    kb.refuses(3, "stats", says=("passages must be whole or fragments",))


def test_k1_a_remnant_is_never_shown_as_if_it_were_the_quote(tmp_path: Path) -> None:
    kb = Kb(tmp_path / "kb")
    assert CASES is not None
    case = CASES / "k1-tweet"
    assert run("init", kb.root, cwd=tmp_path).code == 0
    settings = kb.root / "kb.toml"
    settings.write_text(
        settings.read_text(encoding="utf-8").replace('"whole"', '"fragments"'), encoding="utf-8"
    )
    assert kb("add", "source", case / "b.txt", "--id", "b", "--author", "Reporter").code == 0
    assert kb("add", "--from", case / "b.yaml").code == 0
    assert 'kb:fragment "' in stored(kb)
    assert 'kb:fragment "Acme fined' not in stored(kb)
    (kb.root / "documents").rename(tmp_path / "away")
    shown = kb("status", "the-regulator", "--why").out
    assert "b, sentence 1 (its text is not available)" in shown
    assert "“" not in shown


def test_m1_the_same_in_other_words_is_pointed_out_wherever_somebody_looks(tmp_path: Path) -> None:
    assert CASES is not None
    case = CASES / "m1-same-triple-in-other-words"
    kb = entered(case.name, tmp_path)
    one, other = "claim/bolt-was-taken-over-by-a-competitor", "claim/acme-bought-bolt"
    commands = [f"kb judge {kind}-claim {one} {other}" for kind in ("same", "different")]
    checked, waiting = kb("validate"), kb("inbox", "claims", "--format", "csv")
    assert all(command in checked.out + checked.err for command in commands)
    assert all(command in waiting.out for command in commands)
    assert kb("undo").code == 0
    for option in (["--dry-run"], []):
        entry = kb("add", "--from", case / "b.yaml", *option)
        assert entry.code == 0
        assert all(command in entry.out + entry.err for command in commands)
    assert kb(*commands[0].split()[1:], "--because", "one sale").code == 0
    assert status_of(kb, "acme-bought-bolt") == "corroborated"
    assert "claim-in-other-words" not in kb("validate").out
    assert table(kb("inbox", "claims", "--format", "csv").out) == []
    refused = kb(*commands[1].split()[1:], "--because", "two sales")
    assert "judged-both-ways" in refused.err


def test_n1_names_with_commas_are_names(tmp_path: Path) -> None:
    kb = entered("n1-names-with-commas", tmp_path)
    assert {"Acme, Inc.", "Smith, Jones & Co."} <= {
        row["name"] for row in table(kb("list", "entities", "--format", "csv").out)
    }


@pytest.mark.parametrize(("degree", "voices"), [("possible", 1), ("probable", 2)])
def test_p4_what_is_only_possible_supports_nothing(
    tmp_path: Path, degree: str, voices: int
) -> None:
    kb = entered("p4-cannot-rule-out", tmp_path)
    said = "assertion/a.contamination-is-the-cause.agency.affirms"
    assert kb("edit", said, f"degree={degree}").code == 0
    (row,) = table(kb("status", "--format", "csv").out)
    assert len(row["affirmed_by"].split("|")) == voices
    assert degree in kb("status", "contamination", "--why").out


def test_q4_a_decimal_comma_is_refused_with_both_readings(tmp_path: Path) -> None:
    assert CASES is not None
    case = CASES / "q4-decimal-comma"
    kb = Kb(tmp_path / "kb")
    assert run("init", kb.root, cwd=tmp_path).code == 0
    (kb.root / "ontology").mkdir()
    (kb.root / "ontology" / "own.ttl").write_bytes((case / "own.ttl").read_bytes())
    assert kb("add", "source", case / "doc.txt", "--id", "doc", "--author", "The Paper").code == 0
    kb.refuses(1, "add", "--from", case / "sheet.yaml", says=("3.5 or as 35",))


def test_q6_facts_and_tables_keep_the_numbers(tmp_path: Path) -> None:
    kb = entered("q6-facts-without-numbers", tmp_path)
    facts = kb("export", "facts", "--policy", "open-1").out
    numbers = ('quantityMin "12"', 'quantityBest "40"', 'unit "trucks"', 'counted "lamps"')
    others = ("place <entity/yard>", "polarity-negative", 'endLatest "2024-05-31"', '"the fire"')
    for words in (*numbers, *others):
        assert words in facts, words
    assert kb("export", "csv", "--output", tmp_path / "out").code == 0
    rows = table((tmp_path / "out" / "claims.csv").read_text(encoding="utf-8"))
    about = next(row for row in rows if row["claim"] == "about-40-lamps-burnt")
    assert about["quantity_best"] == "40"
    assert about["exactness"] == "about"


def test_s1_what_only_satire_told_is_unsupported_and_so_are_its_copies(tmp_path: Path) -> None:
    kb = entered("s1-satire", tmp_path)
    mark = ("state=satire", "state-from=2024-06-03", "state-because=it says so")
    marked = kb("edit", "source/a", *mark)
    assert marked.code == 0, marked
    assert status_of(kb, "the-pope-endorsed-a-robot") == "single-voice"
    judged = kb("judge", "copy-of", "source/b", "source/a", "--because", "taken from the satire")
    assert judged.code == 0
    assert status_of(kb, "the-pope-endorsed-a-robot") == "unsupported"
    why = kb("status", "the-pope", "--why").out
    assert "satire" in why
    before = table(kb("status", "--as-of", "2024-06-02", "--format", "csv").out)
    assert before[0]["status"] == "single-voice"


def test_v3_who_cites_a_wire_adds_no_voice_and_an_uncredited_translation_is_suspected(
    tmp_path: Path,
) -> None:
    kb = entered("v3-three-papers-one-wire", tmp_path)
    (row,) = table(kb("status", "--format", "csv").out)
    assert set(row["affirmed_by"].split("|")) == {
        "Wire Agency (counts as an engineer)",
        "an engineer",
        "Journal Trois",
    }
    (suspect,) = table(kb("inbox", "passages", "--format", "csv").out)
    assert (suspect["source"], suspect["other"]) == ("p3", "wire")
    judged = suspect["if_copy"].removeprefix("kb ").replace('"…"', "translated").split()
    assert kb(*judged).code == 0
    assert status_of(kb, "the-bridge-is-unsafe") == "single-voice"
    assert table(kb("inbox", "passages", "--format", "csv").out) == []


def test_x1_the_saved_question_and_the_status_agree(tmp_path: Path) -> None:
    kb = entered("x1-query-admitted-differs-from-status", tmp_path)
    asked = [("status", "--status", "admitted"), ("query", "admitted")]
    found = [{row["claim"] for row in table(kb(*words, "--format", "csv").out)} for words in asked]
    assert found[0] == found[1]
