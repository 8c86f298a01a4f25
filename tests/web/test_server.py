"""`kb serve` as a process: its address, its token, its end."""

from __future__ import annotations

import shutil
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from conftest import Kb
from serving import serving


def fetched(address: str) -> tuple[int, str]:
    """The code and text of an answer."""
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:
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
    with serving(seen.root, "--host", "0.0.0.0") as printed:
        local, _, token = printed.partition("?token=")
        assert "0.0.0.0" not in local
        assert len(token) > 24
        assert fetched(f"{local}overview.json")[0] == 401
        asked = urllib.request.Request(f"{local}overview.json")
        asked.add_header("Authorization", f"Bearer {token}")
        with urllib.request.urlopen(asked, timeout=30) as answer:
            assert answer.status == 200


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
        code, text = fetched(found + address)
        assert (code, 'name="coder" value="cd"' in text) == (200, True)
    with serving(kb.root, "--read-only") as found:
        code, text = fetched(found + address)
        assert (code, "--read-only" in text) == (403, True)
