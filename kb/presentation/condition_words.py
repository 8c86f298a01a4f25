"""Problems of a knowledge base in words, as they are shown beside an answer."""

from __future__ import annotations

from kb.app.checks.condition import UNREAD
from kb.errors import Place, Problem


def sentence(problem: Problem) -> str:
    """Return a problem as a sentence beside an answer."""
    place, hint = problem.place, f"  hint: {problem.hint}" if problem.hint else ""
    if problem.code in UNREAD and place.path.startswith("claims"):
        return (
            f"{place.path} cannot be read, so its records are missing from this answer: "
            f"{_position(place)}{problem.message}{hint}"
        )
    where = "" if problem.message.startswith(f"{place} ") else f"{place}: "
    return f"{where}{problem.message}{hint}"


def _position(place: Place) -> str:
    """Return line and column for the beginning of a sentence."""
    if place.line and place.column:
        return f"line {place.line}, column {place.column}: "
    return f"line {place.line}: " if place.line else ""
