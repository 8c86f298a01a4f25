"""What every part of a sheet needs while it is coded: the records known, the source in hand, the
change that grows, the problems.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final

from kb.coding import notation, versions
from kb.coding.alike import Alike
from kb.coding.fragments import Fragments
from kb.coding.sheet import Entry, Sheet, Value
from kb.errors import Ambiguous, KbError, Unknown
from kb.model import admission, identifiers, values
from kb.model import dates as calendar
from kb.model.records import Assertion, Quote, Record, Relay, Source
from kb.rdf import turtle_writer
from kb.workspace.catalog import Known, history, past

# What a note calls the date of a claim, which alone may be “never”.
CLAIMS_DATE: Final = "the claim's date"


@dataclass(slots=True)
class Change:
    """What a sheet would do: file → records to write there, and IRIs' tails of records that nothing
    refers to any more.
    """

    source: str = ""
    files: dict[str, list[Record]] = field(default_factory=dict)
    removed: set[str] = field(default_factory=set)
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)
    claims: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Desk:
    """One sheet being coded."""

    sheet: Sheet
    known: Known
    text: str | None
    now: datetime
    collection: str
    change: Change = field(default_factory=Change)
    source: Source | None = None
    at: Value | Entry | None = (
        None  # the entry that is being coded: where the sheet says what is put
    )
    used: set[str] = field(
        default_factory=set
    )  # assertions of the source that this sheet has matched
    relays: dict[str, Relay] = field(default_factory=dict)  # as they were before the sheet
    fragments: dict[str, Fragments] = field(default_factory=dict)  # by source
    alike: Alike = field(default_factory=Alike)  # ids of claims, by their words
    # File and key of each record put; keys among those added or changed; claims in hand.
    _written: set[tuple[str, str]] = field(default_factory=set)
    _listed: set[str] = field(default_factory=set)
    _claims: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.relays |= self.known.relays
        self.alike = Alike(self.known.claims)

    def concerns(self, claim: str) -> None:
        """Count a claim among those that the sheet speaks of."""
        if claim not in self._claims:
            self._claims.add(claim)
            self.change.claims.append(claim)

    def problem(
        self, code: str, error: Exception | str, at: Value | Entry | None, hint: str = ""
    ) -> None:
        """Note what is wrong at a place of the sheet."""
        message, more = (
            (error.message, error.hint) if isinstance(error, KbError) else (str(error), "")
        )
        self.sheet.problem(code, message, at, hint or more)

    def put(self, record: Record, file: str) -> None:
        """Write `record` where it is already, else in `file`; a record that is the same stays as it
        is.

        Where the difference can change a status, what it replaces is kept as a version.
        """
        key = record.path + record.id
        for fault in admission.faults(record, self.known.record(key)):
            self.problem(fault.code, fault.message, self.at, fault.hint)
        home = self.known.files.get(key, file)
        if past(home):  # known from the past only: it counts again
            self.change.removed.add(key)
        else:
            file = home
        record = self._revised(turtle_writer.ordered(record), file)
        written = self.change.files.setdefault(file, [])
        if (file, key) in self._written:
            written[:] = [r for r in written if r.path + r.id != key]
        self._written.add((file, key))
        written.append(record)
        if not isinstance(record, Quote | Relay):
            self._count(key, record)
        self.known.add(record, file)

    def _count(self, key: str, record: Record) -> None:
        """Count a record among those added or changed, once, unless it is as it was."""
        before = self.known.files.get(key)
        listed = self.change.changed if before else self.change.added
        if key not in self._listed and not (before and self._same(record)):
            self._listed.add(key)
            listed.append(key)

    def _revised(self, record: Any, file: str) -> Any:
        old: Any = self.known.present(record.path + record.id)
        # What this very change wrote is no version.
        mine = record.path + record.id in self._listed
        if old is None or mine or not (self.rechained(old) or versions.weighs(old, record)):
            return record
        version = versions.version(old, self.known.past, self.now)
        if isinstance(old, Assertion):
            links = [
                replace(self.relays[r], id=f"{version.id}-r{n}")
                for n, r in enumerate(old.relays, 1)
                if r in self.relays
            ]
            version = replace(version, relays=tuple(r.id for r in links))
            for link in links:
                self.archive(link, file)
        self.archive(version, file)
        return replace(record, recorded=self.now, revision_of=version.id)

    def rechained(self, old: Record | None) -> bool:
        """Whether this change gives an assertion other relays than it had."""
        return isinstance(old, Assertion) and any(
            self.relays.get(r) != self.known.relays.get(r) for r in old.relays
        )

    def archive(self, record: Record, file: str) -> None:
        """Keep a record that no longer counts in the history of `file`."""
        name = history(file)
        self.change.files.setdefault(name, []).append(record)
        self.known.add(record, name)

    def _same(self, record: Record) -> bool:
        return self.known.record(record.path + record.id) == record

    def file(self, name: str) -> str:
        """Path of a file of this collection."""
        return f"claims/{self.collection}/{name}.ttl"

    def entity(self, name: str, value: Value) -> str | None:
        """Id of the entity that a name means; None, and a problem, where there is none."""
        try:
            return self.meant(name, value)
        except KbError as error:
            near = isinstance(error, Ambiguous) or (isinstance(error, Unknown) and error.nearest)
            declare = f"declare it: kb add entity {identifiers.slug(name)} TYPE --as '{name}', or on a sheet under new:"
            self.problem("unknown-entity", error, value, "" if near else declare)
            return None

    def meant(self, name: str, value: Value) -> str:
        """Return the id of the entity that a name means, and warn which one where only a part of
        its name is written. Raises Usage.
        """
        id = self.known.entity(name)
        if not self.known.exactly(name, ("entity",)):
            self.sheet.problem(
                "name-part",
                f"“{name}” is read as {self.known.described(f'entity/{id}')}.",
                value,
                "write the id where another record is meant",
                severity="warning",
            )
        return id

    def names(self, value: Value) -> tuple[str, ...]:
        """The names in a value; all of it where an entity has this very name, commas included."""
        if "," in value.text and self.known.exactly(value.text, ("entity",)):
            return (value.text,)
        return notation.names_in(value.text)

    def token(self, value: Value, allowed: Iterable[str]) -> str | None:
        """A word if it is in the list that is allowed; None, and a problem, where it is not."""
        if value.text in allowed:
            return value.text
        known = list(allowed)
        self.problem(
            "unknown-word",
            f"“{value.text}” is not known here.",
            value,
            identifiers.suggestion(value.text, known, f"known: {', '.join(known)}"),
        )
        return None

    def dates(
        self, value: Value, reference: tuple[date | None, date | None], what: str
    ) -> calendar.When:
        """Bounds of a date as typed; open, and a problem, where it cannot be read. `what` names it
        in a note, empty for none.
        """
        try:
            when = calendar.parse(value.text, reference)
        except ValueError as error:
            self.problem("bad-date", error, value)
            return calendar.When()
        if when.never and what != CLAIMS_DATE:
            self.problem("bad-date", f"“{values.shown(value.text)}” is no date.", value)
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

    def published(self) -> tuple[date | None, date | None]:
        """Publication bounds of the source in hand."""
        return (
            (self.source.published_from, self.source.published_to) if self.source else (None, None)
        )

    def source_file(self) -> str:
        """File of the source in hand."""
        assert self.source is not None
        return self.known.files["source/" + self.source.id]
