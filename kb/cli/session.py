"""One run of a command: the folder it was given with --kb, and whether its answer is complete."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Final

from kb.errors import Usage

# Exit code of a command whose answer lacks records that could not be read.
INCOMPLETE: Final = 1
_code: ContextVar[int] = ContextVar("code", default=0)
_folder: ContextVar[str | None] = ContextVar("folder", default=None)


def begin(folder: str | None = None) -> None:
    """Start a run on the knowledge base in a folder; None for the one around the current folder,
    or KB_HOME. Nothing is missing yet.
    """
    _code.set(0)
    _folder.set(folder)


def folder() -> str | None:
    """Return the folder given with --kb, None where none was given."""
    return _folder.get()


def incomplete() -> None:
    """Note that something is missing from the answer of this command."""
    _code.set(INCOMPLETE)


def code() -> int:
    """Return the exit code of a command that succeeded: 0, or 1 if its answer is incomplete."""
    return _code.get()


def without_pages(error: ModuleNotFoundError) -> Usage:
    """Return the error that says which extra pages and dossiers need."""
    return Usage(
        f"the pages need a package that is not installed ({error.name}).",
        "pip install 'claimkb[web]'",
    )
