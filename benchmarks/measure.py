"""Run one whole process and tell what it cost: CPU seconds and peak memory.

A small launcher stands between us and the measured process: on Linux a child's peak memory begins
at that of the process it was forked from, so that process has to be smaller than any measured one.
"""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_LAUNCHER = """
import os, resource, sys
seconds, answer, argv = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
pid = os.fork()
if pid == 0:
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
    os.close(answer)
    os.execv(argv[0], argv)
_, status, usage = os.wait4(pid, 0)
os.write(answer, b"%d %r %r %d" % (
    os.waitstatus_to_exitcode(status), usage.ru_utime, usage.ru_stime, usage.ru_maxrss))
"""
_BYTES_PER_PEAK = 1 if sys.platform == "darwin" else 1024
_MEGABYTE = 1024 * 1024


class FailedRunError(Exception):
    """A measured process ended with an error; the message has its output."""


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU in seconds, user and system; peak memory in megabytes; whether ``cap`` stopped it."""

    cpu: float
    peak: float
    is_capped: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """One process: what it cost, and its standard output."""

    cost: Cost
    output: bytes


def run(argv: Sequence[str], folder: Path, cap: int, expected: Collection[int] = (0,)) -> Run:
    """Run ``argv`` in ``folder``, for at most ``cap`` seconds of CPU, to an ``expected`` status."""
    reading, writing = os.pipe()
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _LAUNCHER, str(cap), str(writing), *argv],
            cwd=folder,
            env=_environment(os.environ),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=errors,
            pass_fds=[writing],
        )
        os.close(writing)
        with os.fdopen(reading, "rb") as answer:
            words = answer.read().split()
        process.wait()
        output.seek(0)
        errors.seek(0)
        printed, complaints = output.read(), errors.read()
    status, user, system, peak = int(words[0]), *map(float, words[1:])
    is_capped = status in {-signal.SIGXCPU, -signal.SIGKILL}
    if status not in expected and not is_capped:
        text = (complaints + printed).decode(errors="replace")
        raise FailedRunError(f"{' '.join(argv)} in {folder}: status {status}\n{text[-2000:]}")
    return Run(Cost(user + system, peak * _BYTES_PER_PEAK / _MEGABYTE, is_capped), printed)


def median(costs: Iterable[Cost]) -> Cost:
    """The median of each figure."""
    costs = list(costs)
    return Cost(
        statistics.median(cost.cpu for cost in costs),
        statistics.median(cost.peak for cost in costs),
        any(cost.is_capped for cost in costs),
    )


def _environment(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment without what changes Python's or the tools' ways."""
    return {
        name: value
        for name, value in environ.items()
        if not name.startswith(("PYTHON", "ALEMBIC_", "COVERAGE", "VIRTUAL_ENV"))
    }
