"""`kb query` stops what takes too long or too much, and names the option that allows more."""

from __future__ import annotations

import hostile
import pytest
from conftest import Kb

from kb.app import knowledge_base
from kb.rdf.query_runner import Limits, OverLimit

BOMBS = hostile.bombs()
# An answer of about two megabytes.
LARGE = f"SELECT ?n ?x {{ VALUES ?n {{ {' '.join(map(str, range(200)))} }} BIND('{'x' * 10_000}' AS ?x) }}"


def test_a_query_that_takes_too_long_is_stopped_and_the_option_named(seen: Kb) -> None:
    said = seen.refuses(1, "query", "-", "--timeout", "1", stdin=BOMBS["paths everywhere"])
    assert (
        said
        == "error: The query took longer than 1 second.\nhint: narrow it or add a LIMIT; --timeout SECONDS allows more\n"
    )


def test_a_query_that_needs_too_much_memory_is_stopped_and_the_option_named(seen: Kb) -> None:
    said = seen.refuses(1, "query", "-", "--memory", "32", stdin=BOMBS["joined values"])
    assert "memory" in said
    assert "--memory MB allows more" in said


def test_an_answer_that_is_too_large_is_refused_whole_and_the_option_allows_it(seen: Kb) -> None:
    said = seen.refuses(1, "query", "-", "--memory", "16", stdin=LARGE)
    assert (
        said
        == "error: The answer is larger than 1 MiB.\nhint: narrow it or add a LIMIT; --memory MB allows more\n"
    )
    done = seen("query", "-", "--memory", "64", "--format", "csv", stdin=LARGE)
    assert (done.code, len(done.out.splitlines())) == (0, 201)


def test_limits_hold_for_a_saved_question_as_well(kb: Kb) -> None:
    own = kb.root / "queries/questions/slow.rq"
    own.parent.mkdir(parents=True)
    own.write_text(f"#+ summary: What takes long?\n{BOMBS['paths everywhere']}\n")
    assert "longer than 1 second" in kb.refuses(1, "query", "slow", "--timeout", "1")
    assert "longer than 10 seconds" in kb.refuses(1, "query", "slow")


@pytest.mark.parametrize("value", ["0", "-1", "nan", "inf", "3601", "1e9"])
def test_a_time_out_of_bounds_is_a_wrong_option(seen: Kb, value: str) -> None:
    assert "is not a number of seconds above 0 and up to 3600" in seen.refuses(
        2, "query", "disputed", "--timeout", value
    )


@pytest.mark.parametrize("value", ["0", "-5", "15", "65537"])
def test_a_memory_out_of_bounds_is_a_wrong_option(seen: Kb, value: str) -> None:
    assert "is not a number of megabytes from 16 to 65536" in seen.refuses(
        2, "query", "disputed", "--memory", value
    )


@pytest.mark.parametrize("option", ["--timeout", "--memory"])
def test_a_limit_that_is_no_number_is_a_wrong_option(seen: Kb, option: str) -> None:
    seen.refuses(2, "query", "disputed", option, "much", says=(option,))


def test_a_query_that_nobody_writes_is_refused_before_it_is_looked_through(seen: Kb) -> None:
    seen.refuses(
        1, "query", "-", stdin="SELECT * {} #" + "x" * 300_000, says=("the most is 200,000",)
    )
    seen.refuses(2, "query", "-", stdin="#" * 1_100_000, says=("larger than 1 MB",))
    seen.refuses(2, "query", seen.write("long.rq", "#" * 1_100_000), says=("larger than 1 MB",))


def test_a_program_that_uses_the_package_sets_its_own_limits(kb: Kb) -> None:
    opened = knowledge_base.open(str(kb.root))
    with pytest.raises(OverLimit, match=r"longer than 0\.5 seconds") as stopped:
        opened.query(BOMBS["paths everywhere"], {}, limits=Limits(seconds=0.5, files=512))
    assert stopped.value.resource == "seconds"
