"""Predicates that a sheet can use, read from the ontology."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache

from kb.model.rdf_terms import Term, Triple
from kb.model.vocabulary import NS, PREDICATES, RDF, RDFS
from kb.rdf import turtle_reader
from kb.workspace.catalogs.catalog import Declared


class Declarations(Mapping[str, Declared]):
    """Predicates by their word, which are read when one is first looked up: most commands look up
    none.
    """

    def __init__(self, read: Callable[[], Mapping[str, Declared]]) -> None:
        self._read = cache(read)

    def __getitem__(self, word: str) -> Declared:
        return self._read()[word]

    def __iter__(self) -> Iterator[str]:
        return iter(self._read())

    def __len__(self) -> int:
        return len(self._read())


def declared(ontology: Iterable[Sequence[Triple]]) -> dict[str, Declared]:
    """Return the predicates by the word that a sheet uses, the end of their IRI.

    `ontology` has the triples of each file. A predicate of the program comes before others with the
    same word.
    """
    out: dict[str, Declared] = {}
    inverses: dict[str, str] = {}
    for triples in ontology:
        for subject, properties in turtle_reader.by_subject(triples).items():
            types = {term.value for term in properties.get(RDF + "type", ())}
            if subject.startswith(PREDICATES) or NS + "Predicate" in types:
                word = _word(subject)
                for term in properties.get(NS + "inverseOf", ()):
                    inverses |= {word: _word(term.value), _word(term.value): word}
                shipped = subject == PREDICATES + word
                if word and (shipped or word not in out):
                    out[word] = _declared(subject.removeprefix(PREDICATES), properties)
    return {word: replace(one, inverse=inverses.get(word, "")) for word, one in out.items()}


def _word(iri: str) -> str:
    """Return the end of an IRI, which is the word that a sheet uses."""
    return iri.rstrip("/#").replace("#", "/").rpartition("/")[2]


def _declared(id: str, properties: Mapping[str, Sequence[Term]]) -> Declared:
    """Return a predicate as its file declares it."""
    kinds = [t.value.removeprefix(f"{NS}kind-") for t in properties.get(NS + "defaultKind", ())]
    label = turtle_reader.in_english(properties.get(RDFS + "label", ()))
    return Declared(next(iter(kinds), None) or None, label, id)
