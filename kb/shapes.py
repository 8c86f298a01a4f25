"""SHACL: records against the shapes of the ontology. The one door to pySHACL (loaded only when something is validated)."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from kb.terms import Term, Triple


class Violation(NamedTuple):
    """One result: the record's IRI, the property (empty where the whole record is meant), the shape's name, the message for authors."""

    focus: str
    property: str
    shape: str
    message: str
    severity: str
    value: str


def validate(data: Iterable[Triple], focus: Sequence[str], shapes: Sequence[Path]) -> list[Violation]:
    """What the shapes find wrong with the focus records; `data` holds them and their neighbours' types. Sorted by record."""
    import pyshacl
    import rdflib

    rdflib.NORMALIZE_LITERALS = False
    logging.getLogger("rdflib.term").setLevel(logging.CRITICAL)  # ill-typed literals are reported by the shapes, with their place
    if not focus:
        return []
    graph = rdflib.Graph()
    for triple in data:
        graph.add(tuple(_node(t) for t in triple))
    rules = rdflib.Graph()
    for path in shapes:
        rules.parse(path, format="turtle")
    typed = {str(s) for s in graph.subjects(rdflib.RDF.type)}
    # pySHACL looks each record up in the list, one by one: where all of them are meant, no list makes it linear.
    nodes: list[str | rdflib.URIRef] | None = None if typed <= set(focus) else [rdflib.URIRef(f) for f in focus]
    try:
        _, report, _ = pyshacl.validate(graph, shacl_graph=rules, focus_nodes=nodes, advanced=False, inference="none")
    finally:
        rdflib.NORMALIZE_LITERALS = False  # pySHACL leaves it on, and the stores of this process would rewrite what they read
    return sorted(set(_violations(report)))


def _node(term: Term) -> Any:
    from rdflib import BNode, Literal, URIRef

    if term.kind == "iri":
        return URIRef(term.value)
    if term.kind == "bnode":
        return BNode(term.value)
    plain = not term.datatype or term.datatype.endswith(("#string", "#langString"))
    return Literal(term.value, lang=term.language or None, datatype=None if plain else URIRef(term.datatype))


def _violations(report: Any) -> Iterable[Violation]:
    from rdflib import RDF, SH

    for result in report.subjects(RDF.type, SH.ValidationResult):
        path, shape, value = (report.value(result, p) for p in (SH.resultPath, SH.sourceShape, SH.value))
        severity = "warning" if report.value(result, SH.resultSeverity) in {SH.Warning, SH.Info} else "error"
        name = str(shape).rpartition("#")[2].rpartition("/")[2]
        message = str(report.value(result, SH.resultMessage) or "does not fit the shape.")
        yield Violation(
            str(report.value(result, SH.focusNode)), str(path or ""), name, message, severity, "" if value is None else str(value)
        )
