"""SHACL validation of records against the shapes of the ontology.

The shapes of the program always apply. A knowledge base can add its own. They may come from
somebody else, so they are limited to SHACL Core and evaluated in a child process with limits.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

from kb.errors import Place, Problem, Refused
from kb.model.rdf_terms import Triple
from kb.model.vocabulary import NS
from kb.rdf import shacl_engine, shacl_terms, turtle_reader
from kb.rdf.shacl_terms import SH
from kb.system import confined

# The file of the program's shapes: rules written by hand, then shapes generated from the model.
SHIPPED: Final = "shapes.ttl"
_TARGETS: Final = frozenset(
    SH + name for name in ("targetClass", "targetNode", "targetObjectsOf", "targetSubjectsOf")
)
_MILD: Final = frozenset((SH + "Warning", SH + "Info"))
# Limits for own shapes: seconds for the start and for each record, bytes of memory, and bytes of
# violations as text. pySHACL takes about a millisecond for a shape.
_SECONDS: Final = 10.0
_SECONDS_PER_RECORD: Final = 0.01
_MEMORY: Final = 2**30
_RESULT: Final = 32 * 2**20
# Bytes of a file of own shapes. Nobody writes larger ones by hand.
_LARGEST_FILE: Final = 5_000_000
# Characters of a value that is shown with its problem.
_LONGEST_VALUE: Final = 80


class Violation(NamedTuple):
    """One result of validation.

    `focus` is the record's IRI; `property` is empty if the whole record is meant; `shape` is the
    name of the shape; `message` is for the author of the record.
    """

    focus: str
    property: str
    shape: str
    message: str
    severity: str
    value: str


@dataclass(frozen=True, slots=True)
class Shapes:
    """The shapes to validate against.

    `shipped` is the file of the program. `own` has the triples of the knowledge base's own files,
    by file name. `refused` are the problems of own files that do not count. Up to `always` records
    are not screened.
    """

    shipped: Path
    own: Mapping[str, Sequence[Triple]] = field(default_factory=dict)
    refused: tuple[Problem, ...] = ()
    always: int = shacl_engine.SMALL


def of(root: Path, base: str, shipped: Path) -> Shapes:
    """Return the shapes of a knowledge base: those of the program and those of its own ontology.

    A file that uses more than SHACL Core does not count, and neither does what a file states about
    a shape of the program. Both are problems.
    """
    own: dict[str, Sequence[Triple]] = {}
    wrong: list[Problem] = []
    present = {s.value for s, _, _ in _parsed(shipped / SHIPPED)}
    for path in sorted((root / "ontology").glob("*.ttl")):
        name = f"ontology/{path.name}"
        if not _readable(root, path) or path.parent.resolve() == shipped.resolve():
            continue
        try:
            text = path.read_text(encoding="utf-8")
            triples = turtle_reader.triples(text, base)
        # The ontology check reports files that are not Turtle.
        except (OSError, ValueError):
            wrong.append(
                Problem(
                    "error",
                    "own-shapes",
                    "this file cannot be read, so its shapes are not used.",
                    Place(name),
                )
            )
            continue
        if _is_copy(text, shipped / path.name):
            continue
        found = _file_problems(name, text, base, triples, present)
        wrong += found
        if shacl_terms.has_shapes(triples) and not any(p.code == "own-shapes" for p in found):
            own[name] = [t for t in triples if t[0].value not in present]
    return Shapes(shipped / SHIPPED, own, tuple(wrong))


def _is_copy(text: str, path: Path) -> bool:
    """Tell whether a file is a copy of a file of the program, and so adds nothing."""
    return path.is_file() and path.read_text(encoding="utf-8") == text


def messages(shipped: Path) -> dict[str, str]:
    """Return the message of each shape of the program, by problem code."""
    triples = _parsed(shipped / SHIPPED)
    return {_code(s.value): text.value for s, p, text in triples if p.value == SH + "message"}


def _code(shape: str) -> str:
    """Return the last part of a shape's IRI."""
    return shape.rpartition("#")[2].rpartition("/")[2]


def _readable(root: Path, path: Path) -> bool:
    """Tell whether this is a file of the folder, and not too large."""
    return (
        path.is_file()
        and path.resolve().is_relative_to(root.resolve())
        and path.stat().st_size <= _LARGEST_FILE
    )


def _file_problems(
    name: str, text: str, base: str, triples: Sequence[Triple], present: Collection[str]
) -> list[Problem]:
    """Return the problems of a file of own shapes."""
    hint = "use SHACL Core only; put queries into queries/checks"
    out = [
        Problem(
            "error",
            "own-shapes",
            f"{term} is not allowed: it can run a query or a program.",
            Place(name, line),
            hint=hint,
        )
        for line, term in shacl_terms.refused(text, base, triples)
    ]
    redefined = {s.value: 0 for s, p, _ in triples if s.value in present and p.value.startswith(SH)}
    if redefined:
        for block in turtle_reader.blocks(text, base):
            if redefined.get(block.subject) == 0:
                redefined[block.subject] = block.line
    for subject, line in sorted(redefined.items()):
        message = f"{subject} is a shape of the program and cannot be changed."
        hint = "use another IRI for your shape"
        out.append(Problem("warning", "shape-redefined", message, Place(name, line), hint=hint))
    return out


