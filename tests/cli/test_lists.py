"""Lists of claims and other records: the same filters, formats and limits everywhere."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest
from conftest import SHEET, TEXT, Kb, run

# A filter, and what it leaves of the three claims.
FILTERS = [
    (("--status", "single-voice"), {"the-coastguard-entered-oldport"}),
    (("--kind", "state"), {"the-coastguard-controls-the-pier"}),
    (("--place", "pier"), {"the-coastguard-controls-the-pier"}),
    (("--about", "Northland"), {"northland-sent-tugs-to-oldport"}),
    (("--speaker", "Lukin"), {"the-coastguard-controls-the-pier"}),
    (("--text", "TUGS sent"), {"northland-sent-tugs-to-oldport"}),
    (
        ("--text", "tugs", "--text", "pier"),
        {"northland-sent-tugs-to-oldport", "the-coastguard-controls-the-pier"},
    ),
    (("--about", "coastguard", "--kind", "event"), {"the-coastguard-entered-oldport"}),
]
COMMANDS_WITH_FORMAT = [
    ("status",),
    ("status", "northland-sent", "--why"),
    ("status", "northland-sent", "--what-if"),
    ("list", "claims"),
    ("list", "assertions"),
    ("list", "sources"),
    ("list", "entities"),
    ("list", "predicates"),
    ("list", "affiliations"),
    ("list", "judgements"),
    ("list", "quotes"),
    ("show", "northland-sent"),
    ("show", "northland-sent", "--history"),
    ("find", "tugs"),
    ("stats",),
    ("overview",),
    ("contradictions",),
    ("contradictions", "--dismissed"),
    ("facts",),
    ("forecasts",),
    ("forecasts", "--track-record"),
    ("fragile",),
    ("changes",),
    ("log",),
    ("queries",),
    ("query", "disputed"),
    ("inbox",),
    ("coverage",),
    ("coverage", "2024-quarrel"),
    ("validate",),
    ("fsck",),
]


def keys(value: object) -> set[str]:
    """Every key of a JSON document."""
    if isinstance(value, list):
        return {key for one in value for key in keys(one)}
    if isinstance(value, dict):
        return set(value) | {key for one in value.values() for key in keys(one)}
    return set()


@pytest.mark.parametrize("command", [("status",), ("list", "claims")], ids=" ".join)
@pytest.mark.parametrize(("given", "left"), FILTERS, ids=lambda x: " ".join(sorted(x)))
def test_a_filter_means_the_same_in_every_list(
    seen: Kb, command: tuple[str, ...], given: tuple[str, ...], left: set[str]
) -> None:
    rows = json.loads(seen(*command, *given, "--json").out)
    assert {row["claim"] for row in rows} == left


@pytest.mark.parametrize("command", ["facts", "fragile", "changes", "contradictions", "forecasts"])
def test_every_list_of_claims_takes_the_filters(seen: Kb, command: str) -> None:
    done = seen(command, "--about", "northland", "--kind", "event", "--speaker", "coastguard")
    assert done.code == 0, done
    seen.refuses(2, command, "--place", "nowhere", says=("nowhere",))
    seen.refuses(2, command, "--status", "disputd", says=("disputed",))


def test_a_filter_of_claims_is_refused_for_other_lists(seen: Kb) -> None:
    seen.refuses(2, "list", "sources", "--kind", "event", says=("cannot be filtered",))


@pytest.mark.parametrize("command", COMMANDS_WITH_FORMAT, ids=" ".join)
def test_every_command_that_prints_data_has_json_with_identifiers_as_keys(
    seen: Kb, command: tuple[str, ...]
) -> None:
    done = seen(*command, "--json")
    assert done.code in (0, 1), done
    wrong = {key for key in keys(json.loads(done.out)) if not re.fullmatch(r"[a-z][a-z0-9_]*", key)}
    # `kb status` counts by the words of the vocabulary; quotes are counted by what came of them
    assert wrong <= {"not-checkable"}


def test_json_is_short_for_its_format(seen: Kb) -> None:
    assert seen("status", "--json").out == seen("status", "--format", "json").out


def test_a_limit_shows_the_first_rows_and_says_how_many_there_are(seen: Kb) -> None:
    done = seen("list", "claims", "--limit", "2", "--format", "csv")
    assert len(done.out.splitlines()) == 3
    assert "the first 2 of 3; --limit 3 shows all" in done.err


def test_a_speaker_is_named_with_the_voice_that_counts(kb: Kb) -> None:
    assert kb("add", "affiliation", "layla", "speaks-for", "coastguard").code == 0
    row = next(
        r for r in json.loads(kb("status", "--json").out) if "controls-the-pier" in r["claim"]
    )
    assert row["against"] == ["ليلى المرسي (for Coastguard)"]


def test_passages_are_in_every_format_of_a_question(seen: Kb) -> None:
    rows = json.loads(seen("query", "said-by", "speaker=northland", "--json").out)
    assert [(r["passage"], r["place"]) for r in rows] == [
        ("Northland denied this", "2024-quarrel, line 3")
    ]
    (row,) = csv.DictReader(
        seen("query", "said-by", "speaker=northland", "--format", "csv").out.splitlines()
    )
    assert row["passage"] == "Northland denied this"
    assert "Northland denied this" in seen("query", "said-by", "speaker=northland").out


def test_a_question_with_a_column_called_passage_keeps_it(kb: Kb) -> None:
    """`contradictions` names the passage of the other side."""
    one, other = "northland-controls-the-pier", "the-coastguard-controls-the-pier"
    sheet = """source: 2024-quarrel
