"""Correcting what is recorded: edit, withdraw, judge, merge, rename, and records entered by
options.
"""

from __future__ import annotations

import os
import pty
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from conftest import Kb, surroundings

from kb.app import knowledge_base
from kb.app.changes import editing
from kb.app.knowledge_base import KnowledgeBase
from kb.cli.walk import walk
from kb.errors import Refused, Usage

SENT = "northland-sent-tugs-to-oldport"
PIER = "the-coastguard-controls-the-pier"


@pytest.fixture
def book(kb: Kb, monkeypatch: pytest.MonkeyPatch) -> KnowledgeBase:
    """The small knowledge base, through the Python API."""
    monkeypatch.chdir(kb.root)
    return knowledge_base.open()


def status_of(book: KnowledgeBase, claim: str) -> str:
    return book.status().rows[claim].status


def assertion(book: KnowledgeBase, claim: str, stance: str) -> str:
    return next(
        a.id for a in book.known().assertions.values() if a.claim == claim and a.stance == stance
    )


# --- edit


def test_an_edit_that_can_change_a_status_keeps_what_it_replaces(book: KnowledgeBase) -> None:
    old = book.known().claims[SENT]
    book.add(book.edit(SENT, {"when": "2024-02-20"}))
    known = book.known()
    new = known.claims[SENT]
    assert (new.begin_earliest.isoformat(), new.revision_of) == ("2024-02-20", f"{SENT}~1")
    version = known.past[f"claim/{SENT}~1"]
    assert version.begin_earliest == old.begin_earliest
    assert version.recorded == old.recorded
    assert version.invalidated == new.recorded
    assert known.files[f"claim/{SENT}~1"] == "claims/main/history/claims/general.ttl"


def test_the_version_in_the_history_has_what_the_model_does_not_read(book: KnowledgeBase) -> None:
    path = book.folder.root / "claims/main/claims/general.ttl"
    text = path.read_text()
    start = text.index(f"<claim/{SENT}>")
    line = '    <https://example.org/mine> "kept"@fr , "2024-02-29Z"^^xsd:date ;\n'
    at = text.index("    kb:statement", start)
    path.write_text(text[:at] + line + text[at:])
    book.add(book.edit(SENT, {"when": "2024-02-20"}))
    history = (book.folder.root / "claims/main/history/claims/general.ttl").read_text()
    for stored in (path.read_text(), history[history.index(f"<claim/{SENT}~1>") :]):
        assert '"kept"@fr' in stored
        assert '"2024-02-29Z"^^xsd:date' in stored


def test_two_edits_within_a_second_keep_both_versions(book: KnowledgeBase) -> None:
    now = datetime(2024, 3, 9, 12, tzinfo=UTC)
    for day in ("2024-02-20", "2024-02-21"):
        book.add(editing.edit(book.session, SENT, {"when": day}, now=now))
    kept = [book.known().past[f"claim/{SENT}~{n}"].begin_earliest for n in (1, 2)]
    assert kept[1] is not None
    assert kept[1].isoformat() == "2024-02-20"
    assert book.validate().errors == 0


def test_wording_changes_in_place_and_leaves_no_version(book: KnowledgeBase) -> None:
    files = book.add(
        book.edit(SENT, {"statement": "Northland had tugs sent to Oldport", "note": "seen twice"})
    )
    new = book.known().claims[SENT]
    assert files == ["claims/main/claims/general.ttl"]
    assert (new.statement, new.scope_note, new.revision_of) == (
        "Northland had tugs sent to Oldport",
        "seen twice",
        None,
    )
    assert not book.known().past


def test_an_assertion_keeps_its_id_when_its_stance_changes_and_its_version_keeps_its_chain(
    book: KnowledgeBase,
) -> None:
    id = assertion(book, SENT, "denies")
    chain = [book.known().relays[r].speaker for r in book.known().assertions[id].relays]
    book.add(book.edit(id, {"doubts": "occurrence", "via": "layla"}))
    known = book.known()
    new, old = known.assertions[id], known.past[f"assertion/{id}~1"]
    assert (new.stance, new.scope, old.stance) == ("doubts", ("occurrence",), "denies")
    assert [known.relays[r].speaker for r in new.relays][-1] == "layla"
    assert [known.past[f"assertion/{r}"].speaker for r in old.relays] == chain


def test_a_value_is_emptied_and_what_is_not_named_stays(book: KnowledgeBase) -> None:
    before = book.known().claims[SENT]
    assert before.destination
    book.add(book.edit(SENT, {"to": "", "place": "oldport"}))
    after = book.known().claims[SENT]
    assert (after.destination, after.place, after.subject) == ((), ("oldport",), before.subject)


