"""Declarations of predicates in own ontology files: values that no rule understands.

Such a value is valid RDF that changes nothing. Without a message, a predicate whose `kb:functional`
is misspelled would never contradict anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from kb.errors import Place, Problem
from kb.model.identifiers import suggestion
from kb.model.rdf_terms import Term
from kb.model.vocabulary import KINDS, NS, RDF, ROLES
from kb.rdf import turtle_reader
from kb.workspace.files import ontology
from kb.workspace.files.folder import Folder

_YES_OR_NO: Final = ("true", "false", "1", "0")
# Property of a predicate → the values that rules understand, without the namespace.
_VALUES: Final[Mapping[str, Sequence[str]]] = {
    "functional": ("object", "object-time", "subject", "subject-time"),
    "sharesOf": ("object", "subject"),
    "defaultKind": tuple(f"kind-{kind}" for kind in KINDS),
    "againstInterestOf": ("subject", "object", *(role for role in ROLES)),
    "once": _YES_OR_NO,
    "atOnePlace": _YES_OR_NO,
    "acrossSides": _YES_OR_NO,
    "symmetric": _YES_OR_NO,
}
# Properties of which a predicate has at most one value.
_ONE: Final = frozenset({*_VALUES, "measures"} - {"againstInterestOf"})


def wrong(folder: Folder, text: str, shown: str) -> Iterator[Problem]:
    """Yield the properties and values of own predicates that no rule understands, with their
    places. The text must be valid Turtle.
    """
    stated = turtle_reader.by_subject(turtle_reader.triples(text, folder.base))
    blocks = {block.subject: block for block in turtle_reader.blocks(text, folder.base)}
    for subject, properties in stated.items():
        if NS + "Predicate" not in {term.value for term in properties.get(RDF + "type", ())}:
            continue
        for property, values in properties.items():
            if message := _wrong(property, values):
                block = blocks.get(subject)
                line = turtle_reader.line_in(block, property) if block else 0
                words, hint = message
                yield Problem(
                    "error", "predicate-value", words, Place(shown, line), subject, hint=hint
                )


def _wrong(property: str, values: Sequence[Term]) -> tuple[str, str] | None:
    """Return what is wrong with the values of a property, and how to fix it; None if nothing is."""
    if not property.startswith(NS):
        return None
    name, local = turtle_reader.compact(property), property.removeprefix(NS)
    if property not in ontology.terms():
        known = sorted(iri.removeprefix(NS) for iri in ontology.terms() if iri.startswith(NS))
        return f"{name} is not a property of the vocabulary.", suggestion(local, known, "remove it")
    if local in _ONE and len(values) > 1:
        return f"{name} has {len(values)} values, and only one is allowed.", "keep one of them"
    allowed = _VALUES.get(local, ())
    for term in values:
        value = term.value.removeprefix(NS)
        if allowed and value not in allowed:
            return f"{name} “{value}” is not understood.", suggestion(
                value, allowed, f"use one of: {', '.join(allowed)}"
            )
    return None
