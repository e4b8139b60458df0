"""A step that stopped half-way goes on where it stopped: on MariaDB, and around autocommit blocks."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from alembic.runtime.journal_entries import AnotherStepFirst, ChangedSinceStop, InDoubt
from alembic.runtime.migration import MigrationContext

JOURNAL = "alembic_version_journal"


class Died(BaseException):
    """The process is gone: nothing of it is caught on the way."""


@pytest.fixture
def engine(mariadb_url):
    engine = sa.create_engine(mariadb_url)
    yield engine
    engine.dispose()


@pytest.fixture
def postgresql(postgresql_url):
    engine = sa.create_engine(postgresql_url)
    yield engine
    engine.dispose()


@pytest.fixture
def sent(engine) -> list[str]:
    """The statements of migrations that reach the server."""
    return watch(engine)


def watch(engine) -> list[str]:
    seen: list[str] = []

    @event.listens_for(engine, "after_cursor_execute")
    def after(_connection, _cursor, statement, *_rest):
        ours = ("alembic_version", "SHOW CREATE", "DO ", "LOCK", "lock", "information_schema")
        if not any(word in statement for word in ours):
            seen.append(" ".join(statement.split()))

    return seen


def dies(history, engine, when: str, statement: str, direction="upgrade", target="heads") -> None:
    """Run until ``statement`` is about to be carried out, or was: then the process is gone."""

    def execute(_cursor, sql, _parameters, _context):
        if statement in sql and JOURNAL not in sql:
            raise Died

    def after(_connection, _cursor, sql, *_rest):
        if statement in sql and JOURNAL not in sql:
            raise Died

    name, listener = (
        ("do_execute", execute) if when == "before" else ("after_cursor_execute", after)
    )
    event.listen(engine, name, listener)
    try:
        with engine.connect() as connection, pytest.raises(Died):
            history.run(connection, target, direction)
    finally:
        event.remove(engine, name, listener)


def run(history, engine, *target, **options):
    with engine.connect() as connection:
        history.run(connection, *target, **options)


def has_journal(engine) -> bool:
    return sa.inspect(engine).has_table(JOURNAL)


def rows(engine, query):
    with engine.connect() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(query)]


def half_done(engine):
    with engine.connect() as connection:
        half = MigrationContext.configure(connection).half_done()
        return None if half is None else str(half)


UP = """
op.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, x INTEGER)")
op.execute("INSERT INTO t (id) VALUES (1)")
op.execute("INSERT INTO t (id) VALUES (2)")
op.execute("ALTER TABLE t ADD y INTEGER")
op.execute("UPDATE t SET x = 5")
op.execute("CREATE TABLE u (id INTEGER)")
"""
DOWN = """
op.execute("DROP TABLE u")
op.execute("DELETE FROM t WHERE id = 1")
op.execute("ALTER TABLE t DROP y")
op.execute("DROP TABLE t")
"""


REFUSED = """
from sqlalchemy.exc import DBAPIError
op.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, x INTEGER, y INTEGER)")
op.execute("INSERT INTO t (id) VALUES (1)")
try:
    op.execute({refused!r})
except DBAPIError:
    {look}
    op.execute("CREATE TABLE u (id INTEGER)")
    op.execute("ALTER TABLE t DROP y")
