"""What a knowledge base's own ontology and queries may do: add, and nothing else."""

from __future__ import annotations

import shutil

import pytest
from conftest import Kb

from kb.workspace.files.folder import shipped

POLICY = """@prefix kb: <https://w3id.org/claimkb/ns#> .
@prefix policy: <https://w3id.org/claimkb/policy/> .

policy:default-1 a kb:Policy ;
    kb:voicesToCorroborate 1 ;
    kb:voicesWithoutStake 0 .

policy:strict-1 a kb:Policy ;
    kb:version "1" ;
    kb:voicesToCorroborate 3 ;
    kb:voicesWithoutStake 2 ;
    kb:doubtDisputes true ;
    kb:possibleContradictionDisputes true ;
    kb:acceptsStatus kb:status-corroborated .
"""
EMPTY = (
    "#+ summary: Nothing\n#+ x-kb:\n#+   columns: [subject]\nSELECT ?subject { FILTER(false) }\n"
)
EVERY = """#+ summary: Each claim
#+ x-kb:
#+   columns: [claim]
#+   message: "{claim} is a claim"
PREFIX kb: <https://w3id.org/claimkb/ns#>
SELECT ?claim { ?claim a kb:Claim }
"""
# More rows than there is time for, and more text than there is memory for.
ALL = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l"
SLOW = EMPTY.replace("FILTER(false)", f"{{ SELECT (COUNT(*) AS ?n) {{ {ALL} }} }}")
LARGE = EMPTY.replace(
    "FILTER(false)",
    f"{{ SELECT (GROUP_CONCAT(CONCAT(STR(?a), STR(?c), STR(?d), STR(?f), STR(?g))) AS ?n) {{ {ALL} }} }}",
)


def own(kb: Kb, name: str, text: str) -> None:
    place = kb.root / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text)


@pytest.mark.parametrize("name", ["policies.ttl", "mine.ttl"])
def test_a_shipped_policy_that_a_folder_redefines_keeps_its_meaning(kb: Kb, name: str) -> None:
    before = kb("status", "--format", "csv").out
    own(kb, f"ontology/{name}", POLICY)
    done = kb("status", "--format", "csv")
    assert (done.out, f"ontology/{name}:5" in done.err) == (before, True), done.err
    checked = kb("validate")
    assert checked.code == 1
    assert f"ontology/{name}:5: error term-redefined" in checked.out


def test_a_policy_of_a_folder_is_added(kb: Kb) -> None:
    own(kb, "ontology/policies.ttl", POLICY)
    assert kb("status", "--policy", "strict-1").code == 0
    assert kb("status", "--policy", "cautious-1").code == 0


def test_an_old_name_in_an_own_file_or_query_is_a_problem_with_the_new_name(kb: Kb) -> None:
    old = POLICY[POLICY.index("policy:strict-1") :].replace("acceptsStatus", "acceptsHeadline")
    own(kb, "ontology/policies.ttl", POLICY[: POLICY.index("policy:default-1")] + old)
    asked = "SELECT ?claim { ?status kb:statusOf ?claim ; kb:headline kb:headline-disputed }"
    own(
        kb, "queries/questions/mine.rq", EVERY.replace("SELECT ?claim { ?claim a kb:Claim }", asked)
    )
    own(kb, "other.rq", f"PREFIX kb: <https://w3id.org/claimkb/ns#>\n{asked}\n")
    done = kb("validate")
    assert "ontology/policies.ttl:10:5: error term-renamed: kb:acceptsHeadline" in done.out
    assert "write kb:acceptsStatus" in done.out
    assert "queries/questions/mine.rq:6:46: error own-query" in done.out
    # A question that belongs to the folder is mended there; a file of somebody's is read anyway.
    for question, code in (("mine", 2), ("other.rq", 0)):
        done = kb("query", question)
        assert done.code == code, question
        assert "kb:headline is called kb:status now" in done.err, question


