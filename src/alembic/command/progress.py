"""The line that tells a person at a terminal how far a long run is.

::

    revision 2 of 7, 0:41, ae1027 (add index): CREATE INDEX ix_name ON account (name)

It is the last line of the terminal, on standard error, drawn anew a few times a second and rubbed out
before anything else is written, and at the end. It is loaded for a terminal only.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Collection, Sequence
from types import TracebackType
from typing import Any, TextIO

from typing_extensions import Self

from alembic.command.passwords import masked
from alembic.graph.step import MigrationStep

_PAUSE = 0.2  # seconds between two drawings
_LONG = 1.0  # seconds that a run takes before there is something to tell
_USUAL_WIDTH = 80
_RUB_OUT = "\r\x1b[K"


class ProgressLine:
    """Looks on as a :class:`~alembic.runtime.watcher.Watcher`, while it is entered.

    What the program writes to standard output and standard error meanwhile goes past the line, by
    way of stand-ins for both.
    """

    def __init__(
        self,
        stream: TextIO,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._stream = stream
        self._clock = clock
        self._writing = threading.RLock()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._keep_drawing, name="progress", daemon=True)
        self._began = clock()
        self._total = 0
        self._number = 0
        self._what = ""
        self._statement = ""
        self._drawn = ""
        self._is_line_open = False
        self._replaced: list[tuple[str, Any, Any]] = []

    def __enter__(self) -> Self:
        for name in ("stdout", "stderr"):
            original = getattr(sys, name)
            stand_in = _PastTheLine(original, self)
            setattr(sys, name, stand_in)
            self._replaced.append((name, original, stand_in))
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._thread.join()
        self._rub_out()
        for name, original, stand_in in self._replaced:
            if getattr(sys, name) is stand_in:
                setattr(sys, name, original)

    # -- what a watcher hears

    def begin(self, steps: Sequence[MigrationStep]) -> None:
        """A run of so many steps begins."""
        self._total, self._number = len(steps), 0

    def begin_step(self, step: MigrationStep) -> None:
        """The next of them begins."""
        self._number += 1
        name = ", ".join(
            step.to_revisions_no_deps if step.is_upgrade else step.from_revisions_no_deps
        )
        message = f" ({_one_line(step.doc)})" if step.doc else ""
        self._what, self._statement = f"{name}{message}", ""

    def statement(self, sql: str) -> None:
        """A statement runs."""
        self._statement = sql

    def end_step(self, step: MigrationStep, heads: Collection[str]) -> None:
        """The step is done."""
        self._statement = ""

    # -- the line

    def text(self) -> str:
        """The line as it is now, as wide as the terminal at most."""
        seconds = int(self._clock() - self._began)
        statement = f": {masked(_one_line(self._statement))}" if self._statement else ""
        elapsed = f"{seconds // 60}:{seconds % 60:02}"
        line = f"revision {self._number} of {self._total}, {elapsed}, {self._what}{statement}"
        room = _width_of(self._stream) - 1
        return line if len(line) <= room else f"{line[: max(room - 1, 0)]}…"

    def draw(self) -> None:
        """Draw the line, where the run has a step and takes long enough, and no line is half written."""
        with self._writing:
            if self._is_line_open or not self._number or self._clock() - self._began < _LONG:
                return
            encoding = self._stream.encoding or "ascii"
            text = self.text().encode(encoding, "replace").decode(encoding)
            if text != self._drawn:
                self._stream.write(_RUB_OUT + text)
                self._stream.flush()
                self._drawn = text

    def write_past(self, stream: TextIO, text: str) -> int:
        """Write ``text`` to ``stream`` where the line would be."""
        with self._writing:
            self._rub_out()
            written = stream.write(text)
            if text and stream.isatty():
                self._is_line_open = not text.endswith("\n")
            return written

    def _rub_out(self) -> None:
        with self._writing:
            if self._drawn:
                self._drawn = ""
                self._stream.write(_RUB_OUT)
                self._stream.flush()

    def _keep_drawing(self) -> None:
        while not self._ended.wait(_PAUSE):
            self.draw()


class _PastTheLine:
    """A stream like ``stream`` whose text goes past the line; log handlers may keep it for good."""

    def __init__(self, stream: TextIO, line: ProgressLine) -> None:
        self._stream = stream
        self._line = line

    def write(self, text: str) -> int:
        return self._line.write_past(self._stream, text)

    def writelines(self, lines: Sequence[str]) -> None:
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def _one_line(text: str | None) -> str:
    return " ".join((text or "").split())


def _width_of(terminal: TextIO) -> int:
    try:
        return os.get_terminal_size(terminal.fileno()).columns or _USUAL_WIDTH
    except (OSError, ValueError):
        return _USUAL_WIDTH
