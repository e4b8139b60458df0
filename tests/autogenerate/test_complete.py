"""What a complete comparison is, and who gets it."""

from __future__ import annotations

import logging
import warnings

import pytest
import sqlalchemy as sa
from cases_more import Place
from catalogs import catalog
from sqlalchemy.dialects import mysql
from sqlalchemy.dialects.postgresql import HSTORE, JSONB
from test_roundtrip import run

from alembic.autogenerate import compare_metadata, produce_migrations, render_python_code
from alembic.autogenerate.colons import as_text
from alembic.autogenerate.compare.schema import populate_migration_script
from alembic.autogenerate.complete.names import name_given
from alembic.autogenerate.context import AutogenContext
from alembic.autogenerate.render import _render_cmd_body
from alembic.config import Config
from alembic.operations.ops import DowngradeOps, MigrationScript, UpgradeOps
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script.directory import ScriptDirectory

COMPLETE = ["alembic.autogenerate.*", "alembic.complete.*"]


def table(*checks: str) -> sa.MetaData:
    metadata = sa.MetaData()
    made = [sa.CheckConstraint(text, name=f"ck{n}") for n, text in enumerate(checks)]
    sa.Table(
        "t",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("x", sa.Integer),
        *made,
    )
    return metadata


def differences(connection, metadata, **opts):
    context = MigrationContext.configure(connection, opts={"target_metadata": metadata, **opts})
    return compare_metadata(context, metadata)


def test_a_project_that_says_nothing_compares_what_it_always_did(engine):
    with engine.connect() as connection:
        table().create_all(connection)
        assert differences(connection, table("x > 5")) == []
        assert len(differences(connection, table("x > 5"), autogenerate_plugins=COMPLETE)) == 1


def test_one_kind_can_be_left_out(engine):
    with engine.connect() as connection:
        table().create_all(connection)
        plugins = [*COMPLETE, "~alembic.complete.checks"]
        assert differences(connection, table("x > 5"), autogenerate_plugins=plugins) == []


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("", 0),
        ("autogenerate_plugins = alembic.autogenerate.*", 0),
        ("autogenerate_plugins = alembic.autogenerate.*, alembic.complete.*", 1),
        ("autogenerate_plugins =\n  alembic.autogenerate.*\n  alembic.complete.*", 1),
    ],
)
def test_the_configuration_file_may_ask_for_it(line, found, tmp_path, sqlite_url):
    ini = tmp_path / "alembic.ini"
    ini.write_text(f"[alembic]\nscript_location = {tmp_path}\n{line}\n", encoding="utf-8")
    (tmp_path / "versions").mkdir()
    config = Config(str(ini))
    models = table("x > 5")
    with (
        sa.create_engine(sqlite_url, poolclass=sa.NullPool).connect() as connection,
        EnvironmentContext(config, ScriptDirectory.from_config(config)) as environment,
    ):
        table().create_all(connection)
        environment.configure(connection=connection, target_metadata=models)
        assert len(compare_metadata(environment.get_context(), models)) == found


def test_asking_the_database_leaves_nothing_behind(engine):
    metadata = sa.MetaData()
    sa.Table(
        "t",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("e", sa.Enum("a", "b", name="e1"), server_default="a"),
        sa.Column("y", sa.Integer, sa.Computed("2 * 3", persisted=True)),
        sa.CheckConstraint("y > 5", name="ck"),
    )
    with engine.connect() as connection:
        metadata.create_all(connection)
        connection.commit()
        before = catalog(connection)
        assert differences(connection, metadata, autogenerate_plugins=COMPLETE) == []
        assert catalog(connection) == before
        if connection.dialect.name == "postgresql":
            left = "SELECT count(*) FROM pg_class WHERE relnamespace = pg_my_temp_schema()"
            assert connection.exec_driver_sql(left).scalar() == 0


