"""What statuses of Parquet files cost with workers of Spark, as a ratio to one process in the same
run: `make bench`, or `python tests/bench_cluster.py --claims 10000`.

All figures are seconds on the clock, because that is what workers are for. The first column is the
whole command, the second one only the statuses. Java starts once, before the measurements.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from generated_bases import generate

from kb.app import knowledge_base
from kb.app.derivation.materialisation import worked_out
from kb.app.inquiry import spark
from kb.app.knowledge_base import KnowledgeBase
from kb.app.views import file_views

ENGINES = ("local[1]", "local[2]")


def taken(work: Callable[[], object]) -> float:
    """Seconds that work takes."""
    started = time.monotonic()
    work()
    return time.monotonic() - started


def measure(kb: KnowledgeBase, files: str) -> None:
    """Print the statuses of these files in one process, then with workers."""
    spark.computed("local[1]", lambda number: [])
    found = kb.of_files(files).session.excerpt
    assert found is not None
    tables, policy = found.found.tables, found.found.policy.id
    whole = taken(lambda: kb.of_files(files))
    alone = taken(lambda: worked_out(tables, policy))
    print(f"{'one process':<12} {whole:8.1f} s  1.00 × | {alone:8.1f} s  1.00 ×", flush=True)
    for engine in ENGINES:
        both = taken(partial(kb.of_files, files, engine))
        inner = taken(partial(file_views.by_workers, tables, files, engine, None, policy))
        print(
            f"{engine:<12} {both:8.1f} s {both / whole:5.2f} × | {inner:8.1f} s {inner / alone:5.2f} ×",
            flush=True,
        )


def main() -> None:
    """Measure a generated base, or one that is there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--claims", type=int, default=10_000)
    parser.add_argument("--kb", type=Path, help="a knowledge base that is there already")
    told = parser.parse_args()
    if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
        print("no figures for Spark: Java is not installed", file=sys.stderr)
        return
    with tempfile.TemporaryDirectory() as place:
        kb = (
            knowledge_base.open(str(told.kb))
            if told.kb
            else generate(Path(place) / "kb", told.claims)
        )
        kb.export_parquet(Path(place) / "columns")
        print("statuses of Parquet files, seconds on the clock: whole command | statuses only")
        measure(kb, f"{place}/columns")


if __name__ == "__main__":
    main()
