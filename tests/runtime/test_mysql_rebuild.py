"""A table of MariaDB that is rebuilt when the process dies, or a statement fails: the next run goes on."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy import event

MAKE = '''
op.execute("""CREATE TABLE t (id INTEGER PRIMARY KEY AUTO_INCREMENT, a VARCHAR(20), b INTEGER
    CHECK (b > 0), up INTEGER, KEY a (a), CONSTRAINT fk FOREIGN KEY (up) REFERENCES t (id))""")
op.execute("INSERT INTO t (a, b, up) VALUES ('one', 5, 1), (NULL, 6, NULL)")
op.execute("CREATE TABLE parent (id INTEGER PRIMARY KEY)")
'''
REBUILD = """
op.add_column("t", sa.Column("before", sa.Integer))
with op.batch_alter_table("t", recreate="always") as batch:
    batch.alter_column("a", new_column_name="title")
    batch.drop_column("before")
    batch.add_column(sa.Column("p", sa.Integer), insert_after="id")
    batch.create_foreign_key("fk_p", "parent", ["p"], ["id"])
    batch.create_index("ix_p", ["p", "title"])
op.add_column("t", sa.Column("after", sa.Integer))
"""
MOMENTS = (
    "ADD COLUMN `before`",
    "CREATE TABLE _alembic_tmp_t",
    "INSERT INTO _alembic_tmp_t",
    "DROP TABLE t",
    "RENAME TO t",
    "ADD CONSTRAINT fk FOREIGN KEY",
    "ADD CONSTRAINT fk_p",
    "CREATE INDEX ix_p",
    "ADD COLUMN after",
)


class Died(BaseException):
    """The process is gone: nothing of it is caught on the way."""


@pytest.fixture
def engine(mariadb_url):
    engine = sa.create_engine(mariadb_url)
    yield engine
    engine.dispose()


def run(history, engine) -> None:
    with engine.connect() as connection:
        history.run(connection)


def dies(history, engine, when: str, statement: str) -> None:
    """Run until ``statement`` is about to be carried out, or was: then the process is gone."""
    met = []

    def execute(_cursor, sql, _parameters, _context):
        if statement in sql and "alembic_version" not in sql:
            met.append(sql)
            raise Died

    def after(_connection, cursor, sql, *_rest):
        execute(cursor, sql, None, None)

    name, listener = (
        ("do_execute", execute) if when == "before" else ("after_cursor_execute", after)
    )
    event.listen(engine, name, listener)
    try:
        with pytest.raises(Died):
            run(history, engine)
    finally:
        event.remove(engine, name, listener)
    assert met


def state(engine) -> tuple:
    with engine.connect() as connection:
        shown = connection.exec_driver_sql("SHOW CREATE TABLE t").one()[1]
        rows = connection.exec_driver_sql("SELECT * FROM t ORDER BY id").fetchall()
        return shown, rows, sorted(sa.inspect(connection).get_table_names())


WANTED = (
    "CREATE TABLE `t` (\n"
    "  `id` int(11) NOT NULL AUTO_INCREMENT,\n"
    "  `p` int(11) DEFAULT NULL,\n"
    "  `title` varchar(20) DEFAULT NULL,\n"
    "  `b` int(11) DEFAULT NULL CHECK (`b` > 0),\n"
    "  `up` int(11) DEFAULT NULL,\n"
    "  `after` int(11) DEFAULT NULL,\n"
    "  PRIMARY KEY (`id`),\n"
    "  KEY `a` (`title`),\n"
    "  KEY `fk` (`up`),\n"
    "  KEY `ix_p` (`p`,`title`),\n"
    "  CONSTRAINT `fk` FOREIGN KEY (`up`) REFERENCES `t` (`id`),\n"
    "  CONSTRAINT `fk_p` FOREIGN KEY (`p`) REFERENCES `parent` (`id`)\n"
    ")"
)
ROWS = [(1, None, "one", 5, 1, None), (2, None, None, 6, None, None)]


def is_done(engine) -> bool:
    shown, rows, tables = state(engine)
    assert shown.startswith(WANTED), shown
    assert rows == ROWS
    assert tables == ["alembic_version", "parent", "t"]
    return True


def test_a_table_is_rebuilt_whole(history, engine):
    history.add("a", up=MAKE).add("b", "a", REBUILD)
    run(history, engine)
    assert is_done(engine)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("statement", MOMENTS)
def test_a_rebuild_goes_on_where_the_process_died(history, engine, when, statement):
    history.add("a", up=MAKE)
    run(history, engine)
    history.add("b", "a", REBUILD)
    dies(history, engine, when, statement)
    run(history, engine)
    assert is_done(engine)


def test_a_rebuild_goes_on_when_the_rows_that_stopped_it_are_mended(history, engine):
    history.add("a", up=MAKE)
    run(history, engine)
    history.add("b", "a", REBUILD.replace('="title")', '="title", nullable=False)'))
    with pytest.raises(sa.exc.IntegrityError, match="title"):
        run(history, engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE t SET a = 'two' WHERE a IS NULL")
    run(history, engine)
    shown, rows, tables = state(engine)
    assert "`title` varchar(20) NOT NULL" in shown
    assert [row[2] for row in rows] == ["one", "two"]
    assert tables == ["alembic_version", "parent", "t"]
