"""Division of a large graph into parts, so that a small change of it is a change of few parts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Final

from kb.model.rdf_terms import Triple

# Triples of a part: about a megabyte as N-Triples. Smaller parts would be many graphs, and a server
# that looks into each graph of a query becomes slower with their number.
MOST: Final = 8000

# Triples with the binary digits that decide about their part.
_Marked = list[tuple[str, Triple]]


def parts(graph: str, triples: Iterable[Triple], most: int = MOST) -> Mapping[str, list[Triple]]:
    """Return the parts of a graph by IRI: the graph itself, if it has at most `most` triples.

    A larger one is halved until its parts are small enough. The binary digits at the end of the IRI
    of a part are the first ones of the digest of the ids in it. So the same triples always give the
    same parts, and records with the same id, such as a claim and its status, are in the same part.

    >>> from kb.model.rdf_terms import Term
    >>> t = [(Term("iri", f"urn:x/{n}"), Term("iri", "urn:p"), Term("iri", "urn:o")) for n in "abc"]
    >>> {name: len(part) for name, part in parts("urn:g", t, 2).items()}
    {'urn:g/0': 2, 'urn:g/1': 1}
    """
    found = list(triples)
    if len(found) <= most:
        return {graph: found}
    digits: dict[str, str] = {}
    for subject, _, _ in found:
        if subject.value not in digits:
            digits[subject.value] = _digits(subject.value)
    out: dict[str, list[Triple]] = {}
    _divide(out, graph + "/", [(digits[t[0].value], t) for t in found], 0, most)
    return out


def _divide(out: dict[str, list[Triple]], name: str, found: _Marked, depth: int, most: int) -> None:
    """Add the parts of marked triples, which agree in the first `depth` digits, to `out`."""
    if len(found) <= most or len({digits for digits, _ in found}) == 1:
        out[name] = [triple for _, triple in found]
        return
    for digit in "01":
        if half := [one for one in found if one[0][depth] == digit]:
            _divide(out, name + digit, half, depth + 1, most)


def _digits(iri: str) -> str:
    """Return the binary digits of the digest of the id in an IRI."""
    made = hashlib.sha256(iri.rpartition("/")[2].encode())
    return f"{int(made.hexdigest(), 16):0256b}"
