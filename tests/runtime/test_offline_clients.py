"""A script, read by the database's own client, leaves what a run leaves: schema, rows, heads."""

from __future__ import annotations

import os
import textwrap

import catalogs
import pytest
import sqlalchemy as sa

from client_programs import Refused, feed

TABLES = """
import datetime as dt, decimal, enum, uuid
class Colour(enum.Enum):
    RED = "r"
    BLUE = "b"
moment = dt.datetime(2024, 2, 29, 12, 30, 15)
kinds = op.create_table(
    "kinds",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("whole", sa.BigInteger, comment="it's 100% \\\\ :x"),
    sa.Column("text", sa.String(200), server_default="it's"),
    sa.Column("long", sa.Text),
    sa.Column("yes", sa.Boolean(create_constraint=True, name="ck_yes"), nullable=False),
    sa.Column("amount", sa.Numeric(12, 3), server_default=sa.text("0")),
    sa.Column("part", sa.Double),
    sa.Column("day", sa.Date),
    sa.Column("hour", sa.Time),
    sa.Column("moment", sa.DateTime, server_default="2020-02-02 02:02:02"),
    sa.Column("span", sa.Interval),
    sa.Column("raw", sa.LargeBinary),
    sa.Column("key", sa.Uuid(native_uuid=op.get_context().dialect.name != "mysql")),
    sa.Column("tree", sa.JSON),
    sa.Column("colour", sa.Enum(Colour, name="colour")),
    sa.UniqueConstraint("whole", name="uq_kinds_whole"),
    sa.Index("ix_kinds_day", "day"),
    comment="of every kind; it's -- all",
)
TEXTS = ["it's", 'q "q" `b` $1 :x %s 100%', "a\\\\b \\\\' \\\\n", "line\\n\\n-- two;\\nGO\\n/\\n", "tab\\tcr\\r\\nend", "Größe ✓ 日本 😀", "", "; DROP TABLE kinds; --", "/* */ &x"]
rows = [
    {
        "id": number, "whole": 2**40 + number, "text": text, "long": text * 3, "yes": number % 2 == 0,
        "amount": decimal.Decimal("-1.500") + number, "part": 2.5e-7 * number,
        "day": dt.date(1999, 12, 31), "hour": dt.time(23, 59, 58), "moment": moment,
        "span": dt.timedelta(days=number, seconds=3), "raw": bytes(range(256)),
        "key": uuid.UUID(int=number), "tree": {"a": [1, None, True, text], "b": {}},
        "colour": Colour.BLUE,
    }
    for number, text in enumerate(TEXTS, 1)
]
op.bulk_insert(kinds, rows)
op.bulk_insert(kinds, [{"id": 50, "yes": True}, {"id": 51, "yes": False, "text": None, "colour": Colour.RED}])
op.bulk_insert(kinds, ({"id": number, "yes": True} for number in range(60, 70)))
op.bulk_insert(kinds, [{"id": 80, "yes": True, "text": op.inline_literal("in line")}], multiinsert=False)
"""
CHANGES = """
account = op.create_table(
    "account",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("kind_id", sa.Integer, sa.ForeignKey("kinds.id", name="fk_kind", ondelete="CASCADE")),
    sa.Column("name", sa.String(20), nullable=False),
)
op.bulk_insert(account, [{"id": 1, "kind_id": 1, "name": "x"}, {"id": 2, "kind_id": None, "name": "y"}])
op.add_column("account", sa.Column("note", sa.String(30), server_default="none"))
op.create_index("ix_account_name", "account", ["name"], unique=True)
op.execute(account.update().where(account.c.id == 2).values(name="it's \\\\ 5%"))
op.execute("UPDATE account SET note = 'a\\\\:b'")
op.execute(sa.text("UPDATE account SET name = :name WHERE id = 1").bindparams(name="bound"))
"""
ALTERS = """
with op.batch_alter_table("account", copy_from=sa.Table(
    "account", sa.MetaData(),
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("kind_id", sa.Integer, sa.ForeignKey("kinds.id", name="fk_kind", ondelete="CASCADE")),
    sa.Column("name", sa.String(20), nullable=False),
    sa.Column("note", sa.String(30), server_default="none"),
    sa.Index("ix_account_name", "name", unique=True),
)) as batch_op:
    batch_op.alter_column("name", type_=sa.String(40), existing_type=sa.String(20),
                          existing_nullable=False, new_column_name="title")
    batch_op.alter_column("note", server_default=None, nullable=False,
                          existing_type=sa.String(30))
    batch_op.create_check_constraint("ck_title", "title <> 'nobody'")
op.rename_table("account", "accounts")
"""
OWN = {
    "postgresql": """
from sqlalchemy.dialects import postgresql
import datetime as dt, uuid
op.create_table("events",
    sa.Column("id", sa.Integer, sa.Identity(start=5), primary_key=True),
    sa.Column("tags", postgresql.ARRAY(sa.String)),
    sa.Column("moods", postgresql.ARRAY(sa.Enum("glad", "sad", name="mood"))),
    sa.Column("span", postgresql.INT4RANGE),
    sa.Column("zoned", sa.DateTime(timezone=True)),
    sa.Column("tree", postgresql.JSONB), sa.Column("address", postgresql.INET),
    sa.Column("half", sa.Numeric), sa.Column("pause", postgresql.INTERVAL),
    sa.Column("total", sa.Integer, sa.Computed("id * 2", persisted=True)),
)
with op.get_context().autocommit_block():
    op.create_index("ix_events_tags", "events", ["tags"], postgresql_using="gin", postgresql_concurrently=True)
op.bulk_insert(
    sa.table("events", sa.column("tags", postgresql.ARRAY(sa.String)),
             sa.column("moods", postgresql.ARRAY(sa.Enum("glad", "sad", name="mood"))),
             sa.column("span", postgresql.INT4RANGE), sa.column("zoned", sa.DateTime(timezone=True)),
             sa.column("tree", postgresql.JSONB), sa.column("address", postgresql.INET),
             sa.column("half", sa.Numeric), sa.column("pause", postgresql.INTERVAL)),
    [{"tags": ["it's", 'q"', "a\\\\b", None, "{x,y}"], "moods": ["sad", "glad"],
      "span": postgresql.Range(1, 5), "zoned": dt.datetime(2024, 1, 1, tzinfo=dt.timezone.utc),
      "tree": [{"a": "\\\\ it's"}], "address": "10.0.0.1", "half": float("nan"),
      "pause": dt.timedelta(days=2, seconds=5)},
     {"tags": [], "moods": None, "span": None, "zoned": None, "tree": None, "address": None,
      "half": None, "pause": None}],
)
op.alter_column("events", "half", type_=sa.Text(), postgresql_using="half::text")
op.create_check_constraint("ck_half", "events", "half <> 'x'", postgresql_not_valid=True)
op.validate_constraint("ck_half", "events")
""",
    "mariadb": """
from sqlalchemy.dialects import mysql
op.create_table("events",
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("flags", mysql.SET("a", "b", "it's")),
    sa.Column("mood", mysql.ENUM("glad", "it's", collation="utf8mb4_bin", charset="utf8mb4")),
    sa.Column("year", mysql.YEAR), sa.Column("bits", mysql.BIT(3)),
    mysql_engine="InnoDB", mysql_charset="utf8mb4", comment="50% \\\\ it's",
)
op.bulk_insert(
    sa.table("events", sa.column("flags", mysql.SET("a", "b", "it's")),
             sa.column("mood", mysql.ENUM("glad", "it's")), sa.column("year", mysql.YEAR)),
    [{"flags": {"a", "it's"}, "mood": "it's", "year": 1999}],
)
op.alter_column("events", "mood", nullable=False, server_default="glad",
                existing_type=mysql.ENUM("glad", "it's", collation="utf8mb4_bin", charset="utf8mb4"))
op.create_index("ix_events_year", "events", ["year"], mysql_length=None)
""",
    "sqlite": """
op.execute("CREATE TRIGGER log AFTER INSERT ON kinds BEGIN UPDATE accounts SET note = 'fired;'; END")
op.execute("CREATE VIEW titles AS SELECT title FROM accounts")
op.create_index("ix_part", "accounts", ["title"], sqlite_where=sa.text("title <> ''"))
""",
}
DIALECTS = {
    "sqlite": "sqlite",
    "postgresql": "postgresql",
    "mariadb": "mariadb",
    "mysql": "mariadb",
}


