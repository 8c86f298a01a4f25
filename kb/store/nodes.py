"""Nodes of pyoxigraph for terms, and terms for nodes."""

from __future__ import annotations

import sys
from typing import Any

import pyoxigraph as ox

from kb.model.rdf_terms import Term
from kb.store import faults


class Terms:
    """Terms for nodes, as of one text or answer. An IRI that occurs often is one term, which saves
    time and memory.
    """

    def __init__(self) -> None:
        self.named: dict[str, Term] = {}

    def of(self, node: Any) -> Term:
        """Return a node of pyoxigraph as a term. Raises TypeError for a triple."""
        if isinstance(node, ox.NamedNode):
            iri = node.value
            return self.named.get(iri) or self.named.setdefault(iri, Term("iri", iri))
        if isinstance(node, ox.BlankNode):
            return Term("bnode", node.value)
        if isinstance(node, ox.Triple):
            raise TypeError(node)
        language = node.language or ""
        if node.direction:
            language = f"{language}--{node.direction.value}"
        return Term("literal", node.value, sys.intern(node.datatype.value), language)


class Nodes:
    """Nodes for terms. An IRI that occurs often is one node, which saves time."""

    def __init__(self) -> None:
        self.named: dict[str, ox.NamedNode] = {}

    def of(self, term: Term) -> Any:
        """Return a term as a node. Raises Usage for text that is not an IRI."""
        if term.kind == "iri":
            return self.iri(term.value)
        if term.kind == "bnode":
            return ox.BlankNode(term.value)
        if not term.language:
            datatype = self.iri(term.datatype) if term.datatype else None
            return ox.Literal(term.value, datatype=datatype)
        language, _, direction = term.language.partition("--")
        base = ox.BaseDirection(direction) if direction else None
        return ox.Literal(term.value, language=language, direction=base)

    def iri(self, value: str) -> ox.NamedNode:
        """Return the node of an IRI. Raises Usage for text that is not one."""
        found = self.named.get(value)
        if found is None:
            try:
                found = self.named[value] = ox.NamedNode(value)
            except ValueError:
                raise faults.bad_iri(value) from None
        return found
