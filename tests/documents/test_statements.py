"""What a page states about itself, in every ordinary shape, and where it disagrees with itself."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from kb.documents import Agent, Read, read

LINES = "The harbour board raised the toll for small boats by four crowns on Tuesday, it said."
WORK: dict[str, Any] = {
    "@type": "NewsArticle",
    "headline": "Toll raised",
    "datePublished": "2024-03-05T10:30:00+01:00",
    "author": {"@type": "Person", "name": "Ada Quill"},
    "publisher": {"@type": "NewsMediaOrganization", "name": "Coast Daily"},
}
JSON = json.dumps(WORK)


def page(head: str, body: str = "", html: str = "") -> Read:
    text = f"<!doctype html><html{html}><head>{head}</head><body><p>{LINES}</p>{body}</body>"
    return read("a.html", text.encode())


def linked(*values: object) -> str:
    scripts = [value if isinstance(value, str) else json.dumps(value) for value in values]
    return "".join(f'<script type="application/ld+json">{one}</script>' for one in scripts)


@pytest.mark.parametrize(
    "script",
    [
        f"// <![CDATA[\n{JSON}\n// ]]>",
        f"/* <![CDATA[ */{JSON}/* ]]> */",
        f"<!--\n{JSON}\n-->",
        f"{JSON};",
        JSON.replace('"', "&quot;"),
        JSON.replace('"Toll raised"', '"Toll\nraised"'),
        JSON.replace("}}", "},}"),
        json.dumps([{"@type": "WebSite", "name": "No"}, WORK]),
        json.dumps({"@graph": [{"@type": "BreadcrumbList"}, WORK]}),
        json.dumps({"@type": "WebPage", "mainEntity": WORK}),
        json.dumps(
            {
                "@type": ["Thing", "https://schema.org/NewsArticle"],
                **{k: v for k, v in WORK.items() if k != "@type"},
            }
        ),
        json.dumps({f"schema:{key}" if key[0] != "@" else key: WORK[key] for key in WORK}),
        f"{JSON}\n{JSON}",
        json.dumps(
            {
                "@graph": [
                    {**WORK, "author": {"@id": "#ada"}, "publisher": [{"@id": "#daily"}]},
                    {"@id": "#ada", "@type": "Person", "name": "Ada Quill"},
                    {"@id": "#daily", "@type": "Organization", "name": "Coast Daily"},
                ]
            }
        ),
        json.dumps(
            {"@graph": [{"@type": "WebPage", "mainEntity": {"@id": "#a"}}, {**WORK, "@id": "#a"}]}
        ),
    ],
)
def test_json_ld_is_read_in_every_ordinary_shape(script: str) -> None:
    found = page(linked(script))
    assert found.title == "Toll raised"
    assert found.authors == (Agent("Ada Quill", "person"),)
    assert found.publisher == Agent("Coast Daily", "organisation")
    assert found.published == (date(2024, 3, 5), date(2024, 3, 5))
    assert "published 2024-03-05T10:30:00+01:00 (JSON-LD)" in found.stated


@pytest.mark.parametrize(
    ("more", "number"),
    [("Nobody at any gate knew why it was so, they wrote in letters that day. ", 1), ("", 0)],
)
def test_a_text_that_only_json_ld_has_is_listed(more: str, number: int) -> None:
    found = page(linked({**WORK, "articleBody": f"<p>{LINES}</p> {more}And so."}))
    kinds = [kind for kind, _ in found.left_out if kind.startswith("text of the article that only")]
    assert len(kinds) == number


def test_json_ld_that_cannot_be_read_is_reported() -> None:
    assert any("JSON-LD of the page cannot be read" in note for note in page(linked("{no")).notes)


def test_posts_of_a_live_blog_are_not_the_page() -> None:
    post = {"@type": "BlogPosting", "headline": "Out", "datePublished": "2024-03-07"}
    blog = {**WORK, "@type": "LiveBlogPosting", "liveBlogUpdate": [post]}
    found = page(linked({**blog, "coverageEndTime": "2024-03-07T22:00:00+01:00"}))
    assert found.title == "Toll raised"
    assert found.published == (date(2024, 3, 5), date(2024, 3, 7))


def test_the_times_of_a_page_that_does_not_say_when_it_was_published_are_pointed_out() -> None:
    times = "<time datetime=2024-03-05T10:20:00Z>10.20</time><time datetime=2024-03-04>4</time>"
    found = page("", times)
    assert found.published is None
    assert [note.endswith("--published 2024-03-04..2024-03-05") for note in found.notes] == [True]
    assert page("<meta property=article:published_time content=2024-03-05>", times).notes == ()


def test_microdata_is_read() -> None:
    found = page(
        "",
        '<div itemscope itemtype="https://schema.org/NewsArticle"><h2 itemprop=headline>Toll</h2>'
        '<span itemprop=author itemscope itemtype="https://schema.org/Person">'
        "<span itemprop=name>Ada Quill</span></span><meta itemprop=dateModified content=2024-03-06>"
        "<time itemprop=datePublished datetime=2024-03-05>Tuesday</time></div>",
    )
    assert (found.title, found.authors) == ("Toll", (Agent("Ada Quill", "person"),))
    assert found.published == (date(2024, 3, 5), date(2024, 3, 5))
    assert found.modified == date(2024, 3, 6)


@pytest.mark.parametrize(
    "body",
    [
        '<div vocab="https://schema.org/" typeof="NewsArticle"><h2 property=headline>Toll</h2>'
        "<span property=author typeof=Person><span property=name>Ada Quill</span></span>"
        '<time property=datePublished datetime=2024-03-05>Tuesday</time><span rel="mainEntityOfPage"'
        ' resource="https://x.example/toll"></span><meta property=dateModified content=2024-03-06>'
        "</div>",
        '<div typeof="sioc:Item schema:BlogPosting"><h2 property="dc:title schema:headline">Toll</h2>'
        '<span rel="schema:author"><a typeof="schema:Person" property="schema:name">Ada Quill</a>'
        '</span><span property="dc:date schema:dateCreated" content="2024-03-05">Tuesday</span>'
        '<time property="article:modified_time" datetime="2024-03-06">Wednesday</time>'
        '<link property="schema:mainEntityOfPage" href="https://x.example/toll"></div>',
    ],
)
def test_rdfa_is_read(body: str) -> None:
    found = page("", body)
    assert (found.title, found.url) == ("Toll", "https://x.example/toll")
    assert found.authors == (Agent("Ada Quill", "person"),)
    assert found.published == (date(2024, 3, 5), date(2024, 3, 5))
    assert found.modified == date(2024, 3, 6)


@pytest.mark.parametrize(
    ("head", "names"),
    [
        ("<meta name=author content='Ada Quill'><meta name=author content='Ben Holt'>", 2),
        ("<meta name=author content='By Ada Quill and Ben Holt'>", 2),
        ("<meta name=author content='Ada Quill; Ben Holt'>", 2),
        ("<meta name=author content='Barnes and Noble, Inc.'>", 1),
        ("<meta name=author content='Trial and error'>", 1),
        (linked({**WORK, "author": [{"name": "Ada Quill"}, "Ben Holt"]}), 2),
        (linked(WORK) + "<meta name=author content='Ada Quill, Ben Holt'>", 2),
    ],
)
def test_several_by_lines_are_several_authors(head: str, names: int) -> None:
    assert len(page(head).authors) == names


def test_a_day_in_utc_may_be_one_of_two_local_days() -> None:
    found = page("<meta property=article:published_time content=2024-03-06T04:30:00Z>")
    assert found.published == (date(2024, 3, 5), date(2024, 3, 6))
    assert "UTC" in (found.published_because or "")


def test_two_days_of_publication_are_both_possible_and_reported() -> None:
    found = page(linked(WORK) + "<meta property=article:published_time content=2024-05-01>")
    assert found.published == (date(2024, 3, 5), date(2024, 5, 1))
    assert any("several publication dates" in note for note in found.notes)


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (linked(WORK) + "<meta name=author content='Ben Holt'>", "different authors"),
        (linked(WORK) + "<meta property=og:site_name content='Hill News'>", "different publishers"),
        (
            "<link rel=canonical href=https://a.example/1><meta property=og:url content=https://b.example/2>",
            "several addresses",
        ),
        (
            "<meta name=date content='Friday morning'>",
            "“Friday morning” is not read as a date; write the day as YYYY-MM-DD after --published.",
        ),
        (
            "<meta name=date content='03/04/2024 10:30'>",
            "can be 3 April 2024 or 4 March 2024; write 2024-04-03 or 2024-03-04 after --published.",
        ),
        (
            "<meta property=article:modified_time content='Friday morning'>",
            "modified is left out: “Friday morning” is not read as a date",
        ),
        (linked({**WORK, "isAccessibleForFree": "False"}), "only a part of the article"),
        (
            linked(
                {
                    "@type": "ClaimReview",
                    "claimReviewed": "The pier was sold",
                    "reviewRating": {"alternateName": "False"},
                }
            ),
            "claim reviewed: “The pier was sold”; verdict: False",
        ),
    ],
)
def test_what_a_reader_should_know_is_a_note(head: str, words: str) -> None:
    assert any(words in note for note in page(head).notes)


def test_statements_that_agree_make_no_note() -> None:
    head = (
        linked(WORK) + "<meta name=author content='ada quill'><meta name=date content=2024-06-01>"
    )
    assert page(head).notes == ()


@pytest.mark.parametrize(
    "day", ["1402/12/15", "۱۴۰۲-۱۲-۱۵", "1445-08-24", "2567-03-05T10:00:00+07:00", "0001-01-01"]
)
def test_a_day_of_another_calendar_is_not_taken_for_one_of_ours(day: str) -> None:
    found = page(f"<meta property=article:published_time content='{day}'>")
    assert found.published is None
    assert any(day in note and "another calendar" in note for note in found.notes)


@pytest.mark.parametrize(
    "day",
    ["5. März 2024", "5 mars 2024", "2024年3月5日", "March 5, 2024 at 10:30 pm", "٥ مارس ٢٠٢٤"],
)
def test_a_day_of_publication_is_read_in_other_languages(day: str) -> None:
    found = page(f"<meta property=article:published_time content='{day}'>")
    assert found.published == (date(2024, 3, 5), date(2024, 3, 5))


def test_a_day_of_change_in_words_is_kept() -> None:
    found = page("<meta property=article:modified_time content='March 5, 2024'>")
    assert (found.modified, found.notes) == (date(2024, 3, 5), ())


def test_the_day_of_the_last_change_is_kept() -> None:
    found = page("<meta property=article:modified_time content=2024-05-01T23:59:00Z>")
    assert (found.modified, found.published) == (date(2024, 5, 1), None)


@pytest.mark.parametrize(
    "address",
    [
        "https://web.archive.org/web/20240309101500/https://coast.example/toll",
        "https://web.archive.org/web/20240309101500if_/https://coast.example/toll",
        "https://archive.ph/20240309101500/https://coast.example/toll",
    ],
)
def test_the_address_of_an_archived_copy_is_kept_apart(address: str) -> None:
    found = page(f"<link rel=canonical href={address}>")
    assert (found.url, found.archived) == ("https://coast.example/toll", address)


def test_the_address_that_a_browser_noted_is_read() -> None:
    note = "<!-- saved from url=(0026)https://coast.example/toll -->"
    text = f"<!doctype html>{note}<html><body><p>{LINES}</p></body></html>"
    assert read("a.html", text.encode()).url == "https://coast.example/toll"


def test_a_value_that_is_too_long_is_named_and_not_dropped_silently() -> None:
    found = page(f"<title>{'x' * 30_000}</title>")
    assert found.title is None
    assert any(n.startswith("title is left out, because it has 30,000") for n in found.notes)


def test_json_ld_with_comments_and_several_names_is_read() -> None:
    found = page(
        linked(
            '{"@type": "NewsArticle", /* made by hand */ "headline": "Toll // raised",\n'
            '// the desk\n"author": {"@type": "Person", "name": ["Ada Quill", "Ben Holt"]},}'
        )
    )
    assert found.title == "Toll // raised"
    assert found.authors == (Agent("Ada Quill", "person"), Agent("Ben Holt", "person"))


@pytest.mark.parametrize(
    "script",
    [
        "\ufeff" + json.dumps(WORK),
        f"<!--//--><![CDATA[// ><!--\n{json.dumps(WORK)}\n//--><!]]>",
        json.dumps(WORK).replace("Toll raised", "Toll\\' raised"),
        json.dumps(WORK).replace("@type", "type"),
        json.dumps({**WORK, "@type": "PressRelease"}),
        json.dumps({**WORK, "author": {"@list": [WORK["author"]]}}),
    ],
)
def test_json_ld_with_other_frames_and_types_is_read(script: str) -> None:
    found = page(f"<script type='application/ld+json'>{script}</script>")
    assert [author.name for author in found.authors] == ["Ada Quill"]
    assert found.published == (date(2024, 3, 5), date(2024, 3, 5))


def test_a_live_blog_goes_on_until_its_last_post() -> None:
    live = {
        "@type": "LiveBlogPosting",
        "coverageStartTime": "2024-03-05T06:00:00+01:00",
        "liveBlogUpdate": [{"@type": "BlogPosting", "datePublished": "2024-03-07T21:40:00+01:00"}],
    }
    assert page(linked(live)).published == (date(2024, 3, 5), date(2024, 3, 7))


@pytest.mark.parametrize(
    "head",
    [
        linked({**WORK, "hasPart": {"@type": "WebPageElement", "isAccessibleForFree": "False"}}),
        "<meta property=article:content_tier content=locked>",
        "<meta itemprop=isAccessibleForFree content=false>",
    ],
)
def test_a_page_that_is_not_free_says_so_in_several_ways(head: str) -> None:
    assert any("only a part of the article" in note for note in page(head).notes)


def test_each_claim_that_a_page_reviews_is_named() -> None:
    reviews = [
        {"@type": "ClaimReview", "itemReviewed": {"@type": "Claim", "name": f"Pier {n} was sold"}}
        for n in (1, 2)
    ]
    notes = page(linked({**WORK, "review": reviews})).notes
    assert [note[:46] for note in notes] == [
        f"ClaimReview: claim reviewed: “Pier {n} was sold”"[:46] for n in (1, 2)
    ]


@pytest.mark.parametrize(
    ("head", "url", "archived"),
    [
        (
            '<script>__wm.wombat("https://coast.example/toll","20240309101500","x")</script>',
            "https://coast.example/toll",
            "https://web.archive.org/web/20240309101500/https://coast.example/toll",
        ),
        (
            "<link rel=bookmark href='http://archive.today/20240309101500/https://coast.example/'>"
            "<link rel=canonical href='https://archive.ph/AbCdE'>",
            "https://coast.example/",
            "https://archive.ph/AbCdE",
        ),
        (
            "<link rel=canonical href='https://perma.cc/AB12-CD34'>",
            None,
            "https://perma.cc/AB12-CD34",
        ),
    ],
)
def test_the_address_of_a_copy_is_never_the_address_of_publication(
    head: str, url: str | None, archived: str
) -> None:
    found = page(head)
    assert (found.url, found.archived) == (url, archived)
    assert url or any("--url" in note for note in found.notes)
