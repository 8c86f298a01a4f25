"""Referrers: the records that refer to a record, by id."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from kb.model.records import Affiliation, Assertion, Claim, Judgement, Record, Relay

# Ids, or keys, by what their records refer to, in the order in which they were added.
Ids = dict[str, dict[str, None]]


@dataclass(slots=True)
class Referrers:
    """Ids of claims by statement, of assertions by claim, of relays by assertion; keys of
    affiliations and judgements by either end, and of records by the version that they replaced.

    An id stays in its list when its record changes or goes, so compare each result with the record.
    """

    _claims: Ids = field(default_factory=dict)
    _assertions: Ids = field(default_factory=dict)
    _relays: Ids = field(default_factory=dict)
    _keys: Ids = field(default_factory=dict)
    _versions: Ids = field(default_factory=dict)

    def add(self, record: Record) -> None:
        """Note what a record refers to."""
        match record:
            case Claim():
                self._claims.setdefault(record.statement or "", {})[record.id] = None
            case Assertion():
                self._assertions.setdefault(record.claim or "", {})[record.id] = None
            case Relay():
                self._relays.setdefault(record.id.rpartition("-r")[0], {})[record.id] = None
            case Affiliation() | Judgement():
                for end in ends(record):
                    self._keys.setdefault(end, {})[record.path + record.id] = None
        if version := replaced(record):
            self._versions.setdefault(version, {})[record.path + record.id] = None

    def stated(self, statement: str) -> Iterable[str]:
        """Return the ids of claims with this statement."""
        return self._claims.get(statement, ())

    def said(self, claim: str) -> Iterable[str]:
        """Return the ids of assertions on a claim."""
        return self._assertions.get(claim, ())

    def relays(self, assertion: str) -> Iterable[str]:
        """Return the ids of relays that begin with the id of an assertion."""
        return self._relays.get(assertion, ())

    def about(self, key: str) -> Iterable[str]:
        """Return the keys of affiliations and judgements with this record at either end."""
        return self._keys.get(key, ())

    def replacing(self, key: str) -> Iterable[str]:
        """Return the keys of records that replaced this one."""
        return self._versions.get(key, ())


def ends(record: Record) -> tuple[str, ...]:
    """Return the keys of the two records that an affiliation or a judgement connects.

    >>> ends(Affiliation(id="x", member="guard", party="harbour-office"))
    ('entity/guard', 'entity/harbour-office')
    """
    match record:
        case Affiliation():
            return (f"entity/{record.member}", f"entity/{record.party}")
        case Judgement():
            return (record.about or "", record.other or "")
    return ()


def replaced(record: Record) -> str:
    """Return the key of the version that a record replaced, "" if there is none.

    >>> replaced(Claim(id="x", revision_of="x~1")), replaced(Claim(id="x"))
    ('claim/x~1', '')
    """
    version = getattr(record, "revision_of", None)
    return record.path + version if version else ""
