"""Strange folders: every kind of thing that is not an ordinary file, in every place where a knowledge base looks for one."""

from __future__ import annotations

import hashlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from conftest import SHEET, STARTER, TEXT, surroundings

from faults.figures import Figure, say

# Wall clock of one command: ten times what the slowest takes on a slow machine.
PATIENCE = 60.0
NOBODY = 65534
# Begins a command that root runs as somebody else.
DROP = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups")
COMMANDS = (
    "status --format csv", "list claims --format csv", "find tugs", "query disputed", "export ntriples", "coverage", "inbox", "stats",
    "log", "validate", "fsck", "index", "add entity tug object --as Tug",
)  # fmt: skip
# Places of a file, and what a file there contains.
FILES = {
    "claims/main/x.ttl": "",
    "claims/x.ttl": "",
    "claims/main/history/x.ttl": "",
    "ontology/x.ttl": "",
    "queries/questions/x.rq": "#+ summary: Everything\nSELECT * { ?s ?p ?o }\n",
    "queries/checks/x.rq": "#+ summary: Nothing\nSELECT ?s { ?s <urn:x> <urn:y> }\n",
    "documents/x.txt": "words of a text",
}
FOLDERS = (
    "claims",
    "claims/main",
    "claims/main/claims",
    "ontology",
    "queries",
    "queries/questions",
    "documents",
)
NAMES = (b"a\nb", b"a\xff", "a\u202eb".encode(), b"a\x1b[31mb", "a\u200bb".encode())
SETTINGS = {
    "misspelt key": lambda text: text.replace("policy", "polcy"),
    "unknown table": lambda text: f"{text}[mine]\n",
    "other base": lambda text: text.replace("example.org", "example.com"),
    "unknown policy": lambda text: text.replace("default-2", "default-99"),
    "ill-typed language": lambda text: text.replace('"en"', "3"),
    "newer format": lambda text: (
        f"format = 999\n{text.partition('base')[1]}{text.partition('base')[2]}"
    ),
    "no text": lambda text: "\xff",
}


@dataclass(frozen=True)
class Strange:
    """One strange folder: how it is made, given the folder and one beside it, and any of the words that a command must say of it."""

    name: str
    make: Callable[[Path, Path], None]
    words: tuple[str, ...]
    other_user: bool = False


def folders(sample: float) -> Iterator[Figure]:
    """Thirteen real commands in each: what they print, what they say, how long they take, and what they touch elsewhere."""
    cases = list(strange())
    chosen = cases[:: max(1, round(1 / sample))]
    wrong = dict.fromkeys(("tracebacks", "hangs", "without a word", "writes outside"), 0)
    with tempfile.TemporaryDirectory() as home:
        whole = _made(Path(home))
        healthy = dict(_answers(_copied(whole, Path(home) / "healthy"), False))
        for number, case in enumerate(chosen):
            _tried(case, whole, Path(home) / str(number), healthy, wrong)
            say(f"folders: {number + 1} of {len(chosen)}, {case.name}")
    STARTER.stop()
    commands = f"{len(chosen)} strange folders × {len(COMMANDS)} commands"
    for name, number in wrong.items():
        yield Figure(
            f"{commands}: {name}" if name == "tracebacks" else f"… {name}",
            "0",
            str(number),
            number == 0,
        )


def _tried(
    case: Strange,
    whole: Path,
    home: Path,
    healthy: dict[str, tuple[int, str]],
    wrong: dict[str, int],
) -> None:
    """Run all commands in one strange folder and count what is wrong."""
    root, beside = _copied(whole, home), home / "beside"
    beside.mkdir()
    (beside / "secret.ttl").write_text("whisper: secret words")
    case.make(root, beside)
    before = _tree(home, root)
    for command, answer in _answers(root, case.other_user):
        told = answer[1] if answer else ""
        found = _verdict(case, answer, healthy[command], told)
        if found:
            wrong[found] += 1
            say(f"{case.name}: {command}: {found}: {answer}")
    if _tree(home, root) != before:
        wrong["writes outside"] += 1
        say(f"{case.name}: wrote outside")
    _let_go(home)


def _verdict(
    case: Strange, answer: tuple[int, str] | None, healthy: tuple[int, str], told: str
) -> str:
    """What is wrong with an answer; empty if it is right."""
    if answer is None:
        return "hangs"
    if "Traceback" in told or "defect of the program" in told:
        return "tracebacks"
    if "secret words" in told:
        return "writes outside"
    return "" if answer == healthy or any(word in told for word in case.words) else "without a word"


