"""Redaction: the records that may not leave, because they are marked sensitive or show one that is.

A record shows another one if it refers to it or contains its name. What only such records used goes
with them, so that nothing left over shows that there was more.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from kb.app.views.closure import PAST, reached
from kb.coding.versions import current
from kb.model.records import Assertion, Claim, Entity, Quote, Record, Relay, Source, slots
from kb.workspace.catalogs.labels import fold
from kb.workspace.catalogs.record_links import references

# References that a record can lose and still be true.
LOOSE: Final = {Source: ("copy_of", "version_of"), Entity: ("within", "overlaps")}
# Words of a title or sentence that are enough to recognise it.
LEAST_WORDS: Final = 3
# Characters of a name that is compared with its capitals: “US” is not “us”.
SHORT: Final = 3
# From here, scripts are written without spaces between words (Unicode block CJK Radicals).
_UNSPACED: Final = "\u2e80"


@dataclass(slots=True)
class Names:
    """Names of marked records, and the texts in which one of them occurs."""

    _long: dict[str, list[list[str]]] = field(default_factory=dict)  # by their first word
    _within: list[str] = field(default_factory=list)  # in scripts without spaces
    _short: set[str] = field(default_factory=set)  # as written

    def add(self, name: str) -> None:
        """Add a name."""
        words = fold(name).split()
        if any(sign >= _UNSPACED for sign in name):
            self._within.append(fold(name))
        elif words and len(name) <= SHORT:
            self._short.add(name)
        elif words:
            self._long.setdefault(words[0], []).append(words)

    def occur(self, text: str) -> bool:
        """Tell whether a text contains one of the names.

        >>> names = Names()
        >>> names.add("Jane Doe")
        >>> names.occur("a memo by JANE DOE’s lawyer"), names.occur("doe-jane")
        (True, False)
        """
        words = fold(text).split()
        if self._short and not self._short.isdisjoint(re.findall(r"\w+", text)):
            return True
        if any(name in " ".join(words) for name in self._within):
            return True
        return any(
            words[at : at + len(name)] == name
            for at, word in enumerate(words)
            for name in self._long.get(word, ())
        )

    def __bool__(self) -> bool:
        """Whether there is any name."""
        return bool(self._long or self._within or self._short)


def names(marked: Iterable[Record]) -> Names:
    """Return the names by which marked records can be recognised."""
    found = Names()
    for record in marked:
        for name in _names(record):
            found.add(name)
    return found


def _names(record: Record) -> Iterator[str]:
    """Yield the names of a record: those of an entity, and whole sentences, titles, addresses."""
    if "-" in record.id:
        yield record.id
    match record:
        case Entity():
            yield from filter(None, (record.name, *record.also, record.wikidata))
        case Claim() if len((record.statement or "").split()) >= LEAST_WORDS:
            yield record.statement or ""
        case Source():
            yield from filter(None, (record.url, record.archived, record.sha256, record.file_name))
            if len((record.title or "").split()) >= LEAST_WORDS:
                yield record.title or ""


def hidden(
    records: Iterable[Record], marked: Names, passage: Callable[[Quote], str] = lambda quote: ""
) -> set[str]:
    """Return the keys of the records that may not leave.

    `records` also has the past ones; `marked` are the names of the marked records, and `passage`
    returns the words of a quote, if its text is available.
    """
    found = {r.path + r.id: r for r in records}
    starts = {key for key, r in found.items() if getattr(r, "sensitive", None)}
    starts |= {key for key, r in found.items() if _named(r, marked, passage)}
    return _Spread.of(found).from_(starts)


def _named(record: Record, marked: Names, passage: Callable[[Quote], str]) -> bool:
    """Tell whether a record contains the name of a marked one."""
    if not marked:
        return False
    texts = [record.id, *filter(None, [getattr(record, "predicate", None)])]
    for name, slot in slots(type(record)).items():
        value = getattr(record, name)
        if slot.type in ("text", "iri") and value:
            texts += value if isinstance(value, tuple) else (value,)
    if isinstance(record, Quote):
        texts.append(passage(record))
    return any(map(marked.occur, texts))


def _needed(record: Record) -> Iterator[str]:
    """Yield the keys of the records without which a record would not be true."""
    loose = set[str]()
    for name in LOOSE.get(type(record), ()):
        value = getattr(record, name)
        target = slots(type(record))[name].target
        loose |= {target + one for one in (value if isinstance(value, tuple) else (value or "",))}
    yield from (key for key in references(record, but=PAST) if key not in loose)
    if (now := current(record.id)) != record.id:
        yield record.path + now


@dataclass(frozen=True, slots=True)
class _Spread:
    """What goes with a record: the records that need it, and those that only it used."""

    records: Mapping[str, Record]
    users: Mapping[str, list[str]]

    @classmethod
    def of(cls, records: Mapping[str, Record]) -> _Spread:
        """Index the references of all records."""
        users: dict[str, list[str]] = defaultdict(list)
        for key, record in records.items():
            for one in _needed(record):
                users[one].append(key)
        return cls(records, users)

    def from_(self, starts: Iterable[str]) -> set[str]:
        """Return these records and everything that goes with them."""
        gone = set[str]()
        left = Counter({key: self._uses(key) for key in self.records if self._is_used(key)})
        ahead = list(starts)
        while ahead:
            key = ahead.pop()
            if key in gone or key not in self.records:
                continue
            gone.add(key)
            ahead += self.users.get(key, ())
            for one in self._used_by(key):
                left[one] -= 1
                if left[one] == 0:
                    ahead.append(one)
        return gone | self._unused(gone)

    def _is_used(self, key: str) -> bool:
        """Tell whether a record is there only for the assertions and relays that use it."""
        return isinstance(self.records[key], Claim | Quote | Relay)

    def _uses(self, key: str) -> int:
        """Count the present assertions and relays that use a record."""
        return sum(self._counts(self.records[user]) for user in self.users.get(key, ()))

    def _used_by(self, key: str) -> Iterator[str]:
        """Yield the claim, passages and relays that an assertion or a relay uses."""
        if self._counts(self.records[key]):
            used = dict.fromkeys(_needed(self.records[key]))
            yield from (one for one in used if one in self.records and self._is_used(one))

    @staticmethod
    def _counts(record: Record) -> bool:
        """Tell whether a record uses others: an assertion that was not withdrawn, or a relay."""
        return isinstance(record, Relay) or (
            isinstance(record, Assertion) and not record.invalidated
        )

    def _unused(self, gone: set[str]) -> set[str]:
        """Return the entities that only records that are gone refer to."""
        rest = self.records.keys() - gone
        lost = reached(self.records, gone)
        kept = {k for k in rest if not isinstance(self.records[k], Entity) or k not in lost}
        entities = {k for k in rest & lost if isinstance(self.records[k], Entity)}
        others = {k: self.records[k] for k in rest}
        return entities - reached(others, kept)
