"""Listing of the files in one part of a knowledge base, and of everything else there.

No file is opened, and no link is followed out of the knowledge base. The kinds of entries come from
listing the folders, so ordinary files cost no system call of their own.
"""

from __future__ import annotations

import os
import re
import stat
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from kb.errors import Place, Problem

# Characters that our file names must not have: control characters, line breaks, invisible
# characters and those that change the direction of writing, and bytes that are not UTF-8 (lone
# surrogates in Python). The joiners U+200C and U+200D are allowed: Persian and Indian names need
# them.
_UNFIT = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufeff\ufff9-\ufffb]"
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
    """The content of a folder: paths of its files, relative to the knowledge base and sorted;
    problems.

    A problem of severity “error” may hide a part of the knowledge base. A “warning” hides nothing.
    """

    files: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


def listing(root: str, place: str, ending: str, deep: bool = True) -> Listing:
    """List the files below `place` (relative to `root`) with this ending.

    With `deep`, files in subfolders are included. A place that does not exist has no files and no
    problems.
    """
    found = _Found(root, place, ending, deep)
    found.start()
    return Listing(
        tuple(sorted(found.files)), tuple(sorted(found.problems, key=lambda p: p.place.path))
    )


def bounded(found: Listing, root: str, place: str, number: int, size: int) -> Listing:
    """Limit a listing to its first files: at most `number` of them, with at most `size` bytes in
    total.

    Leaving a file out is a problem of the place.
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
        f"only the first {kept:,} of {len(found.files):,} files here are read, by name: "
        f"the limit is {number:,} files with {size / 1e6:g} MB in total."
    )
    problem = Problem("error", "unreadable", message, Place(place), hint="remove some of them")
    return Listing(found.files[:kept], (problem, *found.problems))


def _size(path: str) -> int:
    """Return the size of a file in bytes; 0 if it is unknown."""
    try:
        return os.stat(path).st_size
    except OSError:
        return 0


def printable(name: str) -> str:
    r"""Escape the characters of a file name that a terminal would obey or hide.

    >>> print(printable("a\nb\udcff\u202e.ttl"))
    a\x0ab\xff\u202e.ttl
    """
    return _UNFIT.sub(_escaped, name)


def _escaped(match: re.Match[str]) -> str:
    """Escape one character; a lone surrogate becomes the byte that it represents."""
    code = ord(match[0])
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def unfit(name: str) -> str:
    """Return the reason why a path cannot name a file of ours; empty if it can."""
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
    """Tell whether a path leads out of a folder. A loop of links does not."""
    real = os.path.realpath(os.path.join(root, relative))
    return real != root and not real.startswith(root.rstrip(os.sep) + os.sep)


@dataclass(slots=True)
class _Found:
    """A listing in progress."""

    root: str
    place: str
    ending: str
    deep: bool
    files: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def start(self) -> None:
        """Check the place and the folders above it, then list what is below it."""
        parts = self.place.split("/")
        for number in range(1, len(parts) + 1):
            if not self._is_folder("/".join(parts[:number])):
                return
        self._below(os.path.join(self.root, self.place))

    def _is_folder(self, place: str) -> bool:
        """Tell whether a place is a folder to list. Anything else there is a problem; nothing is
        not.
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
                place, f"this is {_kind(mode)}, but should be a folder.", "move it away"
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
                hint = "check its permissions: kb must be able to list its content"
                self._unreadable(
                    self._name(here), f"this folder cannot be read: {error.strerror}.", hint
                )

    def _folder(self, entries: list[os.DirEntry[str]]) -> Iterator[str]:
        """Yield the subfolders of a folder. Record its files and problems."""
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
        """Record a link. It is read if it leads to a file that is not read under its own name."""
        name, mode = self._name(entry.path), _mode(entry.path)
        if not ours and (stat.S_ISREG(mode) or (not mode and entry.name.startswith("."))):
            # A note beside the records, or a lock file of an editor.
            return
        # Without a target, only the name can show whether a folder was meant.
        folder = stat.S_ISDIR(mode) or (not mode and "." not in entry.name)
        severity = "error" if ours or (self.deep and folder) else "warning"
        if (ours or mode) and leaves(self.root, name):
            self._outside(severity, name)
        elif not mode:
            self._strange(severity, name, "this link leads nowhere, or in a circle.", "remove it")
        elif self._read_elsewhere(os.path.realpath(entry.path), mode):
            target = printable(self._name(os.path.realpath(entry.path)))
            self._strange(
                "warning",
                name,
                f"this is a link to {target}, which is read under that name only.",
                "remove the link",
            )
        elif ours and stat.S_ISREG(mode):
            self._file(entry)
        else:
            message = f"this is a link to {_kind(mode)}; it is not followed."
            self._strange(
                severity,
                name,
                message,
                "remove it, or replace it with the files themselves if they belong here",
            )

    def _read_elsewhere(self, target: str, mode: int) -> bool:
        """Tell whether the target of a link is listed anyway."""
        top = os.path.realpath(os.path.join(self.root, self.place))
        # A link to a folder above leads back here, in a circle.
        if stat.S_ISDIR(mode):
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
            f"this is {kind}; it is not opened.",
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
                name, "this is a folder with the name of a file; it is not read.", "rename it"
            )

    def _alike(self, entry: os.DirEntry[str], other: str) -> None:
        message = (
            f"its name differs from “{printable(other)}” only in case or accents; "
            "on other systems one replaces the other."
        )
        name = printable(self._name(entry.path))
        self.problems.append(
            Problem("warning", "names-alike", message, Place(name), hint="rename one of them")
        )

    def _outside(self, severity: str, name: str) -> None:
        target = printable(os.path.realpath(os.path.join(self.root, name)))
        message = f"this link leads out of the knowledge base, to {target}; it is not read."
        self._strange(
            severity,
            name,
            message,
            "remove it, or replace it with the file itself if its records belong here",
        )

    def _unreadable(self, name: str, message: str, hint: str) -> None:
        self.problems.append(
            Problem("error", "unreadable", message, Place(printable(name)), hint=hint)
        )

    def _strange(self, severity: str, name: str, message: str, hint: str) -> None:
        code = "unreadable" if severity == "error" else "strange-file"
        self.problems.append(Problem(severity, code, message, Place(printable(name)), hint=hint))

    def _name(self, path: str) -> str:
        """Return a path relative to the knowledge base."""
        return path.removeprefix(self.root.rstrip(os.sep) + os.sep)


def _mode(path: str) -> int:
    """Return the type and mode of what a path leads to; 0 if it leads nowhere."""
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
    """Normalise a name as file systems do that ignore case and Unicode normal forms."""
    return unicodedata.normalize("NFC", name).casefold() if not name.isascii() else name.lower()
