"""What the program costs, as ratios against something real in the same run: `make bench`, or
`python tests/bench.py --claims 1000`.

All figures are CPU, user and system, medians of several runs where more than one is told. A whole
process is compared with
`python -c "import typer"`, work inside one with what rdflib takes to parse the same files. Figures
on stdout, progress on stderr.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

from generated_bases import generate

from kb.app import knowledge_base
from kb.errors import Refused
from kb.rdf import shacl_engine, turtle_reader
from kb.reasoning.contradiction.contradictions import contradictions
from kb.reasoning.tables import AffiliationRow, ClaimRow, EntityRow, PredicateRow, Tables
from kb.workspace.indexing import index

SIZES = (1000, 100_000)
RUNS = 7
# rdflib parses so many triples a second that of a large knowledge base it is given one file in ten,
# and the figure is ten times that.
PARSED_WHOLE = 10_000


def cpu(work: Callable[[], object], runs: int = RUNS) -> float:
    """Median CPU seconds of this process and its children over several runs."""
    taken = []
    for _ in range(runs):
        before = _used()
        work()
        taken.append(_used() - before)
    return statistics.median(taken)


def _used() -> float:
    spent = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(s.ru_utime + s.ru_stime for s in spent)


def process(*command: str, stdin: str = "") -> None:
    """Run a command to its end; what it says is only shown if it fails."""
    done = subprocess.run(command, input=stdin.encode(), capture_output=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}: {done.stderr.decode()}{done.stdout.decode()}")


def say(text: str) -> None:
    """Progress, on stderr."""
    print(text, file=sys.stderr, flush=True)


def line(name: str, seconds: float, reference: float, what: str) -> None:
    """One figure, and what it is beside something real."""
    print(
        f"{name:<44} {seconds * 1000:10.0f} ms CPU {seconds / reference:9.3f} × {what}", flush=True
    )


def commands(kb: knowledge_base.KnowledgeBase, runs: int) -> dict[str, float]:
    """Whole processes, as people run them all the time. Return what each costs beside bare typer."""
    program = str(Path(sys.executable).parent / "kb")
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # or each run would compile the program
    process(program, "--help")
    bare = cpu(lambda: process(sys.executable, "-c", "import typer"))
    line("python -c 'import typer'", bare, bare, "bare typer")
    os.environ["KB_HOME"] = str(kb.folder.root)
    numbers = iter(range(10**6))

    def added() -> None:
        n = next(numbers)
        told = f"- claim: The weather of day {n} was fine\n  kind: event\n  said:\n  - at: {n + 2} case {n}\n"
        sheet = f"source: source-0\ncoder: bench\nclaims:\n{told}"
        process(program, "add", "--from", "-", stdin=sheet)

    def edited() -> None:
        process(program, "edit", "claim-7", f"count=more than {next(numbers)}")

    def judged() -> None:
        why = f"read {next(numbers)} times"
        process(program, "judge", "verdict", "claim-8", "--verdict", "true", "--because", why)

    def merged() -> None:
        n = 100 + next(numbers)
        told = ("--because", f"read {n} times")
        process(program, "merge", f"claim-{n}", f"claim-{n + 1}", *told)

    def renamed() -> None:
        old, new = names[0], names[1]
        process(program, "rename", old, new)
        names.reverse()

    def validated() -> None:
        flipped(kb)
        process(program, "validate")

    names = ["claim-9", "claim-nine"]
    jobs: list[tuple[str, Callable[[], object]]] = [
        ("kb --help", lambda: process(program, "--help")),
        ("kb stats", lambda: process(program, "stats")),
        ("kb show claim-7", lambda: process(program, "show", "claim-7")),
        ("kb status claim-7", lambda: process(program, "status", "claim-7")),
        ("kb add --from SHEET, one claim", added),
        ("kb edit claim-7", edited),
        ("kb judge verdict claim-8", judged),
        ("kb undo", lambda: process(program, "undo")),
        ("kb rename claim-9", renamed),
        ("kb merge, two claims", merged),
        ("kb find took control", lambda: process(program, "find", "took control")),
        ("kb validate, one assertion changed", validated),
    ]
    say("  kb validate …")
    process(program, "validate")
    taken = {}
    for name, job in jobs:
        say(f"  {name} …")
        taken[name] = cpu(job, runs) / bare
        line(name, taken[name] * bare, bare, "bare typer")
    return taken


def growth(first: tuple[int, dict[str, float]], last: tuple[int, dict[str, float]]) -> None:
    """What a command costs in a large knowledge base, as a multiple of what it costs in a small
    one. Wanted is at most 2.
    """
    print(f"\ncommands with {last[0]} claims, beside {first[0]}")
    for name, cost in last[1].items():
        print(f"{name:<44} {cost / first[1][name]:9.2f} ×", flush=True)


def work(kb: knowledge_base.KnowledgeBase, claims: int, runs: int) -> None:
    """Index and questions inside a process."""
    import rdflib

    every = 1 if claims <= PARSED_WHOLE else 10

    def parsed() -> None:
        graph = rdflib.Graph()
        for name in sorted(kb.folder.files())[::every]:
            graph.parse(kb.folder.root / name, format="turtle")

    say("  rdflib parses …")
    reference = cpu(parsed, 1) * every
    line("rdflib parses the files", reference, reference, "rdflib parse")
    say("  git …")
    process("git", "init", "-q", str(kb.folder.root))
    process("git", "-C", str(kb.folder.root), "add", "-A")
    line(
        "git status",
        cpu(lambda: process("git", "-C", str(kb.folder.root), "status", "--short"), runs),
        reference,
        "rdflib parse",
    )
    index.drop(kb.folder)
    say("  the index, built whole …")
    line("index built, all statuses worked out", cpu(kb.refresh, 1), reference, "rdflib parse")
    reader = kb.session.reader()
    say("  all statuses …")
    line(
        "all statuses worked out",
        cpu(lambda: kb.session.derivation().whole(reader), 1 if every > 1 else runs),
        reference,
        "rdflib parse",
    )
    reader.close()
    line(
        "refresh, nothing changed",
        cpu(lambda: knowledge_base.open(str(kb.folder.root)).refresh(), runs),
        reference,
        "rdflib parse",
    )
    say("  refresh after one changed assertion …")
    line(
        "refresh, one assertion changed",
        cpu(lambda: corrected(kb), runs),
        reference,
        "rdflib parse",
    )
    say("  records …")
    kb.known()
    line("all records, kept from before", cpu(kb.known, runs), reference, "rdflib parse")
    for name, values in (("one-voice", {}), ("said-by", {"speaker": "entity/actor-3"})):
        say(f"  query {name} …")
        try:
            line(
                f"query {name}",
                cpu(lambda n=name, v=values: kb.query(n, v, kb.known()), runs),
                reference,
                "rdflib parse",
            )
        except Refused as error:
            print(f"{f'query {name}':<44} {error.message}", flush=True)


def shapes(kb: knowledge_base.KnowledgeBase, claims: int, runs: int) -> None:
    """The shapes of the program: pySHACL for every record, and only for what the screen stops.

    pySHACL takes so long for a record that of a large knowledge base it is given one file in ten.
    """
    files, _ = kb.session.files()
    rules = turtle_reader.triples(
        kb.session.shapes().shipped.read_text(encoding="utf-8"), kb.folder.base
    )
    data = [triple for file in files for triple in file.triples]
    every = 1 if claims <= PARSED_WHOLE else 10
    some = sorted({t[0].value for file in files[::every] for t in file.triples})
    say("  shapes …")
    alone = cpu(lambda: shacl_engine.reference(data, some, rules), 1) * every
    line("shapes, pySHACL alone", alone, alone, "pySHACL")
    focus = sorted({triple[0].value for triple in data})
    line(
        "shapes, screened",
        cpu(lambda: shacl_engine.screened(data, focus, rules), runs),
        alone,
        "pySHACL",
    )


def corrected(kb: knowledge_base.KnowledgeBase) -> None:
    """Give one assertion the other stance, and bring the index up to date."""
    flipped(kb)
    kb.refresh()


def flipped(kb: knowledge_base.KnowledgeBase) -> None:
    """Give one assertion the other stance."""
    path = kb.folder.root / "claims/main/sources/source-3.ttl"
    head, mark, rest = path.read_text(encoding="utf-8").partition("<assertion/source-3.")
    before, after = (
        ("affirms", "denies")
        if "kb:stance-affirms" in rest.split(" .\n", 1)[0]
        else ("denies", "affirms")
    )
    path.write_text(
        head + mark + rest.replace(f"kb:stance-{before}", f"kb:stance-{after}", 1), encoding="utf-8"
    )


def quarrel(claims: int) -> Tables:
    """So many claims on places within places, by forty actors of whom two and two are rivals: held,
    taken, left, counted, denied.
    """
    random, first = Random(claims), date(2000, 1, 1)
    places = max(10, claims // 50)
    predicates = (
        PredicateRow("controls", functional="object-time", across_sides=True),
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
        affiliations=tuple(
            AffiliationRow(f"a{n}", "rival-of", f"a{n + 1}") for n in range(0, 40, 2)
        ),
        entities=tuple(EntityRow(f"p{n}", within=(f"p{n // 10}",)) for n in range(10, places)),
        predicates=predicates,
    )


def clashes(claims: int) -> None:
    """Contradictions of many claims: the time a claim takes stays about the same."""
    tables = quarrel(claims)
    taken = cpu(lambda: contradictions(tables), 1)
    print(
        f"{'contradictions of quarrelling claims':<44} {taken * 1000:10.0f} ms CPU {taken / claims * 1e6:9.0f} µs a claim",
        flush=True,
    )


def main() -> None:
    """Each size in turn, in a folder that is gone afterwards."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--claims", type=int, nargs="+", default=SIZES, help="how many, as 1000 100000"
    )
    costs: list[tuple[int, dict[str, float]]] = []
    for claims in parser.parse_args().claims:
        runs = RUNS if claims <= PARSED_WHOLE else 3
        with tempfile.TemporaryDirectory() as place:
            started = time.monotonic()
            say(f"{claims} claims: made …")
            kb = generate(Path(place) / "kb", claims)
            print(
                f"\n{claims} generated claims; medians of {runs} runs, one for what is built whole"
            )
            work(kb, claims, runs)
            shapes(kb, claims, runs)
            costs.append((claims, commands(kb, runs)))
            clashes(claims)
            say(f"{claims} claims: {time.monotonic() - started:.0f} s in all")
    if len(costs) > 1:
        growth(costs[0], costs[-1])


if __name__ == "__main__":
    main()
