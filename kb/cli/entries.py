"""kb add entity, claim, assertion, affiliation: one record by options, where a sheet would be more
typing.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

import typer

from kb.cli.changes import DRY_RUN_HELP, carry_out
from kb.cli.changes import coder as who
from kb.cli.opened import to_write
from kb.cli.output import message
from kb.coding import notation
from kb.errors import Refused, Usage

if TYPE_CHECKING:
    from kb.app.knowledge_base import KnowledgeBase
    from kb.coding.sheet import Entry

app = typer.Typer(rich_markup_mode=None, add_completion=False)
DRY_RUN = typer.Option(False, "--dry-run", help=DRY_RUN_HELP)
CODER = typer.Option("", metavar="INITIALS", help="Who codes; else KB_CODER.")
SOURCE = typer.Option("", metavar="SOURCE", help="The document; needed with --at.")
AT = typer.Option(
    "",
    metavar="'LINE words'",
    help="The passage: line number and words copied from it; … joins its two ends.",
)
BY = typer.Option(
    "",
    metavar="WHO",
    help="Who says so: ids or names, unnamed 2 residents, unattributed; else the source itself.",
)
ON = typer.Option("", metavar="DATE", help="When it was said.")
VIA = typer.Option(
    "", metavar="WHO", help="Through whom, outermost first, beside the source's author."
)
MORE = typer.Option(
    [],
    "--set",
    metavar="KEY=VALUE",
    help="Any other key of a sheet (kb add --help), as --set form=headline.",
)
STANCES = {
    "denies": typer.Option(
        "", metavar="SCOPE", help="Denies it: occurrence, responsibility, … or unspecified."
    ),
    "doubts": typer.Option("", metavar="SCOPE", help="Doubts it."),
}


@app.command()
def entity(
    id: str = typer.Argument(..., metavar="ID", help="Lower-case words joined by hyphens."),
    type: str = typer.Argument(
        ..., metavar="TYPE", help="person, group, organisation, force, state, place, agreement …"
    ),
    name: list[str] = typer.Option(
        [], "--as", metavar="NAME", help="As sources write it; the first is preferred. Repeatable."
    ),
    description: str = typer.Option("", help="A few words."),
    within: list[str] = typer.Option(
        [], metavar="PLACE", help="A place that holds it. Repeatable."
    ),
    wikidata: str = typer.Option("", metavar="Q123", help="Only where certain."),
    naming: str = typer.Option(
        "", metavar="unnamed|collective", help="Where it has no name of its own."
    ),
    coder: str = CODER,
    dry_run: bool = DRY_RUN,
) -> None:
    """Declare somebody or something that claims speak of.

    \b
    kb add entity oldport place --as "Old Port" --as Oldport --within selmouth
    """

    kb = to_write()
    if id in kb.known().entities:
        raise Refused(
            f"there is an entity “{id}” already.", f"kb edit entity/{id} KEY=VALUE changes it"
        )
    _single(type=type, naming=naming, wikidata=wikidata)
    names = list(filter(None, name))
    declared = "; ".join(filter(None, (type, naming, f"wd {wikidata}" if wikidata else "")))
    told = {
        "name": names[0] if names else "",
        "also": notation.joined(names[1:]),
        "description": description,
        "within": ", ".join(within),
    }
    record = {"id": f"entity/{id}", **told} if any(told.values()) else None
    _enter(
        kb, f"add entity {id}", {"coder": who(coder)}, dry_run, new={id: declared}, record=record
    )


@app.command()
def affiliation(
    member: str = typer.Argument(..., metavar="MEMBER"),
    relation: str = typer.Argument(
        ..., metavar="RELATION", help="member-of, speaks-for, side-with, backs, rival-of."
    ),
    party: str = typer.Argument(..., metavar="PARTY"),
    when: str = typer.Option(
        "", "--when", metavar="DATES", help="As 2014-05.. or 2019-04..2020-06."
    ),
    basis: str = typer.Option("", metavar="CLAIM", help="The claim it rests on."),
    note: str = typer.Option("", help="A few words."),
    coder: str = CODER,
    dry_run: bool = DRY_RUN,
) -> None:
    """Record a dated tie between two entities: whose voice somebody has, and who stands on which
    side.

    \b
    kb add affiliation lukin speaks-for northland --when 2024-01.. --basis lukin-is-the-speaker
    """
    from kb.model.records import Affiliation

    kb = to_write()
    known = kb.known()
    ends = (known.entity(member), relation, known.entity(party))
    for tie in known.others.values():
        if isinstance(tie, Affiliation) and (tie.member, tie.relation, tie.party) == ends:
            message(
                f"note: {tie.id} ties the same two; to give it other dates: kb edit {tie.id} from=… to=…"
            )
    _single(when=when, basis=basis, relation=relation)
    line = f"{' '.join(ends)} {when}".strip()
    line += (f"; basis {basis}" if basis else "") + (f"; note {note}" if note else "")
    _enter(
        kb,
        f"add affiliation {member} {relation} {party}",
        {"coder": who(coder)},
        dry_run,
        affiliations=[line],
    )


@app.command()
def claim(
    sentence: str = typer.Argument(
        "",
        metavar="[SENTENCE]",
        help="One plain sentence in your own words. Without it, on a terminal: a walk.",
    ),
    source: str = SOURCE,
    at: str = AT,
    by: str = BY,
    on: str = ON,
    via: str = VIA,
    denies: str = STANCES["denies"],
    doubts: str = STANCES["doubts"],
    what: str = typer.Option(
        "", metavar="'A > verb > B'", help="Subject, predicate, object; kb list predicates."
    ),
    kind: str = typer.Option(
        "",
        help="event, state, speech-act, intent, cause, forecast, evaluation; else the predicate's.",
    ),
    when: str = typer.Option("", metavar="DATE", help="When it happened or held."),
    place: str = typer.Option("", metavar="PLACE", help="Where."),
    more: list[str] = MORE,
    coder: str = CODER,
    dry_run: bool = DRY_RUN,
) -> None:
    """Record a claim and who makes it, in one passage. On a terminal and without a sentence, it
    asks step by step.

    \b
    kb add claim "The coastguard entered the old harbour" --source 2024-report --by coastguard
      --what "coastguard > entered > harbour" --when 2024-03-02 --at "3 the coastguard said …
      harbour"
    kb add claim
    """

    kb = to_write()
    if not sentence:
        if not sys.stdin.isatty():
            raise Usage(
                "a claim needs its sentence.",
                'kb add claim "Somebody did something" --source SOURCE --at "3 words of the text"',
            )
        from kb.cli.walk import walk

        walked = walk(kb, source)
        if walked is not None:
            carry_out(kb, lambda: kb.plan_sheet(walked), "add claim", dry_run)
        return
    values, said = _sorted(more)
    _spoken(source, at)
    values = {"claim": sentence, "what": what, "kind": kind, "when": when, "place": place, **values}
    said = {"by": by, "denies": denies, "doubts": doubts, "at": at, "on": on, "via": via, **said}
    _enter(
        kb,
        f"add claim {' '.join(sentence.split())}",
        {"source": source, "coder": who(coder)},
        dry_run,
        claims=[(values, said)],
    )


@app.command()
def assertion(
    claim: str = typer.Argument(
        ..., metavar="CLAIM", help="The claim that it is about: its id, or the beginning of it."
    ),
    source: str = SOURCE,
    at: str = AT,
    by: str = BY,
    on: str = ON,
    via: str = VIA,
    denies: str = STANCES["denies"],
    doubts: str = STANCES["doubts"],
    more: list[str] = MORE,
    coder: str = CODER,
    dry_run: bool = DRY_RUN,
) -> None:
    """Record that somebody affirms a claim, or takes another stance on it (--denies, --doubts;
    --set silent=, retracts=, disowns=WHOSE).

    \b
    kb add assertion coastguard-entered --source 2024-report --by mayor --denies occurrence --at "5 the mayor … quiet"
    """

    kb = to_write()
    found = kb.known().claim(claim)
    _spoken(source, at)
    _, said = _sorted(more)
    said = {"by": by, "denies": denies, "doubts": doubts, "at": at, "on": on, "via": via, **said}
    top = {"source": source, "coder": who(coder)}
    _enter(
        kb, f"add assertion {found.id}", top, dry_run, claims=[({"claim": f"={found.id}"}, said)]
    )


def _single(**given: str) -> None:
    """Refuse a semicolon in values that are joined by semicolons: what follows it would be read as
    another value.
    """
    for name, text in given.items():
        if ";" in text or "\n" in text:
            raise Usage(
                f"{name} “{text}” holds a semicolon or a line break, which separate values.",
                "give one value",
            )


def _sorted(more: list[str]) -> tuple[dict[str, str], dict[str, str]]:
    """`--set` values of the claim, and of what is said of it."""
    from kb.coding.sheet import CLAIM, SAID
    from kb.model.identifiers import suggestion

    claim, said = dict[str, str](), dict[str, str]()
    for one in more:
        key, equals, value = one.partition("=")
        if not equals or key not in (*CLAIM, *SAID):
            raise Usage(
                f"“{one}” is not KEY=VALUE with a key of the sheet.",
                suggestion(key, (*CLAIM, *SAID), f"known: {', '.join(CLAIM)}"),
            )
        # a stance alone says no scope, and must not be lost: what is left out is affirmed
        (said if key in SAID else claim)[key] = value or (
            "yes" if key in ("silent", "retracts") else "unspecified" if key in STANCES else ""
        )
    return claim, said


def _spoken(source: str, at: str) -> None:
    """Refuse where nobody could find what is said."""
    if not source or not at:
        missing = "--source SOURCE" if not source else '--at "3 words of the text"'
        raise Usage(
            "what is said is said in a passage of a document.",
            f"add {missing}; kb read SOURCE shows the lines",
        )


def _enter(
    kb: KnowledgeBase,
    what: str,
    top: Mapping[str, str],
    dry_run: bool,
    *,
    new: Mapping[str, str] | None = None,
    record: Mapping[str, str] | None = None,
    affiliations: list[str] | None = None,
    claims: list[tuple[dict[str, str], dict[str, str]]] | None = None,
) -> None:
    """Plan and write the sheet that holds just this."""
    from kb.coding import sheet_rules

    def entry(values: Mapping[str, str], said: tuple[Entry, ...] = ()) -> Entry:
        """An entry of these values without the empty ones."""
        return sheet_rules.entry({k: v for k, v in values.items() if v}, said)

    sheet = sheet_rules.built(
        top,
        new=new,
        affiliations=affiliations or (),
        records=[entry(record)] if record else [],
        claims=[entry(values, (entry(said),)) for values, said in claims or ()],
    )
    carry_out(kb, lambda: kb.plan_sheet(sheet), what, dry_run)


@app.command()
def predicate(
    word: str = typer.Argument(..., metavar="WORD", help="Lower-case words joined by hyphens."),
    label: str = typer.Option(
        "", metavar="TEXT", help="The words between subject and object; else those of WORD."
    ),
    definition: str = typer.Option(
        ..., metavar="TEXT", help="What must be so for a claim with it to be true."
    ),
    example: str = typer.Option(..., metavar="TEXT", help="A sentence that uses it."),
    kind: str = typer.Option("event", metavar="KIND", help="event, state, speech-act, …"),
    functional: str = typer.Option(
        "",
        metavar="object|object-time|subject|subject-time",
        help="An object has one subject, ever or at a time; or a subject one object.",
    ),
    across_sides: bool = typer.Option(
        False, "--across-sides", help="Only rivals exclude each other."
    ),
    once: bool = typer.Option(False, "--once", help="It happens once: two days contradict."),
    at_one_place: bool = typer.Option(
        False, "--at-one-place", help="It happens at one place: two places contradict."
    ),
    symmetric: bool = typer.Option(
        False, "--symmetric", help="It means the same with subject and object swapped."
    ),
    shares: bool = typer.Option(
        False, "--shares", help="Percentages of one object add up to at most 100."
    ),
    measures: str = typer.Option("", metavar="TEXT", help="What a number counts."),
    inverse_of: list[str] = typer.Option([], metavar="PREDICATE", help="Read backwards."),
    incompatible_with: list[str] = typer.Option(
        [], metavar="PREDICATE", help="Not both at one time. Repeatable."
    ),
    initiates: list[str] = typer.Option([], metavar="STATE", help="Begins it. Repeatable."),
    terminates: list[str] = typer.Option([], metavar="STATE", help="Ends it. Repeatable."),
    entails: list[str] = typer.Option([], metavar="PREDICATE", help="Is also so. Repeatable."),
    against: list[str] = typer.Option(
        [], metavar="subject|object|ROLE", help="Whose interest it harms. Repeatable."
    ),
    dry_run: bool = DRY_RUN,
) -> None:
    """Declare a predicate of your own: the verb of a claim.

    It gets an IRI under the base of this knowledge base, in ontology/predicates.ttl.

    \b
    kb add predicate moored-at --kind state --functional subject-time \\
      --definition "The subject lies at the object, a berth." --example "The Petrel lies at berth 4."
    """
    from kb.app import own_predicates
    from kb.workspace.log_folder import OWN_PREDICATES

    kb = to_write()
    wanted = own_predicates.Declaration(
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
    print(own_predicates.declare(kb.session, wanted, dry_run=dry_run), end="")
    if dry_run:
        message("Nothing was written (--dry-run).")
        return
    kb.update_index()
    message(f"Declared {word} in {OWN_PREDICATES}. kb undo takes it back.")
