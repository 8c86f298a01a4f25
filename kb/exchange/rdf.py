"""Records as Turtle, N-Triples and N-Quads: literals exactly as written, the same triples always as
the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from kb.model.rdf_terms import Term, Triple
from kb.model.vocabulary import XSD
from kb.rdf import turtle_writer

# N-Triples: what a quoted literal may not hold as it is (RDF 1.1 N-Triples §2.4) and, beyond it,
# what canonical N-Triples 1.2 escapes.
BARRED = re.compile('["\\\\\x00-\x1f\x7f\ufffe\uffff\ud800-\udfff]')
BARRED_IRI = re.compile('[\x00-\x20<>"{}|^`\\\\]')
SHORT = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
# Behind the base, these would be read as an absolute IRI, another host, another path, or stand in
# the way of `<…>`.
UNSAFE = re.compile(
    r"[A-Za-z][A-Za-z0-9+.-]*:|/|(?:.*/)?\.\.?(?:[/?#]|$)|.*[\x00-\x20<>\"{}|^`\\]", re.DOTALL
)


def turtle(triples: Iterable[Triple], base: str) -> str:
    """Turtle in the layout of stored files. Subjects with IRIs that cannot be written relative to
    `base` follow in full.
    """
    found = sorted(set(triples))
    odd = {s for s, p, o in found if any(_unsafe(t, base) for t in (s, p, o))}
    rest = [t for t in found if t[0] in odd]
    return turtle_writer.compose([t for t in found if t[0] not in odd], base) + (
        f"\n{ntriples(rest)}" if rest else ""
    )


def _unsafe(term: Term, base: str) -> bool:
    iri = term.value if term.kind == "iri" else term.datatype
    return bool(BARRED_IRI.search(iri)) or (
        iri.startswith(base) and bool(UNSAFE.match(iri.removeprefix(base)))
    )


def ntriples(triples: Iterable[Triple]) -> str:
    """Canonical N-Triples: one triple a line, sorted, each once; letters of every script as they
    are.

    >>> ntriples([(Term("iri", "urn:a"), Term("iri", "urn:b"), Term("literal", 'é "\\x07"', XSD + "string"))])
    '<urn:a> <urn:b> "é \\\\"\\\\u0007\\\\"" .\\n'
    """
    return "".join(sorted({f"{_write(s)} {_write(p)} {_write(o)} .\n" for s, p, o in triples}))


def nquads(graphs: Mapping[str, Iterable[Triple]]) -> str:
    """Canonical N-Quads: the triples of each graph, by its IRI; one quad a line, sorted.

    >>> nquads({"urn:g": [(Term("iri", "urn:a"), Term("iri", "urn:b"), Term("iri", "urn:c"))]})
    '<urn:a> <urn:b> <urn:c> <urn:g> .\\n'
    """
    lines = {
        f"{_write(s)} {_write(p)} {_write(o)} {_iri(graph)} .\n"
        for graph, found in graphs.items()
        for s, p, o in found
    }
    return "".join(sorted(lines))


def remarks(told: Mapping[str, str]) -> str:
    """Comment lines for the head of a file in any of these formats.

    >>> remarks({"as of": "2020-06-05", "policy": "default-1"})
    '# as of: 2020-06-05\\n# policy: default-1\\n'
    """
    return "".join(f"# {name}: {' '.join(value.split())}\n" for name, value in told.items())


def _write(term: Term) -> str:
    if term.kind == "bnode":
        return f"_:{term.value}"
    if term.kind == "iri":
        return _iri(term.value)
    text = '"' + BARRED.sub(lambda m: SHORT.get(m[0]) or f"\\u{ord(m[0]):04X}", term.value) + '"'
    if term.language:
        return f"{text}@{term.language}"
    return text if term.datatype in {"", XSD + "string"} else f"{text}^^{_iri(term.datatype)}"


def _iri(iri: str) -> str:
    return "<" + BARRED_IRI.sub(lambda m: f"\\u{ord(m[0]):04X}", iri) + ">"
