"""Bundles of STIX 2.1: relationships and notes as claims, opinions as stances of their authors.

https://docs.oasis-open.org/cti/stix/v2.1/stix-v2.1.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from kb.exchange import stix_objects
from kb.exchange.findings import Core, Document, Findings, Statement, Thing
from kb.exchange.stix_objects import StixObject
from kb.exchange.stix_relationships import core_of
from kb.model import identifiers
from kb.model.vocabulary import UNATTRIBUTED
from kb.system import intake

# Opinion → stance (§6.11). A neutral one takes no side.
STANCE_OF: Final = {
    "strongly-disagree": "denies",
    "disagree": "denies",
    "agree": "affirms",
    "strongly-agree": "affirms",
}
# Labels of an opinion that an export of a knowledge base wrote.
_STANCES: Final = ("affirms", "denies", "doubts", "silent")
# Class of an identity → type of an entity (§10.7).
_CLASSES: Final = {
    "individual": "person",
    "group": "group",
    "class": "group",
    "organization": "organisation",
    "system": "object",
}
# Type of an object → type of an entity.
_KINDS: Final = {
    "identity": "agent",
    "location": "place",
    "threat-actor": "agent",
    "intrusion-set": "group",
    "campaign": "operation",
    "malware": "product",
    "tool": "product",
    "infrastructure": "object",
    "indicator": "object",
    "vulnerability": "topic",
    "attack-pattern": "topic",
    "course-of-action": "topic",
    "incident": "event",
    "report": "work",
    "grouping": "work",
}
# Objects that are entities even if nothing refers to them.
_ALWAYS: Final = ("identity", "location", "threat-actor")
_PROPERTIES: Final = """
    type spec_version id created modified created_by_ref name identity_class description aliases
    latitude longitude relationship_type source_ref target_ref start_time stop_time confidence
    opinion explanation authors object_refs abstract content published objects
