"""Tests of single values, compiled from constraints of SHACL Core.

A test returns True only if a value certainly conforms. In doubt it returns False, and pySHACL
decides.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Final

from kb.model.rdf_terms import Term
from kb.model.vocabulary import RDF, XSD
from kb.rdf.shacl_terms import SH

Test = Callable[[Term], bool]
# Class → IRIs of its members.
Members = Mapping[str, Collection[str]]
Value = Decimal | date

_STRING: Final = XSD + "string"
_NUMBERS: Final = frozenset((XSD + "integer", XSD + "decimal"))
_DATE: Final = XSD + "date"
_TIME: Final = XSD + "dateTime"
_TEXTS: Final = frozenset((_STRING, RDF + "langString"))
_INTEGER: Final = re.compile(r"[+-]?[0-9]{1,15}")
_DECIMAL: Final = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{1,9})?")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_KINDS: Final = {
    "IRI": {"iri"},
    "BlankNode": {"bnode"},
    "Literal": {"literal"},
    "BlankNodeOrIRI": {"bnode", "iri"},
    "BlankNodeOrLiteral": {"bnode", "literal"},
    "IRIOrLiteral": {"iri", "literal"},
}
_FLAGS: Final = {"i": re.IGNORECASE, "m": re.MULTILINE, "": re.NOFLAG}


class Unknown(ValueError):
    """A constraint that is not compiled."""


@lru_cache(maxsize=10_000)
def _number(text: str) -> Decimal | None:
    """Return a number that every reader reads alike, or None."""
    return Decimal(text) if _DECIMAL.fullmatch(text) else None


@lru_cache(maxsize=10_000)
def _day(text: str) -> date | None:
    """Return a day that exists, or None."""
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None


@lru_cache(maxsize=10_000)
def _moment(text: str) -> datetime | None:
    """Return a point in time that exists, or None."""
    try:
        return datetime.fromisoformat(text) if _MOMENT.fullmatch(text) else None
    except ValueError:
        return None


# Readers of valid literals, by datatype. Each returns None for any text that libraries could read
# in different ways.
_READERS: Final[Mapping[str, Callable[[str], object]]] = {
    XSD + "integer": _INTEGER.fullmatch,
    XSD + "decimal": _number,
    _DATE: _day,
    _TIME: _moment,
    XSD + "boolean": {"true": "true", "false": "false"}.get,
}


def ordered(term: Term) -> tuple[str, Value] | None:
    """Return a key that two comparable terms share, and the value to compare. None in doubt.

    >>> ordered(Term("literal", "2021-06-31", XSD + "date")) is None
    True
    """
    kind = term.datatype
    if kind in _NUMBERS:
        number = _number(term.value)
        return None if number is None else ("number", number)
    if kind == _DATE:
        day = _day(term.value)
        return None if day is None else (kind, day)
    moment = _moment(term.value) if kind == _TIME else None
    return None if moment is None else (kind, moment)


def datatype(wanted: str) -> Test:
    """Return the test of sh:datatype."""
    if wanted == _STRING:
        return lambda term: term.datatype == _STRING
    if wanted in _TEXTS:
        return lambda term: term.datatype == wanted and "--" not in term.language
    read = _READERS.get(wanted)
    if read is None:
        raise Unknown(wanted)
    return lambda term: term.datatype == wanted and read(term.value) is not None


def node_kind(wanted: str) -> Test:
    """Return the test of sh:nodeKind."""
    kinds = _KINDS.get(wanted.removeprefix(SH))
    if kinds is None:
        raise Unknown(wanted)
    return lambda term: term.kind in kinds


def member(wanted: str, members: Members) -> Test:
    """Return the test of sh:class."""
    found = members.get(wanted, ())
    return lambda term: term.kind == "iri" and term.value in found


def one_of(wanted: Sequence[Term]) -> Test:
    """Return the test of sh:in."""
    if all(term.kind == "iri" for term in wanted):
        names = frozenset(term.value for term in wanted)
        return lambda term: term.value in names and term.kind == "iri"
    return frozenset(wanted).__contains__


def text(wanted: Term) -> Test:
    """Return the test of sh:datatype xsd:string and sh:pattern together."""
    search = _search(wanted, "")
    return lambda term: term.datatype == _STRING and search(term.value) is not None


def pattern(wanted: Term, flags: str) -> Test:
    """Return the test of sh:pattern."""
    search = _search(wanted, flags)
    return lambda term: _is_text(term) and search(term.value) is not None


def _search(wanted: Term, flags: str) -> Callable[[str], object]:
    """Return the search for a pattern. Raises Unknown if it is not one."""
    if flags not in _FLAGS or wanted.datatype != _STRING:
        raise Unknown(flags)
    try:
        return re.compile(wanted.value, _FLAGS[flags]).search
    except re.error as error:
        raise Unknown(wanted.value) from error


def length(least: int, most: float) -> Test:
    """Return the test of sh:minLength and sh:maxLength."""
    return lambda term: _is_text(term) and least <= len(term.value) <= most


def _is_text(term: Term) -> bool:
    """Tell whether every library takes the value of this term for its text."""
    if term.kind == "iri":
        return True
    return term.datatype in _TEXTS and "--" not in term.language


_BOUNDS: Final[Mapping[str, Callable[[Decimal, Decimal], bool]]] = {
    "minInclusive": lambda value, bound: value >= bound,
    "minExclusive": lambda value, bound: value > bound,
    "maxInclusive": lambda value, bound: value <= bound,
    "maxExclusive": lambda value, bound: value < bound,
}


def bound(name: str, wanted: Term) -> Test:
    """Return the test of sh:minInclusive and its like, for numbers."""
    limit, holds = ordered(wanted), _BOUNDS[name]
    if limit is None or not isinstance(limit[1], Decimal):
        raise Unknown(wanted.value)
    number = limit[1]

    def within(term: Term) -> bool:
        """Tell whether a value is a number within the bound."""
        found = ordered(term)
        return found is not None and isinstance(found[1], Decimal) and holds(found[1], number)

    return within


def before(one: Term, other: Term) -> bool:
    """Tell whether a value is certainly less than another: sh:lessThan."""
    first, second = ordered(one), ordered(other)
    if first is None or second is None or first[0] != second[0]:
        return False
    return first[1] < second[1]  # type: ignore[operator]


def every(tests: Sequence[Test]) -> Test:
    """Return a test that all tests pass."""
    if len(tests) == 1:
        return tests[0]
    if len(tests) == 2:
        one, other = tests
        return lambda term: one(term) and other(term)

    def all_pass(term: Term) -> bool:
        """Tell whether a value passes every test."""
        for test in tests:  # noqa: SIM110 - a generator takes twice as long
            if not test(term):
                return False
        return True

    return all_pass


def either(tests: Sequence[Test]) -> Test:
    """Return a test that one of the tests passes: sh:or."""
    return lambda term: any(test(term) for test in tests)
