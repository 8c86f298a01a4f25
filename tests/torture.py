"""The guards under load: `make torture`, or `python tests/torture.py [--sample 0.01] [CASE …]`.
Figures on stdout, progress on stderr.

Every case says what is wanted, counts what it saw, and leaves nothing behind. Chance is seeded: a
run can be repeated.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path

import edits
import hostile
from conftest import CHECKOUT, MORE, TEXT, surroundings
from faults.bombs import bombs
from faults.documents import damaged_documents, encodings
from faults.figures import NOW, SEED, Figure, bare, child, ended, say, small, some
from faults.folders import folders
from faults.foreign import foreign
from faults.histories import histories
from faults.imports import damaged_imports
from faults.lost_writes import lost_writes
from faults.pages import pages
from faults.readers import readers
from faults.servers import servers
from faults.values import values

from kb import documents
from kb.app import knowledge_base, stored_files
from kb.app.audit import damage
from kb.coding import compiler, yaml_reader
from kb.errors import KbError, Usage
from kb.model.rdf_terms import Term
from kb.model.records import Entity
from kb.rdf import turtle_reader, turtle_writer
from kb.store import Answer
from kb.store.oxigraph import EmbeddedStore
from kb.workspace.catalogs.catalog import Known
from kb.workspace.files import folder, saved_queries
from kb.workspace.files.saved_queries import SavedQuery
from kb.workspace.log import log_entries
from kb.workspace.transactions import transaction

# --- writers


def kills(sample: float) -> Iterator[Figure]:
    """Writers of documents (two files and a text each) are killed at random moments; each tells
    what it has done as soon as it is done.
    """
    chance, number = random.Random(SEED), some(1000, sample)
    done = acknowledged = lost = torn = more = 0
    while done < number:
        with bare() as kb:
            have = 0
            for _ in range(min(50, number - done)):
                told = _killed(kb, have, chance)
                transaction.recover(kb.folder)
                now = _counted(kb)
                acknowledged += told
                lost += max(0, have + told - now)
                more += now == have + told + 1
                torn += now > have + told + 1 or _torn(kb, now)
                have, done = now, done + 1
            torn += ended(child(lambda kb=kb: os._exit(min(kb.validate().errors, 100))))
        say(f"kills: {done} of {number}, {acknowledged} acknowledged")
    yield Figure(
        f"{number} kills during writes, {acknowledged} acknowledged: lost",
        "0",
        str(lost),
        lost == 0,
    )
    yield Figure("… torn, or other than a prefix of the commands", "0", str(torn), torn == 0)
    yield Figure(
        "… done and not yet acknowledged, at most one each",
        f"≤ {number}",
        str(more),
        more <= number,
    )


def _killed(kb: knowledge_base.KnowledgeBase, first: int, chance: random.Random) -> int:
    """Kill a writer some way into one of its first additions; how many it told of."""
    reader, writer = os.pipe()

    def work() -> None:
        os.close(reader)
        for n in range(first, first + 1000):
            kb.add_source(
                f"note {n}.txt",
                f"Note {n}.\n".encode(),
                {"id": f"note-{n}", "author": f"Author {n}"},
            )
            os.write(writer, b".")

    started, told = time.monotonic(), 0
    pid = child(work)
    os.close(writer)
    for _ in range(chance.randrange(3)):
        told += len(os.read(reader, 1))
    time.sleep(
        (time.monotonic() - started) / max(told, 1) * chance.random()
        if told
        else chance.random() * 0.1
    )
    os.kill(pid, signal.SIGKILL)
    ended(pid)
    with os.fdopen(reader, "rb") as stream:
        return told + len(stream.read())


def _counted(kb: knowledge_base.KnowledgeBase) -> int:
    return len(list((kb.folder.root / "claims/main/sources").glob("*.ttl")))


def _torn(kb: knowledge_base.KnowledgeBase, number: int) -> bool:
    """Whether anything but the first `number` additions is there, any of them in part, or the
    journal knows otherwise.
    """
    files, problems = kb.files()
    records = {r.path + r.id for f in files for r in f.records}
    whole = {f"{path}-{n}" for path in ("source/note", "entity/author") for n in range(number)}
    wrong = {
        "problems": problems,
        "records": records ^ whole,
        "pending": (kb.folder.root / ".journal/pending.json").exists(),
        "bytes": damage.found(kb.session),
        "log": log_entries.last(kb.folder) - number,
    }
    if any(wrong.values()):
        say(f"torn: {wrong}")
    return any(wrong.values())


def writers(sample: float) -> Iterator[Figure]:
    """Eight processes add to the same four files; two more writers do so through the command line
    meanwhile.
    """
    each, processes, files = some(250, sample), 8, 4
    with small() as kb:

        def work(writer: int) -> None:
            for n in range(each):
                name = f"claims/main/shared-{(writer + n) % files}.ttl"
                with kb.writing(f"addition {n} of writer {writer}"):
                    before = kb.folder.read(name)
                    new = Entity(f"added-{writer}-{n}", kind="object", name=f"{writer}-{n}")
                    transaction.commit(
                        kb.folder,
                        {name: turtle_writer.replace(before, [new], kb.folder.base)},
                        {name: before},
                        f"add {new.id}",
                    )

        pids = [child(lambda w=w: work(w)) for w in range(processes)]
        codes = [_by_command(kb, n) for n in range(min(4, each))]
        codes += [ended(pid) for pid in pids]
        found = [e for e in kb.known().entities if e.startswith("added-")]
        wanted = processes * each
        commands = sum(
            c.id.startswith("northland-controls-pier") for c in kb.known().claims.values()
        )
        logged = log_entries.last(kb.folder) - 2
        yield Figure(
            f"{processes} writers × {each} additions: present",
            str(wanted),
            str(len(found)),
            len(found) == wanted,
        )
        yield Figure(
            "… by commands meanwhile: present",
            str(min(4, each)),
            str(commands),
            commands == min(4, each),
        )
        yield Figure("… refused or failed", "0", str(sum(c != 0 for c in codes)), not any(codes))
        yield Figure(
            "… entries of the log", str(wanted + commands), str(logged), logged == wanted + commands
        )


def _by_command(kb: knowledge_base.KnowledgeBase, n: int) -> int:
    text = MORE.replace("Northland controls the pier", f"Northland controls pier {n}")
    command = [sys.executable, "-m", "kb", "--kb", kb.folder.root, "add", "--from", "-"]
    return subprocess.run(
        command, input=text.encode(), env=surroundings(), stdout=subprocess.DEVNULL
    ).returncode


def disk(sample: float) -> Iterator[Figure]:
    """A disk of a small size of its own, where the system lets us have one; else no file may grow
    beyond a size.
    """
    points = some(50, sample)
    real = ended(child(lambda: None if _mounted("/tmp", 64) else os._exit(1))) == 0
    lost, written = 0, 0
    for n in range(points):
        with small() as kb:
            code = ended(child(lambda kb=kb, n=n: _filled(kb, n / points, real and n % 2 == 0)))
            lost += code not in (0, 10)
            written += code == 10
    kind = "a small disk, or a limit of file size" if real else "a limit of file size"
    yield Figure(
        f"full disk at {points} points ({kind}): lost, in part, or unclear",
        "0",
        str(lost),
        lost == 0,
    )
    yield Figure("… of these written whole", f"< {points}", str(written), written < points)


def _filled(kb: knowledge_base.KnowledgeBase, part: float, real: bool) -> None:
    """Add a source where only so much space is left. Leaves with 10 where it was written, 3 where
    something is lost; else refused.
    """
    if real:
        disk = kb.folder.root.parent / "disk"
        disk.mkdir()
        assert _mounted(str(disk), 512)
        shutil.copytree(
            kb.folder.root, disk / "kb", ignore=shutil.ignore_patterns(folder.DISPOSABLE)
        )  # which may be larger than the disk
        kb = knowledge_base.open(str(disk / "kb"))
        (disk / "ballast").write_bytes(b"x")
        free = os.statvfs(disk).f_bavail * 4096
        (disk / "ballast").write_bytes(b"x" * max(1, free - 4096 * int(part * 12)))
    else:
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(part * 5000), resource.RLIM_INFINITY))
    before = {name: kb.folder.read(name) for name in kb.folder.files()}
    code = 0
    try:
        kb.add_source(
            "more.txt", b"A note of Layla.\n" * 40, {"id": "more", "author": "A New Gazette"}
        )
        code = 10
    except Usage as error:
        code = (
            0
            if re.search(
                r"cannot be written: .*(nothing was changed|free space)|cannot be written",
                error.message,
            )
            else 3
        )
    if real:
        (disk / "ballast").unlink()
    else:
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    transaction.recover(kb.folder)
    after = {name: kb.folder.read(name) for name in kb.folder.files()}
    if code == 10:
        code = 10 if after.keys() - before.keys() == {"claims/main/sources/more.ttl"} else 3
    elif code == 0:
        code = 0 if after == before else 3
        if code == 0:
            kb.add_source("more.txt", b"A note.\n", {"id": "more", "author": "A New Gazette"})
    os._exit(code or (3 if list(damage.changed(kb.session)) else 0))


def _mounted(place: str, kib: int) -> bool:
    """Whether a file system in memory of so many KiB now lies over a folder, for this process
    alone.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    user, group = os.getuid(), os.getgid()
    if libc.unshare(0x20000 | (0x10000000 if user else 0)):
        return False
    if user:
        for name, text in (
            ("setgroups", "deny"),
            ("uid_map", f"0 {user} 1"),
            ("gid_map", f"0 {group} 1"),
        ):
            Path(f"/proc/self/{name}").write_text(text)
    libc.mount(b"none", b"/", None, 0x40000 | 0x4000, None)  # private: nobody else sees the mount
    return libc.mount(b"none", place.encode(), b"tmpfs", 0, f"size={kib}k".encode()) == 0


