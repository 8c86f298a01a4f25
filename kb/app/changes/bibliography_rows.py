"""Items of a bibliography as rows of a table of sources: the source of each is looked up."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from kb.coding import notation
from kb.coding.sheet import Value
from kb.coding.table_rows import Rows
from kb.errors import KbError
from kb.exchange import findings
from kb.exchange.bibliographies import Item
from kb.model import dates
from kb.model.records import Source
from kb.workspace.catalogs.catalog import Known
from kb.workspace.catalogs.labels import fold

# A language tag; names of languages are not taken.
_TAG: Final = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*", re.IGNORECASE)
_SCHEME: Final = re.compile(r"^(https?://|doi:)(dx\.doi\.org/|(www\.)?doi\.org/)?", re.IGNORECASE)
_DOI: Final = re.compile(r"10\.\d{4,9}/\S+")
NO_TEXT: Final = "no source here fits, and a bibliography has no text: kb add source FILE"


def rows(items: Sequence[tuple[str, Item]], known: Known) -> tuple[list[Rows], list[str]]:
    """Return a table for each item with a source here, named after it, and what is not taken.

    `items` are those of all files, each with the name of its file.
    """
    tables, untaken = list[Rows](), list[str]()
    index = _Index(known.sources.values())
    matches = _distinct([index.matched(item) for _, item in items])
    for (name, item), match in zip(items, matches, strict=True):
        named = f"{name} item {item.number}"
        if isinstance(match, str):
            untaken.append(f"{named}, {_called(item)}: {match}")
            continue
        values, reasons = _values(name, item, match, known)
        untaken += [f"{named}: {reason}" for reason in reasons]
        tables.append(_table(named, item, values))
    return tables, [*untaken, *_unread(items)]


def _distinct(matches: Sequence[Source | str]) -> list[Source | str]:
    """Return the matches with a reason in place of a source that several items fit."""
    times = Counter(match.id for match in matches if isinstance(match, Source))
    return [
        f"other items fit {match.id}, too"
        if not isinstance(match, str) and times[match.id] > 1
        else match
        for match in matches
    ]


def _table(named: str, item: Item, values: Mapping[str, str]) -> Rows:
    row = {column: Value(text, item.number, 1) for column, text in values.items()}
    return Rows(named, "sources", [row])


# Words that stand where nobody is named, folded: they are no author.
_NOBODY: Final = """
    admin, anonymous, desk, editor, editorial staff, editorial team, editors, la redaction,
    la redazione, news desk, newsroom, online redaktion, redaccion, redacao, redaction, redaktion,
    redaktionen, redazione, staff, staff reporter, staff writer, unknown, web desk, webmaster
