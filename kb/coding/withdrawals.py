"""Withdrawals of records that were wrong.

A withdrawn record no longer counts, and neither do the records that depend on it. All of them are
kept in the history, with the reason. If a speaker takes a statement back, that is no withdrawal but
an assertion with the stance *retracts*.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from kb.coding import passages
from kb.coding.context import Context
from kb.model.records import Affiliation, Assertion, Judgement, Record, slots
from kb.workspace.catalog import Known

DATED = ("claim", "assertion", "affiliation", "judgement")
# A reason lists this many of the records that were withdrawn together.
NAMED = 3


def withdraw(context: Context, keys: Iterable[str], why: str) -> None:
    """Withdraw the records with these keys, and the records that depend on them."""
    chosen = list(dict.fromkeys(keys))
    links = _Links.of(context.known)
    goes = closure(context.known, chosen, links)
    gone = set(goes)
    for key in goes:
        _unused(context, key, sorted(links.users(key) - gone))
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


def closure(known: Known, keys: Iterable[str], links: _Links | None = None) -> list[str]:
    """Return these records and all records that depend on them.

    These are the assertions of a claim, a claim whose last assertion goes, assertions that disown
    or overrule one, and judgements about any of them.
    """
    links = links or _Links.of(known)
    goes = dict.fromkeys(keys)
    left = {claim: len(said) for claim, said in links.said.items()}
    for key in goes:
        _count_down(known, key, left)
    queue = deque(goes)
    while queue:
        for key in _dependent(known, queue.popleft(), links, left):
            if key not in goes:
                goes[key] = None
                queue.append(key)
                _count_down(known, key, left)
    return list(goes)


def _dependent(known: Known, key: str, links: _Links, left: Mapping[str, int]) -> list[str]:
    """Return the records that depend directly on a record.

    `left` is the number of assertions that a claim would still have.
    """
    found = links.said.get(key, []) + links.disowned.get(key, [])
    if key.startswith("assertion/"):
        claim = getattr(known.present(key), "claim", None)
        if claim in known.claims and not left.get(f"claim/{claim}"):
            found = [*found, f"claim/{claim}"]
    return found + links.judged.get(key, [])


def _count_down(known: Known, key: str, left: dict[str, int]) -> None:
    """Subtract an assertion from those of its claim."""
    if key.startswith("assertion/"):
        claim = f"claim/{getattr(known.present(key), 'claim', None)}"
        if claim in left:
            left[claim] -= 1


@dataclass(slots=True)
class _Links:
    """References between records, by key. They are looked up once for all records."""

    known: Known
    said: dict[str, list[str]] = field(default_factory=dict)  # claim → assertions
    disowned: dict[str, list[str]] = field(default_factory=dict)  # assertion → those against it
    judged: dict[str, list[str]] = field(default_factory=dict)  # record → judgements about it
    # Record → affiliations based on it. Source → its assertions and its copies.
    pointing: dict[str, set[str]] = field(default_factory=dict)
    named: dict[str, set[str]] = field(default_factory=dict)  # entity → records that name it

    @classmethod
    def of(cls, known: Known) -> _Links:
        """Collect the references of all records."""
        links = cls(known)
        for a in known.assertions.values():
            key = f"assertion/{a.id}"
            links.said.setdefault(f"claim/{a.claim}", []).append(key)
            links.disowned.setdefault(f"assertion/{a.target}", []).append(key)
            links.pointing.setdefault(f"source/{a.source}", set()).add(key)
        for s in known.sources.values():
            links.pointing.setdefault(f"source/{s.copy_of}", set()).add(f"source/{s.id}")
        for one in known.others.values():
            links._collect(one)
        return links

    def _collect(self, record: Record) -> None:
        """Collect the references of a judgement or an affiliation."""
        if isinstance(record, Judgement):
            for about in dict.fromkeys((record.about, record.other)):
                self.judged.setdefault(about or "", []).append(f"judgement/{record.id}")
        elif isinstance(record, Affiliation) and record.basis:
            self.pointing.setdefault(record.basis, set()).add(f"affiliation/{record.id}")

    def users(self, key: str) -> set[str]:
        """Return the records that refer to this one and are not withdrawn with it."""
        if key.partition("/")[0] in (*DATED, "source"):
            return self.pointing.get(key, set())
        if not self.named:
            for record in self.known.all():
                for entity in _named(record):
                    self.named.setdefault(entity, set()).add(record.path + record.id)
        return self.named.get(key, set()) - {key}


def _named(record: Any) -> Iterator[str]:
    """Yield the key of every entity that a record names."""
    for name, slot in slots(type(record)).items():
        if slot.type == "ref" and slot.target in ("entity/", ""):
            value = getattr(record, name)
            for one in value if isinstance(value, tuple) else (value,):
                if one:
                    yield slot.target + one
