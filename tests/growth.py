"""What each command costs as a knowledge base grows: `make growth`, or
`python tests/growth.py --claims 1000 3000`.

For each size, in one run: the CPU of whole processes, user and system, medians of several runs
where one does not take long, and the peak memory of `kb index`. They are kept in
docs/reference/growth.csv, where a size that is measured again replaces its earlier figures, and
from there comes the page and its picture. Progress on stderr, figures on stdout.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from itertools import count
from pathlib import Path

import growth_page
from bench import RUNS, cpu, line, process, say
from generated_bases import BETWEEN_ACTORS, World
from growth_page import Figure

SIZES = (1000, 3000, 10_000, 30_000, 100_000)
KB = str(Path(sys.executable).parent / "kb")
GENERATOR = str(Path(__file__).with_name("generated_bases.py"))
# With fewer claims, none may be between two actors.
LEAST = 100
# Seconds of one command, after which it is not run again.
ENOUGH = 30.0
# Among the first claims, an edit takes one that few others are about.
FIRST = 1000
# A query of a large knowledge base needs more than the usual limits of `kb query`.
LIMITS = ("--timeout", "3600", "--memory", "16000")
# Every file is parsed and nothing is kept: no program that reads them with this library takes less.
READ = """
import pathlib, sys
import pyoxigraph as ox
for path in sorted(pathlib.Path(sys.argv[1]).rglob("*.ttl")):
    base = "https://example.org/kb/"
    for triple in ox.parse(path=path, format=ox.RdfFormat.TURTLE, base_iri=base):
        pass
"""
# A process of its own, because the peak of a child is at least what its parent used.
PEAK = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(done.returncode)
"""
# ru_maxrss counts kilobytes, and bytes on macOS.
TO_MEGABYTES = 2**20 if sys.platform == "darwin" else 2**10


@dataclass(frozen=True)
class Job:
    """What is measured, and what has to be done before each run and is not measured.

    `runs` is the largest number of runs.
    """

    work: str
    run: Callable[[], object]
    before: Callable[[], object] = lambda: None
    runs: int = RUNS


def jobs(root: Path, claims: int, peaks: list[float]) -> Iterator[Job]:
    """Everything that is measured in a knowledge base, in order: each finds what the one before
    left. `peaks` gets the peak memory of each `kb index`, in megabytes.
    """
    numbers, rare = count(2), rare_claim(World(claims))

    def indexed() -> None:
        peaks.append(peak(KB, "index"))

    def edited(claim: str = rare) -> None:
        process(KB, "edit", claim, f"count=more than {next(numbers)}")

    def emptied() -> None:
        shutil.rmtree(root / ".kb", ignore_errors=True)

    def command(*arguments: str) -> Callable[[], object]:
        return lambda: process(KB, *arguments)

    read = (sys.executable, "-I", "-c", READ, str(root / "claims"))
    yield Job(growth_page.LIMIT, lambda: process(*read))
    yield Job("kb index", indexed, before=emptied)
    yield Job("kb validate, first", command("validate"), runs=1)
    yield Job("kb validate, again", command("validate"))
    yield Job("kb stats", command("stats"))
    yield Job("kb query contradictions", command("query", "contradictions", *LIMITS))
    yield Job("kb find NAME", command("find", "Actor 12"))
    yield Job("kb show CLAIM", command("show", "claim-7"))
    yield Job("kb status CLAIM", command("status", "claim-7"))
    yield Job("kb edit CLAIM", edited)
    yield Job("kb undo", command("undo"), before=edited)
    yield Job("kb edit CLAIM, most named actor", lambda: edited("claim-7"))


def rare_claim(world: World) -> str:
    """Return the claim whose subject and object, both actors, are named most rarely."""
    found = []
    for n in range(min(FIRST, world.claims)):
        claim = world.claim(n)
        if claim.predicate in BETWEEN_ACTORS:
            actors = (int(str(name).rpartition("-")[2]) for name in (claim.subject, claim.object))
            found.append((min(actors), claim.id))
    return max(found)[1]


