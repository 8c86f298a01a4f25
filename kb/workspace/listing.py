"""The files of one part of a knowledge base, and everything there that cannot be one of them.

Nothing is opened, and no link is followed out of the knowledge base. The types of entries come from
listing the folders, so ordinary
files cost no call of their own.
"""

from __future__ import annotations

import os
import re
import stat
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from kb.errors import Place, Problem

# Characters that no file name of ours may have: controls, line breaks, marks that turn the
# direction of writing or are invisible, and
# bytes that are not UTF-8 (Python reads these as lone surrogates). The two joiners U+200C and
# U+200D belong to Persian and Indian names.
_UNFIT = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb]"
)
_KINDS = (
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISDIR, "a folder"),
)


@dataclass(frozen=True, slots=True)
class Listing:
    """What is below one folder: paths of the files, relative to the knowledge base and sorted, and
    what is strange.

    A problem of severity “error” hides something that may belong to the knowledge base; a “warning”
    hides nothing.
    """

    files: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


def listing(root: str, place: str, ending: str, deep: bool = True) -> Listing:
    """The files below `place` (relative to `root`) with this ending; with `deep`, also those in its
    folders.

    A place that does not exist has no files and no problems.
    """
    found = _Found(root, place, ending, deep)
    found.start()
    return Listing(
        tuple(sorted(found.files)), tuple(sorted(found.problems, key=lambda p: p.place.path))
    )


def bounded(found: Listing, root: str, place: str, number: int, size: int) -> Listing:
    """The first files of a listing, as far as they are no more than a number and have no more bytes
    together than a size. Leaving one out is a problem of the place.
    """
    kept, left = 0, size
    for name in found.files[:number]:
        left -= _size(os.path.join(root, name))
        if left < 0:
            break
        kept += 1
    if kept == len(found.files):
        return found
    message = (
        f"of the {len(found.files):,} files here only the first {kept:,} by name are read: "
        f"no more than {number:,} files with {size / 1e6:g} MB together are."
    )
    problem = Problem("error", "unreadable", message, Place(place), hint="remove some of them")
    return Listing(found.files[:kept], (problem, *found.problems))


def _size(path: str) -> int:
    """Bytes of a file; 0 where nobody can tell."""
    try:
        return os.stat(path).st_size
    except OSError:
        return 0


def printable(name: str) -> str:
    r"""A file name as it can be shown: whatever a terminal would obey or hide is written out.

    >>> print(printable("a\nb\udcff\u202e.ttl"))
    a\x0ab\xff\u202e.ttl
    """
    return _UNFIT.sub(_escaped, name)


def _escaped(match: re.Match[str]) -> str:
    """One character as an escape; a lone surrogate as the byte that it stands for."""
    code = ord(match[0])
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def unfit(name: str) -> str:
    """Why a path cannot name a file of ours, in words; empty if it can."""
    match = _UNFIT.search(name)
    if match is None:
        return ""
    code = ord(match[0])
    if 0xD800 <= code <= 0xDFFF:
        return "its name is not UTF-8"
    if match[0] in "\r\n\x0b\x0c\x85\u2028\u2029":
        return "its name contains a line break"
    return f"its name contains the invisible character U+{code:04X}"


def leaves(root: str, relative: str) -> bool:
    """Whether a path leads out of a folder; one that ends in a loop of links does not."""
    real = os.path.realpath(os.path.join(root, relative))
    return real != root and not real.startswith(root.rstrip(os.sep) + os.sep)


