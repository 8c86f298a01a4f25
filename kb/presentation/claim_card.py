"""The card of a claim: status, both sides with passages, contradictions, judgements, history."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from kb.presentation.card_parts import background, marks, plain, statement
from kb.presentation.explanation import AFFIRMING, OPPOSING, assertion, stances
from kb.presentation.names import entity_name
from kb.presentation.record_fields import dismissed, other_end

if TYPE_CHECKING:
    from kb.app.answers import Answers
    from kb.app.claim_lookup import Derived
    from kb.model.records import Assertion, Claim
    from kb.workspace.catalogs.catalog import Known


def card(kb: Answers, known: Known, claim: Claim) -> list[str]:
    """Return the card of a claim, line by line."""
    from kb.app.claim_lookup import derived

    found = derived(kb, claim.id)
    lines = [claim.statement or claim.id, f"claim/{claim.id}", *marks(claim)]
    lines.append(f"status: {found.status or 'none'} · kind: {claim.kind or 'not given'}")
    if claim.invalidated:
        lines.append(f"withdrawn {claim.invalidated:%Y-%m-%d}: {claim.invalidated_because or ''}")
    lines += details(known, claim)
    lines += _sides(kb, known, claim, found)
    lines += _contradictions(known, claim, found)
    lines += background(known, f"claim/{claim.id}")
    return [*lines, "", f"Next: kb status {claim.id} --why"]


def details(known: Known, claim: Claim) -> list[str]:
    """Return who did what to whom, when and where."""
    lines = [_what(known, claim)] if claim.predicate else []
    roles: dict[str, list[str]] = {}
    for role, entity in claim.roles():
        roles.setdefault(role, []).append(entity_name(known, entity))
    lines += [f"{role}: {'; '.join(names)}" for role, names in roles.items()]
    if days := _days(claim):
        lines.append(f"when: {days}")
    return lines + plain(claim, {"extent", "held", "quantity", "unit", "condition", "scope_note"})


def _what(known: Known, claim: Claim) -> str:
    """Return subject, predicate and object, in the notation of a sheet."""
    predicate = (claim.predicate or "").rpartition("/")[2]
    objects = [
        entity_name(known, claim.object) if claim.object else "",
        f"“{claim.object_value}”" if claim.object_value else "",
        f"claim/{claim.object_claim}" if claim.object_claim else "",
    ]
    what = " > ".join([entity_name(known, claim.subject), predicate, *filter(None, objects)])
    return f"what: not ({what})" if claim.polarity == "negative" else f"what: {what}"


def _days(claim: Claim) -> str:
    """Return when it happened or was true; for a state without end, when it was last reported."""
    from kb.model.dates import show as dates

    known = [dates(claim.begin_earliest, claim.end_latest)]
    begun, last = claim.begin_latest, claim.end_earliest
    if begun and last and last < begun and known == [""]:
        known.append(f"as of {dates(last, begun)}")
    else:
        known.append(f"begun by {begun}" if begun and not claim.begin_earliest else "")
        known.append(f"last reported on {last}" if last and not claim.end_latest else "")
    days = ", ".join(filter(None, known))
    if not (days and claim.when):
        return days or claim.when or ""
    return f"{days} (“{claim.when}”)"


def _sides(kb: Answers, known: Known, claim: Claim, found: Derived) -> list[str]:
    """Return both sides, each assertion with its passage and place."""
    every = stances(known, claim.id, (*AFFIRMING, *OPPOSING, "silent", "overrules"))
    counting = [one for one in every if one.id not in found.gone]
    sides = (
        ("Affirmed", [one for one in counting if one.stance in AFFIRMING]),
        ("Against", [one for one in counting if one.stance in OPPOSING]),
        ("Silent", [one for one in counting if one.stance == "silent"]),
        ("Overruled by", [one for one in counting if one.stance == "overrules"]),
        ("No longer counts", [one for one in every if one.id in found.gone]),
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
    """Return the claims that contradict this one, then those that were checked and do not."""
    kinds: dict[tuple[str, str], list[str]] = {}
    for one in found.contradictions:
        kinds.setdefault((one.claim, one.certainty), []).append(one.kind)
    lines = [
        f"  {certainty} ({', '.join(named)}): {_named(known, other)}"
        for (other, certainty), named in kinds.items()
    ]
    lines += [f"  checked, no contradiction: {other}" for other in _dismissed(known, claim)]
    return ["", "Contradictions", *lines] if lines else []


def _dismissed(known: Known, claim: Claim) -> list[str]:
    """Return the claims that were judged not to contradict this one."""
    key = f"claim/{claim.id}"
    others = [other_end(judgement, key) or "" for judgement in dismissed(known, claim.id)]
    return [_named(known, other.removeprefix("claim/")) for other in others]


def _named(known: Known, claim: str) -> str:
    """Return a claim's statement and id."""
    return f"{statement(known, claim)}  ({claim})"
