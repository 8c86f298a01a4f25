"""Material of an export: the present records with their statuses, voices and passages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from kb.model.records import Assertion, Claim, Quote, Record, Relay, slots
from kb.workspace.catalogs.catalog import Known


class StatusLike(Protocol):
    """The parts of a claim's status that exports need."""

    @property
    def status(self) -> str:
        """The status in one word."""

    @property
    def support(self) -> str:
        """How well the claim is supported."""

    @property
    def contest(self) -> Collection[str]:
        """How the claim is contested."""

    @property
    def dispute(self) -> Collection[str]:
        """What the dispute is about."""

    @property
    def flags(self) -> Collection[str]:
        """Further facts about the status."""

    @property
    def documents(self) -> int:
        """The number of documents that report the claim."""

    @property
    def originals(self) -> int:
        """The number of documents that are not copies of each other."""

    @property
    def voices_for(self) -> Collection[str]:
        """The voices that affirm the claim."""

    @property
    def voices_against(self) -> Collection[str]:
        """The voices that deny or contradict the claim."""

    @property
    def no_known_stake(self) -> int:
        """The number of affirming voices without a known stake."""


def tentative(assertion: Assertion) -> str:
    """Return why an assertion supports nothing by itself, in words, or "".

    A format without a place for it must not show the speaker as one who agrees.
    """
    if assertion.degree == "possible":
        return "only as a possibility"
    if assertion.speaker_certain is False:
        return "the speaker is a guess"
    return "the passage is unclear" if assertion.reading == "unclear" else ""


@dataclass(frozen=True, slots=True)
class Passage:
    """The words of a quote, and the words before and after it in the text."""

    words: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Material:
    """Everything that an export can state.

    `statuses` are by claim id, `voices` by assertion id (None where nobody is heard), `passages` by
    quote id: only those that may leave the knowledge base in full. `base` begins every IRI.
    `conditions` are policy, dates and selection, in words. `properties` are the properties of
    Wikidata that the ontology names, by predicate. `one_object` are the predicates of which a
    subject has one object ever.
    """

    known: Known
    base: str
    statuses: Mapping[str, StatusLike] = field(default_factory=dict)
    voices: Mapping[str, str | None] = field(default_factory=dict)
    passages: Mapping[str, Passage] = field(default_factory=dict)
    licence: str = ""
    conditions: Mapping[str, str] = field(default_factory=dict)
    properties: Mapping[str, str] = field(default_factory=dict)
    one_object: Collection[str] = ()

    @property
    def remark(self) -> str:
        """Policy, dates and selection in one line, or "" if there is only a policy."""
        stated = self.conditions if len(self.conditions) > 1 else {}
        return "; ".join(f"{name} {value}" for name, value in stated.items())

    def iri(self, record: Record) -> str:
        """Return the IRI of a record."""
        return f"{self.base}{record.path}{record.id}"

    def claims(self) -> list[Claim]:
        """Return the present claims, by id."""
        return sorted(
            (c for c in self.known.claims.values() if not c.invalidated), key=lambda c: c.id
        )

    def assertions(self) -> list[Assertion]:
        """Return the present assertions, in the order of the documents."""
        return self._in_order(self.known.assertions.values())

    def said(self, claim: Claim) -> list[Assertion]:
        """Return the present assertions on a claim, in the order of the documents."""
        return self._in_order(self.known.said(claim.id))

    def _in_order(self, assertions: Iterable[Assertion]) -> list[Assertion]:
        quotes = self.known.quotes
        return sorted(
            (a for a in assertions if not a.invalidated),
            key=lambda a: (a.source or "", quotes.get(a.quote or "", Quote("")).start or 0, a.id),
        )

    def relays(self, assertion: Assertion) -> list[Relay]:
        """Return the relays of an assertion, outermost first."""
        found = (self.known.relays[id] for id in assertion.relays if id in self.known.relays)
        return sorted(found, key=lambda r: (r.position or 0, r.id))

    def called(self, entity: str | None) -> str:
        """Return the name of an entity, or its id if it has none."""
        found = self.known.entities.get(entity or "")
        return (found.name if found else None) or entity or ""


@dataclass(frozen=True, slots=True)
class Made:
    """A finished export. `skipped` says what is not in it, with the number of each. One that is a
    folder has `files`, by path.
    """

    text: str
    skipped: Mapping[str, int] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)


def fields_of(kind: type[Record], names: str) -> frozenset[str]:
    """Return fields of a record class as `lost` names them.

    >>> fields_of(Claim, "kind") == {"claim kind"}
    True
    """
    return frozenset(f"{kind.__name__.lower()} {name}" for name in names.split())


def lost(material: Material, kept: Collection[str]) -> dict[str, dict[str, int]]:
    """Return the fields that a format does not state: record class → field → number of records that
    have it.

    `kept` are the fields that it states, such as `claim statement`. `claim status` and `assertion
    voice` are computed values. Classes and fields are in the order of the model.
    """
    counts: dict[str, Counter[str]] = {}
    for record in material.known.all():
        if getattr(record, "invalidated", None):
            continue
        kind = type(record).__name__.lower()
        for name in _filled(record):
            counts.setdefault(kind, Counter())[name] += 1
    for kind, name, number in (
        ("claim", "status", len(material.statuses)),
        ("assertion", "voice", sum(v is not None for v in material.voices.values())),
    ):
        if number:
            counts.setdefault(kind, Counter())[name] = number
    found = {
        kind: {name: n for name, n in fields.items() if f"{kind} {name}" not in kept}
        for kind, fields in counts.items()
    }
    return {kind: fields for kind, fields in found.items() if fields}


def _filled(record: Record) -> Iterable[str]:
    """Yield the fields of a record that have a value."""
    return (name for name in slots(type(record)) if getattr(record, name) not in (None, ()))


def time(value: datetime) -> str:
    """Write a time as ISO 8601, with Z for UTC."""
    return value.isoformat(timespec="seconds").replace("+00:00", "Z")
