"""SHACL: records against the shapes of the ontology. The only module that uses pySHACL, which is
loaded when something is validated.

The shapes that come with the program always apply. A knowledge base's own ones add to them; they
may come from somebody else, so they are
limited to SHACL Core and evaluated in a child with limits.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

from kb.errors import Place, Problem, Refused
from kb.model.rdf_terms import Term, Triple
from kb.model.vocabulary import NS
from kb.rdf import literals, turtle_reader
from kb.system import confined

# The files of the program's shapes: rules written by hand, and what is generated from the model.
SHIPPED: Final = ("shapes.ttl", "record-shapes.ttl")
SH: Final = "http://www.w3.org/ns/shacl#"
IMPORTS: Final = "http://www.w3.org/2002/07/owl#imports"
_TARGETS: Final = frozenset(
    SH + name for name in ("targetClass", "targetNode", "targetObjectsOf", "targetSubjectsOf")
)
# SHACL Core (sections 2 to 4). All other terms of SHACL run queries or programs, or read other
# graphs.
_CORE_TERMS: Final = """
    NodeShape PropertyShape Shape PropertyGroup targetClass targetNode targetObjectsOf targetSubjectsOf
    severity message deactivated Info Warning Violation
    path alternativePath inversePath zeroOrMorePath oneOrMorePath zeroOrOnePath
    class datatype nodeKind BlankNode IRI Literal BlankNodeOrIRI BlankNodeOrLiteral IRIOrLiteral
    minCount maxCount minExclusive minInclusive maxExclusive maxInclusive minLength maxLength pattern flags languageIn uniqueLang
    equals disjoint lessThan lessThanOrEquals not and or xone node property
    qualifiedValueShape qualifiedMinCount qualifiedMaxCount qualifiedValueShapesDisjoint closed ignoredProperties hasValue in
    name description order group defaultValue
