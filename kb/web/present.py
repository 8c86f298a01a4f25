"""The present state of a knowledge base, which follows changes of its files.

Reading all records and statuses takes long where there are many. So the last state is kept, and
what a change reaches is read again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from kb.app.followed_statuses import FollowedStatuses
from kb.app.inquiry import followed_surroundings, overview
from kb.app.inquiry.worklist import waits
from kb.app.knowledge_base import KnowledgeBase
from kb.model.records import Assertion, Claim, Record, Source
from kb.presentation import status_rows
from kb.reasoning.outcome.status_row import StatusRow
from kb.system import garbage
from kb.web.days import Days
from kb.web.look import Look
from kb.workspace.catalogs.catalog import Known
from kb.workspace.catalogs.followed_catalog import Changed, FollowedCatalog
from kb.workspace.files import ontology
from kb.workspace.indexing.name_table import NameTable

T = TypeVar("T")
# Name of a state (`Session.state`).
State = tuple[str, ...]


@dataclass(slots=True)
class _Followed:
    """A state with what is needed to follow the next change."""

    state: State
    look: Look
    catalog: FollowedCatalog
    statuses: FollowedStatuses
    declared: Mapping[str, str]  # digests of the files of the ontology


class Present:
    """The last present state, brought up to date when somebody looks."""

    def __init__(self) -> None:
        self._last: _Followed | None = None

    def look(self, kb: KnowledgeBase, state: State | None, digests: Mapping[str, str]) -> Look:
        """Return the present state. `digests` are those of the files (`Condition`)."""
        # One that is half up to date must not be kept if anything fails.
        last, self._last = self._last, None
        if state is not None and last and last.state == state:
            self._last = last
        elif state is not None:
            with garbage.paused():
                self._last = _following(kb, state, digests, last) or _read(kb, state, digests)
        return self._last.look if self._last else Look(kb, Days())

    def keep(self, state: object, look: Look) -> None:
        """Keep what was computed for the state with this name, if it still is the last one."""
        if self._last and self._last.state == state:
            self._last.look = look


def _read(kb: KnowledgeBase, state: State, digests: Mapping[str, str]) -> _Followed | None:
    """Read all records and statuses; None if the index has no statuses."""
    statuses = _of_index(kb, FollowedStatuses)
    if statuses is None:
        return None
    session = kb.session
    catalog = FollowedCatalog(session.empty())
    catalog.read(session.folder, session.cache.recent)
    look = _look(kb, catalog.known, statuses)
    return _Followed(state, look, catalog, statuses, _ontology(digests))


def _following(
    kb: KnowledgeBase, state: State, digests: Mapping[str, str], last: _Followed | None
) -> _Followed | None:
    """Bring the last state up to date; None if that is not possible."""
    changed = last.catalog.follow(kb.folder, digests) if last else None
    if last is None or changed is None:
        return None
    known, statuses = last.catalog.known, last.statuses
    moved = _of_index(kb, statuses.follow)
    if moved is None:
        return None
    known.predicates = kb.session.empty().predicates
    reached = moved | _reached(known, changed)
    look = _look(kb, known, statuses)
    if last.look.__dict__.get("waiting") is not None:
        look.waiting = last.look.waiting + sum(map(_waiting, changed.values()))
    _reorder(last.look, look, reached)
    declared = _ontology(digests)
    near = last.look.__dict__.get("surroundings") if declared == last.declared else None
    if near and (followed := followed_surroundings.follow(near, known, changed)):
        look.surroundings = followed
    return _Followed(state, look, last.catalog, statuses, declared)


def _reorder(last: Look, look: Look, reached: Collection[str]) -> None:
    """Make the disputes, and the order of all claims, from those of the last state; only those of
    the claims that a change reached are computed.
    """
    rows, pairs = look.outcome.rows, look.outcome.contradictions
    kept = (one for one in last.disputes if one.claim not in reached and one.other not in reached)
    look.disputes = overview.merged(kept, overview.disputes(look.known, rows, pairs, reached))
    ranked: Sequence[StatusRow] | None = last.__dict__.get("ranked")
    if ranked is not None:
        before, claims = last.outcome.rows, look.known.claims
        gone = (before[one] for one in reached if one in before)
        new = (rows[one] for one in reached if one in rows and one in claims)
        look.ranked = status_rows.exchanged(ranked, gone, new)


def _ontology(digests: Mapping[str, str]) -> dict[str, str]:
    """Return the digests of the files that declare predicates and policies."""
    return {
        name: digest
        for name, digest in digests.items()
        if name.endswith(ontology.SUFFIX) and not name.startswith("claims/")
    }


def _of_index(kb: KnowledgeBase, look: Callable[[NameTable], T]) -> T | None:
    """Return what is found in the table of the index; None if there is no index."""
    answers = kb.session.cache.answers  # up to date already
    return answers.asked(kb.session, lambda _: answers.named(look))


def _look(kb: KnowledgeBase, known: Known, statuses: FollowedStatuses) -> Look:
    look = Look(kb, Days())
    look.known, look.outcome = known, statuses.found
    return look


def _waiting(pair: tuple[Record | None, Record | None]) -> int:
    """Return by how much a changed record changes the number of unchecked assertions."""
    before, after = (isinstance(one, Assertion) and waits(one) for one in pair)
    return after - before


def _reached(known: Known, changed: Changed) -> set[str]:
    """Return the claims whose disputes depend on changed records."""
    records = [one for pair in changed.values() for one in pair if one]
    return {claim for one in records for claim in _claims(known, one)}


def _claims(known: Known, record: Record) -> Iterable[str]:
    """Yield the claims whose disputes depend on a record."""
    match record:
        case Claim():
            yield record.id
        case Assertion():
            yield record.claim or ""
        case Source():
            # The days of publication tell news from background.
            yield from (a.claim or "" for a in known.assertions.values() if a.source == record.id)
