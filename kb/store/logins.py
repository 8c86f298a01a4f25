"""User names and passwords for servers: from the environment, or the keyring of the user.

They belong to a host, so that a folder from somebody else cannot name another host and get the
password. They are never in files, arguments, messages or logs.
"""

from __future__ import annotations

import os

from kb.store import addresses
from kb.store.addresses import Login

# Variables for the one server that the user names by its address.
USER, PASSWORD = "KB_ENDPOINT_USER", "KB_ENDPOINT_PASSWORD"


def login(address: str, typed: bool = False) -> Login:
    """Return the user name and password for a server, or None if there are none.

    Variables of the host come first: KB_USER_EXAMPLE_ORG and KB_PASSWORD_EXAMPLE_ORG. `typed`
    means that the user gave the address in this command; then KB_ENDPOINT_USER and
    KB_ENDPOINT_PASSWORD count too. Last comes the keyring, if the package keyring is installed.
    """
    host = addresses.address(address).hostname or ""
    names = [(f"KB_USER_{addresses.variable(host)}", f"KB_PASSWORD_{addresses.variable(host)}")]
    if typed:
        names.append((USER, PASSWORD))
    for pair in names:
        user, password = (os.environ.get(name) for name in pair)
        if user and password:
            return user, password
    return _kept(host)


def _kept(host: str) -> Login:
    """Return what the keyring has for the service `kb HOST`."""
    try:
        import keyring
    except ImportError:
        return None
    # A keyring is a program of its own, and can fail in any way; then there is no password.
    try:
        found = keyring.get_credential(f"kb {host}", None)
    except Exception:
        return None
    return (found.username, found.password) if found else None
