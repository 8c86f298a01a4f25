"""Power cuts: what was acknowledged is there, whole, whatever the disk lost of all that no fsync
covers.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import random
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from conftest import MORE, SHEET, TEXT

from faults.figures import SEED, Figure, child, ended, say, some
from faults.tape import KILLED, Recorder, Tape, policies
from kb.app import knowledge_base
from kb.app.audit import damage
from kb.cli import run
from kb.rdf import turtle_writer
from kb.system import disk
from kb.workspace.files import folder
from kb.workspace.log import log_entries
from kb.workspace.transactions import transaction

# States for each fsync that is left out, to see that the loss of it is found.
BLIND = 400
# Where an fsync is left out: what it is of → whether a path below the recorded folder is such.
SYNCS: dict[str, Callable[[str], bool]] = {
    "files": lambda p: "." in os.path.basename(p) and os.path.basename(p) != ".journal",
    "the folder around": lambda p: p == "",
    "the knowledge base": lambda p: p == "/kb",
    "claims": lambda p: p == "/kb/claims",
    "collections": lambda p: p.startswith("/kb/claims/"),
    "documents": lambda p: p == "/kb/documents",
    ".journal": lambda p: p == "/kb/.journal",
    ".journal/log": lambda p: p == "/kb/.journal/log",
}
COMMANDS = (
    ("init", "kb"),
    (
        "add",
        "source",
        "quarrel.txt",
        "--id",
        "2024-quarrel",
        "--author",
        "A Gazette",
        "--published",
        "2024-03-04",
    ),
    ("add", "--from", "sheet.yaml"),
    ("add", "source", "other.txt", "--id", "other", "--collection", "second"),
    ("add", "--from", "more.yaml"),
    ("edit", "oldport", "name=Old Port"),
    ("rename", "tugs", "boats"),
    ("undo",),
    ("undo", "4"),
    ("fsck", "--accept"),
    ("fmt",),
)
# The command before which somebody edits a file by hand.
BY_HAND = ("fsck", "--accept")


@dataclass(frozen=True)
class State:
    """What is stored at a moment: path → bytes of settings, claims and documents, and the number of
    entries of the log.
    """

    files: dict[str, bytes]
    logged: int
    by_hand: bool = False


def state(root: Path, by_hand: bool = False) -> State:
    """What is stored now."""
    places = [
        root / "kb.toml",
        *(root / "claims").rglob("*.ttl"),
        *(root / "documents").glob("*.txt"),
    ]
    files = {p.relative_to(root).as_posix(): p.read_bytes() for p in places if p.is_file()}
    return State(files, len(list((root / ".journal/log").glob("*.json"))), by_hand)


def lost_writes(sample: float) -> Iterator[Figure]:
    """Real commands, and writers that are killed at some call and followed by others; then the
    power is cut at random points.
    """
    chance, number = random.Random(SEED), some(500, sample)
    with tempfile.TemporaryDirectory() as place:
        tapes = [recorded(Path(place) / "commands", commands)]
        tapes += [_killed(Path(place) / f"killed-{n}", chance) for n in range(some(20, sample))]
    bad = [
        found
        for n in range(number)
        if (found := _tried(tapes[n % 2 and 1 + n // 2 % (len(tapes) - 1)], chance))
    ]
    for what in bad:
        say(f"lost-writes: {what}")
    yield Figure(
        f"{number} states after power cuts: acknowledged and lost, or half there",
        "0",
        str(len(bad)),
        not bad,
    )
    kinds = list(SYNCS) if sample == 1 else ["claims"]
    seen = [kind for kind in kinds if _bites(tapes, SYNCS[kind])]
    say(f"lost-writes: without fsyncs, losses were seen for {', '.join(seen)}")
    yield Figure(
        "… kinds of fsync whose absence is seen", str(len(kinds)), str(len(seen)), seen == kinds
    )


def _bites(tapes: Sequence[Tape], blind: Callable[[str], bool]) -> bool:
    """Whether a loss is seen where these fsyncs do nothing."""
    chance = random.Random(SEED)
    return any(_tried(chance.choice(tapes), chance, blind) for _ in range(BLIND))


# --- recording


def recorded(
    place: Path,
    work: Callable[[Path, Recorder], None],
    calls: Sequence[tuple[object, ...]] = (),
    kill: int = 0,
) -> Tape:
    """What `work` does in a folder, as a child; after earlier calls, and killed after the call of
    that number.
    """
    return Tape.of(str(place), _calls(place, work, calls, kill))


def _calls(
    place: Path,
    work: Callable[[Path, Recorder], None],
    calls: Sequence[tuple[object, ...]],
    kill: int,
) -> list[tuple[object, ...]]:
    place.mkdir(exist_ok=True)
    recorder = Recorder(str(place), list(calls), place.with_suffix(".calls"), kill)

    def do() -> None:
        os.chdir(place)
        recorder.start()
        work(place, recorder)
        recorder.save()

    code = ended(child(do))
    assert code == (KILLED if kill else 0), code
    found: list[tuple[object, ...]] = pickle.loads(recorder.file.read_bytes())  # noqa: S301  # our own
    return found


def commands(place: Path, recorder: Recorder) -> None:
    """The real commands, one after the other."""
    for name, text in (
        ("quarrel.txt", TEXT),
        ("other.txt", f"More\n\n{TEXT}"),
        ("sheet.yaml", SHEET),
        ("more.yaml", MORE),
    ):
        (place.parent / name).write_text(text)
    os.environ["KB_HOME"] = str(place / "kb")
    with (
        open(os.devnull, "w") as nowhere,
        contextlib.redirect_stdout(nowhere),
        contextlib.redirect_stderr(nowhere),
    ):
        for command in COMMANDS:
            if command == BY_HAND:
                _edited(place / "kb", recorder)
            args = [str(place.parent / word) if "." in word else word for word in command]
            assert run(args) == 0, command
            recorder.mark(state(place / "kb"))


def _edited(root: Path, recorder: Recorder) -> None:
    """Somebody edits a file by hand, and the disk has it."""
    path = root / "claims/main/entities.ttl"
    disk.write(path, path.read_text().replace(" ;\n    ", ";  ", 3))
    recorder.mark(state(root, by_hand=True))


def _killed(place: Path, chance: random.Random) -> Tape:
    """A writer is killed at some call; the next one puts it right and goes on."""
    first = _calls(place, _one, (), 0)
    number = len(_calls(place, _two, first, 0)) - len(first)
    shutil.rmtree(place)
    calls = _calls(place, _one, (), 0)
    calls = _calls(place, _two, calls, len(calls) + 1 + chance.randrange(number - 1))
    return recorded(place, _three, calls)


BASE = "https://example.org/x/"


def _file(*names: str) -> str:
    blocks = (f'\n<entity/{n}>\n    a kb:Entity ;\n    skos:prefLabel "{n}" .\n' for n in names)
    return turtle_writer.heading(BASE) + "".join(blocks)


def _one(place: Path, recorder: Recorder) -> None:
    made = folder.create(place / "kb", BASE, "main")
    recorder.mark(state(place / "kb"))
    transaction.commit(
        made, {"claims/main/a.ttl": _file("a"), "claims/main/gone.ttl": _file("g")}, {}, "first"
    )
    recorder.mark(state(place / "kb"))


def _two(place: Path, recorder: Recorder) -> None:
    made = folder.load(place / "kb")
    texts = {
        "claims/main/a.ttl": _file("a", "b"),
        "claims/new/deep/c.ttl": _file("c"),
        "claims/main/gone.ttl": "",
    }
    with transaction.writing(made, "second"):
        folder.keep_document(made, "A text.\n")
        transaction.commit(made, texts, {name: made.read(name) for name in texts}, "second")
    recorder.mark(state(place / "kb"))


def _three(place: Path, recorder: Recorder) -> None:
    made = folder.load(place / "kb")
    with transaction.writing(made, "look"):
        pass
    recorder.mark(state(place / "kb"))
    folder.keep_document(made, "A text.\n")
    before = made.read("claims/new/deep/c.ttl")
    transaction.commit(
        made, {"claims/new/deep/c.ttl": _file("c", "d")}, {"claims/new/deep/c.ttl": before}, "third"
    )
    recorder.mark(state(place / "kb"))


# --- the power is cut


def _tried(
    tape: Tape, chance: random.Random, blind: Callable[[str], bool] = lambda _: False
) -> str:
    """What is wrong after a power cut at a random point; empty where nothing is."""
    point = chance.randrange(1, len(tape.ops) + 1)
    left = tape.cut(point, policies(chance, 12), blind)
    marks = [(n, op.args[0]) for n, op in enumerate(tape.ops) if op.kind == "mark"]
    done = [found for n, found in marks if n < point]
    allowed = [*done[-1:], *(found for n, found in marks if n >= point)][: 1 + bool(done)]
    with tempfile.TemporaryDirectory() as place:
        for name, data in left.items():
            path = Path(place, name)
            path.mkdir() if data is None else path.write_bytes(data)
        said = Path(place) / "said"
        said.write_text("the next command is refused")
        ended(child(lambda: said.write_text(_wrong(Path(place) / "kb", allowed, bool(done)))))
        return f"after {point} of {len(tape.ops)}: {said.read_text()}" if said.read_text() else ""


def _wrong(root: Path, allowed: Sequence[State], begun: bool) -> str:
    """What is wrong with a knowledge base of which one of these states is allowed, or, where it is
    not begun, none.
    """
    if not begun and not (root / "kb.toml").exists():
        folder.create(root, BASE, "main")
        return ""
    kb = knowledge_base.open(str(root))
    with kb.writing("next"):
        here = state(root)
    if not any(_same(here, one) for one in allowed):
        return f"another state: {sorted(here.files)}, {here.logged} entries"
    changed = any(one.by_hand for one in allowed)
    wrong = [str(p) for p in damage.found(kb.session) if p.severity == "error" or not changed]
    if wrong:
        return "; ".join(wrong)
    _written(kb)
    return "; ".join(str(p) for p in damage.found(kb.session) if p.severity == "error")


def _same(here: State, wanted: State) -> bool:
    """Whether a state is the wanted one; a text that a command kept before it was cut off is whole,
    and may stay.
    """
    files = {
        n: d for n, d in here.files.items() if n in wanted.files or not n.startswith("documents/")
    }
    return files == wanted.files and here.logged == wanted.logged


def _written(kb: knowledge_base.KnowledgeBase) -> None:
    """The next command goes on."""
    before = log_entries.last(kb.folder)
    transaction.commit(kb.folder, {"claims/later/z.ttl": _file("z")}, {}, "next")
    assert log_entries.last(kb.folder) == before + 1
