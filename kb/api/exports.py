"""Exports from Python: the same formats and the same checks as `kb export`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from kb.api.tables import short
from kb.api.turns import alone
from kb.app.answers import Answers
from kb.app.publishing import exports, interchange, target_files
from kb.errors import Usage
from kb.model import identifiers
from kb.presentation import losses
from kb.workspace.caches import written_exports
from kb.workspace.files import folder

# Formats that are a folder of files, and those that are bytes.
FOLDERS: Final = (*target_files.TABLES, *target_files.FOLDERS)
BINARY: Final = ("xlsx",)


class Export:
    """An export in one format, made where it is first needed.

    `str(export)` is its text and `export.write(path)` its file, or a folder of them. `losses` are
    sentences about what the format has no place for.
    """

    def __init__(
        self, answers: Answers, format: str, derived: bool = False, documents: bool = False
    ) -> None:
        self._answers = answers
        self.format = format
        self.derived = derived
        self.documents = documents
        self._made: tuple[str, tuple[str, ...]] | None = None
        self._check()

    def __repr__(self) -> str:
        return f"<Export {self.format} of {short(str(self._answers.folder.root), 50)!r}>"

    def __str__(self) -> str:
        """Return the text. Raises Usage for a format that is not a text format."""
        return self._text()[0]

    @property
    def losses(self) -> tuple[str, ...]:
        """What the format has no place for, in sentences. Raises Usage for a format that is no
        text.
        """
        return self._text()[1]

    @alone
    def write(self, path: str | os.PathLike[str], *, force: bool = False) -> list[Path]:
        """Write the file, or the files of a folder, and return their paths. `csv`, `parquet`,
        `notes` and `ro-crate` are folders.

        Raises Refused if a file is there that kb did not write, unless `force` is set.
        """
        place = Path(path)
        try:
            if self.format in FOLDERS and place.exists() and not place.is_dir():
                raise Usage(f"{place} is a file.", "name a folder")
            if self.format in target_files.FOLDERS:
                return self._mirrored(place, force)
            written = self._write(place, force)
        except OSError as error:
            raise target_files.unwritten(str(place), error) from None
        written_exports.note(self._answers.folder, written)
        return written

    def _write(self, place: Path, force: bool) -> list[Path]:
        home = self._answers.folder
        if self.format in target_files.TABLES:
            files = [place / name for name in target_files.TABLES[self.format]]
        else:
            files = [target_files.file(str(place))]
        for file in files:
            target_files.within(home.apart(file), home)
        target_files.free(files, home, force)
        if self.format == "parquet":
            return self._answers.export_parquet(place)
        if self.format == "csv":
            return self._answers.export_csv(place)
        made = self._answers.export_xlsx() if self.format in BINARY else self._text()[0]
        folder.write(place, made)
        return [place]

    def _mirrored(self, place: Path, force: bool) -> list[Path]:
        """Write a folder whose files depend on the records, and remove those of an earlier one."""
        home = self._answers.folder
        target_files.within(home.apart(place), home)
        made = self._answers.export_folder(self.format, self.documents)
        target_files.mirror(place, made.files, home, force)
        return [place / name for name in made.files]

    @alone
    def _text(self) -> tuple[str, tuple[str, ...]]:
        """Return the text and its losses, made once."""
        if self.format in (*FOLDERS, *BINARY):
            raise Usage(
                f"{self.format} is not a text format.", f'export("{self.format}").write(PATH)'
            )
        if self._made is None:
            self._made = self._make()
        return self._made

    def _make(self) -> tuple[str, tuple[str, ...]]:
        if self.format not in interchange.formats():
            return self._answers.export(self.format, self.derived), ()
        made = self._answers.interchange(self.format)
        return made.text, tuple(losses.lines(made.title, made.lost, made.skipped))

    def _check(self) -> None:
        """Raise Usage for an unknown format, and for one that has nothing derived."""
        formats = [*self._answers.exports(), *FOLDERS, *BINARY]
        if self.format not in formats:
            known = identifiers.suggestion(self.format, formats, f"one of {', '.join(formats)}")
            raise Usage(f"there is no export “{self.format}”.", known)
        if self.derived and self.format not in exports.FORMATS:
            message = f"derived does not go with {self.format}."
            raise Usage(message, f"derived is for {', '.join(exports.FORMATS)}")
        if self.documents and self.format != "ro-crate":
            raise Usage(f"documents does not go with {self.format}.", "it is for ro-crate")
