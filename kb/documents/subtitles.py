"""Subtitles and transcripts with time codes: SubRip (SRT) and WebVTT. Times are locators."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import Final

from kb.documents.document import FIRST_WORDS, Block, Read, joined, number_of_words
from kb.errors import Usage
from kb.system import intake

_CLOCK: Final = r"(?:(\d{1,3}):)?(\d\d):(\d\d)[,.](\d{1,3})"
TIMING: Final = re.compile(
    rf"\s*{_CLOCK}\s*-->\s*{_CLOCK}(?:\s.*)?|\s*{_CLOCK},{_CLOCK}\s*", re.ASCII
)
VOICE: Final = re.compile(r"<v(?:\.[^\s>]*)?[ \t]+([^>]+)>")
TAG: Final = re.compile(r"</?[A-Za-z0-9][^<>]*>|\{\\[^{}]*\}")
# Blocks of WebVTT that are not shown.
HIDDEN: Final = {"NOTE": "notes", "STYLE": "styles", "REGION": "styles"}


@dataclass
class _Found:
    """The lines of a transcript, and what is not among them."""

    blocks: list[Block] = field(default_factory=list)
    hidden: list[tuple[str, str]] = field(default_factory=list)
    repeated: int = 0
    # Lines of the cue before.
    last: int = 0

    def add(self, lines: list[str], place: str) -> None:
        """Add the lines of a cue with these times."""
        shown = [text for line in lines if (text := _shown(line))]
        # Captions that roll up repeat the last lines of a cue as the first ones of the next.
        most = min(len(shown), self.last)
        before = [block.text for block in self.blocks[-most:]] if most else []
        again = next((n for n in range(most, 0, -1) if before[-n:] == shown[:n]), 0)
        self.repeated += again
        self.blocks += [Block(text, locator=place) for text in shown[again:]]
        self.last = max(len(shown), 1)


def read(name: str, data: bytes) -> Read:
    """Read subtitles: a line for each line that is shown, with the times of its cue.

    Raises Usage if they are too large, in another encoding, or have no text.

    >>> read("a.srt", b"1\\n00:00:01,000 --> 00:00:03,500\\n<i>Closed.</i>\\n").text
    'Closed.'
    """
    text = intake.exported(data, name).lstrip("\ufeff")
    found = _Found()
    place = ""
    for block in re.split(r"\n[ \t]*\n+", text):
        place = _cue(block.strip("\n").split("\n"), place, found)
    if not found.blocks:
        raise Usage(f"no text was found in {name}.", "name a file with subtitles in it")
    kept, parts = joined(found.blocks)
    return Read(kept, kind="subtitles", parts=parts, left_out=tuple(_left_out(found)))


def _cue(lines: list[str], place: str, found: _Found) -> str:
    """Read one block of lines. Return the times of its cue, or those of the cue before."""
    head = lines[0].split(" ")[0].split("\t")[0].split(":")[0]
    if head == "WEBVTT" and not place:
        lines = [lines[0].partition("WEBVTT")[2].strip(" \t-"), *lines[1:]]
        if not any(TIMING.fullmatch(line) for line in lines):
            found.hidden += [("header", line) for line in lines if line]
            return place
    elif head in HIDDEN:
        found.hidden.append((HIDDEN[head], " ".join(lines)))
        return place
    for n, line in enumerate(lines[:3]):
        if timing := TIMING.fullmatch(line):
            place, lines = _times(timing), lines[n + 1 :]
            break
    found.add(lines, place)
    return place


def _times(timing: re.Match[str]) -> str:
    """Return the times of a cue in whole seconds, from the one it begins in to where it ends.

    >>> _times(TIMING.fullmatch("00:01.500 --> 00:03.250"))
    '00:00:01-00:00:04'
    """
    begin, end = timing.groups()[:4], timing.groups()[4:8]
    if begin[1] is None:
        # YouTube's own format (SBV) writes both times on a line, with a comma between them.
        begin, end = timing.groups()[8:12], timing.groups()[12:]
    return f"{_seconds(begin, False)}-{_seconds(end, True)}"


def _seconds(clock: tuple[str | None, ...], up: bool) -> str:
    hours, minutes, seconds, fraction = (int(part or 0) for part in clock)
    total = hours * 3600 + minutes * 60 + seconds + (up and fraction > 0)
    return f"{total // 3600:02}:{total // 60 % 60:02}:{total % 60:02}"


def _shown(line: str) -> str:
    """Return a line as a viewer sees it, with the name of its speaker.

    >>> _shown("<v Ines Holt>I <i>did</i> not.</v>")
    'Ines Holt: I did not.'
    """
    named = VOICE.sub(lambda voice: f"{voice[1].strip()}: ", line)
    return unescape(TAG.sub("", named)).strip()


def _left_out(found: _Found) -> Iterator[tuple[str, str]]:
    """Yield what is not in the text."""
    kinds: dict[str, list[str]] = {}
    for kind, text in found.hidden:
        kinds.setdefault(kind, []).append(text)
    for kind, texts in kinds.items():
        words = " ".join(texts).split()
        yield number_of_words(kind, words), " ".join(words[:FIRST_WORDS])
    if found.repeated:
        yield f"repeated lines: {found.repeated}", ""
