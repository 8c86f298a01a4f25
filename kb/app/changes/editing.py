"""Edits of records: edit, withdraw, rename. Each is planned and fully checked, like a sheet,
before anything is written.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime

from kb.app.changes import planning
from kb.app.changes.planning import Plan
from kb.app.session import Session
from kb.coding import (
    compiler,
    decompiler,
    entities,
    sheet_rules,
    yaml_reader,
    yaml_writer,
)
from kb.coding.sheet import Entry, Sheet, Value
from kb.errors import Refused, Usage
from kb.model import identifiers, values, vocabulary
from kb.model.records import Assertion, Claim
from kb.rdf import mentions, turtle_writer
from kb.workspace.catalogs.catalog import Known
from kb.workspace.transactions import transaction


def edit(
    session: Session,
    name: str,
    values: Mapping[str, str],
    coder: str = "",
    now: datetime | None = None,
) -> Plan:
    """Plan new values for a record, such as `{"when": "2020-06-05"}`. An empty text clears a field.

    Raises Usage if there is no such record, and for an id, which `rename` changes.
    """
    known = session.present()
    key = known.resolve(name)
    if "id" in values:
        raise Usage(
            "an id is used in other records, too, so it cannot be edited.",
            f"kb rename {key} {values['id'] or 'NEW'} changes all",
        )
    if key.startswith("claim/") and "claim" in values:  # as on a sheet that enters it
        values = {"statement" if k == "claim" else k: v for k, v in values.items()}
    return planning.plan_sheet(session, _form(known, key, values, coder), now)


def form(session: Session, name: str) -> str:
    """Return a record as a sheet of its own, to be edited and passed to `amended`. Raises Usage
    if there is no such record.
    """
    known = session.present()
    key = known.resolve(name)
    return yaml_writer.write(_form(known, key, values_of(session, known, key), ""))


def values_of(session: Session, known: Known, key: str) -> dict[str, str]:
    """Return key → text of a record, as on a sheet. Empty fields are left out."""
    stored = known.present(key)
    if not isinstance(stored, Claim | Assertion):
        return compiler.shown(stored)
    source = known.sources.get(stored.source or "") if isinstance(stored, Assertion) else None
    return decompiler.values_of(known, stored, session.document(source) if source else None)


def keys(known: Known, key: str) -> tuple[str, ...]:
    """Return the keys of a record that can be edited."""
    record = known.present(key)
    return compiler.keys(record) if record else ()


def basis(known: Known, key: str) -> str:
    """Return a digest of a record with its passage and relays: another one means that somebody
    changed it. Empty if there is no such record.
    """
    record = known.record(key)
    parts: list[object] = [record]
    if isinstance(record, Assertion):
        parts += [known.quotes.get(record.quote or "")]
        parts += [known.relays.get(relay) for relay in record.relays]
    return hashlib.sha256(repr(parts).encode()).hexdigest() if record else ""


def amended(before: str, after: str, name: str = "") -> Sheet | None:
    """Return a sheet of the values that were changed in a form, or None if none was.

    A value whose line was deleted is empty. `name` is the file of the form.

    >>> form = "records:\\n- id: entity/a\\n  name: A\\n  note: x\\n"
    >>> changed = amended(form, "records:\\n- id: entity/a\\n  name: B\\n")
    >>> [(key, value.text, value.line) for key, value in changed.records[0].values.items()]
    [('id', 'entity/a', 2), ('name', 'B', 3), ('note', '', 0)]
    """
    old, new = yaml_reader.parse(before, "before"), yaml_reader.parse(after, name)
    wrong = any(problem.severity == "error" for problem in new.problems)
    if wrong or [e.get("id") for e in new.records] != [e.get("id") for e in old.records]:
        return new
    changes = Sheet(name, top=new.top, problems=new.problems)
    for was, now in zip(old.records, new.records, strict=True):
        gone = {
            "affirms" if k in vocabulary.STANCES else k: Value("")
            for k in was.values
            if k not in now.values
        }
        if any(k in vocabulary.STANCES for k in now.values):
            gone.pop("affirms", None)
        changed = {
            k: v for k, v in now.values.items() if v.text != was.get(k) or k not in was.values
        }
        if changed or gone:
            changes.records.append(Entry({"id": now.values["id"], **changed, **gone}, now.line))
    return changes if changes.records else None


def _form(known: Known, key: str, values: Mapping[str, str], coder: str) -> Sheet:
    stored = known.present(key)
    top = {"source": stored.source or ""} if isinstance(stored, Assertion) else {}
    record = sheet_rules.entry({"id": key, **values})
    return sheet_rules.built({**top, "coder": coder}, records=[record])


def withdraw(session: Session, names: Sequence[str], why: str, now: datetime | None = None) -> Plan:
    """Plan to withdraw records that were wrong, and those that depend on them. Raises Usage without
    a reason.
    """
    if not why.strip():
        raise Usage(
            "a withdrawal needs a reason.",
            'kb withdraw ID --because "the passage speaks of another town"',
        )
    if wrong := values.wrong(why):
        raise Usage(f"the reason {wrong}.", "type it again, in a sentence")
    session.sound()
    known = session.present()
    chosen = [known.resolve(name) for name in names]
    named = Sheet("")
    plan = Plan(
        named,
        compiler.withdraw(
            named,
            chosen,
            why.strip(),
            known,
            now or transaction.now(session.folder),
            session.folder.collection,
        ),
    )
    return planning.checked(session, plan)


def judge(
    session: Session,
    kind: str,
    about: str,
    other: str,
    said: Mapping[str, str],
    now: datetime | None = None,
) -> Plan:
    """Plan a decision about one or two records. `said` can have `why`, `lines`, `verdict`,
    `certainty` and `coder`.

    Raises Usage if a record or the reason is missing.
    """
    _check_decision(kind, about, other, said)
    known = session.present()
    records = {"about": entities.judged(known, kind, about)}
    if other:
        records["other"] = entities.judged(known, kind, other)
    values = {"kind": kind, **records, **said}
    entry = sheet_rules.entry({k: v for k, v in values.items() if v and k != "coder"})
    top = {"coder": said.get("coder", "")}
    if said.get("lines") and records["about"].startswith("source/"):
        top["source"] = records["about"].removeprefix("source/")
    sheet = sheet_rules.built(top, judgements=[entry])
    return planning.plan_sheet(session, sheet, now)


def _check_decision(kind: str, about: str, other: str, said: Mapping[str, str]) -> None:
    """Raise Usage if the kind is unknown, or if the reason or a record is missing."""
    if kind not in vocabulary.JUDGEMENTS:
        known = ", ".join(vocabulary.JUDGEMENTS)
        hint = identifiers.suggestion(kind, vocabulary.JUDGEMENTS, known)
        raise Usage(f"“{kind}” is not a kind of judgement.", hint)
    if not said.get("why", "").strip():
        example = f'kb judge {kind} … --because "both name the same officer and day"'
        raise Usage("a judgement needs a reason.", example)
    if kind != "verdict" and not other:
        raise Usage(f"{kind} is about two records.", f"kb judge {kind} {about} OTHER --because …")


def rename(session: Session, name: str, new: str) -> dict[str, tuple[str, str]]:
    """Return path → (text before, text after) of every stored file that a new id of a record
    changes.

    Raises Usage if there is no such record or `new` is not an id, Refused if it is taken, Invalid
    if a file cannot be read.
    """
    session.condition().check_read()
    known = session.present()
    key = known.resolve(name)
    wanted = _new_key(known, key, new)
    base, out = session.folder.base, {}
    for path in session.folder.files():
        before = session.folder.stored(path)
        if mentions.may_name(before, base, key):
            text = turtle_writer.renamed(before, base, key, wanted)
            if text != before:
                canonical = turtle_writer.tidy(before, base) == before
                out[path] = (before, turtle_writer.tidy(text, base) if canonical else text)
    return out


def _new_key(known: Known, key: str, new: str) -> str:
    """Return the path and new id of a record. Raises Usage if it is not an id, Refused if it is
    taken.
    """
    path, _, old = key.partition("/")
    new = new.removeprefix(f"{path}/")
    if not new or any(identifiers.slug(part, 200) != part for part in new.split(".")):
        raise Usage(
            f"“{new}” is not an id: lower-case words joined by hyphens.",
            f"write {identifiers.slug(new)}",
        )
    if new == old:
        raise Usage(f"{key} has this id already.", f"kb rename {old} NEW")
    if f"{path}/{new}" in known.files:
        raise Refused(
            f"{path}/{new} is another record.", "kb merge joins two records that mean the same"
        )
    return f"{path}/{new}"


def overturn(session: Session, name: str, why: str, now: datetime | None = None) -> Plan:
    """Plan to withdraw a judgement, by its id or the beginning of it. Raises Usage if there is
    none, or without a reason.
    """
    known = session.present()
    key = known.resolve(name, ("judgement",), also=known.past)
    id = key.removeprefix("judgement/")
    if key in known.past:
        raise Usage(
            f"{id} is withdrawn already.", f"kb show {id} --history; kb judge records it again"
        )
    if not why.strip():
        raise Usage(
            "undoing a judgement needs a reason.",
            f'kb judge --undo {id} --because "two different nights"',
        )
    return withdraw(session, [key], why, now)
