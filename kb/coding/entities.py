"""Entities, affiliations and judgements of a sheet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from kb.coding import notation
from kb.coding.context import Context
from kb.coding.sheet import Entry, Value
from kb.errors import KbError
from kb.model import identifiers
from kb.model.dates import Bounds
from kb.model.records import Affiliation, Entity, Judgement
from kb.model.values import integer, shown
from kb.model.vocabulary import (
    CERTAINTIES,
    FATES,
    JUDGEMENTS,
    MUTUAL,
    UNATTRIBUTED,
    WIKIDATA,
)
from kb.rdf import turtle_writer
from kb.text import anchoring
from kb.workspace.catalogs.catalog import Known


def entity(context: Context, slug: str, value: Value) -> None:
    """Code one line under `new:`. A recorded entity gains names and places."""
    try:
        new = notation.new_entity(value.text)
        within = tuple(
            context.meant(w, value) if w not in context.sheet.new else w for w in new.within
        )
    except (ValueError, KbError) as error:
        return context.problem("bad-entity", error, value)
    if identifiers.slug(slug) != slug:
        message = f"“{slug}” is not an id: lower-case words joined by hyphens."
        return context.problem("bad-id", message, value, f"write {identifiers.slug(slug)}")
    if slug == UNATTRIBUTED:
        message = f"“{slug}” is the word for a speaker whom nobody names: it cannot be an id."
        return context.problem("bad-id", message, value, "choose another id")
    context.change.met.add(f"entity/{slug}")
    entity = _extended(context.known.entities.get(slug, Entity(slug)), replace(new, within=within))
    if turtle_writer.ordered(entity) != context.known.entities.get(slug):
        context.put(entity, context.file("entities"))
    return None


def _extended(old: Entity, new: notation.NewEntity) -> Entity:
    """Return an entity with what its declaration adds."""
    if old.name == old.id:  # no sheet has given it a name
        old = replace(old, name=None)
    return replace(
        _called(old, new.names),
        kind=new.type,
        description=new.description or old.description,
        naming=new.naming or old.naming,
        within=tuple(dict.fromkeys((*old.within, *new.within))),
        wikidata=WIKIDATA + new.wikidata if new.wikidata else old.wikidata,
        sensitive=new.sensitive or old.sensitive,
    )


def _called(old: Entity, names: Sequence[str]) -> Entity:
    """Return the entity with these names added. Without any name, it gets one made from its id."""
    names = names or ((old.name,) if old.name else (old.id.replace("-", " "),))
    first = old.name or names[0]
    also = (*old.also, *(name for name in names if name != first))
    return replace(old, name=first, also=tuple(dict.fromkeys(also)))


# Identity of an affiliation and of a judgement: two with the same values are the same one. Verdicts
# of two coders on one claim are two.
Tie = tuple[str | None, str | None, str | None, date | None, date | None]
Decision = tuple[str | None, str | None, str | None, str | None, str | None]


def _tie(record: Affiliation) -> Tie:
    return record.member, record.relation, record.party, record.from_date, record.to_date


def _decision(record: Judgement) -> Decision:
    coder = record.coder if record.kind == "verdict" else None
    return record.kind, record.lines, record.about, record.other, coder


def affiliations(context: Context, lines: Iterable[Value]) -> None:
    """Code everything under `affiliations:`."""
    for value in lines:
        context.at = value
        _affiliation(context, value)


def judgements(context: Context, entries: Iterable[Entry]) -> None:
    """Code everything under `judgements:`."""
    for entry in entries:
        context.at = entry
        _judgement(context, entry)


def _recorded_tie(context: Context, tie: Tie) -> Affiliation | None:
    """Return the affiliation that is recorded already; of two that are the same, the first."""
    found = context.known.about(f"entity/{tie[0]}")
    return next((r for r in found if isinstance(r, Affiliation) and _tie(r) == tie), None)


def _recorded(context: Context, decision: Decision) -> Judgement | None:
    """Return the judgement that is recorded already; of two that are the same, the first."""
    found = context.known.about(decision[2] or "")
    return next((r for r in found if isinstance(r, Judgement) and _decision(r) == decision), None)


def _affiliation(context: Context, value: Value) -> None:
    """Code one line under `affiliations:`."""
    try:
        tie = notation.tie(value.text)
        member, party = context.meant(tie.member, value), context.meant(tie.party, value)
    except (ValueError, KbError) as error:
        return context.problem("bad-affiliation", error, value)
    when: Bounds = (None, None)
    if tie.when:
        when = context.dates(replace(value, text=tie.when), context.published(), "").window()
    made = Affiliation("", member, tie.relation, party, *when, recorded=context.now)
    old = _recorded_tie(context, _tie(made))
    record = old or replace(made, id=_fresh(context, made))
    if tie.basis:
        record = replace(record, basis=_judged(context, "", replace(value, text=tie.basis)))
    record = replace(
        record,
        note=tie.note or record.note,
        share=record.share if tie.share is None else tie.share,
    )
    context.change.met.add(f"affiliation/{record.id}")
    if record != old:
        context.put(record, context.file("affiliations"))
    return None


def _fresh(context: Context, made: Affiliation) -> str:
    """Return the id of a new affiliation."""
    return context.known.fresh("affiliation/", f"{made.member}-{made.relation}-{made.party}")


def _judgement(context: Context, entry: Entry) -> None:
    """Code one entry under `judgements:`."""
    made = _typed(context, entry)
    if made is None:
        return
    made = _oriented(context, made)
    old = _recorded(context, _decision(made))
    record = _decided(context, entry, made, old)
    if record != old:
        context.put(record, context.file("judgements"))


def _typed(context: Context, entry: Entry) -> Judgement | None:
    """Return kind and records of a judgement. Return None and add a problem if they do not fit."""
    kind = context.token(entry.values["kind"], JUDGEMENTS) if entry.get("kind") else None
    about, other = (
        _judged(context, entry.get("kind"), entry.values[key]) if entry.get(key) else None
        for key in ("about", "other")
    )
    if not kind or not about or not entry.get("why"):
        message = "a judgement needs kind, about and why."
        hint = "kind: same-event, about: claim/…, other: claim/…, why: …"
        context.problem("bad-judgement", message, entry, hint)
        return None
    if wrong := _unfit(kind, about, other, entry):
        hint = f"{kind} is about {OF[kind]}; kb judge --help shows each kind"
        context.problem("bad-judgement", wrong, entry, hint)
        return None
    coder = context.sheet.get("coder") or None
    return Judgement("", kind, about, other, entry.get("lines") or None, coder=coder)


def _oriented(context: Context, made: Judgement) -> Judgement:
    """Return a judgement. Swap its records if the same one about B and A is recorded."""
    turned = replace(made, about=made.other, other=made.about)
    swapped = made.kind in MUTUAL and _recorded(context, _decision(turned)) is not None
    return turned if swapped and _recorded(context, _decision(made)) is None else made


def _decided(context: Context, entry: Entry, record: Judgement, old: Judgement | None) -> Judgement:
    """Return the judgement with the other fields of its entry. It replaces `old`."""
    sure = entry.get("certainty")
    record = replace(
        record,
        id=old.id if old else context.known.fresh("judgement/", _named(record)),
        verdict=entry.get("verdict") or None,
        certainty=context.token(entry.values["certainty"], CERTAINTIES) if sure else None,
        why=entry.get("why"),
        coder=context.sheet.get("coder") or (old.coder if old else None),
        recorded=old.recorded if old else context.now,
        revision_of=old.revision_of if old else None,
    )
    if record.lines and record.kind == "copy-of":
        return _ranged(context, record, entry)
    return record


def _named(record: Judgement) -> str:
    """Return the id of a new judgement."""
    ends = [(end or "/").split("/")[1] for end in (record.about, record.other)]
    return identifiers.slug(" ".join([record.kind or "", *ends]), longest=110)


# kind → the records it is about, in words.
OF: Final = {
    "same-entity": "two entities",
    "different-entity": "two entities",
    "same-event": "two claims or two entities",
    "same-claim": "two claims",
    "different-claim": "two claims",
    "contradicts": "two claims",
    "does-not-contradict": "two claims",
    "copy-of": "two sources: the copy, then the original",
    "not-copy-of": "two sources, of which neither is a copy of the other",
    "outcome": "a forecast and the claim that decides it",
    "verdict": "one claim",
}
# kind → the kinds of its records. All kinds that are not here are about claims.
FOLDERS: Final = {
    "same-entity": ("entity",),
    "different-entity": ("entity",),
    "same-event": ("claim", "entity"),
    "copy-of": ("source",),
    "not-copy-of": ("source",),
}
# Key → the kinds that have it.
OWN: Final = {
    "lines": ("copy-of",),
    "verdict": ("verdict", "outcome"),
    "certainty": ("contradicts",),
}


def _unfit(kind: str, about: str, other: str | None, entry: Entry) -> str:
    """Say why an entry is not a judgement of this kind, or return "" if it is one."""
    folders = {key.partition("/")[0] for key in (about, other) if key}
    if not folders <= set(FOLDERS.get(kind, ("claim",))) or len(folders) > 1:
        return f"{kind} cannot be about {' and '.join(filter(None, (about, other)))}."
    if about == other:
        return f"{about} is named twice."
    if kind == "verdict" and other:
        return "a verdict is about one record."
    if kind in OWN["verdict"] and not entry.get("verdict"):
        return "the verdict is missing."
    if kind == "outcome" and entry.get("verdict") not in FATES:
        return _no_outcome(entry.get("verdict"))
    foreign = [key for key, kinds in OWN.items() if entry.get(key) and kind not in kinds]
    return f"{kind} has no {foreign[0]}." if foreign else ""


def _no_outcome(text: str) -> str:
    known = identifiers.suggestion(text, FATES, ", ".join(FATES))
    return f"“{text}” is not an outcome; {known}"


def _ranged(context: Context, record: Judgement, entry: Entry) -> Judgement:
    """Return the judgement with its lines as a range of code points.

    With the range, the quotes in these lines can be found without the text.
    """
    first, _, last = (record.lines or "").partition("-")
    if (
        context.text is None
        or context.source is None
        or record.about != f"source/{context.source.id}"
    ):
        context.problem(
            "copy-lines",
            "the lines of a copy can only be found in its text.",
            entry.values["lines"],
            "write the judgement in a sheet of the copy, and make its text available",
        )
    elif not (span := _lines(context.text, first, last or first)):
        context.problem(
            "copy-lines",
            f"there are no lines {shown(record.lines or '')} in the copy.",
            entry.values["lines"],
            "write 12-30; kb read shows the numbers of the lines",
        )
    else:
        return replace(record, range_start=span.start, range_end=span.end)
    return record


def _lines(text: str, first: str, last: str) -> anchoring.Span | None:
    """Return the span of lines whose numbers were typed, or None if the text has no such lines."""
    try:
        return anchoring.lines(text, integer(first), integer(last))
    except ValueError:
        return None


def judged(known: Known, kind: str, name: str) -> str:
    """Return the key of the record that a name means in a judgement of this kind.

    If no record that the kind can be about has the name, return any record that has it. Raises
    Usage.
    """
    kinds = FOLDERS.get(kind, ("claim",))
    fits = known.exactly(name, kinds) or known.loosely(name, kinds)
    return known.resolve(name, kinds) if fits else known.resolve(name)


def _judged(context: Context, kind: str, value: Value) -> str | None:
    try:
        return judged(context.known, kind, value.text)
    except KbError as error:
        context.problem("unknown-record", error, value)
        return None
