"""Compiler of sheets: it resolves names, finds passages, reads dates, and plans the records.

It writes nothing. Compiling a sheet again changes nothing: claims are found by their sentence,
assertions by source, claim, speaker and stance, and both keep the time when they were recorded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from kb.coding import claims, entities, fields, namesakes, passages, speakers, withdrawals
from kb.coding.context import Context, SheetChanges
from kb.coding.sheet import CLAIM, SAID, Entry, Sheet, Value
from kb.errors import KbError
from kb.model import identifiers
from kb.model.records import Affiliation, Assertion, Claim, Entity, Judgement, Record, Source
from kb.workspace.catalogs.catalog import Known

TEXT_HINT: Final = (
    "put the text into documents/ or name its folder in KB_DOCUMENTS; its SHA-256 identifies it"
)

__all__ = ["SheetChanges", "from_sheet", "from_sheets", "keys", "shown", "withdraw"]


def from_sheet(
    sheet: Sheet,
    known: Known,
    text: str | None,
    now: datetime,
    collection: str,
    whole: bool = True,
) -> SheetChanges:
    """Return the changes that a sheet makes. If it adds an error to the sheet, they must not be
    used.

    `known` also gets the sheet's records. `text` is the source's text, None if it is not available.
    With `whole`, the words of each passage are stored, and not only a few of them.
    """
    return from_sheets([(sheet, text)], known, now, collection, whole)


def from_sheets(
    sheets: Sequence[tuple[Sheet, str | None]],
    known: Known,
    now: datetime,
    collection: str,
    whole: bool = True,
) -> SheetChanges:
    """Return the changes that several sheets make together, each with the text of its source. A
    sheet can refer to the records of the sheets before it.
    """
    context = Context(Sheet(""), known, None, now, collection, whole)
    for sheet, text in sheets:
        home = identifiers.slug(sheet.get("collection") or collection)
        context = context.next_sheet(sheet, text, home)
        noted = len(context.change.notes)
        _run(context)
        if len(sheets) > 1:
            notes = context.change.notes
            notes[noted:] = [f"{sheet.name}: {note}" for note in notes[noted:]]
    return context.change


def _edit(context: Context, entry: Entry) -> None:
    """Change the record that an entry under `records:` names by its `id`.

    Fields that the entry does not name are kept; an empty value clears a field.
    """
    key, values = entry.get("id"), {k: v for k, v in entry.values.items() if k != "id"}
    if key.removeprefix("entity/") in context.sheet.new and not context.known.present(key):
        return None  # there is already a problem with its declaration
    try:
        key = context.known.resolve(key)
    except KbError as error:
        return context.problem("unknown-record", error, entry.values.get("id", entry))
    record = context.known.present(key)
    context.change.met.add(key)
    match record:
        case Claim():
            _edit_claim(context, record, entry, values)
        case Assertion():
            _edit_assertion(context, record, entry, values)
        case Entity() | Affiliation() | Judgement() | Source():
            fields.revise(context, record, replace(entry, values=values))
        case _:
            message = f"{key} cannot be edited separately."
            context.problem("not-edited", message, entry, "edit the assertion that it belongs to")
    return None


def _check_keys(context: Context, record: Claim | Assertion, values: Mapping[str, Value]) -> None:
    """Add a problem for each key that such a record does not have."""
    known = keys(record)
    for name in sorted(values.keys() - set(known)):
        fields.unknown(context, record, name, values[name], known)


def _edit_claim(context: Context, record: Claim, entry: Entry, values: Mapping[str, Value]) -> None:
    _check_keys(context, record, values)
    if "statement" in values and not entry.get("statement"):
        hint = "kb withdraw removes a claim"
        message = "a claim needs its sentence."
        return context.problem("sheet-claim", message, values["statement"], hint)
    context.source = _only_source(context, record)
    claims.claim(context, replace(entry, values={**values, "claim": Value("=" + record.id)}))


def _edit_assertion(
    context: Context, record: Assertion, entry: Entry, values: Mapping[str, Value]
) -> None:
    _check_keys(context, record, values)
    of = values.get("claim", Value(record.claim or ""))
    others = {k: v for k, v in values.items() if k != "claim"}
    said = replace(entry, values={"id": Value(record.id), **others})
    context.source = context.known.sources[record.source or ""]
    claim = {"claim": replace(of, text="=" + of.text)}
    claims.claim(context, replace(entry, values=claim, said=(said,)))


def _only_source(context: Context, claim: Claim) -> Source | None:
    """Return the source of a claim if it has only one, for dates relative to its publication."""
    sources = {a.source for a in context.known.said(claim.id)}
    return context.known.sources.get(sources.pop() or "") if len(sources) == 1 else None


def keys(record: Record) -> tuple[str, ...]:
    """Return the keys of a record that can be edited."""
    match record:
        case Claim():
            return tuple(k for k in CLAIM if k not in {"claim", "said", "topic"})
        case Assertion():
            return ("claim", *(k for k in SAID if k != "id"))
    return tuple(fields.KEYS.get(type(record), ()))


def shown(record: Record | None) -> dict[str, str]:
    """Return key → text of the fields of an entity, affiliation, judgement or source, as `kb
    edit` reads them.
    """
    return fields.shown(record) if record else {}


def withdraw(
    sheet: Sheet, chosen: Iterable[str], why: str, known: Known, now: datetime, collection: str
) -> SheetChanges:
    """Return the change that withdraws the records with these keys, and those that depend on
    them.
    """
    context = Context(sheet, known, None, now, collection)
    withdrawals.withdraw(context, chosen, why)
    return context.change


def _run(context: Context) -> None:
    """Compile everything, in the order in which later parts need earlier ones."""
    context.at = context.sheet.top.get("source")
    _source(context)
    for slug, value in context.sheet.new.items():
        context.at = value
        entities.entity(context, slug, value)
    speakers.affiliate_recorded(context, context.sheet.new)
    for entry in context.sheet.claims:
        context.at = entry
        claims.claim(context, entry)
    for entry in context.sheet.records:
        context.at = entry
        _edit(context, entry)
    entities.affiliations(context, context.sheet.affiliations)
    entities.judgements(context, context.sheet.judgements)
    namesakes.mentioned(context)
    for value in context.sheet.skip:
        context.at = value
        passages.skip(context, value)
    if context.source:
        passages.orphans(context, {context.source.id})


def _source(context: Context) -> None:
    """Make the source of the sheet the current one, with the corrections at the sheet's top."""
    value = context.sheet.top.get("source")
    if value is None or not value.text:
        if context.sheet.claims or context.sheet.skip:
            message = "the sheet does not say which source it codes."
            hint = "source: beginning of its name; kb list sources"
            context.problem("sheet-source", message, value, hint)
        return None
    try:
        stored = context.known.source(value.text)
    except KbError as error:
        return context.problem("unknown-source", error, value)
    source = _corrected(context, stored)
    context.source = source
    context.change.source = source.id
    if source != stored:
        context.put(source, context.known.files["source/" + source.id])
    if context.text is None:
        message = f"the text of {source.id} is not available, so passages cannot be found in it."
        context.problem("text-missing", message, value, TEXT_HINT)
    return None


def _corrected(context: Context, source: Source) -> Source:
    """Return a source with the publication date that the sheet gives, and the reason for it."""
    published = context.sheet.top.get("published")
    if published:
        window = context.dates(published, (None, None), "published").window()
        source = replace(source, published_from=window[0], published_to=window[1])
    if context.sheet.get("because"):
        source = replace(source, published_because=context.sheet.get("because"))
    if mark := context.sheet.top.get("sensitive"):
        source = replace(source, sensitive=context.mark(mark))
    return source
