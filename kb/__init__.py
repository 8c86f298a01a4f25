"""Claims, who takes which stance on them and where, and the dispute status that follows.

From Python, `kb.open(folder)` gives a knowledge base, with the verbs of the command line as
methods. The names in `__all__` are the public API; each is imported when it is first used.
"""

from __future__ import annotations

__version__ = "0.1.0"

# As in `typing`, which takes longer to import than everything that is here.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kb.api.changes import Change
    from kb.api.entries import Affiliation, Claim, Entity, Judgement, Said, Sheet, Skip
    from kb.api.exports import Export
    from kb.api.knowledge_base import KnowledgeBase, init, open
    from kb.api.reading import View
    from kb.api.tables import Card, Row, Table
    from kb.api.turns import KbWarning
    from kb.errors import Conflict, Invalid, KbError, Problem, Refused, Unreadable, Usage

# Module → the public names in it.
_PUBLIC = {
    "kb.api.changes": ("Change",),
    "kb.api.entries": ("Affiliation", "Claim", "Entity", "Judgement", "Said", "Sheet", "Skip"),
    "kb.api.exports": ("Export",),
    "kb.api.reading": ("View",),
    "kb.api.tables": ("Card", "Row", "Table"),
    "kb.api.turns": ("KbWarning",),
    "kb.api.knowledge_base": ("KnowledgeBase", "init", "open"),
    "kb.errors": ("Conflict", "Invalid", "KbError", "Problem", "Refused", "Unreadable", "Usage"),
}
_MODULES = {name: module for module, names in _PUBLIC.items() for name in names}

__all__ = [
    "Affiliation",
    "Card",
    "Change",
    "Claim",
    "Conflict",
    "Entity",
    "Export",
    "Invalid",
    "Judgement",
    "KbError",
    "KbWarning",
    "KnowledgeBase",
    "Problem",
    "Refused",
    "Row",
    "Said",
    "Sheet",
    "Skip",
    "Table",
    "Unreadable",
    "Usage",
    "View",
    "init",
    "open",
]


def __getattr__(name: str) -> Any:
    """Import a public name. Raises AttributeError for another one."""
    if name in _MODULES:
        from importlib import import_module

        return getattr(import_module(_MODULES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """Return the public names, before they are imported, too."""
    return sorted({*globals(), *__all__})
