"""Summary of a knowledge base on one page: disputes with both sides, documents, and the statuses of
news, background and commentary.
"""

from __future__ import annotations

from bisect import insort
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from kb.model.records import Assertion, Claim
from kb.model.vocabulary import STATUSES
from kb.reasoning.outcome.status_row import StatusRow
from kb.reasoning.tables import Contradiction
from kb.workspace.catalogs.catalog import Known

Part = Literal["news", "background", "commentary"]
PARTS: Final[tuple[Part, ...]] = ("news", "background", "commentary")
# How a claim is disputed, in the order of the page, and the stances that answer an affirmation.
HOW: Final = ("denied", "doubted", "certain", "possible")
_ANSWERS: Final = {"denies": "denied", "doubts": "doubted"}
# Days before publication in which an event is still news: papers print every day, weeklies look
# back on one week, and a date of publication may be off by some days.
NEWS_DAYS: Final = 14
# Kinds of claims that interpret events instead of reporting them.
COMMENTARY: Final = frozenset({"cause", "evaluation", "forecast", "intent"})


@dataclass(frozen=True, slots=True)
class Said:
    """One assertion on one side of a dispute: its id, the claim it is about, the stance, and the
    ids of speaker and source.
    """

    assertion: str
    claim: str
    stance: str
    speaker: str
    source: str


@dataclass(frozen=True, slots=True)
class Open:
    """A claim, who affirms it, and who denies or doubts it; or, with `other`, who affirms a claim
    that perhaps excludes it.

    `how` is denied, doubted, or the certainty of the contradiction: certain or possible.
    """

    claim: str
    how: str
    affirmed: tuple[Said, ...]
    against: tuple[Said, ...]
    part: Part
    other: str = ""


@dataclass(frozen=True, slots=True)
class Overview:
    """Numbers of records, open disputes, and for each part its number of claims by status.

    Disputes come in this order: denied, doubted, certain pairs, possible pairs; news before
    background before commentary.
    """

    counts: Mapping[str, int]
    parts: Mapping[Part, Mapping[str, int]]
    disputes: tuple[Open, ...]


def overview(
    known: Known, rows: Mapping[str, StatusRow], pairs: Iterable[Contradiction]
) -> Overview:
    """Return the summary of the current records and their statuses."""
    parts = {claim: _part(known, claim) for claim, one in known.claims.items() if _counts(one)}
    statuses: Mapping[Part, Mapping[str, int]] = {
        part: _statuses(rows, parts, part) for part in PARTS
    }
    return Overview(counts(known), statuses, disputes(known, rows, pairs))


def counts(known: Known) -> dict[str, int]:
    """Return the numbers of documents, and of assertions and claims that count."""
    return {
        "documents": len(known.sources),
        "assertions": sum(not said.invalidated for said in known.assertions.values()),
        "claims": sum(not claim.invalidated for claim in known.claims.values()),
    }


def disputes(
    known: Known,
    rows: Mapping[str, StatusRow],
    pairs: Iterable[Contradiction],
    among: Collection[str] | None = None,
) -> tuple[Open, ...]:
    """Return the open disputes, in the order of `Overview`; those about one of the claims `among`,
    or all.

    A forecast and what happened are not rival accounts: `kb forecasts` shows these pairs.
    """
    near = [p for p in pairs if among is None or p.claim_a in among or p.claim_b in among]
    facing = {}
    for pair in sorted(near, key=lambda p: (p.claim_a, p.claim_b, p.certainty != "certain")):
        if pair.kind != "forecast":
            facing[pair.claim_a, pair.claim_b] = pair
    found = [_pair(known, pair) for pair in facing.values()]
    for claim in _answered(known, among):
        found += [_sides(known, claim, stance) for stance in _ANSWERS]
    both = (one for one in found if one.affirmed and one.against and _supported(rows, one))
    return tuple(sorted(both, key=_place))


def merged(found: Iterable[Open], others: Iterable[Open]) -> tuple[Open, ...]:
    """Return disputes that are sorted already, with a few others in their places."""
    disputes = list(found)
    for one in others:
        insort(disputes, one, key=_place)
    return tuple(disputes)


