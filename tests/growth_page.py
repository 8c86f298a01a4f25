"""The page docs/reference/growth.md and the picture docs/growth.svg, from the figures in
docs/reference/growth.csv. `python tests/growth.py --draw` writes both without measuring.

No figure is in the text of the page unless it follows from that file.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import log10
from pathlib import Path
from typing import Final

import growth_picture

DOCS: Final = Path(__file__).resolve().parent.parent / "docs"
DATA: Final = DOCS / "reference" / "growth.csv"
PAGE: Final = DOCS / "reference" / "growth.md"
PICTURE: Final = DOCS / "growth.svg"
COLUMNS: Final = ("claims", "work", "cpu_seconds", "typer_seconds", "peak_mb", "day", "machine")
# What everything is compared with that looks at every record.
LIMIT: Final = "pyoxigraph reads the files"
# Work that looks at every record, or asks about all of them.
WHOLE: Final = ("kb index", "kb validate, first", "kb stats", "kb query contradictions")
# Growth of CPU with ten times as many claims: up to here nearly constant; from here in step.
CONSTANT, IN_STEP = 1.6, 6.0
MILLION: Final = 1_000_000


@dataclass(frozen=True)
class Figure:
    """One row of the file: what a piece of work takes in a knowledge base of some size.

    `seconds` and `unit` are CPU; `unit` is what `import typer` took in the same run. `memory` is
    the peak in megabytes, None if it was not measured.
    """

    claims: int
    work: str
    seconds: float
    unit: float
    memory: float | None
    day: str
    machine: str


class Figures:
    """All figures, by work and size."""

    def __init__(self, rows: Iterable[Figure]) -> None:
        self.rows = sorted(rows, key=lambda row: row.claims)
        self.sizes = sorted({row.claims for row in self.rows})
        self.works = list(dict.fromkeys(row.work for row in self.rows))
        self._found = {(row.work, row.claims): row for row in self.rows}

    def of(self, work: str, claims: int) -> Figure | None:
        """Return a figure, or None if it was not measured."""
        return self._found.get((work, claims))

    def seconds(self, work: str, claims: int) -> float | None:
        """Return CPU seconds, or None if they were not measured."""
        found = self.of(work, claims)
        return found.seconds if found else None

    def growth(self, work: str, first: int, last: int) -> float | None:
        """Return how many times as long a work takes at the second of two sizes."""
        before, after = self.seconds(work, first), self.seconds(work, last)
        return after / before if before and after else None


def read() -> Figures:
    """Read the file of figures; a missing one is empty."""
    if not DATA.exists():
        return Figures(())
    with DATA.open(encoding="utf-8", newline="") as file:
        return Figures(
            Figure(
                int(row["claims"]),
                row["work"],
                float(row["cpu_seconds"]),
                float(row["typer_seconds"]),
                float(row["peak_mb"]) if row["peak_mb"] else None,
                row["day"],
                row["machine"],
            )
            for row in csv.DictReader(file)
        )


def merged(before: Figures, new: Sequence[Figure]) -> Figures:
    """Return the figures with those of sizes that were measured again in place of earlier ones."""
    sizes = {figure.claims for figure in new}
    return Figures([*(row for row in before.rows if row.claims not in sizes), *new])


def keep(new: Sequence[Figure]) -> None:
    """Write new figures into the file."""
    rows = merged(read(), new).rows
    with DATA.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(COLUMNS)
        for row in rows:
            memory = "" if row.memory is None else f"{row.memory:.0f}"
            seconds = (f"{row.seconds:.3f}", f"{row.unit:.3f}")
            table.writerow((row.claims, row.work, *seconds, memory, row.day, row.machine))


def draw() -> None:
    """Write the page and the picture."""
    figures = read()
    if len(figures.sizes) < 2:
        raise SystemExit("The page and the picture need two sizes: --claims 1000 3000")
    PAGE.write_text(page(figures), encoding="utf-8")
    PICTURE.write_text(picture(figures), encoding="utf-8")


def picture(figures: Figures) -> str:
    """docs/growth.svg."""
    lines = {}
    for work in figures.works:
        found = [figures.of(work, claims) for claims in figures.sizes]
        lines[work] = [(figure.claims, figure.seconds) for figure in found if figure]
    first, last = figures.sizes[0], figures.sizes[-1]
    title = f"CPU seconds of each command, from {first:,} to {last:,} claims"
    return growth_picture.picture(title, lines)


def page(figures: Figures) -> str:
    """docs/reference/growth.md."""
    first, last = figures.sizes[0], figures.sizes[-1]
    parts = [
        "# Growth",
        "Generated from [growth.csv](growth.csv) by `make growth`; do not edit.",
        "How much more does a command cost when a knowledge base grows? All figures are CPU of whole processes, user and system, with everything that they start.",
        f"![CPU seconds of each command, from {first:,} to {last:,} claims, on two logarithmic scales. {alternative(figures)}](../growth.svg)",
        "*A line that rises like the grey one grows with the number of claims; a flat one does not grow. Grey: pyoxigraph, the library that reads Turtle for `kb`, "
        "reads the same files and keeps nothing. Red: looks at every record. Purple: asks about all records. Blue: looks up one record or name. Green: changes one record.*",
        "## CPU and memory",
        table(("work", *heads(figures), f"{last:,} beside {first:,}"), seconds(figures)),
        f"`kb edit` changes a number of a claim whose subject and object few other claims are about, and `kb undo` takes that back. `kb show`, `kb status` and the last edit are about a "
        f"claim of the actor that most claims are about. {query(figures)}",
        "## Beside something real",
        "The same figures as multiples. A command on one record is compared with `python -c 'import typer'`, a command on all records with pyoxigraph, which reads each file once: "
        "what reads all files cannot be faster than that.",
        table(("work", "multiple of", *heads(figures)), ratios(figures)),
        "## What grows, and what does not",
        growing(figures),
        "The first `kb index` and the first `kb validate` look at every record; later runs look only at what changed. Statuses are in the index, so that `kb show`, `kb status` and "
        "`kb find` only look them up. `kb edit` and `kb undo` compute the statuses that the change can matter to, and look at the time of every file. Many other claims "
        "are about the most named actor, the more the larger the knowledge base, and an edit of one is compared with those about the same place. `kb stats` and questions about everything read all statuses.",
        *million(figures),
        "## How it was measured",
        "`make growth` generates each knowledge base (`tests/generated_bases.py`: the same size gives the same files), measures, and writes this page. Reports in six languages repeat, "
        "deny and copy each other; a few actors and places are named often, most are named rarely. Figures are medians of up to seven runs, fewer where these take long; "
        "the first `kb validate` is one run. Memory is the peak of the largest process. What other programs do on the machine at the same time adds to all figures.",
        "\n".join(measured(figures)),
        "[Work with large collections](../how-to/large-collections.md) says how to work with them.",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def heads(figures: Figures) -> list[str]:
    """The columns of sizes."""
    return [f"{claims:,} claims" for claims in figures.sizes]


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of Markdown, whose figures stand at the right."""
    texts = ["work", "multiple of"]
    rule = ["---" if name in texts else "---:" for name in head]
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, rule, *rows))


