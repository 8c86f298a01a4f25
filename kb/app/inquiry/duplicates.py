"""Sources that may be one document: another address, another version, another language.

Each is a suspicion, shown with the commands that settle it. Nothing is recorded by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Final

from kb.app.session import Session
from kb.documents import Read
from kb.documents.archives import plain_address, same_but_for_language, without_language
from kb.model.records import Source
from kb.text import similarity, translations
from kb.text.translations import Marks
from kb.workspace.catalogs.catalog import Known

# The characters that are compared when a source is added: some seconds.
MOST_COMPARED: Final = 20_000_000
# A translation is published within this time, and on about the same day if it is news.
SOON, SAME_DAYS = timedelta(days=31), timedelta(days=3)
# Numbers and names in common from which on two texts may be one, by what else they share.
SAME_HOUSE, SAME_TIME, NOTHING_ELSE = 3, 5, 8
# How many words one text may have for each of the other; some languages write more.
RATIO: Final = 2.5
TRANSLATION: Final = re.compile(r"translation (\S+) \(")


def pointed_out(session: Session, known: Known, source: Source, read: Read) -> Iterator[str]:
    """Yield a sentence for each other source that may be the same document, and what to do."""
    same = list(_same_address(known, source))
    yield from (sentence for _, sentence in same)
    others = [one for one in known.sources.values() if one.id not in _related(source)]
    seen = {id for id, _ in same}
    yield from _similar(session, source, [o for o in others if _about_as_long(source, o)], read)
    yield from _translated(session, source, [o for o in others if o.id not in seen], read)


def _related(source: Source) -> set[str | None]:
    """Return a source, its original and its earlier version."""
    return {source.id, source.copy_of, source.version_of}


def _about_as_long(one: Source, other: Source) -> bool:
    words = one.words or 0
    return words <= 2 * (other.words or 0) <= 4 * words


def _same_address(known: Known, source: Source) -> Iterator[tuple[str, str]]:
    """Yield each other source with the address of this one, and a sentence that says what to do."""
    for other in known.sources.values():
        related = {other.id, other.copy_of, other.version_of} & {source.copy_of, source.version_of}
        if other.id == source.id or not source.url or related - {None}:
            continue
        if other.url and plain_address(other.url) == plain_address(source.url):
            yield (
                other.id,
                f"{other.id} has the same address and another text. If this is a later version: "
                f"kb edit source/{source.id} version-of={other.id}; if it is a copy: "
                f"kb edit source/{source.id} copy-of={other.id}",
            )


def _newest(others: Iterable[Source], length: int) -> Iterator[Source]:
    """Yield the newest sources, up to the characters that are compared."""
    left = MOST_COMPARED
    for other in sorted(others, key=lambda one: str(one.recorded), reverse=True):
        left -= length + (other.length or 0)
        if left <= 0:
            return
        yield other


def _similar(
    session: Session, source: Source, others: Iterable[Source], read: Read
) -> Iterator[str]:
    """Yield a sentence for each other source with nearly the same text, and what to do."""
    find = session.finder()
    for other in _newest(others, len(read.text)):
        found = find(other)
        share = similarity.shared(read.text, found) if found is not None else 0
        if share >= similarity.WHOLE:
            yield (
                f"{share:.0%} of this text is also in {other.id}. If it is a copy: "
                f"kb edit source/{source.id} copy-of={other.id}; if it is a later version: "
                f"kb edit source/{source.id} version-of={other.id}; if neither: "
                f'kb judge not-copy-of {source.id} {other.id} --because "…"'
            )


def _translated(
    session: Session, source: Source, others: Iterable[Source], read: Read
) -> Iterator[str]:
    """Yield a sentence for each other source that may be this text in another language."""
    mine, find = translations.marks(read.text), session.finder()
    for other in _newest((one for one in others if _in_another_language(source, one)), 0):
        found = find(other)
        theirs = translations.marks(found) if found is not None else None
        if why := translation(source, other, mine, theirs):
            yield (
                f"{other.id} may be the same text in another language ({other.language}): {why}. "
                f"If one translates the other: kb edit source/{source.id} copy-of={other.id}, or "
                f"the reverse; if not: "
                f'kb judge not-copy-of {source.id} {other.id} --because "…"'
            )


def _in_another_language(one: Source, other: Source) -> bool:
    mine, theirs = _language(one), _language(other)
    return bool(mine and theirs and mine != theirs)


def _language(source: Source) -> str:
    return (source.language or "").partition("-")[0].lower()


def translation(one: Source, other: Source, mine: Marks | None, theirs: Marks | None) -> str | None:
    """Return the reason why two sources in different languages may be one text, or None."""
    if not _in_another_language(one, other):
        return None
    if _linked(one, other) or _linked(other, one):
        return "the page states it"
    languages = (_language(one), _language(other))
    if one.url and other.url and same_but_for_language(one.url, other.url, languages):
        return "their addresses differ only in the language"
    return _by_marks(one, other, mine, theirs) if mine and theirs else None


def _linked(one: Source, other: Source) -> bool:
    """Tell whether a page names the address of another source as its text in another language."""
    stated = (found[1] for line in one.stated if (found := TRANSLATION.match(line)))
    return bool(other.url) and plain_address(other.url or "") in map(plain_address, stated)


def _by_marks(one: Source, other: Source, mine: Marks, theirs: Marks) -> str | None:
    apart = _apart(one, other)
    if (apart is not None and apart > SOON) or not _comparable(one, other):
        return None
    number = translations.in_common(mine, theirs)
    here = {one.publisher, one.author, *one.co_authors} - {None}
    house = not here.isdisjoint({other.publisher, other.author, *other.co_authors})
    least = SAME_HOUSE if house else NOTHING_ELSE
    if not house and apart is not None and apart <= SAME_DAYS:
        least = SAME_TIME
    return f"{number} numbers and names are the same" if number >= least else None


def _apart(one: Source, other: Source) -> timedelta | None:
    """Return how far apart two sources were published at least, or None if that is not known."""
    days = (one.published_from, one.published_to, other.published_from, other.published_to)
    first, last, begin, end = days
    if not (first and last and begin and end):
        return None
    return max(begin - last, first - end, timedelta())


def _comparable(one: Source, other: Source) -> bool:
    """Tell whether two texts can be one by their length; scripts without spaces have no words."""
    if {_language(one), _language(other)} & {"ja", "zh", "th", "km"}:
        return True
    words = sorted((one.words or 0, other.words or 0))
    return words[1] <= RATIO * words[0]


def translated(known: Known, texts: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Yield pairs of sources that may be one text in two languages, the later one first, with the
    reason.
    """
    languages = {id: _language(known.sources[id]) for id in texts}
    found = {id: translations.marks(text) for id, text in texts.items() if languages[id]}
    pairs = {*translations.near(found, languages), *_by_address(known)}
    for one, other in sorted(pairs):
        first, second = known.sources[one], known.sources[other]
        if _related(first) & {second.id} or _related(second) & {first.id}:
            continue
        if why := translation(first, second, found.get(one), found.get(other)):
            late = (first.published_to or first.recorded, first.id)
            swapped = str(late[0] or "") < str(second.published_to or second.recorded or "")
            yield (other, one, why) if swapped else (one, other, why)


def _by_address(known: Known) -> Iterator[tuple[str, str]]:
    """Yield the pairs whose addresses differ only in the language, or of which one page names the
    other as its translation.
    """
    yield from _same_but_for_language(known)
    places = {plain_address(one.url): one.id for one in known.sources.values() if one.url}
    for source in known.sources.values():
        for line in source.stated:
            found = TRANSLATION.match(line)
            other = places.get(plain_address(found[1])) if found else None
            if other and other != source.id:
                yield source.id, other


def _same_but_for_language(known: Known) -> Iterator[tuple[str, str]]:
    """Yield the neighbours among sources whose addresses differ only in the language."""
    codes = sorted({_language(one) for one in known.sources.values()} - {""})
    last: dict[object, str] = {}
    for source in known.sources.values():
        if source.url:
            key = without_language(source.url, codes)
            if key in last:
                yield last[key], source.id
            last[key] = source.id
