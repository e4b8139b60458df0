"""Oracle beyond the golden files: scripts for SQL*Plus, and comparison."""

from __future__ import annotations

import io

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import oracle

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext


def context(**options):
    return MigrationContext.configure(dialect_name="oracle", opts=options)


def script(call, **options):
    """What a call writes."""
    buffer = io.StringIO()
    migration = context(as_sql=True, output_buffer=buffer, **options)
    call(Operations(migration))
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("options", "written"),
    [
        ({}, "SELECT 1\n\n/\n\n"),
        ({"oracle_batch_separator": "GO"}, "SELECT 1\n\nGO\n\n"),
        ({"oracle_batch_separator": ""}, "SELECT 1\n\n"),
    ],
)
def test_a_statement_has_no_terminator_but_its_separator(options, written):
    assert script(lambda op: op.execute("SELECT 1"), **options) == written


def test_a_transaction_is_begun_and_ended_in_batches():
    written = script(
        lambda op: (op.impl.emit_begin(), op.impl.emit_commit()),
    )
    assert written == "SET TRANSACTION READ WRITE\n\n/\n\nCOMMIT\n\n/\n\n"


def test_a_computed_column_is_added_without_the_word_column():
    doubled = sa.Column("doubled", sa.Integer, sa.Computed("sum * 2"))
    assert script(lambda op: op.add_column("t", doubled)) == (
        "ALTER TABLE t ADD doubled INTEGER GENERATED ALWAYS AS (sum * 2)\n\n/\n\n"
    )


def test_a_block_tolerates_one_error_and_quotes_the_statement():
    written = script(
        lambda op: op.add_column(
            "t", sa.Column("c", sa.String(5), server_default="it's"), if_not_exists=True
        )
    )
    assert written == (
        "BEGIN\n"
        "    EXECUTE IMMEDIATE 'ALTER TABLE t ADD c VARCHAR2(5 CHAR) DEFAULT ''it''''s''';\n"
        "EXCEPTION\n"
        "    WHEN OTHERS THEN\n"
        "        IF SQLCODE != -1430 THEN\n"
        "            RAISE;\n"
        "        END IF;\n"
        "END;\n\n/\n\n"
    )


@pytest.mark.parametrize(
    ("first", "second", "differs"),
    [
        ("5 ", "5", False),
        ("5", "'5'", False),
        ("'x' ", "'x'", False),
        ("'x'", "x", False),
        ("SYSDATE ", "sysdate", False),
        ("NULL", None, False),
        ("(5)", "5", False),
        ("5", "6", True),
        ("'x'", "'y'", True),
        ("SYSDATE", "CURRENT_TIMESTAMP", True),
        ("'A'", "'a'", True),
    ],
)
def test_defaults_are_compared_as_the_server_takes_them(first, second, differs):
    column = sa.Column("c", sa.Integer)
    assert context().impl.compare_server_default(column, column, second, first) is differs


@pytest.mark.parametrize(
    ("existing", "wanted", "differs"),
    [
        (oracle.NUMBER(), sa.Integer(), False),
        (sa.INTEGER(), sa.BigInteger(), False),
        (oracle.NUMBER(10, 2), sa.Numeric(10, 2), False),
        (oracle.NUMBER(10, 2), sa.Numeric(12, 2), True),
        (oracle.VARCHAR2(9), sa.String(9), False),
        (oracle.VARCHAR2(9), sa.String(10), True),
        (oracle.FLOAT(126), sa.Float(), False),
        (oracle.FLOAT(126), sa.DOUBLE_PRECISION(), False),
        (oracle.DATE(), sa.DateTime(), False),
        (oracle.CLOB(), sa.Text(), False),
        (oracle.NUMBER(), sa.String(9), True),
    ],
)
def test_types_are_compared_as_the_server_takes_them(existing, wanted, differs):
    impl = context().impl
    assert impl.compare_type(sa.Column("c", existing), sa.Column("c", wanted)) is differs
