"""One record as a card for people.

A claim has its status, both sides with their passages, contradictions, judgements and history; an
entity its names and ties, what it says and what is said about it; a source its metadata, its
coverage and the claims read from it.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from kb.presentation import claim_card, document_parts
from kb.presentation.card_parts import background, history, marks, plain, section, statement
from kb.presentation.explanation import assertion
from kb.presentation.names import entity_name
from kb.presentation.record_fields import coverage, values
from kb.presentation.values import amount

if TYPE_CHECKING:
    from kb.app.answers import Answers
    from kb.model.records import Affiliation, Assertion, Entity, Record, Source
    from kb.workspace.catalogs.catalog import Known

# Fields that a card shows in a place of their own, or that only programs need.
_ELSEWHERE: Final = frozenset(
    ("id", "statement", "name", "title", "recorded", "invalidated", "invalidated_because")
    + (
        "sensitive",
        "revision_of",
        "sentences",
        "length",
        "sha256",
        "unknown",
        "source",
        "quote",
        "claim",
    )
)


def card(kb: Answers, known: Known, key: str) -> list[str]:
    """Return the card of the record with this path and id, line by line."""
    from kb.model.records import Claim, Entity, Source

    record = known.record(key)
    match record:
        case Claim():
            return claim_card.card(kb, known, record)
        case Entity():
            return _entity(known, record)
        case Source():
            return _source(kb, known, record)
        case _:
            return _other(kb, known, key, record)


# --- Entities


def _entity(known: Known, entity: Entity) -> list[str]:
    lines = [entity.name or entity.id, f"entity/{entity.id}", f"type: {entity.kind}"]
    lines += marks(entity)
    if entity.also:
        lines.append(f"also: {'; '.join(entity.also)}")
    if entity.within:
        lines.append(f"within: {'; '.join(entity_name(known, place) for place in entity.within)}")
    lines += plain(entity, {"description", "naming", "wikidata", "note"})
    lines += _entity_lists(known, entity.id)
    return [*lines, *background(known, f"entity/{entity.id}")]


def _entity_lists(known: Known, entity: str) -> list[str]:
    """Return the ties of an entity, what it says, and what is said about it."""
    ties = [_tie(known, tie) for tie in known.ties(entity)]
    says, about = _says(known, entity), _said_about(known, entity)
    return [
        *section("Ties", ties, f"kb query affiliations-of --entity {entity}"),
        *section("Says", says, f"kb query said-by speaker={entity}"),
        *section("Claims about it", about, f"kb list claims --about {entity}"),
    ]


def _says(known: Known, entity: str) -> list[str]:
    """Return what an entity says, in the order of the assertions' ids."""
    spoken = [a for a in known.assertions.values() if a.speaker == entity and not a.invalidated]
    return [
        f"{a.stance}: {statement(known, a.claim or '')}  ({a.claim})"
        for a in sorted(spoken, key=lambda a: a.id)
    ]


def _said_about(known: Known, entity: str) -> list[str]:
    """Return the claims that name an entity, in the order of their ids."""
    about = [c for c in known.claims.values() if not c.invalidated and entity in c.participants()]
    return [f"{c.statement}  ({c.id})" for c in sorted(about, key=lambda c: c.id)]


def _tie(known: Known, tie: Affiliation) -> str:
    names = f"{entity_name(known, tie.member)} {tie.relation} {entity_name(known, tie.party)}"
    return f"{names}  ({tie.id})"


# --- Sources


def _source(kb: Answers, known: Known, source: Source) -> list[str]:
    lines = [source.title or source.id, f"source/{source.id}", *marks(source)]
    lines += _published(known, source)
    lines += plain(source, {"language", "url", "file_name", "words", "obtained", "copy_of", "note"})
    lines += document_parts.facts(known, source)
    if source.sha256:
        lines.append(f"sha256: {source.sha256}")
    lines.append(f"text: {'available' if kb.document(source) is not None else 'not available'}")
    lines += _covered(coverage(known, source))
    lines += _read(known, source)
    return [*lines, *background(known, f"source/{source.id}")]


def _published(known: Known, source: Source) -> list[str]:
    """Return author, publisher and date of publication; unknown ones say so."""
    from kb.model.dates import show as dates

    days = dates(source.published_from, source.published_to) or "unknown"
    why = f" ({source.published_because})" if source.published_because else ""
    return [
        f"author: {entity_name(known, source.author) or 'unknown'}",
        f"publisher: {entity_name(known, source.publisher) or 'unknown'}",
        f"published: {days}{why}",
    ]


def _covered(counts: dict[str, int]) -> list[str]:
    if not counts:
        return []
    states = ", ".join(f"{n} {state}" for state, n in counts.items() if state != "sentences")
    return [f"coverage: {amount(counts['sentences'], 'sentence')}: {states}"]


def _read(known: Known, source: Source) -> list[str]:
    """Return the number of assertions read from a source, and the claims they are about."""
    found = [a for a in known.assertions.values() if a.source == source.id and not a.invalidated]
    stances = sorted(Counter(a.stance for a in found).items(), key=str)
    counts = ", ".join(f"{n} {stance}" for stance, n in stances)
    rows = [f"{statement(known, claim)}  ({claim})" for claim in _in_order(known, source, found)]
    claims = section("Claims", rows, f"kb list claims --source {source.id}")
    return [f"assertions: {counts or 'none'}", *claims]


def _in_order(known: Known, source: Source, found: list[Assertion]) -> list[str]:
    """Return the claims of these assertions, each once, in the order of the text."""
    starts = {q.id: q.start or 0 for q in known.quotes.values() if q.source == source.id}
    ordered = sorted(found, key=lambda a: (starts.get(a.quote or "", 0), a.id))
    return list(dict.fromkeys(a.claim or "" for a in ordered))


# --- Other records


def _other(kb: Answers, known: Known, key: str, record: Record | None) -> list[str]:
    """Return the fields of any other record, and the passage of an assertion."""
    from kb.model.records import Assertion

    lines = [key, *marks(record)]
    if isinstance(record, Assertion):
        lines.append(statement(known, record.claim or ""))
        lines += [line.removeprefix("    ") for line in assertion(kb, known, record)]
    shown = {name for name, _ in values(record)} - _ELSEWHERE
    return [*lines, *plain(record, shown), *history(known, key)]
