"""Records in which a saved check of the program can find something else after a change.

Each check asks for a few records that are linked with one another. So a change can matter to a
record only if a check links the two, and to few others: the tables below have these links. What
they give may be too much, and never too little. A check that is not `COVERED` runs on all records.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from kb.app.derivation import twin_claims
from kb.app.derivation.lookups import Lookups
from kb.app.derivation.reach import IndexLinks
from kb.model.rdf_terms import Triple
from kb.model.records import RECORD_CLASSES, slots
from kb.model.vocabulary import NS, RDF, RDFS

# The checks whose links are known here. Loops are not: they are found in all links at once.
COVERED: Final = frozenset(
    (
        *("affiliation-with-itself", "begins-after-publication", "bounds-reversed"),
        *("claim-in-other-words", "claim-without-assertion", "copy-lines-without-range"),
        *("dangling-reference", "denial-without-affirmation", "disowns-without-target"),
        *("duplicate-assertion", "judged-both-ways", "outcome-without-fate"),
        *("parts-exceed-whole", "quote-of-another-source", "quote-outside-source"),
        *("reference-to-wrong-record", "relay-missing", "said-after-published"),
        *("same-identifier", "shares-exceed-whole", "two-first-publishers", "two-publishers"),
        *("unknown-predicate", "unknown-token", "unused-entity", "verdict-without-reason"),
    )
)
TYPE: Final = RDF + "type"
_SUBCLASS: Final = RDFS + "subClassOf"
# Properties whose values are records or predicates.
_LINKS: Final = frozenset(
    slot.property
    for kind in RECORD_CLASSES
    for slot in slots(kind).values()
    if slot.type in ("ref", "predicate")
)
# What is linked with any changed record (`?x`).
_CHANGED: Final = (
    "?found kb:about|kb:other ?x",
    "?found kb:quote ?x",
    "?assertion kb:relay ?x , ?found",
    "?assertion kb:claim ?x ; kb:source ?found",
)
# What is linked with a record whose value of a property has changed.
_DIFFERING: Final[Mapping[str, Sequence[str]]] = {
    TYPE: ("?found ?property ?x",),
    NS + "length": ("?found kb:source ?x",),
    NS + "publishedTo": (
        "?found kb:source ?x",
        "?assertion kb:source ?x ; kb:relay|kb:claim ?found",
    ),
    NS + "copyOf": ("?x a kb:Source . ?found kb:judgementKind kb:judgement-copy-of",),
}
# What is linked with the value that a changed record has, or had, for a property.
_SHARED: Final[Mapping[str, Sequence[str]]] = {
    NS + "claim": ("?found kb:claim ?x",),
    NS + "about": ("?found kb:about|kb:other ?x",),
    NS + "other": ("?found kb:about|kb:other ?x",),
    NS + "party": ("?found kb:party ?x ; kb:relation kb:relation-owns",),
    NS + "within": ("?found rdf:object ?x ; kb:quantityMax ?most",),
    NS + "wikidata": ("?found kb:wikidata ?x",),
}
# Claims of the same about things that this one is within.
_AROUND: Final = (
    "?o kb:within ?whole . "
    "?found rdf:object ?whole ; rdf:subject ?s ; rdf:predicate ?p ; kb:quantityMax ?most"
)


@dataclass(frozen=True, slots=True)
class Change:
    """The triples that were added or removed, and everything that the changed records state:
    `former` triples, and those before and after.
    """

    differing: Collection[Triple]
    former: Sequence[Triple]
    stated: Sequence[Triple]

    @property
    def is_traceable(self) -> bool:
        """Whether everything that it can matter to can be found: it has no blank nodes, names
        records by IRIs, and declares no class.
        """
        return all(map(_is_plain, self.stated))

    def subjects(self, property: str = "") -> set[str]:
        """Return the IRIs of the changed records, or of those with another value of a property."""
        rows = (t for t in self.differing if not property or t[1].value == property)
        return {subject.value for subject, _, _ in rows}

    def values(self, property: str = "") -> set[str]:
        """Return the IRIs that changed records have, or had, as values."""
        rows = (t for t in self.stated if not property or t[1].value == property)
        return {value.value for _, _, value in rows if value.kind == "iri"}


def change(before: Sequence[Sequence[Triple]], after: Sequence[Sequence[Triple]]) -> Change:
    """Return what differs between the triples of the same files, before and after."""
    differing = set[Triple]()
    for old, new in zip(before, after, strict=True):
        differing |= set(old) ^ set(new)
    subjects = {subject.value for subject, _, _ in differing}
    former, latter = (
        [t for f in files for t in f if t[0].value in subjects] for files in (before, after)
    )
    return Change(differing, former, [*former, *latter])


def _is_plain(triple: Triple) -> bool:
    """Tell whether a triple can be followed."""
    subject, property, value = triple
    linked = property.value in _LINKS or property.value == TYPE
    kinds = ("iri",) if linked else ("iri", "literal")
    return subject.kind == "iri" and value.kind in kinds and property.value != _SUBCLASS


def records(look: Lookups, change: Change) -> set[str]:
    """Return the IRIs of the records in which a check can find something else, given a store of
    the records as they are now.
    """
    changed = change.subjects()
    found = {id for pattern in _CHANGED for id in look.follow(pattern, changed)}
    for links, ends in ((_DIFFERING, change.subjects), (_SHARED, change.values)):
        for property, patterns in links.items():
            if some := ends(property):
                found |= {id for pattern in patterns for id in look.follow(pattern, some)}
    found |= _of_claims(look, change)
    ours = {iri for iri in change.values() if iri.startswith(look.base)}
    return changed | ours | {look.iri(id) for id in found}


def _of_claims(look: Lookups, change: Change) -> set[str]:
    """Return the claims that are compared with changed ones, or with those of changed
    assertions.
    """
    links = IndexLinks(look)
    around = set(_triples(change))
    for s, p, o in links.triples(change.values(NS + "claim")):
        around |= {(links.iri(s), links.iri(p), links.iri(o))} if o else set()
    whole = {claim for (claim,) in look.rows("?found", "?s ?p ?o", _AROUND, around)}
    return whole | twin_claims.compared(look, change.subjects(), change.former)


def _triples(change: Change) -> Iterator[tuple[str, str, str]]:
    """Yield the subject, predicate and object (IRIs) that changed claims have or had, in every
    combination.
    """
    values: dict[str, dict[str, list[str]]] = {}
    for record, property, value in change.stated:
        if value.kind == "iri" and property.value.startswith(RDF):
            values.setdefault(record.value, {}).setdefault(property.value, []).append(value.value)
    for stated in values.values():
        for subject in stated.get(RDF + "subject", ()):
            for predicate in stated.get(RDF + "predicate", ()):
                for thing in stated.get(RDF + "object", ()):
                    yield subject, predicate, thing
