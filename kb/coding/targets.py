"""Targets of *disowns* and *overrules*: the assertions that these are about."""

from __future__ import annotations

from typing import Any, Final

from kb.coding.context import Context
from kb.coding.sheet import Entry
from kb.model.records import Assertion

# Stances on another assertion, their target.
AIMED: Final = ("disowns", "overrules")


def target(
    context: Context, said: Entry, fields: dict[str, Any], bound: Assertion | None
) -> str | None:
    """Return the target of *disowns* or *overrules*: an assertion of the same claim, named by its
    speaker or its id.
    """
    stance, own = fields["stance"], bound.id if bound else None
    if stance not in AIMED:
        return None
    if bound and stance not in said.values:
        return bound.target
    value = said.values[stance]
    aimed = [a for a in _aimed(context, value.text, fields["claim"], stance) if a != own]
    if len(aimed) != 1:
        context.problem(
            "disowns-target",
            f"“{value.text}” does not name one assertion of this claim.",
            value,
            f"{stance}: its id, or its speaker",
        )
    return aimed[0] if aimed else None


def _aimed(context: Context, text: str, claim: str, stance: str) -> list[str]:
    """Return the assertions of a claim that *disowns* or *overrules* may mean.

    Of the same stance that one speaker takes in several documents, the first recorded is named:
    whoever overrules it overrules all of them.
    """
    name = text.removeprefix("assertion/")
    never = AIMED if stance == "disowns" else ("disowns",)
    said = (a for a in context.known.said(claim) if a.stance not in never and not a.invalidated)
    found = [a for a in said if name in {a.id, a.speaker}]
    if stance == "overrules" and len({(a.speaker, a.stance) for a in found}) == 1:
        found = sorted(found, key=lambda a: (a.recorded or context.now, a.id))[:1]
    return [a.id for a in found]
