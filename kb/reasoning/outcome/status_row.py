"""The status of a claim as a row, with the reasons behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Reason:
    """One rule that applied; the last reason gives the status itself."""

    rule: str
    assertions: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class StatusRow:
    """The status of one claim, with the counts and reasons behind it.

    Voices are written as `entity/x`. `contest` is never empty (`none`). `no_known_stake` counts
    independent voices whose stake is no-known-stake or unknown. `since` is the day by which the
    dispute was public at the latest, None if the claim is not disputed or the day is not known.
    `last_reported` is the last day on which somebody affirmed the claim, None if not known.
    """

    claim: str
    status: str
    support: str
    contest: tuple[str, ...]
    dispute: tuple[str, ...]
    flags: tuple[str, ...]
    documents: int
    originals: int
    voices_for: tuple[str, ...]
    voices_against: tuple[str, ...]
    no_known_stake: int
    since: date | None
    reasons: tuple[Reason, ...]
    policy: str
    last_reported: date | None = None
