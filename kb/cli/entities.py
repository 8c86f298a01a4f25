"""kb add entity and kb add affiliation: who and what claims are about, and who is with whom."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import typer

from kb.cli.changes import coder as initials
from kb.cli.entries import entry, write
from kb.cli.opened import to_write
from kb.cli.options import CODER, DRY_RUN, FORMAT, shared
from kb.cli.output import message
from kb.coding import notation
from kb.errors import Refused, Usage

if TYPE_CHECKING:
    from kb.coding.sheet import Sheet
    from kb.workspace.catalogs.catalog import Known

app = typer.Typer(rich_markup_mode=None, add_completion=False)

# --- Options of an entity
NEW_ID: Final = typer.Argument(..., metavar="ID", help="Lower-case words joined by hyphens.")
TYPE: Final = typer.Argument(
    ..., metavar="TYPE", help="person, group, organisation, force, state, place, agreement …"
)
NAMES: Final = typer.Option(
    [],
    "--as",
    metavar="NAME",
    help="A name as sources write it; the first one is preferred. Repeatable.",
)
DESCRIPTION: Final = typer.Option("", help="A few words.")
WITHIN: Final = typer.Option([], metavar="PLACE", help="A place that contains it. Repeatable.")
WIKIDATA: Final = typer.Option("", metavar="Q123", help="Its Wikidata id, only if you are sure.")
NAMING: Final = typer.Option("", metavar="unnamed|collective", help="If it has no name of its own.")

# --- Options of an affiliation
MEMBER: Final = typer.Argument(..., metavar="MEMBER", help="The entity that has the tie.")
RELATION: Final = typer.Argument(
    ..., metavar="RELATION", help="member-of, speaks-for, side-with, backs or rival-of."
)
PARTY: Final = typer.Argument(..., metavar="PARTY", help="The entity that it is tied to.")
DATES: Final = typer.Option(
    "", "--when", metavar="DATES", help="A period: 2014-05.. or 2019-04..2020-06."
)
BASIS: Final = typer.Option("", metavar="CLAIM", help="The claim that supports it.")
NOTE: Final = typer.Option("", help="A few words.")


@app.command()
@shared
def entity(
    id: str = NEW_ID,
    type: str = TYPE,
    names: list[str] = NAMES,
    description: str = DESCRIPTION,
    within: list[str] = WITHIN,
    wikidata: str = WIKIDATA,
    naming: str = NAMING,
    coder: str = CODER,
    dry_run: bool = DRY_RUN,
    format: str = FORMAT,
) -> None:
    """Declare an entity: a person, group, place or thing that claims are about.

    \b
    kb add entity oldport place --as "Old Port" --as Oldport --within selmouth
    """
    kb = to_write()
    if id in kb.known().entities:
        raise Refused(
            f"there is an entity “{id}” already.", f"kb edit entity/{id} KEY=VALUE changes it"
        )
    _refuse_separators(type=type, naming=naming, wikidata=wikidata)
    declared = [type, naming, f"wd {wikidata}" if wikidata else ""]
    first, *others = [name for name in names if name] or [""]
    details = {
        "name": first,
        "also": notation.joined(others),
        "description": description,
        "within": ", ".join(within),
    }
    sheet = _entity_sheet(id, "; ".join(filter(None, declared)), details, coder)
    write(kb, f"add entity {id}", sheet, dry_run, format)


def _entity_sheet(id: str, declared: str, details: Mapping[str, str], coder: str) -> Sheet:
    """Return a sheet that declares one entity with these details."""
    from kb.coding import sheet_rules

    records = [entry({"id": f"entity/{id}", **details})] if any(details.values()) else []
    top = {"coder": initials(coder)}
    return sheet_rules.built(top, new={id: declared}, records=records)


@app.command()
@shared
def affiliation(
    member: str = MEMBER,
    relation: str = RELATION,
    party: str = PARTY,
    when: str = DATES,
    basis: str = BASIS,
    note: str = NOTE,
    coder: str = CODER,
    dry_run: bool = DRY_RUN,
    format: str = FORMAT,
) -> None:
    """Record a dated tie between two entities: who speaks for whom, and who is on which side.

    \b
    kb add affiliation lukin speaks-for northland --when 2024-01..
    """
    from kb.coding import sheet_rules

    kb = to_write()
    known = kb.known()
    ends = (known.entity(member), relation, known.entity(party))
    _mention_same_ties(known, ends)
    _refuse_separators(when=when, basis=basis, relation=relation)
    parts = [
        " ".join(filter(None, (*ends, when))),
        f"basis {basis}" if basis else "",
        f"note {note}" if note else "",
    ]
    tie = "; ".join(filter(None, parts))
    sheet = sheet_rules.built({"coder": initials(coder)}, affiliations=[tie])
    write(kb, f"add affiliation {member} {relation} {party}", sheet, dry_run, format)


def _mention_same_ties(known: Known, ends: tuple[str, str, str]) -> None:
    """Say which recorded affiliations have the same member, relation and party."""
    from kb.model.records import Affiliation

    for tie in known.others.values():
        if isinstance(tie, Affiliation) and (tie.member, tie.relation, tie.party) == ends:
            message(
                f"note: {tie.id} has the same member, relation and party; "
                f"to change its dates: kb edit {tie.id} from=… to=…"
            )


def _refuse_separators(**given: str) -> None:
    """Raise Usage for a value with a semicolon or line break: these separate values."""
    for name, text in given.items():
        if ";" in text or "\n" in text:
            raise Usage(
                f"{name} “{text}” contains a semicolon or a line break, which separate values.",
                "give one value",
            )
