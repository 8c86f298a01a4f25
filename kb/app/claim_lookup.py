"""Look-up of one claim in the index: its status, the voices of its assertions, its contradictions.

Nothing is computed, so that looking at one claim stays fast in a large knowledge base.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kb.model.vocabulary import NS

if TYPE_CHECKING:
    from kb.app.answers import Answers
    from kb.store import Reader


@dataclass(frozen=True, slots=True)
class Contrary:
    """A claim that contradicts the one asked for, of which kind, and whether that is certain."""

    claim: str
    kind: str
    certainty: str


@dataclass(frozen=True, slots=True)
class Derived:
    """What follows for one claim. `voices` maps an assertion to the voice (`entity/x`) it counts
    as. `gone` are assertions that no longer count.
    """

    status: str
    voices: Mapping[str, str]
    contradictions: tuple[Contrary, ...]
    gone: frozenset[str] = frozenset()


def derived(kb: Answers, claim: str) -> Derived:
    """Look up what follows for a claim, by its id."""
    voices, contradictions, gone = kb.read(
        lambda store: (
            _voices(store, kb, claim),
            _contradictions(store, kb, claim),
            _gone(store, kb, claim),
        )
    )
    return Derived(kb.status_word(claim), voices, contradictions, gone)


def _voices(store: Reader, kb: Answers, claim: str) -> dict[str, str]:
    base = kb.folder.base
    question = f"SELECT ?a ?v {{ ?a <{NS}claim> <{base}claim/{claim}> ; <{NS}voice> ?v }}"
    return {
        (row["a"] or "").removeprefix(f"{base}assertion/"): (row["v"] or "").removeprefix(base)
        for row in store.select(question).dicts()
    }


def _gone(store: Reader, kb: Answers, claim: str) -> frozenset[str]:
    base = kb.folder.base
    question = f"SELECT ?a {{ ?a <{NS}noLongerCountsFor> <{base}claim/{claim}> }}"
    rows = store.select(question).dicts()
    return frozenset((row["a"] or "").removeprefix(f"{base}assertion/") for row in rows)


def _contradictions(store: Reader, kb: Answers, claim: str) -> tuple[Contrary, ...]:
    base = kb.folder.base
    this = f"<{base}claim/{claim}>"
    question = (
        f"SELECT ?other ?kind ?certainty {{ ?pair <{NS}between> {this}, ?other ; "
        f"<{NS}contradictionKind> ?kind ; <{NS}certainty> ?certainty FILTER(?other != {this}) }}"
    )
    found = {
        Contrary(
            (row["other"] or "").removeprefix(f"{base}claim/"),
            (row["kind"] or "").removeprefix(f"{NS}contradiction-"),
            (row["certainty"] or "").removeprefix(f"{NS}certainty-"),
        )
        for row in store.select(question).dicts()
    }
    return tuple(sorted(found, key=lambda c: (c.certainty, c.claim, c.kind)))
