"""The program `kb`, also as `python -m kb`."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line; Ctrl-C is answered by one word from the first import on."""
    try:
        from kb.cli import main as run

        run()
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        sys.exit(130)


if __name__ == "__main__":
    main()
