"""Assertions of a sheet: who takes which stance, through whom; found again by source, claim,
speaker, stance and passage.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any, Final

from kb.coding import notation, passages
from kb.coding.context import Desk
from kb.coding.sheet import SAID, Entry, Value
from kb.errors import KbError
from kb.model import dates as calendar
from kb.model import identifiers, values
from kb.model.records import Affiliation, Assertion, Claim, Entity, Quote, Relay
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

# Stances that take the place of a claim; the others need no scope.
UNSCOPED = ("affirms", "retracts", "disowns", "overrules")
# Stances that are aimed at another assertion.
AIMED = ("disowns", "overrules")


def said(desk: Desk, said: Entry, claim: Claim) -> None:
    """One entry under `said:`: an assertion for each of its speakers; with `id:` what that
    assertion says otherwise from now on.
    """
    bound = _bound(desk, said)
    if "id" in said.values and bound is None:
        return
    fields = {
        "claim": claim.id,
        **_place(desk, said, bound),
        **_stance(desk, said, bound),
        **_saying(desk, said, bound),
    }
    speakers = (
        [bound.speaker]
        if bound and bound.speaker and "by" not in said.values
        else _speakers(desk, said)
    )
    if fields["quote"] is None or desk.source is None:
        return
    if bound and len(speakers) != 1:
        return desk.problem(
            "bad-speaker",
            "one assertion has one speaker.",
            said,
            "kb add assertion records another one",
        )
    for speaker in speakers:
        _assert(desk, speaker, fields, said, bound)


def _bound(desk: Desk, said: Entry) -> Assertion | None:
    """The assertion that `id:` names."""
    if not said.get("id"):
        return None
    try:
        key = desk.known.resolve(said.get("id"), ("assertion",))
    except KbError as error:
        desk.problem("unknown-record", error, said.values["id"])
        return None
    return desk.known.assertions[key.removeprefix("assertion/")]


def _place(desk: Desk, said: Entry, bound: Assertion | None) -> dict[str, Any]:
    if bound and "at" not in said.values:
        passages.locate(desk, desk.known.quotes.get(bound.quote or ""), said.values.get("locator"))
        return {"source": bound.source, "quote": bound.quote}
    quote = passages.quote(desk, said.values.get("at"), said)
    passages.locate(desk, quote, said.values.get("locator"))
    return {"source": desk.source.id if desk.source else None, "quote": quote.id if quote else None}


# Key of a sheet → field of an assertion, and how its text is read.
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


def _saying(desk: Desk, said: Entry, bound: Assertion | None) -> dict[str, Any]:
    """How and when it is said. An entry with `id:` leaves what it does not name."""
    out: dict[str, Any] = {f: getattr(bound, f) for f in SAYING} if bound else {}
    told = [key for key in SAID if key in said.values or not bound]
    out |= {TEXTS[key]: said.get(key) or None for key in told if key in TEXTS}
    out |= {LISTS[key]: notation.names_in(said.get(key)) for key in told if key in LISTS}
    for key in told:
        if key in TOKENS:
            out[key] = desk.token(said.values[key], TOKENS[key]) if said.get(key) else None
    if "certain" in told:
        sure = said.get("certain").lower()
        out["speaker_certain"] = sure not in {"no", "false"} if sure else None
    readers = {"for": _parties, "occurred": _occurred, "on": _said_on}
    for key in (k for k in told if k in readers):
        out |= readers[key](desk, said)
    return out | _coded(desk, out["checked_by"], bound)


def _coded(desk: Desk, checked: tuple[str, ...], bound: Assertion | None) -> dict[str, Any]:
    """Who coded and who checked it: the head of the sheet adds to the entry."""
    checkers = (*checked, *notation.names_in(desk.sheet.get("checked")))
    coder = desk.sheet.get("coder") or (bound.coder if bound else None)
    return {"checked_by": tuple(dict.fromkeys(checkers)), "coder": coder}


def _said_on(desk: Desk, said: Entry) -> dict[str, Any]:
    """When it was said, as bounds and in the words of the source."""
    return _dated(desk, said, "on", "said", "the saying's date")


def _occurred(desk: Desk, said: Entry) -> dict[str, Any]:
    """When it happened, as this speaker dates it."""
    return _dated(desk, said, "occurred", "occurred", "the event's date")


def _dated(desk: Desk, said: Entry, key: str, field: str, what: str) -> dict[str, Any]:
    """The date of a key of the sheet, as bounds, words and, of a saying, the moment."""
    when = calendar.When()
    if said.get(key):
        when = desk.dates(said.values[key], desk.published(), what)
    first, last = when.window()
    found = {f"{field}_from": first, f"{field}_to": last, field: when.phrase or None}
    return found | ({"said_at": when.moment} if field == "said" else {})


def _parties(desk: Desk, said: Entry) -> dict[str, Any]:
    """On whose behalf it is said."""
    names = notation.names_in(said.get("for"))
    found = (desk.entity(name, said.values["for"]) for name in names)
    return {"on_behalf": tuple(filter(None, found))}


SAYING: Final = (
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
)


def _assert(
    desk: Desk, speaker: str, fields: dict[str, Any], said: Entry, bound: Assertion | None
) -> None:
    assert desk.source is not None
    key = identifiers.assertion_id(desk.source.id, fields["claim"], speaker, fields["stance"])
    old = bound or _matching(desk, fields, speaker)
    id = old.id if old else desk.known.fresh("assertion/", key)
    desk.used.add(id)
    target = _target(desk, said, fields, bound)
    relays = _relays(desk, id, speaker, said, bound)
    recorded = old.recorded if old else desk.now
    record = Assertion(
        id=id, speaker=speaker, relays=relays, target=target, recorded=recorded, **fields
    )
    if old:
        record = replace(record, coder=record.coder or old.coder, revision_of=old.revision_of)
        if turtle_writer.ordered(replace(record, coder=old.coder)) == old:
            record = old  # whose coder is not who merely read it once more
    if turtle_writer.ordered(record) != old or desk.rechained(old):
        desk.put(record, desk.source_file())


def _matching(desk: Desk, fields: dict[str, Any], speaker: str) -> Assertion | None:
    """The stored assertion this is: same source, claim, speaker and stance, at the same passage or
    one that overlaps it.

    The same said elsewhere in the text is said once more: nothing that was found is taken for a
    correction of where it was found.
    """
    found = [
        a
        for a in desk.known.said(fields["claim"])
        if a.source == fields["source"] and a.speaker == speaker and a.stance == fields["stance"]
        if a.id not in desk.used and not a.invalidated
    ]
    same = [a for a in found if a.quote == fields["quote"]]
    near = [
        a
        for a in found
        if _overlap(desk.known.quotes.get(a.quote or ""), desk.known.quotes[fields["quote"]])
    ]
    return next(iter(same or sorted(near, key=lambda a: a.id)), None)


def _overlap(one: Quote | None, other: Quote) -> bool:
    """Whether two passages have a character in common."""
    if (
        one is None
        or one.start is None
        or one.end is None
        or other.start is None
        or other.end is None
    ):
        return False
    return one.start < other.end and other.start < one.end


def _target(desk: Desk, said: Entry, fields: dict[str, Any], bound: Assertion | None) -> str | None:
    """What a *disowns* or *overrules* is aimed at: an assertion of the same claim, named by its
    speaker.
    """
    stance = fields["stance"]
    if stance not in AIMED:
        return None
    if bound and stance not in said.values:
        return bound.target
    value = said.values[stance]
    aimed = [
        a.id
        for a in desk.known.said(fields["claim"])
        if value.text in {a.id, a.speaker} and a.stance not in AIMED and not a.invalidated
    ]
    if len(aimed) != 1:
        desk.problem(
            "disowns-target",
            f"“{value.text}” does not name one assertion of this claim.",
            value,
            f"{stance}: its id, or its speaker",
        )
    return aimed[0] if aimed else None


def _relays(
    desk: Desk, id: str, speaker: str, said: Entry, bound: Assertion | None
) -> tuple[str, ...]:
    """Everyone between the reader and the speaker, outermost first: the source's author, then
    `via:`.
    """
    assert desk.source is not None
    if bound and "via" not in said.values and speaker == bound.speaker:
        return bound.relays
    chain = [] if desk.source.author in {None, speaker} else [str(desk.source.author)]
    if said.get("via"):
        via = said.values["via"]
        chain += filter(None, [desk.entity(name, via) for name in desk.names(via)])
    kept = []
    for number, name in enumerate(chain, 1):
        old = desk.known.relays.get(f"{id}-r{number}")
        relay = replace(old or Relay(f"{id}-r{number}"), position=number, speaker=name)
        kept.append(relay.id)
        if old != relay:
            desk.put(relay, desk.source_file())
    desk.change.removed |= {f"assertion/{r}" for r in desk.known.links(id) if r not in kept}
    return tuple(kept)


def _stance(desk: Desk, said: Entry, bound: Assertion | None) -> dict[str, Any]:
    given = [s for s in STANCES if s in said.values]
    if len(given) > 1:
        desk.problem(
            "two-stances",
            f"one entry takes one stance, not {' and '.join(given)}.",
            said,
            "make two entries under said:",
        )
    if bound and not given:
        return {"stance": bound.stance, "scope": bound.scope}
    stance = given[0] if given else "affirms"
    if stance in UNSCOPED:
        return {"stance": stance, "scope": ()}
    value = said.values[stance]
    if stance == "silent" and value.text in (
        "",
        "yes",
    ):  # asked, and the text does not say about what
        return {"stance": stance, "scope": ()}
    scope = tuple(
        filter(
            None,
            (desk.token(replace(value, text=t), DISPUTES) for t in notation.names_in(value.text)),
        )
    )
    return {"stance": stance, "scope": scope or ("unspecified",)}


def _speakers(desk: Desk, said: Entry) -> list[str]:
    value = said.values.get("by")
    if value is None or not value.text:
        if desk.source and not desk.source.author:
            desk.problem(
                "no-author",
                "the source has no author to speak for itself.",
                said,
                "add by:, or kb add source FILE --author NAME",
            )
        return [desk.source.author] if desk.source and desk.source.author else []
    try:
        named = desk.names(value)
        found = [notation.Speaker(*named)] if named == (value.text,) else None
        found = found if found and "," in value.text else notation.speakers(value.text)
    except ValueError as error:
        desk.problem("bad-speaker", error, value)
        return []
    return _each_once(desk, [s for s in (_speaker(desk, f, value) for f in found) if s], value)


def _each_once(desk: Desk, speakers: list[str], value: Value) -> list[str]:
    """Speakers, and a problem where two of the names mean one of them: a comma separates names."""
    if len(set(speakers)) == len(speakers):
        return speakers
    desk.problem(
        "bad-speaker",
        f"“{values.shown(value.text)}” names one speaker twice, since a comma separates names.",
        value,
        'write a name with a comma in quotes, as "Doe, Jane", or write the id of the speaker',
    )
    return []


def _speaker(desk: Desk, meant: notation.Speaker, value: Value) -> str | None:
    if meant.naming == "named":
        return desk.entity(meant.words, value)
    if desk.source is None:
        return None
    own = "" if meant.naming == "unattributed" else " " + desk.source.id
    slug = identifiers.slug(meant.slug_words() + own, longest=90)
    if slug not in desk.known.entities:
        name = f"{meant.words}, {meant.number} of {meant.of}" if meant.of > 1 else meant.words
        kind = "person" if meant.of else "group"
        desk.put(Entity(slug, kind=kind, name=name, naming=meant.naming), desk.file("entities"))
        if meant.naming != "unattributed":
            _member(desk, slug, meant.words)
    return slug


# Kinds of entities that one can belong to.
_BODIES: Final = frozenset({"organisation", "force", "state", "group", "person"})


def _member(desk: Desk, slug: str, description: str) -> None:
    """Tie an unnamed “official of the ministry” or “ministry official” to the ministry, where that
    is known.
    """
    text = f" {description.casefold()} "
    bodies = [e for e in desk.known.entities.values() if e.id != slug and _named_in(e, text)]
    longest = max((_named_in(e, text) for e in bodies), default=0)
    parties = [e.id for e in bodies if _named_in(e, text) == longest]
    if len(parties) == 1:
        id = identifiers.slug(f"{slug} member-of {parties[0]}", longest=120)
        tie = Affiliation(id, slug, "member-of", parties[0], recorded=desk.now)
        desk.put(tie, desk.file("affiliations"))


def _named_in(entity: Entity, text: str) -> int:
    """Length of the longest name in a description, of somebody that one can belong to: all of its
    words, but not all of the description.
    """
    if entity.kind not in _BODIES or entity.naming not in (None, "named"):
        return 0
    names = (entity.name, *entity.also, entity.id.replace("-", " "))
    known = {n.casefold().removeprefix("the ") for n in names if n}
    of = " of" if entity.kind == "person" else ""  # an “aide of Ada”, but no “guard captain”
    found = (n for n in known if f"{of} {n} " in text.replace(" of the ", " of "))
    return max((len(n) for n in found if n != text.strip()), default=0)


def joined_later(desk: Desk, bodies: Collection[str]) -> None:
    """Tie unnamed speakers on record to bodies that are new, if their description names one."""
    for speaker in [e for e in desk.known.entities.values() if e.naming == "unnamed" and bodies]:
        text = f" {(speaker.name or '').partition(',')[0].casefold()} "
        named = (desk.known.entities.get(body) for body in bodies)
        if any(e and _named_in(e, text) for e in named) and not desk.known.ties(speaker.id):
            _member(desk, speaker.id, text.strip())
