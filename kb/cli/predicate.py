"""kb add predicate: declaring a verb of your own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import typer

from kb.cli.opened import to_write
from kb.cli.options import DRY_RUN, FORMAT, shared
from kb.cli.output import message, report
from kb.presentation import formats

if TYPE_CHECKING:
    from kb.app.changes.own_predicates import Declaration

app = typer.Typer(rich_markup_mode=None, add_completion=False)

WORD: Final = typer.Argument(..., metavar="WORD", help="Lower-case words joined by hyphens.")
LABEL: Final = typer.Option(
    "", metavar="TEXT", help="The words between subject and object; by default WORD."
)
DEFINITION: Final = typer.Option(
    ..., metavar="TEXT", help="When a claim with this predicate is true, in one sentence."
)
EXAMPLE: Final = typer.Option(..., metavar="TEXT", help="A sentence that uses it.")
KIND: Final = typer.Option("event", metavar="KIND", help="event, state, speech-act, …")
FUNCTIONAL: Final = typer.Option(
    "",
    metavar="object|object-time|subject|subject-time",
    help="object: an object has only one subject; subject: a subject has only one object. "
    "With -time, only one at a time.",
)
ACROSS_SIDES: Final = typer.Option(
    False, "--across-sides", help="Only claims about rivals exclude each other."
)
ONCE: Final = typer.Option(
    False, "--once", help="It happens only once: two different days contradict."
)
AT_ONE_PLACE: Final = typer.Option(
    False, "--at-one-place", help="It happens at one place: two different places contradict."
)
SYMMETRIC: Final = typer.Option(
    False, "--symmetric", help="It means the same with subject and object swapped."
)
SHARES: Final = typer.Option(
    False, "--shares", help="Percentages of one object add up to at most 100."
)
MEASURES: Final = typer.Option("", metavar="TEXT", help="What a number counts.")
INVERSE_OF: Final = typer.Option(
    [], metavar="PREDICATE", help="The same with subject and object swapped. Repeatable."
)
INCOMPATIBLE_WITH: Final = typer.Option(
    [], metavar="PREDICATE", help="Both cannot be true at one time. Repeatable."
)
INITIATES: Final = typer.Option(
    [], metavar="STATE", help="A state that the event begins. Repeatable."
)
TERMINATES: Final = typer.Option(
    [], metavar="STATE", help="A state that the event ends. Repeatable."
)
ENTAILS: Final = typer.Option(
    [], metavar="PREDICATE", help="A predicate that is then true as well. Repeatable."
)
AGAINST: Final = typer.Option(
    [], metavar="subject|object|ROLE", help="Whose interest it harms. Repeatable."
)


@app.command()
@shared
def predicate(
    word: str = WORD,
    label: str = LABEL,
    definition: str = DEFINITION,
    example: str = EXAMPLE,
    kind: str = KIND,
    functional: str = FUNCTIONAL,
    across_sides: bool = ACROSS_SIDES,
    once: bool = ONCE,
    at_one_place: bool = AT_ONE_PLACE,
    symmetric: bool = SYMMETRIC,
    shares: bool = SHARES,
    measures: str = MEASURES,
    inverse_of: list[str] = INVERSE_OF,
    incompatible_with: list[str] = INCOMPATIBLE_WITH,
    initiates: list[str] = INITIATES,
    terminates: list[str] = TERMINATES,
    entails: list[str] = ENTAILS,
    against: list[str] = AGAINST,
    dry_run: bool = DRY_RUN,
    format: str = FORMAT,
) -> None:
    """Declare a predicate of your own: the verb of a claim.

    It is written to ontology/predicates.ttl, under the base IRI of this knowledge base.

    \b
    kb add predicate moored-at --kind state --functional subject-time \\
      --definition "The subject is moored at the object, a berth." \\
      --example "The Petrel is moored at berth 4."
    """
    from kb.app.changes.own_predicates import Declaration

    declaration = Declaration(
        word=word,
        label=label or word.replace("-", " "),
        definition=definition,
        example=example,
        kind=kind,
        functional=functional,
        across_sides=across_sides,
        once=once,
        at_one_place=at_one_place,
        symmetric=symmetric,
        shares=shares,
        measures=measures,
        inverse_of=tuple(inverse_of),
        incompatible_with=tuple(incompatible_with),
        initiates=tuple(initiates),
        terminates=tuple(terminates),
        entails=tuple(entails),
        against=tuple(against),
    )
    _declare(declaration, dry_run, format)


def _declare(declaration: Declaration, dry_run: bool, format: str) -> None:
    """Write a declaration, and print it."""
    from kb.app.changes import own_predicates
    from kb.workspace.log.log_folder import OWN_PREDICATES

    formats.checked(format)
    kb = to_write()
    block = own_predicates.declare(kb.session, declaration, dry_run=dry_run)
    row = [declaration.word, OWN_PREDICATES, block]
    report(block.splitlines(), ("predicate", "file", "turtle"), [row], format)
    if dry_run:
        message("Nothing was written (--dry-run).")
        return
    kb.update_index()
    message(f"Declared {declaration.word} in {OWN_PREDICATES}. kb undo reverts it.")
