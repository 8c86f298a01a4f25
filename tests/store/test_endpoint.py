"""`kb query --endpoint` and servers that mean harm: what is sent, to whom, and what is shown."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import pytest
from conftest import Done, Kb
from faults.servers import CASES, CONSTRUCT, ONE, cell, listening, moved, table, whole

from kb.errors import Unreadable
from kb.store.remote_writer import GraphStoreWriter

SELECT = "SELECT ?a { ?a ?b ?c }"
RED = "\x1b[31mred\u202e"


def asked(kb: Kb, port: int, **environment: str) -> Done:
    """Ask the server at a port of this computer, as a user does."""
    address = f"http://127.0.0.1:{port}/q"
    options = ("--endpoint", address, "--format", "csv")
    return kb("query", "-", *options, stdin=SELECT, **environment)


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.1:PORT/",
        "http://localhost:PORT/",
        "ftp://127.0.0.1:PORT/",
        "file:///etc/hostname",
        "//127.0.0.1:PORT/",
    ],
)
def test_a_redirect_to_another_server_is_refused_before_it_is_followed(
    seen: Kb, target: str
) -> None:
    with listening(lambda path, other: moved(target)(other)) as (port, elsewhere):
        err = seen.refuses(
            1, "query", "-", "--endpoint", f"http://127.0.0.1:{port}/q", stdin=SELECT
        )
    assert "redirects to another server" in err
    assert elsewhere == []


@pytest.mark.parametrize(
    "status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"]
)
def test_a_redirect_within_the_server_is_followed(seen: Kb, status: str) -> None:
    right, away = whole(table([{"a": ONE}])), moved("/there", status)
    with listening(lambda path, other: (right if path == b"there" else away)(other)) as (port, _):
        assert asked(seen, port).out == "a\nx\n"


def test_a_proxy_of_the_environment_is_not_asked(seen: Kb) -> None:
    with (
        listening(lambda path, other: whole(table([{"a": ONE}]))(other)) as (port, _),
        listening(nothing) as (proxy, _),
    ):
        surroundings = dict.fromkeys(
            ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "https_proxy"), f"http://127.0.0.1:{proxy}/"
        )
        done = asked(seen, port, **surroundings)
    assert done.out == "a\nx\n"


def nothing(path: bytes, other: int) -> Iterator[bytes]:
    """A server that answers with nothing."""
    return iter([])


@pytest.mark.parametrize(
    "end",
    [
        "@127.0.0.1:9/q",
        "@[::1",
        "@",
        "/x@127.0.0.1/",
        "?x@127.0.0.1/",
        "#x@h/",
        "@\u202e/",
        " x@h/",
        "@127.0.0.1:port/",
    ],
)
@pytest.mark.parametrize(
    "begin", ["http://user:s3cret", "https://s3cret", "user:s3cret", "ftp://user:s3cret"]
)
def test_a_password_in_an_address_is_refused_and_never_shown(
    seen: Kb, begin: str, end: str
) -> None:
    address = f"{begin}{end}"
    commands = [("query", "-", "--endpoint", address)]
    if end == "@127.0.0.1:9/q":
        commands += [("push", address), ("pull", address)]
    for command in commands:
        err = seen.refuses(2, *command, stdin=SELECT)
        assert "s3cret" not in err
        assert "not the address" in err


def test_name_and_password_come_from_the_environment_and_go_to_that_server_only(seen: Kb) -> None:
    login = {"KB_ENDPOINT_USER": "ann", "KB_ENDPOINT_PASSWORD": "s3cret"}
    heads: list[bytes] = []
    with listening(lambda path, other: whole(table([{"a": ONE}]))(other), heads) as (port, _):
        done = asked(seen, port, **login)
        assert done.out == "a\nx\n"
    assert b"Basic " + base64.b64encode(b"ann:s3cret") in heads[0]
    err = seen.refuses(
        1, "query", "-", "--endpoint", "http://example.invalid/q", stdin=SELECT, **login
    )
    assert "not sent over http" in err


@pytest.mark.parametrize("scheme", ["Basic", "Digest"])
def test_a_wrong_password_is_not_an_unreachable_server(scheme: str) -> None:
    asks = f'WWW-Authenticate: {scheme} realm="r", nonce="n", qop="auth"\r\n'
    page = whole("", status="401 Unauthorized", more=asks)
    with listening(lambda path, other: page(other)) as (port, _):
        writer = GraphStoreWriter(f"http://127.0.0.1:{port}/", 30, ("ann", "s3cret"))
        with pytest.raises(Unreadable, match="or refuses these") as said:
            writer.write({"urn:g": "<urn:a> <urn:b> <urn:c> .\n"})
    assert "s3cret" not in str(said.value)


def test_parameters_in_an_address_are_sent_as_they_are(seen: Kb) -> None:
    heads: list[bytes] = []
    with listening(lambda path, other: whole(table([{"a": ONE}]))(other), heads) as (port, _):
        assert (
            seen(
                "query",
                "-",
                "--endpoint",
                f"http://127.0.0.1:{port}/q?default-graph-uri=urn:g&x=",
                stdin=SELECT,
            ).code
            == 0
        )
    assert heads[0].startswith(b"POST /q?default-graph-uri=urn:g&x= HTTP/1.1")


@pytest.mark.parametrize("format", ["table", "md", "json", "ndjson"])
def test_what_a_server_says_is_shown_without_controls(seen: Kb, format: str) -> None:
    for answer in (
        whole(cell(type="literal", value=RED)),
        whole(RED, status="500 Error"),
        whole(RED, status="400 Bad"),
        whole(RED, RED),
    ):
        with listening(lambda path, other, answer=answer: answer(other)) as (port, _):
            done = seen(
                "query",
                "-",
                "--endpoint",
                f"http://127.0.0.1:{port}/q",
                "--format",
                format,
                stdin=SELECT,
            )
        assert "\x1b" not in done.out + done.err
        assert "\u202e" not in done.out + done.err


def test_the_words_of_a_server_are_shown_with_its_refusal(seen: Kb) -> None:
    for status, code in (("400 Bad Request", 2), ("503 Busy", 1), ("404 Not Found", 3)):
        with listening(
            lambda path, other, status=status: whole(
                "<p>syntax error at &quot;line 3</p>", status=status
            )(other)
        ) as (port, _):
            err = seen.refuses(
                code, "query", "-", "--endpoint", f"http://127.0.0.1:{port}/q", stdin=SELECT
            )
        assert "“syntax error at line 3”" in err


@pytest.mark.parametrize(
    "answer",
    [
        table("abc"),
        table([{"b": ONE}]),
        table([{"a": ONE}], ["a", "a"]),
        {"head": {}, "boolean": True},
    ],
)
def test_what_is_not_exactly_a_table_is_never_an_answer(seen: Kb, answer: object) -> None:
    with listening(lambda path, other: whole(answer)(other)) as (port, _):
        done = asked(seen, port)
    assert (done.code, done.out) == (3, "")


# One of each main kind of the bank of hostile answers, which `make torture` asks of the store.
KINDS = (
    "bindings that are text",
    "a value that was not asked for",
    "a truth for a table",
    "half a body",
    "a page",
    "XML",
    "deep lists",
    "UTF-16 that breaks off",
    "a name twice",
    "triples that break off",
    "deep Turtle",
    "204 No Content",
    "206 Partial Content",
    "401 Unauthorized",
    "403 Forbidden",
    "404 Not Found",
    "413 Too Large",
    "500 Error",
    "moved to 'http://localhost:PORT/x'",
    "moved to '/loop'",
    "as many rows as the server says it sends at most",
    "a part, because time ran out",
    "silence",
    "a body of spaces, slowly",
    "an end at once",
    "a length that is too long",
    "compressed, it says",
)


def test_the_command_answers_every_kind_of_hostile_answer_with_a_sentence(seen: Kb) -> None:
    """Also at the probe before a saved question, and for a push and a pull."""
    cases = {case.name: case for case in CASES}
    chosen = [cases[name] for name in KINDS]
    wrong = []

    def answer(path: bytes, other: int) -> Iterator[bytes]:
        """The answer of the case with this number; a redirect leads to the last one."""
        return chosen[int(path)].pieces(other) if path.isdigit() else moved("/loop")(other)

    with listening(answer) as (port, elsewhere):
        for number, case in enumerate(chosen):
            address = f"http://127.0.0.1:{port}/{number}"
            form = "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }" if case.query == CONSTRUCT else SELECT
            commands = [("query", "-", "--endpoint", address, "--timeout", "1")]
            if number % 4 == 0:
                commands.append(("query", "disputed", "--endpoint", address, "--timeout", "1"))
            if number % 4 == 1:
                commands.append(("pull", address, "--timeout", "1"))
            for command in commands:
                done = seen(*command, stdin=form)
                sentence = done.err.startswith("error: ") and done.err.count("error: ") == 1
                if done.code not in (1, 2, 3) or done.out or not sentence:
                    wrong.append((case.name, command[:2], done))
    assert wrong == []
    assert elsewhere == []
