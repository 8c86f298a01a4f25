"""Every command, as a process of its own, on the small knowledge base of conftest."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import MORE, SHEET, TEXT, Done, Kb, run, surroundings

from kb import cli

CLAIM = "northland-sent-tugs-to-oldport"
COLUMNS = {  # interfaces.md, “CSV, exactly”
    "assertions": "assertion, claim, stance, scope, speaker, speaker_label, voice, relays, source, source_sha256, start, end, quote, "
    "said_from, said_to, basis, form, manner, words, coder, recorded, statement, kind, status",
    "claims": "claim, kind, subject, predicate, object, roles, polarity, when_from, when_to, held, quantity_min, quantity_max, unit, "
    "statement, status, support, contest, dispute, flags, documents, originals, voices_for, voices_against, no_known_stake, "
    "quantity_best, exactness, counted, quantity",
}


def page_reader() -> bool:
    """Whether the extra claimkb[html] is installed, and whole."""
    try:
        import trafilatura  # noqa: F401  # the question is whether it can be imported
    except ImportError:
        return False
    return True


pages = pytest.mark.skipif(
    not page_reader(), reason="the extra claimkb[html] is not installed, or not whole"
)


def lines_changed(before: str, after: str) -> list[str]:
    """Lines that came, where none went."""
    old, new = before.split("\n"), after.split("\n")
    head = next(n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b)
    tail = len(old) - head
    while tail and old[-tail:] != new[-tail:]:
        tail -= 1
    assert head + tail >= len(old), "lines went"
    return new[head : len(new) - tail]


# --- getting in


def test_init_makes_an_empty_knowledge_base_here_and_says_what_comes_next(tmp_path: Path) -> None:
    done = run("init", cwd=tmp_path)
    assert done.code == 0
    assert "Next: kb add source" in done.out
    assert (tmp_path / "kb.toml").is_file()
    assert "documents/" in (tmp_path / ".gitignore").read_text()
    assert "*.ttl text eol=lf" in (tmp_path / ".gitattributes").read_text()


def test_init_twice_is_refused(kb: Kb) -> None:
    kb.refuses(1, "init", kb.root, says=("is already a knowledge base",))


def test_a_text_is_read_in_and_kept_by_its_digest(kb: Kb) -> None:
    done = kb(
        "add",
        "source",
        kb.write("note.txt", "A note\r\n\r\nof ليلى and Пётр.\r\n"),
        "--published",
        "2024-03",
    )
    assert done.code == 0
    assert "Added source 2024-a-note" in done.out
    assert "author, publisher, url" in done.err
    kept = [
        p
        for p in (kb.root / "documents").iterdir()
        if "of ليلى and Пётр.\r\n" in p.read_bytes().decode()
    ]
    assert len(kept) == 1, "the bytes are kept, line ends and all"
    assert kb("read", "2024-a-note").out.splitlines()[2] == "   3  of ليلى and Пётр."


@pages
def test_a_page_is_read_in_with_what_it_states_about_itself(kb: Kb) -> None:
    page = """<!DOCTYPE html><html lang="en"><head><title>x</title><meta property="og:title" content="Tugs in the fog">
    <meta name="author" content="Rosa Quill"><meta property="article:published_time" content="2024-05-06T10:00:00Z"></head>
    <body><article><h1>Tugs in the fog</h1><p>The tugs lay in the fog for three long days, the pilots said in the harbour office.</p>
    <p>Nobody in the town had seen as many of them in one place before, and nobody knew why they had come.</p></article></body></html>"""
    done = kb("add", "source", "-", "--url", "https://example.org/fog", stdin=page)
    assert done.code == 0, done
    assert "Added source 2024-tugs-in-the-fog" in done.out
    shown = kb("show", "2024-tugs-in-the-fog").out
    assert "author: Rosa Quill" in shown
    assert "https://example.org/fog" in shown
    assert "2024-05-06" in shown


def test_a_text_comes_from_standard_input(kb: Kb) -> None:
    done = kb("add", "source", "-", "--id", "typed", stdin="Typed in\nby hand.\n")
    assert (done.code, "Added source typed" in done.out) == (0, True)
    assert "by hand." in kb("read", "typed").out


def test_the_same_text_twice_is_refused_and_named(kb: Kb) -> None:
    kb.refuses(
        1,
        "add",
        "source",
        kb.write("again.txt", TEXT),
        says=("a source already: 2024-quarrel", "kb read 2024-quarrel"),
    )


def test_a_dry_run_shows_dates_and_statuses_and_writes_nothing(kb: Kb) -> None:
    before = kb.tree()
    done = kb.sheet(MORE.replace("  said:", "  when: Sunday\n  said:"), "--dry-run")
    assert done.code == 0, done
    assert "“Sunday” is 2024-03-03" in done.err
    assert "Nothing was written" in done.err
    assert "northland-controls-the-pier" in done.out
    assert kb.tree() == before


def test_a_dry_run_names_the_claim_that_looks_alike(kb: Kb) -> None:
    done = kb.sheet(
        MORE.replace("claim: Northland controls the pier", "claim: The coastguard controls a pier"),
        "--dry-run",
    )
    assert "claim: =the-coastguard-controls-the-pier" in done.err


def test_a_sheet_from_standard_input_is_added(kb: Kb) -> None:
    done = kb("add", "--from", "-", stdin=MORE)
    assert done.code == 0, done
    assert "2 records added, 0 changed, in 2 files" in done.out


def test_adding_again_changes_nothing(kb: Kb) -> None:
    before = kb.tree()
    done = kb.sheet(SHEET)
    assert (done.code, "Nothing new" in done.out) == (0, True)
    assert kb.tree() == before


def test_one_more_assertion_changes_only_its_own_lines(kb: Kb) -> None:
    before, claims = kb.file("source").read_text(), kb.file("claims/general.ttl").read_text()
    more = "source: 2024-quarrel\nclaims:\n- claim: =the-coastguard-controls\n  said:\n  - by: northland\n    at: 8 near the pier\n"
    assert kb.sheet(more).code == 0
    came = lines_changed(before, kb.file("source").read_text())
    subjects = [line for line in came if line.startswith("<")]
    assert len(subjects) == 3, "a quote, an assertion and its relay"
    assert len(came) < 40
    assert kb.file("claims/general.ttl").read_text() == claims


def test_comments_in_a_file_survive_an_addition_and_fmt(kb: Kb) -> None:
    path = kb.file("claims/general.ttl")
    path.write_text(
        path.read_text().replace(
            "\n<claim/the-coastguard-entered", "\n# look here\n<claim/the-coastguard-entered"
        )
    )
    assert kb.sheet(MORE).code == 0
    assert kb("fmt").code == 0
    assert "\n# look here\n<claim/the-coastguard-entered" in path.read_text()


def test_a_source_goes_out_as_a_sheet_and_comes_back_unchanged(kb: Kb) -> None:
    before, sheet = kb.tree(), kb("sheet", "2024").out
    done = kb("add", "--from", "-", stdin=sheet)
    assert (done.code, kb.tree()) == (0, before), done


def test_editing_the_sheet_changes_what_was_edited(kb: Kb) -> None:
    sheet = kb("sheet", "2024").out
    done = kb(
        "add", "--from", "-", stdin=sheet.replace("denies: occurrence", "denies: responsibility")
    )
    assert "0 records added, 1 changed" in done.out, done
    assert "kinds of dispute: responsibility" in kb("status", CLAIM).out


def test_read_marks_what_is_coded(seen: Kb) -> None:
    lines = seen("read", "quarrel").out.splitlines()
    assert lines[2].startswith("   3  ⟦The coastguard said")
    assert "said ⟦the coastguard controls the pier⟧." in lines[4]
    assert "⟦" not in lines[6]


def test_the_text_is_found_in_a_folder_that_kb_documents_names(kb: Kb) -> None:
    elsewhere = kb.root.parent / "texts"
    shutil.move(kb.root / "documents", elsewhere)
    (elsewhere / next(elsewhere.iterdir()).name).rename(elsewhere / "any name.txt")
    kb.refuses(2, "read", "2024", says=("is not available", "KB_DOCUMENTS"))
    assert kb("read", "2024", KB_DOCUMENTS=str(elsewhere)).code == 0
    assert "6 not checkable" in kb("validate").err
    assert "6 verified" in kb("validate", KB_DOCUMENTS=str(elsewhere)).err


# --- checking


def test_validate_is_content_with_the_small_knowledge_base(seen: Kb) -> None:
    done = seen("validate")
    assert (done.code, done.out) == (0, "")
    assert "0 errors, 0 warnings; quotes: 6 verified." in done.err


def test_validate_speaks_to_people_programs_and_github(kb: Kb) -> None:
    path = kb.file("claims/general.ttl")
    path.write_text(path.read_text().replace("kb:kind-event", "kb:kind-evnt", 1))
    number = path.read_text().split("kind-evnt")[0].count("\n") + 1
    human, program, hub = (kb("validate", path, "--format", f) for f in ("human", "json", "github"))
    assert (human.code, program.code, hub.code) == (1, 1, 1)
    assert f"claims/main/claims/general.ttl:{number}:" in human.out
    found = json.loads(program.out)
    assert set(found["quotes"]) == {"verified", "mismatched", "not-checkable"}
    assert {p["severity"] for p in found["problems"]} <= {"error", "warning"}
    assert number in {p["line"] for p in found["problems"]}
    assert f"::error file=claims/main/claims/general.ttl,line={number},col=" in hub.out


def test_fmt_mends_what_its_check_finds(kb: Kb) -> None:
    path, canonical = kb.file("claims/general.ttl"), kb.file("claims/general.ttl").read_text()
    path.write_text(canonical.replace("    kb:kind ", "  kb:kind    "))
    untidy = kb.tree()
    found = kb("fmt", "--check")
    assert (found.code, found.out) == (1, "claims/main/claims/general.ttl: not canonical\n")
    assert kb.tree() == untidy
    assert kb("fmt").out == "formatted claims/main/claims/general.ttl\n"
    assert path.read_text() == canonical
    assert kb("fmt", "--check").code == 0


def test_explain_says_how_to_fix_it(seen: Kb) -> None:
    assert "kb read SOURCE" in seen("explain", "quote-mismatch").out
    assert seen("explain", "claim-without-assertion").code == 0
    seen.refuses(2, "explain", "quote-mismach", says=("did you mean quote-mismatch",))


# --- looking


@pytest.mark.parametrize(
    ("what", "first", "among"),
    [
        ("claims", "claim", CLAIM),
        ("sources", "source", "2024-quarrel"),
        ("entities", "entity", "lukin"),
        ("predicates", "predicate", "sent"),
    ],
)
def test_lists_put_the_id_first(seen: Kb, what: str, first: str, among: str) -> None:
    rows = list(csv.reader(seen("list", what, "--format", "csv").out.splitlines()))
    assert rows[0][0] == first
    assert among in {row[0] for row in rows}


def test_show_takes_a_beginning_of_an_id_and_a_name(seen: Kb) -> None:
    claim = seen("show", "northland-sent").out
    assert claim.startswith(
        "Northland sent tugs to Oldport\nclaim/northland-sent-tugs-to-oldport\n"
    )
    assert "status: disputed" in claim
    assert "Northland denies (occurrence) ← A Gazette" in claim
    assert "2024-quarrel, line 3" in claim
    assert "ليلى المرسي" in seen("show", "entity/layla").out
    assert seen("show", "Пётр Лукин").out == seen("show", "lukin").out


def test_find_forgives_spelling_in_any_script(seen: Kb) -> None:
    for words, found in (
        ("costguard", "entity/coastguard"),
        ("Петр Лукин", "entity/lukin"),
        ("ليلي", "entity/layla"),
    ):
        assert found in seen("find", words).out, words
    assert "nothing found" in seen("find", "zeppelin").err


def test_stats_counts_and_says_how_it_stands(seen: Kb) -> None:
    rows = dict(csv.reader(seen("stats", "--format", "csv").out.splitlines()))
    assert {k: rows[k] for k in ("sources", "assertions", "claims", "quotes", "claims disputed")} == {
        "sources": "1", "assertions": "7", "claims": "3", "quotes": "6", "claims disputed": "2",
    }  # fmt: skip


def test_status_has_both_sides_in_every_line_and_the_disputed_first(seen: Kb) -> None:
    rows = json.loads(seen("status", "--format", "json").out)
    assert [r["status"] for r in rows] == ["disputed", "disputed", "single-voice"]
    assert (rows[0]["affirmed_by"], rows[0]["against"]) == (
        ["Coastguard", "residents, 1 of 2", "residents, 2 of 2"],
        ["Northland"],
    )


def test_status_of_one_claim_says_why_with_speakers_quotes_and_places(seen: Kb) -> None:
    for args in ((), ("--why",)):
        out = seen("status", "northland-sent", *args).out
        for words in (
            "status: disputed",
            "denied by: Northland",
            "status: disputed:",
            "“Northland denied this”",
            "2024-quarrel, line 3",
        ):
            assert words in out


def test_why_is_told_to_programs_field_by_field(seen: Kb) -> None:
    (row,) = json.loads(seen("status", "northland-sent", "--why", "--format", "json").out)
    assert (row["status"], row["contest"], row["denied_by"], row["disputed_no_later_than"]) == (
        "disputed",
        ["denied"],
        ["Northland"],
        "2024-03-04",
    )
    rules = [r["rule"] for r in row["why"]]
    assert (rules[0], rules[-1], rules.count("denied")) == ("affirmed", "status", 1)
    denial = next(a for a in row["assertions"] if a["stance"] == "denies")
    assert (denial["assertion"], denial["line"], denial["passage"]) == (
        row["why"][rules.index("denied")]["assertions"][0],
        3,
        "Northland denied this",
    )
    assert len(json.loads(seen("status", "--why", "--format", "json").out)) == 3
    assert "--format json" in seen.refuses(
        2, "status", "northland-sent", "--why", "--format", "csv"
    )


def test_status_can_be_narrowed_by_status_and_by_day(seen: Kb) -> None:
    assert [
        r["claim"]
        for r in json.loads(seen("status", "--status", "single-voice", "--format", "json").out)
    ] == ["the-coastguard-entered-oldport"]
    assert json.loads(seen("status", "--as-of", "2024-03-03", "--format", "json").out) == []
    assert len(json.loads(seen("status", "--as-of", "2024-03-04", "--format", "json").out)) == 3
    assert "no claims match: status retracted" in seen("status", "--status", "retracted").err


@pytest.mark.parametrize(
    "args",
    [("--only", "disputd"), ("--as-of", "2024-02-30"), ("northland-snt",), ("--format", "cvs")],
)
def test_a_slip_in_status_is_answered_with_a_way_out(seen: Kb, args: tuple[str, ...]) -> None:
    assert "hint: " in seen.refuses(2, "status", *args)


# --- asking


def test_a_parameter_is_a_slug_or_any_name_in_either_way_of_writing(seen: Kb) -> None:
    ways = [
        ("speaker=layla",),
        ("--speaker", "ليلى المرسي"),
        ("speaker=Layla",),
        ("--speaker=entity/layla",),
    ]
    answers = {seen("query", "denials-by", *way, "--format", "csv").out for way in ways}
    assert len(answers) == 1
    rows = list(csv.DictReader(answers.pop().splitlines()))
    assert [r["claim"] for r in rows] == ["the-coastguard-controls-the-pier"]


def test_optional_parameters_narrow(seen: Kb) -> None:
    rows = [
        len(seen("query", "said-between", *p, "--format", "ndjson").out.splitlines())
        for p in ((), ("since=2024-03-05",))
    ]
    assert rows == [7, 0]


def test_a_query_of_ones_own_from_a_file_and_from_standard_input(kb: Kb) -> None:
    own = "PREFIX kb: <https://w3id.org/claimkb/ns#>\nSELECT ?c { ?c a kb:Claim } ORDER BY ?c"
    from_file, typed = (
        kb("query", kb.write("own.rq", own), "--format", "csv"),
        kb("query", "-", "--format", "csv", stdin=own),
    )
    assert from_file.out == typed.out
    assert from_file.out.splitlines() == [
        "c",
        CLAIM,
        "the-coastguard-controls-the-pier",
        "the-coastguard-entered-oldport",
    ]
    assert kb("query", "-", stdin="ASK { ?s ?p ?o }").out == "yes\n"


def test_variables_of_foreign_queries_may_begin_with_an_underscore(kb: Kb) -> None:
    query = "PREFIX kb: <https://w3id.org/claimkb/ns#>\n{}SELECT DISTINCT ?_c {{ {} a kb:{} . {} }}"
    throw_away = query.format("", "?_c", "Claim", "?_c kb:statement ?_ FILTER(?__ != ?_0_ || true)")
    assert len(kb("query", "-", "--format", "csv", stdin=throw_away).out.splitlines()) == 4
    bound = query.format("", "?_who_iri", "Claim", "BIND(?_who_iri AS ?_c)")
    one = kb("query", "-", f"who=claim/{CLAIM}", "--format", "csv", stdin=bound)
    assert one.out.splitlines() == ["_c", CLAIM]
    described = kb("query", "-", f"who=claim/{CLAIM}", stdin="#+ summary: One claim\n" + bound)
    assert "needs a value for c" in described.err


def test_a_query_with_an_old_name_is_answered_with_a_warning(kb: Kb) -> None:
    old = "SELECT ?s { ?s <https://w3id.org/claimkb/ns#headline> ?word }"
    new = old.replace("headline", "status")
    answered = kb("query", "-", "--format", "csv", stdin=old)
    assert answered.out == kb("query", "-", "--format", "csv", stdin=new).out
    assert len(answered.out.splitlines()) == 4
    assert "kb:headline is called kb:status now" in answered.err


def test_a_record_is_described_by_a_query_without_a_brace(seen: Kb) -> None:
    assert (
        "rdf:subject"
        in seen(
            "query",
            "-",
            stdin="DESCRIBE <https://example.org/quarrel/claim/the-coastguard-entered-oldport>",
        ).out
    )


def test_queries_lists_them_and_prints_one(seen: Kb) -> None:
    rows = json.loads(seen("queries", "--format", "json").out)
    assert len(rows) >= 17
    assert all(r["question"] for r in rows)
    assert "#+ summary" in seen("queries", "denials-by").out
    seen.refuses(2, "queries", "denial-by", says=("did you mean denials-by",))


@pytest.mark.parametrize("format", ["table", "csv", "tsv", "json", "ndjson", "md"])
def test_every_format_of_a_list(seen: Kb, format: str) -> None:
    done = seen("list", "claims", "--format", format)
    assert (done.code, done.err) == (0, "")
    assert done.out.count(CLAIM) == 1
    match format:
        case "csv" | "tsv":
            read = csv.reader(done.out.splitlines(), delimiter="," if format == "csv" else "\t")
            assert [len(row) for row in read] == [3] * 4
        case "json":
            assert len(json.loads(done.out)) == 3
        case "ndjson":
            assert [json.loads(line)["claim"] for line in done.out.splitlines()][0] == CLAIM
        case "md":
            assert done.out.splitlines()[1] == "| --- | --- | --- |"
        case "table":
            assert "\x1b" not in done.out


# --- handing over


def test_the_csv_tables_have_exactly_the_columns_agreed(seen: Kb, tmp_path: Path) -> None:
    done = seen("export", "csv", "--output", tmp_path / "tables")
    assert done.code == 0
    tables = {
        name: (tmp_path / "tables" / f"{name}.csv").read_bytes()
        for name in ("assertions", "claims", "sources", "entities")
    }
    for name, columns in COLUMNS.items():
        assert tables[name].decode().split("\n")[0] == columns.replace(", ", ",")
    rows = list(csv.DictReader(tables["assertions"].decode().splitlines()))
    assert len(rows) == 7
    for row in rows:
        assert row["speaker"]
        assert row["quote"] in TEXT[int(row["start"]) : int(row["end"])]
    claim = next(
        r for r in csv.DictReader(tables["claims"].decode().splitlines()) if r["claim"] == CLAIM
    )
    assert (claim["roles"], claim["quantity_min"], claim["quantity_max"], claim["status"]) == (
        "destination=oldport",
        "4",
        "",
        "disputed",
    )
    assert (claim["when_from"], claim["voices_for"], claim["voices_against"], claim["dispute"]) == (
        "2024-03-01",
        "3",
        "1",
        "occurrence",
    )


def test_records_go_out_as_turtle_and_ntriples_with_the_same_triples(
    seen: Kb, tmp_path: Path
) -> None:
    from rdflib import Graph
    from rdflib.compare import to_isomorphic

    assert seen("export", "turtle", "--output", tmp_path / "all.ttl").out == ""
    turtle = Graph().parse(tmp_path / "all.ttl")
    plain = Graph().parse(data=seen("export", "ntriples").out, format="nt")
    assert len(turtle) > 100
    assert to_isomorphic(turtle) == to_isomorphic(plain)


def test_facts_are_accepted_claims_that_point_back(kb: Kb) -> None:
    assert "rdf:Statement" not in kb("export", "facts").out, "one voice and a dispute are no facts"
    note = kb.write(
        "second.txt",
        "Another gazette\nThe coastguard came into Oldport, said Layla.\n"
        + "It rained on the town and on the sea.\n" * 3,
    )
    assert kb("add", "source", note, "--id", "second", "--author", "B Gazette").code == 0
    claims = "claims:\n- claim: =the-coastguard-entered\n  said:\n  - at: 2 The coastguard … Oldport\n  - by: layla\n    at: 2 said Layla\n"
    assert kb.sheet("source: second\n" + claims).code == 0
    facts = kb("export", "facts").out
    assert "p:entered <entity/oldport>" in facts
    assert "prov:wasDerivedFrom" in facts


def test_the_index_is_disposable(kb: Kb) -> None:
    before = kb("status", "--format", "csv").out
    assert "files read, 0 gone" in kb("index", "--rebuild").out
    assert kb("index").out == "0 files read, 0 gone.\n"
    shutil.rmtree(kb.root / ".kb")
    assert kb("status", "--format", "csv").out == before


def test_a_changed_file_alone_is_read_again(kb: Kb) -> None:
    path = kb.file("entities.ttl")
    path.write_text(path.read_text().replace('"the guard"', '"the guards"'))
    assert kb("index").out == "1 file read, 0 gone.\n"


# --- around the commands


@pytest.mark.parametrize(
    "args",
    [
        ("--kb", "DIR", "list", "sources"),
        ("list", "--kb", "DIR", "sources"),
        ("list", "sources", "--kb=DIR"),
    ],
)
def test_the_knowledge_base_is_named_anywhere_on_the_line(
    seen: Kb, tmp_path: Path, args: tuple[str, ...]
) -> None:
    done = run(*(a.replace("DIR", str(seen.root)) for a in args), cwd=tmp_path)
    assert "2024-quarrel" in done.out


def test_the_knowledge_base_is_the_one_around_or_that_of_the_environment(
    seen: Kb, tmp_path: Path
) -> None:
    assert "2024-quarrel" in seen("list", "sources", cwd=seen.root / "claims" / "main").out
    assert "2024-quarrel" in seen("list", "sources", cwd=tmp_path, KB_HOME=str(seen.root)).out


def test_a_folder_named_for_one_command_is_not_that_of_the_next(
    seen: Kb, empty: Kb, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(empty.root)
    surroundings = dict(os.environ)
    for given in (["--kb", str(seen.root)], [f"--kb={seen.root}"]):
        assert cli.run([*given, "list", "sources"]) == 0
        assert "2024-quarrel" in capsys.readouterr().out
        assert cli.run(["list", "sources"]) == 0
        assert "2024-quarrel" not in capsys.readouterr().out
    assert dict(os.environ) == surroundings


def test_a_folder_must_be_named_after_the_option_for_it(seen: Kb) -> None:
    seen.refuses(2, "list", "sources", "--kb", says=("--kb needs a folder",))


def test_help_and_version_need_no_knowledge_base(tmp_path: Path) -> None:
    for args in (("--help",), ("--version",), ("add", "--help"), ()):
        done = run(*args, cwd=tmp_path)
        assert (done.code, done.err) == (0, ""), args
        assert done.out


def test_a_reader_that_goes_away_ends_the_program_without_a_word(seen: Kb) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    process = subprocess.run(
        [sys.executable, "-m", "kb", "read", "2024"],
        cwd=seen.root,
        stdout=writer,
        stderr=subprocess.PIPE,
        env=surroundings(),
    )
    os.close(writer)
    assert (process.returncode, process.stderr) == (141, b""), "128 + SIGPIPE"


def test_the_empty_knowledge_base_is_read_by_every_command_and_says_so(
    empty: Kb, tmp_path: Path
) -> None:
    for args in (
        *(("list", what) for what in ("claims", "sources", "entities")),
        ("status",),
        ("find", "harbour"),
        ("query", "disputed"),
    ):
        done: Done = empty(*args)
        assert done.code == 0, args
        assert "no" in done.err, args
    for args in (
        ("stats",),
        ("validate",),
        ("fmt", "--check"),
        ("queries",),
        ("export", "turtle"),
        ("export", "facts"),
        ("export", "ntriples"),
        ("index", "--rebuild"),
    ):
        assert empty(*args).code == 0, args
    assert empty("export", "csv", "--output", tmp_path).code == 0
    assert (tmp_path / "claims.csv").read_text().count("\n") == 1


@pytest.mark.parametrize("command", ["show", "status", "contradictions"])
def test_what_came_after_the_date_of_a_view_is_told_from_what_never_was(
    seen: Kb, command: str
) -> None:
    seen.refuses(
        2,
        command,
        "northland-sent-tugs-to-oldport",
        "--as-of",
        "2024-03-01",
        says=("came later", "leave out the date"),
    )
    refused = seen.refuses(2, command, "northland-flew", "--as-of", "2024-03-01")
    assert "came later" not in refused


def test_a_list_on_a_day_before_everything_is_not_taken_for_an_empty_knowledge_base(
    seen: Kb,
) -> None:
    assert seen("list", "claims", "--as-of", "2024-03-01").err == "no claims by then\n"


def test_commands_that_prepare_a_knowledge_base_print_rows(kb: Kb) -> None:
    made = json.loads(kb("init", "other", "--collection", "notes", "--json").out)
    assert made == [
        {"folder": str(kb.root / "other"), "base": "https://example.org/kb/", "collection": "notes"}
    ]
    assert json.loads(kb("migrate", "--json").out) == []
    rebuilt = json.loads(kb("index", "--rebuild", "--json").out)
    assert {"file": "ontology/predicates.ttl", "state": "read"} in rebuilt
    text = ("--definition", "The subject lies at the object.", "--example", "It lies at berth 4.")
    (declared,) = json.loads(kb("add", "predicate", "lies-at", *text, "--json").out)
    assert (declared["predicate"], declared["file"]) == ("lies-at", "ontology/predicates.ttl")
    assert declared["turtle"].startswith(
        "<https://example.org/quarrel/predicate/lies-at> a kb:Predicate ;"
    )
    kb.refuses(2, "init", "third", "--format", "xml", says=("there is no format “xml”",))
    assert not (kb.root / "third").exists()


def test_why_of_contradictions_is_prose_or_json(seen: Kb) -> None:
    assert json.loads(seen("contradictions", "--why", "--json").out) == []
    seen.refuses(2, "contradictions", "--why", "--format", "csv", says=("prose or JSON",))
