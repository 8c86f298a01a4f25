"""The page of a claim: both sides, the status with its reasons, contradictions, history."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import astuple
from functools import partial
from typing import Final, TypeVar

from kb.app.knowledge_base import KnowledgeBase
from kb.errors import Refused
from kb.model.records import Claim
from kb.presentation import claim_card, explanation, record_fields, record_history, removals
from kb.presentation.accounts import Account
from kb.presentation.explanation import AFFIRMING, OPPOSING
from kb.presentation.names import named
from kb.reasoning.analysis.sensitivity import Flip, Removal
from kb.reasoning.analysis.surroundings import Surroundings
from kb.reasoning.outcome.explanations import MAINTAINED, no_longer
from kb.web import bounded_work, names, steps, words
from kb.web.look import Look
from kb.web.results import Asked, Document, Elsewhere, Page, Table
from kb.workspace.log.history import Batch

T = TypeVar("T")
PATH: Final = "claim/"
# Assertions of a knowledge base in which it is quickly found what would change a status.
QUICK: Final = 1_000
# Stances that are on neither side.
BESIDE: Final = ("silent", "overrules")


def page(look: Look, asked: Asked) -> Page | Elsewhere:
    """Return a claim with both sides."""
    claim = found(look, asked.name)
    if claim.id != asked.name:
        return Elsewhere(look.to(f"/claim/{claim.id}"))
    values = {
        "claim": claim,
        **_status(look, claim),
        **sides(look, claim.id),
        **_other(look, claim),
        "steps": steps.steps(look, claim.id),
        "flips": partial(_flips, look, claim),  # only worked out where it is shown
    }
    command = f"kb status {claim.id} --why"
    return Page(
        "claim.html", look.statement(claim.id), values, command, f"/claim/{claim.id}", ("json",)
    )


def _status(look: Look, claim: Claim) -> dict[str, object]:
    """Return the status with its reasons in words, and the verdicts beside it."""
    row = look.row(claim.id)
    return {
        "row": row,
        "reasons": [(r.rule, named(look.known, r.text)) for r in row.reasons] if row else [],
        "verdicts": explanation.verdicts(look.known, claim.id),
        "rivals": list(explanation.against(row).items()) if row else [],
    }


def _flips(look: Look, claim: Claim) -> list[Flip] | None:
    """Return the records without which the status would be different, None if that takes long."""
    if len(look.known.assertions) > QUICK:
        return None
    with suppress(Refused):
        return _what_if(look, claim, bounded_work.LONG)
    return None


def _what_if(look: Look, claim: Claim, seconds: float) -> list[Flip]:
    """Return the records without which the status would be different. Raises Refused."""
    way_out = words.HOW_WHAT_IF.format(claim.id)
    near = _near(look, way_out, seconds)
    rows = bounded_work.result(
        lambda: [astuple(flip) for flip in look.kb.what_if(claim.id, near)], way_out, seconds
    )
    return [
        Flip(one, before, after, Removal(*removal), *rest)
        for one, before, after, removal, *rest in rows
    ]


def _near(look: Look, way_out: str, seconds: float) -> Surroundings:
    """Return the look-up of what can matter to a status, which is kept, so that it is not made in
    a child. Raises Refused if making it takes longer than these seconds.
    """
    if seconds < bounded_work.LONG and not look.has_surroundings:
        raise Refused(words.NOT_READ, way_out)
    return look.surroundings


def sides(look: Look, claim: str) -> dict[str, list[Account]]:
    """Return what everybody says about a claim. What no longer counts is on neither side."""
    row = look.row(claim)
    gone = no_longer(row.reasons) if row else frozenset[str]()
    found = {
        "affirmed": look.accounts(claim, *AFFIRMING),
        "against": look.accounts(claim, *OPPOSING),
        "beside": look.accounts(claim, *BESIDE),
    }
    for side in ("affirmed", "against"):
        left = [one for one in found[side] if _counts(one, gone)]
        found["beside"] += [one for one in found[side] if one not in left]
        found[side] = left
    return found


def _counts(said: Account, gone: Collection[str]) -> bool:
    """Tell whether an assertion counts, or takes another one back."""
    return said.assertion.id not in gone or said.assertion.stance not in MAINTAINED


def _other(look: Look, claim: Claim) -> dict[str, object]:
    """Return the details, the contradictions, and the decisions of analysts."""
    key = f"claim/{claim.id}"
    lines = claim_card.details(look.known, claim)
    decided = record_fields.dismissed(look.known, claim.id)
    others = ((record_fields.other_end(one, key) or "").removeprefix(PATH) for one in decided)
    return {
        "details": [line.partition(": ")[::2] for line in lines],
        "pairs": look.pairs.get(claim.id, ()),
        "dismissed": list(zip(others, decided, strict=True)),
        "judgements": look.known.judgements(key),
    }


def document(look: Look, asked: Asked) -> Document:
    """Return the data of `kb show CLAIM --json`."""
    claim = found(look, asked.name)
    return Document(record_fields.fields(look.kb, look.known, f"claim/{claim.id}"))


def status(look: Look, asked: Asked) -> Document:
    """Return the data of `kb status CLAIM --why --json`."""
    claim = _current(look, asked.name)
    row = look.row(claim.id)
    rows = [explanation.grounds(look.kb, look.known, look.outcome, row)] if row else []
    return Document([dict(zip(explanation.COLUMNS, one, strict=True)) for one in rows])


def removals_page(look: Look, asked: Asked) -> Page:
    """Return the records without which the status would be different."""
    claim = _current(look, asked.name)
    flips, refusal = _or_refused(
        lambda: _what_if(look, claim, bounded_work.seconds(asked, look.quick))
    )
    values = {
        "claim": claim,
        "flips": flips,
        "refusal": refusal,
        "waits": bounded_work.waits(asked),
    }
    command = f"kb status {claim.id} --what-if"
    data = f"/claim/{claim.id}/what-if"
    formats = () if refusal else ("csv", "json")
    return Page("what_if.html", look.statement(claim.id), values, command, data, formats)


def removal_rows(look: Look, asked: Asked) -> Table:
    """Return the data of `kb status CLAIM --what-if`. Raises Refused."""
    flips = _what_if(look, _current(look, asked.name), bounded_work.LONG)
    return Table(removals.COLUMNS, [removals.row(look.known, flip) for flip in flips])


def history(look: Look, asked: Asked) -> Page:
    """Return when the status changed, and the versions of the record."""
    claim = found(look, asked.name)
    turns, refusal = _or_refused(
        lambda: _turns(look, claim, bounded_work.seconds(asked, look.quick))
    )
    values = {
        "claim": claim,
        "turns": turns,
        "refusal": refusal,
        "waits": bounded_work.waits(asked),
        "versions": record_history.fields(look.kb, look.known, f"claim/{claim.id}"),
        "entries": _entries(look, claim),
    }
    data = f"/claim/{claim.id}/history"
    command = f"kb show {claim.id} --history"
    return Page("history.html", look.statement(claim.id), values, command, data, ("json",))


def _turns(look: Look, claim: Claim, seconds: float) -> list[tuple[str, str, str, list[str]]]:
    """Return the day of each publication that changed the status, the status before and after, and
    the reasons. Raises Refused.
    """
    near = _near(look, words.HOW_TURNS, seconds)

    def work() -> list[tuple[str, str, str, list[str]]]:
        """Return the rows, with "" for no status."""
        return [
            (
                str(turn.day),
                turn.before.status if turn.before else "",
                turn.after.status if turn.after else "",
                [named(look.known, reason.text) for reason in turn.reasons],
            )
            for turn in look.kb.turns(claim.id, near)
        ]

    found: list[tuple[str, str, str, list[str]]] = bounded_work.result(
        work, words.HOW_TURNS, seconds
    )
    return found


def _or_refused(work: Callable[[], list[T]]) -> tuple[list[T], Refused | None]:
    """Return what a page shows, or why it cannot be shown."""
    try:
        return work(), None
    except Refused as error:
        return [], error


def _entries(look: Look, claim: Claim) -> list[Batch]:
    """Return the entries of the log that changed the claim; none in an earlier state."""
    key = f"claim/{claim.id}"
    return look.kb.log(key, look.known) if isinstance(look.kb, KnowledgeBase) else []


def versions(look: Look, asked: Asked) -> Document:
    """Return the data of `kb show CLAIM --history --json`."""
    claim = found(look, asked.name)
    return Document(record_history.fields(look.kb, look.known, f"claim/{claim.id}"))


def found(look: Look, name: str) -> Claim:
    """Return the claim with this id, or with a name that people would type. Raises Usage."""
    key = names.resolved(look, "claim", name)
    record = look.known.record(key)
    assert isinstance(record, Claim)
    return record


def _current(look: Look, name: str) -> Claim:
    """Return a claim that can have a status. Raises Usage also for one that was withdrawn."""
    key = look.kb.resolve(look.known, name, ("claim",))
    record = look.known.record(key)
    assert isinstance(record, Claim)
    return record
