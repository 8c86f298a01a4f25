"""Bibliographies of other programs: items of CSL-JSON, BibTeX and RIS, as Zotero exports them.

https://citeproc-js.readthedocs.io/en/latest/csl-json/markup.html, https://ctan.org/pkg/biblatex
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from kb.errors import Usage
from kb.system import intake

MOST_BYTES: Final = 10_000_000
EXTRA: Final = "install it: pip install 'claimkb[bibliography]'"
_DIGEST: Final = re.compile(r"^sha256: ([0-9a-f]{64})$", re.MULTILINE)
_BLANKS: Final = re.compile(r"\s+")
_DAY: Final = re.compile(r"(\d{4})(?:[-/](\d{1,2}))?(?:[-/](\d{1,2}))?/*")
_MONTHS: Final = re.findall("...", "janfebmaraprmayjunjulaugsepoctnovdec")
# Before the number of an author; the names of fields have no blank.
_AUTHOR: Final = "author "
Fields = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a bibliography. `number` counts from 1 in its file.

    `publishers` are candidates, the closest first. `issued` is a day, month, year, or a range of
    days with “..”, or what the item states if that is no date. `unread` names fields with values
    that are not read.
    """

    number: int
    title: str = ""
    authors: tuple[str, ...] = ()
    publishers: tuple[str, ...] = ()
    language: str = ""
    url: str = ""
    doi: str = ""
    sha256: str = ""
    issued: str = ""
    unread: tuple[str, ...] = ()


def read(format: str, name: str, data: bytes) -> tuple[list[Item], list[str]]:
    """Return the items of a file in csl-json, bibtex or ris, and what in it cannot be read.

    Raises Usage if it has no items, or is not in this format.
    """
    if len(data) > MOST_BYTES:
        raise intake.too_large(name, MOST_BYTES)
    text = intake.decode(data, name).removeprefix("\ufeff")
    try:
        found, untaken = _READERS[format](text)
    except ImportError:
        raise Usage(f"{format} needs a library.", EXTRA) from None
    except Exception as error:  # damaged files raise errors of every kind in the libraries
        reason = str(error) if isinstance(error, json.JSONDecodeError) else type(error).__name__
        raise Usage(
            f"{name} cannot be read as {format} ({reason}).", "export the bibliography again"
        ) from None
    if not found and not untaken:
        raise Usage(f"{name} has no items of {format}.", "kb import csl-json, bibtex or ris FILE")
    return found, [f"{name}: {what}" for what in untaken]


def _csl(text: str) -> tuple[list[Item], list[str]]:
    found = json.loads(text)
    nodes = found.get("items", [found]) if isinstance(found, dict) else found
    items, untaken = list[Item](), list[str]()
    for number, node in enumerate(nodes if isinstance(nodes, list) else [], 1):
        if isinstance(node, dict) and node.keys() & {"title", "URL", "DOI", "note"}:
            items.append(_csl_item(number, node))
        else:
            untaken.append(f"item {number} has neither a title nor an address")
    return items, untaken


def _csl_item(number: int, node: Fields) -> Item:
    read = "id type title author publisher container-title language URL DOI issued"
    digest = _DIGEST.search(_text(node.get("note")))
    rest = _DIGEST.sub("", _text(node.get("note"))).strip()
    people = node.get("author")
    return Item(
        number,
        _line(node.get("title")),
        _distinct(_csl_name(one) for one in people if one) if isinstance(people, list) else (),
        _distinct(_line(node.get(name)) for name in ("publisher", "container-title")),
        _line(node.get("language")),
        _line(node.get("URL")),
        _line(node.get("DOI")),
        digest[1] if digest else "",
        _csl_day(node.get("issued")),
        _unread(node if rest else {**node, "note": ""}, read),
    )


def _csl_name(node: object) -> str:
    if not isinstance(node, dict):
        return _line(node)
    given, particle = _line(node.get("given")), _line(node.get("non-dropping-particle"))
    parts = (given, _line(node.get("dropping-particle")), particle, _line(node.get("family")))
    return _line(node.get("literal")) or " ".join(part for part in parts if part)


def _csl_day(node: object) -> str:
    """Return the date of an item. One that is approximate is no date here."""
    if not isinstance(node, dict):
        return _line(node)
    if node.get("circa") or node.get("season"):
        return f"about {_csl_day({'date-parts': node.get('date-parts')})}"
    parts = node.get("date-parts")
    if not isinstance(parts, list):
        return _day(_line(node.get("raw") or node.get("literal")))
    days = ["-".join(str(n) for n in day) for day in parts if isinstance(day, list)]
    return "..".join(_day(day) for day in days)


