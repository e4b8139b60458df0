"""The database fixtures themselves: what every other database test stands on."""

from __future__ import annotations

import sqlalchemy as sa


def test_a_fresh_database_is_empty(engine):
    assert sa.inspect(engine).get_table_names() == []


def test_two_tests_never_share_a_database(engine):
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE left_behind (id INTEGER)"))
    assert sa.inspect(engine).get_table_names() == ["left_behind"]
