"""Dossier of a claim: one HTML file that needs no network, with both sides and how it was made."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from kb import __version__
from kb.model.records import Source
from kb.presentation import claim_card, explanation
from kb.presentation.accounts import Account
from kb.presentation.explanation import AFFIRMING
from kb.presentation.names import named
from kb.web import assets, claim_page
from kb.web.look import Look
from kb.web.results import Asked, File

STYLE: Final = "style.css"


def file(look: Look, asked: Asked) -> File:
    """Return the dossier of a claim, without records that are marked sensitive."""
    look = look.public()
    claim = claim_page.found(look, asked.name)
    row = look.row(claim.id)
    sides = claim_page.sides(look, claim.id)
    contradicting = explanation.against(row).items() if row else ()
    rivals = [(one, how, look.accounts(one, *AFFIRMING)) for one, how in contradicting]
    said = [*sum(sides.values(), []), *sum((said for _, _, said in rivals), [])]
    lines = claim_card.details(look.known, claim)
    values = {
        "look": look,
        "claim": claim,
        "row": row,
        "details": [line.partition(": ")[::2] for line in lines],
        "reasons": [named(look.known, r.text) for r in row.reasons] if row else [],
        **sides,
        "rivals": rivals,
        "judgements": look.known.judgements(f"claim/{claim.id}"),
        "sources": _sources(look, said),
        "style": assets.text(STYLE),
        "version": __version__,
    }
    return File("dossier.html", look.statement(claim.id), f"{claim.id}.html", values)


def _sources(look: Look, said: Iterable[Account]) -> list[Source]:
    """Return the documents that are quoted, each once, in the order of their titles."""
    ids = {one.source for one in said}
    quoted = (look.known.sources[id] for id in ids if id in look.known.sources)
    return sorted(quoted, key=lambda source: (source.title or "", source.id))
