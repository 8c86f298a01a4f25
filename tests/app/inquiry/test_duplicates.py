"""The same text twice: pointed out when it is added, with the commands that settle it."""

from __future__ import annotations

import pytest
from conftest import Kb

PAPER = "The ferry from Selmouth was late on Friday because of fog and of ice on the river.\n" * 3
SAME = PAPER.replace(" ", "\u00a0 ").replace("\n", "\r\n").replace("late", "very late")


def added(kb: Kb, name: str, text: str) -> str:
    done = kb("add", "source", kb.write(f"{name}.txt", text), "--id", name, "--author", "A Gazette")
    assert done.code == 0, done
    return done.err


def test_a_text_with_other_spaces_and_a_few_other_words_is_pointed_out(kb: Kb) -> None:
    added(kb, "first", PAPER)
    told = added(kb, "second", SAME)
    assert "of this text is also in first" in told
    for command in (
        "kb edit source/second copy-of=first",
        "kb edit source/second version-of=first",
        "kb judge not-copy-of second first",
    ):
        assert command in told


def test_another_text_is_not(kb: Kb) -> None:
    added(kb, "first", PAPER)
    assert "of this text is" not in added(kb, "second", "The mayor of Seld resigned.\n" * 3)


def test_the_decision_that_neither_is_a_copy_ends_the_question(kb: Kb) -> None:
    added(kb, "first", PAPER)
    added(kb, "second", SAME)
    assert "second" in kb("inbox", "passages", "--format", "csv").out
    judged = kb("judge", "not-copy-of", "second", "first", "--because", "both print the timetable")
    assert judged.code == 0, judged
    assert "second" not in kb("inbox", "passages", "--format", "csv").out
    both = kb("judge", "copy-of", "second", "first", "--because", "the same words")
    assert "judged-both-ways" in both.err


ENGLISH = """Harbour toll raised
The harbour board of Selmouth raised the toll for small boats from 12 to 16 crowns on 5 March 2024,
said Ines Holt, its head. Nobody in the port, where 340 boats moor, was asked before the vote.
"""
GERMAN = """Hafengebühr erhöht
Die Hafenbehörde von Selmouth hat die Gebühr für kleine Boote am 5. März 2024 von 12 auf 16 Kronen
erhöht, sagte die Leiterin Ines Holt. Niemand im Hafen, in dem 340 Boote liegen, wurde gefragt.
"""
RUSSIAN = """Портовый сбор повышен
Портовое управление 5 марта 2024 года повысило сбор для малых судов с 12 до 16 крон, сказала его
глава. Никого в порту, где стоят 340 судов, перед голосованием не спросили.
"""
MAY_BE = "may be the same text in another language"


def told(kb: Kb, name: str, text: str, *options: str) -> str:
    path = kb.write(name, text)
    done = kb("add", "source", path, "--id", name.partition(".")[0], *options)
    assert done.code == 0, done
    return done.err


def page(language: str, text: str, *links: str) -> str:
    head = "".join(links)
    lines = "".join(f"<p>{line}</p>" for line in text.split("\n"))
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">{head}</head>'
        f"<body><article>{lines}</article></body></html>"
    )


def test_a_translation_is_pointed_out_by_its_numbers_and_names(kb: Kb) -> None:
    told(kb, "en.txt", ENGLISH, "--published", "2024-03-05")
    seen = told(kb, "de.txt", GERMAN, "--published", "2024-03-06")
    assert f"en {MAY_BE} (en): 6 numbers and names are the same" in seen
    assert "kb edit source/de copy-of=en, or the reverse" in seen
    assert "kb judge not-copy-of de en" in seen


def test_in_another_script_the_numbers_and_the_house_count(kb: Kb) -> None:
    house = ("--publisher", "Coast Daily", "--published", "2024-03-05")
    told(kb, "en.txt", ENGLISH, *house)
    assert MAY_BE in told(kb, "ru.txt", RUSSIAN, *house)


@pytest.mark.parametrize(
    ("other", "published"),
    [
        (GERMAN.replace("12", "13").replace("340", "410"), "2024-03-06"),
        (GERMAN, "2024-08-06"),
        (ENGLISH.replace("16", "18").replace("Nobody", "No one"), "2024-03-06"),
    ],
)
def test_other_numbers_another_season_or_the_same_language_are_no_translation(
    kb: Kb, other: str, published: str
) -> None:
    told(kb, "en.txt", ENGLISH, "--published", "2024-03-05")
    assert MAY_BE not in told(kb, "two.txt", other, "--published", published)


LINES = {
    "en": "The mayor of the town said that the pier was closed and would not be sold to anybody.",
    "de": "Der Bürgermeister der Stadt sagte, dass der Pier geschlossen ist und nicht verkauft wird.",
}
THERE = "https://coast.example/pier-closed"
HERE = "https://coast.example/pier-zu"


@pytest.mark.parametrize(
    "link",
    [
        f'<link rel="alternate" hreflang="en" href="{THERE}">',
        '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Pier zu", '
        f'"translationOfWork": {{"@id": "{THERE}"}}}}</script>',
        '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Pier zu", '
        f'"translationOfWork": "{THERE}?utm_source=x"}}</script>',
    ],
)
def test_a_page_that_names_its_translation_is_believed_in_either_order(kb: Kb, link: str) -> None:
    told(kb, "en.html", page("en", LINES["en"]), "--url", THERE)
    linked = page("de", LINES["de"], link)
    assert f"{MAY_BE} (en): the page states it" in told(kb, "de.html", linked, "--url", HERE)
    late = page("en", f"{LINES['en']} It will be.")
    kb("delete", "source/en", "--because", "again")
    seen = told(kb, "late.html", late, "--url", THERE)
    assert f"de {MAY_BE} (de): the page states it" in seen


def test_addresses_that_differ_only_in_the_language_are_pointed_out(kb: Kb) -> None:
    told(kb, "en.html", page("en", LINES["en"]), "--url", "https://coast.example/en/pier")
    seen = told(kb, "de.html", page("de", LINES["de"]), "--url", "https://coast.example/de/pier")
    assert f"en {MAY_BE} (en): their addresses differ only in the language" in seen


def test_the_inbox_lists_translations_until_they_are_judged(kb: Kb) -> None:
    told(kb, "en.txt", ENGLISH, "--published", "2024-03-05")
    told(kb, "de.txt", GERMAN, "--published", "2024-03-06")
    told(kb, "pier.html", page("en", LINES["en"]), "--url", "https://coast.example/en/pier")
    told(kb, "mole.html", page("de", LINES["de"]), "--url", "https://coast.example/de/pier")
    rows = kb("inbox", "passages", "--format", "csv").out
    assert "kb judge copy-of source/de source/en" in rows
    assert "another language: 6 numbers and names are the same" in rows
    assert "another language: their addresses differ only in the language" in rows
    kb("judge", "not-copy-of", "de", "en", "--because", "two reporters")
    kb("edit", "source/mole", "copy-of=pier")
    assert "another language" not in kb("inbox", "passages", "--format", "csv").out