op.execute("ALTER TABLE t ADD z INTEGER")
"""


@pytest.mark.parametrize("look", ["pass", "op.get_bind().exec_driver_sql('SELECT 1')"])
@pytest.mark.parametrize("refused", ["ALTER TABLE t DROP w", "INSERT INTO t VALUES (1, 2, 3)"])
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("statement", ["ALTER TABLE t DROP y", "ALTER TABLE t ADD z"])
def test_what_the_server_refused_is_refused_again_for_the_migration_to_go_its_other_way(
    history, engine, statement, when, refused, look
):
    history.add("a", up=REFUSED.format(refused=refused, look=look))
    dies(history, engine, when, statement)
    run(history, engine)
    columns = {each["name"] for each in sa.inspect(engine).get_columns("t")}
    assert columns == {"id", "x", "z"}
    assert rows(engine, "SELECT id FROM t") == [(1,)]
    assert not has_journal(engine)


@pytest.mark.parametrize(
    ("when", "statement"),
    [("before", "ADD y"), ("after", "ADD y"), ("after", "TABLE t"), ("after", "UPDATE t")],
)
def test_each_statement_is_carried_out_once(history, engine, sent, when, statement):
    history.add("a", up=UP)
    dies(history, engine, when, statement)
    run(history, engine)
    assert rows(engine, "SELECT id, x, y FROM t") == [(1, 5, None), (2, 5, None)]
    assert not has_journal(engine)
    ddl = [each for each in sent if each[:3] in {"CRE", "ALT"}]
    assert len(ddl) == len(set(ddl))


def test_a_downgrade_goes_on_where_it_stopped(history, engine):
    history.add("a", up=UP, down=DOWN)
    run(history, engine)
    dies(history, engine, "after", "ALTER TABLE t DROP y", "downgrade", "base")
    assert half_done(engine) == "downgrade of a stopped half-way: 2 statements done"
    run(history, engine, "base", "downgrade")
    assert sa.inspect(engine).get_table_names() == ["alembic_version"]


def test_a_clean_run_leaves_no_journal(history, engine):
    history.add("a", up=UP).add("b", "a", 'op.execute("CREATE TABLE v (id INTEGER)")')
    run(history, engine)
    assert not has_journal(engine)
    assert half_done(engine) is None


def test_a_failing_statement_is_not_in_doubt_and_can_be_mended(history, engine):
    history.add("a", up=UP + 'op.execute("CREATE TABEL v (id INTEGER)")')
    with pytest.raises(sa.exc.DBAPIError):
        run(history, engine)
    assert half_done(engine) == "upgrade of a stopped half-way: 6 statements done"
    history.add("a", up=UP + 'op.execute("CREATE TABLE v (id INTEGER)")')
    run(history, engine)
    assert rows(engine, "SELECT id FROM t") == [(1,), (2,)]
    assert not has_journal(engine)


def test_a_statement_that_no_catalog_shows_is_done_when_a_later_one_fails(history, engine):
    role = 'op.execute("CREATE ROLE IF NOT EXISTS alembic_nobody")\n'
    history.add("a", up=role + "1 / 0")
    with pytest.raises(ZeroDivisionError):
        run(history, engine)
    history.add("a", up=role + 'op.execute("DROP ROLE alembic_nobody")')
    run(history, engine)


def test_a_mended_file_may_fail_once_more(history, engine):
    for end in ("CREATE TABEL v (id INTEGER)", "CREATE TABLE v (id INTEGR)"):
        history.add("a", up=f"{UP}\nop.execute({end!r})")
        with pytest.raises(sa.exc.DBAPIError):
            run(history, engine)
    history.add("a", up=f"{UP}\nop.execute('CREATE TABLE v (id INTEGER)')")
    run(history, engine)
    assert not has_journal(engine)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("VALUES (2)", "VALUES (3)"),
        ('op.execute("ALTER TABLE t ADD y INTEGER")\n', ""),
        ("CREATE TABLE t (id INTEGER PRIMARY KEY, x INTEGER)", "CREATE TABLE t (id INTEGER)"),
    ],
)
def test_what_was_done_may_not_be_changed_in_the_file(history, engine, old, new):
    history.add("a", up=UP)
    dies(history, engine, "after", "CREATE TABLE u")
    history.add("a", up=UP.replace(old, new))
    with pytest.raises(ChangedSinceStop, match="alembic stamp") as caught:
        run(history, engine)
    assert caught.value.half.revision == "a"
    history.add("a", up=UP)
    run(history, engine)
    assert rows(engine, "SELECT id FROM t") == [(1,), (2,)]


def test_what_was_done_may_not_be_left_out_at_the_end(history, engine):
    history.add("a", up=UP)
    dies(history, engine, "after", "CREATE TABLE u")
    history.add("a", up="pass")
    with pytest.raises(ChangedSinceStop, match="nothing in its place"):
        run(history, engine)


def test_another_step_has_to_wait(history, engine):
    history.add("a", up=UP, down=DOWN).add("b", "a", 'op.execute("CREATE TABLE v (i INTEGER)")')
    run(history, engine, "a")
    dies(history, engine, "before", "DROP TABLE t", "downgrade", "base")
    for target in (("heads",), ("b",)):
        with pytest.raises(AnotherStepFirst, match="alembic downgrade -1"):
            run(history, engine, *target)
    run(history, engine, "base", "downgrade")
    run(history, engine)


def test_a_run_with_nothing_to_do_tells_of_a_half_done_step(history, engine):
    history.add("a", up=UP, down=DOWN)
    run(history, engine)
    dies(history, engine, "before", "DROP TABLE t", "downgrade", "base")
    with pytest.raises(AnotherStepFirst):
        run(history, engine)


def test_an_empty_journal_that_a_dying_run_has_left_is_dropped_by_the_next(history, engine):
    history.add("a", up=UP)
    dies(history, engine, "before", "CREATE TABLE u")
    with engine.begin() as connection:
        connection.exec_driver_sql(f"DELETE FROM {JOURNAL}")
        connection.exec_driver_sql("DROP TABLE t")
    run(history, engine)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            f"CREATE TABLE {JOURNAL} (revision INTEGER, direction INTEGER, state INTEGER)"
        )
    run(history, engine)
    assert not has_journal(engine)


def test_a_stamp_where_the_heads_are_right_already_forgets_the_half_done_step(history, engine):
    history.add("a", up="pass").add("b", "a", UP)
    run(history, engine, "a")
    dies(history, engine, "before", "CREATE TABLE u")
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE t")
    with (
        history.environment("a", "stamp", ends_half_done=True) as environment,
        engine.connect() as connection,
    ):
        environment.configure(connection=connection)
        with environment.begin_transaction():
            environment.run_migrations()
    assert half_done(engine) is None
    run(history, engine)


def test_a_stamp_is_the_way_out(history, engine):
    history.add("a", up=UP, down=DOWN)
    dies(history, engine, "before", "CREATE TABLE u")
    with engine.connect() as connection:
        connection.exec_driver_sql("DROP TABLE t")
        connection.commit()
        MigrationContext.configure(connection).stamp(history.script, "base")
        connection.commit()
    run(history, engine)
    assert rows(engine, "SELECT id FROM t") == [(1,), (2,)]


def test_a_statement_in_doubt_that_no_catalog_shows_is_the_users(history, engine):
    history.add("a", up='op.execute("CREATE ROLE IF NOT EXISTS alembic_nobody")')
    dies(history, engine, "after", "CREATE ROLE")
    with pytest.raises(InDoubt, match="CREATE ROLE"):
        run(history, engine)


def test_results_of_skipped_statements_are_what_they_were(history, engine):
    history.add(
        "a",
        up="""
        meta = sa.MetaData()
        t = sa.Table("t", meta, sa.Column("id", sa.Integer, primary_key=True), sa.Column("x", sa.Integer))
        log = sa.table("log", sa.column("parent"), sa.column("n"))
        op.execute("CREATE TABLE log (parent INTEGER, n INTEGER)")
        op.execute("CREATE TABLE t (id INTEGER PRIMARY KEY AUTO_INCREMENT, x INTEGER)")
        bind = op.get_bind()
        keys = [bind.execute(t.insert().values(x=i)).inserted_primary_key[0] for i in range(3)]
        changed = bind.execute(sa.text("UPDATE t SET x = 9 WHERE id < 3")).rowcount
        bind.execute(sa.text("INSERT INTO t (x) VALUES (8)"))
        last = bind.execute(sa.text("SELECT LAST_INSERT_ID()")).scalar()
        op.execute("ALTER TABLE t ADD y INTEGER")
        for key in keys:
            bind.execute(sa.insert(log).values(parent=key, n=changed + 100 * last))
        """,
    )
    dies(history, engine, "after", "ALTER TABLE t")
    run(history, engine)
    assert rows(engine, "SELECT * FROM log") == [(1, 402), (2, 402), (3, 402)]
    assert rows(engine, "SELECT count(*) FROM t") == [(4,)]


def test_many_rows_at_once_are_written_once(history, engine):
    history.add(
        "a",
        up="""
        t = op.create_table("t", sa.Column("id", sa.Integer, autoincrement=False, primary_key=True))
        op.bulk_insert(t, [{"id": i} for i in range(500)])
        op.get_bind().execute(sa.text("INSERT INTO t VALUES (:i)"), [{"i": i} for i in (900, 901)])
        op.add_column("t", sa.Column("x", sa.Integer))
        """,
    )
    dies(history, engine, "after", "ALTER TABLE")
    run(history, engine)
    assert rows(engine, "SELECT count(*) FROM t") == [(502,)]


def test_a_loop_over_rows_is_one_entry(history, engine):
    history.add(
        "a",
        up="""
        op.execute("CREATE TABLE t (id INTEGER)")
        for i in range(50):
            op.get_bind().execute(sa.text("INSERT INTO t VALUES (:i)"), {"i": i})
        op.execute("CREATE TABLE u (id INTEGER)")
        """,
    )
    dies(history, engine, "after", "CREATE TABLE u")
    assert rows(engine, f"SELECT count(*) FROM {JOURNAL}") == [(3,)]
    run(history, engine)
    assert rows(engine, "SELECT count(*) FROM t") == [(50,)]


BACKFILL = """
op.execute("CREATE TABLE IF NOT EXISTS t (id INTEGER, x INTEGER)")
bind = op.get_bind()
for (key,) in bind.execute(sa.text("SELECT id FROM t WHERE x IS NULL")).all():
    bind.execute(sa.text("UPDATE t SET x = :x WHERE id = :i"), {"x": key * 2, "i": key})