# --- damage


def flips(sample: float) -> Iterator[Figure]:
    """Half of them keep the time of writing, as a fault of the disk does. Stored files, settings,
    documents, journal.
    """
    chance, number = random.Random(SEED), some(1000, sample)
    unseen = rotten = full = 0
    with small() as kb:
        root = kb.folder.root
        log = [log_entries.file_of(kb.folder, n) for n in log_entries.numbers(kb.folder)]
        files = [
            root / "kb.toml",
            *(root / f for f in kb.folder.files()),
            *(root / "documents").glob("*.txt"),
            *log,
        ]
        for n in range(number):
            path = chance.choice(files)
            data, stat = path.read_bytes(), path.stat()
            at = chance.randrange(len(data))
            other = (
                data[:at]
                if n % 2
                else data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :]
            )
            path.write_bytes(other)
            if n % 4 < 2:
                os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
            found = {p.code for p in damage.found(kb.session) if root / p.place.path == path}
            unseen += not found
            rotten += n % 4 < 2 and len(other) == len(data) and "changed-outside" in found
            if n % 100 == 0 and path != files[0]:
                full += not any(root / p.place.path == path for p in kb.fsck().problems)
            path.write_bytes(data)
            os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
        clean = list(damage.found(kb.session))
    yield Figure(f"{number} flipped bits and truncations: not seen", "0", str(unseen), unseen == 0)
    yield Figure("… by the whole of fsck, one in a hundred: not seen", "0", str(full), full == 0)
    yield Figure("… a fault of the disk taken for a change by hand", "0", str(rotten), rotten == 0)
    yield Figure("… problems once all is as it was", "0", str(len(clean)), not clean)


