"""What is near to a claim is the same, whether it is looked up in tables or in the index."""

from __future__ import annotations

from conftest import CHECKOUT

from kb.app import knowledge_base
from kb.app.derivation import extraction
from kb.app.derivation.lookups import Lookups
from kb.app.derivation.reach import reach
from kb.reasoning.analysis.surroundings import surroundings
from kb.reasoning.dated_tables import view
from kb.workspace.catalogs.past_files import past


def test_the_shipped_collection_has_one_neighbourhood() -> None:
    kb = knowledge_base.open(str(CHECKOUT))
    store = kb.session.memory([file for file in kb.files()[0] if not past(file.path)])
    look = Lookups(store, kb.folder.base)
    over_index, tables = reach(look), view(extraction.read(look))
    over_tables = surroundings(tables)
    claims = [claim.id for claim in tables.claims][::7]
    for claim in claims:
        found = over_index.near([f"claim/{claim}"])
        assert {f"claim/{c}" for c in over_tables.near([claim])} == found
    assert any(len(over_tables.near([claim])) > 1 for claim in claims)
