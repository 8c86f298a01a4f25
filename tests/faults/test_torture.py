"""A small sample of each case of `make torture`, which runs the full numbers."""

from __future__ import annotations

import subprocess
import sys

import pytest
import torture
from conftest import surroundings

# So much of the full numbers runs here in a few seconds each.
SAMPLE = {
    "foreign": 0.03,
    "kills": 0.012,
    "writers": 0.008,
    "disk": 0.08,
    "flips": 0.08,
    "inputs": 0.01,
    "parameters": 0.1,
    "names": 0.02,
    "pages": 0.05,
    "servers": 1,
    "readers": 0.008,
    "folders": 0.02,
    "values": 0.008,
    "documents": 0.02,
    "encodings": 1,
    "git": 0.1,
}


@pytest.mark.parametrize("case", torture.CASES)
def test_what_is_tortured_holds(case: str) -> None:
    command = [
        sys.executable,
        torture.__file__,
        "--part",
        "--sample",
        str(SAMPLE.get(case, 0.01)),
        case,
    ]
    done = subprocess.run(command, env=surroundings(), capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count(" fine ") == len(done.stdout.splitlines()) > 0
