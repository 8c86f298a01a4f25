"""Claims of a sheet: found by their sentence or made new; what an entry does not name stays as it
is.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Final

from kb.coding import assertions
from kb.coding.context import CLAIMS_DATE, Desk
from kb.coding.sheet import ROLE_KEYS, Entry, Value
from kb.errors import KbError
from kb.model import dates as calendar
from kb.model import identifiers, quantities, values
from kb.model.records import Claim
from kb.model.vocabulary import EXTENTS, HELD, KINDS
from kb.rdf import turtle_writer

# Kinds that no predicate implies: they say how the claim is meant.
MODAL: Final = ("intent", "cause", "forecast", "evaluation")
BOUNDS: Final = ("begin_earliest", "begin_latest", "end_earliest", "end_latest")
# Fields of a claim that one `count:` fills, and what they are called in a quantity.
QUANTITY: Final[dict[str, str]] = {
    "quantity_min": "min",
    "quantity_max": "max",
    "quantity_best": "best",
    "exactness": "exactness",
    "quantity_min_excluded": "min_excluded",
    "quantity_max_excluded": "max_excluded",
    "quantity_step": "step",
    "confidence_level": "level",
    "quantity": "phrase",
}


def claim(desk: Desk, entry: Entry) -> None:
    """One entry under `claims:`, with everything said of it."""
    sentence = entry.get("claim")
    if not sentence:
        return None
    try:
        claim = _meant(desk, entry, sentence)
    except KbError as error:
        return desk.problem("unknown-claim", error, entry.values["claim"])
    wrong = len(desk.sheet.problems)
    claim = replace(claim, **_content(desk, entry, claim))
    if claim.kind is None and len(desk.sheet.problems) == wrong:
        desk.problem(
            "claim-kind",
            "the kind of this claim is not known.",
            entry,
            f"add kind: {' | '.join(KINDS)}, or what: with a predicate that implies it",
        )
    if turtle_writer.ordered(claim) != desk.known.claims.get(claim.id):
        topic = entry.get("topic") or desk.sheet.get("topic") or "general"
        desk.put(claim, desk.file(f"claims/{identifiers.slug(topic)}"))
    desk.concerns(claim.id)
    for said in entry.said:
        assertions.said(desk, said, claim)


def _meant(desk: Desk, entry: Entry, sentence: str) -> Claim:
    """The claim of an entry: `=` and a name, or its sentence; a new one where none is recorded.
    Raises Usage.
    """
    if sentence.startswith("="):
        named = desk.known.claim(sentence[1:].strip())
        return replace(named, statement=entry.get("statement") or named.statement)
    if same := desk.known.stated(sentence):
        return same[0]
    id = desk.known.fresh("claim/", identifiers.slug(sentence))
    made = Claim(id, statement=sentence, recorded=desk.now)
    _alike(desk, made)
    return made


def _alike(desk: Desk, claim: Claim) -> None:
    """Note an existing claim that a new one looks like."""
    known = desk.alike.candidates(claim.id)
    near = [n for n in identifiers.nearest(claim.id, known, 0.85) if n != claim.id][:1]
    desk.alike.add(claim.id)
    desk.change.notes += [
        f"“{claim.statement}” looks like the existing {n}; to attach to it write claim: ={n}"
        for n in near
    ]


def _content(desk: Desk, entry: Entry, claim: Claim) -> dict[str, Any]:
    """The fields of a claim that an entry gives, emptied where it says nothing; what it does not
    name stays as it is.
    """
    out: dict[str, Any] = _core(desk, entry)
    if _chosen(desk, claim) or out.get("kind", "") is None:
        out.pop("kind", None)
    out |= _roles(desk, entry)
    for key, allowed in (("kind", KINDS), ("extent", EXTENTS), ("held", HELD)):
        if key in entry.values:
            out[key] = desk.token(entry.values[key], allowed) if entry.get(key) else None
    for key, name in (
        ("unit", "unit"),
        ("counted", "counted"),
        ("note", "scope_note"),
    ):
        if key in entry.values:
            out[name] = entry.get(key) or None
    out |= _condition(desk, entry)
    if "not" in entry.values:
        out["polarity"] = {"": None, "no": "positive", "false": "positive"}.get(
            entry.get("not").lower(), "negative"
        )
    out |= _count(desk, entry, claim)
    out |= _when(desk, entry, claim, out.get("kind") or claim.kind)
    return out | _dates_of(desk, entry, claim, out)


def _roles(desk: Desk, entry: Entry) -> dict[str, Any]:
    """Entities by the role that they have, of the roles that an entry names."""
    out = {}
    for key, role in ROLE_KEYS.items():
        if key in entry.values:
            value = entry.values[key]
            found = (desk.entity(name, value) for name in desk.names(value))
            out[role] = tuple(id for id in found if id)
    return out


def _condition(desk: Desk, entry: Entry) -> dict[str, Any]:
    """What a claim depends on: words, or a claim named by `=ID` or by its own sentence."""
    text = entry.get("if")
    if "if" not in entry.values or not text:
        return {"condition": None, "condition_claims": ()} if "if" in entry.values else {}
    if not text.startswith("="):
        same = tuple(claim.id for claim in desk.known.stated(text)[:2])
        return {"condition": text, "condition_claims": same if len(same) == 1 else ()}
    try:
        found = desk.known.claim(text[1:].strip())
    except KbError as error:
        desk.problem("unknown-claim", error, entry.values["if"])
        return {}
    return {"condition": found.statement, "condition_claims": (found.id,)}


def _chosen(desk: Desk, claim: Claim) -> bool:
    """Whether a claim's kind was chosen, and not left to its predicate: another predicate then
    leaves it as it is.
    """
    found = desk.known.declared(claim.predicate or "")
    return claim.kind in MODAL if found is None else claim.kind not in {None, found[1].kind}


def _core(desk: Desk, entry: Entry) -> dict[str, Any]:
    """Subject, predicate, object and the kind that the predicate implies."""
    value = entry.values.get("what")
    if value is None:
        return {}
    if not value.text:
        return {"subject": None, "predicate": None, **dict.fromkeys(OBJECTS)}
    parts = [p.strip() for p in value.text.split(">", 2)]
    if len(parts) not in {2, 3} or not all(parts):
        desk.problem(
            "bad-what",
            f"“{value.text}” is not “subject > predicate > object”.",
            value,
            "what: somebody > sent > something",
        )
        return {}
    found = desk.known.declared(parts[1])
    if found is None:
        hint = identifiers.suggestion(
            parts[1],
            desk.known.predicates,
            "kb list predicates shows them; kb add predicate declares one",
        )
        desk.problem("unknown-predicate", f"no predicate is called “{parts[1]}”.", value, hint)
        return {}
    return {
        "subject": desk.entity(parts[0], value),
        "predicate": found[1].id or found[0],
        **_object(desk, parts[2] if len(parts) == 3 else "", value),
        "kind": found[1].kind,
    }


OBJECTS: Final = ("object", "object_value", "object_claim")
_VALUE: Final = re.compile(r'"(.+)"|“(.+)”')


def _object(desk: Desk, text: str, value: Value) -> dict[str, str | None]:
    """The object: an entity by its name, a value in quotes, or a claim as `=ID`."""
    empty: dict[str, str | None] = dict.fromkeys(OBJECTS)
    if quoted := _VALUE.fullmatch(text):
        return empty | {"object_value": (quoted[1] or quoted[2]).strip()}
    if text.startswith("="):
        try:
            return empty | {"object_claim": desk.known.claim(text[1:].strip()).id}
        except KbError as error:
            desk.problem("unknown-claim", error, value)
            return empty
    if ">" in text:
        desk.problem(
            "bad-what",
            f"“{value.text}” is not “subject > predicate > object”.",
            value,
            "what: somebody > sent > something",
        )
        return empty
    return empty | {"object": desk.entity(text, value) if text else None}


def _count(desk: Desk, entry: Entry, claim: Claim) -> dict[str, Any]:
    """The fields of a quantity, and its unit where the number says it."""
    if not entry.get("count"):
        return dict.fromkeys(QUANTITY) if "count" in entry.values else {}
    unit = (entry.get("unit") if "unit" in entry.values else claim.unit) or None
    try:
        found = quantities.read(entry.get("count"), unit)
    except ValueError as error:
        desk.problem("bad-count", error, entry.values["count"])
        return {}
    named = {"unit": found.unit} if found.unit and not unit else {}
    if not entry.get("count").isdecimal():
        told = quantities.understood(found, unit)
        desk.change.notes.append(
            f"line {entry.values['count'].line}: the number “{values.shown(entry.get('count'))}” "
            f"is {told}"
        )
    return {field: getattr(found, name) for field, name in QUANTITY.items()} | named


def _dates_of(desk: Desk, entry: Entry, claim: Claim, out: dict[str, Any]) -> dict[str, Any]:
    """What the dates on record are where a claim becomes a state, or is one no longer, and no other
    date is given.
    """
    before, after = claim.kind == "state", out.get("kind", claim.kind) == "state"
    if (
        "when" in entry.values
        or before == after
        or claim.kind is None
        or not any(getattr(claim, bound) for bound in BOUNDS)
    ):
        return {}
    if after:
        message = f"the date of an event, {claim.when or 'as recorded'}, does not tell when a state began and ended."
        desk.problem(
            "claim-kind",
            message,
            entry,
            "give when: as well, as 2020-06-05 or 2020-06..2020-08; empty where it is not known",
        )
    return {"begin_latest": None, "end_earliest": None, "held": None}


def _never(desk: Desk, entry: Entry, phrase: str) -> dict[str, Any]:
    """The fields of a claim that something was so on no day."""
    if entry.get("not").lower() in ("no", "false"):
        desk.problem("bad-date", "“never” and not: no exclude each other.", entry.values["when"])
    never = {"when": phrase, "held": "all", "polarity": "negative", "happened_at": None}
    return dict.fromkeys(BOUNDS) | never


def _only_of_a_state(desk: Desk, when: Value, kind: str) -> None:
    """Note that a time without a known end does not fit a claim of this kind."""
    article = "an" if kind[0] in "aeiou" else "a"
    desk.problem(
        "bad-date",
        f"“{values.shown(when.text)}” is the time of a state, and this is {article} {kind}.",
        when,
        "kind: state, or a day or a period in which it happened",
    )


def _reference(desk: Desk, entry: Entry, claim: Claim) -> calendar.Bounds:
    """What a relative date is counted from: the first saying that is dated, here or, in a
    correction, on record; else the publication.
    """
    typed = next((s.values["on"] for s in entry.said if s.get("on")), None)
    if typed is not None:
        return desk.dates(typed, desk.published(), "").window()
    said = [] if entry.said else [a for a in desk.known.said(claim.id) if a.said]
    return min(((a.said_from, a.said_to) for a in said), default=desk.published(), key=str)


def _when(desk: Desk, entry: Entry, claim: Claim, kind: str | None) -> dict[str, Any]:
    if not entry.get("when"):
        emptied = dict.fromkeys((*BOUNDS, "when", "held", "happened_at"))
        return emptied if "when" in entry.values else {}
    when = desk.dates(entry.values["when"], _reference(desk, entry, claim), CLAIMS_DATE)
    if when.never:
        return _never(desk, entry, when.phrase)
    if kind not in (None, "state") and calendar.ongoing(when):
        _only_of_a_state(desk, entry.values["when"], kind)
    begin, end = when.begin, when.end
    if kind != "state" and when.held:  # for an event, A..B is a window in which it happened
        begin, end = (begin[0], None), (None, end[1])
    held = {} if kind != "state" or entry.get("held") else {"held": when.held or "some"}
    bounds = dict(zip(BOUNDS, (*begin, *end), strict=True))
    return bounds | {"when": when.phrase or None, "happened_at": when.moment} | held
