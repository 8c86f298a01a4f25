"""Changes that a form can make, and what a person sees of one before it is saved."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode, urlsplit

from kb.app.answers import Answers
from kb.app.changes import editing
from kb.app.changes.planning import Plan
from kb.app.changes.undo import Reversal
from kb.app.knowledge_base import KnowledgeBase
from kb.errors import Refused, Usage
from kb.presentation import explanation, log_rows, plan_rows
from kb.web import words
from kb.web.look import Look, StatusWithSides
from kb.web.responses import SAVED
from kb.web.results import Asked, Page
from kb.workspace.catalogs.catalog import Known

# Fields of every form that are not typed: the token of this run, the digest of the records that the
# form shows, the digest of the preview, the button, and the page to return to.
TOKEN: Final = "csrf"
SEEN: Final = "seen"
SHOWN: Final = "shown"
STEP: Final = "step"
BACK: Final = "back"
OWN: Final = (TOKEN, SEEN, SHOWN, STEP)
# The digest of a form that shows no record.
NOTHING: Final = "-"
Planned = Plan | Reversal


@dataclass(frozen=True, slots=True)
class ChangeForm:
    """A change with its form. `keys` are the records that the form is based on, `what` is its
    description in the log, and `after` the page that follows.
    """

    path: str
    page: Callable[[Look, Asked], Page]
    plan: Callable[[KnowledgeBase, Asked], Planned]
    keys: Callable[[Known, Asked], Sequence[str]]
    what: Callable[[Asked], str]
    after: Callable[[Asked, Planned], str]


@dataclass(frozen=True, slots=True)
class Effect:
    """A record that a plan changes, with its status before and after if it is a claim."""

    key: str
    label: str
    change: str
    was: str
    now: StatusWithSides | None


@dataclass(frozen=True, slots=True)
class Preview:
    """A plan for people, and the digest of what they see."""

    summary: str
    effects: tuple[Effect, ...]
    problems: tuple[str, ...]
    notes: tuple[str, ...]
    sound: bool
    digest: str


def prove(asked: Asked, secret: str) -> None:
    """Raise Refused unless a form was made by this run of the server."""
    if not hmac.compare_digest(asked.first(TOKEN).encode(), secret.encode()):
        raise Refused(words.NEW_START, words.SAVE_AGAIN)


def basis(known: Known, keys: Sequence[str]) -> str:
    """Return a digest of the records that a form is based on."""
    if not keys:
        return NOTHING
    found = "\n".join(f"{key} {editing.basis(known, key)}" for key in keys)
    return hashlib.sha256(found.encode()).hexdigest()[:32]


def typed(asked: Asked) -> list[tuple[str, str]]:
    """Return what a person typed into a form, and its other fields that must not be lost."""
    return [(name, text) for name, text in asked.values.multi_items() if name not in OWN]


def preview(look: Look, asked: Asked, plan: Planned) -> Preview:
    """Return what a plan would do."""
    found = _undoing(look, plan) if isinstance(plan, Reversal) else _planned(look, plan)
    digest = _digest([[e.key, e.change, e.was, e.now and e.now.status] for e in found.effects])
    return Preview(
        found.summary,
        found.effects,
        found.problems,
        found.notes,
        found.sound,
        f"{_digest(typed(asked))}-{digest}",
    )


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()[:32]


def _planned(look: Look, plan: Plan) -> Preview:
    before = look.kb.status_words(plan_rows.claims(plan))
    rows = plan_rows.rows(plan, before)
    effects = tuple(_effect(look, plan, str(row[0]), str(row[1]), row[2]) for row in rows)
    problems = tuple(_sentence(p.message, p.hint) for p in plan.problems)
    notes = tuple(plan.change.notes)
    return Preview(plan_rows.summary(plan), effects, problems, notes, plan.sound, "")


def _undoing(look: Look, found: Reversal) -> Preview:
    base = look.kb.folder.base
    changes = log_rows.reverted(found, base)
    effects = tuple(Effect(key, look.label(key), word, "", None) for key, word in changes.items())
    return Preview(found.what, effects, (), (), True, "")


def _sentence(message: str, hint: str) -> str:
    """Return a problem with its remedy."""
    return f"{message} → {hint}" if hint else message


def _effect(look: Look, plan: Plan, key: str, change: str, was: object) -> Effect:
    path, _, claim = key.partition("/")
    row = plan.outcome.rows.get(claim) if plan.outcome and path == "claim" else None
    sides = None
    if row and plan.outcome:
        affirmed, against = explanation.sides(look.known, plan.outcome, row)
        rivals = tuple(explanation.against(row).items())
        sides = StatusWithSides(
            claim, row.status, _named(look, plan, affirmed), _named(look, plan, against), rivals
        )
    return Effect(key, _label(look, plan, key), change, str(was or ""), sides)


def _named(look: Look, plan: Plan, people: Sequence[str]) -> tuple[str, ...]:
    """Return names of people, also of those that the plan adds: these still have their id here."""
    known = look.known.entities
    return tuple(n if n in known else _label(look, plan, f"entity/{n}") for n in people)


def _label(look: Look, plan: Plan, key: str) -> str:
    """Return the name or statement of a record, also of one that the plan adds."""
    found = look.label(key)
    if found != key.partition("/")[2] or look.known.record(key):
        return found
    written = (r for records in plan.change.files.values() for r in records)
    record = next((r for r in written if r.path + r.id == key), None)
    return getattr(record, "statement", None) or getattr(record, "name", None) or found


def changed_result(asked: Asked, found: Preview) -> bool:
    """Tell whether a person saw another result for the same values."""
    before, _, result = asked.first(SHOWN).partition("-")
    now, _, other = found.digest.partition("-")
    return before == now and result != other


def to(address: str, number: int) -> str:
    """Return the address of a page that says what was saved.

    >>> to("/source/a?line=3#line-4", 7)
    '/source/a?line=3&saved=7#line-4'
    """
    parts = urlsplit(address)
    query = "&".join(filter(None, (parts.query, urlencode({SAVED: number}))))
    return parts._replace(query=query).geturl()


def back(asked: Asked, otherwise: str) -> str:
    """Return the page to return to: one of this server, as the form says, or another one."""
    wanted = asked.first(BACK)
    inside = wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    return wanted if inside and wanted.isprintable() else otherwise


def key_of(known: Known, asked: Asked) -> str:
    """Return the key of the record that the address names. Raises Usage."""
    return known.resolve(asked.name, also=known.past)


def writable(kb: Answers) -> KnowledgeBase:
    """Return the present knowledge base. Raises Usage for an earlier state."""
    if isinstance(kb, KnowledgeBase):
        return kb
    raise Usage(words.NOT_NOW, words.OPEN_AGAIN)
