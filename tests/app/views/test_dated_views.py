"""A knowledge base as it stood: a part that answers like the whole, with exactly what was published
and recorded by then.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from conftest import CHECKOUT, Kb

from kb.app import knowledge_base
from kb.app.answers import View
from kb.app.knowledge_base import KnowledgeBase
from kb.model.rdf_terms import Answer
from kb.workspace.catalogs.record_links import references

DATES = (date(2020, 1, 20), date(2020, 6, 6), date(2020, 6, 8))
# Saved questions without parameters, over claims, sources, people and statuses.
QUESTIONS = (
    "status-overview",
    "disputed",
    "documents",
    "timeline",
    "one-voice",
    "contradictions",
    "who-backs-whom",
    "quantities",
)


@pytest.fixture(scope="module")
def collection() -> KnowledgeBase:
    """The shipped collection."""
    return knowledge_base.open(str(CHECKOUT))


def answers(kb: object, name: str) -> object:
    found = kb.query(name, {})  # type: ignore[attr-defined]
    assert isinstance(found, Answer)
    return found.variables, sorted(found.rows, key=str)


def alone(view: View, root: Path) -> KnowledgeBase:
    """A knowledge base that holds what the view holds, and nothing else."""
    made = knowledge_base.init(root, view.folder.base)
    (root / "claims/main/all.ttl").write_text(view.export("turtle"), encoding="utf-8")
    return made


@pytest.mark.parametrize("day", DATES, ids=str)
def test_a_view_answers_as_if_nothing_else_had_ever_been_there(
    collection: KnowledgeBase, day: date, tmp_path: Path
) -> None:
    view = collection.at(as_of=day)
    own = alone(view, tmp_path / "own")
    assert view.status().rows == own.status().rows
    assert view.status().rows == collection.at(day).status().rows
    for name in QUESTIONS:
        assert answers(view, name) == answers(own, name), name
    keys = {r.path + r.id for r in own.known().all()}
    assert [(r.id, to) for r in own.known().all() for to in references(r) if to not in keys] == []


def test_nothing_published_later_is_in_a_view(collection: KnowledgeBase) -> None:
    known = collection.at(as_of=DATES[1]).known()
    dated = {s.id: s.published_to for s in collection.known().sources.values()}
    assert {a.source for a in known.assertions.values()} == {
        s for s, to in dated.items() if to and to <= DATES[1]
    }
    assert {c.id for c in known.claims.values()} == {a.claim for a in known.assertions.values()}


def test_a_view_of_the_far_future_is_the_present(collection: KnowledgeBase) -> None:
    view, now = collection.at(known_on=date(2999, 1, 1)), collection.known()
    seen = view.known()
    assert seen.claims.keys() == now.claims.keys()
    assert seen.assertions.keys() == now.assertions.keys()
    heads = {c: r.status for c, r in collection.status().rows.items()}
    assert {c: r.status for c, r in view.status().rows.items()} == heads


def backdated(kb: Kb, day: str) -> None:
    """Everything present recorded on a day in the past."""
    import re

    for path in (kb.root / "claims").rglob("*.ttl"):
        text = path.read_text(encoding="utf-8")
        path.write_text(
            re.sub(r'(generatedAtTime ")\d{4}-\d\d-\d\d', rf"\g<1>{day}", text), encoding="utf-8"
        )


def claim_on(kb: Kb, words: str) -> str:
    return next(
        line.split(",")[0]
        for line in kb("list", "claims", "-f", "csv").out.splitlines()
        if words in line
    )


def test_an_edit_is_seen_from_its_day_on_and_the_earlier_content_before(kb: Kb) -> None:
    backdated(kb, "2024-03-05")
    claim = claim_on(kb, "entered Oldport")
    done = kb("edit", f"claim/{claim}", "polarity=negative")
    if done.code:  # the sheet's own word for it
        done = kb("edit", f"claim/{claim}", "not=yes")
    assert done.code == 0, done
    assert "what: not (Coastguard > entered > Oldport)" in kb("show", claim).out
    assert "not (" not in kb("show", claim, "--known-on", "2024-03-06").out
    then = kb("show", claim, "--known-on", "2024-03-06", "--format", "turtle")
    assert "polarity-negative" not in then.out
    assert f"<claim/{claim}>" in then.out
    assert "wasRevisionOf" not in then.out
    assert "invalidatedAtTime" not in then.out
    assert (
        json.loads(kb("list", "claims", "--known-on", "2024-03-04", "-f", "json").out or "[]") == []
    )
    csv = kb("query", "status-overview", "--known-on", "2024-03-06", "-f", "csv").out
    assert csv == kb("query", "status-overview", "--known-on", "2024-03-07", "-f", "csv").out


def test_what_was_withdrawn_was_there_before(kb: Kb) -> None:
    backdated(kb, "2024-03-05")
    claim = claim_on(kb, "entered Oldport")
    done = kb("withdraw", f"claim/{claim}", "--why", "read wrongly")
    assert done.code == 0, done
    assert claim not in kb("list", "claims").out
    assert claim in kb("list", "claims", "--known-on", "2024-03-06").out
    assert claim in kb("export", "turtle", "--known-on", "2024-03-06").out
    assert kb("status", claim, "--known-on", "2024-03-06").code == 0


def test_sources_without_a_date_are_told_by_number(kb: Kb) -> None:
    note = kb.write("undated.txt", "The guard spoke of tugs.\n")
    assert kb("add", "source", note, "--id", "undated", "--author", "B Gazette").code == 0
    for command in (
        ["status"],
        ["list", "claims"],
        ["query", "disputed"],
        ["contradictions"],
        ["export", "turtle"],
    ):
        done = kb(*command, "--as-of", "2024-03-05")
        assert "1 source left out" in done.err, done
    assert "undated" not in kb("list", "sources", "--as-of", "2024-03-05").out


def test_a_claim_nobody_had_spoken_on_is_told_as_that(seen: Kb) -> None:
    claim = claim_on(seen, "entered Oldport")
    seen.refuses(
        2, "status", claim, "--as-of", "2024-01-01", says=("came later", "leave out the date")
    )
    seen.refuses(2, "status", "--as-of", "soon", says=("not a date", "2020-06-30"))
    seen.refuses(
        2,
        "query",
        "disputed",
        "--as-of",
        "2024-01-01",
        "--endpoint",
        "http://localhost:1/",
        says=("cannot show an earlier state",),
    )


def test_a_view_cannot_be_written(collection: KnowledgeBase) -> None:
    view = collection.at(as_of=DATES[0])
    assert not any(
        hasattr(view, name) for name in ("plan", "add", "add_source", "format", "edit", "withdraw")
    )


def test_a_file_that_cannot_be_read_is_told_and_an_export_refused(kb: Kb) -> None:
    kb.file("broken.ttl").write_text("<a> <b> ", encoding="utf-8")
    done = kb("list", "claims", "--as-of", "2024-03-05")
    assert done.code == 1
    assert "broken.ttl cannot be read" in done.err
    kb.refuses(1, "export", "turtle", "--as-of", "2024-03-05", says=("broken.ttl",))
