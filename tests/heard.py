"""The voice of every assertion, for tests of whose voice it is."""

from __future__ import annotations

from kb.reasoning.speakers import evidence
from kb.reasoning.tables import Tables


def voices(tables: Tables) -> dict[str, str | None]:
    """Assertion id → voice, with the echoes that the tables have."""
    speech = evidence.speech_of(tables)
    return evidence.voices_with(tables.assertions, evidence.all_echoes(tables, speech), speech)
