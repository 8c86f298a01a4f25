"""rdflib's terms and ours, for the back ends that speak rdflib. Importing it makes rdflib keep
literals as written, and quiet.
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

rdflib.NORMALIZE_LITERALS = False  # else "01" becomes "1" on reading
rdflib.plugins.sparql.SPARQL_LOAD_GRAPHS = (
    False  # else FROM fetches from the network and from files
)
logging.getLogger("rdflib.term").setLevel(
    logging.CRITICAL
)  # it logs a traceback for every ill-typed literal; `kb check` reports those

_ILLEGAL = re.compile(r'[\x00-\x20<>"{}|\\^`\ud800-\udfff]')
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")


def term(node: object) -> Term:
    """Our term for rdflib's.

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
    """An IRI, checked: rdflib itself lets anything through.

    >>> iri("https://example.org/a b")
    Traceback (most recent call last):
    kb.errors.Usage: 'https://example.org/a b' is not an IRI.
    """
    if _ILLEGAL.search(value) or ":" not in value:
        raise fault.bad_iri(value)
    return rdflib.URIRef(value)


def node(term: Term) -> Node:
    """rdflib's term for ours.

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
    """Triples without duplicates, sorted."""
    return sorted({(term(s), term(p), term(o)) for s, p, o in found})
