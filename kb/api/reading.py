"""Questions that Python programs ask of a knowledge base, or of a view of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from kb.api import answer_tables
from kb.api.exports import Export
from kb.api.state import Kept, State
from kb.api.tables import Card, Table
from kb.api.turns import alone
from kb.app import knowledge_base
from kb.app.answers import Answers
from kb.app.views.wanted import Wanted
from kb.errors import Usage
from kb.model.rdf_terms import Answer
from kb.presentation import (
    answer_rows,
    cards,
    contradiction_words,
    explanation,
    fact_rows,
    forecast_rows,
    record_fields,
    removals,
    status_rows,
)

if TYPE_CHECKING:
    from kb.reasoning.analysis.sensitivity import Flip

T = TypeVar("T")
# A name, or several that are alternatives.
Names = str | tuple[str, ...] | list[str]
# The words that select claims.
SELECTING: Final = ("status", "source", "place", "kind", "about", "speaker", "text")
# A day, also as text: "2024-03-02".
Day = date | str | None


class Reading:
    """What can be asked of a knowledge base, or of a view of it. It is never changed by asking."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self._kept = Kept()

    def __repr__(self) -> str:
        """Return a line with the folder; nothing is read for it."""
        made = answer_words(self._answers)
        return f"<{type(self).__name__} {str(self.folder)!r}{made}>"

    @property
    def folder(self) -> Path:
        """The folder of the knowledge base."""
        return self._answers.folder.root

    def _look(self, ask: Callable[[State], T]) -> T:
        """Answer from one state of the files."""
        return self._answers.together(lambda: ask(self._kept.state(self._answers)))

    # --- records

    def claims(self) -> Table:
        """Return a row for each claim with its status."""
        return self._table("claims")

    def assertions(self) -> Table:
        """Return a row for each assertion: who takes which stance on which claim, and where."""
        return self._table("assertions")

    def sources(self) -> Table:
        """Return a row for each source."""
        return self._table("sources")

    def entities(self) -> Table:
        """Return a row for each person, place and other entity."""
        return self._table("entities")

    def quotes(self) -> Table:
        """Return a row for each passage."""
        return self._table("quotes")

    def affiliations(self) -> Table:
        """Return a row for each relation between two entities."""
        return self._table("affiliations")

    def judgements(self) -> Table:
        """Return a row for each decision of an analyst."""
        return self._table("judgements")

    @alone
    def _table(self, name: str) -> Table:
        return self._look(lambda state: answer_tables.labelled(state, *state.tables[name]))

    @alone
    def show(self, name: str) -> Card:
        """Return one record, with everything about it. `name` is its id, or anything that names it.
        Raises Usage.
        """

        def shown(state: State) -> Card:
            """Look the record up."""
            kb, known = self._answers, state.known
            key = kb.resolve(known, name, also=known.past)
            return Card(cards.card(kb, known, key), record_fields.fields(kb, known, key))

        return self._look(shown)

    @alone
    def text(self, source: str) -> str | None:
        """Return the text of a source, or None if it is not available. Raises Usage."""
        return self._look(lambda state: self._answers.document(state.known.source(source)))

    @alone
    def find(self, words: str, limit: int = 20) -> Table:
        """Return the records whose names, statements or passages are similar to these words."""
        hits = self._answers.find(words, limit)
        rows = [(f"{hit.kind}/{hit.id}", hit.kind, hit.text, round(hit.score)) for hit in hits]
        return Table(("id", "kind", "text", "score"), rows)

    # --- statuses and what follows from them

    @alone
    def status(self, status: Names = (), **wanted: Names) -> Table:
        """Return the status of each claim, those that need attention first.

        `status` and the other words select claims, as in `only`. Raises Usage.
        """
        filters = selection(status=status, **wanted)

        def rows(state: State) -> Table:
            """Return the chosen rows."""
            found = state.outcome.rows
            words = {id: row.status for id, row in found.items()}
            ids = self._answers.fitting(filters, state.known, words)
            chosen = status_rows.ordered(map(found.__getitem__, ids))
            values = [status_rows.values(state.known, state.outcome, row) for row in chosen]
            return Table(status_rows.COLUMNS, [tuple(v.values()) for v in values])

        return self._look(rows)

    @alone
    def why(self, claim: str) -> Card:
        """Return the explanation of a status: rules, assertions and passages. Raises Usage."""

        def explained(state: State) -> Card:
            """Explain the status of the claim."""
            kb, known, outcome = self._answers, state.known, state.outcome
            row = outcome.rows[_claim(kb, state, claim)]
            values = explanation.grounds(kb, known, outcome, row)
            fields = dict(zip(explanation.COLUMNS, values, strict=True))
            return Card(explanation.explained(kb, known, outcome, row), fields)

        return self._look(explained)

    @alone
    def what_if(self, claim: str) -> Table:
        """Return every single record without which the status of a claim would be different. Raises
        Usage.
        """
        return self._look(
            lambda state: _flips(state, self._answers.what_if(_claim(self._answers, state, claim)))
        )

    @alone
    def fragile(self) -> Table:
        """Return the claims whose status depends on one record, with that record."""
        return self._look(lambda state: _flips(state, self._answers.fragile()))

    @alone
    def contradictions(self, claim: str = "", kind: str = "", certainty: str = "") -> Table:
        """Return the pairs of claims that certainly or possibly cannot both be true. Raises
        Usage.
        """

        def pairs(state: State) -> Table:
            """Return the chosen pairs with both statements."""
            found = self._answers.contradictions(
                claim, kind=kind, certainty=certainty, found=state.outcome
            )
            rows = map(contradiction_words.row, found)
            return answer_tables.labelled(state, contradiction_words.COLUMNS, rows)

        return self._look(pairs)

    @alone
    def facts(self) -> Table:
        """Return the claims that the policy accepts, with their days."""

        def accepted(state: State) -> Table:
            """Return a row for each."""
            conditions = self._answers.conditions()
            rows = [
                fact_rows.values(state.known, state.outcome, row, conditions)
                for row in self._answers.facts(state.outcome)
            ]
            return Table(fact_rows.COLUMNS, [tuple(row.values()) for row in rows])

        return self._look(accepted)

    @alone
    def forecasts(self) -> Table:
        """Return every forecast with its outcome."""

        def rows(state: State) -> Table:
            """Return a row for each."""
            found = self._answers.forecasts(state.outcome)
            made = [forecast_rows.row(state.known, state.outcome, one) for one in found]
            return Table(forecast_rows.COLUMNS, made)

        return self._look(rows)

    # --- questions

    @alone
    def questions(self) -> Table:
        """Return the saved questions, with their parameters."""
        found = answer_rows.ordered(self._answers.queries().values())
        return Table(("name", "parameters", "question"), map(answer_rows.question, found))

    @alone
    def ask(self, question: str, **parameters: object) -> Table | bool:
        """Answer a saved question, or SPARQL of your own: a table for SELECT, CONSTRUCT and
        DESCRIBE, True or False for ASK.

        A parameter is text, a number or a date: `ask("who-controlled", place="pier")`. Raises
        Usage for an unknown question, Refused for one that takes too long.
        """
        values = {name: written(value) for name, value in parameters.items()}

        def answered(state: State) -> Table | bool:
            """Return the answer with its labels."""
            found = self._answers.query(question, values, state.known)
            if isinstance(found, bool):
                return found
            if not isinstance(found, Answer):
                found = Answer(answer_rows.TRIPLE, found)
            return answer_tables.answer(state, self._answers, found)

        return self._look(answered)

    # --- views and exports

    @alone
    def at(self, as_of: Day = None, known_on: Day = None, policy: str | None = None) -> View:
        """Return the knowledge base as it was: what had been published and recorded by these days,
        under a policy. Raises Usage.
        """
        return View(self._answers_at(_day(as_of), _day(known_on), policy))

    def _answers_at(self, as_of: date | None, known_on: date | None, policy: str | None) -> Answers:
        if not isinstance(self._answers, knowledge_base.KnowledgeBase):
            raise Usage("this is a view already.", "take the view of another day from kb.open()")
        return self._answers.at(as_of, known_on, policy)

    @alone
    def only(self, status: Names = (), **wanted: Names) -> View:
        """Return the claims that fit, with all that is needed to read them alone.

        `status`, `source`, `place`, `kind`, `about`, `speaker` and `text` each are a name, or
        several that are alternatives: `only("disputed", place="pier")`. Raises Usage.
        """
        return View(self._answers.only(selection(status=status, **wanted)))

    def export(
        self,
        format: str,
        *,
        derived: bool = False,
        documents: bool = False,
        include_sensitive: bool = False,
    ) -> Export:
        """Return an export in one of the formats of `kb export`. `derived` adds statuses and
        ontology to RDF, `documents` the available texts to an RO-Crate. What is marked sensitive is
        left out, unless it is asked for. Raises Usage for an unknown format.

        `str(kb.export("turtle"))` is its text, `kb.export("csv").write("tables")` writes files.
        """
        answers = self._answers.with_sensitive() if include_sensitive else self._answers
        return Export(answers, format, derived, documents)


