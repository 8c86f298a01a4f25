"""Names of policies, which leave out the version or the IRI of the program."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from kb.errors import Usage
from kb.model.identifiers import suggestion

POLICIES: Final = "https://w3id.org/claimkb/policy/"


def named(ids: Iterable[str], name: str) -> str:
    """Return the id of the policy that a name means: its own, or that of the latest version.
    Raises Usage.

    >>> named(["default-1", "default-12", "default-9"], "default")
    'default-12'
    """
    known = {id.removeprefix(POLICIES): id for id in ids}
    versions = [k for k in known if re.fullmatch(re.escape(name) + r"-\d+", k)]
    if name not in known and not versions:
        raise Usage(
            f"there is no policy “{name}”.", suggestion(name, known, f"known: {', '.join(known)}")
        )
    return known[name if name in known else max(versions, key=lambda k: int(k.rpartition("-")[2]))]


def iri(id: str) -> str:
    """Return the IRI of a policy: a shipped one has a short id."""
    return id if "://" in id else POLICIES + id
