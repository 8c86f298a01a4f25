"""Names in addresses: the id of a record, or anything that a person would type for it."""

from __future__ import annotations

from kb.web.look import Look


def resolved(look: Look, kind: str, name: str) -> str:
    """Return the key of the record of this kind. Raises Usage with the nearest names.

    Ids of older versions are found, too.
    """
    key = f"{kind}/{name}"
    if look.known.record(key) is not None:
        return key
    return look.kb.resolve(look.known, name, (kind,), also=look.known.past)
