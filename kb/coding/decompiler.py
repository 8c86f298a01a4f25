"""Decompiler: the records of a source as a coding sheet.

Loading that sheet changes nothing. Loading it after an edit changes what was edited. Values that
a sheet cannot express, such as unusual bounds of a date, are left out: loading keeps what a sheet
does not name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kb.coding import notation, spellings
from kb.coding.claims import first_said
from kb.coding.compiler import TEXT_HINT
from kb.coding.sheet import ROLE_KEYS, Entry, Sheet, Value
from kb.coding.targets import AIMED
from kb.errors import Usage
from kb.model import dates
from kb.model.records import Assertion, Claim, Quote, Source
from kb.text import anchoring
from kb.text.addresses import Lines, address
from kb.workspace.catalogs.catalog import Known

# A key of a sheet and its text; None if there is nothing to write.
Row = tuple[str, str | None]


def sheet_of(known: Known, source_id: str, text: str | None) -> Sheet:
    """Return the sheet of a source: its claims in the order of the text, and skipped passages.

    Raises Usage if the text is not available.
    """
    source = known.source(source_id)
    if text is None or (source.sha256 and anchoring.digest(text) != source.sha256):
        message = f"the text of {source.id} is not available, so its passages have no addresses."
        raise Usage(message, TEXT_HINT)
    return _Decompiler(known, source, Lines(text)).sheet()


def values_of(known: Known, record: Claim | Assertion, text: str | None) -> dict[str, str]:
    """Return key → text of a claim or an assertion, as on a sheet.

    The passage of an assertion is only included if the text is available.
    """
    if isinstance(record, Assertion):
        decompiler = _Decompiler(known, known.sources[record.source or ""], Lines(text or ""))
        rows = decompiler.said(record, at=text is not None)
        return {"by": ""} | _texts(rows) | {"by": record.speaker or ""}
    said = known.said(record.id)
    source = known.sources.get(next((a.source or "" for a in said), ""), Source(""))
    reference = first_said(said, (source.published_from, source.published_to))
    rows = _Decompiler(known, source, Lines("")).content(record, reference)
    return {"statement": record.statement or ""} | _texts(rows)


@dataclass(frozen=True, slots=True)
class _Decompiler:
    known: Known
    source: Source
    lines: Lines

    def sheet(self) -> Sheet:
        """Return the sheet with its top, claims and skipped passages."""
        out = Sheet(self.source.id)
        assertions = self._assertions()
        out.top |= _values(self._top(assertions))
        said: dict[str, list[Assertion]] = {}
        for assertion in assertions:
            said.setdefault(assertion.claim or "", []).append(assertion)
        sentences = Counter(c.statement for c in self.known.claims.values() if not c.invalidated)
        for id, found in said.items():
            out.claims.append(self._claim(self.known.claims[id], found, sentences))
        quotes = (q for q in self.known.quotes.values() if q.source == self.source.id)
        for quote in sorted((q for q in quotes if q.skipped), key=_place):
            out.skip.append(Value(f"{self._at(quote)}; {quote.skipped}"))
        return out

    def _assertions(self) -> list[Assertion]:
        """Return the source's assertions in the order of the text, then in that of the records."""
        quotes, claims = self.known.quotes, self.known.claims
        found = (a for a in self.known.assertions.values() if a.source == self.source.id)
        complete = [
            a for a in found if not a.invalidated and a.quote in quotes and a.claim in claims
        ]
        return sorted(complete, key=lambda a: _place(quotes[a.quote or ""]))

    def _top(self, assertions: Sequence[Assertion]) -> Iterator[Row]:
        yield "source", self.source.id
        coders = {a.coder for a in assertions}
        yield "coder", coders.pop() if len(coders) == 1 else None
        window = self._published()
        bounds = [dates.show(*window)]
        yield (
            "published",
            spellings.first(bounds, lambda typed: dates.parse(typed).window(), window),
        )
        yield "because", self.source.published_because
        yield "sensitive", "yes" if self.source.sensitive else None

    def _published(self) -> dates.Bounds:
        return self.source.published_from, self.source.published_to

    def _claim(
        self, claim: Claim, assertions: Sequence[Assertion], sentences: Counter[str | None]
    ) -> Entry:
        """Return an entry under `claims:`. `sentences` counts the claims with each sentence."""
        said = _merged([dict(self.said(a)) for a in assertions])
        sentence = claim.statement or ""
        unambiguous = sentences[sentence] == 1 and not claim.invalidated
        if not unambiguous or not spellings.survives(sentence) or sentence.startswith("="):
            sentence = f"={claim.id}"
        rows = [("claim", sentence), *self.content(claim, self._reference(said))]
        return Entry(_values(rows), said=tuple(Entry(_values(one.items())) for one in said))

    def content(self, claim: Claim, reference: dates.Bounds) -> Iterator[Row]:
        """Yield the rows of an entry under `claims:`, without its sentence and its assertions."""
        what = self._what(claim)
        found = self.known.declared(claim.predicate) if what and claim.predicate else None
        implied = found[1].kind if found else None
        yield "what", what
        yield "kind", claim.kind if claim.kind != implied else None
        for key, role in ROLE_KEYS.items():
            yield key, ", ".join(getattr(claim, role))
        yield "not", {"negative": "yes", "positive": "no"}.get(claim.polarity or "")
        when = spellings.date_of(claim, reference)
        implied_held = spellings.held(when) if when and claim.kind == "state" else None
        yield "when", when
        yield "held", claim.held if claim.held != implied_held else None
        yield "count", spellings.quantity_of(claim)
        yield from (("unit", claim.unit), ("counted", claim.counted), ("extent", claim.extent))
        yield from (("if", self._condition(claim)), ("note", claim.scope_note))
        yield "sensitive", "yes" if claim.sensitive else None

    def _condition(self, claim: Claim) -> str | None:
        """Return the words of a condition, or `=ID` if they are not the sentence of its claim."""
        ids = claim.condition_claims
        if len(ids) != 1 or [c.id for c in self.known.stated(claim.condition or "")] == [*ids]:
            return claim.condition
        return f"={ids[0]}"

    def _what(self, claim: Claim) -> str | None:
        """Return subject, predicate and object, if the predicate is declared."""
        found = self.known.declared(claim.predicate or "")
        if not claim.subject or found is None:
            return None
        return " > ".join(filter(None, (claim.subject, found[0], _object(claim))))

    def _reference(self, said: Iterable[dict[str, str | None]]) -> dates.Bounds:
        """Return the day from which the compiler counts a relative date of the claim."""
        on = next((one["on"] for one in said if one.get("on")), None)
        return dates.parse(on, self._published()).window() if on else self._published()

    def said(self, a: Assertion, *, at: bool = True) -> Iterator[Row]:
        """Yield the rows of an entry under `said:`."""
        yield "by", a.speaker if a.speaker != self.source.author else None
        yield "for", notation.joined(a.on_behalf)
        if a.stance and a.stance != "affirms":
            yield a.stance, a.target if a.stance in AIMED else ", ".join(a.scope) or "yes"
        quote = self.known.quotes.get(a.quote or "")
        yield "at", self._at(quote) if at and quote else None
        yield "locator", quote.locator if quote else None
        yield "on", self._date((a.said_from, a.said_to), a.said)
        yield "occurred", self._date((a.occurred_from, a.occurred_to), a.occurred)
        yield "via", notation.joined(self._relays(a))
        yield from _manner(a)

    def _date(self, window: dates.Bounds, phrase: str | None) -> str | None:
        """Return a text that is read as a date of an assertion, if possible with its phrase."""
        if phrase is None and window == (None, None):
            return None
        bounds = dates.show(*window) or ".."

        def read(typed: str) -> tuple[dates.Bounds, str]:
            """Return the bounds and the phrase that a sheet would store."""
            when = dates.parse(typed, self._published())
            return when.window(), when.phrase

        typed = [phrase or "", bounds, f"{bounds}; {phrase or ''}".strip()]
        exact = spellings.first(typed, read, (window, phrase or ""))
        return exact or spellings.first([bounds], lambda text: read(text)[0], window)

    def _relays(self, a: Assertion) -> list[str]:
        """Return the speakers in between, outermost first, without the author, who is implied."""
        links = [self.known.relays[r] for r in a.relays if r in self.known.relays]
        links.sort(key=lambda r: (r.position or 0, r.id))
        chain = [r.speaker for r in links if r.speaker]
        implied = self.source.author not in {None, a.speaker} and chain[:1] == [self.source.author]
        return chain[1:] if implied else chain

    def _at(self, quote: Quote) -> str:
        start, end = quote.start or 0, quote.end or 0
        return address(self.lines, start, end) or f"char={start},{end}"


