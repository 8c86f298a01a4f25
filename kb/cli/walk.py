"""`kb add claim` on a terminal: one question at a time, each can be skipped, and what comes of it
is shown before it is written.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from kb.cli.changes import in_a_file, preview
from kb.cli.output import message
from kb.errors import Refused, Usage

if TYPE_CHECKING:
    from kb.app.knowledge_base import KnowledgeBase
    from kb.coding.sheet import Sheet
    from kb.workspace.catalog import Known


Ask = Callable[[str, Sequence[str]], str]


def walk(kb: KnowledgeBase, source: str = "", ask: Ask | None = None) -> Sheet | None:
    """Return the sheet that the answers make, None where the walk was left without a claim.
    `ask(question, completions)` gives an answer.
    """
    from kb.coding import sheet_rules, yaml_writer

    put, known = ask or _prompt, kb.known()
    message(
        "ENTER skips a question, TAB completes, Ctrl-C leaves; nothing is written before the end."
    )
    source = _source(kb, known, source or put("Source", sorted(known.sources)), put)
    claim = _claim(known, put)
    if not claim:
        return None
    said = sheet_rules.entry(_said(known, put))
    sheet = sheet_rules.built({"source": source}, claims=[sheet_rules.entry(claim, [said])])
    text = yaml_writer.write(sheet)
    message("\n" + text)
    plan = kb.plan_sheet(sheet)
    if not plan.sound:
        raise _kept(kb, text)
    for told in (*plan.problems, *(f"note: {note}" for note in plan.change.notes)):
        message(str(told))
    preview(plan, kb.standings())
    if put("Write it? yes, if skipped; no", ("yes", "no")).lower() in ("", "y", "yes"):
        return sheet
    message("Nothing was written.")
    return None


def _claim(known: Known, put: Ask) -> dict[str, str]:
    """Ask for the claim; its keys as on a sheet, none where there is no claim."""
    from kb.model import vocabulary

    people = sorted(known.entities)
    sentence = put(
        "Claim, one plain sentence (or =ID of one recorded)",
        [f"={c}" for c in sorted(known.claims)],
    )
    if not sentence or sentence.startswith("="):
        return {"claim": sentence} if sentence else {}
    claim = {"claim": sentence}
    claim["what"] = put("What: subject > predicate > object", [*people, *sorted(known.predicates)])
    if not claim["what"]:
        claim["kind"] = put(f"Kind: {', '.join(vocabulary.KINDS)}", vocabulary.KINDS)
    claim["when"] = put("When it happened or held", ())
    claim["place"] = put("Where", [e for e in people if known.entities[e].kind == "place"])
    return {key: text for key, text in claim.items() if text}


def _said(known: Known, put: Ask) -> dict[str, str]:
    """Ask who says it, how and where; keys as on a sheet."""
    from kb.model import vocabulary

    people, stances = sorted(known.entities), [s for s in vocabulary.STANCES if s != "affirms"]
    said = {}
    said["by"] = put(
        "Who says so (the source itself, if skipped)", [*people, "unnamed ", "unattributed"]
    )
    stance = put(f"Stance: affirms, if skipped, or {', '.join(stances)}", stances)
    if stance:
        scope = put(f"Scope: {', '.join(vocabulary.DISPUTES)}", vocabulary.DISPUTES)
        said[stance] = scope or "unspecified"
    said["at"] = put("Passage: line number and words copied from it, … between its ends", ())
    said["on"] = put("When it was said", ())
    return {key: text for key, text in said.items() if text}


def _kept(kb: KnowledgeBase, text: str) -> Refused:
    """Keep the answers as a sheet, and say what is wrong with them, with the lines of that file:
    nobody should have to type them twice.
    """
    path = str(in_a_file(text))
    for problem in kb.plan(text, path).problems:
        message(str(problem))
    return Refused(
        "nothing was written.",
        f"your answers are in {path}: fix them there, then kb add --from {path}",
    )


def _source(kb: KnowledgeBase, known: Known, name: str, put: Ask) -> str:
    """The source that is meant, asked for until there is one or it is skipped; its lines are shown,
    so that passages can be copied.
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
    """An answer typed on the terminal, with completion where the system has readline."""
    try:
        import readline
    except ImportError:  # no completion on this system; typing works
        return input(f"{question}: ").strip()
    readline.set_completer_delims(" >,")
    readline.set_completer(
        lambda text, n: next(iter([c for c in completions if c.startswith(text)][n : n + 1]), None)
    )
    readline.parse_and_bind("tab: complete")
    try:
        return input(f"{question}: ").strip()
    finally:
        readline.set_completer(None)
