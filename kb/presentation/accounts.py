"""Accounts: what each speaker says about a claim, with everything that a reader needs beside it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kb.model.dates import show as dates
from kb.presentation.explanation import circumstances, stances
from kb.presentation.names import speaker_name
from kb.presentation.passages import Passage, passage

if TYPE_CHECKING:
    from kb.app.answers import Answers
    from kb.model.records import Assertion
    from kb.workspace.catalogs.catalog import Known


@dataclass(frozen=True, slots=True)
class Account:
    """One assertion, for people.

    `speaker` is a name with the voice behind it, such as “a spokesman (for Varga Shipping)”.
    `relays` are the ids of who passed it on, innermost first. `before` and `after` are the rest of
    the sentences that the passage touches. `published` is in words.
    """

    assertion: Assertion
    speaker: str
    relays: tuple[str, ...]
    passage: Passage
    before: str
    after: str
    source: str
    title: str
    published: str
    circumstances: tuple[tuple[str, str], ...]


def accounts(
    kb: Answers,
    known: Known,
    claim: str,
    of: Collection[str],
    voices: Mapping[str, str | None],
) -> list[Account]:
    """Return the accounts of a claim with one of these stances.

    `voices` maps an assertion to the voice that it counts as.
    """
    return [account(kb, known, one, voices.get(one.id)) for one in stances(known, claim, of)]


def account(kb: Answers, known: Known, one: Assertion, voice: str | None = None) -> Account:
    """Return one assertion for people."""
    source = known.sources.get(one.source or "")
    before, _, after = kb.in_sentence(known, one.quote)
    relays = (known.relays[r].speaker for r in reversed(one.relays) if r in known.relays)
    return Account(
        assertion=one,
        speaker=speaker_name(known, one, voice),
        relays=tuple(relay or "" for relay in relays),
        passage=passage(kb, known, one.quote),
        before=before,
        after=after,
        source=one.source or "",
        title=(source.title if source else None) or one.source or "",
        published=dates(source.published_from, source.published_to) if source else "",
        circumstances=tuple(circumstances(one)),
    )
