"""Sources, claims and assertions as a STIX 2.1 bundle: reports, notes and opinions.

https://docs.oasis-open.org/cti/stix/v2.1/stix-v2.1.html
"""

from __future__ import annotations

import json
import uuid
from collections import Counter
from datetime import UTC, date, datetime, time
from typing import Any, Final

from kb.exchange.material import Made, Material, fields_of, tentative
from kb.model.records import Assertion, Claim, Entity, Quote, Record, Source
from kb.model.vocabulary import UNATTRIBUTED

TITLE: Final = "STIX 2.1"
KEPT: Final = (
    fields_of(Source, "title url published_from recorded")
    | fields_of(Claim, "statement kind subject object recorded")
    | fields_of(Assertion, "source quote claim speaker stance recorded note speaker_certain")
    | fields_of(Quote, "fragment")
    | fields_of(Entity, "name kind description")
    | {"claim status"}
)
# Stance → opinion (§10.3). Other stances are about other assertions, or are no opinion.
OPINIONS: Final = {"affirms": "agree", "denies": "disagree", "doubts": "neutral"}
# Type of an entity → class of an identity (§10.7). Other types are no identities.
_IDENTITIES: Final = {
    "person": "individual",
    "group": "group",
    "organisation": "organization",
    "force": "organization",
    "state": "organization",
    "office": "organization",
    "agent": "unknown",
}
Node = dict[str, Any]


def write(material: Material) -> Made:
    """Return a bundle: an identity for each speaker and participant, a note for each claim, an
    opinion for each assertion, a report for each source.
    """
    bundle = _Bundle(material)
    for claim in material.claims():
        bundle.note(claim)
    for assertion in material.assertions():
        bundle.opinion(assertion)
    for source in sorted(material.known.sources.values(), key=lambda s: s.id):
        bundle.report(source)
    objects = [*bundle.identities.values(), *bundle.objects]
    whole = {"type": "bundle", "id": _id("bundle", material.base), "objects": objects}
    skipped = {what: n for what, n in bundle.skipped.items() if n}
    return Made(json.dumps(whole, ensure_ascii=False, indent=1) + "\n", skipped)


class _Bundle:
    """The objects of a bundle, while it is made."""

    def __init__(self, material: Material) -> None:
        self.material = material
        self.identities: dict[str, Node] = {}
        self.objects: list[Node] = []
        self.mentioned: dict[str, list[str]] = {}  # ids of objects by source
        self.notes: dict[str, str] = {}  # id of the note of a claim
        self.skipped: Counter[str] = Counter()
        times = [s.recorded for s in material.known.sources.values() if s.recorded]
        times += [c.recorded for c in material.known.claims.values() if c.recorded]
        self.oldest = min(times, default=datetime(1970, 1, 1, tzinfo=UTC))

    def node(self, kind: str, iri: str, recorded: datetime | None) -> Node:
        """Return the common properties of an object (§3.2)."""
        when = _timestamp(recorded or self.oldest)
        common = {"type": kind, "spec_version": "2.1", "id": _id(kind, iri)}
        return common | {"created": when, "modified": when}

    def identity(self, entity: str | None) -> str | None:
        """Return the id of the identity of an entity, or None if it is none, or nobody."""
        found = self.material.known.entities.get(entity or "")
        if found is None or found.kind not in _IDENTITIES or found.naming == UNATTRIBUTED:
            return None
        if found.id not in self.identities:
            node = self.node("identity", self.material.iri(found), None)
            node |= {"name": found.name or found.id, "identity_class": _IDENTITIES[found.kind]}
            if found.description:
                node["description"] = found.description
            self.identities[found.id] = node
        return str(self.identities[found.id]["id"])

    def note(self, claim: Claim) -> None:
        """Add the note of a claim: it refers to who takes part, or else to who speaks of it."""
        people = [self.identity(one) for one in (claim.subject, claim.object)]
        said = self.material.known.said(claim.id)
        people += [] if any(people) else [self.identity(a.speaker) for a in said]
        refers = list(dict.fromkeys(one for one in people if one))
        if not refers or not claim.statement:
            self.skipped["claims about and by nobody who is an identity"] += 1
            return
        node = self.node("note", self.material.iri(claim), claim.recorded)
        status = self.material.statuses.get(claim.id)
        node["abstract"] = claim.statement
        node["content"] = claim.statement + (f"\nStatus: {status.status}" if status else "")
        node["object_refs"] = refers
        node["labels"] = [claim.kind] if claim.kind else ["claim"]
        self.notes[claim.id] = node["id"]
        self.objects.append(node)

    def opinion(self, assertion: Assertion) -> None:
        """Add the opinion of an assertion, with its passage as explanation."""
        note, opinion = self.notes.get(assertion.claim or ""), OPINIONS.get(assertion.stance or "")
        if note is None or opinion is None:
            self.skipped["assertions that are no opinion on a note"] += 1
            return
        node = self.node("opinion", self.material.iri(assertion), assertion.recorded)
        doubt = tentative(assertion)
        node["opinion"] = "neutral" if doubt else opinion
        node["labels"] = [f"uncertain-{assertion.stance}" if doubt else assertion.stance]
        node |= self.author(assertion)
        node["explanation"] = self.explanation(assertion, f" ({doubt})" if doubt else "")
        node["object_refs"] = [note]
        self.objects.append(node)
        self.mentioned.setdefault(assertion.source or "", []).extend((note, node["id"]))

    def author(self, assertion: Assertion) -> Node:
        """Return who has an opinion: nobody, if the speaker is no voice, such as “it is said”."""
        if self.material.voices.get(assertion.id, "") is None:
            return {}
        speaker = self.identity(assertion.speaker)
        named = {"authors": [self.material.called(assertion.speaker)]}
        return named | ({"created_by_ref": speaker} if speaker else {})

    def explanation(self, assertion: Assertion, doubt: str) -> str:
        """Return the speaker, the stance and the passage of an assertion in words."""
        passage = self.material.passages.get(assertion.quote or "")
        parts = [
            f"{self.material.called(assertion.speaker)} {assertion.stance} this{doubt}.",
            f"“{passage.words}”" if passage else "",
            assertion.note or "",
        ]
        return "\n".join(part for part in parts if part)

    def report(self, source: Source) -> None:
        """Add the report of a source with everything that it is the source of."""
        refers = list(dict.fromkeys(self.mentioned.get(source.id, [])))
        if not refers:
            self.skipped["sources without opinions"] += 1
            return
        node = self.node("report", self.material.iri(source), source.recorded)
        node["name"] = source.title or source.id
        node["published"] = _published(source, node["created"])
        if source.url:
            reference = {"source_name": source.title or source.id, "url": source.url}
            node["external_references"] = [reference]
        node["object_refs"] = refers
        self.objects.append(node)


# Class of a record → type of its object.
_TYPES: Final = {Entity: "identity", Claim: "note", Assertion: "opinion", Source: "report"}


def key(record: Record, iri: str) -> str:
    """Return the id of the object that a record is, or "" if it is none."""
    kind = _TYPES.get(type(record))
    return _id(kind, iri) if kind else ""


def _published(source: Source, otherwise: str) -> str:
    day: date | None = source.published_from
    return _timestamp(datetime.combine(day, time(0), UTC)) if day else otherwise


def _id(kind: str, iri: str) -> str:
    """Return the id of an object: the same IRI always has the same id."""
    return f"{kind}--{uuid.uuid5(uuid.NAMESPACE_URL, iri)}"


def _timestamp(value: datetime) -> str:
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{value.microsecond // 1000:03}Z"
