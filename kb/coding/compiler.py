"""From a sheet to records: names resolved, passages found, dates worked out. Nothing is written
here.

Importing again is harmless: claims are found by their sentence, assertions by source, claim,
speaker and stance, and both keep their
first recorded time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from kb.coding import assertions, claims, entities, fields, passages, withdrawals
from kb.coding.context import Change, Desk
from kb.coding.sheet import CLAIM, SAID, Entry, Sheet, Value
from kb.errors import KbError
from kb.model import identifiers
from kb.model.records import Affiliation, Assertion, Claim, Entity, Judgement, Record, Source
from kb.workspace.catalog import Known

__all__ = ["Change", "from_sheet", "keys", "shown", "withdraw"]


def from_sheet(
    sheet: Sheet, known: Known, text: str | None, now: datetime, collection: str
) -> Change:
    """The change a sheet asks for; problems are added to the sheet, and with errors among them the
    change is not to be used.

    `known` learns the sheet's records. `text` is the source's text, None where it is not at hand.
    """
    desk = Desk(sheet, known, text, now, identifiers.slug(sheet.get("collection") or collection))
    _run(desk)
    return desk.change


def _edit(desk: Desk, entry: Entry) -> None:
    """One entry under `records:`: the record with this `id` gets other values; what is not named
    stays, an empty text empties.
    """
    key, values = entry.get("id"), {k: v for k, v in entry.values.items() if k != "id"}
    if key.removeprefix("entity/") in desk.sheet.new and not desk.known.present(key):
        return None  # why it could not be declared is said there
    try:
        key = desk.known.resolve(key)
    except KbError as error:
        return desk.problem("unknown-record", error, entry.values.get("id", entry))
    record = desk.known.present(key)
    match record:
        case Claim():
            _fitting(desk, record, values)
            _edit_claim(desk, record, entry, values)
        case Assertion():
            _fitting(desk, record, values)
            _edit_assertion(desk, record, entry, values)
        case Entity() | Affiliation() | Judgement() | Source():
            fields.revise(desk, record, replace(entry, values=values))
        case _:
            desk.problem(
                "not-edited",
                f"{key} is not edited by itself.",
                entry,
                "edit the assertion that it belongs to",
            )


def _fitting(desk: Desk, record: Claim | Assertion, values: Mapping[str, Value]) -> None:
    """Note the keys that such a record does not have."""
    known = keys(record)
    for name in sorted(values.keys() - set(known)):
        message = f"“{name}” is not a field of {record.path}{record.id}."
        all_of_them = f"fields of this record: {', '.join(known)}"
        near = identifiers.suggestion(name, known, all_of_them)
        desk.problem("sheet-key", message, values[name], near)


def _edit_claim(desk: Desk, record: Claim, entry: Entry, values: Mapping[str, Value]) -> None:
    if "statement" in values and not entry.get("statement"):
        hint = "kb withdraw takes a claim back"
        message = "a claim needs its sentence."
        return desk.problem("sheet-claim", message, values["statement"], hint)
    _speaks(desk, record)
    claims.claim(desk, replace(entry, values={**values, "claim": Value("=" + record.id)}))


def _edit_assertion(
    desk: Desk, record: Assertion, entry: Entry, values: Mapping[str, Value]
) -> None:
    of = values.get("claim", Value(record.claim or ""))
    told = {k: v for k, v in values.items() if k != "claim"}
    said = replace(entry, values={"id": Value(record.id), **told})
    desk.source = desk.known.sources[record.source or ""]
    claim = {"claim": replace(of, text="=" + of.text)}
    claims.claim(desk, replace(entry, values=claim, said=(said,)))


def _speaks(desk: Desk, claim: Claim) -> None:
    """Take the source in hand from what is said of a claim, if it is one: relative dates are
    counted from its publication.
    """
    sources = {a.source for a in desk.known.said(claim.id)}
    desk.source = desk.known.sources.get(next(iter(sources)) or "") if len(sources) == 1 else None


def keys(record: Record) -> tuple[str, ...]:
    """What can be edited of a record, as people type it."""
    match record:
        case Claim():
            return tuple(k for k in CLAIM if k not in {"claim", "said", "topic"})
        case Assertion():
            return ("claim", *(k for k in SAID if k != "id"))
    return tuple(fields.KEYS.get(type(record), ()))


def shown(record: Record | None) -> dict[str, str]:
    """Key → text of an entity's, affiliation's, judgement's or source's fields, as `edit` reads
    them.
    """
    return fields.shown(record) if record else {}


def withdraw(
    sheet: Sheet, chosen: Iterable[str], why: str, known: Known, now: datetime, collection: str
) -> Change:
    """The change that makes these records (paths and ids), and what hangs on them, count no more."""
    desk = Desk(sheet, known, None, now, collection)
    withdrawals.withdraw(desk, chosen, why)
    return desk.change


def _run(desk: Desk) -> None:
    """Everything, in the order in which later parts need earlier ones."""
    desk.at = desk.sheet.top.get("source")
    _source(desk)
    for slug, value in desk.sheet.new.items():
        desk.at = value
        entities.entity(desk, slug, value)
    assertions.joined_later(desk, desk.sheet.new)
    for entry in desk.sheet.claims:
        desk.at = entry
        claims.claim(desk, entry)
    for entry in desk.sheet.records:
        desk.at = entry
        _edit(desk, entry)
    entities.affiliations(desk, desk.sheet.affiliations)
    entities.judgements(desk, desk.sheet.judgements)
    for value in desk.sheet.skip:
        desk.at = value
        passages.skip(desk, value)
    if desk.source:
        passages.orphans(desk, desk.source.id)


def _source(desk: Desk) -> None:
    value = desk.sheet.top.get("source")
    if value is None or not value.text:
        if desk.sheet.claims or desk.sheet.skip:
            desk.problem(
                "sheet-source",
                "the sheet does not say which source it codes.",
                value,
                "source: beginning of its name; kb list sources",
            )
        return None
    try:
        source = desk.known.source(value.text)
    except KbError as error:
        return desk.problem("unknown-source", error, value)
    published = desk.sheet.top.get("published")
    if published:
        window = desk.dates(published, (None, None), "published").window()
        source = replace(source, published_from=window[0], published_to=window[1])
    if desk.sheet.get("because"):
        source = replace(source, published_because=desk.sheet.get("because"))
    desk.source = source
    desk.change.source = source.id
    if source != desk.known.sources[source.id]:
        desk.put(source, desk.known.files["source/" + source.id])
    if desk.text is None:
        hint = "put the text into documents/ or name its folder in KB_DOCUMENTS; it is known by its sha256"
        desk.problem(
            "text-missing",
            f"the text of {source.id} is not at hand, so no passage can be found in it.",
            value,
            hint,
        )
