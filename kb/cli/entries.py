"""kb add claim and kb add assertion: one record from options instead of a sheet."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

import typer

from kb.cli.changes import carry_out
from kb.cli.changes import coder as initials
from kb.cli.opened import to_write
from kb.cli.options import CODER, DRY_RUN, FORMAT, shared
from kb.errors import Usage

if TYPE_CHECKING:
    from kb.app.knowledge_base import KnowledgeBase
    from kb.coding.sheet import Entry, Sheet

app = typer.Typer(rich_markup_mode=None, add_completion=False)

SENTENCE: Final = typer.Argument(
    "",
    metavar="[SENTENCE]",
    help="One plain sentence in your own words. Without it, kb asks step by step.",
)
CLAIM: Final = typer.Argument(
    ...,
    metavar="CLAIM",
    help="The claim that is affirmed or denied: its id or the beginning of it.",
)
WHAT: Final = typer.Option(
    "", metavar="'A > verb > B'", help="Subject, predicate, object; see kb list predicates."
)
KIND: Final = typer.Option(
    "",
    help="event, state, speech-act, intent, cause, forecast or evaluation; "
    "by default the predicate's kind.",
)
WHEN: Final = typer.Option("", metavar="DATE", help="When it happened or was true.")
PLACE: Final = typer.Option("", metavar="PLACE", help="Where it happened.")
SOURCE: Final = typer.Option("", metavar="SOURCE", help="The document; required.")
AT: Final = typer.Option(
    "",
    metavar="'LINE words'",
    help="The passage; required. Its line number and words copied from it; … joins its two ends.",
)
BY: Final = typer.Option(
    "",
    metavar="WHO",
    help="Who says it: ids or names, unnamed 2 residents, or unattributed; "
    "by default the source itself.",
)
ON: Final = typer.Option("", metavar="DATE", help="When it was said.")
VIA: Final = typer.Option(
    "", metavar="WHO", help="Who passed it on, besides the source's author; the last one first."
)
MORE: Final = typer.Option(
    [],
    "--set",
    metavar="KEY=VALUE",
    help="Any other key of a sheet (kb add --help), for example --set form=headline.",
)
DENIES: Final = typer.Option(
    "",
    metavar="SCOPE",
    help="The speaker denies it. SCOPE is occurrence, responsibility, …, or unspecified.",
)
DOUBTS: Final = typer.Option("", metavar="SCOPE", help="The speaker doubts it.")
# Stances that have a scope; the other keys with an implied value.
SCOPED: Final = ("denies", "doubts")
IMPLIED: Final = {"silent": "yes", "retracts": "yes", **dict.fromkeys(SCOPED, "unspecified")}


@app.command()
@shared
def claim(
    sentence: str = SENTENCE,
    source: str = SOURCE,
    at: str = AT,
    by: str = BY,
    on: str = ON,
    via: str = VIA,
    denies: str = DENIES,
    doubts: str = DOUBTS,
    what: str = WHAT,
    kind: str = KIND,
    when: str = WHEN,
    place: str = PLACE,
    more: list[str] = MORE,
    coder: str = CODER,
    dry_run: bool = DRY_RUN,
    format: str = FORMAT,
) -> None:
    """Record a claim and who makes it, from one passage. Without a sentence, kb asks step by step.

    \b
    kb add claim "The coastguard entered the old harbour" \\
      --source 2024-report --at "3 the coastguard said … harbour" \\
      --by coastguard --what "coastguard > entered > harbour" --when 2024-03-02
    kb add claim
    """
    kb = to_write()
    if not sentence:
        _step_by_step(kb, source, dry_run, format)
        return
    values, said = _given(more)
    _require_passage(source, at)
    values = {"claim": sentence, "what": what, "kind": kind, "when": when, "place": place, **values}
    said = {"by": by, "denies": denies, "doubts": doubts, "at": at, "on": on, "via": via, **said}
    sheet = _claim_sheet(source, coder, values, said)
    write(kb, f"add claim {' '.join(sentence.split())}", sheet, dry_run, format)


def _step_by_step(kb: KnowledgeBase, source: str, dry_run: bool, format: str) -> None:
    """Ask for a claim on the terminal and write it. Raises Usage without a terminal."""
    from kb.cli.walk import walk

    if not sys.stdin.isatty():
        raise Usage(
            "a claim needs a sentence.",
            'kb add claim "Somebody did something" --source SOURCE --at "3 words of the text"',
        )
    sheet = walk(kb, source)
    if sheet is not None:
        write(kb, "add claim", sheet, dry_run, format)


@app.command()
@shared
def assertion(
    claim: str = CLAIM,
    source: str = SOURCE,
    at: str = AT,
    by: str = BY,
    on: str = ON,
    via: str = VIA,
    denies: str = DENIES,
    doubts: str = DOUBTS,
    more: list[str] = MORE,
    coder: str = CODER,
    dry_run: bool = DRY_RUN,
    format: str = FORMAT,
) -> None:
    """Record that somebody affirms a recorded claim, or denies or doubts it.

    Other stances: --set silent=, --set retracts=, --set disowns=WHOSE.

    \b
    kb add assertion coastguard-entered --by mayor --denies occurrence \\
      --source 2024-report --at "5 the mayor … quiet"
    """
    kb = to_write()
    found = kb.known().claim(claim)
    _require_passage(source, at)
    _, said = _given(more)
    said = {"by": by, "denies": denies, "doubts": doubts, "at": at, "on": on, "via": via, **said}
    sheet = _claim_sheet(source, coder, {"claim": f"={found.id}"}, said)
    write(kb, f"add assertion {found.id}", sheet, dry_run, format)


def _given(more: Sequence[str]) -> tuple[dict[str, str], dict[str, str]]:
    """Return the `--set` values of the claim, and those of its assertion. Raises Usage."""
    from kb.coding.sheet import SAID

    claim, said = dict[str, str](), dict[str, str]()
    for one in more:
        key, value = _key_and_value(one)
        side = said if key in SAID else claim
        # A stance without a scope is still a stance; an empty value would mean “affirms”.
        side[key] = value or IMPLIED.get(key, "")
    return claim, said


def _key_and_value(text: str) -> tuple[str, str]:
    """Split KEY=VALUE. Raises Usage if the key is not a key of a sheet."""
    from kb.coding.sheet import CLAIM, SAID
    from kb.model.identifiers import suggestion

    key, equals, value = text.partition("=")
    if not equals or key not in (*CLAIM, *SAID):
        raise Usage(
            f"“{text}” is not KEY=VALUE with a key of a sheet.",
            suggestion(key, (*CLAIM, *SAID), f"known: {', '.join(CLAIM)}"),
        )
    return key, value


def _require_passage(source: str, at: str) -> None:
    """Raise Usage without a document or a passage: nobody could check the record."""
    if not source or not at:
        missing = "--source SOURCE" if not source else '--at "3 words of the text"'
        raise Usage(
            "an assertion needs a passage in a document.",
            f"add {missing}; kb read SOURCE shows the lines",
        )


def _claim_sheet(
    source: str, coder: str, values: Mapping[str, str], said: Mapping[str, str]
) -> Sheet:
    """Return a sheet with one claim and one assertion."""
    from kb.coding import sheet_rules

    top = {"source": source, "coder": initials(coder)}
    return sheet_rules.built(top, claims=[entry(values, [entry(said)])])


def entry(values: Mapping[str, str], said: Sequence[Entry] = ()) -> Entry:
    """Return an entry of a sheet without the empty values."""
    from kb.coding import sheet_rules

    return sheet_rules.entry({key: text for key, text in values.items() if text}, said)


def write(kb: KnowledgeBase, what: str, sheet: Sheet, dry_run: bool, format: str) -> None:
    """Plan a sheet that was made from options, and write it. Raises Refused."""
    carry_out(kb, lambda: kb.plan_sheets([sheet]), what, dry_run, format)