def _merged(said: Iterable[dict[str, str | None]]) -> list[dict[str, str | None]]:
    """Join neighbouring entries that differ only in their speaker."""
    out: list[dict[str, str | None]] = []
    speakers: list[str] = []
    for one in said:
        by = one["by"]
        same = bool(out) and one | {"by": ""} == out[-1] | {"by": ""}
        if same and by and speakers and by not in speakers:
            speakers.append(by)
            out[-1]["by"] = ", ".join(speakers)
        else:
            out.append(dict(one))
            speakers = [by] if by else []
    return out


def _object(claim: Claim) -> str | None:
    """Return the object as on a sheet."""
    if claim.object_value is not None:
        return f'"{claim.object_value}"'
    return f"={claim.object_claim}" if claim.object_claim else claim.object


def _manner(a: Assertion) -> Iterator[Row]:
    """Yield the rows about the way in which something was said."""
    yield from (
        ("degree", a.degree),
        ("standing", a.standing),
        ("basis", a.basis),
        ("form", a.form),
        ("manner", a.manner),
        ("words", notation.joined(a.words)),
        ("hedges", notation.joined(a.hedges)),
        ("garbles", notation.joined(a.garbles)),
        ("reading", a.reading),
    )
    yield "certain", None if a.speaker_certain is None else "yes" if a.speaker_certain else "no"
    yield from (("note", a.note), ("sensitive", "yes" if a.sensitive else None))
    yield "checked", notation.joined(a.checked_by)


def _place(quote: Quote) -> tuple[int, int]:
    return quote.start or 0, quote.end or 0


def _texts(rows: Iterable[Row]) -> dict[str, str]:
    """Return the rows with a text that a sheet can contain."""
    return {key: text for key, text in rows if text and spellings.survives(text)}


def _values(rows: Iterable[Row]) -> dict[str, Value]:
    return {key: Value(text) for key, text in _texts(rows).items()}
