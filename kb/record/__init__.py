"""From a sheet to records: names resolved, passages found, dates worked out. Nothing is written here.

Importing again is harmless: claims are found by their sentence, assertions by source, claim, speaker and stance, and both keep their
first recorded time.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from kb import ids
from kb.errors import KbError
from kb.known import Known
from kb.record import claims, passages, ties
from kb.record.desk import Change, Desk
from kb.sheet import Sheet

__all__ = ["Change", "from_sheet"]


def from_sheet(sheet: Sheet, known: Known, text: str | None, now: datetime, collection: str) -> Change:
    """The change a sheet asks for; problems are added to the sheet, and with errors among them the change is not to be used.

    `known` learns the sheet's records. `text` is the source's text, None where it is not at hand.
    """
    desk = Desk(sheet, known, text, now, ids.slug(sheet.get("collection") or collection))
    _run(desk)
    return desk.change


def _run(desk: Desk) -> None:
    """Everything, in the order in which later parts need earlier ones."""
    _source(desk)
    for slug, value in desk.sheet.new.items():
        ties.entity(desk, slug, value)
    for entry in desk.sheet.claims:
        claims.claim(desk, entry)
    for value in desk.sheet.affiliations:
        ties.affiliation(desk, value)
    for entry in desk.sheet.judgements:
        ties.judgement(desk, entry)
    for value in desk.sheet.skip:
        passages.skip(desk, value)
    passages.orphans(desk)


def _source(desk: Desk) -> None:
    value = desk.sheet.top.get("source")
    if value is None or not value.text:
        if desk.sheet.claims or desk.sheet.skip:
            desk.problem(
                "sheet-source", "the sheet does not say which source it codes.", value, "source: beginning of its name; kb list sources"
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
        desk.problem("text-missing", f"the text of {source.id} is not at hand, so no passage can be found in it.", value, hint)
