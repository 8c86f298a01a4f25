"""Git revisions: write the knowledge base as it was at a revision into another folder.

The work tree is never changed.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from kb.errors import Usage
from kb.model.identifiers import suggestion
from kb.workspace.files import folder as folders
from kb.workspace.files import git
from kb.workspace.files.folder import Folder

# The stored files that determine records and statuses: settings, records, declarations, policies.
SUFFIX = ".ttl"
PLACES = ("claims", "ontology")
# Limits for one revision: a tree that repeats itself can list more files than fit on any disk.
MOST_FILES = 200_000
# Bytes.
LARGEST_STATE = 1_000_000_000
# Bytes of files per request to git.
AT_ONCE = 32_000_000
# Options to list the files of commits, relative to the folder, without running programs on them.
_NAMES_ONLY = ("--name-only", "--no-renames", "--no-ext-diff", "--no-textconv", "--relative")
# Bytes of the line that git writes before each file.
_HEAD = 200


@dataclass(frozen=True, slots=True)
class Blob:
    """A file of a revision: its path in the knowledge base, its name in git, its size in bytes."""

    path: str
    name: str
    size: int = 0


def lay_out(folder: Folder, revision: str, target: Path) -> Folder:
    """Write the knowledge base of `folder` at a revision into `target`, an empty folder elsewhere.

    Raises Usage if there is no git, no repository, no such revision, or no knowledge base in it.
    """
    commit = resolved(folder, revision)
    blobs = _sized(folder, _blobs(folder, commit), revision)
    if not any(blob.path == folders.SETTINGS for blob in blobs):
        raise Usage(
            f"at {revision} there was no {folders.SETTINGS} here.",
            f"see when it was added: git log -- {folders.SETTINGS}",
        )
    for part in _parts(blobs):
        for blob, data in zip(part, _contents(folder, part), strict=True):
            _put(target, blob, data, revision)
    return folders.load(target)


def _put(target: Path, blob: Blob, data: bytes, revision: str) -> None:
    """Write a file of a revision. Raises Usage if its path cannot be a file."""
    path = target / blob.path
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise Usage(
            f"at {revision}, {blob.path} cannot be written as a file: {reason}.",
            "compare with another revision",
        ) from None


def resolved(folder: Folder, revision: str) -> str:
    """Return the commit of a revision. Raises Usage with the nearest names."""
    inside = git.run(folder.root, "rev-parse", "--is-inside-work-tree")
    if inside.code:
        raise _no_repository(folder, inside.reason)
    found = git.run(
        folder.root,
        "rev-parse",
        "--verify",
        "--quiet",
        "--end-of-options",
        f"{revision}^{{commit}}",
    )
    if found.code:
        names = (
            git.run(folder.root, "for-each-ref", "--count=10000", "--format=%(refname:short)")
            .out.decode(errors="replace")
            .split()
        )
        if revision == "HEAD":
            raise Usage(
                "this git repository has no commit yet.",
                "commit first: git add -A && git commit",
            )
        raise Usage(
            f"git knows no revision “{revision}”.",
            suggestion(revision, names, "list them with git log --oneline"),
        )
    return found.out.decode().strip()


def _no_repository(folder: Folder, reason: str) -> Usage:
    """Return the error for a folder that git does not read."""
    if "dubious ownership" in reason:
        return Usage(
            f"git does not read {folder.root}: the repository belongs to another user.",
            f"if you trust it: git config --global --add safe.directory {folder.root}",
        )
    other = "" if not reason or "not a git repository" in reason else f": {reason}"
    hint = "make one: git init && git add -A && git commit; kb log works without git"
    return Usage(f"{folder.root} is not in a git repository{other}.", hint)


def _blobs(folder: Folder, commit: str) -> list[Blob]:
    """Return the stored files of a commit; links and other files are skipped.

    Raises Usage if git cannot list them.
    """
    listed = git.run(folder.root, "ls-tree", "-r", "-z", commit, "--", folders.SETTINGS, *PLACES)
    if listed.code:
        raise Usage(f"git cannot list the files of {commit[:12]}: {listed.reason}.", _INCOMPLETE)
    found = []
    for line in listed.out.split(b"\0"):
        about, _, raw = line.partition(b"\t")
        if not raw:
            continue
        mode, kind, name = about.decode().split()
        path = raw.decode(errors="surrogateescape")
        if kind == "blob" and mode != "120000" and _stored(path):
            found.append(Blob(path, name))
    if len(found) > MOST_FILES:
        raise Usage(
            f"{commit[:12]} has {len(found):,} stored files; the most is {MOST_FILES:,}.",
            "compare other revisions",
        )
    return found


def _sized(folder: Folder, blobs: list[Blob], revision: str) -> list[Blob]:
    """Add the sizes of files. Raises Usage if one is missing or too large."""
    answer = git.run(folder.root, "cat-file", "--batch-check=%(objectsize)", given=_names(blobs))
    sizes = answer.out.split(b"\n")
    found = []
    for blob, size in zip(blobs, sizes, strict=False):
        if not size.isdigit():
            raise _missing(blob, revision)
        if int(size) > folders.LARGEST_FILE:
            raise Usage(
                f"{blob.path} at {revision} is larger than {folders.LARGEST_FILE // 1_000_000} MB.",
                "compare other revisions",
            )
        found.append(Blob(blob.path, blob.name, int(size)))
    # Git stops at a missing object, because it may not fetch it.
    if len(found) < len(blobs):
        raise _missing(blobs[len(found)], revision)
    if sum(blob.size for blob in found) > LARGEST_STATE:
        raise Usage(
            f"the files at {revision} have more than {LARGEST_STATE // 1_000_000} MB in total.",
            "compare other revisions",
        )
    return found


_INCOMPLETE = (
    "git fsck shows what is missing; "
    "git fetch --refetch --no-filter completes a partial clone (kb itself fetches nothing)"
)


def _missing(blob: Blob, revision: str) -> Usage:
    return Usage(f"{blob.path} at {revision} is not in this git repository.", _INCOMPLETE)


def _names(blobs: list[Blob]) -> bytes:
    return "".join(f"{blob.name}\n" for blob in blobs).encode()


def _parts(blobs: list[Blob]) -> Iterator[list[Blob]]:
    """Split the files into parts to request together."""
    part: list[Blob] = []
    size = 0
    for blob in blobs:
        if part and size + blob.size > AT_ONCE:
            yield part
            part, size = [], 0
        part.append(blob)
        size += blob.size
    if part:
        yield part


def _stored(path: str) -> bool:
    """Tell whether a path is one of a stored file, and stays inside.

    >>> paths = ("kb.toml", "claims/main/entities.ttl", "claims/../x.ttl", "queries/a.rq")
    >>> [_stored(path) for path in paths]
    [True, True, False, False]
    """
    parts = PurePosixPath(path).parts
    return path == folders.SETTINGS or (
        parts[0] in PLACES and path.endswith(SUFFIX) and not {"..", "/"} & set(parts)
    )


def _contents(folder: Folder, blobs: list[Blob]) -> Iterator[bytes]:
    """Yield the bytes of each file as committed, without filters or conversion of line ends."""
    most = sum(blob.size + _HEAD for blob in blobs)
    out = git.run(folder.root, "cat-file", "--batch", given=_names(blobs), most=most).out
    at = 0
    for blob in blobs:
        head, newline, _ = out[at : at + _HEAD].partition(b"\n")
        begin = at + len(head) + 1
        if (
            not newline
            or head.split()[2:] != [str(blob.size).encode()]
            or len(out) < begin + blob.size
        ):
            raise Usage(
                f"git cannot read {blob.path}: {head.decode(errors='replace')}.",
                "see what is missing with git fsck",
            )
        yield out[begin : begin + blob.size]
        at = begin + blob.size + 1


def ends(text: str) -> tuple[str, str]:
    """Split `A..B` into two revisions; an empty one means HEAD.

    For `A` alone the second one is empty, which means the present state. Raises Usage for `A...B`.

    >>> ends("v1..v2"), ends("..v2"), ends("v1")
    (('v1', 'v2'), ('HEAD', 'v2'), ('v1', ''))
    """
    if "..." in text:
        raise Usage(
            f"“{text}” has three dots; two dots join two revisions.",
            f"write kb diff {text.replace('...', '..')}",
        )
    one, dots, other = text.partition("..")
    return one or "HEAD", (other or "HEAD") if dots else ""


def _paths(listed: bytes) -> set[str]:
    return {os.fsdecode(name) for name in listed.split(b"\0")}


def elsewhere(folder: Folder, names: Collection[str]) -> set[str]:
    """Return which of these files are in a commit but not in the present checkout.

    Git removed them and can restore them. Empty if git does not answer.
    """
    with suppress(Usage, OSError):
        here = git.run(folder.root, "ls-files", "-z", "--", *PLACES)
        past = git.run(folder.root, "log", "--all", "-z", "--format=", *_NAMES_ONLY, "--", *PLACES)
        if here.code == 0 == past.code:
            return (set(names) & _paths(past.out)) - _paths(here.out)
    return set()
