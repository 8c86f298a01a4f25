"""Whatever a document, a record, a name or a server says, no control of the terminal reaches
whoever reads the output.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import Kb, surroundings
from terminals import on_a_terminal

from kb.__main__ import main
from kb.cli import COMMANDS

# Moves the cursor, renames the window, rings, deletes, reorders.
HOSTILE = "\x1b]0;owned\x07\x1b[2J\x9b31m\x7f\u202e\u2066\u200f\r!"
IN_TURTLE = "".join(f"\\u{ord(c):04X}" for c in HOSTILE)
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
TEXT = f"A quarrel {HOSTILE}\n\nThe coastguard said {HOSTILE} that the boats had left.\nNobody {HOSTILE} was asked.\n"
SHEET = "source: bad\nclaims:\n- claim: The boats had left\n  kind: event\n  said:\n  - by: coastguard\n"
TABLES = ("table", "md", "json", "ndjson")


@pytest.fixture(scope="module")
def bad(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Kb:
    """A knowledge base whose names, statements, titles, notes, texts, log and files are hostile, as
    one from a stranger can be.
    """
    kb = Kb(shutil.copytree(made, tmp_path_factory.mktemp("bad") / "quarrel"))
    note = kb.write("note.txt", TEXT)
    assert (
        kb("add", "source", note, "--id", "bad", "--title", "Bad", "--published", "2024-03-05").code
        == 0
    )
    passage = json.dumps(f"4 Nobody {HOSTILE}")
    sheet = f"{SHEET}    at: {passage}\n"
    assert kb.sheet(sheet).code == 0
    for old, name in (
        ("Coastguard", "entities.ttl"),
        ("The boats had left", "claims/general.ttl"),
        ("Bad", "sources/bad.ttl"),
    ):
        path = kb.root / "claims/main" / name
        text = path.read_text(encoding="utf-8")
        assert f'"{old}"' in text
        path.write_text(text.replace(f'"{old}"', f'"{old} {IN_TURTLE}"'), encoding="utf-8")
    (kb.root / "mine.rq").write_text(f'SELECT ("{IN_TURTLE}" AS ?x) {{}}', encoding="utf-8")
    (kb.root / "triples.rq").write_text(
        f'CONSTRUCT {{ <urn:a> <urn:b> "{IN_TURTLE}" }} {{}}', encoding="utf-8"
    )
    (kb.root / f"f{HOSTILE}.txt").write_text(f"T{HOSTILE}\n\nwords\n", encoding="utf-8")
    git = [
        "git",
        "-c",
        "user.name=x",
        "-c",
        "user.email=x@example.org",
        "-c",
        "commit.gpgsign=false",
    ]
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", HOSTILE.replace("\r", "")]):
        subprocess.run(
            [*git, *command], cwd=kb.root, check=True, capture_output=True, env=surroundings()
        )
    return kb


def lines() -> list[list[str]]:
    """Every command, as people use it, and with hostile arguments."""
    claim = "the-boats-had-left"
    return [
        ["--help"], ["--version"], [f"--{HOSTILE}"], [HOSTILE], ["status", f"--{HOSTILE}"], ["status", HOSTILE], ["show", HOSTILE],
        *(["status", "--format", f] for f in TABLES), ["status", claim, "--why"], ["status", "--only", HOSTILE], ["status", "-f", HOSTILE],
        ["list"], ["list", "sources", "--format", "md"], ["list", "entities", "--format", "json"], ["list", HOSTILE],
        ["read", "bad"], ["read", HOSTILE], ["sheet", "bad"], ["inbox"], ["coverage"], ["coverage", "bad"], ["show", claim],
        ["show", claim, "--history"], ["show", "coastguard"], ["show", "source/bad"], ["find", "boats"], ["find", HOSTILE],
        ["changes", "2024-01-01", "2024-12-01"], ["facts"], ["contradictions"], ["forecasts"], ["fragile"], ["overview"], ["stats"],
        *(["query", name, "--format", f] for name in ("timeline", "mine.rq") for f in TABLES), ["query", "triples.rq"],
        ["query", HOSTILE], ["query", "said-by", f"speaker={HOSTILE}"], ["query", "disputed", "--endpoint", f"http://127.0.0.1:9/{HOSTILE}"],
        ["queries"], ["queries", HOSTILE], ["log"], ["log", HOSTILE], ["log", "--format", "md"], ["undo", "--dry-run"], ["diff", "HEAD"],
        ["diff", HOSTILE], ["validate"], ["validate", "--format", "github"], ["validate", "--format", "json"], ["validate", HOSTILE],
        ["fsck"], ["fmt", "--check"], ["explain", HOSTILE], ["export", HOSTILE], ["export", "turtle", "--output", f"/nowhere/{HOSTILE}"],
        ["index"], ["migrate"], ["init", "."], ["add", "source", f"f{HOSTILE}.txt"], ["add", "source", HOSTILE], ["add", "--from", HOSTILE],
        ["add", "source", "mine.rq", "--published", HOSTILE], ["add", "entity", HOSTILE, "person"], ["edit", claim, f"{HOSTILE}=x"],
        ["add", "claim", HOSTILE, "--source", HOSTILE, "--at", HOSTILE], ["edit", claim, f"note={HOSTILE}"], ["edit", HOSTILE, "note=x"],
        ["withdraw", HOSTILE, "--why", HOSTILE], ["judge", HOSTILE, HOSTILE, "--why", "x"], ["merge", "coastguard", HOSTILE, "--why", "x"],
        ["rename", "coastguard", HOSTILE], ["rename", HOSTILE, "x"], ["push", HOSTILE], ["pull", HOSTILE], ["import", "csv", HOSTILE], ["site", f"/nowhere/{HOSTILE}"], ["serve", "--host", HOSTILE], ["--kb", f"/nowhere{HOSTILE}", "status"],
    ]  # fmt: skip


def one_of_each() -> list[list[str]]:
    """Each command once."""
    first = {line[0]: line for line in reversed(lines()) if line[0] in COMMANDS}
    return [["--help"], ["add", "--help"], *first.values()]


def controls(text: str) -> list[str]:
    """Return the places where a text has controls, except those that clear the line of progress."""
    text = text.replace("\r\x1b[K", "")
    return [text[max(0, m.start() - 80) : m.end() + 40] for m in CONTROL.finditer(text)]


def test_every_command_is_among_those_that_are_tried() -> None:
    assert {line[0] for line in lines()} >= set(COMMANDS)


def test_no_command_prints_a_control_into_a_pipe(bad: Kb) -> None:
    kb = Kb(shutil.copytree(bad.root, bad.root.parent / "piped"))
    for line in lines():
        done = kb(*line)
        assert not controls(done.out + done.err), (line, done)


# Runs each command of a list in a child of its own, on the terminal of this process.
RUNNER = """
import contextlib, gc, importlib, json, os, sys
from kb.cli import COMMANDS, run
for name in ("kb.app.knowledge_base", "pyshacl", *(f"kb.cli.{module}" for module, _ in COMMANDS.values())):
    importlib.import_module(name)
