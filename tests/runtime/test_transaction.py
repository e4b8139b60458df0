"""What begins and ends a transaction, in which order, and what a failure leaves."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from alembic.runtime.migration import MigrationContext
from alembic.runtime.transaction import AutocommitBlockRefused, NoConnection, isolation_level
from alembic.util.failure import Left, failure_of

RUN = """
BEGIN | create heads | create a | insert heads | create b | update heads | COMMIT
"""
EACH = """
BEGIN | create heads | create a | insert heads | COMMIT
| BEGIN | create b | update heads | COMMIT
"""


def steps(text):
    return [step.strip() for step in text.split("|")]


def changes(journal):
    """What was seen, without transactions in which nothing but questions was asked."""
    told = []
    for step in journal:
        if step == "COMMIT" and told[-1:] == ["BEGIN"]:
            told.pop()
        else:
            told.append(step)
    return told


def is_transactional(engine):
    return engine.dialect.name in {"postgresql", "sqlite"}


def rows(engine):
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_heads()


def names(engine):
    ours = {"alembic_version", "alembic_version_journal"}
    return set(sa.inspect(engine).get_table_names()) - ours


@pytest.mark.parametrize(
    ("options", "order"),
    [
        ({}, None),
        ({"transaction_per_migration": True}, EACH),
        ({"transactional_ddl": True}, RUN),
        ({"transactional_ddl": False}, EACH),
        ({"transactional_ddl": True, "transaction_per_migration": True}, EACH),
    ],
)
def test_a_run_is_one_transaction_or_one_per_migration(tables, engine, journal, options, order):
    with engine.connect() as connection:
        tables.run(connection, "b", **options)
        assert not connection.in_transaction()
    expected = order or (RUN if is_transactional(engine) else EACH)
    assert changes(journal) == steps(expected)


@pytest.mark.parametrize("options", [{}, {"transaction_per_migration": True}])
@pytest.mark.parametrize("begun_by", ["begin", "a statement"])
def test_a_transaction_of_the_caller_is_left_alone(tables, engine, journal, options, begun_by):
    with engine.connect() as connection:
        if begun_by == "begin":
            connection.begin()
        else:
            connection.execute(sa.text("SELECT 1"))
        tables.run(connection, "b", **options)
        assert connection.in_transaction()
        assert "COMMIT" not in journal
        connection.commit()
    assert changes(journal) == steps(RUN)
    assert rows(engine) == ("b",)


def test_a_savepoint_of_the_caller_is_left_alone(tables, postgresql_url):
    engine = sa.create_engine(postgresql_url)
    with engine.connect() as connection, connection.begin():
        with connection.begin_nested() as savepoint:
            tables.run(connection, "b")
            savepoint.rollback()
        assert names(connection) == set()
    engine.dispose()


FAILING = """
op.execute("CREATE TABLE b (id INTEGER)")
op.execute("INSERT INTO b VALUES (1)")
raise RuntimeError("boom")
"""


@pytest.fixture
def failing(history):
    """a creates a table; b creates one, fills it, and fails."""
    return history.add("a", up='op.execute("CREATE TABLE a (id INTEGER)")').add("b", "a", FAILING)


def fail(history, connection, **options):
    with pytest.raises(RuntimeError, match="boom") as caught:
        history.run(connection, **options)
    return failure_of(caught.value)


def test_a_failure_undoes_the_run_where_ddl_is_transactional(failing, postgresql_url):
    engine = sa.create_engine(postgresql_url)
    with engine.connect() as connection:
        failure = fail(failing, connection)
        assert not connection.in_transaction()
    assert (failure.direction, failure.revision, failure.left) == ("upgrade", "b", Left.NOTHING)
    assert names(engine) == set()
    engine.dispose()


def test_a_failure_undoes_its_migration_where_each_has_a_transaction(failing, postgresql_url):
    engine = sa.create_engine(postgresql_url)
    with engine.connect() as connection:
        failure = fail(failing, connection, transaction_per_migration=True)
    assert failure.left is Left.EARLIER_STEPS
    assert names(engine) == {"a"}
    assert rows(engine) == ("a",)
    engine.dispose()


def test_a_failure_undoes_the_rows_where_ddl_is_not_transactional(failing, mariadb_url):
    engine = sa.create_engine(mariadb_url)
    with engine.connect() as connection:
        failure = fail(failing, connection)
    assert failure.left is Left.PARTS
    assert names(engine) == {"a", "b"}
    assert rows(engine) == ("a",)
    with engine.connect() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM b")).scalar() == 0
    engine.dispose()


def test_a_failure_in_a_transaction_of_the_caller_is_the_callers_to_undo(failing, engine):
    with engine.connect() as connection, connection.begin():
        assert fail(failing, connection).left is Left.CALLERS
        assert connection.in_transaction()


def test_a_failure_names_the_file_and_the_line(failing, engine):
    with engine.connect() as connection:
        failure = fail(failing, connection)
    assert failure.path == str(failing.folder / "versions" / "b_.py")
    text = Path(failure.path).read_text(encoding="utf-8")
    assert "boom" in text.splitlines()[failure.line - 1]


def test_a_commit_inside_a_migration_does_not_lose_what_follows(tables, engine):
    tables.add("d", "c", 'op.get_bind().commit()\nop.execute("CREATE TABLE d (id INTEGER)")')
    with engine.connect() as connection:
        tables.run(connection)
        assert not connection.in_transaction()
    assert rows(engine) == ("d",)
    assert names(engine) == {"a", "b", "c", "d"}


def test_a_new_version_table_is_kept_where_there_is_nothing_to_run(history, engine):
    history.add("a")
    with engine.connect() as connection:
        history.run(connection, "base", "downgrade", transaction_per_migration=True)
    assert "alembic_version" in sa.inspect(engine).get_table_names()


def test_a_scope_inside_a_scope_does_nothing(engine, journal):
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"transactional_ddl": True})
        with context.begin_transaction(), context.begin_transaction() as inner:
            assert inner is None
            context.execute("CREATE TABLE a (id INTEGER)")
    assert changes(journal) == ["BEGIN", "create a", "COMMIT"]


def test_a_transaction_can_be_ended_by_hand(engine, journal):
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"transactional_ddl": True})
        transaction = context.begin_transaction()
        transaction.commit()
        with context.begin_transaction() as transaction:
            context.execute("CREATE TABLE a (id INTEGER)")
            transaction.rollback()
    assert journal == ["BEGIN", "COMMIT", "BEGIN", "create a", "ROLLBACK"]


def test_a_context_without_a_connection_has_no_transaction():
    context = MigrationContext.configure(dialect_name="postgresql")
    with pytest.raises(NoConnection):
        context.begin_transaction()


OUTSIDE = """
op.execute("CREATE TABLE b (id INTEGER)")
with op.get_context().autocommit_block():
    op.execute("CREATE TABLE outside (id INTEGER)")
