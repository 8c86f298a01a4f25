"""Repositories of git for tests: nobody's settings, a fixed author."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from conftest import Kb

NOBODY = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
WHO = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")


def git(root: Path, *arguments: str) -> str:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")} | NOBODY
    done = subprocess.run(
        ["git", *WHO, *arguments],
        cwd=root,
        capture_output=True,
        text=True,
        env=environment,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def commit(kb: Kb) -> None:
    git(kb.root, "add", "-A")
    git(kb.root, "commit", "-q", "-m", "a state")