def test_entities_and_ties_are_edited_by_their_fields(book: KnowledgeBase) -> None:
    book.add(
        book.edit(
            "oldport",
            {"also": "Old Port, Port Vell", "lat": "32.9", "wikidata": "Q12", "type": "place"},
        )
    )
    port = book.known().entities["oldport"]
    assert port.also == ("Old Port", "Port Vell")
    assert (str(port.lat), port.wikidata) == ("32.9", "http://www.wikidata.org/entity/Q12")
    book.add(book.plan("affiliations:\n- layla side-with northland 2024..\n", "tie.yaml"))
    tie = next(k for k in book.known().others if k.startswith("affiliation/"))
    book.add(book.edit(tie, {"to": "2024-03"}))
    assert book.known().others[tie].to_date.isoformat() == "2024-03-31"
    assert book.known().past[f"{tie}~1"].to_date is None


@pytest.mark.parametrize(
    ("name", "values", "says"),
    [
        (SENT, {"wen": "2024"}, "when"),
        (SENT, {"what": "northland > flew > tugs"}, "predicate"),
        (SENT, {"to": "atlantis"}, "atlantis"),
        (SENT, {"kind": "gossip"}, "gossip"),
        ("oldport", {"lat": "north"}, "number"),
        ("oldport", {"colour": "red"}, "field"),
    ],
)
def test_an_edit_that_makes_no_sense_says_so_and_writes_nothing(
    book: KnowledgeBase, name: str, values: dict[str, str], says: str
) -> None:
    plan = book.edit(name, values)
    assert not plan.sound
    assert any(says in f"{p.message} {p.hint}" for p in plan.problems), plan.problems
    with pytest.raises(Usage, match="no"):
        book.edit("nobody-said-this", {"when": "2024"})


def test_the_editor_gets_the_record_as_a_sheet_and_a_line_taken_out_empties_its_field(
    kb: Kb,
) -> None:
    script = kb.write(
        "editor.sh", '#!/bin/sh\ngrep -v \'^  to:\' "$1" > "$1.new" && mv "$1.new" "$1"\n'
    )
    script.chmod(0o755)
    done = kb("edit", SENT, EDITOR=str(script))
    assert (done.code, "0 records added, 1 changed" in done.out) == (0, True), done
    assert "kb:destination" not in kb("show", SENT).out
    assert "destination: oldport  (then empty)" in kb("show", SENT, "--history").out
    unchanged = kb("edit", SENT, EDITOR="true")
    assert (unchanged.code, unchanged.out) == (0, "Nothing was changed.\n")


def test_what_changed_meanwhile_is_not_overwritten_and_the_text_is_kept(kb: Kb) -> None:
    other = f"{sys.executable} -m kb --kb {kb.root} edit {SENT} when=2024-01-01"
    script = kb.write(
        "slow.sh", f'#!/bin/sh\n{other} > /dev/null\nsed -i s/Northland/Westland/ "$1"\n'
    )
    script.chmod(0o755)
    done = kb("edit", SENT, EDITOR=str(script))
    assert done.code == 4, done
    kept = done.err.split("your text is in ")[1].split(";")[0]
    assert "Westland" in Path(kept).read_text()
    assert "2024-01-01" in kb("show", SENT).out
    Path(kept).unlink()


def test_what_was_typed_in_the_editor_is_kept_when_it_is_refused(kb: Kb) -> None:
    script = kb.write("wrong.sh", '#!/bin/sh\necho "  when: 2024-99-99" >> "$1"\n')
    script.chmod(0o755)
    err = kb.refuses(
        1,
        "edit",
        "the-coastguard-entered",
        EDITOR=str(script),
        says=("bad-date", "yaml:6:9: error bad-date"),
    )
    kept = Path(err.split("your text is in ")[1].split(";")[0])
    assert "2024-99-99" in kept.read_text()
    kept.unlink()
    kb.refuses(
        2, "edit", SENT, EDITOR="no-such-editor", says=("“no-such-editor” cannot be started",)
    )


def test_a_key_given_twice_is_refused(kb: Kb) -> None:
    kb.refuses(2, "edit", SENT, "place=oldport", "place=pier", says=("place is given twice",))


# --- withdraw


def test_a_withdrawn_assertion_counts_no_more_and_is_found_in_the_history(
    book: KnowledgeBase,
) -> None:
    assert status_of(book, SENT) == "disputed"
    id = assertion(book, SENT, "denies")
    for other in [
        a.id for a in book.known().assertions.values() if a.claim == SENT and a.stance == "denies"
    ]:
        book.add(book.withdraw([other], "misread"))
    assert status_of(book, SENT) != "disputed"
    gone = book.known().past[f"assertion/{id}"]
    assert gone.invalidated_because == "misread"
    assert not book.validate().errors
    rows = book.query("said-by", {"speaker": "northland"})
    assert id not in str(rows)


