"""Dossier of a claim or an entity: one HTML file that needs no network, with both sides and how it
was made.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from kb import __version__
from kb.app.answers import Answers
from kb.model.records import Claim, Source
from kb.presentation import claim_card, explanation
from kb.presentation.accounts import Account
from kb.presentation.explanation import AFFIRMING
from kb.presentation.names import named
from kb.presentation.record_fields import values as fields_of
from kb.reasoning.outcome.status_row import StatusRow
from kb.web import assets, claim_page, entity_page, rendering, scopes
from kb.web.days import Days
from kb.web.look import Look
from kb.web.results import Asked, Build, File

STYLE: Final = "style.css"
# Claims in the dossier of an entity, those with documents of most days first.
SHOWN: Final = 150
KINDS: Final = ("claim", "entity")


@dataclass(frozen=True, slots=True)
class Case:
    """A claim with both sides, the status and its reasons.

    `rivals` are the claims that contradict it, with the certainty and who affirms them.
    """

    claim: Claim
    statement: str
    row: StatusRow | None
    affirmed: Sequence[Account]
    against: Sequence[Account]
    beside: Sequence[Account]
    rivals: Sequence[tuple[str, str, Sequence[Account]]]
    reasons: Sequence[str]
    details: Sequence[tuple[str, str, str]]

    def said(self) -> list[Account]:
        """Return everything that is quoted."""
        contrary = (one for _, _, said in self.rivals for one in said)
        return [*self.affirmed, *self.against, *self.beside, *contrary]


def page(kind: str) -> Build:
    """Return the function that makes the dossier of a claim or of an entity."""

    def build(look: Look, asked: Asked) -> File:
        """Return the dossier, without records that are marked sensitive."""
        look = look.public()
        found = scopes.scope(look, kind, asked.name)
        if kind == "claim":
            return _of_claim(look, found.claims[0])
        return _of_entity(look, found)

    return build


def html(kb: Answers, name: str, as_of: date | None, known_on: date | None, policy: str) -> str:
    """Return the dossier of the claim or entity with this name, as the page of it gives. Raises
    Usage.
    """
    look = Look(kb, Days(as_of, known_on, policy))
    kind, _, id = kb.resolve(look.known, name, KINDS).partition("/")
    found = page(kind)(look, Asked(id, rendering.NO_VALUES))
    assert isinstance(found, File)
    return rendering.stored(look, found)


def _of_claim(look: Look, claim: Claim) -> File:
    case = _case(look, claim)
    values = {
        "key": f"claim/{claim.id}",
        "facts": [(name, value) for name, _, value in case.details],
        "judgements": look.known.judgements(f"claim/{claim.id}"),
    }
    return _file(look, case.statement, f"{claim.id}.html", [case], values)


def _of_entity(look: Look, scope: scopes.Scope) -> File:
    """Return the dossier of an entity: its names and ties, and the claims about it."""
    entity = look.known.entities[scope.entities[0]]
    claims = sorted(scope.claims, key=lambda c: (c.begin_earliest or date.max, c.id))
    facts = [("also", name) for name in entity.also]
    facts += [(n, str(v)) for n, v in fields_of(entity) if n in entity_page.FIELDS]
    facts += [("within", look.name(place)) for place in entity.within]
    values = {
        "key": scope.key,
        "facts": facts,
        "ties": look.known.ties(entity.id),
        "number": len(claims),
        "judgements": look.known.judgements(scope.key),
    }
    cases = [_case(look, claim) for claim in claims[:SHOWN]]
    return _file(look, scope.name, f"{entity.id}.html", cases, values)


def _file(
    look: Look, title: str, name: str, cases: Sequence[Case], values: Mapping[str, object]
) -> File:
    """Return a dossier of these claims."""
    quoted = [one for case in cases for one in case.said()]
    shown = {
        "look": look,
        "ties": (),
        "number": len(cases),
        "cases": cases,
        "quoted": quoted,
        "sources": _sources(look, quoted),
        "style": assets.text(STYLE),
        "version": __version__,
        **values,
    }
    return File("dossier.html", title, name, shown)


def _case(look: Look, claim: Claim) -> Case:
    """Return a claim with both sides."""
    row = look.row(claim.id)
    contradicting = explanation.against(row).items() if row else ()
    lines = claim_card.details(look.known, claim)
    return Case(
        claim,
        look.statement(claim.id),
        row,
        **claim_page.sides(look, claim.id),
        rivals=[(one, how, look.accounts(one, *AFFIRMING)) for one, how in contradicting],
        reasons=[named(look.known, r.text) for r in row.reasons] if row else [],
        details=[line.partition(": ") for line in lines],
    )


def _sources(look: Look, said: Iterable[Account]) -> list[Source]:
    """Return the documents that are quoted, each once, in the order of their titles."""
    ids = {one.source for one in said}
    quoted = (look.known.sources[id] for id in ids if id in look.known.sources)
    return sorted(quoted, key=lambda source: (source.title or "", source.id))
