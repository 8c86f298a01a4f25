"""What a knowledge base's own ontology adds to the one that comes with the program, which it never
changes.

A term that comes with the program keeps its meaning everywhere: a folder from somebody else cannot
turn a shape off, weaken a policy, or
make another predicate of one that has the same IRI.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from kb.model.rdf_terms import Term, Triple
from kb.model.vocabulary import NS, RDF, RDFS
from kb.rdf import turtle_reader

_SKOS: Final = "http://www.w3.org/2004/02/skos/core#"
_OWL: Final = "http://www.w3.org/2002/07/owl#"
# Files whose terms take nothing more: what is added to a shape or a policy changes it.
_CLOSED: Final = ("shapes.ttl", "record-shapes.ttl", "policies.ttl")
# Properties that may have one more value without a change of those that are there.
_MANY: Final = frozenset(
    (
        RDF + "type",
        *(RDFS + name for name in ("subClassOf", "subPropertyOf", "seeAlso", "isDefinedBy")),
        *(_OWL + name for name in ("sameAs", "equivalentClass", "equivalentProperty")),
        *(
            _SKOS + name
            for name in (
                "altLabel",
                "example",
                "note",
                "scopeNote",
                "exactMatch",
                "closeMatch",
                "broadMatch",
                "narrowMatch",
            )
        ),
        *(_SKOS + name for name in ("relatedMatch", "inScheme", "broader", "narrower", "related")),
        *(
            NS + name
            for name in (
                "incompatibleWith",
                "initiates",
                "terminates",
                "entails",
                "againstInterestOf",
            )
        ),
    )
)


class Conflict(NamedTuple):
    """A triple of an own file about a term that comes with the program, and a value that the term
    has there, if it has one.
    """

    triple: Triple
    shipped: Term | None


@dataclass(frozen=True, slots=True)
class Additions:
    """What an own file adds, and what it would change; the latter does not count."""

    triples: tuple[Triple, ...]
    conflicts: tuple[Conflict, ...] = ()


@dataclass(frozen=True, slots=True)
class Shipped:
    """The ontology that comes with the program: its triples, the values of each term's properties,
    and the terms that take no more.
    """

    triples: frozenset[Triple]
    values: Mapping[tuple[str, str], Sequence[Term]]
    terms: frozenset[str]
    closed: frozenset[str]


@cache
def shipped(folder: Path) -> Shipped:
    """The ontology in a folder of the program."""
    triples: list[Triple] = []
    closed = set[str]()
    for path in sorted(folder.glob("*.ttl")):
        found = turtle_reader.triples(path.read_text(encoding="utf-8"), NS)
        triples += found
        closed.update(s.value for s, _, _ in found if path.name in _CLOSED and s.kind == "iri")
    values: dict[tuple[str, str], list[Term]] = {}
    for subject, predicate, value in triples:
        values.setdefault((subject.value, predicate.value), []).append(value)
    terms = frozenset(s.value for s, _, _ in triples if s.kind == "iri")
    return Shipped(frozenset(triples), values, terms, frozenset(closed))


def additions(own: Iterable[Triple], known: Shipped) -> Additions:
    """Sort the triples of an own file. What the program states as well is left out, so that no
    store has it twice.
    """
    kept: list[Triple] = []
    conflicts: list[Conflict] = []
    for triple in own:
        if triple[0].value not in known.terms:
            kept.append(triple)
        elif triple not in known.triples:
            conflict = _conflict(triple, known)
            if conflict is None:
                kept.append(triple)
            else:
                conflicts.append(conflict)
    return Additions(tuple(kept), tuple(conflicts))


def _conflict(triple: Triple, known: Shipped) -> Conflict | None:
    """What is wrong with one more triple about a shipped term; None where it only adds."""
    subject, predicate, value = triple
    present = known.values.get((subject.value, predicate.value), ())
    rival = next((term for term in present if value.language in ("", term.language)), None)
    if subject.value in known.closed:
        return Conflict(triple, rival)
    return Conflict(triple, rival) if rival is not None and predicate.value not in _MANY else None