op.execute("ALTER TABLE t ADD y INTEGER")
op.execute("ALTER TABLE t MODIFY x INTEGER NOT NULL")
"""


def test_rows_that_came_since_are_dealt_with(history, engine):
    history.add("a", up=BACKFILL)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE t (id INTEGER, x INTEGER)")
        connection.exec_driver_sql("INSERT INTO t (id) VALUES (1), (2)")
    dies(history, engine, "after", "ADD y")
    with engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO t (id) VALUES (3)")
    run(history, engine)
    assert rows(engine, "SELECT * FROM t ORDER BY id") == [
        (1, 2, None),
        (2, 4, None),
        (3, 6, None),
    ]


def test_an_insert_with_other_values_is_not_guessed_at(history, engine):
    history.add(
        "a",
        up="""
        import uuid
        op.execute("CREATE TABLE t (id VARCHAR(40))")
        op.get_bind().execute(sa.text("INSERT INTO t VALUES (:i)"), {"i": str(uuid.uuid4())})
        op.execute("ALTER TABLE t ADD x INTEGER")
        """,
    )
    dies(history, engine, "after", "ALTER TABLE")
    with pytest.raises(InDoubt, match="other values"):
        run(history, engine)
    assert rows(engine, "SELECT count(*) FROM t") == [(1,)]


def test_a_migration_may_look_at_what_is_there(history, engine):
    """Written for databases that keep half of it: each part is left out where it is done."""
    history.add(
        "a",
        up="""
        tables = sa.inspect(op.get_bind()).get_table_names()
        for name in ("t", "u", "v"):
            if name not in tables:
                op.execute(f"CREATE TABLE {name} (id INTEGER)")
        op.execute("INSERT INTO v VALUES (1)")
        """,
    )
    dies(history, engine, "after", "TABLE v")
    run(history, engine)
    assert rows(engine, "SELECT * FROM v") == [(1,)]


def test_a_temporary_table_is_filled_anew(history, engine):
    history.add(
        "a",
        up="""
        op.execute("CREATE TEMPORARY TABLE tmp (id INTEGER)")
        op.execute("INSERT INTO tmp VALUES (1), (2)")
        op.execute("CREATE TABLE t (id INTEGER)")
        op.execute("INSERT INTO t SELECT id FROM tmp")
        """,
    )
    dies(history, engine, "before", "INSERT INTO t ")
    run(history, engine)
    assert rows(engine, "SELECT * FROM t") == [(1,), (2,)]


def test_rows_that_a_savepoint_took_back_are_not_recorded(history, engine):
    history.add(
        "a",
        up="""
        op.execute("CREATE TABLE t (id INTEGER)")
        bind = op.get_bind()
        bind.execute(sa.text("INSERT INTO t VALUES (1)"))
        with bind.begin_nested() as savepoint:
            bind.execute(sa.text("INSERT INTO t VALUES (2)"))
            savepoint.rollback()
        bind.execute(sa.text("INSERT INTO t VALUES (3)"))
        op.execute("CREATE TABLE u (id INTEGER)")
        """,
    )
    dies(history, engine, "after", "CREATE TABLE u")
    assert len(rows(engine, f"SELECT * FROM {JOURNAL}")) == 5
    run(history, engine)
    assert rows(engine, "SELECT * FROM t") == [(1,), (3,)]


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_renamed_column_is_found_under_its_old_definition(history, engine, when):
    history.add("a", up="op.execute(\"CREATE TABLE t (a INTEGER NOT NULL COMMENT 'mine')\")").add(
        "b",
        "a",
        'op.alter_column("t", "a", new_column_name="b")\n'
        'op.alter_column("t", "b", type_=sa.BigInteger())\n'
        'op.execute("CREATE TABLE u (id INTEGER)")',
    )
    run(history, engine, "a")
    for statement in ("CHANGE", "MODIFY", "TABLE u"):
        dies(history, engine, when, statement)
    run(history, engine)
    (column,) = sa.inspect(engine).get_columns("t")
    assert (column["name"], str(column["type"]), column["comment"]) == ("b", "BIGINT", "mine")


CONCURRENT = """
op.execute("CREATE TABLE t (x INTEGER, mood mood)")
op.execute("INSERT INTO t VALUES (1)")
with op.get_context().autocommit_block():
    op.execute("CREATE INDEX CONCURRENTLY t_x ON t (x)")
    op.execute("ALTER TYPE mood ADD VALUE 'soso'")
