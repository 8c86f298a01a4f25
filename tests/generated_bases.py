"""Generated knowledge bases of any size, up to a million claims: `python tests/generated_bases.py FOLDER CLAIMS`.

What is common in real ones is common here. Few speakers and places are named often and most rarely
(Zipf's law), and so few claims are spoken of by many. Reports in six languages repeat, deny and doubt
what earlier ones say, pass on hearsay, and are copied, corrected and retracted. There are numbers,
forecasts, negations, ties between actors and judgements.

The same size gives the same bytes. Each record follows from its number alone, so that a file is
written as soon as it is made, and memory does not grow with the number of claims.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from random import Random

from kb.app import knowledge_base
from kb.model.records import (
    Affiliation,
    Assertion,
    Claim,
    Entity,
    Judgement,
    Quote,
    Record,
    Relay,
    Source,
)
from kb.rdf import turtle_writer
from kb.rdf.block_order import arrange
from kb.rdf.encoding import to_triples
from kb.workspace.files import folder

NOW = datetime(2024, 1, 1, tzinfo=UTC)
FIRST = date(2020, 1, 1)
DAYS = 1400
# New claims in a report, and lines in it that take up a claim of an earlier one.
PER_SOURCE, TAKEN_UP = 60, 40
# Entities and ties in a file.
PER_FILE = 1000


@dataclass(frozen=True)
class Pattern:
    """What claims say: a predicate, the kind of claim, a sentence, and what is counted, if anything."""

    predicate: str
    kind: str
    sentence: str
    counted: str = ""
    unit: str = ""


PATTERNS = (
    Pattern("controls", "state", "{0} controlled {1}"),
    Pattern("took-control-of", "event", "{0} took control of {1}"),
    Pattern("attacked", "event", "{0} attacked {1}"),
    Pattern("killed", "event", "{0} killed people in {1}", "people"),
    Pattern("met-with", "event", "{0} met with {1}"),
    Pattern("entered", "event", "{0} entered {1}"),
    Pattern("backs", "state", "{0} backed {1}"),
    Pattern("opposes", "state", "{0} opposed {1}"),
    Pattern("withdrew-from", "event", "{0} withdrew from {1}"),
    Pattern("invested-in", "event", "{0} invested in {1}", "", "EUR"),
    Pattern("will-take", "forecast", "{0} will take {1}"),
    Pattern("sent", "event", "{0} sent supplies to {1}", "trucks"),
)
# Predicates whose object is an actor, and not a place.
BETWEEN_ACTORS = {"met-with", "backs", "opposes"}
# Language → affirming, denying and doubting sentence. The statement comes in the words of the program.
WORDS = {
    "en": ("{0} said: {1}.", "{0} denied this: {1}.", "{0} doubted this: {1}."),
    "de": ("{0} sagte: {1}.", "{0} bestritt dies: {1}.", "{0} bezweifelte dies: {1}."),
    "fr": ("{0} a dit : {1}.", "{0} a nié ceci : {1}.", "{0} en a douté : {1}."),
    "ru": ("{0} сообщил: {1}.", "{0} отрицал это: {1}.", "{0} усомнился в этом: {1}."),
    "ar": ("قال {0}: {1}.", "نفى {0} ذلك: {1}.", "شكك {0} في ذلك: {1}."),
    "zh": ("{0}表示：{1}。", "{0}否认：{1}。", "{0}对此表示怀疑：{1}。"),
}
LANGUAGES = tuple(WORDS)
STANCES = ("affirms", "denies", "doubts")
CALLED = {"ru": "Сторона", "ar": "الطرف", "zh": "方"}
UNKNOWN = ("publisher", "url")


def often(random: Random, count: int) -> int:
    """A number below `count`, the smaller the more often: k comes 1/k times as often as 1."""
    return min(count - 1, int((count + 1) ** random.random()) - 1)


@dataclass(frozen=True)
class World:
    """Everything that a base of this many claims contains, by number."""

    claims: int

    @property
    def actors(self) -> int:
        """Their number, who speak and act."""
        return max(40, self.claims // 25)

    @property
    def places(self) -> int:
        """Their number."""
        return max(40, self.claims // 20)

    @property
    def sources(self) -> int:
        """The number of reports."""
        return -(-self.claims // PER_SOURCE)

    def actor(self, n: int) -> Entity:
        """A force, an organisation, a person, or unnamed people."""
        kind = ("force", "organisation", "person", "group")[n % 4]
        language = LANGUAGES[n % len(LANGUAGES)]
        also = (f"{CALLED[language]} {n}",) if language in CALLED else ()
        if n % 9 == 8:
            return Entity(f"actor-{n}", "agent", f"Residents {n}", also, naming="unnamed")
        return Entity(f"actor-{n}", kind, f"Actor {n}", also)

    def place(self, n: int) -> Entity:
        """A place, in a larger one except for the first ten."""
        return Entity(
            f"place-{n}",
            "place",
            f"Place {n}",
            within=(f"place-{n // 10}",) if n >= 10 else (),
            lat=Decimal(n % 60) + Decimal("0.25"),
            long=Decimal(n % 170) + Decimal("0.5"),
            precision="settlement",
        )

    def tie(self, n: int) -> Affiliation:
        """What actor `n` has to do with a more frequent one."""
        relation = ("speaks-for", "member-of", "rival-of", "backs", "side-with")[n // 3 % 5]
        return Affiliation(
            f"tie-{n}",
            f"actor-{n}",
            relation,
            f"actor-{n // 5}",
            from_date=FIRST - timedelta(n % 900) if n % 2 else None,
            recorded=NOW,
        )

    def entities(self) -> Iterator[Entity]:
        """All actors and places."""
        yield from map(self.actor, range(self.actors))
        yield from map(self.place, range(self.places))

    def ties(self) -> Iterator[Affiliation]:
        """A tie for every third actor."""
        return map(self.tie, range(3, self.actors, 3))

    def published(self, source: int) -> date:
        """The day of a report. Later numbers are later days."""
        return FIRST + timedelta(source * DAYS // self.sources)

    def claim(self, n: int) -> Claim:
        """A claim. Every tenth says that the one before is not so."""
        return _claim(self, n)

    def judgement(self, n: int) -> Judgement:
        """A decision of a person about a claim, and about the one that was recorded five before."""
        about, other = f"claim/claim-{n}", f"claim/claim-{n - 5}"
        kind = ("contradicts", "does-not-contradict", "different-claim")[n // 100 % 3]
        return Judgement(
            f"judgement-{n}",
            kind,
            about,
            other,
            certainty="possible" if kind == "contradicts" else None,
            why="both were read again",
            coder="gen",
            recorded=NOW,
        )

    def judgements(self) -> Iterator[Judgement]:
        """A judgement for every hundredth claim."""
        return map(self.judgement, range(99, self.claims, 100))


@lru_cache(maxsize=4 * PER_SOURCE)
def _claim(world: World, n: int) -> Claim:
    """A claim by its number."""
    random, negated = Random(n - n % 10 + 8 if n % 10 == 9 else n), n % 10 == 9
    pattern = PATTERNS[often(random, len(PATTERNS))]
    subject = often(random, world.actors)
    between = pattern.predicate in BETWEEN_ACTORS
    object = often(random, world.actors if between else world.places)
    object += between and object == subject
    day = world.published(n // PER_SOURCE) - timedelta(1 + random.randrange(4))
    ends = day + timedelta(random.randrange(3)) if pattern.kind == "state" else day
    count = Decimal(1 + often(random, 400)) if pattern.counted or pattern.unit else None
    said = pattern.sentence.format(
        f"Actor {subject}", f"{'Actor' if between else 'Place'} {object}"
    )
    claim = Claim(
        f"claim-{n}",
        f"{'It is not so that ' * negated}{said}, case {n}",
        pattern.kind,
        f"actor-{subject}",
        pattern.predicate,
        f"{'actor' if between else 'place'}-{object}",
        polarity="negative" if negated else None,
        recorded=NOW,
    )
    if pattern.kind == "forecast":
        return replace(claim, begin_earliest=day + timedelta(5), end_latest=day + timedelta(90))
    claim = replace(claim, begin_earliest=day, begin_latest=day, end_earliest=ends, end_latest=ends)
    if count is None or negated:
        return claim
    return replace(
        claim,
        quantity_min=count,
        quantity_max=count + random.randrange(3),
        counted=pattern.counted or None,
        unit=pattern.unit or None,
        exactness="about" if random.random() < 0.3 else None,
    )


@dataclass(frozen=True)
class Line:
    """One line of a report: who says what about which claim."""

    claim: int
    speaker: int
    stance: str


def lines(world: World, source: int) -> list[Line]:
    """What a report says: its own claims, and claims of earlier reports that it takes up."""
    first = source * PER_SOURCE
    random = Random(f"lines {source}")
    found = [
        Line(n, often(random, world.actors), "affirms")
        for n in range(first, min(first + PER_SOURCE, world.claims))
    ]
    for _ in range(TAKEN_UP if first else 0):
        # Mostly what was last reported, and of that some claims far more often than others.
        back = often(random, first) if random.random() < 0.5 else often(random, min(first, 600))
        stance = random.choices(STANCES, (30, 60, 10))[0]
        found.append(Line(first - 1 - back, often(random, world.actors), stance))
    return list({(line.claim, line.speaker): line for line in found}.values())


def report(world: World, source: int, copied: int | None = None) -> tuple[str, list[Record]]:
    """The text of a report and its records, or those of a copy of an earlier one."""
    told = source if copied is None else copied
    spoken = often(Random(f"language {told}"), len(LANGUAGES)) if told % 7 else told // 7
    language = LANGUAGES[spoken % len(LANGUAGES)]
    id, day = f"source-{source}", world.published(source)
    title = f"Report {source}" if copied is None else f"Reprinted: report {copied}"
    text, records = f"{title}\n", list[Record]()
    for number, line in enumerate(lines(world, told), 1):
        claim = world.claim(line.claim)
        words = WORDS[language][STANCES.index(line.stance)]
        passage = words.format(world.actor(line.speaker).name, claim.statement)
        start = len(text) + len(f"{number} ")
        text += f"{number} {passage}\n"
        quote = _quote(id, start, passage)
        records += [quote, *_said(id, quote, line, day, hearsay=number % 8 == 7)]
    return text, [_source(world, source, copied, text, language, title), *records]


def _quote(source: str, start: int, passage: str) -> Quote:
    end = start + len(passage)
    return Quote(
        f"{source}#char={start},{end}",
        source,
        start,
        end,
        folder.digest(passage),
        " ".join(passage.split()[:2]),
    )


def _said(source: str, quote: Quote, line: Line, day: date, hearsay: bool) -> Iterator[Record]:
    """An assertion, and the relay through which it came, if it is hearsay."""
    id = f"{source}.{line.claim}.{line.speaker}.{line.stance}"
    relay = f"{id}-r1"
    yield Assertion(
        id,
        source,
        quote.id,
        f"claim-{line.claim}",
        f"actor-{line.speaker}",
        stance=line.stance,
        scope=("unspecified",) if line.stance == "denies" else (),
        relays=(relay,) if hearsay else (),
        said_from=day,
        said_to=day,
        degree=(None, None, None, "probable", "possible")[line.claim % 5],
        form="headline" if line.claim % PER_SOURCE == 0 else "stated",
        coder="gen",
        recorded=NOW,
    )
    if hearsay:
        yield Relay(relay, 1, f"actor-{(line.speaker + 1) % 40}")


def _source(
    world: World, source: int, copied: int | None, text: str, language: str, title: str
) -> Source:
    """The source record of a report. Every eleventh corrects the one before, every 37th is retracted."""
    day = world.published(source)
    made = Source(
        f"source-{source}",
        title,
        author=f"actor-{often(Random(f'author {source}'), world.actors)}",
        language=language,
        published_from=day,
        published_to=day,
        unknown=UNKNOWN,
        sha256=folder.digest(text),
        length=len(text),
        words=len(text.split()),
        obtained="generated",
        recorded=NOW,
    )
    if copied is not None:
        return replace(made, copy_of=f"source-{copied}")
    if source % 11 == 10:
        return replace(made, version_of=f"source-{source - 1}", modified=day)
    if source % 37 == 36:
        return replace(made, state="retracted", state_from=day, state_because="withdrawn later")
    return made


def generate(root: Path, claims: int) -> knowledge_base.KnowledgeBase:
    """Write a knowledge base of this many claims into a new folder, and open it."""
    kb, world = knowledge_base.init(root), World(claims)
    for name, records in (
        ("entities", world.entities()),
        ("affiliations", world.ties()),
        ("judgements", world.judgements()),
    ):
        for part, some in enumerate(_parts(records)):
            _write(kb, f"{name}-{part}", some)
    for source in range(world.sources):
        own = range(source * PER_SOURCE, min((source + 1) * PER_SOURCE, claims))
        _write(kb, f"claims/part-{source}", [world.claim(n) for n in own])
        _document(kb, *report(world, source))
    for copy in range(world.sources // 8):
        _document(kb, *report(world, world.sources + copy, often(Random(copy), world.sources)))
    return kb


def _parts(records: Iterator[Record]) -> Iterator[list[Record]]:
    some: list[Record] = []
    for record in records:
        some.append(record)
        if len(some) == PER_FILE:
            yield some
            some = []
    if some:
        yield some


def _document(kb: knowledge_base.KnowledgeBase, text: str, records: list[Record]) -> None:
    """Write the text of a report and its records."""
    home = kb.folder.root / "documents"
    home.mkdir(exist_ok=True)
    (home / f"{folder.digest(text)}.txt").write_text(text, encoding="utf-8")
    source = records[0].id
    _write(kb, f"sources/{source}", records)


def _write(kb: knowledge_base.KnowledgeBase, name: str, records: list[Record]) -> None:
    """Write a file in canonical form."""
    base = kb.folder.base
    found = {f"{base}{r.path}{r.id}": r for r in records}
    order = arrange({iri: to_triples(r, base) for iri, r in found.items()})
    blocks = (turtle_writer.render(turtle_writer.ordered(found[iri]), base) for iri in order)
    path = kb.folder.root / f"claims/main/{name}.ttl"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        "\n".join([turtle_writer.heading(base), *(f"{block}\n" for block in blocks)]),
        encoding="utf-8",
    )


if __name__ == "__main__":
    generate(Path(sys.argv[1]), int(sys.argv[2]))
