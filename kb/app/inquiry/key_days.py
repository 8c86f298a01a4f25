"""Days on which a claim can look different: publications and records that concern it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from kb.model.records import Record, Source
from kb.reasoning.dated_tables import day_of
from kb.workspace.catalogs.catalog import Known
from kb.workspace.catalogs.referrers import replaced


@dataclass(frozen=True, slots=True)
class KeyDays:
    """Days in order, from the first one on which there is anything about the claim.

    On the days of `published`, documents about it were published; on those of `recorded`, records
    about it were added, changed or withdrawn (UTC).
    """

    published: tuple[date, ...]
    recorded: tuple[date, ...]


def key_days(known: Known, claim: str, rivals: Iterable[str] = ()) -> KeyDays:
    """Return the days of a claim, and of the claims that contradict it, by their ids."""
    own = list(_records(known, claim))
    every = [*own, *(record for rival in rivals for record in _records(known, rival))]
    return KeyDays(
        _from(_published(own), _published(every)), _from(_recorded(own), _recorded(every))
    )


def _from(own: set[date], every: set[date]) -> tuple[date, ...]:
    """Return the days of all records, from the first day of the claim's own records."""
    return tuple(sorted(day for day in every if own and day >= min(own)))


def _published(records: Iterable[Record]) -> set[date]:
    days = (r.published_to for r in records if isinstance(r, Source))
    return {day for day in days if day}


def _recorded(records: Iterable[Record]) -> set[date]:
    stated = [r for r in records if not isinstance(r, Source)]
    moments = (getattr(r, name, None) for r in stated for name in ("recorded", "invalidated"))
    return {day_of(moment) for moment in moments if moment}


def _records(known: Known, claim: str) -> Iterator[Record]:
    """Yield a claim, its judgements and assertions, with their older versions, and the sources."""
    keys = [f"claim/{claim}", *(f"assertion/{one.id}" for one in known.said(claim))]
    keys += [f"judgement/{one.id}" for one in known.judgements(keys[0])]
    for key in keys:
        while record := known.record(key):
            yield record
            key = replaced(record)
    sources = {one.source for one in known.said(claim)}
    yield from (known.sources[id] for id in sources if id and id in known.sources)
