"""One fault in a stored file is one problem, at the token that is wrong."""

from __future__ import annotations

import pytest
from conftest import Kb

from kb.app import knowledge_base


@pytest.mark.parametrize(
    ("file", "right", "wrong", "code"),
    [
        ("source", "kb:stance-affirms", "kb:stance-afirms", "assertion-stance"),
        ("entities.ttl", "kb:type-force", "kb:type-forc", "entity-type"),
        ("source", "<entity/layla>", "<entity/laila>", "assertion-speaker-unknown"),
        ("claims/general.ttl", "rdf:predicate p:sent", "rdf:predicate p:snet", "unknown-predicate"),
        (
            "claims/general.ttl",
            "rdf:subject <entity/northland>",
            "rdf:subject <entity/nrthland>",
            "claim-subject",
        ),
    ],
)
def test_one_wrong_token_is_one_problem_at_that_token(
    kb: Kb, file: str, right: str, wrong: str, code: str
) -> None:
    path = kb.file(file)
    path.write_text(path.read_text().replace(right, wrong, 1))
    found = knowledge_base.open(str(kb.root)).validate().problems
    (problem,) = [p for p in found if p.severity == "error"]
    assert problem.code == code
    place, lines = problem.place, path.read_text().split("\n")
    assert place.end_line == place.line
    assert lines[place.line - 1][place.column - 1 : place.end_column - 1] == wrong.split(" ")[-1]
    assert f":{place.line}:{place.column}: error {code}: " in str(problem)


def test_a_missing_value_is_a_problem_of_the_whole_record(kb: Kb) -> None:
    path = kb.file("entities.ttl")
    path.write_text(path.read_text().replace("    kb:type kb:type-force ;\n", "", 1))
    (problem,) = knowledge_base.open(str(kb.root)).validate().problems
    line = path.read_text().split("\n")[problem.place.line - 1]
    assert line[problem.place.column - 1 : problem.place.end_column - 1] == "<entity/coastguard>"


def test_a_problem_of_a_sheet_has_the_range_of_what_was_typed(kb: Kb) -> None:
    sheet = (
        "source: 2024\nclaims:\n- claim: A met B\n  kind: evnt\n  said:\n  - at: 8 near the pier\n"
    )
    plan = knowledge_base.open(str(kb.root)).plan(sheet, "s.yaml")
    (problem,) = plan.problems
    place = problem.place
    assert (place.line, place.column, place.end_line, place.end_column) == (4, 9, 4, 13)
    assert str(problem).startswith("s.yaml:4:9: error unknown-word: ")
