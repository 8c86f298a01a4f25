"""Web archives (WARC, ISO 28500, and WACZ): the pages in them, of which one is chosen and read."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import IO, Any, Final

from kb.documents import bounded, html
from kb.documents.document import Read
from kb.documents.statements import Statement
from kb.errors import Usage
from kb.system.intake import too_large

# Records of an archive that are looked at, bytes of one page, and pages that are listed.
MOST_RECORDS, LARGEST_PAGE, MOST_LISTED = 200_000, 20_000_000, 20
MOST_PAGES_FILE: Final = 20_000_000
KIND: Final = "a web archive"
SAVE: Final = "save the page in the browser as HTML"
TAKE_OUT: Final = (
    "for a PDF or text in it, find its offset: warcio index -f offset,mime,warc-target-uri FILE, "
    "then: warcio extract --payload FILE OFFSET > document"
)
# Media types of pages.
PAGES: Final = ("text/html", "application/xhtml+xml")


@dataclass
class Page:
    """A page in an archive: its address, the time of its capture, and its encoding if declared."""

    address: str
    captured: str
    encoding: str | None = None
    body: bytes = b""


def read(name: str, data: bytes, address: str = "") -> Read:
    """Read the page with this address, or the only one.

    Raises Usage with the addresses if there are several, and if the archive is damaged or warcio
    is not installed.
    """
    try:
        from warcio.archiveiterator import ArchiveIterator
    except ImportError:
        raise bounded.missing(name, KIND) from None

    pages = bounded.run(name, KIND, SAVE, lambda: _listed(data, ArchiveIterator))
    chosen = _chosen(name, [(str(one), str(day)) for one, day in pages], address)
    page = bounded.run(name, KIND, SAVE, lambda: _wanted(name, data, ArchiveIterator, chosen))
    stated = Statement("url", chosen[0], "address in the archive")
    found = html.read_page(name, page, (stated,))
    others = len({one for one, _ in pages}) - 1
    left_out, notes = found.left_out, found.notes
    if others:
        left_out = (*left_out, (f"other pages of the archive: {others}", ""))
    if chosen[1]:
        notes = (*notes, f"the page was captured on {chosen[1]}.")
    return replace(found, kind="warc", notes=notes, left_out=left_out)


def _listed(data: bytes, iterate: Callable[..., Any]) -> list[tuple[str, str]]:
    """Return address and time of the pages of an archive."""
    return [(page.address, page.captured) for page in _pages(data, iterate, None)]


def _wanted(name: str, data: bytes, iterate: Callable[..., Any], chosen: tuple[str, str]) -> str:
    """Return the chosen page, decoded. Raises Usage if it is empty."""
    found = next((page for page in _pages(data, iterate, chosen) if page.body), None)
    if found is None:
        raise Usage(f"the page {chosen[0]} in {name} is empty.", SAVE)
    return html.decoded(name, found.body, found.encoding)


def _chosen(name: str, pages: list[tuple[str, str]], address: str) -> tuple[str, str]:
    """Return address and time of the page to read, the latest of one address. Raises Usage."""
    if not pages:
        raise Usage(f"no page was found in {name}.", TAKE_OUT)
    addresses = list(dict.fromkeys(one for one, _ in pages))
    fitting = [one for one in addresses if not address or one.rstrip("/") == address.rstrip("/")]
    if len(fitting) == 1:
        return max((page for page in pages if page[0] == fitting[0]), key=lambda page: page[1])
    listed = "\n  ".join(addresses[:MOST_LISTED])
    more = f"\n  … {len(addresses) - MOST_LISTED} more" if len(addresses) > MOST_LISTED else ""
    missing = f"{name} has no page {address}" if address else f"{name} has several pages"
    raise Usage(f"{missing}:\n  {listed}{more}", "choose one: --url ADDRESS")


def _pages(
    data: bytes, iterate: Callable[..., Any], wanted: tuple[str, str] | None
) -> Iterator[Page]:
    """Yield the pages of an archive; the body only of the wanted one."""
    shown = _listed_pages(data)
    for stream in _streams(data):
        # The older form of archives, ARC, is read as if it were one.
        for number, record in enumerate(iterate(stream, arc2warc=True)):
            if number >= MOST_RECORDS:
                break
            page = _page(record)
            if page is None or (shown and page.address not in shown):
                continue
            if wanted == (page.address, page.captured):
                page.body = record.content_stream().read(LARGEST_PAGE + 1)
                if len(page.body) > LARGEST_PAGE:
                    raise too_large(f"the page {page.address}", LARGEST_PAGE, SAVE)
            yield page


def _page(record: Any) -> Page | None:
    """Return what the headers of a record state about a page, or None if it is not one."""
    if record.rec_type not in ("response", "resource"):
        return None
    kind = str(record.rec_headers.get_header("Content-Type") or "")
    if record.rec_type == "response":
        if record.http_headers is None or str(record.http_headers.get_statuscode()) != "200":
            return None
        kind = str(record.http_headers.get_header("Content-Type") or "")
    media, _, rest = kind.partition(";")
    if media.strip().lower() not in PAGES:
        return None
    encoding = rest.lower().partition("charset=")[2].strip(" \"'") or None
    address = str(record.rec_headers.get_header("WARC-Target-URI") or "").strip("<>")
    return Page(address, str(record.rec_headers.get_header("WARC-Date") or ""), encoding)


def _streams(data: bytes) -> Iterator[IO[bytes]]:
    """Yield the WARC files in an archive: itself, or the members of a WACZ file."""
    if not data.startswith(b"PK"):
        yield io.BytesIO(data)
        return
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for member in archive.namelist():
            if member.startswith("archive/") and member.endswith((".warc", ".warc.gz")):
                with archive.open(member) as stream:
                    yield stream


def _listed_pages(data: bytes) -> set[str]:
    """Return the addresses that a WACZ file lists as its pages (WACZ 1.1.1 §5.2)."""
    if not data.startswith(b"PK"):
        return set()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if "pages/pages.jsonl" not in archive.namelist():
            return set()
        with archive.open("pages/pages.jsonl") as stream:
            lines = stream.read(MOST_PAGES_FILE).decode("utf-8", "replace").split("\n")
    found: set[str] = set()
    for line in filter(None, map(str.strip, lines)):
        entry = json.loads(line)
        if isinstance(entry, dict) and isinstance(entry.get("url"), str):
            found.add(entry["url"])
    return found