def test_where_the_database_may_not_be_asked_it_is_said_once(postgresql_url, caplog):
    engine = sa.create_engine(postgresql_url)
    name = sa.make_url(postgresql_url).database
    with engine.connect() as connection:
        table("x > 5").create_all(connection)
        connection.exec_driver_sql(f'CREATE ROLE "{name}_r"')
        connection.exec_driver_sql(f'REVOKE TEMPORARY ON DATABASE "{name}" FROM public')
        connection.exec_driver_sql("GRANT SELECT ON ALL TABLES IN SCHEMA public TO PUBLIC")
        connection.commit()
    try:
        with engine.connect() as connection, caplog.at_level(logging.INFO, "alembic"):
            connection.exec_driver_sql(f'SET ROLE "{name}_r"')
            assert differences(connection, table("x > 5"), autogenerate_plugins=COMPLETE) == []
            added = differences(connection, table("x > 5", "x > 6"), autogenerate_plugins=COMPLETE)
            assert [diff[0] for diff in added] == ["add_constraint"]
    finally:
        with engine.connect() as connection:
            connection.exec_driver_sql(f'DROP ROLE "{name}_r"')
            connection.commit()
        engine.dispose()
    said = [one for one in caplog.messages if "compared by the text" in one]
    assert len(said) == 2  # one comparison each


