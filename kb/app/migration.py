"""Migration of a knowledge base to the present format, as one command that can be undone."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass

from kb.errors import Conflict
from kb.workspace import log_chain, log_entries, transaction
from kb.workspace.folder import FORMAT, SETTINGS, Folder

# The line of kb.toml that states the format.
STATED = re.compile(r"^format[ \t]*=[^\r\n]*", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Migration:
    """What is to be done: `settings` are the new kb.toml, `seen` the present one, `steps` say it in
    words.
    """

    settings: str
    seen: str
    steps: Sequence[str]


def planned(folder: Folder) -> Migration:
    """Plan the migration to the present format, without writing."""
    seen, steps = folder.read(SETTINGS), list[str]()
    settings = seen
    if folder.format < FORMAT:
        steps.append(f"{SETTINGS} states format = {FORMAT}")
        settings = _stating(seen)
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
    return Migration(settings, seen, steps)


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


def migrate(folder: Folder) -> Sequence[str]:
    """Bring a knowledge base to the present format. Returns what was done, in words; empty where
    nothing was to do.
    """
    with transaction.writing(folder, "migrate"):
        plan = planned(folder)
        if plan.steps:
            transaction.commit(
                folder, {SETTINGS: plan.settings}, {SETTINGS: plan.seen}, "migrate", anew=True
            )
    return plan.steps
