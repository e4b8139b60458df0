"""Who looks at a comparison is shown Tables, as documented; where nobody does, none is made of what is equal."""

from __future__ import annotations

import logging

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from alembic.autogenerate import comparators, compare_metadata
from alembic.autogenerate.api import AutogenContext
from alembic.autogenerate.compare.schema import produce_net_changes
from alembic.ddl.registry import impls
from alembic.operations.ops.script import UpgradeOps
from alembic.runtime.migration import MigrationContext

COMPLETE = ["alembic.autogenerate.*", "alembic.complete.*"]


def models(width: int = 50, *, rows: type[sa.types.TypeEngine] = sa.Integer) -> sa.MetaData:
    """What a project has: keys, indexes, constraints, defaults, comments where there are any."""
    metadata = sa.MetaData()
    sa.Table("kind", metadata, sa.Column("id", sa.Integer, primary_key=True))
    sa.Table(
        "item",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(width), nullable=False, index=True),
        sa.Column("code", sa.String(20), unique=True),
        sa.Column("price", sa.Numeric(12, 2), nullable=False, server_default="0"),
        sa.Column("rate", sa.Float),
        sa.Column("active", sa.Boolean, nullable=False, server_default=sa.true()),
        sa.Column("made", sa.DateTime, nullable=False, server_default=sa.func.now()),
        sa.Column("note", sa.Text, comment="what is to be known"),
        sa.Column("count", rows),
        sa.Column("kind_id", sa.ForeignKey("kind.id", ondelete="CASCADE"), index=True),
        sa.UniqueConstraint("name", "kind_id", name="uq_item"),
        comment="all that there is",
    )
    return metadata


@pytest.fixture
def connection(engine):
    with engine.connect() as connection:
        models().create_all(connection)
        connection.commit()
        yield connection


def context_of(connection, wanted, **opts) -> AutogenContext:
    opts = {"target_metadata": wanted, **opts}
    return AutogenContext(MigrationContext.configure(connection, opts=opts), wanted)


def made(connection, wanted, **opts) -> list[str]:
    """The tables that a comparison made a Table of."""
    context = context_of(connection, wanted, **opts)
    seen: list[str] = []
    tables = context.reflected.__class__._make

    def watched(self, names):
        seen.extend(name for _, name in names)
        return tables(self, names)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(context.reflected.__class__, "_make", watched)
        produce_net_changes(context, UpgradeOps([]))
    return sorted(seen)


@pytest.mark.parametrize(
    "opts",
    [{}, {"compare_server_default": True}, {"autogenerate_plugins": COMPLETE}],
    ids=["as ever", "server defaults", "complete"],
)
def test_no_table_is_made_of_what_is_equal(connection, opts):
    assert made(connection, models(), **opts) == []
    assert made(connection, models(), include_name=lambda *_: True, **opts) == []


@pytest.mark.parametrize(
    "opts", [{}, {"autogenerate_plugins": COMPLETE}], ids=["as ever", "complete"]
)
def test_a_table_is_made_of_what_differs(connection, opts):
    assert made(connection, models(width=60), **opts) == ["item"]
    assert made(connection, models(rows=sa.Date), **opts) == ["item"]
    assert made(connection, sa.MetaData(), **opts) == ["item", "kind"]


def asked_by(name: str, answer: object):
    """An option whose function remembers that it was called."""
    calls: list[object] = []

    def hook(*args):
        calls.append(args)
        return answer

    return calls, {name: hook}


@pytest.mark.parametrize(
    ("option", "answer", "calls"),
    [("include_object", True, 13), ("compare_type", None, 11), ("compare_server_default", None, 3)],
)
def test_a_function_is_asked_about_equal_tables_too(connection, option, answer, calls):
    asked, opts = asked_by(option, answer)
    assert compare_metadata(MigrationContext.configure(connection, opts=opts), models()) == []
    assert len(asked) >= calls
    if option != "include_object":
        assert all(isinstance(args[1], sa.Column) for args in asked)


def test_listeners_to_reflection_hear_of_every_column(connection):
    heard: list[str] = []

    def listen(_inspector, table, column):
        heard.append(f"{table.name}.{column['name']}")

    event.listen(sa.Table, "column_reflect", listen)
    try:
        compare_metadata(MigrationContext.configure(connection), models())
    finally:
        event.remove(sa.Table, "column_reflect", listen)
    assert len(heard) == 11
    assert {"kind.id", "item.note"} <= set(heard)


@pytest.mark.parametrize("target", ["table", "column"])
def test_a_packages_comparator_sees_every_table(connection, target, monkeypatch):
    monkeypatch.setattr(comparators, "_registry", comparators._registry.copy())
    seen: list[str] = []

    @comparators.dispatch_for(target)
    def look(_context, _ops, _schema, table, *_sides):
        seen.append(table)

    compare_metadata(MigrationContext.configure(connection), models())
    assert set(seen) == {"kind", "item"}


def test_an_impl_with_answers_of_its_own_is_asked(connection, monkeypatch):
    context = MigrationContext.configure(connection)
    asked: list[str] = []

    class Impl(type(context.impl)):
        def compare_type(self, inspector_column, metadata_column):
            asked.append(metadata_column.name)
            return False

    monkeypatch.setitem(impls, connection.dialect.name, Impl)
    assert compare_metadata(MigrationContext.configure(connection), models(width=60)) == []
    assert "name" in asked
    monkeypatch.undo()


def test_what_is_said_of_serial_columns_is_said_without_tables(connection, caplog):
    if connection.dialect.name != "postgresql":
        pytest.skip("only PostgreSQL has SERIAL")
    caplog.set_level(logging.INFO, logger="alembic.ddl.postgresql")
    assert made(connection, models()) == []
    said = [each for each in caplog.records if each.name == "alembic.ddl.postgresql"]
    assert sorted(record.getMessage() for record in said) == [
        f"Detected sequence named '{table}_id_seq' as owned by integer column '{table}(id)', "
        "assuming SERIAL and omitting"
        for table in ("item", "kind")
    ]


def test_a_name_filter_is_asked_once_about_each_name(connection):
    asked: list[tuple] = []

    def include_name(name, type_, parents):
        asked.append((type_, name, parents.get("table_name")))
        return name != "note"

    opts = {"include_name": include_name}
    found = compare_metadata(MigrationContext.configure(connection, opts=opts), models())
    assert [diff[0] for diff in found] == ["add_column"]
    assert len(asked) == len(set(asked))
