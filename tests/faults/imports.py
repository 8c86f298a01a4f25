"""Damaged files of other programs: each is imported or refused in a located sentence."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator

from app.changes.test_review_findings import REVIEW
from exchange.test_ftm_entities import ENTITIES, LOST, lines, statements
from exchange.test_nanopublication_files import PUBLICATION
from exchange.test_stix_bundles import DISPUTE, SHRUGS, TOOL, USES, bundle
from foreign_files import damaged

from faults.figures import SEED, Figure, bare, child, ended, say, some
from kb.app import knowledge_base
from kb.errors import KbError

BATCH = 20
FILES = {
    "stix": bundle(*DISPUTE, USES, TOOL, SHRUGS),
    "claimreview": json.dumps([REVIEW], indent=1),
    "ftm": lines(*ENTITIES, *LOST),
    "ftm statements": statements(*ENTITIES, *LOST),
    "nanopublications": PUBLICATION,
}


def damaged_imports(sample: float) -> Iterator[Figure]:
    """300 damaged files of each format, planned in children, of which none may write."""
    number = some(300, sample)
    with bare() as kb:
        wrong = 0
        for format, text in FILES.items():
            for first in range(0, number, BATCH):
                batch = range(first, min(first + BATCH, number))
                work = child(lambda f=format, t=text, b=batch: _planned(kb, f, t.encode(), b))
                wrong += ended(work) != 0
                say(f"imports of {format}: {batch.stop} of {number}")
        places = [kb.folder.root / name for name in ("claims", "documents", "ontology")]
        written = any(path.is_file() for place in places for path in place.rglob("*"))
    yield Figure(
        f"{number} damaged files of each of {len(FILES)} formats: neither read nor refused in place",
        "0",
        f"{wrong} batches of {BATCH}",
        wrong == 0,
    )
    yield Figure("… of which something is written", "no", "yes" if written else "no", not written)


def _planned(kb: knowledge_base.KnowledgeBase, format: str, data: bytes, batch: range) -> None:
    """Raise at the first file whose problems do not name it."""
    for n in batch:
        made = damaged(data, random.Random(SEED + n))
        try:
            found = kb.plan_import(format.split()[0], [("x.in", made)], create=True)
        except KbError as error:
            if "x.in" not in error.message:
                raise ValueError(error.message) from None
            continue
        errors = [p for p in found.plan.problems if p.severity == "error"]
        if any("x.in" not in str(p.place) for p in errors):
            raise ValueError(str(errors))
