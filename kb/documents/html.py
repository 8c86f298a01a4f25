"""Web pages: their text through trafilatura, and what they state about themselves. Nothing is
fetched, nothing is guessed.
"""

from __future__ import annotations

import codecs
import json
import logging
import re
from collections.abc import Iterable, Iterator
from datetime import date
from email.utils import parsedate_to_datetime
from html import unescape
from types import ModuleType
from typing import Any

from kb.documents import Read, encodings, plain_html, shortened
from kb.errors import Usage
from kb.model.dates import parse
from kb.system import confined
from kb.system.intake import decode

# A page is read by people; whatever is larger is data, and its tree would take a hundred times as
# much memory.
LARGEST = 20_000_000
# Elements of a page that is read at all.
ELEMENTS = 1_000_000
# Elements of an article, and characters of one tag with its attributes. The reader of articles takes
# time that grows with the square of both; of a page that has more, the whole text is taken.
ARTICLE, LONGEST_TAG = 40_000, 50_000
# Characters of such a page in which it may state its title, author and day.
OPENING_PART = 200_000
# What reading a page may take. Ten megabytes of ordinary text take 5 seconds and 250 MB.
LIMITS = confined.Limits(seconds=30, memory=2**30)
# Characters of a title, of names, of an address and of a date: what is longer is none, or is not
# for people.
LONGEST_TITLE, LONGEST_NAMES, LONGEST_ADDRESS, LONGEST_DATE = 300, 2000, 2000, 100
WAY_OUT = "save the text of the article as a .txt file"
SILENT = logging.NullHandler()  # trafilatura's warnings are not for our users
# That of UTF-32 begins with that of UTF-16, and is looked for first.
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, None),
    (codecs.BOM_UTF32_BE, None),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
OPENING = re.compile("<[A-Za-z]")
LONG_TAG = re.compile(rf"<[A-Za-z][^<>]{{{LONGEST_TAG},}}")
CHARSET = re.compile(
    rb"""<(?:meta|\?xml)\b[^>]{0,300}?(?:charset|encoding)\s*=\s*["']?([A-Za-z0-9._:-]{1,40})""",
    re.IGNORECASE,
)

# Names of <meta name|property|itemprop> that state a fact, best first.
TITLES = ("og:title", "citation_title", "dc.title", "dcterms.title")
AUTHORS = (
    "author",
    "article:author",
    "citation_author",
    "parsely-author",
    "dc.creator",
    "dcterms.creator",
    "byl",
)
PUBLISHERS = (
    "og:site_name",
    "citation_publisher",
    "dc.publisher",
    "dcterms.publisher",
    "publisher",
)
DATES = (
    "article:published_time",
    "datepublished",
    "citation_publication_date",
    "citation_date",
    "parsely-pub-date",
    "dcterms.issued",
    "dc.date.issued",
    "dc.date",
    "pubdate",
    "date",
)
ADDRESS = re.compile(r"https?://[^\s<>\"{}|\\^`]+")
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")
DAY = re.compile(r"(\d{4})([-/.]?)(\d\d)\2(\d\d)(?!\d)")


def read(name: str, data: bytes) -> Read:
    """Read the text of a page, its headline first, and the title, author, publisher, day, language
    and address that it states.

    It is read in a child with LIMITS. Raises Usage where trafilatura is not installed, the page is
    too large, takes too long, is in
    an unknown encoding, or has no text.
    """
    if len(data) > LARGEST:
        raise Usage(f"{name} is larger than {LARGEST // 1_000_000} MB.", WAY_OUT)
    page = _decode(name, data)
    elements = sum(1 for _ in OPENING.finditer(page))
    if elements > ELEMENTS:
        raise Usage(f"{name} has more than {ELEMENTS:,} elements.", WAY_OUT)
    why = _too_much_for_an_article(page, elements)
    try:
        import trafilatura  # here, so that the child finds it loaded, and outside of its limits
    except ImportError:
        raise Usage(
            f"{name} is a web page, and the reader of web pages is not installed.",
            "pip install 'claimkb[html]'",
        ) from None
    try:
        work = _whole if why else _read
        found = confined.run(lambda: work(trafilatura, page), LIMITS)
    except confined.Overrun as over:
        raise Usage(f"{name} {_overran(over.what)}", WAY_OUT) from None
    if found is None:
        raise Usage(f"no text can be read from {name}.", WAY_OUT)
    days = found.pop("published")
    published = (date.fromisoformat(days[0]), date.fromisoformat(days[1])) if days else None
    changed = {"text": why} if why else {}
    title = found.get("title")
    if title and len(title) > LONGEST_TITLE:
        found["title"] = shortened(title, LONGEST_TITLE)
        changed["title"] = f"is kept as “{found['title']}”: it has {len(title):,} characters."
    return Read(kind="html", published=published, changed=changed, **found)


