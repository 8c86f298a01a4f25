"""The filters of a list of claims."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Wanted:
    """The claims to select. An empty field does not restrict; several values of one field are
    alternatives, and several fields all apply. Names are as people write them.

    `query` is a saved question whose answer names the claims, with its `values`; `sources` are
    documents in which a claim occurs; `places` include what is within them; `about` are entities
    that take part in a claim, `speakers` entities with an assertion on it; `words` occur in its
    statement.
    """

    query: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    sources: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    speakers: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    def described(self) -> str:
        """Describe the selection in words, or return "" if everything is wanted.

        >>> Wanted(places=("oldport",), statuses=("disputed", "denied-only")).described()
        'place oldport; status disputed or denied-only'
        """
        values = [f"{name}={value}" for name, value in self.values.items()]
        asked = [f"query {' '.join([self.query, *values])}"] if self.query else []
        lists = (
            ("source", self.sources),
            ("place", self.places),
            ("status", self.statuses),
            ("kind", self.kinds),
            ("about", self.about),
            ("speaker", self.speakers),
            ("text", self.words),
        )
        filters = [f"{name} {' or '.join(given)}" for name, given in lists if given]
        return "; ".join([*asked, *filters])
