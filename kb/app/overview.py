"""One page on a knowledge base: how much there is, how it stands, and where somebody says
otherwise, with the words of both sides.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kb.model.records import Assertion
from kb.model.vocabulary import HEADLINES
from kb.reasoning.status import StatusRow
from kb.reasoning.tables import Contradiction
from kb.workspace.catalog import Known


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
    other: str = ""


@dataclass(frozen=True, slots=True)
class Overview:
    """Numbers of records by what they are, numbers of claims by status, open disputes: denials
    first, then doubts and pairs.
    """

    counts: Mapping[str, int]
    statuses: Mapping[str, int]
    disputes: tuple[Open, ...]


def overview(
    known: Known, rows: Mapping[str, StatusRow], pairs: Iterable[Contradiction]
) -> Overview:
    """The page, from the records that count and what follows for them."""
    heads = Counter(row.headline for row in rows.values())
    counts = {
        "documents": len(known.sources),
        "assertions": sum(not a.invalidated for a in known.assertions.values()),
        "claims": sum(not c.invalidated for c in known.claims.values()),
    }
    answered = _answered(known)
    facing = {
        (p.claim_a, p.claim_b): _pair(known, p)
        for p in sorted(pairs, key=lambda p: (p.claim_a, p.claim_b, p.certainty != "certain"))
    }
    contrary = sorted(facing.values(), key=lambda o: (o.how != "certain", o.claim, o.other))
    return Overview(
        counts,
        {h: heads[h] for h in HEADLINES if heads[h]},
        (*answered, *(o for o in contrary if o.affirmed and o.against)),
    )


def _answered(known: Known) -> list[Open]:
    found = []
    for claim in known.claims:
        affirmed = _said(known, claim, "affirms")
        for how, stance in (("denied", "denies"), ("doubted", "doubts")):
            against = _said(known, claim, stance)
            if affirmed and against:
                found.append(Open(claim, how, affirmed, against))
    return sorted(found, key=lambda o: (o.how, o.claim))


def _pair(known: Known, row: Contradiction) -> Open:
    one, other = row.claim_a, row.claim_b
    return Open(
        one, row.certainty, _said(known, one, "affirms"), _said(known, other, "affirms"), other
    )


def _said(known: Known, claim: str, stance: str) -> tuple[Said, ...]:
    """One assertion a speaker, where it stands first in its document: what is said outright before
    what is only presupposed.
    """
    rows = [
        a
        for a in known.assertions.values()
        if a.claim == claim and a.stance == stance and not a.invalidated
    ]
    first = {a.speaker: a for a in sorted(rows, key=_rank, reverse=True)}
    return tuple(
        Said(a.id, claim, stance, a.speaker or "", a.source or "")
        for a in sorted(first.values(), key=lambda a: a.id)
    )


def _rank(said: Assertion) -> tuple[bool, str]:
    return said.form in {"presupposed", "headline", "teaser"}, said.id
