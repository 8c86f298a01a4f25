"""`kb …` as processes that need no start: each is forked from one that has imported the program and
has opened nothing.

A process of Python spends more time on imports than most commands do on their work. What is forked
here has its own folder, environment, streams and exit code, as any other process; those that must
differ from this one before their first import are started as usual. Scripts call the program `kb`
of `Starter.program`, which does the same.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import marshal
import os
import pkgutil
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Never

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
# Bytes of the length of a request, of the id of a process, and of an exit code.
NUMBER = 4
# The program `kb` of scripts. It imports nothing that takes time, hands over its streams and what
# it was given, passes signals on, and ends as the command ends. With another environment for the
# start of Python than that of the server, it starts the program that is installed.
PROGRAM = """#!{python} -IS
import _signal, _socket, marshal, posix, sys
environment = dict(posix.environ)
args = [word.encode("utf-8", "surrogateescape") for word in sys.argv[1:]]
if {{k: v for k, v in environment.items() if k.startswith({starting})}} != {started}:
    posix.execve({python!r}, [{python!r}, "-m", "kb", *args], environment)
place = posix.getcwdb()
request = marshal.dumps((args, place, environment))
server = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
server.connect({address!r})
streams = b"".join(number.to_bytes({number}, sys.byteorder) for number in range(3))
ancillary = [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, streams)]
server.sendmsg([len(request).to_bytes({number}, "big")], ancillary)
server.sendall(request)
def heard():
    return int.from_bytes(server.recv({number}, _socket.MSG_WAITALL), "big", signed=True)
process = heard()
for name in (_signal.SIGINT, _signal.SIGTERM, _signal.SIGHUP):
    if _signal.getsignal(name) != _signal.SIG_IGN:
        _signal.signal(name, lambda number, frame: posix.kill(process, number))
code = heard()
if code < 0:
    _signal.signal(-code, _signal.SIG_DFL) if -code != _signal.SIGKILL else None
    posix.kill(posix.getpid(), -code)