def test_a_claim_goes_with_all_that_is_said_of_it_and_its_passages(book: KnowledgeBase) -> None:
    said = [a for a in book.known().assertions.values() if a.claim == SENT]
    book.add(book.withdraw([SENT], "another ship"))
    known = book.known()
    assert not [a for a in known.assertions.values() if a.claim == SENT]
    assert all(f"assertion/{a.id}" in known.past for a in said)
    assert all(known.record(f"source/{a.quote}") for a in said), (
        "the passages they rest on are kept with them"
    )
    assert not book.validate().errors


def test_withdrawing_the_last_word_on_a_claim_withdraws_the_claim(book: KnowledgeBase) -> None:
    (only,) = [
        a.id
        for a in book.known().assertions.values()
        if a.claim == "the-coastguard-entered-oldport"
    ]
    plan = book.withdraw([only], "it says another town")
    assert "claim/the-coastguard-entered-oldport" in plan.change.withdrawn


def test_a_withdrawal_needs_a_reason_and_an_entity_in_use_stays(book: KnowledgeBase) -> None:
    with pytest.raises(Usage, match="reason"):
        book.withdraw([SENT], " ")
    plan = book.withdraw(["oldport"], "no such place")
    assert "still used" in plan.problems[0].message


def test_what_was_withdrawn_can_be_recorded_again_under_an_id_of_its_own(
    book: KnowledgeBase,
) -> None:
    id = assertion(book, PIER, "denies")
    text = book.sheet("2024-quarrel")
    book.add(book.withdraw([id], "misread"))
    book.add(book.plan(text, "again.yaml"))
    known = book.known()
    assert f"assertion/{id}" in known.past
    assert f"{id}-2" in known.assertions
    assert not book.validate().errors


def test_what_goes_with_a_withdrawn_claim_is_named_and_the_claim_is_not_taken_for_a_typing_error(
    kb: Kb,
) -> None:
    told = kb("withdraw", "the-coastguard-entered", "--why", "it never left", "--dry-run")
    assert "withdrawn claim/the-coastguard-entered-oldport\nwithdrawn assertion/" in told.out
    assert kb("withdraw", "the-coastguard-entered", "--why", "it never left").code == 0
    kb.refuses(
        2, "status", "the-coastguard-entered-oldport", says=("no longer counts", "--history")
    )


AGAIN = f"source: 2024-quarrel\ncoder: cd\nclaims:\n- claim: ={PIER}\n  said:\n  - by: lukin\n    at: {{}}\n"


def passages(kb: Kb) -> dict[str, tuple[str | None, str | None]]:
    """What Lukin affirms of the pier: id → the number of its first character, and who coded it."""
    known = knowledge_base.open(str(kb.root)).known()
    found = [
        a
        for a in known.assertions.values()
        if (a.claim, a.speaker, a.stance) == (PIER, "lukin", "affirms")
    ]
    return {a.id: (known.quotes[a.quote or ""].fragment, a.coder) for a in found}


def test_the_same_said_elsewhere_in_the_text_is_a_further_passage(kb: Kb) -> None:
    """Nothing that was found is given up because it is found once more."""
    before = passages(kb)
    done = kb.sheet(AGAIN.format("8 near the pier"))
    assert done.code == 0, done
    assert passages(kb).items() > before.items()
    assert len(passages(kb)) == 2


def test_a_passage_that_overlaps_the_one_recorded_corrects_it(kb: Kb) -> None:
    before = passages(kb)
    assert kb.sheet(AGAIN.format("5 coastguard controls the pier")).code == 0
    assert passages(kb).keys() == before.keys()
    assert {coder for _, coder in passages(kb).values()} == {"cd"}


def test_who_enters_the_same_once_more_is_not_its_coder(kb: Kb) -> None:
    before = kb.tree()
    assert kb.sheet(AGAIN.format("5 the coastguard controls the pier")).code == 0
    assert kb.tree() == before


def test_a_statement_is_edited_by_the_key_it_was_entered_with_and_an_id_is_not(kb: Kb) -> None:
    assert kb("edit", PIER, "claim=The coastguard holds the pier").code == 0
    assert "The coastguard holds the pier" in kb("show", PIER).out
    kb.refuses(
        2, "edit", PIER, "id=the-pier-is-held", says=(f"kb rename claim/{PIER} the-pier-is-held",)
    )


# --- judge, merge, rename


