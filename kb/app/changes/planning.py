"""Plans: a sheet is fully checked, including the statuses it changes, before anything is
written.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime

from kb.app.changes.dry_run import trial
from kb.app.checks import saved_checks, validation
from kb.app.derivation.kept_statuses import Statuses
from kb.app.session import Session
from kb.coding import compiler, versions, yaml_reader
from kb.coding.sheet import Sheet
from kb.errors import Invalid, KbError, Problem
from kb.model.rdf_terms import Term, Triple
from kb.model.records import Record, Source
from kb.rdf import turtle_writer
from kb.workspace.caches import document_library, record_cache
from kb.workspace.catalogs.catalog import Declared, Known
from kb.workspace.files import folder
from kb.workspace.log.log_folder import OWN_PREDICATES
from kb.workspace.transactions import transaction


@dataclass(slots=True)
class Additions:
    """Additions of a change that no sheet can make: sources with their files, the texts of sources
    by id, and own predicates, as declarations and as the text of their file.
    """

    sources: list[tuple[Source, str]] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    declared: Mapping[str, Declared] = field(default_factory=dict)
    predicates: str = ""


@dataclass(slots=True)
class Plan:
    """The checked changes of a sheet, or of several, not written yet. `texts` are the new contents
    by file, `seen` the present ones. `added` are the additions to the sheets.
    """

    sheet: Sheet
    change: compiler.SheetChanges
    problems: tuple[Problem, ...] = ()
    texts: dict[str, str] = field(default_factory=dict)
    seen: dict[str, str] = field(default_factory=dict)
    outcome: Statuses | None = None
    what: str = ""
    added: Additions = field(default_factory=Additions)

    @property
    def sound(self) -> bool:
        """Whether the plan may be written."""
        return not any(p.severity == "error" for p in self.problems)


def plan(session: Session, text: str, name: str, now: datetime | None = None) -> Plan:
    """Plan a sheet: check it, and compute the statuses that it would change. Nothing is written."""
    return plan_sheet(session, yaml_reader.parse(text, name), now)


def plan_sheet(session: Session, sheet: Sheet, now: datetime | None = None) -> Plan:
    """Plan a sheet that was parsed already. Nothing is written."""
    return plan_sheets(session, [sheet], now)


def plan_sheets(
    session: Session,
    sheets: Sequence[Sheet],
    now: datetime | None = None,
    added: Additions | None = None,
) -> Plan:
    """Plan sheets that were parsed already, as one change. Nothing is written."""
    parsed = [replace(sheet, problems=list(sheet.problems)) for sheet in sheets]
    plan = Plan(
        Sheet(" ".join(dict.fromkeys(sheet.name for sheet in parsed))), compiler.SheetChanges()
    )
    plan.added = added or Additions()
    session.sound()
    if all(p.severity != "error" for sheet in parsed for p in sheet.problems):
        plan.change = _change(session, parsed, now or transaction.now(session.folder), plan.added)
    plan.sheet.problems = [problem for sheet in parsed for problem in sheet.problems]
    return checked(session, plan)


def _change(
    session: Session, parsed: Sequence[Sheet], now: datetime, added: Additions
) -> compiler.SheetChanges:
    known = _with(session.present(), added)
    texts = [_text(session, known, sheet, added) for sheet in parsed]
    whole = session.folder.passages == "whole"
    together = list(zip(parsed, texts, strict=True))
    change = compiler.from_sheets(together, known, now, session.folder.collection, whole)
    for source, file in added.sources:
        change.files.setdefault(file, []).insert(0, source)
    change.added[:0] = [source.path + source.id for source, _ in added.sources]
    return change


def _with(known: Known, added: Additions) -> Known:
    """Return a catalog that also has the additions of a change."""
    if added.declared:
        known.predicates = {**known.predicates, **added.declared}
    for source, file in added.sources:
        known.add(source, file)
    return known


def _text(session: Session, known: Known, sheet: Sheet, added: Additions) -> str | None:
    """Return the text of the source of a sheet, or None if it is not available."""
    if sheet.get("source") in added.texts:
        return added.texts[sheet.get("source")]
    if sheet.get("source"):
        with suppress(KbError):  # the compiler reports it, with its place
            return session.text(known.source(sheet.get("source")))
    return None


def checked(session: Session, plan: Plan) -> Plan:
    """Return the plan with the new texts, what the checks find in them, and the statuses that
    change.
    """
    plan.problems = tuple(plan.sheet.problems)
    if not plan.sound:
        return plan
    _write_out(session, plan)
    base = session.folder.base
    focus = {r.path + r.id for records in plan.change.files.values() for r in records}
    tried = trial(session, plan.texts, focus, plan.change.claims)
    report = validation.run(
        tried.files,
        base,
        session.shapes(),
        _library(session, plan.added),
        focus,
        session.folder.passages == "fragments",
    )
    rows = session.checks(tried.reader, tried.files, {base + id for id in focus})
    plan.outcome = tried.outcome
    found = (*report.problems, *saved_checks.beyond(rows, report.problems))
    # The sheet has reported weekdays already, with their lines.
    plan.problems += tuple(p for p in found if p.code != "date-weekday")
    return plan


def _library(session: Session, added: Additions) -> Callable[[str], str | None]:
    """Return a function that finds a text by its digest, also one that is not kept yet."""
    new = {folder.digest(text): text for text in added.texts.values()}
    find = document_library.finder(session.folder)
    return lambda sha: new.get(sha) or find(sha)


def _write_out(session: Session, plan: Plan) -> None:
    """Give a plan the texts that it would write, and those that are there now."""
    base, change = session.folder.base, plan.change
    homes = _homes(session, change.removed) if change.removed else set[str]()
    removed = {base + key for key in change.removed}
    plan.seen = {name: session.folder.read(name) for name in sorted({*change.files, *homes})}
    moved = turtle_writer.stated([plan.seen[name] for name in homes], removed, base)
    moved |= _replaced(change.files.values(), plan.seen.values(), base)
    for name, seen in plan.seen.items():
        text = turtle_writer.replace(seen, change.files.get(name, ()), base, removed, moved)
        plan.texts[name] = "" if text == turtle_writer.heading(base) else text
    if plan.added.predicates:
        plan.seen[OWN_PREDICATES] = session.folder.read(OWN_PREDICATES)
        plan.texts[OWN_PREDICATES] = plan.added.predicates


def _homes(session: Session, keys: Collection[str]) -> set[str]:
    """Return the files that describe these records."""
    names = session.near().homes(keys)
    some = session.records() if names is None else record_cache.chosen(session.folder, names)
    return {name for name, records in some if any(r.path + r.id in keys for r in records)}


def _replaced(
    changed: Iterable[Sequence[Record]], seen: Iterable[str], base: str
) -> dict[str, list[Triple]]:
    """Return what the files state about each record that becomes a version, under the version's id.

    So what the model does not read moves to the history, too.
    """
    ids = {(r.path, r.id) for records in changed for r in records}
    origins = {
        f"{base}{path}{id}": f"{base}{path}{versions.current(id)}"
        for path, id in ids
        if versions.current(id) != id
    }
    known = turtle_writer.stated(seen, set(origins.values()), base) if origins else {}
    return {
        version: [(Term("iri", version), p, o) for _, p, o in known[origin]]
        for version, origin in origins.items()
        if origin in known
    }


def add(session: Session, plan: Plan) -> list[str]:
    """Write a plan: all of it or nothing. Returns the files written. Raises Invalid, Conflict."""
    if not plan.sound:
        raise Invalid(plan.problems)
    for text in plan.added.texts.values():
        folder.keep_document(session.folder, text)
    return transaction.commit(
        session.folder,
        plan.texts,
        plan.seen,
        plan.what or f"add --from {plan.sheet.name}".removesuffix(" --from "),
    )
