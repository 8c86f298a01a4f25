"""kb push, kb pull and questions to a server, with a real Oxigraph server."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from conftest import MORE, Kb
from faults.servers import endless, listening, whole
from real_servers import oxigraph
from sparql_server import serving

from kb.app import knowledge_base, stored_files
from kb.app.derivation import materialisation
from kb.errors import Conflict
from kb.exchange import dataset, rdf
from kb.model.vocabulary import NS
from kb.rdf import normalized, partition
from kb.store import probing, sparql
from kb.store.endpoint import RemoteStore
from kb.store.remote_writer import GraphStoreWriter, UpdateWriter
from kb.workspace.caches import server_findings
from kb.workspace.files.server_settings import Server

# A push that is killed when a part of the graphs has been sent.
KILLED = """
import os, signal, sys
from kb.app import knowledge_base, stored_files
from kb.app.derivation import materialisation
from kb.store.remote_writer import GraphStoreWriter
sent, write = [], GraphStoreWriter.write
def writing(self, *given):
    write(self, *given)
    sent.append(given)
    if len(sent) == 3:
        os.kill(os.getpid(), signal.SIGKILL)
GraphStoreWriter.write = writing
knowledge_base.open(sys.argv[1]).push("store")
"""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with oxigraph() as running:
        yield running


@pytest.fixture
def shared(kb: Kb, server: Server) -> Kb:
    """A knowledge base with a table for the server, which has no graphs of it."""
    prefix = f"https://example.org/{kb.root.parent.name}/"
    settings = kb.root / "kb.toml"
    lines = (
        "[servers.team]",
        f'query = "{server.query}"',
        f'update = "{server.update}"',
        f'graphs = "{prefix}"',
        "[servers.store]",
        f'query = "{server.query}"',
        f'graph_store = "{server.update.removesuffix("/update")}/store"',
        f'graphs = "{prefix}"',
        "[servers.direct]",
        f'query = "{server.query}"',
        f'update = "{server.update}"',
        f'graphs = "{prefix}"',
        'method = "post-direct"',
    )
    settings.write_text(settings.read_text() + "\n".join(lines) + "\n")
    assert kb("fsck", "--accept").code == 0
    return kb


def test_a_push_sends_everything_once_and_then_what_changed(shared: Kb) -> None:
    tried = shared("push", "team", "--dry-run")
    assert "send     claims/main/entities.ttl" in tried.out
    first = shared("push", "team")
    assert first.code == 0, first.err
    assert "sent     claims/main/entities.ttl" in first.out
    again = shared("push", "team")
    assert (again.code, again.out) == (0, "")
    assert shared.sheet(MORE).code == 0
    changed = shared("push", "team").out
    assert "claims/main/claims/general.ttl" in changed
    assert "derived/status" in changed
    assert "ontology" not in changed


def test_a_push_reads_only_what_changed_and_derives_nothing_if_nothing_did(
    shared: Kb, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, derived = [], []
    reading, deriving = stored_files.read, materialisation.worked_out
    monkeypatch.setattr(stored_files, "read", lambda *a: read.append(a[0]) or reading(*a))
    monkeypatch.setattr(materialisation, "worked_out", lambda *a: derived.append(a) or deriving(*a))

    def work(command: str = "push") -> tuple[set[str], int]:
        """Push or pull, and return the files that were read, and how often statuses were
        derived.
        """
        read.clear()
        derived.clear()
        kb = knowledge_base.open(str(shared.root))
        done = kb.push("team") if command == "push" else kb.pull("team")
        assert not done.removed
        return set(read), len(derived)

    everything, _ = work()
    assert len(everything) == 3
    assert work() == (set(), 0)
    assert work("pull") == (set(), 0)
    assert shared.sheet(MORE).code == 0
    changed = {"claims/main/claims/general.ttl", "claims/main/sources/2024-quarrel.ttl"}
    assert work() == (changed, 1)
    (shared.root / ".kb/graphs.json").write_text("{}")
    assert shared("edit", "entity/northland", "note=seen").code == 0
    assert work() == (everything, 1)
    assert shared("push", "team").out == ""


@pytest.mark.parametrize("name", ["team", "store"])
def test_of_what_is_derived_only_parts_with_a_change_are_sent(
    shared: Kb, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(partition, "parts", partial(partition.parts, most=12))

    def derived() -> set[str]:
        """Push, and return the parts that were sent."""
        done = knowledge_base.open(str(shared.root)).push(name)
        return {graph for graph in done.sent if "/derived/status" in graph}

    everything = derived()
    assert shared.sheet(MORE).code == 0
    changed = derived()
    assert changed
    assert len(changed) < len(everything)
    for question in ("disputed", "status-overview"):
        here = shared("query", question, "--format", "csv")
        there = shared("query", question, "--format", "csv", "--endpoint", name)
        assert there.out == here.out, there.err
    assert copied(shared)("pull", name).code == 0


@pytest.mark.parametrize("name", ["team", "store", "direct"])
def test_what_is_pushed_comes_back_byte_for_byte(shared: Kb, name: str) -> None:
    assert shared("push", name).code == 0
    other = copied(shared)
    pulled = other("pull", name)
    assert pulled.code == 0, pulled.err
    claims = {path: text for path, text in shared.tree().items() if path.startswith("claims/")}
    assert {p: t for p, t in other.tree().items() if p.startswith("claims/")} == claims
    assert other("pull", name).out == ""
    assert other("undo").code == 0
    assert not list((other.root / "claims").rglob("*.ttl"))


def test_questions_have_the_same_answer_there(shared: Kb) -> None:
    refused = shared.refuses(1, "query", "disputed", "--endpoint", "team")
    assert re.search("no claims|only claims of other", refused)
    assert shared("push", "team").code == 0
    for question in ("disputed", "status-overview", "one-voice"):
        here = shared("query", question, "--format", "csv")
        there = shared("query", question, "--format", "csv", "--endpoint", "team")
        assert there.out == here.out, there.err


def test_a_change_by_somebody_else_is_not_overwritten(shared: Kb) -> None:
    assert shared("push", "team").code == 0
    other = copied(shared)
    assert other("pull", "team").code == 0
    assert shared.sheet(MORE).code == 0
    assert shared("push", "team").code == 0
    # The other one is behind, and has an edit of its own.
    assert other("edit", "the-coastguard-entered-oldport", "note=seen").code == 0
    assert "claims/main/claims/general.ttl" in other.refuses(4, "push", "team")
    assert "claims/main/claims/general.ttl" in other.refuses(4, "pull", "team")
    assert other("undo").code == 0
    pulled = other("pull", "team")
    assert "wrote    claims/main/claims/general.ttl" in pulled.out, pulled.err
    assert other("edit", "the-coastguard-entered-oldport", "note=seen").code == 0
    assert other("push", "team").code == 0


@pytest.mark.parametrize("home", ["entities.ttl", "layla.ttl"])
def test_what_is_marked_stays_here_and_leaves_no_trace_there(
    shared: Kb, server: Server, home: str
) -> None:
    # The path of a file is a part of the name of its graph.
    (shared.root / "claims/main/entities.ttl").rename(shared.root / "claims/main" / home)
    assert shared("fsck", "--accept").code == 0
    assert shared("push", "team").code == 0
    assert shared("edit", "entity/layla", "sensitive=yes").code == 0
    own, parts = records(shared), marked(shared)
    assert len(parts) > 1
    for name in ("team", "store"):
        pushed = shared("push", name)
        assert pushed.code == 0, pushed.err
        there = dump(shared, server)
        assert "northland" in there
        assert not re.search("layla|ليلى|\\\\u0644", there, re.IGNORECASE)
        # A pull of the own push, with or without force, takes nothing away.
        assert [shared("pull", name, *force).out for force in ((), ("--force",))] == ["", ""]
    other = copied(shared)
    assert other("pull", "team").code == 0
    for note in ("seen", "seen again"):
        assert other("edit", "entity/northland", f"note={note}").code == 0
        assert other("push", "team").code == 0
        pulled = shared("pull", "team")
        assert pulled.out == f"wrote    claims/main/{home}\n", pulled.err
        assert marked(shared) == parts
        assert f'"{note}"' in (shared.root / "claims/main" / home).read_text()
        assert shared("validate").code == 0
        # What the pull brought is not taken for a version of somebody else.
        assert shared("edit", "entity/oldport", f"note={note}").code == 0
        assert shared("push", "team").code == 0
        assert other("pull", "team").code == 0
    assert records(shared).keys() == own.keys()


def test_a_pull_by_force_replaces_only_what_is_public(shared: Kb) -> None:
    assert shared("edit", "entity/layla", "sensitive=yes").code == 0
    assert shared("push", "team").code == 0
    before = records(shared)
    assert shared("edit", "entity/layla", "note=hidden").code == 0
    assert shared("edit", "entity/northland", "note=not pushed").code == 0
    assert "entities.ttl" in shared.refuses(4, "pull", "team")
    assert shared("pull", "team", "--force").out == "wrote    claims/main/entities.ttl\n"
    after = records(shared)["claims/main/entities.ttl"]
    assert "not pushed" not in after
    hidden = [line for line in after.splitlines(keepends=True) if "hidden" in line]
    assert len(hidden) == 1
    assert after.replace(hidden[0], "") == before["claims/main/entities.ttl"]


def test_a_record_that_was_marked_since_the_push_stays_as_it_is_here(shared: Kb) -> None:
    assert shared("push", "team").code == 0
    other = copied(shared)
    assert other("pull", "team").code == 0
    assert other("edit", "entity/layla", "note=theirs").code == 0
    assert other("push", "team").code == 0
    assert shared("edit", "entity/layla", "sensitive=yes", "note=hidden").code == 0
    before = marked(shared)
    assert shared("pull", "team", "--force").code == 0
    assert marked(shared) == before


def test_a_pull_by_force_mixes_no_files_after_one_was_added(shared: Kb) -> None:
    entities = shared.root / "claims/main/entities.ttl"
    layla = entities.rename(entities.with_name("layla.ttl"))
    assert shared("fsck", "--accept").code == 0
    assert shared("edit", "entity/layla", "sensitive=yes").code == 0
    assert shared("push", "team").code == 0
    before = records(shared)
    text = layla.read_text().partition("<entity/")[0] + "<entity/new> a kb:Entity .\n"
    layla.with_name("aaa.ttl").write_text(text)  # now the numbers of the others are different
    assert shared("pull", "team", "--force").code == 0
    after = records(shared)
    claims = "claims/main/claims/general.ttl"
    assert after[claims] == before[claims]
    lines = {line for text in after.values() for line in text.splitlines()}
    assert set(before[str(layla.relative_to(shared.root))].splitlines()) <= lines


def test_words_that_are_too_long_to_leave_are_not_replaced_by_shorter_ones(shared: Kb) -> None:
    settings = shared.root / "kb.toml"
    settings.write_text(settings.read_text().replace("whole", "fragments"))
    assert shared("push", "team").code == 0
    other = copied(shared)
    assert other("pull", "team").code == 0
    assert other("edit", "source/2024-quarrel", "title=A Quarrel").code == 0
    assert other("push", "team").code == 0
    assert "shorten the fragment" in shared.refuses(1, "pull", "team", "--force")


def test_what_was_edited_by_hand_between_two_pushes_is_no_conflict(shared: Kb) -> None:
    entities = shared.root / "claims/main/entities.ttl"
    for name in ("Harbour police", "Harbour watch"):
        text = entities.read_text()
        entities.write_text(re.sub(r'prefLabel "[^"]*"', f'prefLabel "{name}"', text, count=1))
        pushed = shared("push", "team")
        assert pushed.code == 0, pushed.err
        assert "claims/main/entities.ttl" in pushed.out


def test_statuses_that_are_missing_on_the_server_are_not_an_empty_answer(
    shared: Kb, server: Server
) -> None:
    assert shared("push", "team").code == 0
    graphs = re.search('graphs = "(.*)"', (shared.root / "kb.toml").read_text())
    assert graphs
    UpdateWriter(server.update, 30).write({f"{graphs[1]}derived/status": ""})
    assert "has no status for" in shared.refuses(1, "query", "disputed", "--endpoint", "team")


def test_a_graph_that_another_program_changed_is_not_pulled(shared: Kb, server: Server) -> None:
    assert shared("push", "team").code == 0
    graphs = re.search('graphs = "(.*)"', (shared.root / "kb.toml").read_text())
    assert graphs
    text = "<https://example.org/x> <https://example.org/p> <https://example.org/y> .\n"
    UpdateWriter(server.update, 30).write({f"{graphs[1]}claims/main/entities.ttl": text})
    other = copied(shared)
    assert "changed on the server by another program" in other.refuses(1, "pull", "team")
    assert not list((other.root / "claims").rglob("*.ttl"))
    assert shared("push", "team").out == ""
    assert "claims/main/entities.ttl" in shared("push", "team", "--force").out
    assert other("pull", "team").code == 0


def test_a_description_of_which_a_part_is_missing_is_not_pulled(shared: Kb, server: Server) -> None:
    assert shared("push", "team").code == 0
    graphs = re.search('graphs = "(.*)"', (shared.root / "kb.toml").read_text())
    assert graphs
    there = RemoteStore(server.query).construct(sparql.triples_of(f"{graphs[1]}dataset"))
    part = [t for t in there if "entities.ttl" not in f"{t[0].value} {t[2].value}"]
    UpdateWriter(server.update, 30).write({f"{graphs[1]}dataset": rdf.ntriples(part)})
    other = copied(shared)
    for force in ([], ["--force"]):
        assert "only part of it arrived" in other.refuses(1, "pull", "team", *force)
    assert not list((other.root / "claims").rglob("*.ttl"))
    assert "never had" in shared.refuses(4, "push", "team")
    assert shared("push", "team", "--force").code == 0
    assert other("pull", "team").code == 0


@pytest.mark.parametrize("status", ["206 Partial Content", "204 No Content", "202 Accepted"])
def test_a_part_of_a_graph_is_not_pulled(shared: Kb, status: str) -> None:
    assert shared("push", "store").code == 0
    page = whole("<urn:a> <urn:b> <urn:c> .\n", "application/n-triples", status)
    with listening(lambda path, other: page(other)) as (port, _):
        settings = shared.root / "kb.toml"
        text = re.sub(
            'graph_store = ".*"', f'graph_store = "http://127.0.0.1:{port}/"', settings.read_text()
        )
        settings.write_text(text)
        assert status[:3] in shared.refuses(1, "pull", "store")


def test_an_export_with_what_is_derived_answers_questions_on_any_server(kb: Kb) -> None:
    here = kb("query", "disputed", "--format", "csv")
    with oxigraph() as server:
        place = server.query.removesuffix("/query")
        for export in (("nquads",), ("nquads", "--derived")):
            data = kb("export", *export).out.encode()
            headers = {"Content-Type": "application/n-quads"}
            request = urllib.request.Request(f"{place}/store", data, headers, method="POST")
            urllib.request.urlopen(request, timeout=60).close()
            asked = kb("query", "disputed", "--format", "csv", "--endpoint", server.query)
            assert (asked.code, asked.out) == ((0, here.out) if export[1:] else (1, "")), asked.err


def test_the_description_states_licence_version_and_counts(shared: Kb) -> None:
    settings = shared.root / "kb.toml"
    licence = "https://creativecommons.org/licenses/by/4.0/"
    text = settings.read_text()
    assert shared("push", "team").code == 0
    settings.write_text(f'licence = "{licence}"\n{text}')
    assert shared("fsck", "--accept").code == 0
    # Only the licence is new, and it arrives.
    assert shared("push", "team").out == ""
    query = (
        "PREFIX dct: <http://purl.org/dc/terms/> PREFIX dcat: <http://www.w3.org/ns/dcat#> "
        "PREFIX void: <http://rdfs.org/ns/void#> SELECT ?licence ?version ?triples "
        "{ ?set dct:license ?licence ; dcat:version ?version ; void:triples ?triples }"
    )
    found = shared("query", "-", "--endpoint", "team", "--format", "csv", stdin=query).out
    assert re.fullmatch(rf"licence,version,triples\n{licence},[0-9a-f]{{16}},\d+\n", found)
    settings.write_text(f'licence = "CC BY"\n{text}')
    assert re.search(r"kb\.toml:1: licence must be", shared.refuses(3, "stats"))


def test_how_a_server_must_be_asked_is_found_out_once(
    shared: Kb, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert shared("push", "team").code == 0
    probes = []
    original = probing.dataset
    monkeypatch.setattr(probing, "dataset", lambda *given: probes.append(given) or original(*given))
    kb = knowledge_base.open(str(shared.root))
    here = kb.query("disputed", {})
    for _ in range(3):
        assert kb.query_at("team", "disputed", {}) == here
    assert len(probes) == 1


@pytest.mark.parametrize(
    ("options", "before"),
    [((), server_findings.UNION), (("--union-default-graph",), server_findings.NAMED)],
)
@pytest.mark.parametrize(
    "query",
    [
        f"SELECT (COUNT(*) AS ?number) {{ ?claim a <{NS}Claim> }}",
        'SELECT DISTINCT ?type { ?s a ?type FILTER(STRENDS(STR(?type), "Claim")) }',
    ],
)
def test_a_server_that_was_set_up_in_another_way_today_is_probed_again(
    kb: Kb, options: tuple[str, ...], before: str, query: str
) -> None:
    with oxigraph(*options) as server:
        settings = kb.root / "kb.toml"
        lines = f'[servers.team]\nquery = "{server.query}"\nupdate = "{server.update}"\n'
        settings.write_text(settings.read_text() + lines)
        assert kb("fsck", "--accept").code == 0
        assert kb("push", "team").code == 0
        folder = knowledge_base.open(str(kb.root)).folder
        server_findings.keep(folder, server.query, before)
        here = kb("query", "-", "--format", "csv", stdin=query).out
        there = kb("query", "-", "--format", "csv", "--endpoint", "team", stdin=query)
        assert there.out == here, there.err


def test_a_push_that_was_killed_is_completed_by_the_next_one(shared: Kb) -> None:
    command = [sys.executable, "-c", KILLED, str(shared.root)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert "interrupted" in shared.refuses(1, "query", "disputed", "--endpoint", "store")
    other = copied(shared)
    assert "interrupted push" in other.refuses(1, "pull", "store")
    # The description and two graphs had arrived.
    first, *rest = (
        line.split()[1] for line in shared("push", "store", "--dry-run").out.splitlines()
    )
    again = shared("push", "store")
    assert again.code == 0
    assert "2 graphs unchanged" in again.err
    assert [line.split()[1] for line in again.out.splitlines()] == [first, *rest]
    here = shared("query", "disputed", "--format", "csv")
    assert shared("query", "disputed", "--format", "csv", "--endpoint", "store").out == here.out
    assert other("pull", "store").code == 0


@pytest.mark.parametrize("command", ["push", "pull"])
@pytest.mark.parametrize("seconds", ["0", "-1", "nan", "4000"])
def test_a_time_that_is_none_is_refused(shared: Kb, command: str, seconds: str) -> None:
    assert "--timeout" in shared.refuses(2, command, "team", "--timeout", seconds)


@pytest.mark.parametrize("command", ["push", "pull"])
def test_a_server_that_does_not_answer_is_waited_for_as_long_as_asked(
    shared: Kb, command: str
) -> None:
    with listening(lambda path, other: endless(b"")(other)) as (port, _):
        settings = shared.root / "kb.toml"
        here = f"http://127.0.0.1:{port}/"
        settings.write_text(
            f'{settings.read_text()}[servers.dumb]\nquery = "{here}"\nupdate = "{here}"\n'
        )
        assert shared("fsck", "--accept").code == 0
        assert "in time" in shared.refuses(1, command, "dumb", "--timeout", "1")


@pytest.mark.parametrize("status", ["200 OK", "202 Accepted", "500 Error", "302 Found"])
def test_a_push_to_an_address_that_stores_nothing_is_an_error(
    shared: Kb, server: Server, status: str
) -> None:
    page = whole("<p>Sign in</p>", "text/html", status)
    with listening(lambda path, other: page(other)) as (port, _):
        settings = shared.root / "kb.toml"
        lines = f'query = "{server.query}"\nupdate = "http://127.0.0.1:{port}/"\n'
        settings.write_text(
            f'{settings.read_text()}[servers.page]\n{lines}graphs = "https://example.org/{port}/"\n'
        )
        assert shared("fsck", "--accept").code == 0
        said = shared.refuses(1, "push", "page")
    assert re.search("does not have what was sent|could not answer", said)


def test_of_two_pushes_at_the_same_time_one_is_refused(
    shared: Kb, monkeypatch: pytest.MonkeyPatch
) -> None:
    kb, other = (knowledge_base.open(str(shared.root)) for _ in range(2))
    write, writes = GraphStoreWriter.write, []

    def overtaken(self: GraphStoreWriter, *given: Mapping[str, str]) -> None:
        """Let the other one push after the third request."""
        write(self, *given)
        writes.append(given)
        if len(writes) == 3:
            other.push("store", False, True, 30)

    monkeypatch.setattr(GraphStoreWriter, "write", overtaken)
    with pytest.raises(Conflict, match="at the same time"):
        kb.push("store", False, False, 30)
    monkeypatch.undo()
    assert shared("query", "disputed", "--endpoint", "store").code == 0


def test_what_is_derived_is_the_same_in_every_format(kb: Kb) -> None:
    found = {}
    for name, format in (("turtle", "turtle"), ("ntriples", "nt"), ("jsonld", "json-ld")):
        text = kb("export", name, "--derived").out
        found[name] = set(rdflib.Graph().parse(data=text, format=format))
    assert found["turtle"] == found["ntriples"] == found["jsonld"]
    kinds = {str(o).rpartition("#")[2] for _, p, o in found["turtle"] if p == rdflib.RDF.type}
    assert {"Claim", "Status", "Policy", "Predicate", "Dataset"} <= kinds
    assert "--derived is for" in kb.refuses(2, "export", "facts", "--derived")


@pytest.mark.parametrize("file", ["kb.toml", "ontology/predicates.ttl", "../x.ttl"])
def test_a_server_cannot_have_other_files_written_than_records(
    kb: Kb, server: Server, file: str
) -> None:
    base = f"https://example.org/{kb.root.parent.name}/"
    own = copied(kb)
    settings = own.root / "kb.toml"
    text = settings.read_text().replace("https://example.org/quarrel/", base)
    settings.write_text(f'{text}[servers.team]\nquery = "{server.query}"\n')
    description = dataset.describe(
        dataset.Facts(base, "https://example.org/policy"),
        {f"{base}x": dataset.Graph(file, normalized.digest([]))},
    )
    UpdateWriter(server.update, 30).write({f"{base}dataset": rdf.ntriples(description)})
    before = settings.read_bytes()
    assert "not a file of records" in own.refuses(1, "pull", "team", "--force")
    assert settings.read_bytes() == before
    assert not (own.root / "ontology").exists()


def test_a_description_never_names_the_graph_of_somebody_else() -> None:
    base, other = "https://example.org/a/", "https://example.org/b/claims"
    facts, graph = dataset.Facts(base, "https://example.org/p"), dataset.Graph("", "0")
    description = dataset.describe(facts, {other: graph, f"{base}x": graph})
    assert list(dataset.read(base, description)) == [f"{base}x"]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('quary = "https://x.org/"', "no key “quary”"),
        ('password = "s3cret"', "no key “password”"),
        ("query = 5", "must be an address"),
        ('query = "ftp://x.org/"', "not the address"),
        ('query = "http://u:s3cret@x.org/"', "not the address"),
        ('query = "http://x.org/"\ntimeout = 0', "above 0"),
        ('query = "http://x.org/"\ngraphs = "x"', "absolute IRI"),
        ('query = "http://x.org/"\nmethod = "put"', "one of post, post-direct, get"),
        ('query = "http://x.org/"\nmethod = ["get"]', "one of post, post-direct, get"),
    ],
)
def test_a_wrong_table_is_an_error_with_its_line(kb: Kb, line: str, says: str) -> None:
    settings = kb.root / "kb.toml"
    settings.write_text(settings.read_text() + f"[servers.team]\n{line}\n")
    err = kb.refuses(3, "stats")
    assert says in err
    assert re.search(r"kb\.toml:\d+: ", err)
    assert "s3cret" not in err


@pytest.mark.parametrize("method", ["post-direct", "get"])
def test_how_a_server_accepts_queries_is_found_out_or_stated(kb: Kb, method: str) -> None:
    query, settings = "SELECT ?a { VALUES ?a { 1 } }", kb.root / "kb.toml"
    with serving(ox.Store()) as server:
        server.methods = {method}
        ask = ("query", "-", "--format", "csv", "--endpoint")
        assert kb(*ask, server.endpoint, stdin=query).out == "a\n1\n"
        table = f'[servers.other]\nquery = "{server.endpoint}?x=1"\nmethod = "%s"\n'
        settings.write_text(settings.read_text() + table % method)
        server.seen.clear()
        assert kb(*ask, "other", stdin=query).out == "a\n1\n"
        assert {way for way, _ in server.seen} == {method}
        settings.write_text(settings.read_text().replace(f'"{method}"', '"post"'))
        assert "set method" in kb.refuses(1, *ask, "other", stdin=query)


def test_a_server_without_an_address_to_write_to_says_what_to_add(kb: Kb) -> None:
    assert "update or graph_store" in kb.refuses(2, "push", "http://127.0.0.1:9/query")
    assert "no server “team”" in kb.refuses(2, "push", "team")


def test_a_parameter_of_an_address_is_in_no_message_and_not_in_the_log(
    shared: Kb, server: Server
) -> None:
    for command in ("push", "pull"):
        said = shared(command, "http://127.0.0.1:9/query?key=s3cret")
        assert (said.code, "s3cret" in said.err) in ((2, False), (3, False))
    # Without a prefix of its own, this server has the names of graphs that are in the base.
    other = copied(shared)
    for place in (shared, other):
        settings = place.root / "kb.toml"
        base = f"https://example.org/{shared.root.parent.name}/log/"
        settings.write_text(settings.read_text().replace("https://example.org/quarrel/", base))
    (other.root / "claims/main").mkdir()
    text = (shared.root / "claims/main/entities.ttl").read_text()
    (other.root / "claims/main/entities.ttl").write_text(
        text.replace("https://example.org/quarrel/", base)
    )
    settings = other.root / "kb.toml"
    settings.write_text(re.sub("graphs = .*", "", settings.read_text()))
    pushed = other("push", "team")
    assert pushed.code == 0, pushed.err
    empty = copied(other)
    pulled = empty("pull", f"{server.query}?key=s3cret")
    assert pulled.code == 0, pulled.err
    assert "s3cret" not in empty("log").out
    assert not [
        p
        for p in (empty.root / ".journal").rglob("*")
        if p.is_file() and b"s3cret" in p.read_bytes()
    ]


def copied(kb: Kb) -> Kb:
    """Another knowledge base with the same settings and no records."""
    other = Kb(Path(f"{kb.root}-other"))
    shutil.rmtree(other.root, ignore_errors=True)
    (other.root / "claims").mkdir(parents=True)
    shutil.copy(kb.root / "kb.toml", other.root)
    return other


def records(kb: Kb) -> dict[str, str]:
    """The texts of all files of present records, by path."""
    found = (path for path in (kb.root / "claims").rglob("*.ttl") if "history" not in path.parts)
    return {str(path.relative_to(kb.root)): path.read_text() for path in found}


def marked(kb: Kb) -> set[str]:
    """The blocks of records that name Layla."""
    blocks = [block for text in records(kb).values() for block in text.split("\n\n")]
    return {block.strip() for block in blocks if "layla" in block}


def dump(kb: Kb, server: Server) -> str:
    """The graphs of a knowledge base on a server, as N-Quads."""
    prefix = f"<https://example.org/{kb.root.parent.name}/"
    address = f"{server.update.removesuffix('/update')}/store"
    request = urllib.request.Request(address, headers={"Accept": "application/n-quads"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        lines = answer.read().decode().splitlines()
    return "\n".join(line for line in lines if prefix in line)
