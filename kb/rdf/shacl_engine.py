"""Results of SHACL validation, by pySHACL.

pySHACL takes about three milliseconds for a record. So it validates all records of a small change,
and of many records those that the screen does not pass.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

from kb.errors import Refused
from kb.model.rdf_terms import Term, Triple
from kb.rdf import literals, shacl_screen

# Up to this many records, pySHACL validates them all: what is about to be written is always
# validated by the reference.
SMALL: Final = 100


class Result(NamedTuple):
    """One result of validation (SHACL §3.6.2). `property` is "" if the whole record is meant, and
    `value` if there is none. `shape` is "" for a shape without a name.
    """

    focus: str
    property: str
    shape: str
    message: str
    severity: str
    value: str
    component: str


def results(
    data: Sequence[Triple], focus: Sequence[str], rules: Sequence[Triple], always: int = SMALL
) -> list[Result]:
    """Return the results for the focus records (IRIs), sorted. They are equal to those of
    `reference`, which validates up to `always` records without a screen. Raises the errors of
    pySHACL about shapes, and Refused if it gives up.
    """
    few = len(focus) <= always
    return reference(data, focus, rules) if few else screened(data, focus, rules)


def screened(data: Sequence[Triple], focus: Sequence[str], rules: Sequence[Triple]) -> list[Result]:
    """Return the results of pySHACL for the focus records that the screen does not pass. Raises
    as `results` does.
    """
    chosen = shacl_screen.suspects(data, focus, rules)
    return reference(data, chosen, rules) if chosen else []


def reference(
    data: Sequence[Triple], focus: Collection[str], rules: Iterable[Triple]
) -> list[Result]:
    """Return the results of pySHACL for the focus records. Raises as `results` does."""
    import pyshacl
    import pyshacl.errors
    import rdflib

    rdflib.NORMALIZE_LITERALS = False
    # The shapes report ill-typed literals, with their place.
    logging.getLogger("rdflib.term").setLevel(logging.CRITICAL)
    wanted = frozenset(focus)
    records, shapes = _graph(_near(data, wanted)), _shapes(tuple(rules))
    # Do not pass focus_nodes: pySHACL then accepts any value outside of them for sh:or and sh:node.
    try:
        _, report, _ = pyshacl.validate(
            records,
            shacl_graph=shapes,
            advanced=False,
            js=False,
            do_owl_imports=False,
            inplace=False,
            inference="none",
        )
    except pyshacl.errors.ReportableRuntimeError as error:
        raise Refused(f"{error}") from None
    finally:
        # pySHACL sets it to True, and the stores of this process would then rewrite what they read.
        rdflib.NORMALIZE_LITERALS = False
    if not isinstance(report, rdflib.Graph):
        raise Refused(getattr(report, "message", str(report)))
    return sorted(result for result in set(_results(report)) if result.focus in wanted)


@lru_cache(maxsize=2)
def _shapes(rules: Sequence[Triple]) -> Any:
    """Return shapes as a graph, made once. pySHACL only adds two statements of its own to it."""
    shapes = _graph(rules)
    _spread(shapes)
    return shapes


def _spread(shapes: Any) -> None:
    """Give the properties of a shape the targets of the shape itself.

    It means the same, but is faster: pySHACL then checks one property of all records at once.
    Otherwise it checks the properties of one record after the other, and prepares each shape again
    for every record.
    """
    from rdflib import SH

    for shape, kind in list(shapes.subject_objects(SH.targetClass)):
        for part in list(shapes.objects(shape, SH.property)):
            shapes.add((part, SH.targetClass, kind))
    for shape in list(shapes.subjects(SH.targetClass, unique=True)):
        if not list(shapes.objects(shape, SH.path)):
            shapes.remove((shape, SH.property, None))


def _graph(triples: Iterable[Triple]) -> Any:
    """Return triples as a graph of rdflib."""
    import rdflib

    graph = rdflib.Graph()
    for triple in triples:
        graph.add(tuple(_node(term) for term in triple))
    return graph


def _near(data: Sequence[Triple], focus: Collection[str]) -> Iterable[Triple]:
    """Return the triples of the focus records and of the records that they name."""
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
    return Literal(
        term.value, lang=term.language or None, datatype=None if plain else URIRef(term.datatype)
    )


def _results(report: Any) -> Iterable[Result]:
    from rdflib import RDF, SH, BNode

    for result in report.subjects(RDF.type, SH.ValidationResult):
        path, shape = report.value(result, SH.resultPath), report.value(result, SH.sourceShape)
        value, severity = report.value(result, SH.value), report.value(result, SH.resultSeverity)
        message = report.value(result, SH.resultMessage) or "does not fit the shape."
        yield Result(
            focus=str(report.value(result, SH.focusNode)),
            property=str(path or ""),
            shape="" if isinstance(shape, BNode) else str(shape),
            message=" ".join(str(message).split()),
            severity=str(severity),
            value="" if value is None else str(value),
            component=str(report.value(result, SH.sourceConstraintComponent)),
        )
