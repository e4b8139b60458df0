"""The golden files: what is said, that databases take it, and that the established release says it too."""

import io
import json
import os
import subprocess
import warnings
from pathlib import Path

import database
import pytest
import sqlalchemy as sa

import golden
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext

PEER = os.environ.get("ALEMBIC_PEER_PYTHON")
BLOCKS = golden.blocks()


@pytest.mark.parametrize("path", golden.files(), ids=lambda path: path.stem)
def test_every_dialect_says_what_the_file_has(path, request):
    text = golden.rewritten(path)
    if request.config.getoption("--update-golden"):
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text, "make golden writes it anew"


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.id)
def test_a_difference_has_its_reason(block):
    assert all(block.differences.values())
    assert block.differences.keys() <= {*golden.DIALECTS, "order"}


def blocks_on(name):
    return [
        pytest.param(block, id=block.id)
        for block in BLOCKS
        if block.reason_against(name) is None
        # what is a schema to others is a database to MariaDB
        and not (name == "mariadb" and "schema=" in block.code)
    ]


def scripts_for(name):
    """Blocks whose script isn't refused, those that have facts to look at."""
    return [
        param
        for param in blocks_on(name)
        if param.values[0].facts_for(name)
        and not param.values[0].said_in(name)[-1].startswith("!!")
        and param.values[0].reason_against_script(name) is None
    ]


@pytest.fixture
def bank_in_sqlite():
    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection:
        connection.exec_driver_sql("ATTACH ':memory:' AS audit")
        for schema in (None, "audit"):
            database.fill(connection, database.bank(schema))
        connection.commit()
        yield connection
    engine.dispose()


@pytest.mark.parametrize("block", blocks_on("sqlite"))
def test_sqlite_does_it(block, bank_in_sqlite):
    check(block, bank_in_sqlite, "sqlite")


@pytest.mark.parametrize("block", scripts_for("sqlite"))
def test_sqlite_takes_the_script(block, bank_in_sqlite):
    bank_in_sqlite.connection.dbapi_connection.executescript(script(block, "sqlite"))
    check_facts(block, bank_in_sqlite, "sqlite")


@pytest.fixture(scope="module")
def postgresql(postgresql_server):
    """The bank, and once more in a schema of its own."""
    for connection in server(postgresql_server, "DROP DATABASE IF EXISTS {} WITH (FORCE)"):
        connection.exec_driver_sql("CREATE SCHEMA audit")
        for schema in (None, "audit"):
            database.fill(connection, database.bank(schema))
        connection.commit()
        yield connection


@pytest.fixture(scope="module")
def mariadb(mariadb_server):
    yield from server(mariadb_server, "DROP DATABASE IF EXISTS {}")


def server(url, drop):
    """A connection to a database that lives as long as this module's tests."""
    name = f"alembic_golden_{os.getpid()}"
    admin = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.pool.NullPool)
    with admin.connect() as connection:
        connection.execute(sa.text(drop.format(name)))
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    engine = sa.create_engine(sa.make_url(url).set(database=name), poolclass=sa.pool.NullPool)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()
        with admin.connect() as connection:
            connection.execute(sa.text(drop.format(name)))


@pytest.fixture
def bank_in_postgresql(postgresql):
    """The bank, within a transaction that is rolled back."""
    with postgresql.begin() as transaction:
        yield postgresql
        transaction.rollback()


@pytest.mark.parametrize("block", blocks_on("postgresql"))
def test_postgresql_does_it(block, bank_in_postgresql):
    check(block, bank_in_postgresql, "postgresql")


@pytest.mark.parametrize("block", scripts_for("postgresql"))
def test_postgresql_takes_the_script(block, bank_in_postgresql):
    bank_in_postgresql.connection.dbapi_connection.execute(script(block, "postgresql"))
    check_facts(block, bank_in_postgresql, "postgresql")


@pytest.fixture
def bank_in_mariadb(mariadb):
    """The bank, in a database that is emptied afterwards; its second schema is one beside it."""
    drop_all(mariadb)
    database.fill(mariadb, database.bank())
    mariadb.commit()
    try:
        yield mariadb
    finally:
        mariadb.rollback()
        drop_all(mariadb)


def drop_all(connection):
    connection.exec_driver_sql("SET FOREIGN_KEY_CHECKS = 0")
    for name in sa.inspect(connection).get_table_names():
        connection.execute(sa.schema.DropTable(sa.Table(name, sa.MetaData())))
    connection.exec_driver_sql("SET FOREIGN_KEY_CHECKS = 1")


@pytest.mark.parametrize("block", blocks_on("mariadb"))
def test_mariadb_does_it(block, bank_in_mariadb):
    check(block, bank_in_mariadb, "mariadb")


@pytest.mark.parametrize(
    "block", [param for param in scripts_for("mariadb") if param.values[0].file == "data.txt"]
)
def test_mariadb_takes_the_script(block, bank_in_mariadb):
    with bank_in_mariadb.connection.cursor() as cursor:
        for statement in script(block, "mariadb").split("\n\n"):
            if statement:
                cursor.execute(statement)
    check_facts(block, bank_in_mariadb, "mariadb")


def script(block, dialect):
    buffer = io.StringIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        golden.write(block.code, dialect, buffer, literal_binds=True)
    return buffer.getvalue()


def check(block, connection, name):
    context = MigrationContext.configure(connection, opts={"target_metadata": sa.MetaData()})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        golden.run(block.code, Operations(context))
    check_facts(block, connection, name)


def check_facts(block, connection, name):
    catalog = database.Catalog(connection)
    for fact in block.facts_for(name):
        assert eval(fact, {**golden.NAMES, **catalog.names()}), fact


@pytest.fixture(scope="module")
def of_the_peer():
    """call → dialect → what the established release says."""
    codes = [block.code for block in BLOCKS]
    done = subprocess.run(
        [PEER, str(Path(golden.__file__))],
        input=json.dumps(codes),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.splitlines()[-1:]
    return json.loads(done.stdout)


@pytest.mark.differential
@pytest.mark.skipif(PEER is None, reason="ALEMBIC_PEER_PYTHON names no interpreter")
@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.id)
def test_the_established_release_says_the_same(block, of_the_peer):
    assert block.differs(of_the_peer[block.code]) == block.differences.keys() - {"order"}
