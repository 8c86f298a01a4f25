"""One record as a card for people, or field by field for programs.

A claim has its status, both sides with their passages, contradictions, judgements and history; an
entity its names and ties, what it says and what is said of it; a source its metadata, its coverage
and what was read from it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any, Final

from kb.presentation.explanation import (
    AFFIRMING,
    OPPOSING,
    assertion,
    said,
    stances,
)
from kb.presentation.names import entity_name
from kb.presentation.record_history import versions
from kb.presentation.values import amount, cell, label
from kb.workspace import labels

if TYPE_CHECKING:
    from kb.app.answers import Answers
    from kb.app.claim_lookup import Derived
    from kb.model.records import Affiliation, Assertion, Claim, Entity, Judgement, Record, Source
    from kb.workspace.catalog import Known

# Rows of a list on a card; how many more there are is said below it.
LISTED: Final = 10
# Fields that a card shows in a place of their own, or that only programs need.
_ELSEWHERE: Final = frozenset(
    ("id", "statement", "name", "title", "recorded", "invalidated", "invalidated_because")
    + ("revision_of", "sentences", "length", "sha256", "unknown", "source", "quote", "claim")
)


def card(kb: Answers, known: Known, key: str) -> list[str]:
    """The card of the record with this path and id, line by line."""
    from kb.model.records import Claim, Entity, Source

    record = known.record(key)
    match record:
        case Claim():
            return _claim(kb, known, record)
        case Entity():
            return _entity(kb, known, record)
        case Source():
            return _source(kb, known, record)
        case _:
            return _other(kb, known, key, record)


def fields(kb: Answers, known: Known, key: str) -> dict[str, Any]:
    """The record with this path and id for programs: its fields, and what the card shows beside
    them.
    """
    from kb.model.records import Claim, Source

    record = known.record(key)
    found: dict[str, Any] = {
        "record": key,
        "file": known.files.get(key),
        **dict(_values(record)),
    }
    if isinstance(record, Claim):
        found |= _of_claim(kb, known, record)
    if key.startswith("entity/"):
        found["affiliations"] = [tie.id for tie in known.ties(key.removeprefix("entity/"))]
    if isinstance(record, Source):
        found["coverage"] = _coverage(kb, known, record)
    found["judgements"] = [_judgement_fields(j) for j in known.judgements(key)]
    return found


def _of_claim(kb: Answers, known: Known, claim: Claim) -> dict[str, Any]:
    """What a claim's card shows, for programs."""
    from kb.app.claim_lookup import derived

    found = derived(kb, claim.id)
    contrary = [
        {"claim": c.claim, "kind": c.kind, "certainty": c.certainty} for c in found.contradictions
    ]
    return {
        "status": found.status or None,
        "assertions": [said(kb, known, a) for a in known.said(claim.id)],
        "contradictions": contrary,
        "dismissed": [_other_end(j, f"claim/{claim.id}") for j in _dismissed(known, claim.id)],
    }


def _values(record: Record | None) -> Iterable[tuple[str, object]]:
    """The fields of a record that have a value, by name."""
    from kb.model.records import slots

    if record is None:
        return
    yield "id", record.id
    for name in slots(type(record)):
        value = getattr(record, name)
        if value not in (None, ()):
            yield name, value


def _plain(record: Record | None, shown: Collection[str]) -> list[str]:
    """A line for each of these fields that has a value, in the order of the record."""
    return [f"{label(n)}: {cell(v, '; ')}" for n, v in _values(record) if n in shown]


# --- Claims


def _claim(kb: Answers, known: Known, claim: Claim) -> list[str]:
    from kb.app.claim_lookup import derived

    found = derived(kb, claim.id)
    lines = [claim.statement or claim.id, f"claim/{claim.id}"]
    lines.append(f"status: {found.status or 'none'} · kind: {claim.kind or 'not given'}")
    if claim.invalidated:
        lines.append(f"withdrawn {claim.invalidated:%Y-%m-%d}: {claim.invalidated_because or ''}")
    lines += _details(known, claim)
    lines += _sides(kb, known, claim, found)
    lines += _contradictions(known, claim, found)
    key = f"claim/{claim.id}"
    lines += _judgements(known, key, known.judgements(key))
    lines += _history(known, key)
    return [*lines, "", f"Next: kb status {claim.id} --why"]


def _details(known: Known, claim: Claim) -> list[str]:
    """Who did what to whom, when and where."""
    parts = [entity_name(known, claim.subject), (claim.predicate or "").rpartition("/")[2]]
    lines = []
    if claim.predicate:
        whom = [entity_name(known, claim.object)] if claim.object else []
        whom += [f"“{claim.object_value}”"] if claim.object_value else []
        whom += [f"claim/{claim.object_claim}"] if claim.object_claim else []
        what = " > ".join([*parts, *whom])
        lines.append(f"what: not ({what})" if claim.polarity == "negative" else f"what: {what}")
    roles: dict[str, list[str]] = {}
    for role, entity in claim.roles():
        roles.setdefault(role, []).append(entity_name(known, entity))
    lines += [f"{role}: {'; '.join(names)}" for role, names in roles.items()]
    if days := _days(claim):
        lines.append(f"when: {days}")
    shown = {"extent", "held", "quantity", "unit", "condition", "scope_note"}
    return lines + _plain(claim, shown)


