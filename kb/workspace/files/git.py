"""Read-only calls of git, in a folder that may be somebody else's.

The settings of a repository can name programs: remote helpers, hooks, a file system monitor,
pagers, filters, credential helpers. None of them is run here, and nothing is fetched: only commands
that read objects are used, each setting that names a program is overridden, and every protocol is
forbidden.
"""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Final, NamedTuple

from kb.errors import Usage
from kb.system.intake import ready

# Seconds for one call. A large repository on a slow disk takes a few.
PATIENCE: Final = 60
# Bytes of one answer. A tree that repeats itself can list more files than fit on any disk.
LARGEST_ANSWER: Final = 64 * 2**20
# Bytes of git's error output, of which the first line is shown.
_LARGEST_REASON: Final = 4096
_CHUNK: Final = 2**16
# Variables of git that a user sets on purpose. Others may come from a hook, or name programs.
_KEPT: Final = (
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_SYSTEM",
    "GIT_CONFIG_NOSYSTEM",
    "GIT_CEILING_DIRECTORIES",
    "GIT_DISCOVERY_ACROSS_FILESYSTEM",
)
_DROPPED: Final = ("SSH_ASKPASS", "PAGER", "EDITOR", "VISUAL")
_SURROUNDINGS: Final = {
    # Do not fetch the missing objects of a partial clone.
    "GIT_NO_LAZY_FETCH": "1",
    # The same, for versions of git that do not know that variable.
    "GIT_ALLOW_PROTOCOL": "",
    "GIT_PROTOCOL_FROM_USER": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_ASKPASS": "",
    "GIT_PAGER": "cat",
    "GIT_ATTR_NOSYSTEM": "1",
    "LC_ALL": "C",
}
# Settings that name a program or a protocol. The command line overrides the repository's files.
_SETTINGS: Final = (
    "protocol.allow=never",
    "protocol.ext.allow=never",
    "protocol.file.allow=never",
    "protocol.git.allow=never",
    "protocol.http.allow=never",
    "protocol.https.allow=never",
    "protocol.ssh.allow=never",
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.pager=cat",
    "core.editor=false",
    "core.askPass=",
    "core.sshCommand=false",
    "core.gitProxy=",
    "core.alternateRefsCommand=false",
    "credential.helper=",
    "diff.external=",
    "gpg.program=false",
    "gpg.ssh.program=false",
    "gpg.x509.program=false",
    # A folder that only looks like a repository does not count.
    "safe.bareRepository=explicit",
)


class Done(NamedTuple):
    """The result of a call: exit code, output, and the first line of the errors."""

    code: int
    out: bytes
    reason: str


def run(root: Path, *arguments: str, given: bytes = b"", most: int = LARGEST_ANSWER) -> Done:
    """Run a reading command of git in a folder. `given` is its input, `most` limits its output.

    Raises Usage if git is not installed, does not end, or writes more than `most` bytes.
    """
    path = _path(root)
    program = _program(path)
    settings = [part for setting in _SETTINGS for part in ("-c", setting)]
    options = ["--no-pager", "--no-optional-locks", "--literal-pathspecs"]
    command = [program, *options, *settings, "-C", str(root), *arguments]
    with tempfile.TemporaryFile() as stdin, tempfile.TemporaryFile() as stderr:
        stdin.write(given)
        stdin.seek(0)
        process = subprocess.Popen(
            command,
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=stderr,
            env=_environment(path),
            # Without a terminal no program can ask a question.
            start_new_session=True,
        )
        out = _answer(process, most)
        return Done(process.returncode, out, _reason(stderr))


def _environment(path: list[str]) -> Mapping[str, str]:
    """Return the environment variables of a call."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in _DROPPED and (name in _KEPT or not name.startswith("GIT_"))
    }
    return kept | {**_SURROUNDINGS, "PATH": os.pathsep.join(path)}


def _path(root: Path) -> list[str]:
    """Return the folders of PATH that are absolute and not inside `root`."""
    named = os.environ.get("PATH", os.defpath).split(os.pathsep)
    real = os.path.realpath(root)
    return [
        entry
        for entry in named
        if os.path.isabs(entry) and not Path(os.path.realpath(entry)).is_relative_to(real)
    ]


def _program(path: list[str]) -> str:
    """Return the path of git. Raises Usage if there is none."""
    for entry in path:
        candidate = os.path.join(entry, "git")
        if os.path.isfile(candidate) and os.access(candidate, os.X_OK):
            return candidate
    raise Usage("git is not installed here.", "install git; kb log works without it")


def _answer(process: subprocess.Popen[bytes], most: int) -> bytes:
    """Return the output of a process and wait for its end. Raises Usage."""
    assert process.stdout is not None
    deadline = time.monotonic() + PATIENCE
    found = bytearray()
    try:
        while part := _part(process.stdout, deadline):
            found += part
            if len(found) > most:
                raise Usage(
                    f"the answer of git is larger than {most // 2**20} MiB.",
                    "this revision is too large to compare; try another one",
                )
        process.wait(max(0.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        raise _late() from None
    finally:
        _stop(process)
    return bytes(found)


def _part(stream: IO[bytes], deadline: float) -> bytes:
    """Return the next bytes of a stream; empty at its end. Raises Usage when time is up."""
    left = deadline - time.monotonic()
    if left <= 0 or not ready(stream.fileno(), left):
        raise _late()
    return os.read(stream.fileno(), _CHUNK)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Kill a process that has not ended, and all processes it started."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    if process.stdout is not None:
        process.stdout.close()


def _late() -> Usage:
    return Usage(
        f"git did not answer within {PATIENCE} seconds.", "see what it is doing with git status"
    )


def _reason(stderr: IO[bytes]) -> str:
    """Return the first line of an error of git."""
    stderr.seek(0)
    lines = stderr.read(_LARGEST_REASON).decode(errors="replace").splitlines()
    wrong = [line for line in lines if line.startswith("fatal:")]
    return (wrong or lines or [""])[0].strip()
