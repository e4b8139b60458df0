"""What the tests of the web shop stand on: a database that the migrations have made."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session

SHOP = Path(__file__).parents[1]
sys.path.insert(0, str(SHOP))

from models import Base  # noqa: E402 - found by the line above

from alembic.api import Migrator  # noqa: E402


@pytest.fixture(scope="session")
def engine(tmp_path_factory) -> Iterator[Engine]:
    """Migrated once for all tests."""
    engine = create_engine(f"sqlite:///{tmp_path_factory.mktemp('shop') / 'shop.db'}")
    Migrator(engine, scripts=SHOP / "migrations").upgrade()
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine) -> Iterator[Session]:
    """What a test writes is taken back after it."""
    with engine.connect() as connection, connection.begin() as transaction:
        yield Session(connection, join_transaction_mode="rollback_only")
        transaction.rollback()


@pytest.fixture
def migrator(tmp_path) -> Iterator[Migrator]:
    """The migrations of an empty database of the test's own."""
    engine = create_engine(f"sqlite:///{tmp_path / 'empty.db'}")
    yield Migrator(engine, scripts=SHOP / "migrations", metadata=Base.metadata)
    engine.dispose()
