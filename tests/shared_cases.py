"""Cases in a folder beside the checkout: where they are, and how each is entered."""

from __future__ import annotations

import csv
import io
import re
import shlex
import shutil
from pathlib import Path

from conftest import Kb
from sheets import enter

from kb.app import knowledge_base
from kb.app.knowledge_base import KnowledgeBase

CHECKOUT = Path(__file__).resolve().parents[1]
CASES = next(
    (found for up in CHECKOUT.parents if (found := up / "shared" / "cases" / "status").is_dir()),
    None,
)
ADDED = re.compile(r'^kb add (source|--from) "\$here/([^"]+)"(.*)$', re.MULTILINE)


def built(case: Path, root: Path) -> KnowledgeBase:
    """A case in this folder of a test, entered as its script does, up to the first question."""
    # Beside the folders of the tests: several ask something of the same case.
    kept = root.parent / "cases" / case.name
    if not kept.exists():
        kept.parent.mkdir(exist_ok=True)
        _enter(case, root / "entered").rename(kept)
    return knowledge_base.open(str(shutil.copytree(kept, root / case.name)))


def _enter(case: Path, root: Path) -> Path:
    kb = knowledge_base.init(root / case.name)
    script = (case / "run.sh").read_text(encoding="utf-8")
    if (own := case / "own.ttl").exists():
        (kb.folder.root / "ontology").mkdir(exist_ok=True)
        (kb.folder.root / "ontology" / "own.ttl").write_bytes(own.read_bytes())
    for command, name, options in ADDED.findall(script.partition("\necho")[0]):
        if command == "source":
            words = shlex.split(options.partition(">")[0])
            named = dict(zip(words[::2], words[1::2], strict=True))
            facts = {key.removeprefix("--"): value for key, value in named.items()}
            kb.add_source(name, (case / name).read_bytes(), facts)
        else:
            enter(kb, (case / name).read_text(encoding="utf-8"), name)
    kb.refresh()
    return kb.folder.root


def entered(case: str, root: Path) -> Kb:
    """A case, entered as its script does."""
    assert CASES is not None
    return Kb(built(CASES / case, root).folder.root)


def table(text: str) -> list[dict[str, str]]:
    """The rows of a table in CSV."""
    return list(csv.DictReader(io.StringIO(text)))
