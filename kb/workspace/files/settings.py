"""The settings of a knowledge base, in kb.toml.

An unknown key, or a value of the wrong type, is refused: if a misspelt key were ignored, answers
would differ from what its author meant (see docs/decisions/0018).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from kb.errors import Unreadable
from kb.model import iris
from kb.model.identifiers import suggestion
from kb.store import addresses
from kb.workspace.files import server_settings
from kb.workspace.files.listing import unfit
from kb.workspace.files.server_settings import Server

NAME: Final = "kb.toml"
# Version of the storage format. Format 1 is that of kb 0.1, which has no format line; format 2 has
# the chained log.
FORMAT: Final = 2
# Defaults of the keys that may be left out. `base` is required.
DEFAULTS: Final[Mapping[str, str]] = {
    "collection": "main",
    "policy": "default-2",
    "language": "en",
    "passages": "whole",
}
# How much of a passage is stored.
PASSAGES: Final = ("whole", "fragments")
# Prefix of the keys and tables of other programs, which are ignored.
EXTENSION: Final = "x-"
_KNOWN: Final = ("base", *DEFAULTS, "licence", "format", server_settings.TABLE)
# BCP 47, as Turtle restricts it (LANGTAG).
_LANGUAGE: Final = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")


@dataclass(frozen=True, slots=True)
class Settings:
    """The values of kb.toml. `lines` has the line (from 1) of each key in the file. `licence` is
    the IRI of the licence of the records, empty if none is stated.
    """

    base: str
    collection: str
    policy: str
    language: str
    format: int
    passages: str
    lines: Mapping[str, int]
    servers: Mapping[str, Server] = field(default_factory=dict)
    licence: str = ""


def parse(text: str, path: str) -> Settings:
    """Parse settings. `path` is the name of the file in messages.

    Raises Unreadable with the line of the fault.
    """
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Unreadable(f"{path}: {error}.", 'put text in quotes: base = "https://…/"') from None
    except RecursionError:
        raise Unreadable(
            f"{path}: it is nested too deeply.", f"use only the keys {', '.join(_KNOWN)}"
        ) from None
    lines = {key: _line(text, key) for key in found}
    _known(found, lines, path)
    format = _format(found, lines, path)
    base = _base(found, lines, path)
    values = {key: _text(found, key, lines, path) for key in DEFAULTS}
    _fitting(values, lines, path)
    table = server_settings.TABLE
    servers = server_settings.parse(
        found.get(table, {}), lines.get(table, 1), path, addresses.address
    )
    licence = _licence(found, lines, path)
    return Settings(
        base=base, format=format, lines=lines, servers=servers, licence=licence, **values
    )


def _fitting(values: Mapping[str, str], lines: Mapping[str, int], path: str) -> None:
    """Raise Unreadable for a text that its key does not allow."""
    collection = values["collection"]
    if unfit(collection) or set(collection) & set("/\\") or collection.startswith("."):
        raise _wrong(path, lines, "collection", "must be the name of one folder.", "collection")
    if not _LANGUAGE.fullmatch(values["language"]):
        raise _wrong(path, lines, "language", "must be a language tag.", "language")
    if values["passages"] not in PASSAGES:
        raise _wrong(path, lines, "passages", f"must be {' or '.join(PASSAGES)}.", "passages")


def _known(found: Mapping[str, Any], lines: Mapping[str, int], path: str) -> None:
    """Raise Unreadable for an unknown key."""
    for key in found:
        if key not in _KNOWN and not key.startswith(EXTENSION):
            hint = suggestion(
                key,
                _KNOWN,
                f"the keys are {', '.join(_KNOWN)}; "
                f"keys of other programs begin with “{EXTENSION}”",
            )
            raise Unreadable(f"{path}:{lines[key]}: there is no key “{key}”.", hint)


def _format(found: Mapping[str, Any], lines: Mapping[str, int], path: str) -> int:
    """Return the storage format. Raises Unreadable if this program does not know it."""
    stated = found.get("format", 1)
    if isinstance(stated, bool) or not isinstance(stated, int) or stated < 1:
        raise Unreadable(
            f"{path}:{lines['format']}: format must be a number from 1 to {FORMAT}.",
            f"write format = {FORMAT}",
        )
    if stated > FORMAT:
        raise Unreadable(
            f"{path}:{lines['format']}: this knowledge base has format {stated}; "
            f"this kb reads formats up to {FORMAT}.",
            "install a newer version of kb",
        )
    return stated


def _base(found: Mapping[str, Any], lines: Mapping[str, int], path: str) -> str:
    base = found.get("base")
    if not isinstance(base, str) or not iris.PREFIX.fullmatch(base):
        where = f"{path}:{lines['base']}" if "base" in lines else path
        raise Unreadable(
            f"{where}: base must be an absolute IRI that ends in “/”.",
            'write it like base = "https://example.org/data/"',
        )
    return base


def _licence(found: Mapping[str, Any], lines: Mapping[str, int], path: str) -> str:
    licence = found.get("licence", "")
    if not isinstance(licence, str) or (licence and iris.fault(licence)):
        raise Unreadable(
            f"{path}:{lines['licence']}: licence must be the address of a licence.",
            'write it like licence = "https://creativecommons.org/licenses/by/4.0/"',
        )
    return licence


def _text(found: Mapping[str, Any], key: str, lines: Mapping[str, int], path: str) -> str:
    value = found.get(key, DEFAULTS[key])
    if not isinstance(value, str) or not value:
        raise _wrong(path, lines, key, "must be text.", key)
    return value


def _wrong(path: str, lines: Mapping[str, int], key: str, message: str, example: str) -> Unreadable:
    return Unreadable(
        f"{path}:{lines.get(key, 1)}: {key} {message}",
        f'write it like {example} = "{DEFAULTS[example]}"',
    )


def _line(text: str, key: str) -> int:
    """Return the line of a key or its table; 1 if it is not found."""
    spelt = rf"""\s*\[*\s*["']?{re.escape(key)}["']?\s*[.=\]]"""
    return next((n for n, line in enumerate(text.split("\n"), 1) if re.match(spelt, line)), 1)
