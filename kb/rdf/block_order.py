"""Order of the records in a stored file."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from kb.model.rdf_terms import Triple
from kb.model.vocabulary import NS

# The triples about each subject, by its IRI.
Grouped = Mapping[str, Sequence[Triple]]


def arrange(grouped: Grouped) -> list[str]:
    """Return subjects in the order of a file.

    The source comes first, then each quote by offset, followed by its assertions and their relays;
    then everything else by IRI.
    """
    keys = places(grouped)
    return sorted(grouped, key=lambda subject: keys[subject])


def places(grouped: Grouped) -> dict[str, tuple[int, str, int, int, str]]:
    """Return the sort key of each subject."""
    found = {s: _place(s) for s in grouped}
    quote = NS + "quote"
    for s, rows in grouped.items():
        at = next((o.value for _, p, o in rows if p.value == quote), "")
        if at and "#char=" not in s:
            _, _, start, end, _ = _place(at)
            found[s] = (1, "", start, end, s)
    for s, rows in grouped.items():
        for _, p, o in rows:
            if p.value == NS + "relay" and o.value in found and found[s][0] == 1:
                found[o.value] = (*found[s][:4], o.value)
    return found


def _place(iri: str) -> tuple[int, str, int, int, str]:
    """Return the sort key of a record by its IRI alone: source, then quotes by offset, then the
    rest.
    """
    match = re.search(r"#char=([0-9]{1,15}),([0-9]{1,15})$", iri)
    if match:
        return (1, "", int(match[1]), int(match[2]), "")
    return (0 if "/source/" in iri else 2, "", 0, 0, iri)
