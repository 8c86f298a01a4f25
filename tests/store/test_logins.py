"""Names and passwords for servers: from the environment first, then from the keyring."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest

from kb.store.logins import login

HERE = "https://data.example-one.org/query"


@pytest.fixture(autouse=True)
def keyring(monkeypatch: pytest.MonkeyPatch) -> dict[str, tuple[str, str]]:
    """A keyring with these entries by service, in the place of the package."""
    kept: dict[str, tuple[str, str]] = {}

    def get_credential(service: str, username: str | None) -> SimpleNamespace | None:
        assert username is None
        if service not in kept:
            return None
        return SimpleNamespace(username=kept[service][0], password=kept[service][1])

    monkeypatch.setitem(sys.modules, "keyring", SimpleNamespace(get_credential=get_credential))
    return kept


def test_the_keyring_has_a_password_for_a_host_and_for_no_other(
    keyring: dict[str, tuple[str, str]],
) -> None:
    keyring["kb data.example-one.org"] = ("anna", "s3cret")
    assert login(HERE) == ("anna", "s3cret")
    assert login("https://data.example-two.org/query") is None


def test_the_environment_comes_before_the_keyring(
    keyring: dict[str, tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    keyring["kb data.example-one.org"] = ("anna", "s3cret")
    monkeypatch.setenv("KB_USER_DATA_EXAMPLE__ONE_ORG", "ben")
    monkeypatch.setenv("KB_PASSWORD_DATA_EXAMPLE__ONE_ORG", "0ther")
    assert login(HERE) == ("ben", "0ther")


def test_the_variables_without_a_host_are_for_a_typed_address_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("KB_ENDPOINT_USER", "ben")
    monkeypatch.setenv("KB_ENDPOINT_PASSWORD", "0ther")
    assert login(HERE) is None
    assert login(HERE, typed=True) == ("ben", "0ther")


def test_a_keyring_that_fails_has_no_password(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(service: str, username: str | None) -> None:
        raise RuntimeError("no backend")

    monkeypatch.setitem(sys.modules, "keyring", SimpleNamespace(get_credential=failing))
    assert login(HERE) is None
    monkeypatch.setitem(sys.modules, "keyring", None)
    assert login(HERE) is None
