"""Passages for people: the words if the text is available, otherwise the place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kb.app.answers import Answers
    from kb.model.records import Quote
    from kb.workspace.catalogs.catalog import Known


@dataclass(frozen=True, slots=True)
class Passage:
    """The words of a quote and its place.

    If the text is not available, `words` is empty and `line` is None. `within` is the place in the
    source: the line, or the sentence, or the characters (from 0, end exclusive).
    """

    source: str
    words: str
    line: int | None
    within: str

    @property
    def place(self) -> str:
        """Return the source and the place in it, such as `report, line 3`."""
        return f"{self.source}, {self.within}" if self.within else self.source

    def read(self) -> str:
        """Return the words on one line, or the place if there are none."""
        return " ".join(self.words.split()) or self.place

    def quoted(self, room: int | None = None) -> str:
        """Return the words in quotation marks, cut to this length; the place if there are none."""
        words = " ".join(self.words.split())
        if not words:
            return f"({self.place}; its text is not available)" if self.source else ""
        return f"“{words if room is None else cut(words, room)}”"


def passage(kb: Answers, known: Known, quote: str | None) -> Passage:
    """Look up the passage of a quote. Stored words are used if they are all of it."""
    found = known.quotes.get(quote or "")
    if found is None:
        return Passage("", "", None, "")
    words, line = kb.passage(known, quote)
    if line:
        last = line + words.count("\n")
        within = f"line {line}" if last == line else f"lines {line}-{last}"
        return Passage(found.source or "", words, line, within)
    whole = words == found.fragment
    return Passage(found.source or "", words if whole else "", None, _sentences(known, found))


def _sentences(known: Known, quote: Quote) -> str:
    """Return the numbers of a quote's sentences, or its characters if they are not stored."""
    from kb.text import sentences

    source = known.sources.get(quote.source or "")
    if quote.start is None or quote.end is None:
        return ""
    try:
        spans = sentences.parse(source.sentences) if source and source.sentences else ()
    except ValueError:  # kb validate reports it
        spans = ()
    touched = [n for n, (a, b) in enumerate(spans, 1) if a < quote.end and b > quote.start]
    if not touched:
        return f"characters {quote.start}-{quote.end}"
    if touched[0] == touched[-1]:
        return f"sentence {touched[0]}"
    return f"sentences {touched[0]}-{touched[-1]}"


def cut(text: str, room: int) -> str:
    """Shorten text to this number of characters, with an ellipsis at the end if it was longer."""
    return text if len(text) <= room else f"{text[: max(room - 1, 0)].rstrip()}…"
