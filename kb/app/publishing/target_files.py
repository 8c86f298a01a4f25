"""Files that an export writes: none that kb did not write is replaced, none is behind a link that
leads elsewhere.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from kb import notes
from kb.errors import Refused, Usage
from kb.workspace.caches import written_exports
from kb.workspace.files.folder import Folder

# Beginnings of paths that name open files of a process; such a file must not be replaced.
OPEN: Final = ("/dev/fd/", "/dev/std", "/proc/")

# The files that a format of several files writes into its folder.
TABLES: Final[Mapping[str, tuple[str, ...]]] = {
    "csv": (
        "assertions.csv",
        "claims.csv",
        "sources.csv",
        "entities.csv",
        "quotes.csv",
        "affiliations.csv",
        "judgements.csv",
        "contradictions.csv",
        "datapackage.json",
        "export.json",
    ),
    "parquet": (
        "claims.parquet",
        "assertions.parquet",
        "relays.parquet",
        "sources.parquet",
        "quotes.parquet",
        "entities.parquet",
        "affiliations.parquet",
        "judgements.parquet",
        "statuses.parquet",
        "contradictions.parquet",
        "predicates.parquet",
        "policies.parquet",
        "export.json",
    ),
}
# Formats of a folder whose files depend on the records.
FOLDERS: Final = ("notes", "ro-crate")


def free(paths: Iterable[Path], home: Folder, force: bool) -> None:
    """Raise Refused if one of these files exists and kb did not write it, unless `force` is set."""
    regular = [path for path in paths if not str(path).startswith(OPEN)]
    found = [] if force else written_exports.foreign(home, regular)
    if found:
        named = ", ".join(map(str, found))
        raise Refused(
            f"{named} {'exists' if len(found) == 1 else 'exist'}, and kb did not write it.",
            "choose another place, or overwrite it with --force",
        )


def mirror(place: Path, files: Mapping[str, str], home: Folder, force: bool) -> list[Path]:
    """Write files into a folder, and remove those that an earlier export wrote there and that are
    not among them. Return the paths removed. Raises Refused, and writes nothing, if one of them is
    not ours, unless `force` is set; Usage if the folder cannot be written.
    """
    texts = {place / name: text for name, text in files.items()}
    for path in texts:
        within(path, home)
    free(texts, home, force)
    old = written_exports.stale(home, place, texts)
    try:
        # They can be made again, so they are not forced to the disk one by one.
        for path, text in notes.counted(list(texts.items()), "writing pages"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        for path in old:
            path.unlink()
    except OSError as error:
        raise unwritten(str(place), error) from None
    written_exports.note(home, texts)
    return old


def file(output: str) -> Path:
    """Return the path of a file. Raises Usage if it is a folder."""
    if Path(output).is_dir():
        raise Usage(f"{output} is a folder.", "name a file")
    return Path(output)


def within(path: Path, home: Folder) -> None:
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
