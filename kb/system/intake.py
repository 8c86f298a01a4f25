"""Input from outside: files and standard input, read up to a size limit and without waiting."""

from __future__ import annotations

import codecs
import os
import re
import select
import shlex
import stat
import sys
from io import RawIOBase
from pathlib import Path
from typing import BinaryIO

from kb.errors import Usage

# Bytes. People read documents; a larger file is not a single document.
LARGEST_DOCUMENT = 50_000_000
# Files of a folder that are taken one by one.
MOST_FILES = 10_000
# A web address; a path has one of its slashes only.
ADDRESS = re.compile(r"(https?):/{1,2}(.+)", re.IGNORECASE | re.DOTALL)
# Bytes per read. Most files are smaller.
CHUNK = 2**16
# Names of files that are not regular files.
KINDS = (
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
)
# Byte order marks of encodings in which each ASCII letter contains zero bytes. UTF-32 comes first
# because its mark begins with that of UTF-16.
WIDE = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)


def read_text(path: Path, most: int = LARGEST_DOCUMENT) -> str:
    """Read a file as UTF-8, without newline translation.

    Raises Usage with the reason if the file cannot be read or is not UTF-8.
    """
    return decode(read_bytes(path, most), str(path))


def read_bytes(path: Path, most: int = LARGEST_DOCUMENT) -> bytes:
    """Read a file's bytes.

    Raises Usage if the file cannot be read, has more than `most` bytes, or is a device, a pipe, a
    socket or a web address.
    """
    if address := ADDRESS.match(str(path)):
        raise _no_network(f"{address[1]}://{address[2]}")
    try:
        # Checked before it is opened: opening a device can have an effect.
        _ordinary(path, os.stat(path).st_mode)
        # Never wait for a pipe that has replaced the file in the meantime.
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(handle, "rb", buffering=0) as stream:
            _ordinary(path, os.fstat(stream.fileno()).st_mode)
            return _limited(stream, str(path), most)
    except FileNotFoundError:
        raise Usage(f"there is no file {path}.", "check the path") from None
    except OSError as error:
        raise Usage(f"{path} cannot be read: {error.strerror}.") from None


def files_in(folder: Path) -> list[Path]:
    """Return the regular files in a folder and its folders, in order of their names.

    Links and hidden files are left out. Raises Usage if there are none, or too many.
    """
    found: list[Path] = []
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        paths = [Path(place, name) for name in sorted(names) if not name.startswith(".")]
        found += [path for path in paths if path.is_file() and not path.is_symlink()]
        if len(found) > MOST_FILES:
            raise Usage(f"{folder} has more than {MOST_FILES:,} files.", "name a smaller folder")
    if not found:
        raise Usage(f"there is no file in {folder}.", "name a file, or a folder with files in it")
    return found


def _no_network(address: str) -> Usage:
    """Return the error for a web address in place of a file."""
    quoted = shlex.quote(address)
    return Usage(
        f"{address} is a web address, and nothing is read from the network.",
        "save the page in a browser (as one file), or: "
        f"curl -sL -o page.html {quoted} && kb add source page.html --url {quoted}",
    )


def read_input(most: int = LARGEST_DOCUMENT) -> bytes:
    """Read standard input to its end. Raises Usage if it has more than `most` bytes or cannot be
    read.
    """
    if sys.stdin is None:
        raise Usage("standard input is closed.", "name a file")
    try:
        return _limited(sys.stdin.buffer, "standard input", most)
    except OSError as error:
        raise Usage(f"standard input cannot be read: {error.strerror}.", "name a file") from None


def _ordinary(path: Path, mode: int) -> None:
    """Raise Usage unless this is a regular file, because reading others may never end."""
    if stat.S_ISDIR(mode):
        raise Usage(f"{path} is a folder.", "name a file in it")
    if not stat.S_ISREG(mode):
        kind = next((name for test, name in KINDS if test(mode)), "not a file")
        raise Usage(
            f"{path} is {kind}, not a file.",
            "save its content as a file, or pass it on standard input",
        )


def _limited(stream: BinaryIO | RawIOBase, name: str, most: int) -> bytes:
    """Read a stream to its end. Raises Usage if it has more than `most` bytes."""
    data = bytearray()
    while part := stream.read(min(CHUNK, most + 1 - len(data))):
        data += part
    if len(data) > most:
        raise too_large(name, most)
    return bytes(data)


def too_large(name: str, most: int, way_out: str = "split it into smaller files") -> Usage:
    """Return the error for input of more than `most` bytes."""
    return Usage(f"{name} is larger than {most // 1_000_000} MB.", way_out)


def decode(data: bytes, name: str) -> str:
    """Decode UTF-8. Raises Usage if the bytes are binary or in another encoding.

    `name` is the name of the input in the error.

    >>> decode("Straße".encode(), "a.txt")
    'Straße'
    >>> decode(b"caf\\xe9", "a.txt")
    Traceback (most recent call last):
    kb.errors.Usage: a.txt:1: ...
    """
    wide = next((encoding for mark, encoding in WIDE if data.startswith(mark)), None)
    if wide:
        raise Usage(
            f"{name} is binary, not text, or its encoding is {wide}.",
            f"convert it: iconv -f {wide} -t UTF-8 FILE > NEW",
        )
    if b"\0" in data:
        raise Usage(f"{name} is binary, not text.", _conversion(data, "save it as text or HTML"))
    if b"\x1b$" in data and (remedy := _conversion(data, "")):
        raise Usage(f"{name} is not UTF-8: it switches between character sets.", remedy)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Usage(
            f"{name}:{line}: not UTF-8 (byte 0x{data[error.start]:02x}).",
            _conversion(data, "find its encoding, then: iconv -f ENCODING -t UTF-8 FILE > NEW"),
        ) from None


def text(data: bytes, name: str) -> str:
    """Return the text of the bytes of a document. Raises Usage as `decode` does, and if there are
    more than LARGEST_DOCUMENT.
    """
    if len(data) > LARGEST_DOCUMENT:
        raise too_large(name, LARGEST_DOCUMENT)
    return decode(data, name)


def exported(data: bytes, name: str) -> str:
    """Return the text of a file that another program exported, without a byte order mark and with
    line feeds only. Raises Usage if it is too large, binary or in another encoding.

    >>> exported(b"\\xef\\xbb\\xbfone\\r\\ntwo\\r", "a.txt")
    'one\\ntwo\\n'
    """
    found = text(data, name).removeprefix("\ufeff")
    return found.replace("\r\n", "\n").replace("\r", "\n")


def _conversion(data: bytes, otherwise: str) -> str:
    """Return the command that converts a text from the encoding that fits its bytes."""
    # Here, because every command loads this module.
    from kb.system import charsets

    fitting = charsets.likely(data)
    return f"convert it: iconv -f {fitting} -t UTF-8 FILE > NEW" if fitting else otherwise


def ready(stream: int, seconds: float) -> bool:
    """Tell whether an open file has something to read, or has ended, within so many seconds.

    Unlike `select.select`, it works with more than 1,024 open files.

    >>> reader, writer = os.pipe()
    >>> ready(reader, 0), os.write(writer, b"x"), ready(reader, 0)
    (False, 1, True)
    >>> os.close(reader), os.close(writer)
    (None, None)
    """
    poll = select.poll()
    poll.register(stream, select.POLLIN)
    return bool(poll.poll(seconds * 1000))
