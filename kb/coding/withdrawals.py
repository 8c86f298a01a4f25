"""Withdrawals of records that were wrong.

A withdrawn record no longer counts, and neither do the records that depend on it. All of them are
kept in the history, with the reason. If a speaker takes a statement back, that is no withdrawal but
an assertion with the stance *retracts*.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from kb.coding import passages
from kb.coding.context import Context
from kb.model.records import Affiliation, Assertion, Judgement, Record, Source
from kb.workspace.catalogs.catalog import Known

DATED = ("claim", "assertion", "affiliation", "judgement")
# A reason lists this many of the records that were withdrawn together.
NAMED = 3


def withdraw(context: Context, keys: Iterable[str], why: str) -> None:
    """Withdraw the records with these keys, and the records that depend on them."""
    chosen = list(dict.fromkeys(keys))
    goes = closure(context.known, chosen)
    gone = set(goes)
    for key in goes:
        _unused(context, key, sorted(_users(context.known, key) - gone))
    if context.sheet.problems:
        return
    for key in goes:
        _end(context, key, why if key in chosen else f"with {_listed(chosen)}: {why}")
    ended = (context.known.past.get(key) for key in goes)
    sources = {r.source for r in ended if isinstance(r, Assertion) and r.source}
    passages.orphans(context, sources)


def _unused(context: Context, key: str, users: Sequence[str]) -> None:
    """Add a problem if a record cannot be withdrawn because other records use it."""
    if not users:
        return
    if key.partition("/")[0] in DATED:
        message = f"{', '.join(users)} depends on {key}."
        hint = f"kb edit {users[0]} basis=… first"
    else:
        message = f"{key} is still used by {_listed(users)}."
        hint = "withdraw or edit these first, or kb rename it"
    context.problem("still-used", message, None, hint)


def _end(context: Context, key: str, why: str) -> None:
    """Withdraw one record: an entity or a source is removed, others move to the history."""
    record: Any = context.known.present(key)
    file = context.known.files[key]
    context.change.removed.add(key)
    context.change.withdrawn.append(key)
    if key.partition("/")[0] in DATED:
        if isinstance(record, Assertion):
            context.used.add(record.id)
            _end_relays(context, record, file)
        context.known.forget(key)
        context.archive(replace(record, invalidated=context.now, invalidated_because=why), file)
    else:
        context.known.forget(key)


def _end_relays(context: Context, assertion: Assertion, file: str) -> None:
    """Move the relays of an assertion to the history."""
    known = context.known.relays
    for link in [known[r] for r in assertion.relays if r in known]:
        context.change.removed.add("assertion/" + link.id)
        context.known.forget("assertion/" + link.id)
        context.archive(link, file)


def _listed(chosen: Sequence[str]) -> str:
    """List the first few of these records, and the number of the others."""
    more = f" and {len(chosen) - NAMED} more" if len(chosen) > NAMED else ""
    return ", ".join(chosen[:NAMED]) + more


def closure(known: Known, keys: Iterable[str]) -> list[str]:
    """Return these records and all records that depend on them.

    These are the assertions of a claim, a claim whose last assertion goes, assertions that disown
    or overrule one, and judgements about any of them.
    """
    goes = dict.fromkeys(keys)
    left: dict[str, int] = {}  # claim → the number of assertions that it would still have
    for key in goes:
        _count_down(known, key, left)
    queue = deque(goes)
    while queue:
        for key in _dependent(known, queue.popleft(), left):
            if key not in goes:
                goes[key] = None
                queue.append(key)
                _count_down(known, key, left)
    return list(goes)


def _dependent(known: Known, key: str, left: Mapping[str, int]) -> list[str]:
    """Return the records that depend directly on a record.

    `left` is the number of assertions that a claim would still have.
    """
    path, _, id = key.partition("/")
    found = [f"assertion/{one.id}" for one in known.said(id)] if path == "claim" else []
    if path == "assertion":
        found = [f"assertion/{one.id}" for one in _disowning(known, key)]
        claim = getattr(known.present(key), "claim", None)
        if claim in known.claims and not left.get(f"claim/{claim}"):
            found.append(f"claim/{claim}")
    judged = (one for one in known.about(key) if isinstance(one, Judgement))
    return found + [f"judgement/{one.id}" for one in judged]


def _disowning(known: Known, key: str) -> Iterator[Assertion]:
    """Yield the assertions that disown or overrule an assertion."""
    for one in known.referring(key):
        if isinstance(one, Assertion) and f"assertion/{one.target}" == key:
            yield one


def _count_down(known: Known, key: str, left: dict[str, int]) -> None:
    """Subtract an assertion from those of its claim."""
    if key.startswith("assertion/"):
        claim = getattr(known.present(key), "claim", None) or ""
        if known.said(claim):
            left[f"claim/{claim}"] = left.get(f"claim/{claim}", len(known.said(claim))) - 1


def _users(known: Known, key: str) -> set[str]:
    """Return the records that refer to this one and are not withdrawn with it: to a source, its
    assertions and copies; to another dated record, affiliations based on it; to an entity, all.
    """
    found = (r for r in known.referring(key) if r.path + r.id != key)
    dated = key.partition("/")[0] in (*DATED, "source")
    return {r.path + r.id for r in found if not dated or _uses(r, key)}


def _uses(record: Record, key: str) -> bool:
    """Tell whether a dated record or a source must stay because of a record that refers to it."""
    match record:
        case Assertion():
            return f"source/{record.source}" == key
        case Source():
            return f"source/{record.copy_of}" == key
        case Affiliation():
            return record.basis == key
    return False
