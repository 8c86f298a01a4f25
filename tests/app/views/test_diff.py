"""What changed since a revision of git, in words."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from conftest import MORE, SHEET, Kb, run
from repositories import commit, git

from kb.app import knowledge_base
from kb.workspace.catalogs.catalog import Known
from kb.workspace.catalogs.differences import differences


@pytest.fixture
def kept(kb: Kb) -> Kb:
    """The small knowledge base, in git."""
    git(kb.root, "init", "-q", "-b", "main")
    commit(kb)
    return kb


def rows(kb: Kb, *arguments: str) -> list[dict[str, str]]:
    done = kb("diff", *arguments, "--format", "json")
    assert done.code == 0, done
    found: list[dict[str, str]] = json.loads(done.out)
    return found


def test_nothing_changed(kept: Kb) -> None:
    before = kept.tree()
    done = kept("diff")
    assert (done.code, done.out.strip()) == (0, "")
    assert "nothing changed" in done.err
    assert kept.tree() == before
    assert git(kept.root, "status", "--porcelain") == ""


def test_status_changes_come_first_then_claims_assertions_and_entities(kept: Kb) -> None:
    more = SHEET.replace("- claim: The coastguard entered Oldport", "- claim: The boats left Oldport\n  kind: event\n"
                         "  said:\n  - by: lukin\n    at: 7 On Sunday the boats left\n- claim: The coastguard entered Oldport")  # fmt: skip
    more = more.replace(
        "  - by: layla\n    denies: unspecified\n    at: 6 denied on Sunday … pier\n", ""
    )
    more = more.replace("as Coastguard, the guard", "as Coastguard, the guard, harbour guard")
    done = kept.sheet(more.replace("new:", "new:\n  ferry: object; as the ferry"))
    assert done.code == 0, done.err
    file = kept.file("source")
    blocks = file.read_text().split("\n\n")
    file.write_text(
        "\n\n".join(
            b
            for b in blocks
            if not b.startswith(
                "<assertion/2024-quarrel.the-coastguard-controls-the-pier.layla.denies"
            )
        )
    )
    found = rows(kept)
    kinds = [r["kind"] for r in found]
    assert kinds == sorted(kinds, key=["status", "claim", "assertion", "entity"].index)
    assert (
        "status",
        "the-coastguard-controls-the-pier",
        "status",
        "disputed",
        "single-voice",
    ) in {(r["kind"], r["id"], r["field"], r["old"], r["new"]) for r in found}
    changes = {(r["kind"], r["change"]) for r in found}
    assert {
        ("claim", "added"),
        ("assertion", "added"),
        ("assertion", "removed"),
        ("entity", "added"),
        ("entity", "changed"),
    } <= changes
    (entity,) = (r for r in found if r["kind"] == "entity" and r["change"] == "changed")
    assert (entity["field"], entity["old"], entity["new"]) == (
        "also",
        "the guard",
        "the guard|harbour guard",
    )
    done = kept("diff")
    assert (
        done.out.index("statuses")
        < done.out.index("claims")
        < done.out.index("assertions")
        < done.out.index("entities")
    )
    assert "status: disputed → single-voice" in done.out
    assert "added The boats left Oldport (single-voice)" in done.out
    assert "removed ليلى المرسي denies: The coastguard controls the pier" in done.out


def test_a_field_is_shown_as_it_was_and_as_it_is(kept: Kb) -> None:
    assert (
        kept.sheet(
            SHEET.replace("  when: Friday\n", "  when: Saturday\n", 1).replace(
                "at: 4 Two residents confirmed … night", "at: 4 Two … Oldport"
            )
        ).code
        == 0
    )
    found = {(r["kind"], r["field"]): (r["old"], r["new"]) for r in rows(kept)}
    assert found["claim", "begin earliest"] == ("2024-03-01", "2024-02-24")
    assert found["claim", "when"] == ("Friday", "Saturday")
    old, new = found["assertion", "quote"]
    assert old != new
    assert "“Two" in new
    assert not any(field in {"recorded", "invalidated", "revision of"} for _, field in found)


def test_two_revisions_are_compared_without_the_work_tree(kept: Kb) -> None:
    assert kept.sheet(MORE).code == 0
    commit(kept)
    git(kept.root, "tag", "second")
    file = kept.file("source")
    good = file.read_text()
    file.write_text("this is not Turtle")
    assert {r["change"] for r in rows(kept, "HEAD~1..second") if r["kind"] == "claim"} == {"added"}
    assert {r["change"] for r in rows(kept, "second..HEAD~1") if r["kind"] == "claim"} == {
        "removed"
    }
    assert rows(kept, "HEAD~1..") == rows(kept, "HEAD~1..second")
    assert kept("diff").code == 1
    file.write_text(good)
    assert rows(kept, "HEAD~1") == rows(kept, "HEAD~1..second")


def test_a_withdrawn_record_is_not_merely_removed() -> None:
    from datetime import UTC, datetime

    from kb.model.records import Claim

    old, new = Known(), Known()
    claim = Claim("a-b", statement="A is B")
    old.add(claim, "claims/main/claims/x.ttl")
    gone = Claim(
        "a-b",
        statement="A is B",
        invalidated=datetime(2024, 3, 5, tzinfo=UTC),
        invalidated_because="misread",
    )
    new.add(gone, "claims/main/history/claims/x.ttl")
    (change,) = differences(old, new, {}, {})
    assert (change.change, change.words) == ("withdrawn", "A is B: misread")
    (change,) = differences(old, Known(), {}, {})
    assert (change.change, change.words) == ("removed", "A is B")


def test_a_knowledge_base_inside_a_larger_repository_is_found_and_nothing_outside_is_read(
    kb: Kb, tmp_path: Path
) -> None:
    (kb.root / "claims/main/link.ttl").symlink_to(tmp_path / "elsewhere.ttl")
    (tmp_path / "elsewhere.ttl").write_text("not Turtle")
    git(tmp_path, "init", "-q", "-b", "main")
    (kb.root / ".gitattributes").write_text("*.ttl export-ignore text eol=crlf\n")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-q", "-m", "a state")
    (kb.root / "claims/main/link.ttl").unlink()
    assert rows(kb) == []
    assert kb.sheet(MORE).code == 0
    assert {r["kind"] for r in rows(kb)} >= {"claim", "assertion"}


def test_inside_a_hook_the_repository_around_the_knowledge_base_is_meant(kept: Kb) -> None:
    done = kept("diff", GIT_DIR="/nowhere", GIT_INDEX_FILE="/nowhere/index")
    assert (done.code, "nothing changed" in done.err) == (0, True)


def test_without_git_there_is_a_way_out(kb: Kb) -> None:
    said = kb.refuses(
        2,
        "diff",
        says=("is not in a git repository", "git init", "kb log"),
        GIT_CEILING_DIRECTORIES=str(kb.root.parent),
    )
    assert "fatal" not in said
    git(kb.root, "init", "-q", "-b", "main")
    kb.refuses(2, "diff", says=("no commit yet", "git commit"))
    bare = str(kb.root.parent / "bin")
    done = kb("diff", PATH=bare)
    assert (done.code, "git is not installed" in done.err) == (2, True)


@pytest.mark.parametrize(
    ("revision", "says"),
    [
        ("maim", "main"),
        ("nowhere", "git log"),
        ("main...HEAD", "kb diff main..HEAD"),
        ("--output=x", "kb diff --help"),
        ("-- --output=x", "git log"),
        ("$(touch x)", "git log"),
        ("main;touch x", "git log"),
        ("main:kb.toml", "git log"),
    ],
)
def test_a_revision_that_git_does_not_have_is_refused(kept: Kb, revision: str, says: str) -> None:
    words = ["--", revision.removeprefix("-- ")] if revision.startswith("-- ") else [revision]
    kept.refuses(2, "diff", *words, says=(says,))
    assert not (kept.root / "x").exists()


def test_a_revision_before_the_knowledge_base_began_is_refused(kb: Kb) -> None:
    git(kb.root, "init", "-q", "-b", "main")
    git(kb.root, "commit", "-q", "--allow-empty", "-m", "nothing yet")
    git(kb.root, "tag", "first")
    commit(kb)
    kb.refuses(2, "diff", "first", says=("no kb.toml", "git log"))


def test_every_format_has_the_same_rows(kept: Kb) -> None:
    assert kept.sheet(MORE).code == 0
    wanted = [(r["kind"], r["id"], r["field"] or "") for r in rows(kept)]
    table = list(csv.DictReader(io.StringIO(kept("diff", "--format", "csv").out)))
    assert [(r["kind"], r["id"], r["field"]) for r in table] == wanted
    assert [(c.kind, c.id, c.field) for c in knowledge_base.open(str(kept.root)).diff()] == wanted


def test_an_empty_knowledge_base_differs_in_nothing(tmp_path: Path) -> None:
    root = tmp_path / "none"
    assert run("init", root, cwd=tmp_path).code == 0
    kb = Kb(root)
    git(root, "init", "-q", "-b", "main")
    commit(kb)
    assert rows(kb) == []
