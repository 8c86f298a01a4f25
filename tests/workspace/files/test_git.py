"""`kb diff` in a repository that somebody else has prepared: nothing of it is run, and nothing is
fetched.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import Kb
from listener import Listener, listening
from repositories import commit, git


@pytest.fixture
def two(kb: Kb) -> Kb:
    """The small knowledge base in git, with two commits."""
    git(kb.root, "init", "-q", "-b", "main")
    commit(kb)
    assert kb("edit", "lukin", "also=the mayor").code == 0
    commit(kb)
    return kb


@pytest.fixture
def partial(two: Kb, tmp_path: Path) -> Kb:
    """A partial clone, which lacks the files of its first commit."""
    git(two.root, "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "-q", "--filter=blob:none", f"file://{two.root}", "partial")
    return Kb(tmp_path / "partial")


@pytest.fixture
def marker(tmp_path: Path) -> Path:
    """The file that a hostile program would make."""
    return tmp_path / "marker"


@pytest.fixture
def listener() -> Iterator[Listener]:
    """A server that counts who connects."""
    with listening() as found:
        yield found


def program(path: Path, marker: Path) -> Path:
    """A program that makes the marker."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\ntouch {marker}\n")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize("kind", ["ext", "file", "ssh", "vcs", "http", "git"])
def test_a_partial_clone_fetches_nothing_and_the_missing_file_is_named(
    partial: Kb, marker: Path, listener: Listener, kind: str
) -> None:
    evil = program(partial.root / "evil", marker)
    remotes = {
        "ext": {"remote.origin.url": f"ext::sh -c touch% {marker}"},
        "file": {"remote.origin.uploadpack": str(evil)},
        "ssh": {"remote.origin.url": "ssh://localhost/x", "core.sshCommand": str(evil)},
        "vcs": {"remote.origin.vcs": "ext", "remote.origin.url": f"sh -c touch% {marker}"},
        "http": {"remote.origin.url": f"http://127.0.0.1:{listener.port}/x.git"},
        "git": {
            "remote.origin.url": f"git://127.0.0.1:{listener.port}/x.git",
            "core.gitProxy": str(evil),
        },
    }
    for protocol in ("ext", "file", "ssh", "http", "git"):
        git(partial.root, "config", f"protocol.{protocol}.allow", "always")
    for name, value in remotes[kind].items():
        git(partial.root, "config", name, value)
    done = partial("diff", "HEAD~1")
    assert done.code == 2
    assert "is not in this git repository.\nhint: git fsck shows what is missing" in done.err
    assert len(done.err.splitlines()) == 2
    assert not marker.exists()
    assert listener.connections() == 0


SETTINGS = (
    "core.fsmonitor",
    "core.pager",
    "core.editor",
    "core.askPass",
    "core.sshCommand",
    "core.alternateRefsCommand",
    "pager.cat-file",
    "pager.ls-tree",
    "pager.rev-parse",
    "diff.external",
    "diff.evil.textconv",
    "diff.evil.command",
    "filter.evil.smudge",
    "filter.evil.clean",
    "filter.evil.process",
    "gpg.program",
    "credential.helper",
    "sequence.editor",
    "uploadpack.packObjectsHook",
)


def test_no_program_that_the_settings_of_a_repository_name_is_run(two: Kb, marker: Path) -> None:
    evil = program(two.root / ".git/evil", marker)
    (two.root / ".gitattributes").write_text("* filter=evil diff=evil\n")
    commit(two)
    for hook in (
        "post-index-change",
        "reference-transaction",
        "post-checkout",
        "pre-auto-gc",
        "fsmonitor-watchman",
    ):
        program(two.root / ".git/hooks" / hook, marker)
    for setting in SETTINGS:
        git(two.root, "config", setting, str(evil))
    for command in ("rev-parse", "ls-tree", "cat-file", "for-each-ref"):
        git(two.root, "config", f"alias.{command}", f"!{evil}")
    marker.unlink(missing_ok=True)
    assert two("diff", "HEAD~2").code == 0
    assert two("diff", "no-such-revision").code == 2
    assert not marker.exists()


@pytest.mark.parametrize("path", [".:{}", ":{}", "bin:{}", "{root}/bin:{}"])
def test_a_git_in_the_folder_itself_is_not_run(two: Kb, marker: Path, path: str) -> None:
    program(two.root / "git", marker)
    program(two.root / "bin/git", marker)
    done = two("diff", "HEAD~1", PATH=path.format(os.environ["PATH"], root=two.root))
    assert (done.code, marker.exists()) == (0, False)