op.execute("INSERT INTO t VALUES (2, 'soso')")
"""


@pytest.fixture
def moods(history):
    return history.add("a", up="op.execute(\"CREATE TYPE mood AS ENUM ('good')\")").add(
        "b", "a", CONCURRENT
    )


@pytest.mark.parametrize(
    ("when", "statement"),
    [
        ("before", "CONCURRENTLY"),
        ("after", "CONCURRENTLY"),
        ("after", "ADD VALUE"),
        ("after", "(2, 'soso')"),
    ],
)
@pytest.mark.parametrize("options", [{}, {"transaction_per_migration": True}])
def test_an_autocommit_block_is_gone_on_with(moods, postgresql, when, statement, options):
    dies(moods, postgresql, when, statement)
    assert half_done(postgresql).startswith("upgrade of b stopped half-way: ")
    run(moods, postgresql, **options)
    assert rows(postgresql, "SELECT x, mood::text FROM t") == [(1, None), (2, "soso")]
    assert not has_journal(postgresql)
    assert half_done(postgresql) is None


def test_an_index_that_could_not_be_built_is_cleared_away(history, postgresql):
    history.add(
        "a",
        up="""
        op.execute("CREATE TABLE t (x INTEGER)")
        op.execute("INSERT INTO t VALUES (1), (1)")
        """,
    ).add(
        "b",
        "a",
        "with op.get_context().autocommit_block():\n"
        '    op.execute("CREATE UNIQUE INDEX CONCURRENTLY t_x ON t (x)")',
    )
    with pytest.raises(sa.exc.IntegrityError):
        run(history, postgresql)
    assert sa.inspect(postgresql).get_indexes("t") == []
    with postgresql.begin() as connection:
        connection.exec_driver_sql("DELETE FROM t")
    run(history, postgresql)
    assert [each["name"] for each in sa.inspect(postgresql).get_indexes("t")] == ["t_x"]


def test_a_run_in_transactions_writes_no_journal(moods, postgresql):
    sent = []
    event.listen(postgresql, "before_cursor_execute", lambda *args: sent.append(args[2]))
    moods.add("b", "a", CONCURRENT.replace("with op.get_context().autocommit_block():", "if 0:"))
    with postgresql.connect() as connection, pytest.raises(sa.exc.DBAPIError):
        moods.run(connection)
    assert not any("INSERT INTO alembic_version_journal" in each for each in sent)
