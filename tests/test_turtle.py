"""Stored files: one canonical layout, and small changes."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb import layout, turtle
from kb.model import Assertion, Claim, Entity, Quote, Record, Source

BASE = "https://w3id.org/claimkb/data/"
SOURCE = Source(id="2020-report", title="A report", sha256="00", length=10, published_from=date(2020, 6, 5))
QUOTES = [
    Quote(id=f"2020-report#char={n},{n + 3}", source="2020-report", start=n, end=n + 3, sha256="0", fragment="a") for n in (4, 10, 200)
]


def assertion(quote: Quote, claim: str) -> Assertion:
    return Assertion(
        id=f"2020-report.{claim}.usa.affirms", source="2020-report", quote=quote.id, claim=claim, speaker="usa", stance="affirms"
    )


RECORDS: list[Record] = [SOURCE, *QUOTES, *(assertion(q, c) for q, c in zip(QUOTES, "cab", strict=True))]


def test_what_is_written_is_what_is_read() -> None:
    text = layout.replace("", RECORDS, BASE)
    assert set(turtle.records(turtle.triples(text, BASE), BASE)) == set(RECORDS)


def test_a_file_written_by_additions_is_the_canonical_file() -> None:
    text = ""
    for record in reversed(RECORDS):
        text = layout.replace(text, [record], BASE)
    assert text == layout.compose(turtle.triples(text, BASE), BASE)
    assert text.count("\n\n") == len(RECORDS)


def test_a_source_file_reads_in_the_order_of_its_document() -> None:
    text = layout.replace("", RECORDS, BASE)
    at = [text.index(f"#char={n}") for n in (4, 10, 200)]
    assert at == sorted(at)
    assert text.index(".c.usa") < text.index(".a.usa") < text.index(".b.usa")


def test_changing_one_record_changes_only_its_lines_and_keeps_comments() -> None:
    text = layout.replace("", RECORDS, BASE).replace("\n<assertion", '\n# a remark. with <signs> and "quotes\n<assertion')
    changed = layout.replace(text, [Quote(**{f: getattr(QUOTES[1], f) for f in QUOTES[1].__slots__} | {"fragment": "b"})], BASE)
    differing = [(a, b) for a, b in zip(text.split("\n"), changed.split("\n"), strict=True) if a != b]
    assert differing == [('    kb:fragment "a" .', '    kb:fragment "b" .')]


def test_a_block_is_found_with_its_line_whatever_the_text_contains() -> None:
    text = layout.replace("", [Claim(id="a", statement='odd . "text" # with <signs> ;\n.'), Claim(id="b", statement="plain")], BASE)
    found = {b.subject: b for b in turtle.blocks(text, BASE) if b.subject}
    lines = text.split("\n")
    assert [lines[found[BASE + f"claim/{x}"].line - 1] for x in "ab"] == ["<claim/a>", "<claim/b>"]
    assert lines[turtle.line_in(found[BASE + "claim/b"], "https://w3id.org/claimkb/ns#statement") - 1].strip().startswith("kb:statement")


def test_a_broken_file_says_where() -> None:
    with pytest.raises(turtle.Broken) as caught:
        turtle.triples(layout.heading(BASE) + "<a> <b> 'c'", BASE)
    assert caught.value.line == layout.heading(BASE).count("\n") + 1


@given(st.text(st.characters(blacklist_categories=["Cs"]), max_size=40), st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)))
def test_any_text_and_time_survive_the_round_trip(name: str, when: datetime) -> None:
    time = when.replace(microsecond=0, tzinfo=UTC)
    records: list[Record] = [Entity(id="سرت", name=name), Claim(id="x", statement=name, recorded=time)]
    text = layout.replace("", records, BASE)
    assert turtle.records(turtle.triples(text, BASE), BASE) == sorted(records, key=lambda r: r.path)
    assert sum(1 for b in turtle.blocks(text, BASE) if b.subject) == 2


def test_a_removed_record_leaves_no_gap() -> None:
    text = layout.replace("", RECORDS, BASE)
    gone = RECORDS[2]
    assert layout.replace(text, [], BASE, {turtle.iri_of(gone, BASE)}) == layout.replace("", [r for r in RECORDS if r is not gone], BASE)


@pytest.mark.parametrize(
    "text", ["<a> <b> <<( <c> <d> <e> )>> .", "<< <a> <b> <c> >> <d> <e> .", "<a> <b> <c> {| <d> <e> |} .", "<a> <b> <c> ~ <d> ."]
)
def test_triples_about_triples_are_answered_with_their_place(text: str) -> None:
    with pytest.raises(turtle.Broken, match="not Turtle 1.1") as caught:
        turtle.triples(f"\n{text}", "https://example.org/")
    assert (caught.value.line, caught.value.column >= 1) == (2, True)


def test_the_direction_of_writing_survives() -> None:
    text = '<a> <b> "نعم"@ar--rtl .'
    assert '"نعم"@ar--rtl' in layout.tidy(text, "https://example.org/")
