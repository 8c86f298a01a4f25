"""Web pages: their text through trafilatura, and what they state about themselves. Nothing is fetched, nothing is guessed."""

from __future__ import annotations

import codecs
import json
import logging
import re
from collections.abc import Iterable, Iterator
from datetime import date
from email.utils import parsedate_to_datetime
from html import unescape
from typing import Any

from kb.dates import parse
from kb.errors import Usage
from kb.folder import decode
from kb.importers import Read

# A page is read by people; whatever is larger is data, and its tree would take a hundred times as much memory.
LARGEST = 20_000_000
SILENT = logging.NullHandler()  # trafilatura's warnings are not for our users
MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
CHARSET = re.compile(rb"""<(?:meta|\?xml)\b[^>]{0,300}?(?:charset|encoding)\s*=\s*["']?([A-Za-z0-9._:-]{1,40})""", re.IGNORECASE)
# What browsers read under these labels (WHATWG Encoding, 4.2).
AS_BROWSERS = {"iso8859-1": "cp1252", "ascii": "cp1252", "utf-16": "utf-8", "utf-16-le": "utf-8", "utf-16-be": "utf-8"}

# Names of <meta name|property|itemprop> that state a fact, best first.
TITLES = ("og:title", "citation_title", "dc.title", "dcterms.title")
AUTHORS = ("author", "article:author", "citation_author", "parsely-author", "dc.creator", "dcterms.creator", "byl")
PUBLISHERS = ("og:site_name", "citation_publisher", "dc.publisher", "dcterms.publisher", "publisher")
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
    """Read the text of a page, its headline first, and the title, author, publisher, day, language and address that it states.

    Raises Usage where trafilatura is not installed, the page is too large or in an unknown encoding, or has no text.
    """
    if len(data) > LARGEST:
        raise Usage(f"{name} is larger than {LARGEST // 1_000_000} MB.", "save the text alone")
    page = _decode(name, data)
    try:
        import trafilatura
    except ImportError:
        raise Usage(f"{name} is a web page, and the reader of web pages is not installed.", "pip install 'claimkb[html]'") from None
    logging.getLogger("trafilatura").addHandler(SILENT)
    try:
        tree = trafilatura.load_html(page) if page.strip() else None
        stated = None if tree is None else _stated(tree)
        text = None if tree is None else trafilatura.extract(tree, include_comments=False)
    except RecursionError:
        raise Usage(f"{name} is nested too deeply to be read.", "save the text alone") from None
    if not stated or not text or not text.strip():
        raise Usage(f"no text can be read from {name}.", "save the text of the article as a .txt file")
    return Read(_with_headline(text, tree), kind="html", **stated)


def _decode(name: str, data: bytes) -> str:
    """Text of a page by its byte order mark, else by the encoding it declares, else as UTF-8."""
    declared = CHARSET.search(data[:4096])
    label = next((encoding for mark, encoding in MARKS if data.startswith(mark)), None)
    if label is None and declared:
        try:
            label = codecs.lookup(declared[1].decode()).name
        except LookupError:
            raise Usage(f"{name} declares an unknown encoding, {declared[1].decode()}.", "save it as UTF-8") from None
        label = AS_BROWSERS.get(label, label)
    if label in (None, "utf-8"):
        return decode(data, name)
    try:
        return data.decode(label)
    except (ValueError, LookupError):
        raise Usage(f"{name} is not in the encoding it declares, {label}.", "save it as UTF-8") from None


def _with_headline(text: str, tree: Any) -> str:
    """The text, with the page's one headline before it where the reader left it out: headlines are quoted, too."""
    headlines = [clean for h in tree.iter("h1") if (clean := _clean(h.text_content()))]
    if len(headlines) != 1 or headlines[0] in _clean_all(text):
        return text
    return f"{headlines[0]}\n\n{text}"


def _stated(tree: Any) -> dict[str, Any]:
    """What a page says about itself: first in its JSON-LD, then in its meta elements, then in its own markup."""
    metas = _metas(tree)
    article: dict[str, Any] = next(_articles(tree), {})
    heads = [h.text_content() for h in tree.iter("h1")]
    titles = [t.text_content() for t in tree.iter("title")][:1]
    dated = [t.get("datetime") for t in tree.iter("time") if "pubdate" in t.attrib or t.get("itemprop", "").lower() == "datepublished"]
    links = [e.get("href") for e in tree.iter("link") if "canonical" in e.get("rel", "").lower().split()]
    tongues = [tree.get("lang"), *_of(metas, ("og:locale", "content-language", "dc.language"))]
    return {
        "title": _first([article.get("headline"), *_of(metas, TITLES), *(heads if len(heads) == 1 else ()), *titles]),
        "author": _first([_names(article.get("author")), *_of(metas, AUTHORS)], reject=ADDRESS),
        "publisher": _first([_names(article.get("publisher")), *_of(metas, PUBLISHERS)], reject=ADDRESS),
        "published": next(filter(None, map(_days, [article.get("datePublished"), *_of(metas, DATES), *dated])), None),
        "language": _first([str(t).replace("_", "-") if t else None for t in [*tongues, article.get("inLanguage")]], accept=LANGUAGE),
        "url": _first([*links, *_of(metas, ("og:url",)), article.get("url")], accept=ADDRESS),
    }


def _metas(tree: Any) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for element in tree.iter("meta"):
        content = _clean(element.get("content"))
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            if content and (key := element.get(attribute, "").lower()):
                found.setdefault(key, []).append(content)
    return {key: ", ".join(dict.fromkeys(values)) if key in AUTHORS else values[0] for key, values in found.items()}


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
        graphs = [g for i in items if isinstance(i, dict) and isinstance(g := i.get("@graph"), list)]
        for item in [*items, *(i for g in graphs for i in g)]:
            kinds = item.get("@type") if isinstance(item, dict) else None
            if any(str(kind).endswith(("Article", "BlogPosting", "Report")) for kind in (kinds if isinstance(kinds, list) else [kinds])):
                yield item


def _names(value: Any) -> str | None:
    items = value if isinstance(value, list) else [value]
    names = [i.get("name") if isinstance(i, dict) else i for i in items]
    return ", ".join(clean for n in names if (clean := _clean(n))) or None


def _days(value: Any) -> tuple[date, date] | None:
    """First and last day of a date as pages write it, the day as written whatever the time zone; None where it is none.

    >>> _days("2020-06-05T23:10:00+02:00"), _days("Friday morning")
    ((datetime.date(2020, 6, 5), datetime.date(2020, 6, 5)), None)
    """
    text = _clean(value) or ""
    try:
        if day := DAY.match(text):
            found = date(int(day[1]), int(day[3]), int(day[4]))
            return found, found
        if re.fullmatch(r"\d{4}(-\d\d)?", text):
            first, last = parse(text).window()
            return (first, last) if first and last else None
        found = parsedate_to_datetime(text).date()  # RFC 5322, as in HTTP headers
    except (ValueError, TypeError, IndexError, Usage):
        return None
    return found, found


def _first(values: Iterable[Any], accept: re.Pattern[str] | None = None, reject: re.Pattern[str] | None = None) -> str | None:
    for value in values:
        clean = _clean(value)
        if clean and (not accept or accept.fullmatch(clean)) and not (reject and reject.match(clean)):
            return clean
    return None


def _clean(value: Any) -> str | None:
    return _clean_all(unescape(value)) or None if isinstance(value, str) else None


def _clean_all(text: str) -> str:
    return " ".join(text.split())
