"""Statuses and what follows from them: contradictions, facts, forecasts, and what would change
them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Final

from kb import notes
from kb.app.session import Session
from kb.errors import Usage
from kb.model import identifiers
from kb.model.vocabulary import CERTAINTIES, CONTRADICTIONS, NS
from kb.reasoning.tables import Tables
from kb.store import Reader
from kb.system.modules import later
from kb.workspace.catalogs.catalog import Known

if TYPE_CHECKING:
    from kb.app.derivation import extraction, kept_statuses, lookups, materialisation
    from kb.app.derivation.kept_statuses import Statuses
    from kb.app.derivation.materialisation import ComputedStatuses
    from kb.app.inquiry import overview as pages
    from kb.app.inquiry.overview import Overview
    from kb.reasoning import dated_tables
    from kb.reasoning.analysis import forecasts as predictions
    from kb.reasoning.analysis import retellings as repetitions
    from kb.reasoning.analysis import sensitivity, timeline
    from kb.reasoning.analysis import surroundings as neighbours
    from kb.reasoning.analysis.forecasts import Forecast, TrackRecord
    from kb.reasoning.analysis.retellings import Retelling
    from kb.reasoning.analysis.sensitivity import Flip
    from kb.reasoning.analysis.surroundings import Surroundings
    from kb.reasoning.analysis.timeline import Turn
    from kb.reasoning.content import twins as same_content
    from kb.reasoning.contradiction import contradictions as contradicting
    from kb.reasoning.contradiction.contradictions import Contradiction
    from kb.reasoning.outcome import status as status_rules
    from kb.reasoning.outcome.status_row import StatusRow
    from kb.reasoning.tables import PolicyRow
else:
    extraction = later("kb.app.derivation.extraction")
    kept_statuses = later("kb.app.derivation.kept_statuses")
    lookups = later("kb.app.derivation.lookups")
    materialisation = later("kb.app.derivation.materialisation")
    pages = later("kb.app.inquiry.overview")
    contradicting = later("kb.reasoning.contradiction.contradictions")
    dated_tables = later("kb.reasoning.dated_tables")
    status_rules = later("kb.reasoning.outcome.status")
    predictions = later("kb.reasoning.analysis.forecasts")
    repetitions = later("kb.reasoning.analysis.retellings")
    neighbours = later("kb.reasoning.analysis.surroundings")
    sensitivity = later("kb.reasoning.analysis.sensitivity")
    timeline = later("kb.reasoning.analysis.timeline")
    same_content = later("kb.reasoning.content.twins")

_STATUS: Final = "?s kb:statusOf ?x ; kb:status ?found"


def status(session: Session) -> Statuses:
    """Look up the status of every claim and all contradictions in the index, under the policy of
    this knowledge base. They are computed if there is no index.
    """
    if session.excerpt:
        return session.excerpt.found
    found = session.named(lambda names: (names.statuses(), names.contradictions()))
    return kept_statuses.read(*found) if found else session.worked_out()


def computed(session: Session) -> ComputedStatuses:
    """Compute the status of every claim; for those who also need what that was computed from."""
    return session.excerpt.found if session.excerpt else session.worked_out()


def tables(session: Session) -> Tables:
    """Return the tables that statuses are computed from."""
    return session.excerpt.found.tables if session.excerpt else session.tables()


def declarations(session: Session) -> Tables:
    """Return the declared predicates and policies, without records."""
    if session.excerpt:
        return session.excerpt.found.tables
    return session.read(
        lambda store: extraction.declarations(lookups.Lookups(store, session.folder.base))
    )


def status_of(session: Session, claim: str) -> ComputedStatuses:
    """Return the status of one claim, by its id, and its contradictions. Other claims are not
    computed.
    """
    if session.excerpt:
        return session.excerpt.found
    return session.read(lambda store: session.derivation().around(store, [claim]))


def kept(session: Session, claim: str) -> Statuses:
    """Look up the status of one claim in the index, by its id, without contradictions. It is
    computed if there is no index.
    """
    if session.excerpt:
        return session.excerpt.found
    found = session.named(lambda names: names.statuses([claim]))
    return status_of(session, claim) if found is None else kept_statuses.read(found)


def contradictions(
    session: Session,
    claim: str = "",
    place: str = "",
    kind: str = "",
    certainty: str = "",
    found: Statuses | None = None,
) -> list[Contradiction]:
    """Return the pairs of claims that certainly or possibly cannot both be true.

    They can be limited to a claim, to a place and everything within it, and to a kind.

    `found` are the statuses where they are known already. Raises Usage if a name, a kind or a
    certainty is not known.
    """
    for word, words in ((kind, CONTRADICTIONS), (certainty, CERTAINTIES)):
        if word and word not in words:
            raise Usage(
                f"“{word}” is not one of {', '.join(words)}.",
                identifiers.suggestion(word, words, f"one of {', '.join(words)}"),
            )
    named = claim or place  # only names need the records
    known, found = session.together(
        lambda: (session.known() if named else Known(), found or status(session))
    )
    one = known.claim(claim).id if claim else ""
    where = known.entity(place) if place else ""
    return contradicting.selected(
        found.contradictions,
        tables(session) if where else Tables(),
        claim=one,
        place=where,
        kind=kind,
        certainty=certainty,
    )


def what_if(session: Session, claim: str, near: Surroundings | None = None) -> list[Flip]:
    """Return every single record without which a claim's status would be different, largest
    change first. `claim` is its id; `near` are the surroundings if they are known already.
    """
    whole, policy = _around(session, claim, near)
    return sensitivity.what_if_near(whole, policy, claim) if whole else []


def turns(session: Session, claim: str, near: Surroundings | None = None) -> list[Turn]:
    """Return when the status of a claim changed because of a publication, oldest first, with the
    cause. `claim` is its id; `near` are the surroundings if they are known already.
    """
    whole, policy = _around(session, claim, near)
    return timeline.published_on(whole, policy, claim) if whole else []


def surroundings(session: Session) -> Surroundings:
    """Return the look-up of what can matter to the status of a claim, for several claims."""
    return neighbours.surroundings(dated_tables.view(tables(session)))


def _around(
    session: Session, claim: str, near: Surroundings | None
) -> tuple[Surroundings | None, PolicyRow]:
    """Return the surroundings of a claim, None if it has no status, and the policy."""
    if near is None or session.excerpt:
        found = status_of(session, claim)
        near = near or neighbours.surroundings(dated_tables.view(found.tables))
        return near if claim in found.rows else None, found.policy
    return near if claim in near.claims else None, _policy(session, near.tables)


def changes(session: Session, start: date, end: date) -> list[Turn]:
    """Return the statuses that changed because of publications from `start` to `end`."""
    found = tables(session)
    return timeline.published(found, _policy(session, found), start, end)


def changes_recorded(session: Session, start: date, end: date) -> list[Turn]:
    """Return the statuses that changed because records were added, edited or withdrawn."""
    found = session.outcome(session.memory(session.files()[0]))
    return timeline.recorded(found.tables, found.policy, start, end)


def fragile(session: Session) -> list[Flip]:
    """Return the claims whose status depends on one record, with the record that changes it
    most, largest change first.
    """
    found = tables(session)
    each = partial(notes.counted, what="leaving out one record")
    return sensitivity.fragile(found, _policy(session, found), each)


def _policy(session: Session, declared: Tables) -> PolicyRow:
    """Return the policy of a knowledge base, or of a view of it."""
    if session.excerpt:
        return session.excerpt.found.policy
    return materialisation.policy_named(declared.policies, session.folder.policy)


def facts(session: Session, found: Statuses | None = None) -> list[StatusRow]:
    """Return the statuses of the claims that the policy accepts, by claim, without states that have
    ended.

    In a selection, only chosen claims count. `found` are the statuses if they are known already.
    """
    found = found or status(session)
    policy, chosen = _policy(session, declarations(session)), session.chosen
    return [
        row
        for row in found.rows.values()
        if status_rules.accepted(row, policy)
        and "ended" not in row.flags
        and (chosen is None or row.claim in chosen)
    ]


def forecasts(session: Session, found: Statuses | None = None) -> list[Forecast]:
    """Return forecasts with their outcomes and the claims that decide them, in the order in which
    they were made.

    `found` are the statuses if they are known already.
    """
    found = found or status(session)
    return predictions.forecasts(dated_tables.view(tables(session)), found.rows)


def forecast_records(
    session: Session, found: Sequence[Forecast] | None = None
) -> list[TrackRecord]:
    """Return how often each voice was right, in these forecasts or in all."""
    return predictions.track_records(forecasts(session) if found is None else found)


def overview(
    session: Session, known: Known | None = None, found: Statuses | None = None
) -> Overview:
    """Return one page: counts, statuses, and the open disputes with both sides. `known` and `found`
    are the records and statuses if they were read already.
    """
    known, found = session.together(lambda: (known or session.known(), found or status(session)))
    return pages.overview(known, found.rows, found.contradictions)


def status_words(session: Session, claims: Iterable[str] | None = None) -> dict[str, str]:
    """Look up the status of these claims, or of every claim, in one word, in the index."""
    wanted = None if claims is None else set(claims)
    words = None if session.excerpt else session.named(lambda names: names.words(wanted))
    return _looked_up(session, wanted) if words is None else words


def status_word(session: Session, claim: str) -> str:
    """Look up the status of one claim, in one word, in the index."""
    return status_words(session, [claim]).get(claim, "")


def _looked_up(session: Session, claims: Iterable[str] | None) -> dict[str, str]:
    """Return the status of these claims, or of every claim, from the derived graph."""
    base = session.folder.base
    iris = None if claims is None else [(f"{base}claim/{claim}",) for claim in claims]

    def look(store: Reader) -> Sequence[Sequence[str]]:
        """Return pairs of a claim and its status."""
        found = lookups.Lookups(store, base)
        return found.all(_STATUS) if iris is None else found.rows("?x ?found", "?x", _STATUS, iris)

    pairs = session.read(look)
    return {x.removeprefix("claim/"): word.removeprefix(f"{NS}status-") for x, word in pairs}


def retellings(session: Session, found: Statuses | None = None) -> list[Retelling]:
    """Return words that may only repeat another document, if the claims would be less supported
    then. `found` are the statuses if they are known already.
    """

    def supported() -> list[Retelling]:
        """Return what repeats another document among the originals that support a claim."""
        rows = (found or status(session)).rows
        claims = {claim for claim, row in rows.items() if row.support == "several-originals"}
        if not claims:
            return []
        return repetitions.retellings(tables(session), claims)

    return session.together(supported)


def twins(session: Session) -> list[tuple[str, str]]:
    """Return the ids of claims that say the same, the later one first."""
    return same_content.twins(tables(session))


def undated(session: Session) -> tuple[str, ...]:
    """Return the ids of sources that a view as of a day leaves out, because nobody knows when they
    were published.
    """
    return dated_tables.undated(tables(session))


def conditions(session: Session) -> dict[str, str]:
    """Return policy, dates and selection of these answers, in words.

    A selection also names the chosen claims, because other claims were added to it.
    """
    made = session.excerpt.made if session.excerpt else {}
    chosen = session.chosen
    marked = {} if chosen is None else {"chosen": " ".join(sorted(chosen))}
    return {**made, **marked, "policy": session.folder.policy}
