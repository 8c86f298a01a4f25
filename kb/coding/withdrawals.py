"""Withdrawals: our record was wrong. It stops counting, with its reason, and what hangs on it goes
with it; nothing is forgotten.

A speaker who takes a statement back is something else: an assertion with the stance *retracts*.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from kb.coding import passages
from kb.coding.context import Desk
from kb.model.records import Affiliation, Assertion, Judgement, slots
from kb.workspace.catalog import Known

DATED = ("claim", "assertion", "affiliation", "judgement")
# So many of the records that were named are listed in a reason.
NAMED = 3


def withdraw(desk: Desk, keys: Iterable[str], why: str) -> None:
    """Withdraw the records with these paths and ids, and those that would be left without what they
    speak of.
    """
    chosen = list(dict.fromkeys(keys))
    links = _Links.of(desk.known)
    goes = closure(desk.known, chosen, links)
    gone = set(goes)
    for key in goes:
        _unused(desk, key, sorted(links.users(key) - gone))
    if desk.sheet.problems:
        return
    for key in goes:
        _end(desk, key, why if key in chosen else f"with {_listed(chosen)}: {why}")
    ended = (desk.known.past.get(key) for key in goes)
    sources = {r.source for r in ended if isinstance(r, Assertion) and r.source}
    for source in sorted(sources):
        passages.orphans(desk, source)


def _unused(desk: Desk, key: str, users: Sequence[str]) -> None:
    """Note that a record cannot go where others use it that stay."""
    if not users:
        return
    if key.partition("/")[0] in DATED:
        message, hint = f"{', '.join(users)} rests on {key}.", f"kb edit {users[0]} basis=… first"
    else:
        more = f" and {len(users) - 3} more" if len(users) > 3 else ""
        message = f"{key} is still used by {', '.join(users[:3])}{more}."
        hint = "withdraw or edit these first, or kb rename it"
    desk.problem("still-used", message, None, hint)


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


def _listed(chosen: Sequence[str]) -> str:
    """The records that were named, few enough to be read; each of the others has the same reason."""
    more = f" and {len(chosen) - NAMED} more" if len(chosen) > NAMED else ""
    return ", ".join(chosen[:NAMED]) + more


def closure(known: Known, keys: Iterable[str], links: _Links | None = None) -> list[str]:
    """These records and all that cannot stay without them: what is said of a claim, a claim of
    which nothing is said any more,
    what disowns an assertion, judgements about any of them."""
    links = links or _Links.of(known)
    goes = dict.fromkeys(keys)
    left = {claim: len(said) for claim, said in links.said.items()}
    queue = deque(goes)
    for key in goes:
        _leave(known, key, left)
    while queue:
        key = queue.popleft()
        more = links.said.get(key, []) + links.disowned.get(key, [])
        claim = getattr(known.present(key), "claim", None)
        if key.startswith("assertion/") and claim in known.claims:
            more = more + ([f"claim/{claim}"] if not left.get(f"claim/{claim}") else [])
        for one in more + links.judged.get(key, []):
            if one not in goes:
                goes[one] = None
                queue.append(one)
                _leave(known, one, left)
    return list(goes)


def _leave(known: Known, key: str, left: dict[str, int]) -> None:
    """Count down what is said of the claim of an assertion that goes."""
    if key.startswith("assertion/"):
        claim = f"claim/{getattr(known.present(key), 'claim', None)}"
        if claim in left:
            left[claim] -= 1


@dataclass(slots=True)
class _Links:
    """Who points at what, by path and id: looked up once, whatever the number of records."""

    known: Known
    said: dict[str, list[str]] = field(default_factory=dict)
    disowned: dict[str, list[str]] = field(default_factory=dict)
    judged: dict[str, list[str]] = field(default_factory=dict)
    # Claims, assertions, affiliations and judgements: affiliations that rest on them. Sources:
    # what is said in them, and their copies.
    pointing: dict[str, set[str]] = field(default_factory=dict)
    # Entities: who names them.
    named: dict[str, set[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, known: Known) -> _Links:
        """Look through all records."""
        links = cls(known)
        for a in known.assertions.values():
            key = f"assertion/{a.id}"
            links.said.setdefault(f"claim/{a.claim}", []).append(key)
            links.disowned.setdefault(f"assertion/{a.target}", []).append(key)
            links.pointing.setdefault(f"source/{a.source}", set()).add(key)
        for s in known.sources.values():
            links.pointing.setdefault(f"source/{s.copy_of}", set()).add(f"source/{s.id}")
        for one in known.others.values():
            if isinstance(one, Judgement):
                for about in dict.fromkeys((one.about, one.other)):
                    links.judged.setdefault(about or "", []).append(f"judgement/{one.id}")
            elif isinstance(one, Affiliation) and one.basis:
                links.pointing.setdefault(one.basis, set()).add(f"affiliation/{one.id}")
        return links

    def users(self, key: str) -> set[str]:
        """Records that point at this one and are not withdrawn with it."""
        if key.partition("/")[0] in (*DATED, "source"):
            return self.pointing.get(key, set())
        if not self.named:
            for record in self.known.all():
                for entity in _named(record):
                    self.named.setdefault(entity, set()).add(record.path + record.id)
        return self.named.get(key, set()) - {key}


def _named(record: Any) -> Iterator[str]:
    """Path and id of every entity that a record names."""
    for name, slot in slots(type(record)).items():
        if slot.type == "ref" and slot.target in ("entity/", ""):
            value = getattr(record, name)
            for one in value if isinstance(value, tuple) else (value,):
                if one:
                    yield slot.target + one
