"""Words of private texts in what is stored: more of them in a row than a fragment may have."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from kb.app.stored_files import File
from kb.errors import Problem
from kb.model.records import Assertion, Quote, Record, Source, slots
from kb.model.values import shown
from kb.rdf import turtle_reader
from kb.text import excerpts

Placed = Sequence[tuple[File, Record]]
_WORD: Final = re.compile(r"\w(?:[\w’'.-]*\w)?")
# Values that are no words, and fragments, which have a limit of their own.
_NO_WORDS: Final = frozenset({"sentences", "parts", "sha256", "left_out", "fragment", "file_name"})
# One word more than a fragment.
_RUN: Final = excerpts.FRAGMENT_WORDS + 1
Run = tuple[str, ...]
# Words of a headline, and signs at the end of a sentence that is none.
LONGEST_HEADLINE: Final = 20
SENTENCE_ENDS: Final = ".!…。।"


@dataclass(frozen=True, slots=True)
class _Value:
    """A stored value, and where it is."""

    file: File
    record: Record
    field: str
    text: str


def problems(
    files: Sequence[File], wanted: Placed, base: str, document: Callable[[str], str | None]
) -> Iterator[Problem]:
    """Warn about values with more words of a private text in a row than a fragment may have.

    Only available texts are compared: those of the wanted sources and passages.
    """
    waiting: dict[Run, list[_Value]] = defaultdict(list)
    for value in _values(wanted):
        for run in _runs(value.text):
            waiting[run].append(value)
    reported: set[tuple[str, str, str]] = set()
    for source, text in _texts(files, wanted, document) if waiting else ():
        for run in _runs(text):
            for value in waiting.get(run, ()):
                if value.field == "title" and _is_headline(value.text, text):
                    continue
                key = (turtle_reader.iri_of(value.record, base), value.field, value.text)
                if key not in reported:
                    reported.add(key)
                    yield _problem(value, key[0], source, run, base)


def _values(wanted: Placed) -> Iterator[_Value]:
    """Yield the stored values that are words."""
    for file, record in wanted:
        for field, slot in slots(type(record)).items():
            if slot.type != "text" or field in _NO_WORDS:
                continue
            value = getattr(record, field)
            for text in value if isinstance(value, tuple) else (value,):
                if text:
                    yield _Value(file, record, field, text)


def _texts(
    files: Sequence[File], wanted: Placed, document: Callable[[str], str | None]
) -> Iterator[tuple[str, str]]:
    """Yield id and text of each source that wanted records are or belong to."""
    sources = {r.id: r for f in files for r in f.records if isinstance(r, Source)}
    ids = dict.fromkeys(_sources(record for _, record in wanted))
    for id in ids:
        source = sources.get(id)
        text = document(source.sha256) if source and source.sha256 else None
        if text is not None:
            yield id, text


def _sources(records: Iterable[Record]) -> Iterator[str]:
    for record in records:
        if isinstance(record, Source):
            yield record.id
        elif isinstance(record, Quote | Assertion) and record.source:
            yield record.source


def _is_headline(title: str, text: str) -> bool:
    """Tell whether a title is a headline of the text, by which the document is cited: a short line
    that is no sentence.
    """
    for line in text.split("\n"):
        bare = line.strip()
        if bare.casefold().startswith(title.casefold()):
            return len(bare.split()) <= LONGEST_HEADLINE and bare[-1] not in SENTENCE_ENDS
    return False


def _runs(text: str) -> Iterator[Run]:
    """Yield each run of words that is longer than a fragment."""
    words = [word.casefold() for word in _WORD.findall(text)]
    yield from zip(*(words[n:] for n in range(_RUN)), strict=False)


def _problem(value: _Value, iri: str, source: str, run: Run, base: str) -> Problem:
    beginning = shown(" ".join(run[:3]))
    return Problem(
        "warning",
        "private-words",
        f"the {value.field.replace('_', ' ')} of {iri.removeprefix(base)} contains more than "
        f"{excerpts.FRAGMENT_WORDS} words in a row of the private text of {source}: "
        f"“{beginning} …”.",
        value.file.place(iri, slots(type(value.record))[value.field].property),
        iri,
        "use your own words or fewer of them; "
        'passages = "whole" in kb.toml allows passages in full',
    )
