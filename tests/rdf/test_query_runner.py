"""Queries in a child with limits: whatever is asked, this process goes on and says in one sentence
what happened.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sparql_server import serving

from kb.errors import KbError, Refused, Unreadable, Usage
from kb.rdf.query_runner import Limits, directly, run, several
from kb.store import Answer, Reader, Sequence, Term, Triple
from kb.store.endpoint import RemoteStore
from kb.store.faults import Locked
from kb.store.oxigraph import EmbeddedStore
from kb.store.rdflib import MemoryStore

EX = "https://example.org/"
TRIPLES = [
    (Term("iri", f"{EX}s{n}"), Term("iri", EX + "p"), Term("iri", f"{EX}s{n + 1}"))
    for n in range(300)
]
CROSS = " . ".join(f"?s{n} ?p{n} ?o{n}" for n in range(6))
SMALL = Limits(seconds=1, memory=256 * 2**20)
STORES: dict[str, EmbeddedStore | MemoryStore] = {
    "embedded": EmbeddedStore(None),
    "memory": MemoryStore(),
}
for _store in STORES.values():
    _store.replace(
        EX + "g",
        [
            *TRIPLES,
            (
                Term("iri", EX + "s"),
                Term("iri", EX + "says"),
                Term("literal", "نعم\t«да»", language="ar"),
            ),
        ],
    )


@pytest.mark.parametrize("name", STORES)
def test_an_answer_equals_that_of_the_store_itself(name: str) -> None:
    store = STORES[name]
    query = f"SELECT ?o ?none {{ <{EX}s> ?p ?o OPTIONAL {{ ?o ?q ?none }} }}"
    assert run(lambda: store, query) == store.select(query)
    assert run(lambda: store, query) != Answer((), ())
    assert run(lambda: store, f"ASK {{ <{EX}s> ?p ?o }}") is True
    assert run(lambda: store, f"ASK {{ <{EX}none> ?p ?o }}") is False
    query = "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }"
    assert run(lambda: store, query) == tuple(store.construct(query))


def test_a_store_elsewhere_is_asked_directly_and_under_the_same_refusals() -> None:
    queries = (
        "SELECT ?o { ?s ?p ?o } ORDER BY ?o",
        "ASK { ?s ?p ?o }",
        "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }",
    )
    expected = [
        run(lambda: STORES["embedded"], query) for query in queries
    ]  # before there are threads
    with serving(STORES["embedded"]._live) as server:  # type: ignore[union-attr, arg-type]
        remote = RemoteStore(server.endpoint, timeout=5)
        assert [directly(remote, query) for query in queries] == expected
        seen = len(server.seen)
        with pytest.raises(Refused, match="another server"):
            directly(remote, "SELECT * { SERVICE <http://127.0.0.1:1/> {} }")
        assert len(server.seen) == seen


def test_an_answer_much_larger_than_a_pipe_arrives_whole() -> None:
    query = "SELECT ?a ?b { ?a ?p ?x . ?b ?q ?y }"
    answer = run(lambda: STORES["embedded"], query, Limits(files=0))
    assert isinstance(answer, Answer)
    assert len(answer.rows) == 301 * 301


HOSTILE = {
    "parentheses": "SELECT * { FILTER(" + "(" * 5000 + "1" + ")" * 5000 + ") }",
    "braces": "SELECT * " + "{" * 5000 + "}" * 5000,
    "negations": "SELECT * { FILTER(" + "!" * 50_000 + "true) }",
    "cross join": f"SELECT (COUNT(*) AS ?n) {{ {CROSS} }}",
    "sorted cross join": f"SELECT * {{ {CROSS} }} ORDER BY ?o5 ?s0",
    "rows without end": f"SELECT * {{ {CROSS} }}",
    "constructed cross join": f"CONSTRUCT {{ ?s0 ?p1 ?o2 }} {{ {CROSS} }}",
    "paths": "SELECT (COUNT(*) AS ?n) { ?a (<x:a>|!<x:b>)* ?b . ?c (<x:a>|!<x:b>)* ?d . ?e (<x:a>|!<x:b>)* ?f }",
    "doubling text": "SELECT ?x29 { BIND('aaaaaaaaaaaaaaaa' AS ?x0) "
    + " ".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(32))
    + " }",
    "regular expression": "SELECT * { ?s ?p ?o FILTER(REGEX('"
    + "a" * 5000
    + "', '"
    + "(a*)*" * 200
    + "b')) }",
}


@pytest.mark.timeout(60)
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_query_ends_within_its_limits_and_this_process_goes_on(
    name: str, capfd: pytest.CaptureFixture[str]
) -> None:
    before = children()
    with contextlib.suppress(Refused, Usage):
        run(lambda: STORES["embedded"], HOSTILE[name], SMALL)
    assert capfd.readouterr() == ("", "")
    assert run(lambda: STORES["embedded"], "ASK {}") is True
    assert children() <= before, "a child was left behind"


def children() -> set[str]:
    """The processes that this one has started and not yet reaped."""
    tasks = Path("/proc/self/task").glob("*/children")
    return {number for task in tasks for number in task.read_text().split()}


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("parentheses", "crashed the engine"),
        ("braces", "crashed the engine"),
        ("cross join", "longer than 1 second"),
    ],
)
def test_what_happened_is_said(name: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        run(lambda: STORES["embedded"], HOSTILE[name], SMALL)


def test_the_reference_store_is_held_by_the_same_limits() -> None:
    for name in ("parentheses", "cross join"):
        with pytest.raises((Refused, Usage)):
            run(lambda: STORES["memory"], HOSTILE[name], SMALL)


def test_a_syntax_error_is_a_wrong_request_with_its_place() -> None:
    with pytest.raises(Usage, match=r"line 2, column 16"):
        run(lambda: STORES["embedded"], "SELECT ?x\nWHERE { ?x ?y }")


def test_an_answer_over_the_size_limit_is_refused_and_not_cut() -> None:
    with pytest.raises(Refused, match=r"larger than 0.000977 MiB.  hint: narrow"):
        run(lambda: STORES["embedded"], "SELECT * { ?s ?p ?o }", Limits(result=1024))


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE <http://127.0.0.1:1/> {} }",
        "DROP ALL",
        "SELECT * FROM <file:///etc/hosts> {}",
    ],
)
def test_nothing_runs_that_is_to_be_refused(query: str) -> None:
    def opened() -> Reader:
        raise AssertionError

    with pytest.raises(Refused, match=r"another server|change data|not in this knowledge base"):
        run(opened, query)


class Answering(MemoryStore):
    """A store whose SELECT does as the test wants; all else is the reference."""

    def __init__(self, act: object) -> None:
        super().__init__()
        self.act = act

    def select(self, query: str) -> Answer:
        assert callable(self.act)
        return Answer(("x",), ((Term("literal", str(self.act())),),))

    def construct(self, query: str) -> Sequence[Triple]:
        os._exit(0)


def said(act: object, limits: Limits = SMALL) -> str:
    answer = run(lambda: Answering(act), "SELECT * {}", limits)
    assert isinstance(answer, Answer)
    return next(iter(answer.dicts()))["x"] or ""


def test_a_query_longer_than_anybody_writes_is_refused_before_it_is_looked_through() -> None:
    not_even_sparql = "\0" * 200_001
    with pytest.raises(Refused, match="the most is 200,000"):
        run(lambda: STORES["embedded"], not_even_sparql)


def test_the_child_can_open_no_file_and_no_connection() -> None:
    for act in ("open('/dev/null')", "__import__('socket').socket()"):
        with pytest.raises(Refused, match="Too many open files"):
            said(lambda act=act: eval(act))


def test_the_child_has_no_network_when_it_may_open_files() -> None:
    def reach() -> str:
        import socket

        with (
            socket.create_server(("127.0.0.1", 0)) as server,
            socket.create_connection(server.getsockname(), timeout=1),
        ):
            return "reached"

    if (
        os.path.exists("/proc/self/ns/net")
        and subprocess.run(["unshare", "-Un", "true"], capture_output=True).returncode == 0
    ):
        with pytest.raises(Refused, match="could not be answered"):
            said(reach, Limits(seconds=3, files=64))


def test_a_child_that_takes_too_much_memory_is_refused() -> None:
    with pytest.raises(Refused, match="more memory"):
        said(lambda: "x" * 10**9)


def test_a_child_that_is_killed_or_leaves_early_gives_no_answer() -> None:
    with pytest.raises(Refused, match="memory"):
        said(lambda: os.kill(os.getpid(), 9))
    with pytest.raises(Refused, match="crashed the engine"):
        said(os.abort)
    with pytest.raises(Refused, match="crashed the engine"):
        run(lambda: Answering(None), "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }")


def test_a_child_that_sleeps_is_stopped_by_the_clock_on_the_wall() -> None:
    with pytest.raises(Refused, match=r"longer than 0\.3 seconds"):
        said(lambda: time.sleep(60), Limits(seconds=0.3))


def test_several_are_answered_in_order_by_a_store_opened_once(tmp_path: Path) -> None:
    opened = tmp_path / "opened"

    def once() -> Reader:
        opened.touch(exist_ok=False)
        return STORES["embedded"]

    asked = [
        "ASK {}",
        "SELECT ?nonsense",
        "SELECT (1 AS ?one) {}",
        "SELECT * { ?a ?p ?x . ?b ?q ?y } LIMIT 20000",
    ]
    sure, wrong, one, many = several(once, asked)
    assert (sure, opened.exists()) == (True, True)
    assert isinstance(wrong, Usage)
    assert isinstance(one, Answer)
    assert [c and c.value for c in one.rows[0]] == ["1"]
    assert isinstance(many, Answer)
    assert len(many.rows) == 20_000
    assert several(once, []) == []


@pytest.mark.timeout(60)
def test_of_several_one_that_goes_over_a_limit_ends_the_others() -> None:
    with pytest.raises(Refused, match="longer than 1 second"):
        several(lambda: STORES["embedded"], ["ASK {}", HOSTILE["cross join"], "ASK {}"], SMALL)


def test_an_answer_that_breaks_off_is_not_taken_for_complete() -> None:
    def break_off() -> str:
        """Make this child end after it has sent all but one byte."""
        send = os.write

        def short(stream: int, data: memoryview) -> int:
            send(stream, data[:-1])
            os._exit(0)

        os.write = short
        return "x"

    with pytest.raises(Refused, match="crashed the engine"):
        said(break_off)


def test_what_goes_wrong_on_opening_is_passed_on() -> None:
    def fails(error: Exception) -> Reader:
        raise error

    for error, kind in (
        (Unreadable("No index.", "make one"), Unreadable),
        (Locked("Busy."), Refused),
        (OSError("disk\nx"), Refused),
    ):
        with pytest.raises(kind, match=r"No index\.  hint: make one|Busy|disk"):
            run(lambda error=error: fails(error), "ASK {}")


def test_nothing_of_the_parent_is_flushed_or_ended_twice() -> None:
    script = (
        "import atexit, sys\n"
        "from kb.rdf.query_runner import run\n"
        "from kb.store.oxigraph import EmbeddedStore\n"
        "atexit.register(lambda: print('bye'))\n"
        "sys.stdout.write('hello ')\n"
        "run(lambda: EmbeddedStore(None), 'ASK {}')\n"
        "run(lambda: EmbeddedStore(None), 'SELECT (1 AS ?x) {}')\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert (ended.stdout, ended.stderr) == ("hello bye\n", "")


def test_a_child_that_crashes_says_nothing_even_to_a_fault_handler_of_the_parent() -> None:
    script = (
        "import faulthandler, os\n"
        "from kb.rdf.query_runner import run\n"
        "from kb.errors import Refused\n"
        "from kb.store.oxigraph import EmbeddedStore\n"
        "log = os.fdopen(os.dup(2), 'w')\n"
        "faulthandler.enable(log)\n"
        "try: run(lambda: EmbeddedStore(None), 'SELECT * ' + '{' * 5000 + '}' * 5000)\n"
        "except Refused: print('refused')\n"
        "faulthandler.disable()\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert (ended.stdout, ended.stderr) == ("refused\n", "")


def test_an_engine_that_is_loaded_in_the_child_only_can_still_be_asked() -> None:
    script = (
        "from kb.rdf.query_runner import run\n"
        "def opened():\n"
        "    from kb.store.rdflib import MemoryStore\n"
        "    return MemoryStore()\n"
        'print(run(opened, \'SELECT (COUNT(*) AS ?n) (SHA256("a") AS ?h) { ?s ?p ?o FILTER(REGEX(?o, "x")) }\').rows[0][0].value)\n'
    )
    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert (ended.stdout, ended.stderr) == ("0\n", "")


def test_an_index_on_disk_of_many_files_is_read_whole(tmp_path: Path) -> None:
    for n in range(12):
        store = EmbeddedStore(tmp_path / "index")
        store.replace(f"{EX}g{n}", [(s, Term("iri", f"{EX}p{n}"), o) for s, _, o in TRIPLES])
        store.close()
    answer = run(
        lambda: EmbeddedStore(tmp_path / "index", read_only=True),
        "SELECT * { ?s ?p ?o }",
        Limits(files=1024),
    )
    assert isinstance(answer, Answer)
    assert len(answer.rows) == 12 * 300


def test_descriptors_do_not_leak() -> None:
    before = len(os.listdir("/proc/self/fd")) if os.path.exists("/proc/self/fd") else 0
    for query in ("ASK {}", "SELECT * {", HOSTILE["parentheses"]):
        for _ in range(3):
            with contextlib.suppress(KbError):
                run(lambda: STORES["embedded"], query, SMALL)
    assert before == (len(os.listdir("/proc/self/fd")) if before else 0)
