"""Form and place of an export: what the options of kb export say, and which go together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kb.app.publishing import exports
from kb.errors import Usage
from kb.model.identifiers import suggestion

CONTEXTS: Final = ("embedded", "beside")
# What spreadsheets expect between cells, depending on the country that they are set to.
DELIMITERS: Final = ",;\t"
# The export that is of one record.
DOSSIER: Final = "dossier"


@dataclass(frozen=True, slots=True)
class Layout:
    """Form and place of an export: what the options of the command say about its files."""

    format: str
    output: str
    force: bool
    derived: bool
    spreadsheet: bool
    delimiter: str
    context: str
    documents: bool = False
    record: str = ""
    days: tuple[str, str, str] = ("", "", "")

    def check(self) -> None:
        """Raise Usage for options that do not go with the format, or with each other."""
        if self.format == DOSSIER and not self.record:
            raise Usage(
                "a dossier needs a claim or an entity.", "kb export dossier entity/ID --output FILE"
            )
        if self.record and self.format != DOSSIER:
            raise Usage(
                f"{self.format} does not take a single record.",
                "choose records with options: --about, --place",
            )
        if self.derived and self.format not in exports.FORMATS:
            raise Usage(
                f"--derived does not go with {self.format}.",
                f"--derived is for {', '.join(exports.FORMATS)}",
            )
        if self.spreadsheet and self.format != "csv":
            raise Usage(
                f"--spreadsheet does not go with {self.format}.", "--spreadsheet is only for csv"
            )
        if self.documents and self.format != "ro-crate":
            raise Usage(
                f"--documents does not go with {self.format}.", "--documents is only for ro-crate"
            )
        if self.context != "embedded" and self.format != "jsonld":
            raise Usage(
                f"--context does not go with {self.format}.", "--context is only for jsonld"
            )
        if self.context not in CONTEXTS:
            raise Usage(
                f"“{self.context}” is not a place for a context.",
                suggestion(self.context, CONTEXTS, f"one of {', '.join(CONTEXTS)}"),
            )
        character = self.delimiter
        one = len(character) == 1 and character in DELIMITERS
        if not one or (character != "," and not self.spreadsheet):
            raise Usage(
                "--delimiter is a comma, a semicolon or a tab, and goes with --spreadsheet.",
                'kb export csv --spreadsheet --delimiter ";" -o FOLDER',
            )
