"""Stored files: one canonical layout, and small changes."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.model.records import Assertion, Claim, Entity, Quote, Record, Relay, Source
from kb.rdf import decoding, turtle_reader, turtle_writer

BASE = "https://w3id.org/claimkb/data/"
SOURCE = Source(
    id="2020-report", title="A report", sha256="00", length=10, published_from=date(2020, 6, 5)
)
QUOTES = [
    Quote(
        id=f"2020-report#char={n},{n + 3}",
        source="2020-report",
        start=n,
        end=n + 3,
        sha256="0",
        fragment="a",
    )
    for n in (4, 10, 200)
]


def assertion(quote: Quote, claim: str) -> Assertion:
    return Assertion(
        id=f"2020-report.{claim}.usa.affirms",
        source="2020-report",
        quote=quote.id,
        claim=claim,
        speaker="usa",
        stance="affirms",
    )


RECORDS: list[Record] = [
    SOURCE,
    *QUOTES,
    *(assertion(q, c) for q, c in zip(QUOTES, "cab", strict=True)),
]


def test_what_is_written_is_what_is_read() -> None:
    text = turtle_writer.replace("", RECORDS, BASE)
    assert set(decoding.records(turtle_reader.triples(text, BASE), BASE)) == set(RECORDS)


def test_a_file_written_by_additions_is_the_canonical_file() -> None:
    text = ""
    for record in reversed(RECORDS):
        text = turtle_writer.replace(text, [record], BASE)
    assert text == turtle_writer.compose(turtle_reader.triples(text, BASE), BASE)
    assert text.count("\n\n") == len(RECORDS)


def test_a_source_file_reads_in_the_order_of_its_document() -> None:
    text = turtle_writer.replace("", RECORDS, BASE)
    at = [text.index(f"#char={n}") for n in (4, 10, 200)]
    assert at == sorted(at)
    assert text.index(".c.usa") < text.index(".a.usa") < text.index(".b.usa")


def test_changing_one_record_changes_only_its_lines_and_keeps_comments() -> None:
    text = turtle_writer.replace("", RECORDS, BASE).replace(
        "\n<assertion", '\n# a remark. with <signs> and "quotes\n<assertion'
    )
    changed = turtle_writer.replace(
        text,
        [Quote(**{f: getattr(QUOTES[1], f) for f in QUOTES[1].__slots__} | {"fragment": "b"})],
        BASE,
    )
    differing = [
        (a, b) for a, b in zip(text.split("\n"), changed.split("\n"), strict=True) if a != b
    ]
    assert differing == [('    kb:fragment "a" .', '    kb:fragment "b" .')]


def test_a_block_is_found_with_its_line_whatever_the_text_contains() -> None:
    text = turtle_writer.replace(
        "",
        [
            Claim(id="a", statement='odd . "text" # with <signs> ;\n.'),
            Claim(id="b", statement="plain"),
        ],
        BASE,
    )
    found = {b.subject: b for b in turtle_reader.blocks(text, BASE) if b.subject}
    lines = text.split("\n")
    assert [lines[found[BASE + f"claim/{x}"].line - 1] for x in "ab"] == ["<claim/a>", "<claim/b>"]
    assert (
        lines[
            turtle_reader.line_in(found[BASE + "claim/b"], "https://w3id.org/claimkb/ns#statement")
            - 1
        ]
        .strip()
        .startswith("kb:statement")
    )


def test_a_broken_file_says_where() -> None:
    with pytest.raises(turtle_reader.Broken) as caught:
        turtle_reader.triples(turtle_writer.heading(BASE) + "<a> <b> 'c'", BASE)
    assert caught.value.line == turtle_writer.heading(BASE).count("\n") + 1


@given(
    st.text(st.characters(blacklist_categories=["Cs"]), max_size=40),
    st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)),
)
def test_any_text_and_time_survive_the_round_trip(name: str, when: datetime) -> None:
    time = when.replace(microsecond=0, tzinfo=UTC)
    records: list[Record] = [
        Entity(id="سرت", name=name),
        Claim(id="x", statement=name, recorded=time),
    ]
    text = turtle_writer.replace("", records, BASE)
    assert decoding.records(turtle_reader.triples(text, BASE), BASE) == sorted(
        records, key=lambda r: r.path
    )
    assert sum(1 for b in turtle_reader.blocks(text, BASE) if b.subject) == 2


def test_a_removed_record_leaves_no_gap() -> None:
    text = turtle_writer.replace("", RECORDS, BASE)
    gone = RECORDS[2]
    assert turtle_writer.replace(
        text, [], BASE, {turtle_reader.iri_of(gone, BASE)}
    ) == turtle_writer.replace("", [r for r in RECORDS if r is not gone], BASE)


@pytest.mark.parametrize(
    "text",
    [
        "<a> <b> <<( <c> <d> <e> )>> .",
        "<< <a> <b> <c> >> <d> <e> .",
        "<a> <b> <c> {| <d> <e> |} .",
        "<a> <b> <c> ~ <d> .",
    ],
)
def test_triples_about_triples_are_answered_with_their_place(text: str) -> None:
    with pytest.raises(turtle_reader.Broken, match="not Turtle 1.1") as caught:
        turtle_reader.triples(f"\n{text}", "https://example.org/")
    assert (caught.value.line, caught.value.column >= 1) == (2, True)


def test_the_direction_of_writing_survives() -> None:
    text = '<a> <b> "نعم"@ar--rtl .'
    assert '"نعم"@ar--rtl' in turtle_writer.tidy(text, "https://example.org/")


PLACES = st.integers(0, 9).map(lambda n: f"2020-report#char={n * 10},{n * 10 + 3}")
MOVABLE = st.builds(
    lambda n, quote, manner, relays: (
        Assertion(
            f"said-{n}",
            source="2020-report",
            quote=quote,
            manner=manner,
            relays=tuple(f"said-{n}-r{r}" for r in range(relays)),
        ),
        *(Relay(f"said-{n}-r{r}", position=r, speaker=manner) for r in range(relays)),
    ),
    st.integers(0, 5),
    PLACES,
    st.sampled_from(["forced", "tactical"]),
    st.integers(0, 2),
)


@given(
    st.lists(MOVABLE, min_size=1),
    st.lists(MOVABLE, max_size=3),
    st.sets(st.integers(0, 5), max_size=2),
    st.booleans(),
)
def test_a_canonical_file_stays_canonical_and_the_way_back_is_known(
    had: list[tuple[Record, ...]], given: list[tuple[Record, ...]], gone: set[int], remarked: bool
) -> None:
    text = turtle_writer.replace(
        "", [SOURCE, *QUOTES, *{r.id: r for group in had for r in group}.values()], BASE
    )
    if remarked:
        text = turtle_writer.tidy(
            text.replace("\n<assertion", "\n# a remark\n# in two lines\n<assertion"), BASE
        )
    changed = {r.id: r for group in given for r in group}
    removed = {f"{BASE}assertion/said-{n}" for n in gone} - {
        BASE + "assertion/" + id for id in changed
    }
    after = turtle_writer.replace(text, list(changed.values()), BASE, removed)
    assert turtle_writer.tidy(after, BASE) == after
    back = {b.subject: b.text for b in turtle_reader.blocks(text, BASE) if b.subject}
    touched = {*removed, *(f"{BASE}assertion/{id}" for id in changed)}
    if not remarked:
        assert turtle_writer.restore(after, {s: back.get(s, "") for s in touched}, BASE) == text


def test_a_record_that_moves_takes_the_remarks_above_it_along_and_leaves_a_loose_file_as_it_is() -> (
    None
):
    text = turtle_writer.replace("", RECORDS, BASE).replace(
        "\n<assertion/2020-report.c", "\n# why c\n<assertion/2020-report.c"
    )
    moved = turtle_writer.replace(text, [assertion(QUOTES[2], "c")], BASE)
    assert moved.index("# why c") == moved.index("<assertion/2020-report.c") - len("# why c\n")
    assert moved.index(".b.usa") < moved.index("# why c")
    loose = text.replace("    kb:length", "\tkb:length").replace("\n\n", "\n\n\n")
    assert "\tkb:length" in turtle_writer.replace(loose, [assertion(QUOTES[2], "c")], BASE)


def test_a_record_added_at_the_top_stands_above_the_remarks_on_the_next() -> None:
    text = turtle_writer.replace("", [Claim("b", statement="B")], BASE).replace(
        "\n<claim/b", "\n# on b\n<claim/b"
    )
    added = turtle_writer.replace(text, [Claim("a", statement="A")], BASE)
    assert "# on b\n<claim/b>" in added
    assert turtle_writer.tidy(added, BASE) == added
