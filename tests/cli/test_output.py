"""Rows as people and programs get them."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from terminals import on_a_terminal

from kb.cli.output import message, show
from kb.errors import Usage
from kb.presentation.controls import visible
from kb.presentation.formats import FORMATS

COLUMNS = ("id", "statement", "count", "when", "tags")
ROWS: list[list[object]] = [
    ["b-1", 'Ana said, "no"', 12, date(2021, 3, 4), ("x", "y")],
    ["b-2", None, Decimal("3.50"), None, ()],
    ["خبز", "two\nlines\tand | a pipe", None, datetime(2021, 3, 4, 5, tzinfo=UTC), ["z"]],
]
HOSTILE = "[red]not red[/red] [/] [link=x]y[/link] :smile: \u202eback\u2066 \x1b[31m \x07"


def printed(
    format: str,
    capsys: pytest.CaptureFixture[str],
    rows: list[list[object]] = ROWS,
    title: str | None = None,
) -> str:
    show(COLUMNS, rows, format, title)
    out, err = capsys.readouterr()
    assert err == ""
    return out


def test_csv_reads_back(capsys: pytest.CaptureFixture[str]) -> None:
    out = printed("csv", capsys, title="never shown")
    assert list(csv.reader(io.StringIO(out))) == [
        list(COLUMNS),
        ["b-1", 'Ana said, "no"', "12", "2021-03-04", "x|y"],
        ["b-2", "", "3.50", "", ""],
        ["خبز", "two\nlines\tand | a pipe", "", "2021-03-04T05:00:00+00:00", "z"],
    ]
    assert "\r" not in out


def test_tsv_reads_back(capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        list(csv.reader(io.StringIO(printed("tsv", capsys)), delimiter="\t"))[3][1]
        == "two\nlines\tand | a pipe"
    )


def test_json_keeps_types(capsys: pytest.CaptureFixture[str]) -> None:
    first, second, third = json.loads(printed("json", capsys))
    assert first == {
        "id": "b-1",
        "statement": 'Ana said, "no"',
        "count": 12,
        "when": "2021-03-04",
        "tags": ["x", "y"],
    }
    assert second == {"id": "b-2", "statement": None, "count": 3.5, "when": None, "tags": []}
    assert third["tags"] == ["z"]


def test_ndjson_is_one_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    lines = printed("ndjson", capsys).splitlines()
    assert [json.loads(line)["id"] for line in lines] == ["b-1", "b-2", "خبز"]
    assert "خبز" in lines[2]


def test_markdown_cannot_be_broken_by_data(capsys: pytest.CaptureFixture[str]) -> None:
    out = printed("md", capsys, [*ROWS, ["c", "<b>*_`[x](y)`", 1, None, None]], title="Some *rows*")
    assert out.splitlines()[:4] == [
        r"## Some \*rows\*",
        "",
        "| id | statement | count | when | tags |",
        "| --- | --- | ---: | --- | --- |",
    ]
    assert r"two<br>lines	and \| a pipe" in out
    assert r"\<b\>\*\_\`\[x\](y)\`" in out


@pytest.mark.parametrize(
    ("format", "out"), [("json", "[]\n"), ("ndjson", ""), ("csv", "id,statement,count,when,tags\n")]
)
def test_no_rows_are_still_an_answer_for_programs(
    format: str, out: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert printed(format, capsys, []) == out


def test_a_table_without_rows_is_said_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    show(COLUMNS, [], "table", "Claims")
    assert capsys.readouterr() == ("", "Claims: nothing found.\n")


def test_an_unknown_format_is_answered_with_the_nearest() -> None:
    with pytest.raises(Usage, match="did you mean json"):
        show(COLUMNS, ROWS, "jsn")
    assert set(FORMATS) == {"table", "csv", "tsv", "json", "ndjson", "md"}


@pytest.mark.parametrize("format", FORMATS)
def test_a_row_of_another_length_is_our_mistake(format: str) -> None:
    with pytest.raises((ValueError, IndexError)):
        show(("a", "b"), [["only one"]], format)


def test_a_table_in_a_pipe_is_whole_and_plain(capsys: pytest.CaptureFixture[str]) -> None:
    long = "word " * 200 + "end"
    rows: list[list[object]] = [
        ["a", long, 7, None, None],
        ["b", "x" * 500, 12345, None, None],
    ]
    out = printed("table", capsys, rows, title="A title")
    assert long in out
    assert "x" * 500 in out
    assert "\x1b" not in out
    assert out.startswith("A title\n")
    first, second = out.splitlines()[3:]
    assert first.endswith("7")
    assert second.endswith("12345")
    assert len(first) == len(second)  # numbers end in one column


def test_environment_variables_do_not_colour_a_pipe(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "20")
    out = printed("table", capsys)
    assert "\x1b" not in out
    assert 'Ana said, "no"' in out


def test_data_in_a_table_is_never_markup_nor_control(capsys: pytest.CaptureFixture[str]) -> None:
    out = printed("table", capsys, [["a", HOSTILE, None, None, None]], title=HOSTILE)
    shown = r"[red]not red[/red] [/] [link=x]y[/link] :smile: \u202eback\u2066 \x1b[31m \x07"
    assert " ".join(out.split()).count(shown) == 2


@pytest.mark.parametrize("format", ["csv", "tsv"])
def test_programs_get_data_as_it_is(format: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert "\u202eback\u2066" in printed(format, capsys, [["a", HOSTILE, None, None, None]])


@pytest.mark.parametrize("format", ["json", "ndjson"])
def test_json_escapes_what_a_terminal_would_obey(
    format: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out = printed(format, capsys, [["a", HOSTILE, None, None, None]])
    found = json.loads(out)
    assert (found[0] if format == "json" else found)["statement"] == HOSTILE
    assert visible(out) == out


def test_a_terminal_gets_no_control_from_data_in_any_format() -> None:
    code = "from kb.cli.output import show; show(['id', '\\x1b[31mred'], [['\\x1b]0;x\\x07\\u202e\\x9b', '\\x7f\\r']], {format!r})"
    for format in FORMATS:
        out = on_a_terminal(code.format(format=format), NO_COLOR="1")
        assert visible(out) == out, format


def test_a_terminal_that_lacks_a_letter_shows_another_in_its_place() -> None:
    code = (
        "from kb.cli import terminal; terminal.guard(); from kb.cli.output import message, show; "
    )
    code += "message('“é”…'); show(['id'], [['Пекарня → café']], 'table')"
    out = on_a_terminal(code, NO_COLOR="1", PYTHONIOENCODING="ascii")
    assert '"?"...' in out
    assert "??????? -> caf?" in out


def test_letters_of_all_scripts_and_their_joiners_stay() -> None:
    text = "می\u200cخواهم Пекарня 面包 🥖\nnext"
    assert visible(text) == text


WRAPPING = "from kb.cli.output import show; show(['id', 'said'], [['some-claim-id', 'first ' + 'word ' * 40 + 'last']], 'table')"


def test_a_table_on_a_terminal_wraps_and_loses_nothing() -> None:
    out = on_a_terminal(WRAPPING, 60, NO_COLOR="1")
    assert max(map(len, out.splitlines())) <= 60
    assert "some-claim-id" in out
    assert (out.count("word"), out.count("first"), out.count("last")) == (40, 1, 1)
    assert "\x1b" not in out


def test_colour_is_for_terminals() -> None:
    assert "\x1b[1m" in on_a_terminal(WRAPPING)
    assert "\x1b" not in on_a_terminal(WRAPPING, TERM="dumb")


def test_more_columns_than_a_terminal_holds_are_all_printed() -> None:
    code = "from kb.cli.output import show; show([f'column{i}' for i in range(20)], [[f'value{i}' for i in range(20)]], 'table')"
    out = on_a_terminal(code, 40, NO_COLOR="1")
    assert all(f"value{i}" in out for i in range(20))


def test_columns_set_for_a_pipe_are_the_width_of_a_table(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    out = printed("table", capsys, [["some-id", "word " * 40, 12, None, None]])
    assert max(map(len, out.splitlines())) <= 60
    assert out.count("word") == 40


def test_a_reader_that_goes_away_ends_the_program_quietly() -> None:
    code = "from kb.cli.output import show; show(['id'], [[n] for n in range(500000)], 'csv')"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as child:
        assert child.stdout
        assert child.stderr
        child.stdout.read(10)
        child.stdout.close()
        assert child.stderr.read() == b""
        assert child.wait() == 141


def test_stdout_is_utf_8_whatever_the_locale() -> None:
    code = "from kb.cli.output import show; show(['id'], [['خبز']], 'table')"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        check=True,
        env=os.environ | {"PYTHONIOENCODING": "ascii"},
    )
    assert "خبز" in done.stdout.decode()


def test_names_beyond_ascii_work_in_a_locale_of_ascii(tmp_path: Path) -> None:
    program = [sys.executable, "-m", "kb"]
    ascii_only = os.environ | {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "LC_ALL": "C"}

    def run(*args: str, folder: Path = tmp_path) -> bytes:
        """Run the program in the locale of ASCII and return its output."""
        done = subprocess.run(
            [*program, *args], cwd=folder, env=ascii_only, capture_output=True, check=True
        )
        return done.stdout

    run("init", "Größe")
    made = tmp_path / "Größe"
    (made / "Жук.txt").write_text("Die Mole ist zu.\n", encoding="utf-8")
    run("add", "source", "Жук.txt", "--id", "mole", "--author", "Élise Жук", folder=made)
    assert "Élise Жук" in run("list", "entities", "--format", "csv", folder=made).decode()
    assert run("export", "csv", "--output", "ü", folder=made)


def test_messages_go_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    message("done [1]\x1b")
    assert capsys.readouterr() == ("", "done [1]\\x1b\n")


PROGRESS = """
from kb import notes
from kb.cli import output
output.PATIENCE, output.REDRAWN = 0, 0
output.show_progress()
for n in notes.counted(range(3), "reading \x1b files"):
    pass
