"""Use the Alembic impls of dialect packages with whichever Alembic is found, and write down what they say.

usage: python thirdparty_play.py ANSWERS

ANSWERS is a JSON file: {dialect: {scenario: text}}. Each scenario runs one operation in a script for the dialect
(``as_sql``), renders one object as autogenerate does, or (where the database is a library) runs a round of upgrade,
comparison and downgrade for real.
"""

from __future__ import annotations

import importlib
import io
import json
import re
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import registry
from sqlalchemy.engine import make_url

# dialect: (URL, module that registers the impl)
DIALECTS = {
    "duckdb": ("duckdb:///:memory:", "duckdb_engine"),
    "redshift": ("redshift+psycopg2://u:p@h/d", "sqlalchemy_redshift.dialect"),
    "cockroachdb": ("cockroachdb+psycopg2://u:p@h/d", "sqlalchemy_cockroachdb"),
    "clickhouse": ("clickhouse+native://u:p@h/d", "clickhouse_sqlalchemy.alembic.dialect"),
    "snowflake": ("snowflake://u:p@h/d", "snowflake.sqlalchemy.alembic_util"),
    "bigquery": ("bigquery://project/set", "sqlalchemy_bigquery.base"),
    "starrocks": ("starrocks://u:p@h/d", "starrocks.alembic"),
    "hana": ("hana://u:p@h:1", "sqlalchemy_hana.alembic"),
    "spanner": (
        "spanner+spanner:///projects/p/instances/i/databases/d",
        "google.cloud.sqlalchemy_spanner.sqlalchemy_spanner",
    ),
    "db2": ("db2://u:p@h:1/d", "ibm_db_alembic.ibm_db"),
    "geoalchemy2": ("postgresql+psycopg2://u:p@h/d", "geoalchemy2.alembic_helpers"),
}


def operations() -> dict[str, Callable[[Any], object]]:
    """What each scenario does; column arguments are made anew each time."""

    def column(**more: Any) -> sa.Column[Any]:
        return sa.Column("c", sa.String(30), **more)

    def batch(op: Any) -> None:
        with op.batch_alter_table("t") as batch_op:
            batch_op.add_column(column())
            batch_op.drop_column("d")

    return {
        "create table": lambda op: op.create_table(
            "t",
            sa.Column("id", sa.Integer, primary_key=True),
            sa.Column("a", sa.String(20), nullable=False, server_default="x", comment="why"),
            sa.Column("at", sa.DateTime),
            comment="a table",
        ),
        "create table if not exists": lambda op: op.create_table(
            "t", sa.Column("id", sa.Integer, primary_key=True), if_not_exists=True
        ),
        "drop table": lambda op: op.drop_table("t"),
        "drop table of a schema": lambda op: op.drop_table("t", schema="s"),
        "rename table": lambda op: op.rename_table("t", "u"),
        "rename table of a schema": lambda op: op.rename_table("t", "u", schema="s"),
        "table comment": lambda op: op.create_table_comment("t", "it's"),
        "no table comment": lambda op: op.drop_table_comment("t"),
        "add column": lambda op: op.add_column("t", column()),
        "add column not null": lambda op: op.add_column(
            "t", column(nullable=False, server_default="x")
        ),
        "add column of a schema": lambda op: op.add_column("t", column(), schema="s"),
        "drop column": lambda op: op.drop_column("t", "c"),
        "rename column": lambda op: op.alter_column(
            "t", "c", new_column_name="d", existing_type=sa.String(30)
        ),
        "column type": lambda op: op.alter_column(
            "t", "c", type_=sa.Integer(), existing_type=sa.String(30), existing_nullable=True
        ),
        "column not null": lambda op: op.alter_column(
            "t", "c", nullable=False, existing_type=sa.String(30)
        ),
        "column nullable": lambda op: op.alter_column(
            "t", "c", nullable=True, existing_type=sa.String(30), schema="s"
        ),
        "column default": lambda op: op.alter_column(
            "t", "c", server_default="x", existing_type=sa.String(30)
        ),
        "column without default": lambda op: op.alter_column(
            "t", "c", server_default=None, existing_type=sa.String(30)
        ),
        "column comment": lambda op: op.alter_column(
            "t", "c", comment="why", existing_type=sa.String(30), existing_comment="because"
        ),
        "several at once": lambda op: op.alter_column(
            "t",
            "c",
            type_=sa.String(50),
            nullable=False,
            server_default="y",
            new_column_name="d",
            existing_type=sa.String(30),
        ),
        "create index": lambda op: op.create_index("ix", "t", ["a", sa.text("lower(b)")]),
        "create unique index": lambda op: op.create_index("ix", "t", ["a"], unique=True),
        "drop index": lambda op: op.drop_index("ix", table_name="t"),
        "unique": lambda op: op.create_unique_constraint("uq", "t", ["a", "b"]),
        "check": lambda op: op.create_check_constraint("ck", "t", "a > 1"),
        "foreign key": lambda op: op.create_foreign_key("fk", "t", "u", ["a"], ["id"]),
        "primary key": lambda op: op.create_primary_key("pk", "t", ["a"]),
        "drop constraint": lambda op: op.drop_constraint("uq", "t", type_="unique"),
        "bulk insert": lambda op: op.bulk_insert(
            sa.table("t", sa.column("a", sa.String), sa.column("n", sa.Integer)),
            [{"a": "it's", "n": 1}, {"a": "100%", "n": None}],
        ),
        "execute": lambda op: op.execute(sa.text("UPDATE t SET a = :a").bindparams(a="x")),
        "batch": batch,
    }


