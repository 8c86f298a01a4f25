"""Normal form of literals, and a digest of triples that does not depend on how a store writes them.

Stores write some values in another way than they were given: the language tag en-GB as en-gb, the
decimal 1.50 as 1.5. In normal form such values are the same.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Final

from kb.model.rdf_terms import Term, Triple
from kb.model.values import decimal_text
from kb.model.vocabulary import XSD

_TRUTH: Final = {"1": "true", "0": "false"}
_UTC: Final = re.compile(r"(?:[+-]00:00|Z)$")
_FRACTION: Final = re.compile(r"(\.\d*?)0+(?=Z|[+-]\d\d:\d\d|$)")


def normalized(term: Term) -> Term:
    """Return a literal in normal form; any other term as it is.

    >>> normalized(Term("literal", "01.50", XSD + "decimal")).value
    '1.5'
    >>> normalized(Term("literal", "2024-03-02T10:00:00.500+00:00", XSD + "dateTime")).value
    '2024-03-02T10:00:00.5Z'
    """
    if term.kind != "literal":
        return term
    value = term.value
    match term.datatype.removeprefix(XSD):
        case "boolean":
            value = _TRUTH.get(value, value)
        case "integer" | "decimal":
            value = _number(value)
        case "dateTime" | "date":
            value = _FRACTION.sub(_shorter, _UTC.sub("Z", value))
    return term._replace(value=value, language=term.language.lower())


def of(triple: Triple) -> Triple:
    """Return a triple in normal form."""
    subject, predicate, value = triple
    return subject, predicate, normalized(value)


def digest(triples: Iterable[Triple]) -> str:
    """Return the SHA-256 of triples in normal form, as 64 hexadecimal digits.

    Their order and duplicates do not matter.
    """
    made = hashlib.sha256()
    for triple in sorted({of(triple) for triple in triples}):
        made.update(repr([tuple(term) for term in triple]).encode())
    return made.hexdigest()


def _number(text: str) -> str:
    """Return the canonical text of a decimal number; anything else unchanged."""
    try:
        return decimal_text(Decimal(text))
    except InvalidOperation:
        return text


def _shorter(found: re.Match[str]) -> str:
    """Return a fraction of a second without the zeros at its end."""
    return "" if found[1] == "." else found[1]
