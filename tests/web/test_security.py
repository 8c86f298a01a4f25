"""Who is answered, and with which headers."""

from __future__ import annotations

import pytest
from conftest import Kb
from serving import ADMITTED, client
from starlette.testclient import TestClient

from kb.web.security import HEADERS, Admission
from kb.web.server import hosts


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8017",
        "127.0.0.1",
        "127.0.0.1:80",
        "127.0.0.1:8017.evil.example",
        "",
    ],
)
def test_another_host_is_refused(pages: TestClient, host: str) -> None:
    """A name of somebody else that resolves to this computer (DNS rebinding)."""
    answer = pages.get("/", headers={"Host": host})
    assert answer.status_code == 421
    assert "kb serve printed" in answer.text


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "http://127.0.0.1:9", "null", "file://", "http://["]
)
def test_a_page_of_another_site_is_refused(pages: TestClient, origin: str) -> None:
    assert pages.get("/", headers={"Origin": origin}).status_code == 403


def test_its_own_pages_are_not_refused(pages: TestClient) -> None:
    assert pages.get("/", headers={"Origin": "http://127.0.0.1:8017"}).status_code == 200


def test_another_site_may_link_to_a_page_and_not_embed_it(pages: TestClient) -> None:
    link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    image = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}
    assert pages.get("/", headers=link).status_code == 200
    assert pages.get("/", headers=image).status_code == 403


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_pages_are_only_read(pages: TestClient, method: str) -> None:
    answer = pages.request(method, "/")
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "GET, HEAD"


@pytest.mark.parametrize(
    "path", ["/", "/nothing", "/overview.json", "/static/style.css", "/claim/x"]
)
def test_every_answer_has_the_headers(pages: TestClient, path: str) -> None:
    headers = pages.get(path).headers
    assert {name: headers.get(name) for name in HEADERS} == dict(HEADERS)
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "server" not in headers


def test_a_long_address_is_refused(pages: TestClient) -> None:
    assert pages.get(f"/search?q={'a' * 9000}").status_code == 414


