"""Distributions that own the package folder: the one that runs, and others in the same folder.

`kb` and `kb-manager` on the index of Python packages install into a folder `kb`, too. Installed
into one environment, the files of the last one replace those of the others.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Final

NAME: Final = "claimkb"
PACKAGE: Final = Path(__file__).resolve().parent.parent


def owners(package: Path = PACKAGE) -> list[str]:
    """Return the names of the distributions with files in this folder, sorted. Empty for a
    checkout, which is run or installed in place.
    """
    return sorted(set(_owners(package)))


def _owners(package: Path) -> Iterator[str]:
    for one in metadata.distributions(path=[str(package.parent)]):
        files = one.files or ()
        if any(file.parts[:1] == (package.name,) for file in files):
            yield one.metadata["Name"] or ""


def running() -> str:
    """Return the distribution that runs and its folder: `claimkb, /path/to/kb`."""
    return f"{NAME if NAME in owners() else f'{NAME}, a checkout'}, {PACKAGE}"


def others() -> list[str]:
    """Return the other distributions with files in the folder of this one."""
    return [name for name in owners() if name.lower() != NAME]
