"""A small knowledge base of our own invention, and the command line as a real process."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import hypothesis
import pytest
from starter import starter, stop_all

# Tests start thousands of processes: the program is compiled once, not by each.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
# Tests write thousands of small files and wait until each is on the disk: memory is faster.
MEMORY = Path("/dev/shm")
if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > 4 << 30:
    # Python may have looked for the folder already; the program and its children look again.
    tempfile.tempdir = os.environ.setdefault("TMPDIR", str(MEMORY))
# The key that seals what is kept in `.kb`: not in the home of whoever runs the tests.
os.environ["XDG_STATE_HOME"] = f"{tempfile.gettempdir()}/kb-tests-{os.getuid()}"
# A machine with much to do is no failure.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")
CHECKOUT = Path(__file__).resolve().parent.parent
# Line 6 holds Arabic and the marks that turn the direction of writing; line 7 says “the boats”
# twice.
TEXT = """A quarrel over the old harbour

The coastguard said on Friday that Northland had sent at least four tugs to Oldport. Northland denied this.
Two residents confirmed that tugs from Northland had come to Oldport at night.
Пётр Лукин, the mayor, said the coastguard controls the pier.
The captain \u200fليلى المرسي\u200e denied on Sunday that the coastguard controls the pier.
On Sunday the boats left and the boats came back.
The captain spoke of a market: small, noisy, and #1 of the coast, near the pier.
By Saturday all was calm in the town, the mayor said, and fish were sold again on the quay.
The hotel by the sea was empty, and nobody on the beach would say to us why that was so.
Nobody else was asked.
Write to us with your own story of the harbour.
"""
SHEET = """source: 2024-quarrel
coder: ab
new:
  coastguard: force; as Coastguard, the guard
  northland: state; as Northland
  oldport: place, harbour town; as Oldport, Old Port
  pier: place; as the pier; within oldport
  tugs: object; as tugs
  lukin: person, mayor; as Пётр Лукин, Lukin
  layla: person, captain; as ليلى المرسي, Layla
claims:
- claim: Northland sent tugs to Oldport
  what: northland > sent > tugs
  to: oldport
  when: Friday
  count: at least four
  said:
  - by: coastguard
    at: 3 The coastguard said … Oldport
    on: Friday
  - by: northland
    denies: occurrence
    at: 3 Northland denied this
  - by: unnamed 2 residents
    at: 4 Two residents confirmed … night
- claim: The coastguard controls the pier
  what: coastguard > controls > pier
  said:
  - by: lukin
    at: 5 the coastguard controls the pier
  - by: layla
    denies: unspecified
    at: 6 denied on Sunday … pier
- claim: The coastguard entered Oldport
  what: coastguard > entered > oldport
  said:
  - at: 9 all was calm in the town
    form: presupposed
"""
# One more claim, as a sheet of its own.
MORE = """source: 2024-quarrel
claims:
- claim: Northland controls the pier
  what: northland > controls > pier
  said:
  - by: Lukin
    at: 8 near the pier
"""


@dataclass(frozen=True)
class Done:
    """What a command did."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Kb:
    """A knowledge base in a folder, worked on by commands."""

    root: Path

    def __call__(
        self,
        *args: str | Path,
        stdin: str | bytes = b"",
        cwd: Path | None = None,
        **environment: str,
    ) -> Done:
        """Run `kb …` in the folder; whatever it is given, it never ends in a traceback."""
        return run(*args, stdin=stdin, cwd=cwd or self.root, environment=environment)

    def tree(self) -> dict[str, str]:
        """Every file but the disposable ones and the journal, by digest."""
        found = {}
        for path in sorted(self.root.rglob("*")):
            relative = path.relative_to(self.root)
            if path.is_file() and relative.parts[0] not in {".kb", ".journal"}:
                found[str(relative)] = hashlib.sha256(path.read_bytes()).hexdigest()
        return found

    def file(self, name: str) -> Path:
        """A stored file: `source`, or its path."""
        return (
            self.root / "claims/main" / ("sources/2024-quarrel.ttl" if name == "source" else name)
        )

    def write(self, name: str, text: str | bytes) -> Path:
        """A file beside the knowledge base, not in it."""
        path = self.root.parent / name
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def sheet(self, text: str, *options: str) -> Done:
        """Add a sheet."""
        return self("add", "--from", self.write("sheet.yaml", text), *options)

    def refuses(
        self,
        code: int,
        *args: str | Path,
        says: tuple[str, ...] = (),
        stdin: str | bytes = b"",
        **environment: str,
    ) -> str:
        """Run a command that must fail with this code, say these words on stderr, and leave every
        stored byte as it was.
        """
        before = self.tree()
        done = self(*args, stdin=stdin, **environment)
        assert done.code == code, done
        for words in says:
            assert words in done.err, done
        assert self.tree() == before
        return done.err