def test_a_computed_column_is_compared_by_its_text_where_the_database_may_not_be_asked(
    postgresql_url,
):
    def computed(expression):
        metadata = sa.MetaData()
        column = sa.Column("c", sa.Integer, sa.Computed(expression, persisted=True))
        sa.Table("t", metadata, sa.Column("x", sa.Integer), column)
        return metadata

    engine = sa.create_engine(postgresql_url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        computed("x * 2").create_all(connection)
        connection.commit()
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            differences(connection, computed("( x*2 )"), autogenerate_plugins=COMPLETE)
            assert [str(one.message) for one in said] == []
            differences(connection, computed("x * 3"), autogenerate_plugins=COMPLETE)
            assert [str(one.message) for one in said] == [
                "Computed default on t.c cannot be modified"
            ]


def test_what_sqlalchemy_warns_of_a_table_is_not_said_when_it_is_compared(postgresql_url):
    metadata = sa.MetaData()
    sa.Table(
        "t", metadata, sa.Column("x", sa.Integer), sa.Column("c", sa.Integer, sa.Computed("x"))
    )
    with sa.create_engine(postgresql_url, poolclass=sa.NullPool).connect() as connection:
        connection.exec_driver_sql(
            "CREATE TABLE t (x integer, c integer GENERATED ALWAYS AS (x) STORED)"
        )
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert differences(connection, metadata, autogenerate_plugins=COMPLETE) == []


def test_what_has_no_name_on_sqlite_goes_by_what_it_says(sqlite_url):
    metadata = sa.MetaData()
    sa.Table("t", metadata, sa.Column("id", sa.Integer), sa.CheckConstraint("id > 5"))
    models = sa.MetaData()
    sa.Table("t", models, sa.Column("id", sa.Integer), sa.UniqueConstraint("id"))
    with sa.create_engine(sqlite_url, poolclass=sa.NullPool).connect() as connection:
        metadata.create_all(connection)
        opts = {"target_metadata": models, "autogenerate_plugins": COMPLETE}
        context = MigrationContext.configure(connection, opts=opts)
        script = produce_migrations(context, models)
        up = render_python_code(script.upgrade_ops, migration_context=context)
        down = render_python_code(script.downgrade_ops, migration_context=context)
    assert "batch_op.drop_constraint('CHECK (id > 5)', type_='check')" in up
    assert "op.create_unique_constraint(None, 't', ['id'])" in up
    assert "batch_op.drop_constraint('UNIQUE (id)', type_='unique')" in down


@pytest.mark.parametrize(
    ("option", "had", "has"),
    [
        ("engine", "ENGINE=MyISAM", "ENGINE=InnoDB"),
        ("charset", "CHARSET=latin1 COLLATE=latin1_swedish_ci", "CHARSET=utf8mb4"),
        ("partition_by", "PARTITION BY HASH (`id`)", "none"),
    ],
)
def test_what_the_models_leave_open_of_a_table_is_said_and_no_difference(
    option, had, has, mariadb_url, caplog
):
    def models(**kw):
        metadata = sa.MetaData()
        for name in ("s", "t"):
            sa.Table(name, metadata, sa.Column("id", sa.Integer, primary_key=True), **kw)
        return metadata

    value = {"engine": "MyISAM", "charset": "latin1", "partition_by": "HASH(id)"}[option]
    engine, wanted = sa.create_engine(mariadb_url), models()
    with engine.connect() as connection, caplog.at_level(logging.WARNING, "alembic"):
        models(**{f"mysql_{option}": value}).create_all(connection)
        opts = {"target_metadata": wanted, "autogenerate_plugins": COMPLETE}
        context = MigrationContext.configure(connection, opts=opts)
        script = produce_migrations(context, wanted)
        up, down = (
            render_python_code(ops, migration_context=context)
            for ops in (script.upgrade_ops, script.downgrade_ops)
        )
        opts["autogenerate_plugins"] = [*COMPLETE, "~alembic.complete.options"]
        without = produce_migrations(MigrationContext.configure(connection, opts=opts), wanted)
    engine.dispose()
    assert script.upgrade_ops.is_empty()
    assert script.upgrade_ops.as_diffs() == without.upgrade_ops.ops == []
    assert "'s', 't'" in up
    for said in (had, has):
        assert said in up
        assert said in caplog.text
        assert said not in down


@pytest.mark.parametrize(
    ("backend", "is_stored"),
    [("sqlite", True), ("sqlite", False), ("mariadb", True), ("mariadb", False)],
)
def test_a_computed_column_that_becomes_plain_keeps_its_values(backend, is_stored, request):
    def models(*computed):
        metadata = sa.MetaData()
        columns = sa.Column("x", sa.Integer), sa.Column("y", sa.Integer, *computed)
        sa.Table("t", metadata, sa.Column("id", sa.Integer, primary_key=True), *columns)
        return metadata

    engine, wanted = sa.create_engine(request.getfixturevalue(f"{backend}_url")), models()
    with engine.connect() as connection:
        models(sa.Computed("x + 1", persisted=is_stored)).create_all(connection)
        connection.exec_driver_sql("INSERT INTO t (x) VALUES (5)")
        opts = {"target_metadata": wanted, "autogenerate_plugins": COMPLETE}
        context = MigrationContext.configure(connection, opts=opts)
        run(context, produce_migrations(context, wanted).upgrade_ops)
        connection.exec_driver_sql("UPDATE t SET x = 7")
        assert connection.exec_driver_sql("SELECT y FROM t").all() == [(6,)]
        connection.rollback()
    engine.dispose()


def test_changes_of_sqlite_are_written_as_batches_by_the_interface_too(sqlite_url):
    def models(**kw):
        metadata = sa.MetaData()
        sa.Table("t", metadata, sa.Column("x", sa.Integer, nullable=False, **kw))
        return metadata

    wanted = models(sqlite_on_conflict_not_null="FAIL")
    with sa.create_engine(sqlite_url, poolclass=sa.NullPool).connect() as connection:
        models().create_all(connection)
        opts = {"target_metadata": wanted, "autogenerate_plugins": COMPLETE}
        context = MigrationContext.configure(connection, opts=opts)
        ops = produce_migrations(context, wanted).upgrade_ops
        code = render_python_code(ops, migration_context=context)
    assert "with op.batch_alter_table('t', schema=None) as batch_op:" in code


@pytest.mark.parametrize(
    ("dialect", "kind", "table_name", "columns", "taken", "name"),
    [
        ("postgresql", "unique", "t", ["x"], set(), "t_x_key"),
        ("postgresql", "unique", "t", ["x", "y"], {"t_x_y_key"}, "t_x_y_key1"),
        ("postgresql", "foreignkey", "t", ["x"], set(), "t_x_fkey"),
        ("postgresql", "unique", "t" * 40, ["x" * 40], set(), f"{'t' * 29}_{'x' * 29}_key"),
        ("mysql", "unique", "t", ["x", "y"], {"X"}, "x_2"),
        ("mysql", "foreignkey", "t", ["x"], {"t_ibfk_1", "t_ibfk_7"}, "t_ibfk_8"),
        ("sqlite", "foreignkey", "t", ["x"], set(), None),
        ("oracle", "unique", "t", ["x"], set(), None),
    ],
)
def test_the_name_that_a_database_gives(dialect, kind, table_name, columns, taken, name):
    assert name_given(dialect, kind, table_name, columns, taken) == name


@pytest.mark.parametrize(
    ("statement", "text"),
    [
        ("SELECT 1", "SELECT 1"),
        ("SELECT 'a'::text", "SELECT 'a'::text"),
        ("CREATE TYPE e AS ENUM ('a:b')", "CREATE TYPE e AS ENUM ('a:b')"),
        ('SELECT ":b"::text', 'SELECT "\\:b"::text'),
        ("SELECT ' :ab::c'", "SELECT ' \\:ab\\:\\:c'"),
        ("SELECT ':'", "SELECT ':'"),
        ("SELECT a[:2]", "SELECT a[\\:2]"),
        ("SELECT '12:30'", "SELECT '12:30'"),
        ("SELECT '\\: x'", "SELECT '\\\\: x'"),
    ],
)
def test_a_colon_in_a_statement_is_no_parameter(statement, text):
    assert as_text(statement) == text
    assert str(sa.text(text)) == statement


@pytest.mark.parametrize(("name", "found"), [("f", 0), ("g", 2), (None, 0)])
def test_a_foreign_key_within_a_column_of_sqlite_has_its_name(name, found, sqlite_url):
    models = sa.MetaData()
    sa.Table("p", models, sa.Column("id", sa.Integer, primary_key=True))
    sa.Table("t", models, sa.Column("x", sa.Integer, sa.ForeignKey("p.id", name=name)))
    with sa.create_engine(sqlite_url, poolclass=sa.NullPool).connect() as connection:
        connection.exec_driver_sql("CREATE TABLE p (id INTEGER NOT NULL PRIMARY KEY)")
        connection.exec_driver_sql("CREATE TABLE t (x INTEGER CONSTRAINT f REFERENCES p (id))")
        assert len(differences(connection, models, autogenerate_plugins=COMPLETE)) == found


def test_a_row_id_of_sqlite_needs_no_not_null(tmp_path):
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'x.db'}")
    metadata = sa.MetaData()
    for name in ("row_id", "number"):
        sa.Table(name, metadata, sa.Column("id", sa.Integer, primary_key=True))
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE TABLE row_id (id INTEGER PRIMARY KEY)")
        connection.exec_driver_sql("CREATE TABLE number (id INT PRIMARY KEY)")
        found = differences(connection, metadata, autogenerate_plugins=COMPLETE)
    changed = {(one[0], one[2]) for several in found for one in several}
    assert ("modify_nullable", "number") in changed
    assert ("modify_nullable", "row_id") not in changed
    engine.dispose()


