"""Claims of a sheet: found by their sentence, or new.

A claim that is recorded already keeps the fields that its entry does not name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

from kb.coding import assertions
from kb.coding.context import CLAIMS_DATE, Context
from kb.coding.sheet import ROLE_KEYS, Entry, Value
from kb.errors import KbError
from kb.model import dates as calendar
from kb.model import identifiers, quantities, values
from kb.model.records import Assertion, Claim
from kb.model.vocabulary import EXTENTS, HELD, KINDS
from kb.rdf import turtle_writer
from kb.workspace.catalogs.catalog import Declared

# Kinds that no predicate implies, because they depend on how a claim is meant.
MODAL: Final = ("intent", "cause", "forecast", "evaluation")
BOUNDS: Final = ("begin_earliest", "begin_latest", "end_earliest", "end_latest")
# Fields of a claim that `count:` fills → fields of a quantity.
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
# Key of a sheet → words that are allowed, and key → field of a claim that takes any text.
TOKENS: Final = {"kind": KINDS, "extent": EXTENTS, "held": HELD}
TEXTS: Final = {"unit": "unit", "counted": "counted", "note": "scope_note"}


def claim(context: Context, entry: Entry) -> None:
    """Code one entry under `claims:`, with its assertions."""
    sentence = entry.get("claim")
    if not sentence:
        return None
    try:
        claim = _meant(context, entry, sentence)
    except KbError as error:
        return context.problem("unknown-claim", error, entry.values["claim"])
    problems = len(context.sheet.problems)
    claim = replace(claim, **_content(context, entry, claim))
    if claim.kind is None and len(context.sheet.problems) == problems:
        message = "the kind of this claim is not known."
        hint = f"add kind: {' | '.join(KINDS)}, or what: with a predicate that implies it"
        context.problem("claim-kind", message, entry, hint)
    if turtle_writer.ordered(claim) != context.known.claims.get(claim.id):
        topic = entry.get("topic") or context.sheet.get("topic") or "general"
        context.put(claim, context.file(f"claims/{identifiers.slug(topic)}"))
    context.concerns(claim.id)
    context.change.met.add(f"claim/{claim.id}")
    for said in entry.said:
        assertions.said(context, said, claim)


def _meant(context: Context, entry: Entry, sentence: str) -> Claim:
    """Return the claim of an entry: the one that `=NAME` or its sentence means, or a new one.
    Raises Usage.
    """
    if sentence.startswith("="):
        named = context.known.claim(sentence[1:].strip())
        return replace(named, statement=entry.get("statement") or named.statement)
    if same := context.known.stated(sentence):
        return same[0]
    id = context.known.fresh("claim/", identifiers.slug(sentence))
    made = Claim(id, statement=sentence, recorded=context.now)
    _alike(context, made)
    return made


def _alike(context: Context, claim: Claim) -> None:
    """Note an existing claim that a new one looks like."""
    known = context.alike().candidates(claim.id)
    near = [n for n in identifiers.nearest(claim.id, known, 0.85) if n != claim.id][:1]
    context.alike().add(claim.id)
    context.change.notes += [
        f"“{claim.statement}” is similar to the existing {n}; if it is meant, write claim: ={n}"
        for n in near
    ]


def _content(context: Context, entry: Entry, claim: Claim) -> dict[str, Any]:
    """Return the fields of a claim that an entry names. A key without a value clears its field."""
    out: dict[str, Any] = _core(context, entry)
    if _chosen(context, claim) or out.get("kind", "") is None:
        out.pop("kind", None)
    out |= _roles(context, entry)
    out |= _words(context, entry)
    out |= _condition(context, entry)
    out |= _polarity(context, entry)
    out |= _count(context, entry, claim)
    out |= _when(context, entry, claim, out.get("kind") or claim.kind)
    return out | _dates_of(context, entry, claim, out)


def _words(context: Context, entry: Entry) -> dict[str, Any]:
    """Return the fields that take a word of a list or any text."""
    out: dict[str, Any] = {}
    for key, allowed in TOKENS.items():
        if key in entry.values:
            out[key] = context.token(entry.values[key], allowed) if entry.get(key) else None
    for key, name in TEXTS.items():
        if key in entry.values:
            out[name] = entry.get(key) or None
    if "sensitive" in entry.values:
        out["sensitive"] = context.mark(entry.values["sensitive"])
    return out


def _polarity(context: Context, entry: Entry) -> dict[str, Any]:
    """Return the polarity of a claim: `not:` negates it, `not: no` says that it is positive."""
    value = entry.values.get("not")
    if value is None:
        return {}
    negated = context.truth(value) if value.text else None
    return {"polarity": {True: "negative", False: "positive", None: None}[negated]}


def _roles(context: Context, entry: Entry) -> dict[str, Any]:
    """Return role → entities, for the roles that an entry names."""
    out = {}
    for key, role in ROLE_KEYS.items():
        if key in entry.values:
            value = entry.values[key]
            found = (context.entity(name, value) for name in context.names(value))
            out[role] = tuple(id for id in found if id)
    return out


def _condition(context: Context, entry: Entry) -> dict[str, Any]:
    """Return the condition of a claim: words, or the claim that `=ID` or its sentence means."""
    text = entry.get("if")
    if "if" not in entry.values or not text:
        return {"condition": None, "condition_claims": ()} if "if" in entry.values else {}
    if not text.startswith("="):
        same = tuple(claim.id for claim in context.known.stated(text)[:2])
        return {"condition": text, "condition_claims": same if len(same) == 1 else ()}
    try:
        found = context.known.claim(text[1:].strip())
    except KbError as error:
        context.problem("unknown-claim", error, entry.values["if"])
        return {}
    return {"condition": found.statement, "condition_claims": (found.id,)}


def _chosen(context: Context, claim: Claim) -> bool:
    """Tell whether the kind of a claim was chosen instead of implied by its predicate.

    A chosen kind is kept when the predicate changes.
    """
    found = context.known.declared(claim.predicate or "")
    return claim.kind in MODAL if found is None else claim.kind not in {None, found[1].kind}


def _core(context: Context, entry: Entry) -> dict[str, Any]:
    """Return subject, predicate, object and the kind that the predicate implies."""
    value = entry.values.get("what")
    if value is None:
        return {}
    if not value.text:
        return {"subject": None, "predicate": None, **dict.fromkeys(OBJECTS)}
    parts = [p.strip() for p in value.text.split(">", 2)]
    if len(parts) not in {2, 3} or not all(parts):
        _bad_core(context, value)
        return {}
    found = _predicate(context, parts[1], value)
    if found and parts[0].startswith("="):
        parts = _turned(context, parts, found[1].inverse, value)
        found = _predicate(context, parts[1], value) if parts else None
    if not found:
        return {}
    return {
        "subject": context.entity(parts[0], value),
        "predicate": found[1].id or found[0],
        **_object(context, parts[2] if len(parts) == 3 else "", value),
        "kind": found[1].kind,
    }


def _predicate(context: Context, name: str, value: Value) -> tuple[str, Declared] | None:
    """Return the word of a predicate and its declaration, or None with a problem."""
    found = context.known.declared(name)
    if found is None:
        help_ = "kb list predicates shows them; kb add predicate declares one"
        hint = identifiers.suggestion(name, context.known.predicates, help_)
        context.problem("unknown-predicate", f"no predicate is called “{name}”.", value, hint)
    return found


def _turned(context: Context, parts: list[str], inverse: str, value: Value) -> list[str]:
    """Return a core whose subject is a claim in the words of the inverse predicate, in which the
    claim is the object; empty with a problem if there is none.
    """
    if inverse and len(parts) == 3 and parts[2][0] not in '="“':
        return [parts[2], inverse, parts[0]]
    message = f"a claim, {parts[0]}, cannot be the subject of “{parts[1]}” here."
    hint = "write the claim as the object, as in fire > is-caused-by > =ID, and an entity before it"
    context.problem("bad-what", message, value, hint)
    return []


def _bad_core(context: Context, value: Value) -> None:
    message = f"“{value.text}” is not “subject > predicate > object”."
    context.problem("bad-what", message, value, "what: somebody > sent > something")


OBJECTS: Final = ("object", "object_value", "object_claim")
_VALUE: Final = re.compile(r'"(.+)"|“(.+)”')


def _object(context: Context, text: str, value: Value) -> dict[str, str | None]:
    """Return the object: an entity by its name, a value in quotes, or a claim as `=ID`."""
    empty: dict[str, str | None] = dict.fromkeys(OBJECTS)
    if quoted := _VALUE.fullmatch(text):
        return empty | {"object_value": (quoted[1] or quoted[2]).strip()}
    if text.startswith("="):
        try:
            return empty | {"object_claim": context.known.claim(text[1:].strip()).id}
        except KbError as error:
            context.problem("unknown-claim", error, value)
            return empty
    if ">" in text:
        _bad_core(context, value)
        return empty
    return empty | {"object": context.entity(text, value) if text else None}


def _count(context: Context, entry: Entry, claim: Claim) -> dict[str, Any]:
    """Return the fields of a quantity, and its unit if the number includes one."""
    text = entry.get("count")
    if not text:
        return dict.fromkeys(QUANTITY) if "count" in entry.values else {}
    unit = (entry.get("unit") if "unit" in entry.values else claim.unit) or None
    try:
        found = quantities.read(text, unit)
    except ValueError as error:
        context.problem("bad-count", error, entry.values["count"])
        return {}
    if not text.isdecimal():
        meaning = quantities.understood(found, unit)
        line = entry.values["count"].line
        context.change.notes.append(f"line {line}: the number “{values.shown(text)}” is {meaning}")
    named = {"unit": found.unit} if found.unit and not unit else {}
    return {field: getattr(found, name) for field, name in QUANTITY.items()} | named


def _dates_of(context: Context, entry: Entry, claim: Claim, out: dict[str, Any]) -> dict[str, Any]:
    """Return the new dates of a claim whose kind changes from or to *state*, and whose entry has no
    date.

    A state has dates for its begin and its end, an event has a single one.
    """
    before, after = claim.kind == "state", out.get("kind", claim.kind) == "state"
    dated = any(getattr(claim, bound) for bound in BOUNDS)
    if "when" in entry.values or before == after or claim.kind is None or not dated:
        return {}
    if after:
        context.problem(
            "claim-kind",
            f"the date of an event, {claim.when or 'as recorded'}, does not say when a state "
            "began and ended.",
            entry,
            "give when: too, such as 2020-06-05 or 2020-06..2020-08, or empty if it is not known",
        )
    return {"begin_latest": None, "end_earliest": None, "held": None}


def _reference(context: Context, entry: Entry, claim: Claim) -> calendar.Bounds:
    """Return the day from which a relative date counts.

    It is the date of the first assertion that has one, on this sheet or, if the sheet has no
    assertions, in the records. Otherwise it is the date of publication.
    """
    typed = next((s.values["on"] for s in entry.said if s.get("on")), None)
    if typed is not None:
        return context.dates(typed, context.published(), "").window()
    said = [] if entry.said else context.known.said(claim.id)
    return first_said(said, context.published())


def first_said(said: Iterable[Assertion], otherwise: calendar.Bounds) -> calendar.Bounds:
    """Return the earliest date that one of these assertions has, or `otherwise` if none has one."""
    return min(((a.said_from, a.said_to) for a in said if a.said), default=otherwise, key=str)


def _when(context: Context, entry: Entry, claim: Claim, kind: str | None) -> dict[str, Any]:
    """Return the dates of a claim."""
    if not entry.get("when"):
        cleared = dict.fromkeys((*BOUNDS, "when", "held", "happened_at"))
        return cleared if "when" in entry.values else {}
    when = context.dates(entry.values["when"], _reference(context, entry, claim), CLAIMS_DATE)
    if when.never:
        return _never(context, entry, when)
    if kind not in (None, "state") and calendar.ongoing(when):
        _only_of_a_state(context, entry.values["when"], kind)
    begin, end = when.begin, when.end
    if kind != "state" and when.held:  # for an event, A..B is a window in which it happened
        begin, end = (begin[0], None), (None, end[1])
    held = {} if kind != "state" or entry.get("held") else {"held": when.held or "some"}
    bounds = dict(zip(BOUNDS, (*begin, *end), strict=True))
    return bounds | {"when": when.phrase or None, "happened_at": when.moment} | held


def _only_of_a_state(context: Context, when: Value, kind: str) -> None:
    """Add a problem for a time without a known end, which only a state can have."""
    article = "an" if kind[0] in "aeiou" else "a"
    context.problem(
        "bad-date",
        f"“{values.shown(when.text)}” is the time of a state, and this is {article} {kind}.",
        when,
        "kind: state, or a day or a period in which it happened",
    )


def _never(context: Context, entry: Entry, when: calendar.When) -> dict[str, Any]:
    """Return the dates of a claim that something never happened."""
    if entry.get("not").lower() in ("no", "false"):
        message = "“never” and not: no exclude each other."
        context.problem("bad-date", message, entry.values["when"])
    never = {"when": when.phrase, "held": "all", "polarity": "negative", "happened_at": None}
    return dict.fromkeys(BOUNDS) | never
