"""A knowledge base with the verbs of the command line: the typed Python API.

from kb import base
kb = base.open("path/to/folder")
for row in kb.status().rows.values():
    print(row.headline, row.claim)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from kb import anchor, ask, check, codes, dates, derive, find, folder, ids, importers, index, printing, queries, record, sheet, turtle
from kb.check import File, Report
from kb.derive import Outcome
from kb.errors import Invalid, KbError, Place, Problem, Refused, Usage
from kb.exporters import csv, rdf
from kb.folder import Folder
from kb.known import Declared, Known
from kb.model import Entity, Record, Source
from kb.queries import SavedQuery
from kb.sheet import Sheet
from kb.store import Reader
from kb.store.embedded import EmbeddedStore
from kb.terms import Answer, Term, Triple
from kb.vocab import NS, PREDICATES, RDFS, SCHEMES

# What an index on disk may have open while it answers: RocksDB keeps a few files a level.
OPEN_FILES = 512
# Wall clock and memory of one query.
LIMITS = ask.Limits(files=OPEN_FILES)


def open(chosen: str | None = None) -> KnowledgeBase:
    """The knowledge base in a folder; None for the one around the current folder, or KB_HOME. Raises Unreadable."""
    return KnowledgeBase(folder.locate(chosen))


def init(root: Path, base: str = "https://example.org/kb/", collection: str = "main") -> KnowledgeBase:
    """Make an empty knowledge base. Raises Refused where there is one."""
    return KnowledgeBase(folder.create(root, base, collection))


@dataclass(slots=True)
class Plan:
    """What a sheet would do, worked out and checked; nothing is written yet. `texts` are new contents by file, `seen` the present ones."""

    sheet: Sheet
    change: record.Change
    problems: tuple[Problem, ...] = ()
    texts: dict[str, str] = field(default_factory=dict)
    seen: dict[str, str] = field(default_factory=dict)
    outcome: Outcome | None = None

    @property
    def sound(self) -> bool:
        """Whether it may be written."""
        return not any(p.severity == "error" for p in self.problems)


@dataclass(frozen=True, slots=True)
class KnowledgeBase:
    """One folder. Nothing is read before it is asked for; each call reads the present state."""

    folder: Folder
    _cache: dict[str, object] = field(default_factory=dict, compare=False)

    # --- reading -----------------------------------------------------------------------------------------------------------------

    def files(self) -> tuple[list[File], list[Problem]]:
        """All stored files and what keeps any from being read."""
        files, problems = [], []
        for name in self.folder.files():
            try:
                file, wrong = check.read(name, self.folder.read(name), self.folder.base)
            except KbError as error:
                file, wrong = File(name, ""), [Problem("error", "unreadable", error.message, Place(name), hint=error.hint)]
            files.append(file)
            problems += wrong
        return files, problems

    def known(self) -> Known:
        """All records, looked up by the names people use."""
        known = Known(predicates=self.predicates())
        for file in self.files()[0]:
            for one in file.records:
                known.add(one, file.path)
        return known

    def predicates(self) -> dict[str, Declared]:
        """Predicates of the ontology, by slug."""
        out = {}
        for triples in self._ontology():
            for subject, properties in turtle.by_subject(triples).items():
                if subject.startswith(PREDICATES):
                    kind = properties.get(NS + "defaultKind", [Term("iri", "")])[0].value.removeprefix(f"{NS}kind-")
                    label = properties.get(RDFS + "label", [Term("literal", "")])[0].value
                    out[subject.removeprefix(PREDICATES)] = Declared(kind or None, label)
        return out

    def _ontology(self) -> Iterable[list[Triple]]:
        for path in self._ontology_files().values():
            text = folder.read_text(path)
            try:
                yield turtle.triples(text, self.folder.base)
            except turtle.Broken as error:
                raise Invalid(
                    [Problem("error", "turtle-syntax", f"this is not Turtle: {error}.", Place(str(path), error.line, error.column))]
                ) from None

    def _ontology_files(self) -> dict[str, Path]:
        return {p.name: p for data in self.folder.data("ontology") for p in sorted(data.glob("*.ttl"))}

    def document(self, source: Source) -> str | None:
        """The text of a source, None where it is not at hand."""
        return folder.find_document(self.folder, source.sha256) if source.sha256 else None

    # --- checking ----------------------------------------------------------------------------------------------------------------

    def validate(self, paths: Sequence[str] = ()) -> Report:
        """Problems of the files at `paths` (all by default): syntax, shapes, dates, quotes, and every saved check."""
        files, problems = self.files()
        chosen = {self._relative(p) for p in paths}
        picked = [f for f in files if not chosen or any(f.path == c or f.path.startswith(c.rstrip("/") + "/") for c in chosen)]
        if chosen and not picked:
            raise Usage(f"no stored file is at {', '.join(paths)}.", "stored files are the *.ttl under claims/")
        focus = {r.path + r.id for f in picked for r in f.records} if chosen else None
        report = check.run(files, self.folder.base, self._shapes(), lambda sha: folder.find_document(self.folder, sha), focus)
        self.refresh()
        rows = self._checks(self.reader, files)
        names = {f.path for f in picked}
        own = [p for p in (*problems, *rows) if p.place.path in names or not chosen]
        return Report(tuple(sorted((*own, *report.problems), key=lambda p: (p.place.path, p.place.line, p.code))), report.quotes)

    def _relative(self, path: str) -> str:
        resolved = Path(path).resolve()
        return resolved.relative_to(self.folder.root).as_posix() if resolved.is_relative_to(self.folder.root) else path

    def _shapes(self) -> list[Path]:
        return [data / "shapes.ttl" for data in self.folder.data("ontology") if (data / "shapes.ttl").is_file()]

    def _checks(self, reader: Callable[[], Reader], files: Sequence[File]) -> list[Problem]:
        """Rows of the saved checks as problems at the place of their subject."""
        homes = {subject: f for f in files for subject in f.blocks}
        out = []
        for query in self.queries().values():
            if query.group != "checks":
                continue
            answer = ask.run(reader, query.text, LIMITS)
            for row in answer.dicts() if isinstance(answer, Answer) else ():
                values = {k: self._plain(v or "") for k, v in row.items()}
                subject = next(iter(row.values())) or ""
                message = query.message or query.summary
                for key, value in values.items():
                    message = message.replace("{" + key + "}", value)
                place = homes[subject].place(subject) if subject in homes else Place()
                out.append(Problem(query.severity or "error", query.name, message, place, subject, query.hint))
        return out

    def _plain(self, iri: str) -> str:
        tail = iri.removeprefix(self.folder.base)
        return tail if tail != iri else turtle.compact(iri) if "://" in iri else iri

    # --- the index and what follows ----------------------------------------------------------------------------------------------

    def refresh(self) -> index.Refreshed:
        """Bring the index up to the text."""
        return index.refresh(self.folder, lambda store: derive.triples(self._outcome(store), self.folder.base))

    def reader(self) -> Reader:
        """The index, opened for reading; `refresh` first."""
        return index.reader(self.folder)

    def _outcome(self, store: Reader, as_of: date | None = None, known_on: date | None = None) -> Outcome:
        texts = {name: q.text for name, q in self.queries().items() if q.group == "derive"}
        return derive.outcome(store, texts, self.folder.base, self.folder.policy, as_of, known_on)

    def status(self, as_of: date | None = None, known_on: date | None = None) -> Outcome:
        """Every claim's status, by the policy of this knowledge base, as of a world date and a known date."""
        self.refresh()
        store = self.reader()
        try:
            return self._outcome(store, as_of, known_on)
        finally:
            store.close()

    # --- asking ------------------------------------------------------------------------------------------------------------------

    def queries(self) -> dict[str, SavedQuery]:
        """Saved queries by name: the shipped ones and this knowledge base's own."""
        if "queries" not in self._cache:
            self._cache["queries"] = queries.load(self.folder.data("queries"))
        found: dict[str, SavedQuery] = self._cache["queries"]  # type: ignore[assignment]  # put there two lines above
        return found

    def query(self, name: str, values: Mapping[str, str], known: Known | None = None) -> ask.Result:
        """Answer a saved question, an export, or SPARQL text, in a child with limits. Raises Usage and Refused."""
        saved = self.queries().get(name)
        if saved is None and "{" not in name:
            questions = [q.name for q in self.queries().values() if q.group != "derive"]
            raise Usage(f"there is no query “{name}”.", ids.suggestion(name, questions, "kb queries lists them"))
        if saved is None:
            saved = SavedQuery("-", "questions", "", name, params=queries.parameters(name))
        text = queries.bind(saved, values, self.resolver(known))
        self.refresh()
        return ask.run(self.reader, text, LIMITS, self.graphs())

    def graphs(self) -> list[str]:
        """IRIs of the graphs that a query may name in FROM."""
        names = [*self.folder.files(), *(f"ontology/{n}" for n in self._ontology_files()), index.DERIVED]
        return [self.folder.base + n for n in names]

    def resolver(self, known: Known | None = None) -> Callable[[str], str]:
        """What people write for a record → its IRI: `path/id`, a full IRI, a claim or source, or any name of an entity."""

        def resolve(text: str) -> str:
            if "://" in text:
                return text
            have = known or self.known()
            if text in have.files:
                return self.folder.base + text
            return self.folder.base + have.anything(text)

        return resolve

    def find(self, words: str, limit: int = 20) -> list[find.Hit]:
        """Records whose names, statements or passages look like these words."""
        known = self.known()
        texts = {s.id: text for s in known.sources.values() if (text := self.document(s)) is not None}
        return find.find(known, words, limit, texts)

    # --- writing -----------------------------------------------------------------------------------------------------------------

    def plan(self, text: str, name: str, now: datetime | None = None) -> Plan:
        """Read a sheet and work out what it would do, down to the statuses; checked in its neighbourhood, nothing written."""
        parsed = sheet.parse(text, name)
        plan = Plan(parsed, record.Change())
        if not parsed.problems:
            known = self.known()
            source_text = None
            if parsed.get("source"):
                with suppress(KbError):  # the record builder says it, with its place
                    source_text = self.document(known.source(parsed.get("source")))
            plan.change = record.from_sheet(
                parsed, known, source_text, now or datetime.now(UTC).replace(microsecond=0), self.folder.collection
            )
        plan.problems = tuple(parsed.problems)
        return self._checked(plan) if plan.sound else plan

    def _checked(self, plan: Plan) -> Plan:
        base = self.folder.base
        removed = {base + r for r in plan.change.removed}
        names = {*plan.change.files, *(f for f in self._homes(plan.change.removed))}
        for name in sorted(names):
            plan.seen[name] = self.folder.read(name)
            try:
                plan.texts[name] = turtle.replace(plan.seen[name], plan.change.files.get(name, ()), base, removed)
            except turtle.Broken as error:
                place = Place(name, error.line, error.column)
                plan.problems += (
                    Problem("error", "turtle-syntax", f"{name} is not Turtle: {error}.", place, hint="mend it first: kb validate"),
                )
                return plan
        files = [f for f in self.files()[0] if f.path not in plan.texts]
        files += [check.read(name, text, base)[0] for name, text in plan.texts.items()]
        focus = {r.path + r.id for records in plan.change.files.values() for r in records}
        report = check.run(files, base, self._shapes(), lambda sha: folder.find_document(self.folder, sha), focus)
        store = self._memory(files)
        touched = {base + f for f in focus}
        rows = [p for p in self._checks(lambda: store, files) if p.subject in touched]
        fresh = [p for p in (*report.problems, *rows) if (p.code, p.severity) != ("date-weekday", "warning")]
        plan.problems += tuple(fresh)
        plan.outcome = self._outcome(store)
        return plan

    def _homes(self, tails: Iterable[str]) -> set[str]:
        wanted = set(tails)
        return {f.path for f in self.files()[0] for r in f.records if r.path + r.id in wanted} if wanted else set()

    def _memory(self, files: Sequence[File]) -> EmbeddedStore:
        """A store in memory of these files and the ontology."""
        store = EmbeddedStore(None)
        for n, triples in enumerate(self._ontology()):
            store.replace(f"{self.folder.base}ontology/{n}", triples)
        for file in files:
            store.replace(self.folder.base + file.path, file.triples)
        return store

    def add(self, plan: Plan) -> list[str]:
        """Write a plan: all of it or nothing. Returns the files written. Raises Invalid, Conflict."""
        if not plan.sound:
            raise Invalid(plan.problems)
        return folder.save(self.folder, plan.texts, plan.seen)

    def add_source(self, name: str, data: bytes, given: Mapping[str, str], collection: str | None = None) -> Source:
        """Read a document in: its text is kept in `documents/` by digest, its Source written. `given` wins over what the page states.

        Raises Usage for what cannot be read, Refused where this very text is a source already.
        """
        read = importers.read(name, data)
        known = self.known()
        sha = folder.digest(read.text)
        for source in known.sources.values():
            if source.sha256 == sha:
                folder.keep_document(self.folder, read.text)
                raise Refused(f"this text is a source already: {source.id}.", f"kb read {source.id}")
        title = given.get("title") or read.title or Path(name).stem
        when = dates.parse(given["published"]).window() if given.get("published") else read.published or (None, None)
        year = f"{when[0].year} " if when[0] else ""
        id = given.get("id") or ids.fresh(ids.slug(year + title, 44), known.sources)
        if id in known.sources or ids.slug(id, 80) != id:
            raise Usage(f"“{id}” cannot be the id of a new source.", f"try --id {ids.fresh(ids.slug(id), known.sources)}")
        people, files = self._people(given, read, known, id, collection or self.folder.collection)
        told = {
            "publisher": people.get("publisher"),
            "author": people.get("author"),
            "url": given.get("url") or read.url,
            "published": when[1],
        }
        source = Source(
            id,
            title=title,
            publisher=people.get("publisher"),
            author=people.get("author") or people["voice"],
            language=given.get("language") or read.language or self.folder.language,
            url=given.get("url") or read.url,
            published_from=when[0],
            published_to=when[1],
            published_because=given.get("because"),
            unknown=tuple(sorted(name for name, value in told.items() if not value)),
            file_name=None if name == "-" else Path(name).name,
            sha256=sha,
            length=len(read.text),
            words=len(read.text.split()),
            obtained=given.get("obtained") or f"read from {'standard input' if name == '-' else Path(name).name}",
            copy_of=known.source(given["copy-of"]).id if given.get("copy-of") else None,
            recorded=datetime.now(UTC).replace(microsecond=0),
        )
        folder.keep_document(self.folder, read.text)
        file = f"claims/{ids.slug(collection or self.folder.collection)}/sources/{id}.ttl"
        self._write({file: [source], **files})
        return source

    def _people(
        self, given: Mapping[str, str], read: importers.Read, known: Known, source: str, collection: str
    ) -> tuple[dict[str, str], dict[str, list[Record]]]:
        """Author and publisher as entities, made where they are new; a source without an author speaks as an entity of its own."""
        file = f"claims/{ids.slug(collection)}/entities.ttl"
        people, new = {}, list[Record]()
        for key, kind, name in (
            ("publisher", "organisation", given.get("publisher") or read.publisher),
            ("author", "person", given.get("author") or read.author),
        ):
            if name:
                try:
                    people[key] = known.entity(name)
                except Usage:
                    people[key] = ids.fresh(ids.slug(name), known.entities)
                    new.append(Entity(people[key], kind=kind, name=name))
                    known.add(new[-1], file)
        people["voice"] = people.get("publisher") or f"author-of-{source}"
        if "author" not in people and "publisher" not in people:
            new.append(Entity(people["voice"], kind="organisation", name=f"author of {source}", naming="unnamed"))
        return people, {file: new} if new else {}

    def _write(self, files: Mapping[str, Sequence[Record]]) -> list[str]:
        seen = {name: self.folder.read(name) for name in files}
        texts = {name: turtle.replace(seen[name], records, self.folder.base) for name, records in files.items()}
        return folder.save(self.folder, texts, seen)

    # --- showing -----------------------------------------------------------------------------------------------------------------

    def sheet(self, name: str) -> str:
        """A source's records as a sheet."""
        known = self.known()
        source = known.source(name)
        return sheet.write(printing.sheet_of(known, source.id, self.document(source)))

    def passage(self, known: Known, quote: str | None) -> tuple[str, int]:
        """The whole passage where the text is at hand, else its fragment; and its line, 0 where not known."""
        found = known.quotes.get(quote or "")
        if found is None:
            return "", 0
        key = f"text {found.source}"
        if key not in self._cache:
            self._cache[key] = self.document(known.sources[found.source]) if found.source in known.sources else None
        text = self._cache[key]
        if isinstance(text, str) and not check.mismatch(found, text):
            return text[found.start : found.end], anchor.line_of(text, found.start or 0)
        return f"{found.fragment} …", 0

    def formatted(self) -> dict[str, tuple[str, str]]:
        """Files that are not canonical: path → (as it is, as it would be). Comments stand before the record they stood before.

        Raises Invalid where a file is not Turtle.
        """
        files, problems = self.files()
        broken = [p for p in problems if p.code in {"turtle-syntax", "unreadable"}]
        if broken:
            raise Invalid(broken)
        out = {}
        for file in files:
            text = turtle.tidy(file.text, self.folder.base)
            if text != file.text:
                out[file.path] = (file.text, text)
        return out

    def format(self) -> list[str]:
        """Make every file canonical. Returns the files changed."""
        found = self.formatted()
        return folder.save(self.folder, {n: new for n, (_, new) in found.items()}, {n: old for n, (old, _) in found.items()})

    # --- showing, without the engines --------------------------------------------------------------------------------------------

    def standings(self) -> dict[str, str]:
        """Headline of every claim, looked up in the index."""
        self.refresh()
        store = self.reader()
        try:
            answer = store.select(f"SELECT ?c ?h {{ ?s <{NS}statusOf> ?c ; <{NS}headline> ?h }}")
        finally:
            store.close()
        return {
            (row["c"] or "").removeprefix(f"{self.folder.base}claim/"): (row["h"] or "").removeprefix(f"{NS}headline-")
            for row in answer.dicts()
        }

    def standing(self, claim: str) -> str:
        """Headline of one claim; empty where it has none."""
        return self.standings().get(claim, "")

    def record_key(self, known: Known, name: str) -> str:
        """`path/id` of the record that a name means: any id with or without its path, or the beginning of a claim's or source's."""
        paths = ("", "claim/", "source/", "entity/", "assertion/", "affiliation/", "judgement/")
        return next((p + name for p in paths if p + name in known.files), None) or known.anything(name)

    def short(self, term: Term) -> str:
        """A value as a reader wants it: ids without the base, tokens without their list, dates and numbers as they are."""
        if term.kind != "iri":
            return term.value
        tail = term.value.removeprefix(self.folder.base)
        if tail != term.value:
            return tail.partition("/")[2] or tail
        token = term.value.removeprefix(NS)
        scheme, hyphen, word = token.partition("-")
        if token != term.value and hyphen and scheme in SCHEMES:
            return word
        return turtle.compact(term.value).partition(":")[2] if term.value.startswith((NS, PREDICATES)) else term.value

    # --- handing over ------------------------------------------------------------------------------------------------------------

    def triples(self) -> list[Triple]:
        """All stored triples, literals as written. Raises Invalid where a file is not Turtle: an export is whole or not at all."""
        files, problems = self.files()
        broken = [p for p in problems if p.code in {"turtle-syntax", "unreadable"}]
        if broken:
            raise Invalid(broken)
        return [t for f in files for t in f.triples]

    def export(self, kind: str) -> str:
        """Records as `turtle` or `ntriples`, or accepted `facts` as Turtle."""
        if kind == "facts":
            found = self.query("facts", {})
            return rdf.turtle(found if isinstance(found, tuple) else (), self.folder.base)
        return {"turtle": lambda t: rdf.turtle(t, self.folder.base), "ntriples": rdf.ntriples}[kind](self.triples())

    def export_csv(self, target: Path) -> list[Path]:
        """assertions.csv, claims.csv, sources.csv and entities.csv into a folder."""
        known, found = self.known(), self.status()
        tables = {
            "assertions": csv.assertions(known, found.rows, found.voices),
            "claims": csv.claims(known, found.rows),
            "sources": csv.sources(known),
            "entities": csv.entities(known),
        }
        return csv.write(target, tables)

    def query_at(self, endpoint: str, name: str, values: Mapping[str, str]) -> ask.Result:
        """Ask a SPARQL server elsewhere, by HTTP; the saved question or text is bound as for `query`."""
        from kb.store.remote import RemoteStore

        saved = self.queries().get(name) or SavedQuery("-", "questions", "", name, params=queries.parameters(name))
        store = RemoteStore(endpoint)
        return ask.run(lambda: store, queries.bind(saved, values, self.resolver()), LIMITS)

    def drop_index(self) -> None:
        """Delete the index; nothing is lost."""
        index.drop(self.folder)


def explain(code: str) -> str:
    """What a problem's code means: the program's own, a shape's or a saved check's. Raises Usage with the nearest codes."""
    texts = dict(codes.CODES)
    for query in queries.load([folder.shipped("queries")]).values():
        if query.group == "checks":
            texts[query.name] = f"{query.summary}. {query.description}\nTo mend it: {query.hint}"
    for subject, properties in turtle.by_subject(turtle.triples(folder.read_text(folder.shipped("ontology") / "shapes.ttl"), NS)).items():
        message = properties.get("http://www.w3.org/ns/shacl#message")
        if message:
            texts[subject.rpartition("#")[2].rpartition("/")[2]] = message[0].value
    if code not in texts:
        raise Usage(f"there is no code “{code}”.", ids.suggestion(code, texts, "codes are printed by kb validate"))
    return f"{code}\n{texts[code].strip()}"


__all__ = ["KnowledgeBase", "Plan", "explain", "init", "open"]