def peak(*command: str) -> float:
    """Run a command, and return the peak memory of its largest process in megabytes."""
    done = subprocess.run(
        [sys.executable, "-I", "-c", PEAK, *command], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}: {done.stderr}")
    return int(done.stdout) / TO_MEGABYTES


def measured(root: Path, claims: int) -> list[Figure]:
    """Measure every job in a knowledge base, which changes."""
    os.environ["KB_HOME"] = str(root)
    process(KB, "--help")  # compiles the program, if it is not
    bare = cpu(lambda: process(sys.executable, "-c", "import typer"))
    day, where, found = datetime.now(UTC).date().isoformat(), machine(), list[Figure]()
    peaks: list[float] = []
    for job in jobs(root, claims, peaks):
        say(f"{claims:,} claims: {job.work} …")
        seconds = median(job)
        line(job.work, seconds, bare, "bare typer")
        memory = statistics.median(peaks) if job.work == "kb index" else None
        found.append(Figure(claims, job.work, seconds, bare, memory, day, where))
    return found


def median(job: Job) -> float:
    """Median CPU seconds of a job; it is not run again after many seconds."""
    taken: list[float] = []
    while len(taken) < job.runs and sum(taken) < ENOUGH:
        job.before()
        taken.append(cpu(job.run, 1))
    return statistics.median(taken)


def machine() -> str:
    """The machine and the versions, in words."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 10**9
    model = Path("/proc/cpuinfo")
    lines = model.read_text(encoding="utf-8").splitlines() if model.exists() else []
    names = [text.partition(":")[2].strip() for text in lines if text.startswith("model name")]
    processors = f"{os.cpu_count()} processors ({names[0] if names else platform.machine()})"
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in ("pyoxigraph", "claimkb"))
    python = f"Python {platform.python_version()}"
    return f"{processors}, {memory:.0f} GB of memory, {platform.system()}, {python}, {versions}"


def base(claims: int, place: Path, keep: Path | None) -> Path:
    """Put a generated knowledge base without an index into a folder, and return its own folder.

    With `keep`, it is copied from there, and made there first if it is missing.
    """
    made = (keep or place) / str(claims)
    if not made.exists():
        say(f"{claims:,} claims: generated …")
        part = made.with_name(f"{made.name}.part")
        shutil.rmtree(part, ignore_errors=True)
        part.parent.mkdir(parents=True, exist_ok=True)
        process(sys.executable, GENERATOR, str(part), str(claims))
        part.rename(made)
    if not keep:
        return made
    return shutil.copytree(made, place / "kb", ignore=shutil.ignore_patterns(".kb"))


def size(text: str) -> int:
    """Read a number of claims. Raises ArgumentTypeError for one that is too small to measure."""
    if not text.isdecimal() or int(text) < LEAST:
        raise argparse.ArgumentTypeError(f"{text} is not a number of claims from {LEAST} on")
    return int(text)


def main() -> None:
    """Measure each size in turn, then write the page and the picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--claims", type=size, nargs="+", default=SIZES, help="how many")
    parser.add_argument(
        "--keep", type=Path, metavar="FOLDER", help="keep generated bases there, to use them again"
    )
    parser.add_argument(
        "--draw", action="store_true", help="measure nothing: only write page and picture again"
    )
    given = parser.parse_args()
    for name in ("PYTHONDONTWRITEBYTECODE", *(n for n in os.environ if n.startswith("KB_"))):
        os.environ.pop(name, None)
    for claims in () if given.draw else given.claims:
        with tempfile.TemporaryDirectory() as place:
            found = measured(base(claims, Path(place), given.keep), claims)
        # After each size, so that nothing is lost if a later one fails.
        growth_page.keep(found)
    growth_page.draw()


if __name__ == "__main__":
    main()
