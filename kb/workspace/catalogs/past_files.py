"""Paths of the files of past records, which are stored beside those of present ones."""

from __future__ import annotations


def past(file: str) -> bool:
    """Tell whether a stored file contains past records: `claims/<collection>/history/…`.

    >>> past("claims/main/history/sources/report.ttl"), past("claims/main/sources/history.ttl")
    (True, False)
    """
    return file.split("/")[2:3] == ["history"]


def history(file: str) -> str:
    """Return the path of the past records that belong to a stored file.

    >>> history("claims/main/sources/report.ttl")
    'claims/main/history/sources/report.ttl'
    """
    claims, collection, rest = file.split("/", 2)
    return file if past(file) else f"{claims}/{collection}/history/{rest}"


def present(file: str) -> str:
    """Return the path of the present records that belong to a file of past ones.

    >>> present("claims/main/history/sources/report.ttl")
    'claims/main/sources/report.ttl'
    """
    return file.replace("/history/", "/", 1) if past(file) else file
