"""A source's records back as a coding sheet: loaded again it changes nothing, edited it changes
what was edited.

What a sheet has no words for (a claim's bounds that no date expresses, say) is left out; loading a
sheet leaves what it does not name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from kb.coding import notation
from kb.coding.assertions import AIMED
from kb.coding.claims import QUANTITY
from kb.coding.sheet import ROLE_KEYS, Entry, Sheet, Value
from kb.errors import Usage
from kb.model import dates, quantities
from kb.model.records import Assertion, Claim, Quote, Source
from kb.text import anchoring
from kb.text.addresses import Lines, address
from kb.workspace.catalog import Known

T = TypeVar("T")


def sheet_of(known: Known, source_id: str, text: str | None) -> Sheet:
    """The sheet that says what is recorded of a source: claims in the order of their first passage,
    and skipped passages.

    Raises Usage where the text is not at hand, or where no words of it single out a passage.
    """
    source = known.source(source_id)
    if text is None or (source.sha256 and anchoring.digest(text) != source.sha256):
        hint = "put the text into documents/ or name its folder in KB_DOCUMENTS; it is known by its sha256"
        raise Usage(
            f"the text of {source.id} is not at hand, so its passages cannot be addressed.", hint
        )
    return _Printing(known, source, Lines(text)).sheet()


def values_of(known: Known, record: Claim | Assertion, text: str | None) -> dict[str, str]:
    """Key → text of a claim's or an assertion's fields as a sheet has them; an assertion's passage
    only where its text is at hand.
    """
    if isinstance(record, Assertion):
        printing = _Printing(known, known.sources[record.source or ""], Lines(text or ""))
        rows = list(printing.said(record, at=text is not None))
        return {
            "by": record.speaker or "",
            **{k: v for k, v in rows if v and _plain(v) and k != "by"},
        }
    said = [a for a in known.assertions.values() if a.claim == record.id]
    source = known.sources.get(next((a.source or "" for a in said), ""), Source(""))
    reference = min(
        ((a.said_from, a.said_to) for a in said if a.said),
        default=(source.published_from, source.published_to),
        key=str,
    )
    rows = list(_Printing(known, source, Lines("")).content(record, reference))
    return {"statement": record.statement or "", **{k: v for k, v in rows if v and _plain(v)}}


@dataclass(frozen=True, slots=True)
class _Printing:
    known: Known
    source: Source
    lines: Lines

    def sheet(self) -> Sheet:
        """Everything: the top, the claims, the skipped passages."""
        out = Sheet(self.source.id)
        assertions = self._assertions()
        out.top |= _values(self._top(assertions))
        said: dict[str, list[Assertion]] = {}
        for assertion in assertions:
            said.setdefault(assertion.claim or "", []).append(assertion)
        sentences = Counter(c.statement for c in self.known.claims.values() if not c.invalidated)
        out.claims += [
            self._claim(self.known.claims[id], found, sentences) for id, found in said.items()
        ]
        skipped = [
            q for q in self.known.quotes.values() if q.source == self.source.id and q.skipped
        ]
        out.skip += [Value(f"{self._at(q)}; {q.skipped}") for q in sorted(skipped, key=_place)]
        return out

    def _assertions(self) -> list[Assertion]:
        """The source's assertions in the order of its text; of several at one passage, in the order
        in which they are known.
        """
        found = [
            a
            for a in self.known.assertions.values()
            if a.source == self.source.id and not a.invalidated
        ]
        complete = [
            a for a in found if a.quote in self.known.quotes and a.claim in self.known.claims
        ]
        return sorted(complete, key=lambda a: _place(self.known.quotes[a.quote or ""]))

    def _top(self, assertions: Sequence[Assertion]) -> Iterator[tuple[str, str | None]]:
        yield "source", self.source.id
        coders = {a.coder for a in assertions}
        yield "coder", coders.pop() if len(coders) == 1 else None
        window = self._published()
        yield (
            "published",
            _first([dates.show(*window)], lambda typed: dates.parse(typed).window(), window),
        )
        yield "because", self.source.published_because

    def _published(self) -> dates.Bounds:
        return self.source.published_from, self.source.published_to

    # --- claims
    # ------------------------------------------------------------------------------------------------------------------

    def _claim(
        self, claim: Claim, assertions: Sequence[Assertion], sentences: Counter[str | None]
    ) -> Entry:
        said = self._merged([dict(self.said(a)) for a in assertions])
        sentence = claim.statement or ""
        told = (
            _plain(sentence)
            and not sentence.startswith("=")
            and sentences[sentence] == 1
            and not claim.invalidated
        )
        rows = [
            ("claim", sentence if told else f"={claim.id}"),
            *self.content(claim, self._reference(said)),
        ]
        return Entry(_values(rows), said=tuple(Entry(_values(one.items())) for one in said))

    def content(self, claim: Claim, reference: dates.Bounds) -> Iterator[tuple[str, str | None]]:
        """An entry under `claims:`, without what is said of it."""
        what = self._what(claim)
        found = self.known.declared(claim.predicate) if what and claim.predicate else None
        implied = found[1].kind if found else None
        yield "what", what
        yield "kind", claim.kind if claim.kind != implied else None
        for key, role in ROLE_KEYS.items():
            yield key, ", ".join(getattr(claim, role))
        yield "not", {"negative": "yes", "positive": "no"}.get(claim.polarity or "")
        when = _when(claim, reference)
        yield "when", when
        yield (
            "held",
            claim.held if not when or claim.kind != "state" or claim.held != _held(when) else None,
        )
        yield "count", _count(claim)
        yield from (("unit", claim.unit), ("counted", claim.counted), ("extent", claim.extent))
        yield from (("if", self._condition(claim)), ("note", claim.scope_note))

    def _condition(self, claim: Claim) -> str | None:
        """The words of a condition; `=ID` where it is a claim whose sentence says something else."""
        ids = claim.condition_claims
        if len(ids) != 1 or [c.id for c in self.known.stated(claim.condition or "")] == [*ids]:
            return claim.condition
        return f"={ids[0]}"

    def _what(self, claim: Claim) -> str | None:
        """The core, where the ontology knows its predicate: a sheet may not use another."""
        found = self.known.declared(claim.predicate or "")
        if not claim.subject or found is None:
            return None
        return " > ".join(filter(None, (claim.subject, found[0], _object(claim))))

    def _reference(self, said: Iterable[dict[str, str | None]]) -> dates.Bounds:
        """What a claim's relative date is counted from: the first saying that is dated, else the
        publication.
        """
        on = next((one["on"] for one in said if one.get("on")), None)
        return dates.parse(on, self._published()).window() if on else self._published()

    # --- assertions
    # --------------------------------------------------------------------------------------------------------------

    def said(self, a: Assertion, *, at: bool = True) -> Iterator[tuple[str, str | None]]:
        """An entry under `said:`."""
        yield "by", a.speaker if a.speaker != self.source.author else None
        yield "for", notation.joined(a.on_behalf)
        if a.stance and a.stance != "affirms":
            yield a.stance, a.target if a.stance in AIMED else ", ".join(a.scope) or "yes"
        yield "at", self._at(self.known.quotes[a.quote or ""]) if at else None
        quote = self.known.quotes.get(a.quote or "")
        yield "locator", quote.locator if quote else None
        yield "on", self._day((a.said_from, a.said_to), a.said)
        yield "occurred", self._day((a.occurred_from, a.occurred_to), a.occurred)
        yield "via", notation.joined(self._relays(a))
        yield from _manner(a)

    def _day(self, window: dates.Bounds, phrase: str | None) -> str | None:
        """A date of an assertion as it was typed."""
        if phrase is None and window == (None, None):
            return None
        bounds = dates.show(*window) or ".."

        def read(typed: str) -> tuple[dates.Bounds, str]:
            """What would be stored of it."""
            when = dates.parse(typed, self._published())
            return when.window(), when.phrase

        exact = _first(
            [phrase or "", bounds, f"{bounds}; {phrase or ''}".strip()],
            read,
            (window, phrase or ""),
        )
        return exact or _first([bounds], lambda typed: read(typed)[0], window)

    def _relays(self, a: Assertion) -> list[str]:
        """Speakers in between, outermost first, without the source's author, whom loading puts
        first.
        """
        links = sorted(
            (self.known.relays[r] for r in a.relays if r in self.known.relays),
            key=lambda r: (r.position or 0, r.id),
        )
        chain = [r.speaker for r in links if r.speaker]
        implied = self.source.author not in {None, a.speaker} and chain[:1] == [self.source.author]
        return chain[1:] if implied else chain

    def _merged(self, said: Iterable[dict[str, str | None]]) -> list[dict[str, str | None]]:
        """Neighbours that differ only in who speaks become one entry."""
        out: list[dict[str, str | None]] = []
        speakers: list[str] = []
        for one in said:
            by = one["by"]
            if (
                out
                and by
                and speakers
                and by not in speakers
                and one | {"by": ""} == out[-1] | {"by": ""}
            ):
                speakers.append(by)
                out[-1]["by"] = ", ".join(speakers)
            else:
                out.append(dict(one))
                speakers = [by] if by else []
        return out

    def _at(self, quote: Quote) -> str:
        found = address(self.lines, quote.start or 0, quote.end or 0)
        if found is None:
            message = f"no words of the text single out the passage {quote.id}."
            raise Usage(
                message, "give the assertion a passage whose first words occur once on its line"
            )
        return found


# --- dates and numbers, as they were typed


def _object(claim: Claim) -> str | None:
    """The object as a sheet names it."""
    if claim.object_value is not None:
        return f'"{claim.object_value}"'
    return f"={claim.object_claim}" if claim.object_claim else claim.object


def _manner(a: Assertion) -> Iterator[tuple[str, str | None]]:
    """How something is said."""
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
    yield from (("note", a.note), ("checked", notation.joined(a.checked_by)))


def _when(claim: Claim, reference: dates.Bounds) -> str | None:
    """A writing that is read as exactly this claim's bounds, or None. Where a state has one,
    loading tells on how many days it held.
    """
    if claim.kind == "state" and claim.held is None:
        return None
    begin, end = (claim.begin_earliest, claim.begin_latest), (claim.end_earliest, claim.end_latest)
    bounds = [dates.show(begin[0], end[1]), f"{_day(begin)}..{_day(end)}", _day((begin[0], end[1]))]
    known = (f"begun by {begin[1]}", begin[1]), (f"last reported {end[0]}", end[0])
    bounds.append(", ".join(words for words, day in known if day))
    typed = [claim.when or "", *bounds, *(f"{b}; {claim.when or ''}" for b in bounds)]
    return _first(typed, lambda t: _read(t, claim.kind, reference), (begin, end, claim.when))


def _read(
    typed: str, kind: str | None, reference: dates.Bounds
) -> tuple[dates.Bounds, dates.Bounds, str | None]:
    """What loading makes of a claim's date."""
    when = dates.parse(typed, reference)
    if kind == "state":
        return when.begin, when.end, when.phrase
    return (when.begin[0], None), (None, when.end[1]), when.phrase


