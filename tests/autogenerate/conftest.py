"""Databases that many cases share, one after the other: each leaves its own empty."""

from __future__ import annotations

import secrets

import pytest
import sqlalchemy as sa


@pytest.fixture(scope="module")
def engines(request, tmp_path_factory):
    """(backend) → an engine on a database of this module's own."""
    made: dict[str, sa.Engine] = {}
    admins: list[tuple[sa.Engine, str]] = []
    name = f"alembic_test_{secrets.token_hex(5)}"

    def of(backend: str) -> sa.Engine:
        if backend not in made:
            if backend == "sqlite":
                url = f"sqlite:///{tmp_path_factory.mktemp('sqlite') / 'test.db'}"
            else:
                server = request.getfixturevalue(f"{backend}_server")
                admin = sa.create_engine(
                    server, isolation_level="AUTOCOMMIT", poolclass=sa.pool.NullPool
                )
                with admin.connect() as connection:
                    connection.execute(sa.text(f"CREATE DATABASE {name}"))
                admins.append((admin, name))
                url = sa.make_url(server).set(database=name).render_as_string(hide_password=False)
            made[backend] = sa.create_engine(url)
        return made[backend]

    yield of
    for engine in made.values():
        engine.dispose()
    for admin, database in admins:
        with admin.connect() as connection:
            connection.execute(sa.text(f"DROP DATABASE {database}"))
