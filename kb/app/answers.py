"""The verbs that only read, over one session: those of a knowledge base, and of a view of it."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kb.app import exports, questions, search, selection, statuses
from kb.app.condition import Condition
from kb.app.materialisation import Outcome
from kb.app.overview import Overview
from kb.app.selection import Wanted
from kb.app.session import Session, T
from kb.app.stored_files import File
from kb.errors import Ambiguous, Problem, Usage
from kb.model.rdf_terms import Term, Triple
from kb.model.records import Source
from kb.rdf import query_runner
from kb.reasoning.contradictions import Contradiction
from kb.reasoning.forecasts import Forecast, Record
from kb.reasoning.sensitivity import Flip
from kb.reasoning.status import StatusRow
from kb.store import Reader
from kb.workspace import index
from kb.workspace.catalog import RECORDS, Known
from kb.workspace.folder import Folder
from kb.workspace.saved_queries import SavedQuery


@dataclass(frozen=True, slots=True)
class Answers:
    """What can be asked; each verb is done by the module of `kb.app` that it is named after."""

    session: Session

    # --- what is read

    @property
    def folder(self) -> Folder:
        """The folder of the knowledge base."""
        return self.session.folder

    def condition(self) -> Condition:
        """What cannot be read, is missing, or does not fit."""
        return self.session.condition()

    def files(self) -> tuple[list[File], list[Problem]]:
        """All stored files and what keeps any from being read."""
        return self.session.files()

    def whole(self) -> list[File]:
        """All stored files. Raises Invalid where one cannot be read."""
        return self.session.whole()

    def known(self) -> Known:
        """All records, looked up by the names people use."""
        return self.session.known()

    def document(self, source: Source) -> str | None:
        """The text of a source, None where it is not available."""
        return self.session.document(source)

    def queries(self) -> dict[str, SavedQuery]:
        """Saved queries by name."""
        return self.session.queries()

    def refresh(self, anew: bool = False) -> index.Refreshed:
        """Bring the index up to the text, or build it anew."""
        return self.session.refresh(anew)

    def together(self, look: Callable[[], T]) -> T:
        """What `look` finds by several questions, all answered from one state of the files."""
        return self.session.together(look)

    def resolve(
        self,
        known: Known,
        name: str,
        kinds: Sequence[str] = RECORDS,
        also: Container[str] = (),
    ) -> str:
        """Return the key of the record that a name means (`Known.resolve`). Raises Usage; of a
        record that is not in this view but in the whole, it says that.
        """
        excerpt = self.session.excerpt
        try:
            return known.resolve(name, kinds, also)
        except Ambiguous:
            raise
        except Usage:
            if excerpt and excerpt.whole:
                excerpt.whole.known().resolve(name, kinds)
                raise Usage(
                    f"“{name}” is not in this view: it came later.", "leave out the date"
                ) from None
            raise

    # --- statuses and what follows from them

    def status(self) -> Outcome:
        """Every claim's status, by the policy of this knowledge base."""
        return statuses.status(self.session)

    def status_of(self, claim: str) -> Outcome:
        """The status of one claim, by its id, and what contradicts it."""
        return statuses.status_of(self.session, claim)

    def read(self, look: Callable[[Reader], T]) -> T:
        """What `look` finds in the index of the present text."""
        return self.session.read(look)

    def standings(self) -> dict[str, str]:
        """Status of every claim in a word, looked up in the index."""
        return statuses.standings(self.session)

    def standing(self, claim: str) -> str:
        """Status of one claim in a word; empty where it has none."""
        return statuses.standing(self.session, claim)

    def contradictions(
        self,
        claim: str = "",
        place: str = "",
        kind: str = "",
        certainty: str = "",
        found: Outcome | None = None,
    ) -> list[Contradiction]:
        """Pairs of claims that cannot both be true, or perhaps cannot. Raises Usage."""
        return statuses.contradictions(self.session, claim, place, kind, certainty, found)

    def what_if(self, claim: str) -> list[Flip]:
        """Every single record without which a claim's status would be different."""
        return statuses.what_if(self.session, claim)

    def fragile(self) -> list[Flip]:
        """Claims whose status depends on one record, with that record."""
        return statuses.fragile(self.session)

    def facts(self, found: Outcome | None = None) -> list[StatusRow]:
        """Statuses of the claims that the policy accepts."""
        return statuses.facts(self.session, found)

    def forecasts(self, found: Outcome | None = None) -> list[Forecast]:
        """Every forecast, its outcome, and the claims that decide it."""
        return statuses.forecasts(self.session, found)

    def forecast_records(self, found: Sequence[Forecast] | None = None) -> list[Record]:
        """How often each voice was right, over these forecasts, or all."""
        return statuses.forecast_records(self.session, found)

    def overview(self) -> Overview:
        """Amounts, statuses, and the open disputes with both sides."""
        return statuses.overview(self.session)

    def conditions(self) -> dict[str, str]:
        """Policy, dates and selection of these answers, in words."""
        return statuses.conditions(self.session)

    # --- questions

    def query(
        self,
        name: str,
        values: Mapping[str, str],
        known: Known | None = None,
        limits: query_runner.Limits = query_runner.ASKED,
    ) -> query_runner.Result:
        """Answer a saved question, an export, or SPARQL text, in a child with limits. Raises Usage,
        Refused, query_runner.OverLimit.
        """
        return questions.query(self.session, name, values, known, limits)

    def query_at(self, endpoint: str, name: str, values: Mapping[str, str]) -> query_runner.Result:
        """Ask a SPARQL server elsewhere, by HTTP."""
        return questions.query_at(self.session, endpoint, name, values)

    def find(self, words: str, limit: int = 20) -> list[search.Hit]:
        """Records whose names, statements or passages look like these words."""
        return questions.find(self.session, words, limit)

    def sheet(self, name: str) -> str:
        """A source's records as a sheet."""
        return questions.sheet(self.session, name)

    def passage(self, known: Known, quote: str | None) -> tuple[str, int]:
        """A passage, or its fragment where the text is not available; and its line, 0 where not
        known.
        """
        return questions.passage(self.session, known, quote)

    def short(self, term: Term) -> str:
        """A value as a reader wants it: ids without the base, tokens without their list."""
        return questions.short(self.session, term)

    # --- exports

    def only(self, wanted: Wanted) -> View:
        """The part that somebody wants, with everything it needs to be read without the rest."""
        return View(selection.selected(self.session, wanted))

    def fitting(self, wanted: Wanted, known: Known, statuses: Mapping[str, str]) -> set[str]:
        """Ids of the claims that fit, of those that have a status (claim → status). Raises Usage."""
        return selection.chosen(self.session, wanted, known, statuses)

    def triples(self) -> list[Triple]:
        """All triples that count now, literals as written. Raises Invalid."""
        return exports.triples(self.session)

    def exports(self) -> list[str]:
        """What can be exported as text."""
        return exports.exports(self.session)

    def export(self, kind: str) -> str:
        """All records in a format, or a saved export. Raises Usage."""
        return exports.export(self.session, kind)

    def export_jsonld(self, target: Path) -> list[Path]:
        """All records as JSON-LD, with its context beside it. Returns the paths written."""
        return exports.export_jsonld(self.session, target)

    def export_csv(self, target: Path) -> list[Path]:
        """All records as tables in a folder, every value exactly. Returns the paths written."""
        return exports.export_csv(self.session, target)

    def export_spreadsheet(self, target: Path, delimiter: str = ",") -> list[Path]:
        """The same tables for a spreadsheet. Returns the paths written."""
        return exports.export_spreadsheet(self.session, target, delimiter)


@dataclass(frozen=True, slots=True)
class View(Answers):
    """A part of a knowledge base: as it was on a date, or what was chosen from it. It is fixed when
    it is made; statuses are those computed on the whole.
    """

    @property
    def chosen(self) -> frozenset[str] | None:
        """The claims of a selection, without those that only came along; None where nothing was
        chosen.
        """
        return self.session.chosen
