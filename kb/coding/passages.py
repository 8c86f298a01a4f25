"""Passages of a sheet: found exactly in the text, kept as offsets, digest and a few words."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from kb.coding.context import Desk
from kb.coding.fragments import Fragments
from kb.coding.sheet import Entry, Value
from kb.model import identifiers, values
from kb.model.records import Assertion, Quote, Relay
from kb.model.values import forbidden
from kb.text import anchoring, parts


def quote(
    desk: Desk, value: Value | None, at: Entry | Value, skipped: str | None = None
) -> Quote | None:
    """The quote that an `at:` names, found exactly; None, and a problem, where it is not. `skipped`
    is why it carries no claim.
    """
    if value is None or not value.text:
        desk.problem(
            "no-passage", "an assertion needs its passage.", at, "at: LINE first words … last words"
        )
        return None
    if desk.text is None or desk.source is None:
        return None
    found = anchoring.find(desk.text, value.text)
    if isinstance(found, anchoring.Miss):
        desk.problem(found.code, found.message, value, found.hint)
        return None
    id = identifiers.quote_id(desk.source.id, found.start, found.end)
    stored = desk.known.quotes.get(id)
    if stored:
        quote = replace(stored, skipped=skipped or stored.skipped)
    else:
        quote = _new(desk, id, found, skipped)
    desk.change.removed.discard("source/" + quote.id)
    if desk.known.quotes.get(quote.id) != quote:
        desk.put(quote, desk.source_file())
    return quote


_LOCATOR: Final = re.compile(
    r"(?:pages?|pp?\.|slides?|post|comment|cell|sheet|section|chapter|paragraph|verse|figure|table)\s*\S.*"
    r"|(?:time\s+)?\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?(?:\s*[-–]\s*\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?)?",
    re.IGNORECASE,
)


def locate(desk: Desk, quote: Quote | None, value: Value | None) -> None:
    """Give a quote its place in a medium that has pages, time codes, posts or cells; an empty text
    takes it away.
    """
    if quote is None or value is None or desk.source is None:
        return
    text = value.text.strip()
    if text and not _LOCATOR.fullmatch(text):
        desk.problem(
            "bad-locator",
            f"“{values.shown(text)}” is not a place in a document.",
            value,
            "write page 12, 00:14:30, post 3, cell Sheet1!B7 or section 4.2",
        )
        return
    current = desk.known.quotes.get(quote.id, quote)
    if current.locator != (text or None):
        desk.put(replace(current, locator=text or None), desk.source_file())


def skip(desk: Desk, value: Value) -> None:
    """One entry under `skip:`: a passage and why it carries no claim."""
    at, _, why = value.text.rpartition(";")
    if not at or not why.strip():
        return desk.problem(
            "bad-skip",
            "a skipped passage needs its reason.",
            value,
            "- 84 Please … comment; form of the web page",
        )
    if found := forbidden(why):
        return desk.problem(
            "bad-character",
            f"the reason holds {found}.",
            value,
            "type it again without that character",
        )
    quote(desk, replace(value, text=at.strip()), value, why.strip())


def _new(desk: Desk, id: str, found: anchoring.Span, skipped: str | None) -> Quote:
    """The quote of a passage of which there is none yet."""
    assert desk.source is not None
    passage = (desk.text or "")[found.start : found.end]
    fragment = _fragment(desk, found, passage)
    _fragments(desk).add(found, passage, fragment)
    return Quote(
        id,
        source=desk.source.id,
        start=found.start,
        end=found.end,
        sha256=anchoring.digest(passage),
        fragment=fragment,
        locator=parts.locator(_parts(desk), found.start, found.end),
        skipped=skipped,
    )


def _parts(desk: Desk) -> tuple[parts.Part, ...]:
    """Return the parts of the source: its captions, pages, times and posts."""
    stored = desk.source.parts if desk.source else None
    return parts.parse(stored) if stored else ()


def _fragment(desk: Desk, span: anchoring.Span, passage: str) -> str:
    """The stored words: several until the fragments fill half of their share, then a telling one,
    if possible one stored already.
    """
    words, others = anchoring.fragment(passage), _fragments(desk)
    if others.words.share(span.start, span.start + len(words)) < anchoring.MOST_QUOTED / 2:
        return words
    return max(sorted(others.single(span)), key=len, default=anchoring.telling(passage))


def _fragments(desk: Desk) -> Fragments:
    """The fragments of the source in hand that are stored, or will be."""
    assert desk.source is not None
    source = desk.source.id
    if source not in desk.fragments:
        quotes = (q for q in desk.known.quotes.values() if q.source == source)
        desk.fragments[source] = Fragments(desk.text or "", quotes)
    return desk.fragments[source]


def orphans(desk: Desk, source: str) -> None:
    """Quotes of a source that no assertion and no skip uses any more go; those of past assertions
    into the history.
    """
    used = {a.quote for a in desk.known.assertions.values()} | {
        r.quote for r in desk.known.relays.values()
    }
    idle = [
        q
        for q in desk.known.quotes.values()
        if q.source == source and q.id not in used and not q.skipped
    ]
    desk.change.removed |= {"source/" + q.id for q in idle}
    gone = {"source/" + q.id for q in idle}
    for records in desk.change.files.values() if gone else ():
        records[:] = [r for r in records if r.path + r.id not in gone]
    remembered = {a.quote for a in desk.known.past.values() if isinstance(a, Assertion | Relay)}
    for quote in idle:
        file = desk.known.files["source/" + quote.id]
        desk.known.forget("source/" + quote.id)
        if quote.id in remembered:
            desk.archive(quote, file)
