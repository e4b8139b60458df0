"""Answers of a database: where it stands, what would run, what has run."""

from __future__ import annotations

from dataclasses import dataclass

from alembic.results.revision import RevisionInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Current:
    """Where a database stands; ``database`` is its URL without a password.

    ``heads`` are the rows of its version table, sorted; ``revisions`` those and the ones that they
    depend on. ``half_done`` is a sentence about a step that stopped half-way, None where none did.
    """

    database: str
    heads: tuple[str, ...]
    revisions: tuple[RevisionInfo, ...]
    is_at_head: bool
    half_done: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedStep:
    """One step that would run: ``direction`` is "upgrade", "downgrade" or "stamp".

    ``path`` is that of the revision's file, None for a stamp. ``sql`` is what it would send, as far as
    that is known; ``unknown`` says why the rest isn't, None where there is none.
    """

    direction: str
    revision: str
    message: str
    path: str | None
    sql: str
    unknown: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What would run to bring a database from ``heads``, sorted, to ``target``; maybe no step."""

    heads: tuple[str, ...]
    target: str
    steps: tuple[PlannedStep, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepResult:
    """One step that has run; the fields are those of :class:`PlannedStep`, ``seconds`` what it took."""

    direction: str
    revision: str
    message: str
    path: str | None
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """What a run has done; no step where the database was at its target already.

    The heads are sorted; ``heads_before`` is empty for a stamp with ``purge``, which doesn't ask.
    ``seconds`` are those of the whole, with the wait for other migrators.
    """

    heads_before: tuple[str, ...]
    heads_after: tuple[str, ...]
    steps: tuple[StepResult, ...]
    seconds: float
