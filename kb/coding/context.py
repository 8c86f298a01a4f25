"""Context of a compilation: the records known, the current source, the planned change, problems."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from kb.coding import notation, versions
from kb.coding.alike import Alike
from kb.coding.fragments import Fragments
from kb.coding.sheet import Entry, Sheet, Value
from kb.errors import Ambiguous, KbError, Unknown
from kb.model import admission, identifiers, values
from kb.model import dates as calendar
from kb.model.records import Assertion, Entity, Quote, Record, Relay, Source
from kb.rdf import turtle_writer
from kb.workspace.catalogs.catalog import Known
from kb.workspace.catalogs.past_files import history, past

# The name of a claim's date in a note. Only this date can be “never”.
CLAIMS_DATE: Final = "the claim's date"


@dataclass(slots=True)
class SheetChanges:
    """The changes that sheets make. All records are named by path and id, such as `claim/x`."""

    source: str = ""
    files: dict[str, list[Record]] = field(default_factory=dict)  # file → records to write there
    removed: set[str] = field(default_factory=set)  # nothing refers to them any more
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)
    claims: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    met: set[str] = field(default_factory=set)  # everything that the sheets name, changed or not


@dataclass(slots=True)
class Context:
    """The state of the compilation of one sheet."""

    sheet: Sheet
    known: Known
    text: str | None
    now: datetime
    collection: str
    whole: bool = True  # whole passages are stored, and not only a few words of each
    change: SheetChanges = field(default_factory=SheetChanges)
    source: Source | None = None
    at: Value | Entry | None = None  # the entry that is being compiled, for problems
    used: set[str] = field(default_factory=set)  # assertions that this sheet has matched
    # Relays that the sheet changes, as they were before; None for new ones.
    relays: dict[str, Relay | None] = field(default_factory=dict)
    # Entities as they were before the sheet, and where they are named, for those that it changes.
    entities: dict[str, tuple[Entity | None, Value | Entry | None]] = field(default_factory=dict)
    fragments: dict[str, Fragments] = field(default_factory=dict)  # by source
    # File and key of each record that was put, keys that were counted, claims of the sheet.
    _written: set[tuple[str, str]] = field(default_factory=set)
    _listed: set[str] = field(default_factory=set)
    _claims: set[str] = field(default_factory=set)
    _alike: Alike | None = None

    def next_sheet(self, sheet: Sheet, text: str | None, collection: str) -> Context:
        """Return the state for one more sheet of the same change."""
        return replace(
            self,
            sheet=sheet,
            text=text,
            collection=collection,
            source=None,
            at=None,
            used=set(),
            relays={},
            entities={},
        )

    def alike(self) -> Alike:
        """Return the ids of claims by their words. They are indexed for the first new claim."""
        if self._alike is None:
            self._alike = Alike(self.known.words())
        return self._alike

    def concerns(self, claim: str) -> None:
        """Add a claim to those that the sheet is about."""
        if claim not in self._claims:
            self._claims.add(claim)
            self.change.claims.append(claim)

    def problem(
        self, code: str, error: Exception | str, at: Value | Entry | None, hint: str = ""
    ) -> None:
        """Add a problem at a place of the sheet."""
        message, more = (
            (error.message, error.hint) if isinstance(error, KbError) else (str(error), "")
        )
        self.sheet.problem(code, message, at, hint or more)

    def put(self, record: Record, file: str) -> None:
        """Write a record to the file that it is in already, else to `file`.

        If the difference can change a status, the record that it replaces is kept as a version.
        """
        key = record.path + record.id
        if isinstance(record, Relay):
            self.relays.setdefault(record.id, self.known.relays.get(record.id))
        for fault in admission.faults(record, self.known.record(key)):
            self.problem(fault.code, fault.message, self.at, fault.hint)
        stored = self.known.files.get(key, file)
        if past(stored):  # it was withdrawn, and counts again
            self.change.removed.add(key)
        else:
            file = stored
        record = self._revised(turtle_writer.ordered(record), file)
        self._write(record, file)
        if not isinstance(record, Quote | Relay):
            self._count(key, record)
        if isinstance(record, Entity):
            before = self.known.entities.get(record.id)
            self.entities.setdefault(record.id, (before, self.at))
        self.known.add(record, file)

    def _write(self, record: Record, file: str) -> None:
        """Add a record to those of a file. It replaces what was put for it earlier."""
        key = record.path + record.id
        written = self.change.files.setdefault(file, [])
        if (file, key) in self._written:
            written[:] = [r for r in written if r.path + r.id != key]
        self._written.add((file, key))
        written.append(record)

    def _count(self, key: str, record: Record) -> None:
        """Count a record as added or changed, once, if it differs from the stored one."""
        before = self.known.files.get(key)
        listed = self.change.changed if before else self.change.added
        if key not in self._listed and not (before and self._same(record)):
            self._listed.add(key)
            listed.append(key)

    def _revised(self, record: Any, file: str) -> Any:
        """Return a record that follows the stored one, which is archived if the change matters."""
        key = record.path + record.id
        old: Any = self.known.present(key)
        # If this sheet wrote the old one itself, it is no version.
        if old is None or key in self._listed:
            return record
        if not self.rechained(old) and not versions.weighs(old, record):
            return record
        version = versions.version(old, self.known.past, self.now)
        if isinstance(old, Assertion):
            version = self._with_relays(old, version, file)
        self.archive(version, file)
        return replace(record, recorded=self.now, revision_of=version.id)

    def _with_relays(self, old: Assertion, version: Assertion, file: str) -> Assertion:
        """Return a version of an assertion with archived copies of its relays."""
        copies = []
        for number, id in enumerate(old.relays, 1):
            if relay := self._before(id):
                copies.append(replace(relay, id=f"{version.id}-r{number}"))
        for copy in copies:
            self.archive(copy, file)
        return replace(version, relays=tuple(copy.id for copy in copies))

    def rechained(self, old: Record | None) -> bool:
        """Tell whether this change alters the relays of an assertion."""
        return isinstance(old, Assertion) and any(
            self._before(r) != self.known.relays.get(r) for r in old.relays
        )

    def _before(self, relay: str) -> Relay | None:
        """Return a relay as it was before the sheet."""
        return self.relays[relay] if relay in self.relays else self.known.relays.get(relay)

    def archive(self, record: Record, file: str) -> None:
        """Keep a record that no longer counts in the history of `file`."""
        name = history(file)
        self.change.files.setdefault(name, []).append(record)
        self.known.add(record, name)

    def _same(self, record: Record) -> bool:
        return self.known.record(record.path + record.id) == record

    def file(self, name: str) -> str:
        """Return the path of a file of this collection."""
        return f"claims/{self.collection}/{name}.ttl"

    def entity(self, name: str, value: Value) -> str | None:
        """Return the id of the entity that a name means. Add a problem if there is none."""
        try:
            return self.meant(name, value)
        except KbError as error:
            near = isinstance(error, Ambiguous) or (isinstance(error, Unknown) and error.nearest)
            declare = (
                f"declare it: kb add entity {identifiers.slug(name)} TYPE --as '{name}', or on a "
                "sheet under new:"
            )
            self.problem("unknown-entity", error, value, "" if near else declare)
            return None

    def meant(self, name: str, value: Value) -> str:
        """Return the id of the entity that a name means. Raises Usage.

        A part of a name, such as a surname, gives a warning that says whose it is.
        """
        id = self.known.entity(name)
        if not self.known.exactly(name, ("entity",)):
            self.sheet.problem(
                "name-part",
                f"“{name}” is read as {self.known.described(f'entity/{id}')}.",
                value,
                "if another record is meant, write its id",
                severity="warning",
            )
        return id

    def names(self, value: Value) -> tuple[str, ...]:
        """Split the names in a value, unless an entity has exactly this name, with its commas."""
        if "," in value.text and self.known.exactly(value.text, ("entity",)):
            return (value.text,)
        return notation.names_in(value.text)

    def token(self, value: Value, allowed: Iterable[str]) -> str | None:
        """Return a word that is allowed, or None and add a problem if it is not."""
        if value.text in allowed:
            return value.text
        known = list(allowed)
        self.problem(
            "unknown-word",
            f"“{value.text}” is not allowed here.",
            value,
            identifiers.suggestion(value.text, known, f"known: {', '.join(known)}"),
        )
        return None

    def truth(self, value: Value) -> bool | None:
        """Read yes or no. Return None and add a problem for any other word."""
        words = {"yes": True, "no": False, "true": True, "false": False}
        return words.get(self.token(replace(value, text=value.text.lower()), words) or "")

    def mark(self, value: Value) -> bool | None:
        """Return True for yes, None for no or nothing, and add a problem for any other word."""
        return (self.truth(value) if value.text else None) or None

    def dates(self, value: Value, reference: calendar.Bounds, what: str) -> calendar.When:
        """Read a date. Return open bounds and add a problem if it cannot be read.

        If `what` names the date, a note shows how it was understood.
        """
        try:
            when = calendar.parse(value.text, reference)
        except ValueError as error:
            self.problem("bad-date", error, value)
            return calendar.When()
        if when.never and what != CLAIMS_DATE:
            self.problem("bad-date", f"“{values.shown(value.text)}” is not a date.", value)
            return calendar.When()
        if when.warning:
            self.sheet.problem(
                "date-weekday",
                f"{when.warning}.",
                value,
                "check the document; the phrase is kept",
                severity="warning",
            )
        typed, meant = value.text.partition(";")[0].strip(), calendar.understood(when)
        if what and meant != typed:
            self.change.notes.append(f"line {value.line}: {what} “{value.text}” is {meant}")
        return when

    def published(self) -> calendar.Bounds:
        """Return the bounds of the current source's publication."""
        if self.source is None:
            return None, None
        return self.source.published_from, self.source.published_to

    def source_file(self) -> str:
        """Return the file of the current source."""
        assert self.source is not None
        return self.known.files["source/" + self.source.id]
