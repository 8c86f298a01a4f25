"""Saved questions on worlds of a few claims that are easy to answer wrongly, on both stores."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

import pytest
from conftest import CHECKOUT

from kb.app.derivation import record_tables
from kb.model.rdf_terms import Triple
from kb.model.vocabulary import NS, PREDICATES, PROV, RDF, SKOS, XSD
from kb.rdf import decoding, turtle_reader
from kb.reasoning.content.twins import twins
from kb.reasoning.tables import Tables
from kb.store.oxigraph import EmbeddedStore
from kb.store.rdflib import MemoryStore
from kb.workspace.files import saved_queries

BASE = "https://example.org/world/"
PREFIXES = (
    f"@base <{BASE}> .\n@prefix kb: <{NS}> .\n@prefix p: <{PREDICATES}> .\n"
    f"@prefix rdf: <{RDF}> .\n@prefix xsd: <{XSD}> .\n@prefix prov: <{PROV}> .\n"
    f"@prefix skos: <{SKOS}> .\n"
)
GONE = 'prov:invalidatedAtTime "2031-01-01T00:00:00Z"^^xsd:dateTime'


@cache
def ontology() -> Sequence[Triple]:
    text = (CHECKOUT / "ontology" / "predicates.ttl").read_text(encoding="utf-8")
    return turtle_reader.triples(text, BASE)


def day(value: str) -> str:
    return f'"{value}"^^xsd:date'


def entity(name: str, kind: str, *more: str) -> str:
    facts = [f"kb:type kb:type-{kind}", f'skos:prefLabel "{name}"', *more]
    return f"<{name}> a kb:Entity ; {' ; '.join(facts)} ."


def source(name: str, published: str, *more: str) -> str:
    facts = [f"kb:publishedFrom {day(published)}", f"kb:publishedTo {day(published)}", *more]
    return f"<{name}> a kb:Source ; {' ; '.join(facts)} ."


def claim(name: str, triple: str, kind: str, *more: str) -> str:
    """A claim with its `subject predicate object`; an empty triple makes a noted claim."""
    facts = [f'kb:statement "{name}"', f"kb:kind kb:kind-{kind}", *more]
    if triple:
        subject, predicate, what = triple.split()
        facts += [f"rdf:subject <{subject}>", f"rdf:predicate p:{predicate}"]
        facts.append(f"rdf:object <{what}>")
    return f"<{name}> a kb:Claim ; {' ; '.join(facts)} ."


def said(by: str, about: str, where: str, *more: str, stance: str = "affirms") -> str:
    facts = [f"kb:speaker <{by}>", f"kb:claim <{about}>", f"kb:source <{where}>"]
    facts += [f"kb:stance kb:stance-{stance}", f"kb:quote <{where}#{by}-{about}-{stance}>", *more]
    return f"<{by}-{about}-{where}-{stance}> a kb:Assertion ; {' ; '.join(facts)} ."


def status(about: str, word: str, *more: str) -> str:
    facts = [f"kb:statusOf <{about}>", f"kb:status kb:status-{word}", *more]
    return f"<status-{about}> {' ; '.join(facts)} ."


def asked(question: str, world: Sequence[str], columns: str, **values: str) -> set[tuple[str, ...]]:
    """Some columns of the answer; both stores give the same rows in the same order."""
    query = saved_queries.load([CHECKOUT / "queries"])[question]
    text = saved_queries.bind(query, values, lambda value, parameter: BASE + value)
    triples = turtle_reader.triples(PREFIXES + "\n".join(world), BASE)
    answers = []
    for store in (EmbeddedStore(None), MemoryStore()):
        store.replace(f"{BASE}ontology", ontology())
        store.replace(f"{BASE}claims", triples)
        found = store.select(text)
        answers.append(
            [
                tuple(
                    ""
                    if cell is None
                    else cell.value.removeprefix(BASE).rpartition("predicate/")[2]
                    for name, cell in zip(found.variables, row, strict=True)
                    if name in columns.split()
                )
                for row in found.rows
            ]
        )
    assert answers[0] == answers[1]
    assert len(answers[0]) == len(set(answers[0])) or "quote" not in columns
    return set(answers[0])


# --- Who held a place on a day

COUNTRY = [
    entity("land", "place"),
    entity("town", "place", "kb:within <land>"),
    entity("base", "place", "kb:within <town>"),
    entity("red", "force"),
    entity("blue", "force"),
    entity("paper", "organisation"),
    source("may", "2030-05-10"),
    source("june", "2030-06-10"),
]
REPORTED = (f"kb:beginLatest {day('2030-05-10')}", f"kb:endEarliest {day('2030-05-10')}")


def began(value: str) -> tuple[str, ...]:
    return (
        f"kb:beginEarliest {day(value)}",
        f"kb:beginLatest {day(value)}",
        f"kb:endLatest {day(value)}",
    )


def held(world: Sequence[str], place: str, when: str) -> set[tuple[str, ...]]:
    return asked("who-controlled", world, "where who until reported age", place=place, day=when)


def test_a_place_includes_its_bases_and_a_base_not_its_town() -> None:
    world = [
        *COUNTRY,
        claim("red-base", "red controls base", "state", *REPORTED),
        claim("blue-town", "blue controls town", "state", *REPORTED),
        said("paper", "red-base", "may"),
        said("paper", "blue-town", "may"),
    ]
    base = ("base", "red", "", "2030-05-10", "31")
    assert held(world, "town", "2030-06-10") == {base, ("town", "blue", "", "2030-05-10", "31")}
    assert held(world, "base", "2030-06-10") == {base}
    assert held(world, "base", "2030-05-09") == set(), "reported on the next day only"


def test_leaving_a_town_ends_the_control_of_its_base_and_of_no_other_place() -> None:
    world = [
        *COUNTRY,
        entity("village", "place", "kb:within <land>"),
        claim("red-base", "red controls base", "state", *REPORTED),
        claim("red-village", "red controls village", "state", *REPORTED),
        claim("red-left", "red withdrew-from town", "event", *began("2030-06-01")),
        *(said("paper", name, "june") for name in ("red-base", "red-village", "red-left")),
    ]
    assert {row[:3] for row in held(world, "land", "2030-05-20")} == {
        ("base", "red", "2030-06-01"),
        ("village", "red", ""),
    }
    assert {row[:3] for row in held(world, "land", "2030-06-05")} == {("village", "red", "")}


def test_who_comes_back_holds_again_and_until_the_next_leaving() -> None:
    world = [
        *COUNTRY,
        claim("first", "red took-control-of town", "event", *began("2030-01-01")),
        claim("left", "red withdrew-from town", "event", *began("2030-02-01")),
        claim("again", "red took-control-of town", "event", *began("2030-03-01")),
        claim("lost", "red lost town", "event", *began("2030-04-01")),
        *(said("paper", name, "may") for name in ("first", "left", "again", "lost")),
    ]
    for when, until in (("2030-01-15", "2030-02-01"), ("2030-03-15", "2030-04-01")):
        assert {row[2] for row in held(world, "town", when)} == {until}
    assert held(world, "town", "2030-02-15") == set()
    assert held(world, "town", "2030-05-01") == set()


def test_a_loss_that_is_only_denied_or_withdrawn_ends_nothing() -> None:
    world = [
        *COUNTRY,
        claim("red-town", "red controls town", "state", *REPORTED),
        claim("lost", "red lost town", "event", *began("2030-05-20")),
        claim("left", "red withdrew-from town", "event", *began("2030-05-20")),
        said("paper", "red-town", "may"),
        said("red", "lost", "june", stance="denies"),
        said("paper", "left", "june", GONE),
    ]
    assert {row[1:3] for row in held(world, "town", "2030-06-01")} == {("red", "")}


def test_the_loss_of_a_part_ends_nothing() -> None:
    part = ("kb:extent kb:extent-part", *began("2030-05-20"))
    world = [
        *COUNTRY,
        claim("red-land", "red controls land", "state", *REPORTED),
        claim("lost", "red lost land", "event", *part),
        said("paper", "red-land", "may"),
        said("paper", "lost", "june"),
    ]
    assert {row[1:3] for row in held(world, "land", "2030-06-01")} == {("red", "")}


def test_what_was_taken_by_a_day_is_held_from_that_day() -> None:
    world = [
        *COUNTRY,
        claim("taken", "red took-control-of town", "event", f"kb:endLatest {day('2030-05-20')}"),
        said("paper", "taken", "june"),
    ]
    assert held(world, "town", "2030-05-19") == set()
    assert {row[1] for row in held(world, "town", "2030-05-20")} == {"red"}


def test_disputed_and_partial_control_show() -> None:
    world = [
        *COUNTRY,
        claim("red-part", "red controls town", "state", "kb:extent kb:extent-part", *REPORTED),
        claim("blue-town", "blue controls town", "state", *REPORTED),
        said("paper", "red-part", "may"),
        said("blue", "blue-town", "may"),
        said("red", "blue-town", "may", stance="denies"),
        status("blue-town", "disputed"),
    ]
    rows = asked(
        "who-controlled", world, "who extent stance status", place="town", day="2030-05-10"
    )
    assert {tuple(cell.rpartition("-")[2] for cell in row) for row in rows} == {
        ("red", "part", "affirms", ""),
        ("blue", "", "affirms", "disputed"),
        ("blue", "", "denies", "disputed"),
    }


# --- What rests on one unnamed person

PEOPLE = [
    source("may", "2030-05-10", "kb:author <paper>"),
    entity("paper", "organisation"),
    entity("ada", "person"),
    entity("clerk", "person", "kb:naming kb:naming-unnamed"),
    entity("leaders", "group", "kb:naming kb:naming-unnamed"),
    claim("fire", "clerk present-in leaders", "event"),
    status("fire", "single-voice", "kb:support kb:support-one-voice"),
]


def alone(*more: str) -> set[tuple[str, ...]]:
    return asked("one-unnamed-person", [*PEOPLE, *more], "claim speaker")


def test_what_rests_on_one_unnamed_person() -> None:
    clerk = said("clerk", "fire", "may")
    assert alone(clerk) == {("fire", "clerk")}
    assert alone(clerk, said("paper", "fire", "may")) == {("fire", "clerk")}, "it passes this on"
    assert alone(clerk, said("ada", "fire", "may")) == set()
    assert alone(clerk, said("ada", "fire", "may", GONE)) == {("fire", "clerk")}
    assert alone(said("clerk", "fire", "may", "kb:degree kb:degree-possible")) == set()
    assert alone(said("leaders", "fire", "may")) == set(), "a group is no person"


def test_unnamed_people_of_two_documents_may_be_one() -> None:
    june = [
        source("june", "2030-06-10", "kb:author <paper>"),
        entity("nurse", "person", "kb:naming kb:naming-unnamed"),
    ]
    clerk, nurse = said("clerk", "fire", "may"), said("nurse", "fire", "june")
    assert alone(*june, clerk, nurse) == {("fire", "clerk"), ("fire", "nurse")}
    assert alone(*june, clerk, said("nurse", "fire", "may")) == set(), "one report met two people"
    assert alone(*june, clerk, said("leaders", "fire", "june")) == set(), "a group is no person"


# --- Whose backers are named only before or after, and what changed

DATED = [*COUNTRY, source("july", "2030-07-10")]
BETWEEN = {"before": "2030-05-31", "after": "2030-06-30"}


def backers(*more: str) -> set[tuple[str, ...]]:
    return asked("backers-changed", [*DATED, *more], "named backer whom", **BETWEEN)


def test_help_that_entails_backing_counts_on_both_sides() -> None:
    early = [claim("arms", "red aided-militarily blue", "event"), said("paper", "arms", "may")]
    late = [claim("backing", "red backs blue", "state"), said("paper", "backing", "july")]
    assert backers(*early) == {("only before", "red", "blue")}
    assert backers(*late) == {("only after", "red", "blue")}
    assert backers(*early, *late) == set()


def test_what_is_withdrawn_or_negative_names_no_backer() -> None:
    early = [claim("backing", "red backs blue", "state"), said("paper", "backing", "may")]
    no = [
        claim("no", "red backs blue", "state", "kb:polarity kb:polarity-negative"),
        said("paper", "no", "july"),
    ]
    assert backers(*early, *no) == {("only before", "red", "blue")}
    assert backers(*early, said("paper", "backing", "july", GONE)) == {
        ("only before", "red", "blue")
    }


def test_a_change_of_a_place_is_a_row_for_each_claim() -> None:
    moves = ["entered", "reached", "surrounded", "advanced-on"]
    world = [
        *DATED,
        *(claim(f"red-{move}", f"red {move} town", "event") for move in moves),
        *(claim(f"blue-{move}", f"blue {move} town", "event") for move in moves),
        *(said("paper", f"red-{move}", "may") for move in moves),
        *(said("paper", f"blue-{move}", "july") for move in moves),
    ]
    assert asked("changed-between", world, "period claim", **BETWEEN) == {
        *(("before", f"red-{move}") for move in moves),
        *(("after", f"blue-{move}") for move in moves),
    }


def test_the_same_report_twice_is_no_change() -> None:
    world = [
        *DATED,
        claim("first", "red controls town", "state"),
        claim("second", "red controls town", "state"),
        said("paper", "first", "may"),
        said("paper", "second", "july"),
    ]
    assert asked("changed-between", world, "period claim", **BETWEEN) == set()


# --- Rival accounts, differing numbers, one document, forecasts, offices

RIVALS = [
    *DATED,
    claim("gust", "red caused town", "cause", "kb:topic <base>"),
    claim("fault", "blue caused town", "cause"),
    "<pair> a kb:Contradiction ; kb:between <gust>, <fault> ; kb:certainty kb:certainty-possible .",
    said("red", "gust", "may"),
    said("blue", "fault", "june"),
]


def test_rival_accounts_are_side_by_side_with_their_speakers() -> None:
    columns = "claim affirmed other supported"
    expected = {("fault", "blue", "gust", "red")}
    assert asked("rival-accounts", RIVALS, columns) == expected
    assert asked("rival-accounts", RIVALS, columns, about="blue") == expected
    assert asked("rival-accounts", RIVALS, columns, about="land") == set()
    retracted = [*RIVALS, status("gust", "retracted", "kb:voicesFor 0")]
    assert asked("rival-accounts", retracted, columns) == set()


def number(name: str, value: str, *more: str, about: str = "fire") -> list[str]:
    amount = f"kb:quantityMin {value} ; kb:quantityMax {value}"
    return [
        claim(name, "", "event", f"kb:topic <{about}>", amount, *more),
        said("paper", name, "may"),
    ]


def test_numbers_of_the_same_things_differ() -> None:
    hurt = 'kb:counted "people hurt"'
    two = [*COUNTRY, *number("a", "9.0", hurt), *number("b", "14.0", hurt)]
    assert asked("differing-values", two, "about claim") == {
        ("fire", "a"),
        ("fire", "b"),
    }
    same = [*COUNTRY, *number("a", "9.0", hurt), *number("b", "9.0", hurt)]
    assert asked("differing-values", same, "claim") == set()
    other = [*COUNTRY, *number("a", "9.0", hurt), *number("b", "14.0", 'kb:counted "boats"')]
    assert asked("differing-values", other, "claim") == set()
    flood = [*COUNTRY, *number("a", "9.0", hurt), *number("b", "14.0", hurt, about="flood")]
    assert asked("differing-values", flood, "claim") == set()


def test_a_claim_of_two_documents_is_not_of_one() -> None:
    world = [
        *DATED,
        claim("one", "red entered town", "event"),
        claim("two", "blue entered town", "event"),
        said("paper", "one", "may"),
        said("paper", "two", "may"),
        said("blue", "two", "july", stance="denies"),
        said("red", "one", "july", GONE),
    ]
    assert asked("one-document", world, "source claim") == {("may", "one")}
    assert asked("one-document", world, "source claim", source="july") == set()


def test_forecasts_are_stale_after_their_last_day_and_while_undecided() -> None:
    world = [
        *DATED,
        claim("rain", "", "forecast", f"kb:endLatest {day('2030-05-20')}"),
        claim("snow", "", "forecast", f"kb:endLatest {day('2030-05-20')}"),
        claim("open", "", "forecast", f"kb:beginEarliest {day('2030-05-20')}"),
        *(said("paper", name, "may") for name in ("rain", "snow", "open")),
        status("rain", "pending"),
        status("snow", "failed"),
        status("open", "pending"),
    ]
    assert asked("stale-forecasts", world, "claim deadline", day="2030-05-21") == {
        ("rain", "2030-05-20")
    }
    assert asked("stale-forecasts", world, "claim", day="2030-05-20") == set()


OFFICES = [
    *DATED,
    entity("mayor", "office"),
    entity("ada", "person"),
    entity("ben", "person"),
    claim("ada-mayor", "ada took-office-as mayor", "event", *began("2030-01-10")),
    claim("ada-left", "ada left-office-as mayor", "event", *began("2030-04-01")),
    claim("ben-mayor", "ben holds-office mayor", "state", *REPORTED),
    *(said("paper", name, "may") for name in ("ada-mayor", "ada-left", "ben-mayor")),
]


def test_who_held_an_office_on_a_day() -> None:
    def holder(when: str) -> set[tuple[str, ...]]:
        return asked("who-held", OFFICES, "office who until reported", office="mayor", day=when)

    assert holder("2030-02-01") == {("mayor", "ada", "2030-04-01", "2030-01-10")}
    assert holder("2030-04-20") == set(), "nobody says who followed at once"
    assert holder("2030-06-01") == {("mayor", "ben", "", "2030-05-10")}
    assert asked("who-held", OFFICES, "who", who="red") == set()


def test_what_was_dismissed_is_what_a_valid_judgement_says() -> None:
    decided = (
        "<no> a kb:Judgement ; kb:judgementKind kb:judgement-does-not-contradict ; "
        'kb:about <gust> ; kb:other <fault> ; kb:why "both had a part" ; kb:coder "ab"'
    )
    rows = asked("dismissed", [*RIVALS, f"{decided} ."], "about other why", about="fault")
    assert rows == {("gust", "fault", "both had a part")}
    assert asked("dismissed", [*RIVALS, f"{decided} ; {GONE} ."], "about") == set()


def test_a_source_is_not_stated_where_nobody_is_named() -> None:
    world = [
        *DATED,
        entity("nobody", "person", "kb:naming kb:naming-unattributed"),
        claim("fire", "", "event"),
        said("nobody", "fire", "may"),
        said("paper", "fire", "july"),
    ]
    assert asked("source-not-stated", world, "missing speaker source") == {
        ("speaker", "nobody", "may")
    }
    assert asked("source-not-stated", world, "speaker", source="july") == set()


# --- Claims that say the same in other words


def fact(name: str, who: str, verb: str, what: str, *more: str) -> str:
    """A claim whose object may be missing, a value or a claim."""
    facts = [f"rdf:subject <{who}>", f"rdf:predicate p:{verb}", *([what] if what else []), *more]
    return f"<{name}> a kb:Claim ; kb:kind kb:kind-event ; {' ; '.join(facts)} ."


FALL, BUY, VALUE = (
    ("bridge", "collapsed", ""),
    ("mill", "bought", "rdf:object <shop>"),
    ("ada", "characterised-as", 'kb:objectValue "the builder"@en'),
)
FIVE, FIVE_AGAIN = 'kb:quantityBest "5"^^xsd:decimal', 'kb:quantityBest "5.0"^^xsd:decimal'
MAY_3, MAY_4 = (f"kb:beginEarliest {day(f'2030-05-0{n}')}" for n in (3, 4))
AT_NOON = 'kb:happenedAt "2030-05-03T12:00:00Z"^^xsd:dateTime'
AT_NOON_AGAIN = 'kb:happenedAt "2030-05-03T12:00:00.000Z"^^xsd:dateTime'
NOT = "kb:polarity kb:polarity-negative"


def stored_tables(world: str) -> Tables:
    """The tables of a world whose records have paths, as in files."""
    paths = {"a": "claim/a", "b": "claim/b", "j": "judgement/j"}
    named = re.sub(r"<(\w+)>", lambda m: f"<{paths.get(m[1], 'entity/' + m[1])}>", world)
    records = decoding.records(turtle_reader.triples(PREFIXES + named, BASE), BASE)
    found = record_tables.tables([("claims/main/a.ttl", records)], [ontology()], BASE)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (fact("a", *FALL), fact("b", *FALL), True),
        (fact("a", *FALL, MAY_3), fact("b", *FALL, MAY_3), True),
        (fact("a", *FALL, MAY_3), fact("b", *FALL, MAY_4), False),
        (fact("a", *FALL), fact("b", "bridge", "collapsed", "rdf:object <arch>"), False),
        (fact("a", *BUY), fact("b", *BUY), True),
        (fact("a", *BUY, "kb:topic <trade>"), fact("b", *BUY), True),
        (fact("a", *BUY, "kb:place <town>"), fact("b", *BUY), False),
        (fact("a", *BUY, NOT), fact("b", *BUY), False),
        (fact("a", *BUY, "kb:polarity kb:polarity-positive"), fact("b", *BUY), True),
        (fact("a", *BUY, FIVE), fact("b", *BUY, FIVE_AGAIN), True),
        (fact("a", *BUY, AT_NOON), fact("b", *BUY, AT_NOON_AGAIN), True),
        (fact("a", *VALUE), fact("b", *VALUE), True),
        (fact("a", "ada", "met-with", "rdf:object <bob>"), fact("b", "bob", "met-with", "rdf:object <ada>"), True),
        (fact("a", "mill", "caused", "rdf:object <fire>"), fact("b", "fire", "is-caused-by", "rdf:object <mill>"), True),
        (fact("a", *BUY, GONE), fact("b", *BUY), False),
        (
            fact("a", *BUY) + "<j> a kb:Judgement ; kb:about <b> ; kb:other <a> .",
            fact("b", *BUY),
            False,
        ),
    ],
)  # fmt: skip
def test_a_claim_in_other_words_is_pointed_out_by_both_stores_and_the_inbox(
    one: str, other: str, same: bool
) -> None:
    expected = {("b", "a")} if same else set()
    assert asked("claim-in-other-words", [one, other], "subject other") == expected
    assert set(twins(stored_tables(one + other))) == expected


# --- Owners whose shares are too much


def owner(name: str, percent: str, *dates: str) -> str:
    facts = [f"kb:member <{name}>", "kb:party <mill>", "kb:relation kb:relation-owns"]
    facts += [f'kb:share "{percent}"^^xsd:decimal', *dates]
    return f"<{name}-owns> a kb:Affiliation ; {' ; '.join(facts)} ."


def since(value: str) -> str:
    return f"kb:from {day(value)}"


def until(value: str) -> str:
    return f"kb:to {day(value)}"


def too_much(*world: str) -> set[tuple[str, ...]]:
    return asked("shares-exceed-whole", world, "subject other")


def test_owners_have_at_most_the_whole_on_one_day() -> None:
    assert too_much(owner("ada", "60"), owner("bob", "40")) == set()
    both = {("ada-owns", "mill"), ("bob-owns", "mill")}
    assert too_much(owner("ada", "60"), owner("bob", "41")) == both
    sold, bought = until("2030-05-01"), since("2030-05-02")
    assert too_much(owner("ada", "60", sold), owner("bob", "41", bought)) == set()
    early = since("2030-04-01")
    assert too_much(owner("ada", "60", early), owner("bob", "41", bought)) == {("bob-owns", "mill")}
    assert too_much(owner("ada", "60", GONE), owner("bob", "41")) == set()
