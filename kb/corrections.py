"""Changing what is recorded: edit, withdraw, rename. Each is planned and checked whole, like a sheet, before one byte is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from kb import authoring, ids, layout, record, turtle
from kb.authoring import Plan
from kb.errors import Refused, Usage
from kb.holdings import Holdings
from kb.known import Known
from kb.model import Assertion
from kb.record.versions import current
from kb.sheet import Sheet, Value

# Paths of the records that have an id of their own, in the order in which a bare id is looked up.
PATHS = ("claim/", "assertion/", "entity/", "source/", "affiliation/", "judgement/")


def edit(holdings: Holdings, name: str, values: Mapping[str, str], coder: str = "", now: datetime | None = None) -> Plan:
    """Give a record other values, as `{"when": "2020-06-05"}`; an empty text empties a field, what is not named stays.

    Raises Usage where no record is meant.
    """
    files, known = holdings.whole(), holdings.known()
    key = meant(known, name)
    stored = known.present(key)
    text = holdings.document(known.sources[stored.source]) if isinstance(stored, Assertion) and stored.source in known.sources else None
    sheet = _named("kb edit", coder)
    plan = Plan(sheet, record.edit(sheet, key, {k: Value(v) for k, v in values.items()}, known, text, _now(now)))
    return authoring.checked(holdings, plan, files)


def withdraw(holdings: Holdings, names: Sequence[str], why: str, now: datetime | None = None) -> Plan:
    """Make records count no more, because ours were wrong; what hangs on them goes with them. Raises Usage without a reason."""
    if not why.strip():
        raise Usage("a withdrawal needs its reason.", 'kb withdraw ID --why "the passage speaks of another town"')
    files, known = holdings.whole(), holdings.known()
    chosen = [meant(known, name) for name in names]
    sheet = _named("kb withdraw", "")
    plan = Plan(sheet, record.withdraw(sheet, chosen, why.strip(), known, _now(now), holdings.folder.collection))
    return authoring.checked(holdings, plan, files)


def shown(known: Known, name: str) -> dict[str, str]:
    """Key → text of a record's fields as `edit` reads them; of a claim or an assertion only the keys."""
    stored = known.present(meant(known, name))
    assert stored is not None
    return record.shown(stored) or dict.fromkeys(record.keys(stored), "")


def rename(holdings: Holdings, name: str, new: str) -> dict[str, tuple[str, str]]:
    """Path → (text before, text after) of every stored file in which a record's id changes from `name` to `new`.

    Raises Usage where no record is meant or `new` is no id, Refused where it is taken, Invalid where a file cannot be read.
    """
    files, known = holdings.whole(), holdings.known()
    key = meant(known, name)
    path, _, old = key.partition("/")
    new = new.removeprefix(f"{path}/")
    if not new or any(ids.slug(part, 200) != part for part in new.split(".")):
        raise Usage(f"“{new}” is not an id: lower-case words joined by hyphens.", f"write {ids.slug(new)}")
    if f"{path}/{new}" in known.files:
        raise Refused(f"{path}/{new} is another record.", "kb merge joins two records that mean the same")
    base = holdings.folder.base
    out = {}
    for file in files:
        text = turtle.renamed(file.text, base, f"{path}/{old}", f"{path}/{new}")
        if text != file.text:
            canonical = layout.tidy(file.text, base) == file.text
            out[file.path] = (file.text, layout.tidy(text, base) if canonical else text)
    return out


def meant(known: Known, name: str) -> str:
    """Path and id of the present record that a name means: any id with or without its path, or an entity's name. Raises Usage."""
    for path in ("", *PATHS):
        if known.present(path + name):
            return path + name
    if name in known.past or any(path + name in known.past for path in PATHS):
        raise Usage(f"{name} no longer counts.", f"kb show {current(name)} --history tells what became of it")
    began = [k for k in known.files if k.startswith("assertion/" + name) and known.present(k) and "-r" not in k.rpartition(".")[2]]
    return began[0] if len(began) == 1 else known.anything(name)


def _named(name: str, coder: str) -> Sheet:
    sheet = Sheet(name)
    if coder:
        sheet.top["coder"] = Value(coder)
    return sheet


def _now(now: datetime | None) -> datetime:
    return now or datetime.now(UTC).replace(microsecond=0)