def _days(claim: Claim) -> str:
    from kb.model.dates import show as dates

    if not (claim.begin_earliest or claim.begin_latest or claim.end_earliest or claim.end_latest):
        return claim.when or ""
    span = dates(claim.begin_earliest, claim.end_latest)
    return f"{span} (“{claim.when}”)" if claim.when else span


def _sides(kb: Answers, known: Known, claim: Claim, found: Derived) -> list[str]:
    """Both sides, each assertion with its passage and place."""
    sides = (
        ("Affirmed", stances(known, claim.id, AFFIRMING)),
        ("Against", stances(known, claim.id, OPPOSING)),
        ("Silent", stances(known, claim.id, ("silent",))),
    )
    lines = []
    for title, rows in sides:
        if rows:
            lines += ["", title]
            lines += _assertions(kb, known, rows, found)
    return lines or ["", "Nobody says it yet: kb add assertion --help"]


def _assertions(kb: Answers, known: Known, rows: list[Assertion], found: Derived) -> Iterable[str]:
    for one in rows:
        for line in assertion(kb, known, one, found.voices.get(one.id)):
            yield line.removeprefix("  ")


def _contradictions(known: Known, claim: Claim, found: Derived) -> list[str]:
    """Claims that contradict this one, and those that were checked and do not."""
    kinds: dict[tuple[str, str], list[str]] = {}
    for one in found.contradictions:
        kinds.setdefault((one.claim, one.certainty), []).append(one.kind)
    lines = [
        f"  {certainty} ({', '.join(named)}): {_statement(known, other)}  ({other})"
        for (other, certainty), named in kinds.items()
    ]
    key = f"claim/{claim.id}"
    for judgement in _dismissed(known, claim.id):
        other = (_other_end(judgement, key) or "").removeprefix("claim/")
        lines.append(f"  checked, no contradiction: {_statement(known, other)}  ({other})")
    return ["", "Contradictions", *lines] if lines else []


def _dismissed(known: Known, claim: str) -> list[Judgement]:
    """The judgements that a pair with this claim does not contradict itself."""
    about = known.judgements(f"claim/{claim}")
    return [j for j in about if j.kind == "does-not-contradict"]


def _statement(known: Known, claim: str) -> str:
    found = known.claims.get(claim)
    return (found.statement if found else None) or claim


def _other_end(judgement: Judgement, key: str) -> str | None:
    """The record that a judgement is about beside the one with this key."""
    return judgement.other if judgement.about == key else judgement.about


# --- Judgements and history


def _judgements(known: Known, key: str, found: list[Judgement]) -> list[str]:
    """The judgements about a record, each with its reason and how to take it back."""
    if not found:
        return []
    return ["", "Judgements", *(f"  {line}" for j in found for line in _judgement(known, j, key))]


def _judgement(known: Known, judgement: Judgement, key: str) -> list[str]:
    other = _other_end(judgement, key)
    detail = judgement.verdict or judgement.certainty
    named = f" {_labelled(known, other)}" if other and other != key else ""
    return [
        f"{judgement.kind}{named}{f' ({detail})' if detail else ''}",
        f"  {judgement.coder or 'somebody'}: {judgement.why or 'no reason given'}",
        f"  judgement/{judgement.id}",
    ]


def _labelled(known: Known, key: str) -> str:
    """A record by its statement, name or title, else by its key."""
    record = known.record(key)
    return (labels.label(record) if record else "") or key


def _judgement_fields(judgement: Judgement) -> dict[str, object]:
    names = ("id", "kind", "about", "other", "verdict", "certainty", "why", "coder")
    return {name: getattr(judgement, name) for name in names}


def _history(known: Known, key: str) -> list[str]:
    """When the record was written, and whether it has older versions."""
    found = versions(known, key)
    if not found or not hasattr(found[0], "recorded"):
        return []
    recorded = found[0].recorded
    when = f"recorded {recorded:%Y-%m-%d}" if recorded else "recorded at an unknown time"
    if len(found) < 2:
        return ["", f"History: {when}"]
    older = amount(len(found) - 1, "older version")
    return ["", f"History: {when}, {older} (kb show {key} --history)"]


# --- Entities


