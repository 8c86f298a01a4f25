"""Names of records as people type them: an index that ignores case, accents and punctuation."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

from kb.model.records import Claim, Entity, Record, Source

# Letters that Unicode does not decompose into a Latin letter and a mark.
LATIN: Final = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe"}
)
_WORDS: Final = re.compile(r"[^\W_]+")
# Letters of a beginning or an end by which similar names are looked up.
EDGE: Final = 4


def fold(text: str) -> str:
    """Return the words of a text in lower case, without accents and punctuation.

    >>> fold("Erdoğan, Recep-Tayyip"), fold("old-harbour"), fold("Jørgen Łuk")
    ('erdogan recep tayyip', 'old harbour', 'jorgen luk')
    """
    if text.isascii():
        return " ".join(_WORDS.findall(text.lower()))
    plain = unicodedata.normalize("NFKD", text.casefold().translate(LATIN))
    return " ".join(_WORDS.findall("".join(c for c in plain if not unicodedata.combining(c))))


def skeleton(word: str) -> str:
    """Reduce a name to what most transliterations share: consonants, without doubles, k for q, c
    and g.

    >>> skeleton("qaddafi"), skeleton("gadhafi")
    ('kdf', 'kdf')
    """
    hard = re.sub(r"[qcg]", "k", word)
    return re.sub(r"(.)\1+", r"\1", re.sub(r"(?<=.)h|[aeiouyw]", "", hard))


def sorted_words(name: str) -> str:
    """Return the words of a name in a fixed order: “Petrova, Olena” is “Olena Petrova”."""
    return " ".join(sorted(name.split()))


def likeness_keys(name: str) -> set[str]:
    """Return the beginnings, ends and consonants of words by which similar names are looked up.

    >>> sorted(likeness_keys("olena b"))
    ['olen…', '~ln', '…lena']
    """
    words = [word for word in name.split() if len(word) >= EDGE]
    edges = {f"{word[:EDGE]}…" for word in words} | {f"…{word[-EDGE:]}" for word in words}
    return edges | {f"~{skeleton(word)}" for word in words}


def names_of(entity: Entity) -> set[str]:
    """Return the folded names of an entity; none if they are only a description."""
    if entity.naming:
        return set()
    return {folded for name in (entity.name, *entity.also) if name and (folded := fold(name))}


def likenesses(entity: Entity) -> set[str]:
    """Return everything by which an entity with a similar name is looked up."""
    called = names_of(entity)
    return {key for name in called for key in (sorted_words(name), *likeness_keys(name))}


def label(record: Record) -> str:
    """Return the label of a record in a list: name, statement or title; empty if it has none."""
    match record:
        case Entity():
            return record.name or ""
        case Claim():
            return record.statement or ""
        case Source():
            return record.title or ""
    return ""


def names(record: Record) -> Iterator[str]:
    """Yield all names of a record, folded; some may be empty.

    >>> list(names(Entity("old-pier", name="Old Pier", also=("Pier 1",))))
    ['old pier', 'old pier', 'pier 1']
    """
    yield fold(record.id)
    yield fold(label(record))
    if isinstance(record, Entity):
        yield from map(fold, record.also)
    if isinstance(record, Source) and record.file_name:
        yield fold(record.file_name)


class Labels:
    """An index of the names of records of one kind.

    A name stays when its record changes, so callers must compare the result with the record.
    """

    def __init__(self, records: Iterable[Record]) -> None:
        self._ids: dict[str, dict[str, None]] = {}
        for record in records:
            self.add(record)

    def add(self, record: Record) -> None:
        """Index the names of a record."""
        for name in names(record):
            if name:
                self._ids.setdefault(name, {})[record.id] = None

    def __iter__(self) -> Iterator[tuple[str, Iterable[str]]]:
        """Yield each name with the ids of the records that have or had it."""
        return iter(self._ids.items())

    def whole(self, name: str) -> Iterable[str]:
        """Return the ids of the records that have or had exactly this name, folded."""
        return self._ids.get(name, ())

    def loose(self, name: str, last_words: bool) -> Iterator[str]:
        """Yield the ids of the records with a name that begins with this one.

        With `last_words`, a name that ends with this word counts as well.
        """
        for known, ids in self._ids.items():
            if known.startswith(name) or (last_words and known.endswith(f" {name}")):
                yield from ids


def has(record: Record, name: str) -> bool:
    """Tell whether a record has exactly this name, folded."""
    return name in names(record)


def resembles(record: Record, name: str) -> bool:
    """Tell whether a name of a record begins with this one; an entity may end with this word.

    The last words of what somebody unnamed is called are a description, or the title of a document.
    """
    last = isinstance(record, Entity) and record.naming != "unnamed"
    return any(one.startswith(name) or (last and one.endswith(f" {name}")) for one in names(record))