output.message("done")
"""


def test_progress_on_a_terminal_is_one_line_that_is_cleared() -> None:
    out = on_a_terminal(PROGRESS)
    assert "\r\x1b[Kreading \\x1b files 1 of 3 …" in out
    assert out.endswith("\r\x1b[Kdone\n")


def test_progress_is_silent_where_nobody_looks() -> None:
    assert on_a_terminal(PROGRESS, TERM="dumb") == "done\n"
    done = subprocess.run(
        [sys.executable, "-c", PROGRESS], capture_output=True, check=True, text=True
    )
    assert (done.stdout, done.stderr) == ("", "done\n")


LONG = """
from kb.cli import terminal
terminal.with_pager()
from kb.cli.output import page
page("line\\n" * 40)
"""


@pytest.mark.parametrize("name", ["KB_PAGER", "PAGER"])
def test_long_output_on_a_terminal_goes_through_the_pager_that_is_set(name: str) -> None:
    given = {"PAGER": "false", name: "sed s/^/paged-/"}
    assert on_a_terminal(LONG, **given).count("paged-line") == 40


@pytest.mark.parametrize("pager", ["", "cat", "no-such-pager-anywhere", "'"])
def test_output_is_written_directly_where_there_is_no_pager(pager: str) -> None:
    assert on_a_terminal(LONG, KB_PAGER=pager).count("line\n") == 40


def test_short_output_and_a_library_have_no_pager() -> None:
    short = LONG.replace("* 40", "* 4")
    assert on_a_terminal(short, KB_PAGER="sed s/^/paged-/") == "line\n" * 4
    library = LONG.replace("terminal.with_pager()", "")
    assert "paged" not in on_a_terminal(library, KB_PAGER="sed s/^/paged-/")
