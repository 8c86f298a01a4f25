"""Seals on the content of `.kb`, made with a key that only this user has.

A folder from somebody else may come with its own `.kb`, made to give wrong answers. Its author does
not have the key, so its seals do not match, and the content is made again. See docs/decisions/0024.
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
    """Put a seal before a body. `what` names the content, so that no other can take its place.

    Raises OSError if there is no key.
    """
    key = _key()
    if key is None:
        message = "no key can be kept in the state folder of this user"
        raise PermissionError(errno.EACCES, message, str(_place()))
    return _seal(key, body, what) + b"\n" + body


def opened(data: bytes, what: str) -> bytes | None:
    """Return the body if its seal matches; None if not, or if there is no key."""
    key, (seal, body) = _key(), (data[:_SEAL], data[_SEAL + 1 :])
    fits = key is not None and hmac.compare_digest(seal, _seal(key, body, what))
    return body if fits else None


def available() -> bool:
    """Tell whether anything can be sealed."""
    return _key() is not None


def _seal(key: bytes, body: bytes, what: str) -> bytes:
    """Compute a message authentication code: BLAKE2b with a key (RFC 7693 §2.9)."""
    made = hashlib.blake2b(what.encode() + b"\0", key=key, digest_size=_SEAL // 2)
    made.update(body)
    return made.hexdigest().encode()


def _place() -> Path | None:
    """Return the path of the key: in the user's state folder (XDG Base Directory Specification).

    None if the user has no home.
    """
    state = os.environ.get("XDG_STATE_HOME", "")
    if not os.path.isabs(state):
        state = os.path.expanduser("~/.local/state")
    return Path(state, "kb", "key") if os.path.isabs(state) else None


def _key() -> bytes | None:
    """Return the key of this user, made if there is none; None if it cannot be stored."""
    place = _place()
    return _key_at(str(place)) if place else None


@cache
def _key_at(place: str) -> bytes | None:
    """Return the key at a path. It is read once."""
    with suppress(OSError):
        return _read(place) or _made(Path(place))
    return None


def _read(place: str) -> bytes | None:
    """Return the key at a path, or None if there is none that is private to this user."""
    with suppress(FileNotFoundError):
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        with open(os.open(place, flags), "rb") as stream:
            found = os.fstat(stream.fileno())
            private = found.st_uid == os.geteuid() and not found.st_mode & 0o077
            key = stream.read(_KEY + 1) if stat.S_ISREG(found.st_mode) and private else b""
            return key if len(key) == _KEY else None
    return None


def _made(place: Path) -> bytes | None:
    """Make a key at a path, or return the one that another process has just made."""
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # The file is not private, or not complete.
    if os.path.lexists(place):
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
