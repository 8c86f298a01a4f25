"""A catalog that follows changes has the records of one that reads all files."""

from __future__ import annotations

from pathlib import Path

import pytest
from generated_bases import generate

from kb.app import knowledge_base
from kb.app.knowledge_base import KnowledgeBase
from kb.workspace.catalogs.catalog import Known
from kb.workspace.catalogs.followed_catalog import FollowedCatalog

SOURCE = "claims/main/sources/source-0.ttl"


@pytest.fixture
def kb(tmp_path: Path) -> KnowledgeBase:
    """A generated knowledge base."""
    return generate(tmp_path / "kb", 70)


def followed(kb: KnowledgeBase) -> FollowedCatalog:
    """A catalog that has read all files."""
    found = FollowedCatalog(kb.session.empty())
    found.read(kb.folder)
    return found


def follow(catalog: FollowedCatalog, kb: KnowledgeBase) -> list[str] | None:
    """The keys of the records that changed, once the catalog has followed."""
    found = catalog.follow(kb.folder, knowledge_base.open(str(kb.folder.root)).condition().digests)
    return None if found is None else sorted(found)


def content(known: Known) -> list[object]:
    """Everything that a catalog has, and what it finds by a link and by a name."""
    said = [sorted(one.id for one in known.said(claim)) for claim in sorted(known.claims)]
    ties = [[tie.id for tie in known.ties(one)] for one in sorted(known.entities)]
    names = [sorted(known.exactly(name)) for name in ("Actor 0", "Zeroth", "claim-6", "claim 6")]
    groups = (known.claims, known.assertions, known.entities, known.sources, known.others)
    return [*groups, known.quotes, known.relays, known.past, known.files, said, ties, names]


def test_it_follows_edits_withdrawals_and_their_undoing(kb: KnowledgeBase) -> None:
    catalog = followed(kb)
    content(catalog.known)  # names and links are indexed before the changes
    kb.add(kb.edit("claim/claim-6", {"when": "Tuesday"}))
    assert follow(catalog, kb) == ["claim/claim-6"]
    assert content(catalog.known) == content(followed(kb).known)
    kb.undo()  # the version before is gone again
    assert follow(catalog, kb) == ["claim/claim-6"]
    assert content(catalog.known) == content(followed(kb).known)
    kb.add(kb.edit("entity/actor-0", {"name": "Zeroth"}))
    assert follow(catalog, kb) == ["entity/actor-0"]
    assert content(catalog.known) == content(followed(kb).known)
    kb.add(kb.withdraw(["claim/claim-7"], "read again"))
    assert "claim/claim-7" in (follow(catalog, kb) or ())
    assert "claim-7" not in catalog.known.claims
    assert content(catalog.known) == content(followed(kb).known)
    kb.undo()
    assert "claim/claim-7" in (follow(catalog, kb) or ())
    assert content(catalog.known) == content(followed(kb).known)


def test_it_follows_files_that_come_and_go(kb: KnowledgeBase) -> None:
    catalog, path = followed(kb), kb.folder.root / SOURCE
    text = path.read_bytes()
    path.unlink()
    assert "source/source-0" in (follow(catalog, kb) or ())
    assert content(catalog.known) == content(followed(kb).known)
    path.with_name("elsewhere.ttl").write_bytes(text)
    assert "source/source-0" in (follow(catalog, kb) or ())
    assert content(catalog.known) == content(followed(kb).known)
    path.with_name("elsewhere.ttl").write_bytes(text + b"<a> <b")
    assert "source/source-0" in (follow(catalog, kb) or ())
    assert content(catalog.known) == content(followed(kb).known)


def test_it_cannot_follow_records_that_are_in_two_files(kb: KnowledgeBase) -> None:
    catalog, path = followed(kb), kb.folder.root / SOURCE
    assert follow(catalog, kb) == []
    path.with_name("again.ttl").write_bytes(path.read_bytes())
    assert follow(catalog, kb) is None
    assert follow(followed(kb), kb) is None
