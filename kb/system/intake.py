"""Bytes and text from outside: files and standard input, read up to a limit and never waited for."""

from __future__ import annotations

import codecs
import os
import stat
import sys
from io import RawIOBase
from pathlib import Path
from typing import BinaryIO

from kb.errors import Usage

# A text is read by people; whatever is larger is not one document.
LARGEST_DOCUMENT = 50_000_000
# Bytes read at once: most files are smaller.
CHUNK = 2**16
# What is not a file of the usual kind, in words.
KINDS = (
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
)
# Byte order marks of encodings in which every ASCII letter has bytes of zero; that of UTF-32 begins
# with that of UTF-16.
WIDE = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)


def read_text(path: Path, most: int = LARGEST_DOCUMENT) -> str:
    """A file's text, exactly as its bytes say: UTF-8, no newline translation. Raises Usage or
    Unreadable with the reason.
    """
    return decode(read_bytes(path, most), str(path))


def read_bytes(path: Path, most: int = LARGEST_DOCUMENT) -> bytes:
    """A file's bytes. Raises Usage where they cannot be read, are more than `most`, or come from a
    device, a pipe or a socket.
    """
    try:
        _ordinary(
            path, os.stat(path).st_mode
        )  # before it is opened: to open a device can do something
        # Never waits for a pipe that somebody put in the place of the file meanwhile.
        with open(
            os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb", buffering=0
        ) as stream:
            _ordinary(path, os.fstat(stream.fileno()).st_mode)
            return _limited(stream, str(path), most)
    except FileNotFoundError:
        raise Usage(f"there is no file {path}.", "check the path") from None
    except OSError as error:
        raise Usage(f"{path} cannot be read: {error.strerror}.") from None


def read_input(most: int = LARGEST_DOCUMENT) -> bytes:
    """The bytes of standard input, up to its end. Raises Usage where they are more than `most`, or
    cannot be read.
    """
    if sys.stdin is None:
        raise Usage("standard input is closed.", "name a file")
    try:
        return _limited(sys.stdin.buffer, "standard input", most)
    except OSError as error:
        raise Usage(f"standard input cannot be read: {error.strerror}.", "name a file") from None


def _ordinary(path: Path, mode: int) -> None:
    """Raises Usage where this is not a file of the usual kind, which alone has an end that comes at
    once.
    """
    if stat.S_ISDIR(mode):
        raise Usage(f"{path} is a folder.", "name a file in it")
    if not stat.S_ISREG(mode):
        kind = next((name for test, name in KINDS if test(mode)), "not a file")
        raise Usage(
            f"{path} is {kind}, and is not read.",
            "save it as a file first, or give it as standard input",
        )


def _limited(stream: BinaryIO | RawIOBase, name: str, most: int) -> bytes:
    """All bytes of a stream, of which one more than `most` is read at the most. Raises Usage."""
    data = bytearray()
    while part := stream.read(min(CHUNK, most + 1 - len(data))):
        data += part
    if len(data) > most:
        raise Usage(f"{name} is larger than {most // 1_000_000} MB.", "split it")
    return bytes(data)


def decode(data: bytes, name: str) -> str:
    """Bytes as UTF-8 text. Raises Usage where they are binary or in another encoding."""
    wide = next((encoding for mark, encoding in WIDE if data.startswith(mark)), None)
    if wide:
        raise Usage(
            f"{name} is binary, not text, or it is in {wide}.",
            f"convert it: iconv -f {wide} -t UTF-8 FILE",
        )
    if b"\0" in data:
        raise Usage(f"{name} is binary, not text.", "save the document as UTF-8 text or HTML")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Usage(
            f"{name}:{line}: not UTF-8 (byte 0x{data[error.start]:02x}).",
            "convert it: iconv -f WINDOWS-1252 -t UTF-8 FILE",
        ) from None
