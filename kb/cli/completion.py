"""Completion with TAB: ids and names, chosen by the word that help shows for an argument or option.

Ids are found in the files by a regular expression; nothing is parsed, so that the shell need not
wait.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from kb.errors import KbError
from kb.model import vocabulary
from kb.presentation.formats import FORMATS
from kb.presentation.lists import NAMES
from kb.workspace.catalogs.past_files import past
from kb.workspace.files import folder

# The subject of a record: path and id, but not of a passage or a version.
SUBJECT: Final = re.compile(
    r"^<((?:claim|assertion|entity|source|affiliation|judgement)/[^>#~]+)>\s*$", re.MULTILINE
)
RELAY: Final = re.compile(r"-r\d+$")
ANY: Final = ("claim", "source", "entity", "assertion", "affiliation", "judgement")
# Word in help → the kinds of record whose ids it stands for.
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
# Word in help → its values.
WORDS: Final = {
    "CERTAINTY": vocabulary.CERTAINTIES,
    "FORMAT": FORMATS,
    "KIND": vocabulary.KINDS,
    "RELATION": vocabulary.RELATIONS,
    "TYPE": vocabulary.ENTITY_TYPES,
    "SCOPE": vocabulary.DISPUTES,
    "STATUS": vocabulary.STATUSES,
}
# Command and word in help → its values, if they differ from those in WORDS.
OF_COMMAND: Final = {
    ("judge", "KIND"): vocabulary.JUDGEMENTS,
    ("contradictions", "TYPE"): vocabulary.CONTRADICTIONS,
    ("coverage", "STATE"): ("coded", "skipped", "open"),
    ("import", "FORMAT"): ("csv", "xlsx", "annotations"),
    ("inbox", "LIST"): ("sources", "passages", "claims", "files"),
    ("inbox", "STATE"): ("unread", "being-coded", "checked"),
    ("list", "WHAT"): NAMES,
    ("sheet", "FORMAT"): ("yaml", "json"),
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
        "bibtex",
        "claimreview",
        "csl-json",
        "ftm",
        "geojson",
        "graphml",
        "nanopublications",
        "parquet",
        "prov-json",
        "stix",
        "web-annotations",
        "xlsx",
    ),
}
# Words in help for a saved question.
QUESTIONS: Final = ("NAME|FILE|-", "NAME")


def teach(command: Any, path: tuple[str, ...]) -> None:
    """Give the arguments and options of a command and its subcommands their completions."""
    for name, inner in getattr(command, "commands", {}).items():
        teach(inner, (*path, name))
    for param in command.params:
        word = (param.metavar or "").strip("[]")
        words = OF_COMMAND.get((path[0], word)) or WORDS.get(word, ())
        if words or _has_records(path, word):
            # Typer makes the parameters; click would take this function at that moment.
            param._custom_shell_complete = _completer(word, words)


def _has_records(path: tuple[str, ...], word: str) -> bool:
    """Tell whether a word in the help of a command stands for ids or questions that exist."""
    if word in QUESTIONS:
        return path[0] in ("query", "queries")
    # The id of `add entity` is a new one.
    return word in RECORDS and (path, word) != (("add", "entity"), "ID")


def _completer(word: str, words: Sequence[str]) -> Callable[[Any, Any, str], list[str]]:
    def complete(ctx: Any, param: Any, incomplete: str) -> list[str]:
        """Return the candidates with this beginning, sorted."""
        try:
            found = set(words or _candidates(word, ctx, incomplete))
        except (KbError, OSError, UnicodeDecodeError):  # no knowledge base, or a broken file
            return []
        # A shell could not show a candidate with controls or several lines.
        return sorted(c for c in found if c.startswith(incomplete) and c.isprintable())

    return complete


def _candidates(word: str, ctx: Any, incomplete: str) -> Iterator[str]:
    """Yield ids of the records that a word in help stands for, or names of saved questions."""
    here = folder.locate(ctx.find_root().params.get("kb") or None)
    if word in QUESTIONS:
        yield from (name.removesuffix(".rq") for name in here.data("queries/questions", ".rq"))
        return
    for name in here.files():
        if not past(name):
            for key in SUBJECT.findall(here.stored(name)):
                kind, _, id = key.partition("/")
                relay = kind == "assertion" and RELAY.search(id)
                if kind in RECORDS[word] and not relay:
                    yield key if "/" in incomplete else id
