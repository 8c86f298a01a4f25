"""Description of a knowledge base as a data set: VoID and DCAT, with a digest of each graph.

https://www.w3.org/TR/void/, https://www.w3.org/TR/vocab-dcat-3/
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from kb.exchange.rdf import BARRED_IRI
from kb.model.rdf_terms import Term, Triple
from kb.model.vocabulary import NS, PROV, RDF, XSD

# The IRI of the data set, and of the graph with its description, after the base.
NAME: Final = "dataset"
_VOID: Final = "http://rdfs.org/ns/void#"
_DCAT: Final = "http://www.w3.org/ns/dcat#"
_DCTERMS: Final = "http://purl.org/dc/terms/"
# The classes whose members are counted.
_COUNTED: Final = ("Claim", "Assertion", "Source", "Entity")


@dataclass(frozen=True, slots=True)
class Counts:
    """The number of triples, of records of each counted class, and the time of the newest record,
    empty without one.
    """

    triples: int = 0
    records: tuple[int, ...] = (0,) * len(_COUNTED)
    newest: str = ""


def counted(triples: Iterable[Triple]) -> Counts:
    """Return the counts of a graph."""
    found = list(triples)
    types = Counter(value.value for _, name, value in found if name.value == RDF + "type")
    newest = max((o.value for _, p, o in found if p.value == PROV + "generatedAtTime"), default="")
    return Counts(len(found), tuple(types[NS + name] for name in _COUNTED), newest)


@dataclass(frozen=True, slots=True)
class Graph:
    """One graph of the data set.

    `file` is the path of the stored file, empty for a graph that is derived or part of the program.
    `content` is the digest of the triples (`kb.rdf.normalized`). `texts` has the digests of texts
    with these triples: of the file as it is, and in canonical form. `former` has those of versions
    that were here before. `arrived` is false for a graph that an unfinished push has still to send.
    `counts` are not in the description of a graph, only their sums.
    """

    file: str
    content: str
    texts: frozenset[str] = frozenset()
    former: frozenset[str] = frozenset()
    arrived: bool = True
    counts: Counts = Counts()


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts of the description other than the graphs."""

    base: str
    policy: str
    licence: str = ""
    incomplete: bool = False


def describe(facts: Facts, graphs: Mapping[str, Graph]) -> list[Triple]:
    """Return the description of graphs by IRI."""
    dataset = Term("iri", facts.base + NAME)
    counts = [graph.counts for graph in graphs.values()]
    out = [
        _typed(dataset, _VOID + "Dataset"),
        _typed(dataset, _DCAT + "Dataset"),
        (dataset, Term("iri", _VOID + "uriSpace"), _text(facts.base)),
        (dataset, Term("iri", _VOID + "triples"), _integer(sum(one.triples for one in counts))),
        (dataset, Term("iri", NS + "policy"), Term("iri", facts.policy)),
        (dataset, Term("iri", _DCAT + "version"), _text(_version(graphs))),
    ]
    out += _optional(dataset, facts, max((one.newest for one in counts), default=""))
    out += [*_partitions(dataset, counts), *_graphs(dataset, graphs)]
    if facts.incomplete:
        out += [arrival(iri, graph) for iri, graph in graphs.items() if graph.arrived]
    return out


def arrival(iri: str, graph: Graph) -> Triple:
    """Return the statement in an incomplete description that a graph has arrived."""
    return Term("iri", iri), Term("iri", NS + "arrivedDigest"), _text(graph.content)


def _optional(dataset: Term, facts: Facts, newest: str) -> Iterator[Triple]:
    """Yield the optional statements about the data set: its licence, the day of its newest record,
    and that it is incomplete.
    """
    if facts.licence:
        yield dataset, Term("iri", _DCTERMS + "license"), Term("iri", facts.licence)
    if newest:
        time = Term("literal", newest, XSD + "dateTime")
        yield dataset, Term("iri", _DCTERMS + "modified"), time
    if facts.incomplete:
        yield dataset, Term("iri", NS + "incomplete"), _true()


def _version(graphs: Mapping[str, Graph]) -> str:
    """Return a short name of the content: the same data always has the same version."""
    content = "".join(f"{iri} {graphs[iri].content}\n" for iri in sorted(graphs))
    return hashlib.sha256(content.encode()).hexdigest()[:16]


def own(base: str, graph: str) -> bool:
    """Tell whether a graph can be one of the data set."""
    return graph.startswith(base) and not BARRED_IRI.search(graph)


def read(base: str, found: Iterable[Triple]) -> dict[str, Graph]:
    """Return the graphs that a description lists, by IRI: only those that begin with the base, so
    that a description can never name the graph of somebody else.
    """
    values: dict[str, dict[str, set[str]]] = {}
    listed, incomplete = set(), False
    for subject, predicate, value in found:
        if predicate.value == _VOID + "subset" and subject.value == base + NAME:
            if own(base, value.value):
                listed.add(value.value)
        elif predicate.value.startswith(NS):
            word = predicate.value.removeprefix(NS)
            incomplete |= word == "incomplete"
            values.setdefault(subject.value, {}).setdefault(word, set()).add(value.value)
    return {iri: _graph(values.get(iri, {}), incomplete) for iri in sorted(listed)}


def whole(base: str, found: Iterable[Triple]) -> bool:
    """Tell whether a description lists all of its graphs: their digests give its version."""
    stated = list(found)
    name, version = base + NAME, _DCAT + "version"
    versions = {o.value for s, p, o in stated if (s.value, p.value) == (name, version)}
    return versions == {_version(read(base, stated))}


def _graph(values: Mapping[str, set[str]], incomplete: bool) -> Graph:
    """Return the graph with these values of its description."""
    file, content = (min(values.get(name, {""})) for name in ("file", "contentDigest"))
    texts, former = (frozenset(values.get(name, ())) for name in ("sha256", "formerSha256"))
    arrived = not incomplete or content in values.get("arrivedDigest", ())
    return Graph(file, content, texts, former, arrived)


def _partitions(dataset: Term, counts: Iterable[Counts]) -> Iterator[Triple]:
    """Yield the number of records of each class (VoID §4.3)."""
    sums = map(sum, zip(*(one.records for one in counts), strict=True))
    for name, number in zip(_COUNTED, sums, strict=True):
        part = Term("iri", f"{dataset.value}#{name}")
        yield dataset, Term("iri", _VOID + "classPartition"), part
        yield part, Term("iri", _VOID + "class"), Term("iri", NS + name)
        yield part, Term("iri", _VOID + "entities"), _integer(number)


def _graphs(dataset: Term, graphs: Mapping[str, Graph]) -> Iterator[Triple]:
    """Yield the statements about each graph."""
    for iri, graph in graphs.items():
        part = Term("iri", iri)
        yield dataset, Term("iri", _VOID + "subset"), part
        yield _typed(part, _VOID + "Dataset")
        yield part, Term("iri", NS + "contentDigest"), _text(graph.content)
        if graph.file:
            yield part, Term("iri", NS + "file"), _text(graph.file)
        for name, digests in (("sha256", graph.texts), ("formerSha256", graph.former)):
            for digest in sorted(digests):
                yield part, Term("iri", NS + name), _text(digest)


def _typed(subject: Term, kind: str) -> Triple:
    return subject, Term("iri", RDF + "type"), Term("iri", kind)


def _text(value: str) -> Term:
    return Term("literal", value, XSD + "string")


def _integer(value: int) -> Term:
    return Term("literal", str(value), XSD + "integer")


def _true() -> Term:
    return Term("literal", "true", XSD + "boolean")