def test_a_token_is_asked_for_once(seen: Kb) -> None:
    asking = client(seen.root, Admission(ADMITTED.hosts, "s3cret", guarded=True))
    assert asking.get("/").status_code == 401
    assert asking.get("/?token=wrong").status_code == 401
    first = asking.get("/claims?status=disputed&token=s3cret")
    assert (first.status_code, first.headers["Location"]) == (303, "/claims?status=disputed")
    cookie = first.headers["Set-Cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert asking.get("/claims").status_code == 200
    assert "s3cret" not in asking.get("/").text


def test_a_program_sends_the_token_in_a_header(seen: Kb) -> None:
    asking = client(seen.root, Admission(ADMITTED.hosts, "s3cret", guarded=True))
    right, wrong = ({"Authorization": f"Bearer {token}"} for token in ("s3cret", "s3cre"))
    assert asking.get("/overview.json", headers=right).status_code == 200
    assert asking.get("/overview.json", headers=wrong).status_code == 401


def test_every_network_means_the_names_of_this_computer() -> None:
    found = hosts("0.0.0.0", 8000)
    assert {"localhost:8000", "127.0.0.1:8000"} <= found
    assert "evil.example:8000" not in found
    assert hosts("192.0.2.5", 8000) == {"192.0.2.5:8000"}


@pytest.mark.parametrize(
    ("host", "code"),
    [
        ("192.168.1.5:8017", 200),
        ("[2001:db8::7]:8017", 200),
        ("192.168.1.5:8018", 421),
        ("192.168.1.5", 421),
        ("1.2.3.4.evil.example:8017", 421),
        ("999.9.9.9:8017", 421),
        ("evil.example:8017", 421),
    ],
)
def test_a_server_that_listens_everywhere_has_every_address(seen: Kb, host: str, code: int) -> None:
    """A page of another site knows names, but no name that is an address."""
    open_to_all = client(seen.root, Admission(ADMITTED.hosts, port=8017))
    assert open_to_all.get("/", headers={"Host": host}).status_code == code
    assert client(seen.root).get("/", headers={"Host": "192.168.1.5:8017"}).status_code == 421


def test_a_page_at_another_address_with_the_port_is_another_site(seen: Kb) -> None:
    open_to_all = client(seen.root, Admission(ADMITTED.hosts, port=8017))
    headers = {"Host": "192.168.1.5:8017", "Origin": "http://192.168.1.6:8017"}
    assert open_to_all.get("/", headers=headers).status_code == 403
    headers["Origin"] = "http://192.168.1.5:8017"
    assert open_to_all.get("/", headers=headers).status_code == 200


def test_the_token_leads_to_no_other_site(seen: Kb) -> None:
    asking = client(seen.root, Admission(ADMITTED.hosts, "s3cret", guarded=True))
    for path in ("//evil.example", "///evil.example"):
        answer = asking.get(f"http://127.0.0.1:8017{path}?token=s3cret")
        assert (answer.status_code, answer.headers["Location"]) == (303, "/evil.example")


def test_servers_on_two_ports_have_two_cookies(seen: Kb) -> None:
    asking = client(seen.root, Admission(ADMITTED.hosts, "s3cret", guarded=True))
    assert asking.get("/?token=s3cret").headers["Set-Cookie"].startswith("kb-token-8017=")


SITE = "https://example.org"
OTHERS = {"Origin": SITE, "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors"}
ALLOWED = "Access-Control-Allow-Origin"


@pytest.fixture(scope="module")
def shared(seen: Kb) -> TestClient:
    """Pages whose data another site may read."""
    return client(seen.root, Admission(ADMITTED.hosts, "s3cret", origin=SITE))


@pytest.mark.parametrize(
    "path", ["/claims.json", "/claims.csv", "/question/facts.ttl", "/sparql?query=ASK{}"]
)
def test_a_site_that_is_named_reads_data(shared: TestClient, seen: Kb, path: str) -> None:
    answer = shared.get(path, headers={**OTHERS, "Accept": "*/*"})
    assert answer.status_code == 200
    assert answer.headers[ALLOWED] == SITE
    assert "Origin" in answer.headers["Vary"]
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert client(seen.root).get(path, headers=OTHERS).status_code == 403
    stranger = {**OTHERS, "Origin": "https://evil.example"}
    assert shared.get(path, headers=stranger).status_code == 403


def test_a_site_that_is_named_reads_no_page_and_changes_nothing(shared: TestClient) -> None:
    assert ALLOWED not in shared.get("/", headers=OTHERS).headers
    for path in ("/edit/claim/x", "/judge", "/undo", "/add/source"):
        for method in ("GET", "POST", "OPTIONS"):
            answer = shared.request(method, path, headers=OTHERS)
            assert (answer.status_code, ALLOWED in answer.headers) == (403, False)
    assert shared.delete("/claims.json", headers=OTHERS).status_code == 405


def test_a_site_that_is_named_may_ask_first(shared: TestClient) -> None:
    answer = shared.options("/sparql", headers={**OTHERS, "Access-Control-Request-Method": "POST"})
    assert answer.status_code == 204
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
    assert shared.options("/sparql").status_code == 405


@pytest.mark.parametrize(
    "path", ["/edit/claim/x", "/judge", "/undo", "/code/x", "/withdraw/claim/x", "/add/source"]
)
def test_forms_need_the_token_and_pages_do_not(seen: Kb, path: str) -> None:
    """Another user of this computer reads, and changes nothing."""
    other = client(seen.root, Admission(ADMITTED.hosts, "s3cret"))
    assert other.get(path).status_code == 401
    assert other.post(path, data={"step": "save"}).status_code == 401
    page = other.get("/claim/northland-sent-tugs-to-oldport")
    assert page.status_code == 200
    assert "/edit/" not in page.text
    assert 'name="csrf"' not in page.text
    assert other.get("/?token=s3cret").status_code == 303
    assert "/edit/" in other.get("/claim/northland-sent-tugs-to-oldport").text
