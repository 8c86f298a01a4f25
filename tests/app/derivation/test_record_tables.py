"""Tables from the cache of records are those that are read from an index of the same files."""

from __future__ import annotations

from pathlib import Path

from conftest import CHECKOUT, Kb

from kb.app import knowledge_base
from kb.app.derivation import extraction, record_tables
from kb.app.derivation.lookups import Lookups
from kb.app.session import Session
from kb.reasoning.tables import Tables
from kb.workspace.catalogs.past_files import past


def both_ways(root: Path) -> tuple[Tables | None, Tables]:
    """The tables of a knowledge base: from its cache, twice, and from a store in memory."""
    session = knowledge_base.open(str(root)).session
    first, second = of(session), of(session)
    assert first == second
    store = session.memory([file for file in session.files()[0] if not past(file.path)])
    return first, extraction.read(Lookups(store, session.folder.base))


def of(session: Session) -> Tables | None:
    return record_tables.tables(session.records(), session.ontology(), session.folder.base)


def test_the_shipped_collection_has_the_tables_of_its_index() -> None:
    cached, indexed = both_ways(CHECKOUT)
    assert cached is not None
    assert cached.claims == indexed.claims
    assert cached == indexed


def test_past_records_take_no_part(kb: Kb) -> None:
    kb("edit", "school-shelled", "extent=part")
    cached, indexed = both_ways(kb.root)
    assert cached == indexed


def test_of_two_values_where_one_is_allowed_the_same_one_counts(kb: Kb) -> None:
    path = claims(kb)
    text = path.read_text(encoding="utf-8")
    for twice in ("kb:kind kb:kind-state , kb:kind-event", "kb:kind kb:kind-event , kb:kind-state"):
        path.write_text(text.replace("kb:kind kb:kind-event", twice, 1), encoding="utf-8")
        cached, indexed = both_ways(kb.root)
        assert cached == indexed
        assert twice in path.read_text(encoding="utf-8")


def test_a_record_in_two_files_is_left_to_the_index(kb: Kb) -> None:
    path = claims(kb)
    path.with_name("again.ttl").write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    cached, indexed = both_ways(kb.root)
    assert cached is None
    assert {row.claim for row in knowledge_base.open(str(kb.root)).status().rows.values()} == {
        claim.id for claim in indexed.claims
    }


def test_what_a_file_says_of_a_record_without_its_type_is_in_no_table(kb: Kb) -> None:
    before = knowledge_base.open(str(kb.root)).session.worked_out()
    said, about = before.tables.assertions[0], before.tables.claims[0].id
    path = kb.root / "claims/main/entities.ttl"
    more = (
        f"<assertion/{said.id}> kb:degree kb:degree-possible .",
        f"<claim/{about}> kb:kind kb:kind-evaluation .",
    )
    path.write_text("\n".join((path.read_text(encoding="utf-8"), *more, "")), encoding="utf-8")
    cached, indexed = both_ways(kb.root)
    assert cached == indexed
    assert cached == before.tables
    found = knowledge_base.open(str(kb.root))
    for claim, row in before.rows.items():
        assert found.status_of(claim).rows[claim] == row
    assert found.status_words() == {claim: row.status for claim, row in before.rows.items()}


def claims(kb: Kb) -> Path:
    """The file with the claims of the small knowledge base."""
    files = sorted((kb.root / "claims").rglob("*.ttl"))
    return next(f for f in files if "a kb:Claim" in f.read_text(encoding="utf-8"))
