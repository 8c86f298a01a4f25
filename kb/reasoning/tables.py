"""Flat tables: everything a status is worked out from, as plain rows that know no store.

Ids are slugs (`claim/x` is `x`), concepts are tokens, predicates are slugs. Dates are calendar
days; None is *not known*.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final, TypeVar

Period = tuple[date | None, date | None]
Triple = tuple[str, str, str | None]


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """What would be true. Without subject and predicate it takes no part in contradictions."""

    id: str
    statement: str | None = None
    kind: str | None = None
    subject: str | None = None
    predicate: str | None = None
    object: str | None = None
    polarity: str = "positive"
    begin_earliest: date | None = None
    begin_latest: date | None = None
    end_earliest: date | None = None
    end_latest: date | None = None
    held: str | None = None
    extent: str | None = None
    quantity_min: Decimal | None = None
    quantity_max: Decimal | None = None
    quantity_best: Decimal | None = None
    quantity_min_excluded: bool | None = None
    quantity_max_excluded: bool | None = None
    quantity_step: Decimal | None = None
    exactness: str | None = None
    unit: str | None = None
    counted: str | None = None
    condition: str | None = None
    condition_claims: tuple[str, ...] = ()  # the conditions that are claims
    happened_at: datetime | None = None  # with its zone
    roles: tuple[tuple[str, str], ...] = ()
    recorded: datetime | None = None
    invalidated: datetime | None = None
    revision_of: str | None = None


def entity_object(claim: ClaimRow) -> str | None:
    """The object of a claim, if it is an entity: neither a value in quotes nor a claim.

    >>> entity_object(ClaimRow("c", object="town")), entity_object(ClaimRow("c", object='"4 May"'))
    ('town', None)
    """
    other = claim.object is not None and claim.object.startswith(('"', "claim/"))
    return None if other else claim.object


@dataclass(frozen=True, slots=True)
class AssertionRow:
    """One speaker's stance on one claim in one source; `relays` are the speakers in between,
    outermost first.
    """

    id: str
    claim: str | None = None
    source: str | None = None
    quote: str | None = None
    speaker: str | None = None
    stance: str | None = None
    scope: tuple[str, ...] = ()
    target: str | None = None
    relays: tuple[str, ...] = ()
    said_from: date | None = None
    said_to: date | None = None
    basis: str | None = None
    form: str | None = None
    manner: str | None = None
    on_behalf: tuple[str, ...] = ()
    degree: str | None = None
    standing: str | None = None
    said_at: datetime | None = None
    reading: str | None = None
    speaker_certain: bool | None = None
    occurred_from: date | None = None
    occurred_to: date | None = None
    recorded: datetime | None = None
    invalidated: datetime | None = None
    revision_of: str | None = None


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One document: who wrote it and who published it, between which days, what it copies.

    `version_of` is the document that it replaces, `state` how it is marked, from `state_from` on.
    """

    id: str
    author: str | None = None
    published_from: date | None = None
    published_to: date | None = None
    copy_of: str | None = None
    publisher: str | None = None
    co_authors: tuple[str, ...] = ()
    version_of: str | None = None
    state: str | None = None
    state_from: date | None = None


@dataclass(frozen=True, slots=True)
class AffiliationRow:
    """A dated tie between a member and a party; a missing bound is no bound."""

    member: str
    relation: str
    party: str
    from_date: date | None = None
    to_date: date | None = None
    invalidated: datetime | None = None
    recorded: datetime | None = None
    id: str = ""
    revision_of: str | None = None


@dataclass(frozen=True, slots=True)
class JudgementRow:
    """An analyst's decision; `about` and `other` are path and id, as `claim/x`. A copy of a range
    of lines has its `span`: code points
    from 0, end exclusive."""

    kind: str
    about: str | None = None
    other: str | None = None
    verdict: str | None = None
    recorded: datetime | None = None
    invalidated: datetime | None = None
    id: str = ""
    revision_of: str | None = None
    span: tuple[int, int] | None = None
    certainty: str | None = None  # of a contradiction: certain where it is not told


@dataclass(frozen=True, slots=True)
class EntityRow:
    """Somebody or something, how it is named (named, unnamed, collective, unattributed), and what
    it lies within.

    `described` is how an unnamed one is described, empty for all others.
    """

    id: str
    naming: str = "named"
    within: tuple[str, ...] = ()
    described: str = ""


@dataclass(frozen=True, slots=True)
class PredicateRow:
    """What a predicate declares about itself; `against_interest` names subject, object or a role."""

    id: str
    functional: str | None = None
    incompatible: tuple[str, ...] = ()
    inverse: str | None = None
    symmetric: bool = False
    initiates: tuple[str, ...] = ()
    terminates: tuple[str, ...] = ()
    entails: tuple[str, ...] = ()
    measures: str | None = None
    against_interest: tuple[str, ...] = ()
    across_sides: bool = False
    once: bool = False
    at_one_place: bool = False
    shares_of: str | None = None  # “object” where a quantity in percent is a part of the object


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """The numbers and choices a status follows; `accepts` lists the statuses that make a claim a
    fact.

    With `several_originals` a corroborated claim is a fact only where several originals support it.
    """

    id: str
    voices_to_corroborate: int = 2
    voices_without_stake: int = 1
    doubt_disputes: bool = False
    possible_contradiction_disputes: bool = False
    accepts: tuple[str, ...] = ("admitted", "corroborated")
    about_tolerance: Decimal = Decimal("0.1")  # part of a number by which “about” may be off
    about_certain: Decimal = Decimal(2)  # factor from which “about” is contradicted for certain
    several_originals: bool = False


