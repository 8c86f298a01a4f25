"""make bench: processor time of starting, as a ratio to a bare `import typer`, and times of index and queries on 1,000 claims."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from kb import base, layout
from kb.model import Assertion, Claim, Entity, Quote, Record, Source

CHECKOUT = Path(__file__).resolve().parent.parent
CLAIMS = 1000
PLACES = 20
# The best of a few runs is what the program costs; the rest is what the machine was busy with.
RUNS = 5
RECORDED = datetime(2024, 3, 4, tzinfo=UTC)


def processor(*args: str, cwd: Path = CHECKOUT) -> float:
    """Seconds of processor time that a process takes, best of several."""
    spent = []
    for _ in range(RUNS):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, *args], cwd=cwd, check=True, capture_output=True, env={**os.environ, "PYTHONPATH": str(CHECKOUT)})
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(spent)


def clock(act: Callable[[], object], runs: int = 1) -> float:
    """Seconds by the clock, best of several."""
    spent = []
    for _ in range(runs):
        begin = time.perf_counter()
        act()
        spent.append(time.perf_counter() - begin)
    return min(spent)


def generate(kb: base.KnowledgeBase) -> None:
    """A knowledge base of CLAIMS claims, each affirmed by one side, every third denied by the other, a hundred to a source."""
    path = kb.folder.root / "claims/main"
    people: list[Record] = [Entity(f"party-{n}", kind="force", name=f"Party {n}") for n in range(2)]
    people += [Entity(f"town-{n}", kind="place", name=f"Town {n}") for n in range(PLACES)]
    write(kb, path / "entities.ttl", people)
    claims: list[Record] = []
    for s in range(CLAIMS // 100):
        records: list[Record] = [Source(f"report-{s}", title=f"Report {s}", author="party-0", words=100_000)]
        for n in range(100):
            claims.append(claim(f"claim-{s}-{n}", n))
            records += said(f"report-{s}", f"claim-{s}-{n}", n)
        write(kb, path / f"sources/report-{s}.ttl", records)
    write(kb, path / "claims/general.ttl", claims)


def claim(id: str, n: int) -> Claim:
    """One claim about one of the towns."""
    town = f"town-{n % PLACES}"
    core = {"subject": f"party-{n % 2}", "predicate": "entered", "object": town}
    return Claim(id, statement=f"{id}: a party entered {town}", kind="event", recorded=RECORDED, **core)


def said(source: str, claim: str, n: int) -> list[Record]:
    """A quote, who affirms there, and who denies."""
    quote = Quote(f"{source}#char={n * 50},{n * 50 + 40}", source=source, start=n * 50, end=n * 50 + 40, sha256="0" * 64, fragment="they")
    out: list[Record] = [quote]
    for speaker, stance in (("party-0", "affirms"), ("party-1", "denies"))[: 2 if n % 3 == 0 else 1]:
        scope = ("unspecified",) if stance == "denies" else ()
        fields = {"source": source, "quote": quote.id, "claim": claim, "speaker": speaker, "stance": stance}
        out.append(Assertion(f"{source}-{claim}-{speaker}-{stance}", scope=scope, recorded=RECORDED, **fields))
    return out


def write(kb: base.KnowledgeBase, path: Path, records: list[Record]) -> None:
    """A stored file with these records."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(layout.replace("", records, kb.folder.base), encoding="utf-8")


def main() -> None:
    """Print one line a measurement."""
    bare = processor("-c", "import typer")
    print(f"import typer                {bare:6.2f} s processor")
    for command in (("--help",), ("show", "russia-sent-warplanes-to-jufra"), ("stats",)):
        spent = processor("-m", "kb", *command)
        print(f"kb {command[0]:<24} {spent:6.2f} s processor, {spent / bare:.1f} times import typer")
    with tempfile.TemporaryDirectory() as folder:
        kb = base.init(Path(folder) / "bench")
        generate(kb)
        print(f"index of {CLAIMS} claims, new   {clock(kb.refresh):6.2f} s")
        print(f"index, nothing changed      {clock(kb.refresh, RUNS):6.2f} s")
        print(f"status of {CLAIMS} claims       {clock(kb.status):6.2f} s")
        for name in ("disputed", "one-voice", "contradictions", "status-overview", "timeline"):
            print(f"kb query {name:<18} {clock(lambda name=name: kb.query(name, {}), RUNS):6.2f} s")


if __name__ == "__main__":
    main()
