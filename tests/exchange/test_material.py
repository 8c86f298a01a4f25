"""What a format is said to state, it states; what it has no place for does not change it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from kb.exchange.material import Material, Passage, lost
from kb.exchange.registry import FORMATS
from kb.model.records import (
    RECORD_CLASSES,
    SLOTS,
    Affiliation,
    Assertion,
    Claim,
    Entity,
    Judgement,
    Quote,
    Record,
    Relay,
    Source,
)
from kb.model.vocabulary import SCHEMES, WIKIDATA
from kb.reasoning.outcome.status_row import StatusRow
from kb.workspace.catalogs.catalog import Known

BASE = "https://example.org/kb/"
NOW = datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)
DAY = date(2024, 1, 5)
# One record of each class, with the references that hold them together. All other fields get a
# value of their type, and then another one.
RECORDS: dict[str, Record] = {
    "source": Source(
        "memo",
        title="A memo",
        author="town",
        publisher="press",
        co_authors=("mayor",),
        language="en",
        url="https://a.example/0",
        published_from=DAY,
        published_to=DAY,
        recorded=NOW,
    ),
    "quote": Quote("memo#char=10,30", source="memo", start=10, end=30, fragment="the harbour"),
    "claim": Claim(
        "closed",
        statement="The town closed it",
        kind="event",
        subject="town",
        predicate="closed",
        object="mayor",
        place=("town",),
        polarity="positive",
        begin_earliest=DAY,
        begin_latest=DAY,
        end_earliest=DAY,
        end_latest=DAY,
    ),
    "assertion": Assertion(
        "memo.closed.town.affirms",
        source="memo",
        quote="memo#char=10,30",
        claim="closed",
        speaker="town",
        stance="affirms",
        relays=("memo.closed.town.affirms-r1",),
        recorded=NOW,
    ),
    "relay": Relay("memo.closed.town.affirms-r1", position=1, speaker="gazette"),
    "entity": Entity(
        "town",
        kind="state",
        wikidata=f"{WIKIDATA}Q1",
        lat=Decimal("54.5"),
        long=Decimal("8.25"),
    ),
    "affiliation": Affiliation("m", member="mayor", relation="member-of", party="gazette"),
    "judgement": Judgement(
        "v", kind="verdict", about="claim/closed", verdict="true", certainty="certain", why="seen"
    ),
}
OTHERS = [
    Entity("mayor", kind="person", name="The mayor", wikidata=f"{WIKIDATA}Q2"),
    Entity("gazette", kind="organisation", name="The Gazette"),
    Entity("press", kind="organisation", name="Port Press"),
]
VALUES: dict[str, tuple[Any, Any]] = {
    "text": ("alpha", "omega"),
    "integer": (3, 4),
    "decimal": (Decimal("1.5"), Decimal("2.5")),
    "date": (date(2024, 1, 5), date(2024, 1, 6)),
    "time": (NOW, NOW.replace(hour=9)),
    "boolean": (True, False),
    "iri": ("https://a.example/1", "https://a.example/2"),
    "property": ("url", "author"),
    "predicate": ("closed", "entered"),
    "ref": ("gazette", "press"),
}


def material(changed: Record) -> Material:
    known = Known()
    for record in (*RECORDS.values(), *OTHERS, changed):
        known.add(record, "claims/a/sources/x.ttl")
    passages = {q: Passage(known.quotes[q].fragment or "") for q in known.quotes}
    status = ("closed", "single-voice", "one-voice", ("none",), (), (), 1, 1, ("entity/town",), ())
    row = StatusRow(*status, no_known_stake=1, since=None, reasons=(), policy="default-2")
    return Material(known, BASE, {"closed": row}, {}, passages, properties={"closed": "P9"})


def variants(kind: type[Record], name: str) -> list[Record]:
    """The record of a class as it is, with two values of a field, and without one."""
    slot = SLOTS[kind.type][name]
    own = RECORDS[kind.__name__.lower()]
    one, other = VALUES.get(slot.type, ("", ""))
    if slot.type == "token":
        one, other = SCHEMES[slot.target][:2]
    values = [(one,), (other,), ()] if slot.many else [one, other, None]
    return [own, *(replace(own, **{name: value}) for value in values)]


FIELDS = [(kind, name) for kind in RECORD_CLASSES for name in SLOTS[kind.type]]


@pytest.mark.parametrize("format", FORMATS)
def test_a_field_changes_an_export_if_the_format_states_it_and_only_then(format: str) -> None:
    wrong = []
    for kind, name in FIELDS:
        if name in ("invalidated", "invalidated_because", "revision_of"):
            continue  # such a record is in no export
        texts = {FORMATS[format].write(material(r)).text for r in variants(kind, name)}
        field = f"{kind.__name__.lower()} {name}"
        if (len(texts) > 1) != (field in FORMATS[format].kept):
            wrong.append(f"{field}: {'stated' if len(texts) > 1 else 'not stated'}")
    assert "\n".join(wrong) == ""


def test_losses_are_counted_by_class_and_field() -> None:
    found = lost(material(Source("b", title="B")), {"source author"})
    assert found["source"]["title"] == 2
    assert "author" not in found["source"]
    assert found["entity"]["name"] == 3
    every = {f"{k.__name__.lower()} {n}" for k, n in FIELDS}
    assert lost(material(Source("b")), every | {"claim status"}) == {}


def test_a_line_separator_in_a_value_ends_no_statement_of_followthemoney() -> None:
    parted = replace(OTHERS[0], note="one\u2028two")
    assert "one\u2028two" in FORMATS["ftm-statements"].write(material(parted)).text
