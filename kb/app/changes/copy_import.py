"""Import of another knowledge base of this program, as one change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from kb.app.changes import merging, new_words, planning
from kb.app.changes.comparison import Import, compare
from kb.app.changes.planning import Additions, Plan
from kb.app.session import Session
from kb.coding.context import Context
from kb.coding.sheet import Sheet
from kb.errors import Place, Problem, Usage
from kb.exchange import knowledge_copies
from kb.exchange.knowledge_copies import Copy
from kb.model import identifiers
from kb.model.records import Claim
from kb.rdf.encoding import Altered
from kb.workspace.catalogs.catalog import Declared, Known
from kb.workspace.transactions import transaction


def plan(session: Session, files: Sequence[tuple[str, bytes]], create: bool) -> Import:
    """Plan the import of a knowledge base: its folder, or its export. Nothing is written. With
    `create`, predicates of its own that nobody has declared here are declared.

    Raises Usage if it cannot be read, or holds a value that cannot be written here.
    """
    if len(files) != 1:
        raise Usage("one knowledge base is imported at a time.", "run the command once for each")
    copy = knowledge_copies.read(*files[0])
    known, sheet = session.known(), Sheet(copy.name)
    added = _words(session, copy, known, sheet, create=create)
    copy = _in_words_here(copy, known, added.declared)
    merged = merging.merged(copy, known)
    for key, here, there in merged.clashes:
        message = f"{key} is another record here: “{here}”, and “{there}” in {copy.name}."
        hint = f"kb rename {key} NEW, here or there, and import again"
        sheet.problem("id-twice", message, None, hint)
    try:
        planned = _planned(session, known, sheet, copy, merged, added)
    except Altered as error:
        raise Usage(f"{copy.name}: {error.message}", "correct that value in the copy") from None
    planned.problems = tuple(_in_the_copy(p, copy.name) for p in planned.problems)
    found = Import(planned, len(copy.records), merged.same, untaken=list(copy.untaken))
    compare(found, session.known())
    return found


def _planned(
    session: Session,
    known: Known,
    sheet: Sheet,
    copy: Copy,
    merged: merging.Merged,
    added: Additions,
) -> Plan:
    if added.declared:
        known.predicates = {**known.predicates, **added.declared}
    collection = identifiers.slug(session.folder.collection)
    context = Context(sheet, known, None, transaction.now(session.folder), collection)
    if not sheet.problems:
        merging.put(context, merged.records)
        added.texts |= merging.texts(copy, merged.records)
    return planning.checked(session, Plan(sheet, context.change, added=added))


def _in_the_copy(problem: Problem, name: str) -> Problem:
    """Return a problem with the copy and the record as its place: the file here is not written."""
    if problem.place.path == name or not problem.subject:
        return problem
    return replace(problem, place=Place(f"{name}: {problem.subject}"))


def _words(session: Session, copy: Copy, known: Known, sheet: Sheet, *, create: bool) -> Additions:
    """Return declarations of the copy's own predicates that nobody has declared here."""
    unknown: dict[str, Claim] = {}
    for record in copy.records:
        if isinstance(record, Claim) and record.predicate:
            word = _word(copy, record.predicate)
            if not known.declared(word):
                unknown.setdefault(word, record)
    if not create:
        for word in unknown:
            hint = "--create declares it; kb list predicates shows those there are"
            sheet.problem(new_words.CODE, f"no predicate is called “{word}”.", None, hint)
        return Additions()
    return _declared(session, copy, unknown) if unknown else Additions()


def _declared(session: Session, copy: Copy, unknown: Mapping[str, Claim]) -> Additions:
    copy.untaken.append(
        f"{copy.name}: the rules of {', '.join(unknown)}: only the words are declared"
    )
    return new_words.declared(
        session,
        [
            new_words.as_used(word, None, copy.base, claim.statement or "", claim.kind)
            for word, claim in unknown.items()
        ],
    )


def _word(copy: Copy, predicate: str) -> str:
    """Return the word of a predicate, without the base of the copy."""
    return predicate.removeprefix(f"{copy.base}predicate/")


def _in_words_here(copy: Copy, known: Known, declared: Mapping[str, Declared]) -> Copy:
    """Return a copy whose claims use the predicates of here with the same words."""
    records: list[Any] = []
    for record in copy.records:
        if isinstance(record, Claim) and record.predicate:
            word = _word(copy, record.predicate)
            found = declared.get(word) or known.predicates.get(word)
            record = replace(record, predicate=found.id or word) if found else record
        records.append(record)
    return replace(copy, records=records)
