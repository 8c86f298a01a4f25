"""What somebody wants of a knowledge base, and the part of it that holds that and stands alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from kb.app import questions, statuses
from kb.app.closure import closure
from kb.app.dated_views import taken
from kb.app.materialisation import Outcome
from kb.app.session import Excerpt, Session
from kb.errors import Usage
from kb.model import identifiers
from kb.model.rdf_terms import Answer
from kb.model.records import Claim
from kb.model.vocabulary import HEADLINES
from kb.workspace.catalog import Known, past


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which claims: those a saved question (with its values) names, spoken of in one of these
    sources, at one of these places or
    within it, with one of these headlines. What is empty restricts nothing; names are as people
    write them.
    """

    query: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    sources: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    headlines: tuple[str, ...] = ()

    def words(self) -> str:
        """The selection in words; empty where everything is wanted.

        >>> Wanted(places=("oldport",), headlines=("disputed", "denied-only")).words()
        'place oldport; status disputed or denied-only'
        """
        asked = (
            f"query {' '.join([self.query, *(f'{k}={v}' for k, v in self.values.items())])}"
            if self.query
            else ""
        )
        lists = (("source", self.sources), ("place", self.places), ("status", self.headlines))
        return "; ".join(
            filter(
                None,
                [asked, *(f"{name} {' or '.join(values)}" for name, values in lists if values)],
            )
        )


def selected(whole: Session, wanted: Wanted) -> Session:
    """The claims wanted with everything they need to stand alone: whatever any record of it refers
    to is in it.

    Statuses are those worked out on the whole. Raises Usage for names that are not known and for a
    question that names no claims.
    """
    known, found = whole.together(lambda: (whole.known(), statuses.status(whole)))
    wanted = replace(
        wanted,
        sources=tuple(known.source(name).id for name in wanted.sources),
        places=tuple(known.entity(name) for name in wanted.places),
    )
    sources = set(wanted.sources)
    chosen = _chosen(whole, wanted, known, found, sources)
    grounds = {
        claim: {other for reason in found.rows[claim].reasons for other in reason.claims}
        for claim in chosen
    }
    keys = closure(known, chosen, sources, grounds)
    claims = {key.removeprefix("claim/") for key in keys if key.startswith("claim/")}
    assertions = {key.removeprefix("assertion/") for key in keys}
    outcome = replace(
        found,
        rows={c: row for c, row in found.rows.items() if c in claims},
        voices={a: voice for a, voice in found.voices.items() if a in assertions},
        echoes={a: other for a, other in found.echoes.items() if {a, other} <= assertions},
        contradictions=[p for p in found.contradictions if {p.claim_a, p.claim_b} <= claims],
    )
    stored = (f for f in whole.whole() if not past(f.path))
    made = {k: v for k, v in statuses.conditions(whole).items() if k != "policy"}
    excerpt = Excerpt(
        part=taken(stored, keys, whole.folder.base),
        found=outcome,
        chosen=frozenset(chosen),
        made=made | {"selection": wanted.words() or "everything"},
        whole=whole,
    )
    return Session(whole.folder, excerpt)


def _chosen(
    whole: Session, wanted: Wanted, known: Known, found: Outcome, sources: set[str]
) -> set[str]:
    """Ids of the claims that fit everything wanted."""
    for headline in wanted.headlines:
        if headline not in HEADLINES:
            raise Usage(
                f"“{headline}” is not a headline.",
                identifiers.suggestion(headline, HEADLINES, ", ".join(HEADLINES)),
            )
    chosen = set(found.rows) & known.claims.keys()
    if wanted.query:
        chosen &= _named(whole, wanted, known)
    if sources:
        chosen &= {a.claim for a in known.assertions.values() if a.source in sources and a.claim}
    if wanted.places:
        places = _within(known, set(wanted.places))
        chosen &= {c.id for c in known.claims.values() if places.intersection(_parts(c))}
    if wanted.headlines:
        chosen &= {c for c, row in found.rows.items() if row.headline in wanted.headlines}
    return chosen


def _parts(claim: Claim) -> Iterable[str | None]:
    """Entities that take part in a claim, or where it is."""
    return (claim.subject, claim.object, *(entity for _, entity in claim.roles()))


def _within(known: Known, places: set[str]) -> set[str]:
    """These places and all that lie within them, at any depth."""
    found = set(places)
    while more := {e.id for e in known.entities.values() if found.intersection(e.within)} - found:
        found |= more
    return found


def _named(whole: Session, wanted: Wanted, known: Known) -> set[str]:
    """Claims that the answer of a saved question names, itself or by an assertion on them."""
    allowed = questions.allowed(whole, wanted.query)
    answer = questions.query(whole, wanted.query, wanted.values, known, allowed)
    terms = (
        []
        if isinstance(answer, bool)
        else [
            t for row in (answer.rows if isinstance(answer, Answer) else answer) for t in row if t
        ]
    )
    keys = {t.value.removeprefix(whole.folder.base) for t in terms if t.kind == "iri"}
    claims = {key.removeprefix("claim/") for key in keys if key.startswith("claim/")}
    claims |= {a.claim for a in known.assertions.values() if a.path + a.id in keys and a.claim}
    if not claims and (terms or isinstance(answer, bool)):
        raise Usage(
            f"the answer of “{wanted.query}” names no claims.",
            "choose a question with claims in its answer: kb queries",
        )
    return claims