def test_a_judgement_is_made_and_taken_back(kb: Kb) -> None:
    done = kb("judge", "contradicts", PIER, SENT, "--why", "the pier was shut")
    assert done.code == 0, done
    assert PIER in kb("contradictions", "--format", "csv").out
    id = f"contradicts-{PIER}-{SENT}"
    assert kb("judge", "--undo", id, "--why", "it was not").code == 0
    assert "judged" not in kb("contradictions", "--format", "csv").out
    assert "it was not" in kb("show", id, "--history").out
    again = kb("judge", "contradicts", PIER, SENT, "--why", "it was, after all")
    assert f"{id}-2" in again.out, again


def test_the_opposite_of_a_judgement_is_refused_until_it_is_taken_back(kb: Kb) -> None:
    assert kb("judge", "contradicts", PIER, SENT, "--why", "the pier was shut").code == 0
    kb.refuses(
        1,
        "judge",
        "does-not-contradict",
        SENT,
        PIER,
        "--why",
        "it was not",
        says=("says the opposite of", "kb judge --undo"),
    )
    assert kb("judge", "--undo", f"contradicts-{PIER}", "--why", "it was not").code == 0
    assert kb("judge", "does-not-contradict", SENT, PIER, "--why", "it was not").code == 0


def test_no_two_sources_are_copies_of_each_other(kb: Kb) -> None:
    assert (
        kb(
            "add",
            "source",
            kb.write("n.txt", "A note on the boats.\n"),
            "--id",
            "note",
            "--author",
            "B",
        ).code
        == 0
    )
    assert (
        kb("judge", "copy-of", "source/note", "source/2024-quarrel", "--why", "word for word").code
        == 0
    )
    kb.refuses(
        1,
        "judge",
        "copy-of",
        "source/2024-quarrel",
        "source/note",
        "--why",
        "x",
        says=("says the opposite of",),
    )


@pytest.mark.parametrize(
    ("certainty", "said"),
    [("certain", "  contradicted by: "), ("possible", "  perhaps contradicted by: ")],
)
def test_a_status_tells_how_sure_a_contradiction_is(kb: Kb, certainty: str, said: str) -> None:
    assert (
        kb(
            "judge",
            "contradicts",
            PIER,
            SENT,
            "--why",
            "the pier was shut",
            "--certainty",
            certainty,
        ).code
        == 0
    )
    assert f"\n{said}Northland sent tugs to Oldport" in kb("status", PIER).out
    assert ("perhaps claim: Northland" in kb("status", "--format", "csv").out) == (
        certainty == "possible"
    )


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["contradict", PIER, SENT, "--why", "x"], "contradicts"),
        (["contradicts", PIER, "--why", "x"], "two records"),
        (["contradicts", PIER, SENT], "reason"),
        (["same-entity", PIER, "no-such", "--why", "x"], "no-such"),
        ([], "needs a kind and a record"),
    ],
)
def test_a_judgement_that_lacks_something_is_refused(kb: Kb, args: list[str], says: str) -> None:
    kb.refuses(2, "judge", *args, says=(says,))


def test_a_merge_is_a_judgement(book: KnowledgeBase, kb: Kb) -> None:
    done = kb("merge", "lukin", "layla", "--why", "one spokeswoman under two names")
    assert done.code == 0, done
    assert any(getattr(j, "kind", "") == "same-entity" for j in book.known().others.values())
    kb.refuses(2, "merge", "lukin", SENT, "--why", "x", says=("cannot be one",))


def test_a_rename_reaches_every_file_and_is_one_step(book: KnowledgeBase) -> None:
    before = book.known()
    files = book.rename("oldport", "port-of-old")
    assert len(files) > 1
    texts = "".join((book.folder.root / f).read_text() for f in book.folder.files())
    assert "<entity/oldport>" not in texts
    after = book.known()
    assert len(list(after.all())) == len(list(before.all()))
    assert not book.validate().errors
    assert not book.formatted(), "canonical files stay canonical"


def test_a_renamed_source_takes_its_passages_along(book: KnowledgeBase) -> None:
    book.rename("2024-quarrel", "2024-row")
    assert {q.source for q in book.known().quotes.values()} == {"2024-row"}
    assert not book.validate().errors


def test_a_rename_to_what_is_taken_or_no_id_is_refused(book: KnowledgeBase) -> None:
    with pytest.raises(Usage, match="has this id already"):
        book.rename("pier", "pier")
    with pytest.raises(Refused, match="another record"):
        book.rename("oldport", "coastguard")
    with pytest.raises(Usage, match="not an id"):
        book.rename("oldport", "Old Port")
    with pytest.raises(Usage):
        book.rename("nowhere-town", "x")