def test_of_what_is_compared_no_warning_says_that_it_is_not(sqlite_url):
    def tables(factor):
        metadata = sa.MetaData()
        table = sa.Table(
            "t",
            metadata,
            sa.Column("id", sa.Integer, primary_key=True),
            sa.Column("s", sa.String(9)),
            sa.Column("y", sa.Integer, sa.Computed(f"id * {factor}", persisted=True)),
        )
        sa.Index("ix", sa.func.lower(table.c.s))
        return metadata

    with sa.create_engine(sqlite_url, poolclass=sa.NullPool).connect() as connection:
        tables(2).create_all(connection)
        found = differences(connection, tables(3), autogenerate_plugins=COMPLETE)
        assert [diff[0] for diff in found] == ["remove_column", "add_column"]
        without = [*COMPLETE, "~alembic.complete.keys", "~alembic.complete.computed"]
        with warnings.catch_warnings(record=True) as heard:
            warnings.simplefilter("always")
            differences(connection, tables(3), autogenerate_plugins=without)
    said = {str(one.message).split(" ")[0] for one in heard}
    assert {"autogenerate", "Skipped", "Computed"} <= said


def test_a_column_that_is_made_anew_is_not_suspected_to_be_renamed(sqlite_url, caplog):
    def tables(factor):
        metadata = sa.MetaData()
        sa.Table(
            "t",
            metadata,
            sa.Column("id", sa.Integer, primary_key=True),
            sa.Column("y", sa.Integer, sa.Computed(f"id * {factor}", persisted=False)),
        )
        return metadata

    with sa.create_engine(sqlite_url, poolclass=sa.NullPool).connect() as connection:
        tables(2).create_all(connection)
        with caplog.at_level(logging.WARNING, "alembic"):
            found = differences(connection, tables(3), autogenerate_plugins=COMPLETE)
    assert len(found) == 2
    assert caplog.messages == []