def script(dialect: Any, change: Callable[[Any], object]) -> str:
    """What one operation writes into a script, or the error that it ends in."""
    from alembic.operations import Operations
    from alembic.runtime.migration import MigrationContext

    out = io.StringIO()
    options = {"as_sql": True, "output_buffer": out, "literal_binds": True}
    try:
        context = MigrationContext.configure(dialect=dialect, opts=options)
        change(Operations(context))
    except Exception as error:  # noqa: BLE001 - an error is an answer too
        out.write(f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}")
    return out.getvalue().strip()


def version_table(dialect: Any) -> str:
    """The version table, which dialects may widen."""
    from alembic.runtime.migration import MigrationContext

    out = io.StringIO()
    context = MigrationContext.configure(
        dialect=dialect, opts={"as_sql": True, "output_buffer": out}
    )
    context.impl.create_table(context._version)
    return f"{type(context.impl).__name__}\n{out.getvalue()}"


def rendered(dialect: Any) -> str:
    """Autogenerated code for a table, with the dialect's own renderers and types."""
    from alembic.autogenerate import render_python_code
    from alembic.operations import ops
    from alembic.runtime.migration import MigrationContext

    table = sa.Table(
        "t",
        sa.MetaData(),
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("a", sa.String(20), server_default="x", comment="why"),
        sa.Column("n", sa.Numeric(10, 2)),
        sa.Index("ix_t_a", "a"),
    )
    if dialect.name == "postgresql":
        from geoalchemy2 import Geometry

        table.append_column(sa.Column("g", Geometry("POINT", srid=4326)))
    changes = ops.UpgradeOps(
        [
            ops.CreateTableOp.from_table(table),
            ops.ModifyTableOps("t", [ops.AddColumnOp("t", sa.Column("z", sa.JSON()))]),
            ops.DropTableOp.from_table(table),
        ]
    )
    context = MigrationContext.configure(dialect=dialect)
    try:
        return render_python_code(changes, migration_context=context)
    except Exception as error:  # noqa: BLE001 - an error is an answer too
        return f"{type(error).__name__}: {error}"


def duckdb() -> dict[str, str]:
    """A round trip on a real DuckDB."""
    from alembic.autogenerate import compare_metadata
    from alembic.operations import Operations
    from alembic.runtime.migration import MigrationContext

    engine = sa.create_engine("duckdb:///:memory:")
    answers = {}
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        for name, change in operations().items():
            if "schema" in name:
                continue
            if name != "create table":
                connection.exec_driver_sql("DROP TABLE IF EXISTS t CASCADE")
                connection.exec_driver_sql(
                    "CREATE TABLE t (a VARCHAR, b VARCHAR, c VARCHAR, d INTEGER, n INTEGER)"
                )
            try:
                change(Operations(context))
                said = "done"
            except Exception as error:  # noqa: BLE001 - an error is an answer too
                said = f"{type(error).__name__}: {str(error).splitlines()[0]}"
            connection.commit() if said == "done" else connection.rollback()
            found = connection.exec_driver_sql(
                "SELECT sql FROM duckdb_tables() UNION ALL SELECT sql FROM duckdb_indexes()"
            ).fetchall()
            answers[name] = said + "\n" + "\n".join(sorted(str(row[0]) for row in found))
            connection.commit()
        connection.exec_driver_sql("DROP TABLE IF EXISTS t CASCADE")
        connection.exec_driver_sql("DROP TABLE IF EXISTS u CASCADE")
        metadata = sa.MetaData()
        sa.Table("t", metadata, sa.Column("id", sa.Integer), sa.Column("a", sa.String))
        for what in ("missing", "equal"):
            try:
                answers[f"compare, {what}"] = repr(compare_metadata(context, metadata))
            except Exception as error:  # noqa: BLE001 - an error is an answer too
                answers[f"compare, {what}"] = (
                    f"{type(error).__name__}: {str(error).splitlines()[0]}"
                )
                connection.rollback()
            connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS t (id INTEGER, a VARCHAR)")
            connection.commit()
    return answers


def main() -> None:
    """Play all scenarios of all dialects."""
    warnings.simplefilter("ignore")
    answers: dict[str, dict[str, str]] = {}
    from alembic.ddl.impl import DefaultImpl
    from alembic.ddl.postgresql import PostgresqlImpl

    # As the documentation of these tells; the other packages bring a class along.
    type("AlembicDuckDBImpl", (PostgresqlImpl,), {"__dialect__": "duckdb"})
    type("SnowflakeImpl", (DefaultImpl,), {"__dialect__": "snowflake"})
    type("SpannerImpl", (DefaultImpl,), {"__dialect__": "spanner+spanner"})
    for name, (url, module) in DIALECTS.items():
        try:
            importlib.import_module(module)
        except ImportError as error:
            answers[name] = {"import": f"{error}".partition(" (")[0]}
            continue
        dialect = registry.load(make_url(url).drivername.replace("+", "."))()
        found = {each: script(dialect, change) for each, change in operations().items()}
        found["version table"] = version_table(dialect)
        found["rendered"] = rendered(dialect)
        answers[name] = {each: re.sub(r"0x[0-9a-f]+", "0x0", text) for each, text in found.items()}
    answers["duckdb, live"] = duckdb()
    Path(sys.argv[1]).write_text(json.dumps(answers, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
