"""A server that runs shows after each change what one that starts now would show."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from generated_bases import generate
from serving import ADMITTED, BASE
from starlette.testclient import TestClient

from kb.app import knowledge_base
from kb.app.followed_statuses import FollowedStatuses
from kb.app.knowledge_base import KnowledgeBase
from kb.web import look
from kb.web.application import application
from kb.web.desk import Desk
from kb.web.words import WAIT
from kb.workspace.catalogs.followed_catalog import FollowedCatalog

PAGES = (
    "/",
    "/disputes",
    "/overview.csv",
    "/claims",
    "/claims.csv",
    "/assertions.csv",
    "/quotes.csv",
    "/sources.csv",
    "/entities.csv",
    "/affiliations.csv",
    "/judgements.csv",
    "/timeline",
    "/map",
    "/network",
    "/claim/claim-6",
    "/claim/claim-7",
    "/claim/claim-7/history",
    "/claim/claim-7/what-if",
    "/claim/claim-7/dossier",
    "/entity/actor-0",
    "/entity/actor-0/timeline",
    "/entity/actor-1.json",
    "/source/source-1",
    "/review",
    "/search?q=control",
    "/complete.json?what=record&q=1",
    "/claims.csv?as-of=2021-06-01",
)
FILE = "claims/main/sources/source-1.ttl"


def edited(kb: KnowledgeBase) -> None:
    """Change a field of a claim."""
    kb.add(kb.edit("claim/claim-6", {"when": "Tuesday"}))


def republished(kb: KnowledgeBase) -> None:
    """Give a document another day of publication, by hand."""
    path = kb.folder.root / FILE
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"(kb:published\w+ \")\d{4}", r"\g<1>2031", text), encoding="utf-8")


def withdrawn(kb: KnowledgeBase) -> None:
    """Withdraw a claim with everything said on it."""
    kb.add(kb.withdraw(["claim/claim-7"], "read again"))


def undone(kb: KnowledgeBase) -> None:
    """Undo the last change."""
    kb.undo()


def renamed(kb: KnowledgeBase) -> None:
    """Give an entity another name."""
    kb.add(kb.edit("entity/actor-0", {"name": "Zeroth Actor"}))


def denied(kb: KnowledgeBase) -> None:
    """Turn the stances of a document around in its file, by hand."""
    path = kb.folder.root / FILE
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("stance-affirms", "stance-denies"), encoding="utf-8")


def broken(kb: KnowledgeBase) -> None:
    """Make a file unreadable."""
    path = kb.folder.root / FILE
    path.write_text(path.read_text(encoding="utf-8") + "<a> <b", encoding="utf-8")


def mended(kb: KnowledgeBase) -> None:
    """Make it readable again."""
    path = kb.folder.root / FILE
    path.write_text(path.read_text(encoding="utf-8").removesuffix("<a> <b"), encoding="utf-8")


def moved(kb: KnowledgeBase) -> None:
    """Put the records of two files into one."""
    path, other = kb.folder.root / FILE, kb.folder.root / "claims/main/sources/source-0.ttl"
    text = path.read_text(encoding="utf-8")
    other.write_text(other.read_text(encoding="utf-8") + text, encoding="utf-8")
    path.unlink()


def twice(kb: KnowledgeBase) -> None:
    """Describe the records of a file in a second one, too."""
    path = kb.folder.root / "claims/main/sources/source-0.ttl"
    path.with_name("again.ttl").write_bytes(path.read_bytes())


CHANGES = (edited, republished, withdrawn, undone, renamed, denied, broken, mended, moved, twice)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The folder of a generated knowledge base."""
    return generate(tmp_path / "kb", 130).folder.root


def served(root: Path) -> TestClient:
    """A client of a server that starts now, whose pages have no secrets in them."""
    desk = Desk(str(root), read_only=True)
    return TestClient(application(desk, ADMITTED), base_url=BASE, follow_redirects=True)


def shown(pages: TestClient, addresses: Sequence[str] = PAGES) -> list[str]:
    """Everything that is on these pages."""
    return [pages.get(address).text for address in addresses]


def test_a_running_server_shows_what_a_new_one_shows(root: Path) -> None:
    pages = served(root)
    before = shown(pages)
    for change in CHANGES:
        change(knowledge_base.open(str(root)))
        after = shown(pages)
        assert after != before or change is twice, change
        for address, old, new in zip(PAGES, after, shown(served(root)), strict=True):
            assert old == new, (change, address)
        before = after


def test_only_what_a_change_reaches_is_read_again(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading everything again would be noticed by nobody but those who wait for it."""
    pages = served(root)
    shown(pages, ("/", "/claims"))

    def read(*args: object) -> None:
        raise AssertionError("everything was read again")

    monkeypatch.setattr(FollowedCatalog, "read", read)
    monkeypatch.setattr(FollowedStatuses, "__init__", read)
    for change in (edited, withdrawn, undone, denied):
        change(knowledge_base.open(str(root)))
        assert "What the documents disagree about" in pages.get("/").text


@pytest.mark.parametrize("what", ["what-if", "history"])
def test_a_large_knowledge_base_is_not_read_for_what_would_change_a_status(
    root: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    """The page says so, names the command, and leads to the same page for those who wait."""
    monkeypatch.setattr(look, "QUICK", 0)
    pages = served(root)
    address = f"/claim/claim-6/{what}"
    early = pages.get(address).text
    assert "all of them are read again" in early
    assert f'href="{address}?wait=yes">{WAIT}<' in early
    late = pages.get(f"{address}?wait=yes").text
    assert "all of them are read again" not in late
    assert WAIT not in late
    assert pages.get("/claim/claim-6/what-if.json").status_code == 200


def test_what_would_change_a_status_follows_each_change_without_waiting(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it takes was read when the server started, and is not read again."""
    addresses = [f"/claim/claim-{n}/{what}" for n in (6, 9) for what in ("what-if", "history")]
    desk = Desk(str(root), read_only=True)
    desk.prepare()
    pages = TestClient(application(desk, ADMITTED), base_url=BASE, follow_redirects=True)
    for change in (edited, denied, republished, renamed):
        change(knowledge_base.open(str(root)))
        anew = shown(served(root), addresses)

        def read(*args: object) -> None:
            raise AssertionError("everything was read again")

        with monkeypatch.context() as patched:
            patched.setattr(KnowledgeBase, "surroundings", read)
            after = shown(pages, addresses)
        assert after == anew, change
    assert "all of them are read again" not in "".join(after)


def test_the_review_of_a_large_knowledge_base_shows_the_first_documents(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = served(root).get("/review").text
    monkeypatch.setattr(look, "QUICK", 0)
    part = served(root).get("/review").text
    documents = '<h2 id="documents">'
    assert "kb inbox</code> lists everything" in part
    assert "kb inbox</code> lists everything" not in whole
    for text in (whole, part):
        assert "source-0" in text.partition(documents)[2]
    unchecked = '<h2 id="unchecked">'
    assert unchecked in whole
    assert whole.partition(unchecked)[2] == part.partition(unchecked)[2]
