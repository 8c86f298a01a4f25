"""Real SPARQL servers on loopback for tests: Oxigraph (from PyPI) and Virtuoso (from Debian)."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kb.workspace.files.server_settings import Server

OXIGRAPH = Path(sys.executable).with_name("oxigraph")
VIRTUOSO = shutil.which("virtuoso-t")
# The name and password that a new Virtuoso has.
VIRTUOSO_LOGIN = ("dba", "dba")
# Seconds that a busy machine may need to start a server.
STARTING = 120
_INI = """[Database]
DatabaseFile = {place}/v.db
ErrorLogFile = {place}/v.log
LockFile = {place}/v.lck
TransactionFile = {place}/v.trx
xa_persistent_file = {place}/v.pxa
[TempDatabase]
DatabaseFile = {place}/v-temp.db
TransactionFile = {place}/v-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
NumberOfBuffers = 10000
MaxDirtyBuffers = 6000
DirsAllowed = {place}
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = {place}
ServerThreads = 4
[SPARQL]
ResultSetMaxRows = 10000
"""


@contextmanager
def oxigraph(*options: str) -> Iterator[Server]:
    """An Oxigraph server in memory, by default without a union of its graphs."""
    port = free_port()
    command = [OXIGRAPH, "serve", "--bind", f"127.0.0.1:{port}", *options]
    here = f"http://127.0.0.1:{port}"
    with running(command, f"{here}/query?query=ASK%20%7B%7D"):
        yield Server("oxigraph", f"{here}/query", update=f"{here}/update")


@contextmanager
def virtuoso() -> Iterator[Server]:
    """A Virtuoso server with the limit of rows that it has by default."""
    if VIRTUOSO is None:
        pytest.skip("Virtuoso is not installed: apt install virtuoso-opensource-7")
    place = Path(tempfile.mkdtemp(prefix="kb-virtuoso-"))
    port, sql = free_port(), free_port()
    (place / "v.ini").write_text(_INI.format(place=place, http=port, sql=sql), encoding="utf-8")
    command = [VIRTUOSO, "+configfile", place / "v.ini", "+foreground"]
    here = f"http://127.0.0.1:{port}"
    try:
        with running(command, f"{here}/sparql?query=ASK%20%7B%20%3Fs%20%3Fp%20%3Fo%20%7D"):
            store = f"{here}/sparql-graph-crud-auth"
            yield Server("virtuoso", f"{here}/sparql", graph_store=store, timeout=120)
    finally:
        shutil.rmtree(place, ignore_errors=True)


@contextmanager
def running(command: list[str | Path], answers: str) -> Iterator[None]:
    """Run a server until the block ends; the block begins when it answers at an address."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        end = time.monotonic() + STARTING
        while not _answers(answers):
            if process.poll() is not None or time.monotonic() > end:
                pytest.fail(f"{command[0]} does not start")
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait()


def free_port() -> int:
    """A port that nobody uses."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