def _too_much_for_an_article(page: str, elements: int) -> str:
    """Why the whole text of a page is taken instead of its article; empty where it is not."""
    whole = "is all that the page shows, menus included, because the page has"
    if elements > ARTICLE:
        return f"{whole} more than {ARTICLE:,} elements."
    return (
        f"{whole} a tag of more than {LONGEST_TAG:,} characters." if LONG_TAG.search(page) else ""
    )


def _overran(what: str) -> str:
    """Which limit a page went over."""
    return {
        "time": f"cannot be read within {LIMITS.seconds:g} seconds: it has too many elements, attributes or levels.",
        "memory": f"needs more than {LIMITS.memory // 2**20} MiB of memory to be read.",
        "result": f"has more than {LIMITS.result // 2**20} MiB of text.",
    }.get(what, "cannot be read as a web page: it is nested too deeply, or its markup is broken.")


def _read(trafilatura: ModuleType, page: str) -> dict[str, Any] | None:
    """What `read` gives, as JSON can carry it; None where there is no text."""
    logging.getLogger("trafilatura").addHandler(SILENT)
    tree = trafilatura.load_html(page) if page.strip() else None
    if tree is None:
        return None
    stated = _stated(tree)
    text = trafilatura.extract(tree, include_comments=False)
    if not text or not text.strip():
        return None
    days = stated["published"]
    return {
        **stated,
        "text": _with_headline(text, tree),
        "published": [day.isoformat() for day in days] if days else None,
    }


def _whole(trafilatura: ModuleType, page: str) -> dict[str, Any] | None:
    """The same, with all that the page shows."""
    text = plain_html.text(page)
    if not text:
        return None
    opening = LONG_TAG.sub("<p", page[:OPENING_PART])
    tree = trafilatura.load_html(opening[: opening.rfind("<")])
    stated = _stated(tree) if tree is not None else {}
    days = stated.get("published")
    return {
        **stated,
        "text": text,
        "published": [day.isoformat() for day in days] if days else None,
    }


def _decode(name: str, data: bytes) -> str:
    """Text of a page by its byte order mark, else by the encoding it declares, else as UTF-8."""
    marked = next((encoding for mark, encoding in MARKS if data.startswith(mark)), "")
    if marked is None:
        raise Usage(f"{name} is in UTF-32, which no browser reads.", "save it as UTF-8")
    declared = CHARSET.search(data[:4096])
    label = declared[1].decode() if declared else "utf-8"
    codec = marked or encodings.codec(label)
    if codec is None:
        raise Usage(f"{name} declares an unknown encoding, {label}.", "save it as UTF-8")
    if codec == "utf-8":
        return decode(data, name)
    try:
        return encodings.decode(data, codec)
    except ValueError:
        raise Usage(
            f"{name} is not in the encoding it declares, {label if not marked else codec}.",
            "save it as UTF-8",
        ) from None


def _with_headline(text: str, tree: Any) -> str:
    """The text, with the page's one headline before it where the reader left it out: headlines are
    quoted, too.
    """
    headlines = [clean for h in tree.iter("h1") if (clean := _clean(h.text_content()))]
    if len(headlines) != 1 or len(headlines[0]) > LONGEST_TITLE or headlines[0] in _clean_all(text):
        return text
    return f"{headlines[0]}\n\n{text}"


