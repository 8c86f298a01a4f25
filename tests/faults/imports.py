"""Damaged files of every format: each is imported or refused in a located sentence."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Iterator
from pathlib import Path

from app.changes.test_review_findings import REVIEW
from conftest import CHECKOUT
from exchange.test_bibliographies import FILES as BIBLIOGRAPHIES
from exchange.test_foreign_annotations import COMMENT, hypothesis
from exchange.test_ftm_entities import ENTITIES, LOST, lines, statements
from exchange.test_nanopublication_files import PUBLICATION
from exchange.test_stix_bundles import DISPUTE, SHRUGS, TOOL, USES, bundle
from exchange.test_tables_in import CLAIMS
from exchange.test_tables_in import ENTITIES as TABLE
from foreign_files import damaged, unnamed

from faults.figures import SEED, Figure, child, ended, say, small, some
from kb.app import knowledge_base
from kb.app.changes import importing
from kb.exchange import xlsx

BATCH = 20


def _table(text: str) -> tuple[list[str], list[list[str]]]:
    """Return the header and the rows of a table."""
    header, *rows = csv.reader(text.splitlines())
    return header, rows


# Format and form → a whole file. Those of "kb" are an export.
FILES = {
    "csv": CLAIMS.encode(),
    "csv entities": TABLE.encode(),
    "xlsx": xlsx.workbook({"claims": _table(CLAIMS), "entities": _table(TABLE)}, {}),
    "annotations": json.dumps([hypothesis(COMMENT, "near the pier")] * 2, indent=1).encode(),
    **{format: text.encode() for format, text in BIBLIOGRAPHIES.items()},
    "stix": bundle(*DISPUTE, USES, TOOL, SHRUGS).encode(),
    "claimreview": json.dumps([REVIEW], indent=1).encode(),
    "ftm": lines(*ENTITIES, *LOST).encode(),
    "ftm statements": statements(*ENTITIES, *LOST).encode(),
    "nanopublications": PUBLICATION.encode(),
    "kb": (CHECKOUT / "tests/data/small.ttl").read_bytes(),
}


def damaged_imports(sample: float) -> Iterator[Figure]:
    """300 damaged files of each format, planned in children, of which none may write."""
    number = some(300, sample)
    formats = {form.split()[0] for form in FILES}
    assert formats == set(importing.FORMATS)
    with small() as kb:
        before, wrong = _stored(kb), 0
        for format, data in FILES.items():
            for first in range(0, number, BATCH):
                batch = range(first, min(first + BATCH, number))
                work = child(lambda f=format, d=data, b=batch: _planned(kb, f, d, b))
                wrong += ended(work) != 0
                say(f"imports of {format}: {batch.stop} of {number}")
        written = _stored(kb) != before
    yield Figure(
        f"{number} damaged files of each of {len(formats)} formats: neither read nor refused in place",
        "0",
        f"{wrong} batches of {BATCH}",
        wrong == 0,
    )
    yield Figure("… of which something is written", "no", "yes" if written else "no", not written)


def _stored(kb: knowledge_base.KnowledgeBase) -> dict[Path, bytes]:
    """Return the files of a knowledge base without those that commands make again."""
    found = (p for p in kb.folder.root.rglob("*") if p.is_file())
    return {p: p.read_bytes() for p in found if ".kb" not in p.parts}


def _planned(kb: knowledge_base.KnowledgeBase, format: str, data: bytes, batch: range) -> None:
    """Raise at the first file whose problems do not name it."""
    for n in batch:
        made = damaged(data, random.Random(SEED + n))
        if wrong := unnamed(kb, format.split()[0], made):
            raise ValueError(wrong)
