"""What each command costs beside an earlier revision of this program, in turn, in the same run:
`python tests/bench_before.py REVISION [--claims 1000]`.

CPU of whole processes, user and system, least of several runs, or of one where that takes long;
each revision has a copy of the same knowledge base, and its modules are compiled by the first run.
Exit code 1 where a command is slower by more than a twentieth.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tarfile
import tempfile
from io import BytesIO
from pathlib import Path

from generated_bases import generate

CHECKOUT = Path(__file__).resolve().parents[1]
RUNS = 7
ENOUGH = 40.0  # seconds of one command, after which it is not run again
SLOWER = 1.05
# Settings that every revision knows, and a policy that every revision has.
KNOWN = ("format", "base", "collection", "language")
POLICY = "default-1"
COMMANDS = {
    "--help": ["--help"],
    "overview": ["overview"],
    "stats": ["stats"],
    "show CLAIM": ["show", "claim-12"],
    "status": ["status"],
    "status CLAIM": ["status", "claim-12"],
    "status --why CLAIM": ["status", "claim-12", "--why"],
    "find WORDS": ["find", "actor 12"],
    "contradictions": ["contradictions"],
    "facts": ["facts"],
    "forecasts": ["forecasts"],
    "fragile": ["fragile"],
    "query disputed": ["query", "disputed"],
    "query said-by": ["query", "said-by", "--speaker", "actor-3"],
    "queries": ["queries"],
    "inbox": ["inbox"],
    "coverage": ["coverage", "source-3"],
    "log": ["log"],
    "validate": ["validate"],
    "fsck": ["fsck"],
    "index": ["index"],
    "export nquads": ["export", "nquads"],
    "export csv": ["export", "csv", "--output", "tables-{run}"],
    "edit": ["edit", "claim-12", "note=note {run}"],
    "undo": ["undo"],
}
# Python 3.11.3 and earlier have no filters.
SAFELY = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}


def unpacked(revision: str, place: Path) -> Path:
    """Put the program of a revision into a folder."""
    command = ["git", "archive", "--format=tar", revision]
    data = subprocess.run(command, cwd=CHECKOUT, capture_output=True, check=True).stdout
    with tarfile.open(fileobj=BytesIO(data)) as archive:
        archive.extractall(place, **SAFELY)
    return place


def _settings(text: str) -> str:
    """Return settings with which both revisions do the same."""
    lines = [line for line in text.splitlines() if line.startswith(KNOWN)]
    return "\n".join([*lines, f'policy = "{POLICY}"', ""])


def cost(program: Path, root: Path, arguments: list[str]) -> float | None:
    """Seconds of CPU that a command takes, or None where it fails."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(program),
        "NO_COLOR": "1",
        "PYTHONDONTWRITEBYTECODE": "",
        "PYTHONPYCACHEPREFIX": str(root.parent / "compiled"),
    }
    command = [sys.executable, "-P", "-m", "kb", "--kb", str(root), *arguments]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in (0, 1):
        return None
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> int:
    """Print a line for each command: seconds before, seconds now, and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("revision", help="the revision to compare with, as HEAD~20")
    parser.add_argument("--claims", type=int, default=1000, help="how many claims to generate")
    given = parser.parse_args()
    slower = []
    with tempfile.TemporaryDirectory() as place:
        programs = [unpacked(given.revision, Path(place) / "before"), CHECKOUT]
        generate(Path(place) / "made", given.claims)
        settings = Path(place) / "made" / "kb.toml"
        settings.write_text(_settings(settings.read_text(encoding="utf-8")), encoding="utf-8")
        roots = [Path(place) / "kb-before", Path(place) / "kb-now"]
        for root in roots:
            shutil.copytree(Path(place) / "made", root)
        print(f"{'command':<22}{'before':>10}{'now':>10}{'ratio':>8}", flush=True)
        for name, arguments in COMMANDS.items():
            ratio = _compared(name, arguments, programs, roots)
            slower += [name] if ratio is None or ratio > SLOWER else []
    print(f"slower by more than a twentieth, or failed: {', '.join(slower) or 'none'}")
    return 1 if slower else 0


def _compared(
    name: str, arguments: list[str], programs: list[Path], roots: list[Path]
) -> float | None:
    """Time one command at both revisions in turn, and print it."""
    taken: list[list[float]] = [[], []]
    for run in range(RUNS + 1):  # the first warms up what is kept from before
        for n, (program, root) in enumerate(zip(programs, roots, strict=True)):
            seconds = cost(program, root, [a.replace("{run}", str(run)) for a in arguments])
            if seconds is None:
                print(f"{name:<22}{'failed ' + ('before', 'now')[n]:>28}", flush=True)
                return None
            if run:
                taken[n].append(seconds)
        if run and sum(map(sum, taken)) > ENOUGH:
            break
    before, now = (min(times) for times in taken)
    print(f"{name:<22}{before:9.2f}s{now:9.2f}s{now / before:8.2f}", flush=True)
    return now / before


if __name__ == "__main__":
    sys.exit(main())
