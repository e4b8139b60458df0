"""The packages that use Alembic, and what is run of each: its own tests where its source distribution has them, a scenario."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

What = Literal["own tests", "scenario"]


@dataclass(frozen=True, slots=True)
class Suite:
    """Tests that both sides run."""

    what: What
    databases: tuple[str, ...] = ("sqlite", "postgresql")
    """A scenario is run on each in turn; a package's own tests use them all."""
    arguments: tuple[str, ...] = ()
    """What pytest is given, besides the plugins."""
    is_short: bool = False
    """Whether it belongs to the short form."""


@dataclass(frozen=True, slots=True)
class Client:
    """One package; its versions are pinned in ``requirements/NAME.txt``."""

    name: str
    suites: tuple[Suite, ...]
    variables: tuple[tuple[str, str], ...] = ()
    """Variables of the environment; {postgresql} is filled in."""
    is_alone: bool = False
    """It makes things that belong to a whole server: it gets one, and the sides take turns."""


_POSTGRESQL = ("postgresql",)
_PLAIN = ("-p", "no:logging")
CLIENTS = [
    Client(
        "flask-migrate",
        (
            Suite("scenario", is_short=True),
            Suite("own tests", ("sqlite",), (*_PLAIN, "tests")),
        ),
    ),
    Client(
        "pytest-alembic",
        (Suite("scenario", is_short=True),),
    ),
    Client("alembic-utils", (Suite("scenario", _POSTGRESQL),)),
    Client("alembic-postgresql-enum", (Suite("scenario", _POSTGRESQL),)),
    Client(
        "advanced-alchemy",
        (
            Suite(
                "own tests",
                arguments=(
                    "tests/integration/test_alembic_cli_integration.py",
                    "tests/integration/test_alembic_commands.py",
                    "tests/unit/test_cli.py",
                    "tests/unit/test_operations.py",
                ),
            ),
        ),
    ),
    Client(
        "sqlalchemy-declarative-extensions",
        (Suite("own tests", arguments=("-o", "addopts=", "tests")),),
        is_alone=True,
    ),
    Client(
        "pytest-mrt",
        (Suite("own tests", arguments=("tests",)),),
        variables=(("TEST_DATABASE_URL", "{postgresql}"),),
    ),
    Client(
        "alembic-pg-autogen",
        (Suite("own tests", _POSTGRESQL, ("tests",)),),
        variables=(("ALEMBIC_PG_AUTOGEN_TEST_URL", "{postgresql}"),),
    ),
]