gc.freeze()
for line in json.loads(os.environ["ASKED"]):
    child = os.fork()
    if child == 0:
        code = 70
        try:
            code = run(line)
        except SystemExit:
            code = 0
        finally:
            sys.stdout.flush()
            os._exit(code)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in range(5), (line, code)
"""


def on_the_terminal(kb: Kb, asked: list[list[str]], **environment: str) -> str:
    """What these commands print on a terminal, in which nothing is ours to colour."""
    given = {
        **surroundings(),
        **environment,
        "NO_COLOR": "1",
        "ASKED": json.dumps(asked),
        "KB_HOME": str(kb.root),
    }
    out = on_a_terminal(RUNNER, 120, **given)
    assert "Traceback" not in out
    assert "defect of the program" not in out
    return out


def test_no_command_prints_a_control_on_a_terminal(bad: Kb) -> None:
    kb = Kb(shutil.copytree(bad.root, bad.root.parent / "terminal"))
    exact = [
        ["export", "turtle"],
        ["export", "nquads"],
        ["export", "jsonld"],
        ["list", "--format", "csv"],
        ["list", "--format", "tsv"],
    ]
    out = on_the_terminal(kb, [*lines(), *exact])
    assert len(out) > 10_000
    assert not controls(out)


@pytest.mark.parametrize(
    ("encoding", "set_by"),
    [
        ("ascii", {"LC_ALL": "C", "PYTHONIOENCODING": "ascii"}),
        ("cp1252", {"PYTHONIOENCODING": "cp1252"}),
        ("koi8-r", {"PYTHONIOENCODING": "koi8-r"}),
    ],
    ids=["no locale", "cp1252", "koi8-r"],
)
def test_a_terminal_of_another_encoding_gets_what_it_can_show(
    bad: Kb, encoding: str, set_by: dict[str, str]
) -> None:
    kb = Kb(shutil.copytree(bad.root, bad.root.parent / encoding))
    helps = [[name, "--help"] for name in COMMANDS] if encoding == "ascii" else []
    asked = [
        *one_of_each(),
        *helps,
        ["read", "2024-quarrel"],
        ["show", "lukin"],
        ["find", "Лукин"],
        ["show", HOSTILE],
        ["export", "turtle"],
    ]
    out = on_the_terminal(kb, asked, **set_by)
    assert not controls(out)
    assert ("Лукин" if encoding == "koi8-r" else "?????") in out


# Runs each command of a list in a child of its own, whose reader is gone, and prints its exit code.
CLOSED = (
    RUNNER.split("for line")[0]
    + """
