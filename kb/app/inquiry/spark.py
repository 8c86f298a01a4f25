"""Spark: statuses of parts of Parquet files, computed by the workers of a cluster.

Spark only hands out the parts and collects the statuses; each worker computes them with the rules
that every other command uses. https://spark.apache.org/docs/latest/spark-standalone.html
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Final

from kb.app.derivation.file_parts import FilePart
from kb.app.derivation.materialisation import ComputedStatuses
from kb.errors import KbError, Usage

EXTRA: Final = "install it: pip install 'claimkb[spark]'"
JAVA: Final = "install Java 17 (Debian: openjdk-17-jre-headless), or set JAVA_HOME"
PAGE: Final = "docs/how-to/use-a-cluster.md says what each machine needs"
_LOCAL: Final = re.compile(r"local(\[([1-9][0-9]*|\*)\])?")
_CLUSTER: Final = re.compile(r"spark://([^\s:/,]+:[0-9]{1,5})(,[^\s:/,]+:[0-9]{1,5})*")
# Seconds in which a master must answer.
_WAIT: Final = 10
# With local workers: only this machine can reach the program, and Java starts in half the time.
_ON_THIS_MACHINE: Final = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
}
_QUIET: Final = {
    "spark.ui.enabled": "false",
    "spark.log.level": "ERROR",
    "spark.ui.showConsoleProgress": "false",
}


def computed(engine: str, divided: Callable[[int], Sequence[FilePart]]) -> list[ComputedStatuses]:
    """Compute the statuses of all parts on a cluster, `spark://HOST:PORT`, or with local workers,
    `local[N]`. `divided` gets the number of processors and returns the parts.

    Raises Usage if Spark, Java or the cluster is not available, and what a worker raises.
    """
    checked(engine)
    with _context(engine) as context:
        try:
            context.parallelize([0], 1).count()  # the workers are known after the first task
            parts = divided(context.defaultParallelism)
            found = context.parallelize(parts, max(len(parts), 1)).map(_statuses).collect()
        except KbError:
            raise
        except Exception as error:  # whatever Java or a worker raises
            raise _failed(str(error)) from None
    for one in found:
        if isinstance(one, KbError):
            raise one
    return list(found)


def checked(engine: str) -> None:
    """Raise Usage if an engine has no name that Spark knows, or is not installed."""
    if not (_LOCAL.fullmatch(engine) or _CLUSTER.fullmatch(engine)):
        raise Usage(f"“{engine}” is not an engine.", "spark://HOST:PORT or local[2]")
    try:
        import pyspark  # noqa: F401
    except ImportError:
        raise Usage("Spark is not installed.", EXTRA) from None
    if not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        raise Usage("Spark needs Java, which was not found.", JAVA)
    if _CLUSTER.fullmatch(engine):
        _reached(engine.removeprefix("spark://").split(","))


def _reached(masters: Sequence[str]) -> None:
    """Raise Usage if no master answers: Spark would try for a minute, and not say why."""
    for master in masters:
        host, _, port = master.rpartition(":")
        with suppress(OSError, OverflowError), socket.create_connection((host, int(port)), _WAIT):
            return
    raise Usage(
        f"no Spark master answers at {', '.join(masters)}.", "start it, or check the address"
    )


@contextmanager
def _context(engine: str) -> Iterator[Any]:
    """Yield a connection to Spark, closed at the end. What Java prints is left out."""
    from pyspark import SparkConf, SparkContext

    local = _LOCAL.fullmatch(engine)
    settings = {**_QUIET, **(_ON_THIS_MACHINE if local else {})}
    conf = SparkConf().setMaster(engine).setAppName("kb status").setAll(list(settings.items()))
    with tempfile.TemporaryFile() as log:
        try:
            with _stderr(log.fileno()):
                context = SparkContext(conf=conf)
        except Exception as error:  # Java does not start, or refuses
            log.seek(0)
            said = log.read().decode("utf-8", "replace").strip()
            raise Usage(f"Spark did not start: {_reason(said or str(error))}", JAVA) from None
    if local:
        context.pythonExec = os.environ.get("PYSPARK_PYTHON", sys.executable)
    try:
        yield context
    finally:
        context.stop()


@contextmanager
def _stderr(target: int) -> Iterator[None]:
    """Send what this process and its children print on standard error to a file."""
    sys.stderr.flush()
    kept = os.dup(2)
    os.dup2(target, 2)
    try:
        yield
    finally:
        sys.stderr.flush()
        os.dup2(kept, 2)
        os.close(kept)


def _statuses(part: FilePart) -> ComputedStatuses | KbError:
    """Compute a part in a worker. An error for the user is returned, not raised, so that Spark
    does not try again.
    """
    try:
        return part.statuses()
    except KbError as error:
        return error


def _failed(text: str) -> Usage:
    """Return the error for what went wrong in a worker, from its traceback."""
    if re.search(r"ModuleNotFoundError: No module named '(kb|pyarrow|pyoxigraph)\b", text):
        return Usage("the workers of Spark do not have kb.", PAGE)
    return Usage(f"Spark could not compute the statuses: {_reason(text)}", PAGE)


def _reason(text: str) -> str:
    """Return the line of a traceback that says what went wrong."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    named = [line for line in lines if re.match(r"[\w.]*(Error|Exception)\b", line)]
    return (named or lines or ["no reason was given"])[-1][:300]