def test_an_outcome_that_is_none_is_answered_with_the_nearest(kb: Kb) -> None:
    judge = ("judge", "outcome", SENT, PIER, "--why", "as it went", "--verdict", "cametrue")
    kb.refuses(1, *judge, says=("“cametrue” is not an outcome; did you mean came-true?",))
    kb.refuses(
        2,
        "judge",
        "same-claim",
        SENT,
        PIER,
        "--undo",
        "x",
        "--why",
        "y",
        says=("makes no new one",),
    )


# --- by options


def test_records_are_added_by_options(kb: Kb) -> None:
    assert (
        kb("add", "entity", "east-quay", "place", "--as", "East Quay", "--within", "oldport").code
        == 0
    )
    claim = (
        "add",
        "claim",
        "Northland holds the east quay",
        "--source",
        "2024",
        "--what",
        "northland > controls > east-quay",
    )
    done = kb(
        *claim,
        "--by",
        "lukin",
        "--at",
        "8 near the pier",
        "--set",
        "form=presupposed",
        KB_CODER="ab",
    )
    assert done.code == 0, done
    done = kb(
        "add",
        "assertion",
        "northland-holds",
        "--source",
        "2024",
        "--by",
        "layla",
        "--denies",
        "occurrence",
        "--at",
        "6 denied on Sunday",
    )
    assert done.code == 0, done
    assert "disputed" in kb("status", "northland-holds").out
    assert (
        "coder: ab"
        in kb(
            "show",
            assertion(
                knowledge_base.open(str(kb.root)), "northland-holds-the-east-quay", "affirms"
            ),
        ).out
    )
    tie = kb(
        "add",
        "affiliation",
        "layla",
        "side-with",
        "coastguard",
        "--when",
        "2024..",
        "--basis",
        PIER,
        "--note",
        "as she says",
    )
    assert tie.code == 0, tie
    assert f"claim/{PIER}" in kb("show", "layla-side-with-coastguard").out
    told = [
        line.split(",")[3]
        for line in kb("log", "--limit", "4", "--format", "csv").out.splitlines()[1:]
    ]
    assert told == [
        "add affiliation layla side-with coastguard",
        "add assertion northland-holds-the-east-quay",
        "add claim Northland holds the east quay",
        "add entity east-quay",
    ]


def test_an_entity_by_options_is_told_exactly_as_it_was_typed(kb: Kb) -> None:
    words = "born here; as some say, in 1960; within the walls"
    assert (
        kb(
            "add",
            "entity",
            "smith",
            "person",
            "--as",
            "Smith, John; Jr",
            "--as",
            "J; unnamed",
            "--description",
            words,
        ).code
        == 0
    )
    smith = knowledge_base.open(str(kb.root)).known().entities["smith"]
    assert (smith.name, smith.also, smith.description, smith.naming) == (
        "Smith, John; Jr",
        ("J; unnamed",),
        words,
        None,
    )
    named = ("--as", "Smyth", "--as", "Smyth, J")
    assert kb("add", "entity", "smyth", "person", *named, "--dry-run").code == 0
    wrong = kb.refuses(
        1, "add", "entity", "Smyth!", "person", "--as", "Smyth", says=("write smyth", "1 error;")
    )
    assert "there is no record" not in wrong


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["claim"], "sentence"),
        (["claim", "A met B"], "--source"),
        (
            ["claim", "A met B", "--source", "2024", "--at", "3 no such words", "--kind", "event"],
            "not on line 3",
        ),
        (["claim", "A met B", "--source", "2024", "--set", "colour=red"], "colour"),
        (["assertion", "nothing-like-it", "--source", "2024"], "no claim"),
        (["entity", "oldport", "place"], "already"),
        (["entity", "north-quay", "plaice"], "place"),
        (["affiliation", "layla", "likes", "coastguard"], "relations"),
    ],
)
def test_what_is_wrong_with_an_option_is_said(kb: Kb, args: list[str], says: str) -> None:
    before = kb.tree()
    done = kb("add", *args)
    assert done.code in (1, 2), done
    assert says in done.err, done
    assert kb.tree() == before


