"""Tests of whole records, compiled from constraints of SHACL Core.

As in `shacl_values`, a test returns True only if a record certainly conforms.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from kb.model.rdf_terms import Term
from kb.rdf import shacl_values
from kb.rdf.shacl_values import Test


@dataclass(slots=True)
class Stated:
    """What is stated about one record: the first value of each property, and the properties with
    several values.
    """

    subject: Term
    values: dict[str, Term] = field(default_factory=dict)
    repeated: set[str] = field(default_factory=set)


RecordTest = Callable[[Stated], bool]


def every(tests: Sequence[RecordTest], stated: Stated) -> bool:
    """Tell whether a record passes every test."""
    for test in tests:  # noqa: SIM110 - a generator takes twice as long
        if not test(stated):
            return False
    return True


@dataclass(frozen=True, slots=True)
class OnSubject:
    """The test of the IRI of a record itself."""

    test: Test

    def __call__(self, stated: Stated) -> bool:
        return self.test(stated.subject)


@dataclass(frozen=True, slots=True)
class Either:
    """The test that a record conforms to one of several shapes: sh:or."""

    parts: Sequence[RecordTest]

    def __call__(self, stated: Stated) -> bool:
        for part in self.parts:  # noqa: SIM110 - a generator takes twice as long
            if part(stated):
                return True
        return False


@dataclass(frozen=True, slots=True)
class Fits:
    """The test that a record conforms to a property shape. With several values it is not
    certain.
    """

    path: str
    required: bool
    test: Test
    pairs: Sequence[RecordTest]

    def __call__(self, stated: Stated) -> bool:
        value = stated.values.get(self.path)
        if value is None:
            return not self.required and every(self.pairs, stated)
        fits = self.path not in stated.repeated and self.test(value)
        return fits and every(self.pairs, stated)


@dataclass(frozen=True, slots=True)
class Before:
    """The test that the value of one property is less than that of another: sh:lessThan."""

    one: str
    other: str

    def __call__(self, stated: Stated) -> bool:
        one, other = stated.values.get(self.one), stated.values.get(self.other)
        if one is None or other is None:
            return True
        several = self.one in stated.repeated or self.other in stated.repeated
        return not several and shacl_values.before(one, other)


@dataclass(frozen=True, slots=True)
class Same:
    """The test that two properties have the same value: sh:equals."""

    one: str
    other: str

    def __call__(self, stated: Stated) -> bool:
        several = self.one in stated.repeated or self.other in stated.repeated
        return not several and stated.values.get(self.one) == stated.values.get(self.other)
