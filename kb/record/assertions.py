"""Assertions of a sheet: who takes which stance, through whom; found again by source, claim, speaker and stance."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kb import dates as calendar
from kb import ids, layout, phrases
from kb.model import Assertion, Claim, Entity, Relay
from kb.record import passages
from kb.record.desk import Desk
from kb.sheet import Entry, Value
from kb.vocab import BASES, DISPUTES, FORMS, READINGS, STANCES

# Stances that take the place of a claim; the others need no scope.
UNSCOPED = ("affirms", "silent", "retracts", "disowns")


def said(desk: Desk, said: Entry, claim: Claim) -> None:
    """One entry under `said:`: an assertion for each of its speakers."""
    quote = passages.quote(desk, said.values.get("at"), said)
    speakers = _speakers(desk, said)
    stance, scope = _stance(desk, said)
    if quote is None or desk.source is None:
        return
    on = desk.dates(said.values["on"], desk.published(), "the saying's date") if said.get("on") else calendar.When()
    fields: dict[str, Any] = {
        "source": desk.source.id,
        "quote": quote.id,
        "claim": claim.id,
        "stance": stance,
        "scope": scope,
        "said_from": on.window()[0],
        "said_to": on.window()[1],
        "said": on.phrase or None,
        "manner": said.get("manner") or None,
        "words": phrases.names_in(said.get("words")),
        "note": said.get("note") or None,
        "checked_by": phrases.names_in(said.get("checked")),
        "coder": desk.sheet.get("coder") or None,
    }
    for key, allowed in (("basis", BASES), ("form", FORMS), ("reading", READINGS)):
        fields[key] = desk.token(said.values[key], allowed) if said.get(key) else None
    fields["speaker_certain"] = said.get("certain").lower() not in {"no", "false"} if said.get("certain") else None
    for speaker in speakers:
        _assert(desk, speaker, fields, said)


def _assert(desk: Desk, speaker: str, fields: dict[str, Any], said: Entry) -> None:
    assert desk.source is not None
    key = ids.assertion_id(desk.source.id, fields["claim"], speaker, fields["stance"])
    old = _matching(desk, fields, speaker)
    id = old.id if old else desk.known.fresh("assertion/", key)
    desk.used.add(id)
    target = _target(desk, said, fields)
    relays = _relays(desk, id, speaker, said)
    recorded = old.recorded if old else desk.now
    record = Assertion(id=id, speaker=speaker, relays=relays, target=target, recorded=recorded, **fields)
    if old:
        record = replace(record, coder=record.coder or old.coder, revision_of=old.revision_of)
    if layout.ordered(record) != old:
        desk.put(record, desk.source_file())


def _matching(desk: Desk, fields: dict[str, Any], speaker: str) -> Assertion | None:
    """The stored assertion this is: same source, claim, speaker and stance; of several, that at the same passage, else the first unused."""
    found = [
        a
        for a in desk.known.assertions.values()
        if a.source == fields["source"] and a.claim == fields["claim"] and a.speaker == speaker and a.stance == fields["stance"]
        if a.id not in desk.used and not a.invalidated and a.recorded != desk.now
    ]
    same = [a for a in found if a.quote == fields["quote"]]
    return next(iter(same or sorted(found, key=lambda a: a.id)), None)


def _target(desk: Desk, said: Entry, fields: dict[str, Any]) -> str | None:
    """What a *disowns* is aimed at: an assertion of the same claim, named by its speaker."""
    if fields["stance"] != "disowns":
        return None
    value = said.values["disowns"]
    aimed = [
        a.id
        for a in desk.known.assertions.values()
        if a.claim == fields["claim"] and value.text in {a.id, a.speaker} and a.stance != "disowns" and not a.invalidated
    ]
    if len(aimed) != 1:
        desk.problem(
            "disowns-target", f"“{value.text}” does not name one assertion of this claim.", value, "disowns: its id, or its speaker"
        )
    return aimed[0] if aimed else None


def _relays(desk: Desk, id: str, speaker: str, said: Entry) -> tuple[str, ...]:
    """Everyone between the reader and the speaker, outermost first: the source's author, then `via:`."""
    assert desk.source is not None
    chain = [] if desk.source.author in {None, speaker} else [str(desk.source.author)]
    if said.get("via"):
        chain += [e for e in (desk.entity(n, said.values["via"]) for n in phrases.names_in(said.get("via"))) if e]
    named = [(f"{id}-r{n}", n, name) for n, name in enumerate(chain, 1)]
    relays = [replace(desk.known.relays.get(r, Relay(r)), position=n, speaker=name) for r, n, name in named]
    for relay in relays:
        if desk.known.relays.get(relay.id) != relay:
            desk.put(relay, desk.source_file())
    desk.change.removed |= {f"assertion/{r}" for r in desk.known.relays if r.startswith(f"{id}-r") and r not in {x.id for x in relays}}
    return tuple(r.id for r in relays)


def _stance(desk: Desk, said: Entry) -> tuple[str, tuple[str, ...]]:
    given = [s for s in STANCES if s in said.values]
    if len(given) > 1:
        desk.problem("two-stances", f"one entry takes one stance, not {' and '.join(given)}.", said, "make two entries under said:")
    stance = given[0] if given else "affirms"
    if stance in UNSCOPED:
        return stance, ()
    value = said.values[stance]
    scope = tuple(filter(None, (desk.token(replace(value, text=t), DISPUTES) for t in phrases.names_in(value.text))))
    return stance, scope or ("unspecified",)


def _speakers(desk: Desk, said: Entry) -> list[str]:
    value = said.values.get("by")
    if value is None or not value.text:
        if desk.source and not desk.source.author:
            desk.problem("no-author", "the source has no author to speak for itself.", said, "add by:, or kb add source FILE --author NAME")
        return [desk.source.author] if desk.source and desk.source.author else []
    try:
        found = phrases.speakers(value.text)
    except ValueError as error:
        desk.problem("bad-speaker", error, value)
        return []
    return [s for s in (_speaker(desk, f, value) for f in found) if s]


def _speaker(desk: Desk, meant: phrases.Speaker, value: Value) -> str | None:
    if meant.naming == "named":
        return desk.entity(meant.words, value)
    if desk.source is None:
        return None
    own = "" if meant.naming == "unattributed" else " " + desk.source.id
    slug = ids.slug(meant.slug_words() + own, longest=90)
    if slug not in desk.known.entities:
        name = f"{meant.words}, {meant.number} of {meant.of}" if meant.of > 1 else meant.words
        kind = "person" if meant.of else "group"
        desk.put(Entity(slug, kind=kind, name=name, naming=meant.naming), desk.file("entities"))
    return slug
