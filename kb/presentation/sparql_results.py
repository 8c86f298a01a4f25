"""Answers of SPARQL queries in the formats of the W3C, and the description of a read-only service.

SPARQL 1.1 Query Results JSON, XML, CSV and TSV; Turtle and N-Triples for graphs.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape, quoteattr

from kb.errors import Refused
from kb.exchange import rdf
from kb.model.rdf_terms import Answer, Term
from kb.model.vocabulary import RDF, XSD
from kb.presentation.controls import escaped

if TYPE_CHECKING:
    from kb.model.rdf_terms import Triple

JSON: Final = "application/sparql-results+json"
# What XML 1.0 does not allow, even as a reference (section 2.2).
UNWRITABLE: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
XML: Final = "application/sparql-results+xml"
CSV: Final = "text/csv"
TSV: Final = "text/tab-separated-values"
TURTLE: Final = "text/turtle"
NTRIPLES: Final = "application/n-triples"
# Media types for rows, for yes or no, and for graphs; the first one is the usual one.
ROWS: Final = (JSON, XML, CSV, TSV)
TRUTH: Final = (JSON, XML)
GRAPH: Final = (TURTLE, NTRIPLES)
Result = Answer | bool | tuple[tuple[Term, Term, Term], ...]
_SD: Final = "http://www.w3.org/ns/sparql-service-description#"
_FORMATS: Final = "http://www.w3.org/ns/formats/"


def types(answer: Result) -> Sequence[str]:
    """Return the media types in which an answer can be written."""
    if isinstance(answer, bool):
        return TRUTH
    return ROWS if isinstance(answer, Answer) else GRAPH


def written(answer: Result, media: str, base: str) -> str:
    """Write an answer in one of the media types that `types` names.

    >>> written(True, JSON, "")
    '{"head": {}, "boolean": true}\\n'
    """
    if isinstance(answer, bool):
        return _truth(answer, media)
    if isinstance(answer, Answer):
        return _WRITERS[media](answer)
    return rdf.turtle(answer, base) if media == TURTLE else rdf.ntriples(answer)


def _truth(answer: bool, media: str) -> str:
    if media == JSON:
        return json.dumps({"head": {}, "boolean": answer}) + "\n"
    return _xml("<head/>", f"<boolean>{str(answer).lower()}</boolean>")


def _json(answer: Answer) -> str:
    bindings = [_bound(answer.variables, row, _as_json) for row in answer.rows]
    head = {"vars": list(answer.variables)}
    found = {"head": head, "results": {"bindings": bindings}}
    return json.dumps(found, ensure_ascii=False) + "\n"


def _bound(
    names: Sequence[str], row: Sequence[Term | None], write: Callable[[Term], object]
) -> dict[str, object]:
    """Return the values of a row that are there, by variable."""
    return {name: write(term) for name, term in zip(names, row, strict=True) if term}


def _as_json(term: Term) -> dict[str, str]:
    """Return a term as in Query Results JSON, 3.2.2."""
    found = {"type": {"iri": "uri"}.get(term.kind, term.kind), "value": term.value}
    if term.language:
        return {**found, "xml:lang": term.language}
    if term.kind == "literal" and term.datatype and term.datatype != f"{XSD}string":
        return {**found, "datatype": term.datatype}
    return found


def _as_xml(term: Term) -> str:
    """Return a term as in Query Results XML, 2.3.1."""
    if term.kind != "literal":
        name = "uri" if term.kind == "iri" else "bnode"
        return f"<{name}>{_text(term.value)}</{name}>"
    about = ""
    if term.language:
        about = f" xml:lang={quoteattr(term.language)}"
    elif term.datatype and term.datatype != f"{XSD}string":
        about = f" datatype={quoteattr(term.datatype)}"
    return f"<literal{about}>{_text(term.value)}</literal>"


def _text(value: str) -> str:
    """Return text for XML 1.0. Raises Refused for a character that no XML document can have."""
    if found := UNWRITABLE.search(value):
        raise Refused(
            f"XML cannot contain the character U+{ord(found[0]):04X} of this answer.",
            f"ask for {JSON}",
        )
    return escape(value, {"\r": "&#13;"})


def _rows_as_xml(answer: Answer) -> str:
    head = "".join(f"<variable name={quoteattr(name)}/>" for name in answer.variables)
    results = []
    for row in answer.rows:
        bound = _bound(answer.variables, row, _as_xml)
        cells = (f"<binding name={quoteattr(n)}>{v}</binding>" for n, v in bound.items())
        results.append(f"<result>{''.join(cells)}</result>")
    return _xml(f"<head>{head}</head>", f"<results>{''.join(results)}</results>")


def _xml(*parts: str) -> str:
    space = "http://www.w3.org/2005/sparql-results#"
    return f'<?xml version="1.0"?>\n<sparql xmlns="{space}">{"".join(parts)}</sparql>\n'


def _csv(answer: Answer) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(answer.variables)
    for row in answer.rows:
        writer.writerow([term.value if term else "" for term in row])
    return stream.getvalue()


def _tsv(answer: Answer) -> str:
    lines = ["\t".join(f"?{name}" for name in answer.variables)]
    lines += ["\t".join(rdf.term(term) if term else "" for term in row) for row in answer.rows]
    return "".join(f"{line}\n" for line in lines)


_WRITERS: Final[Mapping[str, Callable[[Answer], str]]] = {
    JSON: _json,
    XML: _rows_as_xml,
    CSV: _csv,
    TSV: _tsv,
}


def turtle(answer: Result, base: str) -> str:
    """Write an answer as Turtle: a graph as it is, rows and yes or no as a result set.

    The vocabulary is that of the W3C's Data Access Working Group
    (http://www.w3.org/2001/sw/DataAccess/tests/result-set). `rs:index` keeps the order.

    >>> print(turtle(True, ""), end="")
    @prefix rs: <http://www.w3.org/2001/sw/DataAccess/tests/result-set#> .
    <BLANKLINE>
    [] a rs:ResultSet ;
      rs:boolean true .
    """
    if isinstance(answer, tuple):
        return escaped(rdf.turtle(answer, base))
    if isinstance(answer, bool):
        parts = [f"rs:boolean {str(answer).lower()}"]
    else:
        parts = [f'rs:resultVariable "{name}"' for name in answer.variables]
        parts += [_solution(answer.variables, n, row) for n, row in enumerate(answer.rows, 1)]
    heads = ("@prefix rs: <http://www.w3.org/2001/sw/DataAccess/tests/result-set#> .", "")
    lines = [*heads, " ;\n  ".join(["[] a rs:ResultSet", *parts]) + " ."]
    return escaped("".join(f"{line}\n" for line in lines))


def _solution(names: Sequence[str], number: int, row: Sequence[Term | None]) -> str:
    """Return a row as a solution of a result set."""
    found = _bound(names, row, rdf.term)
    bindings = (f'[ rs:variable "{name}" ; rs:value {value} ]' for name, value in found.items())
    bound = "".join(f" ;\n    rs:binding {one}" for one in bindings)
    return f"rs:solution [ rs:index {number}{bound} ]"


def described(address: str) -> tuple[Triple, ...]:
    """Describe a service at this address (SPARQL 1.1 Service Description).

    It reads SPARQL 1.1, its default graph is the union of all graphs, and it follows no other
    service.
    """
    service = Term("iri", address)
    facts = [(RDF + "type", _SD + "Service"), (_SD + "endpoint", address)]
    facts.append((_SD + "supportedLanguage", _SD + "SPARQL11Query"))
    facts.append((_SD + "feature", _SD + "UnionDefaultGraph"))
    names = [f"SPARQL_Results_{name}" for name in ("JSON", "XML", "CSV", "TSV")]
    names += ["Turtle", "N-Triples"]
    facts += [(_SD + "resultFormat", _FORMATS + name) for name in names]
    return tuple((service, Term("iri", p), Term("iri", o)) for p, o in facts)