def _stated(tree: Any) -> dict[str, Any]:
    """What a page says about itself: first in its JSON-LD, then in its meta elements, then in its
    own markup.
    """
    metas = _metas(tree)
    article: dict[str, Any] = next(_articles(tree), {})
    heads = [h.text_content() for h in tree.iter("h1")]
    titles = [t.text_content() for t in tree.iter("title")][:1]
    dated = [
        t.get("datetime")
        for t in tree.iter("time")
        if "pubdate" in t.attrib or t.get("itemprop", "").lower() == "datepublished"
    ]
    links = [
        e.get("href") for e in tree.iter("link") if "canonical" in e.get("rel", "").lower().split()
    ]
    tongues = [tree.get("lang"), *_of(metas, ("og:locale", "content-language", "dc.language"))]
    return {
        "title": _title(
            [
                article.get("headline"),
                *_of(metas, TITLES),
                *(heads if len(heads) == 1 else ()),
                *titles,
            ]
        ),
        "author": _first(
            [_names(article.get("author")), *_of(metas, AUTHORS)], LONGEST_NAMES, reject=ADDRESS
        ),
        "publisher": _first(
            [_names(article.get("publisher")), *_of(metas, PUBLISHERS)],
            LONGEST_NAMES,
            reject=ADDRESS,
        ),
        "published": next(
            filter(None, map(_days, [article.get("datePublished"), *_of(metas, DATES), *dated])),
            None,
        ),
        "language": _first(
            [
                str(t).replace("_", "-") if t else None
                for t in [*tongues, article.get("inLanguage")]
            ],
            35,
            accept=LANGUAGE,
        ),
        "url": _first(
            [*links, *_of(metas, ("og:url",)), article.get("url")], LONGEST_ADDRESS, accept=ADDRESS
        ),
    }


def _metas(tree: Any) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for element in tree.iter("meta"):
        content = _clean(element.get("content"))
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            if content and (key := element.get(attribute, "").lower()):
                found.setdefault(key, []).append(content)
    return {
        key: ", ".join(dict.fromkeys(values)) if key in AUTHORS else values[0]
        for key, values in found.items()
    }


def _of(metas: dict[str, str], names: Iterable[str]) -> list[str]:
    return [metas[name] for name in names if name in metas]


def _articles(tree: Any) -> Iterator[dict[str, Any]]:
    """Articles described in JSON-LD scripts; what is not JSON is passed over."""
    for script in tree.iter("script"):
        if script.get("type", "").lower() != "application/ld+json":
            continue
        try:
            found = json.loads(script.text_content())
        except (ValueError, RecursionError):
            continue
        items = found if isinstance(found, list) else [found]
        graphs = [
            g for i in items if isinstance(i, dict) and isinstance(g := i.get("@graph"), list)
        ]
        for item in [*items, *(i for g in graphs for i in g)]:
            kinds = item.get("@type") if isinstance(item, dict) else None
            if any(
                str(kind).endswith(("Article", "BlogPosting", "Report"))
                for kind in (kinds if isinstance(kinds, list) else [kinds])
            ):
                yield item


def _names(value: Any) -> str | None:
    items = value if isinstance(value, list) else [value]
    names = [i.get("name") if isinstance(i, dict) else i for i in items]
    return ", ".join(clean for n in names if (clean := _clean(n))) or None


def _days(value: Any) -> tuple[date, date] | None:
    """First and last day of a date as pages write it, the day as written whatever the time zone;
    None where it is none.

    >>> _days("2020-06-05T23:10:00+02:00"), _days("Friday morning")
    ((datetime.date(2020, 6, 5), datetime.date(2020, 6, 5)), None)
    """
    text = _clean(value) or ""
    if len(text) > LONGEST_DATE:
        return None
    try:
        if day := DAY.match(text):
            found = date(int(day[1]), int(day[3]), int(day[4]))
            return found, found
        if re.fullmatch(r"\d{4}(-\d\d)?", text):
            first, last = parse(text).window()
            return (first, last) if first and last else None
        found = parsedate_to_datetime(text).date()  # RFC 5322, as in HTTP headers
    except (ValueError, TypeError, IndexError, OverflowError, Usage):
        return None
    return found, found


def _title(values: Iterable[Any]) -> str | None:
    """The first title."""
    return next(filter(None, map(_clean, values)), None)


def _first(
    values: Iterable[Any],
    longest: int,
    accept: re.Pattern[str] | None = None,
    reject: re.Pattern[str] | None = None,
) -> str | None:
    """The first value that is not too long and of the right shape."""
    for value in values:
        clean = _clean(value)
        if (
            not clean
            or len(clean) > longest
            or (accept and not accept.fullmatch(clean))
            or (reject and reject.match(clean))
        ):
            continue
        return clean
    return None


def _clean(value: Any) -> str | None:
    if not isinstance(value, str):
        return None
    # JSON can name half of a character, which no text can hold
    return _clean_all(unescape(value).encode("utf-8", "replace").decode()) or None


def _clean_all(text: str) -> str:
    return " ".join(text.split())