# What a knowledge base without policies follows.
DEFAULT_POLICY: Final = PolicyRow("default", several_originals=True)


@dataclass(frozen=True, slots=True)
class Tables:
    """All tables of one knowledge base."""

    claims: tuple[ClaimRow, ...] = ()
    assertions: tuple[AssertionRow, ...] = ()
    sources: tuple[SourceRow, ...] = ()
    affiliations: tuple[AffiliationRow, ...] = ()
    judgements: tuple[JudgementRow, ...] = ()
    entities: tuple[EntityRow, ...] = ()
    predicates: tuple[PredicateRow, ...] = ()
    policies: tuple[PolicyRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two claims that cannot both be true (`certain`) or perhaps cannot (`possible`); `claim_a`
    sorts before `claim_b`.
    """

    claim_a: str
    claim_b: str
    kind: str
    certainty: str
    rule: str


_Recorded = TypeVar("_Recorded", ClaimRow, AssertionRow, AffiliationRow, JudgementRow)


def view(tables: Tables, as_of: date | None = None, known_on: date | None = None) -> Tables:
    """What had been published by the end of `as_of` and recorded by the end of `known_on` (UTC);
    None is no limit, but then
    what has been invalidated is left out.

    What is known to have been said after `as_of`, a later mark on a document, and a later version of
    it do not count. A record as it stood on `known_on` has the id of the record that it has become since. A source
    counts from its latest publication
    bound; one without is left out of a view with `as_of` (see `undated`). A record without a
    recorded time is left out of a view with
    `known_on`; a claim of which nobody had spoken is left out of both. Sources themselves stay:
    lineage is timeless.

    >>> tables = Tables(assertions=(AssertionRow("a", source="s"),), sources=(SourceRow("s", published_to=date(2020, 6, 6)),))
    >>> [len(view(tables, as_of=date(2020, 6, day)).assertions) for day in (5, 6)]
    [0, 1]
    """
    out = {s.id for s in tables.sources if as_of and s.published_to and s.published_to <= as_of}
    assertions = tuple(
        a
        for a in _known(tables.assertions, known_on)
        if as_of is None or (a.source in out and not (a.said_from and a.said_from > as_of))
    )
    spoken = {a.claim for a in assertions}
    dated = as_of is not None or known_on is not None
    return replace(
        tables,
        claims=tuple(c for c in _known(tables.claims, known_on) if c.id in spoken or not dated),
        assertions=assertions,
        sources=tables.sources
        if as_of is None
        else tuple(_as_of(s, as_of, out) for s in tables.sources),
        affiliations=_known(tables.affiliations, known_on),
        judgements=_known(tables.judgements, known_on),
    )


def _as_of(source: SourceRow, as_of: date, out: Collection[str]) -> SourceRow:
    """A source as it was on a day: without a later mark, and no version of anything yet."""
    if source.state and source.state_from and source.state_from > as_of:
        source = replace(source, state=None)
    return source if source.id in out or not source.version_of else replace(source, version_of=None)


def undated(tables: Tables) -> tuple[str, ...]:
    """Ids of the sources that views with `as_of` leave out, because no latest day of publication is
    known.

    >>> undated(Tables(sources=(SourceRow("a"), SourceRow("b", published_to=date(2020, 6, 6)))))
    ('a',)
    """
    return tuple(sorted(s.id for s in tables.sources if s.published_to is None))


def standing(rows: Iterable[_Recorded], known_on: date | None = None) -> dict[str, str]:
    """Id of each record that stood on a day → the id under which it stands: its own, or that of the
    record it has become since.

    Rows without an id always stand for themselves, and are not told.

    >>> day = datetime(2020, 6, 6, tzinfo=UTC)
    >>> rows = (ClaimRow("c", recorded=day, revision_of="c~1"), ClaimRow("c~1", recorded=day.replace(day=1), invalidated=day))
    >>> standing(rows, date(2020, 6, 3)), standing(rows)
    ({'c~1': 'c'}, {'c': 'c'})
    """
    found = list(rows)
    later = {r.revision_of: r.id for r in found if r.revision_of}
    stood = sorted(
        (r for r in found if r.id and _stood(r, known_on)),
        key=lambda r: (r.recorded and day_of(r.recorded) or date.min, r.id),
    )
    return {old: new for new, old in {_heir(r.id, later): r.id for r in stood}.items()}


def _heir(id: str, later: Mapping[str, str]) -> str:
    """What a record has become since; in a circle of revisions, which is an error, the first one
    met twice.
    """
    met = {id}
    while (following := later.get(id)) is not None and following not in met:
        id = following
        met.add(id)
    return id


def _stood(row: _Recorded, known_on: date | None) -> bool:
    if known_on is None:
        return row.invalidated is None
    recorded = row.recorded is not None and day_of(row.recorded) <= known_on
    return recorded and not (row.invalidated and day_of(row.invalidated) <= known_on)


def _known(rows: tuple[_Recorded, ...], known_on: date | None) -> tuple[_Recorded, ...]:
    """Rows of the view, no longer marked as invalidated or revised: a view of a view is the same
    view.
    """
    names = standing(rows, known_on)
    stood = (r for r in rows if r.id in names or not r.id and _stood(r, known_on))
    return tuple(_bare(r, names.get(r.id, r.id)) for r in stood)


def _bare(row: _Recorded, id: str) -> _Recorded:
    if row.id == id and row.invalidated is None and row.revision_of is None:
        return row
    return replace(row, id=id, invalidated=None, revision_of=None)


def day_of(moment: datetime) -> date:
    """The day of a moment, in UTC."""
    return (moment if moment.tzinfo is None else moment.astimezone(UTC)).date()
