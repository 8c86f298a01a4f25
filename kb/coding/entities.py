"""Entities, affiliations and judgements of a sheet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from kb.coding import notation
from kb.coding.context import Desk
from kb.coding.sheet import Entry, Value
from kb.errors import KbError
from kb.model import identifiers
from kb.model.records import Affiliation, Entity, Judgement
from kb.model.values import integer, shown
from kb.model.vocabulary import CERTAINTIES, FATES, JUDGEMENTS, WIKIDATA
from kb.rdf import turtle_writer
from kb.text import anchoring
from kb.workspace.catalog import Known


def entity(desk: Desk, slug: str, value: Value) -> None:
    """One line under `new:`; an entity known already gains names and places."""
    try:
        new = notation.new_entity(value.text)
        within = tuple(desk.meant(w, value) if w not in desk.sheet.new else w for w in new.within)
    except (ValueError, KbError) as error:
        return desk.problem("bad-entity", error, value)
    if identifiers.slug(slug) != slug:
        return desk.problem(
            "bad-id",
            f"“{slug}” is not an id: lower-case words joined by hyphens.",
            value,
            f"write {identifiers.slug(slug)}",
        )
    old = desk.known.entities.get(slug, Entity(slug))
    if old.name == slug:  # named by its id only, until a sheet says more
        old = replace(old, name=None)
    entity = replace(
        _called(old, new.names),
        kind=new.type,
        description=new.description or old.description,
        naming=new.naming or old.naming,
        within=tuple(dict.fromkeys((*old.within, *within))),
        wikidata=WIKIDATA + new.wikidata if new.wikidata else old.wikidata,
    )
    if turtle_writer.ordered(entity) != desk.known.entities.get(slug):
        desk.put(entity, desk.file("entities"))


def _called(old: Entity, names: Sequence[str]) -> Entity:
    """The entity with these names beside those it has; without any, it is called as its id reads."""
    names = names or ((old.name,) if old.name else (old.id.replace("-", " "),))
    first = old.name or names[0]
    also = (*old.also, *(name for name in names if name != first))
    return replace(old, name=first, also=tuple(dict.fromkeys(also)))


# What makes two affiliations, and two judgements, one and the same.
Tie = tuple[str | None, str | None, str | None, date | None, date | None]
Decision = tuple[str | None, str | None, str | None, str | None]


def _tie(record: Affiliation) -> Tie:
    return record.member, record.relation, record.party, record.from_date, record.to_date


def _decision(record: Judgement) -> Decision:
    return record.kind, record.lines, record.about, record.other


def affiliations(desk: Desk, lines: Iterable[Value]) -> None:
    """Everything under `affiliations:`. What is recorded already is looked up once."""
    stored = (r for r in desk.known.others.values() if isinstance(r, Affiliation))
    # Of two that are the same, the first one recorded.
    ties = {_tie(record): record for record in reversed([*stored])}
    for value in lines:
        desk.at = value
        _affiliation(desk, value, ties)


def judgements(desk: Desk, entries: Iterable[Entry]) -> None:
    """Everything under `judgements:`. What is recorded already is looked up once."""
    stored = (r for r in desk.known.others.values() if isinstance(r, Judgement))
    decided = {_decision(record): record for record in reversed([*stored])}
    for entry in entries:
        desk.at = entry
        _judgement(desk, entry, decided)


def _affiliation(desk: Desk, value: Value, ties: dict[Tie, Affiliation]) -> None:
    """One line under `affiliations:`; the same tie is recorded once."""
    try:
        tie = notation.tie(value.text)
        member, party = desk.meant(tie.member, value), desk.meant(tie.party, value)
    except (ValueError, KbError) as error:
        return desk.problem("bad-affiliation", error, value)
    when = (
        desk.dates(replace(value, text=tie.when), desk.published(), "").window()
        if tie.when
        else (None, None)
    )
    old = ties.get((member, tie.relation, party, *when))
    fresh = desk.known.fresh("affiliation/", f"{member}-{tie.relation}-{party}")
    record = old or Affiliation(fresh, member, tie.relation, party, *when, recorded=desk.now)
    if tie.basis:
        record = replace(record, basis=_judged(desk, "", replace(value, text=tie.basis)))
    record = replace(
        record,
        note=tie.note or record.note,
        share=record.share if tie.share is None else tie.share,
    )
    if record != old:
        desk.put(record, desk.file("affiliations"))
        ties[_tie(record)] = record


def _judgement(desk: Desk, entry: Entry, decided: dict[Decision, Judgement]) -> None:
    """One entry under `judgements:`."""
    kind = desk.token(entry.values["kind"], JUDGEMENTS) if entry.get("kind") else None
    about, other = (
        _judged(desk, entry.get("kind"), entry.values[key]) if entry.get(key) else None
        for key in ("about", "other")
    )
    if not kind or not about or not entry.get("why"):
        return desk.problem(
            "bad-judgement",
            "a judgement needs kind, about and why.",
            entry,
            "kind: same-event, about: claim/…, other: claim/…, why: …",
        )
    if wrong := _unfit(kind, about, other, entry):
        hint = f"{kind} is said of {OF[kind]}; kb judge --help shows each kind"
        return desk.problem("bad-judgement", wrong, entry, hint)
    lines = entry.get("lines") or None
    made = Judgement("", kind, about, other, lines)
    if kind in MUTUAL and (kind, lines, other, about) in decided and _decision(made) not in decided:
        made = Judgement("", kind, other, about, lines)
    old = decided.get(_decision(made))
    record = _decided(desk, entry, made, old)
    if record != old:
        desk.put(record, desk.file("judgements"))
        decided[_decision(record)] = record


def _decided(desk: Desk, entry: Entry, record: Judgement, old: Judgement | None) -> Judgement:
    """The judgement with what its entry says beside kind and records; `old` is the one that it
    replaces.
    """
    sure = entry.get("certainty")
    record = replace(
        record,
        id=old.id if old else desk.known.fresh("judgement/", _named(record)),
        verdict=entry.get("verdict") or None,
        certainty=desk.token(entry.values["certainty"], CERTAINTIES) if sure else None,
        why=entry.get("why"),
        coder=desk.sheet.get("coder") or (old.coder if old else None),
        recorded=old.recorded if old else desk.now,
        revision_of=old.revision_of if old else None,
    )
    if record.lines and record.kind == "copy-of":
        return _ranged(desk, record, entry)
    return record


def _named(record: Judgement) -> str:
    """The id that a new judgement would have."""
    ends = [(end or "/").split("/")[1] for end in (record.about, record.other)]
    return identifiers.slug(" ".join([record.kind or "", *ends]), longest=110)


# kind → what it is said of, in words; the folders of these records, the same for both.
OF: Final = {
    "same-entity": "two entities", "different-entity": "two entities", "same-event": "two claims or two entities",
    "same-claim": "two claims", "different-claim": "two claims", "contradicts": "two claims", "does-not-contradict": "two claims", "copy-of": "two sources: the copy, then the original",
    "outcome": "a forecast and the claim that decides it", "verdict": "one claim",
}  # fmt: skip
FOLDERS: Final = {
    "same-entity": ("entity",),
    "different-entity": ("entity",),
    "same-event": ("claim", "entity"),
    "copy-of": ("source",),
}  # all others: claim
# Kinds that say the same of A and B as of B and A: said once.
MUTUAL: Final = (
    "same-entity",
    "different-entity",
    "same-event",
    "same-claim",
    "different-claim",
    "contradicts",
    "does-not-contradict",
)
# Keys that only some kinds know.
OWN: Final = {
    "lines": ("copy-of",),
    "verdict": ("verdict", "outcome"),
    "certainty": ("contradicts",),
}


def _unfit(kind: str, about: str, other: str | None, entry: Entry) -> str:
    """What makes no sense in a judgement of this kind, empty where all does."""
    folders = [key.partition("/")[0] for key in (about, other) if key]
    if folders[0] not in FOLDERS.get(kind, ("claim",)) or len(set(folders)) > 1:
        return f"{kind} cannot be said of {' and '.join(filter(None, (about, other)))}."
    if about == other:
        return f"{about} is named twice."
    if kind == "verdict" and other:
        return "a verdict is about one record."
    if kind in OWN["verdict"] and not entry.get("verdict"):
        return "the verdict itself is missing: in a word, what you hold."
    if kind == "outcome" and entry.get("verdict") not in FATES:
        return f"“{entry.get('verdict')}” is not an outcome; {identifiers.suggestion(entry.get('verdict'), FATES, ', '.join(FATES))}"
    foreign = [key for key, kinds in OWN.items() if entry.get(key) and kind not in kinds]
    return f"{kind} has no {foreign[0]}." if foreign else ""


def _ranged(desk: Desk, record: Judgement, entry: Entry) -> Judgement:
    """The judgement with the range of code points of its lines, so that nobody needs the text to
    know which quotes lie in them.
    """
    first, _, last = (record.lines or "").partition("-")
    if desk.text is None or desk.source is None or record.about != f"source/{desk.source.id}":
        desk.problem(
            "copy-lines",
            "where lines lie is known from the text of the copy only.",
            entry.values["lines"],
            "write it in a sheet of the copy, with its text at hand",
        )
    elif not (span := _lines(desk.text, first, last or first)):
        desk.problem(
            "copy-lines",
            f"there are no lines {shown(record.lines or '')} in the copy.",
            entry.values["lines"],
            "write 12-30; see kb read",
        )
    else:
        return replace(record, range_start=span.start, range_end=span.end)
    return record


def _lines(text: str, first: str, last: str) -> anchoring.Span | None:
    """Where lines lie whose numbers are given as typed; None where the text has no such lines."""
    try:
        return anchoring.lines(text, integer(first), integer(last))
    except ValueError:
        return None


def judged(known: Known, kind: str, name: str) -> str:
    """Return the key of the record that a name means in a judgement of this kind: of a record that
    the kind speaks of, else of any. Raises Usage.
    """
    kinds = FOLDERS.get(kind, ("claim",))
    fits = known.exactly(name, kinds) or known.loosely(name, kinds)
    return known.resolve(name, kinds) if fits else known.resolve(name)


def _judged(desk: Desk, kind: str, value: Value) -> str | None:
    try:
        return judged(desk.known, kind, value.text)
    except KbError as error:
        desk.problem("unknown-record", error, value)
        return None
