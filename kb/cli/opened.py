"""The knowledge base that a command works on, its index up to date."""

from __future__ import annotations

from kb import base
from kb.cli.output import message


def opened() -> base.KnowledgeBase:
    """The one that is meant; says which files cannot be read, since no answer holds what they hold."""
    kb = base.open()
    for name in kb.refresh().broken:
        message(f"warning: {name} cannot be read, so what it holds is missing from this answer; kb validate says where")
    return kb
