"""Taking back what was done, record by record, and telling what was done."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

from conftest import MORE, Kb
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.rdf import turtle_writer
from kb.rdf.turtle_reader import blocks
from kb.workspace.log import log_entries

BASE = "https://example.org/x/"
# The newer command of the two by which the small knowledge base came to be.
SHEET, SOURCE = 2, 1


def test_an_undo_takes_back_the_whole_command_byte_for_byte_and_again_the_one_before(
    kb: Kb,
) -> None:
    before = kb.tree()
    assert kb.sheet(MORE).code == 0
    assert kb("fmt").code == 0
    done = kb("undo")
    assert (done.code, kb.tree()) == (0, before)
    assert "removed   claim/northland-controls-the-pier" in done.out
    assert "kb undo 4 runs it again" in done.out
    done = kb("undo")
    assert "Reverted 2 " in done.out
    assert "claims 0" not in kb("stats").out
    assert kb("list", "claims", "--format", "csv").out.count("\n") == 1
    assert kb("undo").code == 0
    assert kb("list", "sources", "--format", "csv").out.count("\n") == 1
    assert [p for p in kb.tree() if p.startswith("claims/")] == []
    kb.refuses(2, "undo", says=("there is nothing to undo", "kb log"))
    for number in (6, 5):
        assert kb("undo", str(number)).code == 0
    assert kb.tree() == before


def test_a_dry_run_says_it_and_writes_nothing(kb: Kb) -> None:
    before, journal = kb.tree(), sorted((kb.root / ".journal/log").iterdir())
    done = kb("undo", "--dry-run")
    assert "Would revert 2 " in done.out
    assert "removed   entity/coastguard" in done.out
    assert (kb.tree(), sorted((kb.root / ".journal/log").iterdir())) == (before, journal)


def test_an_undo_of_an_undo_does_the_command_again(kb: Kb) -> None:
    kb.sheet(MORE)
    after = kb.tree()
    assert kb("undo").code == 0
    kb.refuses(2, "undo", "3", says=("3 was undone already, by entry 4", "kb undo 4 restores it"))
    assert "restored  claim/northland-controls-the-pier" in kb("undo", "4").out
    assert kb.tree() == after
    assert "Reverted 3 " in kb("undo").out, "what was done again can be taken back again"


def test_a_record_that_changed_since_is_named_and_nothing_is_undone(kb: Kb) -> None:
    path = kb.file("entities.ttl")
    path.write_text(path.read_text().replace('"Oldport"', '"Oldport Town"'))
    kb.refuses(4, "undo", says=("changed since: entity/oldport; nothing was undone", "kb log ID"))


def test_other_changes_to_the_same_file_stay(kb: Kb) -> None:
    kb.sheet(MORE)
    path = kb.file("source")
    path.write_text(path.read_text() + "\n# a remark at the end\n")
    assert kb("undo").code == 0
    assert "# a remark at the end" in path.read_text()
    assert "northland-controls-the-pier" not in path.read_text()


def test_an_older_command_that_others_rest_on_is_not_taken_back(kb: Kb) -> None:
    kb.sheet(MORE)
    kb.refuses(4, "undo", str(SHEET), says=("nothing was undone",))
    kb.refuses(4, "undo", str(SOURCE), says=("nothing was undone",))


def test_layout_is_taken_back_as_well(kb: Kb) -> None:
    path = kb.file("entities.ttl")
    text = path.read_text()
    path.write_text("# by hand\n" + text.replace(" ;\n    ", ";  "))
    by_hand = path.read_text()
    assert kb("fmt").code == 0
    assert path.read_text() != by_hand
    assert kb("undo").code == 0
    assert path.read_text() == by_hand
    assert kb("undo").code == 0, "what says the same in another layout is not changed"


def test_a_number_that_is_not_there_and_a_damaged_entry_are_answered(kb: Kb) -> None:
    kb.refuses(2, "undo", "99", says=("there is no entry 99", "kb log"))
    file = kb.root / ".journal/log/00000002.json"
    file.write_bytes(file.read_bytes()[:-20])
    kb.refuses(3, "undo", says=("is damaged", "kb fsck"))
    assert "unreadable: " in kb("log").out


# --- the log


def rows(kb: Kb, *args: str) -> list[dict[str, str]]:
    return json.loads(kb("log", *args, "--format", "json").out)


def test_the_log_tells_commands_newest_first(kb: Kb) -> None:
    kb.sheet(MORE)
    kb("undo")
    found = rows(kb)
    assert [r["entry"] for r in found] == [4, 3, 2, 1]
    assert [r["command"].split()[0] for r in found] == ["undo", "add", "add", "add"]
    assert found[1]["did"] == "2 added"
    assert found[0]["did"] == "2 removed"


def test_the_log_of_a_record_tells_what_changed_in_it_also_when_it_is_gone(kb: Kb) -> None:
    kb.sheet(MORE)
    kb.sheet(
        MORE.replace("what: northland > controls > pier", "what: northland > controls > oldport")
    )
    found = rows(kb, "northland-controls-the-pier")
    assert found[-1]["did"] == "added claim/northland-controls-the-pier"
    kb("undo", str(rows(kb)[0]["entry"]))
    while "northland-controls-the-pier" in kb("list", "claims").out:
        kb("undo")
    assert rows(kb, "claim/northland-controls-the-pier")[0]["did"].startswith("removed")
    kb.refuses(2, "log", "northland-controls-the-pir", says=("did you mean",))


def test_the_log_tells_a_correction_in_the_words_of_its_fields_and_a_withdrawal_with_its_reason(
    kb: Kb,
) -> None:
    kb.sheet(MORE)
    assert kb("edit", "northland-controls", "place=oldport", "held=some").code == 0
    assert kb("withdraw", "northland-controls", "--why", "he spoke of another pier").code == 0
    claim = "claim/northland-controls-the-pier"
    assert [r["did"] for r in rows(kb, claim)[:2]] == [
        f"withdrawn {claim}: he spoke of another pier",
        f"changed {claim}: place nothing → oldport, held nothing → some",
    ]
    assert [r["did"] for r in rows(kb)[:3]] == ["2 withdrawn", "1 changed", "2 added"]


def test_the_log_of_a_record_follows_its_renames_back(kb: Kb) -> None:
    kb.sheet(MORE)
    assert kb("edit", "northland-controls-the-pier", "held=some").code == 0
    assert kb("rename", "northland-controls-the-pier", "pier-held").code == 0
    assert kb("edit", "pier-held", "place=oldport").code == 0
    assert kb("rename", "claim/pier-held", "claim/pier-taken").code == 0
    first = [
        "changed claim/northland-controls-the-pier: held nothing → some",
        "added claim/northland-controls-the-pier",
    ]
    renamed = "renamed claim/northland-controls-the-pier → claim/pier-held"
    whole = [
        "renamed claim/pier-held → claim/pier-taken",
        "changed claim/pier-held: place nothing → oldport",
        renamed,
        *first,
    ]
    assert [r["did"] for r in rows(kb, "pier-taken")] == whole
    assert [r["did"] for r in rows(kb, "pier-held")] == whole, (
        "an id that is gone is followed as well"
    )
    assert [r["did"] for r in rows(kb, "northland-controls-the-pier")] == [renamed, *first]
    assert kb("undo").code == 0
    assert [r["did"] for r in rows(kb, "pier-held")] == [
        "renamed claim/pier-taken → claim/pier-held",
        *whole,
    ]


def test_what_came_without_a_journal_is_told_after_a_rename_and_nothing_twice(kb: Kb) -> None:
    assert kb("rename", "2024-quarrel", "2024-row").code == 0
    assert [r["did"] for r in rows(kb, "2024-row")] == [
        "renamed source/2024-quarrel → source/2024-row",
        "added source/2024-quarrel",
    ]
    assert [r["entry"] for r in rows(kb)] == [3, 2, 1]
    shutil.rmtree(kb.root / ".journal")
    assert kb("rename", "2024-row", "2024-again").code == 0
    assert [r["did"] for r in rows(kb, "2024-again")] == [
        "renamed source/2024-row → source/2024-again",
        "recorded source/2024-again",
    ]


def test_a_clone_without_a_journal_tells_what_its_records_tell(kb: Kb) -> None:
    shutil.rmtree(kb.root / ".journal")
    found = rows(kb)
    assert {r["entry"] for r in found} == {None}
    assert found[0]["who"] == "ab"
    assert found[0]["did"].endswith(" recorded")
    claim = json.loads(kb("list", "claims", "--format", "json").out)[0]["claim"]
    assert rows(kb, claim)[0]["did"] == f"recorded claim/{claim}"
    kb.refuses(2, "undo", says=("nothing to undo",))


# --- blocks put back word for word

NAMES = st.lists(st.sampled_from("abcdefgh"), unique=True, max_size=6)


def file_of(names: list[str], text: str) -> str:
    """A canonical file of these entities."""
    one = "\n".join(
        f'\n<entity/{n}>\n    a kb:Entity ;\n    skos:prefLabel "{text}" .' for n in sorted(names)
    )
    return turtle_writer.heading(BASE) + one + "\n" if names else ""


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(NAMES, NAMES, st.sampled_from("xy"))
def test_changes_lead_back_to_every_byte_of_a_canonical_file(
    before: list[str], after: list[str], text: str
) -> None:
    one, other = file_of(before, "x"), file_of(after, text)
    changes = list(log_entries.changes("f.ttl", one, other, BASE))
    assert log_entries.reverted(other, changes, BASE) == one


def test_a_block_is_put_back_word_for_word() -> None:
    text = file_of(["a", "c"], "x")
    odd = '<entity/b>   a kb:Entity; # why\n  skos:prefLabel "x" .'
    with_it = turtle_writer.restore(text, {f"{BASE}entity/b": odd}, BASE)
    assert odd in with_it
    assert [b.subject.rpartition("/")[2] for b in blocks(with_it, BASE) if b.subject] == [
        "a",
        "b",
        "c",
    ]
    assert turtle_writer.restore(with_it, {f"{BASE}entity/b": ""}, BASE) == text


def test_git_reverts_what_other_people_did(kb: Kb, tmp_path: Path) -> None:
    """What came by git has no entry here; the message of an undo that finds none says so."""
    shutil.rmtree(kb.root / ".journal")
    subprocess.run(["git", "init", "-q"], cwd=kb.root, check=True)
    assert "git revert" in kb("undo").err
