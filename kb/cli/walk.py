"""`kb add claim` on a terminal: one question at a time, each can be skipped, and what comes of it
is shown before it is written.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from kb.cli.changes import in_a_file, preview
from kb.cli.output import message
from kb.errors import Refused, Usage

if TYPE_CHECKING:
    from kb.app.knowledge_base import KnowledgeBase, Plan
    from kb.workspace.catalog import Known


def walk(
    kb: KnowledgeBase, source: str = "", ask: Callable[[str, Sequence[str]], str] | None = None
) -> str:
    """The sheet that the answers make, empty where the walk was left without a claim.
    `ask(question, completions)` gives an answer.
    """
    from kb.coding.sheet import Entry, Sheet, Value
    from kb.coding.yaml_writer import write
    from kb.model import vocabulary

    put, known = ask or _prompt, kb.known()
    people, stances = sorted(known.entities), [s for s in vocabulary.STANCES if s != "affirms"]
    message(
        "ENTER skips a question, TAB completes, Ctrl-C leaves; nothing is written before the end."
    )
    source = _source(kb, known, source or put("Source", sorted(known.sources)), put)
    sentence = put(
        "Claim, one plain sentence (or =ID of one recorded)",
        [f"={c}" for c in sorted(known.claims)],
    )
    if not sentence:
        return ""
    claim, said = {"claim": sentence}, dict[str, str]()
    if not sentence.startswith("="):
        claim["what"] = put(
            "What: subject > predicate > object", [*people, *sorted(known.predicates)]
        )
        if not claim["what"]:
            claim["kind"] = put(f"Kind: {', '.join(vocabulary.KINDS)}", vocabulary.KINDS)
        claim["when"] = put("When it happened or held", ())
        claim["place"] = put("Where", [e for e in people if known.entities[e].kind == "place"])
    said["by"] = put(
        "Who says so (the source itself, if skipped)", [*people, "unnamed ", "unattributed"]
    )
    stance = put(f"Stance: affirms, if skipped, or {', '.join(stances)}", stances)
    if stance:
        said[stance] = (
            put(f"Scope: {', '.join(vocabulary.DISPUTES)}", vocabulary.DISPUTES) or "unspecified"
        )
    said["at"] = put("Passage: line number and words copied from it, … between its ends", ())
    said["on"] = put("When it was said", ())
    entry = Entry({k: Value(v) for k, v in said.items() if v})
    values = {k: Value(v) for k, v in claim.items() if v}
    text = write(
        Sheet(
            "walk",
            top={"source": Value(source)} if source else {},
            claims=[Entry(values, said=(entry,))],
        )
    )
    message("\n" + text)
    plan = kb.plan(text, "kb add claim")
    if not plan.sound:
        raise _kept(text, plan)
    for told in (*plan.problems, *(f"note: {note}" for note in plan.change.notes)):
        message(str(told))
    preview(plan, kb.standings())
    if put("Write it? yes, if skipped; no", ("yes", "no")).lower() in ("", "y", "yes"):
        return text
    message("Nothing was written.")
    return ""


def _kept(text: str, plan: Plan) -> Refused:
    """What is wrong with the answers is told, and they are kept as a sheet: nobody should have to
    type them twice.
    """
    path = str(in_a_file(text))
    for problem in plan.problems:
        of_sheet = problem.place.path == plan.sheet.name
        message(
            str(replace(problem, place=replace(problem.place, path=path)) if of_sheet else problem)
        )
    return Refused(
        "nothing was written.",
        f"your answers are in {path}: mend them there, then kb add --from {path}",
    )


def _source(
    kb: KnowledgeBase, known: Known, name: str, put: Callable[[str, Sequence[str]], str]
) -> str:
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
