"""What can be wrong with what the command line is given: a sentence and a way out, never a
traceback, never a partial write.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import MORE, TEXT, Kb, run, surroundings

FULL = Path("/dev/full")  # where every write finds no space left


def small(said: str = "  - by: lukin\n    at: 8 near the pier\n", more: str = "") -> str:
    """A sheet of one new claim; its said begins on line 5, what is given as `more` stands on line
    4.
    """
    return f"source: 2024-quarrel\nclaims:\n- claim: Something happened\n{more or '  kind: event'}\n  said:\n{said}"


# --- files that are not what they should be


@pytest.mark.parametrize("command", [("add", "source"), ("add", "--from"), ("query",)])
def test_a_missing_file_and_a_folder_are_named(kb: Kb, command: tuple[str, ...]) -> None:
    kb.refuses(2, *command, "missing.rq", says=("missing.rq",))
    if command == ("add", "--from"):
        kb.refuses(2, *command, "claims", says=("claims is a folder",))


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (("add", "source"), "is an image, which is not read"),
        (("add", "--from"), "is binary, not text"),
        (("query",), "is binary, not text"),
    ],
)
def test_an_image_is_no_text(kb: Kb, command: tuple[str, ...], why: str) -> None:
    image = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff"
    kb.refuses(2, *command, kb.write("image.rq", image), says=(f"image.rq {why}",))
    kb.refuses(2, *command, "-", stdin=image, says=(f" {why}",))


@pytest.mark.parametrize("command", [("add", "source"), ("add", "--from"), ("query",)])
def test_another_encoding_is_named_with_line_and_byte(kb: Kb, command: tuple[str, ...]) -> None:
    path = kb.write("old.rq", "first line\nПётр\n".encode("windows-1251"))
    kb.refuses(2, *command, path, says=("old.rq:2: not UTF-8 (byte 0x", "iconv"))


def test_an_empty_document_is_refused(kb: Kb) -> None:
    kb.refuses(2, "add", "source", kb.write("blank.txt", " \n"), says=("blank.txt",))


def test_an_empty_sheet_is_refused(kb: Kb) -> None:
    kb.refuses(
        1, "add", "--from", kb.write("empty.yaml", ""), says=("empty.yaml: error sheet-empty",)
    )


def test_a_bad_publication_date_is_no_reason_to_keep_half_a_source(kb: Kb) -> None:
    for date, named in (
        ("2020-06-31", "there is no 31 June 2020"),
        ("sometime", "sometime"),
        ("2020-06-05..2020-06-01", "2020-06-05"),
    ):
        kb.refuses(
            2,
            "add",
            "source",
            kb.write("note.txt", "A new note."),
            "--published",
            date,
            says=(named, "hint: --published"),
        )


def test_a_source_that_it_copies_must_be_there_and_its_id_must_be_free(kb: Kb) -> None:
    note = kb.write("note.txt", "A new note.")
    kb.refuses(
        2, "add", "source", note, "--copy-of", "2024-quarel", says=("did you mean 2024-quarrel",)
    )
    kb.refuses(
        2,
        "add",
        "source",
        note,
        "--id",
        "2024-quarrel",
        says=("cannot be the id", "--id 2024-quarrel-2"),
    )
    kb.refuses(2, "add", "source", note, "--id", "../../up", says=("cannot be the id", "--id up"))


# --- stored files


@pytest.mark.parametrize("part", [0.15, 0.5, 0.9])
def test_a_truncated_file_is_named_with_its_line_and_never_written_over(
    kb: Kb, part: float
) -> None:
    path = kb.file("claims/general.ttl")
    whole = path.read_text()
    cut = whole[: int(len(whole) * part)]
    path.write_text(cut)
    done = kb("validate")
    assert done.code == 1
    assert "claims/main/claims/general.ttl:" in done.out
    assert "turtle-syntax" in done.out.splitlines()[0]  # whatever else is told may follow from it
    assert "note: fix claims/main/claims/general.ttl first" in done.err
    line = int(done.out.split("general.ttl:")[1].split(":")[0])
    assert 1 <= line <= cut.count("\n") + 1
    kb.refuses(
        1,
        "add",
        "--from",
        kb.write("more.yaml", MORE),
        says=("claims/main/claims/general.ttl", "turtle-syntax"),
    )
    kb.refuses(1, "fmt", says=("general.ttl:", "turtle-syntax"))
    path.write_text(whole)
    other = kb.file("entities.ttl")
    other.write_text(other.read_text()[: int(len(whole) * part)] + '"')
    kb.refuses(
        1,
        "add",
        "--from",
        kb.write("more.yaml", MORE),
        says=("claims/main/entities.ttl", "turtle-syntax"),
    )


def test_what_can_be_read_of_a_damaged_knowledge_base_is_and_turtle_is_whole_or_refused(
    kb: Kb,
) -> None:
    path = kb.file("claims/general.ttl")
    path.write_text(path.read_text()[:-40])
    assert kb("list", "entities").code == 1
    assert "warning: claims/main/claims/general.ttl cannot be read" in kb("index").err
    kb.refuses(1, "export", "turtle", says=("turtle-syntax",))


def test_tables_are_whole_or_refused(kb: Kb) -> None:
    path = kb.file("claims/general.ttl")
    path.write_text(path.read_text()[:-40])
    kb.refuses(1, "export", "csv", "--output", kb.root.parent / "tables", says=("turtle-syntax",))
    assert not (kb.root.parent / "tables").exists()


def test_a_stored_file_in_another_encoding_is_a_problem_with_its_name(kb: Kb) -> None:
    path = kb.file("entities.ttl")
    path.write_bytes(path.read_bytes().decode().encode("utf-16"))
    done = kb("validate", path)
    assert done.code == 1
    assert "claims/main/entities.ttl: error unreadable" in done.out
    assert kb("list", "claims").code == 1


@pytest.mark.parametrize(
    "place",
    ["claims/main/y.ttl", "claims/main/away", "claims/main/history", "claims/away/none.ttl"],
)
def test_a_link_that_leads_out_of_the_knowledge_base_is_told_and_never_read(
    kb: Kb, place: str
) -> None:
    outside = kb.root.parent / "outside"
    outside.mkdir()
    (outside / "a.ttl").write_text("whisper: is not Turtle")
    link = kb.root / place
    link.parent.mkdir(exist_ok=True)
    link.symlink_to(
        {"y.ttl": outside / "a.ttl", "none.ttl": outside / "gone.ttl"}.get(link.name, outside)
    )
    for command in ("validate", "fsck"):
        done = kb(command)
        assert done.code == 1
        assert (
            f"{place}: error unreadable: this link leads out of the knowledge base, to {outside}"
            in done.out + done.err
        )
        assert "hint: remove it" in done.out + done.err
        assert "1 error, 0 warnings" in done.err
    for command in (
        "status",
        "stats",
        "list claims",
        "find harbour",
        "log",
        "fsck --accept",
        "fsck --repair",
    ):
        assert "whisper" not in "".join((done := kb(*command.split())).out + done.err), command
    assert f"warning: {place} cannot be read" in kb("status").err
    kb.refuses(1, "add", "--from", kb.write("more.yaml", MORE), says=(place, "nothing was written"))
    link.unlink()
    assert kb.sheet(MORE).code == 0
    assert kb("fsck").code == 0


def test_claims_that_are_a_link_out_of_the_knowledge_base_are_not_read_and_nothing_there_is_cleared_away(
    kb: Kb,
) -> None:
    outside = (kb.root / "claims").rename(kb.root.parent / "outside")
    (outside / ".mine.tmp").write_text("x")
    (kb.root / "claims").symlink_to(outside)
    assert "claims: error unreadable: this link leads out" in kb("validate").out
    assert kb("list", "claims", "--format", "csv").out.count("\n") == 1
    kb("fsck", "--repair")
    assert (outside / ".mine.tmp").exists()


def test_a_link_that_stays_inside_goes_on_working(kb: Kb) -> None:
    kb.file("entities.ttl").rename(kb.root / "claims/entities.text")
    kb.file("entities.ttl").symlink_to("../entities.text")
    assert kb("validate").code == 0


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ("base = 3", "base must be"),
        ("base = ", "kb.toml"),
        ('base = "https://a.example/"\ncollection = 3', "collection must be"),
    ],
)
def test_broken_settings_are_an_unreadable_knowledge_base(kb: Kb, settings: str, says: str) -> None:
    (kb.root / "kb.toml").write_text(settings)
    kb.refuses(3, "stats", says=("kb.toml", says))


@pytest.mark.parametrize(
    "args",
    [
        ("stats",),
        ("validate",),
        ("read", "x"),
        ("add", "--from", "-"),
        ("query", "disputed"),
        ("export", "csv", "-o", "t"),
    ],
)
def test_outside_a_knowledge_base_the_exit_code_is_3(tmp_path: Path, args: tuple[str, ...]) -> None:
    done = run(*args, cwd=tmp_path)
    assert (done.code, done.out, list(tmp_path.iterdir())) == (3, "", [])
    assert "is not inside a knowledge base" in done.err
    assert "kb init" in done.err


def test_a_named_folder_that_is_no_knowledge_base_is_named(tmp_path: Path) -> None:
    done = run("stats", "--kb", tmp_path / "gone", cwd=tmp_path)
    assert (done.code, "gone is not a knowledge base" in done.err) == (3, True)


# --- quotes and the text


def test_a_quote_that_is_not_what_its_text_says_is_mismatched_with_its_place(kb: Kb) -> None:
    path = kb.file("source")
    path.write_text(path.read_text().replace('kb:fragment "Two', 'kb:fragment "Ten'))
    number = path.read_text().split("Ten")[0].count("\n") + 1
    done = kb("validate", path)
    assert done.code == 1
    assert (
        "quote-mismatch: “Ten residents confirmed that tugs from” is not in the passage" in done.out
    )
    place = done.out.split(": error quote-mismatch")[0].rsplit("2024-quarrel.ttl:", 1)[1]
    assert abs(int(place.split(":")[0]) - number) <= 8, "within its record"
    assert "5 verified, 1 mismatched" in done.err


def test_a_moved_passage_is_told_and_never_mended(kb: Kb) -> None:
    path = kb.file("source")
    text = path.read_text()
    start = TEXT.index("Two residents")
    path.write_text(
        text.replace(f"char={start},", f"char={start + 4},").replace(
            f"kb:start {start} ", f"kb:start {start + 4} "
        )
    )
    moved = path.read_text()
    assert moved != text
    done = kb("validate", path)
    assert (done.code, "quote-mismatch" in done.out, "line 4" in done.out) == (1, True, True), done
    assert path.read_text() == moved


def test_a_passage_that_differs_only_behind_its_stored_words_is_mismatched(kb: Kb) -> None:
    path = kb.file("source")
    end = TEXT.index(" at night")
    path.write_text(
        re.sub(r"(=|kb:end )217\b", rf"\g<1>{end}", path.read_text().replace(",217>", f",{end}>"))
    )
    done = kb("validate", path)
    assert (done.code, "error quote-mismatch" in done.out) == (1, True), done


def test_one_byte_changed_in_the_document_leaves_nothing_checkable(kb: Kb) -> None:
    document = next((kb.root / "documents").iterdir())
    document.write_text(TEXT.replace("Two residents", "Ten residents"))
    done = kb("validate")
    assert "6 not checkable" in done.err, done
    kb.refuses(2, "read", "2024", says=("is not available",))
    kb.refuses(
        1, "add", "--from", kb.write("more.yaml", MORE), says=("text-missing", "KB_DOCUMENTS")
    )
    shown = kb("status", "northland-sent").out
    assert "2024-quarrel, sentence 4" in shown
    assert "line 4" not in shown, "lines are those of a text that is available"


@pytest.mark.parametrize(
    ("at", "says"),
    [
        (
            "5 the coastguard kontrols the pier",
            ("quote-mismatch", "the nearest words there are: “the coastguard controls the pier.”"),
        ),
        ("4 the coastguard controls the pier", ("quote-mismatch", "these words are on line 5")),
        ("3 The coastguard said … Westport", ("quote-mismatch", "“Westport” does not follow")),
        (
            "7 the boats",
            ("quote-ambiguous", "occurs more than once on line 7", "copy a word or two more"),
        ),
        ("77 the boats", ("quote-line", "the text has 13 lines")),
        ("the ships left", ("quote-address", "24 first words")),
        (
            "the boats",
            ("quote-ambiguous", "occurs more than once: on line 7", "number of the line"),
        ),
        ("Oldport", ("quote-ambiguous", "lines 3 and 4")),
        ("7 On … boats … back", ("quote-address", "at most one …")),
    ],
)
def test_a_passage_that_is_not_found_exactly_once_is_refused_with_line_and_help(
    kb: Kb, at: str, says: tuple[str, ...]
) -> None:
    kb.refuses(
        1,
        "add",
        "--from",
        kb.write("s.yaml", small(f"  - by: lukin\n    at: {at}\n")),
        says=("s.yaml:7:9: error", *says),
    )


def test_words_are_found_without_their_marks_of_direction(kb: Kb) -> None:
    done = kb(
        "add", "--from", "-", stdin=small("  - by: layla\n    at: 6 captain ليلى المرسي denied\n")
    )
    assert done.code == 0, done
    assert (
        kb.sheet(small("  - by: layla\n    at: 6 captain \u200fليلى المرسي\u200e denied\n")).code
        == 0
    )
    assert "7 verified" in kb("validate").err


def test_messages_and_tables_make_marks_of_direction_visible(kb: Kb) -> None:
    assert kb.sheet(small().replace("Something happened", "Some\u202ething happened")).code == 0
    out = kb("status").out
    assert "\u202e" not in out
    assert "\\u202e" in out
    err = kb.refuses(2, "query", "disputed\u202e")
    assert "\u202e" not in err


def test_names_in_any_script_are_ids_names_and_suggestions(kb: Kb) -> None:
    new = "new:\n  мэрия: organisation; as Мэрия\n  الميناء: place; as الميناء\nclaims:\n- claim: Мэрия закрыла الميناء\n"
    sheet = f"source: 2024-quarrel\n{new}  what: мэрия > closed > الميناء\n  said:\n  - by: Мэрия\n    at: 8 near the pier\n"
    done = kb.sheet(sheet)
    assert done.code == 0, done
    assert "мэрия-закрыла-الميناء" in kb("status", "мэрия-закрыла").out
    assert "did you mean" in kb.refuses(2, "query", "said-by", "speaker=Мерия", says=("мэрия",))
    assert kb("validate").code == 0


def test_what_nobody_can_see_in_a_name_is_told(kb: Kb) -> None:
    told = kb(
        "add",
        "entity",
        "quay",
        "place",
        "--as",
        "the quay",
        "--as",
        "yauq \u202eeht",
        "--within",
        "pier",
    )
    assert (
        told.code,
        "unseen-characters: the also of entity/quay" in told.err,
        "U+202E" in told.err,
    ) == (0, True, True), told
    assert (
        "“Oldpоrt” of Cyrillic and Latin letters" in kb("edit", "oldport", "also=Oldp\u043ert").err
    )
    assert kb("validate").out.count("unseen-characters") == 2


# --- sheets


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ("  kind: event\n  when: 2020-06-31", ("s.yaml:5:9: error bad-date", "no 31 June 2020")),
        (
            "  what: lukin > sented > tugs",
            ("s.yaml:4:9: error unknown-predicate", "did you mean sent"),
        ),
        (
            "  what: lukins > sent > tugs",
            ("s.yaml:4:9: error unknown-entity", "did you mean lukin"),
        ),
        ("  what: lukin sent tugs", ("s.yaml:4:9: error bad-what",)),
        ("  kind: evnt", ("s.yaml:4:9: error unknown-word", "did you mean event")),
        ("  kind: event\n  count: lots", ("s.yaml:5:10: error bad-count", "more than 100")),
        ("  kindd: event", ("s.yaml:4:3: error sheet-key", "did you mean kind")),
        ("  topic: x", ("s.yaml:3:3: error claim-kind",)),
    ],
)
def test_a_claim_that_cannot_be_understood_is_refused_with_line_and_column(
    kb: Kb, more: str, says: tuple[str, ...]
) -> None:
    kb.refuses(1, "add", "--from", kb.write("s.yaml", small(more=more)), says=says)


@pytest.mark.parametrize(
    ("said", "says"),
    [
        (
            "  - by: Lukinn\n    at: 8 near the pier\n",
            (
                "s.yaml:6:9: error unknown-entity",
                "no entity is called “Lukinn”",
                "did you mean lukin",
            ),
        ),
        ("  - by: lukin\n", ("no-passage",)),
        (
            "  - by: lukin\n    denies: colour\n    at: 8 near the pier\n",
            ("s.yaml:7:13: error unknown-word", "occurrence"),
        ),
        ("  - by: lukin\n    denies:\n    affirms:\n    at: 8 near the pier\n", ("two-stances",)),
        (
            "  - by: lukin\n    at: 8 near the pier\n    on: Fryday\n",
            ("s.yaml:8:9: error bad-date",),
        ),
    ],
)
def test_a_saying_that_cannot_be_understood_is_refused_with_line_and_column(
    kb: Kb, said: str, says: tuple[str, ...]
) -> None:
    kb.refuses(1, "add", "--from", kb.write("s.yaml", small(said)), says=says)


@pytest.mark.parametrize(
    ("sheet", "says"),
    [
        (
            small().replace("claim: Something happened", "claim: a: b"),
            ("s.yaml:3:", "claim: 'a: b'"),
        ),
        (small("  - by: lukin\n    at: 8 market: small\n"), ("s.yaml:7:", "at: '8 market: small'")),
        (
            small("  - by: lukin\n    at: 8 and #1 of the coast\n"),
            ("s.yaml:7:", "“#1 of the coast” as a comment", "at: '8 and #1 of the coast'"),
        ),
        (small("  - by: &x lukin\n    at: 8 near the pier\n"), ("s.yaml:6:", "as references")),
        (small("  - by: *x\n    at: 8 near the pier\n"), ("s.yaml:6:", "as references")),
        (small("  - by: lukin\n\tat: 8 near the pier\n"), ("s.yaml:7:1: error sheet-yaml",)),
        (
            small("  - by: lukin\n    by: layla\n    at: 8 near the pier\n"),
            ("s.yaml:7:5: error sheet-key", "“by” is given twice"),
        ),
        (
            small("  - by: [lukin, layla]\n    at: 8 near the pier\n"),
            ("s.yaml:6:9: error sheet-yaml", "put the value in quotes"),
        ),
        (small("  - by: 'lukin\n    at: 8 near the pier\n"), ("s.yaml:", "sheet-yaml")),
        (
            small("  - by: lukin\x07\n    at: 8 near the pier\n"),
            ("s.yaml:6:14: error bad-character", "U+0007"),
        ),
        (
            "source: 2024-quarrel\nclaims: " + "[" * 2000 + "]" * 2000,
            ("s.yaml:2: error sheet-syntax", "nested too deeply"),
        ),
        ("just words\n", ("s.yaml:1:1: error sheet-shape",)),
        (
            "source: 2024-quarrel\nclaims:\n- claim: Nobody says this\n  kind: event\n",
            ("s.yaml:3:3: error claim-unasserted",),
        ),
        (
            small().replace("2024-quarrel", "2024-quarel"),
            ("s.yaml:1:9: error unknown-source", "did you mean 2024-quarrel"),
        ),
        (
            small().replace("Something happened", "=northland-snt"),
            ("s.yaml:3:10: error unknown-claim",),
        ),
    ],
)
def test_yaml_that_does_not_mean_what_it_says_is_refused(
    kb: Kb, sheet: str, says: tuple[str, ...]
) -> None:
    kb.refuses(1, "add", "--from", kb.write("s.yaml", sheet), says=says)


def test_a_tab_is_answered_with_spaces(kb: Kb) -> None:
    kb.refuses(
        1,
        "add",
        "--from",
        "-",
        stdin=small("  - by: lukin\n\tat: 8 near the pier\n"),
        says=("indent with spaces",),
    )


def test_scalars_that_yaml_takes_for_other_things_are_text(kb: Kb) -> None:
    sheet = (
        "source: 2024-quarrel\nnew:\n  no: person; as no\n"
        + small("  - by: no\n    at: 8 near the pier\n    note: 2020-01-01\n").split("\n", 1)[1]
    )
    assert kb.sheet(sheet).code == 0
    assert "no affirms" in kb("show", "something-happened").out


def test_a_sheet_is_written_whole_or_not_at_all(kb: Kb) -> None:
    good = MORE + "- claim: The boats came back\n  kind: event\n  said:\n  - at: 7 the boats\n"
    kb.refuses(
        1,
        "add",
        "--from",
        kb.write("s.yaml", good),
        says=("s.yaml:11:", "quote-ambiguous", "nothing was written"),
    )


def test_what_follows_a_number_sign_in_a_text_is_pointed_out_and_a_comment_is_not(kb: Kb) -> None:
    said = "  - by: lukin  # the mayor\n    at: 8 near the pier # 2\n    form: stated # or quoted\n"
    done = kb.sheet(small(said))
    assert done.code == 0, done
    assert "warning sheet-yaml: YAML reads “# 2” as a comment and drops it" in done.err
    assert "at: '8 near the pier # 2'" in done.err
    assert "or quoted" not in done.err


def test_collections_and_topics_cannot_lead_out_of_the_folder(kb: Kb) -> None:
    for line in ("collection: ../../out", "topic: ../../../out"):
        done = kb.sheet(line + "\n" + MORE)
        assert not (kb.root.parent / "out").exists()
        assert not list(kb.root.parent.glob("*.ttl")), done
        assert all(
            name.startswith(("claims/", "documents/", "kb.toml", ".git")) for name in kb.tree()
        )


# --- questions


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("denials-bye",), ("there is no query “denials-bye”", "did you mean denials-by")),
        (("denials-by",), ("needs a value for speaker", "speaker=VALUE")),
        (("denials-by", "speaker=lukni"), ("did you mean lukin",)),
        (("denials-by", "speakr=lukin"), ("speakr", "speaker")),
        (("denials-by", "lukin"), ("“lukin” is not a parameter", "NAME=VALUE")),
        (("said-between", "since=last week"), ("since", "2020-06-05")),
        (("said-between", "since=2020-06-31"), ("since", "2020-06-05")),
        (("hearsay-chains", "atleast=two"), ("atleast", "whole number")),
        (("denials-by", 'speaker=x> } INSERT DATA { <a:b> <a:c> "d" }'), ("error: ",)),
        (("disputed", "--format", "xlsx"), ("there is no format “xlsx”",)),
    ],
)
def test_a_question_put_wrongly_is_answered_with_a_way_out(
    seen: Kb, args: tuple[str, ...], says: tuple[str, ...]
) -> None:
    assert "hint: " in seen.refuses(2, "query", *args, says=says)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("#+ sumary: Who?\nSELECT * { ?s ?p ?o }", ("mine.rq:1:", "did you mean summary")),
        ("#+ summary: Who?\n#+ tags: [a\nSELECT * { ?s ?p ?o }", ("mine.rq:", "not YAML")),
        (
            "#+ summary: Who?\nSELECT * { ?s ?p ?o }\n#+ tags: [a]",
            ("mine.rq:3:", "after the query has begun"),
        ),
    ],
)
def test_a_broken_header_is_named_with_its_line(kb: Kb, text: str, says: tuple[str, ...]) -> None:
    kb.refuses(2, "query", kb.write("mine.rq", text), says=says)
    own = kb.root / "queries/questions"
    own.mkdir(parents=True)
    (own / "mine.rq").write_text(text)
    kb.refuses(1, "queries", says=says)


@pytest.mark.parametrize(
    "text",
    ["SELECT * { ?s ?p }", "SELECT ?x { ?x a }", "", "SELECT * WHERE { ?s ?p 'open }", "words {"],
)
def test_what_is_not_sparql_is_refused(seen: Kb, text: str) -> None:
    seen.refuses(2, "query", "-", stdin=text, says=("error: ",))


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "SELECT * { { SELECT * { seRvice SILENT <http://127.0.0.1:9/> { ?s ?p ?o } } } }",
        "LOAD <http://127.0.0.1:9/>\n#{",
        "LOAD <file:///etc/passwd> INTO GRAPH <a:b>\n#{",
        'INSERT DATA { <a:b> <a:c> "d" }',
        "DELETE WHERE { ?s ?p ?o }",
        "DROP ALL\n#{",
        "PREFIX a: <a:> INSERT { ?s a:x 1 } WHERE { ?s ?p ?o }",
        "SELECT * FROM <http://127.0.0.1:9/> { ?s ?p ?o }",
        "SELECT * FROM NAMED <file:///etc/passwd> { GRAPH ?g { ?s ?p ?o } }",
    ],
)
def test_what_reaches_out_or_writes_is_refused(seen: Kb, text: str) -> None:
    seen.refuses(1, "query", "-", stdin=text, says=("error: The query ",))


def test_a_hostile_query_brings_nothing_down(seen: Kb) -> None:
    deep = "SELECT * { " + "{ " * 20000 + "?s ?p ?o" + " }" * 20000 + " }"
    heavy = "SELECT (COUNT(*) AS ?n) { " + " ".join(f"?a{n} ?b{n} ?c{n} ." for n in range(9)) + " }"
    seen.refuses(1, "query", "-", stdin=deep, says=("error: The query ",))
    if os.environ.get("KB_SLOW"):  # half a minute: the limit of time
        seen.refuses(1, "query", "-", stdin=heavy, says=("took longer",))


# --- disks


def test_where_a_file_stands_in_the_place_of_a_folder_one_sentence_says_so(kb: Kb) -> None:
    file = kb.write("file", "x")
    kb.refuses(2, "init", file / "below", says=("file/below cannot be written",))
    kb.refuses(2, "init", file, says=("is a file",))
    for args in (("turtle", "--output", file / "all.ttl"), ("csv", "--output", file / "tables")):
        kb.refuses(2, "export", *args, says=("cannot be written", "hint: "))
    kb.refuses(2, "export", "csv", "--output", file, says=("is a file",))
    kb.refuses(2, "export", "turtle", "--output", kb.root, says=("is a folder",))
    assert file.read_text() == "x"


def test_a_folder_that_cannot_be_written_keeps_everything_as_it_was(kb: Kb) -> None:
    """A file in the place of a folder stands in for a read-only one, so that it bites for root,
    too.
    """
    (kb.root / "claims/main/claims/new-topic.ttl").mkdir()
    kb.refuses(
        2, "add", "--from", kb.write("s.yaml", MORE + "  topic: new topic\n"), says=("error: ",)
    )
    (kb.root / "claims/other").write_text("")
    before, note = kb.tree(), kb.write("note.txt", "A new note.\n")
    done = kb("add", "source", note, "--collection", "other")
    assert (done.code, "cannot be written" in done.err) == (2, True)
    assert {n: d for n, d in kb.tree().items() if n in before or "documents" not in n} == before, (
        "but for the text, which is known by its digest"
    )


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder_is_read_and_not_written(kb: Kb) -> None:
    folder = kb.file("source").parent
    folder.chmod(0o500)
    try:
        kb.refuses(
            2,
            "add",
            "--from",
            kb.write("s.yaml", MORE),
            says=("cannot be written: Permission denied",),
        )
    finally:
        folder.chmod(0o700)


@pytest.mark.skipif(not FULL.exists(), reason="this system has no /dev/full")
def test_a_full_disk_under_the_output_is_said(seen: Kb) -> None:
    with FULL.open("wb") as full:
        for args in (("read", "2024"), ("list", "claims"), ("export", "turtle")):
            done = subprocess.run(
                [sys.executable, "-m", "kb", *args],
                cwd=seen.root,
                stdout=full,
                stderr=subprocess.PIPE,
                env=surroundings(),
            )
            assert done.returncode == 2, args
            assert b"No space left" in done.stderr
            assert b"Traceback" not in done.stderr
            assert b"Exception ignored" not in done.stderr


def test_an_index_that_cannot_be_used_is_said_or_made_again(kb: Kb) -> None:
    shutil.rmtree(kb.root / ".kb")
    (kb.root / ".kb").write_text("in the way")
    assert kb("stats").code in {0, 2, 3}
    (kb.root / ".kb").unlink()
    assert kb("stats").code == 0
    for path in (kb.root / ".kb").rglob("*"):
        if path.is_file():
            path.write_bytes(b"damaged")
    assert kb("index", "--rebuild").code == 0
    assert "disputed" in kb("status").out


def test_a_change_made_meanwhile_is_a_conflict_and_stays(kb: Kb) -> None:
    """Between reading and writing nothing can be run from outside, so this one test calls the
    Python twin.
    """
    from kb.app import knowledge_base
    from kb.errors import Conflict

    opened = knowledge_base.open(str(kb.root))
    plan = opened.plan(MORE, "more.yaml")
    path = kb.file("claims/general.ttl")
    path.write_text(path.read_text() + "# meanwhile\n")
    before = kb.tree()
    with pytest.raises(Conflict) as caught:
        opened.add(plan)
    assert (caught.value.exit_code, kb.tree()) == (4, before)


@pytest.mark.parametrize(
    "args",
    [["show", "a\nb"], ["sta\ntus"]],
)
def test_a_line_break_in_what_is_typed_does_not_break_the_line_of_an_error(
    seen: Kb, args: list[str]
) -> None:
    done = seen(*args)
    assert done.code != 0
    lines = done.err.splitlines()
    assert all(line.startswith(("error: ", "hint: ", "warning: ", "  ")) for line in lines), lines
    assert any("\\n" in line or "\\x0a" in line for line in lines)