def test_the_walk_skips_what_is_skipped_and_shows_what_comes_of_it(
    book: KnowledgeBase, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = iter(
        [
            "2024-quarrel",
            "Northland holds the pier's end",
            "",
            "state",
            "",
            "",
            "lukin",
            "",
            "8 near the pier",
            "",
            "yes",
        ]
    )
    sheet = walk(book, ask=lambda question, completions: next(answers))
    assert sheet is not None
    plan = book.plan_sheets([sheet])
    assert plan.sound, plan.problems
    shown = capsys.readouterr()
    assert "kind: state" in shown.err
    assert "single-voice" in shown.out
    assert walk(book, ask=lambda question, completions: "") is None


def test_the_walk_asks_again_for_a_source_keeps_answers_that_are_wrong_and_takes_only_yes_for_yes(
    book: KnowledgeBase, capsys: pytest.CaptureFixture[str]
) -> None:
    typed = [
        "no-such-source",
        "2024-quarrel",
        "Northland holds the pier's end",
        "",
        "state",
        "",
        "",
        "lukin",
        "",
        "8 near the pier",
        "",
    ]
    answers = iter([*typed, "quit"])
    assert walk(book, ask=lambda question, completions: next(answers)) is None
    assert "Nothing was written." in capsys.readouterr().err
    answers = iter([*(a.replace("8 near", "8 beneath") for a in typed), "yes"])
    with pytest.raises(Refused) as refused:
        walk(book, ask=lambda question, completions: next(answers))
    kept = Path(refused.value.hint.split(" ")[-1])
    assert f"{kept}:" in capsys.readouterr().err
    kept.write_text(kept.read_text().replace("8 beneath", "8 near"))
    assert book.plan(kept.read_text(), str(kept)).sound
    kept.unlink()


def test_the_walk_runs_on_a_terminal(kb: Kb) -> None:
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(kb.root)
        os.execve(
            sys.executable, [sys.executable, "-m", "kb", "add", "claim"], surroundings(TERM="dumb")
        )
    for answer in (
        "2024-quarrel",
        "Northland holds the end of the pier",
        "",
        "state",
        "",
        "",
        "lukin",
        "",
        "8 near the pier",
        "",
        "yes",
    ):
        os.write(terminal, f"{answer}\n".encode())
    shown = b""
    try:
        while chunk := os.read(terminal, 4096):
            shown += chunk
    except OSError:  # Linux's way of saying that the other end has closed
        pass
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0, shown.decode()
    assert b"single-voice" in shown, shown.decode()
    assert "northland-holds-the-end-of-the-pier" in kb("list", "claims").out


@pytest.mark.parametrize("kind", ["turtle", "ntriples", "nquads"])
def test_what_leaves_points_at_nothing_that_stays(book: KnowledgeBase, kind: str) -> None:
    book.add(book.edit(SENT, {"when": "2024-02-20"}))
    assert f"{SENT}~1" not in book.export(kind)


# --- what a newcomer types


def test_a_claim_keeps_a_kind_that_was_chosen_when_its_core_changes_and_takes_the_predicates_otherwise(
    book: KnowledgeBase,
) -> None:
    book.add(book.edit(SENT, {"what": "northland > controls > oldport", "when": ""}))
    assert book.known().claims[SENT].kind == "state"
    book.add(book.edit(SENT, {"kind": "forecast"}))
    book.add(book.edit(SENT, {"what": "northland > sent > tugs"}))
    assert book.known().claims[SENT].kind == "forecast"
    book.add(book.edit(SENT, {"what": "", "kind": "evaluation"}))
    book.add(book.edit(SENT, {"what": "northland > sent"}))
    assert (book.known().claims[SENT].kind, book.known().claims[SENT].object) == (
        "evaluation",
        None,
    )


def test_a_core_without_an_object_has_none_afterwards(book: KnowledgeBase) -> None:
    book.add(book.edit(SENT, {"what": "northland > sent"}))
    assert book.known().claims[SENT].object is None


def test_an_event_that_becomes_a_state_needs_its_dates_said_anew_and_loses_a_states_dates_on_the_way_back(
    book: KnowledgeBase,
) -> None:
    plan = book.edit(SENT, {"kind": "state"})
    assert [p.code for p in plan.problems] == ["claim-kind"]
    book.add(book.edit(SENT, {"kind": "state", "when": "2024-02-01..2024-02-03"}))
    assert book.known().claims[SENT].held == "all"
    book.add(book.edit(SENT, {"kind": "event"}))
    event = book.known().claims[SENT]
    assert (event.held, event.begin_latest, event.end_earliest) == (None, None, None)
    assert (str(event.begin_earliest), str(event.end_latest)) == ("2024-02-01", "2024-02-03")


def test_a_relative_date_of_an_edit_is_counted_from_when_it_was_said_else_from_the_publication(
    book: KnowledgeBase,
) -> None:
    book.add(book.edit(SENT, {"when": "Thursday"}))
    said = next(a for a in book.known().assertions.values() if a.claim == SENT and a.said)
    assert (said.said_from - book.known().claims[SENT].begin_earliest).days == 1, "said on a Friday"
    book.add(book.edit(PIER, {"when": "Sunday"}))
    assert str(book.known().claims[PIER].begin_earliest) == "2024-03-03", (
        "the last before the publication"
    )


def test_an_edit_that_changes_nothing_writes_nothing(book: KnowledgeBase) -> None:
    before = {f: book.folder.read(f) for f in book.folder.files()}
    id = assertion(book, SENT, "denies")
    for name, values in (
        (SENT, {"what": "northland > sent > tugs", "to": "oldport"}),
        (id, {"denies": "occurrence", "by": "northland"}),
    ):
        assert book.add(book.edit(name, values)) == []
    assert book.add(book.edit("entity/oldport", {"type": "place", "also": "Old Port"})) == []
    assert {f: book.folder.read(f) for f in book.folder.files()} == before


@pytest.mark.parametrize(
    ("args", "code", "says"),
    [
        (("edit", SENT, "statement="), 1, "needs its sentence"),
        (("edit", SENT, "source=x"), 1, "“source” is not a field"),
        (("edit", f"{SENT}~1", "when=2024"), 2, "old versions are not changed"),
        (("edit", "no-such-thing-here"), 2, "no record is called"),
        (("edit", "northland-sent-tug", "x=1"), 1, "not a field"),
        (("edit", "the-coastguard", "when=2024"), 2, "claim/the-coastguard-controls-the-pier"),
        (("edit", "north-land", "also=x"), 2, "did you mean entity/northland"),
        (("show", "North-Land"), 2, "no record is called"),
        (("judge", "--undo", "no-such", "--why", "x"), 2, "no judgement is called “no-such”"),
        (("rename", "oldport", "Old Port"), 2, "write old-port"),
    ],
)
def test_a_slip_is_answered_in_the_words_of_the_command(
    kb: Kb, args: tuple[str, ...], code: int, says: str
) -> None:
    told = kb.refuses(code, *args, says=(says,))
    assert "in the sheet" not in told
    assert "new:" not in told


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("same-entity", f"claim/{SENT}", f"claim/{PIER}"), "cannot be about"),
        (("contradicts", SENT, "oldport"), "cannot be about"),
        (("same-event", SENT, "oldport"), "cannot be about"),
        (("copy-of", "source/2024-quarrel", "coastguard"), "cannot be about"),
        (("same-claim", SENT, SENT), "named twice"),
        (("verdict", SENT), "the verdict is missing"),
        (("verdict", SENT, PIER, "--verdict", "true"), "about one record"),
        (("verdict", "oldport", "--verdict", "true"), "cannot be about"),
        (("contradicts", SENT, PIER, "--verdict", "x"), "has no verdict"),
        (("same-event", SENT, PIER, "--certainty", "possible"), "has no certainty"),
        (("same-entity", "layla", "lukin", "--lines", "3"), "has no lines"),
    ],
)
def test_a_judgement_that_makes_no_sense_is_refused(
    kb: Kb, args: tuple[str, ...], says: str
) -> None:
    kb.refuses(1, "judge", *args, "--why", "so it seems", says=(says,))


