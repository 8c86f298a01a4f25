"""Predicates that a knowledge base declares for itself."""

from __future__ import annotations

import pytest
from conftest import Kb

MOORED = (
    "moored-at",
    "--kind",
    "state",
    "--functional",
    "object-time",
    "--definition",
    'The subject lies at the object, a “berth"\\ or a buoy.',
    "--example",
    "The tug lies at berth 4.",
)
SHEET = """source: 2024-quarrel
new:
  berth: place; as the berth
claims:
- claim: The tugs lie at the berth
  what: tugs > moored-at > berth
  when: 2024-03-01
  said:
  - by: lukin
    at: 8 near the pier
"""


def test_a_declared_predicate_is_used_in_a_sheet_and_printed_back(kb: Kb) -> None:
    done = kb("add", "predicate", *MOORED)
    assert done.code == 0, done
    assert "/predicate/moored-at> a kb:Predicate" in done.out
    assert kb.sheet(SHEET).code == 0
    stored = (kb.root / "claims/main/claims/general.ttl").read_text(encoding="utf-8")
    assert "predicate/moored-at" in stored
    assert kb("validate").code == 0
    assert "what: tugs > moored-at > berth" in kb("sheet", "2024-quarrel").out
    assert "moored-at" in kb("list", "predicates").out
    again = kb("add", "--from", kb.write("again.yaml", SHEET))
    assert "Nothing new" in again.out, again


def test_undo_takes_a_declaration_back(kb: Kb) -> None:
    before = kb.tree()
    assert kb("add", "predicate", *MOORED).code == 0
    assert kb("undo").code == 0
    assert kb.tree() == before
    assert "moored-at" not in kb("list", "predicates").out


def test_a_second_declaration_is_added_behind_the_first(kb: Kb) -> None:
    assert kb("add", "predicate", *MOORED).code == 0
    more = ("--definition", "It left.", "--example", "It left.", "--terminates", "moored-at")
    assert kb("add", "predicate", "cast-off-from", *more).code == 0
    assert kb("validate").code == 0
    words = kb("list", "predicates").out
    assert "moored-at" in words
    assert "cast-off-from" in words


def test_a_dry_run_shows_the_declaration_and_writes_nothing(kb: Kb) -> None:
    before = kb.tree()
    done = kb("add", "predicate", *MOORED, "--dry-run")
    assert "kb:functional" in done.out
    assert kb.tree() == before


@pytest.mark.parametrize(
    ("args", "code", "says"),
    [
        (("Moored At", *MOORED[1:]), 2, "write moored-at"),
        (("killed", *MOORED[1:]), 1, "already"),
        ((*MOORED, "--initiates", "contrls"), 2, "did you mean controls"),
        ((*MOORED, "--kind", "sate"), 2, "did you mean state"),
        ((*MOORED, "--against", "victims"), 2, "did you mean victim"),
        (("moored-at", "--definition", " ", "--example", "x"), 1, "definition"),
        (("moored-at", "--definition", "a\x1bb", "--example", "x"), 2, "control character"),
    ],
)
def test_a_wrong_declaration_is_refused_and_nothing_is_written(
    kb: Kb, args: tuple[str, ...], code: int, says: str
) -> None:
    kb.refuses(code, "add", "predicate", *args, says=(says,))


def test_a_predicate_in_a_namespace_of_its_own_works(kb: Kb) -> None:
    own = """@prefix kb: <https://w3id.org/claimkb/ns#> .
@prefix ex: <https://example.net/verbs#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
ex:moored-at a kb:Predicate ; rdfs:label "moored at" ; skos:definition "Lies at." ;
  skos:example "The tug lies at the berth." ; kb:defaultKind kb:kind-state .
"""
    (kb.root / "ontology").mkdir(exist_ok=True)
    (kb.root / "ontology/own.ttl").write_text(own, encoding="utf-8")
    assert kb.sheet(SHEET).code == 0
    assert kb("validate").code == 0
    assert "moored-at" in kb("sheet", "2024-quarrel").out
