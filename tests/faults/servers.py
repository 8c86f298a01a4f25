"""Hostile SPARQL servers on loopback: each answer becomes a sentence, in time, and no other host is
asked for anything.
"""

from __future__ import annotations

import gzip
import json
import multiprocessing
import resource
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from faults.figures import Figure, say, some
from kb.errors import KbError
from kb.model.rdf_terms import Answer, Term
from kb.store.endpoint import RemoteStore
from kb.store.remote_faults import MAX_BYTES

# Whole seconds for an answer, and how much later a busy machine may notice that they are over.
SECONDS, LATER = 3, 20
# Answers that are asked for at a time.
AT_ONCE = 12
MOST_MEMORY = 2 * 2**30
SELECT, ASK, CONSTRUCT = "SELECT ?a { ?a ?b ?c }", "ASK {}", "CONSTRUCT { ?a ?b ?c } { ?a ?b ?c }"
RESULTS = "application/sparql-results+json"
# What a server sends, byte by byte; pieces are sent one after the other, with this long a pause
# between two.
Pieces = Callable[[int], Iterator[bytes]]
PAUSE = 0.05


@dataclass(frozen=True)
class Case:
    """One answer to one query; `right` is what it says where it is a good one, and must then be
    read as.
    """

    name: str
    query: str
    pieces: Pieces
    right: object = None


@dataclass(frozen=True)
class Verdict:
    """How an answer was taken: `wrong` says what is wrong, if anything; `late` is over the limit."""

    wrong: str
    late: bool