@pytest.fixture
def chain(history):
    """tables -> changes -> alters, and a branch that is merged."""

    def write(name):
        history.add("tables", up=TABLES, down='op.drop_table("kinds")')
        history.add("changes", "tables", up=CHANGES, down='op.drop_table("account")')
        history.add("alters", "changes", up=ALTERS, down='op.rename_table("accounts", "account")')
        own = textwrap.dedent(OWN[name])
        down = "pass" if name == "sqlite" else 'op.drop_table("events")'
        if name == "sqlite":
            down = 'op.execute("DROP TRIGGER log"); op.execute("DROP VIEW titles")'
            down += '; op.drop_index("ix_part")'
        history.add("own", "alters", up=own, down=down)
        history.add("other", "tables", up="pass", labels=("side",))
        history.add("both", ("own", "other"))
        return history

    return write


def contents(url):
    """The catalog, and the rows of each table, a line each."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        said = catalogs.catalog(connection)
        rows = [
            f"{name}: {tuple(row)}"
            for name in sorted(sa.inspect(connection).get_table_names())
            for row in connection.execute(sa.text(f"SELECT * FROM {name}"))
        ]
        return [*said, *sorted(rows)]


def two(request, name):
    """Two empty databases of a kind."""
    if name == "sqlite":
        folder = request.getfixturevalue("tmp_path")
        return f"sqlite:///{folder / 'run.db'}", f"sqlite:///{folder / 'script.db'}"
    first = request.getfixturevalue(f"{name}_url")
    return first, request.getfixturevalue(f"second_{name}_url")


def speaking(url, dialect):
    """The same URL in the name of a dialect: MariaDB goes by two."""
    _, plus, driver = sa.make_url(url).drivername.partition("+")
    changed = sa.make_url(url).set(drivername=f"{dialect}{plus}{driver}")
    return changed.render_as_string(hide_password=False)


@pytest.fixture
def second_postgresql_url(postgresql_server):
    yield from _another(postgresql_server, "DROP DATABASE IF EXISTS {} WITH (FORCE)")


@pytest.fixture
def second_mariadb_url(mariadb_server):
    yield from _another(mariadb_server, "DROP DATABASE IF EXISTS {}")


def _another(server, drop):
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    name = f"alembic_test_script_{os.getpid()}"
    with engine.connect() as connection:
        connection.execute(sa.text(drop.format(name)))
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    yield sa.make_url(server).set(database=name).render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.execute(sa.text(drop.format(name)))


def run(history, url, target="heads", direction="upgrade"):
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        history.run(connection, target, direction)
        connection.commit()


@pytest.mark.parametrize(("dialect", "name"), DIALECTS.items(), ids=DIALECTS)
def test_a_script_leaves_what_a_run_leaves(request, chain, dialect, name):
    by_run, by_script = two(request, name)
    by_run = speaking(by_run, dialect)
    history = chain(name)
    script = history.write("heads", dialect=dialect, literal_binds=True)
    feed(script, by_script)
    run(history, by_run)
    assert contents(by_script) == contents(by_run)
    assert "alembic_version: ('both',)" in contents(by_script)


@pytest.mark.parametrize("name", ["sqlite", "postgresql", "mariadb"])
def test_scripts_of_ranges_follow_one_another(request, chain, name):
    by_run, by_script = two(request, name)
    by_run = speaking(by_run, name)
    history = chain(name)
    for start, target in ((None, "changes"), ("changes", "own"), ("own", "both")):
        options = {} if start is None else {"start": start}
        feed(
            history.write(target, dialect=name, literal_binds=True, **options),
            by_script,
        )
        run(history, by_run, target)
        assert contents(by_script) == contents(by_run)
    for start, target in (("both", "alters"), (("alters", "other"), "tables"), ("tables", "base")):
        feed(
            history.write(target, "downgrade", dialect=name, start=start, literal_binds=True),
            by_script,
        )
        run(history, by_run, target, "downgrade")
        assert contents(by_script) == contents(by_run)
    assert [line for line in contents(by_run) if "kinds" in line or "events" in line] == []


def test_a_script_that_fails_leaves_nothing_where_ddl_is_transactional(request, chain):
    _, url = two(request, "postgresql")
    history = chain("postgresql").add("bad", "tables", up='op.execute("SELECT nothing")')
    with pytest.raises(Refused, match="nothing"):
        feed(history.write("bad", literal_binds=True), url)
    assert contents(url) == ["schema public"]
