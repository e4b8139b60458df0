"""Preview: what a run would do to a live database, and none of it done (``--dry-run``).

Each step runs into a script of its own. A step that reads can't be known that way: what it reads is
there only once the steps before it have run. It is marked::

    for step in preview_steps(context, steps, {}):
        print(step.title, step.sql, step.unknown)
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Connection, Executable
from sqlalchemy.engine.mock import MockConnection
from sqlalchemy.exc import NoInspectionAvailable

from alembic.ddl.given import with_values
from alembic.graph.step import MigrationStep, RevisionStep
from alembic.operations.base import Operations
from alembic.runtime.journal_catalog import is_question
from alembic.runtime.migration import MigrationContext
from alembic.runtime.options import UserValue
from alembic.util.failure import line_in


@dataclass(frozen=True, slots=True)
class Previewed:
    """One step: the line that a run would say of it, its SQL, and what can't be known, if anything.

    ``sql`` of a step that isn't known whole goes as far as it is.
    """

    title: str
    sql: str
    unknown: str | None


class ReadsDatabase(Exception):
    """A step in a preview asks the database."""


def preview_steps(
    context: MigrationContext, steps: Iterable[MigrationStep], arguments: dict[str, UserValue]
) -> list[Previewed]:
    """What each step would do; ``arguments`` are those of the migration functions."""
    return [_preview(context, step, arguments) for step in steps]


def _preview(
    live: MigrationContext, step: MigrationStep, arguments: dict[str, UserValue]
) -> Previewed:
    buffer = io.StringIO()
    opts = {**live.opts, "as_sql": True, "output_buffer": buffer, "starting_rev": None}
    context = _PreviewContext(live.dialect, None, opts, live.environment_context)
    unknown = None
    environment: Any = live.environment_context
    if environment is not None:
        # What a migration asks of `alembic.context` must not reach the database either.
        environment._migration_context = context
    try:
        with Operations.context(context):
            step.migration_fn(**arguments)
    except (ReadsDatabase, NoInspectionAvailable) as error:
        unknown = f"it reads the database{_place(step, error)}"
    except Exception as error:  # noqa: BLE001 - whatever a migration raises
        # Nobody's fault: a script gives no rows, and a migration may count on some.
        reason = f"{type(error).__name__}: {error}".partition("\n")[0]
        unknown = f"without a database it ends in {reason}{_place(step, error)}"
    finally:
        if environment is not None:
            environment._migration_context = live
    return Previewed(str(step), buffer.getvalue().strip(), unknown)


def _place(step: MigrationStep, error: Exception) -> str:
    path = getattr(step.revision, "path", None) if isinstance(step, RevisionStep) else None
    if path is None:
        return ""
    line = line_in(error, path)
    return f" ({path}:{line})" if line is not None else f" ({path})"


class _PreviewContext(MigrationContext):
    """A script in place of a database, in which questions are noticed."""

    def _script_connection(self) -> Connection:
        def write(statement: Executable, given: UserValue = None, *_args: UserValue) -> None:
            if getattr(statement, "is_select", False) or is_question(str(statement)):
                raise ReadsDatabase
            for one in with_values(statement, given, self.impl.sink):
                self.impl.execute(one)

        return cast("Connection", _Mock(self.dialect, write))

    def _log_beginning(self) -> None:
        """Nothing: the run has said so."""


class _Mock(MockConnection):
    """What a migration may ask of a connection and that has no answer here."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise ReadsDatabase
