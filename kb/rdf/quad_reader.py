"""Reader of TriG and N-Quads: the triples of each graph, and the place of each graph in its text.

https://www.w3.org/TR/trig/, https://www.w3.org/TR/n-quads/
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

import pyoxigraph as ox

from kb.model.rdf_terms import Term, Triple
from kb.rdf.turtle_reader import Broken

FORMATS: Final = {
    "trig": ox.RdfFormat.TRIG,
    "nquads": ox.RdfFormat.N_QUADS,
    "turtle": ox.RdfFormat.TURTLE,
}
_TOKEN: Final = re.compile(
    r"""
    (?P<comment> \#[^\n]*)
    | (?P<iri> <[^<>"{}|^`\\\s]*>)
    | (?P<string> \"{3}(?:[^"\\]++|\\.|"(?!""))*+\"{3} | '{3}(?:[^'\\]++|\\.|'(?!''))*+'{3}
                | "(?:[^"\\\n]++|\\.)*+" | '(?:[^'\\\n]++|\\.)*+')
    | (?P<brace> [{}])
    | (?P<word> [^\s<>"'{}\#;,()\[\]]+)
    | (?P<other> .)
    """,
    re.VERBOSE | re.DOTALL,
)


def graphs(text: str, format: str, base: str = "") -> dict[str, list[Triple]]:
    """Return the triples of each graph, "" for the default graph. Raises Broken.

    >>> list(graphs("<urn:g> { <urn:s> <urn:p> 1 }", "trig"))
    ['urn:g']
    """
    found: dict[str, list[Triple]] = {}
    try:
        for quad in ox.parse(text, format=FORMATS[format], base_iri=base or None):
            triple = (_term(quad.subject), _term(quad.predicate), _term(quad.object))
            name = quad.graph_name
            graph = "" if isinstance(name, ox.DefaultGraph) else name.value
            found.setdefault(graph, []).append(triple)
    except SyntaxError as error:
        raise Broken(str(error.msg), error.lineno or 1, error.offset or 1) from None
    except (TypeError, ValueError) as error:
        raise Broken(str(error) or "triples about triples are not read", 1, 1) from None
    return found


def _term(term: Any) -> Term:
    if isinstance(term, ox.NamedNode):
        return Term("iri", term.value)
    if isinstance(term, ox.BlankNode):
        return Term("bnode", term.value)
    if not isinstance(term, ox.Literal):
        raise TypeError("triples about triples are not read")
    return Term("literal", term.value, term.datatype.value, term.language or "")


def places(text: str) -> dict[str, tuple[int, int]]:
    """Return where each named graph of TriG is: from its name to its closing brace, exclusive.

    >>> text = "PREFIX x: <urn:x#> x:g { x:s x:p '}' } "
    >>> [text[start:end] for start, end in places(text).values()]
    ["x:g { x:s x:p '}' }"]
    """
    found: dict[str, tuple[int, int]] = {}
    prefixes: dict[str, str] = {}
    before: list[re.Match[str]] = []
    opened: re.Match[str] | None = None
    for token in _TOKEN.finditer(text):
        if token.lastgroup == "comment" or token[0].isspace():
            continue
        if token.lastgroup == "brace":
            if token[0] == "{" and opened is None and before:
                opened = before[-1]
            elif token[0] == "}" and opened is not None:
                found[_expanded(opened[0], prefixes)] = (opened.start(), token.end())
                opened = None
            before = []
        elif opened is None:
            before = [*before[-2:], token]
            _declared(before, prefixes)
    return found


def _declared(before: list[re.Match[str]], prefixes: dict[str, str]) -> None:
    """Note a prefix if the last three tokens declare one."""
    words = [token[0] for token in before]
    if len(words) == 3 and words[0].lower() in ("@prefix", "prefix") and words[1].endswith(":"):
        prefixes[words[1][:-1]] = words[2].strip("<>")


def _expanded(name: str, prefixes: Mapping[str, str]) -> str:
    """Return the IRI of a graph from its name."""
    if name.startswith("<"):
        return name.strip("<>")
    prefix, _, local = name.partition(":")
    return prefixes.get(prefix, "") + local
