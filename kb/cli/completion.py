"""What TAB completes: ids and names of the knowledge base at hand, by the word that help shows for
an argument or option.

Ids are picked out of the files' first columns; nothing is parsed, so that an answer is there at
once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from kb.errors import KbError
from kb.model import vocabulary
from kb.workspace import folder
from kb.workspace.catalog import past

# The subject of a record: path and id, no passage, no relay, no version.
SUBJECT: Final = re.compile(
    r"^<((?:claim|assertion|entity|source|affiliation|judgement)/[^>#~]+)>\s*$", re.MULTILINE
)
RELAY: Final = re.compile(r"-r\d+$")
ANY: Final = ("claim", "source", "entity", "assertion", "affiliation", "judgement")
# Word in help → the records it stands for.
RECORDS: Final = {
    "CLAIM": ("claim",),
    "SOURCE": ("source",),
    "ID": ANY,
    "ID...": ANY,
    "OLD": ANY,
    "A": ("claim", "entity", "source"),
    "B": ("claim", "entity", "source"),
    "WHO": ("entity",),
    "PLACE": ("entity",),
    "MEMBER": ("entity",),
    "PARTY": ("entity",),
    "JUDGEMENT": ("judgement",),
}
# Word in help → the words that can stand there.
WORDS: Final = {
    "KIND": vocabulary.JUDGEMENTS,
    "RELATION": vocabulary.RELATIONS,
    "TYPE": vocabulary.ENTITY_TYPES,
    "SCOPE": vocabulary.DISPUTES,
}
# Questions are named where they are asked.
QUESTIONS: Final = ("NAME|FILE|-", "NAME")


def teach(command: Any, path: tuple[str, ...]) -> None:
    """Give the arguments and options of a command, and of those within it, what they complete."""
    for name, inner in getattr(command, "commands", {}).items():
        teach(inner, (*path, name))
    for param in command.params:
        word = (param.metavar or "").strip("[]")
        if path == ("add", "entity") and word == "ID":  # a new one
            continue
        if word in QUESTIONS and path[0] not in ("query", "queries"):
            continue
        if word in RECORDS or word in WORDS or word in QUESTIONS:
            # click takes this when a parameter is made; ours are made by Typer from the words alone
            param._custom_shell_complete = _completer(word)


def _completer(word: str) -> Callable[[Any, Any, str], list[str]]:
    def complete(ctx: Any, param: Any, incomplete: str) -> list[str]:
        """What begins like this, sorted."""
        try:
            # What a shell would have to print with controls, or as several lines, cannot be
            # completed.
            return sorted(
                {
                    w
                    for w in _candidates(word, ctx, incomplete)
                    if w.startswith(incomplete) and w.isprintable()
                }
            )
        except (
            KbError,
            OSError,
            UnicodeDecodeError,
        ):  # no knowledge base here: nothing to complete
            return []

    return complete


def _candidates(word: str, ctx: Any, incomplete: str) -> Iterator[str]:
    if word in WORDS:
        yield from WORDS[word]
        return
    here = folder.locate(ctx.find_root().params.get("kb") or None)
    if word in QUESTIONS:
        yield from (name.removesuffix(".rq") for name in here.data("queries/questions", ".rq"))
        return
    path = incomplete.partition("/")[0] if "/" in incomplete else ""
    for name in here.files():
        if not past(name):
            for key in SUBJECT.findall(here.stored(name)):
                kind, _, id = key.partition("/")
                if kind in RECORDS[word] and not (kind == "assertion" and RELAY.search(id)):
                    yield key if path else id
