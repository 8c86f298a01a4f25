"""Facts about an assertion that are looked up once: its document, its days, whose word it is."""

from __future__ import annotations

from dataclasses import dataclass

from kb.reasoning.tables import AssertionRow, Period


@dataclass(slots=True)
class Spoken:
    """An assertion with its root document, its days, the house and whoever signed the document,
    whether these are a document's own words, the parties for whom it is made, and the voice.

    `through` and `identities` are computed at their first use.
    """

    row: AssertionRow
    root: str
    period: Period
    house: str | None
    signed: frozenset[str]
    own: bool
    behalf: tuple[str, ...]
    voice: str | None
    through: tuple[str, ...] | None = None
    identities: frozenset[str] | None = None


def identities(spoken: Spoken) -> frozenset[str]:
    """Return everybody whose word an assertion is."""
    if spoken.row.speaker is None:
        return frozenset()
    found = {spoken.row.speaker, *spoken.behalf}
    if spoken.voice:
        found.add(spoken.voice.removeprefix("entity/"))
    return frozenset(found) | (spoken.signed if spoken.own else frozenset())
