"""Passages of a sheet: found exactly in the text, stored as offsets, digest and a few words."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from typing import Final

from kb.coding.context import Context
from kb.coding.fragments import Fragments
from kb.coding.sheet import Entry, Value
from kb.model import identifiers, values
from kb.model.records import Assertion, Quote, Relay
from kb.model.values import forbidden
from kb.text import anchoring, excerpts, parts


def quote(
    context: Context, value: Value | None, at: Entry | Value, skipped: str | None = None
) -> Quote | None:
    """Return the quote that an `at:` names, or None and add a problem if it is not in the text.

    `skipped` is the reason why no claim is coded from it.
    """
    if value is None or not value.text:
        message = "an assertion needs its passage."
        context.problem("no-passage", message, at, "at: LINE first words … last words")
        return None
    if context.text is None or context.source is None:
        return None
    found = anchoring.find(context.text, value.text)
    if isinstance(found, anchoring.Miss):
        context.problem(found.code, found.message, value, found.hint)
        return None
    quote = _stored(context, found, skipped)
    context.change.removed.discard("source/" + quote.id)
    if context.known.quotes.get(quote.id) != quote:
        context.put(quote, context.source_file())
    return quote


def _stored(context: Context, found: anchoring.Span, skipped: str | None) -> Quote:
    """Return the quote of a passage: the recorded one, or a new one."""
    assert context.source is not None
    id = identifiers.quote_id(context.source.id, found.start, found.end)
    stored = context.known.quotes.get(id)
    if stored:
        return replace(stored, skipped=skipped or stored.skipped)
    return _new(context, id, found, skipped)


_LOCATOR: Final = re.compile(
    r"(?:pages?|pp?\.|slides?|post|comment|cell|sheet|section|chapter|paragraph|verse|figure|table)"
    r"\s*\S.*"
    r"|(?:time\s+)?\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?(?:\s*[-–]\s*\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?)?",
    re.IGNORECASE,
)


def locate(context: Context, quote: Quote | None, value: Value | None) -> None:
    """Set the place of a quote in a medium with pages, time codes, posts or cells.

    An empty text removes the place.
    """
    if quote is None or value is None or context.source is None:
        return
    text = value.text.strip()
    if text and not _LOCATOR.fullmatch(text):
        context.problem(
            "bad-locator",
            f"“{values.shown(text)}” is not a place in a document.",
            value,
            "write page 12, 00:14:30, post 3, cell Sheet1!B7 or section 4.2",
        )
        return
    current = context.known.quotes.get(quote.id, quote)
    if current.locator != (text or None):
        context.put(replace(current, locator=text or None), context.source_file())


def skip(context: Context, value: Value) -> None:
    """Code one entry under `skip:`: a passage, and the reason why no claim is coded from it."""
    at, _, why = value.text.rpartition(";")
    if not at or not why.strip():
        return context.problem(
            "bad-skip",
            "a skipped passage needs a reason.",
            value,
            "- 84 Please … comment; form of the web page",
        )
    if found := forbidden(why):
        return context.problem(
            "bad-character",
            f"the reason contains {found}.",
            value,
            "type it again without that character",
        )
    quote(context, replace(value, text=at.strip()), value, why.strip())


# Characters of a passage that is stored whole. Nobody quotes more; the place finds the rest.
LONGEST_STORED: Final = 2000


def _new(context: Context, id: str, found: anchoring.Span, skipped: str | None) -> Quote:
    """Make the quote of a new passage."""
    assert context.source is not None
    passage = (context.text or "")[found.start : found.end]
    if context.whole and not skipped and len(passage) <= LONGEST_STORED:
        fragment = passage
    else:
        fragment = _fragment(context, found, passage)
        _fragments(context).add(found, passage, fragment)
    return Quote(
        id,
        source=context.source.id,
        start=found.start,
        end=found.end,
        sha256=anchoring.digest(passage),
        fragment=fragment,
        locator=parts.locator(_parts(context), found.start, found.end),
        skipped=skipped,
    )


def _parts(context: Context) -> tuple[parts.Part, ...]:
    """Return the parts of the source: its captions, pages, times and posts."""
    stored = context.source.parts if context.source else None
    return parts.parse(stored) if stored else ()


def _fragment(context: Context, span: anchoring.Span, passage: str) -> str:
    """Choose the words of a passage that are stored: as few as may be, to respect copyright.

    They are several until the fragments of the source reach half of their limit. Then it is one
    distinctive word, if possible one that is stored already.
    """
    words, others = excerpts.fragment(passage), _fragments(context)
    if others.words.share(span.start, span.start + len(words)) < excerpts.MOST_QUOTED / 2:
        return words
    return max(sorted(others.single(span)), key=len, default=excerpts.telling(passage))


def _fragments(context: Context) -> Fragments:
    """Return the fragments of the current source that are stored or will be."""
    assert context.source is not None
    source = context.source.id
    if source not in context.fragments:
        quotes = context.known.passages(source)
        context.fragments[source] = Fragments(context.text or "", quotes)
    return context.fragments[source]


def orphans(context: Context, sources: Collection[str]) -> None:
    """Remove the quotes of these sources that are no longer used.

    Those of past assertions move to the history.
    """
    idle = _idle(context, sources)
    if not idle:
        return
    gone = {"source/" + q.id for q in idle}
    context.change.removed |= gone
    for records in context.change.files.values():
        records[:] = [r for r in records if r.path + r.id not in gone]
    remembered = {a.quote for a in context.known.past.values() if isinstance(a, Assertion | Relay)}
    for quote in idle:
        file = context.known.files["source/" + quote.id]
        context.known.forget("source/" + quote.id)
        if quote.id in remembered:
            context.archive(quote, file)


def _idle(context: Context, sources: Collection[str]) -> list[Quote]:
    """Return the quotes of these sources without an assertion, a relay, or a reason to skip them.

    They are sorted by source.
    """
    used = context.known.quoted(sources)
    quotes = (q for source in sorted(sources) for q in context.known.passages(source))
    idle = (q for q in quotes if q.id not in used and not q.skipped)
    return sorted(idle, key=lambda q: q.source or "")
