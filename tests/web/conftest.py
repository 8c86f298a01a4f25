"""Knowledge bases in a browser."""

from __future__ import annotations

import subprocess
import tarfile
from collections.abc import Iterator
from typing import Any

import pytest
from conftest import Kb, run, unchanged
from serving import AXE, CHROMIUM, HOSTILE, HOSTILE_SHEET, HOSTILE_TEXT, QUIET, client
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
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The text of axe-core, which is fetched from npm and never part of the program."""
    place = tmp_path_factory.mktemp("axe")
    try:
        done = subprocess.run(
            ["npm", "pack", "--silent", AXE], cwd=place, capture_output=True, text=True, timeout=60
        )
    except (OSError, subprocess.TimeoutExpired):
        pytest.skip("npm is not there")
    if done.returncode:
        pytest.skip(f"{AXE} cannot be fetched from npm")
    with tarfile.open(next(place.glob("*.tgz"))) as archive:
        member = archive.extractfile("package/axe.min.js")
        assert member
        return member.read().decode()
