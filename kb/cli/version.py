"""kb --version: the version, and which installation runs."""

from __future__ import annotations

from kb import __version__
from kb.cli.output import message
from kb.system import distribution


def show() -> None:
    """Print the version and the installation. Warn if another distribution shares its folder."""
    print(f"kb {__version__} ({distribution.running()})")
    if others := distribution.others():
        message(
            f"warning: {', '.join(others)} has files in the same folder, so that one of the two is "
            "damaged  hint: install claimkb alone, with pipx or uv"
        )
