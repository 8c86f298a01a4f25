"""What is given as a document: files of the usual kind and standard input are read up to a limit,
anything else is named.
"""

from __future__ import annotations

import codecs
import fcntl
import os
import resource
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import Kb, surroundings

from kb.documents import encodings
from kb.errors import Usage
from kb.system import intake
from kb.workspace.files.folder import LARGEST_DOCUMENT


@pytest.fixture
def odd(tmp_path: Path) -> Path:
    """A folder of things that are no files."""
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "socket"))
    (tmp_path / "folder").mkdir()
    (tmp_path / "loop").symlink_to("loop")
    with open(tmp_path / "huge", "wb") as huge:
        huge.truncate(60 * 2**30)
    return tmp_path


@pytest.mark.parametrize("command", [("add", "source"), ("add", "--from")], ids=" ".join)
@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("pipe", "a pipe"),
        ("socket", "a socket"),
        ("folder", "a folder"),
        ("loop", "cannot be read"),
        ("huge", "larger than 50 MB"),
        ("/dev/zero", "a device"),
        ("/dev/null", "a device"),
        ("none", "no file"),
    ],
)
def test_what_is_not_a_file_of_the_usual_kind_is_named_and_not_read(
    empty: Kb, odd: Path, command: tuple[str, ...], name: str, says: str
) -> None:
    empty.refuses(2, *command, odd / name, says=(says, "error:"))


@pytest.mark.parametrize(
    "command", [("add", "source", "-"), ("add", "--from", "-"), ("query", "-")], ids=" ".join
)
def test_input_without_end_is_read_up_to_the_limit(empty: Kb, command: tuple[str, ...]) -> None:
    with open("/dev/zero", "rb") as zeros:
        done = subprocess.run(
            [sys.executable, "-m", "kb", *command],
            cwd=empty.root,
            stdin=zeros,
            capture_output=True,
            env=surroundings(),
            text=True,
            timeout=120,
        )
    assert done.returncode == 2
    assert "standard input is larger than" in done.stderr


def test_input_that_is_closed_is_named(empty: Kb) -> None:
    command = f"{sys.executable} -m kb add source - <&-"
    done = subprocess.run(
        ["sh", "-c", command],
        cwd=empty.root,
        capture_output=True,
        env=surroundings(),
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (
        2,
        "error: standard input is closed.\nhint: name a file\n",
    )


def test_a_text_of_exactly_the_limit_is_read_and_one_byte_more_is_not(kb: Kb) -> None:
    text = b"Boats. " + b"\n" * (LARGEST_DOCUMENT - 7)
    assert kb("add", "source", kb.write("most.txt", text)).code == 0
    kb.refuses(2, "add", "source", kb.write("more.txt", text + b"\n"), says=("larger than 50 MB",))


@pytest.mark.parametrize(
    "mark", [codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE]
)
def test_an_encoding_of_wide_characters_is_named(empty: Kb, mark: bytes) -> None:
    name = "UTF-16" if len(mark) == 2 else "UTF-32"
    width = "utf-16-le" if len(mark) == 2 else "utf-32-le"
    for ending in (".txt", ".html"):
        file = empty.write(
            f"wide{ending}",
            mark + "<html><p>words".encode(width)[: 8 if ending == ".txt" else None],
        )
        if ending == ".txt" or name == "UTF-32":
            empty.refuses(2, "add", "source", file, says=(name,))


def test_nul_is_found_wherever_it_is(empty: Kb) -> None:
    empty.refuses(
        2, "add", "source", empty.write("n.txt", b"\n" * 9000 + b"A\0 title\n"), says=("binary",)
    )


def test_a_line_that_is_a_whole_document_is_no_title(kb: Kb) -> None:
    assert kb("add", "source", kb.write("one.txt", "word " * 100_000)).code == 0
    assert max(map(len, kb("list", "sources", "--format", "csv").out.splitlines())) < 500


@pytest.mark.parametrize(
    "label",
    [
        "utf-7",
        "unicode_escape",
        "raw_unicode_escape",
        "idna",
        "punycode",
        "rot13",
        "hex",
        "zlib",
        "utf-32",
        "cp037",
    ],
)
def test_only_encodings_of_browsers_are_read(empty: Kb, label: str) -> None:
    page = f'<!doctype html><html><head><meta charset="{label}"></head><body><p>{"words of the page " * 20}</p>'
    empty.refuses(2, "add", "source", empty.write("p.html", page), says=("unknown encoding", label))


def test_every_encoding_of_browsers_is_one_that_python_has() -> None:
    assert len(encodings.CODECS) > 200
    for codec in encodings.LABELS:
        assert "a" in codecs.decode(b"a", codec)


@pytest.mark.parametrize(
    "day",
    ["Mon, 01 Jan 99999999999999999999 00:00:00 +0000", "9" * 5000, "0000-00-00", "2024-13-45"],
)
def test_a_date_that_is_none_leaves_a_source_without_a_date(kb: Kb, day: str) -> None:
    page = f'<!doctype html><html><head><meta name="date" content="{day}"></head><body><article><p>{"words of the page " * 20}</p></article>'
    done = kb("add", "source", kb.write("p.html", page))
    assert done.code == 0, done
    assert "published" in done.err


def test_a_page_of_too_many_elements_names_the_limit_and_the_way_out(empty: Kb) -> None:
    page = "<!doctype html><html><body><article>" + "<p>x" * 1_000_001
    empty.refuses(
        2,
        "add",
        "source",
        empty.write("p.html", page),
        says=("more than 1,000,000 elements", "save the text"),
    )


def test_half_a_character_in_what_a_page_states_does_no_harm(kb: Kb) -> None:
    stated = (
        '<script type="application/ld+json">{"@type":"Article","headline":"Boats \\ud800"}</script>'
    )
    page = f"<!doctype html><html><head>{stated}</head><body><article><p>{'words of the page ' * 20}</p></article>"
    assert kb("add", "source", kb.write("p.html", page), "--id", "half").code == 0
    assert "Boats ?" in kb("show", "half").out


@pytest.mark.parametrize("address", ["https://x.example/a?b=c&d", "http://x.example/y"])
def test_a_web_address_is_refused_with_a_way_to_save_the_page(address: str) -> None:
    with pytest.raises(Usage, match="is a web address") as refused:
        intake.read_bytes(Path(address))
    assert address in refused.value.message
    assert "curl" in refused.value.hint
    assert "--url" in refused.value.hint


def test_the_files_of_a_folder_are_found_in_order(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    for name in ("c.txt", "b/a.txt", ".hidden", "a.txt"):
        (tmp_path / name).write_text("x")
    (tmp_path / "link.txt").symlink_to(tmp_path / "a.txt")
    names = [path.relative_to(tmp_path).as_posix() for path in intake.files_in(tmp_path)]
    assert names == ["a.txt", "c.txt", "b/a.txt"]


def test_a_folder_without_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Usage, match="there is no file in"):
        intake.files_in(tmp_path)


def test_a_pipe_is_read_with_more_open_files_than_select_can_look_at() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2048 if hard == resource.RLIM_INFINITY else min(hard, 2048)
    if wanted < 2048:
        pytest.skip(f"the system allows {hard} open files")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
    reader, writer = os.pipe()
    high = fcntl.fcntl(reader, fcntl.F_DUPFD, 1500)
    try:
        assert not intake.ready(high, 0)
        os.write(writer, b"x")
        assert intake.ready(high, 0)
    finally:
        for one in (reader, writer, high):
            os.close(one)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