def test_a_mutual_judgement_is_recorded_once_whichever_record_is_named_first(
    book: KnowledgeBase,
) -> None:
    book.add(book.judge("contradicts", SENT, PIER, {"why": "both cannot be"}))
    plan = book.judge("contradicts", PIER, SENT, {"why": "neither can be"})
    book.add(plan)
    (one,) = [j for k, j in book.known().others.items() if k.startswith("judgement/")]
    assert (one.about, one.why) == (f"claim/{SENT}", "neither can be")


def test_a_judgement_is_taken_back_by_the_beginning_of_its_id_with_a_reason_and_once(
    book: KnowledgeBase, kb: Kb
) -> None:
    book.add(book.judge("contradicts", SENT, PIER, {"why": "both cannot be"}))
    book.add(
        book.judge("contradicts", SENT, "the-coastguard-entered-oldport", {"why": "both cannot be"})
    )
    kb.refuses(
        2,
        "judge",
        "--undo",
        "contradicts-north",
        "--why",
        "x",
        says=("may be any of 2 records", "judgement/contradicts-"),
    )
    id = f"contradicts-{SENT}-{PIER}"
    kb.refuses(2, "judge", "--undo", id, says=("needs a reason", "kb judge --undo"))
    assert kb("judge", "--undo", id[:-4], "--why", "they can").code == 0
    kb.refuses(2, "judge", "--undo", id, "--why", "x", says=("withdrawn already",))


def test_a_file_goes_with_its_last_record(book: KnowledgeBase) -> None:
    book.add(book.judge("verdict", SENT, "", {"why": "seen", "verdict": "true"}))
    path = book.folder.root / "claims/main/judgements.ttl"
    assert path.exists()
    book.add(book.withdraw([f"judgement/verdict-{SENT}"], "not seen"))
    assert not path.exists()
    book.undo()
    assert path.exists()


