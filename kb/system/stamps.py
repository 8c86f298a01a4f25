"""File stamps: the metadata by which an unchanged file need not be read again.

Size and modification time are not enough: `cp -p`, `rsync -t` and `touch -r` keep both. No program
can set the change time of the inode (ctime), and the inode number differs if another file has
replaced this one.
"""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path
from typing import Final

# Nanoseconds within which two writes may get the same time: FAT counts in steps of 2 seconds, other
# file systems in ticks of the kernel.
COARSE: Final = 2_000_000_000


def stamp(file: Path | str) -> str:
    """Return size, modification time, change time and inode number as a text.

    Raises OSError if there is no such file.

    >>> import tempfile
    >>> with tempfile.NamedTemporaryFile() as file:
    ...     stamp(Path(file.name)) == stamp(Path(file.name))
    True
    """
    found = os.stat(file)
    return f"{found.st_size} {found.st_mtime_ns} {found.st_ctime_ns} {found.st_ino}"


def of_finished(file: Path) -> str:
    """Return the stamp of a file that is never changed once it is finished, which stays the same
    when it gets another hard link. Raises OSError if there is no such file.
    """
    found = file.stat()
    return f"{found.st_size} {found.st_mtime_ns} {found.st_ino}"


def digested(file: Path | str) -> tuple[str, str]:
    """Return the stamp and the SHA-256 of a file, to be stored together.

    The stamp is empty, and so equals no other, if the file changed too recently: another write
    could leave the same stamp. Raises OSError if the file cannot be read.
    """
    now = time.time_ns()
    seen, changed = stamp(file), os.stat(file).st_ctime_ns
    with open(file, "rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    lasting = changed < now - COARSE and stamp(file) == seen
    return (seen if lasting else ""), digest
