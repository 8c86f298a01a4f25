"""Ctrl-C ends a command with one word and exit code 130."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize("swallowed", [False, True], ids=["arrives", "is lost by Python"])
def test_an_interrupt_is_raised_until_the_command_ends(swallowed: bool) -> None:
    code = f"""
import os, signal, time
from kb.cli import interrupts
# A shell that starts tests in the background ignores the signal.
signal.signal(signal.SIGINT, signal.default_int_handler)
interrupts.AGAIN = 0.2
with interrupts.Interrupts() as found:
    try:
        try:
            os.kill(os.getpid(), signal.SIGINT)
        except KeyboardInterrupt:
            if not {swallowed}:
                raise
        time.sleep(60)
    except KeyboardInterrupt:
        print("ended", found.seen)
print(signal.getsignal(signal.SIGINT) is signal.default_int_handler)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=50, check=True
    )
    assert done.stdout == "ended True\nTrue\n"


def test_an_interrupt_while_the_program_starts_is_one_word() -> None:
    code = """
import sys
sys.modules["kb.cli"] = None
class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == "kb.cli":
            raise KeyboardInterrupt
sys.meta_path.insert(0, Finder())
del sys.modules["kb.cli"]
from kb.__main__ import main
main()
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=50)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "interrupted\n")
