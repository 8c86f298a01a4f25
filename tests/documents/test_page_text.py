"""The text of a page: every block is kept with its form, or listed as left out."""

from __future__ import annotations

import pytest

from kb.documents import Read, read

LINES = "The harbour board raised the toll for small boats by four crowns on Tuesday, it said."


def page(body: str, head: str = "") -> Read:
    return read("a.html", f"<!doctype html><html><head>{head}</head><body>{body}</body>".encode())


def forms(found: Read) -> dict[str, str]:
    return {found.text[p.start : p.end]: p.value for p in found.parts}


def article(body: str) -> Read:
    return page(f"<article><h1>Toll raised</h1><p>{LINES}</p>{body}</article>")


@pytest.mark.parametrize(
    ("body", "line", "form"),
    [
        ("<figure><img src=x><figcaption>The quay</figcaption></figure>", "The quay", "caption"),
        ("<p><img src=x alt='A grey quay'></p>", "A grey quay", "alternative text"),
        (
            "<aside><p>The board has nine members.</p></aside>",
            "The board has nine members.",
            "aside",
        ),
        ("<footer>Correction: it was four.</footer>", "Correction: it was four.", "footer"),
        ("<blockquote>We lost nothing</blockquote>", "We lost nothing", "quotation"),
        ("<h2>Reactions</h2><p>None came.</p>", "Reactions", "subheading"),
        ("<table><tr><td>May<td><p>1,000</p></tr></table>", "May | 1,000", "table"),
        ("<table><caption>Boats</caption><tr><td>5</table>", "Boats", "caption"),
        ("<p>It was <del>ten</del> <ins>twelve</ins>.</p>", "ten", "deleted"),
        ("<p>It was <s>ten</s>twelve.</p>", "ten", "deleted"),
    ],
)
def test_a_block_is_kept_with_its_form(body: str, line: str, form: str) -> None:
    found = article(body)
    assert line in found.text.split("\n")
    assert forms(found)[line] == form


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("<p>It was <del>ten</del><ins>twelve</ins>.</p>", "It was twelve."),
        ("<p>About 10<del>0</del><ins>2</ins> boats</p>", "About 10 2 boats"),
        (
            "<p>Sold 10<sup>6</sup> of CO<sub>2</sub> on the 5<sup>th</sup></p>",
            "Sold 10⁶ of CO₂ on the 5th",
        ),
        ("<p>He said so.<sup>note</sup></p>", "He said so. note"),
        ("<p>He called it <q>his own</q>.</p>", "He called it “his own”."),
        ("<p>One<br>two</p>", "One"),
        ("<pre>first line\nsecond  line</pre>", "first line"),
        ("<dl><dt>Toll<dd>A fee</dl>", "A fee"),
        ("<details><summary>More</summary>It is old.</details>", "It is old."),
        (
            "<section><h2><time>7 March, 21.40</time> Out</h2><p>x</p></section>",
            "7 March, 21.40 Out",
        ),
    ],
)
def test_words_never_run_together(body: str, line: str) -> None:
    assert line in article(body).text.split("\n")


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("<nav><a>Front page</a></nav>", "navigation, 2 words"),
        ("<div class='ad-slot'>Buy a boat</div>", "advertising, 3 words"),
        ("<div id=wm-ipp-base>14 captures</div>", "archive toolbar, 2 words"),
        ("<div class=related>Ten more tolls</div>", "links to other articles, 3 words"),
        ("<div class=paywall>Subscribe to read on</div>", "paywall, 4 words"),
        ("<iframe src='https://x.example/v'></iframe>", "embedded media, 1 word"),
        ("<button>Share</button>", "buttons and forms, 1 word"),
        ("<p hidden>Nobody sees this</p>", "hidden text, 3 words"),
        ("<section id=comments>I like tolls</section>", "readers' comments, 3 words"),
    ],
)
def test_what_is_left_out_is_listed(body: str, kind: str) -> None:
    found = article(body)
    assert kind in [what for what, _ in found.left_out]
    assert found.text == f"Toll raised\n{LINES}"


def test_a_page_around_the_article_is_listed_and_its_correction_kept() -> None:
    found = page(
        f"<header><nav>Menu</nav></header><article><p>{LINES}</p></article>"
        "<aside>Ten more stories</aside><footer>An earlier version said five.</footer>"
        "<footer>Imprint</footer>"
    )
    assert found.text.split("\n") == [LINES, "An earlier version said five."]
    assert [what for what, _ in found.left_out] == [
        "page header, 1 word",
        "sidebar, 3 words",
        "page footer, 1 word",
    ]