def _answers(root: Path, other_user: bool) -> Iterator[tuple[str, tuple[int, str] | None]]:
    """Each command with its exit code and all that it printed; None if it did not end."""
    for command in COMMANDS:
        with suppress(TimeoutError, subprocess.TimeoutExpired):
            yield command, _run(root, command.split(), other_user)
            continue
        yield command, None


def _run(root: Path, args: list[str], other_user: bool) -> tuple[int, str]:
    """Exit code and all that was printed; times differ from run to run and are left out."""
    if other_user and os.geteuid() == 0:
        command = [*DROP, sys.executable, "-m", "kb", "--kb", str(root), *args]
        done = subprocess.run(
            command,
            capture_output=True,
            env=surroundings(HOME=str(root)),
            cwd="/",
            timeout=PATIENCE,
        )
        code, out, err = done.returncode, done.stdout, done.stderr
    else:
        code, out, err = STARTER.run(args, root, b"", {}, PATIENCE)
    text = (out + err).decode(errors="replace")
    return (code, "" if args[0] in ("log", "index") and not code else text)


# --- the folders


def strange() -> Iterator[Strange]:
    """Every strange folder that this system can make."""
    for place, text in FILES.items():
        for kind, make in _KINDS.items():
            if kind != "a device" or os.geteuid() == 0:
                yield Strange(f"{place}: {kind}", _at(place, text, make), (place,))
    for place in FOLDERS:
        for kind, make in _INSTEAD.items():
            yield Strange(f"{place}/: {kind}", _instead(place, make), _said(place))
        if _another_user():
            yield Strange(f"{place}/: no permission", _locked(place), _said(place), other_user=True)
    for name in NAMES:
        for ending, place in (
            (b".ttl", "claims/main"),
            (b".rq", "queries/questions"),
            (b".txt", "documents"),
        ):
            yield Strange(f"{place}: {name!r}", _named(place, name + ending), (f"{place}/a",))
    for what, change in SETTINGS.items():
        yield Strange(f"kb.toml: {what}", _settings(change), ("kb.toml",))
    for place in (
        "claims/main/entities.ttl",
        "claims/main/claims/general.ttl",
        "claims",
        "claims/main/sources",
    ):
        yield Strange(f"{place}: removed", _removed(place), _said(place))
    yield Strange("kb.toml: a pipe", _pipe_for_settings, ("kb.toml",))


def _another_user() -> bool:
    """Whether commands can be run without the rights of root."""
    if os.geteuid():
        return True
    if not shutil.which("setpriv"):
        return False
    command = [*DROP, sys.executable, "-m", "kb", "--version"]
    return subprocess.run(command, capture_output=True, env=surroundings(), cwd="/").returncode == 0


def _said(place: str) -> tuple[str, ...]:
    """How a command names a folder, or a file in it; the word alone could stand in any answer."""
    return (
        f"warning: {place}",
        f"{place}: error",
        f"{place}: warning",
        f"{place}/",
        f"{place} was removed",
    )


def _at(
    place: str, text: str, make: Callable[[Path, str, Path], None]
) -> Callable[[Path, Path], None]:
    def made(root: Path, beside: Path) -> None:
        """Put something strange where a file could be."""
        path = root / place
        path.parent.mkdir(parents=True, exist_ok=True)
        make(path, text, beside)

    return made


def _instead(place: str, make: Callable[[Path, str, Path], None]) -> Callable[[Path, Path], None]:
    def made(root: Path, beside: Path) -> None:
        """Put something strange where a folder should be."""
        path = root / place
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(path, ignore_errors=True)
        make(path, "", beside)

    return made


def _locked(place: str) -> Callable[[Path, Path], None]:
    def made(root: Path, beside: Path) -> None:
        """A folder that nobody but root may look into, of a knowledge base that everybody may read and write."""
        (root / place).mkdir(parents=True, exist_ok=True)
        for path in (root, *root.rglob("*")):
            path.chmod(0o777 if path.is_dir() else 0o666)
        (root / place).chmod(0)

    return made


def _named(place: str, name: bytes) -> Callable[[Path, Path], None]:
    def made(root: Path, beside: Path) -> None:
        """A file with a name that cannot be shown."""
        (root / place).mkdir(parents=True, exist_ok=True)
        Path(os.fsdecode(os.path.join(os.fsencode(root / place), name))).write_text("")

    return made


