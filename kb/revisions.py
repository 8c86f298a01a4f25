"""The knowledge base as it was at a revision of git, laid out in a folder elsewhere. Nothing here writes into the work tree."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from kb import folder as folders
from kb.errors import Usage
from kb.folder import Folder
from kb.ids import suggestion

# Kinds of stored files that decide what is recorded and how it stands: settings, records, declarations and policies.
SUFFIX = ".ttl"
PLACES = ("claims", "ontology")
# What a hook or another command may have set: the repository meant is the one around the knowledge base.
FOREIGN = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_OBJECT_DIRECTORY", "GIT_NAMESPACE")
PATIENCE = 60  # seconds, for a repository on a slow disk


@dataclass(frozen=True, slots=True)
class Blob:
    """A file of a revision, by its path in the knowledge base."""

    path: str
    name: str


def lay_out(folder: Folder, revision: str, target: Path) -> Folder:
    """The knowledge base of `folder` as a revision has it, written into `target`, an empty folder outside of it.

    Raises Usage where there is no git, no repository, no such revision, or no knowledge base in it.
    """
    commit = resolved(folder, revision)
    blobs = list(_blobs(folder, commit))
    if not any(blob.path == folders.SETTINGS for blob in blobs):
        raise Usage(f"at {revision} there was no {folders.SETTINGS} here.", f"git log -- {folders.SETTINGS} shows since when there is one")
    for blob, data in zip(blobs, _contents(folder, blobs), strict=True):
        path = target / blob.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folders.load(target)


def resolved(folder: Folder, revision: str) -> str:
    """The commit that a revision means. Raises Usage with the nearest names."""
    inside = _git(folder, "rev-parse", "--is-inside-work-tree")
    if inside.returncode:
        reason = inside.stderr.decode(errors="replace").strip().splitlines()
        other = [] if not reason or "not a git repository" in reason[0] else reason[:1]
        hint = "git init && git add -A && git commit makes it one; kb log tells what was done without git"
        raise Usage(f"{folder.root} is in no git repository{''.join(f': {r}' for r in other)}.", hint)
    found = _git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if found.returncode:
        names = _git(folder, "for-each-ref", "--format=%(refname:short)").stdout.decode(errors="replace").split()
        if revision == "HEAD":
            raise Usage("this git repository has no commit yet.", "git add -A && git commit, then kb diff compares with it")
        raise Usage(f"git knows no revision “{revision}”.", suggestion(revision, names, "git log --oneline lists them"))
    return found.stdout.decode().strip()


def _git(folder: Folder, *arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run git in the knowledge base's folder, without a shell. Raises Usage where there is none."""
    environment = {k: v for k, v in os.environ.items() if k not in FOREIGN} | {"GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
    try:
        return subprocess.run(
            ["git", "-C", str(folder.root), *arguments], input=given, capture_output=True, timeout=PATIENCE, env=environment, check=False
        )
    except FileNotFoundError:
        raise Usage("git is not installed here.", "install git; kb log tells what was done without it") from None
    except subprocess.TimeoutExpired:
        raise Usage(f"git did not answer within {PATIENCE} seconds.", "git status shows what it is busy with") from None


def _blobs(folder: Folder, commit: str) -> Iterator[Blob]:
    """The stored files of a commit; links and what lies elsewhere are passed over. Raises Usage for one that is too large."""
    for line in _git(folder, "ls-tree", "-r", "-z", "-l", commit).stdout.split(b"\0"):
        about, _, raw = line.partition(b"\t")
        if not raw:
            continue
        mode, kind, name, size = about.decode().split()
        path = raw.decode(errors="surrogateescape")
        if kind == "blob" and mode != "120000" and _stored(path):
            if int(size) > folders.LARGEST_FILE:
                raise Usage(f"{path} of {commit[:12]} is larger than {folders.LARGEST_FILE // 1_000_000} MB.", "compare later revisions")
            yield Blob(path, name)


def _stored(path: str) -> bool:
    """Whether a path is one of a stored file, and stays inside.

    >>> [_stored(p) for p in ("kb.toml", "claims/main/entities.ttl", "claims/../x.ttl", "queries/a.rq")]
    [True, True, False, False]
    """
    parts = PurePosixPath(path).parts
    return path == folders.SETTINGS or (parts[0] in PLACES and path.endswith(SUFFIX) and not {"..", "/"} & set(parts))


def _contents(folder: Folder, blobs: list[Blob]) -> Iterator[bytes]:
    """The bytes of each file, as they were committed: no filter, no conversion of line ends."""
    out = _git(folder, "cat-file", "--batch", given="".join(f"{b.name}\n" for b in blobs).encode()).stdout
    at = 0
    for blob in blobs:
        head, newline, _ = out[at : at + 200].partition(b"\n")
        words = head.split()
        if not newline or len(words) != 3:
            raise Usage(f"git cannot read {blob.path}: {head.decode(errors='replace')}.", "git fsck shows what is missing")
        begin = at + len(head) + 1
        yield out[begin : begin + int(words[2])]
        at = begin + int(words[2]) + 1


def ends(text: str) -> tuple[str, str]:
    """The revisions of `A..B`, HEAD for an empty one; of `A` alone the second is empty: the present state. Raises Usage for `A...B`.

    >>> ends("v1..v2"), ends("..v2"), ends("v1")
    (('v1', 'v2'), ('HEAD', 'v2'), ('v1', ''))
    """
    if "..." in text:
        raise Usage(f"“{text}” is not understood: two dots join two revisions.", f"kb diff {text.replace('...', '..')}")
    one, dots, other = text.partition("..")
    return one or "HEAD", (other or "HEAD") if dots else ""