def test_the_history_tells_relays_by_their_speakers(kb: Kb) -> None:
    id = assertion(knowledge_base.open(str(kb.root)), SENT, "denies")
    assert kb("edit", id, "denies=time").code == 0
    assert "relays" not in kb("show", id, "--history").out
    assert kb("edit", id, "via=layla").code == 0
    assert "relays: a-gazette  (then a-gazette|layla)" in kb("show", id, "--history").out


def test_a_note_may_hold_a_semicolon(book: KnowledgeBase, kb: Kb) -> None:
    done = kb(
        "add",
        "affiliation",
        "layla",
        "side-with",
        "coastguard",
        "--note",
        "as she says; basis unsure",
        "--basis",
        PIER,
    )
    assert done.code == 0, done
    tie = next(t for k, t in book.known().others.items() if k.startswith("affiliation/"))
    assert (tie.note, tie.basis) == ("as she says; basis unsure", f"claim/{PIER}")
    kb.refuses(
        1,
        "add",
        "--from",
        "-",
        stdin="affiliations:\n- lukin side-with layla; basis\n",
        says=("not understood",),
    )


def test_a_second_tie_between_the_same_two_is_pointed_out(kb: Kb) -> None:
    tie = ("add", "affiliation", "layla", "side-with", "coastguard", "--when")
    assert "note:" not in kb(*tie, "2024..").err
    done = kb(*tie, "2019..2021")
    assert (done.code, "kb edit layla-side-with-coastguard from=… to=…" in done.err) == (0, True)
    assert kb("edit", "layla-side-with-coastguard", "from=2023").code == 0


def test_what_the_shapes_refuse_in_a_whole_knowledge_base_they_refuse_in_a_change(kb: Kb) -> None:
    tie = ("add", "affiliation", "layla", "side-with", "coastguard")
    kb.refuses(1, *tie, "--basis", "oldport", says=("affiliation-basis",))
    assert kb(*tie, "--basis", PIER).code == 0


@pytest.mark.parametrize("stance", ["silent", "retracts", "denies", "doubts"])
def test_a_stance_without_a_scope_is_not_lost_on_the_way(
    book: KnowledgeBase, kb: Kb, stance: str
) -> None:
    done = kb(
        "add",
        "assertion",
        SENT,
        "--source",
        "2024",
        "--by",
        "layla",
        "--at",
        "6 denied on Sunday",
        "--set",
        f"{stance}=",
    )
    assert done.code == 0, done
    assert [
        a.stance
        for a in book.known().assertions.values()
        if a.speaker == "layla" and a.claim == SENT
    ] == [stance]


def test_one_mistake_is_told_once_and_in_words_for_options(kb: Kb) -> None:
    claim = ("add", "claim", "A met B", "--source", "2024", "--at", "6 denied on Sunday")
    assert "claim-kind" not in kb.refuses(
        1, *claim, "--what", "layla > flew > lukin", says=("unknown-predicate",)
    )
    kb.refuses(
        1, *claim, "--kind", "event", "--by", "Zzz Qqq", says=("kb add entity zzz-qqq TYPE",)
    )
    kb.refuses(
        1,
        "add",
        "--from",
        "-",
        stdin="records:\n- id: oldprt\n  also: x\n",
        says=("did you mean entity/oldport?",),
    )


def test_what_disowns_a_statement_goes_with_it_and_what_a_tie_rests_on_stays(
    book: KnowledgeBase,
) -> None:
    said = assertion(book, PIER, "affirms")
    disowned = f"source: 2024-quarrel\nclaims:\n- claim: ={PIER}\n  said:\n  - by: lukin\n    disowns: {said}\n    at: 8 near the pier\n"
    book.add(book.plan(disowned, "sheet"))
    plan = book.withdraw([said], "misread")
    assert f"assertion/{assertion(book, PIER, 'disowns')}" in plan.change.withdrawn
    book.add(book.plan(f"affiliations:\n- layla side-with lukin; basis claim/{PIER}\n", "tie"))
    plan = book.withdraw([PIER], "misread")
    assert [p.code for p in plan.problems] == ["still-used"]
    assert "depends on" in plan.problems[0].message


def test_each_edit_that_weighs_has_a_version_of_its_own(book: KnowledgeBase) -> None:
    for day in ("2024-02-01", "2024-02-02", "2024-02-03"):
        book.add(book.edit(SENT, {"when": day}))
        time.sleep(1.1)
    versions = [book.known().past[f"claim/{SENT}~{n}"].begin_earliest for n in (1, 2, 3)]
    assert [str(v) for v in versions[1:]] == ["2024-02-01", "2024-02-02"]
    assert book.known().claims[SENT].revision_of == f"{SENT}~3"
