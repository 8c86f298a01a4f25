"""Objects of a STIX 2.1 file with the places of their properties, each in its last version.

https://docs.oasis-open.org/cti/stix/v2.1/stix-v2.1.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from kb.errors import Usage
from kb.exchange import json_places
from kb.exchange.findings import Findings
from kb.exchange.json_places import Placed
from kb.model.vocabulary import KINDS


class StixObject:
    """An object of a bundle with the places of its properties. Lines count from 1."""

    def __init__(self, text: str, placed: Placed, line: int) -> None:
        self.text = text
        self.start, self.end, self.line = placed.at, placed.end, line
        self.fields: Mapping[str, Placed] = json_places.members(text, placed.at)

    def get(self, name: str) -> str:
        """Return a text property, or ""."""
        found = self.fields[name].value if name in self.fields else ""
        return " ".join(found.split()) if isinstance(found, str) else ""

    def several(self, name: str) -> list[str]:
        """Return the texts of a list property."""
        found = self.fields[name].value if name in self.fields else ()
        return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []

    def number(self, name: str) -> str:
        """Return a number property as text, or ""."""
        found = self.fields[name].value if name in self.fields else None
        right = isinstance(found, int | float) and not isinstance(found, bool)
        return str(found) if right else ""

    def day(self, name: str) -> str:
        """Return the day of a timestamp."""
        return self.get(name)[:10]

    @property
    def called(self) -> str:
        """The id, or the type, for a message."""
        return (self.get("id") or self.get("type") or "an object without a type")[:90]

    @property
    def period(self) -> str:
        """The days on which it began and ended, as `FIRST..LAST`, or ""."""
        first, last = self.day("start_time"), self.day("stop_time")
        return f"{first}..{last}" if first or last else ""

    @property
    def kind(self) -> str:
        """The kind of a claim that an export of a knowledge base wrote as a label, or ""."""
        return next((label for label in self.several("labels") if label in KINDS), "")

    @property
    def address(self) -> str:
        """The first address of its external references, or ""."""
        listed = (
            self.fields["external_references"].value if "external_references" in self.fields else ()
        )
        urls = [ref.get("url") for ref in _list(listed) if isinstance(ref, dict)]
        return next((url for url in urls if isinstance(url, str)), "")


def objects(name: str, text: str) -> list[StixObject]:
    """Return the objects of a file. Raises Usage if it has none."""
    found, line, at = list[StixObject](), 1, 0
    for one in _placed(text, json_places.whole(name, text)):
        line, at = line + text.count("\n", at, one.at), one.at
        if isinstance(one.value, dict) and isinstance(one.value.get("type"), str):
            found.append(StixObject(text, one, line))
    if not any(one.get("id") for one in found):
        raise Usage(f"{name} has no objects of STIX.", "a bundle, as in kb export stix")
    return found


def _placed(text: str, root: Placed) -> Iterator[Placed]:
    """Yield the objects of a bundle, those of a list, or the only one."""
    if isinstance(root.value, list):
        return json_places.items(text, root.at)
    if not isinstance(root.value, dict):
        return iter(())
    listed = json_places.members(text, root.at).get("objects")
    inner = listed is not None and isinstance(listed.value, list)
    return json_places.items(text, listed.at) if inner and listed else iter((root,))


def latest(findings: Findings, objects: Sequence[StixObject]) -> dict[str, StixObject]:
    """Return the last version of each object by id. Others, and those without an id, are left."""
    found: dict[str, StixObject] = {}
    for one in objects:
        id, old = one.get("id"), found.get(one.get("id"))
        if not id:
            findings.leave(one.line, one.called, "it has no id")
        elif old is None:
            found[id] = one
        elif old.get("modified") == one.get("modified"):
            findings.leave(one.line, id, f"line {old.line} has an object with the same id")
        else:
            older = min(old, one, key=lambda o: o.get("modified"))
            found[id] = one if older is old else old
            findings.leave(older.line, id, f"line {found[id].line} has a later version")
    findings.read = len(objects)
    return found


def _list(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else ()
