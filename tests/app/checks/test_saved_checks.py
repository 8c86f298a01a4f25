"""Saved checks of many records at once find what they find one by one; long chains end."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.app.checks import loops, saved_checks
from kb.errors import Place
from kb.model.rdf_terms import Term
from kb.model.vocabulary import NS
from kb.rdf import query_runner
from kb.store.oxigraph import EmbeddedStore
from kb.workspace.files import saved_queries
from kb.workspace.files.folder import Folder, shipped

BASE = "https://example.org/x/"
CHECKS = {
    q.name: q for q in saved_queries.load([shipped("queries")]).values() if q.group == "checks"
}
# More records than fit in two queries of 200,000 characters.
MANY = 8_000


def iri(name: str) -> Term:
    return Term("iri", BASE + name)


def store(rows: list[tuple[str, str, str]]) -> EmbeddedStore:
    """A store of these statements, all of them in one file."""
    made = EmbeddedStore(None)
    made.replace(f"{BASE}file", [(iri(s), Term("iri", NS + p), iri(o)) for s, p, o in rows])
    return made


def folder(place: Path = Path("nowhere")) -> Folder:
    """A knowledge base at a place."""
    return Folder(place, BASE, "main", "default-2", "en")


def subjects(made: EmbeddedStore, name: str, focus: list[str] | None) -> list[str]:
    """Whom a check blames."""
    checks = [CHECKS[name]]
    found = saved_checks.problems(checks, lambda: made, focus, lambda *_: Place(), str, folder())
    return [p.subject.removeprefix(BASE) for p in found]


def test_a_check_of_more_records_than_fit_in_one_query_finds_all() -> None:
    made = store([(f"assertion/{n:05}", "speaker", f"entity/missing-{n}") for n in range(MANY)])
    focus = [f"{BASE}assertion/{n:05}" for n in range(MANY)]
    assert (
        subjects(made, "dangling-reference", focus)
        == subjects(made, "dangling-reference", None)
        != []
    )


@pytest.mark.parametrize(
    ("name", "property"), [("place-within-itself", "within"), ("lineage-cycle", "copyOf")]
)
def test_a_chain_of_10_000_links_ends_and_a_loop_in_it_is_found(name: str, property: str) -> None:
    chain = [(f"x/{n:05}", property, f"x/{n + 1:05}") for n in range(10_000)]
    assert subjects(store(chain), name, None) == []
    looped = store([*chain, ("x/10000", property, "x/09000")])
    assert len(subjects(looped, name, None)) == 1_001
    assert subjects(looped, name, [f"{BASE}x/09500", f"{BASE}x/00001"]) == ["x/09500"]


@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=16))
def test_what_loops_is_what_the_query_finds(links: list[tuple[int, int]]) -> None:
    following: dict[str, list[str]] = {}
    for one, other in links:
        following.setdefault(f"{BASE}x/{one}", []).append(f"{BASE}x/{other}")
    made = store([(f"x/{one}", "within", f"x/{other}") for one, other in links])
    asked = made.select(CHECKS["place-within-itself"].text)
    assert loops.looping(following) == {row[0].value for row in asked.rows if row[0]}


@pytest.mark.parametrize(
    ("focus", "size", "seconds"), [(None, 100, 50), (None, 10, 30), ([], 100, 30)]
)
def test_a_check_of_everything_may_take_longer_the_more_there_is(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    focus: list[str] | None,
    size: int,
    seconds: float,
) -> None:
    allowed = []
    several = query_runner.several

    def noted(reader: Any, asked: Any, limits: query_runner.Limits) -> Any:
        allowed.append(limits.seconds)
        return several(reader, asked, limits)

    monkeypatch.setattr(query_runner, "several", noted)
    monkeypatch.setattr(saved_checks, "PER_SECOND", 2)
    (tmp_path / "claims").mkdir()
    (tmp_path / "claims/a.ttl").write_text("#" * size)
    checks, made = [CHECKS["dangling-reference"]], store([])
    found = saved_checks.problems(
        checks, lambda: made, focus, lambda *_: Place(), str, folder(tmp_path)
    )
    assert not list(found)
    assert set(allowed) == {seconds}