def test_include_object_is_asked_about_indexes_over_expressions(sqlite_url):
    def tables(*indexes):
        metadata = sa.MetaData()
        table = sa.Table("t", metadata, sa.Column("id", sa.Integer), sa.Column("s", sa.String(9)))
        for name, text in indexes:
            sa.Index(name, sa.text(text), _table=table)
        return metadata

    def include_object(_object, name, _type, _reflected, _compare_to):
        return name not in {"gone", "new", "other"}

    with sa.create_engine(sqlite_url, poolclass=sa.NullPool).connect() as connection:
        tables(("gone", "lower(s)"), ("other", "lower(s)")).create_all(connection)
        models = tables(("new", "upper(s)"), ("other", "upper(s)"))
        opts = {"autogenerate_plugins": COMPLETE}
        assert len(differences(connection, models, **opts)) == 4
        assert differences(connection, models, include_object=include_object, **opts) == []


@pytest.mark.parametrize("default", [None, "7"])
@pytest.mark.parametrize("plugins", [COMPLETE, COMPLETE[:1]])
def test_a_default_that_is_left_to_the_database_is_whatever_it_is(default, plugins, engine):
    def models(said):
        metadata = sa.MetaData()
        sa.Table("t", metadata, sa.Column("x", sa.Integer, server_default=said))
        return metadata

    asked = []

    def compare(*args):
        asked.append(args[-1])

    wanted = models(sa.FetchedValue())
    with engine.connect() as connection:
        models(default).create_all(connection)
        for option in (True, compare):
            opts = {"compare_server_default": option, "autogenerate_plugins": plugins}
            assert differences(connection, wanted, **opts) == []
    assert asked == [None]


def test_of_two_checks_without_a_name_the_first_goes(engine):
    def models(*checks):
        metadata = sa.MetaData()
        made = [sa.CheckConstraint(text) for text in checks]
        sa.Table("t", metadata, sa.Column("x", sa.Integer), *made)
        return metadata

    with engine.connect() as connection:
        models("x > 5", "x < 100").create_all(connection)
        found = differences(connection, models("x < 100"), autogenerate_plugins=COMPLETE)
    assert [(word, "5" in str(check.sqltext)) for word, check in found] == [
        ("remove_constraint", True)
    ]


@pytest.mark.parametrize(
    ("backend", "type_", "said"),
    [
        ("mariadb", sa.Integer(), "the rows that are there get 0, '' or the like"),
        ("sqlite", sa.Integer(), "this fails where the table has rows"),
        ("mariadb", sa.JSON(none_as_null=True), "the rows that are there get 0, '' or the like"),
    ],
)
def test_a_new_column_without_a_value_for_the_rows_says_what_they_get(
    backend, type_, said, request, caplog
):
    def models(*columns):
        metadata = sa.MetaData()
        sa.Table("t", metadata, sa.Column("id", sa.Integer), *columns)
        return metadata

    engine = sa.create_engine(request.getfixturevalue(f"{backend}_url"))
    wanted = models(sa.Column("x", type_, nullable=False), sa.Column("y", sa.Integer))
    with engine.connect() as connection, caplog.at_level(logging.WARNING, "alembic"):
        models().create_all(connection)
        opts = {"target_metadata": wanted, "autogenerate_plugins": COMPLETE}
        context = MigrationContext.configure(connection, opts=opts)
        ops = produce_migrations(context, wanted).upgrade_ops
        code = render_python_code(ops, migration_context=context)
    engine.dispose()
    note = f"t.x is NOT NULL and has no default: {said}."
    assert [line.strip() for line in code.splitlines() if "NOTE" in line] == [f"# NOTE: {note}"]
    assert "pass" not in code
    assert caplog.messages == [note]


NOTHING_CASTS = "nothing casts {}, so that the server refuses this for t.x:"