def test_a_label_in_another_language_may_be_added_to_a_shipped_term(kb: Kb) -> None:
    label = "<https://w3id.org/claimkb/predicate/controls> <http://www.w3.org/2000/01/rdf-schema#label> "
    own(kb, "ontology/predicates.ttl", f'{label}"contrôle"@fr .\n')
    assert kb("validate").code == 0
    own(kb, "ontology/predicates.ttl", f'{label}"rules"@en-GB .\n')
    assert "ontology/predicates.ttl:1: error term-redefined" in kb("validate").out


@pytest.mark.parametrize("group", ["checks", "questions"])
@pytest.mark.parametrize("name", ["unused-entity", "disputed"])
def test_a_query_of_the_name_of_a_shipped_one_is_a_problem_and_the_shipped_one_runs(
    kb: Kb, group: str, name: str
) -> None:
    assert kb("add", "entity", "jetty", "place").code == 0
    before = kb("query", "disputed", "--format", "csv").out
    own(kb, f"queries/{group}/{name}.rq", EMPTY)
    done = kb("validate")
    assert f"queries/{group}/{name}.rq: error own-query: {name} comes with the program" in done.out
    assert "warning unused-entity" in done.out
    asked = kb("query", "disputed", "--format", "csv")
    assert (asked.out, f"queries/{group}/{name}.rq" in asked.err) == (before, True)


def test_a_copy_of_the_shipped_queries_says_nothing_new(kb: Kb) -> None:
    shutil.copytree(shipped("queries"), kb.root / "queries")
    done = kb("validate")
    assert (done.code, done.out, "own-query" in done.err) == (0, "", False)


def test_own_checks_that_go_over_a_limit_are_stopped_in_a_sentence_and_the_others_run(
    kb: Kb,
) -> None:
    own(kb, "queries/checks/a-slow.rq", SLOW)
    own(kb, "queries/checks/b-large.rq", LARGE)
    own(kb, "queries/checks/c-every.rq", EVERY)
    done = kb("validate")
    assert done.code == 1
    assert "queries/checks/a-slow.rq: error own-check: The query took longer than" in done.out
    assert "queries/checks/b-large.rq: error own-check: The query" in done.out
    assert "is a claim" in done.out


@pytest.mark.parametrize(
    ("place", "ending", "text"),
    [("queries/checks", "rq", EMPTY), ("ontology", "ttl", "<urn:a> <urn:b> <urn:c> .\n")],
)
def test_more_own_files_than_are_read_are_named_in_a_sentence(
    kb: Kb, place: str, ending: str, text: str
) -> None:
    own(kb, f"{place}/000.{ending}", text + "#" * 3_000_000)
    own(kb, f"{place}/001.{ending}", text + "#" * 3_000_000)
    said = "only the first 1 of 2 files here are read, by name"
    assert said in kb("validate").out
    assert said in kb("status").err


@pytest.mark.parametrize(
    ("declared", "says"),
    [
        ('kb:functional "object-tme"', "kb:functional “object-tme” is not understood"),
        ('kb:functional "object", "subject"', "kb:functional has 2 values"),
        ('kb:funtional "object"', "kb:funtional is not a property of the vocabulary"),
        ('kb:sharesOf "owner"', "kb:sharesOf “owner” is not understood"),
        ('kb:once "yes"', "kb:once “yes” is not understood"),
        ("kb:againstInterestOf kb:victims", "kb:againstInterestOf “victims” is not understood"),
        ("kb:defaultKind kb:kind-sate", "kb:defaultKind “kind-sate” is not understood"),
    ],
)
def test_a_declaration_that_no_rule_understands_is_a_problem_at_its_line(
    kb: Kb, declared: str, says: str
) -> None:
    head = (
        "@prefix kb: <https://w3id.org/claimkb/ns#> .\n<https://x.org/spilled> a kb:Predicate ;\n"
    )
    good = (
        f'{head}    kb:functional "object-time" ; kb:once true ; kb:againstInterestOf kb:victim .\n'
    )
    own(kb, "ontology/own.ttl", good)
    assert kb("validate").code == 0
    own(kb, "ontology/own.ttl", f"{head}    {declared} .\n")
    done = kb("validate")
    assert (done.code, f"ontology/own.ttl:3: error predicate-value: {says}" in done.out) == (
        1,
        True,
    )
    assert "ontology/own.ttl:3" in kb("status").err
