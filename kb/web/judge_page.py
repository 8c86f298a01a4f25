"""The form that records a decision about one or two records."""

from __future__ import annotations

from typing import Final

from kb.app.changes.planning import Plan
from kb.app.knowledge_base import KnowledgeBase
from kb.presentation import entry_fields
from kb.web import changes
from kb.web.changes import ChangeForm, Planned
from kb.web.look import Look
from kb.web.results import Asked, Page
from kb.workspace.catalogs.catalog import Known

# Keys of the records that the form was based on.
BASED: Final = "based"
ENDS: Final = ("about", "other")


def page(look: Look, asked: Asked) -> Page:
    """Return the form, filled with what the address or the form says."""
    values = {field.key: asked.first(field.key) for field in entry_fields.JUDGEMENT}
    named = [key for key in _named(asked) if look.known.record(key)]
    shown = {
        "fields": entry_fields.JUDGEMENT,
        "values": values,
        "named": named,
        "based": " ".join(keys(look.known, asked)),
    }
    return Page("judge.html", "Judge", shown, 'kb judge KIND A B --because "…"')


def keys(known: Known, asked: Asked) -> list[str]:
    """Return the records that the form showed first: those in its address."""
    return asked.first(BASED).split() if BASED in asked.values else _named(asked)


def _named(asked: Asked) -> list[str]:
    """Return the records that the decision is about, if they are named by kind and id."""
    return [asked.first(end) for end in ENDS if "/" in asked.first(end)]


def _plan(kb: KnowledgeBase, asked: Asked) -> Plan:
    said = {name: asked.first(name) for name in ("why", "lines", "verdict", "certainty", "coder")}
    return kb.judge(asked.first("kind"), asked.first("about"), asked.first("other"), said)


def _what(asked: Asked) -> str:
    return " ".join(filter(None, ("judge", *(asked.first(n) for n in ("kind", *ENDS)))))


def _after(asked: Asked, plan: Planned) -> str:
    about = asked.first("about")
    return changes.back(asked, f"/{about}" if "/" in about else "/log")


CHANGE: Final = ChangeForm("/judge", page, _plan, keys, _what, _after)
