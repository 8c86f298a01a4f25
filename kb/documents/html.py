"""Web pages: their text, extracted by trafilatura, and the facts they state about themselves.

Nothing is fetched and nothing is guessed.
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

from kb.documents import encodings, plain_html
from kb.documents.document import Read, shortened
from kb.errors import Usage
from kb.model.dates import parse
from kb.system import confined
from kb.system.intake import decode

# Bytes. People read pages; a larger one is data, and its tree would take a hundred times the
# memory.
LARGEST = 20_000_000
# The most elements of a page that is read.
ELEMENTS = 1_000_000
# Elements of an article, and characters of one tag with its attributes. trafilatura takes quadratic
# time for both; of a page with more, the full text is used.
ARTICLE, LONGEST_TAG = 40_000, 50_000
# Characters of such a page in which title, author and day are searched for.
OPENING_PART = 200_000
# Limits for reading a page. Ten megabytes of ordinary text take 5 seconds and 250 MB.
LIMITS = confined.Limits(seconds=30, memory=2**30)
# Characters of a title, of names, of an address and of a date. Anything longer is something else.
LONGEST_TITLE, LONGEST_NAMES, LONGEST_ADDRESS, LONGEST_DATE = 300, 2000, 2000, 100
WAY_OUT = "save the text of the article as a .txt file"
# Our users do not need trafilatura's warnings.
SILENT = logging.NullHandler()
# UTF-32 comes first, because its mark begins with that of UTF-16.
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
    """Read a page: its text with the headline first, and the facts that it states.

    These are title, author, publisher, day, language and address. The page is read in a child
    process with LIMITS. Raises Usage if trafilatura is not installed, or the page is too large,
    takes too long, is in an unknown encoding, or has no text.
    """
    if len(data) > LARGEST:
        raise Usage(f"{name} is larger than {LARGEST // 1_000_000} MB.", WAY_OUT)
    page = _decode(name, data)
    elements = sum(1 for _ in OPENING.finditer(page))
    if elements > ELEMENTS:
        raise Usage(f"{name} has more than {ELEMENTS:,} elements.", WAY_OUT)
    why = _too_much_for_an_article(page, elements)
    try:
        # Here, so that the child finds it loaded, and the limits do not include loading it.
        import trafilatura
    except ImportError:
        raise Usage(
            f"{name} is a web page, and the reader of web pages is not installed.",
            "install it: pip install 'claimkb[html]'",
        ) from None
    try:
        work = _whole if why else _read
        found = confined.run(lambda: work(trafilatura, page), LIMITS)
    except confined.Overrun as over:
        raise Usage(f"{name} {_overran(over.what)}", WAY_OUT) from None
    if found is None:
        raise Usage(f"no text was found in {name}.", WAY_OUT)
    days = found.pop("published")
    published = (date.fromisoformat(days[0]), date.fromisoformat(days[1])) if days else None
    changed = {"text": why} if why else {}
    title = found.get("title")
    if title and len(title) > LONGEST_TITLE:
        found["title"] = shortened(title, LONGEST_TITLE)
        changed["title"] = f"is stored as “{found['title']}”: it has {len(title):,} characters."
    return Read(kind="html", published=published, changed=changed, **found)


def _too_much_for_an_article(page: str, elements: int) -> str:
    """Return the reason why the full text of a page is used instead of its article, or ""."""
    full = "is everything on the page, menus included, because the page has"
    if elements > ARTICLE:
        return f"{full} more than {ARTICLE:,} elements."
    return f"{full} a tag of more than {LONGEST_TAG:,} characters." if LONG_TAG.search(page) else ""


def _overran(what: str) -> str:
    """Return the end of the sentence about the limit that a page exceeded."""
    return {
        "time": f"cannot be read within {LIMITS.seconds:g} seconds: "
        "it has too many elements, attributes or levels.",
        "memory": f"needs more than {LIMITS.memory // 2**20} MiB of memory to be read.",
        "result": f"has more than {LIMITS.result // 2**20} MiB of text.",
    }.get(what, "cannot be read as a web page: it is nested too deeply, or its markup is broken.")


def _read(trafilatura: ModuleType, page: str) -> dict[str, Any] | None:
    """Return the result of `read` as JSON values, or None if there is no text."""
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
    """Return the same, but with all visible text of the page."""
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
    """Decode a page by its byte order mark, by its declared encoding, or as UTF-8."""
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
    """Put the page's only headline before the text if it is missing there: headlines are quoted,
    too.
    """
    headlines = [clean for h in tree.iter("h1") if (clean := _clean(h.text_content()))]
    if len(headlines) != 1 or len(headlines[0]) > LONGEST_TITLE or headlines[0] in _clean_all(text):
        return text
    return f"{headlines[0]}\n\n{text}"


def _stated(tree: Any) -> dict[str, Any]:
    """Return the facts that a page states: in JSON-LD, in meta elements, or in its markup."""
    metas = _metas(tree)
    article: dict[str, Any] = next(_articles(tree), {})
    heads = [h.text_content() for h in tree.iter("h1")]
    titles = [t.text_content() for t in tree.iter("title")][:1]
    stated = [article.get("headline"), *_of(metas, TITLES)]
    authors = [_names(article.get("author")), *_of(metas, AUTHORS)]
    publishers = [_names(article.get("publisher")), *_of(metas, PUBLISHERS)]
    days = [article.get("datePublished"), *_of(metas, DATES), *_dated(tree)]
    addresses = [*_canonical(tree), *_of(metas, ("og:url",)), article.get("url")]
    return {
        "title": _title([*stated, *(heads if len(heads) == 1 else ()), *titles]),
        "author": _first(authors, LONGEST_NAMES, reject=ADDRESS),
        "publisher": _first(publishers, LONGEST_NAMES, reject=ADDRESS),
        "published": next(filter(None, map(_days, days)), None),
        "language": _first(_languages(tree, metas, article), 35, accept=LANGUAGE),
        "url": _first(addresses, LONGEST_ADDRESS, accept=ADDRESS),
    }


def _dated(tree: Any) -> Iterator[Any]:
    """Yield the dates of <time> elements that mark the day of publication."""
    for element in tree.iter("time"):
        if "pubdate" in element.attrib or element.get("itemprop", "").lower() == "datepublished":
            yield element.get("datetime")


def _canonical(tree: Any) -> Iterator[Any]:
    """Yield the addresses of canonical links (RFC 6596)."""
    for element in tree.iter("link"):
        if "canonical" in element.get("rel", "").lower().split():
            yield element.get("href")


def _languages(tree: Any, metas: dict[str, str], article: dict[str, Any]) -> Iterator[str]:
    """Yield the language tags that a page states, best first."""
    metas_of_language = _of(metas, ("og:locale", "content-language", "dc.language"))
    for tag in (tree.get("lang"), *metas_of_language, article.get("inLanguage")):
        if tag:
            yield str(tag).replace("_", "-")


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
    """Yield the articles described in JSON-LD scripts. Scripts that are not JSON are skipped."""
    for script in tree.iter("script"):
        if script.get("type", "").lower() != "application/ld+json":
            continue
        try:
            found = json.loads(script.text_content())
        except (ValueError, RecursionError):
            continue
        items = found if isinstance(found, list) else [found]
        graphs = [item.get("@graph") for item in items if isinstance(item, dict)]
        nested = [item for graph in graphs if isinstance(graph, list) for item in graph]
        yield from (item for item in (*items, *nested) if isinstance(item, dict) and _is_text(item))


def _is_text(item: dict[str, Any]) -> bool:
    """Tell whether JSON-LD describes an article (schema.org)."""
    kinds = item.get("@type")
    names = map(str, kinds if isinstance(kinds, list) else [kinds])
    return any(name.endswith(("Article", "BlogPosting", "Report")) for name in names)


def _names(value: Any) -> str | None:
    items = value if isinstance(value, list) else [value]
    names = [i.get("name") if isinstance(i, dict) else i for i in items]
    return ", ".join(clean for n in names if (clean := _clean(n))) or None


def _days(value: Any) -> tuple[date, date] | None:
    """Return the first and last day of a date on a page, as written in its time zone, or None.

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
        # RFC 5322, as in HTTP headers.
        found = parsedate_to_datetime(text).date()
    except (ValueError, TypeError, IndexError, OverflowError, Usage):
        return None
    return found, found


def _title(values: Iterable[Any]) -> str | None:
    """Return the first title."""
    return next(filter(None, map(_clean, values)), None)


def _first(
    values: Iterable[Any],
    longest: int,
    accept: re.Pattern[str] | None = None,
    reject: re.Pattern[str] | None = None,
) -> str | None:
    """Return the first value that is short enough and has the right form."""
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
    # JSON can contain half of a surrogate pair, which a text cannot.
    return _clean_all(unescape(value).encode("utf-8", "replace").decode()) or None


def _clean_all(text: str) -> str:
    return " ".join(text.split())
