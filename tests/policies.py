"""The policies that ship, for tests of what they say."""

from __future__ import annotations

from functools import cache

from kb.app.derivation import extraction
from kb.app.derivation.lookups import Lookups
from kb.rdf import turtle_reader
from kb.reasoning.tables import PolicyRow
from kb.store.oxigraph import EmbeddedStore
from kb.workspace.files import folder


@cache
def shipped() -> dict[str, PolicyRow]:
    """Read from the ontology as every command reads them."""
    store = EmbeddedStore(None)
    text = (folder.shipped("ontology") / "policies.ttl").read_text(encoding="utf-8")
    store.replace(
        "https://example.org/policies", turtle_reader.triples(text, "https://example.org/")
    )
    return {p.id: p for p in extraction.read(Lookups(store, "https://example.org/")).policies}
