"""Assertions of a sheet: who takes which stance on a claim, where, and through whom.

A stored assertion is found again by its source, claim, speaker, stance and passage.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from typing import Any, Final

from kb.coding import notation, passages, targets
from kb.coding.context import Context
from kb.coding.sheet import SAID, Entry
from kb.coding.speakers import speakers
from kb.errors import KbError
from kb.model import dates as calendar
from kb.model import identifiers
from kb.model.records import Assertion, Claim, Quote, Relay
from kb.model.vocabulary import (
    BASES,
    DEGREES,
    DISPUTES,
    FORMS,
    READINGS,
    STANCES,
    STANDINGS,
)
from kb.rdf import turtle_writer

# Stances on the claim as a whole. The other stances name what they dispute.
UNSCOPED: Final = ("affirms", "retracts", "disowns", "overrules")


def said(context: Context, said: Entry, claim: Claim) -> None:
    """Code an entry under `said:`: an assertion for each speaker, or a change to the one named."""
    bound = _bound(context, said)
    if "id" in said.values and bound is None:
        return
    fields = {
        "claim": claim.id,
        **_place(context, said, bound),
        **_stance(context, said, bound),
    }
    named = _named(context, said)
    if bound and bound.speaker and "by" not in said.values:
        found = [bound.speaker]
    else:
        found = speakers(context, said)
    if fields["quote"] is None or context.source is None:
        return
    if bound and len(found) != 1:
        message, hint = "an assertion has one speaker.", "kb add assertion records another one"
        return context.problem("bad-speaker", message, said, hint)
    for speaker in found:
        old = bound or _matching(context, fields, speaker)
        manner = _coded(context, _kept(context, said, old) | named, old)
        _assert(context, speaker, fields | manner, said, old)


def _bound(context: Context, said: Entry) -> Assertion | None:
    """Return the assertion that `id:` names."""
    if not said.get("id"):
        return None
    try:
        key = context.known.resolve(said.get("id"), ("assertion",))
    except KbError as error:
        context.problem("unknown-record", error, said.values["id"])
        return None
    return context.known.assertions[key.removeprefix("assertion/")]


def _place(context: Context, said: Entry, bound: Assertion | None) -> dict[str, Any]:
    """Return the source and the quote of an entry."""
    if bound and "at" not in said.values:
        passages.locate(
            context, context.known.quotes.get(bound.quote or ""), said.values.get("locator")
        )
        return {"source": bound.source, "quote": bound.quote}
    quote = passages.quote(context, said.values.get("at"), said)
    passages.locate(context, quote, said.values.get("locator"))
    return {
        "source": context.source.id if context.source else None,
        "quote": quote.id if quote else None,
    }


# Key of a sheet → field of an assertion: texts, lists of texts, and words of a list.
TEXTS: Final = {"manner": "manner", "note": "note"}
LISTS: Final = {
    "words": "words",
    "hedges": "hedges",
    "garbles": "garbles",
    "checked": "checked_by",
}
TOKENS: Final = {
    "degree": DEGREES,
    "standing": STANDINGS,
    "basis": BASES,
    "form": FORMS,
    "reading": READINGS,
}
# Fields that tell how, when and on whose behalf something was said.
MANNER: Final = (
    "on_behalf",
    "occurred_from",
    "occurred_to",
    "occurred",
    "hedges",
    "garbles",
    "said_from",
    "said_to",
    "said",
    "said_at",
    "manner",
    "words",
    "note",
    "checked_by",
    "coder",
    *TOKENS,
    "speaker_certain",
    "sensitive",
)


def _named(context: Context, said: Entry) -> dict[str, Any]:
    """Return the fields of an entry on how, when and on whose behalf something is said."""
    out: dict[str, Any] = {}
    for key in SAID:
        if key in said.values:
            out |= _field(context, said, key)
    return out


def _kept(context: Context, said: Entry, old: Assertion | None) -> dict[str, Any]:
    """Return the fields that the entry does not name: as they are stored, otherwise empty."""
    if old:
        return {field: getattr(old, field) for field in MANNER}
    out: dict[str, Any] = {}
    for key in SAID:
        if key not in said.values:
            out |= _field(context, said, key)
    return out


def _field(context: Context, said: Entry, key: str) -> dict[str, Any]:
    """Return the fields that a key of an entry gives, if it is about the manner."""
    text = said.get(key)
    if key in TEXTS:
        return {TEXTS[key]: text or None}
    if key in LISTS:
        return {LISTS[key]: notation.names_in(text)}
    if key in TOKENS:
        return {key: context.token(said.values[key], TOKENS[key]) if text else None}
    match key:
        case "certain":
            return {"speaker_certain": _certain(context, said)}
        case "sensitive":
            return {"sensitive": context.mark(said.values[key]) if text else None}
        case "for":
            return _parties(context, said)
        case "on":
            return _dated(context, said, "on", "said", "the statement's date")
        case "occurred":
            return _dated(context, said, "occurred", "occurred", "the event's date")
    return {}


def _certain(context: Context, said: Entry) -> bool | None:
    """Return whether the speaker is certain; None if that is empty or neither yes nor no."""
    value = said.values.get("certain")
    return context.truth(value) if value and value.text else None


def _coded(context: Context, manner: dict[str, Any], old: Assertion | None) -> dict[str, Any]:
    """Return the fields with who coded and who checked. The head of the sheet adds to the entry."""
    checkers = (*manner["checked_by"], *notation.names_in(context.sheet.get("checked")))
    coder = context.sheet.get("coder") or (old.coder if old else None)
    return manner | {"checked_by": tuple(dict.fromkeys(checkers)), "coder": coder}


def _dated(context: Context, said: Entry, key: str, field: str, what: str) -> dict[str, Any]:
    """Return the date of a key as bounds and phrase, and for a saying also its moment.

    The moment of an event may have different days in the zones of two speakers: its day in UTC is
    included.
    """
    when = calendar.When()
    if said.get(key):
        when = context.dates(said.values[key], context.published(), what)
    first, last = when.window()
    found = {f"{field}_from": first, f"{field}_to": last, field: when.phrase or None}
    if field == "said":
        return found | {"said_at": when.moment}
    if when.moment and first and last:
        day = when.moment.astimezone(UTC).date()
        found |= {f"{field}_from": min(first, day), f"{field}_to": max(last, day)}
    return found


def _parties(context: Context, said: Entry) -> dict[str, Any]:
    """Return on whose behalf it is said."""
    names = notation.names_in(said.get("for"))
    found = (context.entity(name, said.values["for"]) for name in names)
    return {"on_behalf": tuple(filter(None, found))}


def _assert(
    context: Context, speaker: str, fields: dict[str, Any], said: Entry, old: Assertion | None
) -> None:
    """Record an assertion of one speaker, or change the stored one."""
    assert context.source is not None
    key = identifiers.assertion_id(context.source.id, fields["claim"], speaker, fields["stance"])
    id = old.id if old else context.known.fresh("assertion/", key)
    context.used.add(id)
    context.change.met.add(f"assertion/{id}")
    record = Assertion(
        id=id,
        speaker=speaker,
        relays=_relays(context, id, speaker, said, old),
        target=targets.target(context, said, fields, old),
        recorded=old.recorded if old else context.now,
        **fields,
    )
    if old:
        record = _following(record, old)
    if turtle_writer.ordered(record) != old or context.rechained(old):
        context.put(record, context.source_file())


def _following(record: Assertion, old: Assertion) -> Assertion:
    """Return the new version of a stored assertion.

    Whoever loads a sheet again, or only checks what is stored, does not become its coder.
    """
    record = replace(record, coder=record.coder or old.coder, revision_of=old.revision_of)
    theirs = replace(record, coder=old.coder)
    same = turtle_writer.ordered(replace(theirs, checked_by=old.checked_by)) == old
    return theirs if same else record


def _matching(context: Context, fields: dict[str, Any], speaker: str) -> Assertion | None:
    """Return the stored assertion with this source, claim, speaker and stance, and with the same or
    an overlapping passage.

    At another passage it is a new assertion: the speaker says the same thing again.
    """
    said = context.known.said(fields["claim"])
    found = [a for a in said if _is_same(context, a, fields, speaker)]
    for assertion in found:
        if assertion.quote == fields["quote"]:
            return assertion
    quotes = context.known.quotes
    passage = quotes[fields["quote"]]
    overlapping = (a for a in found if _overlap(quotes.get(a.quote or ""), passage))
    return min(overlapping, key=lambda a: a.id, default=None)


def _is_same(context: Context, assertion: Assertion, fields: dict[str, Any], speaker: str) -> bool:
    """Tell whether an assertion differs in its passage at most. Each one is matched once."""
    if assertion.id in context.used or assertion.invalidated:
        return False
    known = (assertion.source, assertion.speaker, assertion.stance)
    return known == (fields["source"], speaker, fields["stance"])


def _overlap(one: Quote | None, other: Quote) -> bool:
    """Tell whether two passages have a character in common."""
    if one is None or one.start is None or one.end is None:
        return False
    if other.start is None or other.end is None:
        return False
    return one.start < other.end and other.start < one.end


def _relays(
    context: Context, id: str, speaker: str, said: Entry, bound: Assertion | None
) -> tuple[str, ...]:
    """Record who passed the words on, outermost first: the source's author, then `via:`."""
    assert context.source is not None
    if bound and "via" not in said.values and speaker == bound.speaker:
        return bound.relays
    chain = [] if context.source.author in {None, speaker} else [str(context.source.author)]
    if said.get("via"):
        via = said.values["via"]
        chain += filter(None, [context.entity(name, via) for name in context.names(via)])
    kept = [_relay(context, id, number, name) for number, name in enumerate(chain, 1)]
    context.change.removed |= {f"assertion/{r}" for r in context.known.links(id) if r not in kept}
    return tuple(kept)