def _settings(change: Callable[[str], str]) -> Callable[[Path, Path], None]:
    def made(root: Path, beside: Path) -> None:
        """Other settings."""
        path = root / "kb.toml"
        path.write_bytes(change(path.read_text()).encode("latin-1"))

    return made


def _removed(place: str) -> Callable[[Path, Path], None]:
    def made(root: Path, beside: Path) -> None:
        """Something is gone."""
        path = root / place
        shutil.rmtree(path) if path.is_dir() else path.unlink()

    return made


def _pipe_for_settings(root: Path, beside: Path) -> None:
    (root / "kb.toml").unlink()
    os.mkfifo(root / "kb.toml")


def _socket(path: Path, text: str, beside: Path) -> None:
    """A socket; its address is short, as the system wants it."""
    here = os.getcwd()
    os.chdir(path.parent)
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(path.name)
    finally:
        os.chdir(here)


def _chain(path: Path, text: str, beside: Path) -> None:
    """Links that lead to one another and then outside."""
    first = path.with_name("first.link")
    first.symlink_to(beside / "secret.ttl")
    path.symlink_to(first.name)


def _device(path: Path, text: str, beside: Path) -> None:
    """The device that never ends, where the system lets us make it; elsewhere a pipe."""
    try:
        os.mknod(path, 0o20666, os.makedev(1, 5))
    except OSError:
        os.mkfifo(path)


_KINDS: dict[str, Callable[[Path, str, Path], None]] = {
    "a pipe": lambda path, text, beside: os.mkfifo(path),
    "a socket": _socket,
    "a device": _device,
    "a folder": lambda path, text, beside: path.mkdir(),
    "a link to itself": lambda path, text, beside: path.symlink_to(path.name),
    "a link to nowhere": lambda path, text, beside: path.symlink_to("nowhere"),
    "a link to a file outside": lambda path, text, beside: path.symlink_to(beside / "secret.ttl"),
    "a link to a folder outside": lambda path, text, beside: path.symlink_to(beside),
    "a link to a device": lambda path, text, beside: path.symlink_to("/dev/zero"),
    "a chain of links": _chain,
    "binary": lambda path, text, beside: path.write_bytes(b"\0\xff" * 50),
    "UTF-16": lambda path, text, beside: path.write_bytes((text or "words").encode("utf-16")),
    "broken": lambda path, text, beside: path.write_text("<a> <b> { ["),
    "an ordinary file": lambda path, text, beside: path.write_text(text),
}  # fmt: skip
_INSTEAD: dict[str, Callable[[Path, str, Path], None]] = {
    "a file": lambda path, text, beside: path.write_text("x"),
    "a pipe": lambda path, text, beside: os.mkfifo(path),
    "a link to itself": lambda path, text, beside: path.symlink_to(path.name),
    "a link to a folder outside": lambda path, text, beside: path.symlink_to(beside),
}  # fmt: skip


# --- around them


def _made(home: Path) -> Path:
    """A small knowledge base, made by commands."""
    root = home / "whole"
    (home / "quarrel.txt").write_text(TEXT)
    (home / "sheet.yaml").write_text(SHEET)
    source = [
        "add",
        "source",
        str(home / "quarrel.txt"),
        "--id",
        "2024-quarrel",
        "--author",
        "A Gazette",
        "--published",
        "2024-03-04",
    ]
    for args in (
        ["init", str(root)],
        ["--kb", str(root), *source],
        ["--kb", str(root), "add", "--from", str(home / "sheet.yaml")],
    ):
        code, out, err = STARTER.run(args, home, b"", {}, PATIENCE)
        assert code == 0, (args, out, err)
    return root


def _copied(whole: Path, home: Path) -> Path:
    """A copy in a folder of its own, which another user may reach."""
    home.mkdir()
    for place in (home, home.parent):
        place.chmod(0o755)
    root: Path = shutil.copytree(whole, home / "kb")
    return root


def _tree(home: Path, root: Path) -> dict[str, str]:
    """Everything beside the knowledge base, by name and digest."""
    found = {}
    for path in sorted(home.rglob("*")):
        if not path.is_relative_to(root):
            found[str(path)] = (
                hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
            )
    return found


def _let_go(home: Path) -> None:
    """Remove it all, folders without permissions too."""
    for path, below, _ in os.walk(home):
        for name in below:
            with suppress(OSError):
                if not os.path.islink(os.path.join(path, name)):
                    os.chmod(os.path.join(path, name), 0o700)
    shutil.rmtree(home)
