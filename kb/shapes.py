"""SHACL: records against the shapes of the ontology. The one door to pySHACL (loaded only when something is validated)."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from kb import literals
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
    wanted = set(focus)
    for triple in _near(list(data), wanted):
        graph.add(tuple(_node(t) for t in triple))
    rules = rdflib.Graph()
    for path in shapes:
        rules.parse(path, format="turtle")
    try:  # without focus_nodes: given these, pySHACL takes any value outside of them as fitting sh:or and sh:node
        _, report, _ = pyshacl.validate(graph, shacl_graph=rules, advanced=False, inference="none")
    finally:
        rdflib.NORMALIZE_LITERALS = False  # pySHACL leaves it on, and the stores of this process would rewrite what they read
    return sorted(v for v in set(_violations(report)) if v.focus in wanted)


def _near(data: Sequence[Triple], focus: Collection[str]) -> Iterable[Triple]:
    """The triples of the focus records, and the types of the records that they name."""
    named = {o.value for s, _, o in data if s.value in focus}
    return (t for t in data if t[0].value in focus or t[0].value in named)


def _node(term: Term) -> Any:
    from rdflib import BNode, Literal, URIRef

    term = literals.plain(term) if term.kind == "literal" else term
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
