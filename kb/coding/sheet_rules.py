"""Rules for the values of a sheet, whether it was typed as YAML or built from options."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from kb.coding.sheet import Entry, Sheet, Value, as_value
from kb.model import values

# Keys whose words are copied from a document. They may have any character.
COPIED = ("at", "skip")


def built(
    top: Mapping[str, str],
    *,
    new: Mapping[str, str] | None = None,
    affiliations: Sequence[str] = (),
    records: Sequence[Entry] = (),
    claims: Sequence[Entry] = (),
    judgements: Sequence[Entry] = (),
    skip: Sequence[str] = (),
) -> Sheet:
    """Build a sheet from options and check it. Empty values at its top are left out."""
    sheet = Sheet(
        "",
        top={key: as_value(text) for key, text in top.items() if text},
        new={slug: as_value(text) for slug, text in (new or {}).items()},
        affiliations=[as_value(text) for text in affiliations],
        records=list(records),
        claims=list(claims),
        judgements=list(judgements),
        skip=[as_value(text) for text in skip],
    )
    check(sheet)
    return sheet


def sign(sheet: Sheet, coder: str) -> None:
    """Say who writes a sheet, if the sheet does not say so itself.

    >>> sheet = built({"source": "memo"})
    >>> sign(sheet, "ab")
    >>> sheet.get("coder")
    'ab'
    """
    if coder:
        sheet.top.setdefault("coder", as_value(coder))


def entry(values: Mapping[str, str], said: Sequence[Entry] = ()) -> Entry:
    """Return an entry with these values and assertions."""
    return Entry({key: as_value(text) for key, text in values.items()}, said=tuple(said))


def check(sheet: Sheet) -> None:
    """Add a problem for each value that cannot be stored, each claim without a sentence or without
    an assertion, and a sheet without content.
    """
    for key, value in _values(sheet):
        _storable(sheet, key, value)
    for claim in sheet.claims:
        _asserted(sheet, claim)
    if not sheet.problems and not any(True for _ in _content(sheet)):
        sheet.problem("sheet-empty", "the sheet has no claims.", hint="add a list under claims:")


def _storable(sheet: Sheet, key: str, value: Value) -> None:
    if key not in COPIED and (found := values.forbidden(value.text)):
        sheet.problem(
            "bad-character",
            f"{values.shown(key)} contains {found}.",
            value,
            "type it again without that character",
        )
    elif wrong := values.length(value.text, values.LONGEST_TEXT):
        sheet.problem(
            "value-too-long",
            f"{values.shown(key)} {wrong}.",
            value,
            "shorten it; put longer text into a document",
        )


def _asserted(sheet: Sheet, claim: Entry) -> None:
    if not claim.get("claim"):
        sheet.problem(
            "sheet-claim",
            "a claim needs its sentence.",
            claim,
            "claim: Somebody did something somewhere",
        )
    if not claim.said and not claim.get("claim").startswith("="):
        sheet.problem(
            "claim-unasserted",
            "nobody asserts this claim.",
            claim,
            "add said: with a speaker (by:) and a passage (at:)",
        )


def _values(sheet: Sheet) -> Iterator[tuple[str, Value]]:
    """Yield every value with its key."""
    yield from sheet.top.items()
    yield from _content(sheet)


def _content(sheet: Sheet) -> Iterator[tuple[str, Value]]:
    """Yield every value below the top of the sheet, with its key."""
    yield from sheet.new.items()
    for name, listed in (("affiliations", sheet.affiliations), ("skip", sheet.skip)):
        yield from ((name, value) for value in listed)
    for entry in (*sheet.judgements, *sheet.records, *sheet.claims):
        yield from entry.values.items()
        for said in entry.said:
            yield from said.values.items()
