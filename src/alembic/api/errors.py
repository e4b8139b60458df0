"""What a program may get wrong about a Migrator."""

from __future__ import annotations

from typing import Any

from alembic.util.exc import CommandError


class NotAnEngine(CommandError, TypeError):
    """The first argument is no engine and no connection."""

    def __init__(self, given: Any) -> None:
        self.given = given
        super().__init__(
            "Migrator() takes an Engine, an AsyncEngine, a Connection or an AsyncConnection of "
            f"SQLAlchemy, not a {type(given).__name__}: Migrator(create_engine(url), scripts=…)"
        )


class NotTheFolder(CommandError):
    """``scripts`` is no folder."""

    def __init__(self, path: str) -> None:
        self.path = path
        super().__init__(
            f"scripts={path!r} is no folder; it is to be the one with versions/ in it, or the "
            'settings: scripts=Config("alembic.ini")'
        )


class OptionTaken(CommandError, TypeError):
    """An option of ``configure()`` that the Migrator itself gives."""

    def __init__(self, option: str) -> None:
        self.option = option
        instead = (
            "metadata=… says" if option == "target_metadata" else "the engine and the verbs say"
        )
        super().__init__(f"{option} is no option of Migrator(): {instead} it")


class AwaitInstead(CommandError):
    """A verb that would stop the event loop which the engine's work needs."""

    def __init__(self, verb: str) -> None:
        self.verb = verb
        super().__init__(
            f"{verb}() would wait for the event loop that it is called on: the engine is an "
            f"asynchronous one. Write:  await migrator.a{verb}()"
        )


class NoModels(CommandError):
    """A comparison with models, and there are none."""

    def __init__(self) -> None:
        super().__init__(
            "check() compares the database with models, and there are none: "
            "Migrator(engine, scripts=…, metadata=Base.metadata)"
        )
