"""A terminal of a chosen width, for tests of what is printed on one."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios


def on_a_terminal(code: str, columns: int = 60, **environment: str) -> str:
    """What a program prints on a terminal that is so wide."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    given = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "COLUMNS", "FORCE_COLOR")}
    # Nobody is there to end a pager.
    pager = {} if {"PAGER", "KB_PAGER"} & set(environment) else {"KB_PAGER": "cat"}
    child = subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=given | {"TERM": "xterm"} | pager | environment,
    )
    os.close(theirs)
    out = b""
    try:
        while chunk := os.read(ours, 65536):
            out += chunk
    except OSError:  # Linux: the other end was closed
        pass
    os.close(ours)
    assert child.wait() == 0, out
    return out.decode(environment.get("PYTHONIOENCODING", "utf-8")).replace("\r\n", "\n")
