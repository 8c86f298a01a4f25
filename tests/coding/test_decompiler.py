"""A source printed as a sheet and loaded again changes nothing; edited, it changes what was edited."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.coding import decompiler, yaml_reader, yaml_writer
from kb.coding.compiler import SheetChanges, from_sheet
from kb.errors import Usage
from kb.model.rdf_terms import Triple
from kb.model.records import Assertion, Claim, Entity, Relay, Source
from kb.rdf import decoding, encoding, turtle_reader, turtle_writer
from kb.text import addresses, anchoring
from kb.workspace.catalogs.catalog import Declared, Known

BASE = "https://w3id.org/claimkb/data/"
FIRST = datetime(2024, 1, 2, tzinfo=UTC)
LATER = datetime(2024, 5, 6, tzinfo=UTC)
FILE = "claims/a/sources/memo.ttl"
PREDICATES = {
    "sent": Declared("event", "sent"),
    "holds": Declared("state", "holds"),
    "praises": Declared(None, "praises"),
}
TEXT = """Harbour news … from the north
The mayor said last week that Northland had sent at least 12 tugs to Oldport. Southland denied it, and the mayor laughed.
Southland-held Oldport has been "quiet: very quiet" since 2014, # said two sailors, and two sailors know.
Two porters agreed with the captain, who, the harbour office says, saw about 30 tugs
and about 7 barges leave … or not.
Please write to us.
"""
CODED = """
source: memo
coder: ab
published: 2021-03-05..2021-03-06
because: 'undated: "last week" fits'
new:
  northland: state, a state; as Northland
  southland: state, another; as Southland
  oldport: place, harbour; as Oldport, Old Port
  tugs: object, boats; as tugs
  mayor: person, mayor; as the mayor
  captain: person, captain; as the captain
  office: organisation, harbour office; as harbour office
claims:
- claim: Northland sent tugs to Oldport
  what: northland > sent > tugs
  to: oldport
  from: northland, southland
  when: last week
  count: at least 12
  unit: tug
  counted: boats
  said:
  - by: mayor
    at: 2 The mayor said … Oldport
    on: last week
    words: bold, a, careless
    basis: told
    certain: no
  - by: southland, oldport
    denies: time, unspecified
    at: 2 Southland denied it
  - by: mayor
    affirms:
    at: 2 the mayor laughed
    note: "a second time: laughing"
- claim: Southland holds Oldport
  what: southland > holds > oldport
  when: 2014..
  extent: part
  said:
  - form: presupposed
    at: 3 Southland-held Oldport
- claim: Oldport is quiet
  what: oldport > praises
  kind: evaluation
  not: yes
  when: 2021-03-01..2021-03-04; these days
  held: some
  note: 'no: # never'
  said:
  - by: unnamed 2 sailors
    at: 3 very quiet … two sailors,
    doubts: unspecified
    reading: unclear
- claim: The captain saw tugs leave
  kind: event
  count: about 30
  when: 2021-02-27..2021-02-28; weekend
  said:
  - by: captain
    via: office
    at: 4-5 Two porters … leave
    checked: cd, ef
  - by: captain
    disowns: captain
    at: 5 or not
  - by: office
    silent:
    at: 4 harbour office
  - by: unattributed
    manner: easily
    at: 4 says, saw
- claim: If it rains, boats will leave
  kind: forecast
  if: it rains
  when: 2021-04
  count: 200..300; hundreds
  said:
  - by: collective others in the north
    at: 5 and about 7 barges
    on: 2021-02-01..2021-02-28; in winter
