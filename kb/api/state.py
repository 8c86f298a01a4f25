"""State of a knowledge base as answers use it: records and statuses, kept while nothing changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, Final

from kb.api import turns
from kb.app.answers import Answers
from kb.app.computed import Computed
from kb.app.publishing import exports
from kb.errors import Unreadable
from kb.model.rdf_terms import Term
from kb.presentation import condition_words

# Problems with one code that are named one by one.
NAMED: Final = 5


class State(Computed):
    """Tables and labels as well, for programs."""

    @cached_property
    def tables(self) -> Mapping[str, tuple[Sequence[str], Sequence[Sequence[Any]]]]:
        """The tables of an export, by name, with what is marked sensitive: they stay here."""
        return exports.values(self.kb.with_sensitive().session)

    @cached_property
    def _labels(self) -> Mapping[str, Mapping[str, str]]:
        return exports.labels(self.known)

    def labels_of(self, column: str) -> Mapping[str, str]:
        """Return the labels of the ids in a column; empty if it has no ids."""
        return self._labels.get(column, {})

    def label(self, term: Term | None) -> str | None:
        """Return the label of the record that a value of an answer names, None if it names none."""
        base = self.kb.folder.base
        if term is None or term.kind != "iri" or not term.value.startswith(base):
            return None
        path, _, id = term.value.removeprefix(base).partition("/")
        column = {"entity": "subject", "claim": "claim", "source": "source"}.get(path, "")
        return self.labels_of(column).get(id)


class Kept:
    """The last state of a knowledge base, as long as no file changes."""

    def __init__(self) -> None:
        self._key: object = None
        self._state: State | None = None

    def state(self, kb: Answers) -> State:
        """Return the present state; the kept one if nothing has changed. Warn about what is missing
        from it. Raises Unreadable if the policy is unknown.
        """
        if kb.session.excerpt:
            return self._keep("view", kb)
        kb.refresh()
        key = kb.session.state()
        if self._state is not None and key is not None and key == self._key:
            return self._state
        _warn(kb)
        return self._keep(key, kb)

    def _keep(self, key: object, kb: Answers) -> State:
        if self._state is None or key != self._key or key is None:
            self._key, self._state = key, State(kb)
        return self._state


def _warn(kb: Answers) -> None:
    """Warn about the problems of a knowledge base. Raises Unreadable if its policy is unknown."""
    found = kb.condition()
    if policy := found.unknown_policy():
        raise Unreadable(f"{policy.place}: {policy.message}", policy.hint)
    seen = Counter[str]()
    for problem in found.problems:
        seen[problem.code] += 1
        if seen[problem.code] <= NAMED:
            turns.note(condition_words.sentence(problem))
    for code, number in seen.items():
        if number > NAMED:
            turns.note(f"{number - NAMED} more like these ({code}); validate() lists all")