@pytest.mark.parametrize(
    ("backend", "old", "new", "said"),
    [
        ("mariadb", Place(), sa.Integer(), NOTHING_CASTS.format("point to integer")),
        ("mariadb", Place("UUID"), sa.CHAR(32), NOTHING_CASTS.format("uuid to char")),
        ("postgresql", sa.Interval(), sa.Integer(), "t.x gets from INTERVAL to INTEGER by way of"),
        (
            "postgresql",
            sa.Text(),
            sa.ARRAY(sa.Text()),
            "t.x gets from TEXT to TEXT[] by way of its",
        ),
        ("postgresql", JSONB(), HSTORE(), "t.x gets from JSONB to HSTORE by way of its text"),
        ("postgresql", sa.Interval(), sa.String(), None),
        ("postgresql", sa.Enum("a", name="e1"), sa.Enum("a", "b", name="e2"), None),
    ],
)
@pytest.mark.filterwarnings("ignore:Did not recognize type")
def test_a_change_of_type_that_the_database_refuses_or_may_is_said(
    backend, old, new, said, request, caplog
):
    def models(type_):
        metadata = sa.MetaData()
        sa.Table("t", metadata, sa.Column("x", type_))
        return metadata

    engine = sa.create_engine(request.getfixturevalue(f"{backend}_url"))
    wanted = models(new)
    with engine.connect() as connection, caplog.at_level(logging.WARNING, "alembic"):
        if isinstance(new, HSTORE):
            connection.execute(sa.text("CREATE EXTENSION IF NOT EXISTS hstore"))
        models(old).create_all(connection)
        opts = {"target_metadata": wanted, "autogenerate_plugins": COMPLETE}
        context = MigrationContext.configure(connection, opts=opts)
        script = produce_migrations(context, wanted)
        code = render_python_code(script.upgrade_ops, migration_context=context)
    engine.dispose()
    goes_too = isinstance(old, sa.Enum)
    assert len(script.upgrade_ops.as_diffs()) == 1 + goes_too
    assert ("NOTE" in code) is bool(caplog.messages) is (said is not None)
    if said is not None:
        assert f"# NOTE: {said}" in code
        assert said in caplog.text


@pytest.mark.parametrize("backend", ["postgresql", "mariadb"])
def test_a_key_that_a_sequence_fills_does_not_count_by_itself(backend, request):
    metadata = sa.MetaData()
    by_sequence = sa.Sequence("s", metadata=metadata)
    sa.Table("t", metadata, sa.Column("id", sa.Integer, by_sequence, primary_key=True))
    engine = sa.create_engine(request.getfixturevalue(f"{backend}_url"))
    with engine.connect() as connection:
        opts = {"target_metadata": metadata, "autogenerate_plugins": COMPLETE}
        context = AutogenContext(MigrationContext.configure(connection, opts=opts), metadata)
        script = MigrationScript(None, UpgradeOps([]), DowngradeOps([]))
        populate_migration_script(context, script)
        names = ("alembic", "op."), ("sqlalchemy", "sa."), ("user", None)
        context.opts = {f"{of}_module_prefix": name for of, name in names}
        code = _render_cmd_body(script.upgrade_ops, context)
        metadata.create_all(connection)
        assert differences(connection, metadata, autogenerate_plugins=COMPLETE) == []
    engine.dispose()
    assert "sa.Column('id', sa.Integer(), autoincrement=False, nullable=False)" in code


@pytest.mark.parametrize("checks", [(), ("b > 0",)])
def test_a_display_width_that_the_models_leave_out_is_no_difference(checks, mariadb_url):
    def models(*types):
        metadata = sa.MetaData()
        columns = [sa.Column(name, type_) for name, type_ in zip("abc", types, strict=True)]
        sa.Table("t", metadata, *columns, *(sa.CheckConstraint(text) for text in checks))
        return metadata

    engine = sa.create_engine(mariadb_url)
    old = models(mysql.INTEGER(display_width=5), mysql.BIGINT(display_width=7), mysql.TINYINT(1))
    new = models(sa.Integer(), sa.BigInteger(), sa.Boolean())
    with engine.connect() as connection:
        old.create_all(connection)
        assert differences(connection, new, autogenerate_plugins=COMPLETE) == []
        assert differences(connection, old, autogenerate_plugins=COMPLETE) == []
    engine.dispose()
