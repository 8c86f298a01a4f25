"""Screening of records: which of them may violate shapes of SHACL Core.

Shapes are compiled to tests, which run in one pass over the triples. A test passes only what
certainly conforms; pySHACL then validates the rest and reports what is wrong. So the screen decides
how long a validation takes, and never what it says.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from kb.model.rdf_terms import Term, Triple
from kb.model.vocabulary import RDF, RDFS, XSD
from kb.rdf import shacl_records, shacl_values, turtle_reader
from kb.rdf.shacl_records import RecordTest, Stated
from kb.rdf.shacl_terms import SH
from kb.rdf.shacl_values import Members, Test, Unknown

TYPE: Final = RDF + "type"
_SUBCLASS: Final = RDFS + "subClassOf"
_CLASSING: Final = {TYPE, _SUBCLASS}
# Terms of shapes that say nothing about what conforms.
_SILENT: Final = frozenset(
    SH + name
    for name in ("name", "description", "message", "order", "group", "severity", "defaultValue")
)
_BOUNDS: Final = ("minInclusive", "minExclusive", "maxInclusive", "maxExclusive")
# Terms whose meaning is compiled. Every other term of SHACL is unknown.
_COMPILED: Final = _SILENT | frozenset(
    SH + name
    for name in (
        *("targetClass", "property", "path", "node", "and", "or", "minCount", "maxCount"),
        *("datatype", "class", "nodeKind", "in", "pattern", "flags"),
        *("minLength", "maxLength", "lessThan", "equals", *_BOUNDS),
    )
)
# Terms that make a shape say something about more than one value.
_OF_RECORDS: Final = frozenset(SH + name for name in ("lessThan", "equals", "minCount", "maxCount"))
# Classes that are shapes as well have their members as targets.
_CLASSES: Final = {RDFS + "Class", "http://www.w3.org/2002/07/owl#Class"}
# Shapes within shapes. Nobody writes deeper ones by hand.
_DEEPEST: Final = 20

Shape = Mapping[str, Sequence[Term]]


@dataclass(slots=True)
class Plan:
    """The tests for the members of one class: of each value by its property, and of a record."""

    values: dict[str, Test] = field(default_factory=dict)
    required: set[str] = field(default_factory=set)
    single: set[str] = field(default_factory=set)
    records: list[RecordTest] = field(default_factory=list)


def suspects(
    data: Sequence[Triple], focus: Collection[str], rules: Sequence[Triple]
) -> Collection[str]:
    """Return the focus records (IRIs) that may violate these shapes.

    These are all of them if the shapes use anything that is not compiled, or if there are
    subclasses.
    """
    members: dict[str, set[str]] = {}
    kinds: dict[str, list[str]] = {}
    for subject, property, value in [t for t in data if t[1].value in _CLASSING]:
        if property.value == _SUBCLASS:
            return focus
        members.setdefault(value.value, set()).add(subject.value)
        kinds.setdefault(subject.value, []).append(value.value)
    try:
        plans = _Compiler(rules, members).plans()
    except Unknown:
        return focus
    return set(_unsure(data, frozenset(focus), kinds, plans))


def _unsure(
    data: Sequence[Triple],
    focus: frozenset[str],
    kinds: Mapping[str, Sequence[str]],
    plans: Mapping[str, Plan],
) -> Iterator[str]:
    """Yield the focus records that do not certainly conform."""
    seen = set[str]()
    for name, start, end in _blocks(data):
        if name not in focus:
            continue
        # If it is stated in several places, no block says everything.
        if name in seen or not _fits(data[start:end], kinds.get(name, ()), plans):
            yield name
        seen.add(name)


def _fits(block: Sequence[Triple], kinds: Collection[str], plans: Mapping[str, Plan]) -> bool:
    """Tell whether a record certainly conforms to the plans of all its classes."""
    for kind in kinds:
        plan = plans.get(kind)
        if plan is not None and not _conforms(block, plan):
            return False
    return True


def _blocks(data: Sequence[Triple]) -> Iterator[tuple[str, int, int]]:
    """Yield each subject and where its triples begin and end, which follow one another."""
    current, start = "", 0
    for place, triple in enumerate(data):
        if triple[0].value != current:
            if place:
                yield current, start, place
            current, start = triple[0].value, place
    if data:
        yield current, start, len(data)


def _conforms(block: Sequence[Triple], plan: Plan) -> bool:
    """Tell whether a record certainly conforms."""
    stated = Stated(block[0][0])
    values, tests = stated.values, plan.values
    for _, property, value in block:
        name = property.value
        test = tests.get(name)
        if test is not None and not test(value):
            return False
        if name in values:
            if name in plan.single:
                return False
            stated.repeated.add(name)
        else:
            values[name] = value
    return plan.required <= values.keys() and shacl_records.every(plan.records, stated)


class _Compiler:
    """Compiles shapes to a plan for each class. Raises Unknown for what it does not know."""

    def __init__(self, rules: Sequence[Triple], members: Members) -> None:
        self.shapes = turtle_reader.by_subject(rules)
        self.members = members

    def plans(self) -> dict[str, Plan]:
        """Return the plan of each class that a shape has as its target."""
        found: dict[str, Plan] = {}
        for name, shape in self.shapes.items():
            self._check(shape)
            for kind in shape.get(SH + "targetClass", ()):
                plan = found.setdefault(kind.value, Plan())
                if SH + "path" in shape:
                    self._property(name, plan)
                else:
                    self._node(name, plan)
        return found

    def _check(self, shape: Shape) -> None:
        """Raise Unknown if a shape uses a term that is not compiled, or a class is a shape too."""
        for term in shape:
            if term == _SUBCLASS or (term.startswith(SH) and term not in _COMPILED):
                raise Unknown(term)
        if any(kind.value in _CLASSES for kind in shape.get(TYPE, ())):
            raise Unknown("a class")

    def _node(self, name: str, plan: Plan) -> None:
        """Add the tests of a node shape to a plan."""
        shape = self.shapes[name]
        for part in shape.get(SH + "property", ()):
            self._property(part.value, plan)
        plan.records.extend(self._of_record(shape, 0))

    def _property(self, name: str, plan: Plan) -> None:
        """Add the tests of a property shape to a plan."""
        shape = self.shapes.get(name, {})
        path, least, most = self._path(shape), self._count(shape, "min"), self._count(shape, "max")
        if SH + "property" in shape or least not in (None, 0, 1) or most not in (None, 1):
            raise Unknown(name)
        if least:
            plan.required.add(path)
        if most:
            plan.single.add(path)
        tests = [*([plan.values[path]] if path in plan.values else []), *self._of_value(shape, 0)]
        if tests:
            plan.values[path] = shacl_values.every(tests)
        plan.records.extend(self._pairs(shape, path))

    def _of_record(self, shape: Shape, depth: int) -> Iterator[RecordTest]:
        """Yield the tests that a node shape makes on a record."""
        if not _OF_RECORDS.isdisjoint(shape):
            raise Unknown("a node shape with values")
        rest = {term: values for term, values in shape.items() if term != SH + "or"}
        own = list(self._of_value(rest, depth))
        if own:
            yield shacl_records.OnSubject(shacl_values.every(own))
        for alternative in shape.get(SH + "or", ()):
            parts = [self._whole(part.value, depth + 1) for part in self._list(alternative)]
            yield shacl_records.Either(parts)

    def _whole(self, name: str, depth: int) -> RecordTest:
        """Return the test that a record conforms to a property shape."""
        shape = self.shapes.get(name, {})
        path, least, most = self._path(shape), self._count(shape, "min"), self._count(shape, "max")
        if depth > _DEEPEST or SH + "property" in shape or (least or 0) > 1 or most == 0:
            raise Unknown(name)
        tests = list(self._of_value(shape, depth))
        return shacl_records.Fits(
            path, bool(least), shacl_values.every(tests), list(self._pairs(shape, path))
        )

    def _pairs(self, shape: Shape, path: str) -> Iterator[RecordTest]:
        """Yield the tests that compare the values of two properties."""
        for other in shape.get(SH + "lessThan", ()):
            yield shacl_records.Before(path, other.value)
        for other in shape.get(SH + "equals", ()):
            yield shacl_records.Same(path, other.value)

    def _of_value(self, shape: Shape, depth: int) -> Iterator[Test]:
        """Yield the tests that a shape makes on each value."""
        if depth > _DEEPEST:
            raise Unknown("deep shapes")
        yield from self._texts(shape)
        classes = shape.get(SH + "class", ())
        for kind in classes:
            yield shacl_values.member(kind.value, self.members)
        for kind in shape.get(SH + "nodeKind", ()):
            # Only an IRI passes the test of a class.
            if not classes or kind.value != SH + "IRI":
                yield shacl_values.node_kind(kind.value)
        for values in shape.get(SH + "in", ()):
            yield shacl_values.one_of(self._list(values))
        for name in _BOUNDS:
            for limit in shape.get(SH + name, ()):
                yield shacl_values.bound(name, limit)
        yield from self._lengths(shape)
        yield from self._nested(shape, depth)

    def _texts(self, shape: Shape) -> Iterator[Test]:
        """Yield the tests of the datatype and the text of a value."""
        flags = self._one(shape, "flags")
        kinds, patterns = shape.get(SH + "datatype", ()), shape.get(SH + "pattern", ())
        if len(patterns) == 1 and not flags and [k.value for k in kinds] == [XSD + "string"]:
            yield shacl_values.text(patterns[0])
            return
        for kind in kinds:
            yield shacl_values.datatype(kind.value)
        for text in patterns:
            yield shacl_values.pattern(text, flags.value if flags else "")

    def _lengths(self, shape: Shape) -> Iterator[Test]:
        """Yield the test on the length of a value."""
        least, most = self._one(shape, "minLength"), self._one(shape, "maxLength")
        if least or most:
            yield shacl_values.length(_whole(least) if least else 0, _whole(most) if most else 1e9)

    def _nested(self, shape: Shape, depth: int) -> Iterator[Test]:
        """Yield the tests of shapes within a shape, which must be about single values."""
        for part in shape.get(SH + "node", ()):
            yield self._single(part.value, depth + 1)
        for values in shape.get(SH + "and", ()):
            yield from (self._single(part.value, depth + 1) for part in self._list(values))
        for values in shape.get(SH + "or", ()):
            parts = [self._single(part.value, depth + 1) for part in self._list(values)]
            yield shacl_values.either(parts)

    def _single(self, name: str, depth: int) -> Test:
        """Return the test that a value conforms to a node shape that says nothing about others."""
        shape = self.shapes.get(name, {})
        if SH + "path" in shape or SH + "property" in shape or not _OF_RECORDS.isdisjoint(shape):
            raise Unknown(name)
        return shacl_values.every(list(self._of_value(shape, depth)))

    def _path(self, shape: Shape) -> str:
        path = self._one(shape, "path")
        if path is None or path.kind != "iri":
            raise Unknown("path")
        return path.value

    def _count(self, shape: Shape, which: str) -> int | None:
        count = self._one(shape, f"{which}Count")
        return None if count is None else _whole(count)

    def _one(self, shape: Shape, name: str) -> Term | None:
        """Return the only value of a term, or None. Raises Unknown if there are several."""
        found = shape.get(SH + name, ())
        if len(found) > 1:
            raise Unknown(name)
        return found[0] if found else None

    def _list(self, head: Term) -> list[Term]:
        """Return the items of a list. Raises Unknown if it is not one."""
        found: list[Term] = []
        while head.value != RDF + "nil":
            cell = self.shapes.get(head.value, {})
            first, rest = cell.get(RDF + "first", ()), cell.get(RDF + "rest", ())
            if len(first) != 1 or len(rest) != 1 or len(found) > 10_000:
                raise Unknown("list")
            found.append(first[0])
            head = rest[0]
        return found


def _whole(term: Term) -> int:
    """Return a whole number of 0 or more. Raises Unknown for anything else."""
    if not term.datatype.endswith("#integer") or not term.value.isdecimal():
        raise Unknown(term.value)
    return int(term.value)
