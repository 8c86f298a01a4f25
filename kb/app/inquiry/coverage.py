"""Coverage of a source: each sentence is coded, skipped with a reason, or open. It does not need
the text.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from kb.model.records import Assertion, Quote, Relay, Source
from kb.text import sentences
from kb.text.sentences import Span
from kb.workspace.catalogs.catalog import Known

# A passage may leave out a quotation mark or a dash at either end of its sentence, but not much
# more.
SKIPPED_PART = 0.75
STATES = ("coded", "skipped", "open")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with its number, from 1, and its span: code points from 0, the end exclusive.

    `state` is one of STATES; `reason` tells why a sentence was skipped.
    """

    number: int
    start: int
    end: int
    state: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Coverage:
    """The sentences of a source. `known` is False if neither offsets nor text are available."""

    source: str
    sentences: tuple[Sentence, ...] = ()
    known: bool = True

    def count(self, state: str) -> int:
        """Count the sentences that are coded, skipped or open."""
        return sum(s.state == state for s in self.sentences)

    @property
    def share(self) -> float | None:
        """Return the share of sentences that are coded or skipped, from 0 to 1, or None if there
        are no sentences.
        """
        return 1 - self.count("open") / len(self.sentences) if self.sentences else None


def coverage(known: Known, source: str, text: str | None = None) -> Coverage:
    """Return the sentences of a source with their states.

    A sentence is *coded* if a quote of an assertion or relay shares a character with it, *skipped*
    if skipped passages contain at least three quarters of it, else *open*. Sentences are computed
    from the text if it is available, else they are those stored with the source.

    >>> from kb.model.records import Source
    >>> known = Known()
    >>> known.add(Source("report", sentences="0-15 17-44"), "a.ttl")
    >>> [(s.number, s.state) for s in coverage(known, "report").sentences]
    [(1, 'open'), (2, 'open')]
    """
    return several(known, [(source, text)])[0]


def several(known: Known, texts: Iterable[tuple[str, str | None]]) -> list[Coverage]:
    """Return the coverage of several sources, given the id and the text of each, None if the text
    is not available. All records are looked through once.
    """
    used, texts = quoted(known), list(texts)
    quotes: dict[str, list[Quote]] = {source: [] for source, _ in texts}
    for quote in known.quotes.values():
        if (source := quote.source or "") in quotes:
            quotes[source].append(quote)
    return [_coverage(known.sources[source], text, quotes[source], used) for source, text in texts]


def _coverage(
    source: Source, text: str | None, quotes: Sequence[Quote], used: Collection[str]
) -> Coverage:
    """Return the sentences of a source, given its quotes, and the ids of all quotes in use."""
    spans = _spans(source.sentences, text)
    if spans is None:
        return Coverage(source.id, known=False)
    coded = [_span(q) for q in quotes if q.id in used]
    skipped = [(*_span(q), q.skipped) for q in quotes if q.skipped]
    return Coverage(
        source.id, tuple(_sentence(n, span, coded, skipped) for n, span in enumerate(spans, 1))
    )


def quoted(known: Known) -> set[str]:
    """Return the ids of the quotes of assertions and relays that count now."""
    valid = [a for a in known.assertions.values() if not a.invalidated]
    relays = [known.relays[r] for a in valid for r in a.relays if r in known.relays]
    records: list[Assertion | Relay] = [*valid, *relays]
    return {record.quote for record in records if record.quote}


def _spans(stored: str | None, text: str | None) -> Sequence[Span] | None:
    if text is not None:
        return sentences.split(text)
    try:
        return sentences.parse(stored) if stored else None
    except ValueError:  # validating says it
        return None


def _span(quote: Quote) -> Span:
    return quote.start or 0, quote.end or 0


def _sentence(
    number: int, span: Span, coded: Sequence[Span], skipped: Sequence[tuple[int, int, str]]
) -> Sentence:
    """Return a sentence with its state: coded, skipped or open."""
    start, end = span
    if any(a < end and b > start for a, b in coded):
        return Sentence(number, start, end, "coded")
    inside = [(a, b, why) for a, b, why in sorted(skipped) if a < end and b > start]
    if _covered(span, inside) < SKIPPED_PART * (end - start):
        return Sentence(number, start, end, "open")
    reasons = dict.fromkeys(why for *_, why in inside)
    return Sentence(number, start, end, "skipped", "; ".join(reasons))


def _covered(span: Span, passages: Iterable[tuple[int, int, str]]) -> int:
    """Count the characters of a span inside these passages, which are sorted."""
    (at, end), covered = span, 0
    for first, last, _ in passages:
        covered += max(0, min(last, end) - max(first, at))
        at = max(at, min(last, end))
    return covered