"""
NOBODY: Final = frozenset(" ".join(words.split()) for words in _NOBODY.split(","))


def _unread(items: Sequence[tuple[str, Item]]) -> Iterator[str]:
    """Yield for each file which fields no source has a place for, with the number of items that
    have them.
    """
    unread: dict[str, Counter[str]] = {}
    for name, item in items:
        unread.setdefault(name, Counter()).update(item.unread)
    for name, counts in unread.items():
        yield from findings.unplaced(name, counts)


def _called(item: Item) -> str:
    return f"“{item.title}”" if item.title else item.url or item.doi or "without a title"


class _Index:
    """Sources by what an item can name them by, each list in the order of ids."""

    def __init__(self, sources: Iterable[Source]) -> None:
        self.digests: dict[str, list[Source]] = {}
        self.addresses: dict[str, list[Source]] = {}
        self.titles: dict[str, list[Source]] = {}
        for source in sorted(sources, key=lambda s: s.id):
            if source.sha256:
                self.digests.setdefault(source.sha256, []).append(source)
            if source.url:
                self.addresses.setdefault(_address(source.url), []).append(source)
            if source.title:
                self.titles.setdefault(fold(source.title), []).append(source)

    def matched(self, item: Item) -> Source | str:
        """Return the source of an item: by digest, by address or DOI, or by title; or why none
        fits.

        A title counts only if nothing else speaks against it: with two addresses that differ, two
        documents have one title.
        """
        addresses = _addresses(item)
        found = self.digests.get(item.sha256, [])
        if not found:
            addressed = {s.id: s for a in addresses for s in self.addresses.get(a, ())}
            found = sorted(addressed.values(), key=lambda s: s.id)
        if not found and item.title:
            titled = self.titles.get(fold(item.title), ())
            found = [s for s in titled if not (s.url and addresses)]
        if len(found) > 1:
            return f"it fits several sources: {', '.join(s.id for s in found[:5])}"
        return found[0] if found else NO_TEXT


def _addresses(item: Item) -> set[str]:
    return {_address(text) for text in (item.url, item.doi) if text}


def _address(url: str) -> str:
    """Return an address, or a DOI in any of its forms, for comparison.

    >>> _address("https://doi.org/10.1/A") == _address("doi:10.1/a") == _address("10.1/A")
    True
    """
    bare = _SCHEME.sub("", url.strip())
    return bare.casefold() if _DOI.match(bare) or bare.startswith("10.") else bare.rstrip("/")


def _values(
    name: str, item: Item, source: Source, known: Known
) -> tuple[dict[str, str], list[str]]:
    """Return the columns in which an item differs from its source, and what it cannot state."""
    reasons: list[str] = []
    values = {"source": source.id, **_title_and_address(item, source)}
    values |= _language(item, source, reasons)
    values |= _publisher(item, source, known, reasons)
    values |= _authors(item, source, known, reasons)
    values |= _days(name, item, source, reasons)
    return values, reasons


def _title_and_address(item: Item, source: Source) -> dict[str, str]:
    values = {}
    if item.title and fold(item.title) != fold(source.title or ""):
        values["title"] = item.title
    doi = _SCHEME.sub("", item.doi)
    url = item.url or (f"https://doi.org/{doi}" if _DOI.fullmatch(doi) else "")
    if url and _address(source.url or "") not in _addresses(item):
        values["url"] = url
    return values


def _language(item: Item, source: Source, reasons: list[str]) -> dict[str, str]:
    if not item.language:
        return {}
    if not _TAG.fullmatch(item.language):
        reasons.append(f"“{item.language}” is not the tag of a language, such as “en”")
        return {}
    here = source.language or ""
    same = here.partition("-")[0].casefold() == item.language.partition("-")[0].casefold()
    return {} if same else {"language": item.language}


def _publisher(item: Item, source: Source, known: Known, reasons: list[str]) -> dict[str, str]:
    """Return the publisher: the first of the candidates that is an entity here."""
    ids = [id for name in item.publishers if (id := _entity(name, known))]
    if item.publishers and not ids:
        reasons.append(_nobody("publisher", item.publishers))
    return {} if not ids or source.publisher in ids else {"publisher": ids[0]}


def _authors(item: Item, source: Source, known: Known, reasons: list[str]) -> dict[str, str]:
    """Return the authors, if all of them are entities here: a part would be another statement."""
    named = [name for name in item.authors if fold(name) not in NOBODY]
    ids = [_entity(name, known) for name in named]
    missing = [name for name, id in zip(named, ids, strict=True) if not id]
    found = list(dict.fromkeys(id for id in ids if id))
    here = [id for id in (source.author, *source.co_authors) if id]
    if missing:
        reasons.append(_nobody("author", missing))
    elif found and set(found) != set(here):
        if set(source.co_authors) - set(found[1:]):
            reasons.append(f"its authors are in another order, or fewer than in {source.id}")
        else:
            others = {"co-authors": notation.joined(found[1:])} if found[1:] else {}
            return {"author": found[0], **others}
    return {}


def _nobody(role: str, names: Sequence[str]) -> str:
    called = ", ".join(f"“{name}”" for name in names)
    return f"{role} not taken: {called} is not the name of exactly one entity here"


def _entity(name: str, known: Known) -> str:
    """Return the id of the one entity with this name, also as “family, given”, or nothing."""
    family, comma, given = name.partition(", ")
    for form in (name, f"{given} {family}" if comma else ""):
        keys = known.exactly(form, ("entity",)) if form else []
        if len(keys) == 1:
            return keys[0].partition("/")[2]
    return ""


def _days(name: str, item: Item, source: Source, reasons: list[str]) -> dict[str, str]:
    """Return the first and the last possible day, unless the recorded days are within them."""
    if not item.issued:
        return {}
    window = _window(item.issued)
    if window is None:
        reasons.append(f"“{item.issued}” is not a date that can be taken")
        return {}
    first, last = window
    here = source.published_from, source.published_to
    if here[0] and here[1] and first <= here[0].isoformat() <= here[1].isoformat() <= last:
        return {}
    return {"from": first, "to": last, "because": f"stated in {name}"}


def _window(text: str) -> tuple[str, str] | None:
    """Return the first and last day of a day, month, year or range.

    >>> _window("2024-02"), _window("yesterday")
    (('2024-02-01', '2024-02-29'), None)
    """
    if not re.fullmatch(r"[\d-]+(\.\.[\d-]+)?", text):
        return None
    try:
        first, last = dates.parse(text).window()
    except (KbError, ValueError):
        return None
    return (first.isoformat(), last.isoformat()) if first and last else None


__all__ = ["NO_TEXT", "rows"]
