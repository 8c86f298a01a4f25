"""Withdrawals: our record was wrong. It stops counting, with its reason, and what hangs on it goes
with it; nothing is forgotten.

A speaker who takes a statement back is something else: an assertion with the stance *retracts*.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from kb.coding import passages
from kb.coding.context import Desk
from kb.model.records import Affiliation, Assertion, Judgement, slots
from kb.workspace.catalog import Known

DATED = ("claim", "assertion", "affiliation", "judgement")


def withdraw(desk: Desk, keys: Iterable[str], why: str) -> None:
    """Withdraw the records with these paths and ids, and those that would be left without what they
    speak of.
    """
    chosen = list(dict.fromkeys(keys))
    goes = closure(desk.known, chosen)
    for key in goes:
        path = key.partition("/")[0]
        users = sorted(_users(desk.known, key) - set(goes))
        if path not in DATED and users:
            more = f" and {len(users) - 3} more" if len(users) > 3 else ""
            desk.problem(
                "still-used",
                f"{key} is still used by {', '.join(users[:3])}{more}.",
                None,
                "withdraw or edit these first, or kb rename it",
            )
        elif users:
            desk.problem(
                "still-used",
                f"{', '.join(users)} rests on {key}.",
                None,
                f"kb edit {users[0]} basis=… first",
            )
    if desk.sheet.problems:
        return
    for key in goes:
        _end(desk, key, why if key in chosen else f"with {', '.join(chosen)}: {why}")
    for source in sorted(
        {
            a.source
            for a in desk.known.past.values()
            if isinstance(a, Assertion) and "assertion/" + a.id in goes and a.source
        }
    ):
        passages.orphans(desk, source)


def _end(desk: Desk, key: str, why: str) -> None:
    record: Any = desk.known.present(key)
    file = desk.known.files[key]
    desk.change.removed.add(key)
    if key.partition("/")[0] not in DATED:
        desk.known.forget(key)
        desk.change.withdrawn.append(key)
        return
    if isinstance(record, Assertion):
        desk.used.add(record.id)
        for link in (desk.known.relays[r] for r in record.relays if r in desk.known.relays):
            desk.change.removed.add("assertion/" + link.id)
            desk.known.forget("assertion/" + link.id)
            desk.archive(link, file)
    desk.known.forget(key)
    desk.archive(replace(record, invalidated=desk.now, invalidated_because=why), file)
    desk.change.withdrawn.append(key)


def closure(known: Known, keys: Iterable[str]) -> list[str]:
    """These records and all that cannot stay without them: what is said of a claim, a claim of
    which nothing is said any more,
    what disowns an assertion, judgements about any of them."""
    goes = list(keys)
    for key in goes:  # grows while it is walked
        path, _, id = key.partition("/")
        said = [a for a in known.assertions.values() if a.claim == id] if path == "claim" else []
        more = ["assertion/" + a.id for a in said]
        if path == "assertion":
            more += ["assertion/" + a.id for a in known.assertions.values() if a.target == id]
            claim = getattr(known.present(key), "claim", None)
            left = [
                a
                for a in known.assertions.values()
                if a.claim == claim and "assertion/" + a.id not in goes
            ]
            more += [f"claim/{claim}"] if claim in known.claims and not left else []
        more += [
            f"judgement/{j.id}"
            for j in known.others.values()
            if isinstance(j, Judgement) and key in (j.about, j.other)
        ]
        goes += [m for m in dict.fromkeys(more) if m not in goes]
    return goes


def _users(known: Known, key: str) -> set[str]:
    """Records that point at this one and are not withdrawn with it."""
    path, _, id = key.partition("/")
    if path in DATED:
        return {
            f"affiliation/{a.id}"
            for a in known.others.values()
            if isinstance(a, Affiliation) and a.basis == key
        }
    if path == "source":
        return {f"assertion/{a.id}" for a in known.assertions.values() if a.source == id} | {
            f"source/{s.id}" for s in known.sources.values() if s.copy_of == id
        }
    return {r.path + r.id for r in known.all() if r.path + r.id != key and _names(r, id)}


def _names(record: Any, entity: str) -> bool:
    for name, slot in slots(type(record)).items():
        value = getattr(record, name)
        wanted = entity if slot.target == "entity/" else f"entity/{entity}"
        if (
            slot.type == "ref"
            and slot.target in ("entity/", "")
            and (value == wanted or (slot.many and wanted in value))
        ):
            return True
    return False
