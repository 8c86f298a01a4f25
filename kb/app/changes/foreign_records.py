"""Findings in a file of another program as sheets: its texts are sources, its entities are new.

An entity is one of here only if it has an identifier that an earlier import recorded, or comes from
an export of this knowledge base. A name or a register number is never enough: somebody judges
whether two entities are one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Final

from kb import documents
from kb.app.changes import foreign_names, sources
from kb.app.changes.planning import Additions
from kb.coding import sheet_rules
from kb.coding.sheet import Entry, Sheet, Value, as_value
from kb.errors import KbError
from kb.exchange.findings import Core, Document, Findings, Link, Statement, Thing
from kb.model import dates, identifiers, iris, values
from kb.model.records import Source
from kb.model.vocabulary import UNATTRIBUTED
from kb.text import excerpts
from kb.workspace.catalogs.catalog import Known
from kb.workspace.files import folder

_TITLE: Final = 300


@dataclass(slots=True)
class Entered:
    """Sheets that enter findings, with the sources that they need. `labels` are the words of
    predicates in sentences; `same` counts what an export of this knowledge base brings back.
    """

    sheets: list[Sheet] = field(default_factory=list)
    added: Additions = field(default_factory=Additions)
    labels: dict[str, str] = field(default_factory=dict)
    cores: dict[str, tuple[str, str, str]] = field(default_factory=dict)  # by sentence
    untaken: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    same: int = 0


@dataclass(frozen=True, slots=True)
class Here:
    """The knowledge base that findings are entered into. `own` has the key of a record by the key
    that an export of it has in the format.
    """

    known: Known
    collection: str
    now: datetime
    own: Mapping[str, str]
    private: bool = False


def entered(here: Here, several: Sequence[Findings]) -> Entered:
    """Return the sheets that enter the findings of several files."""
    result, ids = Entered(), foreign_names.Ids(here.known)
    for findings in several:
        _Entering(here, findings, result, ids).run()
    return result


class _Entering:
    """The entering of one file."""

    def __init__(
        self, here: Here, findings: Findings, result: Entered, ids: foreign_names.Ids
    ) -> None:
        self.here = here
        self.findings = findings
        self.result = result
        self.ids = ids
        self.entities: dict[str, str] = {}
        self.head = Sheet(findings.name)
        self.sources: dict[str, str] = {}
        self.documents = {document.key: document for document in findings.documents}

    def run(self) -> None:
        """Add the sheets of the file to the result."""
        returned = self.returned()
        for thing in self.findings.things.values():
            if thing.key not in returned:
                self.entity(thing)
        self.result.sheets.append(self.head)
        for document in self.silent():
            self.source(document.key)
        for key, statements in self.spoken().items():
            sheet = self.claims(key, statements)
            said = {one.key for one in statements}
            sheet.affiliations += [self.tie(x) for x in self.findings.links if x.basis.key in said]
            self.result.sheets.append(sheet)
        self.result.untaken += self.findings.losses(self.here.own)

    def returned(self) -> set[str]:
        """Return the keys of things that only statements from this knowledge base name."""
        own, new = set[str](), {document.author for document in self.silent()}
        for one in self.findings.statements:
            ends = (one.core.subject, one.core.object) if one.core else ()
            author = self.documents[one.document].author
            (own if one.key in self.here.own else new).update((one.speaker, author, *ends))
        return own - new - self.here.own.keys()

    def silent(self) -> list[Document]:
        """Return the documents without statements that are not from this knowledge base."""
        but = {one.document for one in self.findings.statements} | self.here.own.keys()
        return [document for document in self.findings.documents if document.key not in but]

    def spoken(self) -> dict[str, list[Statement]]:
        """Return the statements that are not from this knowledge base, by document."""
        found: dict[str, list[Statement]] = {}
        for one in self.findings.statements:
            if one.key in self.here.own:
                self.result.same += 1
            else:
                found.setdefault(one.document, []).append(one)
        return found

    def entity(self, thing: Thing) -> None:
        """Enter an entity: the one of here with the same identifier, or a new one."""
        id = self.here.own.get(thing.key, "").removeprefix("entity/") or self.ids.identified(thing)
        stored = self.here.known.entities.get(id)
        row = foreign_names.described(thing, stored)
        if stored is None:
            id = self.ids.fresh("entity/", identifiers.slug(thing.name))
            self.head.new[id] = self.at(thing.line, thing.kind)
            row["note"] = foreign_names.note(thing)
            self.suggest(thing, id)
        self.entities[thing.key] = id
        filled = {key: self.at(thing.line, text) for key, text in row.items() if text}
        if filled:
            key = {"id": self.at(thing.line, f"entity/{id}")}
            self.head.records.append(Entry({**key, **filled}, thing.line, column=1))

    def suggest(self, thing: Thing, id: str) -> None:
        """Note the identifiers of a new entity, and the entities with one of its numbers."""
        for number in map(foreign_names.identifier, thing.numbers):
            other = self.ids.noted.get(number)
            if other:
                pair = f"entity/{other} entity/{id}"
                self.result.notes.append(
                    f"{self.findings.name}:{thing.line}: entity/{other} has the same {number} as "
                    f'entity/{id}. If they are one: kb judge same-entity {pair} --because "…"'
                )
        for one in map(foreign_names.identifier, (*thing.identifiers, *thing.numbers)):
            self.ids.noted.setdefault(one, id)

    def at(self, line: int, text: str) -> Value:
        """Return a text with its line in the file."""
        return replace(as_value(text), line=line)

    def source(self, key: str) -> str:
        """Return the id of the source with the text of a document, made if there is none."""
        if key not in self.sources:
            document = self.documents[key]
            sha = folder.digest(document.text)
            self.sources[key] = self.ids.digests.get(sha) or self.made(document)
            self.ids.digests[sha] = self.sources[key]
        return self.sources[key]

    def made(self, document: Document) -> str:
        """Add the source of a document, and its author if nobody is named. Return its id."""
        title, days = self.title(document), self.days(document)
        id = self.ids.fresh("source/", self.wanted(document, title, days[0]))
        author = self.entities.get(document.author, "")
        if not author:
            author = self.ids.fresh("entity/", f"author-of-{id}")
            self.head.new[author] = self.at(1, f'agent; as "author of {id}"; unnamed')
        document = replace(document, url=self.address(document))
        source = _source(document, self.findings.name, days)
        source = replace(source, id=id, title=title, author=author, recorded=self.here.now)
        source = sources.measured(source, documents.Read(document.text))
        file = f"claims/{self.here.collection}/sources/{id}.ttl"
        self.result.added.sources.append((source, file))
        self.result.added.texts[id] = document.text
        return id

    def title(self, document: Document) -> str:
        """Return the title of a source, with few words if the texts are private."""
        title = " ".join(values.replaced(document.title)[:_TITLE].split())
        if not self.here.private:
            return title
        return " ".join(title.split()[: excerpts.FRAGMENT_WORDS])[: excerpts.FRAGMENT_LENGTH]

    def wanted(self, document: Document, title: str, first: date | None) -> str:
        """Return the id that a source should have: its year and title."""
        called = Path(title).stem if document.title == self.findings.name else title
        return identifiers.slug(f"{first.year} {called}" if first else called, 44)

    def address(self, document: Document) -> str:
        """Return the address of a document, or "" and note why it cannot be recorded."""
        wrong = iris.address_fault(document.url) if document.url else ""
        if wrong:
            self.findings.leave(document.line, f"the address of {document.key}", f"it {wrong}")
        return "" if wrong else document.url

    def days(self, document: Document) -> sources.Bounds:
        """Return when a document was published, or nothing if the file has no date for it."""
        try:
            return dates.parse(document.published).window() if document.published else (None, None)
        except (KbError, ValueError):
            what = f"the date of {document.key}"
            shown = f"“{values.shown(document.published)}” is not a date"
            self.findings.leave(document.line, what, shown)
            return None, None

    def claims(self, key: str, statements: Sequence[Statement]) -> Sheet:
        """Return the sheet of the claims in a document."""
        sheet = Sheet(self.findings.name)
        sheet.top["source"] = as_value(self.source(key))
        entries: dict[str, Entry] = {}
        for one in statements:
            said, content = self.said(one), self.content(one)
            old = entries.get(content["claim"].text)
            entries[content["claim"].text] = (
                Entry(content, one.line, (said,), 1)
                if old is None
                else replace(old, said=(*old.said, said))
            )
        sheet.claims.extend(entries.values())
        return sheet

    def content(self, one: Statement) -> dict[str, Value]:
        """Return the claim of a statement. One that is recorded keeps its own fields."""
        if own := self.here.own.get(one.claim, "").removeprefix("claim/"):
            return {"claim": self.at(one.line, f"={own}")}
        found = {"claim": self.at(one.line, self.sentence(one))}
        if self.here.known.stated(found["claim"].text):
            return found
        details = {"kind": one.kind or "state", "when": one.when}
        if one.core:
            self.result.labels[one.core.word] = one.core.label
            details["what"] = " > ".join(self.core(one.core))
            if self.here.known.declared(one.core.word):
                details.pop("kind")
        return found | {key: self.at(one.line, text) for key, text in details.items() if text}

    def core(self, core: Core) -> tuple[str, str, str]:
        """Return the subject, the predicate and the object of a claim as a sheet writes them."""
        end = self.entities.get(core.object) or f"“{core.value}”"
        return self.entities[core.subject], core.word, end

    def sentence(self, one: Statement) -> str:
        """Return the sentence of a claim. If that of a claim about other entities is the same, it
        names the entities by their ids, because nobody has judged that they are one.
        """
        sentence = as_value(one.sentence).text
        if one.core is None:
            return sentence
        ends = self.core(one.core)
        stated = self.here.known.stated(sentence)
        other = any((c.subject, c.object or f"“{c.object_value}”") != ends[::2] for c in stated)
        if other or self.result.cores.setdefault(sentence, ends) != ends:
            return f"{sentence} ({ends[0]}, {ends[2]})"
        return sentence

    def said(self, one: Statement) -> Entry:
        """Return the assertion of a statement."""
        found = {"at": f"char={one.start},{one.end}", "on": one.on, "note": one.note, **one.details}
        if one.speaker == UNATTRIBUTED:
            found["by"] = UNATTRIBUTED
        elif one.speaker:
            found["by"] = self.entities[one.speaker]
        if one.stance != "affirms":
            found[one.stance] = "yes" if one.stance == "silent" else "unspecified"
        given = {key: self.at(one.line, text) for key, text in found.items() if text}
        return Entry(given, one.line, column=1)

    def tie(self, link: Link) -> Value:
        """Return the line of an affiliation, with the claim that says so as its basis."""
        ends = self.entities[link.member], self.entities[link.party]
        basis = link.basis
        own = self.here.own.get(basis.claim, "")
        details = {"share": link.share, "basis": own or self.sentence(basis), "note": link.note}
        parts = [f"{ends[0]} {link.relation} {ends[1]} {link.when}".strip()]
        parts += [f"{word} {text}" for word, text in details.items() if text]
        return self.at(basis.line, "; ".join(parts))


def _source(document: Document, name: str, days: sources.Bounds) -> Source:
    """Return the source of a document of a file, without id, title and author."""
    facts = {"published": days[0], "url": document.url, "author": document.author}
    return Source(
        "",
        url=document.url or None,
        published_from=days[0],
        published_to=days[1],
        published_because=document.because or None,
        file_name=None if name == "-" else values.replaced(name),
        obtained=values.replaced(f"imported from {name}"),
        unknown=tuple(sorted(n for n in (*facts, *_NEVER) if not facts.get(n))),
    )


# What no file of another program says about a text that is taken from it.
_NEVER: Final = ("language", "publisher")


def checked(sheets: Sequence[Sheet], coder: str) -> list[Sheet]:
    """Return the sheets with content, signed by the coder, with the problems of their values."""
    found = [s for s in sheets if s.new or s.records or s.claims or s.affiliations or s.problems]
    for sheet in found:
        sheet_rules.sign(sheet, coder)
        sheet_rules.check(sheet)
    return found