"""
_CORE: Final = frozenset(SH + name for name in _CORE_TERMS.split())
# What own shapes may use: time for the start and for each record, memory, violations as text.
# pySHACL takes about a millisecond a shape.
_SECONDS: Final = 10.0
_SECONDS_PER_RECORD: Final = 0.01
_MEMORY: Final = 2**30
_RESULT: Final = 32 * 2**20
# Bytes of a file of own shapes: more than people write.
_LARGEST_FILE: Final = 5_000_000
# Characters of a value that is shown beside what is wrong with it.
_LONGEST_VALUE: Final = 80


class Violation(NamedTuple):
    """One result: the record's IRI, the property (empty where the whole record is meant), the
    shape's name, the message for authors.
    """

    focus: str
    property: str
    shape: str
    message: str
    severity: str
    value: str


@dataclass(frozen=True, slots=True)
class Shapes:
    """What records are validated against: the shipped files, and the triples of the knowledge
    base's own files by their names.
    """

    shipped: tuple[Path, ...]
    own: Mapping[str, Sequence[Triple]] = field(default_factory=dict)
    refused: tuple[Problem, ...] = ()


def of(root: Path, base: str, shipped: Path) -> Shapes:
    """The shapes of a knowledge base in a folder: those of the program, and those of its own
    ontology files, which only add.

    What a file states about a shape of the program, and a file that uses more than SHACL Core, does
    not count, and is a problem.
    """
    own: dict[str, Sequence[Triple]] = {}
    wrong: list[Problem] = []
    files = tuple(shipped / name for name in SHIPPED)
    present = {s.value for path in files for s, _, _ in _parsed(path)}
    for path in sorted((root / "ontology").glob("*.ttl")):
        name = f"ontology/{path.name}"
        if not _readable(root, path) or path.parent.resolve() == shipped.resolve():
            continue
        try:
            text = path.read_text(encoding="utf-8")
            triples = turtle_reader.triples(text, base)
        except (OSError, ValueError):  # what is no Turtle is reported with the ontology
            wrong.append(
                Problem(
                    "error",
                    "own-shapes",
                    "this file cannot be read, so shapes in it do not count.",
                    Place(name),
                )
            )
            continue
        if _is_copy(text, shipped / path.name):
            continue
        found = _file_problems(name, text, base, triples, present)
        wrong += found
        if has_shapes(triples) and not any(p.code == "own-shapes" for p in found):
            own[name] = [t for t in triples if t[0].value not in present]
    return Shapes(files, own, tuple(wrong))


def _is_copy(text: str, path: Path) -> bool:
    """Whether a text is that of a shipped file, which therefore says nothing new."""
    return path.is_file() and path.read_text(encoding="utf-8") == text


def messages(shipped: Path) -> dict[str, str]:
    """Return the message of each shape of the program, by the code of its problem."""
    triples = (triple for name in SHIPPED for triple in _parsed(shipped / name))
    return {_code(s.value): text.value for s, p, text in triples if p.value == SH + "message"}


def _code(shape: str) -> str:
    """Return the last part of the IRI of a shape."""
    return shape.rpartition("#")[2].rpartition("/")[2]


def _readable(root: Path, path: Path) -> bool:
    """Whether this is a file of the folder, and no larger than people write."""
    return (
        path.is_file()
        and path.resolve().is_relative_to(root.resolve())
        and path.stat().st_size <= _LARGEST_FILE
    )


def _file_problems(
    name: str, text: str, base: str, triples: Sequence[Triple], present: Collection[str]
) -> list[Problem]:
    """What a file of own shapes may not state."""
    hint = "own shapes are SHACL Core; a query belongs in queries/checks"
    out = [
        Problem(
            "error",
            "own-shapes",
            f"{term} is not evaluated: it can run a query or a program.",
            Place(name, line),
            hint=hint,
        )
        for line, term in refused(text, base, triples)
    ]
    redefined = {s.value: 0 for s, p, _ in triples if s.value in present and p.value.startswith(SH)}
    if redefined:
        for block in turtle_reader.blocks(text, base):
            if redefined.get(block.subject) == 0:
                redefined[block.subject] = block.line
    for subject, line in sorted(redefined.items()):
        message = f"{subject} is a shape of the program, which stays as it is."
        hint = "give your shape another IRI"
        out.append(Problem("warning", "shape-redefined", message, Place(name, line), hint=hint))
    return out


def problems(
    data: Sequence[Triple],
    focus: Sequence[str],
    base: str,
    place: Callable[[str, str], Place],
    shapes: Shapes,
) -> Iterator[Problem]:
    """What all shapes find wrong with the focus records, and own shapes that cannot be used.
    `place` is of a record and its property.
    """
    found = [(v, v.shape, f"kb explain {v.shape}") for v in validate(data, focus, shapes.shipped)]
    wrong = None
    yield from shapes.refused
    try:
        hint = f"this is a rule of {', '.join(shapes.own)}"
        found += [(v, v.shape or "own-shape", hint) for v in validate_own(data, focus, shapes)]
    except Refused as error:
        wrong = Problem(
            "error",
            "own-shapes",
            error.message,
            Place(next(iter(shapes.own))),
            hint="correct or remove these shapes",
        )
    for v, code, hint in found:
        value = (
            f" (“{v.value.removeprefix(base)}”)"
            if v.value and len(v.value) < _LONGEST_VALUE
            else ""
        )
        yield Problem(
            v.severity, code, v.message + value, place(v.focus, v.property), v.focus, hint
        )
    if wrong:
        yield wrong


def validate(
    data: Iterable[Triple], focus: Sequence[str], shipped: Sequence[Path]
) -> list[Violation]:
    """What the shipped shapes find wrong with the focus records; `data` holds them and their
    neighbours' types. Sorted by record.
    """
    if not focus:
        return []
    return _validated(data, focus, (triple for path in shipped for triple in _parsed(path)))


def validate_own(data: Iterable[Triple], focus: Sequence[str], shapes: Shapes) -> list[Violation]:
    """The same by a knowledge base's own shapes, in a child with limits. They may refer to the
    shipped shapes.

    Raises Refused where they go over a limit, or pySHACL cannot use them.
    """
    if not focus or not shapes.own:
        return []
    rules = [
        triple
        for path in shapes.shipped
        for triple in _parsed(path)
        if triple[1].value not in _TARGETS
    ]
    for triples in shapes.own.values():
        rules += triples
    limits = confined.Limits(_SECONDS + _SECONDS_PER_RECORD * len(focus), _MEMORY, _RESULT)
    try:
        found = confined.run(lambda: _validated(data, focus, rules), limits)
    except confined.Overrun as over:
        raise Refused(
            f"the shapes of {', '.join(shapes.own)} cannot be used: {_reason(over, limits)}."
        ) from None
    return [Violation(*row) for row in found]


def _reason(over: confined.Overrun, limits: confined.Limits) -> str:
    """Why own shapes could not be evaluated."""
    reasons = {
        "time": f"the check takes longer than {limits.seconds:g} seconds",
        "memory": f"the check needs more than {limits.memory // 2**20} MiB of memory",
        "result": f"they find more than {limits.result // 2**20} MiB of problems",
    }
    return reasons.get(over.what) or over.reason.rstrip(".") or "they are nested too deeply"


def has_shapes(triples: Iterable[Triple]) -> bool:
    """Whether triples use SHACL."""
    return any(
        term.value.startswith(SH) for triple in triples for term in triple if term.kind == "iri"
    )


def refused(text: str, base: str, triples: Iterable[Triple]) -> Iterator[tuple[int, str]]:
    """Line and term of whatever a file of own shapes may not use: all that is not SHACL Core, and
    imports.

    Terms are those of the triples, however the text spells them. Only a file with shapes is looked
    at.
    """
    known = list(triples)
    if has_shapes(known) and _beyond(known):
        heading: list[str] = []
        for block in turtle_reader.blocks(text, base):
            if block.text.lower().startswith(("@prefix", "@base", "prefix", "base")):
                heading.append(block.text)
                continue
            for term in _beyond(turtle_reader.triples("\n".join([*heading, block.text]), base)):
                yield (
                    _line(block, term),
                    f"sh:{term.removeprefix(SH)}" if term.startswith(SH) else "owl:imports",
                )


def _beyond(triples: Iterable[Triple]) -> list[str]:
    """The terms that own shapes may not use, sorted."""
    terms = {term.value for triple in triples for term in triple if term.kind == "iri"}
    return sorted(t for t in terms if t == IMPORTS or (t.startswith(SH) and t not in _CORE))


def _line(block: turtle_reader.Block, term: str) -> int:
    """The line of a statement on which a term is, as far as it is spelled in the usual way."""
    name = re.escape(term.rpartition("#")[2])
    before = re.split(rf"[:#]{name}\b", block.text, maxsplit=1)
    return block.line + (before[0].count("\n") if len(before) > 1 else 0)


def _parsed(path: Path) -> list[Triple]:
    """The triples of a shipped file."""
    return turtle_reader.triples(path.read_text(encoding="utf-8"), NS)


def _validated(
    data: Iterable[Triple], focus: Sequence[str], rules: Iterable[Triple]
) -> list[Violation]:
    """What pySHACL finds. Raises what pySHACL raises, and Refused where it gives up."""
    import pyshacl
    import rdflib

    rdflib.NORMALIZE_LITERALS = False
    logging.getLogger("rdflib.term").setLevel(
        logging.CRITICAL
    )  # ill-typed literals are reported by the shapes, with their place
    wanted = set(focus)
    records, shapes = _graph(_near(list(data), wanted)), _graph(rules)
    _spread(shapes)
    # without focus_nodes: given these, pySHACL takes any value outside of them as fitting sh:or and
    # sh:node
    try:
        _, report, _ = pyshacl.validate(
            records,
            shacl_graph=shapes,
            advanced=False,
            js=False,
            do_owl_imports=False,
            inplace=False,
            inference="none",
        )
    finally:
        # pySHACL leaves it on, and the stores of this process would rewrite what they read
        rdflib.NORMALIZE_LITERALS = False
    if not isinstance(report, rdflib.Graph):
        raise Refused(getattr(report, "message", str(report)))
    return sorted(v for v in set(_violations(report)) if v.focus in wanted)


def _spread(shapes: Any) -> None:
    """Give the properties of a shape the target of the shape itself.

    It means the same. pySHACL then looks at one property of all records at once. Otherwise it looks
    at the properties of one record after the other, and prepares each shape anew for every record.
    """
    from rdflib import SH

    for shape, kind in list(shapes.subject_objects(SH.targetClass)):
        for part in list(shapes.objects(shape, SH.property)):
            shapes.add((part, SH.targetClass, kind))
    for shape in list(shapes.subjects(SH.targetClass, unique=True)):
        if not list(shapes.objects(shape, SH.path)):
            shapes.remove((shape, SH.property, None))


def _graph(triples: Iterable[Triple]) -> Any:
    """Triples as a graph of rdflib."""
    import rdflib

    graph = rdflib.Graph()
    for triple in triples:
        graph.add(tuple(_node(term) for term in triple))
    return graph


def _near(data: Sequence[Triple], focus: Collection[str]) -> Iterable[Triple]:
    """The triples of the focus records, and the types of the records that they name."""
    named = {o.value for s, _, o in data if s.value in focus}
    return (t for t in data if t[0].value in focus or t[0].value in named)


def _node(term: Term) -> Any:
    from rdflib import BNode, Literal, URIRef

    term = literals.plain(term) if term.kind == "literal" else term
    if term.kind == "iri":
        return URIRef(term.value)
    if term.kind == "bnode":
        return BNode(term.value)
    plain = not term.datatype or term.datatype.endswith(("#string", "#langString"))
    return Literal(
        term.value, lang=term.language or None, datatype=None if plain else URIRef(term.datatype)
    )


def _violations(report: Any) -> Iterable[Violation]:
    from rdflib import RDF, SH, BNode

    for result in report.subjects(RDF.type, SH.ValidationResult):
        path, shape, value = (
            report.value(result, p) for p in (SH.resultPath, SH.sourceShape, SH.value)
        )
        severity = (
            "warning"
            if report.value(result, SH.resultSeverity) in {SH.Warning, SH.Info}
            else "error"
        )
        name = "" if isinstance(shape, BNode) else _code(str(shape))
        message = " ".join(
            str(report.value(result, SH.resultMessage) or "does not fit the shape.").split()
        )
        yield Violation(
            str(report.value(result, SH.focusNode)),
            str(path or ""),
            name,
            message,
            severity,
            "" if value is None else str(value),
        )
