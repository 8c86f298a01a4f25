"""Pages without a network, a real server, and texts that want to be more than text."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Coroutine, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from conftest import surroundings
from starlette.testclient import TestClient

from kb.web.application import application
from kb.web.desk import Desk
from kb.web.security import Admission

BASE = "http://127.0.0.1:8017"
ADMITTED = Admission(frozenset(("127.0.0.1:8017",)))
CHROMIUM = "/usr/bin/chromium"
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-sync",
    "--disable-component-update",
    "--disable-quic",
)
# Text that wants to be more than text.
HOSTILE = "<script>document.title='owned'</script>\"'><img src=x onerror=alert(1)>"
HOSTILE_TEXT = f"""{HOSTILE}

The <b>guard</b> said that {HOSTILE} took the quay. <!-- The clerk denied this.
{{{{ 7*7 }}}} the clerk denied {{% raw %}} that javascript:alert(1) \u202eyauq eht koot\u202c it.
"""
HOSTILE_SHEET = f"""source: hostile
coder: "<i>ab"
new:
  guard: force; as guard
  clerk: person; as clerk
  quay: place; as quay
claims:
- claim: {json.dumps(HOSTILE)}
  what: guard > controls > quay
  said:
  - by: guard
    at: 3 took the quay
    manner: {json.dumps(HOSTILE)}
  - by: clerk
    denies: unspecified
    at: 3 The clerk denied this
"""


def alone(work: Coroutine[Any, Any, Any]) -> Any:
    """Run a coroutine in a thread of its own: a browser may have left a loop in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


def client(root: Path, admission: Admission = ADMITTED) -> TestClient:
    """A client of the pages of a knowledge base, without a network."""
    return TestClient(
        application(Desk(str(root)), admission), base_url=BASE, follow_redirects=False
    )


# Address of each server that runs, without a slash at the end → its token.
TOKENS: dict[str, str] = {}


@contextmanager
def serving(root: Path, *options: str, environment: Mapping[str, str] = {}) -> Iterator[str]:
    """Run `kb serve` on a free port and lend its address, without the token (see TOKENS)."""
    command = [sys.executable, "-m", "kb", "--kb", str(root), "serve", "--port", "0", *options]
    server = subprocess.Popen(
        command, stderr=subprocess.PIPE, text=True, env=surroundings(**environment), cwd=root
    )
    try:
        assert server.stderr
        line = server.stderr.readline()
        assert line.startswith("Open http"), line + server.stderr.read()
        address, _, token = line.split()[1].partition("?token=")
        TOKENS[address.rstrip("/")] = token
        yield address
    finally:
        server.terminate()
        code = server.wait(20)
        assert server.stderr
        server.stderr.close()
    assert code == 0


class Watched:
    """A page of the browser, with what it requested from elsewhere and what went wrong."""

    def __init__(self, browser: Any, address: str, **options: Any) -> None:
        self.context = browser.new_context(**options)
        if token := TOKENS.get(address):
            name = f"kb-token-{address.rpartition(':')[2]}"
            self.context.add_cookies([{"name": name, "value": token, "url": address}])
        self.page = self.context.new_page()
        self.elsewhere: list[str] = []
        self.wrong: list[str] = []
        self.page.on("request", lambda r: self._requested(r.url, address))
        self.page.on("console", lambda m: self.wrong.append(m.text))
        self.page.on("pageerror", lambda e: self.wrong.append(str(e)))
        self.page.on("dialog", lambda d: (self.wrong.append(d.message), d.dismiss()))

    def _requested(self, url: str, address: str) -> None:
        if not url.startswith(f"{address}/"):
            self.elsewhere.append(url)

    def __enter__(self) -> Watched:
        return self

    def __exit__(self, *error: object) -> None:
        self.context.close()
        if error[0] is None:
            assert self.elsewhere == []
            assert self.wrong == []


def tab_to(page: Any, wanted: Any, most: int = 80) -> None:
    """Press Tab until an element has the focus, as a person does who has no mouse."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if wanted.evaluate("one => one === document.activeElement"):
            return
    raise AssertionError(f"{most} times Tab does not reach {wanted}")
