"""CPU that each page of `kb serve` costs: `python tests/bench_web.py --claims 5000`.

The state of the files is computed before, as `kb serve` does at its start. For each page there are
the first request and the median of later ones, beside what Python takes to import Typer.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from bench import cpu, flipped, line, process, say
from generated_bases import generate
from starlette.testclient import TestClient

from kb.app import knowledge_base
from kb.system import garbage
from kb.web import rendering
from kb.web.application import application
from kb.web.desk import Desk
from kb.web.security import Admission

# Not from `serving`, which would give the index the seal of the tests, and build it again.
BASE = "http://127.0.0.1:8017"
ADMITTED = Admission(frozenset(("127.0.0.1:8017",)))
# The actors, places and claims with small numbers are those that most records are about.
PAGES = (
    "/",
    "/disputes",
    "/claims",
    "/claims?status=disputed&text=trucks",
    "/claims?about=actor-0",
    "/claims?speaker=actor-3",
    "/claim/claim-7",
    "/claim/claim-7/history",
    "/claim/claim-7/what-if",
    "/claim/claim-7/dossier",
    "/claim/claim-7/timeline",
    "/claim/claim-7/map",
    "/claim/claim-7/network",
    "/claim/claim-4321",
    "/claim/claim-4321/history",
    "/claim/claim-4321/what-if",
    "/claim/claim-4321/dossier",
    "/entity/actor-0",
    "/entity/actor-0/timeline",
    "/entity/actor-0/map",
    "/entity/actor-0/network",
    "/entity/actor-0/dossier",
    "/assertion/{assertion}",
    "/affiliation/tie-102",
    "/judgement/judgement-1099",
    "/timeline",
    "/map",
    "/network",
    "/source/source-3",
    "/sources",
    "/entities",
    "/assertions",
    "/assertions?speaker=actor-3",
    "/predicates",
    "/affiliations",
    "/judgements",
    "/quotes",
    "/search",
    "/search?q=supplies",
    "/review",
    "/log",
    "/questions",
    "/question/disputed",
    "/question/said-by?speaker=actor-3",
    "/question/status-overview",
    "/sparql",
    "/code/source-3",
    "/edit/claim/claim-7",
    "/withdraw/claim/claim-7",
    "/judge",
    "/check/assertion/{assertion}",
    "/add/source",
    "/static/style.css",
)
# What scripts of the pages ask for, and the data of single records.
PARTS = (
    "/complete.json?what=claim&q=supplies",
    "/complete.json?what=entity&q=act",
    "/complete.json?what=record&q=sup",
    "/complete.json?what=source&q=sou",
    "/claim/claim-7.json",
    "/claim/claim-7/status.json",
    "/claim/claim-7/history.json",
    "/entity/actor-0.json",
    "/source/source-3.json",
    "/source/source-3/text.json",
    "/source/source-3/coverage.json",
    "/openapi.json",
)
# Whole lists as data: they have every record, and so they grow with the knowledge base.
WHOLE = (
    "/overview.json",
    "/claims.json",
    "/assertions.csv",
    "/quotes.csv",
    "/map.geojson",
    "/network.graphml",
    "/question/disputed.csv",
)
# What is asked for after somebody else has changed a record.
AFTER = (
    "/",
    "/claims",
    "/claim/claim-7",
    "/claim/claim-7/history",
    "/claim/claim-7/what-if",
    "/search?q=supplies",
    "/timeline",
    "/network",
    "/review",
    "/log",
    "/entity/actor-0/dossier",
    "/question/disputed",
)
DAY = "2022-06-01"
VIEWED = (f"/?as-of={DAY}", f"/claims?as-of={DAY}", f"/claim/claim-7?as-of={DAY}")


def main() -> None:
    """Print a row for each page."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--claims", type=int, default=5000)
    options.add_argument("--kb", type=Path, help="a generated knowledge base; a copy is changed")
    options.add_argument("--whole", action="store_true", help="also lists as data, views of a day")
    given = options.parse_args()
    bare = cpu(lambda: process(sys.executable, "-c", "import typer"), 3)
    with tempfile.TemporaryDirectory() as folder:
        root = given.kb or Path(folder) / "kb"
        if not given.kb:
            say(f"  {given.claims} claims …")
            generate(root, given.claims)
        garbage.seldom()  # as the program does
        desk = Desk(str(root))
        line("state at the start", cpu(desk.prepare, 1), bare, "bare typer")
        rendering.prepare()
        pages = TestClient(application(desk, ADMITTED), base_url=BASE, follow_redirects=True)
        assertion = _first_assertion(root)
        for page in (*PAGES, *PARTS, *(WHOLE if given.whole else ())):
            _measure(pages, page.replace("{assertion}", assertion), bare)
        for page in AFTER:
            flipped(knowledge_base.open(str(root)))
            process(sys.executable, "-m", "kb", "--kb", str(root), "stats")
            line(
                f"{page}, after a change", cpu(lambda p=page: _ask(pages, p), 1), bare, "bare typer"
            )
        for page in VIEWED if given.whole else ():
            _measure(pages, page, bare)


def _first_assertion(root: Path) -> str:
    """Return the id of an assertion; it has the place of its passage, so each size has others."""
    text = (root / "claims/main/sources/source-3.ttl").read_text(encoding="utf-8")
    return text.partition("<assertion/")[2].partition(">")[0]


def _measure(pages: TestClient, page: str, bare: float) -> None:
    line(f"{page}, first", cpu(lambda: _ask(pages, page), 1), bare, "bare typer")
    line(f"{page}, again", cpu(lambda: _ask(pages, page), 1), bare, "bare typer")


def _ask(pages: TestClient, page: str) -> None:
    """Ask for a page. An answer that is not a page is reported, and its cost counts all the same."""
    answer = pages.get(page)
    if answer.status_code != 200:
        say(f"  {page}: {answer.status_code} {answer.text[:200]}")


if __name__ == "__main__":
    main()