class View(Reading):
    """A part of a knowledge base, or its state on a day. It has the methods for reading, and does
    not change after it is made.
    """


def answer_words(answers: Answers) -> str:
    """Return the conditions of a view for its repr; empty for a knowledge base."""
    excerpt = answers.session.excerpt
    made = "".join(f", {name} {value}" for name, value in (excerpt.made if excerpt else {}).items())
    number = len(excerpt.chosen) if excerpt and excerpt.chosen is not None else None
    return made if number is None else f"{made}, {number} chosen claims"


def selection(**wanted: Names) -> Wanted:
    """Return a selection from words such as `status="disputed"`. Raises Usage for another word."""
    if unknown := next((name for name in wanted if name not in SELECTING), ""):
        raise Usage(f"claims cannot be selected by “{unknown}”.", f"use {', '.join(SELECTING)}")
    given = {name: _several(wanted.get(name, ())) for name in SELECTING}
    return Wanted(
        sources=given["source"],
        places=given["place"],
        statuses=given["status"],
        kinds=given["kind"],
        about=given["about"],
        speakers=given["speaker"],
        words=given["text"],
    )


def _several(value: Names) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _claim(kb: Answers, state: State, name: str) -> str:
    """Return the id of a claim. Raises Usage if it has no status."""
    id = kb.resolve(state.known, name, ("claim",)).removeprefix("claim/")
    if id not in state.outcome.rows:
        raise Usage(f"claim/{id} has no status.", f"show({id!r}) shows it")
    return id


def _flips(state: State, found: list[Flip]) -> Table:
    return Table(removals.COLUMNS, [removals.row(state.known, flip) for flip in found])


def written(value: object) -> str:
    """Return a value as an option of the command line takes it.

    >>> written(date(2024, 3, 2)), written(7)
    ('2024-03-02', '7')
    """
    return value.isoformat() if isinstance(value, date) else str(value)


def _day(value: Day) -> date | None:
    """Return a day. Raises Usage."""
    try:
        return date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        raise Usage(f"“{value}” is not a date.", "2020-06-30") from None


__all__ = ["Day", "Names", "Reading", "View"]
