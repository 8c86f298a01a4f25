"""The form that withdraws a record, with everything that depends on it."""

from __future__ import annotations

from typing import Final

from kb.app.changes.planning import Plan
from kb.app.knowledge_base import KnowledgeBase
from kb.web import changes
from kb.web.changes import ChangeForm, Planned
from kb.web.look import Look
from kb.web.results import Asked, Page

WHY: Final = "why"


def page(look: Look, asked: Asked) -> Page:
    """Return the form that asks for the reason."""
    key = look.known.resolve(asked.name)
    values = {"key": key, "why": asked.first(WHY)}
    command = f'kb withdraw {key} --because "…"'
    return Page("withdraw.html", f"Withdraw: {look.label(key)}", values, command)


def _plan(kb: KnowledgeBase, asked: Asked) -> Plan:
    return kb.withdraw([asked.name], asked.first(WHY))


def _after(asked: Asked, plan: Planned) -> str:
    """Return the page that is still there: a withdrawn entity or source has none."""
    gone = asked.name.startswith(("entity/", "source/"))
    return changes.back(asked, "/log" if gone else f"/{asked.name}")


CHANGE: Final = ChangeForm(
    "/withdraw/{name:path}",
    page,
    _plan,
    lambda known, asked: [known.resolve(asked.name)],
    lambda asked: f"withdraw {asked.name}",
    _after,
)
