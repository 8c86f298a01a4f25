"""A passage is found as it is typed, and its offsets are those of the text as it is."""

from __future__ import annotations

import unicodedata

import pytest

from kb.text import anchoring
from kb.text.anchoring import Miss, Span


def nfd(words: str) -> str:
    """Words in their longest form: each syllable and accent in its parts."""
    return unicodedata.normalize("NFD", words)


@pytest.mark.parametrize(
    ("text", "typed", "passage"),
    [
        ("The\u00a0ferry com\u00adpany said", "ferry company said", "ferry com\u00adpany said"),
        ("The mayor’s of\ufb01ce", "mayor's office", "mayor’s of\ufb01ce"),
        ("He said “no one”.", 'said "no one"', "said “no one”"),
        ("He said «no one».", 'said "no one"', "said «no one»"),
        ("from 5\u20136 May", "from 5-6 May", "from 5\u20136 May"),
        ("a cafe\u0301 burned", "caf\u00e9 burned", "cafe\u0301 burned"),
        ("a caf\u00e9 burned", "cafe\u0301 burned", "caf\u00e9 burned"),
        ("the \uff21\uff22\uff23 firm", "ABC firm", "\uff21\uff22\uff23 firm"),
        ("was inade-\nquately repaired", "inadequately repaired", "inade-\nquately repaired"),
        ("a well-\nknown firm", "well-known firm", "well-\nknown firm"),
        (
            "a well-\nknown firm was inade-\nquately repaired",
            "well-known firm was inadequately repaired",
            "well-\nknown firm was inade-\nquately repaired",
        ),
        ("the “well-\nknown” firm", 'the "well-\nknown" firm', "the “well-\nknown” firm"),
        ("항구는 닫혔다", nfd("항구는"), "항구는"),
        (f"그 {nfd('항구는')} 닫혔다", "항구는 닫혔다", f"{nfd('항구는')} 닫혔다"),
        (f"ஒரு {nfd('கொடி')} உள்ளது", "கொடி உள்ளது", f"{nfd('கொடி')} உள்ளது"),
        ("একটি লোক", nfd("লোক"), "লোক"),
        (f"ഒരു {nfd('കൊടി')} ഉണ്ട്", "കൊടി ഉണ്ട്", f"{nfd('കൊടി')} ഉണ്ട്"),
        (f"a {nfd('ऩ')}ाम ran", "ऩाम ran", f"{nfd('ऩ')}ाम ran"),
        ("it was\n  paid in full", "was paid in", "was\n  paid in"),
        ("to \u202eDamascus\u202c went", "to Damascus went", "to \u202eDamascus\u202c went"),
        (
            "\u06a9\u0634\u062a\u06cc\u200c\u0647\u0627 ran",
            "\u06a9\u0634\u062a\u06cc\u0647\u0627 ran",
            "\u06a9\u0634\u062a\u06cc\u200c\u0647\u0627 ran",
        ),
        ("one two three four “five”", 'two … "five"', "two three four “five”"),
    ],
)
def test_what_looks_alike_is_found(text: str, typed: str, passage: str) -> None:
    for before, line in (("", 1), ("First line\n", 2)):
        whole = before + text
        for address in (typed, f"{line} {typed}"):
            found = anchoring.find(whole, address)
            assert isinstance(found, Span), found
            assert whole[found.start : found.end] == passage


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("It is 10² metres", "10 2 metres"),
        ("It is 10² metres", "102 metres"),
        ("The Mayor said", "the mayor said"),
        ("was repaired", "was repared"),
        ("was re-\npaired", "was re paired"),
        ("항구는", "항구"[:1] + nfd("구")[:1]),
    ],
)
def test_what_differs_is_not_found(text: str, typed: str) -> None:
    assert isinstance(anchoring.find(text, typed), Miss)


def test_exact_words_come_first() -> None:
    text = '“no” and "no"'
    assert anchoring.find(text, '"no"') == Span(9, 13)


def test_words_that_are_found_twice_are_refused() -> None:
    found = anchoring.find("He said “no”.\nShe said “no”.", '"no"')
    assert isinstance(found, Miss)
    assert (found.code, "lines 1 and 2" in found.message) == ("quote-ambiguous", True)


def test_two_readings_of_a_line_end_hyphen_are_refused() -> None:
    found = anchoring.find("“re-\nsign” and “resign”", '"resign"')
    assert isinstance(found, Miss)
    assert found.code == "quote-ambiguous"


def test_a_hint_is_one_line() -> None:
    found = anchoring.find(
        "the mole was inade-\nquately repaired", "1-2 the mole was adequately mended"
    )
    assert isinstance(found, Miss)
    assert "\n" not in found.hint


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("Il a dit\u202f: «\u00a0non\u00a0»", "Il a dit: «non»"),
        ("»nein« und ging", '"nein" und ging'),
        ("closed—he said", "closed - he said"),
        ("closed -- he said", "closed – he said"),
        ("''no'' he said", '"no" he said'),
        ("کشتی‌ها", "كشتيها"),
        ("در سال ۱۴۰۲ بود", "در سال 1402 بود"),
        ("قَالَ الـــوَزِيرُ", "قال الوزير"),
        ("שָׁלוֹם עולם", "שלום עולם"),
        ("ﾊﾝﾊﾞｰｸﾞ", "ハンバーグ"),
        ("น้ำท่วม", "น้ํา\nท่วม"),
        ("東京の\n大阪", "東京の大阪"),
        ("Het ĳs, № 12, 20 ℃", "Het ijs, No 12, 20 °C"),
        ("inade- \nquately", "inadequately"),
        ("inade\u00ac\n\nquately", "inadequately"),
        ("2014-\n2016", "2014-2016"),
        ("12″ pipe", '12" pipe'),
    ],
)
def test_what_looks_alike_or_is_a_matter_of_style_is_found(text: str, typed: str) -> None:
    found = anchoring.find(text, typed.replace("\n", " "))
    assert found == anchoring.Span(0, len(text))


def test_a_sign_that_nobody_sees_is_named() -> None:
    missed = anchoring.find("کشتی‌ها می‌روند", "1 کشتی ها می روند")
    assert isinstance(missed, Miss)
    assert "zero width non-joiner (U+200C)" in missed.hint


@pytest.mark.parametrize(
    ("text", "typed"),
    [("10² people", "102 people"), ("1½ tons", "11/2 tons"), ("re-cover", "recover")],
)
def test_what_means_something_else_is_not_found(text: str, typed: str) -> None:
    assert isinstance(anchoring.find(text, typed), anchoring.Miss)
