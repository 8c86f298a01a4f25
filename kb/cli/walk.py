"""`kb add claim` on a terminal: one question at a time, each can be skipped, and what comes of it is shown before it is written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from kb.cli.output import message

if TYPE_CHECKING:
    from kb.base import KnowledgeBase
    from kb.known import Known


def walk(kb: KnowledgeBase, source: str = "", ask: Callable[[str, Sequence[str]], str] | None = None) -> str:
    """The sheet that the answers make, empty where the walk was left without a claim. `ask(question, completions)` gives an answer."""
    from kb import vocab
    from kb.sheet import Entry, Sheet, Value, write

    put, known = ask or _prompt, kb.known()
    people, stances = sorted(known.entities), [s for s in vocab.STANCES if s != "affirms"]
    message("ENTER skips a question, TAB completes, Ctrl-C leaves; nothing is written before the end.")
    source = source or put("Source", sorted(known.sources))
    if source:
        _passages(kb, known, source)
    sentence = put("Claim, one plain sentence (or =ID of one recorded)", [f"={c}" for c in sorted(known.claims)])
    if not sentence:
        return ""
    claim, said = {"claim": sentence}, dict[str, str]()
    if not sentence.startswith("="):
        claim["what"] = put("What: subject > predicate > object", [*people, *sorted(known.predicates)])
        if not claim["what"]:
            claim["kind"] = put(f"Kind: {', '.join(vocab.KINDS)}", vocab.KINDS)
        claim["when"] = put("When it happened or held", ())
        claim["place"] = put("Where", [e for e in people if known.entities[e].kind == "place"])
    said["by"] = put("Who says so (the source itself, if skipped)", [*people, "unnamed ", "unattributed"])
    stance = put(f"Stance: affirms, if skipped, or {', '.join(stances)}", stances)
    if stance:
        said[stance] = put(f"Scope: {', '.join(vocab.DISPUTES)}", vocab.DISPUTES) or "unspecified"
    said["at"] = put("Passage: line number and words copied from it, … between its ends", ())
    said["on"] = put("When it was said", ())
    entry = Entry({k: Value(v) for k, v in said.items() if v})
    values = {k: Value(v) for k, v in claim.items() if v}
    text = write(Sheet("walk", top={"source": Value(source)} if source else {}, claims=[Entry(values, said=(entry,))]))
    message("\n" + text)
    plan = kb.plan(text, "kb add claim")
    for problem in plan.problems:
        message(str(problem))
    for note in plan.change.notes:
        message(f"note: {note}")
    answer = put("Write it? yes, if skipped; no", ("yes", "no"))
    return "" if answer.lower().startswith("n") else text


def _passages(kb: KnowledgeBase, known: Known, name: str) -> None:
    """The document's lines, so that passages can be copied from above."""
    from kb.errors import KbError

    try:
        text = kb.document(known.source(name))
    except KbError as error:
        message(f"error: {error.message} {error.hint}")
        return
    for number, line in enumerate((text or "").split("\n"), 1):
        if line.strip():
            message(f"{number:>4}  {line}")


def _prompt(question: str, completions: Sequence[str]) -> str:
    """An answer typed on the terminal, with completion where the system has readline."""
    try:
        import readline
    except ImportError:  # no completion on this system; typing works
        return input(f"{question}: ").strip()
    readline.set_completer_delims(" >,")
    readline.set_completer(lambda text, n: next(iter([c for c in completions if c.startswith(text)][n : n + 1]), None))
    readline.parse_and_bind("tab: complete")
    try:
        return input(f"{question}: ").strip()
    finally:
        readline.set_completer(None)
