"""Claims as QuickStatements for Wikidata, a line each.

https://www.wikidata.org/wiki/Help:QuickStatements
Only claims whose subject, predicate and object are on Wikidata. A statement gets the normal rank,
and a dispute is stated by its qualifier (P1310). A preferred statement hides all others of its
property from most readers. So only a claim beside which no other can be right gets that rank.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Final

from kb.exchange.material import Made, Material, fields_of, tentative
from kb.model.records import Assertion, Claim, Entity, Source
from kb.model.vocabulary import WIKIDATA

TITLE: Final = "QuickStatements"
KEPT: Final = (
    fields_of(
        Claim, "kind subject predicate object polarity begin_earliest begin_latest end_earliest"
    )
    | fields_of(Claim, "end_latest")
    | fields_of(Assertion, "claim source stance speaker_certain")
    | fields_of(Source, "url title language published_from published_to")
    | fields_of(Entity, "wikidata")
)
# Statuses of claims that may be stated, and those that are stated with who disputes them.
_STATED: Final = frozenset(("corroborated", "admitted", "single-voice"))
_DISPUTED: Final = "disputed"
_KINDS: Final = frozenset(("event", "state"))
# The fourth field of a line with a rank (QuickStatements 3). Without it the rank is normal.
PREFERRED: Final = "R+"
_NO_ITEM: Final = "claims without Wikidata ids of subject, predicate and object"
_NO_STATEMENT: Final = "claims that are denied, negative, or not of an event or a state"
_NO_SOURCE: Final = "claims without a source that has an address"
_NO_OPPONENT: Final = "disputed claims without a Wikidata id of who disputes them"


def write(material: Material) -> Made:
    """Return a line for each claim that can be stated, with its references."""
    skipped, lines = Counter[str](), list[str]()
    for claim in material.claims():
        found = _line(material, claim)
        if isinstance(found, list):
            lines.append("\t".join(found) + "\n")
        else:
            skipped[found] += 1
    return Made("".join(lines), dict(skipped))


def _line(material: Material, claim: Claim) -> list[str] | str:
    """Return the fields of a line, or why a claim cannot be stated."""
    core = _core(material, claim)
    if not all(core):
        return _NO_ITEM
    row = material.statuses.get(claim.id)
    status = row.status if row else ""
    if claim.kind not in _KINDS or claim.polarity == "negative":
        return _NO_STATEMENT
    if status not in (*_STATED, _DISPUTED):
        return _NO_STATEMENT
    sources = _references(material, claim)
    if not sources:
        return _NO_SOURCE
    disputes = _opponents(material, claim) if status == _DISPUTED else []
    if status == _DISPUTED and not disputes:
        return _NO_OPPONENT
    return [*core, *_rank(material, claim), *_days(claim), *disputes, *sources]


def _rank(material: Material, claim: Claim) -> list[str]:
    """Return the preferred rank for a claim that several original documents corroborate, that
    nobody contests, and whose predicate has one object ever, such as a place of birth.

    Any doubt, denial, possible contradiction or flag of the status leaves the rank normal, and so
    does a predicate with several objects, or with one at a time: the present one may be on
    Wikidata. No rank is deprecated, because who retracts a claim does not prove it wrong.
    """
    row = material.statuses.get(claim.id)
    settled = (
        row is not None
        and (row.status, row.support) == ("corroborated", "several-originals")
        and set(row.contest) <= {"none"}
        and not (row.dispute or row.flags or row.voices_against)
        and claim.predicate in material.one_object
    )
    return [PREFERRED] if settled else []


def _core(material: Material, claim: Claim) -> list[str]:
    """Return the ids of subject, property and object, "" for one that is not on Wikidata."""
    return [
        _item(material, claim.subject),
        material.properties.get(claim.predicate or "", ""),
        _item(material, claim.object),
    ]


def _item(material: Material, entity: str | None) -> str:
    found = material.known.entities.get(entity or "")
    return (found.wikidata or "").removeprefix(WIKIDATA) if found else ""


def _days(claim: Claim) -> Iterator[str]:
    """Yield the exact days as qualifiers: point in time, start time, end time."""
    begin = claim.begin_earliest if claim.begin_earliest == claim.begin_latest else None
    end = claim.end_latest if claim.end_earliest == claim.end_latest else None
    named = (("P580", begin), ("P582", end))
    if claim.kind == "event":
        named = (("P585", begin if begin == end else None), ("P585", None))
    for property, day in named:
        if day:
            yield from (property, _day(day))


def _opponents(material: Material, claim: Claim) -> list[str]:
    """Return who denies or doubts a claim, as qualifiers (P1310, statement disputed by)."""
    said = (a for a in material.said(claim) if a.stance in ("denies", "doubts"))
    items = (_item(material, a.speaker) for a in said)
    return [field for item in dict.fromkeys(filter(None, items)) for field in ("P1310", item)]


def _references(material: Material, claim: Claim) -> list[str]:
    """Return the documents that affirm a claim, each as a reference of its own: address, title,
    day. The first field of every further reference begins with “!”.
    """
    said = (a for a in material.said(claim) if a.stance == "affirms" and not tentative(a))
    fields = list[str]()
    for id in dict.fromkeys(a.source for a in said):
        source = material.known.sources.get(id or "")
        if source and source.url:
            fields += _reference(source, "!" if fields else "")
    return fields


def _reference(source: Source, mark: str) -> Iterator[str]:
    """Yield the fields of a reference."""
    yield from (f"{mark}S854", _quoted(source.url or ""))
    if source.title and source.language:
        yield from ("S1476", f"{source.language.split('-')[0]}:{_quoted(source.title)}")
    if source.published_from and source.published_from == source.published_to:
        yield from ("S577", _day(source.published_from))


def _quoted(text: str) -> str:
    """Return a text in quotation marks, on one line, without any inside."""
    return f'"{" ".join(text.replace(chr(34), chr(39)).split())}"'


def _day(day: date) -> str:
    """Return a day with its precision."""
    return f"+{day.isoformat()}T00:00:00Z/11"
