"""Sheets that tests enter into a knowledge base, as `kb add --from` does."""

from __future__ import annotations

import shutil
from pathlib import Path

from kb.app import knowledge_base
from kb.app.knowledge_base import KnowledgeBase


def enter(kb: KnowledgeBase, sheet: str, name: str = "page") -> None:
    """Enter a sheet, in which nothing may be wrong."""
    plan = kb.plan(sheet, name)
    assert [str(p) for p in plan.problems if p.severity == "error"] == []
    kb.add(plan)


def made(begun: Path, root: Path, *sheets: str) -> KnowledgeBase:
    """A copy of a knowledge base, and what these sheets say."""
    kb = knowledge_base.open(str(shutil.copytree(begun, root)))
    for sheet in sheets:
        enter(kb, sheet)
    return kb