op.execute("INSERT INTO b VALUES (1)")
"""


@pytest.mark.parametrize("options", [{}, {"transaction_per_migration": True}])
def test_an_autocommit_block_commits_what_came_before(tables, postgresql_url, options):
    engine = sa.create_engine(postgresql_url)
    tables.add("d", "c", OUTSIDE.replace(" b ", " d ") + 'raise RuntimeError("boom")')
    with engine.connect() as connection:
        with pytest.raises(RuntimeError) as caught:
            tables.run(connection, **options)
        assert isolation_level(connection) == "READ COMMITTED"
    assert failure_of(caught.value).left is Left.COMMITTED_PARTS
    assert names(engine) == {"a", "b", "c", "d", "outside"}
    assert rows(engine) == ("c",)
    engine.dispose()


def test_the_order_around_an_autocommit_block(history, engine, journal):
    history.add("b", up=OUTSIDE)
    with engine.connect() as connection:
        level = connection.get_isolation_level()
        connection.rollback()
        journal.clear()
        history.run(connection, transactional_ddl=True)
        connection.rollback()
        assert isolation_level(connection) == level
    assert changes(journal) == [
        *steps("BEGIN | create heads | create b | COMMIT"),
        *("AUTOCOMMIT", "BEGIN", "create outside", "COMMIT", level),
        *("BEGIN", "insert b", "insert heads", "COMMIT"),
    ]


def test_an_autocommit_block_may_stand_inside_another(engine):
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"transactional_ddl": True})
        with context.begin_transaction(), context.autocommit_block():
            with context.autocommit_block():
                context.execute("CREATE TABLE a (id INTEGER)")
            assert isolation_level(connection) == "AUTOCOMMIT"
    assert names(engine) == {"a"}


def test_an_autocommit_block_may_stand_alone(engine):
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        with context.autocommit_block():
            context.execute("CREATE TABLE a (id INTEGER)")
        assert not connection.in_transaction()
    assert names(engine) == {"a"}


@pytest.mark.parametrize("in_transaction", [True, False])
def test_a_connection_in_autocommit_stays_in_autocommit(postgresql_url, in_transaction):
    engine = sa.create_engine(postgresql_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        if in_transaction:
            with context.begin_transaction(), context.autocommit_block():
                pass
        else:
            with context.autocommit_block():
                pass
        context.execute("CREATE TABLE a (id INTEGER)")
        connection.rollback()
    assert names(engine) == {"a"}
    engine.dispose()


def test_a_failure_in_autocommit_undoes_nothing(failing, postgresql_url):
    engine = sa.create_engine(postgresql_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        assert fail(failing, connection).left is Left.PARTS
    assert names(engine) == {"a", "b"}
    engine.dispose()


def test_an_isolation_level_of_the_caller_comes_back(postgresql_url):
    engine = sa.create_engine(postgresql_url)
    with engine.connect().execution_options(isolation_level="SERIALIZABLE") as connection:
        context = MigrationContext.configure(connection)
        with context.begin_transaction(), context.autocommit_block():
            pass
        assert connection.get_isolation_level() == "SERIALIZABLE"
    engine.dispose()


def test_an_error_in_an_autocommit_block_passes_and_leaves_no_autocommit(engine):
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"transactional_ddl": True})
        with (
            pytest.raises(sa.exc.DBAPIError),
            context.begin_transaction(),
            context.autocommit_block(),
        ):
            context.execute("CREATE NONSENSE")
        assert isolation_level(connection) != "AUTOCOMMIT"
        assert not connection.in_transaction()


@pytest.mark.parametrize("begun", ["before", "after"])
def test_an_autocommit_block_refuses_a_transaction_that_is_not_ours(engine, begun):
    with engine.connect() as connection:
        if begun == "before":
            connection.begin()
        context = MigrationContext.configure(connection)
        context.execute("SELECT 1")
        with (
            pytest.raises(AutocommitBlockRefused, match="commit it first"),
            context.autocommit_block(),
        ):
            pytest.fail("the block must not run")