def problems(
    data: Sequence[Triple],
    focus: Sequence[str],
    base: str,
    place: Callable[[str, str, str], Place],
    shapes: Shapes,
) -> Iterator[Problem]:
    """Yield the violations of all shapes by the focus records, and the problems of own shapes.

    `place` returns the place of a record, a property of it and a value.
    """
    violations = validate(data, focus, shapes.shipped, shapes.always)
    found = [
        (violation, violation.shape, f"kb explain {violation.shape}") for violation in violations
    ]
    wrong = None
    yield from shapes.refused
    try:
        hint = f"this rule is in {', '.join(shapes.own)}"
        found += [(v, v.shape or "own-shape", hint) for v in validate_own(data, focus, shapes)]
    except Refused as error:
        wrong = Problem(
            "error",
            "own-shapes",
            error.message,
            Place(next(iter(shapes.own))),
            hint="correct or remove these shapes",
        )
    for violation, code, hint in found:
        value = violation.value
        message, where = violation.message, place(violation.focus, violation.property, value)
        if value and len(value) < _LONGEST_VALUE:
            shown = value.removeprefix(base)
            message += f" (“{turtle_reader.compact(value) if value.startswith(NS) else shown}”)"
        yield Problem(violation.severity, code, message, where, violation.focus, hint)
    if wrong:
        yield wrong


def validate(
    data: Iterable[Triple],
    focus: Sequence[str],
    shipped: Path,
    always: int = shacl_engine.SMALL,
) -> list[Violation]:
    """Validate the focus records against the shapes of the program. Violations are sorted by
    record. Up to `always` records are not screened.

    `data` contains these records and the types of the records that they name.
    """
    if not focus:
        return []
    rules = _parsed(shipped)
    known = list(data)
    try:
        return _violations(shacl_engine.results(known, focus, rules, always))
    except Refused:
        # pySHACL gives up if it must compare a blank node. Those are a problem of their own.
        named = [triple for triple in known if triple[2].kind != "bnode"]
        return _violations(shacl_engine.results(named, focus, rules, always))


def validate_own(data: Iterable[Triple], focus: Sequence[str], shapes: Shapes) -> list[Violation]:
    """Validate the focus records against own shapes, in a child process with limits.

    Own shapes may refer to the shapes of the program. Raises Refused if they exceed a limit or
    pySHACL cannot use them.
    """
    if not focus or not shapes.own:
        return []
    rules = [t for t in _parsed(shapes.shipped) if t[1].value not in _TARGETS]
    for triples in shapes.own.values():
        rules += triples
    limits = confined.Limits(_SECONDS + _SECONDS_PER_RECORD * len(focus), _MEMORY, _RESULT)
    try:
        found = confined.run(lambda: _own_results(list(data), focus, rules), limits)
    except confined.Overrun as over:
        raise Refused(
            f"the shapes of {', '.join(shapes.own)} cannot be used: {_reason(over, limits)}."
        ) from None
    return _violations(shacl_engine.Result(*row) for row in found)


def _own_results(
    data: Sequence[Triple], focus: Sequence[str], rules: Sequence[Triple]
) -> list[shacl_engine.Result]:
    """Return the results of own shapes. pySHACL refuses shapes that are not well-formed, so it
    validates a record in any case.
    """
    found = shacl_engine.results(data, focus, rules)
    return found or shacl_engine.reference(data, focus[:1], rules)


def _violations(found: Iterable[shacl_engine.Result]) -> list[Violation]:
    """Return results as people read them, sorted by record. Results that read the same are one."""
    seen = {
        Violation(
            focus=one.focus,
            property=one.property,
            shape=_code(one.shape),
            message=one.message,
            severity="warning" if one.severity in _MILD else "error",
            value=one.value,
        )
        for one in found
    }
    return sorted(seen)


def _reason(over: confined.Overrun, limits: confined.Limits) -> str:
    """Return the reason why own shapes could not be evaluated."""
    reasons = {
        "time": f"the check takes longer than {limits.seconds:g} seconds",
        "memory": f"the check needs more than {limits.memory // 2**20} MiB of memory",
        "result": f"they report more than {limits.result // 2**20} MiB of problems",
    }
    return reasons.get(over.what) or over.reason.rstrip(".") or "they are nested too deeply"


def _parsed(path: Path) -> Sequence[Triple]:
    """Return the triples of a file of the program."""
    return _read(path.read_text(encoding="utf-8"))


@lru_cache(maxsize=2)
def _read(text: str) -> Sequence[Triple]:
    """Read a text, once for all that one command asks of it."""
    return tuple(turtle_reader.triples(text, NS))