def test_every_word_of_a_page_is_in_the_text_or_listed() -> None:
    body = (
        "<header><h1>Toll</h1><p>one</p></header><nav>two</nav><main><article><p>three <b>four</b>"
        f"<p>{LINES}<aside>five</aside><div class=share>six</div></article></main>seven<footer>eight"
    )
    found = page(body)
    everything = " ".join([found.text, *(first for _, first in found.left_out)])
    for word in ["one", "two", "three", "four", "five", "six", "seven", "eight"]:
        assert word in everything.split()


def test_a_page_without_an_article_is_read_where_its_text_is() -> None:
    lines = [f"{LINES} That was answer number {n} of the board on the same day." for n in range(5)]
    found = page(
        "<div class=top><a href=/>Front</a> <a href=/n>News</a></div><div><div>"
        + "".join(f"<p>{line}</p>" for line in lines)
        + "<p class=image><img src=x alt='The quay at dawn'></p></div></div><div>Imprint</div>"
    )
    assert found.text.split("\n")[:5] == lines
    assert "The quay at dawn" in found.text
    assert {"Front", "Imprint"} & set(found.text.split()) == set()


def test_a_table_that_is_the_layout_of_a_page_is_read_in_lines() -> None:
    found = page(f"<table><tr><td><h1>Toll</h1><p>{LINES}</p><p>More came.</p></td></tr></table>")
    assert found.text.split("\n") == ["Toll", LINES, "More came."]


def test_the_headline_before_the_article_comes_first() -> None:
    found = page(f"<header><h1>Toll raised</h1></header><main><p>{LINES}</p></main>")
    assert found.text == f"Toll raised\n{LINES}"
    assert forms(found)["Toll raised"] == "headline"


def test_no_break_spaces_and_soft_hyphens_are_kept() -> None:
    assert "The\u00a0com\u00adpany" in article("<p>The\u00a0com\u00adpany left.</p>").text


def test_what_a_page_shows_besides_text_is_kept_or_listed() -> None:
    found = article(
        "<p>So <math><mi>x</mi><mo>=</mo><mn>5</mn></math> it is.</p>"
        "<svg><text>Toll 2023: 12</text></svg><textarea>typed words</textarea>"
        '<noscript><img alt="lazy pier"><p>Switch scripts on</p></noscript>'
        '<div role="img" aria-label="map of the harbour"></div>'
        '<template shadowrootmode="open"><p>Text of a component.</p></template>'
        '<p><time datetime="2024-03-05T10:30:00+01:00"></time> The vote begins.</p>'
        "<ol><li>first thing<li>second thing</ol><p><ruby>漢字<rt>かんじ</rt></ruby></p>"
    )
    for line in (
        "So x = 5 it is.",
        "lazy pier",
        "map of the harbour",
        "Text of a component.",
        "2024-03-05T10:30:00+01:00 The vote begins.",
        "漢字(かんじ)",
    ):
        assert line in found.text.split("\n")
    assert dict(found.left_out) == {
        "graphics, 3 words": "Toll 2023: 12",
        "buttons and forms, 2 words": "typed words",
        "shown without JavaScript only, 3 words": "Switch scripts on",
        "numbers of list items, 2 words": "1 · 2",
    }


def test_a_page_for_mobile_devices_keeps_its_pictures_and_lists_its_advertising() -> None:
    found = article(
        '<amp-img alt="the pier at dawn"></amp-img><amp-ad><p>Buy boats</p></amp-ad>'
        "<amp-consent><p>Cookies?</p></amp-consent>"
    )
    assert forms(found)["the pier at dawn"] == "alternative text"
    assert dict(found.left_out) == {
        "advertising, 2 words": "Buy boats",
        "cookie notice, 1 word": "Cookies?",
    }


def test_the_words_of_two_pictures_with_the_same_description_are_kept_once() -> None:
    found = article('<img alt="the pier at dawn"><img alt="the pier at dawn">')
    assert found.text.count("the pier at dawn") == 1


@pytest.mark.parametrize(
    "markup",
    [
        "<div class=wp-caption><img src=x><p class=wp-caption-text>The quay</p></div>",
        "<figure><img src=x><span class='credit caption'>The quay</span></figure>",
        "<figure class='related promo'><img src=x><figcaption>The quay</figcaption></figure>",
        "<image-figure><img src=x><image-caption>The quay</image-caption></image-figure>",
        "<img src=x alt='A dredger' data-caption='The quay'>",
    ],
)
def test_a_caption_is_one_however_the_page_marks_it(markup: str) -> None:
    found = article(markup)
    forms = {found.text[p.start : p.end]: p.value for p in found.parts}
    assert forms["The quay"] == "caption"


def test_the_end_of_a_page_that_offers_a_subscription_is_reported() -> None:
    offer = "<p>Il vous reste 75% de cet article. La suite est réservée aux abonnés.</p>"
    assert any("offers a subscription" in note for note in article(offer).notes)
    assert article("<p>The pier is open.</p>").notes == ()
