"""What was measured as tables: on the terminal, and as Markdown for ``docs/benchmarks.md``."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cases import Case
from measure import Cost

TITLES = (
    "case", "ours", "peer", "bare", "ours/peer", "goal", "", "peak ours", "peak peer", "peak bare",
    "ratio", "goal", "",
)  # fmt: skip
FLOOR_TITLES = ("case", "ours", "floor", "ours/floor", "floor/peer", "goal", "")
GROWTH_TITLES = ("command", "revisions", "CPU s", "µs a revision", "")
STEEPEST = 1.5


@dataclass(frozen=True, slots=True)
class Result:
    """One case and its costs; ``note`` says what a reader has to know."""

    case: Case
    ours: Cost
    peer: Cost | None
    bare: Cost
    floor: Cost | None = None
    note: str = ""

    @property
    def cpu_ratio(self) -> float | None:
        return None if self.peer is None else self.ours.cpu / self.peer.cpu

    @property
    def peak_ratio(self) -> float | None:
        # A run that was stopped had not reached its peak yet.
        if self.peer is None or self.peer.is_capped:
            return None
        return self.ours.peak / self.peer.peak

    def is_met(self) -> bool:
        """Whether both goals are met, as far as there is a peer to compare with."""
        return all(
            ratio is None or ratio <= goal
            for ratio, goal in (
                (self.cpu_ratio, self.case.goal),
                (self.peak_ratio, self.case.memory_goal),
            )
        )

    def row(self) -> tuple[str, ...]:
        peer = self.peer
        over = "> " if peer is not None and peer.is_capped else ""
        return (
            self.case.name + (f" ({self.note})" if self.note else ""),
            _seconds(self.ours.cpu),
            "-" if peer is None else over + _seconds(peer.cpu),
            _seconds(self.bare.cpu),
            _ratio(self.cpu_ratio, "< " if over else ""),
            f"{self.case.goal:g}",
            _verdict(self.cpu_ratio, self.case.goal),
            f"{self.ours.peak:.0f}",
            "-" if peer is None or over else f"{peer.peak:.0f}",
            f"{self.bare.peak:.0f}",
            _ratio(self.peak_ratio),
            f"{self.case.memory_goal:g}",
            _verdict(self.peak_ratio, self.case.memory_goal),
        )

    def floor_row(self) -> tuple[str, ...]:
        """How far the goal is to be had with SQLAlchemy at all."""
        assert self.floor is not None
        to_peer = None if self.peer is None else self.floor.cpu / self.peer.cpu
        return (
            self.case.name,
            _seconds(self.ours.cpu),
            _seconds(self.floor.cpu),
            _ratio(self.ours.cpu / self.floor.cpu),
            _ratio(to_peer),
            f"{self.case.goal:g}",
            "out of reach" if to_peer is not None and to_peer > self.case.goal else "",
        )


@dataclass(frozen=True, slots=True)
class GrowthResult:
    """How the CPU seconds of one command grow: (revisions, seconds), the first for one revision."""

    name: str
    points: Sequence[tuple[int, float]]

    def per_revision(self) -> list[float]:
        """Microseconds for each revision, start-up taken off, by size."""
        _, start = self.points[0]
        return [(seconds - start) / size * 1e6 for size, seconds in self.points[1:]]

    def is_met(self) -> bool:
        """Whether a revision costs no more in the largest project than in the one half its size."""
        *_, half, whole = self.per_revision()
        return whole <= half * STEEPEST

    def rows(self) -> list[tuple[str, ...]]:
        verdicts = [*[""] * (len(self.points) - 2), "linear" if self.is_met() else "NOT LINEAR"]
        return [
            (self.name if number == 0 else "", f"{size:,}", _seconds(seconds), f"{cost:.1f}", word)
            for number, ((size, seconds), cost, word) in enumerate(
                zip(self.points[1:], self.per_revision(), verdicts, strict=True)
            )
        ]


def machine() -> str:
    """Where it was measured, in a line."""
    return f"Python {platform.python_version()}, {platform.system()} {platform.machine()}"


def text_table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Columns of text."""
    lines = [tuple(titles), *rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if place == 0 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def markdown_table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of Markdown."""
    lines = [tuple(titles), ("---", *["---:"] * (len(titles) - 1)), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _seconds(value: float) -> str:
    return f"{value:.3f}" if value < 10 else f"{value:.1f}"


def _ratio(value: float | None, sign: str = "") -> str:
    return "-" if value is None else f"{sign}{value:.3f}" if value < 0.02 else f"{sign}{value:.2f}"


def _verdict(value: float | None, goal: float) -> str:
    return "" if value is None else "met" if value <= goal else "NOT MET"
