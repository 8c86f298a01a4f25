"""Errors of remote servers: why there is no answer, or none that counts."""

from __future__ import annotations

import http.client
import ssl
import urllib.error
from typing import Final

from kb.errors import KbError, Refused, Unreadable

# Larger answers are mistakes: nobody reads such a table.
MAX_BYTES: Final = 64 * 2**20
# Memory of the child process that asks: an answer of MAX_BYTES, its text and its objects.
MEMORY: Final = 2**30


def explained(error: Exception, here: str) -> KbError:
    """Return the error that explains why there is no answer."""
    cause = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(cause, TimeoutError):
        return overran("time", here)
    if isinstance(cause, ssl.SSLCertVerificationError):
        return Unreadable(
            f"The server at {here} has no valid certificate, so it may be another server.",
            "ask its operator, or check the address",
        )
    if isinstance(cause, http.client.HTTPException):
        return garbled(here)
    return Unreadable(f"The server at {here} cannot be reached.", "check that it is running")


def overran(what: str, here: str) -> KbError:
    """Return the error for the limit that the answer exceeded: time, memory or result."""
    match what:
        case "time":
            return Refused(
                f"The server at {here} did not answer in time.",
                "narrow the query, or allow more seconds",
            )
        case "memory":
            return Refused(
                f"The answer of {here} needs more than {MEMORY // 2**20} MiB of memory.",
                "add a LIMIT",
            )
        case "result":
            return Refused(
                f"The answer of {here} is larger than {MAX_BYTES // 2**20} MiB.", "add a LIMIT"
            )
    return garbled(here)


def garbled(here: str) -> KbError:
    """Return the error for an answer that cannot be read as a whole."""
    return Unreadable(f"The answer of {here} is incomplete, or not a SPARQL result.")


def unasked(kind: str, wanted: str, here: str) -> KbError:
    """Return the error for an answer in another format than was asked for."""
    return Unreadable(
        f"The answer of {here} is {kind} instead of {wanted}.",
        "check the address; usually it ends in /query or /sparql",
    )
