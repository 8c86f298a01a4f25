"""A record of what commands did to a disk, call by call, and the disk as a power cut may leave it
at any point of the record.

The model is that of POSIX: the data of a file last once the file was synced, a name once its folder
was synced; a rename happens or does
not. Whatever no fsync covers may be missing, in any combination, and what was written may be torn.
"""

from __future__ import annotations

import os
import pickle
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

# What a command ends with that is killed here.
KILLED = 77
# Calls that give a name, take one away, or move one.
NAMING = ("replace", "rename", "link", "unlink", "remove", "rmdir", "mkdir")

Call = tuple[Any, ...]


@dataclass
class Recorder:
    """From `start` on, every call of this process that changes something under `root` is noted,
    except in the index.

    `kill` is the number of the call after which the process ends, as by SIGKILL; 0 for none.
    """

    root: str
    calls: list[Call]
    file: Path
    kill: int = 0
    real: dict[str, Callable[..., Any]] = field(default_factory=dict)

    def start(self) -> None:
        """Replace the calls of `os` by ones that are noted."""
        for name in (*NAMING, "open", "write", "pwrite", "ftruncate", "fsync"):
            self.real[name] = getattr(os, name)
        for name in NAMING:
            setattr(os, name, self._naming(name))
        for name in ("write", "pwrite", "ftruncate", "fsync"):
            setattr(os, name, self._by_handle(name))
        setattr(os, "open", self._open)  # noqa: B010  # mypy knows the signature of the real one

    def mark(self, what: object) -> None:
        """Note that a state was reached and acknowledged."""
        self.calls.append(("mark", what))

    def save(self) -> None:
        """Keep the record for the process that asked for it."""
        self.file.write_bytes(pickle.dumps(self.calls))

    def _note(self, *call: Any) -> None:
        self.calls.append(call)
        if len(self.calls) == self.kill:
            os.open = self.real["open"]
            self.save()
            os._exit(KILLED)

    def _inside(self, path: str) -> bool:
        return path.startswith(self.root) and "/.kb/" not in f"{path}/"

    def _path(self, name: Any, dir_fd: int | None = None) -> str:
        text = os.fsdecode(name)
        if dir_fd is not None:
            text = os.path.join(os.readlink(f"/proc/self/fd/{dir_fd}"), text)
        return os.path.abspath(text)

    def _naming(self, name: str) -> Callable[..., Any]:
        def call(*args: Any, dir_fd: int | None = None, **named: Any) -> Any:
            """The real call, then its note."""
            folders = {} if dir_fd is None else {"dir_fd": dir_fd}
            count = 2 if name in ("replace", "rename", "link") else 1
            paths = [self._path(arg, dir_fd) for arg in args[:count]]
            out = self.real[name](*args, **folders, **named)
            if all(map(self._inside, paths)):
                self._note(name, *paths)
            return out

        return call

    def _by_handle(self, name: str) -> Callable[..., Any]:
        def call(handle: int, *args: Any) -> Any:
            """The real call, then its note with the path of the file and what was written."""
            out = self.real[name](handle, *args)
            path = os.readlink(f"/proc/self/fd/{handle}")
            if self._inside(path):
                data = bytes(args[0])[:out] if name in ("write", "pwrite") else None
                self._note(name, path, data, *args[1:] if data is not None else args)
            return out

        return call

    def _open(self, path: Any, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        where = self._path(path, dir_fd)
        new = bool(flags & os.O_CREAT) and not os.path.lexists(where)
        handle: int = self.real["open"](path, flags, mode, dir_fd=dir_fd)
        if new and self._inside(where):
            self._note("create", where)
        return handle


# --- the disk


@dataclass(frozen=True)
class Op:
    """One change of the disk in terms of files and folders by number; `syncs` is what must be
    synced for it to last.
    """

    kind: str
    syncs: int
    args: tuple[Any, ...]


@dataclass
class Tape:
    """A record as changes of a disk: `ops`, and for every folder and file by number the path that
    it had.
    """

    root: str
    ops: list[Op] = field(default_factory=list)
    paths: dict[int, str] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    lengths: dict[int, int] = field(default_factory=dict)

    @classmethod
    def of(cls, root: str, calls: Sequence[Call]) -> Tape:
        """The record of these calls, which begin with an empty folder."""
        tape = cls(root, paths={0: root}, numbers={root: 0})
        for name, *args in calls:
            tape._add(name, *args)
        return tape

    def _add(self, name: str, *args: Any) -> None:
        """One call."""
        if name == "mark":
            self.ops.append(Op("mark", -1, args))
        elif name in ("create", "mkdir"):
            self._named(args[0], self._new(args[0]), name)
        elif name == "link":
            self._named(args[1], self.numbers[args[0]], name)
        elif name in ("replace", "rename"):
            self._moved(*args)
        elif name in ("unlink", "remove", "rmdir"):
            folder, entry = os.path.split(args[0])
            self.ops.append(Op("gone", self.numbers[folder], (self.numbers[folder], entry)))
            self.numbers.pop(args[0], None)
        elif name == "fsync":
            self.ops.append(Op("sync", -1, (self.numbers[args[0]],)))
        else:
            self._written(name, *args)

    def _new(self, path: str) -> int:
        number = len(self.paths)
        self.paths[number] = path
        return number

    def _named(self, path: str, number: int, kind: str) -> None:
        folder, entry = os.path.split(path)
        self.numbers[path] = number
        self.ops.append(
            Op("name", self.numbers[folder], (self.numbers[folder], entry, number, kind == "mkdir"))
        )

    def _moved(self, source: str, target: str) -> None:
        number = self.numbers[source]
        if self.numbers.get(target) == number:
            return  # two names of one file: nothing happens
        (old, was), (new, entry) = os.path.split(source), os.path.split(target)
        self.ops.append(
            Op(
                "move",
                self.numbers[new],
                (self.numbers[old], was, self.numbers[new], entry, number),
            )
        )
        for path in [p for p in self.numbers if p == source or p.startswith(f"{source}/")]:
            self.numbers[target + path.removeprefix(source)] = self.numbers.pop(path)

    def _written(self, name: str, path: str, data: bytes | None, *rest: int) -> None:
        number = self.numbers[path]
        if name == "ftruncate" or data is None:
            self.ops.append(Op("cut", number, (number, rest[0])))
            self.lengths[number] = rest[0]
            return
        start = rest[0] if rest else self.lengths.get(number, 0)
        self.lengths[number] = start + len(data)
        self.ops.append(Op("data", number, (number, start, data)))

    # --- a power cut ------------------------------------------------------------------------------

    def cut(
        self,
        point: int,
        keep: Callable[[Op], float],
        blind: Callable[[str], bool] = lambda _: False,
    ) -> dict[str, bytes | None]:
        """The disk after a power cut before op `point`: path from the root → bytes, None for a
        folder.

        `keep` says how much of a change that no fsync covers is left, from 0 to 1. The fsyncs of
        what `blind` is true of do nothing.
        """
        covered, kept = set[int](), list[Op]()
        for op in reversed(self.ops[:point]):
            if op.kind == "sync" and not blind(self.paths[op.args[0]].removeprefix(self.root)):
                covered.add(op.args[0])
            elif op.kind not in ("sync", "mark"):
                part = 1.0 if op.syncs in covered else keep(op)
                if part:
                    kept.append(_torn(op, part))
        return _disk(reversed(kept))


def _torn(op: Op, part: float) -> Op:
    """As much of a write as is left."""
    if op.kind != "data" or part == 1:
        return op
    number, start, data = op.args
    return Op("data", op.syncs, (number, start, data[: int(len(data) * part)]))


def _disk(ops: Any) -> dict[str, bytes | None]:
    """What a disk holds on which these changes, and no others, were made."""
    folders: dict[int, dict[str, int]] = {0: {}}
    files: dict[int, bytearray] = {}
    for op in ops:
        if op.kind == "name":
            folder, entry, number, inner = op.args
            folders.setdefault(folder, {})[entry] = number
            if inner:
                folders.setdefault(number, {})
        elif op.kind == "gone":
            folders.setdefault(op.args[0], {}).pop(op.args[1], None)
        elif op.kind == "move":
            old, was, new, entry, number = op.args
            if folders.setdefault(old, {}).get(was) == number:
                del folders[old][was]
            folders.setdefault(new, {})[entry] = number
        elif op.kind == "data":
            number, start, data = op.args
            file = files.setdefault(number, bytearray())
            file.extend(bytes(max(0, start - len(file))))
            file[start : start + len(data)] = data
        else:
            number, length = op.args
            file = files.setdefault(number, bytearray())
            file[length:] = bytes(max(0, length - len(file)))
    return dict(_listed("", 0, folders, files))


def _listed(
    path: str, number: int, folders: dict[int, dict[str, int]], files: dict[int, bytearray]
) -> list[tuple[str, bytes | None]]:
    out: list[tuple[str, bytes | None]] = [(path, None)] if path else []
    for entry, inner in sorted(folders[number].items()):
        name = f"{path}/{entry}".lstrip("/")
        out += (
            _listed(name, inner, folders, files)
            if inner in folders
            else [(name, bytes(files.get(inner, b"")))]
        )
    return out


def policies(chance: random.Random, number: int) -> Callable[[Op], float]:
    """How a power cut treats what no fsync covers: all is lost, names or data alone, one change
    alone, or by chance.
    """
    which, part = chance.randrange(6), chance.random()
    lost = chance.randrange(max(1, number))
    seen = [0]

    def keep(op: Op) -> float:
        """How much of it is left."""
        seen[0] += 1
        if which == 0:
            return 0.0
        if which == 1:
            return float(op.kind not in ("data", "cut"))
        if which == 2:
            return float(op.kind in ("data", "cut"))
        if which == 3:
            return float(seen[0] != lost + 1)
        if which == 4:
            return float(seen[0] == lost + 1)
        return chance.choice((0.0, 1.0, part))

    return keep
