"""The log proves itself: whatever is changed, removed, added or forged in it, or in what it covers,
is found by kb fsck.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import MORE, Kb


@pytest.fixture
def long(kb: Kb) -> Kb:
    """The small knowledge base after two more commands, so that the log has an inside."""
    assert kb.sheet(MORE).code == 0
    assert kb("edit", "oldport", "name=Old Port").code == 0
    return kb


def entry(kb: Kb, number: int) -> Path:
    return kb.root / f".journal/log/{number:08}.json"


def sealed(content: dict[str, Any]) -> str:
    """As the program seals what it writes."""
    body = json.dumps(content, ensure_ascii=False)
    return f"{hashlib.sha256(body.encode()).hexdigest()}\n{body}\n"


def opened(file: Path) -> dict[str, Any]:
    return dict(json.loads(file.read_text().partition("\n")[2]))


def reseal(file: Path, change: Callable[[dict[str, Any]], None]) -> str:
    """Change what is under a seal, and seal it again, as a forger would. Returns the new digest."""
    content = opened(file)
    change(content)
    file.write_text(sealed(content))
    return file.read_text().partition("\n")[0]


def rewritten(kb: Kb, first: int, change: Callable[[dict[str, Any]], None]) -> None:
    """Rewrite the history from an entry on: everything is sealed anew, and the digests name the new
    end.
    """
    digest = reseal(entry(kb, first), change)
    number = first
    while entry(kb, number + 1).exists():
        number += 1
        digest = reseal(entry(kb, number), lambda e, digest=digest: e.update(previous=digest))
    reseal(kb.root / ".journal/digests.json", lambda d: d.update(head=digest, number=number))


def lie(content: dict[str, Any]) -> None:
    content["who"] = "somebody else"


def found(kb: Kb, *words: str, code: int = 1) -> str:
    """What kb fsck says, which must be this."""
    done = kb("fsck")
    assert done.code == code, done
    for word in words:
        assert word in done.err, done.err
    return done.err


def test_a_whole_log_is_believed_and_its_head_is_one_digest(long: Kb) -> None:
    found(long, "0 errors, 0 warnings.", code=0)
    head = long("log", "--head")
    assert head.code == 0
    assert head.out == entry(long, 4).read_text().partition("\n")[0] + "\n"
    assert long("fsck", "--head", head.out.strip()).code == 0
    assert long("undo").code == 0
    assert long("fsck", "--head", head.out.strip()).code == 0, (
        "what was proven once stays proven when more is logged"
    )
    assert long("log", "--head").out != head.out


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_a_removed_entry_is_found_and_stays_found(long: Kb, number: int) -> None:
    entry(long, number).unlink()
    found(long, "error journal-damaged", "missing")
    long.refuses(1, "log", "--head", says=("the log was damaged",))
    assert long("edit", "pier", "name=the old pier").code == 0, "writing goes on"
    found(long, "error journal-damaged")


def test_a_log_cut_off_or_removed_is_found(long: Kb) -> None:
    for number in (4, 3):
        entry(long, number).unlink()
    found(long, "the last command wrote entry 4, but the newest is 2")
    shutil.rmtree(long.root / ".journal/log")
    found(long, "the last command wrote entry 4, but the newest is 0")


def test_an_inserted_entry_and_exchanged_ones_are_found(long: Kb) -> None:
    shutil.copy(entry(long, 4), entry(long, 5))
    found(long, "entry 5 is entry 4 under another number", "entry 5 was added outside kb")
    reseal(entry(long, 5), lambda e: e.update(number=5))
    found(long, "entry 5 does not follow the entry before")
    entry(long, 5).unlink()
    away = entry(long, 2).rename(long.root / "away")
    entry(long, 3).rename(entry(long, 2))
    away.rename(entry(long, 3))
    found(
        long, "entry 2 is entry 3 under another number", "entry 3 is entry 2 under another number"
    )


def test_a_file_beside_the_entries_is_found(long: Kb) -> None:
    (long.root / ".journal/log/note.json").write_text("{}")
    found(long, "this is not an entry of the log")


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_a_forged_entry_is_found(long: Kb, number: int) -> None:
    reseal(entry(long, number), lie)
    found(long, "error journal-damaged")
    assert long("edit", "pier", "name=the old pier").code == 0
    found(long, "error journal-damaged")


def test_a_history_rewritten_with_all_its_seals_is_found_by_the_head_kept_elsewhere(
    long: Kb,
) -> None:
    head = long("log", "--head").out.strip()
    rewritten(long, 2, lie)
    found(long, "0 errors", code=0)
    done = long("fsck", "--head", head)
    assert (done.code, "no entry of the log has this digest" in done.err) == (1, True)


def test_a_chain_begun_anew_does_not_hide_what_was_rewritten_from_the_head(long: Kb) -> None:
    head = long("log", "--head").out.strip()
    reseal(entry(long, 2), lie)
    assert long("migrate").code == 0
    found(long, "0 errors", code=0)
    done = long("fsck", "--head", head)
    assert (done.code, "the digest does not prove that entry" in done.err) == (1, True)


def test_a_head_that_is_none_is_refused(long: Kb) -> None:
    long.refuses(2, "fsck", "--head", "abc", says=("64 characters",))


def test_removed_digests_are_an_error_and_the_log_knows_what_they_were(long: Kb) -> None:
    (long.root / ".journal/digests.json").unlink()
    path = long.file("entities.ttl")
    path.write_text(path.read_text().replace("Lukin", "Lukyn"))
    found(
        long,
        "the digests of the files are missing or damaged",
        "entities.ttl was changed outside kb",
    )
    assert long("edit", "pier", "name=the old pier").code == 0
    found(long, "0 errors", code=0)


def test_a_changed_claim_with_a_resealed_digest_is_found(long: Kb) -> None:
    path = long.file("claims/general.ttl")
    data = path.read_bytes().replace(b"sent tugs", b"lent tugs")
    path.write_bytes(data)
    name, digest = "claims/main/claims/general.ttl", hashlib.sha256(data).hexdigest()
    stamp = f"{len(data)} {path.stat().st_mtime_ns}"
    reseal(
        long.root / ".journal/digests.json", lambda d: d["files"].update({name: [digest, stamp]})
    )
    found(
        long,
        f"the recorded digest of {name} differs from the one in the log",
        f"{name} was changed outside kb",
    )
    assert long("edit", "pier", "name=the old pier").code == 0
    found(long, "differs from the one in the log")
    assert long("fsck", "--accept").code == 0
    found(long, "0 errors, 0 warnings", code=0)
    assert "accepted" in long("log").out


# --- what decides answers

OWN = {
    "kb.toml": "# more\n",
    "ontology/mine.ttl": "@prefix x: <https://example.org/x/> .\n",
    "queries/questions/mine.rq": "#+ summary: mine\n\nSELECT ?x { ?x ?p ?o }\n",
}


@pytest.fixture
def own(kb: Kb) -> Kb:
    """A knowledge base with an ontology and a query of its own, accepted."""
    for name, text in OWN.items():
        path = kb.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(path.read_text() + text if path.exists() else text)
    err = found(
        kb,
        "ontology/mine.ttl was added outside kb",
        "queries/questions/mine.rq was added outside kb",
        code=0,
    )
    assert "kb.toml was changed outside kb" in err
    assert kb("fsck", "--accept").code == 0
    found(kb, "0 warnings", code=0)
    return kb


@pytest.mark.parametrize("name", OWN)
def test_what_decides_answers_is_covered_like_claims(own: Kb, name: str) -> None:
    path = own.root / name
    text = path.read_text()
    path.write_text(text + "# by hand\n")
    found(own, f"{name} was changed outside kb", code=0)
    assert own("fsck", "--accept").code == 0
    found(own, "0 errors, 0 warnings.", code=0)
    if name != "kb.toml":
        path.unlink()
        found(own, f"{name}: error missing-file")
        assert own("fsck", "--accept").code == 0
        found(own, "0 errors, 0 warnings.", code=0)


def test_claims_that_are_gone_are_errors(kb: Kb) -> None:
    shutil.rmtree(kb.root / "claims")
    err = found(kb, "entities.ttl was removed outside kb", "error missing-file")
    assert err.count("missing-file") == 3


def test_an_acceptance_is_logged_and_can_be_taken_back(kb: Kb) -> None:
    path = kb.file("entities.ttl")
    path.write_text(path.read_text() + "# by hand\n")
    before = kb.tree()
    assert kb("fsck", "--accept").code == 0
    assert json.loads(kb("log", "--format", "json").out)[0]["did"] == "1 accepted"
    assert kb("undo").code == 0
    assert kb.tree() == before
    found(kb, "entities.ttl was changed outside kb", code=0)
    assert kb("undo", "4").code == 0
    assert "changed outside kb" not in found(kb, code=0)
