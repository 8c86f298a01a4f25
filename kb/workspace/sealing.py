"""Seals on what is kept in `.kb`, made with a key that only this user has.

A folder from somebody else may come with a `.kb` of its own, made to give wrong answers. Its author
does not have the key, so nothing in it has a seal that fits, and it is made anew. See
docs/decisions/0024.
"""

from __future__ import annotations

import errno
import hashlib
import hmac
import os
import stat
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Final

# Bytes of the key, and hexadecimal digits of a seal.
_KEY: Final = 32
_SEAL: Final = 64


def sealed(body: bytes, what: str) -> bytes:
    """A body with its seal before it; `what` says which of the things that are kept it is, so that
    none can take the place of another. Raises OSError where there is no key.
    """
    key = _key()
    if key is None:
        message = "no key can be kept in the state folder of this user"
        raise PermissionError(errno.EACCES, message, str(_place()))
    return _seal(key, body, what) + b"\n" + body


def opened(data: bytes, what: str) -> bytes | None:
    """The body, if its seal fits; None where it does not, or there is no key."""
    key, (seal, body) = _key(), (data[:_SEAL], data[_SEAL + 1 :])
    fits = key is not None and hmac.compare_digest(seal, _seal(key, body, what))
    return body if fits else None


def available() -> bool:
    """Whether anything can be sealed."""
    return _key() is not None


def _seal(key: bytes, body: bytes, what: str) -> bytes:
    """BLAKE2b with a key is a message authentication code (RFC 7693)."""
    made = hashlib.blake2b(what.encode() + b"\0", key=key, digest_size=_SEAL // 2)
    made.update(body)
    return made.hexdigest().encode()


def _place() -> Path | None:
    """Where the key is: in the state folder of the user, as the XDG Base Directory Specification
    has it. None where the user has no home.
    """
    state = os.environ.get("XDG_STATE_HOME", "")
    if not os.path.isabs(state):
        state = os.path.expanduser("~/.local/state")
    return Path(state, "kb", "key") if os.path.isabs(state) else None


def _key() -> bytes | None:
    """The key of this user, made where there is none; None where it cannot be kept."""
    place = _place()
    return _key_at(str(place)) if place else None


@cache
def _key_at(place: str) -> bytes | None:
    """The key at a place, read once."""
    with suppress(OSError):
        return _read(place) or _made(Path(place))
    return None


def _read(place: str) -> bytes | None:
    """The key at a place; None where there is none that is this user's alone."""
    with suppress(FileNotFoundError):
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        with open(os.open(place, flags), "rb") as stream:
            found = os.fstat(stream.fileno())
            private = found.st_uid == os.geteuid() and not found.st_mode & 0o077
            key = stream.read(_KEY + 1) if stat.S_ISREG(found.st_mode) and private else b""
            return key if len(key) == _KEY else None
    return None


def _made(place: Path) -> bytes | None:
    """A new key at a place, or the one that another process made there meanwhile."""
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if os.path.lexists(place):  # it is not private, or not whole
        place.unlink()
    draft = place.with_name(f".key.{os.urandom(8).hex()}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        with open(os.open(draft, flags, 0o600), "wb") as stream:
            stream.write(os.urandom(_KEY))
        with suppress(FileExistsError):
            os.link(draft, place)
    finally:
        draft.unlink(missing_ok=True)
    return _read(str(place))
