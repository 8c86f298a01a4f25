"""The form that corrects a record, field by field."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from kb.app.changes import editing
from kb.app.changes.planning import Plan
from kb.app.knowledge_base import KnowledgeBase
from kb.errors import Usage
from kb.model.vocabulary import STANCES
from kb.presentation import entry_fields
from kb.presentation.entry_fields import Field
from kb.web import changes, words
from kb.web.changes import ChangeForm, Planned
from kb.web.look import Look
from kb.web.results import Asked, Page
from kb.workspace.catalogs.catalog import Known

# The values of the record when the form was made, as JSON.
WAS: Final = "was"
WHAT: Final = "what"


@dataclass(frozen=True, slots=True)
class Shown:
    """A field with its value. `now` is the value that somebody else gave it meanwhile."""

    field: Field
    value: str
    now: str | None = None


def page(look: Look, asked: Asked) -> Page:
    """Return the form with the values of the record, and what was typed already."""
    key = look.known.resolve(asked.name)
    now = _values(changes.writable(look.kb), look.known, key)
    before = _was(asked) if WAS in asked.values else now
    fields = entry_fields.fields(key.partition("/")[0], editing.keys(look.known, key))
    shown = [_shown(asked, field, before.get(field.key, ""), now) for field in fields]
    values = {"key": key, "shown": shown, WAS: json.dumps(now)}
    return Page("edit.html", f"Correct: {look.label(key)}", values, f"kb edit {key}")


def _shown(asked: Asked, field: Field, before: str, now: Mapping[str, str]) -> Shown:
    """Return a field: as typed if that is different from what the form showed, else as it is."""
    present = now.get(field.key, "")
    text = _text(asked, field.key)
    typed = before if text is None else text
    meanwhile = present if present != before and typed != before else None
    return Shown(field, typed if typed != before else present, meanwhile)


def _values(kb: KnowledgeBase, known: Known, key: str) -> dict[str, str]:
    """Return the values of a record as the form shows them."""
    found = editing.values_of(kb.session, known, key)
    if key.startswith("assertion/"):
        found = entry_fields.split(found)
        record = known.assertions.get(key.removeprefix("assertion/"))
        found["claim"] = (record.claim if record else "") or ""
    return {name: " ".join(text.split()) for name, text in found.items()}


def _text(asked: Asked, name: str) -> str | None:
    """Return what was typed into a field, None if the form did not have it."""
    parts = [f"{name}.{n}" for n in range(3)]
    if any(part in asked.values for part in parts):
        return entry_fields.joined([asked.first(part) for part in parts])
    return " ".join(asked.first(name).split()) if name in asked.values else None


def _was(asked: Asked) -> dict[str, str]:
    """Return the values that the form showed. Raises Usage if they cannot be read."""
    try:
        found = json.loads(asked.first(WAS))
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise Usage(words.NO_BASIS, words.OPEN_AGAIN)
    return {str(name): str(text) for name, text in found.items()}


def _changed(known: Known, asked: Asked) -> dict[str, str]:
    """Return what was typed, by the keys of `kb edit`. Raises Usage if nothing was."""
    key, was = known.resolve(asked.name), _was(asked)
    fields = entry_fields.fields(key.partition("/")[0], editing.keys(known, key))
    typed = {field.key: _text(asked, field.key) for field in fields}
    found = {k: text for k, text in typed.items() if text is not None and text != was.get(k, "")}
    if {"stance", "scope"} & found.keys():
        stance, scope = (typed[name] or "" for name in ("stance", "scope"))
        if stance and stance not in STANCES:
            raise Usage(f"“{stance}” is not a stance.", f"one of {', '.join(STANCES)}")
        found = {k: text for k, text in found.items() if k not in ("stance", "scope")}
        found |= entry_fields.stated(stance, scope) or {"affirms": ""}
    if not found:
        raise Usage(words.NOTHING_CHANGED, "change a field, or go back")
    return found


def _plan(kb: KnowledgeBase, asked: Asked) -> Plan:
    known = kb.known()
    return kb.edit(known.resolve(asked.name), _changed(known, asked), asked.first("coder"))


def _what(asked: Asked) -> str:
    was = _was(asked)
    names = {name.partition(".")[0] for name in asked.values} & {*was, *asked.values}
    found = [n for n in sorted(names) if _text(asked, n) not in (None, was.get(n, ""))]
    own = (*changes.OWN, changes.BACK, WAS, "coder")
    return " ".join(["edit", asked.name, *(n for n in found if n not in own)])


def _after(asked: Asked, plan: Planned) -> str:
    return changes.back(asked, f"/{asked.name}")


CHANGE: Final = ChangeForm(
    "/edit/{name:path}",
    page,
    _plan,
    lambda known, asked: [known.resolve(asked.name)],
    _what,
    _after,
)
