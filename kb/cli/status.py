"""kb status."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import typer

from kb.cli.fragile import listed
from kb.cli.opened import AS_OF, KNOWN_ON, POLICY, standing
from kb.cli.output import message, show
from kb.errors import Usage

if TYPE_CHECKING:
    from kb.answers import Answers
    from kb.derive import Outcome
    from kb.known import Known
    from kb.model import Claim
    from kb.reasoning.status import StatusRow

app = typer.Typer(rich_markup_mode=None)
# Headlines in the order in which a reader wants them.
ORDER = ("disputed", "denied-only", "retracted", "superseded", "admitted", "corroborated", "single-voice", "unsupported")


@app.command()
def status(
    claim: str = typer.Argument("", metavar="[CLAIM]", help="Its id or the beginning of it; all claims by default."),
    why: bool = typer.Option(False, "--why", help="Rule, assertions and quotes."),
    what_if: bool = typer.Option(False, "--what-if", help="Which single records would change it, if they were gone."),
    headline: list[str] = typer.Option([], "--only", metavar="HEADLINE", help="Only these, as disputed."),
    as_of: str = AS_OF,
    known_on: str = KNOWN_ON,
    policy: str = POLICY,
    format: str = typer.Option("table", "--format", "-f", metavar="table|csv|tsv|json|ndjson|md"),
) -> None:
    """What is disputed, corroborated, resting on one voice. Both sides stand in every line.

    \b
    kb status
    kb status --only disputed
    kb status coastguard-entered --why
    kb status coastguard-entered --what-if
    kb status --as-of 2024-03-02
    """
    from kb import vocab
    from kb.ids import suggestion

    for name in headline:
        if name not in vocab.HEADLINES:
            raise Usage(f"“{name}” is not a headline.", suggestion(name, vocab.HEADLINES, ", ".join(vocab.HEADLINES)))
    if what_if and not claim:
        raise Usage("--what-if needs a claim.", "kb status CLAIM --what-if, or kb fragile for all claims")
    kb = standing(as_of, known_on, policy)
    known = kb.known()
    if not claim:
        outcome = kb.status()
    else:
        found = _meant(known, claim, as_of or known_on)
        outcome = kb.status_of(found.id)
        if what_if:
            listed(known, kb.what_if(found.id), format)
            return
        if why or format == "table":
            print("\n".join(explained(kb, known, outcome, outcome.rows[found.id])))
            return
    rows = [r for r in outcome.rows.values() if (not claim or r.claim == found.id) and (not headline or r.headline in headline)]
    if not rows:
        message("no claims" if not headline else f"no claim is {' or '.join(headline)}")
    if why:
        for row in rows:
            print("\n".join([*explained(kb, known, outcome, row), ""]))
        return
    columns = ["claim", "status", "statement", "affirmed by", "against", "documents", "originals", "no known stake", "flags"]
    order = {h: n for n, h in enumerate(dict.fromkeys((*ORDER, *vocab.HEADLINES)))}
    table = [_row(known, r, against(known, outcome, r.claim)) for r in sorted(rows, key=lambda r: (order[r.headline], r.claim))]
    show(columns, table, format)


def _meant(known: Known, name: str, day: str) -> Claim:
    """The claim that is meant. In a dated view, one that is known by now but was not then is told as that."""
    from kb import base

    try:
        return known.claim(name)
    except Usage:
        if day:
            found = base.open().known().claim(name)
            raise Usage(f"nobody had spoken on {found.id} by then.", "leave out the date") from None
        raise


def _row(known: Known, row: StatusRow, rivals: Mapping[str, str]) -> list[object]:
    statement = known.claims[row.claim].statement if row.claim in known.claims else None
    other = [voice_name(known, v) for v in row.voices_against] + [
        f"{'perhaps ' * (sure != 'certain')}claim: {known.claims[c].statement}" for c, sure in rivals.items() if c in known.claims
    ]
    counts: list[object] = [row.documents, row.originals, row.no_known_stake]
    return [row.claim, row.headline, statement, tuple(voice_name(known, v) for v in row.voices_for), tuple(other), *counts, row.flags]


def against(known: Known, outcome: Outcome, claim: str) -> dict[str, str]:
    """Claims that contradict this one → whether that is certain or possible; one certain way is enough."""
    pairs = [p for p in outcome.contradictions if claim in (p.claim_a, p.claim_b)]
    found = [(p.claim_b if p.claim_a == claim else p.claim_a, p.certainty) for p in pairs]
    return dict(sorted(found, key=lambda f: (f[1] == "certain", f[0])))


def voice_name(known: Known, voice: str) -> str:
    """A voice by the name of its entity, or of the source's author."""
    path, _, id = voice.partition("/")
    if path == "source" and id in known.sources:
        author = known.sources[id].author or ""
        return known.entities[author].name or author if author in known.entities else id
    return (known.entities[id].name or id) if id in known.entities else id


