"""Damaged documents of every format, and texts in every encoding: text or a sentence, never a wrong
text in silence, within bounded time and memory.
"""

from __future__ import annotations

import random
import resource
import time
from collections.abc import Iterator

from document_samples import SAMPLES, damaged

from faults.figures import SEED, Figure, child, ended, say, some
from kb import documents
from kb.errors import KbError
from kb.model import values

# Limits for one damaged document of a few kilobytes; readers of PDF and Word are processes.
MOST_SECONDS, MOST_MEMORY = 20, 2**30
# Documents for each child process, which tells of the first fault by its exit code.
BATCH = 50
TEXTS = {
    "de": "Der Pier wurde für fünf Tage geschlossen, sagte der Bürgermeister; größere Schäden gab es nicht.",
    "fr": "La jetée a été fermée après la tempête, a déclaré le maire à la réunion de février.",
    "pl": "Burmistrz powiedział, że molo będzie zamknięte, ponieważ żaden łodzi nie było w środę.",
    "ru": "Мэр сообщил, что причал закрыт на пять дней и что лодки ушли до начала шторма.",
    "el": "Ο δήμαρχος είπε ότι η προβλήτα έκλεισε για πέντε ημέρες μετά την καταιγίδα.",
    "ar": "قال رئيس البلدية إن الرصيف مغلق لمدة خمسة أيام بعد العاصفة.",
    "ja": "市長は桟橋が五日間閉鎖されると述べた。嵐の前に船は港を出た。",
}
ENCODINGS = {
    "de": ("cp1252", "iso8859-1", "iso8859-15", "cp850", "mac-roman"),
    "fr": ("cp1252", "iso8859-1", "iso8859-15"),
    "pl": ("cp1250", "iso8859-2"),
    "ru": ("cp1251", "koi8-r", "cp866", "iso8859-5"),
    "el": ("cp1253", "iso8859-7"),
    "ar": ("cp1256", "iso8859-6"),
    "ja": ("shift_jis", "euc_jp", "iso2022_jp"),
}
WIDE = ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig", "utf-8")


def damaged_documents(sample: float) -> Iterator[Figure]:
    """5,000 damaged documents, of every format in turn."""
    number, names = some(5000, sample), sorted(SAMPLES)
    wrong = late = 0
    for first in range(0, number, BATCH):
        started = time.monotonic()
        batch = range(first, min(first + BATCH, number))
        code = ended(child(lambda batch=batch: _read(names, batch)))
        wrong += code != 0
        late += time.monotonic() - started > MOST_SECONDS * len(batch)
        say(f"documents: {batch.stop} of {number}")
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    yield Figure(
        f"{number} damaged documents of {len(names)} formats: neither text nor a sentence",
        "0",
        f"{wrong} batches of {BATCH}",
        wrong == 0,
    )
    yield Figure("… that take too long", "0", str(late), late == 0)
    yield Figure(
        "… memory of the largest process",
        f"< {MOST_MEMORY // 2**20} MiB",
        f"{most // 2**20} MiB",
        most < MOST_MEMORY,
    )


def _read(names: list[str], batch: range) -> None:
    """Raises at the first document that is neither text nor a sentence, or takes too long."""
    for n in batch:
        name, chance = names[n % len(names)], random.Random(SEED + n)
        data = damaged(SAMPLES[name], chance)
        started = time.monotonic()
        try:
            found = documents.read(name, data)
        except KbError as error:
            if not error.message.strip():
                raise ValueError(f"{name}, seed {SEED + n}") from error
        else:
            found.text.encode()
            assert all(0 <= part.start < part.end <= len(found.text) for part in found.parts)
            assert not (found.title and values.wrong(found.title)), found.title
        if time.monotonic() - started > MOST_SECONDS:
            raise TimeoutError(f"{name}, seed {SEED + n}")


def encodings(sample: float) -> Iterator[Figure]:
    """Texts in the encodings in which people keep them: read, or refused with a command that gives
    the text that was meant.
    """
    every = [(text, code) for text, codes in ENCODINGS.items() for code in codes]
    every += [(text, code) for text in TEXTS for code in WIDE]
    chosen = every[:: max(1, len(every) // some(len(every), sample))]
    silent = named = refused = 0
    for text, code in chosen:
        meant = TEXTS[text]
        data = meant.encode(code, "ignore")
        try:
            read = documents.read("a.txt", data).text
            # The mark at the beginning of a file is a character of its text.
            silent += read.removeprefix("\ufeff") != data.decode(code).removeprefix("\ufeff")
        except KbError as error:
            refused += 1
            named += _leads_to(data, error.hint or "", data.decode(code))
    yield Figure(
        f"{len(chosen)} texts in their encodings: read wrongly", "0", str(silent), not silent
    )
    yield Figure(
        f"… of {refused} refused, with a command that gives the text",
        f"≥ {refused * 9 // 10}",
        str(named),
        named >= refused * 9 // 10,
    )


def _leads_to(data: bytes, hint: str, meant: str) -> bool:
    """Whether the command in a hint gives the text that was meant."""
    _, _, rest = hint.partition("iconv -f ")
    try:
        return data.decode(rest.split(" ")[0]) == meant if rest else False
    except (LookupError, UnicodeDecodeError):
        return False
