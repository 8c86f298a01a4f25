"""States of a knowledge base that the pages show, each computed once and kept.

A state is kept as long as no file has changed: the present, and a few views as of other days.
"""

from __future__ import annotations

import secrets
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable
from typing import Final, TypeVar

from kb import notes
from kb.app import knowledge_base
from kb.app.knowledge_base import KnowledgeBase
from kb.errors import Invalid, Problem, Unreadable
from kb.presentation import condition_words
from kb.system import garbage
from kb.web.days import Days
from kb.web.look import Look
from kb.web.present import Present
from kb.workspace.caches import record_cache

T = TypeVar("T")
# Views of other days that are kept, and how many assertions they may have together, since a view of
# 100,000 claims can take a gigabyte. The last view is kept in any case.
KEPT: Final = 5
ASSERTIONS: Final = 200_000
# Problems with one code that are named one by one.
NAMED: Final = 5


class Desk:
    """A knowledge base in a folder, for pages that are made one after the other.

    `coder` are the initials that forms suggest.
    """

    def __init__(self, folder: str | None, read_only: bool = False, coder: str = "") -> None:
        self.folder = folder
        self.read_only = read_only
        self.coder = coder
        # Proves that a form was made by this run of the server, for this browser.
        self.secret = secrets.token_urlsafe(24)
        self._present = Present()
        self._kept: OrderedDict[tuple[object, ...], Look] = OrderedDict()
        self._recent: record_cache.Recent = {}
        self._notes: list[str] = []
        notes.listen(self._notes.append)

    def together(self, days: Days, build: Callable[[Look], T]) -> T:
        """Return what `build` makes of one state of the files; it is repeated if a command wrote
        meanwhile. Raises KbError.
        """
        kb = knowledge_base.open(self.folder)
        kb.session.cache.recent = self._recent

        def built() -> T:
            """Build from the present state, and keep that state if it still is the present one."""
            key, look = self._look(kb, days)
            result = build(look)
            # A command may have written meanwhile; then the records are those of another state.
            if key[0] is not None and kb.session.state() == key[0]:
                self._keep(key, look)
            return result

        return kb.together(built)

    def prepare(self) -> None:
        """Compute the present state, so that the first page is as fast as the others. It is for the
        start of a server, once in a process.
        """
        self.together(Days(), _prepared)
        garbage.settled()

    def write(self, what: str, change: Callable[[KnowledgeBase], T]) -> T:
        """Return what `change` returns, as the only writer. `what` is the change in words. Raises
        KbError.
        """
        kb = knowledge_base.open(self.folder)
        if blocking := kb.condition().blocking():
            raise Invalid(blocking)
        with kb.writing(what):
            result = change(kb)
        kb.update_index()  # with the copy on which the change was tried
        return result

    def _look(self, kb: KnowledgeBase, days: Days) -> tuple[tuple[object, ...], Look]:
        """Return the present state, or a view of it, with its key; from what is kept if nothing has
        changed.
        """
        self._notes.clear()
        condition = kb.condition()
        if policy := condition.unknown_policy():
            raise Unreadable(f"{policy.place}: {policy.message}", policy.hint)
        kb.refresh()
        state = kb.session.state()
        key = (state, days)
        now = self._present.look(kb, state, condition.digests)
        warnings = (*_sentences(condition.problems), *self._notes)
        missing = _sentences(condition.missing())
        present = now.over(kb, warnings, missing)
        if days.present:
            return key, present
        kept = self._kept.get(key)
        answers = kept.kb if kept else kb.at(days.as_of, days.known_on, days.policy or None)
        answers.session.cache.texts.clear()
        look = (kept or Look(answers, days)).over(answers, warnings, missing)
        look.present = present
        return key, look

    def _keep(self, key: tuple[object, ...], look: Look) -> None:
        """Keep a state. Forget states of other files, and those that were not used for the longest
        time.
        """
        self._present.keep(key[0], look.present)
        for other in [other for other in self._kept if other[0] != key[0]]:
            del self._kept[other]
        if not look.days.present:
            self._kept[key] = look
            self._kept.move_to_end(key)
        most = min(KEPT, ASSERTIONS // (len(look.present.known.assertions) or 1))
        while len(self._kept) > max(1, most):
            self._kept.popitem(last=False)


def _prepared(look: Look) -> tuple[object, ...]:
    """Compute what pages show, except what would make the start of a large server much longer."""
    look.known.exactly("")  # indexes the names of records
    found = (look.disputes, look.counts, look.ranked, look.pairs, look.waiting, look.network)
    rest = (look.surroundings, look.shared, look.kb.queries())
    return (*found, *rest, *((look.inbox(),) if look.quick else ()))


def _sentences(problems: Iterable[Problem]) -> list[str]:
    """Return problems as sentences, a few of each code."""
    seen = Counter[str]()
    sentences = []
    for problem in problems:
        seen[problem.code] += 1
        if seen[problem.code] <= NAMED:
            sentences.append(condition_words.sentence(problem))
    more = (
        f"{number - NAMED} more like these ({code}); kb validate lists all."
        for code, number in seen.items()
        if number > NAMED
    )
    return [*sentences, *more]