def test_a_path_without_git_is_a_sentence(two: Kb) -> None:
    program(two.root / "git", two.root / "marker")
    assert "git is not installed here" in two.refuses(2, "diff", PATH=".")


def test_what_the_surroundings_tell_git_to_write_or_run_is_not_done(two: Kb, marker: Path) -> None:
    evil = program(two.root.parent / "evil", marker)
    trace = two.root.parent / "trace"
    done = two(
        "diff",
        "HEAD~1",
        GIT_TRACE=str(trace),
        GIT_TRACE2=str(trace),
        GIT_EXTERNAL_DIFF=str(evil),
        GIT_PAGER=str(evil),
    )
    assert (done.code, marker.exists(), trace.exists()) == (0, False, False)


def test_a_folder_that_only_looks_like_a_repository_is_none(two: Kb) -> None:
    for part in (two.root / ".git").iterdir():
        shutil.move(part, two.root / part.name)
    (two.root / ".git").rmdir()
    assert "is not in a git repository" in two.refuses(2, "diff", "HEAD~1")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder to somebody else")
def test_the_repository_of_another_user_is_refused_with_the_remedy(two: Kb, tmp_path: Path) -> None:
    for path in (two.root, two.root / ".git"):
        os.chown(path, 12345, 12345)
    said = two.refuses(2, "diff", "HEAD~1")
    assert (
        "belongs to another user.\nhint: if you trust it: git config --global --add safe.directory"
        in said
    )
    settings = tmp_path / "gitconfig"
    settings.write_text(f"[safe]\n\tdirectory = {two.root}\n")
    assert two("diff", "HEAD~1", GIT_CONFIG_GLOBAL=str(settings)).code == 0


def test_submodules_and_links_to_a_repository_elsewhere_do_no_harm(two: Kb, tmp_path: Path) -> None:
    shutil.move(two.root / ".git", tmp_path / "elsewhere")
    (two.root / ".git").write_text(f"gitdir: {tmp_path / 'elsewhere'}\n")
    head = git(two.root, "rev-parse", "HEAD").strip()
    git(two.root, "update-index", "--add", "--cacheinfo", f"160000,{head},claims/other.ttl")
    git(two.root, "commit", "-q", "-m", "a submodule")
    assert two("diff", "HEAD~2").code == 0
    (two.root / ".git").write_text("gitdir: /nowhere\n")
    assert "is not in a git repository" in two.refuses(2, "diff", "HEAD~1")


def written(root: Path, *arguments: str, given: str = "") -> str:
    """What a command of git answers to its input."""
    done = subprocess.run(
        ["git", *arguments], cwd=root, input=given, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_a_tree_that_repeats_itself_without_end_is_refused_in_time(two: Kb) -> None:
    tree = written(
        two.root,
        "mktree",
        given=f"100644 blob {git(two.root, 'rev-parse', 'HEAD:kb.toml').strip()}\ta.ttl\n",
    )
    for _ in range(10):
        tree = written(
            two.root, "mktree", given="".join(f"040000 tree {tree}\t{n}\n" for n in range(10))
        )
    top = written(two.root, "mktree", given=f"040000 tree {tree}\tclaims\n")
    bomb = git(two.root, "commit-tree", top, "-m", "a bomb").strip()
    assert "the answer of git is larger than" in two.refuses(2, "diff", bomb)


def test_a_file_that_is_a_folder_as_well_is_a_sentence(two: Kb) -> None:
    blob = git(two.root, "rev-parse", "HEAD:kb.toml").strip()
    inner = written(two.root, "mktree", given=f"100644 blob {blob}\tb.ttl\n")
    claims = written(
        two.root, "mktree", given=f"100644 blob {blob}\ta.ttl\n040000 tree {inner}\ta.ttl\n"
    )
    top = written(
        two.root, "mktree", given=f"040000 tree {claims}\tclaims\n100644 blob {blob}\tkb.toml\n"
    )
    odd = git(two.root, "commit-tree", top, "-m", "odd").strip()
    assert "cannot be written as a file" in two.refuses(2, "diff", odd)


def test_a_repository_that_lost_a_folder_of_a_commit_is_a_sentence(two: Kb) -> None:
    tree = git(two.root, "rev-parse", "HEAD~1:claims/main").strip()
    (two.root / ".git/objects" / tree[:2] / tree[2:]).unlink()
    assert "git cannot list the files of" in two.refuses(2, "diff", "HEAD~1")
