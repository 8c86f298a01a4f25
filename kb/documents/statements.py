"""Statements of a document about itself: the value of each field, and where statements disagree.

A page can state its author three times, in JSON-LD, in meta elements and in its markup. The first
statement of a field counts; a reader is shown the others if they differ.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from html import unescape
from typing import Any, Final, Literal

from kb.documents import stated_days
from kb.documents.archives import plain_address, split_archived
from kb.documents.document import Agent, shortened
from kb.documents.stated_days import Bounds

# `until` is the end of a live blog; `created` is shown only; `translation` is the address of the
# same work in another language.
Field = Literal[
    "created",
    "title",
    "author",
    "publisher",
    "published",
    "modified",
    "until",
    "language",
    "url",
    "archived",
    "translation",
]
# Characters of names, of an address and of a language tag. Anything longer is something else.
LONGEST: Final[dict[Field, int]] = {
    "title": 20_000,
    "author": 500,
    "publisher": 500,
    "language": 35,
    "url": 2000,
    "archived": 2000,
    "translation": 2000,
}
LONGEST_SHOWN: Final = 200
MOST_SHOWN: Final = 40
MOST_AUTHORS: Final = 50
ADDRESS: Final = re.compile(r"https?://[^\s<>\"{}|\\^`]+", re.IGNORECASE)
LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")
# By-lines of several authors: names of two to four capitalised words, joined by a word.
BY: Final = re.compile(r"(?:by|von|par|por|di|от)\s+(?=[^\W\d_])", re.IGNORECASE)
JOINED: Final = re.compile(r"\s+(?:and|und|et|y|e|и|&)\s+|,\s+(?:and\s+)?")
NAME: Final = re.compile(
    r"(?:[^\W\d_a-z][\w.’'-]*)"
    r"(?:\s+(?:(?:de|da|von|van|der|al|el|bin)\s+)*[^\W\d_a-z][\w.’'-]*){1,3}"
)
# Authors that programs write when nobody gives one.
NO_AUTHOR: Final = re.compile(
    r"(?:(?:microsoft )?office[- ]user|windows[- ]user|user|owner|admin(?:istrator)?|unknown"
    r"|anonymous|author|benutzer|utilisateur|usuario|пользователь|python-docx|openpyxl|un-named)"
    r" ?\d{0,3}",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Statement:
    """One fact as a document writes it. `where` is where it is stated: JSON-LD, meta date.

    `type` is that of an author or publisher. A `weak` statement counts only if there is no other.
    """

    field: Field
    value: str
    where: str
    type: str | None = None
    weak: bool = False


def clean(value: Any) -> str | None:
    """Return a text in one line with entities decoded, or None if there is no text."""
    if isinstance(value, bool) or not isinstance(value, str):
        return None
    # Some programs escape twice. JSON can contain half of a surrogate pair, which a text cannot.
    return " ".join(unescape(unescape(value)).encode("utf-8", "replace").decode().split()) or None


def usable(statement: Statement) -> bool:
    """Tell whether a statement has the form of its field: an address is one, a name is short."""
    field, value = statement.field, statement.value
    if len(value) > _longest(field):
        return False
    if field in ("url", "archived", "translation"):
        return ADDRESS.fullmatch(value) is not None
    if field == "language":
        return LANGUAGE.fullmatch(value) is not None
    if field in ("author", "publisher"):
        return ADDRESS.match(value) is None and any(sign.isalpha() for sign in value)
    return field == "title" or stated_days.days(value) is not None


def _longest(field: Field) -> int:
    """Return the most characters that a value of a field may have."""
    return LONGEST.get(field, stated_days.LONGEST)


def _too_long(one: Statement) -> str:
    """Return the note on a value that is not used because it is too long."""
    start = shortened(one.value, LONGEST_SHOWN)
    length = f"{len(one.value):,} characters"
    return f"{one.field} is left out, because it has {length} ({one.where}): {start}"


def _unread(one: Statement) -> bool:
    """Tell whether a statement is a day of publication or change that cannot be read."""
    return one.field in ("published", "modified", "until") and not usable(one)


def _no_day(one: Statement) -> str:
    """Return the note on a day that cannot be read."""
    option = " after --published" if one.field == "published" else ""
    return f"{one.field} is left out: {stated_days.fault(one.value)}{option}."


def resolved(statements: Iterable[Statement]) -> dict[str, Any]:
    """Return the fields of `Read` that the statements give, with notes where they disagree.

    >>> found = resolved([
    ...     Statement("published", "2024-05-01", "JSON-LD"),
    ...     Statement("published", "2024-03-05", "meta date"),
    ... ])
    >>> [str(day) for day in found["published"]], found["notes"][0][:45]
    (['2024-03-05', '2024-05-01'], 'the document states several publication dates')
    """
    stated = tuple(statements)
    statements = [one for one in stated if usable(one)]
    long = [one for one in stated if len(one.value) > _longest(one.field)]
    notes = [_too_long(one) for one in long]
    notes += [_no_day(one) for one in stated if _unread(one) and one not in long]
    modified = _of(statements, "modified")
    published, because = _published(statements, notes)
    address, archived = _addresses(statements, notes)
    language = next((one.value for one in _of(statements, "language")), None)
    return {
        "title": next((one.value for one in _of(statements, "title")), None),
        "authors": _authors(statements, notes),
        "publisher": _publisher(statements, notes),
        "published": published,
        "published_because": because,
        "modified": _last(modified),
        "language": language,
        "url": address,
        "archived": archived,
        "translations": tuple(_translations(statements, address)),
        "stated": _shown(statements),
        "notes": tuple(notes),
    }


def _of(statements: Iterable[Statement], field: Field) -> list[Statement]:
    """Return the statements of a field, or the weak ones if there are no others."""
    found = [one for one in statements if one.field == field]
    return [one for one in found if not one.weak] or found


def _windows(statements: Iterable[Statement]) -> list[Bounds]:
    return [found for one in statements if (found := stated_days.days(one.value))]


def _last(statements: Iterable[Statement]) -> date | None:
    """Return the last day that is written in statements of days."""
    written = (stated_days.as_written(one.value) for one in statements)
    return max(filter(None, written), default=None)


def _published(
    statements: Sequence[Statement], notes: list[str]
) -> tuple[Bounds | None, str | None]:
    """Return the days on which it may have been published, and the reason if they are several."""
    found = _of(statements, "published")
    windows = _windows(found)
    if not windows:
        return None, None
    first, last = max(a for a, _ in windows), min(b for _, b in windows)
    because = None
    if first > last:
        first, last = min(a for a, _ in windows), max(b for _, b in windows)
        because = f"the document states several publication dates: {_listed(found)}"
        notes.append(f"{because}; all of them are possible.")
    elif first < last and stated_days.in_utc(found[0].value):
        because = f"{found[0].value} is in UTC; the local day is not stated"
    until = _last(_of(statements, "until"))
    if until and until > last:
        last = until
        because = f"the document was continued until {until}"
        notes.append(f"{because}; published is recorded as {first}..{last}.")
    return (first, last), because


def _listed(statements: Iterable[Statement]) -> str:
    """Name each different value once, with the places that state it."""
    places: dict[str, list[str]] = {}
    for one in statements:
        places.setdefault(shortened(one.value, LONGEST_SHOWN), []).append(one.where)
    return ", ".join(
        f"{value} ({', '.join(dict.fromkeys(where))})" for value, where in places.items()
    )


def _addresses(statements: Sequence[Statement], notes: list[str]) -> tuple[str | None, str | None]:
    """Return the address of publication and that of an archived copy."""
    found = _of(statements, "url")
    archived = next((one.value for one in _of(statements, "archived")), None)
    pairs = [(split_archived(one.value), one.where) for one in found]
    copies = (copy for (_, copy), _ in pairs if copy)
    archived = archived or next(copies, None)
    originals = [Statement("url", original, where) for (original, _), where in pairs if original]
    if archived and not originals:
        notes.append(f"{archived} is a copy; give the address of the original with --url.")
    different = {plain_address(one.value) for one in originals}
    if len(different) > 1:
        notes.append(f"the document states several addresses: {_listed(originals)}.")
    return (originals[0].value if originals else None), archived


def _translations(statements: Iterable[Statement], address: str | None) -> Iterator[str]:
    """Yield the addresses of the same work in other languages."""
    for one in _of(statements, "translation"):
        original, _ = split_archived(one.value)
        if plain_address(original) != plain_address(address or ""):
            yield original


def _authors(statements: Sequence[Statement], notes: list[str]) -> tuple[Agent, ...]:
    """Return the authors; where one place names more of them than another, all of those."""
    places: dict[str, list[Agent]] = {}
    for one in _of(statements, "author"):
        places.setdefault(one.where, []).extend(_named(one, notes))
    if not places:
        return ()
    chosen = next(iter(places.values()))
    for other in places.values():
        if _names(chosen) < _names(other):
            chosen = other
    if any(_names(other) - _names(chosen) for other in places.values()):
        sides = [f"{', '.join(a.name for a in found)} ({where})" for where, found in places.items()]
        notes.append(f"the document states different authors: {'; '.join(sides)}.")
    types = {a.name.casefold(): a.type for found in places.values() for a in found if a.type}
    unique = {agent.name.casefold(): agent for agent in chosen}
    return tuple(Agent(a.name, types.get(key)) for key, a in unique.items())[:MOST_AUTHORS]


def _names(agents: Iterable[Agent]) -> set[str]:
    """Return the names of authors, to compare them."""
    return {agent.name.casefold() for agent in agents}


def _named(statement: Statement, notes: list[str]) -> list[Agent]:
    """Return the authors that a by-line names.

    >>> [a.name for a in _named(Statement("author", "By Ada Quill and Ben Holt", "meta"), [])]
    ['Ada Quill', 'Ben Holt']
    """
    line = BY.sub("", statement.value, count=1) if BY.match(statement.value) else statement.value
    parts = [part.strip() for part in line.split(";") if part.strip()]
    names: list[str] = []
    for part in parts:
        pieces = JOINED.split(part)
        if len(pieces) > 1 and all(NAME.fullmatch(piece) for piece in pieces):
            names += pieces
            notes.append(f"“{part}” is read as {len(pieces)} authors; if it is one, use --author.")
        else:
            names.append(part)
    return [Agent(name, statement.type) for name in names]


def _publisher(statements: Sequence[Statement], notes: list[str]) -> Agent | None:
    """Return the publisher, as the first statement names it."""
    found = _of(statements, "publisher")
    if not found:
        return None
    if len({one.value.casefold() for one in found}) > 1:
        notes.append(f"the document states different publishers: {_listed(found)}.")
    return Agent(found[0].value, found[0].type or "organisation")


def _shown(statements: Sequence[Statement]) -> tuple[str, ...]:
    """Return each statement as a person reads it, but no title: that is words of the document."""
    lines: dict[str, list[str]] = {}
    for one in statements:
        if one.field != "title":
            key = f"{one.field} {shortened(one.value, LONGEST_SHOWN)}"
            lines.setdefault(key, []).append(one.where)
    shown = [f"{key} ({', '.join(dict.fromkeys(where))})" for key, where in lines.items()]
    return tuple(shown[:MOST_SHOWN])