def _bibtex(text: str) -> tuple[list[Item], list[str]]:
    import bibtexparser.entrypoint
    from bibtexparser import middlewares

    # What the parser says of a damaged entry is reported with the entry.
    logging.getLogger("bibtexparser").addHandler(logging.NullHandler())
    people = [middlewares.SeparateCoAuthors(), middlewares.SplitNameParts()]
    library = bibtexparser.entrypoint.parse_string(text, append_middleware=people)
    for entry in library.entries:
        _divide_authors(entry)
    # In an address, “~” and “_” are themselves.
    plain = {entry.key: {f.key: f.value for f in entry.fields} for entry in library.entries}
    decoder = middlewares.LatexDecodingMiddleware(allow_inplace_modification=False)
    decoded = decoder.transform(library)
    items = [
        _bibtex_item(number, entry, plain[entry.key])
        for number, entry in enumerate(decoded.entries, 1)
    ]
    lines = [(block.start_line or 0) + 1 for block in decoded.failed_blocks]
    return items, [f"the entry on line {line} is damaged" for line in lines]


def _bibtex_item(number: int, entry: Any, plain: Fields) -> Item:
    """Return an item of a decoded entry. `plain` has its fields before they were decoded."""
    fields = {field.key.casefold(): field.value for field in entry.fields}
    read = """
        title author publisher organization institution journal journaltitle language langid url doi
        date year month
    """
    publishers = ["organization", "publisher", "institution", "journaltitle", "journal"]
    names = [name for name in fields if name.startswith(_AUTHOR)]
    return Item(
        number,
        _line(fields.get("title")),
        _distinct(_line(fields.get(name)) for name in names),
        _distinct(_line(fields.get(name)) for name in publishers),
        _first(fields, "langid", "language"),
        _unescaped(plain.get("url")),
        _unescaped(plain.get("doi")),
        issued=_bibtex_day(fields),
        unread=_unread({n: v for n, v in fields.items() if n not in names}, read),
    )


def _bibtex_day(fields: Fields) -> str:
    day = _first(fields, "date", "year")
    month = _line(fields.get("month")).casefold()
    if len(day) == 4 and month:
        short = month[:3]
        day += f"-{_MONTHS.index(short) + 1 if short in _MONTHS else month}"
    return "..".join(_day(part) for part in day.split("/")) if day else ""


def _divide_authors(entry: Any) -> None:
    """Give each author a field of its own, because the decoder decodes fields that are texts."""
    from bibtexparser.model import Field

    authors = entry.pop("author")
    for number, parts in enumerate(authors.value if authors else (), 1):
        name = " ".join((*parts.first, *parts.von, *parts.last, *parts.jr))
        entry.set_field(Field(f"{_AUTHOR}{number}", name))


def _ris(text: str) -> tuple[list[Item], list[str]]:
    import rispy

    return [_ris_item(number, item) for number, item in enumerate(rispy.loads(text), 1)], []


def _ris_item(number: int, fields: Fields) -> Item:
    read = """
        type_of_reference id title primary_title authors first_authors publisher journal_name
        secondary_title language urls doi date year publication_year
    """
    urls = fields.get("urls") or []
    people = fields.get("authors") or fields.get("first_authors") or []
    return Item(
        number,
        _first(fields, "title", "primary_title"),
        _distinct(map(_line, people)),
        _distinct(_line(fields.get(n)) for n in ("publisher", "journal_name", "secondary_title")),
        _line(fields.get("language")),
        _line(urls[0]) if urls else "",
        _line(fields.get("doi")),
        issued=_day(_first(fields, "date", "publication_year", "year")),
        unread=(*_unread(fields, read), *(["other urls"] if len(urls) > 1 else [])),
    )


def _first(fields: Fields, *names: str) -> str:
    return next((text for name in names if (text := _line(fields.get(name)))), "")


_READERS: Final[Mapping[str, Callable[[str], tuple[list[Item], list[str]]]]] = {
    "csl-json": _csl,
    "bibtex": _bibtex,
    "ris": _ris,
}
FORMATS: Final = tuple(_READERS)


def _day(text: str) -> str:
    """Return a day, month or year as it is written here, or the text if it is none of them.

    >>> _day("2024/3/2/"), _day("2024-03"), _day("2024//"), _day("c. 2024")
    ('2024-03-02', '2024-03', '2024', 'c. 2024')
    """
    found = _DAY.fullmatch(text)
    return "-".join(part.zfill(2) for part in found.groups() if part) if found else text


def _text(value: object) -> str:
    return str(value) if isinstance(value, str | int | float) else ""


def _line(value: object) -> str:
    return _BLANKS.sub(" ", _text(value)).strip()


def _unescaped(value: object) -> str:
    r"""Return an address without the signs that TeX wants before some characters.

    >>> _unescaped(r"https://a.example/b\_c\%20d")
    'https://a.example/b_c%20d'
    """
    return re.sub(r"\\([&%$#_{}])", r"\1", _line(value))


def _distinct(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))


def _unread(fields: Fields, read: str) -> tuple[str, ...]:
    """Return the names of the fields that have a value and are not read."""
    return tuple(sorted(str(n) for n, v in fields.items() if v and n not in read.split()))


__all__ = ["FORMATS", "Item", "read"]
