"""The program `kb`, also as `python -m kb`."""

from __future__ import annotations

import importlib.util
import sys

ELSEWHERE = "error: kb runs on Linux and macOS. On Windows, use it in WSL: wsl --install\n"


def main() -> None:
    """Run the command line; Ctrl-C is answered by one word from the first import on."""
    # Locks need this module, which Windows does not have.
    if importlib.util.find_spec("fcntl") is None:
        sys.stderr.write(ELSEWHERE)
        sys.exit(3)
    try:
        from kb.cli import main as run

        run()
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        sys.exit(130)


if __name__ == "__main__":
    main()
