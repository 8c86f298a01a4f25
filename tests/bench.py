"""What the program costs, as ratios against something real in the same run: `make bench`.

Start-up is CPU of a whole process over that of `python -c "import typer"`; the rest is seconds for 1,000 generated claims beside what
parsing the same files with rdflib costs.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

from kb import base, folder, index, layout
from kb.model import Assertion, Claim, Entity, Quote, Record, Source
from kb.reasoning.contradictions import contradictions
from kb.reasoning.tables import AffiliationRow, ClaimRow, EntityRow, PredicateRow, Tables

RUNS = 7
CLAIMS = 1000
NOW = datetime(2024, 1, 1, tzinfo=UTC)


def cpu(*command: str, cwd: Path | None = None) -> float:
    """Median CPU seconds, user and system, of a command run several times."""
    taken = []
    for _ in range(RUNS):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        taken.append(after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime)
    return statistics.median(taken)


def seconds(work: Callable[[], object]) -> float:
    """Wall-clock seconds of one call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def generate(root: Path, claims: int) -> base.KnowledgeBase:
    """A knowledge base of so many claims, a hundred to a source; every third is denied by a second speaker."""
    kb = base.init(root)
    entities: list[Record] = [Entity(f"actor-{n}", kind="force", name=f"Actor {n}") for n in range(40)]
    files: dict[str, list[Record]] = {"claims/main/entities.ttl": entities}
    for s in range(0, claims, 100):
        source = f"source-{s // 100}"
        text = "".join(f"Passage {n} of this report says something.\n" for n in range(100))
        folder.keep_document(kb.folder, text)
        told: list[Record] = [Source(source, title=source, author="actor-0", sha256=folder.digest(text), length=len(text), words=600)]
        stated: list[Record] = []
        for n in range(s, min(s + 100, claims)):
            start = 40 * (n - s)
            quote = Quote(
                f"{source}#char={start},{start + 30}", source=source, start=start, end=start + 30, sha256="0" * 64, fragment="Passage"
            )
            stated.append(
                Claim(
                    f"claim-{n}",
                    statement=f"Event {n} happened",
                    kind="event",
                    subject=f"actor-{n % 40}",
                    predicate="attacked",
                    recorded=NOW,
                )
            )
            told.append(quote)
            for speaker, stance in ((n % 40, "affirms"), ((n + 7) % 40, "denies"))[: 2 if n % 3 == 0 else 1]:
                told.append(
                    Assertion(
                        f"{source}.{n}.{stance}",
                        source=source,
                        quote=quote.id,
                        claim=f"claim-{n}",
                        speaker=f"actor-{speaker}",
                        stance=stance,
                        recorded=NOW,
                    )
                )
        files[f"claims/main/claims/part-{s // 100}.ttl"] = stated
        files[f"claims/main/sources/{source}.ttl"] = told
    for name, records in files.items():
        folder.write(kb.folder.root / name, layout.replace("", records, kb.folder.base))
    return kb


def start_up() -> None:
    """CPU of the commands that people run all the time."""
    kb = str(Path(sys.executable).parent / "kb")
    bare = cpu(sys.executable, "-c", "import typer")
    print(f"bare import typer          {bare * 1000:6.0f} ms CPU")
    for words in (["--help"], ["stats"], ["show", "claim-7"]):
        taken = cpu(kb, *words)
        print(f"kb {' '.join(words):<23} {taken * 1000:6.0f} ms CPU   {taken / bare:5.2f} × bare typer")


def work(kb: base.KnowledgeBase) -> None:
    """Index and questions, beside rdflib's parse of the same files."""
    import rdflib

    def parsed() -> None:
        graph = rdflib.Graph()
        for name in kb.folder.files():
            graph.parse(kb.folder.root / name, format="turtle")

    index.drop(kb.folder)
    reference = seconds(parsed)
    print(f"rdflib parses the files    {reference * 1000:6.0f} ms")
    jobs: list[tuple[str, Callable[[], object]]] = [
        ("index built, statuses", kb.refresh),
        ("index, nothing changed", kb.refresh),
        ("query disputed", lambda: kb.query("disputed", {})),
        ("query one-voice", lambda: kb.query("one-voice", {})),
        ("query said-by", lambda: kb.query("said-by", {"speaker": "actor-3"})),
        ("status of everything", kb.status),
    ]
    for name, job in jobs:
        taken = seconds(job)
        print(f"{name:<26} {taken * 1000:6.0f} ms       {taken / reference:5.2f} × rdflib parse")


def quarrel(claims: int) -> Tables:
    """So many claims on places within places, by forty actors of whom two and two are rivals: held, taken, left, counted, denied."""
    random, first = Random(claims), date(2000, 1, 1)
    places = max(10, claims // 50)
    predicates = (
        PredicateRow("controls", functional="object-time"),
        PredicateRow("seized", initiates=("controls",)),
        PredicateRow("left", terminates=("controls",)),
        PredicateRow("accepted", incompatible=("rejected",)),
        PredicateRow("rejected"),
        PredicateRow("killed", measures="people killed"),
    )
    rows = []
    for n in range(claims):
        name = random.choice(predicates).id
        begin = first + timedelta(random.randrange(7000))
        end = begin + timedelta(random.randrange(1, 30)) if name == "controls" else begin
        count = Decimal(random.randrange(9)) if name == "killed" else None
        rows.append(
            ClaimRow(
                f"c{n}",
                kind="state" if name == "controls" else "event",
                subject=f"a{random.randrange(40)}",
                predicate=name,
                object=f"p{random.randrange(places)}",
                polarity="negative" if random.random() < 0.1 else "positive",
                begin_earliest=begin,
                begin_latest=begin,
                end_earliest=end,
                end_latest=end,
                extent=random.choice((None, "whole", "part")),
                quantity_min=count,
                quantity_max=count,
            )
        )
    return Tables(
        tuple(rows),
        affiliations=tuple(AffiliationRow(f"a{n}", "rival-of", f"a{n + 1}") for n in range(0, 40, 2)),
        entities=tuple(EntityRow(f"p{n}", within=(f"p{n // 10}",)) for n in range(10, places)),
        predicates=predicates,
    )


def clashes() -> None:
    """Contradictions of many claims: the time a claim takes stays about the same."""
    for claims in (1000, 100_000):
        tables = quarrel(claims)
        taken = seconds(lambda tables=tables: contradictions(tables))  # type: ignore[misc]
        print(f"contradictions of {claims:>7}  {taken * 1000:6.0f} ms       {taken / claims * 1e6:5.0f} µs a claim")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        made = generate(Path(place) / "kb", CLAIMS)
        os.environ["KB_HOME"] = str(made.folder.root)
        made.refresh()
        print(f"{CLAIMS} generated claims; medians of {RUNS} runs for start-up, single runs for work")
        start_up()
        work(made)
        clashes()