def _entity(kb: Answers, known: Known, entity: Entity) -> list[str]:
    lines = [entity.name or entity.id, f"entity/{entity.id}", f"type: {entity.kind}"]
    if entity.also:
        lines.append(f"also: {'; '.join(entity.also)}")
    if entity.within:
        lines.append(f"within: {'; '.join(entity_name(known, place) for place in entity.within)}")
    lines += _plain(entity, {"description", "naming", "wikidata", "note"})
    ties = [_tie(known, tie) for tie in known.ties(entity.id)]
    lines += _section("Ties", ties, f"kb query affiliations-of --entity {entity.id}")
    lines += _section("Says", _says(known, entity.id), f"kb query said-by speaker={entity.id}")
    about = _told_of(known, entity.id)
    lines += _section("Said of it", about, f"kb list claims --about {entity.id}")
    key = f"entity/{entity.id}"
    return [*lines, *_judgements(known, key, known.judgements(key)), *_history(known, key)]


def _says(known: Known, entity: str) -> list[str]:
    """What an entity says, by the ids of its assertions."""
    spoken = [a for a in known.assertions.values() if a.speaker == entity and not a.invalidated]
    return [
        f"{a.stance}: {_statement(known, a.claim or '')}  ({a.claim})"
        for a in sorted(spoken, key=lambda a: a.id)
    ]


def _told_of(known: Known, entity: str) -> list[str]:
    """The claims that name an entity, by their ids."""
    about = [c for c in known.claims.values() if not c.invalidated and _names(c, entity)]
    return [f"{c.statement}  ({c.id})" for c in sorted(about, key=lambda c: c.id)]


def _names(claim: Claim, entity: str) -> bool:
    return entity in claim.participants()


def _tie(known: Known, tie: Affiliation) -> str:
    names = f"{entity_name(known, tie.member)} {tie.relation} {entity_name(known, tie.party)}"
    return f"{names}  ({tie.id})"


def _section(title: str, rows: list[str], more: str) -> list[str]:
    """A list with its heading; of a long one the first rows, and the command that lists all."""
    if not rows:
        return []
    left = len(rows) - LISTED
    rest = [f"  … {left:,} more: {more}"] if left > 0 else []
    return ["", f"{title} ({len(rows):,})", *(f"  {row}" for row in rows[:LISTED]), *rest]


# --- Sources


def _source(kb: Answers, known: Known, source: Source) -> list[str]:
    from kb.model.dates import show as dates

    lines = [source.title or source.id, f"source/{source.id}"]
    for name, entity in (("author", source.author), ("publisher", source.publisher)):
        lines.append(f"{name}: {entity_name(known, entity) or 'unknown'}")
    published = dates(source.published_from, source.published_to) or "unknown"
    why = f" ({source.published_because})" if source.published_because else ""
    lines.append(f"published: {published}{why}")
    shown = {"language", "url", "file_name", "words", "obtained", "copy_of", "note"}
    lines += _plain(source, shown)
    if source.sha256:
        lines.append(f"sha256: {source.sha256}")
    lines.append(f"text: {'available' if kb.document(source) is not None else 'not available'}")
    lines += [*_covered(_coverage(kb, known, source)), *_read(known, source)]
    key = f"source/{source.id}"
    return [*lines, *_judgements(known, key, known.judgements(key)), *_history(known, key)]


def _coverage(kb: Answers, known: Known, source: Source) -> dict[str, int]:
    """How many sentences a source has, and how many are coded, skipped and open; empty where the
    sentences are not known.
    """
    from kb.app.coverage import STATES, coverage

    found = coverage(known, source.id)
    if not found.known:
        return {}
    return {"sentences": len(found.sentences), **{s: found.count(s) for s in STATES}}


def _covered(counts: dict[str, int]) -> list[str]:
    if not counts:
        return []
    told = ", ".join(f"{n} {state}" for state, n in counts.items() if state != "sentences")
    return [f"coverage: {amount(counts['sentences'], 'sentence')}: {told}"]


def _read(known: Known, source: Source) -> list[str]:
    """What was read from a source: how many assertions, and the claims they are about."""
    found = [a for a in known.assertions.values() if a.source == source.id and not a.invalidated]
    counts = Counter(a.stance for a in found)
    told = ", ".join(f"{n} {stance}" for stance, n in sorted(counts.items(), key=str))
    lines = [f"assertions: {told or 'none'}"]
    order = {q.id: q.start or 0 for q in known.quotes.values() if q.source == source.id}
    claims = dict.fromkeys(
        a.claim or "" for a in sorted(found, key=lambda a: (order.get(a.quote or "", 0), a.id))
    )
    rows = [f"{_statement(known, claim)}  ({claim})" for claim in claims]
    return [*lines, *_section("Claims", rows, f"kb list claims --source {source.id}")]


# --- Every other record


def _other(kb: Answers, known: Known, key: str, record: Record | None) -> list[str]:
    """An assertion, an affiliation or a judgement: its fields, and for an assertion its passage."""
    from kb.model.records import Assertion

    lines = [key]
    if isinstance(record, Assertion):
        lines.append(_statement(known, record.claim or ""))
        lines += [line.removeprefix("    ") for line in assertion(kb, known, record)]
    shown = {name for name, _ in _values(record)} - _ELSEWHERE
    return [*lines, *_plain(record, shown), *_history(known, key)]
