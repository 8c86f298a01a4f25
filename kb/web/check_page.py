"""The form that records that a second person compared an assertion with the text."""

from __future__ import annotations

from typing import Final

from kb.app.changes.planning import Plan
from kb.app.knowledge_base import KnowledgeBase
from kb.errors import Usage
from kb.model.records import Assertion
from kb.presentation.accounts import account
from kb.web import changes, words
from kb.web.changes import ChangeForm, Planned
from kb.web.look import Look
from kb.web.results import Asked, Page
from kb.workspace.catalogs.catalog import Known


def page(look: Look, asked: Asked) -> Page:
    """Return the assertion beside its passage, with the field for the initials."""
    one = _assertion(look.known, asked)
    shown = account(look.kb, look.known, one, look.outcome.voices.get(one.id))
    values = {"one": shown, "key": f"assertion/{one.id}"}
    command = f"kb edit assertion/{one.id} checked=INITIALS"
    return Page("check.html", f"Check: {look.statement(one.claim)}", values, command)


def _assertion(known: Known, asked: Asked) -> Assertion:
    """Return the assertion that the address names. Raises Usage."""
    record = known.present(known.resolve(asked.name, ("assertion",)))
    assert isinstance(record, Assertion)
    return record


def _plan(kb: KnowledgeBase, asked: Asked) -> Plan:
    """Add the initials of who checks to those of earlier checks."""
    one, coder = _assertion(kb.known(), asked), asked.first("coder")
    if not coder:
        raise Usage(words.NO_INITIALS, "type them, or start kb serve with KB_CODER set")
    if coder == one.coder:
        raise Usage(words.OWN_CHECK, "the check of a second person counts")
    names = ", ".join(dict.fromkeys((*one.checked_by, coder)))
    return kb.edit(f"assertion/{one.id}", {"checked": names})


def _after(asked: Asked, plan: Planned) -> str:
    return changes.back(asked, f"/{asked.name}")


CHANGE: Final = ChangeForm(
    "/check/{name:path}",
    page,
    _plan,
    lambda known, asked: [known.resolve(asked.name)],
    lambda asked: f"edit {asked.name} checked",
    _after,
)
