"""A knowledge base in git: two branches, union merges, rebase, stash, old commits and autocrlf. After
each step `kb` answers or names the file, and after the way out on the docs page all is well.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

from conftest import Kb
from repositories import NOBODY, WHO, commit, git

from faults.figures import SEED, Figure, bare, child, ended, say
from kb.app import knowledge_base

Step = Callable[["Case"], None]


class Case:
    """A knowledge base in git with notes of two coders, who share one file of entities."""

    def __init__(self, root: Path, chance: random.Random) -> None:
        self.root, self.chance = root, chance
        self.number = 0
        git(root, "init", "-q", "-b", "main")
        self.add("main")
        self.commit()

    def add(self, who: str) -> None:
        """Add a source of one coder, and an entity to the file that both share."""
        self.number += 1
        name = f"{who}-{self.number}"

        def work() -> None:
            kb = knowledge_base.open(str(self.root))
            text = f"Note {name} of the harbour.\n" * self.chance.randrange(1, 4)
            kb.add_source(f"{name}.txt", text.encode(), {"id": name, "author": f"Coder {name}"})

        assert ended(child(work)) == 0

    def commit(self) -> None:
        commit(Kb(self.root))

    def git(self, *words: str) -> bool:
        """Run a command of git that may find a conflict. Whether it succeeded."""
        done = subprocess.run(
            ["git", *WHO, *words], cwd=self.root, capture_output=True, env=_environment()
        )
        return done.returncode == 0


def _environment() -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    return {**kept, **NOBODY, "GIT_EDITOR": "true"}


def _branches(case: Case) -> None:
    """Leave two branches that both added to the same files."""
    git(case.root, "checkout", "-q", "-b", "other")
    case.add("other")
    case.commit()
    git(case.root, "checkout", "-q", "main")
    case.add("here")
    case.commit()


def merge(case: Case) -> None:
    """Two branches are merged, with the conflict left in the file."""
    _branches(case)
    case.git("merge", "-q", "-m", "both", "other")


def union(case: Case) -> None:
    """A union merge of two branches, which keeps the lines of both."""
    (case.root / ".git/info/attributes").write_text("*.ttl merge=union\n")
    _branches(case)
    assert case.git("merge", "-q", "-m", "both", "other")


def rebase(case: Case) -> None:
    """A branch is rebased, and stops at a conflict."""
    _branches(case)
    case.git("rebase", "-q", "other")


def stash(case: Case) -> None:
    """Uncommitted work is put away and comes back on another state."""
    case.add("stashed")
    case.git("stash", "-u", "-q")
    case.add("meanwhile")
    case.commit()
    case.git("stash", "pop", "-q")


def old(case: Case) -> None:
    """An old commit is checked out."""
    case.add("later")
    case.commit()
    assert case.git("checkout", "-q", "HEAD~1")


def autocrlf(case: Case) -> None:
    """The repository is cloned with the settings of git for Windows."""
    clone = case.root.parent / "clone"
    git(case.root.parent, "-c", "core.autocrlf=true", "clone", "-q", str(case.root), str(clone))
    git(clone, "config", "core.autocrlf", "true")
    shutil.copytree(case.root / "documents", clone / "documents", dirs_exist_ok=True)
    case.root = clone


STEPS: tuple[Step, ...] = (merge, union, rebase, stash, old, autocrlf)


def histories(sample: float) -> Iterator[Figure]:
    """Each workflow, again and again with other contents."""
    number = max(1, round(10 * sample))
    for step in STEPS:
        crashed = unclear = lost = 0
        for n in range(number):
            with bare() as kb:
                case = Case(kb.folder.root, random.Random(SEED + n))
                step(case)
                crashed += ended(child(lambda case=case: _answers(case.root))) != 0
                unclear += ended(child(lambda case=case: _told(case.root))) != 0
                lost += not _solved(case)
        say(f"git: {step.__name__}")
        what = (step.__doc__ or "").partition(",")[0].rstrip(".").lower()
        yield Figure(f"git, {what}: {number} times: crashed", "0", str(crashed), not crashed)
        yield Figure("… a broken file not named with its line", "0", str(unclear), not unclear)
        yield Figure("… not valid after the way out", "0", str(lost), not lost)


def _answers(root: Path) -> None:
    """Ask what people ask; refusals are sentences."""
    kb = knowledge_base.open(str(root))
    kb.validate()
    kb.fsck()
    kb.status()


def _told(root: Path) -> None:
    """Raises if a file has the marks of a conflict and no problem names it."""
    kb = knowledge_base.open(str(root))
    named = {problem.place.path for problem in kb.validate().problems if problem.place.line}
    for path in root.glob("claims/**/*.ttl"):
        if "<<<<<<<" in path.read_text(encoding="utf-8"):
            assert str(path.relative_to(root)) in named, path


def _solved(case: Case) -> bool:
    """Keep both sides of each conflict, as a person does in an editor; whether all is valid then."""
    for path in case.root.glob("claims/**/*.ttl"):
        text = path.read_text(encoding="utf-8")
        marks = ("<<<<<<<", "=======", ">>>>>>>", "|||||||")
        kept = [line for line in text.split("\n") if not line.startswith(marks)]
        path.write_text("\n".join(kept), encoding="utf-8")

    def work() -> None:
        kb = knowledge_base.open(str(case.root))
        assert kb.validate().errors == 0, [str(p) for p in kb.validate().problems]

    return ended(child(work)) == 0