def seconds(figures: Figures) -> Iterator[list[str]]:
    """The rows of the first table."""
    first, last = figures.sizes[0], figures.sizes[-1]
    any_work = figures.works[0]
    units = [figures.of(any_work, claims) for claims in figures.sizes]
    yield ["`import typer`", *(time(unit and unit.unit) for unit in units), ""]
    for work in figures.works:
        cells = [time(figures.seconds(work, claims)) for claims in figures.sizes]
        yield [name(work), *cells, times(figures.growth(work, first, last))]
    peaks = [peak(figures, claims) for claims in figures.sizes]
    more = peaks[-1] / peaks[0] if peaks[0] and peaks[-1] else None
    yield ["memory of `kb index`", *map(size, peaks), times(more)]


def ratios(figures: Figures) -> Iterator[list[str]]:
    """The rows of the second table."""
    for work in figures.works:
        if work == LIMIT:
            continue
        cells = []
        for claims in figures.sizes:
            found, limit = figures.of(work, claims), figures.seconds(LIMIT, claims)
            beside = limit if work in WHOLE else found and found.unit
            cells.append(times(found.seconds / beside if found and beside else None))
        yield [name(work), "pyoxigraph" if work in WHOLE else "`import typer`", *cells]


def peak(figures: Figures, claims: int) -> float | None:
    """The memory that building the index takes, in megabytes."""
    found = figures.of("kb index", claims)
    return found.memory if found else None


