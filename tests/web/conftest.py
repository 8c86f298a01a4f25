"""Knowledge bases in a browser."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pytest
from conftest import Kb, run, unchanged
from serving import CHROMIUM, HOSTILE, HOSTILE_SHEET, HOSTILE_TEXT, QUIET, client
from starlette.testclient import TestClient


@pytest.fixture(autouse=True)
def no_other_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands in tests know of no folder of documents, so pages do not either."""
    monkeypatch.delenv("KB_DOCUMENTS", raising=False)


@pytest.fixture(scope="session")
def pages(seen: Kb) -> TestClient:
    """The pages of the small knowledge base."""
    return client(seen.root)


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kb]:
    """A knowledge base whose texts and names try to be more than text."""
    root = tmp_path_factory.mktemp("hostile") / "hostile"
    kb = Kb(root)
    note = kb.write("hostile.txt", HOSTILE_TEXT)
    given = (
        "--id",
        "hostile",
        "--author",
        HOSTILE,
        "--title",
        HOSTILE,
        "--published",
        "2024-03-04",
    )
    for done in (
        run("init", root, cwd=root.parent),
        kb("add", "source", note, *given),
        kb.sheet(HOSTILE_SHEET),
        kb("edit", "entity/guard", f"name={HOSTILE}"),
        kb("judge", "verdict", "claim/script", "--verdict", HOSTILE, "--because", HOSTILE),
    ):
        assert done.code == 0, done
    yield from unchanged(kb)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A browser that asks nobody for anything on its own."""
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as started:
        found = started.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield found
        found.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """The text of axe-core (MPL-2.0), which a package for tests contains; the program has no part
    of it.
    """
    return (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