def inputs(sample: float) -> Iterator[Figure]:
    """Sheets down to the records, stored files, pages: whatever they hold, an answer or a sentence,
    in little time and memory.
    """
    number, processes = some(100_000, sample), 2
    with small() as kb:
        pids = [child(lambda p=p: _fed(kb, p, number // processes)) for p in range(processes)]
        codes = [ended(pid) for pid in pids]
    crashed = sum(c != 0 for c in codes)
    yield Figure(
        f"{number} malformed sheets, Turtle files and pages: tracebacks, or hung",
        "0",
        str(crashed),
        crashed == 0,
    )


def _fed(kb: knowledge_base.KnowledgeBase, part: int, number: int) -> None:
    """Raises at the first defect; a hang of 10 seconds, or 2 GB more memory, is one."""
    chance = random.Random(SEED + part)
    known, stored = kb.known(), kb.folder.read("claims/main/sources/2024-quarrel.ttl")
    used = (
        int(Path("/proc/self/statm").read_text().split()[0]) * 4096
        if Path("/proc/self/statm").exists()
        else 0
    )
    resource.setrlimit(resource.RLIMIT_AS, (used + 2**31, used + 2**31))
    signal.signal(signal.SIGALRM, lambda *_: os.abort())
    for n, (kind, data) in enumerate(hostile.inputs(chance, stored, number)):
        signal.alarm(10)
        try:
            _read(kb, known, kind, data)
        except KbError:
            pass
        except BaseException:
            Path(tempfile.gettempdir(), f"torture-{kind}-{part}-{n}").write_bytes(data)
            raise
        if n % 5000 == 4999:
            say(f"inputs: {n + 1} of {number} in process {part + 1}")
    signal.alarm(0)


def _read(kb: knowledge_base.KnowledgeBase, known: Known, kind: str, data: bytes) -> None:
    if kind == "html":
        documents.read("page.html", data)
    elif kind == "turtle":
        text = folder.decode(data, "x.ttl")
        file, _ = stored_files.read("claims/main/x.ttl", text, kb.folder.base)
        with contextlib.suppress(turtle_reader.Broken):
            turtle_writer.tidy(file.text, kb.folder.base)
    else:
        parsed = yaml_reader.parse(folder.decode(data, "s.yaml"), "s.yaml")
        if not parsed.problems:
            copy = deepcopy(known)
            change = compiler.from_sheet(parsed, copy, TEXT, NOW, "main")
            for name, records in change.files.items():
                turtle_writer.replace(kb.folder.read(name), records, kb.folder.base).encode()


# --- questions

EX = "https://example.org/t/"


def parameters(sample: float) -> Iterator[Figure]:
    """The one row that holds the value as given, or a refusal; through a string in a filter and an
    IRI in a pattern as well.
    """
    store = EmbeddedStore(None)
    store.replace(
        EX + "g",
        [
            (Term("iri", f"{EX}s{n}"), Term("iri", EX + "p"), Term("literal", str(n)))
            for n in range(20)
        ],
    )
    chance, number, extra, other = random.Random(SEED), some(500, sample), 0, 0
    for kind in ("_v", "_v_iri", "_v_xsd_date", "_v_xsd_integer", "_v_xsd_string"):
        text = f"SELECT ?x {{ BIND(?{kind} AS ?x) }}"
        pattern = f"SELECT ?s {{ ?s ?p ?o FILTER(STR(?o) = STR(?{kind})) }}"
        for value in hostile.strings(chance, number):
            for query in (text, pattern):
                saved = SavedQuery(
                    "q", "questions", "", query, params=saved_queries.parameters(query)
                )
                with contextlib.suppress(KbError):
                    answer = store.select(saved_queries.bind(saved, {"v": value}))
                    assert isinstance(answer, Answer)
                    extra += len(answer.rows) > 1
                    other += query is text and [
                        c and c.value for row in answer.rows for c in row
                    ] != [value]
        say(f"parameters: {kind[1:]} done")
    yield Figure(
        f"{number} hostile strings for each of 5 types of parameter: extra rows",
        "0",
        str(extra),
        extra == 0,
    )
    yield Figure("… values other than given", "0", str(other), other == 0)


def network(sample: float) -> Iterator[Figure]:
    """A server of our own listens where everything hostile points; commands run under a watch on
    sockets, too.
    """
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server, small() as kb:
        server.setblocking(False)
        port = server.getsockname()[1]
        here = f"http://127.0.0.1:{port}/"
        page = kb.folder.root.parent / "page.html"
        page.write_text(
            re.sub(r"http://127\.0\.0\.1:9/", here, hostile.PAGE).replace(
                "<p>", f'<p><img src="{here}i.png">', 1
            )
        )
        own = kb.folder.root / "claims/main/outside.ttl"
        own.write_text(
            f"@base <{here}> .\n<x> <http://www.w3.org/2002/07/owl#imports> <{here}o.ttl> .\n"
        )
        watch = (
            "import sys\n"
            "sys.addaudithook(lambda e, a: e in ('socket.connect', 'socket.getaddrinfo') and print('REACHED', a, file=sys.stderr))\n"
            "from kb.cli import run\nsys.exit(run(sys.argv[1:]))"
        )
        asked = [
            f"SELECT * {{ SERVICE <{here}> {{ ?s ?p ?o }} }}",
            f"SELECT * FROM <{here}x> {{ ?s ?p ?o }}",
            f"LOAD <{here}x>",
        ]
        commands = [
            ["add", "source", str(page)],
            ["validate"],
            ["fsck"],
            ["status"],
            ["stats"],
            ["export", "turtle"],
            ["list", "claims"],
        ]
        reached = 0
        for args, given in [*((c, "") for c in commands), *((["query", "-"], q) for q in asked)]:
            done = subprocess.run(
                [sys.executable, "-c", watch, "--kb", kb.folder.root, *args],
                input=given.encode(),
                capture_output=True,
                env=surroundings(),
            )
            reached += done.stderr.count(b"REACHED") + (b"Traceback" in done.stderr)
        with contextlib.suppress(BlockingIOError):
            while True:
                server.accept()[0].close()
                reached += 1
    yield Figure(
        f"{len(commands) + len(asked)} commands over hostile data: connections",
        "0",
        str(reached),
        reached == 0,
    )


def names(sample: float) -> Iterator[Figure]:
    """As ids, collections, topics and paths; and sizes and nesting beyond the limits."""
    chance, number, out = random.Random(SEED), some(500, sample), 0
    with small() as kb:
        around = kb.folder.root.parent
        for name in hostile.names(chance, number):
            with contextlib.suppress(KbError, ValueError):
                kb.add_source("n.txt", f"Text {name!r}.".encode(), {"id": name})
            with contextlib.suppress(KbError, ValueError):
                transaction.commit(kb.folder, {name: "x"}, {}, "out")
            change = compiler.from_sheet(
                yaml_reader.parse(f"collection: {name!r}\ntopic: {name!r}\n{MORE}", "s"),
                kb.known(),
                TEXT,
                NOW,
                "main",
            )
            out += sum(
                not (kb.folder.root / f).resolve().is_relative_to(kb.folder.root / "claims")
                for f in change.files
            )
        out += len([p for p in around.iterdir() if p != kb.folder.root])
        out += len(
            {p.name for p in kb.folder.root.iterdir()}
            - {"kb.toml", "claims", "documents", ".gitattributes", ".gitignore", ".journal", ".kb"}
        )
    yield Figure(f"{number} hostile names: files outside of the folder", "0", str(out), out == 0)
    yield from _limits()


def _limits() -> Iterator[Figure]:
    refused = 0
    with bare() as kb:
        big = kb.folder.root.parent / "big.txt"
        with big.open("wb") as stream:
            stream.truncate(folder.LARGEST_DOCUMENT + 1)
        deep = {
            "sheet": "claims: " + "[" * 100_000,
            "html": "<!DOCTYPE html><html><body>" + "<div>" * 100_000 + "x",
        }
        started = time.monotonic()
        with contextlib.suppress(Usage):
            folder.read_bytes(big)
            refused -= 1
        refused += 1
        refused += bool(yaml_reader.parse(deep["sheet"], "s").problems)
        with contextlib.suppress(KbError):
            documents.read("x.html", deep["html"].encode())
        refused += time.monotonic() - started < 10
        file, problems = stored_files.read("x.ttl", "<a> <b> " + "[ <c> " * 100_000, kb.folder.base)
        refused += bool(problems) and not file.triples
    yield Figure("limits of size and nesting kept", "4", str(refused), refused == 4)


# So many edits of one knowledge base; then another one, made by other chances.
EDITS = 40


def corrections(sample: float) -> Iterator[Figure]:
    """Random edits of records in which everything touches everything; after each, what is derived
    beside everything worked out anew.
    """
    number, equal, done = some(1000, sample), 0, 0
    for seed in range(SEED, SEED + -(-number // EDITS)):
        todo = min(EDITS, number - done)
        with tempfile.TemporaryDirectory() as place:
            for found in edits.edited(Path(place) / "kb", seed, todo):
                equal += not found.differences
                if found.differences:
                    say(f"{found.what}: {found.differences}")
        done += todo
        say(f"edits: {done} of {number}")
    yield Figure(
        "random edits after which the index equals one worked out anew",
        f"{number}",
        f"{equal}",
        equal == number,
    )


CASES: dict[str, Callable[[float], Iterator[Figure]]] = {
    "kills": kills, "writers": writers, "disk": disk, "flips": flips, "inputs": inputs,
    "foreign": foreign, "bombs": bombs, "parameters": parameters, "network": network, "names": names, "corrections": corrections,
    "lost-writes": lost_writes, "pages": pages, "servers": servers, "readers": readers, "values": values,
    "folders": folders, "documents": damaged_documents, "encodings": encodings, "git": histories,
    "imports": damaged_imports,
}  # fmt: skip


def main() -> int:
    """Run the cases that are named, all by default; exit code 1 where a figure is not what is
    wanted.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("case", nargs="*", metavar="CASE", help=", ".join(CASES))
    parser.add_argument(
        "--sample", type=float, default=1.0, help="this part of the full numbers, as 0.01"
    )
    parser.add_argument("--part", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if unknown := set(given.case) - set(CASES):
        parser.error(f"there is no case {', '.join(unknown)}: {', '.join(CASES)}")
    chosen = given.case or list(CASES)
    if not given.part:
        print(f"{'case':<80} {'wanted':<30} {'got':<26} {'':<5} seconds", flush=True)
    if (
        len(chosen) > 1
    ):  # each in a process of its own, so that what one needs is not counted for another
        command = [sys.executable, __file__, "--part", "--sample", str(given.sample)]
        return max(subprocess.run([*command, name]).returncode for name in chosen)
    good = True
    for name in chosen:
        started = time.monotonic()
        for figure in CASES[name](given.sample):
            verdict, seconds = "fine" if figure.good else "WRONG", time.monotonic() - started
            print(
                f"{figure.case:<80} {figure.wanted:<30} {figure.got:<26} {verdict:<5} {seconds:7.1f}",
                flush=True,
            )
            good = good and figure.good
    return 0 if good else 1


if __name__ == "__main__":
    sys.path.insert(0, str(CHECKOUT))
    sys.exit(main())