posix._exit(code)
"""


@dataclass
class Starter:
    """One process to fork from, started when it is first needed; it ends with the one that asks it."""

    environment: Mapping[str, str]
    server: subprocess.Popen[bytes] | None = field(default=None)
    # A folder of its own, for the socket and the program.
    place: str = field(default="")

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
        whole = {**self.environment, **environment}
        if any(name.startswith(STARTING) for name in environment):
            done = subprocess.run(
                [sys.executable, "-m", "kb", *args],
                cwd=cwd,
                input=stdin,
                capture_output=True,
                timeout=timeout,
                env=whole,
            )
            return done.returncode, done.stdout, done.stderr
        with contextlib.ExitStack() as stack:
            streams = [stack.enter_context(tempfile.TemporaryFile()) for _ in range(3)]
            streams[0].write(stdin)
            streams[0].seek(0)
            request = (
                [os.fsencode(word) for word in args],
                os.fsencode(cwd),
                {os.fsencode(name): os.fsencode(value) for name, value in whole.items()},
            )
            code = self._answer(marshal.dumps(request), streams, timeout)
            return code, _all_of(streams[1]), _all_of(streams[2])

    def program(self) -> Path:
        """The program `kb` for scripts, alone in its folder."""
        self._started()
        return Path(self.place, "bin", "kb")

    def _answer(self, request: bytes, streams: Sequence[IO[bytes]], timeout: float) -> int:
        self._started()
        with socket.socket(socket.AF_UNIX) as asked:
            asked.connect(_address(self.place))
            length = len(request).to_bytes(NUMBER, "big")
            socket.send_fds(asked, [length], [stream.fileno() for stream in streams])
            asked.sendall(request)
            asked.recv(NUMBER, socket.MSG_WAITALL)
            if not select.select([asked], [], [], timeout)[0]:
                self.stop()
                raise TimeoutError(repr(request))
            return int.from_bytes(asked.recv(NUMBER, socket.MSG_WAITALL), "big", signed=True)

    def _started(self) -> None:
        """Start the process, and write the program, if there is none yet."""
        if self.server is not None:
            return
        # The memory that tests write to may not allow programs, and an address is short.
        self.place = tempfile.mkdtemp(prefix="kb-", dir="/tmp")
        self._write_program(Path(self.place, "bin"))
        self.server = subprocess.Popen(
            [sys.executable, __file__, _address(self.place)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=self.environment,
            start_new_session=True,
        )
        assert self.server.stdout is not None
        assert self.server.stdout.readline() == b"ready\n"

    def _write_program(self, folder: Path) -> None:
        folder.mkdir()
        started = {
            os.fsencode(name): os.fsencode(value)
            for name, value in self.environment.items()
            if name.startswith(STARTING)
        }
        text = PROGRAM.format(
            python=sys.executable,
            starting=tuple(name.encode() for name in STARTING),
            started=started,
            address=_address(self.place),
            number=NUMBER,
        )
        (folder / "kb").write_text(text, encoding="utf-8")
        (folder / "kb").chmod(0o755)

    def stop(self) -> None:
        """End it, and whatever it has forked."""
        if self.server is not None:
            os.killpg(self.server.pid, signal.SIGKILL)
            self.server.communicate()
            self.server = None
            shutil.rmtree(self.place)


# Each is one for all who ask for its environment: tests and fixtures do not import the same conftest.
STARTERS: list[Starter] = []


def starter(environment: Mapping[str, str]) -> Starter:
    """The one process to fork from with this environment."""
    found = next((one for one in STARTERS if one.environment == environment), None)
    if found is None:
        found = Starter(environment)
        STARTERS.append(found)
    return found


@atexit.register
def stop_all() -> None:
    """Leave no process behind, and no folder."""
    for one in STARTERS:
        one.stop()


def _address(place: str) -> str:
    return os.path.join(place, "socket")


def _all_of(stream: IO[bytes]) -> bytes:
    stream.seek(0)
    return stream.read()


def serve(address: str) -> None:
    """Do each command that somebody asks for at a socket, in a child; answer with its id and, when
    it has ended, its exit code. End with stdin.
    """
    _prepare()
    # The end of a child wakes the loop.
    ended, waking = os.pipe()
    os.set_blocking(waking, False)
    signal.set_wakeup_fd(waking, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    running: dict[int, socket.socket] = {}
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(address)
        listener.listen(64)
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        while True:
            ready = select.select([0, ended, listener], [], [])[0]
            if 0 in ready:
                return
            if ended in ready:
                os.read(ended, 4096)
                _say_who_ended(running)
            if listener in ready:
                asking = listener.accept()[0]
                # In the child, this does not return.
                child = _forked(asking, [listener, *running.values()])
                running[child] = asking
                _say(asking, child)


def _prepare() -> None:
    """Import and read what most commands need."""
    import kb
    from kb.rdf import shacl
    from kb.workspace.files import folder, saved_queries

    own = (module.name for module in pkgutil.walk_packages(kb.__path__, "kb."))
    for name in (*HEAVY, *(name for name in own if name != "kb.__main__")):
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    saved_queries.load([folder.shipped("queries")])
    shacl.validate((), [shacl.NS], folder.shipped("ontology") / shacl.SHIPPED)
    gc.freeze()


def _say(asking: socket.socket, number: int) -> None:
    # Who asked may be gone.
    with contextlib.suppress(OSError):
        asking.sendall(number.to_bytes(NUMBER, "big", signed=True))


def _say_who_ended(running: dict[int, socket.socket]) -> None:
    for child in list(running):
        found, status = os.waitpid(child, os.WNOHANG)
        if found:
            with running.pop(child) as asking:
                _say(asking, os.waitstatus_to_exitcode(status))


def _forked(asking: socket.socket, others: Sequence[socket.socket]) -> int:
    """The id of a new child that does a command."""
    first, streams, _, _ = socket.recv_fds(asking, NUMBER, 3)
    length = int.from_bytes(first, "big")
    request = marshal.loads(asking.recv(length, socket.MSG_WAITALL))
    child = os.fork()
    if child == 0:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.close(signal.set_wakeup_fd(-1))
        for other in (asking, *others):
            other.close()
        _do(*request, streams)
    for stream in streams:
        os.close(stream)
    return child


def _do(
    args: list[bytes], cwd: bytes, environment: dict[bytes, bytes], streams: Sequence[int]
) -> Never:
    code: Any = 1
    try:
        from kb.cli import main

        os.chdir(cwd)
        os.environb.clear()
        os.environb.update(environment)
        for number, stream in enumerate(streams):
            os.dup2(stream, number)
            os.close(stream)
        sys.stdin, sys.stdout = (
            os.fdopen(0, encoding="utf-8", closefd=False),
            os.fdopen(1, "w", encoding="utf-8", closefd=False),
        )
        sys.stderr = os.fdopen(
            2, "w", encoding="utf-8", errors="backslashreplace", buffering=1, closefd=False
        )
        sys.argv = ["kb", *map(os.fsdecode, args)]
        main()
    except SystemExit as ending:
        code = ending.code if isinstance(ending.code, int) else 0 if ending.code is None else 1
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(_flushed(code))


def _flushed(code: int) -> int:
    """The exit code, unless what was printed could not be written: as Python ends."""
    try:
        sys.stdout.flush()
    except OSError:
        traceback.print_exc()
        return 120
    return code


if __name__ == "__main__":
    serve(sys.argv[1])
