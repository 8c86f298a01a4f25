"""Conversion between rdflib's terms and the terms of `kb.model.rdf_terms`.

Importing this module makes rdflib keep literals as written, fetch nothing, and log nothing.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable

import rdflib
import rdflib.plugins.sparql
from rdflib.term import Node

from kb.model.vocabulary import RDF, XSD
from kb.store import Term, Triple
from kb.store import faults as fault

# Otherwise "01" becomes "1" on reading.
rdflib.NORMALIZE_LITERALS = False
# Otherwise FROM reads files and fetches from the network.
rdflib.plugins.sparql.SPARQL_LOAD_GRAPHS = False
# rdflib logs a traceback for every ill-typed literal; `kb validate` reports those.
logging.getLogger("rdflib.term").setLevel(logging.CRITICAL)

_ILLEGAL = re.compile(r'[\x00-\x20<>"{}|\\^`\ud800-\udfff]')
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")


def term(node: object) -> Term:
    """Convert a term of rdflib.

    >>> term(rdflib.Literal("01", datatype=rdflib.XSD.integer)).value
    '01'
    """
    match node:
        case rdflib.URIRef():
            return Term("iri", str(node))
        case rdflib.BNode():
            return Term("bnode", str(node))
        case rdflib.Literal():
            plain = RDF + "langString" if node.language else XSD + "string"
            return Term("literal", str(node), str(node.datatype or plain), node.language or "")
    raise fault.no_term()


def iri(value: str) -> rdflib.URIRef:
    """Check an IRI. rdflib itself accepts any text.

    >>> iri("https://example.org/a b")
    Traceback (most recent call last):
    kb.errors.Usage: 'https://example.org/a b' is not an IRI.
    """
    if _ILLEGAL.search(value) or ":" not in value:
        raise fault.bad_iri(value)
    return rdflib.URIRef(value)


def node(term: Term) -> Node:
    """Convert a term to rdflib.

    >>> node(Term("literal", "да", language="ru")).n3()
    '"да"@ru'
    """
    if term.kind == "bnode":
        return rdflib.BNode(term.value)
    if term.kind == "iri":
        return iri(term.value)
    if term.language:
        if not _LANGUAGE.fullmatch(term.language):
            raise fault.failed(f"{term.language!r} is not a language")
        return rdflib.Literal(term.value, lang=term.language.lower(), normalize=False)
    typed = term.datatype and term.datatype != XSD + "string"
    return rdflib.Literal(
        term.value, datatype=iri(term.datatype) if typed else None, normalize=False
    )


def triples(found: Iterable[tuple[object, object, object]]) -> list[Triple]:
    """Convert triples from rdflib, without duplicates, sorted."""
    return sorted({(term(s), term(p), term(o)) for s, p, o in found})
