"""Records as Turtle, N-Triples and N-Quads.

Literals are kept as written. The same triples always give the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from kb.model.rdf_terms import Term, Triple
from kb.model.vocabulary import XSD
from kb.rdf import turtle_writer

# Characters that a quoted literal must escape (RDF 1.1 N-Triples §2.4), and those that canonical
# N-Triples 1.2 escapes.
BARRED = re.compile('["\\\\\x00-\x1f\x7f\ufffe\uffff\ud800-\udfff]')
BARRED_IRI = re.compile('[\x00-\x20<>"{}|^`\\\\]')
SHORT = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
# After the base, these would be read as an absolute IRI, another host or another path, or they
# would break `<…>`.
UNSAFE = re.compile(
    r"[A-Za-z][A-Za-z0-9+.-]*:|/|(?:.*/)?\.\.?(?:[/?#]|$)|.*[\x00-\x20<>\"{}|^`\\]", re.DOTALL
)


def turtle(triples: Iterable[Triple], base: str) -> str:
    """Format triples as Turtle in the layout of stored files.

    Subjects with IRIs that cannot be written relative to `base` follow at the end, as N-Triples.
    """
    found = sorted(set(triples))
    unsafe = {s for s, p, o in found if _unsafe(s, base) or _unsafe(p, base) or _unsafe(o, base)}
    rest = [triple for triple in found if triple[0] in unsafe]
    text = turtle_writer.compose([t for t in found if t[0] not in unsafe], base)
    return f"{text}\n{ntriples(rest)}" if rest else text


def _unsafe(term: Term, base: str) -> bool:
    iri = term.value if term.kind == "iri" else term.datatype
    return bool(BARRED_IRI.search(iri)) or (
        iri.startswith(base) and bool(UNSAFE.match(iri.removeprefix(base)))
    )


def ntriples(triples: Iterable[Triple]) -> str:
    """Format triples as canonical N-Triples: one triple a line, sorted, without duplicates.

    Only the characters that must be escaped are.

    >>> text = Term("literal", 'é "\\x07"', XSD + "string")
    >>> ntriples([(Term("iri", "urn:a"), Term("iri", "urn:b"), text)])
    '<urn:a> <urn:b> "é \\\\"\\\\u0007\\\\"" .\\n'
    """
    return "".join(sorted({f"{term(s)} {term(p)} {term(o)} .\n" for s, p, o in triples}))


def nquads(graphs: Mapping[str, Iterable[Triple]]) -> str:
    """Format graphs (IRI to triples) as canonical N-Quads: one quad a line, sorted.

    >>> nquads({"urn:g": [(Term("iri", "urn:a"), Term("iri", "urn:b"), Term("iri", "urn:c"))]})
    '<urn:a> <urn:b> <urn:c> <urn:g> .\\n'
    """
    lines = {
        f"{term(s)} {term(p)} {term(o)} {_iri(graph)} .\n"
        for graph, found in graphs.items()
        for s, p, o in found
    }
    return "".join(sorted(lines))


def remarks(stated: Mapping[str, str]) -> str:
    """Return comment lines for the beginning of a file in any of these formats.

    >>> remarks({"as of": "2020-06-05", "policy": "default-1"})
    '# as of: 2020-06-05\\n# policy: default-1\\n'
    """
    return "".join(f"# {name}: {' '.join(value.split())}\n" for name, value in stated.items())


def term(term: Term) -> str:
    """Format a term as in N-Triples, which is also its form in SPARQL results as TSV."""
    if term.kind == "bnode":
        return f"_:{term.value}"
    if term.kind == "iri":
        return _iri(term.value)
    text = f'"{BARRED.sub(_escaped, term.value)}"'
    if term.language:
        return f"{text}@{term.language}"
    return text if term.datatype in {"", XSD + "string"} else f"{text}^^{_iri(term.datatype)}"


def _iri(iri: str) -> str:
    return f"<{BARRED_IRI.sub(_numeric, iri)}>"


def _escaped(found: re.Match[str]) -> str:
    return SHORT.get(found[0]) or _numeric(found)


def _numeric(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04X}"
