"""What a reader of the five documents answers to the saved questions, against what the program
answers.

The expected rows were written from the documents. Claims are named by what they say, speakers,
places and documents by their ids: coding
a passage anew changes nothing here. Every row that has a quote is held to what is stored of that
quote.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Mapping

import pytest
from conftest import CHECKOUT

from kb import cli
from kb.app import knowledge_base
from kb.app.knowledge_base import KnowledgeBase
from kb.errors import Ambiguous
from kb.model.rdf_terms import Answer
from kb.workspace.catalogs.catalog import Known

# Documents by the number in their file's name, and words of their ids.
TITLES = {
    "000": "gna-drives",
    "001": "turkish-backed",
    "002": "what-consequences",
    "003": "gna-forces-advance",
    "004": "haftar-pulls",
}
LNA_PEOPLE = {
    "lna-military-sources",
    "ahmed-mismari",
    "haftar-media-unit",
    "lna-command",
    "lna-local-chief",
}
JANUARY, JUNE = "2020-01-31", "2020-06-01"

Row = Mapping[str, str]
Ask = Callable[..., list[Row]]


@pytest.fixture(scope="session")
def five(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    """One copy of the collection, indexed, for every question here."""
    root = tmp_path_factory.mktemp("questions") / "kb"
    shutil.copytree(CHECKOUT / "claims", root / "claims")
    shutil.copy(CHECKOUT / "kb.toml", root)
    kb = knowledge_base.open(str(root))
    kb.refresh()
    return kb


@pytest.fixture(scope="session")
def known(five: KnowledgeBase) -> Known:
    return five.known()


def rows_of(kb: KnowledgeBase, answer: object) -> list[Row]:
    assert isinstance(answer, Answer)
    return [
        dict(zip(answer.variables, (kb.short(t) if t else "" for t in row), strict=True))
        for row in answer.rows
    ]


@pytest.fixture(scope="session")
def ask(five: KnowledgeBase, known: Known) -> Ask:
    def asked(question: str, **values: str) -> list[Row]:
        found = rows_of(five, five.query(question, values, known))
        for row in found:
            if row.get("quote"):
                assert row["fragment"] == known.quotes[row["quote"]].fragment
        return found

    return asked


def told(rows: list[Row], *names: str) -> set[tuple[str, ...]]:
    """Some columns of the rows; a document by its number."""
    return {
        tuple(number(row[name]) if name == "source" else row[name] for name in names)
        for row in rows
    }


def number(source: str) -> str:
    return next((n for n, words in TITLES.items() if words in source), source)


def says(rows: list[Row], *patterns: str, column: str = "statement") -> None:
    """Each pattern fits a statement, each statement a pattern."""
    statements = {row[column] for row in rows}
    assert [
        p for p in patterns if not any(re.search(p, s, re.IGNORECASE) for s in statements)
    ] == []
    assert [
        s for s in statements if not any(re.search(p, s, re.IGNORECASE) for p in patterns)
    ] == []


# --- Who controlled a place on a day, according to whom, stated or inferred


@pytest.mark.parametrize(
    ("place", "day", "expected"),
    [
        ("tarhouna", "2020-05-20", {("kani-family", "lna-military-sources", "stated", "004")}),
        ("tarhouna", "2020-06-07", {("gna", "newswire-004", "stated", "004")}),
        ("jufra", "2020-06-05", {("lna", "newswire-004", "presupposed", "004")}),
        ("sirte", "2020-01-13", {("lna", "paul-antonopoulos", "stated", "001")}),
        ("tripoli", "2020-01-13", {("gna", "paul-antonopoulos", "presupposed", "001")}),
        ("tripoli", "2020-02-01", {("gna", "paul-antonopoulos", "presupposed", "001")}),
        ("tripoli", "2019-12-01", set()),
        ("jufra", "2020-06-04", set()),
        ("oil-crescent", "2020-05-20", {("khalifa-haftar", "website-002", "presupposed", "002")}),
        ("al-watiya", "2020-06-08", set()),
        ("sirte-western-gates", "2020-06-08", {("gna", "gna-commanders", "stated", "003")}),
        ("eastern-oil-fields", "2020-06-08", {("lna", "newssite-003", "stated", "003")}),
        ("eastern-libya", "2020-06-05", {("lna", "newswire-004", "stated", "004")}),
        ("bani-walid", "2020-06-07", set()),
    ],
)
def test_who_controlled(ask: Ask, place: str, day: str, expected: set[tuple[str, ...]]) -> None:
    """Entering is not holding, a forecast is not control, and who is told to have left holds no
    longer.
    """
    assert (
        told(ask("who-controlled", place=place, day=day), "who", "speaker", "form", "source")
        == expected
    )


def test_what_is_reported_as_present_has_a_last_report_and_no_last_day(ask: Ask) -> None:
    """Document 004, of 5 or 6 June, says that the LNA “still” controls the east."""
    (row,) = ask("who-controlled", place="eastern-libya", day="2020-06-30")
    assert (row["from"], row["until"], row["reported"]) == ("2020-06-05", "", "2020-06-05")


def test_a_base_was_held_until_it_was_left_say_analysts_who_presuppose_it(ask: Ask) -> None:
    (row,) = ask("who-controlled", place="al-watiya", day="2020-05-01")
    assert (row["who"], row["form"], row["until"]) == ("lna", "presupposed", "2020-05-25")
    assert "analysts" in row["speaker"]


# --- How the reported front moved


def test_how_the_front_moved_up_to_january(ask: Ask) -> None:
    assert told(ask("front", until=JANUARY), "who", "move", "where") == {
        ("khalifa-haftar", "advanced-on", "tripoli"),
        ("khalifa-haftar", "took-control-of", "haftar-gains-2019"),
        ("lna", "took-control-of", "sirte"),
        ("lna", "reached", "tripoli"),
        ("lna", "advanced-on", "misrata"),
        ("khalifa-haftar", "advanced-on", "gna-loyal-forces"),
    }


def test_how_the_front_moved_from_the_fifth_of_june(ask: Ask) -> None:
    rows = [r for r in ask("front", who="gna", since="2020-06-05") if r["from"] >= "2020-06-05"]
    moves = list(dict.fromkeys((r["move"], r["where"]) for r in rows))
    west = [
        m
        for m in moves
        if m[1] in {"tarhouna", "bani-walid", "sirte", "sirte-western-gates", "wadi-al-jarf"}
    ]
    assert {m[1] for m in west[:2]} == {"tarhouna", "bani-walid"}
    assert {m[1] for m in west[2:4]} == {"sirte-western-gates", "wadi-al-jarf"}
    assert set(west[4:]) == {("advanced-on", "sirte"), ("entered", "sirte")}


def test_where_the_lna_went_by_its_own_account(ask: Ask) -> None:
    rows = [r for r in ask("front", who="lna", since=JUNE) if r["speaker"] in LNA_PEOPLE]
    assert told(rows, "move", "where", "source") == {
        ("withdrew-from", "tarhouna", "004"),
        ("withdrew-towards", "sirte", "004"),
        ("withdrew-towards", "jufra", "004"),
        ("withdrew-from", "tripoli", "003"),
    }


# --- What a party denies, claims alone, is contradicted on


@pytest.mark.parametrize("who", ["russia", "lna"])
def test_a_denial_of_the_warplanes_is_of_no_stated_scope(ask: Ask, who: str) -> None:
    rows = ask("denials-by", speaker=who)
    says(rows, "^Russia sent warplanes to Jufra$")
    assert told(rows, "speaker", "scope", "source") == {(who, "unspecified", "004")}


def test_the_gna_denies_nothing(ask: Ask) -> None:
    assert ask("denials-by", speaker="gna") == []


def test_what_the_media_unit_of_one_side_claims_alone(ask: Ask) -> None:
    rows = ask("claims-alone", speaker="haftar-media-unit")
    says(
        rows,
        "destroyed a military convoy",
        "howitzers",
        "Turkish-made tanks",
        "destroyed a bus",
        "Turkish troops",
        "carried Syrian",
        "helped the",
    )
    assert told(rows, "source") == {("003",)}


def test_what_the_gna_alone_claims_of_tarhouna(ask: Ask) -> None:
    rows = [r for r in ask("claims-alone", speaker="gna") if number(r["source"]) == "004"]
    says(rows, "found .*bodies", "investigating the bodies")


def test_on_what_the_united_states_are_contradicted(ask: Ask) -> None:
    assert told(ask("contradicted-on", speaker="usa"), "how", "opponent", "source") == {
        ("denies", "lna", "004"),
        ("denies", "russia", "004"),
    }


def test_the_tactical_measure_is_doubted_and_contradicted(ask: Ask) -> None:
    rows = [
        r for r in ask("contradicted-on", speaker="lna-command") if "tactical" in r["statement"]
    ]
    assert told(rows, "how", "opponent") == {
        ("doubts", "newssite-003"),
        ("possible", "newssite-003"),
        ("possible", "website-000"),
    }
    says(
        [r for r in rows if r["how"] == "possible"],
        "drove the LNA out",
        "was a defeat",
        column="opposite",
    )


def test_what_is_disputed_outright(ask: Ask) -> None:
    """One accusation: document 000 names the receiver, document 004 the airbase and the denials."""
    rows = ask("disputed")
    says(rows, "^Russia sent warplanes to Jufra$", "^Russia sent warplanes to Khalifa Haftar$")
    assert told(rows, "affirmed", "against") == {
        ("United States", "Libyan National Army, Russia"),
    }


def test_who_was_asked_and_kept_silent(ask: Ask) -> None:
    rows = ask("met-silence")
    assert told(rows, "speaker", "source") == {("tripoli-militias", "003")}
    says(rows, "militias .*bombing of Thalatheen")


def test_no_party_admits_anything(ask: Ask) -> None:
    """Unnamed sources in the LNA do not speak for it, and the damaged line 25 of document 003 does
    not say which withdrawal the command of the LNA called tactical.
    """
    assert ask("admitted") == []
    doubtful = ask("said-by", speaker="lna-command")
    says(doubtful, "left Tripoli$", "tactical measure", "peace process a chance")


# --- Unnamed people, person by person


def test_two_unnamed_residents_are_two_people(ask: Ask) -> None:
    rows = ask("unnamed-people")
    bani_walid = [
        r for r in rows if number(r["source"]) == "004" and "unnamed-residents" in r["person"]
    ]
    sirte = [r for r in rows if "unnamed-residents-of-sirte" in r["person"]]
    for group, patterns in (
        (bani_walid, ["entered Bani Walid", "no resistance in Bani Walid"]),
        (
            sirte,
            [
                "carried out the bombing",
                "bombing .*killed people",
                "at least eight civilians",
                "injured six",
            ],
        ),
    ):
        people = {r["person"] for r in group}
        assert len(people) == 2
        for person in people:
            says([r for r in group if r["person"] == person], *patterns)


def test_only_residents_say_that_there_was_no_opposition(ask: Ask) -> None:
    rows = [r for r in ask("unnamed-people") if "Bani Walid" in r["statement"]]
    assert told(rows, "named") == {("also somebody named",), ("only unnamed people",)}
    says([r for r in rows if r["named"] == "only unnamed people"], "no resistance")


def test_what_rests_on_one_unnamed_official_or_chief(ask: Ask) -> None:
    rows = ask("one-unnamed-person")
    says(
        [r for r in rows if r["speaker"] == "turkish-official"],
        "losing territory",
        "failing in every respect",
    )
    says(
        [r for r in rows if r["speaker"] == "lna-local-chief"],
        "gates of Tarhouna",
        "Tarhouna was surrounded",
    )
    assert not [r for r in rows if r["speaker"].startswith(("website", "newssite", "newswire"))], (
        "a document's own voice is no such person"
    )


# --- Backers of each side by document


def test_backers_of_one_side_by_document(ask: Ask) -> None:
    rows = [
        r
        for r in ask("backers-by-document", side="lna")
        if r["backer"] in {"russia", "uae", "egypt", "france", "greece", "saudi-arabia"}
    ]
    assert told(rows, "backer", "source") == {
        *((who, "000") for who in ("russia", "uae", "egypt")),
        *((who, "001") for who in ("greece", "egypt", "uae", "saudi-arabia")),
        *((who, "003") for who in ("russia", "uae", "egypt", "france")),
        *((who, "004") for who in ("russia", "uae", "egypt")),
    }


def test_backers_of_the_other_side_by_document(ask: Ask) -> None:
    rows = [r for r in ask("backers-by-document", side="gna") if r["backer"] == "turkey"]
    assert told(rows, "source") == {("000",), ("001",), ("003",), ("004",)}
    assert told([r for r in rows if number(r["source"]) == "001"], "form") == {
        ("headline",),
        ("presupposed",),
    }


def test_backers_within_the_country(ask: Ask) -> None:
    rows = [r for r in ask("backers-by-document", side="lna") if r["whom"] == "khalifa-haftar"]
    assert told(rows, "backer", "source") == {
        ("saeed-mugheeb", "004"),
        ("haftar-allied-tribes", "003"),
    }


# --- Forecasts and what became of them


def test_what_became_of_the_forecasts_of_january(ask: Ask) -> None:
    rows = [r for r in ask("forecasts") if r["published"] == "2020-01-13"]
    assert told(rows, "speaker") == {("paul-antonopoulos",)}
    failed = [r for r in rows if r["status"] == "failed"]
    says(failed, "Sarraj is about to lose Tripoli")
    says(failed, "left Tripoli", column="outcome")
    assert all(r["why"] for r in rows)
    assert told([r for r in rows if r not in failed], "status") == {("void",)}, (
        "they rested on an advance that was over by June, on a departure that no document reports,"
        " or on a ceasefire that was rejected"
    )


@pytest.mark.parametrize(
    ("words", "speaker", "condition"),
    [
        ("Sarraj will lose standing", "sami-hamdi", "talks"),
        ("Sarraj could lose Turkish support", "sami-hamdi", "talks"),
        ("GNA could advance further east", "newssite-003", "Sirte"),
        ("let the GNA’s forces regroup", "paul-antonopoulos", "ceasefire"),
    ],
)
def test_a_forecast_keeps_its_condition(ask: Ask, words: str, speaker: str, condition: str) -> None:
    (row,) = [r for r in ask("forecasts") if words in r["statement"]]
    expected = "void" if speaker == "paul-antonopoulos" else "pending"
    assert (row["speaker"], row["status"]) == (speaker, expected)
    assert condition in row["condition"]


# --- Positions on each ceasefire proposal


def test_positions_on_the_ceasefire_of_january(ask: Ask) -> None:
    assert told(
        ask("positions", on="january-2020-ceasefire"), "who", "position", "polarity", "source"
    ) == {
        ("recep-tayyip-erdogan", "urged", "positive", "001"),
        ("vladimir-putin", "urged", "positive", "001"),
        ("khalifa-haftar", "rejected", "positive", "001"),
        ("lna", "has-interest-in", "negative", "001"),
    }


def test_positions_on_the_ceasefire_of_june(ask: Ask) -> None:
    rows = ask("positions", on="egypt-ceasefire-proposal")
    assert told(rows, "who", "position", "source") == {
        ("egypt", "proposed", "003"),
        ("egypt", "failed-in", "003"),
        ("khalifa-haftar", "accepted", "003"),
        ("aguila-saleh", "accepted", "003"),
        ("gna", "rejected", "003"),
        ("anwar-gargash", "strengthened", "003"),
        ("khalifa-haftar", "proposed", "003"),
    }
    assert told(
        [r for r in rows if (r["who"], r["position"]) == ("khalifa-haftar", "proposed")], "form"
    ) == {("teaser",)}


# --- Which statements contradict another document's, or the document's own


def test_where_one_document_contradicts_itself(ask: Ask) -> None:
    rows = ask("contradicting-itself", source="2020-libyan-gna")
    pairs = {frozenset((r["statement"], r["opposite"])) for r in rows}
    words = [
        ("Haftar proposed", "Egypt proposed"),
        ("tactical measure", "a defeat"),
        ("tactical measure", "drove the LNA out"),
        ("give the UN peace process", "drove the LNA out"),
        ("only after taking Sirte and Jufra", "is entering talks"),
    ]
    assert len(pairs) == len(words)
    assert all(
        any(all(any(w in s for s in pair) for w in both) for pair in pairs) for both in words
    )
    assert told(rows, "certainty") == {("possible",)}


@pytest.mark.parametrize("source", ["2020-what-consequences", "2020-libyas-haftar"])
def test_two_documents_do_not_contradict_themselves(ask: Ask, source: str) -> None:
    assert ask("contradicting-itself", source=source) == []


def test_january_is_contradicted_by_june(ask: Ask) -> None:
    rows = ask("contradicting-documents", source="2020-turkish")
    says(rows, "Sarraj is about to lose Tripoli", "LNA will take control of Tripoli")
    assert {number(r["document"]) for r in rows} == {"000", "003"}
    assert all(r["fragment"] and r["words"] for r in rows)


def test_no_pair_of_claims_excludes_one_another_for_certain(ask: Ask) -> None:
    assert told(ask("contradictions"), "certainty") == {("possible",)}


# --- Casualties and other numbers, with ranges and sources


def test_numbers_of_the_dead_and_injured(ask: Ask) -> None:
    rows = [r for r in ask("quantities") if re.search("killed|injured|bodies", r["statement"])]
    found = {
        (
            float(r["min"] or 0),
            float(r["max"] or "inf"),
            r["speaker"].rpartition("-2020")[0] or r["speaker"],
            number(r["source"]),
        )
        for r in rows
    }
    assert found == {
        (101, float("inf"), "gna", "004"),
        *((8, float("inf"), f"unnamed-residents-of-sirte-{n}", "003") for n in (1, 2)),
        *((6, 6, f"unnamed-residents-of-sirte-{n}", "003") for n in (1, 2)),
        (7, 7, "libyan-red-crescent-sirte", "003"),
    }


def test_other_numbers(ask: Ask) -> None:
    rows = ask("quantities")

    def value(words: str) -> set[tuple[str, ...]]:
        found = [r for r in rows if re.search(words, r["statement"])]
        return {
            (
                f"{float(r['min'] or r['best'] or 'nan'):g}",
                r["unit"].split("/")[-1],
                number(r["source"]),
            )
            for r in found
        }

    assert value("Air strikes hit Tarhouna") == {("5", "", "002")}
    assert value("lasted 14 months") == {("14", "months", "000"), ("14", "months", "004")}
    assert {s for *_, s in value("lasted a year")} == {"003"}
    assert value("100 kilometres from Misrata") == {("100", "km", "001")}
    assert value("Thalatheen lies 30 kilometres") == {("30", "km", "003")}
    assert value("Abu Grein lies 140") == {("140", "km", "003")}
    assert value("76 years old") == {("76", "years", "003")}
    assert {s for *_, s in value("Hundreds of Syrian and Russian")} == {"000"}


def test_only_some_numbers_are_open_above(ask: Ask) -> None:
    says(
        [r for r in ask("open-ended") if r["open"] == "no upper number"],
        "bodies",
        "at least eight civilians",
        "Hundreds of",
    )


# --- Who calls whom what


def test_what_one_commander_is_called(ask: Ask) -> None:
    rows = [
        r for r in ask("who-calls-whom-what", whom="khalifa-haftar") if r["use"] == "loaded word"
    ]
    assert {
        ("website-000", "Renegade"),
        ("newssite-003", "renegade"),
        ("newssite-003", "defector"),
    } <= told(rows, "speaker", "called")
    assert ("tarek-megerisi", "reckless adventurism") in told(rows, "speaker", "called")


def test_what_the_gna_and_its_forces_are_called_in_january(ask: Ask) -> None:
    rows = ask("who-calls-whom-what", speaker="paul-antonopoulos")
    called = {(r["whom"], r["called"]) for r in rows if r["use"] == "loaded word"}
    assert {
        ("gna", "Muslim Brotherhood Government"),
        ("gna-loyal-forces", "jihadist"),
        ("lna", "liberated"),
    } <= called
    assert ("gna-loyal-forces", "serving Turkish interests") in called
    assert ("maritime-memorandum", "an infringement of Greece’s maritime space") in {
        (r["whom"], r["called"]) for r in rows if r["use"] == "characterisation"
    }, "what is no entity, but only words"


def test_what_the_army_is_called_by_its_enemies_and_itself(ask: Ask) -> None:
    rows = ask("who-calls-whom-what", whom="lna")
    assert ("newssite-003", "self-proclaimed") in told(rows, "speaker", "called")
    rows = ask("who-calls-whom-what", whom="lna-fight")
    assert ("ahmed-mismari", "holy war") in told(rows, "speaker", "called")


def test_who_holds_which_opinion_on_the_retreat(ask: Ask) -> None:
    rows = ask("evaluations", holder="fathi-bashagha")
    says(rows, "begins the end", "pursue a dictatorship")
    assert told(rows, "source") == {("000",)}
    says(ask("evaluations", holder="saeed-mugheeb"), "start of Libya’s division")


# --- What changed between January and June


def test_what_changed_between_january_and_june(ask: Ask) -> None:
    rows = ask("changed-between", before=JANUARY, after=JUNE)

    def part(what: str, period: str, about: str = "") -> list[Row]:
        found = [r for r in rows if (r["what"], r["period"]) == (what, period)]
        return [r for r in found if not about or r["about"] == about]

    assert told([r for r in rows if r["what"] == "a place"], "about") == {("sirte",), ("tripoli",)}
    says(
        part("a forecast decided", "before"),
        "Sarraj is about to lose Tripoli",
        "LNA will take control",
        "Militias from Misrata will leave",
        "departure of the militias",
        "advance on Misrata will divide",
        "will not give up his advantage",
    )
    says(part("a forecast decided", "after"), "LNA forces left Tripoli")
    assert told(part("an answer", "before"), "about") == {("khalifa-haftar",)}
    says(part("an answer", "before"), "January ceasefire")
    says(part("an answer", "after"), "Egypt")
    says(part("a place", "before", "sirte"), "LNA took control of Sirte")
    says(
        part("a place", "after", "sirte"),
        "remained in Sirte",
        "advanced towards Sirte",
        "pushed into Sirte",
        "withdrew towards Sirte",
    )
    assert len(rows) == len({(r["about"], r["claim"], r["speaker"], r["quote"]) for r in rows}), (
        "one row for each passage: no earlier claim is multiplied by the later ones"
    )


def test_whose_backing_is_named_only_before_or_only_after(ask: Ask) -> None:
    rows = [r for r in ask("backers-changed", before=JANUARY, after=JUNE) if r["whom"] == "lna"]
    assert {r["backer"] for r in rows if r["named"] == "only before"} == {
        "greece",
        "libyan-parliament",
        "saudi-arabia",
    }
    assert {r["backer"] for r in rows if r["named"] == "only after"} == {
        "russia",
        "france",
    }, "help counts, given or relied on: in January the LNA relies on Egypt and the UAE"
    turkey = [
        r
        for r in ask("backers-changed", before=JANUARY, after=JUNE)
        if (r["backer"], r["whom"]) == ("turkey", "gna")
    ]
    assert turkey == [], "told in both"


# --- Rival accounts, differing numbers, one document, no source, offices, what was dismissed


def test_rival_accounts_of_one_retreat(ask: Ask) -> None:
    rows = ask("rival-accounts", about="tripoli")
    accounts = told(rows, "statement", "affirmed", "opposite", "supported")
    assert {(one, other) for one, _, other, _ in accounts} == {
        (
            "GNA forces drove the LNA out of Tripoli",
            "LNA forces left Tripoli to give the UN peace process a chance",
        ),
        (
            "GNA forces drove the LNA out of Tripoli",
            "The LNA withdrawal from Tripoli was a tactical measure",
        ),
    }
    assert {supported for *_, supported in accounts} == {"command of the LNA"}
    assert ask("rival-accounts", about="tarhouna") == []


def test_a_forecast_and_its_outcome_are_no_rival_accounts(ask: Ask) -> None:
    assert not [r for r in ask("rival-accounts") if re.search("will|about to", r["statement"])]


def test_the_offensive_lasted_a_year_or_14_months(ask: Ask) -> None:
    rows = ask("differing-values")
    says(rows, "lasted 14 months", "lasted a year")
    assert {number(r["source"]) for r in rows} == {"000", "003", "004"}


def test_what_one_document_alone_names(ask: Ask) -> None:
    rows = ask("one-document", source="2020-libyas-haftar")
    statements = {r["statement"] for r in rows}
    assert "Russia sent warplanes to Jufra" in statements
    assert "Russia backs the LNA" not in statements
    assert {number(r["source"]) for r in rows} == {"004"}


def test_for_what_no_source_is_stated(ask: Ask) -> None:
    rows = ask("source-not-stated", source="2020-gna-drives")
    assert told(rows, "missing", "speaker", "status") == {
        ("speaker", "unattributed", "unsupported")
    }
    assert any("Wagner Group fighters left" in r["statement"] for r in rows)
    assert ask("source-not-stated", source="2020-libyas-haftar") == []


def test_no_forecast_of_the_documents_has_a_last_day_that_passed_undecided(ask: Ask) -> None:
    assert ask("stale-forecasts", day="2021-01-01") == []


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2020-06-08", {("interior-minister", "gna", "2020-06-08")}),
        ("2020-01-13", set()),
    ],
)
def test_who_was_a_minister_on_a_day(ask: Ask, day: str, expected: set[tuple[str, ...]]) -> None:
    """Both texts name the minister in June; neither says since when."""
    rows = ask("who-held", who="fathi-bashagha", day=day)
    assert told(rows, "office", "of", "reported") == expected


def test_what_was_checked_and_dismissed(ask: Ask) -> None:
    rows = ask("dismissed")
    says([r for r in rows if "lasted" in r["statement"]], "lasted a year", column="statement")
    assert all(r["why"] and r["opposite"] for r in rows)


def test_an_ambiguous_name_is_refused_with_every_record_it_may_mean(ask: Ask) -> None:
    """Several records have a name that begins with this word."""
    with pytest.raises(Ambiguous) as refused:
        ask("said-about", about="Turkish")
    message = f"{refused.value}"
    assert "turkish-official" in message
    assert "turkish-military-support" in message


# --- Headlines of other articles; dates; names


def test_what_comes_from_embedded_headlines(ask: Ask) -> None:
    rows = [r for r in ask("headlines-and-teasers") if r["form"] == "teaser"]
    says(
        [r for r in rows if number(r["source"]) == "003"],
        "Haftar proposed a ceasefire",
        "Russia recruited Syrians",
        "Libyans celebrated",
        "took control of an important town near Tripoli",
    )
    says(
        [r for r in rows if number(r["source"]) == "000"],
        "Russian fighters were in Libya",
        "Russian fighters left Libya",
        "Russia sent warplanes to Khalifa Haftar",
        "Turkey threatened to retaliate",
        "Haftar leads the LNA",
        "Tensions rose",
    )
    says([r for r in rows if r["alone"] == "also in a text"], "Haftar leads the LNA")


def test_which_dates_cannot_be_right(ask: Ask) -> None:
    rows = ask("odd-dates")
    assert told(rows, "phrase", "named", "falls", "source") == {
        ("Tuesday, May 20", "Tuesday", "Wednesday", "002")
    }
    says(rows, "African contact group")


def test_which_dates_of_publication_are_inferred(ask: Ask) -> None:
    rows = [r for r in ask("inferred") if r["what"] == "the date of publication"]
    assert {number(r["record"]) for r in rows} == {"000", "002", "003", "004"}
    assert all(r["why"] for r in rows)
    (dated,) = [r for r in ask("documents") if number(r["source"]) == "001"]
    assert (dated["from"], dated["to"], dated["author"]) == (
        "2020-01-13",
        "2020-01-13",
        "paul-antonopoulos",
    )


def test_names_as_documents_write_them(ask: Ask) -> None:
    names = {r["name"] for r in ask("names-of", entity="khalifa-haftar")}
    assert {"Khalifa Haftar", "Haftar", "Hifter"} <= {
        re.sub(r"^(Khalifa) (Hifter)$", r"\2", n) for n in names
    }


# --- What somebody said, through whom


@pytest.mark.parametrize(
    ("who", "chain", "patterns"),
    [
        ("aguila-saleh", ("newssite-003", ""), ["start again", "lost faith", "no longer expected"]),
        (
            "gna-commanders",
            ("newssite-003", "malik-traina"),
            [
                "made gains on the day before",
                "entered the western gates",
                "controlled the western gates",
                "entered Wadi al-Jarf",
            ],
        ),
        (
            "al-jazeera-sources",
            ("newssite-003", "malik-traina"),
            ["withdrew to eastern Libya", "remained in Sirte"],
        ),
        ("giuseppe-conte", ("paul-antonopoulos", ""), ["Only a political solution"]),
        (
            "richard-norland",
            ("website-000", ""),
            ["escalated dangerously", "Haftar failed", "opened chances"],
        ),
        (
            "stephanie-williams",
            ("website-002", ""),
            ["turning point", "will grow", "is at war", "intensify", "widen", "deepen"],
        ),
        (
            "mohamed-gnunu",
            ("newssite-003", ""),
            ["urged his troops", "captured tanks", "captured vehicles"],
        ),
    ],
)
def test_what_somebody_said_and_through_whom(
    ask: Ask, who: str, chain: tuple[str, str], patterns: list[str]
) -> None:
    rows = ask("said-through", speaker=who)
    assert told(rows, "through", "then") == {chain}
    says(rows, *patterns)


def test_what_reaches_us_through_two_mouths(ask: Ask) -> None:
    assert told(ask("hearsay-chains"), "speaker", "source") == {
        (who, "003") for who in ("gna-commanders", "al-jazeera-sources", "sami-hamdi")
    }


def test_of_the_commander_himself_only_a_promise_is_passed_on(ask: Ask) -> None:
    says(ask("said-by", speaker="khalifa-haftar"), "wants to govern the whole country")


@pytest.mark.parametrize(
    ("who", "promised", "meant"),
    [
        ("recep-tayyip-erdogan", "promised more support", "^Turkey will support the GNA more"),
        ("recep-tayyip-erdogan", "promised joint oil", "^Turkey will join in a search for oil"),
        ("khalifa-haftar", "pledged that he would govern", "wants to govern the whole country"),
        ("lna", "vowed to defeat", "^The LNA wants to defeat the forces that Turkey backs"),
        ("ahmed-mismari", "promised that the fight", "^The LNA will continue to fight"),
    ],
)
def test_what_is_promised_is_also_said_by_who_promises(
    ask: Ask, who: str, promised: str, meant: str
) -> None:
    assert any(re.search(promised, r["statement"]) for r in ask("said-about", about=who))
    assert any(re.search(meant, r["statement"]) for r in ask("said-by", speaker=who))


def test_where_it_is_uncertain_who_speaks(ask: Ask) -> None:
    rows = ask("uncertain-speakers")
    guessed = [r for r in rows if r["why"] == "attribution is a guess"]
    assert [
        r["statement"] for r in guessed if number(r["source"]) == "002" and r["speaker"] == "gna"
    ] == ["Air strikes hit Tarhouna"]
    assert [r["statement"] for r in guessed if not r["note"]] == [], "a guess says why"
    says(
        [r for r in rows if r["why"] == "unattributed"],
        "pulling back from all suburbs",
        "stood in the suburbs",
        # “it was revealed that …”, in document 000
        "fought alongside the LNA",
        "Wagner Group included",
        "fighters .*left Tripoli",
    )


# --- What is wanted, what caused what, what is taken for granted


def test_what_russia_wants_and_who_says_so(ask: Ask) -> None:
    assert told(ask("intents", who="russia"), "wanted", "polarity", "speaker") == {
        ("gna-negotiations", "positive", "aguila-saleh"),
        ("political-settlement", "positive", "sami-hamdi"),
        ("less-power-for-haftar", "positive", "sami-hamdi"),
        ("removal-of-haftar", "negative", "sami-hamdi"),
    }


def test_what_explains_the_fall_of_tarhouna(ask: Ask) -> None:
    rows = [r for r in ask("causes") if number(r["source"]) == "004"]
    says(
        rows,
        "contributed to the GNA",
        "explains the quick fall",
        "intervention weakened",
        "cast doubt on Haftar",
    )
    assert told([r for r in rows if re.search("quick fall|weakened", r["statement"])], "basis") == {
        ("inferred",)
    }
    (quick,) = [r for r in rows if "quick fall" in r["statement"]]
    assert (quick["cause"], quick["effect"]) == (
        "reduced-foreign-support",
        "haftars-side-lost-tarhouna",
    ), "the effect is a claim"


def test_what_is_taken_for_granted_and_nowhere_said(ask: Ask) -> None:
    rows = [
        r
        for r in ask("presupposed", source="2020-libyas-haftar")
        if r["outright"] == "nowhere said outright"
    ]
    assert any("LNA controls Jufra" in r["statement"] for r in rows)
    assert any("Turkey intervened in Libya" in r["statement"] for r in rows)


# --- Which questions come first


def test_questions_about_wars_are_tagged_and_come_last(
    five: KnowledgeBase, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KB_HOME", str(five.folder.root))
    wars = {"front", "backers-by-document", "backers-changed"}
    assert {name for name, query in five.queries().items() if "conflict" in query.tags} == wars
    assert cli.run(["queries", "--format", "csv"]) == 0
    names = [line.partition(",")[0] for line in capsys.readouterr().out.splitlines()]
    assert set(names[-len(wars) :]) == wars
