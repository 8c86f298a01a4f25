"""Days of a view as they are in the address of a page: `?as-of=…&known-on=…&policy=…`."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from starlette.datastructures import ImmutableMultiDict

from kb.errors import Usage

AS_OF: Final = "as-of"
KNOWN_ON: Final = "known-on"
POLICY: Final = "policy"
# Parameters that belong to the view, not to the page.
NAMES: Final = (AS_OF, KNOWN_ON, POLICY)
# Command → the options that it has for a view.
TAKEN: Final[Mapping[str, Sequence[str]]] = {
    "status": NAMES,
    **dict.fromkeys(("list", "query", "show"), (AS_OF, KNOWN_ON)),
}


@dataclass(frozen=True, slots=True)
class Days:
    """What had been published by `as_of` and recorded by `known_on`, under a policy.

    None is no limit; an empty policy is that of the knowledge base.
    """

    as_of: date | None = None
    known_on: date | None = None
    policy: str = ""

    @property
    def present(self) -> bool:
        """Whether this is the knowledge base as it is now, under its own policy."""
        return self == Days()

    def query(self) -> dict[str, str]:
        """Return the parameters of an address that shows the same view."""
        values = {AS_OF: self.as_of, KNOWN_ON: self.known_on, POLICY: self.policy}
        return {name: str(value) for name, value in values.items() if value}

    def command(self, text: str) -> str:
        """Return a command with the options of this view, or "" if it has no such options.

        >>> Days(date(2024, 3, 2)).command("kb list claims")
        'kb list claims --as-of 2024-03-02'
        """
        given = self.query()
        verb = text.split()[1] if text else ""
        if not set(given) <= set(TAKEN.get(verb, ())):
            return ""
        return text + "".join(f" --{name} {shlex.quote(v)}" for name, v in given.items())

    def python(self) -> str:
        """Return the Python expression that opens this view, as `kb` does in a terminal.

        >>> Days(date(2024, 3, 2)).python()
        "kb.open().at(as_of='2024-03-02')"
        """
        given = {"as_of": self.as_of, "known_on": self.known_on, "policy": self.policy}
        values = ", ".join(f"{name}={str(value)!r}" for name, value in given.items() if value)
        return f"kb.open().at({values})" if values else "kb.open()"


def read(parameters: ImmutableMultiDict[str, str]) -> Days:
    """Read the days from the parameters of an address. Raises Usage for what is not a day, and for
    two values of one.

    >>> read(ImmutableMultiDict({"as-of": "2024-03-02"})).as_of
    datetime.date(2024, 3, 2)
    """
    if twice := next((name for name in NAMES if len(parameters.getlist(name)) > 1), ""):
        raise Usage(f"{twice} is given twice.", "give one value")
    return Days(_day(parameters, AS_OF), _day(parameters, KNOWN_ON), parameters.get(POLICY, ""))


def _day(parameters: Mapping[str, str], name: str) -> date | None:
    text = parameters.get(name, "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Usage(f"{name} “{text}” is not a day.", f"write it as in {name}=2024-03-02") from None
