"""What a sheet or a text costs grows no faster than its size."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from kb.coding.alike import Alike
from kb.coding.fragments import Fragments
from kb.model.records import Assertion, Claim, Entity, Quote, Relay
from kb.text import anchoring, excerpts
from kb.workspace.catalogs.catalog import Known

SPANS = st.lists(
    st.tuples(st.integers(0, 40), st.integers(0, 40)).map(sorted).map(tuple), max_size=8
)


@given(st.text("ab \n", max_size=40), SPANS, st.tuples(st.integers(0, 40), st.integers(0, 40)))
def test_the_share_of_words_is_that_of_counting_each(
    text: str, spans: list[tuple[int, int]], more: tuple[int, int]
) -> None:

    def share(spans: list[tuple[int, int]]) -> float:
        words = [m.span() for m in re.finditer(r"\S+", text)]
        touched = sum(
            any(start < e and end > b and start < end for b, e in [w] for start, end in spans)
            for w in words
        )
        return touched / len(words) if words else 0.0

    words = excerpts.Words(text)
    for start, end in spans:
        words.touch(start, end)
    assert words.share() == share(spans) == excerpts.share(text, spans)
    assert words.share(*more) == share([*spans, more])


def test_ids_with_a_number_are_the_first_free_ones() -> None:
    known = Known()
    for wanted in ("a", "a-2", "a-3"):
        known.add(Entity(wanted), "claims/main/entities.ttl")
    assert known.fresh("entity/", "b") == "b"
    assert known.fresh("entity/", "a") == "a-4"
    known.add(Entity("a-4"), "claims/main/entities.ttl")
    assert known.fresh("entity/", "a") == "a-5"
    known.forget("entity/a-2")
    assert known.fresh("entity/", "a") == "a-2"


def test_a_claim_is_found_by_the_statement_that_it_has_now() -> None:
    known = Known()
    known.add(Claim("a", statement="Old"), "claims/main/claims/general.ttl")
    known.add(Claim("a", statement="New"), "claims/main/claims/general.ttl")
    assert [c.id for c in known.stated("New")] == ["a"]
    assert known.stated("Old") == []
    known.forget("claim/a")
    assert known.stated("New") == []


def test_what_is_said_of_a_claim_follows_an_assertion_that_moves() -> None:
    known = Known()
    known.add(Assertion("s", claim="a"), "claims/main/sources/x.ttl")
    known.add(Relay("s-r1"), "claims/main/sources/x.ttl")
    known.add(Assertion("s", claim="b"), "claims/main/sources/x.ttl")
    assert known.said("a") == []
    assert [a.id for a in known.said("b")] == ["s"]
    assert known.links("s") == ["s-r1"]
    known.forget("assertion/s-r1")
    assert known.links("s") == []


def test_a_stored_word_inside_a_passage_is_found() -> None:
    text = "the coastguard counted torn nets"
    found = Fragments(text, [Quote("q", start=4, end=22, fragment="coastguard")])
    assert list(found.single(anchoring.Span(0, 22))) == ["coastguard"]
    assert list(found.single(anchoring.Span(0, 10))) == []


def test_a_misspelt_id_finds_the_one_that_was_meant_among_thousands() -> None:
    alike = Alike()
    for n in range(5_000):
        alike.add(f"ship-number-{n}-came-into-the-harbour")
    alike.add("the-coastguard-entered-oldport")
    assert alike.candidates("the-coastgard-entered-oldport") == ["the-coastguard-entered-oldport"]
    assert len(alike.candidates("ship-number-17-came-into-the-harbor")) <= 90
