"""What the runtime refuses: a context that can't be made, a run that has nothing to do."""

from __future__ import annotations

from sqlalchemy import Engine

from alembic.runtime.options import UserValue
from alembic.util.exc import CommandError


class NoDatabaseNamed(CommandError):
    """configure() was told neither a connection nor a URL nor a dialect."""

    def __init__(self) -> None:
        super().__init__(
            "Connection, url, or dialect_name is required. Say context.configure(connection=…), or "
            "url=… where a script is written"
        )


class NotAConnection(CommandError):
    """Something else was handed over as ``connection``."""

    def __init__(self, given: UserValue, hint: str = "") -> None:
        super().__init__(
            "'connection' argument to configure() is expected to be a "
            f"sqlalchemy.engine.Connection instance, got {given!r}{hint}"
        )
        self.given = given


class StartingRevOnline(CommandError):
    """``starting_rev`` was given, and there is a database which knows its heads itself."""

    def __init__(self) -> None:
        super().__init__(
            "Can't specify current_rev to context when using a database connection, which knows "
            "where it is: leave out starting_rev"
        )


class NoMigrationsFunction(CommandError):
    """run_migrations() was called on a context that no command has told what to do."""

    def __init__(self) -> None:
        super().__init__(
            "run_migrations() has nothing to run: this context was configured without `fn`, "
            "the function that a command passes and that gives the steps"
        )


def check_connection(connection: UserValue) -> None:
    """Raise :class:`NotAConnection` for what can't be one: an engine, an asynchronous connection."""
    if hasattr(connection, "sync_connection"):
        raise NotAConnection(
            connection, "; call this function through `await connection.run_sync(...)`"
        )
    if isinstance(connection, Engine) or not hasattr(connection, "dialect"):
        raise NotAConnection(connection)