"""
_READ: Final = frozenset(_PROPERTIES.split())
LONGEST_NOTE: Final = 2_000


def read(name: str, data: bytes) -> Findings:
    """Return what a bundle, a list of objects or a single object states. Raises Usage."""
    text = intake.exported(data, name)
    findings = Findings(name)
    bundle = _Bundle(
        findings, text, stix_objects.latest(findings, stix_objects.objects(name, text))
    )
    bundle.run()
    return findings


class _Bundle:
    """The objects of a file, and what is taken from them."""

    def __init__(self, findings: Findings, text: str, objects: Mapping[str, StixObject]) -> None:
        self.findings = findings
        self.text = text
        self.objects = objects
        # Where each object is: the key of its document, and the offset to add.
        self.homes: dict[str, tuple[str, int]] = {}
        self.whole = False  # whether the file itself is a document
        self.taken: set[str] = set()
        self.stated: dict[str, Statement] = {}  # the first statement of each claim

    def run(self) -> None:
        """Take everything that fits; note the rest."""
        self.revoked()
        for id, one in self.of("report", "grouping"):
            self.report(id, one)
        for id, _ in self.of(*_ALWAYS):
            self.thing(id)
        opinions = list(self.of("opinion"))
        about = {ref for _, one in opinions for ref in one.several("object_refs")}
        for id, one in self.of("relationship"):
            self.relationship(id, one)
        for id, one in self.of("note"):
            self.note(id, one, id in about)
        for id, one in opinions:
            self.opinion(id, one)
        self.rest()

    def revoked(self) -> None:
        """Leave the objects that their makers have revoked."""
        for id, one in self.objects.items():
            if one.fields.get("revoked") and one.fields["revoked"].value is True:
                self.leave(id, "it is revoked")

    def of(self, *types: str) -> Iterator[tuple[str, StixObject]]:
        """Yield the objects of these types that are not left out."""
        found = list(self.objects.items())
        return ((i, o) for i, o in found if o.get("type") in types and i not in self.taken)

    def leave(self, id: str, why: str) -> None:
        """Note that an object is not taken."""
        self.taken.add(id)
        self.findings.leave(self.objects[id].line, self.objects[id].called, why)

    def report(self, id: str, one: StixObject) -> None:
        """Make a source of a report: its text and those of the objects that it refers to."""
        inner = [r for r in one.several("object_refs") if r in self.objects and r not in self.homes]
        parts, length = list[str](), 0
        for ref in dict.fromkeys((id, *inner)):
            each = self.objects[ref]
            self.homes[ref] = (id, length - each.start)
            parts.append(self.text[each.start : each.end])
            length += each.end - each.start + 1
        days = [self.objects[ref].day("modified") for ref in (id, *inner)]
        self.taken.add(id)
        self.findings.documents.append(
            _document(one, "\n".join(parts), self.speaker(one, ""), days)
        )

    def home(self, id: str) -> tuple[str, int]:
        """Return the document of an object, and what to add to its offsets. Raises KeyError."""
        if id in self.homes:
            return self.homes[id]
        if not self.whole:
            self.whole = True
            root = Document(self.findings.name, 1, self.text, self.findings.name)
            self.findings.documents.append(root)
        return self.findings.name, 0

    def thing(self, id: str) -> str:
        """Return the key of the entity that an object is, or "" if it is none."""
        one = self.objects.get(id)
        kind = _KINDS.get(one.get("type"), "object") if one else ""
        called = one.get("name") or one.get("value") if one else ""
        if one is None or not called or one.get("type") in ("relationship", "opinion", "note"):
            return ""
        if id not in self.findings.things:
            self.taken.add(id)
            if one.get("type") == "identity":
                kind = _CLASSES.get(one.get("identity_class"), kind)
            also = tuple(n for n in one.several("aliases") if n.strip() and n != called)
            self.findings.things[id] = Thing(
                id,
                one.line,
                called,
                kind,
                (f"stix {id}",),
                also,
                one.get("description")[:LONGEST_NOTE],
                lat=one.number("latitude"),
                long=one.number("longitude"),
            )
        return id

    def named(self, name: str, one: StixObject) -> str:
        """Return the key of the agent of this file with the name of an author."""
        key = f"author {name}"
        if key not in self.findings.things:
            identifier = f"stix author of {one.get('id')}: {name}"
            self.findings.things[key] = Thing(key, one.line, name, "agent", (identifier,))
        return key

    def speaker(self, one: StixObject, otherwise: str) -> str:
        """Return who speaks in an object: its first author, else the identity that made it, also
        if that is an author.
        """
        authors = [" ".join(name.split()) for name in one.several("authors") if name.strip()]
        maker = self.objects.get(one.get("created_by_ref"))
        if authors and (maker is None or maker.get("name") not in authors):
            return self.named(authors[0], one)
        return self.thing(one.get("created_by_ref")) or otherwise

    def relationship(self, id: str, one: StixObject) -> None:
        """Make a claim of a relationship, which whoever made the object affirms."""
        ends = [self.thing(one.get(end)) for end in ("source_ref", "target_ref")]
        names = [self.findings.things[key].name for key in ends if key]
        if len(names) < 2:
            missing = "source_ref" if not ends[0] else "target_ref"
            return self.leave(id, f"its {missing} is not an object with a name in this file")
        if not identifiers.slug(one.get("relationship_type")).strip("x"):
            return self.leave(id, "it has no relationship_type")
        word, label = core_of(one.get("relationship_type"))
        core = Core(ends[0], word, label, ends[1])
        sure = one.number("confidence")
        note = f"confidence {sure} of 100" if sure else ""
        note = "; ".join(filter(None, (note, one.get("description")[:LONGEST_NOTE])))
        sentence = f"{names[0]} {label} {names[1]}"
        self.state(id, id, one, "relationship_type", sentence, core=core, note=note)
        return None

    def note(self, id: str, one: StixObject, judged: bool) -> None:
        """Make a claim of a note that opinions are about or that names a kind, else a source."""
        self.taken.add(id)
        if not judged and not one.kind:
            return self.text_of(id, one)
        if self.speaker(one, ""):
            self.state(id, id, one, _of_note(one), self.sentence(id), kind=one.kind or "evaluation")
        return None

    def text_of(self, id: str, one: StixObject) -> None:
        """Make a source of the text of a note."""
        words = [one.fields[f].value for f in ("abstract", "content") if one.get(f)]
        if not words:
            return self.leave(id, "it has no content")
        author, title = self.speaker(one, ""), one.get("abstract") or words[0][:80]
        text, day = "\n\n".join(dict.fromkeys(words)), one.day("created")
        document = Document(id, one.line, text, title, author, one.address, day)
        return self.findings.documents.append(document)

    def sentence(self, id: str) -> str:
        """Return the sentence of the claim that an object is, for opinions about it."""
        one = self.objects[id]
        if id in self.stated:
            return self.stated[id].sentence
        if one.get("type") == "note":
            return one.get("abstract") or one.get("content").partition(". ")[0]
        called = one.get("name") or one.get("value") or id
        return f"What the {one.get('type')} “{called}” states is correct"

    def opinion(self, id: str, one: StixObject) -> None:
        """Make an assertion of an opinion on each object that it is about."""
        self.taken.add(id)
        chosen = next((label for label in one.several("labels") if label in _STANCES), "")
        stance = chosen or STANCE_OF.get(one.get("opinion"), "")
        if not stance:
            word = one.get("opinion") or "missing"
            return self.leave(id, f"its opinion is {word}, which is not a stance")
        found = [ref for ref in one.several("object_refs") if ref in self.objects]
        if not found:
            return self.leave(id, "what it is about is not in this file")
        for ref in found:
            self.judged(f"{id} {ref}" if len(found) > 1 else id, one, ref, stance)
        return None

    def judged(self, key: str, one: StixObject, ref: str, stance: str) -> None:
        """Make an assertion of an opinion on an object."""
        about = self.objects[ref]
        core = self.stated[ref].core if ref in self.stated else None
        if about.get("type") == "relationship" and core is None:
            return self.leave(one.get("id"), f"{ref} cannot be taken")
        kind = "" if core else about.kind or "evaluation"
        words = filter(None, (one.get("opinion"), one.get("explanation")[:LONGEST_NOTE]))
        more = {"stance": stance, "note": ": ".join(words), "kind": kind}
        return self.state(key, ref, one, "opinion", self.sentence(ref), core=core, **more)

    def state(
        self, key: str, claim: str, one: StixObject, field: str, sentence: str, **more: Any
    ) -> None:
        """Add a statement whose passage is a property of an object."""
        self.taken.add(one.get("id"))
        document, shift = self.home(one.get("id"))
        placed = one.fields[field]
        unknown = UNATTRIBUTED if one.get("type") == "opinion" else ""
        self.findings.statements.append(
            Statement(
                key,
                claim,
                one.line,
                document,
                placed.start + shift,
                placed.end + shift,
                sentence,
                speaker=self.speaker(one, unknown),
                on=one.day("created"),
                when=one.period,
                **more,
            )
        )
        self.stated.setdefault(claim, self.findings.statements[-1])

    def rest(self) -> None:
        """Note the objects and the properties that nothing was made of."""
        for id, one in self.objects.items():
            if id not in self.taken:
                why = (
                    "nothing refers to it" if one.get("type") in _KINDS else "it has no place here"
                )
                self.leave(id, why)
        for id in self.taken:
            one = self.objects[id]
            labels = {"labels"} if one.get("type") in ("note", "opinion") else set[str]()
            self.findings.unread.update(one.fields.keys() - _READ - labels)


def _of_note(one: StixObject) -> str:
    return "abstract" if one.get("abstract") else "content"


def _document(one: StixObject, text: str, author: str, days: Sequence[str]) -> Document:
    """Return the document of a report, which was published, and modified until the last day."""
    first = one.day("published") or one.day("created")
    last = max([first, *days])
    return Document(
        one.get("id"),
        one.line,
        text,
        one.get("name") or one.get("id"),
        author=author,
        url=one.address,
        published=f"{first}..{last}" if first != last else first,
        because="published and modified as the report states" if first != last else "",
    )
