"""Text that a client would misread is spelled in another way, in rows and statements but not in DDL."""

from __future__ import annotations

import io

import pytest
import sqlalchemy as sa

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext

NOTES = sa.table("notes", sa.column("text", sa.String))

# (dialect, value, its literal)
SPELLED = [
    ("oracle", "a & b", "'a ' || CHR(38) || ' b'"),
    ("oracle", "a;\n/\nit's", "'a;' || CHR(10) || '/' || CHR(10) || 'it''s'"),
    ("oracle", "plain", "'plain'"),
    ("mssql", "a\nGO\nb", "'a' + CHAR(10) + 'GO\nb'"),
    ("mssql", "a\r\n go 5", "'a\r' + CHAR(10) + ' go 5'"),
    ("mssql", "a\nGOLD\nb & c", "'a\nGOLD\nb & c'"),
    ("mssql", "a $(b) $c", "'a ' + CHAR(36) + '(b) $c'"),
    ("mssql", "Größe ✓", "N'Größe ✓'"),
    ("mssql", "✓\nGO\n✓\0", "N'✓' + CHAR(10) + N'GO\n✓' + CHAR(0) + N''"),
    ("oracle", "a\0b", "'a' || CHR(0) || 'b'"),
    ("mysql", "a\r\nb\0", "'a\\r\nb\\0'"),
    ("mariadb", "a\r\nb", "'a\\r\nb'"),
    ("sqlite", "a\r\nb\0c", "'a' || char(13) || '\nb' || char(0) || 'c'"),
    ("postgresql", "a & b\r\nGO\n\\r", "'a & b\r\nGO\n\\r'"),
]


def script(dialect, call):
    buffer = io.StringIO()
    options = {"as_sql": True, "output_buffer": buffer, "literal_binds": True}
    call(Operations(MigrationContext.configure(dialect_name=dialect, opts=options)))
    return buffer.getvalue()


@pytest.mark.parametrize(("dialect", "value", "literal"), SPELLED)
def test_rows_come_through(dialect, value, literal):
    written = script(dialect, lambda op: op.bulk_insert(NOTES, [{"text": value}]))
    assert f"VALUES ({literal})" in written


@pytest.mark.parametrize(("dialect", "value", "literal"), SPELLED)
def test_statements_come_through(dialect, value, literal):
    written = script(dialect, lambda op: op.execute(NOTES.update().values(text=value)))
    assert f"SET text={literal}" in written


def test_a_literal_of_ddl_stays_one():
    written = script("oracle", lambda op: op.create_table_comment("t", "a & b\nc"))
    assert "COMMENT ON TABLE t IS 'a & b\nc'" in written
