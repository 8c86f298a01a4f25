"""kb read and kb sheet: a source's text, and its records as a sheet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import typer

from kb.cli.opened import WITH_TEXTS, from_text
from kb.cli.options import FORMAT, ONE_SOURCE, shared
from kb.cli.output import emit, page, show
from kb.errors import Usage
from kb.presentation.controls import visible

if TYPE_CHECKING:
    from kb.coding.sheet import Entry, Sheet, Value

app = typer.Typer(rich_markup_mode=None, add_completion=False)
SHEET_FORMATS: Final = ("yaml", "json")
SHEET_FORMAT: Final = typer.Option(
    "yaml", "--format", "-f", metavar="FORMAT", help="yaml (a sheet) or json."
)


@app.command()
@shared
def read(name: str = ONE_SOURCE, format: str = FORMAT) -> None:
    """Print a source's text with line numbers, which the at: of a sheet refers to.

    Coded passages are between ⟦ and ⟧, skipped ones between ⟨ and ⟩. The other formats have a row
    for each line, with offsets in characters instead of marks.

    \b
    kb read 2024-report
    kb read 2024-report --json
    """
    from kb.presentation import marked_text

    kb = from_text(WITH_TEXTS)
    known = kb.known()
    source = known.source(name)
    text = kb.document(source)
    if text is None:
        raise Usage(
            f"the text of {source.id} is not available.",
            "put the file into documents/, or set KB_DOCUMENTS to its folder; "
            "kb recognises it by its SHA-256",
        )
    if format == "table":
        page(visible("\n".join(marked_text.marked(known, source.id, text))) + "\n")
    else:
        show(marked_text.COLUMNS, marked_text.rows(known, source.id, text), format)


@app.command()
@shared
def sheet(name: str = ONE_SOURCE, format: str = SHEET_FORMAT) -> None:
    """Print a source's records as a sheet. Adding it again changes only what you edited.

    \b
    kb sheet 2024-report > sheet.yaml
    kb add --from sheet.yaml
    """
    from kb.model.identifiers import suggestion

    if format not in (*SHEET_FORMATS, "table"):
        raise Usage(
            f"there is no format “{format}” for a sheet.",
            suggestion(format, SHEET_FORMATS, " or ".join(SHEET_FORMATS)),
        )
    text = from_text(WITH_TEXTS).sheet(name)
    if format == "json":
        from kb.coding import yaml_reader
        from kb.presentation import formats

        emit(formats.document(_plain(yaml_reader.parse(text, name))))
    else:
        print(text, end="")


def _plain(found: Sheet) -> dict[str, object]:
    """Return a sheet as mappings, lists and texts, with the keys of the sheet."""
    return {
        **_texts(found.top),
        "new": _texts(found.new),
        "affiliations": [value.text for value in found.affiliations],
        "judgements": [_entry(one) for one in found.judgements],
        "records": [_entry(one) for one in found.records],
        "claims": [{**_entry(one), "said": [_entry(s) for s in one.said]} for one in found.claims],
        "skip": [value.text for value in found.skip],
    }


def _entry(one: Entry) -> dict[str, object]:
    return dict(_texts(one.values))


def _texts(values: Mapping[str, Value]) -> dict[str, str]:
    return {key: value.text for key, value in values.items()}
