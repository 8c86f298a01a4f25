"""Migration of a knowledge base to the present format, as one command that can be undone."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kb.errors import Conflict, Usage
from kb.rdf import renamed_terms, turtle_reader
from kb.workspace.files.folder import FORMAT, SETTINGS, Folder
from kb.workspace.log import log_chain, log_entries
from kb.workspace.transactions import transaction

# The line of kb.toml that states the format.
STATED = re.compile(r"^format[ \t]*=[^\r\n]*", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Migration:
    """The plan of a migration: `texts` are the new texts of files by relative path, `seen` the
    present ones. `steps` describes the changes in words; `left` is what a person must do.
    """

    texts: Mapping[str, str]
    seen: Mapping[str, str]
    steps: Sequence[str]
    left: Sequence[str] = ()


def planned(folder: Folder) -> Migration:
    """Plan the migration to the present format, without writing."""
    seen, steps = folder.read(SETTINGS), list[str]()
    settings = seen
    if folder.format < FORMAT:
        steps.append(f"{SETTINGS} states format = {FORMAT}")
        settings = _stating(seen)
    texts, before, left = {SETTINGS: settings}, {SETTINGS: seen}, list[str]()
    for name, old, found in _with_old_names(folder):
        texts[name], before[name] = renamed_terms.rewritten(old, found), old
        for one in found:
            words = f"{name}:{one.line}: {_step(one)}"
            (left if one.token is None else steps).append(words)
    number = len(log_entries.numbers(folder))
    if number and not log_chain.chained(folder):
        steps.append(
            f"the log begins a chain, over its {number} entries and the digest of each file"
        )
    steps += [
        f"the log is sealed as it is, although entry {b.number} {b.why}"
        for b in log_chain.breaks(folder)
    ]
    end = log_chain.end(folder)
    if end and log_chain.chained(folder):
        steps.append(f"the log is sealed as it is, although {end}")
    return Migration(texts, before, steps, left)


def _with_old_names(folder: Folder) -> Iterator[tuple[str, str, Sequence[renamed_terms.Found]]]:
    """Yield the own ontology files and queries that use old names: path, text, and the names.

    A file that cannot be read is left alone, because `kb validate` reports it.
    """
    turtle, queries = folder.own("ontology", ".ttl"), folder.own_queries()
    for name in sorted({*turtle.files, *queries.files}):
        try:
            text = folder.read(name)
            in_turtle = renamed_terms.in_turtle(text, folder.base)
            found = list(renamed_terms.in_query(text) if name.endswith(".rq") else in_turtle)
        except (Usage, turtle_reader.Broken):
            continue
        if found:
            yield name, text, found


def _step(found: renamed_terms.Found) -> str:
    """Return the step for an old name, in words."""
    if found.token is None:
        return f"write {found.new} for {found.written} by hand: its prefix is a part of the name"
    return f"{found.written} becomes {found.token}"


def _stating(settings: str) -> str:
    """Return kb.toml with the present format and every other byte unchanged. Raises Conflict if
    that is not possible.
    """
    line = f"format = {FORMAT}"
    new = STATED.sub(line, settings, count=1) if STATED.search(settings) else f"{line}\n{settings}"
    if tomllib.loads(new) != tomllib.loads(settings) | {"format": FORMAT}:
        raise Conflict(
            f"{SETTINGS} is laid out in a way that kb does not change.",
            f"state {line} in it by hand, above all tables",
        )
    return new


def migrate(folder: Folder) -> Migration:
    """Update a knowledge base to the present format. Return what was done; there are no steps if it
    has that format already.
    """
    with transaction.writing(folder, "migrate"):
        plan = planned(folder)
        if plan.steps:
            transaction.commit(folder, plan.texts, plan.seen, "migrate", anew=True)
    return plan
