"""Read-only answers of a knowledge base, and of a view of it, over one session."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kb.app.session import Session, T
from kb.errors import Ambiguous, Problem, Usage
from kb.model.rdf_terms import Term, Triple
from kb.model.records import Source
from kb.rdf import query_runner
from kb.store import Reader
from kb.system.modules import later
from kb.workspace.catalogs.catalog import RECORDS, Known
from kb.workspace.files.folder import Folder
from kb.workspace.indexing import index

if TYPE_CHECKING:
    from kb.app.checks.condition import Condition
    from kb.app.derivation.kept_statuses import Statuses
    from kb.app.derivation.materialisation import ComputedStatuses
    from kb.app.inquiry import questions, statuses, word_scores
    from kb.app.inquiry.overview import Overview
    from kb.app.publishing import exports, folders, interchange
    from kb.app.publishing.interchange import Handed
    from kb.app.stored_files import File
    from kb.app.views import public, selection
    from kb.app.views.wanted import Wanted
    from kb.reasoning.analysis.forecasts import Forecast, TrackRecord
    from kb.reasoning.analysis.sensitivity import Flip
    from kb.reasoning.analysis.surroundings import Surroundings
    from kb.reasoning.analysis.timeline import Turn
    from kb.reasoning.contradiction.contradictions import Contradiction
    from kb.reasoning.outcome.status_row import StatusRow
    from kb.workspace.files.saved_queries import SavedQuery
else:
    exports = later("kb.app.publishing.exports")
    folders = later("kb.app.publishing.folders")
    interchange = later("kb.app.publishing.interchange")
    questions = later("kb.app.inquiry.questions")
    public = later("kb.app.views.public")
    selection = later("kb.app.views.selection")
    statuses = later("kb.app.inquiry.statuses")


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
        """Problems: files that cannot be read, are missing, or do not fit."""
        return self.session.condition()

    def files(self) -> tuple[list[File], list[Problem]]:
        """All stored files, and the reasons why any cannot be read."""
        return self.session.files()

    def whole(self) -> list[File]:
        """All stored files. Raises Invalid if one cannot be read."""
        return self.session.whole()

    def known(self) -> Known:
        """The catalog of all records."""
        return self.session.known()

    def near(self) -> Known:
        """The catalog, for looking at a few records: only their files are read."""
        return self.session.near()

    def document(self, source: Source) -> str | None:
        """Return the text of a source, or None if it is not available."""
        return self.session.document(source)

    def queries(self) -> dict[str, SavedQuery]:
        """Saved queries by name."""
        return self.session.queries()

    def refresh(self, anew: bool = False) -> index.Refreshed:
        """Update the index, or build a new one."""
        return self.session.refresh(anew)

    def together(self, look: Callable[[], T]) -> T:
        """Answer several questions from one state of the files."""
        return self.session.together(look)

    def resolve(
        self,
        known: Known,
        name: str,
        kinds: Sequence[str] = RECORDS,
        also: Container[str] = (),
    ) -> str:
        """Return the key of the record that a name means (`Known.resolve`). Raises Usage; of a
        record that is not in this view but in the whole, it says why.
        """
        excerpt = self.session.excerpt
        try:
            return known.resolve(name, kinds, also)
        except Ambiguous:
            raise
        except Usage:
            if excerpt and excerpt.whole:
                excerpt.whole().resolve(name, kinds)
                raise excerpt.absent(name) from None
            raise

    # --- statuses and what follows from them

    def status(self) -> Statuses:
        """Look up the status of every claim and all contradictions, under the policy of this
        knowledge base.
        """
        return statuses.status(self.session)

    def status_of(self, claim: str) -> ComputedStatuses:
        """Return the status of one claim, by its id, and its contradictions."""
        return statuses.status_of(self.session, claim)

    def kept(self, claim: str) -> Statuses:
        """Look up the status of one claim in the index, by its id, without contradictions."""
        return statuses.kept(self.session, claim)

    def read(self, look: Callable[[Reader], T]) -> T:
        """Return what `look` finds in the index of the present files."""
        return self.session.read(look)

    def status_words(self, claims: Iterable[str] | None = None) -> dict[str, str]:
        """Look up the status of these claims, or of every claim, in one word, in the index."""
        return statuses.status_words(self.session, claims)

    def status_word(self, claim: str) -> str:
        """Look up the status of one claim, in one word, or "" if it has none."""
        return statuses.status_word(self.session, claim)

    def contradictions(
        self,
        claim: str = "",
        place: str = "",
        kind: str = "",
        certainty: str = "",
        found: Statuses | None = None,
    ) -> list[Contradiction]:
        """Return the pairs of claims that certainly or possibly cannot both be true. Raises
        Usage.
        """
        return statuses.contradictions(self.session, claim, place, kind, certainty, found)

    def what_if(self, claim: str, near: Surroundings | None = None) -> list[Flip]:
        """Return every single record without which a claim's status would be different. `near` are
        the surroundings if they are known already.
        """
        return statuses.what_if(self.session, claim, near)

    def turns(self, claim: str, near: Surroundings | None = None) -> list[Turn]:
        """Return when the status of a claim changed because of a publication, oldest first."""
        return statuses.turns(self.session, claim, near)

    def surroundings(self) -> Surroundings:
        """Return the look-up of what can matter to a status, for `what_if` and `turns`."""
        return statuses.surroundings(self.session)

    def fragile(self) -> list[Flip]:
        """Return the claims whose status depends on one record, with that record."""
        return statuses.fragile(self.session)

    def facts(self, found: Statuses | None = None) -> list[StatusRow]:
        """Return the statuses of the claims that the policy accepts."""
        return statuses.facts(self.session, found)

    def forecasts(self, found: Statuses | None = None) -> list[Forecast]:
        """Return every forecast with its outcome and the claims that decide it."""
        return statuses.forecasts(self.session, found)

    def forecast_records(self, found: Sequence[Forecast] | None = None) -> list[TrackRecord]:
        """Return how often each voice was right, in these forecasts or in all."""
        return statuses.forecast_records(self.session, found)

    def overview(self, known: Known | None = None, found: Statuses | None = None) -> Overview:
        """Return counts, statuses, and the open disputes with both sides. `known` and `found` are
        the records and statuses if they were read already.
        """
        return statuses.overview(self.session, known, found)

    def undated(self) -> tuple[str, ...]:
        """Return the ids of sources that a view as of a day leaves out, because nobody knows when
        they were published.
        """
        return statuses.undated(self.session)

    def conditions(self) -> dict[str, str]:
        """Return policy, dates and selection of these answers, in words."""
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

    def query_at(
        self, server: str, name: str, values: Mapping[str, str], seconds: float | None = None
    ) -> query_runner.Result:
        """Ask a SPARQL server: one of kb.toml by its name, or an address."""
        return questions.query_at(self.session, server, name, values, seconds)

    def find(self, words: str, limit: int = 20) -> list[word_scores.Hit]:
        """Find records whose names, statements or passages are similar to these words."""
        return questions.find(self.session, words, limit)

    def sheet(self, name: str) -> str:
        """Return a source's records as a sheet."""
        return questions.sheet(self.session, name)

    def passage(self, known: Known, quote: str | None) -> tuple[str, int]:
        """Return a passage, or its fragment if the text is not available, and its line, 0 if
        unknown.
        """
        return questions.passage(self.session, known, quote)

    def in_sentence(self, known: Known, quote: str | None) -> tuple[str, str, str]:
        """Return a passage between the rest of its first and the rest of its last sentence."""
        return questions.in_sentence(self.session, known, quote)

    def short(self, term: Term) -> str:
        """Shorten a value for readers: ids without the base, tokens without their list."""
        return questions.short(self.session, term)

    # --- exports

    def only(self, wanted: Wanted) -> View:
        """Return a part of the knowledge base, with everything it needs to be read alone."""
        return View(selection.selected(self.session, wanted))

    def fitting(self, wanted: Wanted, known: Known, statuses: Mapping[str, str]) -> set[str]:
        """Return the ids of the claims that fit a selection, among those with a status. Raises
        Usage.
        """
        return selection.chosen(self.session, wanted, known, statuses)

    def public(self) -> View:
        """Return what may leave: without records that are marked sensitive, and with the statuses
        that the others have alone. Exports are always made from it.
        """
        return View(public.public(self.session))

    def without_texts(self) -> View:
        """Return what may leave, without the texts of documents."""
        return View(public.without_texts(self.session))

    def with_sensitive(self) -> View:
        """Return the same, with exports that keep what is marked sensitive: for your own copies."""
        return View(public.everything(self.session))

    def triples(self) -> list[Triple]:
        """Return all triples that count now, with literals as written. Raises Invalid."""
        return exports.triples(self.session)

    def exports(self) -> list[str]:
        """Return what can be exported as text."""
        return exports.exports(self.session)

    def export(self, kind: str, derived: bool = False) -> str:
        """Export all records in a format, or a saved export. `derived` adds statuses, voices,
        contradictions, ontology and a description. Raises Usage.
        """
        return exports.export(self.session, kind, derived)

    def interchange(self, kind: str) -> Handed:
        """Export all records in a format of other programs, and report what it has no place
        for. Raises Usage.
        """
        return interchange.write(self.session, kind)

    def export_folder(self, kind: str, documents: bool = False) -> Handed:
        """Return the files of `notes` or `ro-crate`, and what they have no place for."""
        return folders.write(self.session, kind, documents)

    def export_jsonld(self, target: Path) -> list[Path]:
        """Write all records as JSON-LD, with its context beside it. Return the paths written."""
        return exports.export_jsonld(self.session, target)

    def export_csv(self, target: Path) -> list[Path]:
        """Write all records as tables with exact values into a folder. Return the paths written."""
        return exports.export_csv(self.session, target)

    def export_parquet(self, target: Path) -> list[Path]:
        """Write all records and what is computed as Parquet files into a folder. Return the paths
        written. Raises Usage if the writer is not installed.
        """
        return exports.export_parquet(self.session, target)

    def export_xlsx(self) -> bytes:
        """Return all records as an Excel workbook. Raises Usage if its writer is not installed."""
        return exports.export_xlsx(self.session)

    def export_spreadsheet(self, target: Path, delimiter: str = ",") -> list[Path]:
        """Write the same tables for a spreadsheet. Return the paths written."""
        return exports.export_spreadsheet(self.session, target, delimiter)


@dataclass(frozen=True, slots=True)
class View(Answers):
    """A part of a knowledge base: as it was on a date, or what was chosen from it. It does not
    change after it is made; its statuses were computed from all records.
    """

    @property
    def chosen(self) -> frozenset[str] | None:
        """The chosen claims of a selection, without those added for completeness, or None
        without a selection.
        """
        return self.session.chosen
