"""Entry of one claim and its assertion from a form, planned like a sheet before it is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from kb.app.changes import planning
from kb.app.changes.planning import Plan
from kb.app.session import Session
from kb.coding import sheet_rules
from kb.coding.sheet import CLAIM, SAID, TOP
from kb.errors import Usage

# Keys of each part of an entry; the lists of a sheet have fields of their own.
CLAIM_KEYS = tuple(key for key in CLAIM if key != "said")
SAID_KEYS = SAID
TOP_KEYS = TOP[: TOP.index("because") + 1]


@dataclass(frozen=True, slots=True)
class Entered:
    """What was typed into a form: keys and texts as on a sheet.

    `new` are lines such as `harbour: place, port; as Old Harbour`. `skip` is a passage without a
    claim, with its reason.
    """

    top: Mapping[str, str]
    claim: Mapping[str, str] = field(default_factory=dict)
    said: Mapping[str, str] = field(default_factory=dict)
    new: Sequence[str] = ()
    affiliations: Sequence[str] = ()
    skip: str = ""


def plan(session: Session, entered: Entered, now: datetime | None = None) -> Plan:
    """Plan what was entered. Nothing is written. Raises Usage for a new entity without an id."""
    claim, said = _given(entered.claim), sheet_rules.entry(_given(entered.said))
    sheet = sheet_rules.built(
        entered.top,
        new=_declared(entered.new),
        affiliations=entered.affiliations,
        claims=[sheet_rules.entry(claim, [said])] if claim or said.values else [],
        skip=[entered.skip] if entered.skip else [],
    )
    return planning.plan_sheet(session, sheet, now)


def _given(values: Mapping[str, str]) -> dict[str, str]:
    """Return the values that are not empty."""
    return {key: text for key, text in values.items() if text.strip()}


def _declared(lines: Sequence[str]) -> dict[str, str]:
    """Return the declarations of new entities by id. Raises Usage."""
    found: dict[str, str] = {}
    for line in filter(None, map(str.strip, lines)):
        id, colon, rest = line.partition(":")
        if not colon or id.strip() in found:
            raise Usage(
                f"“{line}” does not declare an entity of its own.",
                "one entity a line, as in harbour: place, port; as Old Harbour",
            )
        found[id.strip()] = rest.strip()
    return found
