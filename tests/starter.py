"""`kb …` as processes that need no start: each is forked from one that has imported the program and
has opened nothing.

A process of Python spends more time on imports than most commands do on their work. What is forked
here has its own folder, environment,
streams and exit code, as any other process; those that must differ from this one before their first
import are started as usual.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import pkgutil
import select
import signal
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Never

# What commands import while they run, beside the modules of the program.
HEAVY = (
    "pydantic",
    "pyoxigraph",
    "pyshacl",
    "rdflib.plugins.stores.memory",
    "sqlite3",
    "trafilatura",
    "typer._adapters",
)
# What Python reads when it starts, and cannot be told afterwards.
STARTING = ("PYTHON", "LANG", "LC_")


@dataclass
class Starter:
    """One process to fork from, started when it is first needed; it ends with the one that asks it."""

    environment: Mapping[str, str]
    server: subprocess.Popen[bytes] | None = field(default=None)

    def run(
        self,
        args: Sequence[str],
        cwd: Path,
        stdin: bytes,
        environment: Mapping[str, str],
        timeout: float,
    ) -> tuple[int, bytes, bytes]:
        """Exit code (negative for a signal), stdout and stderr of `kb …`. Raises TimeoutError when
        it does not end in so many seconds.
        """
        if any(name.startswith(STARTING) for name in environment):
            whole = {**self.environment, **environment}
            done = subprocess.run(
                [sys.executable, "-m", "kb", *args],
                cwd=cwd,
                input=stdin,
                capture_output=True,
                timeout=timeout,
                env=whole,
            )
            return done.returncode, done.stdout, done.stderr
        with tempfile.TemporaryDirectory() as place:
            streams = [os.path.join(place, name) for name in ("in", "out", "err")]
            Path(streams[0]).write_bytes(stdin)
            asked = {
                "args": args,
                "cwd": str(cwd),
                "streams": streams,
                "environment": {**self.environment, **environment},
            }
            code = self._answer(json.dumps(asked).encode() + b"\n", timeout)
            return code, Path(streams[1]).read_bytes(), Path(streams[2]).read_bytes()

    def _answer(self, asked: bytes, timeout: float) -> int:
        if self.server is None:
            command = [sys.executable, __file__]
            pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
            self.server = subprocess.Popen(
                command, **pipes, env=self.environment, start_new_session=True
            )
        assert self.server.stdin is not None
        assert self.server.stdout is not None
        self.server.stdin.write(asked)
        self.server.stdin.flush()
        if not select.select([self.server.stdout], [], [], timeout)[0]:
            self.stop()
            raise TimeoutError(asked.decode())
        return int(self.server.stdout.readline())

    def stop(self) -> None:
        """End it, and whatever it has forked."""
        if self.server is not None:
            os.killpg(self.server.pid, signal.SIGKILL)
            self.server.communicate()
            self.server = None


def serve() -> None:
    """Do each command of stdin, a JSON object a line, in a child; say its exit code on stdout."""
    import kb
    from kb.workspace.files import folder, saved_queries

    own = (module.name for module in pkgutil.walk_packages(kb.__path__, "kb."))
    for name in (*HEAVY, *(name for name in own if name != "kb.__main__")):
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    saved_queries.load([folder.shipped("queries")])
    gc.freeze()
    for line in sys.stdin.buffer:
        child = os.fork()
        if child == 0:
            _do(**json.loads(line))
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


def _do(args: list[str], cwd: str, streams: list[str], environment: dict[str, str]) -> Never:
    from kb.cli import main

    code = 1
    try:
        os.chdir(cwd)
        os.environ.clear()
        os.environ.update(environment)
        for number, path in enumerate(streams):
            os.dup2(os.open(path, os.O_RDONLY if number == 0 else os.O_WRONLY | os.O_CREAT), number)
        sys.stdin, sys.stdout = (
            os.fdopen(0, encoding="utf-8", closefd=False),
            os.fdopen(1, "w", encoding="utf-8", closefd=False),
        )
        sys.stderr = os.fdopen(
            2, "w", encoding="utf-8", errors="backslashreplace", buffering=1, closefd=False
        )
        sys.argv = ["kb", *args]
        main()
    except SystemExit as ending:
        code = ending.code if isinstance(ending.code, int) else 0 if ending.code is None else 1
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        os._exit(code)


if __name__ == "__main__":
    serve()
