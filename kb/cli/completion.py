"""What TAB completes: ids and names of the knowledge base at hand, by the word that help shows for
an argument or option.

Ids are picked out of the files' first columns; nothing is parsed, so that an answer is there at
once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from kb.errors import KbError
from kb.model import vocabulary
from kb.presentation.formats import FORMATS
from kb.presentation.lists import NAMES
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
    "CERTAINTY": vocabulary.CERTAINTIES,
    "FORMAT": FORMATS,
    "KIND": vocabulary.KINDS,
    "RELATION": vocabulary.RELATIONS,
    "TYPE": vocabulary.ENTITY_TYPES,
    "SCOPE": vocabulary.DISPUTES,
    "STATUS": vocabulary.STATUSES,
}
# Command and word in help → the words that can stand there, where they are others than elsewhere.
OF_COMMAND: Final = {
    ("judge", "KIND"): vocabulary.JUDGEMENTS,
    ("contradictions", "TYPE"): vocabulary.CONTRADICTIONS,
    ("coverage", "STATE"): ("coded", "skipped", "open"),
    ("inbox", "LIST"): ("sources", "passages", "files"),
    ("inbox", "STATE"): ("unread", "being-coded", "checked"),
    ("list", "WHAT"): NAMES,
    ("show", "FORMAT"): ("card", "turtle", "json"),
    ("validate", "FORMAT"): ("human", "json", "github"),
    ("export", "FORMAT"): (
        "turtle",
        "ntriples",
        "nquads",
        "jsonld",
        "csv",
        "facts",
        "annotations",
        "provenance",
    ),
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
        words = OF_COMMAND.get((path[0], word)) or WORDS.get(word, ())
        if words or word in RECORDS or word in QUESTIONS:
            # click takes this when a parameter is made; ours are made by Typer from the words alone
            param._custom_shell_complete = _completer(word, words)


def _completer(word: str, words: Sequence[str]) -> Callable[[Any, Any, str], list[str]]:
    def complete(ctx: Any, param: Any, incomplete: str) -> list[str]:
        """What begins like this, sorted."""
        try:
            # What a shell would have to print with controls, or as several lines, cannot be
            # completed.
            return sorted(
                {
                    w
                    for w in words or _candidates(word, ctx, incomplete)
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