# What would change the output of a command, or how soon it is written.
OUT_OF_PLACE = {"NO_COLOR", "FORCE_COLOR", "COLUMNS", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE"}


def surroundings(**more: str) -> dict[str, str]:
    """The environment of a command: this checkout's program, no knowledge base and no texts from
    elsewhere.
    """
    clean = {
        k: v for k, v in os.environ.items() if not k.startswith("KB_") and k not in OUT_OF_PLACE
    }
    path = os.pathsep.join(filter(None, (str(CHECKOUT), os.environ.get("PYTHONPATH"))))
    return {**clean, "PYTHONPATH": path, **more}


STARTER = starter(surroundings())


def pytest_unconfigure() -> None:
    """Leave no process behind."""
    stop_all()


def run(
    *args: str | Path, cwd: Path, stdin: str | bytes = b"", environment: Mapping[str, str] = {}
) -> Done:
    """`kb …` as a process of its own."""
    given = stdin.encode() if isinstance(stdin, str) else stdin
    code, out, err = STARTER.run([*map(str, args)], cwd, given, environment, timeout=60)
    done = Done(code, out.decode(), err.decode())
    assert "Traceback" not in done.err + done.out, done
    assert "defect of the program" not in done.err, done
    return done


@pytest.fixture(autouse=True)
def _no_width(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests that run side by side have COLUMNS set, which is the width of tables and prose."""
    monkeypatch.delenv("COLUMNS", raising=False)


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small knowledge base, made by commands; not to be changed: see `kb` for a copy."""
    root = tmp_path_factory.mktemp("made") / "quarrel"
    kb = Kb(root)
    note = kb.write("quarrel.txt", TEXT)
    told = (
        "--id",
        "2024-quarrel",
        "--author",
        "A Gazette",
        "--published",
        "2024-03-04",
        "--language",
        "en",
    )
    for done in (
        run("init", root, "--base", "https://example.org/quarrel/", cwd=root.parent),
        kb("add", "source", note, *told),
        kb.sheet(SHEET),
        kb("stats"),
    ):
        assert done.code == 0, done
    return root


@pytest.fixture
def kb(made: Path, tmp_path: Path) -> Kb:
    """A copy of the small knowledge base, to be changed."""
    shutil.copytree(made, tmp_path / "quarrel")
    return Kb(tmp_path / "quarrel")


@pytest.fixture(scope="session")
def seen(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kb]:
    """One copy for all tests that only read."""
    yield from unchanged(Kb(shutil.copytree(made, tmp_path_factory.mktemp("seen") / "quarrel")))


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kb]:
    """A knowledge base in which nothing is, for all tests that leave it so."""
    root = tmp_path_factory.mktemp("empty") / "nothing"
    assert run("init", root, cwd=root.parent).code == 0
    yield from unchanged(Kb(root))


def unchanged(shared: Kb) -> Iterator[Kb]:
    """Lend a knowledge base to many tests; at the end, what any of them wrote in it is an error."""
    before = shared.tree()
    yield shared
    assert shared.tree() == before, (
        "a test wrote into a knowledge base that others read; give it a copy of its own"
    )
