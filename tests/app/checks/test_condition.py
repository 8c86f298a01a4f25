"""What cannot be read, is missing, or does not fit is said by every command alike, and a script notices."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import MORE, Kb, run, surroundings

from kb.workspace.files import folder

# Commands that answer from the records.
READERS = (
    "status", "list claims", "show claim/northland-sent-tugs-to-oldport", "find tugs", "query disputed", "export facts", "facts",
    "stats", "contradictions", "overview", "log", "coverage", "inbox", "forecasts", "fragile", "queries", "read 2024-quarrel",
    "changes --from 2024-01-01 --to 2024-12-31", "list claims --as-of 2024-12-31", "index",
)  # fmt: skip
WRITERS = (
    "add entity tug object --as Tug",
    "edit northland also=NC",
    'judge verdict northland-sent --verdict sure --why "x"',
    "fmt",
)
NOBODY = 65534


def every_reader_says(
    kb: Kb, *words: str, code: int = 1, commands: tuple[str, ...] = READERS
) -> None:
    """Each command names it on stderr and ends with this code."""
    for command in commands:
        done = kb(*command.split())
        assert (command, done.code) == (command, code), done
        for word in words:
            assert word in done.err, (command, done)


def every_writer_refuses(kb: Kb, *words: str) -> None:
    """Nothing is written while something could be recorded twice."""
    for command in WRITERS:
        kb.refuses(1, *command.split(), says=(*words, "nothing was written"))
    kb.refuses(1, "add", "--from", kb.write("more.yaml", MORE), says=words)


def test_a_whole_knowledge_base_says_nothing(kb: Kb) -> None:
    for command in READERS:
        done = kb(*command.split())
        assert (command, done.code) == (command, 0), done
        assert "warning" not in done.err, done


def test_a_file_that_is_not_turtle_is_named_by_every_command_and_stops_writers(kb: Kb) -> None:
    kb.file("entities.ttl").write_text("<a> <b>\n", encoding="utf-8")
    reading = tuple(c for c in READERS if not c.startswith(("show", "export")))
    every_reader_says(
        kb, "warning: claims/main/entities.ttl cannot be read", "line 2", commands=reading
    )
    every_writer_refuses(kb, "claims/main/entities.ttl:2:1: error turtle-syntax")


def test_what_another_user_may_not_read_is_named_and_the_rest_is_answered(kb: Kb) -> None:
    """As root, permissions do not count: the command is run as somebody else there."""
    skip_unless_another_user_can_run(kb)
    for place in (kb.root, *kb.root.rglob("*")):
        place.chmod(0o777 if place.is_dir() else 0o666)
    reachable(kb)
    locked = kb.file("claims")
    locked.chmod(0)
    try:
        for command in ("status", "list claims", "validate", "add entity tug object --as Tug"):
            done = as_another_user(kb, *command.split())
            assert done.returncode == 1, (command, done)
            assert "claims/main/claims" in done.stderr + done.stdout, (command, done)
            assert "Permission denied" in done.stderr + done.stdout, (command, done)
            assert "Traceback" not in done.stderr
    finally:
        locked.chmod(0o755)


def test_who_may_not_read_the_log_and_the_documents_is_answered_from_the_rest(kb: Kb) -> None:
    if os.geteuid():
        pytest.skip("what root has made private is opened as another user")
    skip_unless_another_user_can_run(kb)
    reachable(kb)
    for command, code in (("list claims", 0), ("find tugs", 1), ("log", 1), ("fsck", 3)):
        done = as_another_user(kb, *command.split())
        assert done.returncode == code, (command, done)
        assert ".journal: the log cannot be read" in done.stderr
        assert "Traceback" not in done.stderr
    assert "northland-sent-tugs-to-oldport" in as_another_user(kb, "list", "claims").stdout


def skip_unless_another_user_can_run(kb: Kb) -> None:
    """Where root is the only one who may start this Python, nobody else can be tried."""
    if os.geteuid() == 0 and not shutil.which("setpriv"):
        pytest.skip("root reads everything, and setpriv is not installed")
    if as_another_user(kb, "--version").returncode:
        pytest.skip("root reads everything, and nobody else may start this Python")


def reachable(kb: Kb) -> None:
    """Let other users come as far as the knowledge base."""
    for parent in kb.root.parents:
        if parent.stat().st_uid == os.geteuid() and parent != Path("/tmp"):
            parent.chmod(parent.stat().st_mode | 0o011)


def as_another_user(kb: Kb, *args: str) -> subprocess.CompletedProcess[str]:
    """Run a command without the rights of root."""
    drop = (
        ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
        if os.geteuid() == 0
        else []
    )
    command = [*drop, sys.executable, "-m", "kb", "--kb", str(kb.root), *args]
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        env=surroundings(HOME=str(kb.root)),
        cwd="/",
        timeout=60,
    )


@pytest.mark.skipif(
    os.geteuid() == 0,
    reason="root reads whatever its permissions are; the test above runs as another user there",
)
def test_a_file_without_permissions_is_named(kb: Kb) -> None:
    kb.file("entities.ttl").chmod(0)
    every_reader_says(
        kb, "claims/main/entities.ttl cannot be read", commands=("status", "list claims")
    )


def test_a_file_that_is_gone_is_named_by_every_command_until_it_is_accepted(kb: Kb) -> None:
    kb.file("claims/general.ttl").unlink()
    reading = tuple(c for c in READERS if not c.startswith("show"))
    every_reader_says(
        kb,
        "claims/main/claims/general.ttl was removed outside kb",
        "kb fsck --accept",
        commands=reading,
    )
    every_writer_refuses(kb, "missing-file", "kb fsck --accept")
    for command in ("validate", "fsck"):
        done = kb(command)
        assert done.code == 1
        assert (done.out + done.err).count(
            "claims/main/claims/general.ttl: error missing-file"
        ) == 1
    kb("fsck", "--accept")
    assert "removed outside" not in kb("status").err


def test_claims_that_are_gone_are_no_empty_knowledge_base(kb: Kb) -> None:
    shutil.rmtree(kb.root / "claims")
    done = kb("list", "claims")
    assert done.code == 1
    assert "was removed outside kb" in done.err
    assert "yet" not in done.err
    assert kb("validate").code == kb("fsck").code == 1
    shutil.rmtree(kb.root / ".journal/log")
    (kb.root / ".journal/digests.json").unlink()
    assert kb("list", "claims").code == 0


def test_no_claims_yet_is_said_of_a_new_knowledge_base_only(empty: Kb) -> None:
    assert "no claims yet" in empty("list", "claims").err


def test_another_checkout_of_git_is_no_loss(kb: Kb) -> None:
    def git(*args: str) -> None:
        """Run git here, as nobody in particular."""
        names = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
        subprocess.run(["git", *names, *args], cwd=kb.root, check=True, capture_output=True)

    git("init", "-q", "-b", "main")
    git("add", "-A")
    git("commit", "-qm", "first")
    git("checkout", "-qb", "other")
    note = kb.write("note.txt", "A note of the harbour.\n")
    assert kb("add", "source", note, "--id", "note").code == 0
    git("add", "-A")
    git("commit", "-qm", "note")
    git("checkout", "-q", "main")
    done = kb("status")
    assert done.code == 0
    assert "claims/main/sources/note.ttl" in done.err
    assert "kb fsck --accept" in done.err
    assert kb("add", "entity", "tug", "object", "--as", "Tug").code == 0


def test_a_base_that_fits_no_record_is_said_with_the_one_that_would(kb: Kb) -> None:
    path = kb.root / "kb.toml"
    path.write_text(path.read_text().replace("example.org/quarrel/", "example.org/quarel/"))
    says = ("kb.toml:2", 'base = "https://example.org/quarrel/" would fit')
    reading = tuple(c for c in READERS if not c.startswith(("show", "read")))
    every_reader_says(kb, *says, commands=reading)
    kb.refuses(1, "add", "entity", "tug", "object", "--as", "Tug", says=says)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('polcy = "cautious-1"', ("there is no key “polcy”", "did you mean policy")),
        ("[server]", ("there is no key “server”",)),
        ('policy = "nope-1"', ("there is no policy “nope-1”",)),
        ("policy = 3", ("policy must be text",)),
        ('collection = "../out"', ("collection must be the name of one folder",)),
        ('language = "in English"', ("language must be a language tag",)),
        ("format = 99", ("format 99",)),
        ("format = true", ("format must be a number",)),
    ],
)
def test_settings_that_mean_nothing_are_refused_by_every_command(
    kb: Kb, line: str, says: tuple[str, ...]
) -> None:
    path = kb.root / "kb.toml"
    key = line.partition(" ")[0]
    kept = [row for row in path.read_text().splitlines() if not row.startswith(f"{key} ")]
    path.write_text("\n".join([*kept, line, ""]))
    for command in (
        "status",
        "list claims",
        "validate",
        "fsck",
        "add entity tug object --as Tug",
        "log",
        "query disputed",
    ):
        kb.refuses(3, *command.split(), says=(f"kb.toml:{len(kept) + 1}", *says))


def test_keys_of_other_programs_are_left_to_them(kb: Kb) -> None:
    path = kb.root / "kb.toml"
    path.write_text(f'{path.read_text()}x-mine = 3\n[x-other]\na = "b"\n')
    assert kb("status").code == 0


@pytest.mark.parametrize("text", [b"<a> <b>", b"\xff\xfe", b"<a> <b> <c>\n<d>"])
def test_a_broken_ontology_file_is_named_by_every_command_and_by_validate_with_its_place(
    kb: Kb, text: bytes
) -> None:
    (kb.root / "ontology").mkdir()
    (kb.root / "ontology/mine.ttl").write_bytes(text)
    every_reader_says(
        kb,
        "warning: ontology/mine.ttl",
        commands=("status", "list claims", "query disputed", "stats"),
    )
    done = kb("validate")
    assert done.code == 1
    assert "ontology/mine.ttl" in done.out


def test_a_broken_own_file_of_a_shipped_name_leaves_the_shipped_one_in_force(kb: Kb) -> None:
    before = kb("status", "--format", "csv").out
    (kb.root / "ontology").mkdir()
    (kb.root / "ontology/policies.ttl").write_text("<a> <b>")
    done = kb("status", "--format", "csv")
    assert (done.code, done.out) == (1, before)
    assert "warning: ontology/policies.ttl" in done.err


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("#+ summary: [a\nSELECT * {}", 1),
        ("#+ summary: Who?\nSELECT * { ?s ?p", 2),
        ("SELECT * { ?s ?p ?o }", 1),
        ("\xff", 0),
    ],
)
def test_a_broken_query_is_named_by_every_command_and_stops_only_who_asks_it(
    kb: Kb, text: str, line: int
) -> None:
    own = kb.root / "queries/questions"
    own.mkdir(parents=True)
    (own / "mine.rq").write_bytes(text.encode("latin-1"))
    said = f"warning: queries/questions/mine.rq{f':{line}' if line else ''}"
    every_reader_says(
        kb,
        said,
        code=0,
        commands=(
            "status",
            "list claims",
            "query disputed",
            "stats",
            "add entity tug object --as Tug",
        ),
    )
    every_reader_says(kb, said, commands=("queries",))
    kb.refuses(2, "query", "mine")
    done = kb("validate")
    assert done.code == 1
    assert "queries/questions/mine.rq" in done.out
    assert kb("fsck").code == 1


@pytest.mark.parametrize(
    "name",
    [
        "entities copy.ttl",
        "50%.ttl",
        "a#b.ttl",
        "a?b.ttl",
        'a"b<c>.ttl',
        "вода.ttl",
        "a\\b{c}|^`.ttl",
    ],
)
def test_an_ordinary_name_works_whatever_an_iri_may_contain(kb: Kb, name: str) -> None:
    before = kb("status", "--format", "csv").out
    kb.file("claims/general.ttl").rename(kb.file(f"claims/{name}"))
    kb("fsck", "--accept")
    for command in ("status --format csv", "validate", "fsck", "query disputed", "export nquads"):
        done = kb(*command.split())
        assert done.code == 0, done
        assert "warning" not in done.err or "0 warnings" in done.err, done
    assert kb("status", "--format", "csv").out == before
    assert kb("edit", "northland-sent-tugs", "when=2024-03-01").code == 0
    assert kb("validate").code == 0


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (b"a\nb.ttl", "a\\x0ab.ttl"),
        (b"a\xff.ttl", "a\\xff.ttl"),
        ("a\u202eb.ttl".encode(), "a\\u202eb.ttl"),
        (b"a\x1b[31m.ttl", "a\\x1b[31m.ttl"),
    ],
)
def test_a_name_that_cannot_be_shown_is_escaped_and_its_file_is_not_read(
    kb: Kb, name: bytes, shown: str
) -> None:
    shutil.copy(kb.file("entities.ttl"), os.path.join(os.fsencode(kb.root), b"claims/main", name))
    every_reader_says(kb, shown, commands=("status", "list claims", "stats"))
    done = kb("validate")
    assert done.code == 1
    assert shown in done.out
    assert kb("validate", "--format", "github").code == 1


def test_names_that_differ_only_in_case_are_a_warning(kb: Kb) -> None:
    kb.file("Entities.ttl").write_text("")
    every_reader_says(
        kb, "differs from", "only in case", code=0, commands=("status", "list claims")
    )


@pytest.mark.parametrize(
    "place", ["claims/main/x.ttl", "ontology/x.ttl", "queries/questions/x.rq", "documents/x.txt"]
)
@pytest.mark.parametrize("kind", ["pipe", "folder", "loop", "outside", "nowhere"])
def test_what_is_no_file_is_named_and_never_opened(kb: Kb, place: str, kind: str) -> None:
    before = kb("status", "--format", "csv").out
    path = kb.root / place
    path.parent.mkdir(parents=True, exist_ok=True)
    secret = kb.write("secret", "secret words")
    match kind:
        case "pipe":
            os.mkfifo(path)
        case "folder":
            path.mkdir()
        case "loop":
            path.symlink_to(path.name)
        case "outside":
            path.symlink_to(secret)
        case "nowhere":
            path.symlink_to("gone")
    for command in (
        "status --format csv",
        "list claims",
        "validate",
        "inbox",
        "find words",
        "queries",
    ):
        done = kb(*command.split())
        assert place in done.err + done.out, (command, done)
        assert "secret words" not in done.out + done.err
    assert kb("status", "--format", "csv").out == before


def test_a_link_to_a_file_that_is_read_anyway_adds_nothing(kb: Kb) -> None:
    before = kb("status", "--format", "csv").out
    kb.file("again.ttl").symlink_to("entities.ttl")
    (kb.root / "claims/circle").symlink_to("..")
    done = kb("status", "--format", "csv")
    assert (done.code, done.out) == (0, before)
    assert "claims/main/again.ttl" in done.err
    assert kb("validate").code == 0


def test_a_verdict_is_not_believed_when_the_bytes_are_others(kb: Kb) -> None:
    path = kb.file("entities.ttl")
    text, stat = path.read_bytes(), path.stat()
    kb("status")
    path.write_bytes(b"<" * len(text))
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert kb("list", "claims").code == 1
    path.write_bytes(text)
    assert kb("list", "claims").code == 0


def test_a_damaged_memory_is_as_none(kb: Kb) -> None:
    kb("status")
    for damage in (b"", b"{}", b"\xff\n{}", b"x\n[1]"):
        (kb.root / ".kb/condition.json").write_bytes(damage)
        assert kb("list", "claims").code == 0


def test_settings_that_are_no_file_are_an_unreadable_knowledge_base(kb: Kb) -> None:
    (kb.root / "kb.toml").unlink()
    os.mkfifo(kb.root / "kb.toml")
    assert run("--kb", kb.root, "status", cwd=kb.root.parent).code == 3


def test_a_graph_leads_back_to_its_file() -> None:
    place = folder.Folder(Path(), "https://x.org/", "main", "default-1", "en")
    for name in ("claims/a b.ttl", "claims/100%.ttl", "claims/%20.ttl", "claims/ü#?.ttl"):
        assert place.name_of(place.graph(name)) == name