def alternative(figures: Figures) -> str:
    """The picture in words."""
    last = figures.sizes[-1]
    found = [(figures.seconds(work, last) or 0, work) for work in figures.works]
    listed = ", ".join(f"{work} {time(value)}" for value, work in sorted(found, reverse=True))
    return f"With {last:,} claims: {listed}."


def query(figures: Figures) -> str:
    """What the usual limits of queries mean for the largest size."""
    taken = figures.seconds("kb query contradictions", figures.sizes[-1])
    allowed = "`kb query` had more than its usual time and memory (`--timeout`, `--memory`)"
    if taken and taken > 10:
        return f"{allowed}: the largest size needs it, because after 10 seconds a query is stopped."
    return f"{allowed}, which these sizes did not need."


def growing(figures: Figures) -> str:
    """Three lists of works, by how they grow over the last ten times."""
    last = figures.sizes[-1]
    first = next(claims for claims in figures.sizes if claims * 10 >= last)
    first = figures.sizes[-2] if first == last else first
    groups: dict[str, list[str]] = {
        "Nearly constant": [],
        "Grows more slowly than the number of claims": [],
        "Grows in step with the number of claims": [],
    }
    for work in figures.works:
        factor = figures.growth(work, first, last)
        if factor is not None and work != LIMIT:
            tenfold = factor ** (1 / log10(last / first))
            group = (tenfold > CONSTANT) + (tenfold >= IN_STEP)
            groups[[*groups][group]].append(f"{name(work)} {times(factor)}")
    lists = [f"- {group}: {', '.join(works)}." for group, works in groups.items() if works]
    head = f"From {first:,} to {last:,} claims, which are {times(last / first)} as many:"
    return "\n".join([head, "", *lists])


def million(figures: Figures) -> Iterator[str]:
    """Why a million claims were not measured, and what to do with as many."""
    last, before = figures.sizes[-1], figures.sizes[-2]
    high, low = peak(figures, last), peak(figures, before)
    taken = figures.seconds("kb index", last)
    if last >= MILLION or not high or not low or not taken:
        return
    needed = high + (high - low) / (last - before) * (MILLION - last)
    hours = taken * MILLION / last / 3600
    yield "## A million claims"
    yield (
        f"The largest size that was measured is {last:,} claims. A million was not measured: `kb index` holds all records in memory while it works out their statuses, "
        f"{size(high)} with {last:,} claims. If memory and CPU go on as in the last step, it would need about {needed / 1024:.2g} GB, and {hours:.1g} hours of CPU."
    )
    yield (
        "For a collection of that size, make several knowledge bases, one for each subject, country or period: statuses and contradictions are then found in each by itself. "
        "`kb export parquet` of each gives [tables](../how-to/large-collections.md#ask-everything-at-once-from-columns) that DuckDB or Spark can read together. "
        "A [cluster](../how-to/use-a-cluster.md) shares the computing of statuses, but not the memory: the index is built on one machine."
    )


def measured(figures: Figures) -> Iterator[str]:
    """When and where each size was measured."""
    runs: dict[tuple[str, str], list[int]] = {}
    for row in figures.rows:
        sizes = runs.setdefault((row.day, row.machine), [])
        sizes += [] if row.claims in sizes else [row.claims]
    for (day, machine), sizes in sorted(runs.items()):
        yield f"- {', '.join(f'{claims:,}' for claims in sizes)} claims: {day}, {machine}."


def name(work: str) -> str:
    """A work as the page names it: a command is code, a remark behind it is not."""
    command, mark, remark = work.partition(", ")
    return f"`{command}`{mark}{remark}" if command.startswith("kb ") else work


def time(value: float | None) -> str:
    """CPU seconds, as exact as they are."""
    return "–" if value is None else f"{growth_picture.short(value)} s"


def times(value: float | None) -> str:
    """A multiple."""
    return "–" if value is None else f"{growth_picture.short(value)} ×"


def size(megabytes: float | None) -> str:
    """Memory."""
    if megabytes is None:
        return "–"
    return f"{megabytes / 1024:.1f} GB" if megabytes >= 1024 else f"{megabytes:.0f} MB"
