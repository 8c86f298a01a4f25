"""Every saved query on every engine, asked of the shipped collection, and the table of that in
docs/how-to/use-a-server.md, which `make engines` writes.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib import metadata
from pathlib import Path

from conftest import CHECKOUT
from real_servers import VIRTUOSO, VIRTUOSO_LOGIN, oxigraph, virtuoso
from store.test_servers import answer
from workspace.files.test_shipped_queries import CHECKS, EXPORTS, PARAMETER, QUESTIONS, name, term

from kb.app import knowledge_base
from kb.app.inquiry import servers
from kb.app.publishing import pushing
from kb.app.publishing.published import published
from kb.errors import KbError
from kb.rdf import query_runner
from kb.store import Reader, probing
from kb.store.endpoint import RemoteStore
from kb.store.oxigraph import EmbeddedStore
from kb.store.rdflib import MemoryStore

# Values of parameters, with which most questions find something in the collection.
VALUES = {
    "about": "entity/tripoli",
    "after": "2020-06-01",
    "atleast": "1",
    "before": "2020-01-31",
    "claim": "claim/haftar-leads-the-lna",
    "day": "2020-06-05",
    "entity": "entity/khalifa-haftar",
    "holder": "entity/unattributed",
    "office": "entity/president",
    "on": "entity/egypt-ceasefire-proposal",
    "place": "entity/libya",
    "side": "entity/lna",
    "since": "2020-05-01",
    "source": "source/2020-libyan-gna-forces-advance-after-egypts",
    "speaker": "entity/lna",
    "until": "2020-06-30",
    "who": "entity/lna",
    "whom": "entity/gna",
}


def queries(path: Path) -> Iterator[str]:
    """The query without its optional parameters, and with all of them."""
    text = path.read_text("utf-8")
    for optional in (True, False) if "?__" in text else (False,):

        def put(found: re.Match[str], optional: bool = optional) -> str:
            if found[1] == "__" and not optional:
                return found[0]
            return term(found[3], VALUES[found[2]])

        yield PARAMETER.sub(put, text)


@contextmanager
def engine(kb: knowledge_base.KnowledgeBase, name: str) -> Iterator[Reader]:
    """The published graphs on an engine: a server gets them by a push."""
    if name == "rdflib":
        store = MemoryStore()
        for graph, triples in published(kb.session, revisions=True).triples.items():
            store.replace(graph, triples)
        yield store
        return
    with {"oxigraph": oxigraph, "virtuoso": virtuoso}[name]() as running:
        server = replace(running, timeout=120)
        pushing.push(kb.session, server)
        there = RemoteStore(server.query, server.timeout)
        graphs = servers.described(there, server, kb.folder.base).graphs
        yield probing.dataset(there, [*graphs])


GROUPS = {"questions": QUESTIONS, "checks": CHECKS, "exports": EXPORTS}
PAGE = CHECKOUT / "docs/how-to/use-a-server.md"
# Engines by the name of their row; and what else is refused there.
ENGINES = {"rdflib": "rdflib", "oxigraph": "Oxigraph server", "virtuoso": "Virtuoso"}
LIMITS = {"virtuoso": "answers with more rows than its limit, 10,000 by default"}


def compared(
    kb: knowledge_base.KnowledgeBase, engine_name: str
) -> tuple[dict[Path, str], set[Path]]:
    """The queries whose rows differ by kind, value, datatype or language, with how they do; and
    those that find something.
    """
    here = EmbeddedStore(None)
    for graph, triples in published(kb.session, revisions=True).triples.items():
        here.replace(graph, triples)
    different, found_something = {}, set()
    with engine(kb, engine_name) as there:
        for path in (*QUESTIONS, *CHECKS, *EXPORTS):
            for query in queries(path):
                wanted = answer(query_runner.directly(here, query))
                found_something |= {path} if wanted else set()
                try:
                    found = answer(query_runner.directly(there, query))
                except KbError as error:
                    different[path] = str(error)
                    continue
                if found != wanted:
                    rows = sorted(set(found) ^ set(wanted), key=repr)[:2]
                    different[path] = f"{len(found)} rows, here {len(wanted)}: {rows}"
    return different, found_something


def row(engine_name: str, different: dict[Path, str]) -> str:
    """The row of an engine in the table."""
    cells = [f"{ENGINES[engine_name]} {version(engine_name)}"]
    for paths in GROUPS.values():
        cells.append(f"{len({*paths} - different.keys())} of {len(paths)}")
    refused = [
        *sorted(map(name, different)),
        *([LIMITS[engine_name]] if engine_name in LIMITS else []),
    ]
    return f"| {' | '.join([*cells, ', '.join(refused) or 'nothing'])} |"


def version(engine_name: str) -> str:
    """The version of an engine."""
    if engine_name != "virtuoso":
        return metadata.version(engine_name)
    command = [str(VIRTUOSO), "-?"]
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    found = re.search(r"Version (\d+\.\d+\.\d+)", said.stdout + said.stderr)
    assert found
    return found[1]


def main() -> None:
    """Write the rows of the engines that are installed."""
    user, password = VIRTUOSO_LOGIN
    os.environ["KB_USER_127_0_0_1"], os.environ["KB_PASSWORD_127_0_0_1"] = user, password
    kb = knowledge_base.open(str(CHECKOUT))
    for engine_name in ENGINES if VIRTUOSO else ("rdflib", "oxigraph"):
        made = row(engine_name, compared(kb, engine_name)[0])
        text = PAGE.read_text(encoding="utf-8")
        line = re.compile(rf"^\| {ENGINES[engine_name]} \d.*$", re.MULTILINE)
        PAGE.write_text(line.sub(made, text, count=1), encoding="utf-8")
        print(made, flush=True)


if __name__ == "__main__":
    main()
