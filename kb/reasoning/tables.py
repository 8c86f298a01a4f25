"""Tables: everything that statuses are computed from, as plain rows that do not depend on a store.

Ids are slugs (`claim/x` is `x`), concepts are tokens, predicates are slugs. Dates are calendar
days. None means not known.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

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
    place. `described` is the description of somebody unnamed, empty for all others. `people` tells
    whether it is a person or a group of people, and not an organisation, `place` whether it is a
    place or a state.
    """

    id: str
    naming: str = "named"
    within: tuple[str, ...] = ()
    described: str = ""
    people: bool = True
    place: bool = False


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
    shares_of: str | None = None  # object or subject, the whole of which percentages are shares


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