def _relay(context: Context, assertion: str, number: int, speaker: str) -> str:
    """Record one relay of an assertion and return its id."""
    id = f"{assertion}-r{number}"
    old = context.known.relays.get(id)
    relay = replace(old or Relay(id), position=number, speaker=speaker)
    if old != relay:
        context.put(relay, context.source_file())
    return relay.id


def _stance(context: Context, said: Entry, bound: Assertion | None) -> dict[str, Any]:
    """Return the stance of an entry, and the parts of the claim that it disputes."""
    given = [s for s in STANCES if s in said.values]
    if len(given) > 1:
        context.problem(
            "two-stances",
            f"one entry takes one stance, not {' and '.join(given)}.",
            said,
            "make two entries under said:",
        )
    if bound and not given:
        return {"stance": bound.stance, "scope": bound.scope}
    stance = given[0] if given else "affirms"
    return {"stance": stance, "scope": _scope(context, said, stance)}


def _scope(context: Context, said: Entry, stance: str) -> tuple[str, ...]:
    """Return the parts of the claim that a stance disputes."""
    if stance in UNSCOPED:
        return ()
    value = said.values[stance]
    # The text may not say what the silent speaker was asked about.
    if stance == "silent" and value.text in ("", "yes"):
        return ()
    tokens = (
        context.token(replace(value, text=text), DISPUTES) for text in notation.names_in(value.text)
    )
    return tuple(filter(None, tokens)) or ("unspecified",)