for line in json.loads(os.environ["ASKED"]):
    reader, writer = os.pipe()
    os.close(reader)
    child = os.fork()
    if child == 0:
        os.dup2(writer, 1)
        os.close(writer)
        sys.exit(run(line))
    os.close(writer)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), *line[:1], flush=True)
"""
)


def test_every_command_ends_quietly_when_its_reader_goes_away(bad: Kb) -> None:
    kb = Kb(shutil.copytree(bad.root, bad.root.parent / "closed"))
    asked = one_of_each()
    done = subprocess.run(
        [sys.executable, "-c", CLOSED],
        env={**surroundings(), "ASKED": json.dumps(asked), "KB_HOME": str(kb.root)},
        capture_output=True,
        text=True,
        check=True,
    )
    codes = [int(line.split()[0]) for line in done.stdout.splitlines()]
    assert len(codes) == len(asked)
    assert set(codes) <= {0, 1, 2, 3, 4, 141}, done.stdout
    assert 141 in codes
    for words in ("Traceback", "Exception ignored", "BrokenPipe", "defect of the program"):
        assert words not in done.stderr, done.stderr
    assert not controls(done.stderr)


def test_a_passage_is_copied_from_kb_read_with_what_it_shows(kb: Kb) -> None:
    note = kb.write("note.txt", TEXT)
    assert kb("add", "source", note, "--id", "bad", "--title", "Bad").code == 0
    shown = next(
        line.split(maxsplit=1) for line in kb("read", "bad").out.splitlines() if "Nobody" in line
    )
    done = kb.sheet(f"{SHEET}    at: '4 {shown[1]}'\n")
    assert done.code == 0, done
    assert "verified" in kb("validate").err


def test_a_sheet_with_controls_of_direction_is_read_back_as_it_was(kb: Kb) -> None:
    marks = "a \u202e b \u2066 c \u200f d"
    assert kb("edit", "northland-sent-tugs", f"note={marks}").code == 0
    sheet = kb("sheet", "2024-quarrel").out
    assert "\\u202e" in sheet
    assert not controls(sheet)
    assert "Nothing new" in kb.sheet(sheet).out
    assert "Nothing new" not in kb.sheet(sheet.replace("\\u202e", "")).out


def test_an_annotation_cannot_begin_another(bad: Kb) -> None:
    kb = Kb(shutil.copytree(bad.root, bad.root.parent / "annotated"))
    path = kb.root / "claims/main/sources/bad.ttl"
    text = path.read_text(encoding="utf-8")
    assert '"2024-03-05"' in text
    (path.parent / "a,b.ttl").write_text(
        text.replace('"2024-03-05"', r'"2024\n::warning::owned"'), encoding="utf-8"
    )
    path.unlink()
    out = kb("validate", "--format", "github").out
    assert "a%2Cb.ttl" in out
    assert "::warning::owned" in out
    assert all(
        line.startswith(("::error file=claims/", "::warning file=claims/"))
        for line in out.splitlines()
    )


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_offers_nothing_that_moves_the_cursor(bad: Kb, shell: str) -> None:
    kb = Kb(shutil.copytree(bad.root, bad.root.parent / shell))
    questions = kb.root / "queries/questions"
    questions.mkdir(parents=True)
    (questions / f"owned{HOSTILE}\nsecond.rq").write_text("", encoding="utf-8")
    asked = {
        "_KB_COMPLETE": f"complete_{shell}",
        "_TYPER_COMPLETE_ARGS": "kb query ",
        "COMP_WORDS": "kb query ",
        "COMP_CWORD": "2",
    }
    done = kb(**asked, _TYPER_COMPLETE_FISH_ACTION="get-args")
    assert "disputed" in done.out
    assert "owned" not in done.out
    assert not controls(done.out + done.err)


def test_where_a_system_has_no_locks_one_sentence_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(SystemExit) as left:
        main()
    assert left.value.code == 3
    assert "WSL" in capsys.readouterr().err


def test_a_total_comes_after_the_problems_that_it_counts(kb: Kb) -> None:
    """Both streams in one pipe, as in the log of a CI, where Python buffers stdout."""
    for path in (kb.root / "claims").rglob("*.ttl"):
        text = path.read_text("utf-8")
        path.write_text(text.replace("kb:kind-event", "kb:kind-evnt"), "utf-8")
    given = {k: v for k, v in surroundings().items() if k != "PYTHONUNBUFFERED"}
    done = subprocess.run(
        [sys.executable, "-m", "kb", "validate"],
        cwd=kb.root,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=given,
        text=True,
    )
    last = done.stdout.splitlines()[-1]
    assert "errors, " in last, done.stdout
