"""Names of voices and speakers for people."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Final

from kb.reasoning.graph import closed

if TYPE_CHECKING:
    from kb.model.records import Affiliation, Assertion
    from kb.workspace.catalogs.catalog import Known

VOICE: Final = re.compile(r"(?:entity|source)/[^\s,;():]*[^\s,;():.]")


def entity_name(known: Known, id: str | None) -> str:
    """Return the preferred name of an entity, by default its id."""
    found = known.entities.get(id or "")
    return (found.name if found else None) or id or ""


def voice_name(known: Known, voice: str) -> str:
    """Return the name of a voice: that of its entity, or of the author of its source."""
    path, _, id = voice.partition("/")
    if path == "source" and id in known.sources:
        author = known.sources[id].author or ""
        return entity_name(known, author) if author in known.entities else id
    return entity_name(known, id) if id in known.entities else id


def named(known: Known, text: str) -> str:
    """Replace the voices in a reason by their names."""
    return VOICE.sub(lambda found: voice_name(known, found[0]), text)


def speaker_name(known: Known, said: Assertion, voice: str | None) -> str:
    """Return the name of an assertion's speaker, and beside it the voice that it counts as.

    “for” names whom the speaker speaks for. “counts as” names whom the speaker echoes.
    """
    speaker = entity_name(known, said.speaker)
    if not voice or voice == f"entity/{said.speaker}":
        return speaker
    behind = voice_name(known, voice)
    if behind == speaker:
        return speaker
    return f"{speaker} ({'for' if _speaks_for(known, said, voice) else 'counts as'} {behind})"


def _speaks_for(known: Known, said: Assertion, voice: str) -> bool:
    """Tell whether the speaker of an assertion speaks for this voice, perhaps through others."""
    found = closed(
        filter(None, (said.speaker, *said.on_behalf)),
        lambda new: {t.party or "" for one in new for t in known.ties(one) if _speaks(t, one)},
    )
    return voice.removeprefix("entity/") in found


def _speaks(tie: Affiliation, entity: str) -> bool:
    return tie.relation == "speaks-for" and tie.member == entity


def speakers(
    known: Known,
    claim: str,
    voices: Iterable[str],
    counted: Mapping[str, str | None],
    stances: Collection[str],
) -> tuple[str, ...]:
    """Return the names of those who speak with these voices on a claim.

    `counted` maps an assertion to the voice it counts as; `stances` are those of this side. A voice
    without an assertion on this claim has its own name.
    """
    said = [a for a in known.said(claim) if not a.invalidated and a.stance in stances]
    found: dict[str, None] = {}
    for voice in voices:
        here = sorted((a for a in said if counted.get(a.id) == voice), key=lambda a: a.id)
        for name in [speaker_name(known, a, voice) for a in here] or [voice_name(known, voice)]:
            found[name] = None
    return tuple(found)
