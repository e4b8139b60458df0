"""What is left of an upgrade without a migration tool: SQLAlchemy makes and sends each statement.

Every revision file is run, in order, with a stand-in for ``alembic.op`` that hands SQLAlchemy's own
constructs to a connection, or prints them where ``--sql`` is given. No graph, no check of anything.
"""

import configparser
import gc
import importlib.machinery
import os
import sys
import types

import sqlalchemy as sa
from sqlalchemy.schema import CreateIndex, CreateTable

gc.set_threshold(10_000)
settings = configparser.RawConfigParser()
settings.read("alembic.ini")
engine = sa.create_engine(settings["alembic"]["sqlalchemy.url"], poolclass=sa.pool.NullPool)
dialect = engine.dialect
connection = None if "--sql" in sys.argv else engine.connect()


def send(construct):
    if connection is not None:
        connection.execute(construct)
    else:
        sys.stdout.write(f"{construct.compile(dialect=dialect)};\n\n")


def create_table(name, *items):
    send(CreateTable(sa.Table(name, sa.MetaData(), *items)))


def add_column(name, column):
    sa.Table(name, sa.MetaData(), column)
    said = dialect.ddl_compiler(dialect, None).get_column_specification(column)
    send(sa.DDL(f"ALTER TABLE {name} ADD COLUMN {said}"))


def create_index(name, table, columns):
    of = sa.Table(table, sa.MetaData(), *(sa.Column(column, sa.Integer) for column in columns))
    send(CreateIndex(sa.Index(name, *of.c)))


def execute(sql):
    send(sa.text(sql))


op = types.ModuleType("alembic.op")
vars(op).update(
    create_table=create_table, add_column=add_column, create_index=create_index, execute=execute
)
sys.modules["alembic"] = types.ModuleType("alembic")
sys.modules["alembic"].op = sys.modules["alembic.op"] = op

execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
execute("INSERT INTO alembic_version (version_num) VALUES ('')")
names = [name for name in os.listdir("migrations/versions") if name.endswith(".py")]  # noqa: PTH208
for name in sorted(names, key=lambda name: int(name.removesuffix(".py").rpartition("_")[2])):
    module = types.ModuleType("revision")
    loader = importlib.machinery.SourceFileLoader("revision", f"migrations/versions/{name}")
    exec(loader.get_code("revision"), vars(module))
    module.upgrade()
    execute(f"UPDATE alembic_version SET version_num = '{module.revision}'")
if connection is not None:
    connection.commit()
    connection.close()
