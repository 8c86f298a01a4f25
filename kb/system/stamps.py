"""The stamp of a file: what the system records of it by itself, so that unchanged bytes need not be
read again.

Size and time of writing are not enough: `cp -p`, `rsync -t` and `touch -r` keep both. The time of
the last change of the file's entry
(ctime) cannot be set by a program, and the inode differs where another file took the place.
"""

from __future__ import annotations

import hashlib
import time
from pathlib import Path
from typing import Final

# Nanoseconds in which a file system may give two writes the same time: FAT counts in 2 seconds,
# others in a tick of the kernel.
COARSE: Final = 2_000_000_000


def stamp(file: Path) -> str:
    """Size, time of writing, time of change and inode. Raises OSError where there is no file.

    >>> import tempfile
    >>> with tempfile.NamedTemporaryFile() as file:
    ...     stamp(Path(file.name)) == stamp(Path(file.name))
    True
    """
    found = file.stat()
    return f"{found.st_size} {found.st_mtime_ns} {found.st_ctime_ns} {found.st_ino}"


def digested(file: Path) -> tuple[str, str]:
    """Stamp and digest of a file, to be kept together. Raises OSError where it cannot be read.

    The stamp is empty, which equals no stamp, where the file changed too recently: another write
    could leave the same stamp.
    """
    now = time.time_ns()
    seen, changed = stamp(file), file.stat().st_ctime_ns
    with file.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    lasting = changed < now - COARSE and stamp(file) == seen
    return (seen if lasting else ""), digest
