import pytest
import sqlalchemy as sa

from alembic.runtime.migration import MigrationContext
from alembic.runtime.version_table import (
    HeadMaintainer,
    IdTooLong,
    ManyHeadsRecorded,
    VersionRowChanged,
)


@pytest.fixture
def connection(engine):
    with engine.connect() as connection:
        yield connection


def context_with(connection, *heads, **opts):
    context = MigrationContext.configure(connection, opts=opts)
    context._ensure_version_table()
    for head in heads:
        connection.execute(context._version.insert().values(version_num=head))
    connection.commit()
    return context


def test_every_row_is_a_head(connection):
    context = context_with(connection, "m", "c", "x", "a")
    assert sorted(context.get_current_heads()) == ["a", "c", "m", "x"]


def test_one_revision_cannot_stand_for_several_heads(connection):
    context = context_with(connection, "a", "b")
    with pytest.raises(ManyHeadsRecorded, match="please use get_current_heads") as caught:
        context.get_current_revision()
    assert sorted(caught.value.heads) == ["a", "b"]


def test_an_empty_or_missing_table_has_no_heads(connection):
    context = MigrationContext.configure(connection)
    assert not context._has_version_table()
    assert context.get_current_heads() == ()
    context._ensure_version_table()
    assert context._has_version_table()
    assert context.get_current_revision() is None


def test_the_table_is_as_other_tools_expect_it(connection):
    context_with(connection)
    inspector = sa.inspect(connection)
    (column,) = inspector.get_columns("alembic_version")
    assert column["name"] == "version_num"
    assert column["type"].length == 32
    assert not column["nullable"]
    assert inspector.get_pk_constraint("alembic_version")["constrained_columns"] == ["version_num"]


def test_the_table_may_have_another_name_and_no_primary_key(connection):
    context_with(connection, "a", version_table="my versions", version_table_pk=False)
    inspector = sa.inspect(connection)
    assert inspector.get_table_names() == ["my versions"]
    assert inspector.get_pk_constraint("my versions")["constrained_columns"] == []


def test_the_table_may_be_in_another_schema(postgresql_url):
    engine = sa.create_engine(postgresql_url)
    with engine.connect() as connection:
        connection.execute(sa.text("CREATE SCHEMA other"))
        connection.commit()
        context = context_with(connection, "a", version_table_schema="other")
        assert context.get_current_heads() == ("a",)
        assert MigrationContext.configure(connection).get_current_heads() == ()
    engine.dispose()


def test_the_table_is_created_in_a_transaction_of_its_own_on_an_idle_connection(connection):
    MigrationContext.configure(connection)._ensure_version_table()
    assert not connection.in_transaction()
    connection.rollback()
    assert sa.inspect(connection).has_table("alembic_version")


def test_purging_deletes_all_rows(connection):
    context = context_with(connection, "gone", "for", "good")
    context._ensure_version_table(purge=True)
    assert context.get_current_heads() == ()


def step_to(history, revision, direction="up"):
    from alembic.runtime.migration import MigrationStep

    script = history.script
    make = (
        MigrationStep.upgrade_from_script
        if direction == "up"
        else (MigrationStep.downgrade_from_script)
    )
    return make(script.revision_map, script.get_revision(revision))


def test_steps_insert_move_and_delete_rows(connection, tables):
    context = context_with(connection)
    maintainer = HeadMaintainer(context, ())
    for revision, direction, heads in (
        ("a", "up", ("a",)),
        ("b", "up", ("b",)),
        ("b", "down", ("a",)),
        ("a", "down", ()),
    ):
        maintainer.update_to_step(step_to(tables, revision, direction))
        assert context.get_current_heads() == heads
        assert maintainer.heads == set(heads)


@pytest.mark.parametrize(
    ("direction", "revision", "what"),
    [("up", "b", "updating 'a' to 'b'"), ("down", "a", "deleting 'a'")],
)
def test_a_row_that_someone_else_has_changed_is_noticed(
    connection, tables, direction, revision, what
):
    context = context_with(connection, "elsewhere")
    maintainer = HeadMaintainer(context, ("a",))
    with pytest.raises(VersionRowChanged) as caught:
        maintainer.update_to_step(step_to(tables, revision, direction))
    assert str(caught.value) == (
        f"Online migration expected to match one row when {what} in 'alembic_version'; 0 found. "
        "Another run may have changed it meanwhile.\n"
        "To see where the database is:  alembic current"
    )
    assert caught.value.found == 0


def test_a_database_that_counts_no_rows_is_believed(connection, tables, monkeypatch):
    context = context_with(connection)
    monkeypatch.setattr(context.impl.dialect, "supports_sane_rowcount", False)
    HeadMaintainer(context, ("a",)).update_to_step(step_to(tables, "b"))


def test_an_add_on_may_put_a_table_of_its_own(connection):
    context = MigrationContext.configure(connection)
    context._version = sa.Table(
        "alembic_version",
        sa.MetaData(),
        sa.Column("version_num", sa.String(32), nullable=False),
        sa.Column("at", sa.DateTime, server_default=sa.func.current_timestamp()),
    )
    context._ensure_version_table()
    HeadMaintainer(context, ())._insert_version("a")
    assert context.get_current_heads() == ("a",)


def test_an_id_that_the_table_cannot_hold_is_told_of_and_fits_once_it_is_widened(history, engine):
    if engine.dialect.name == "sqlite":
        pytest.skip("SQLite holds ids of any length")
    long = "a" * 40
    history.add(long, up='op.execute("CREATE TABLE made (id INTEGER)")')
    with engine.connect() as connection:
        context_with(connection)
    with engine.connect() as connection, pytest.raises(IdTooLong, match="has 40 characters"):
        history.run(connection)
    verb = "MODIFY" if engine.dialect.name == "mysql" else "ALTER COLUMN"
    kind = "VARCHAR(64) NOT NULL" if engine.dialect.name == "mysql" else "TYPE VARCHAR(64)"
    with engine.begin() as connection:
        connection.exec_driver_sql(f"ALTER TABLE alembic_version {verb} version_num {kind}")
    with engine.connect() as connection:
        history.run(connection)
        connection.rollback()
        assert MigrationContext.configure(connection).get_current_heads() == (long,)
    assert "made" in sa.inspect(engine).get_table_names()
