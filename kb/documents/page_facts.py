"""Statements of a web page about itself: JSON-LD, meta elements, RDFa and its markup."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from kb.documents import linked_data, page_items, reviews, stated_days
from kb.documents.archives import split_archived
from kb.documents.statements import ADDRESS, Field, Statement, clean

# Names of <meta name|property|itemprop> that state a fact, best first.
TITLES: Final = ("og:title", "citation_title", "dc.title", "dcterms.title", "twitter:title")
AUTHORS: Final = (
    "author",
    "article:author",
    "citation_author",
    "parsely-author",
    "sailthru.author",
    "dc.creator",
    "dcterms.creator",
    "byl",
)
PUBLISHERS: Final = (
    "og:site_name",
    "citation_publisher",
    "dc.publisher",
    "dcterms.publisher",
    "publisher",
)
DATES: Final = (
    "article:published_time",
    "og:published_time",
    "datepublished",
    "citation_publication_date",
    "citation_date",
    "parsely-pub-date",
    "sailthru.date",
    "dcterms.issued",
    "dc.date.issued",
)
# These state a day of some kind, often that of the last change.
WEAK_DATES: Final = ("dc.date", "dcterms.date", "dcterms.created", "pubdate", "date")
CHANGES: Final = (
    "article:modified_time",
    "og:updated_time",
    "datemodified",
    "dcterms.modified",
    "dc.date.modified",
    "last-modified",
    "lastmod",
    "revised",
)
LANGUAGES: Final = ("og:locale", "content-language", "dc.language", "dcterms.language")
METAS: Final[tuple[tuple[Field, tuple[str, ...]], ...]] = (
    ("title", TITLES),
    ("author", AUTHORS),
    ("publisher", PUBLISHERS),
    ("published", DATES),
    ("modified", CHANGES),
    ("url", ("og:url",)),
)
ON_ELEMENTS: Final = frozenset({*DATES, *CHANGES, *AUTHORS, "dcterms.title", "dc.title"})
ISO: Final = re.compile(r"\d{4}-\d\d-\d\d")
TIERS: Final = ("article:content_tier", "content_tier", "access")
# The original address and the time of a copy, in the script with which the Wayback Machine rewrites
# a page, and the addresses of archive.today.
WAYBACK: Final = re.compile(r"__wm\.wombat\(\s*[\"'](https?://[^\"'\s]+)[\"'],\s*[\"'](\d{14})")
ARCHIVE_TODAY: Final = re.compile(r"https?://archive\.(?:today|ph|is|li|md|vn|fo)/", re.IGNORECASE)
# Characters in which comments of browsers are searched for, and a comment.
BEGINNING: Final = 8_000
COMMENT: Final = re.compile(r"<!--(?>[^-]|-(?!->)){1,2000}-->")
# Comments in which browsers and their extensions note what they saved.
SAVED_FROM: Final = re.compile(r"saved from url=\(\d+\)(\S+)|^\s*url:\s*(\S+)\s*$", re.MULTILINE)
SAVED_ON: Final = re.compile(r"^\s*saved date:\s*(.{10,80})$", re.MULTILINE)


def facts(tree: Any, page: str) -> tuple[list[Statement], list[str], list[str]]:
    """Return what a page states, the best statements first; notes for the reader; and the texts of
    works in its JSON-LD.

    `tree` is the parsed `page`.
    """
    metas = _metas(tree)
    canonical = next(_canonical(tree), None) or next(iter(metas.get("og:url", ())), None)
    linked, notes, bodies = _linked(tree, canonical)
    found = [Statement("url", canonical, "canonical link")] if canonical else []
    found += [*linked, *_of_metas(metas), *page_items.statements(tree), *_of_markup(tree)]
    saved, remarks = _saved(page[:BEGINNING])
    found += [*_archived(tree, page[:BEGINNING]), *saved]
    if any(ARCHIVE_TODAY.match(one.value) for one in found if one.field == "url"):
        # These are the name of the archive and the day of the copy.
        found = [one for one in found if one.where not in ("meta og:site_name", "meta pubdate")]
    if linked_data.NOT_FREE not in notes and _not_free(tree, metas):
        notes.append(linked_data.NOT_FREE)
    notes += [*remarks, *_times(tree, found)]
    return [*found, *_in_other_languages(tree)], notes, bodies


def _linked(tree: Any, address: str | None) -> tuple[list[Statement], list[str], list[str]]:
    """Return what JSON-LD states about the page with this address, notes, and texts of works."""
    nodes, index, notes = linked_data.read(_scripts(tree))
    found = linked_data.statements(nodes, index, address)
    return found, [*notes, *reviews.sentences(nodes, index)], [*linked_data.bodies(nodes)]


def _times(tree: Any, stated: list[Statement]) -> Iterator[str]:
    """Yield a note on the days and times that a page shows, such as those of a live blog, if it
    does not state when it was published.
    """
    if any(one.field == "published" for one in stated):
        return
    written = (clean(element.get("datetime")) for element in tree.iter("time"))
    found = sorted(one for one in written if one and ISO.match(one) and stated_days.days(one))
    if found:
        first, last = found[0], found[-1]
        shown = first if first == last else f"{first} to {last}"
        day = f"{first[:10]}..{last[:10]}" if first[:10] != last[:10] else first[:10]
        yield (
            f"the page does not say when it was published; its times are {shown}. If that is it: "
            f"--published {day}"
        )


def _archived(tree: Any, beginning: str) -> Iterator[Statement]:
    """Yield the address that a web archive notes in a page that it rewrites."""
    for found in WAYBACK.finditer(beginning):
        copy = f"https://web.archive.org/web/{found[2]}/{found[1]}"
        yield Statement("url", copy, "script of the archive", weak=True)
    for element in tree.iter("link"):
        address = clean(element.get("href")) or ""
        if "bookmark" in element.get("rel", "").lower() and split_archived(address)[1]:
            yield Statement("url", address, "bookmark of the archive")


def _not_free(tree: Any, metas: dict[str, list[str]]) -> bool:
    """Tell whether meta elements or microdata say that the page is not free to read."""
    tiers = [tier.lower() for name in TIERS for tier in metas.get(name, [])]
    items = (e for e in tree.iter() if e.get("itemprop") == "isAccessibleForFree")
    return not {"locked", "metered", "premium", "paid", "no"}.isdisjoint(tiers) or any(
        (page_items.value(item) or "").lower().endswith("false") for item in items
    )


def _scripts(tree: Any) -> Iterator[str]:
    for script in tree.iter("script"):
        if "ld+json" in script.get("type", "").lower():
            yield script.text_content()


def _metas(tree: Any) -> dict[str, list[str]]:
    """Return the contents of meta elements by lower-case name, and of elements with a name that
    meta elements have, as RDFa allows it.
    """
    found: dict[str, list[str]] = {}
    for element in tree.iter():
        if element.tag == "meta":
            content = clean(element.get("content"))
            keys = [element.get(key, "") for key in ("property", "name", "itemprop", "http-equiv")]
        elif ":" in (element.get("property") or ""):
            content, keys = page_items.value(element), element.get("property").split()
            keys = [key for key in keys if _usual(key) in ON_ELEMENTS]
        else:
            continue
        for key in map(_usual, keys):
            if key and content:
                found.setdefault(key, []).append(content)
    return found


def _usual(name: str) -> str:
    """Return a name of a meta element in lower case; Dublin Core is written in several ways."""
    return re.sub(r"^(dc|dcterms):", r"\1.", name.strip().lower()).replace(
        "dc.issued", "dcterms.issued"
    )


def _of_metas(metas: dict[str, list[str]]) -> Iterator[Statement]:
    """Yield what meta elements state. Only authors may be several."""
    for field, names in METAS:
        for name in names:
            values = metas.get(name, [])
            for value in values if field == "author" else values[:1]:
                yield Statement(field, value, f"meta {name}")
    for name in WEAK_DATES:
        for value in metas.get(name, [])[:1]:
            yield Statement("published", value, f"meta {name}", weak=True)
    for name in LANGUAGES:
        for value in metas.get(name, [])[:1]:
            yield Statement("language", value.replace("_", "-"), f"meta {name}", weak=True)


def _of_markup(tree: Any) -> Iterator[Statement]:
    """Yield what elements of the page state: headline, title, author, days and language."""
    heads = [text for h in tree.iter("h1") if (text := clean(h.text_content()))]
    if len(heads) == 1:
        yield Statement("title", heads[0], "headline")
    for title in tree.iter("title"):
        yield Statement("title", clean(title.text_content()) or "", "title")
        break
    for element in tree.iter("a", "link"):
        if "author" in element.get("rel", "").lower().split() and element.tag == "a":
            yield Statement("author", clean(element.text_content()) or "", "author link")
    for element in tree.iter("time"):
        if "pubdate" in element.attrib:
            yield Statement("published", clean(element.get("datetime")) or "", "time element")
    for attribute in ("lang", "{http://www.w3.org/XML/1998/namespace}lang", "xml:lang"):
        if language := clean(tree.get(attribute)):
            yield Statement("language", language, "lang attribute")


def _canonical(tree: Any) -> Iterator[str]:
    """Yield the addresses of canonical links (RFC 6596)."""
    for element in tree.iter("link"):
        address = clean(element.get("href"))
        canonical = "canonical" in element.get("rel", "").lower().split()
        if canonical and address and ADDRESS.fullmatch(address):
            yield address


def _in_other_languages(tree: Any) -> Iterator[Statement]:
    """Yield the addresses of this page in other languages (RFC 8288, hreflang)."""
    own = (tree.get("lang") or "").partition("-")[0].lower()
    for element in tree.iter("link"):
        language = (element.get("hreflang") or "").strip().lower()
        other = language not in ("", "x-default") and language.partition("-")[0] != own
        if other and "alternate" in element.get("rel", "").lower():
            address = clean(element.get("href")) or ""
            yield Statement("translation", address, f"hreflang {language}")


def _saved(beginning: str) -> tuple[list[Statement], list[str]]:
    """Return the address and the day that a browser noted when it saved the page."""
    found: list[Statement] = []
    notes: list[str] = []
    for comment in COMMENT.findall(beginning):
        if not ("saved from" in comment or "SingleFile" in comment):
            continue
        if address := SAVED_FROM.search(comment):
            value = address[1] or address[2]
            found.append(Statement("url", value, "note of the browser", weak=True))
        if day := SAVED_ON.search(comment):
            notes.append(f"the page was saved on {day[1].strip()}.")
    return found, notes