skip:
- 6 Please write … us.; form of the page
- 1 Harbour news; heading
"""


def base() -> Known:
    known = Known(predicates=PREDICATES)
    known.add(Entity("gazette", kind="organisation", name="Gazette"), "claims/a/entities.ttl")
    known.add(
        Source(
            "2021-memo",
            author="gazette",
            file_name="memo.txt",
            sha256=anchoring.digest(TEXT),
            length=len(TEXT),
        ),
        FILE,
    )
    known.add(
        Source("2020-other", author="gazette", file_name="other.txt"), "claims/a/sources/other.ttl"
    )
    return known


def load(text: str, known: Known, now: datetime, source_text: str = TEXT) -> SheetChanges:
    parsed = yaml_reader.parse(text, "x.yaml")
    change = from_sheet(parsed, known, source_text, now, "a")
    assert [str(p) for p in parsed.problems if p.severity == "error"] == []
    return change


def stored(known: Known) -> Known:
    """What is known after writing everything to files and reading it again."""
    files: dict[str, list[Triple]] = {}
    for record in known.all():
        files.setdefault(known.files[record.path + record.id], []).extend(
            encoding.to_triples(record, BASE)
        )
    out = Known(predicates=known.predicates)
    for file, triples in sorted(files.items()):
        for record in decoding.records(
            turtle_reader.triples(turtle_writer.compose(triples, BASE), BASE), BASE
        ):
            out.add(record, file)
    return out


def coded() -> Known:
    known = base()
    known.add(replace(known.sources["2021-memo"], sha256=anchoring.digest(TEXT)), FILE)
    change = load(CODED.replace("source: memo", "source: memo.txt"), known, FIRST)
    assert len(change.claims) == 5
    return stored(known)


def nothing(change: SheetChanges) -> None:
    assert change.added == []
    assert change.changed == []
    assert change.removed == set()
    assert {f: r for f, r in change.files.items() if r} == {}


def printed(known: Known) -> str:
    return yaml_writer.write(decompiler.sheet_of(known, "2021-memo", TEXT))


def test_a_printed_sheet_loaded_again_changes_nothing() -> None:
    known = coded()
    before = set(known.all())
    nothing(load(printed(known), known, LATER))
    assert set(known.all()) == before


def test_printing_is_the_same_after_loading() -> None:
    known = coded()
    text = printed(known)
    load(text, known, LATER)
    assert printed(known) == text


def test_a_printed_sheet_codes_an_empty_base_to_the_same_records() -> None:
    known = coded()
    again = base()
    for entity in known.entities.values():
        again.add(entity, known.files["entity/" + entity.id])
    for other in (x for x in known.sources.values() if x.id != "2021-memo"):
        again.add(other, known.files["source/" + other.id])
    load(printed(known), again, FIRST)
    assert set(stored(again).claims.values()) == set(known.claims.values())
    assert {
        (a.claim, a.speaker, a.stance, a.quote, a.said, a.scope) for a in again.assertions.values()
    } == {
        (a.claim, a.speaker, a.stance, a.quote, a.said, a.scope) for a in known.assertions.values()
    }


def test_the_sheet_reads_as_it_was_typed() -> None:
    text = printed(coded())
    for line in (
        "source: 2021-memo",
        "coder: ab",
        "published: 2021-03-05..2021-03-06",
        "- claim: Northland sent tugs to Oldport",
        "  what: northland > sent > tugs",
        "  when: last week",
        "  count: at least 12",
        "  when: 2014..",
        "  when: 2021-04",
        "  when: 2021-02-27..2021-02-28; weekend",
        "  count: 200..300; hundreds",
        "  - at: 3 Southland-held Oldport",
        "- 6 Please write to us.; form of the page",
    ):
        assert line in text.split("\n"), line
    assert "gazette" not in text
    assert "by: southland, oldport" in text or "by: oldport, southland" in text
    assert (
        text.index("Northland sent") < text.index("Southland holds") < text.index("The captain saw")
    )


def test_an_edit_changes_that_assertion_alone() -> None:
    known = coded()
    text = printed(known).replace("silent: 'yes'", "silent: yes")
    change = load(text.replace("manner: easily", "manner: with ease"), known, LATER)
    assert change.added == []
    assert [c for c in change.changed if "unattributed" in c] == change.changed != []


def test_claims_with_one_sentence_are_told_apart_by_id() -> None:
    known = coded()
    known.add(
        Claim("twin", statement="Southland holds Oldport", kind="state"),
        "claims/a/claims/general.ttl",
    )
    assert "claim: =southland-holds-oldport" in printed(known).replace("'", "")
    nothing(load(printed(known), known, LATER))


def test_a_saying_without_words_for_its_date_keeps_none() -> None:
    known = coded()
    own = next(a for a in known.assertions.values() if a.speaker == "gazette")
    known.add(replace(own, said_from=date(2021, 3, 1), said_to=date(2021, 3, 2)), FILE)
    nothing(load(printed(known), known, LATER))


def test_relays_beyond_the_author_are_printed_in_order() -> None:
    known = coded()
    a = next(
        a for a in known.assertions.values() if a.speaker == "captain" and a.stance == "affirms"
    )
    assert [known.relays[r].speaker for r in a.relays] == ["gazette", "office"]
    known.add(Relay(f"{a.id}-r3", position=3, speaker="mayor"), FILE)
    known.add(replace(a, relays=(*a.relays, f"{a.id}-r3")), FILE)
    assert "via: office, mayor" in printed(known)
    nothing(load(printed(known), known, LATER))


def test_coders_that_differ_stay_as_they_are() -> None:
    known = coded()
    a = next(iter(known.assertions.values()))
    known.add(replace(a, coder="zz"), FILE)
    assert "coder:" not in printed(known)
    nothing(load(printed(known), known, LATER))


@pytest.mark.parametrize("text", [None, "another text"])
def test_without_the_text_the_way_out_is_named(text: str | None) -> None:
    with pytest.raises(Usage, match="KB_DOCUMENTS"):
        decompiler.sheet_of(coded(), "2021-memo", text)


def test_other_sources_and_invalidated_assertions_are_not_printed() -> None:
    known = coded()
    quote = next(iter(known.quotes))
    known.add(
        Assertion(
            "gone",
            source="2021-memo",
            quote=quote,
            claim="oldport-is-quiet",
            speaker="mayor",
            stance="denies",
            invalidated=FIRST,
        ),
        FILE,
    )
    known.add(
        Assertion(
            "other",
            source="2020-other",
            quote=quote,
            claim="oldport-is-quiet",
            speaker="mayor",
            stance="denies",
        ),
        FILE,
    )
    assert printed(known) == printed(coded())


# --- passages


def typeable(text: str, start: int, end: int) -> bool:
    """Whether any address at all leads to this span, by trying them all."""
    number, _, _ = addresses.Lines(text).around(start, end)
    passage = text[start:end]
    cuts = range(1, len(passage) + 1)
    found = [
        passage,
        *(f"{passage[:h]} … {passage[t:]}" for h in cuts for t in range(h, len(passage))),
    ]
    spaced = [" ".join(f.split("\n")).strip() for f in found]
    return any(anchoring.find(text, f"{number} {f}") == anchoring.Span(start, end) for f in spaced)


@given(st.text("ab .…\n", min_size=1, max_size=14), st.data())
def test_an_address_is_found_wherever_there_is_one_and_leads_back(
    text: str, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    found = addresses.address(addresses.Lines(text), start, end)
    assert (found is not None) == typeable(text, start, end)
    if found is not None:
        typed = yaml_reader.parse(f"skip:\n- {yaml_writer.scalar(found)}\n", "x").skip[0].text
        assert anchoring.find(text, typed) == anchoring.Span(start, end)


def test_a_long_passage_is_addressed_by_its_ends() -> None:
    text = "one two three four five six seven one two nine\n"
    assert addresses.address(addresses.Lines(text), 0, 33) == "1 one two three … six seven"
    assert addresses.address(addresses.Lines(text), 0, 46) == "1 one two three … two nine"
    assert addresses.address(addresses.Lines(text), 4, 13) == "1 two three"
