"""Reading and coding: the text of a document, and beside it the form for one claim."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from kb.app.changes import entering
from kb.app.changes.entering import Entered
from kb.app.changes.planning import Plan
from kb.app.knowledge_base import KnowledgeBase
from kb.model.records import Source
from kb.presentation import coded_text, entry_fields
from kb.presentation.entry_fields import Field
from kb.web import changes
from kb.web.changes import ChangeForm, Planned
from kb.web.look import LINES, Look
from kb.web.results import Asked, Page
from kb.workspace.catalogs.catalog import Known

# Beginnings of the names of fields: the parts of a sheet have keys in common.
CLAIM: Final = "claim-"
SAID: Final = "said-"
TOP: Final = "top-"
NEW: Final = "new"
AFFILIATIONS: Final = "affiliations"
SKIP: Final = "skip-why"
# The button that keeps the claim for the next speaker.
ANOTHER: Final = "another"


def page(look: Look, asked: Asked) -> Page:
    """Return a document with its text and the form, with what was typed already."""
    source = _source(look.known, asked)
    text = look.kb.document(source)
    total = text.count("\n") + 1 if text else 0
    first = (max(min(asked.number("line"), total), 1) - 1) // LINES * LINES + 1
    values = {
        "source": source,
        "available": text is not None,
        "lines": coded_text.lines(look.known, source, text, first, LINES) if text else [],
        "first": first,
        "total": total,
        "step": LINES,
        "parts_of": _parts(),
        "typed": _typed(asked),
        "fresh": changes.TOKEN not in asked.values,
    }
    return Page("code.html", f"Read and code: {look.title(source.id)}", values, "kb add claim")


def _parts() -> dict[str, list[Field]]:
    """Return the fields of the form by the part that they are shown in."""
    claim = {field.key: field for field in entry_fields.CLAIM}
    said = {field.key: field for field in entry_fields.SAID}
    return {
        "claim": [claim[key] for key in entry_fields.CLAIM_FIRST],
        "said": [said[key] for key in entry_fields.SAID_FIRST],
        "more_claim": [f for f in claim.values() if f.key not in entry_fields.CLAIM_FIRST],
        "more_said": [f for f in said.values() if f.key not in entry_fields.SAID_FIRST],
        "top": [field for field in entry_fields.TOP if field.key != "coder"],
    }


def _typed(asked: Asked) -> dict[str, str]:
    """Return what was typed by the name of the field; the three parts of `what` are one."""
    found = {name: str(asked.values[name]) for name in asked.values}
    what = entry_fields.joined([asked.first(f"{CLAIM}what.{n}") for n in range(3)])
    return {**found, f"{CLAIM}what": what}


def _source(known: Known, asked: Asked) -> Source:
    """Return the source that the address names. Raises Usage."""
    return known.source(asked.name)


def _plan(kb: KnowledgeBase, asked: Asked) -> Plan:
    return entering.plan(kb.session, _entered(kb.known(), asked))


def _entered(known: Known, asked: Asked) -> Entered:
    """Return what was typed, by the keys of a sheet."""
    typed = _typed(asked)
    claim, said = _of(typed, CLAIM, entry_fields.CLAIM), _of(typed, SAID, entry_fields.SAID)
    said |= entry_fields.stated(said.pop("stance", ""), said.pop("scope", ""))
    top = {**_of(typed, TOP, entry_fields.TOP), "coder": asked.first("coder")}
    skipped = bool(asked.first(SKIP)) and not claim.get("claim")
    return Entered(
        top={"source": _source(known, asked).id, **top},
        claim={} if skipped else claim,
        said={} if skipped else said,
        new=typed.get(NEW, "").splitlines(),
        affiliations=[line for line in typed.get(AFFILIATIONS, "").splitlines() if line.strip()],
        skip=f"{said.get('at', '')}; {asked.first(SKIP)}" if skipped else "",
    )


def _of(typed: Mapping[str, str], part: str, fields: tuple[Field, ...]) -> dict[str, str]:
    """Return the values of one part that are not empty, by key."""
    found = {field.key: typed.get(part + field.key, "").strip() for field in fields}
    return {key: text for key, text in found.items() if text}


def _what(asked: Asked) -> str:
    claim = " ".join(asked.first(f"{CLAIM}claim").split())
    if not claim:
        return f"add to {asked.name}"
    known = claim.startswith("=")
    return f"add assertion {claim[1:]}" if known else f"add claim {claim}"


def _after(asked: Asked, plan: Planned) -> str:
    """Return the form for the next claim, or for another speaker on the same one."""
    line = f"?line={asked.first('line')}" if asked.number("line") else ""
    found = plan.change.claims if isinstance(plan, Plan) else []
    if asked.first(changes.STEP) == ANOTHER and found:
        line += f"{'&' if line else '?'}{CLAIM}claim=%3D{found[0]}"
    return f"/code/{asked.name}{line}"


CHANGE: Final = ChangeForm(
    "/code/{name}",
    page,
    _plan,
    lambda known, asked: [f"source/{_source(known, asked).id}"],
    _what,
    _after,
)
