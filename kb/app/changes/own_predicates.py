"""Predicates that a knowledge base declares itself, in the namespace of its own base.

They are stored in `ontology/predicates.ttl`. A declaration is checked against the shapes of
predicates before it is written, and logged like any change, so that `kb undo` can revert it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Final

from kb.app.session import Session
from kb.errors import Invalid, Place, Problem, Refused, Usage
from kb.model import identifiers, values
from kb.model.rdf_terms import Term, Triple
from kb.model.vocabulary import KINDS, NS, PREDICATES, PREFIXES, RDF, RDFS, ROLES, SKOS, XSD
from kb.rdf import shacl, turtle_terms
from kb.rdf.turtle_reader import Names
from kb.workspace.log.log_folder import OWN_PREDICATES
from kb.workspace.transactions import transaction

FUNCTIONAL: Final = ("object-time", "object", "subject-time", "subject")
# Values of Declaration that are other predicates, and the property of each.
_OTHERS: Final = {
    "inverse_of": "inverseOf",
    "incompatible_with": "incompatibleWith",
    "initiates": "initiates",
    "terminates": "terminates",
    "entails": "entails",
}
# Prefixes that a declaration is written with.
_USED: Final = ("kb", "p", "rdf", "rdfs", "skos", "xsd")
_YES: Final = {"symmetric": "symmetric", "once": "once", "at_one_place": "atOnePlace"}


@dataclass(frozen=True, slots=True)
class Declaration:
    """The declaration of a predicate: its word, its meaning, and the rules that apply to it.

    Names of other predicates are the words that `kb list predicates` shows. `against` are subject,
    object or roles whose interest a claim harms.
    """

    word: str
    label: str
    definition: str
    example: str
    kind: str = "event"
    functional: str = ""
    across_sides: bool = False
    once: bool = False
    at_one_place: bool = False
    symmetric: bool = False
    shares: bool = False
    measures: str = ""
    inverse_of: tuple[str, ...] = ()
    incompatible_with: tuple[str, ...] = ()
    initiates: tuple[str, ...] = ()
    terminates: tuple[str, ...] = ()
    entails: tuple[str, ...] = ()
    against: tuple[str, ...] = ()


def declare(session: Session, wanted: Declaration, *, dry_run: bool = False) -> str:
    """Write a predicate, and return the block of Turtle that declares it. Raises Usage, Refused
    if it is declared already, Invalid if the shapes of predicates do not allow it.
    """
    block = _declared(session, wanted)
    if not dry_run:
        with transaction.writing(session.folder, f"add predicate {wanted.word}"):
            seen = session.folder.read(OWN_PREDICATES)
            text = _with_blocks(seen, [block])
            what = f"add predicate {wanted.word}"
            transaction.commit(session.folder, {OWN_PREDICATES: text}, {OWN_PREDICATES: seen}, what)
    return block


def together(session: Session, wanted: Iterable[Declaration]) -> str:
    """Return the text of the file of own predicates with these added. Nothing is written. Raises
    the same errors as `declare`.
    """
    blocks = [_declared(session, one) for one in wanted]
    return _with_blocks(session.folder.read(OWN_PREDICATES), blocks)


def _declared(session: Session, wanted: Declaration) -> str:
    """Return the block of Turtle that declares a predicate. Raises the errors of `declare`."""
    _check(session, wanted)
    iri = f"{session.folder.base}predicate/{wanted.word}"
    stated = list(_triples(session, wanted, iri))
    if problems := list(_problems(session, stated, iri)):
        raise Invalid(problems)
    return _block(stated, iri)


def _with_blocks(text: str, blocks: Sequence[str]) -> str:
    """Return the text of a file with more blocks at its end."""
    start = text.rstrip("\n") + "\n\n" if text else _heading()
    return start + "\n".join(blocks)


def _check(session: Session, wanted: Declaration) -> None:
    """Raise Usage or Refused for errors that no shape finds."""
    known = session.predicates()
    if identifiers.slug(wanted.word) != wanted.word:
        raise Usage(
            f"“{values.shown(wanted.word)}” is not a word for a predicate: lower-case words joined "
            "by hyphens.",
            f"write {identifiers.slug(wanted.word)}",
        )
    if wanted.word in known:
        raise Refused(
            f"there is a predicate “{wanted.word}” already.", "kb list predicates shows it"
        )
    _one_of("--kind", wanted.kind, KINDS)
    if wanted.functional:
        _one_of("--functional", wanted.functional, FUNCTIONAL)
    for role in wanted.against:
        _one_of("--against", role, ("subject", "object", *ROLES))
    _check_others(known, wanted)
    for field in fields(wanted):
        text = getattr(wanted, field.name)
        if isinstance(text, str) and (wrong := values.wrong(text, values.LONGEST_SENTENCE)):
            raise Usage(f"--{field.name} {wrong}.", "type it again")


def _check_others(known: Collection[str], wanted: Declaration) -> None:
    """Raise Usage if the declaration names a predicate that does not exist."""
    for name in _OTHERS:
        for other in getattr(wanted, name):
            if other not in known and other != wanted.word:
                option = "--" + name.replace("_", "-")
                hint = identifiers.suggestion(other, known, "kb list predicates shows them")
                raise Usage(f"{option}: no predicate is called “{values.shown(other)}”.", hint)


def _one_of(option: str, value: str, allowed: Sequence[str]) -> None:
    if value not in allowed:
        hint = identifiers.suggestion(value, allowed, ", ".join(allowed))
        raise Usage(f"{option}: “{values.shown(value)}” is not known.", hint)


def _triples(session: Session, wanted: Declaration, iri: str) -> Iterator[Triple]:
    """Return the triples of a declaration, in the order in which they are written."""
    subject = Term("iri", iri)

    def say(property: str, value: Term) -> Triple:
        """Return a statement about the predicate."""
        return subject, Term("iri", property), value

    yield say(RDF + "type", Term("iri", NS + "Predicate"))
    yield from _texts(subject, wanted)
    yield say(NS + "defaultKind", Term("iri", f"{NS}kind-{wanted.kind}"))
    words = {
        "functional": wanted.functional,
        "measures": wanted.measures,
        "sharesOf": "object" if wanted.shares else "",
    }
    for name in filter(words.get, words):
        yield say(NS + name, Term("literal", words[name], XSD + "string"))
    for field, property in {**_YES, "across_sides": "acrossSides"}.items():
        if getattr(wanted, field):
            yield say(NS + property, Term("literal", "true", XSD + "boolean"))
    for property, other in _others(session, wanted, iri):
        yield say(NS + property, Term("iri", other))
    for role in wanted.against:
        yield say(NS + "againstInterestOf", Term("iri", NS + role))


def _texts(subject: Term, wanted: Declaration) -> Iterator[Triple]:
    """Return label, definition and example, if they are given."""
    texts = {
        RDFS + "label": wanted.label.strip(),
        SKOS + "definition": wanted.definition.strip(),
        SKOS + "example": wanted.example.strip(),
    }
    for property in filter(texts.get, texts):
        words = Term("literal", texts[property], RDF + "langString", "en")
        yield subject, Term("iri", property), words


def _others(session: Session, wanted: Declaration, iri: str) -> Iterator[tuple[str, str]]:
    """Return the other predicates that a declaration names, by property. Its own name means
    itself.
    """
    known = session.predicates()
    for field, property in _OTHERS.items():
        for other in getattr(wanted, field):
            id = known[other].id if other in known else iri
            yield property, id if "://" in id else PREDICATES + id


def _problems(session: Session, stated: Sequence[Triple], iri: str) -> Iterator[Problem]:
    """Check a declaration against the shapes of predicates."""
    named = {o.value for _, p, o in stated if o.kind == "iri" and not o.value.startswith(NS)}
    kind = Term("iri", NS + "Predicate")
    types = [(Term("iri", one), Term("iri", RDF + "type"), kind) for one in sorted(named - {iri})]
    place = Place(OWN_PREDICATES)
    yield from shacl.problems(
        [*stated, *types], [iri], session.folder.base, lambda *_: place, session.shapes()
    )


def _heading() -> str:
    """Return the prefixes of a new file."""
    lines = [f"@prefix {name}: <{PREFIXES[name]}> .\n" for name in _USED]
    return "# Predicates of this knowledge base.\n\n" + "".join(lines) + "\n"


def _block(stated: Sequence[Triple], iri: str) -> str:
    """Return a declaration as Turtle, with full IRIs of the base, so that every tool reads it
    alike.
    """
    names = Names("", {name: PREFIXES[name] for name in _USED})
    rows = [
        f"{turtle_terms.write(p, names)} {turtle_terms.write(o, names)}" for _, p, o in stated[1:]
    ]
    head = f"{turtle_terms.write(Term('iri', iri), names)} a kb:Predicate"
    return re.sub(r"[ \t]+\n", "\n", " ;\n    ".join((head, *rows)) + " .\n")
