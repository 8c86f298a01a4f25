"""Tables: everything that statuses are computed from, as plain rows that do not depend on a store.

Ids are slugs (`claim/x` is `x`), concepts are tokens, predicates are slugs. Dates are calendar
days. None means not known.
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
    """A claim. Without subject and predicate it takes no part in computed contradictions."""

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
    """Return the object of a claim if it is an entity, not a value in quotes and not a claim.

    >>> entity_object(ClaimRow("c", object="town")), entity_object(ClaimRow("c", object='"4 May"'))
    ('town', None)
    """
    other = claim.object is not None and claim.object.startswith(('"', "claim/"))
    return None if other else claim.object


@dataclass(frozen=True, slots=True)
class AssertionRow:
    """One speaker's stance on one claim in one source.

    `relays` are the speakers in between, the outermost first.
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
    """One document.

    `version_of` is the document that it replaces. `state` is its mark, which counts from
    `state_from` on.
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
    """A dated tie between a member and a party. A missing date sets no limit."""

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
    """An analyst's decision.

    `about` and `other` are path and id, as `claim/x`. If only a part of a document is a copy,
    `span` is that part: start and end, in code points from 0, end exclusive. `certainty` is that of
    a contradiction; None counts as certain.
    """

    kind: str
    about: str | None = None
    other: str | None = None
    verdict: str | None = None
    recorded: datetime | None = None
    invalidated: datetime | None = None
    id: str = ""
    revision_of: str | None = None
    span: tuple[int, int] | None = None
    certainty: str | None = None


@dataclass(frozen=True, slots=True)
class EntityRow:
    """Somebody or something.

    `naming` is named, unnamed, collective or unattributed. `within` are the places that contain a
    place. `described` is the description of an unnamed speaker, empty for all others.
    """

    id: str
    naming: str = "named"
    within: tuple[str, ...] = ()
    described: str = ""


@dataclass(frozen=True, slots=True)
class PredicateRow:
    """The declarations of a predicate. `against_interest` contains subject, object or roles."""

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
    shares_of: str | None = None  # “object” if a quantity in percent is a share of the object


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """The numbers and choices by which statuses are computed.

    `accepts` lists the statuses that make a claim a fact. With `several_originals`, a corroborated
    claim is a fact only if several originals support it.
    """

    id: str
    voices_to_corroborate: int = 2
    voices_without_stake: int = 1
    doubt_disputes: bool = False
    possible_contradiction_disputes: bool = False
    accepts: tuple[str, ...] = ("admitted", "corroborated")
    about_tolerance: Decimal = Decimal("0.1")  # part of a number by which “about” may be off
    about_certain: Decimal = Decimal(2)  # factor from which a number certainly contradicts “about”
    several_originals: bool = False


# The policy of a knowledge base without policies.
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
    """Two claims that cannot both be true (`certain`) or perhaps cannot (`possible`).

    `claim_a` sorts before `claim_b`.
    """

    claim_a: str
    claim_b: str
    kind: str
    certainty: str
    rule: str


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
