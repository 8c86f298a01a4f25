"""CPU that each page of `kb serve` costs: `python tests/bench_web.py --claims 5000`.

The state of the files is computed before, as `kb serve` does at its start. For each page there are
the first request and the median of later ones, beside what Python takes to import Typer.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from bench import cpu, line, process, say
from generated_bases import generate
from serving import ADMITTED, BASE
from starlette.testclient import TestClient

from kb.web import rendering
from kb.web.application import application
from kb.web.desk import Desk

# The actors, places and claims with small numbers are those that most records are about.
PAGES = (
    "/",
    "/disputes",
    "/claims",
    "/claims?status=disputed&text=trucks",
    "/claim/claim-7",
    "/claim/claim-7/history",
    "/claim/claim-7/what-if",
    "/claim/claim-7/dossier",
    "/entity/actor-0",
    "/entity/actor-0/timeline",
    "/entity/actor-0/map",
    "/entity/actor-0/network",
    "/entity/actor-0/dossier",
    "/timeline",
    "/map",
    "/network",
    "/source/source-3",
    "/code/source-3",
    "/edit/claim/claim-7",
    "/sources",
    "/entities",
    "/assertions",
    "/review",
    "/log",
    "/search?q=supplies",
    "/complete.json?what=claim&q=supplies",
    "/questions",
    "/question/disputed",
    "/question/said-by?speaker=actor-3",
)


def main() -> None:
    """Print a row for each page."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--claims", type=int, default=5000)
    options.add_argument("--kb", type=Path, help="an existing knowledge base of this size")
    given = options.parse_args()
    bare = cpu(lambda: process(sys.executable, "-c", "import typer"), 3)
    with tempfile.TemporaryDirectory() as folder:
        root = given.kb or Path(folder) / "kb"
        if not given.kb:
            say(f"  {given.claims} claims …")
            generate(root, given.claims)
        desk = Desk(str(root))
        line("state at the start", cpu(desk.prepare, 1), bare, "bare typer")
        rendering.prepare()
        pages = TestClient(application(desk, ADMITTED), base_url=BASE, follow_redirects=True)
        for page in PAGES:
            _measure(pages, page, bare)


def _measure(pages: TestClient, page: str, bare: float) -> None:
    def asked() -> None:
        answer = pages.get(page)
        assert answer.status_code == 200, (page, answer.text[:500])

    line(f"{page}, first", cpu(asked, 1), bare, "bare typer")
    line(f"{page}, again", cpu(asked, 3), bare, "bare typer")


if __name__ == "__main__":
    main()
