"""The stored records: one frozen class for each concept, one field for each property.

A claim is a sentence that can be true or false. An assertion is a speaker's stance on it, in a
passage. A status is computed from assertions and never stored as a record.

The order of the fields is the order of the lines in a stored file. The IRI of a record is the base
IRI + `path` + `id`. Offsets count Unicode code points of the text from 0; the end is exclusive.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import date, datetime
from decimal import Decimal
from itertools import chain
from operator import attrgetter
from typing import Any, ClassVar, Final, NamedTuple

from kb.model.vocabulary import DCT, GEO, NS, PROV, RDF, ROLES, SCHEMA, SKOS

# The entities of a claim in each role, all at once: this is asked of very many claims.
_IN_ROLES: Final = attrgetter(*ROLES)


class Slot(NamedTuple):
    """The property of a field, the type of its values, and the kind of record they refer to."""

    property: str
    # text | integer | decimal | date | time | boolean | ref | token | predicate | property | iri
    type: str
    target: str = ""  # ref: the path of the record ("" for any); token: the scheme
    many: bool = False


def _slot(property: str, type: str, target: str = "", *, many: bool = False) -> Any:
    iri = property if ":" in property else NS + property
    return field(default=() if many else None, metadata={"slot": Slot(iri, type, target, many)})


@dataclass(frozen=True, slots=True)
class Source:
    """A document as it was read. `unknown` names the properties that it does not state."""

    type: ClassVar[str] = NS + "Source"
    path: ClassVar[str] = "source/"

    id: str
    title: str | None = _slot(DCT + "title", "text")
    publisher: str | None = _slot("publisher", "ref", "entity/")
    author: str | None = _slot("author", "ref", "entity/")
    co_authors: tuple[str, ...] = _slot("coAuthor", "ref", "entity/", many=True)
    language: str | None = _slot(DCT + "language", "text")
    url: str | None = _slot(SCHEMA + "url", "iri")
    published_from: date | None = _slot("publishedFrom", "date")
    published_to: date | None = _slot("publishedTo", "date")
    published_because: str | None = _slot("publishedBecause", "text")
    unknown: tuple[str, ...] = _slot("unknown", "property", many=True)
    file_name: str | None = _slot("fileName", "text")
    sha256: str | None = _slot("sha256", "text")
    length: int | None = _slot("length", "integer")
    words: int | None = _slot("wordCount", "integer")
    sentences: str | None = _slot("sentences", "text")
    obtained: str | None = _slot("obtained", "text")
    copy_of: str | None = _slot("copyOf", "ref", "source/")
    version_of: str | None = _slot("versionOf", "ref", "source/")
    state: str | None = _slot("state", "token", "state")
    state_from: date | None = _slot("stateFrom", "date")
    state_because: str | None = _slot("stateBecause", "text")
    note: str | None = _slot(SKOS + "note", "text")
    recorded: datetime | None = _slot(PROV + "generatedAtTime", "time")
    modified: date | None = _slot(DCT + "modified", "date")
    archived: str | None = _slot("archivedCopy", "iri")  # of the text read, in a web archive
    stated: tuple[str, ...] = _slot("stated", "text", many=True)  # as the document writes it
    parts: str | None = _slot("parts", "text")  # captions, pages, times: see kb.text.parts
    left_out: tuple[str, ...] = _slot("leftOut", "text", many=True)
    sensitive: bool | None = _slot("sensitive", "boolean")  # in no export: see kb.app.publishing


@dataclass(frozen=True, slots=True)
class Quote:
    """A passage of a source. Its id is that of the source and `#char=start,end` (RFC 5147).

    `skipped` is the reason why the passage was read without coding a claim from it.
    """

    type: ClassVar[str] = NS + "Quote"
    path: ClassVar[str] = "source/"

    id: str
    source: str | None = _slot("source", "ref", "source/")
    start: int | None = _slot("start", "integer")
    end: int | None = _slot("end", "integer")
    sha256: str | None = _slot("sha256", "text")
    fragment: str | None = _slot("fragment", "text")
    locator: str | None = _slot("locator", "text")  # page, time code, post or cell of the medium
    skipped: str | None = _slot("skipped", "text")


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence that can be true or false, separate from who asserts it.

    Without subject and predicate it is *noted*: it is shown, but not compared with other claims.
    """

    type: ClassVar[str] = NS + "Claim"
    path: ClassVar[str] = "claim/"

    id: str
    statement: str | None = _slot("statement", "text")
    kind: str | None = _slot("kind", "token", "kind")
    subject: str | None = _slot(RDF + "subject", "ref", "entity/")
    predicate: str | None = _slot(RDF + "predicate", "predicate")
    object: str | None = _slot(RDF + "object", "ref", "entity/")
    object_value: str | None = _slot("objectValue", "text")
    object_claim: str | None = _slot("objectClaim", "ref", "claim/")
    place: tuple[str, ...] = _slot("place", "ref", "entity/", many=True)
    origin: tuple[str, ...] = _slot("origin", "ref", "entity/", many=True)
    destination: tuple[str, ...] = _slot("destination", "ref", "entity/", many=True)
    instrument: tuple[str, ...] = _slot("instrument", "ref", "entity/", many=True)
    counterpart: tuple[str, ...] = _slot("counterpart", "ref", "entity/", many=True)
    victim: tuple[str, ...] = _slot("victim", "ref", "entity/", many=True)
    beneficiary: tuple[str, ...] = _slot("beneficiary", "ref", "entity/", many=True)
    purpose: tuple[str, ...] = _slot("purpose", "ref", "entity/", many=True)
    topic: tuple[str, ...] = _slot("topic", "ref", "entity/", many=True)
    polarity: str | None = _slot("polarity", "token", "polarity")
    extent: str | None = _slot("extent", "token", "extent")
    begin_earliest: date | None = _slot("beginEarliest", "date")
    begin_latest: date | None = _slot("beginLatest", "date")
    end_earliest: date | None = _slot("endEarliest", "date")
    end_latest: date | None = _slot("endLatest", "date")
    held: str | None = _slot("held", "token", "held")
    when: str | None = _slot("whenPhrase", "text")
    happened_at: datetime | None = _slot("happenedAt", "time")
    quantity_min: Decimal | None = _slot("quantityMin", "decimal")
    quantity_max: Decimal | None = _slot("quantityMax", "decimal")
    quantity_best: Decimal | None = _slot("quantityBest", "decimal")
    unit: str | None = _slot("unit", "text")
    counted: str | None = _slot("counted", "text")
    exactness: str | None = _slot("exactness", "token", "exactness")
    quantity_min_excluded: bool | None = _slot("quantityMinExcluded", "boolean")
    quantity_max_excluded: bool | None = _slot("quantityMaxExcluded", "boolean")
    quantity_step: Decimal | None = _slot("quantityStep", "decimal")
    confidence_level: Decimal | None = _slot("confidenceLevel", "decimal")
    quantity: str | None = _slot("quantityPhrase", "text")
    condition: str | None = _slot("condition", "text")
    condition_claims: tuple[str, ...] = _slot("conditionClaim", "ref", "claim/", many=True)
    scope_note: str | None = _slot(SKOS + "scopeNote", "text")
    recorded: datetime | None = _slot(PROV + "generatedAtTime", "time")
    invalidated: datetime | None = _slot(PROV + "invalidatedAtTime", "time")
    invalidated_because: str | None = _slot("invalidatedBecause", "text")
    revision_of: str | None = _slot(PROV + "wasRevisionOf", "ref", "claim/")
    sensitive: bool | None = _slot("sensitive", "boolean")

    def roles(self) -> list[tuple[str, str]]:
        """Return pairs of role and entity id, in the order of the vocabulary."""
        return [(role, entity) for role in ROLES for entity in getattr(self, role)]

    def participants(self) -> list[str | None]:
        """Return the ids of subject, object and all roles."""
        return [self.subject, self.object, *chain.from_iterable(_IN_ROLES(self))]


