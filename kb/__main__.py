"""The program `kb`, also as `python -m kb`."""

from __future__ import annotations

import importlib.util
import os
import sys

ELSEWHERE = "error: kb runs on Linux and macOS. On Windows, use it in WSL: wsl --install\n"


def main() -> None:
    """Run the command line; Ctrl-C is answered by one word from the first import on."""
    if sys.getfilesystemencoding() == "ascii" and os.environ.get("PYTHONUTF8") != "1":
        _again_in_utf_8()
    # Locks need this module, which Windows does not have.
    if importlib.util.find_spec("fcntl") is None:
        sys.stderr.write(ELSEWHERE)
        sys.exit(3)
    try:
        from kb.system import garbage

        garbage.seldom()
        from kb.cli import main as run

        run()
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        sys.exit(130)


def _again_in_utf_8() -> None:
    """Start again with names and arguments in UTF-8 (PEP 540). An ASCII locale, as in cron, cannot
    name files that have other letters. Output stays in the encoding of the locale.
    """
    if sys.executable:
        encoding = getattr(sys.stdout, "encoding", None) or "ascii"
        os.environ.setdefault("PYTHONIOENCODING", encoding)
        os.environ["PYTHONUTF8"] = "1"
        os.execv(sys.executable, sys.orig_argv)


if __name__ == "__main__":
    main()