def _place(one: Open) -> tuple[int, int, str, str]:
    """Return the place of a dispute in the order of `Overview`."""
    return HOW.index(one.how), PARTS.index(one.part), one.claim, one.other


def _counts(claim: Claim) -> bool:
    return not claim.invalidated


def _answered(known: Known, among: Collection[str] | None) -> set[str]:
    """Return the claims that somebody denies or doubts; those `among` these, or all."""
    said: Iterable[Assertion] = known.assertions.values()
    if among is not None:
        said = (one for claim in among for one in known.said(claim))
    found = {one.claim for one in said if one.stance in _ANSWERS and one.claim}
    return {id for id in found if id in known.claims and _counts(known.claims[id])}


def _supported(rows: Mapping[str, StatusRow], found: Open) -> bool:
    """Return whether each claim of a dispute still has a voice: none has withdrawn its word."""
    claims = [found.claim, found.other] if found.other else [found.claim]
    return all(claim in rows and rows[claim].voices_for for claim in claims)


def _statuses(
    rows: Mapping[str, StatusRow], parts: Mapping[str, Part], part: Part
) -> Mapping[str, int]:
    """Count the claims of a part by status, in the order of the vocabulary."""
    heads = Counter(row.status for claim, row in rows.items() if parts.get(claim) == part)
    return {status: heads[status] for status in STATUSES if heads[status]}


def _part(known: Known, claim: str) -> Part:
    """Return the part of the page to which a claim belongs."""
    sources = (known.sources.get(a.source or "") for a in known.said(claim) if not a.invalidated)
    published = (source.published_from for source in sources if source and source.published_from)
    return part_of(known.claims[claim], published)


def part_of(claim: Claim, published: Iterable[date]) -> Part:
    """Return the part to which a claim belongs, given the first possible days on which the
    documents that mention it were published.

    A claim is news if it began within NEWS_DAYS before one of these days, or later. What began
    earlier, or on no known day, is background.

    >>> part_of(Claim("x", kind="event", begin_earliest=date(2024, 3, 1)), [date(2024, 3, 2)])
    'news'
    >>> part_of(Claim("x", kind="state"), [date(2024, 3, 2)])
    'background'
    """
    if claim.kind in COMMENTARY:
        return "commentary"
    began = claim.begin_earliest
    if began and any(day - timedelta(days=NEWS_DAYS) <= began for day in published):
        return "news"
    return "background"


def _sides(known: Known, claim: str, stance: str) -> Open:
    """Return a claim with those who affirm it, beside those who have this stance."""
    affirmed, against = _said(known, claim, "affirms"), _said(known, claim, stance)
    return Open(claim, _ANSWERS[stance], affirmed, against, _part(known, claim))


def _pair(known: Known, row: Contradiction) -> Open:
    """Return two contradicting claims as a dispute; it is commentary where one of them is."""
    one, other = row.claim_a, row.claim_b
    part = max(_part(known, one), _part(known, other), key=PARTS.index)
    affirmed, against = _said(known, one, "affirms"), _said(known, other, "affirms")
    return Open(one, row.certainty, affirmed, against, part, other)


def _said(known: Known, claim: str, stance: str) -> tuple[Said, ...]:
    """Return one assertion for each speaker: outright statements before presupposed ones, then the
    first by id. Left out are speakers who only call the claim possible, or who retracted it.
    """
    about = [a for a in known.said(claim) if not a.invalidated]
    retracted = {a.speaker for a in about if a.stance == "retracts"}
    counted = [
        a
        for a in about
        if a.stance == stance and a.degree != "possible" and a.speaker not in retracted
    ]
    first = {a.speaker: a for a in sorted(counted, key=_rank, reverse=True)}
    return tuple(
        Said(a.id, claim, stance, a.speaker or "", a.source or "")
        for a in sorted(first.values(), key=lambda a: a.id)
    )


def _rank(said: Assertion) -> tuple[bool, str]:
    return said.form in {"presupposed", "headline", "teaser"}, said.id