@dataclass(slots=True)
class _Found:
    """One look at a folder, while it is taken."""

    root: str
    place: str
    ending: str
    deep: bool
    files: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def start(self) -> None:
        """Look at the place itself and the folders that it is in, then at what is below it."""
        parts = self.place.split("/")
        for number in range(1, len(parts) + 1):
            if not self._is_folder("/".join(parts[:number])):
                return
        self._below(os.path.join(self.root, self.place))

    def _is_folder(self, place: str) -> bool:
        """Whether a place is a folder that may be listed; what else it is becomes a problem, unless
        there is nothing.
        """
        path = os.path.join(self.root, place)
        try:
            mode = os.lstat(path).st_mode
        except FileNotFoundError:
            return False
        except OSError as error:
            self._unreadable(
                place, f"this folder cannot be read: {error.strerror}.", "check its permissions"
            )
            return False
        if stat.S_ISLNK(mode):
            if leaves(self.root, place):
                self._outside("error", place)
                return False
            mode = _mode(path)
        if not stat.S_ISDIR(mode):
            self._unreadable(
                place, f"this is {_kind(mode)}, where a folder is expected.", "move it away"
            )
            return False
        return True

    def _below(self, top: str) -> None:
        folders = [top]
        while folders:
            here = folders.pop()
            try:
                with os.scandir(here) as entries:
                    folders += self._folder(list(entries))
            except OSError as error:
                hint = "check its permissions: kb must be able to list what is in it"
                self._unreadable(
                    self._name(here), f"this folder cannot be read: {error.strerror}.", hint
                )

    def _folder(self, entries: list[os.DirEntry[str]]) -> Iterator[str]:
        """The folders in a folder; its files and its strange entries are noted."""
        alike: dict[str, str] = {}
        for entry in entries:
            ours = entry.name.endswith(self.ending)
            if entry.is_symlink():
                self._link(entry, ours)
            elif entry.is_dir(follow_symlinks=False):
                if ours:
                    self._named_like_a_file(entry)
                if self.deep:
                    yield entry.path
            elif not entry.is_file(follow_symlinks=False):
                self._special(entry, ours)
            elif ours:
                self._file(entry)
            else:
                continue
            other = alike.setdefault(_folded(entry.name), entry.name)
            if other != entry.name:
                self._alike(entry, other)

    def _file(self, entry: os.DirEntry[str]) -> None:
        name = self._name(entry.path)
        if why := unfit(name):
            self._unreadable(name, f"{why}, so the file is not read.", "rename it")
        else:
            self.files.append(name)

    def _link(self, entry: os.DirEntry[str], ours: bool) -> None:
        """A link is read if it leads to a file of the knowledge base that is not read under its own
        name.
        """
        name, mode = self._name(entry.path), _mode(entry.path)
        if not ours and (stat.S_ISREG(mode) or (not mode and entry.name.startswith("."))):
            return  # a note beside the records, or the mark of an editor
        folder = stat.S_ISDIR(mode) or (
            not mode and "." not in entry.name
        )  # without a target, the name must tell
        severity = "error" if ours or (self.deep and folder) else "warning"
        if (ours or mode) and leaves(self.root, name):
            self._outside(severity, name)
        elif not mode:
            self._strange(
                severity, name, "this is a link that leads nowhere, or in a circle.", "remove it"
            )
        elif self._read_elsewhere(os.path.realpath(entry.path), mode):
            target = printable(self._name(os.path.realpath(entry.path)))
            self._strange(
                "warning",
                name,
                f"this is a link to {target}, which is looked at under that name only.",
                "remove the link",
            )
        elif ours and stat.S_ISREG(mode):
            self._file(entry)
        else:
            message = f"this is a link to {_kind(mode)}, and is not followed."
            self._strange(
                severity,
                name,
                message,
                "remove it; put the files themselves in its place if they belong here",
            )

    def _read_elsewhere(self, target: str, mode: int) -> bool:
        """Whether what a link leads to is listed anyway."""
        top = os.path.realpath(os.path.join(self.root, self.place))
        if stat.S_ISDIR(mode):  # one above leads back here, in a circle
            here, there = top + os.sep, target + os.sep
            return self.deep and (there.startswith(here) or here.startswith(there))
        place = os.path.dirname(target) + os.sep
        within = place.startswith(top + os.sep) if self.deep else place == top + os.sep
        return within and stat.S_ISREG(mode) and target.endswith(self.ending)

    def _special(self, entry: os.DirEntry[str], ours: bool) -> None:
        try:
            kind = _kind(entry.stat(follow_symlinks=False).st_mode)
        except OSError:
            kind = "neither a file nor a folder"
        self._strange(
            "error" if ours else "warning",
            self._name(entry.path),
            f"this is {kind}, and is not opened.",
            "remove it",
        )

    def _named_like_a_file(self, entry: os.DirEntry[str]) -> None:
        name = self._name(entry.path)
        if self.deep:
            self._strange(
                "warning",
                name,
                "this is a folder with the name of a file; the files in it are read.",
                "rename it",
            )
        else:
            self._unreadable(
                name, "this is a folder with the name of a file, and is not read.", "rename it"
            )

    def _alike(self, entry: os.DirEntry[str], other: str) -> None:
        message = f"its name differs from “{printable(other)}” only in case or accents; on other systems one replaces the other."
        name = printable(self._name(entry.path))
        self.problems.append(
            Problem("warning", "names-alike", message, Place(name), hint="rename one of them")
        )

    def _outside(self, severity: str, name: str) -> None:
        target = printable(os.path.realpath(os.path.join(self.root, name)))
        message = (
            f"this is a link that leads out of the knowledge base, to {target}, and is not read."
        )
        self._strange(
            severity,
            name,
            message,
            "remove it; where its records belong here, put the file itself in its place",
        )

    def _unreadable(self, name: str, message: str, hint: str) -> None:
        self.problems.append(
            Problem("error", "unreadable", message, Place(printable(name)), hint=hint)
        )

    def _strange(self, severity: str, name: str, message: str, hint: str) -> None:
        code = "unreadable" if severity == "error" else "strange-file"
        self.problems.append(Problem(severity, code, message, Place(printable(name)), hint=hint))

    def _name(self, path: str) -> str:
        """A path relative to the knowledge base."""
        return path.removeprefix(self.root.rstrip(os.sep) + os.sep)


def _mode(path: str) -> int:
    """Type and permissions of what a path leads to; 0 if it leads nowhere."""
    try:
        return os.stat(path).st_mode
    except OSError:
        return 0


def _kind(mode: int) -> str:
    return next(
        (words for test, words in _KINDS if test(mode)),
        "a file" if stat.S_ISREG(mode) else "nothing that can be read",
    )


def _folded(name: str) -> str:
    """A name as a file system sees it that ignores case and the ways to write an accent."""
    return unicodedata.normalize("NFC", name).casefold() if not name.isascii() else name.lower()
