"""Tables as of a date: what had been published and recorded by then."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TypeVar

from kb.reasoning.tables import (
    AffiliationRow,
    AssertionRow,
    ClaimRow,
    JudgementRow,
    SourceRow,
    Tables,
)

_Recorded = TypeVar("_Recorded", ClaimRow, AssertionRow, AffiliationRow, JudgementRow)


def view(tables: Tables, as_of: date | None = None, known_on: date | None = None) -> Tables:
    """Return a view of the tables: what had been published by the end of `as_of`, and recorded by
    the end of `known_on` (UTC).

    None sets no limit, but then invalidated records are left out. Not included are statements known
    to be made after `as_of`, later marks on a document, and later versions. A source counts from
    the latest day on which it may have been published. A source without one is left out of a view
    with `as_of` (see `undated`), and a record without a recorded time out of one with `known_on`. A
    claim on which nobody had spoken is left out of both. A record as it was on `known_on` has the
    id of the record that replaced it since. Sources themselves stay, because lineage has no date.

    >>> paper = SourceRow("s", published_to=date(2020, 6, 6))
    >>> tables = Tables(assertions=(AssertionRow("a", source="s"),), sources=(paper,))
    >>> [len(view(tables, as_of=date(2020, 6, day)).assertions) for day in (5, 6)]
    [0, 1]
    """
    public = {s.id for s in tables.sources if as_of and s.published_to and s.published_to <= as_of}
    assertions = tuple(
        row
        for row in _known(tables.assertions, known_on)
        if as_of is None or (row.source in public and not _said_after(row, as_of))
    )
    claims = _known(tables.claims, known_on)
    if as_of is not None or known_on is not None:
        spoken = {row.claim for row in assertions}
        claims = tuple(claim for claim in claims if claim.id in spoken)
    sources = tables.sources
    if as_of is not None:
        sources = tuple(_as_of(source, as_of, public) for source in sources)
    return replace(
        tables,
        claims=claims,
        assertions=assertions,
        sources=sources,
        affiliations=_known(tables.affiliations, known_on),
        judgements=_known(tables.judgements, known_on),
    )


def _said_after(row: AssertionRow, day: date) -> bool:
    return row.said_from is not None and row.said_from > day


def _as_of(source: SourceRow, as_of: date, public: Collection[str]) -> SourceRow:
    """Return a source as it was on a day: without a later mark, and not yet a version if later."""
    if source.state and source.state_from and source.state_from > as_of:
        source = replace(source, state=None)
    if source.version_of and source.id not in public:
        source = replace(source, version_of=None)
    return source


def undated(tables: Tables) -> tuple[str, ...]:
    """Return the ids of sources that views with `as_of` leave out, because their latest day of
    publication is not known.

    >>> undated(Tables(sources=(SourceRow("a"), SourceRow("b", published_to=date(2020, 6, 6)))))
    ('a',)
    """
    return tuple(sorted(s.id for s in tables.sources if s.published_to is None))


def valid_ids(rows: Iterable[_Recorded], known_on: date | None = None) -> dict[str, str]:
    """Return the id of each record that was valid on a day → its present id, which is that of the
    record that replaced it since. Without a day, the records that are valid now.

    Rows without an id are left out.

    >>> day = datetime(2020, 6, 6, tzinfo=UTC)
    >>> old = ClaimRow("c~1", recorded=day.replace(day=1), invalidated=day)
    >>> rows = (ClaimRow("c", recorded=day, revision_of="c~1"), old)
    >>> valid_ids(rows, date(2020, 6, 3)), valid_ids(rows)
    ({'c~1': 'c'}, {'c': 'c'})
    """
    found = list(rows)
    later = {r.revision_of: r.id for r in found if r.revision_of}
    valid = sorted(
        (r for r in found if r.id and _valid(r, known_on)),
        key=lambda r: (r.recorded and day_of(r.recorded) or date.min, r.id),
    )
    return {old: new for new, old in {_heir(r.id, later): r.id for r in valid}.items()}


def _heir(id: str, later: Mapping[str, str]) -> str:
    """Return the record that replaced a record since. In a circle of revisions, which is an error,
    it is the first one found twice.
    """
    met = {id}
    while (following := later.get(id)) is not None and following not in met:
        id = following
        met.add(id)
    return id


def _valid(row: _Recorded, known_on: date | None) -> bool:
    """Tell whether a record was recorded and not invalidated by the end of a day, or now."""
    if known_on is None:
        return row.invalidated is None
    recorded = row.recorded is not None and day_of(row.recorded) <= known_on
    return recorded and not (row.invalidated and day_of(row.invalidated) <= known_on)


def _known(rows: tuple[_Recorded, ...], known_on: date | None) -> tuple[_Recorded, ...]:
    """Return the rows of a view, without marks of invalidation or revision.

    So a view of a view is the same view.
    """
    if known_on is None and not any(row.invalidated or row.revision_of for row in rows):
        return rows
    names = valid_ids(rows, known_on)
    valid = (row for row in rows if row.id in names or (not row.id and _valid(row, known_on)))
    return tuple(_bare(row, names.get(row.id, row.id)) for row in valid)


def _bare(row: _Recorded, id: str) -> _Recorded:
    if row.id == id and row.invalidated is None and row.revision_of is None:
        return row
    return replace(row, id=id, invalidated=None, revision_of=None)


def day_of(moment: datetime) -> date:
    """Return the day of a moment, in UTC."""
    return (moment if moment.tzinfo is None else moment.astimezone(UTC)).date()
