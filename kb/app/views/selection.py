"""Selection of a part of a knowledge base that can be read alone."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from kb.app.derivation.materialisation import ComputedStatuses
from kb.app.excerpt import Excerpt
from kb.app.inquiry import questions, statuses
from kb.app.session import Session
from kb.app.views.closure import closure
from kb.app.views.dated_views import taken
from kb.app.views.wanted import Wanted
from kb.errors import Usage
from kb.model import identifiers
from kb.model.rdf_terms import Answer
from kb.model.records import Claim
from kb.model.vocabulary import KINDS, STATUSES
from kb.reasoning.outcome.status_row import StatusRow
from kb.workspace.catalogs.catalog import Known
from kb.workspace.catalogs.past_files import past


def selected(whole: Session, wanted: Wanted) -> Session:
    """Return the wanted claims with everything they need, so that each reference can be followed.

    Statuses are those of the whole knowledge base. Raises Usage for unknown names, and for a saved
    query whose answer has no claims.
    """
    known, found = whole.together(lambda: (whole.known(), statuses.computed(whole)))
    wanted = resolved(known, wanted)
    words = {claim: row.status for claim, row in found.rows.items()}
    claims = chosen(whole, wanted, known, words)
    grounds = {claim: _grounds(found.rows[claim]) for claim in claims}
    keys = closure(known, claims, set(wanted.sources), grounds)
    stored = (f for f in whole.whole() if not past(f.path))
    made = {k: v for k, v in statuses.conditions(whole).items() if k != "policy"}
    excerpt = Excerpt(
        part=taken(stored, keys, whole.folder.base),
        found=_narrowed(found, keys),
        chosen=frozenset(claims),
        made=made | {"selection": wanted.described() or "everything"},
        whole=whole.known,
        withheld=whole.withheld,
        hides=whole.hides,
    )
    return Session(whole.folder, excerpt, (whole, lambda other: selected(other, wanted)))


def _grounds(row: StatusRow) -> set[str]:
    """Return the other claims that explain a status."""
    return {claim for reason in row.reasons for claim in reason.claims}


def _narrowed(found: ComputedStatuses, keys: Collection[str]) -> ComputedStatuses:
    """Limit computed results to the claims and assertions with these keys."""
    claims = {key.removeprefix("claim/") for key in keys if key.startswith("claim/")}
    said = {key.removeprefix("assertion/") for key in keys if key.startswith("assertion/")}
    return replace(
        found,
        rows={c: row for c, row in found.rows.items() if c in claims},
        voices={a: voice for a, voice in found.voices.items() if a in said},
        echoes={a: other for a, other in found.echoes.items() if {a, other} <= said},
        contradictions=[p for p in found.contradictions if {p.claim_a, p.claim_b} <= claims],
    )


def chosen(whole: Session, wanted: Wanted, known: Known, statuses: Mapping[str, str]) -> set[str]:
    """Return the ids of the claims that fit a selection, among those with a status. Raises Usage
    for an unknown name or word.
    """
    _checked(wanted.statuses, STATUSES, "a status")
    _checked(wanted.kinds, KINDS, "a kind of claim")
    wanted = resolved(known, wanted)
    claims = statuses.keys() & known.claims.keys()
    if wanted.query:
        claims &= _named(whole, wanted, known)
    if wanted.statuses:
        claims &= {claim for claim, status in statuses.items() if status in wanted.statuses}
    return claims & _by_record(known, wanted, claims)


def resolved(known: Known, wanted: Wanted) -> Wanted:
    """Return the selection with ids in place of names. Raises Usage for an unknown name."""
    return replace(
        wanted,
        sources=tuple(known.source(name).id for name in wanted.sources),
        places=tuple(known.entity(name) for name in wanted.places),
        about=tuple(known.entity(name) for name in wanted.about),
        speakers=tuple(known.entity(name) for name in wanted.speakers),
    )


def _by_record(known: Known, wanted: Wanted, among: set[str]) -> set[str]:
    """Return the claims whose own fields fit."""
    if not (wanted.kinds or wanted.words or wanted.about or wanted.places):
        return _by_assertion(known, wanted, among)
    claims = {id: known.claims[id] for id in among}
    found = {id for id, c in claims.items() if not wanted.kinds or c.kind in wanted.kinds}
    if wanted.words:
        words = [text.casefold().split() for text in wanted.words]
        found &= {id for id, claim in claims.items() if _contains(claim, words)}
    if wanted.about:
        about = set(wanted.about)
        found &= {id for id, claim in claims.items() if not about.isdisjoint(claim.participants())}
    if wanted.places:
        places = _within(known, set(wanted.places))
        found &= {id for id, claim in claims.items() if not places.isdisjoint(claim.participants())}
    return found & _by_assertion(known, wanted, found)


def _by_assertion(known: Known, wanted: Wanted, among: set[str]) -> set[str]:
    """Return the claims with an assertion by one of these speakers, in one of these sources."""
    found = set(among)
    if not (wanted.speakers or wanted.sources):
        return found
    said = [a for a in known.assertions.values() if not a.invalidated and a.claim]
    if wanted.speakers:
        found &= {a.claim for a in said if a.speaker in wanted.speakers and a.claim}
    if wanted.sources:
        found &= {a.claim for a in said if a.source in wanted.sources and a.claim}
    return found


def _contains(claim: Claim, words: Iterable[list[str]]) -> bool:
    """Tell whether the statement of a claim contains all words of one of these texts."""
    statement = (claim.statement or "").casefold()
    return any(all(word in statement for word in text) for text in words)


def _checked(given: Iterable[str], words: tuple[str, ...], what: str) -> None:
    """Raise Usage, with the nearest word, where one is not in the list."""
    for word in given:
        if word not in words:
            raise Usage(
                f"“{word}” is not {what}.",
                identifiers.suggestion(word, words, ", ".join(words)),
            )


def _within(known: Known, places: set[str]) -> set[str]:
    """Return these places and all places within them, at any depth."""
    found = set(places)
    while more := {e.id for e in known.entities.values() if found.intersection(e.within)} - found:
        found |= more
    return found


def _named(whole: Session, wanted: Wanted, known: Known) -> set[str]:
    """Return the claims in the answer of a saved query, directly or through their assertions."""
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
