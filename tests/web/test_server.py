"""`kb serve` as a process: its address, its token, its end."""

from __future__ import annotations

import shutil
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from conftest import Kb
from serving import TOKENS, serving


def fetched(address: str, token: str = "") -> tuple[int, str]:
    """The code and text of an answer."""
    asked = urllib.request.Request(address)
    asked.add_header("Authorization", f"Bearer {token}")
    try:
        with urllib.request.urlopen(asked, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def test_it_is_on_this_computer_only_and_ends_without_an_error(seen: Kb) -> None:
    with serving(seen.root) as address:
        assert address.startswith("http://127.0.0.1:")
        assert fetched(address)[0] == 200
    with pytest.raises(urllib.error.URLError):
        fetched(address)


def test_another_host_needs_the_token_that_is_printed(seen: Kb) -> None:
    with serving(seen.root, "--host", "0.0.0.0") as local:
        token = TOKENS[local.rstrip("/")]
        assert "0.0.0.0" not in local
        assert len(token) > 24
        assert fetched(f"{local}overview.json")[0] == 401
        assert fetched(f"{local}overview.json", token)[0] == 200


def test_records_are_changed_only_with_the_token_that_is_printed(seen: Kb) -> None:
    with serving(seen.root) as local:
        token = TOKENS[local.rstrip("/")]
        form = f"{local}edit/claim/northland-sent-tugs-to-oldport"
        assert (fetched(form)[0], fetched(form, "wrong")[0], fetched(form, token)[0]) == (
            401,
            401,
            200,
        )
        code, text = fetched(local)
        assert (code, "that kb serve printed" in text) == (200, True)
    with serving(seen.root, "--read-only") as local:
        assert TOKENS[local.rstrip("/")] == ""
        assert "that kb serve printed" not in fetched(local)[1]
    with serving(seen.root, "--token") as local:
        assert fetched(local)[0] == 401


@pytest.mark.parametrize(
    "origin", ["*", "example.org", "https://a.example/path", "null", "https://"]
)
def test_what_is_no_origin_of_a_site_is_named(seen: Kb, origin: str) -> None:
    seen.refuses(2, "serve", "--cors", origin, says=("--cors https://example.org",))


def test_a_port_that_is_taken_is_named(seen: Kb) -> None:
    with serving(seen.root) as address:
        port = address.rstrip("/").rpartition(":")[2]
        seen.refuses(1, "serve", "--port", port, says=(port, "--port 0"))


def test_a_host_that_does_not_exist_is_named(seen: Kb) -> None:
    seen.refuses(2, "serve", "--host", "no.such.host.invalid", says=("no.such.host.invalid",))


def test_without_the_extra_it_says_what_to_install(seen: Kb, tmp_path: Path) -> None:
    broken = tmp_path / "starlette"
    broken.mkdir()
    (broken / "__init__.py").write_text("raise ModuleNotFoundError(name='starlette')\n")
    said = seen.refuses(2, "serve", says=("claimkb[web]",), PYTHONPATH=str(tmp_path))
    assert "starlette" in said
    shutil.rmtree(broken)


def test_the_command_offers_forms_with_the_coder_of_the_setting_or_none_at_all(kb: Kb) -> None:
    address = "edit/claim/northland-sent-tugs-to-oldport"
    with serving(kb.root, environment={"KB_CODER": "cd"}) as found:
        code, text = fetched(found + address, TOKENS[found.rstrip("/")])
        assert (code, 'name="coder" value="cd"' in text) == (200, True)
    with serving(kb.root, "--read-only") as found:
        code, text = fetched(found + address)
        assert (code, "--read-only" in text) == (403, True)
