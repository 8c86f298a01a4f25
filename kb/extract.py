"""From a store to flat tables, through the saved queries in `queries/derive/`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Final, TypeVar

from kb import values
from kb.errors import Usage
from kb.reasoning.tables import (
    AffiliationRow,
    AssertionRow,
    ClaimRow,
    EntityRow,
    JudgementRow,
    PolicyRow,
    PredicateRow,
    SourceRow,
    Tables,
)
from kb.sparql import narrowed
from kb.store import Reader
from kb.vocab import NS, PREDICATES, RDF

Row = Mapping[str, str | None]
Many = Mapping[str, tuple[str, ...]]
_T = TypeVar("_T")

# Each query and the variable of the record that its rows are about.
QUERIES: Final = {
    "claims": "claim",
    "claim-roles": "claim",
    "assertions": "assertion",
    "scopes": "assertion",
    "relays": "assertion",
    "sources": "source",
    "affiliations": "affiliation",
    "judgements": "judgement",
    "entities": "entity",
    "within": "entity",
    "predicates": "predicate",
    "predicate-links": "predicate",
    "policies": "policy",
    "accepted": "policy",
}
# What rows are about: each a key of what `read` can be narrowed by.
KEYS: Final = tuple(dict.fromkeys(QUERIES.values()))
_LAST: Final = 10**9  # a relay without a position stands innermost


def read(store: Reader, queries: Mapping[str, str], base: str, only: Mapping[str, Collection[str]] = MappingProxyType({})) -> Tables:
    """The tables of a store. `queries` maps each name in `QUERIES` to its text; `base` is the knowledge base's IRI.

    `only` narrows: of each of its `KEYS` there are rows for these IRIs alone; a key that it does not name is read whole.

    Rows come sorted by id, one for each record. A value that is not what its property promises is left out, as if not told: a check
    reports it. An IRI from elsewhere stays whole; a policy's id is
    the last part of its IRI. Raises `Usage` where a query is missing.
    """
    if missing := [name for name in QUERIES if name not in queries]:
        raise Usage(f"the query {missing[0]} is missing.", "restore queries/derive/ of the installed package")
    rows = {name: [_short(row, base) for row in _answered(store, queries[name], key, only)] for name, key in QUERIES.items()}
    roles = _many(rows["claim-roles"], "claim", "role", "entity")
    links = _many(rows["predicate-links"], "predicate", "declaration", "value")
    scopes, accepted = _many(rows["scopes"], "assertion", "scope"), _many(rows["accepted"], "policy", "headline")
    relays = _relays(rows["relays"])
    within = {id: tuple(place for (place,) in places) for id, places in _many(rows["within"], "entity", "place").items()}
    return Tables(
        claims=_unique(rows["claims"], "claim", lambda id, r: _claim(id, r, roles)),
        assertions=_unique(rows["assertions"], "assertion", lambda id, r: _assertion(id, r, scopes, relays)),
        sources=_unique(rows["sources"], "source", _source),
        affiliations=tuple(t for t in _unique(rows["affiliations"], "affiliation", _affiliation) if t.member and t.relation and t.party),
        judgements=_unique(rows["judgements"], "judgement", _judgement),
        entities=_unique(rows["entities"], "entity", lambda id, r: EntityRow(id, _token(r, "naming") or "named", within.get(id, ()))),
        predicates=_unique(rows["predicates"], "predicate", lambda id, r: _predicate(id, r, links)),
        policies=_unique(rows["policies"], "policy", lambda id, r: _policy(id, r, accepted)),
    )


def _answered(store: Reader, query: str, key: str, only: Mapping[str, Collection[str]]) -> Iterable[Row]:
    if key not in only:
        return store.select(query).dicts()
    return store.select(narrowed(query, key, only[key])).dicts() if only[key] else ()


def slug(iri: str, base: str) -> str:
    """Path and id below the base, or a predicate's slug; any other IRI as it is.

    >>> slug("https://x.org/claim/a", "https://x.org/"), slug("https://w3id.org/claimkb/predicate/sent", "https://x.org/")
    ('claim/a', 'sent')
    """
    return iri.removeprefix(base) if iri.startswith(base) else iri.removeprefix(PREDICATES)


_REFS: Final = {
    "claim": "claim/",
    "assertion": "assertion/",
    "target": "assertion/",
    "quote": "source/",
    "source": "source/",
    "copyOf": "source/",
    "affiliation": "affiliation/",
    "judgement": "judgement/",
    **dict.fromkeys(("subject", "object", "entity", "place", "speaker", "author", "member", "party"), "entity/"),
}
_PLAIN: Final = frozenset({"predicate", "inverse", "value", "about", "other"})  # IRIs that keep the folder in their path


def _short(row: Row, base: str) -> Row:
    return {
        name: slug(value, base).removeprefix(_REFS.get(name, "")) if value and (name in _REFS or name in _PLAIN) else value
        for name, value in row.items()
    } | ({"revisionOf": slug(old, base).partition("/")[2]} if (old := row.get("revisionOf")) else {})


def _unique(rows: list[Row], key: str, make: Callable[[str, Row], _T]) -> tuple[_T, ...]:
    """One record an id: of a field that wrongly has two values the first in order is taken."""
    first: dict[str, Row] = {}
    for row in sorted(rows, key=lambda r: tuple((v is None, v or "") for v in r.values())):
        if id := row[key]:
            first.setdefault(id, row)
    return tuple(make(id, row) for id, row in sorted(first.items()))


def _many(rows: list[Row], key: str, *values: str) -> Mapping[str, tuple[tuple[str, ...], ...]]:
    found: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for row in rows:
        found[row[key] or ""].add(tuple(row[v] or "" for v in values))
    return {id: tuple(sorted(items)) for id, items in found.items()}


def _relays(rows: list[Row]) -> Many:
    found: dict[str, set[tuple[int, str]]] = defaultdict(set)
    for row in rows:
        found[row["assertion"] or ""].add((int(_number(row, "position") or _LAST), row["speaker"] or ""))
    return {id: tuple(speaker for _, speaker in sorted(items)) for id, items in found.items()}


def _claim(id: str, row: Row, roles: Mapping[str, tuple[tuple[str, ...], ...]]) -> ClaimRow:
    return ClaimRow(
        id,
        row["statement"],
        _token(row, "kind"),
        row["subject"],
        row["predicate"],
        row["object"],
        _token(row, "polarity") or "positive",
        _date(row, "beginEarliest"),
        _date(row, "beginLatest"),
        _date(row, "endEarliest"),
        _date(row, "endLatest"),
        _token(row, "held"),
        _token(row, "extent"),
        _number(row, "quantityMin"),
        _number(row, "quantityMax"),
        row["unit"],
        row["counted"],
        row["condition"],
        tuple((role.removeprefix(NS), entity) for role, entity in roles.get(id, ())),
        _time(row, "recorded"),
        _time(row, "invalidated"),
        row["revisionOf"],
    )


def _assertion(id: str, row: Row, scopes: Mapping[str, tuple[tuple[str, ...], ...]], relays: Many) -> AssertionRow:
    return AssertionRow(
        id,
        row["claim"],
        row["source"],
        row["quote"],
        row["speaker"],
        _token(row, "stance"),
        tuple(_concept("dispute", scope) for (scope,) in scopes.get(id, ())),
        row["target"],
        relays.get(id, ()),
        _date(row, "saidFrom"),
        _date(row, "saidTo"),
        _token(row, "basis"),
        _token(row, "form"),
        row["manner"],
        _time(row, "recorded"),
        _time(row, "invalidated"),
        row["revisionOf"],
    )


def _source(id: str, row: Row) -> SourceRow:
    return SourceRow(id, row["author"], _date(row, "publishedFrom"), _date(row, "publishedTo"), row["copyOf"])


def _affiliation(id: str, row: Row) -> AffiliationRow:
    ends = row["member"] or "", _token(row, "relation") or "", row["party"] or ""
    days, times = (_date(row, "from"), _date(row, "to")), (_time(row, "invalidated"), _time(row, "recorded"))
    return AffiliationRow(*ends, *days, *times, id, row["revisionOf"])


def _judgement(id: str, row: Row) -> JudgementRow:
    kind = _concept("judgement", row["kind"] or "")
    certainty, times = _token(row, "certainty"), (_time(row, "recorded"), _time(row, "invalidated"))
    start, end = _number(row, "rangeStart"), _number(row, "rangeEnd")
    span = (int(start), int(end)) if start is not None and end is not None else None
    return JudgementRow(kind, row["about"], row["other"], row["verdict"], *times, id, row["revisionOf"], span, certainty)


def _predicate(id: str, row: Row, links: Mapping[str, tuple[tuple[str, ...], ...]]) -> PredicateRow:
    def linked(name: str) -> tuple[str, ...]:
        """What the predicate declares by this property."""
        return tuple(value.removeprefix(NS).removeprefix(RDF) for declaration, value in links.get(id, ()) if declaration == NS + name)

    return PredicateRow(
        id,
        row["functional"],
        linked("incompatibleWith"),
        row["inverse"],
        _yes(row, "symmetric"),
        linked("initiates"),
        linked("terminates"),
        linked("entails"),
        row["measures"],
        linked("againstInterestOf"),
    )


def _policy(id: str, row: Row, accepted: Mapping[str, tuple[tuple[str, ...], ...]]) -> PolicyRow:
    numbers = (_number(row, "voicesToCorroborate"), _number(row, "voicesWithoutStake"))
    voices, stakeless = (default if n is None else int(n) for n, default in zip(numbers, (2, 1), strict=True))
    headlines = tuple(_concept("headline", headline) for (headline,) in accepted.get(id, ()))
    return PolicyRow(
        id.rpartition("/")[2], voices, stakeless, _yes(row, "doubtDisputes"), _yes(row, "possibleContradictionDisputes"), headlines
    )


def _concept(scheme: str, iri: str) -> str:
    return iri.removeprefix(f"{NS}{scheme}-")


def _token(row: Row, name: str) -> str | None:
    value = row[name]
    return _concept(name, value) if value else None


def _yes(row: Row, name: str) -> bool:
    return row[name] in ("true", "1")


def _date(row: Row, name: str) -> date | None:
    try:
        return values.day(row[name] or "")
    except ValueError:
        return None


def _number(row: Row, name: str) -> Decimal | None:
    try:
        return values.number(row[name] or "")
    except ValueError:
        return None


def _time(row: Row, name: str) -> datetime | None:
    """A time without a zone is read as UTC."""
    try:
        return values.moment(row[name] or "")
    except ValueError:
        return None
