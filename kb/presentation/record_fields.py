"""One record field by field, for programs: its values, and what its card shows beside them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from kb.presentation.explanation import said

if TYPE_CHECKING:
    from kb.app.answers import Answers
    from kb.model.records import Claim, Judgement, Record, Source
    from kb.workspace.catalogs.catalog import Known


def fields(kb: Answers, known: Known, key: str) -> dict[str, Any]:
    """Return the record with this path and id: its fields, and what its card shows beside them."""
    from kb.model.records import Claim, Entity, Source

    record = known.record(key)
    found: dict[str, Any] = {"record": key, "file": known.files.get(key), **dict(values(record))}
    match record:
        case Claim():
            found |= _of_claim(kb, known, record)
        case Entity():
            found["affiliations"] = [tie.id for tie in known.ties(record.id)]
        case Source():
            found["coverage"] = coverage(known, record)
    found["judgements"] = [_judgement(j) for j in known.judgements(key)]
    return found


def values(record: Record | None) -> Iterable[tuple[str, object]]:
    """Yield the name and value of each field that has a value, the id first."""
    from kb.model.records import slots

    if record is None:
        return
    yield "id", record.id
    for name in slots(type(record)):
        value = getattr(record, name)
        if value not in (None, ()):
            yield name, value


def coverage(known: Known, source: Source) -> dict[str, int]:
    """Count the sentences of a source by state. Empty if its sentences are unknown."""
    from kb.app.inquiry.coverage import STATES
    from kb.app.inquiry.coverage import coverage as covered

    found = covered(known, source.id)
    if not found.known:
        return {}
    return {"sentences": len(found.sentences), **{s: found.count(s) for s in STATES}}


def dismissed(known: Known, claim: str) -> list[Judgement]:
    """Return the judgements that this claim does not contradict another one."""
    about = known.judgements(f"claim/{claim}")
    return [j for j in about if j.kind == "does-not-contradict"]


def other_end(judgement: Judgement, key: str) -> str | None:
    """Return the other record that a judgement about the record with this key is about."""
    return judgement.other if judgement.about == key else judgement.about


def _of_claim(kb: Answers, known: Known, claim: Claim) -> dict[str, Any]:
    from kb.app.claim_lookup import derived

    found = derived(kb, claim.id)
    contrary = [
        {"claim": c.claim, "kind": c.kind, "certainty": c.certainty} for c in found.contradictions
    ]
    return {
        "status": found.status or None,
        "assertions": [said(kb, known, a) for a in known.said(claim.id)],
        "contradictions": contrary,
        "dismissed": [other_end(j, f"claim/{claim.id}") for j in dismissed(known, claim.id)],
    }


def _judgement(judgement: Judgement) -> dict[str, object]:
    names = ("id", "kind", "about", "other", "verdict", "certainty", "why", "coder")
    return {name: getattr(judgement, name) for name in names}
