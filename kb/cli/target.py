"""Targets of an export: a file is replaced as a whole, a device or pipe is written to, a link that
leads elsewhere is refused.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from pathlib import Path

from kb.cli.output import emit
from kb.errors import Refused, Usage
from kb.presentation.controls import visible
from kb.workspace import folder, written_exports

# Beginnings of paths that name open files of a process; such a file must not be replaced.
OPEN = ("/dev/fd/", "/dev/std", "/proc/")


def write(text: str | bytes, output: str, home: folder.Folder) -> None:
    """Write an export to a file, a device, a pipe, or a file that this process has open.

    Raises Usage, Refused.
    """
    path = file(output)
    if output.startswith(OPEN):
        _hand_on(text, path)
        return
    within(path, home)
    home.apart(path)
    try:
        mode = os.stat(path).st_mode if path.exists() else stat.S_IFREG
        if stat.S_ISREG(mode):
            folder.write(Path(os.path.realpath(path)), text)
            written_exports.note(home, [path])
        elif stat.S_ISCHR(mode) or stat.S_ISFIFO(mode):
            _hand_on(text, path)
        else:
            raise Usage(f"{output} is not a file.", "choose another place")
    except OSError as error:
        raise unwritten(output, error) from None


def free(paths: Iterable[Path], home: folder.Folder, force: bool) -> None:
    """Raise Refused if one of these files exists and kb did not write it, unless `force` is set."""
    regular = [path for path in paths if not str(path).startswith(OPEN)]
    found = [] if force else written_exports.foreign(home, regular)
    if found:
        named = ", ".join(map(str, found))
        raise Refused(
            f"{named} {'exists' if len(found) == 1 else 'exist'}, and kb did not write it.",
            "choose another place, or overwrite it with --force",
        )


def file(output: str) -> Path:
    """Return the path of a file. Raises Usage if it is a folder."""
    if Path(output).is_dir():
        raise Usage(f"{output} is a folder.", "name a file")
    return Path(output)


def within(path: Path, home: folder.Folder) -> None:
    """Raise Refused if a link leads the export out of its folder or out of the knowledge base."""
    if str(path).startswith(OPEN):
        return
    lexical = Path(os.path.abspath(path))
    inside = lexical.is_relative_to(home.root)
    room = home.root if inside else Path(os.path.realpath(lexical.parent))
    real = Path(os.path.realpath(lexical))
    if (inside or path.is_symlink()) and not real.is_relative_to(room):
        raise Refused(
            f"{path} is behind a link that leads to {real}; nothing was written.",
            "name the place itself, or remove the link",
        )


def unwritten(output: str, error: OSError) -> Usage:
    """Return the error for a place that cannot be written."""
    return Usage(f"{output} cannot be written: {error.strerror}.", "choose another place")


def _hand_on(text: str | bytes, path: Path) -> None:
    """Write to a file without replacing it; standard output goes through `emit`."""
    try:
        if isinstance(text, bytes):
            with open(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_NOCTTY), "wb") as exact:
                exact.write(text)
            return
        if os.path.samestat(os.stat(path), os.fstat(1)):
            emit(text)
            return
        with open(
            os.open(path, os.O_WRONLY | os.O_APPEND | os.O_NOCTTY),
            "w",
            encoding="utf-8",
            newline="\n",
        ) as stream:
            stream.write(visible(text) if stream.isatty() else text)
    except OSError as error:
        raise unwritten(str(path), error) from None