@dataclass(frozen=True, slots=True)
class Assertion:
    """A speaker's stance on a claim, in one source.

    `relays` are those who pass the speaker's words on, outermost first.
    """

    type: ClassVar[str] = NS + "Assertion"
    path: ClassVar[str] = "assertion/"

    id: str
    source: str | None = _slot("source", "ref", "source/")
    quote: str | None = _slot("quote", "ref", "source/")
    claim: str | None = _slot("claim", "ref", "claim/")
    speaker: str | None = _slot("speaker", "ref", "entity/")
    on_behalf: tuple[str, ...] = _slot("onBehalfOf", "ref", "entity/", many=True)
    stance: str | None = _slot("stance", "token", "stance")
    scope: tuple[str, ...] = _slot("scope", "token", "dispute", many=True)
    target: str | None = _slot("target", "ref", "assertion/")
    relays: tuple[str, ...] = _slot("relay", "ref", "assertion/", many=True)
    said_from: date | None = _slot("saidFrom", "date")
    said_to: date | None = _slot("saidTo", "date")
    said: str | None = _slot("saidPhrase", "text")
    said_at: datetime | None = _slot("saidAt", "time")
    occurred_from: date | None = _slot("occurredFrom", "date")
    occurred_to: date | None = _slot("occurredTo", "date")
    occurred: str | None = _slot("occurredPhrase", "text")
    degree: str | None = _slot("degree", "token", "degree")
    standing: str | None = _slot("standing", "token", "standing")
    basis: str | None = _slot("basis", "token", "basis")
    form: str | None = _slot("form", "token", "form")
    manner: str | None = _slot("manner", "text")
    words: tuple[str, ...] = _slot("words", "text", many=True)
    hedges: tuple[str, ...] = _slot("hedges", "text", many=True)
    garbles: tuple[str, ...] = _slot("garbles", "text", many=True)
    reading: str | None = _slot("reading", "token", "reading")
    speaker_certain: bool | None = _slot("speakerCertain", "boolean")
    note: str | None = _slot(SKOS + "note", "text")
    coder: str | None = _slot("coder", "text")
    checked_by: tuple[str, ...] = _slot("checkedBy", "text", many=True)
    recorded: datetime | None = _slot(PROV + "generatedAtTime", "time")
    invalidated: datetime | None = _slot(PROV + "invalidatedAtTime", "time")
    invalidated_because: str | None = _slot("invalidatedBecause", "text")
    revision_of: str | None = _slot(PROV + "wasRevisionOf", "ref", "assertion/")
    sensitive: bool | None = _slot("sensitive", "boolean")


