"""Step-by-step questions of `kb add claim` on a terminal; each can be skipped, and the result is
shown before it is written.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from kb.cli.changes import comment, in_a_file, preview
from kb.cli.output import message
from kb.errors import Refused, Usage
from kb.model.vocabulary import UNATTRIBUTED
from kb.presentation import plan_rows

if TYPE_CHECKING:
    from kb.app.knowledge_base import KnowledgeBase
    from kb.coding.sheet import Sheet
    from kb.workspace.catalogs.catalog import Known

# Ask a question with completions, and return the answer.
Ask = Callable[[str, Sequence[str]], str]


def walk(kb: KnowledgeBase, source: str = "", ask: Ask | None = None) -> Sheet | None:
    """Return a sheet made from the answers; None if the user stops without a claim.

    `ask(question, completions)` returns an answer.
    """
    from kb.coding import sheet_rules

    put, known = ask or _prompt, kb.known()
    message(
        "Press ENTER to skip a question, TAB to complete, Ctrl-C to stop. "
        "Nothing is written before the end."
    )
    source = _source(kb, known, source or put("Source", sorted(known.sources)), put)
    claim = _claim(known, put)
    if not claim:
        return None
    said = sheet_rules.entry(_said(known, put))
    sheet = sheet_rules.built({"source": source}, claims=[sheet_rules.entry(claim, [said])])
    _show(kb, sheet)
    if put("Write it? [Y/n]", ("yes", "no")).lower() in ("", "y", "yes"):
        return sheet
    message("Nothing was written.")
    return None


def _show(kb: KnowledgeBase, sheet: Sheet) -> None:
    """Show a sheet and the statuses that it would lead to. Raises Refused if it has an error."""
    from kb.coding import yaml_writer

    text = yaml_writer.write(sheet)
    message("\n" + text)
    plan = kb.plan_sheets([sheet])
    if not plan.sound:
        raise _kept(kb, text)
    comment(plan, with_notes=True)
    preview(plan, kb.status_words(plan_rows.claims(plan)))


def _claim(known: Known, put: Ask) -> dict[str, str]:
    """Ask for the claim. Return its keys as on a sheet, none if there is no claim."""
    sentence = put(
        "Claim: one plain sentence (or =ID of a recorded claim)",
        [f"={c}" for c in sorted(known.claims)],
    )
    if not sentence:
        return {}
    claim = {"claim": sentence}
    if not sentence.startswith("="):
        claim |= _details(known, put)
    return {key: text for key, text in claim.items() if text}


def _details(known: Known, put: Ask) -> dict[str, str]:
    """Ask what a new claim says, when and where."""
    from kb.model import vocabulary

    entities = sorted(known.entities)
    places = [e for e in entities if known.entities[e].kind == "place"]
    what = put("What: subject > predicate > object", [*entities, *sorted(known.predicates)])
    kind = "" if what else put(f"Kind: {', '.join(vocabulary.KINDS)}", vocabulary.KINDS)
    when = put("When it happened or was true", ())
    return {"what": what, "kind": kind, "when": when, "place": put("Where", places)}


def _said(known: Known, put: Ask) -> dict[str, str]:
    """Ask who says it, how and where. Return keys as on a sheet."""
    from kb.model import vocabulary

    stances = [s for s in vocabulary.STANCES if s != "affirms"]
    said = {}
    said["by"] = put(
        "Who says it [the source itself]", [*sorted(known.entities), "unnamed ", UNATTRIBUTED]
    )
    stance = put(f"Stance [affirms]: {', '.join(stances)}", stances)
    if stance:
        scope = put(f"Scope: {', '.join(vocabulary.DISPUTES)}", vocabulary.DISPUTES)
        said[stance] = scope or "unspecified"
    said["at"] = put("Passage: line number and words copied from it; … joins its two ends", ())
    said["on"] = put("When it was said", ())
    return {key: text for key, text in said.items() if text}


def _kept(kb: KnowledgeBase, text: str) -> Refused:
    """Save the answers as a sheet, so that nobody types them twice, and print its problems."""
    path = str(in_a_file(text))
    for problem in kb.plan(text, path).problems:
        message(str(problem))
    return Refused(
        "nothing was written.",
        f"your answers are in {path}: fix them there, then kb add --from {path}",
    )


def _source(kb: KnowledgeBase, known: Known, name: str, put: Ask) -> str:
    """Return the source that the user names, empty if skipped; an unknown one is asked for again.

    Print its lines, so that passages can be copied.
    """
    while name:
        try:
            text = kb.document(known.source(name))
        except Usage as error:
            message(f"error: {error.message} {error.hint}")
            name = put("Source", sorted(known.sources))
            continue
        for number, line in enumerate((text or "").split("\n"), 1):
            if line.strip():
                message(f"{number:>4}  {line}")
        return name
    return ""


def _prompt(question: str, completions: Sequence[str]) -> str:
    """Return an answer typed on the terminal, with completion if the system has readline."""
    try:
        import readline
    except ImportError:  # this system has no completion
        return input(f"{question}: ").strip()
    readline.set_completer_delims(" >,")
    readline.set_completer(partial(_completion, completions))
    readline.parse_and_bind("tab: complete")
    try:
        return input(f"{question}: ").strip()
    finally:
        readline.set_completer(None)


def _completion(completions: Sequence[str], text: str, number: int) -> str | None:
    """Return the completion of this number for a text, counted from 0; None after the last one."""
    found = [one for one in completions if one.startswith(text)]
    return found[number] if number < len(found) else None
