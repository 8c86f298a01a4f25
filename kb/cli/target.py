"""Targets of an export: a file is replaced as a whole, a device or pipe is written to, a link that
leads elsewhere is refused.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from kb.app.publishing.target_files import OPEN, file, free, unwritten, within
from kb.cli.output import emit
from kb.errors import Usage
from kb.presentation.controls import visible
from kb.workspace.caches import written_exports
from kb.workspace.files import folder

__all__ = ["file", "free", "unwritten", "within", "write"]


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