@dataclass(frozen=True, slots=True)
class Relay:
    """One speaker in a chain of hearsay. `position` counts from 1, the outermost."""

    type: ClassVar[str] = NS + "Relay"
    path: ClassVar[str] = "assertion/"

    id: str
    position: int | None = _slot("position", "integer")
    speaker: str | None = _slot("speaker", "ref", "entity/")
    quote: str | None = _slot("quote", "ref", "source/")
    said_from: date | None = _slot("saidFrom", "date")
    said_to: date | None = _slot("saidTo", "date")
    said: str | None = _slot("saidPhrase", "text")


@dataclass(frozen=True, slots=True)
class Entity:
    """A person, group, place, agreement or other thing that claims are about or that speaks.

    Its names are spelled as in the sources.
    """

    type: ClassVar[str] = NS + "Entity"
    path: ClassVar[str] = "entity/"

    id: str
    kind: str | None = _slot("type", "token", "type")
    name: str | None = _slot(SKOS + "prefLabel", "text")
    also: tuple[str, ...] = _slot(SKOS + "altLabel", "text", many=True)
    description: str | None = _slot(SCHEMA + "description", "text")
    naming: str | None = _slot("naming", "token", "naming")
    within: tuple[str, ...] = _slot("within", "ref", "entity/", many=True)
    overlaps: tuple[str, ...] = _slot("mayOverlap", "ref", "entity/", many=True)
    wikidata: str | None = _slot("wikidata", "iri")
    lat: Decimal | None = _slot(GEO + "lat", "decimal")
    long: Decimal | None = _slot(GEO + "long", "decimal")
    precision: str | None = _slot("precision", "token", "precision")
    note: str | None = _slot(SKOS + "note", "text")
    sensitive: bool | None = _slot("sensitive", "boolean")


@dataclass(frozen=True, slots=True)
class Affiliation:
    """A dated relation between a member and a party. It can be contested, so it names its basis."""

    type: ClassVar[str] = NS + "Affiliation"
    path: ClassVar[str] = "affiliation/"

    id: str
    member: str | None = _slot("member", "ref", "entity/")
    relation: str | None = _slot("relation", "token", "relation")
    party: str | None = _slot("party", "ref", "entity/")
    from_date: date | None = _slot("from", "date")
    to_date: date | None = _slot("to", "date")
    share: Decimal | None = _slot("share", "decimal")  # percent of the party that the member owns
    basis: str | None = _slot("affiliationBasis", "ref", "")
    note: str | None = _slot(SKOS + "note", "text")
    recorded: datetime | None = _slot(PROV + "generatedAtTime", "time")
    invalidated: datetime | None = _slot(PROV + "invalidatedAtTime", "time")
    invalidated_because: str | None = _slot("invalidatedBecause", "text")
    revision_of: str | None = _slot(PROV + "wasRevisionOf", "ref", "affiliation/")


@dataclass(frozen=True, slots=True)
class Judgement:
    """An analyst's decision about one or two records, with its reason. It can be withdrawn.

    `about` and `other` are path and id, such as `claim/x`.
    """

    type: ClassVar[str] = NS + "Judgement"
    path: ClassVar[str] = "judgement/"

    id: str
    kind: str | None = _slot("judgementKind", "token", "judgement")
    about: str | None = _slot("about", "ref", "")
    other: str | None = _slot("other", "ref", "")
    lines: str | None = _slot("lines", "text")
    range_start: int | None = _slot("rangeStart", "integer")
    range_end: int | None = _slot("rangeEnd", "integer")
    verdict: str | None = _slot("verdict", "text")
    certainty: str | None = _slot("certainty", "token", "certainty")
    why: str | None = _slot("why", "text")
    coder: str | None = _slot("coder", "text")
    recorded: datetime | None = _slot(PROV + "generatedAtTime", "time")
    invalidated: datetime | None = _slot(PROV + "invalidatedAtTime", "time")
    invalidated_because: str | None = _slot("invalidatedBecause", "text")
    revision_of: str | None = _slot(PROV + "wasRevisionOf", "ref", "judgement/")


Record = Source | Quote | Claim | Assertion | Relay | Entity | Affiliation | Judgement

RECORD_CLASSES: Final[tuple[type[Record], ...]] = (
    Source,
    Quote,
    Claim,
    Assertion,
    Relay,
    Entity,
    Affiliation,
    Judgement,
)
SLOTS: Final = {
    c.type: {f.name: f.metadata["slot"] for f in fields(c) if "slot" in f.metadata}
    for c in RECORD_CLASSES
}


def slots(kind: type[Record]) -> dict[str, Slot]:
    """Return field name → slot of a record class, in the order in which fields are written.

    >>> slots(Claim)["kind"].target
    'kind'
    """
    return SLOTS[kind.type]
