"""People look for what they half remember, in the spelling of whoever they read last."""

from __future__ import annotations

import pytest

from kb.app.inquiry.search import Hit, find
from kb.errors import Usage
from kb.model.records import Assertion, Claim, Entity, Quote, Source
from kb.workspace.catalogs.catalog import Known

TEXT = "Harbour news\nThe dockers' union said on Monday that it had closed the northern quay.\nNobody mentioned the lighthouse keeper."
PASSAGE = "The dockers' union said on Monday that it had closed the northern quay"


@pytest.fixture
def known() -> Known:
    known = Known()
    start = TEXT.index(PASSAGE)
    for record in (
        Entity(
            "karim-haznar",
            kind="person",
            name="Karim Haznar",
            also=("كريم الهزنار", "Карим Хазнар"),
        ),
        Entity("qadhim", kind="person", name="Qadhim al-Mustari"),
        Entity("elodie", kind="person", name="Élodie Šimunić-Brøn"),
        Entity("wadi-nour", kind="place", name="Wadi al-Nour", also=("وادي النور",)),
        Entity("ozersk", kind="place", name="Озёрный Порт"),
        Entity("lightning-brigade", kind="force", name="Lightning Brigade"),
        Claim(
            "the-lightning-brigade-entered-wadi-nour",
            statement="The Lightning Brigade entered Wadi al-Nour",
            kind="event",
        ),
        Claim(
            "karim-haznar-resigned", statement="Karim Haznar resigned after the talks", kind="event"
        ),
        Claim("the-union-closed-the-quay", statement="The union closed a quay", kind="event"),
        Source("2021-harbour", title="Harbour news", file_name="017-harbour.txt"),
        Quote(
            "2021-harbour#char=13,83",
            source="2021-harbour",
            start=start,
            end=start + len(PASSAGE),
            fragment="The dockers'",
        ),
        Assertion(
            "2021-harbour.q.union.affirms",
            source="2021-harbour",
            quote="2021-harbour#char=13,83",
            claim="the-union-closed-the-quay",
        ),
    ):
        known.add(record, "a.ttl")
    return known


def ids(known: Known, words: str, **more: object) -> list[str]:
    return [hit.id for hit in find(known, words, **more)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("words", "id"),
    [
        ("Karim Haznar", "karim-haznar"),
        ("haznar karim", "karim-haznar"),
        ("HIZNER", "karim-haznar"),
        ("Khaznar", "karim-haznar"),
        ("karim haz", "karim-haznar"),
        ("Gadim", "qadhim"),
        ("mustary", "qadhim"),
        ("al mustari", "qadhim"),
        ("elodie simunic bron", "elodie"),
        ("Simunić", "elodie"),
        ("wadi alnour", "wadi-nour"),
        ("wadi-nour", "wadi-nour"),
        ("النور", "wadi-nour"),
        ("نور", "wadi-nour"),
        ("وَادِي", "wadi-nour"),
        ("كريم الهزنار", "karim-haznar"),
        ("هزنار", "karim-haznar"),
        ("хазнар", "karim-haznar"),
        ("Хазнор", "karim-haznar"),
        ("озерный", "ozersk"),
        ("ОЗЁРНЫЙ ПОРТ", "ozersk"),
        ("Lightening Brigade", "lightning-brigade"),
    ],
)
def test_a_name_is_found_however_it_is_spelled(known: Known, words: str, id: str) -> None:
    assert ids(known, words)[0] == id


def test_exactly_what_was_typed_comes_first_with_100(known: Known) -> None:
    first, second, *_ = find(known, "Lightning Brigade")
    assert first == Hit(
        "entity", "lightning-brigade", "Lightning Brigade", 100.0, "Lightning Brigade"
    )
    assert (second.kind, second.id) == ("claim", "the-lightning-brigade-entered-wadi-nour")
    assert 90 < second.score < 100


def test_the_line_is_the_name_that_answered(known: Known) -> None:
    assert find(known, "хазнар")[0].line == "Карим Хазнар"


def test_a_record_is_found_once(known: Known) -> None:
    found = [(hit.kind, hit.id) for hit in find(known, "harbour", texts={"2021-harbour": TEXT})]
    assert len(found) == len(set(found))


def test_words_of_a_statement_may_come_in_any_order(known: Known) -> None:
    assert ids(known, "nour entered brigade")[0] == "the-lightning-brigade-entered-wadi-nour"


def test_stored_fragments_are_searched(known: Known) -> None:
    hit = next(h for h in find(known, "dockers") if h.kind == "assertion")
    assert (hit.text, hit.line) == ("The union closed a quay", "The dockers'")


def test_whole_passages_and_texts_are_searched_where_they_are_at_hand(known: Known) -> None:
    assert find(known, "northern") == []
    found = {h.kind: h for h in find(known, "northern quay", texts={"2021-harbour": TEXT})}
    assert found["assertion"].line == PASSAGE
    assert found["source"].line == PASSAGE + "."
    assert [h.kind for h in find(known, "lighthouse", texts={"2021-harbour": TEXT})] == ["source"]


def test_a_file_name_finds_its_source(known: Known) -> None:
    assert ids(known, "017") == ["2021-harbour"]


def test_words_that_only_look_alike_a_little_are_not_found(known: Known) -> None:
    assert ids(known, "zeppelin") == []
    assert ids(known, "it") == []  # short words must be there
    assert ids(known, "karim zeppelin") == []


def test_order_and_number_are_always_the_same(known: Known) -> None:
    again = Known()
    for record in reversed(list(known.all())):
        again.add(record, "a.ttl")
    everything = find(known, "the", texts={"2021-harbour": TEXT})
    assert everything == find(again, "the", texts={"2021-harbour": TEXT})
    assert find(known, "the", 1, {"2021-harbour": TEXT}) == everything[:1]
    assert find(known, "the", 0) == []


@pytest.mark.parametrize("words", ["", "  ", "…", "--", "\u202e"])
def test_nothing_to_look_for_is_said(known: Known, words: str) -> None:
    with pytest.raises(Usage, match="no word to look for"):
        find(known, words)


def test_a_word_counts_once_and_many_different_ones_are_refused(known: Known) -> None:
    assert find(known, "later " * 5_000) == find(known, "later")
    with pytest.raises(Usage, match="31 different words are too many"):
        find(known, " ".join(f"word{n}" for n in range(31)))
    assert find(known, " ".join(f"word{n}" for n in range(30))) == []


def test_hostile_words_are_only_words(known: Known) -> None:
    assert find(known, "(.*)+$ [z-a] \\ \x00zz") == []


def test_an_empty_knowledge_base_has_nothing() -> None:
    assert find(Known(), "anything") == []


def test_records_that_lack_their_texts_are_found_by_id() -> None:
    known = Known()
    known.add(Entity("nameless"), "a.ttl")
    known.add(Assertion("a.b.c.affirms", quote="gone#char=0,1"), "a.ttl")
    assert find(known, "nameless") == [Hit("entity", "nameless", "nameless", 100.0, "nameless")]