def servers(sample: float) -> Iterator[Figure]:
    """Every answer of the bank to a query of its kind, then every address that is none.

    Several are asked at a time, each from a process of its own, because some answer never.
    """
    chosen = range(0, len(CASES), max(1, len(CASES) // some(len(CASES), sample)))

    def answer(path: bytes, other: int) -> Iterator[bytes]:
        """The answer of the case whose number is the path."""
        return CASES[int(path)].pieces(other) if path.isdigit() else LOOP(other)

    with multiprocessing.get_context("fork").Pool(AT_ONCE) as pool:
        with listening(answer) as (port, elsewhere):
            found = pool.starmap(_judged, [(port, number) for number in chosen], 1)
            time.sleep(4 * PAUSE)  # so that the other server can note who asked it last
            asked = len(elsewhere)
        pool.close()
        pool.join()
    for verdict in found:
        if verdict.wrong:
            say(verdict.wrong)
    wrong, late = sum(bool(v.wrong) for v in found), sum(v.late for v in found)
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    yield Figure(
        f"{len(chosen)} answers of a server: neither a sentence nor read rightly",
        "0",
        str(wrong),
        not wrong,
    )
    yield Figure(
        "answers of a server that are waited for beyond the limit", "0", str(late), late == 0
    )
    yield Figure("requests to another host, which a server asked for", "0", str(asked), asked == 0)
    yield Figure(
        "answers of a server: memory of the largest process",
        "2 GiB",
        f"{most / 2**30:.2f} GiB",
        most < MOST_MEMORY,
    )
    yield from _addresses()


def _judged(port: int, number: int) -> Verdict:
    """Ask for one answer: a good one must be read rightly, any other one must be a sentence."""
    case = CASES[number]
    started = time.monotonic()
    found = _asked(f"http://127.0.0.1:{port}/{number}", case.query)
    late = time.monotonic() - started > SECONDS + LATER
    right = isinstance(found, KbError) if case.right is None else found == case.right
    return Verdict("" if right else f"{case.name}: {found!r}", late)


def _addresses() -> Iterator[Figure]:
    """Addresses that are none, or show a password."""
    found = [(endpoint, _asked(endpoint, ASK)) for endpoint in ADDRESSES]
    bad = [
        (endpoint, error)
        for endpoint, error in found
        if not isinstance(error, KbError) or "s3cret" in str(error)
    ]
    for endpoint, error in bad:
        say(f"{endpoint!r}: {error!r}")
    yield Figure(
        f"{len(ADDRESSES)} addresses that are none: no sentence, or the password in it",
        "0",
        str(len(bad)),
        not bad,
    )


def _asked(endpoint: str, query: str) -> object:
    """The answer, or why there is none."""
    store = RemoteStore(endpoint, timeout=SECONDS)
    try:
        return {SELECT: store.select, ASK: store.ask}.get(query, store.construct)(query)
    except Exception as error:
        return error


@contextmanager
def listening(
    answer: Callable[[bytes, int], Iterator[bytes]], heads: list[bytes] | None = None
) -> Iterator[tuple[int, list[bytes]]]:
    """Two servers: one that answers by path, and another one, whose port is given to `answer`,
    which notes who asks it.

    `heads` takes the heads of the requests to the first.
    """
    asked: list[bytes] = []
    over = threading.Event()
    ours, other = (socket.create_server(("127.0.0.1", 0), backlog=50) for _ in range(2))
    second = other.getsockname()[1]

    def note(connection: socket.socket) -> None:
        """What somebody wanted of the other server."""
        with suppress(OSError):
            asked.append(connection.recv(1000) or b"connected")

    def serve(connection: socket.socket) -> None:
        """Read a request, send the pieces of its answer for as long as somebody reads them."""
        with suppress(OSError):
            head, body = _request(connection)
            if heads is not None:
                heads.append(head)
            path = head.split(b" ")[1].partition(b"?")[0].strip(b"/")
            # Every server can count: a good answer is checked for completeness.
            counted = b"COUNT" in body and b"number" in body
            for piece in COUNTED(second) if counted else answer(path, second):
                connection.sendall(piece)
                if over.wait(PAUSE if len(piece) < 100 else 0):
                    return

    for listener, work in ((ours, serve), (other, note)):
        threading.Thread(target=_accept, args=(listener, work), daemon=True).start()
    try:
        yield ours.getsockname()[1], asked
    finally:
        over.set()
        for listener in (ours, other):
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()


def _accept(listener: socket.socket, work: Callable[[socket.socket], None]) -> None:
    """Give each connection a thread, until the listener is closed."""
    with suppress(OSError):
        while True:
            connection, _ = listener.accept()

            def worked(connection: socket.socket = connection) -> None:
                """Work on one connection, then close it."""
                with connection:
                    work(connection)

            threading.Thread(target=worked, daemon=True).start()


def _request(connection: socket.socket) -> tuple[bytes, bytes]:
    """The head and the body of a request; it has a length, or no body."""
    data = b""
    while b"\r\n\r\n" not in data and (part := connection.recv(65536)):
        data += part
    head, _, body = data.partition(b"\r\n\r\n")
    length = next(
        (
            int(line[15:])
            for line in head.split(b"\r\n")
            if line.lower().startswith(b"content-length:")
        ),
        0,
    )
    while len(body) < length and (part := connection.recv(65536)):
        body += part
    return head, body


# --- answers


def whole(
    body: bytes | str | object,
    kind: str = RESULTS,
    status: str = "200 OK",
    more: str = "",
    length: int | None = None,
) -> Pieces:
    """An answer in one piece; what is not text is written as JSON."""
    data = (
        body
        if isinstance(body, bytes)
        else body.encode("utf-8", "surrogatepass")
        if isinstance(body, str)
        else json.dumps(body).encode()
    )
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n{more}Content-Length: {len(data) if length is None else length}\r\n"
    return lambda other: iter([f"{head}Connection: close\r\n\r\n".encode() + data])


def endless(*pieces: bytes) -> Pieces:
    """The first pieces, then the last one again and again."""

    def made(other: int) -> Iterator[bytes]:
        """One after the other."""
        yield from pieces
        while True:
            yield pieces[-1]

    return made


def moved(target: str, status: str = "302 Found", more: str = "") -> Pieces:
    """A redirect; PORT stands for the port of the other server."""
    head = f"HTTP/1.1 {status}\r\nLocation: {target}\r\n{more}Content-Length: 0\r\nConnection: close\r\n\r\n"
    return lambda other: iter([head.replace("PORT", str(other)).encode("utf-8")])


def table(bindings: object, variables: object = ("a",)) -> object:
    """A result of a SELECT."""
    return {"head": {"vars": variables}, "results": {"bindings": bindings}}


def cell(**values: object) -> object:
    """A result of one value."""
    return table([{"a": values}])


HEAD = f"HTTP/1.1 200 OK\r\nContent-Type: {RESULTS}\r\n".encode()
ONE = {"type": "literal", "value": "x"}
ROW = Answer(("a",), ((Term("literal", "x", "http://www.w3.org/2001/XMLSchema#string", ""),),))
TRIPLE = [(Term("iri", "urn:a"), Term("iri", "urn:b"), Term("iri", "urn:c"))]
COUNTED = whole(table([{"number": {"type": "literal", "value": "1"}}], ["number"]))
CHUNKS = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


def chunk(data: bytes) -> bytes:
    """A piece of a body of unknown length."""
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


GOOD = [
    Case("a table", SELECT, whole(table([{"a": ONE}])), ROW),
    Case("a table that calls itself text", SELECT, whole(table([{"a": ONE}]), "text/plain"), ROW),
    Case(
        "a table with a byte order mark",
        SELECT,
        whole(b"\xef\xbb\xbf" + json.dumps(table([{"a": ONE}])).encode()),
        ROW,
    ),
    Case("a table without rows", SELECT, whole(table([])), Answer(("a",), ())),
    Case(
        "a table in chunks",
        SELECT,
        lambda other: iter([CHUNKS, chunk(json.dumps(table([{"a": ONE}])).encode()), b"0\r\n\r\n"]),
        ROW,
    ),
    Case("a truth", ASK, whole({"head": {}, "boolean": True}), True),
    Case("another truth", ASK, whole({"head": {}, "boolean": False}), False),
    Case(
        "triples", CONSTRUCT, whole("<urn:a> <urn:b> <urn:c> .\n", "application/n-triples"), TRIPLE
    ),
    Case(
        "triples in Turtle",
        CONSTRUCT,
        whole("<urn:a> <urn:b> <urn:c> .\n", "text/turtle; charset=utf-8"),
        TRIPLE,
    ),
]

SHAPES: dict[str, object] = {
    "bindings that are text": table("abc"),
    "bindings that are a number": table(3),
    "bindings that are an object": table({"a": ONE}),
    "bindings that are nothing": table(None),
    "no bindings": {"head": {"vars": ["a"]}, "results": {}},
    "no results": {"head": {"vars": ["a"]}},
    "results that are a list": {"head": {"vars": ["a"]}, "results": []},
    "no head": {"results": {"bindings": [{"a": ONE}]}},
    "no variables": {"head": {}, "results": {"bindings": [{"a": ONE}]}},
    "variables that are text": table([], "abc"),
    "variables that are numbers": table([], [1, 2]),
    "a variable twice": table([{"a": ONE}], ["a", "a"]),
    "a variable without a name": table([], [""]),
    "a variable of controls": table([], ["\x1b[31m"]),
    "a variable that turns": table([], ["\u202ea"]),
    "rows that are text": table(["abc"]),
    "rows that are lists": table([[ONE]]),
    "rows that are nothing": table([None]),
    "a value that was not asked for": table([{"b": ONE}]),
    "a value that is text": table([{"a": "x"}]),
    "a value that is nothing": table([{"a": None}]),
    "a value without a type": cell(value="x"),
    "a value of an unknown type": cell(type="x", value="x"),
    "a type that is a list": cell(type=[], value="x"),
    "a value without a value": cell(type="literal"),
    "a number as a value": cell(type="literal", value=3),
    "nothing as a value": cell(type="uri", value=None),
    "a datatype that is a number": cell(type="literal", value="x", datatype=3),
    "a language that is a list": cell(type="literal", value="x", **{"xml:lang": ["en"]}),
    "a triple as a value": cell(type="triple", value={"subject": ONE}),
    "half a character": cell(type="literal", value="\ud800"),
    "half a character in an IRI": cell(type="uri", value="urn:\udfff"),
    "a truth for a table": {"head": {}, "boolean": True},
    "a list": [1],
    "a number": 3,
    "nothing": None,
    "a text": "abc",
    "an object of nothing": {},
}

TRUTHS: dict[str, object] = {
    "the word true": {"head": {}, "boolean": "true"},
    "one for true": {"head": {}, "boolean": 1},
    "nothing for a truth": {"head": {}, "boolean": None},
    "no truth": {"head": {}},
    "a table for a truth": table([]),
    "a list of truths": [True],
}

BODIES: dict[str, tuple[bytes, str]] = {
    "no body": (b"", RESULTS),
    "half a body": (json.dumps(table([{"a": ONE}])).encode()[:40], RESULTS),
    "a page": (b"<html><h1>Query</h1></html>", "text/html"),
    "a page that calls itself a result": (b"<!doctype html><p>Sign in", RESULTS),
    "XML": (b"<sparql/>", "application/sparql-results+xml"),
    "CSV": (b"a\r\nx\r\n", "text/csv"),
    "two results": (json.dumps(table([])).encode() * 2, RESULTS),
    "bytes": (bytes(range(256)), RESULTS),
    "UTF-16 that breaks off": (b"\xff\xfe{\0", RESULTS),
    "deep lists": (b"[" * 200_000, RESULTS),
    "deep objects": (b'{"a":' * 200_000, RESULTS),
    "deep and closed": (b"[" * 100_000 + b"]" * 100_000, RESULTS),
    "a number of 100,000 digits": (b"9" * 100_000, RESULTS),
    "a name twice": (
        b'{"head":{"vars":["a"]},"results":{"bindings":[]},"results":{"bindings":[{}]}}',
        RESULTS,
    ),
    "a variable twice in a row": (
        b'{"head":{"vars":["a"]},"results":{"bindings":[{"a":%s,"a":%s}]}}'
        % ((json.dumps(ONE).encode(),) * 2),
        RESULTS,
    ),
    "NaN": (b'{"head":{"vars":["a"]},"results":{"bindings":NaN}}', RESULTS),
    "a name that is no JSON": (b"{head:{}}", RESULTS),
    "Latin-1": (b'{"head":{"vars":["\xe9"]},"results":{"bindings":[]}}', RESULTS),
    "a type of 60,000 letters": (b"x", "a/" + "b" * 60_000),
    "a million empty rows": (
        b'{"head":{"vars":[]},"results":{"bindings":[' + b"{}," * 1_000_000 + b"{}]}}",
        RESULTS,
    ),
    "a million variables": (
        json.dumps(table([], [f"v{n}" for n in range(1_000_000)])).encode(),
        RESULTS,
    ),
    "gzip that was not asked for": (gzip.compress(json.dumps(table([])).encode()), RESULTS),
}

TRIPLES: dict[str, tuple[bytes, str]] = {
    "triples that break off": (b"<urn:a> <urn:b> <urn:c", "application/n-triples"),
    "triples that are a page": (b"<html>", "application/n-triples"),
    "half a character in a triple": (b'<urn:a> <urn:b> "\\uD800" .', "application/n-triples"),
    "RDF/XML": (b"<rdf:RDF/>", "application/rdf+xml"),
    "deep Turtle": (b"<urn:a> <urn:b> " + b"[ <urn:c> " * 50_000, "text/turtle"),
    "deep collections": (b"<urn:a> <urn:b> " + b"(" * 50_000, "text/turtle"),
    "Turtle without prefixes": (b"a:b c:d e:f .", "text/turtle"),
    "bytes for triples": (bytes(range(256)), "text/turtle"),
    "triples as JSON": (b"{}", RESULTS),
    "triples of one line": (b'<urn:a> <urn:b> "' + b"x" * 5_000_000, "application/n-triples"),
}

STATUSES = (
    "100 Continue",
    "103 Early Hints",
    "201 Created",
    "202 Accepted",
    "204 No Content",
    "206 Partial Content",
    "300 Multiple Choices",
    "304 Not Modified",
    "305 Use Proxy",
    "400 Bad Request",
    "401 Unauthorized",
    "403 Forbidden",
    "404 Not Found",
    "407 Proxy",
    "410 Gone",
    "413 Too Large",
    "414 Long",
    "418 Teapot",
    "429 Slow down",
    "500 Error",
    "502 Gateway",
    "503 Busy",
    "599 Odd",
    "999 Beyond",
    "000 Nothing",
    "-1 Below",
    "abc Words",
    "2000000 Many",
)

TARGETS = (
    "http://127.0.0.1:PORT/",
    "https://127.0.0.1:PORT/",
    "http://localhost:PORT/x",
    "//127.0.0.1:PORT/x",
    "ftp://127.0.0.1:PORT/x",
    "file:///etc/hostname",
    "gopher://127.0.0.1:PORT/",
    "data:application/json,{}",
    "jar:http://127.0.0.1:PORT/",
    "http://user:pw@127.0.0.1:PORT/",
    "http://[::1",
    "http://[::1]:PORT/",
    "http://127.0.0.1:PORT\\@127.0.0.1/",
    "http://2130706433:PORT/",
    "http://0x7f.1:PORT/",
    "http:///x",
    "http://",
    "\x1b[31m",
    "http://a b/",
    "/loop",
    "",
    "http://127.0.0.1:99999/",
    "HTTP://127.0.0.1:PORT/",
)

LOOP = moved("/loop")

WIRES: dict[str, Pieces] = {
    "as many rows as the server says it sends at most": whole(
        table([{"a": ONE}]), more="X-SPARQL-MaxRows: 1\r\n"
    ),
    "a part, because time ran out": whole(table([{"a": ONE}]), more="X-SQL-State: S1TAT\r\n"),
    "silence": endless(b""),
    "one byte of header every moment": endless(b"HTTP/1.1 200 OK\r\nX: ", b"x"),
    "headers without end": endless(HEAD, b"X: y\r\n"),
    "one header without end": endless(HEAD + b"X: ", b"y" * 10_000),
    "100 Continue without end": endless(b"HTTP/1.1 100 Continue\r\n\r\n"),
    "a body of spaces, slowly": endless(HEAD + b"\r\n", b" "),
    "a body of spaces, fast": endless(HEAD + b"\r\n", b" " * 1_000_000),
    "a body of rows, fast": endless(
        HEAD + b'\r\n{"head":{"vars":[]},"results":{"bindings":[', b"{}," * 300_000
    ),
    "chunks without end": endless(CHUNKS, chunk(b" ")),
    "an error page without end": endless(b"HTTP/1.1 500 Error\r\n\r\n", b"x" * 1_000_000),
    "a chunk that is too short": lambda other: iter([CHUNKS, b"ffff\r\n{}"]),
    "a chunk of a size that is none": lambda other: iter([CHUNKS, b"xyz\r\n{}\r\n"]),
    "a chunk below nothing": lambda other: iter([CHUNKS, b"-5\r\n{}\r\n"]),
    "a chunk of 2 to the 70th": lambda other: iter([CHUNKS, b"400000000000000000\r\n{}\r\n"]),
    "an end at once": lambda other: iter([]),
    "half a status": lambda other: iter([b"HTTP/1.1"]),
    "no HTTP": lambda other: iter([b"220 ftp ready\r\n"]),
    "TLS where there is none": lambda other: iter([b"\x15\x03\x01\x00\x02\x02\x28"]),
    "a length that is too long": whole(table([]), length=10_000),
    "a length that is too short": whole(table([]), length=5),
    "a length that is none": lambda other: iter([HEAD + b"Content-Length: x\r\n\r\n{"]),
    "a length below nothing": lambda other: iter([HEAD + b"Content-Length: -1\r\n\r\n{"]),
    "compressed, it says": whole(b"\x1f\x8b broken", more="Content-Encoding: gzip\r\n"),
}


def _bad() -> Iterator[Case]:
    """Every answer that must end in a sentence."""
    for name, shape in SHAPES.items():
        yield Case(name, SELECT, whole(shape))
    for name, shape in TRUTHS.items():
        yield Case(name, ASK, whole(shape))
    for name, (body, kind) in BODIES.items():
        yield Case(name, SELECT, whole(body, kind))
    for name, (body, kind) in TRIPLES.items():
        yield Case(name, CONSTRUCT, whole(body, kind))
    for status in STATUSES:
        yield Case(status, SELECT, whole(table([{"a": ONE}]), status=status))
    for target in TARGETS:
        yield Case(f"moved to {target!r}", SELECT, moved(target))
    for status in ("301 Moved", "303 See Other", "307 Temporary", "308 Permanent"):
        yield Case(f"moved by {status}", ASK, moved("http://127.0.0.1:PORT/", status))
    yield Case(
        "moved by a page", SELECT, moved("", "200 OK", "Refresh: 0; url=http://127.0.0.1:PORT/\r\n")
    )
    for name, pieces in WIRES.items():
        yield Case(name, SELECT, pieces)
    yield Case("an answer beyond the limit", SELECT, whole(b" " * (MAX_BYTES + 2)))


CASES = [*GOOD, *_bad()]

ADDRESSES = (
    "http://[::1",
    "http://[::1]x/",
    "http://\u202eexample.org/",
    "http://exa mple.org/",
    "http://",
    "http:///query",
    "ftp://127.0.0.1/",
    "file:///etc/hosts",
    "kb",
    "",
    " ",
    "//127.0.0.1/",
    "http:127.0.0.1",
    "http://127.0.0.1:99999/",
    "http://127.0.0.1:port/",
    "http://127.0.0.1:-1/",
    "http://127.0.0.1:0/",
    "http://user:s3cret@127.0.0.1:9/",
    "http://s3cret@127.0.0.1:9/",
    "http://user:s3cret/x@127.0.0.1/",
    "http://user:s3cret?x@127.0.0.1/",
    "http://user:s3cret#x@127.0.0.1/",
    "user:s3cret@127.0.0.1",
    "http://user:s3cret@[::1",
    "http://user:s3cret@\u202e/",
    "http://user:s3cret x@127.0.0.1/",
    "http://127.0.0.1\r\nX: y/",
    "http://127.0.0.1/\x00",
    "http://127.0.0.1/<x>",
    "http://\ud800/",
    "http://пример.example/",
    "javascript:alert(1)",
    "http://*/",
    "http://" + "a" * 100_000,
    "http://" + "a." * 200 + "example/",
    "http://127.0.0.1:9/" + "x" * 100_000,
    "HTTP://",
    "http://./",
    "http://..example/",
    "http://%zz/",
)
