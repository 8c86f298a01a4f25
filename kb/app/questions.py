"""What people ask of a knowledge base: statuses, saved questions, records by name, exports. Nothing
here writes to it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kb.app import overview, search, validation
from kb.app.materialisation import Outcome
from kb.app.overview import Overview
from kb.app.session import Holdings
from kb.coding import decompiler, yaml_writer
from kb.errors import Usage
from kb.exchange import csv, jsonld, rdf
from kb.model import identifiers
from kb.model.rdf_terms import Term, Triple
from kb.model.vocabulary import CERTAINTIES, CONTRADICTIONS, NS, PREDICATES, SCHEMES
from kb.rdf import query_runner, turtle_reader
from kb.reasoning import forecasts, sensitivity
from kb.reasoning.contradictions import Contradiction, selected
from kb.reasoning.forecasts import Forecast, Record
from kb.reasoning.sensitivity import Flip
from kb.reasoning.status import StatusRow
from kb.reasoning.tables import view
from kb.text import anchoring
from kb.workspace import folder, saved_queries
from kb.workspace.catalog import RECORDS, Known, past
from kb.workspace.saved_queries import SavedQuery

# How records can be written as text.
FORMATS: Final = ("turtle", "ntriples", "nquads", "jsonld")
CONTEXT: Final = "context.jsonld"
# Parameter of a question → kinds of record it can name; any other may name any record.
ASKED: Final = {
    "claim": ("claim",),
    "source": ("source",),
    **dict.fromkeys(
        ("about", "entity", "holder", "on", "place", "side", "speaker", "who", "whom"), ("entity",)
    ),
}


@dataclass(frozen=True, slots=True)
class Answers(Holdings):
    """A knowledge base as it is asked; each call reads the present state."""

    def status(self) -> Outcome:
        """Every claim's status, by the policy of this knowledge base."""
        return self.read(self.outcome)

    def status_of(self, claim: str) -> Outcome:
        """The status of one claim, by its id, and what contradicts it, as `status` tells them; the
        rest is not worked out.
        """
        return self.read(lambda store: self.derivation().around(store, [claim]))

    def contradictions(
        self, claim: str = "", place: str = "", kind: str = "", certainty: str = ""
    ) -> list[Contradiction]:
        """Pairs of claims that cannot both be true, or perhaps cannot: of one claim, of a place and
        what lies within it, of a kind.

        Raises Usage where a name, a kind or a certainty is not known.
        """
        for word, words in ((kind, CONTRADICTIONS), (certainty, CERTAINTIES)):
            if word and word not in words:
                raise Usage(
                    f"“{word}” is none of {', '.join(words)}.",
                    identifiers.suggestion(word, words, f"one of {', '.join(words)}"),
                )
        known, found = self.together(lambda: (self.known(), self.status()))
        one = known.claim(claim).id if claim else ""
        return selected(
            found.contradictions,
            found.tables,
            one,
            known.entity(place) if place else "",
            kind,
            certainty,
        )

    def what_if(self, claim: str) -> list[Flip]:
        """Every single record without which a claim's headline would be another, most consequential
        first. `claim` is its id.
        """
        found = self.status_of(claim)
        return sensitivity.what_if(found.tables, found.policy, claim) if claim in found.rows else []

    def fragile(self) -> list[Flip]:
        """Claims whose headline hangs on one record: for each the most consequential such record,
        most consequential claims first.
        """
        found = self.status()
        return sensitivity.fragile(found.tables, found.policy)

    def facts(self) -> list[StatusRow]:
        """Statuses of the claims that the policy accepts, by claim; not of states that have ended."""
        found = self.status()
        return [
            row
            for row in found.rows.values()
            if row.headline in found.policy.accepts and "ended" not in row.flags
        ]

    def forecasts(self) -> list[Forecast]:
        """What was foretold, what became of it and by which claim, in the order in which it was
        foretold.
        """
        found = self.status()
        return forecasts.forecasts(view(found.tables), found.rows)

    def forecast_records(self, found: Sequence[Forecast] | None = None) -> list[Record]:
        """How often each voice was right, over these forecasts, or all."""
        return forecasts.records(self.forecasts() if found is None else found)

    def overview(self) -> Overview:
        """One page: how much there is, how the claims stand, and the open disputes with both sides."""
        known, found = self.together(lambda: (self.known(), self.status()))
        return overview.overview(known, found.rows, found.contradictions)

    def query(
        self,
        name: str,
        values: Mapping[str, str],
        known: Known | None = None,
        limits: query_runner.Limits = query_runner.ASKED,
    ) -> query_runner.Result:
        """Answer a saved question, an export, or SPARQL text, in a child with limits. Raises Usage,
        Refused, ask.OverLimit.
        """
        saved = self.queries().get(name)
        if saved is None and re.fullmatch(r"[\w.-]*", name):
            questions = list(self.queries())
            raise Usage(
                f"there is no query “{name}”.",
                identifiers.suggestion(name, questions, "kb queries lists them"),
            )
        if saved is None:
            saved = SavedQuery("-", "questions", "", name, params=saved_queries.parameters(name))
        text = saved_queries.bind(saved, values, self.resolver(known))
        return self.asked(lambda reader: query_runner.run(reader, text, limits, self.graphs()))

    def allowed(self, name: str) -> query_runner.Limits:
        """What a saved query may use where a command needs its answer: those that come with the
        program may use more.
        """
        saved = self.queries().get(name)
        shipped = saved is not None and saved.path.is_relative_to(folder.shipped("queries"))
        return query_runner.WORK if shipped else query_runner.ASKED

    def resolver(self, known: Known | None = None) -> saved_queries.Resolve:
        """Return how the value of a parameter becomes an IRI: an IRI stays, anything else is the
        name of a record of the kind that the parameter asks for.
        """

        def resolve(text: str, parameter: str) -> str:
            """The IRI; the records are read when the first name needs them."""
            if "://" in text:
                return text
            have = known or self.known()
            if text in have.files:
                return self.folder.base + text
            return self.folder.base + have.resolve(text, ASKED.get(parameter, RECORDS))

        return resolve

    def find(self, words: str, limit: int = 20) -> list[search.Hit]:
        """Records whose names, statements or passages look like these words."""
        known = self.known()
        texts = {
            s.id: text for s in known.sources.values() if (text := self.document(s)) is not None
        }
        return search.find(known, words, limit, texts)

    def sheet(self, name: str) -> str:
        """A source's records as a sheet."""
        known = self.known()
        source = known.source(name)
        return yaml_writer.write(decompiler.sheet_of(known, source.id, self.document(source)))

    def passage(self, known: Known, quote: str | None) -> tuple[str, int]:
        """The whole passage where the text is at hand, else its fragment; and its line, 0 where not
        known.
        """
        found = known.quotes.get(quote or "")
        if found is None:
            return "", 0
        key = f"text {found.source}"
        if key not in self._cache:
            self._cache[key] = (
                self.document(known.sources[found.source])
                if found.source in known.sources
                else None
            )
        text = self._cache[key]
        if isinstance(text, str) and not validation.mismatch(found, text):
            return text[found.start : found.end], anchoring.line_of(text, found.start or 0)
        return f"{found.fragment} …", 0

    def standings(self) -> dict[str, str]:
        """Headline of every claim, looked up in the index."""
        return self._headlines("?c")

    def standing(self, claim: str) -> str:
        """Headline of one claim; empty where it has none."""
        return next(iter(self._headlines(f"<{self.folder.base}claim/{claim}>").values()), "")

    def _headlines(self, claim: str) -> dict[str, str]:
        """Claim id → headline of what a SPARQL term stands for: `?c` for every claim, or one
        claim's IRI.
        """
        question = f"SELECT ?s ?h {{ ?s <{NS}statusOf> {claim} ; <{NS}headline> ?h }}"
        answer = self.read(lambda store: store.select(question))
        return {
            (row["s"] or "").removeprefix(f"{self.folder.base}status/"): (
                row["h"] or ""
            ).removeprefix(f"{NS}headline-")
            for row in answer.dicts()
        }

    def short(self, term: Term) -> str:
        """A value as a reader wants it: ids without the base, tokens without their list, dates and
        numbers as they are.
        """
        if term.kind != "iri":
            return term.value
        tail = term.value.removeprefix(self.folder.base)
        if tail != term.value:
            return tail.partition("/")[2] or tail
        token = term.value.removeprefix(NS)
        scheme, hyphen, word = token.partition("-")
        if token != term.value and hyphen and scheme in SCHEMES:
            return word
        return (
            turtle_reader.compact(term.value).partition(":")[2]
            if term.value.startswith((NS, PREDICATES))
            else term.value
        )

    def triples(self) -> list[Triple]:
        """All triples that count now, literals as written. Raises Invalid where a file is not
        Turtle: an export is whole or not at all.
        """
        return [t for f in self.whole() if not past(f.path) for t in f.alone()]

    def conditions(self) -> dict[str, str]:
        """Under which policy, dates and selection its answers stand, in words."""
        return {"policy": self.folder.policy}

    def exports(self) -> list[str]:
        """What can be exported as text: formats of all records, and the saved exports."""
        return [*FORMATS, *(q.name for q in self.queries().values() if q.group == "exports")]

    def export(self, kind: str) -> str:
        """All records in one of FORMATS, or a saved export such as `facts` as Turtle. Raises Usage
        where there is no such export.
        """
        if kind not in self.exports():
            raise Usage(
                f"there is no export “{kind}”.",
                identifiers.suggestion(kind, self.exports(), f"one of {', '.join(self.exports())}"),
            )
        told = self.conditions()
        if kind not in FORMATS:
            found = self.query(kind, {}, limits=self.allowed(kind))
            return rdf.remarks(told) + rdf.turtle(
                self._chosen(found) if isinstance(found, tuple) else (), self.folder.base
            )
        told = told if len(told) > 1 else {}  # records are the same under every policy
        if kind == "jsonld":
            return jsonld.document(self.triples(), self.context(), self.folder.base, remarks=told)
        return rdf.remarks(told) + self._lines(kind)

    def _lines(self, kind: str) -> str:
        if kind == "nquads":
            return rdf.nquads(
                {self.folder.graph(f.path): f.alone() for f in self.whole() if not past(f.path)}
            )
        return (
            rdf.turtle(self.triples(), self.folder.base)
            if kind == "turtle"
            else rdf.ntriples(self.triples())
        )

    def _chosen(self, found: tuple[Triple, ...]) -> tuple[Triple, ...]:
        """What of an export by query is told: all of it."""
        return found

    def export_jsonld(self, target: Path) -> list[Path]:
        """All records as a JSON-LD file that names its context, which is put beside it. Returns the
        paths written.
        """
        told, beside = self.conditions(), self.folder.apart(target).with_name(CONTEXT)
        text = jsonld.document(
            self.triples(), self.context(), self.folder.base, CONTEXT, told if len(told) > 1 else {}
        )
        folder.write(beside, self.context())
        folder.write(target, text)
        return [target, beside]

    def context(self) -> str:
        """The JSON-LD context, as text."""
        return folder.read_text(folder.shipped("ontology") / CONTEXT)

    def export_csv(self, target: Path) -> list[Path]:
        """assertions.csv, claims.csv, sources.csv and entities.csv into a folder, every value
        exactly; export.json tells the policy.
        """
        return self._tables(target, lambda table: table)

    def export_spreadsheet(self, target: Path, delimiter: str = ",") -> list[Path]:
        """The same tables for a spreadsheet, which computes and changes nothing in them: see
        `csv.harmless`.
        """
        return self._tables(
            target,
            csv.harmless,
            lambda place, tables: csv.write_for_spreadsheet(place, tables, delimiter),
        )

    def _tables(
        self,
        target: Path,
        convert: Callable[[csv.Table], csv.Table],
        write: Callable[[Path, Mapping[str, csv.Table]], list[Path]] = csv.write,
    ) -> list[Path]:
        self.folder.apart(target)
        self.whole()
        known, found = self.together(lambda: (self.known(), self.status()))
        tables = {
            name: convert(table)
            for name, table in csv.tables(known, found.rows, found.voices).items()
        }
        told = {name.replace(" ", "_"): value for name, value in self.conditions().items()}
        folder.write(target / "export.json", json.dumps(told, ensure_ascii=False, indent=2) + "\n")
        return [*write(target, tables), target / "export.json"]

    def query_at(self, endpoint: str, name: str, values: Mapping[str, str]) -> query_runner.Result:
        """Ask a SPARQL server elsewhere, by HTTP; the saved question or text is bound as for
        `query`.
        """
        from kb.store.endpoint import RemoteStore

        saved = self.queries().get(name) or SavedQuery(
            "-", "questions", "", name, params=saved_queries.parameters(name)
        )
        store = RemoteStore(endpoint)
        return query_runner.directly(store, saved_queries.bind(saved, values, self.resolver()))