def explained(kb: Answers, known: Known, outcome: Outcome, row: StatusRow) -> list[str]:
    """A claim, its headline, the rules that made it, and each assertion with speaker, chain, quote and place."""
    claim = known.claims[row.claim]
    names: Callable[[tuple[str, ...]], str] = lambda voices: ", ".join(voice_name(known, v) for v in voices) or "nobody"  # noqa: E731  # one line, used twice
    lines = [
        f"{claim.statement}",
        f"  {row.claim}  ({claim.kind})",
        f"  status: {row.headline}",
        f"  support: {row.support}, contest: {', '.join(row.contest)}",
    ]
    voices = len(row.voices_for)
    if row.dispute:
        lines.append(f"  kinds of dispute: {', '.join(row.dispute)}")
    lines += [f"  affirmed by: {names(row.voices_for)}", f"  denied by: {names(row.voices_against)}"]
    lines.append(f"  documents: {row.documents}, originals: {row.originals}, voices: {voices}, without known stake: {row.no_known_stake}")
    if row.flags:
        lines.append(f"  flags: {', '.join(row.flags)}")
    if row.since:
        lines.append(f"  disputed no later than {row.since}")
    for other, sure in sorted(against(known, outcome, row.claim).items()):
        lines.append(f"  {'perhaps ' * (sure != 'certain')}contradicted by: {known.claims[other].statement}  ({other})")
    lines += [f"  verdict of {by}, beside the status: {text}" for by, text in verdicts(known, row.claim)]
    lines += ["  why:"] + [f"    {r.rule}: {named(known, r.text)}" for r in row.reasons]
    return [*lines, "  assertions:", *assertions(kb, known, row.claim)]


def verdicts(known: Known, claim: str) -> list[tuple[str, str]]:
    """What persons hold of a claim, and why: who, and the words."""
    from kb.model import Judgement

    found = [j for j in known.others.values() if isinstance(j, Judgement) and j.kind == "verdict" and j.about == f"claim/{claim}"]
    return [(j.coder or "somebody", f"{j.verdict} ({j.why})" if j.why else f"{j.verdict}") for j in sorted(found, key=lambda j: j.id)]


def named(known: Known, text: str) -> str:
    """A reason with voices by name."""
    return re.sub(r"(?:entity|source)/[^\s,;()]*[^\s,;().]", lambda m: voice_name(known, m[0]), text)


def assertions(kb: Answers, known: Known, claim: str) -> list[str]:
    """Each assertion on a claim: stance, speaker, chain of hearsay; below it the quote and where it stands."""
    lines = []
    for a in sorted((a for a in known.assertions.values() if a.claim == claim), key=lambda a: a.id):
        who = known.entities[a.speaker].name if a.speaker in known.entities else a.speaker
        chain = [known.relays[r].speaker or "" for r in reversed(a.relays) if r in known.relays]
        through = "".join(f" ← {known.entities[s].name if s in known.entities else s}" for s in chain)
        scope = f" ({', '.join(a.scope)})" if a.scope else ""
        passage, line = kb.passage(known, a.quote)
        quote = known.quotes.get(a.quote or "")
        place = f"{a.source}, line {line}" if line else f"{a.source}, characters {quote.start}-{quote.end}" if quote else f"{a.source}"
        extra = "; ".join(f"{k}: {v}" for k, v in (("said", a.said), ("form", a.form), ("basis", a.basis), ("manner", a.manner)) if v)
        lines += [f"    {who} {a.stance}{scope}{through}", f"      “{passage}”", f"      {place}{f'  [{extra}]' if extra else ''}"]
    return lines
