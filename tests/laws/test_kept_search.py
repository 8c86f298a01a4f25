"""What is found in the table of words equals what is found by looking at every text."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.app import knowledge_base
from kb.app.inquiry import kept_search, questions, search
from kb.model.records import Assertion, Claim, Entity, Quote, Record, Source
from kb.rdf import turtle_writer
from kb.workspace.catalogs.catalog import Known
from kb.workspace.indexing.searched_texts import words
from kb.workspace.indexing.word_segments import WordSegment
from kb.workspace.indexing.word_table import Part, WordTable
from kb.workspace.indexing.word_writer import SegmentWriter

WORDS = (
    *("harbour", "Harbor", "harbours", "alharbour", "the", "a", "of", "quay", "quays", "12", "120"),
    *(
        "Haznar",
        "Hazner",
        "khaznar",
        "Kadafi",
        "Gaddafi",
        "al",
        "Nour",
        "al-Nour",
        "alnour",
        "1234",
    ),
    *(
        "نور",
        "النور",
        "Хазнар",
        "Хазнор",
        "Šarīf",
        "sarif’s",
        "12345",
        "12344",
        "—",
        "new\u00a0quay",
    ),
)
LIMITS = (1, 2, 5, 20, 1_000)
LINES = st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join)
QUESTIONS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join)


@st.composite
def bases(draw: st.DrawFn) -> tuple[list[Record], dict[str, str]]:
    """Records, and the texts of sources."""
    names = draw(st.lists(LINES, max_size=12))
    records: list[Record] = [
        Entity(f"{n}-{line or 'none'}", name=line or None, also=tuple(names[:n:5]))
        for n, line in enumerate(names)
    ]
    statements = draw(st.lists(LINES, max_size=12))
    records += [Claim(f"c{n}", statement=line) for n, line in enumerate(statements)]
    texts = draw(st.lists(st.lists(LINES, max_size=8).map("\n".join), max_size=3))
    for n, text in enumerate(texts):
        records.append(Source(f"s{n}", title=draw(LINES), file_name=draw(LINES)))
        for start in draw(st.lists(st.integers(0, len(text)), max_size=5, unique=True)):
            quote = f"s{n}#{start}"
            records.append(Quote(quote, f"s{n}", start=start, end=start + 20, fragment="the quay"))
            claim = f"c{draw(st.integers(0, 12))}"
            records.append(Assertion(f"{n}.{start}", quote=quote, claim=claim, words=("new quay",)))
    found = {f"s{n}": text for n, text in enumerate(texts) if draw(st.booleans())}
    return records, found


def written(
    place: Path,
    units: Sequence[Sequence[Record]],
    quotes: Mapping[str, Quote],
    texts: dict[str, str],
) -> WordSegment:
    writer = SegmentWriter()
    for number, records in enumerate(units):
        writer.add(number, records, quotes, texts)
    place.write_bytes(writer.data())
    return WordSegment(place)


@settings(max_examples=150)
@given(
    base=bases(),
    cuts=st.lists(st.integers(0, 5), min_size=60, max_size=60),
    question=QUESTIONS,
    limit=st.sampled_from(LIMITS),
)
def test_segments_have_the_same_hits_as_all_records(
    tmp_path_factory: pytest.TempPathFactory,
    base: tuple[list[Record], dict[str, str]],
    cuts: list[int],
    question: str,
    limit: int,
) -> None:
    records, texts = base
    home = tmp_path_factory.mktemp("segments")
    known = Known()
    units: list[list[Record]] = [[], [], [], [], [], []]
    for n, record in enumerate(records):
        unit = cuts[n % len(cuts)]
        units[unit].append(record)
        # The last unit was changed since, and its records are gone.
        if unit != 5 or isinstance(record, Quote):
            known.add(record, "claims/main/a.ttl")
    quotes = known.quotes
    parts = [
        Part(written(home / "one", units[:3], quotes, texts), {0: "a", 1: "b", 2: "c"}),
        Part(written(home / "two", [[], *units[3:]], quotes, texts), {1: "d", 2: "e"}),
    ]
    if words(question):
        found = kept_search.find(WordTable(parts), question, limit)
        assert found == search.find(known, question, limit, texts)


def test_with_the_same_score_the_first_id_is_found_in_a_longer_text_too(tmp_path: Path) -> None:
    known = Known()
    for id, more in (("b", 40), ("c", 40), ("a", 41)):
        known.add(Entity(id, name=" ".join(["harbour", *["of"] * more])), "claims/main/a.ttl")
    segment = written(tmp_path / "one", [list(known.entities.values())], {}, {})
    table = WordTable([Part(segment, {0: "claims/main/a.ttl"})])
    for limit in LIMITS:
        hits = search.find(known, "harbour", limit)
        assert kept_search.find(table, "harbour", limit) == hits
    assert [hit.id for hit in hits] == ["a", "b", "c"]


@dataclass
class World:
    """A knowledge base with files and texts that change."""

    kb: knowledge_base.KnowledgeBase
    random: random.Random
    files: dict[str, dict[str, Record]] = field(default_factory=dict)

    def line(self, most: int = 6) -> str:
        return " ".join(self.random.choices(WORDS, k=self.random.randrange(1, most)))

    def records(self) -> Iterator[tuple[str, Record]]:
        """Records for files, some of which refer to records in others."""
        n = self.random.randrange(40)
        yield "entities", Entity(f"e{n}", name=self.line(), also=(self.line(),))
        yield f"claims-{n % 3}", Claim(f"c{n}", statement=self.line())
        source = f"s{n % 8}"
        text = self.text(n % 8) if self.random.random() < 0.8 else None
        sha = hashlib.sha256(text.encode()).hexdigest() if text else None
        yield source, Source(source, title=self.line(3), sha256=sha)
        start = self.random.randrange(60)
        quote = f"{source}#char={start},{start + 30}"
        place = self.random.choice((source, "quotes"))
        yield place, Quote(quote, source=source, start=start, end=start + 30, fragment=self.line(3))
        yield source, Assertion(f"{source}.{n}", source=source, quote=quote, claim=f"c{n % 30}")

    def text(self, n: int) -> str:
        return "\n".join([f"text {n}", *(" ".join(WORDS[n + k : n + k + 5]) for k in range(6))])

    def edit(self) -> None:
        """Add or replace some records, or remove one; then texts are added, changed or removed."""
        for place, record in self.records():
            key = record.path + record.id
            for name, kept in self.files.items():
                if name != place and kept.pop(key, None):
                    self.write(name)
            kept = self.files.setdefault(place, {})
            if self.random.random() < 0.3:
                kept.pop(key, None)
            elif self.random.random() < 0.7:
                kept[key] = record
            self.write(place)
        text = self.text(self.random.randrange(8))
        name = hashlib.sha256(text.encode()).hexdigest()
        path = self.kb.folder.root / "documents" / f"{name}.txt"
        if self.random.random() < 0.4:
            path.unlink(missing_ok=True)
        else:
            path.write_text(text if self.random.random() < 0.8 else f"{text}\nthe new quay")

    def write(self, name: str) -> None:
        path = self.kb.folder.root / f"claims/main/{name}.ttl"
        if not self.files[name]:
            path.unlink(missing_ok=True)
            return
        records = list(self.files[name].values())
        path.write_text(turtle_writer.replace("", records, self.kb.folder.base))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_after_edits_the_table_has_the_same_hits_as_all_records(tmp_path: Path, seed: int) -> None:
    world = World(knowledge_base.init(tmp_path / "kb"), random.Random(seed))
    hits = 0
    for _ in range(25):
        world.edit()
        world.kb.refresh()
        known = world.kb.known()
        texts = world.kb.session.documents(known)
        table = questions.words_of(world.kb.session)
        assert table
        for _ in range(6):
            question, limit = world.line(5), world.random.choice(LIMITS)
            if words(question):
                found = kept_search.find(table, question, limit)
                assert found == search.find(known, question, limit, texts)
                hits += len(found)
    assert hits > 100
