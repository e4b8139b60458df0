"""A migration on SQLite that opens a second connection: it sees what is done, and may write."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from projects import Project

REVISION = '''\
"""beside"""
from alembic import op
import sqlalchemy as sa

revision = "a"
down_revision = None


def upgrade():
    engine = op.get_bind().engine
    op.create_table("t", sa.Column("a", sa.Integer))
    {beside}
    op.create_table("u", sa.Column("a", sa.Integer))
    {last}
'''
WRITES = "with engine.begin() as other: other.exec_driver_sql('INSERT INTO t VALUES (1)')"
READS = "assert sa.inspect(engine).has_table('t')"


def _upgrade(tmp_path, monkeypatch, beside: str, last: str = "") -> tuple[int, list[str], int]:
    """Exit status, the tables that are there afterwards, and the number of rows of ``t``."""
    monkeypatch.chdir(tmp_path)
    project = Project(tmp_path).begin()
    project.write("migrations/versions/a.py", REVISION.format(beside=beside, last=last))
    status = project.alembic("upgrade", "head").status
    engine = sa.create_engine("sqlite:///x.db")
    with engine.connect() as connection:
        tables = sa.inspect(connection).get_table_names()
        rows = connection.exec_driver_sql("SELECT count(*) FROM t").scalar()
    engine.dispose()
    return status, tables, rows


@pytest.mark.parametrize(("beside", "rows"), [(WRITES, 1), (READS, 0)])
def test_a_second_connection_of_a_migration_works(tmp_path, monkeypatch, beside, rows):
    outcome = _upgrade(tmp_path, monkeypatch, beside)
    assert outcome == (0, ["alembic_version", "t", "u"], rows)


def test_what_follows_the_second_connection_is_a_transaction_again(tmp_path, monkeypatch):
    status, tables, _ = _upgrade(tmp_path, monkeypatch, READS, last="raise ValueError")
    assert status
    assert tables == ["alembic_version", "alembic_version_journal", "t"]