claims:
- claim: Northland controls the pier
  what: northland > controls > pier
  said:
  - by: lukin
    at: 8 near the pier
"""
    assert kb.sheet(sheet).code == 0
    assert kb("judge", "contradicts", one, other, "--because", "one pier").code == 0
    done = kb("query", "contradictions", "--format", "csv")
    header = done.out.splitlines()[0].split(",")
    assert header[-3:] == ["passage", "quote_passage", "place"]
    rows = json.loads(kb("query", "contradictions", "--json").out)
    assert {r["quote_passage"] for r in rows} <= {
        "near the pier",
        "the coastguard controls the pier",
    }
    assert all(r["passage"].startswith("2024-quarrel#char=") for r in rows)
    assert rows


@pytest.fixture
def textless(tmp_path: Path) -> Kb:
    """The same with fragments in the place of whole passages, and without the text."""
    kb = Kb(tmp_path / "quarrel")
    assert run("init", kb.root, cwd=tmp_path).code == 0
    settings = kb.root / "kb.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace('"whole"', '"fragments"'), encoding="utf-8")
    note = kb.write("quarrel.txt", TEXT)
    told = ("--id", "2024-quarrel", "--author", "A Gazette", "--published", "2024-03-04")
    assert kb("add", "source", note, *told, "--language", "en").code == 0
    assert kb.sheet(SHEET).code == 0
    for path in (kb.root / "documents").iterdir():
        path.unlink()
    return kb


def test_without_the_text_the_place_is_shown_and_no_stray_words(textless: Kb) -> None:
    for command in (
        ("show", "northland-sent"),
        ("status", "northland-sent"),
        ("overview",),
        ("query", "said-by", "speaker=northland"),
    ):
        out = textless(*command).out
        assert "“Northland" not in out
        assert "sentence 3" in out, command
    (row,) = json.loads(textless("query", "said-by", "speaker=northland", "--json").out)
    assert (row["passage"], row["place"]) == (None, "2024-quarrel, sentence 3")


def test_pairs_that_were_checked_are_listed_and_on_the_card(kb: Kb) -> None:
    one, other = "the-coastguard-entered-oldport", "the-coastguard-controls-the-pier"
    assert kb("judge", "does-not-contradict", one, other, "--because", "both are true").code == 0
    (row,) = json.loads(kb("contradictions", "--dismissed", "--json").out)
    assert {row["claim_a"], row["claim_b"]} == {one, other}
    assert row["why"] == "both are true"
    assert "checked, no contradiction: The coastguard controls the pier" in kb("show", one).out
    assert row["judgement"] in kb("list", "judgements").out


def test_of_several_sheets_all_are_added_or_none(kb: Kb) -> None:
    more = kb.write(
        "more.yaml",
        "source: 2024-quarrel\nclaims:\n- claim: The boats left\n  kind: event\n  said:\n  - at: 7 the boats left\n",
    )
    wrong = kb.write(
        "wrong.yaml",
        "source: 2024-quarrel\nclaims:\n- claim: Nobody came\n  kind: event\n  said:\n  - at: 7 nobody was here\n",
    )
    kb.refuses(2, "add", "--from", more, "--from", "none.yaml", says=("none.yaml",))
    assert "boats" not in kb("list", "claims").out
    err = kb.refuses(1, "add", "--from", more, "--from", wrong, says=("wrong.yaml:6:9",))
    assert "nothing was written" in err
    assert "more.yaml" not in err
    assert "boats" not in kb("list", "claims").out


def test_a_sheet_can_refer_to_the_sheets_before_it_and_one_undo_reverts_all(kb: Kb) -> None:
    first = kb.write(
        "first.yaml",
        "source: 2024-quarrel\nnew:\n  boats: object; as the boats\nclaims:\n- claim: The boats left\n  what: boats > left > oldport\n  said:\n  - at: 7 the boats left\n    on: 2024-03-03\n",
    )
    second = kb.write(
        "second.yaml",
        "source: 2024-quarrel\nclaims:\n- claim: =the-boats-left\n  said:\n  - by: lukin\n    denies: occurrence\n    at: 7 the boats came\n    on: 2024-03-03\n",
    )
    assert kb("add", "--from", first, "--from", second, "--dry-run").code == 0
    done = kb("add", "--from", first, "--from", second)
    assert done.code == 0, done
    assert "disputed" in kb("status", "the-boats-left").out
    assert kb("undo").code == 0
    assert "boats" not in kb("list", "claims").out
    assert "boats" not in kb("list", "entities").out


def test_no_sheet_is_added_if_one_of_several_is_not_a_sheet(kb: Kb) -> None:
    claim = "- claim: The boats left\n  kind: event\n  said:\n  - at: 7 the boats left\n"
    more = kb.write("more.yaml", f"source: 2024-quarrel\nclaims:\n{claim}")
    wrong = kb.write("wrong.yaml", f"source: 2024-quarrel\nclaim:\n{claim}")
    done = kb("add", "--from", more, "--from", wrong)
    assert done.code == 1
    assert "wrong.yaml:2:1: error sheet-key" in done.err
    assert "nothing was written" in done.err
    assert "boats" not in kb("list", "claims").out


def test_every_command_that_prints_data_has_json(kb: Kb) -> None:
    """Each of these printed text alone, whatever `--format` said, or had no such option."""
    printed = {
        line: json.loads(kb(*line.split(), "--json").out)
        for line in (
            "read 2024-quarrel",
            "sheet 2024-quarrel",
            "explain quote-mismatch",
            "undo --dry-run",
            "log --head",
            "fmt --check",
            "queries disputed",
            "show northland-sent-tugs-to-oldport --history",
        )
    }
    line = printed["read 2024-quarrel"][2]
    assert line["line"] == 3
    text = "\n".join(one["text"] for one in printed["read 2024-quarrel"])
    assert text[line["start"] : line["end"]] == line["text"]
    passages = [tuple(map(int, one.split("-"))) for one in line["coded"]]
    assert "Northland denied this" in [text[start:end] for start, end in passages]
    sheet = printed["sheet 2024-quarrel"]
    assert sheet["source"] == "2024-quarrel"
    assert sheet["claims"][0]["said"][0]["at"]
    (explained,) = printed["explain quote-mismatch"]
    assert all(explained.values())
    assert explained["code"] == "quote-mismatch"
    assert {one["change"] for one in printed["undo --dry-run"]} == {"removed"}
    assert printed["log --head"][0]["head"] == kb("log", "--head").out.strip()
    assert printed["fmt --check"] == []
    (question,) = printed["queries disputed"]
    assert question["text"] == kb("queries", "disputed").out
    (version,) = printed["show northland-sent-tugs-to-oldport --history"]
    assert version["fields"]["predicate"] == ["sent"]


def test_commands_that_change_something_print_json(kb: Kb) -> None:
    claim = "source: 2024-quarrel\nclaims:\n- claim: {}\n  kind: event\n  said:\n  - at: {}\n"
    one = kb.write("one.yaml", claim.format("The boats left", "7 the boats left"))
    two = kb.write("two.yaml", claim.format("The boats came back", "7 the boats came back"))
    added = json.loads(kb("add", "--from", one, "--from", two, "--json").out)
    claims = {row["record"]: row for row in added if row["record"].startswith("claim/")}
    assert set(claims) == {"claim/the-boats-left", "claim/the-boats-came-back"}
    left = claims["claim/the-boats-left"]
    assert (left["change"], left["was"], left["status"]) == ("added", None, "single-voice")
    assert len(left["voices_for"]) == 1
    assert json.loads(kb("add", "--from", one, "--json").out) == []
    (edited,) = json.loads(kb("edit", "the-boats-left", "when=2024-03-02", "--json").out)
    assert (edited["record"], edited["change"]) == ("claim/the-boats-left", "changed")
    withdrawn = json.loads(kb("withdraw", "the-boats-left", "--because", "x", "--json").out)
    assert {row["change"] for row in withdrawn} == {"withdrawn"}
    (renamed,) = json.loads(kb("rename", "oldport", "old-port", "--json").out)
    assert (renamed["old"], renamed["new"]) == ("entity/oldport", "old-port")
    document = kb.write("note.txt", "Nothing happened.\n")
    (source,) = json.loads(kb("add", "source", document, "--id", "note", "--json").out)
    assert (source["source"], source["words"]) == ("note", 2)


def test_an_answer_of_yes_and_one_of_triples_have_formats(seen: Kb) -> None:
    yes = seen.write("yes.rq", "ASK { ?s ?p ?o }")
    assert seen("query", yes).out == "yes\n"
    assert json.loads(seen("query", yes, "--json").out) == [{"answer": True}]
    triples = seen.write("some.rq", "CONSTRUCT { ?s a ?o } WHERE { ?s a ?o }")
    assert seen("query", triples, "--format", "csv").out.startswith("subject,predicate,object\n")


@pytest.mark.parametrize("width", [60, 80, 120, 160])
def test_lists_and_cards_fit_the_terminal(seen: Kb, width: int) -> None:
    for command in (
        ("status",),
        ("list", "claims"),
        ("list", "assertions"),
        ("status", "northland-sent"),
        ("show", "northland-sent"),
        ("show", "oldport"),
        ("show", "source/2024-quarrel"),
        ("fragile", "--all"),
        ("overview",),
        ("inbox",),
        ("contradictions",),
    ):
        for line in seen(*command, COLUMNS=str(width)).out.splitlines():
            longest = max(map(len, line.split()), default=0)
            assert len(line) <= max(width, longest + 8), (command, line)