def _held(typed: str) -> str:
    """On which days loading takes a state with this date to have held."""
    try:
        return dates.parse(typed).held or "some"
    except ValueError:  # a phrase that counts from a reference
        return "some"


def _day(bounds: dates.Bounds) -> str:
    """A day, month or year with these bounds; nothing for open ones, and “?” where they are none of
    these.
    """
    first, last = bounds
    if first is None or last is None:
        return "" if first is last else "?"
    shapes = (first.isoformat(), first.isoformat()[:7], first.isoformat()[:4])
    return next((s for s in shapes if dates.parse(s).window() == bounds), "?")


def _count(claim: Claim) -> str | None:
    """A writing that is read as exactly this claim's quantity, or None."""
    phrase = claim.quantity or ""
    low, high, best = (
        "" if n is None else format(n, "f")
        for n in (claim.quantity_min, claim.quantity_max, claim.quantity_best)
    )
    numbers = (f"{low}..{high}", best, f"about {best}", f"more than {low}", f"less than {high}")
    typed = [phrase, *(f"{n}; {phrase}" for n in numbers)]
    wanted = {field: getattr(claim, field) for field in QUANTITY}

    def read(typed: str) -> dict[str, object]:
        """What would be stored of it."""
        found = quantities.read(typed, claim.unit)
        return {field: getattr(found, name) for field, name in QUANTITY.items()}

    return _first(typed, read, wanted)


def _first(typed: Iterable[str], read: Callable[[str], T], wanted: T) -> str | None:
    """The first writing that is read as what is wanted."""
    for one in typed:
        try:
            if one and _plain(one) and read(one) == wanted:
                return one
        except ValueError:
            continue
    return None


def _place(quote: Quote) -> tuple[int, int]:
    return quote.start or 0, quote.end or 0


def _plain(text: str) -> bool:
    """Whether a sheet, where a line break is a space, gives back this text."""
    return text == text.strip() and "\n" not in text


def _values(rows: Iterable[tuple[str, str | None]]) -> dict[str, Value]:
    """The rows that say something a sheet can say."""
    return {key: Value(text) for key, text in rows if text and _plain(text)}
