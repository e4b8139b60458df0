"""SQLite: its few verbs, and how it reports defaults."""

import io

import pytest
import sqlalchemy as sa

from alembic.autogenerate import compare_metadata
from alembic.ddl.registry import NotInThisDialect
from alembic.ddl.sqlite import NoAlterOfConstraints
from alembic.operations import Operations
from alembic.operations.batch.change import Recorded
from alembic.runtime.migration import MigrationContext
from alembic.util.failure import notes_of


@pytest.fixture
def script():
    buffer = io.StringIO()
    options = {"as_sql": True, "output_buffer": buffer}
    context = MigrationContext.configure(dialect_name="sqlite", opts=options)
    return context.impl, buffer


@pytest.fixture
def connection():
    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def test_constraints_are_not_altered(script):
    impl, _ = script
    table = sa.Table("t", sa.MetaData(), sa.Column("x", sa.Integer))
    unique = sa.UniqueConstraint(table.c.x, name="uq")
    for verb in (impl.add_constraint, impl.drop_constraint):
        with pytest.raises(NoAlterOfConstraints, match="No support for ALTER of constraints"):
            verb(unique)
    assert issubclass(NoAlterOfConstraints, NotImplementedError)


def test_the_check_of_a_type_is_left_out_with_a_warning(script):
    impl, buffer = script
    context = MigrationContext.configure(dialect=impl.dialect, opts=impl.context_opts)
    column = sa.Column("x", sa.Boolean(create_constraint=True, name="ck"))
    with pytest.warns(UserWarning, match="Skipping unsupported ALTER for creation of implicit"):
        Operations(context).add_column("t", column)
    assert buffer.getvalue() == "ALTER TABLE t ADD COLUMN x BOOLEAN;\n\n"


def test_a_script_says_a_reference_within_the_column_unless_that_is_refused(script):
    impl, buffer = script
    operations = Operations(
        MigrationContext.configure(dialect=impl.dialect, opts=impl.context_opts)
    )
    key = sa.ForeignKey("p.id", ondelete="CASCADE", deferrable=True, initially="DEFERRED")
    operations.add_column("t", sa.Column("p_id", sa.Integer, key))
    assert buffer.getvalue() == (
        "ALTER TABLE t ADD COLUMN p_id INTEGER REFERENCES p (id) ON DELETE CASCADE "
        "DEFERRABLE INITIALLY DEFERRED;\n\n"
    )
    column = sa.Column("q_id", sa.Integer, sa.ForeignKey("q.id"))
    with pytest.raises(NoAlterOfConstraints, match="In a script it needs copy_from"):
        operations.add_column("t", column, inline_references=False)


@pytest.mark.parametrize(
    "change", [{"nullable": False}, {"type_": sa.Text()}, {"server_default": None}]
)
def test_a_script_says_that_it_would_take_a_rebuild(script, change):
    impl, _ = script
    with pytest.raises(NotInThisDialect, match=r"op.batch_alter_table\(\).*copy_from"):
        impl.alter_column("t", "x", **change)


def test_a_column_can_be_renamed_in_a_script(script):
    impl, buffer = script
    impl.alter_column("t", "x", name="y y", comment="passed over", schema="s")
    assert buffer.getvalue() == 'ALTER TABLE s.t RENAME COLUMN x TO "y y";\n\n'


def test_comments_are_passed_over(script):
    impl, buffer = script
    table = sa.Table("t", sa.MetaData(), sa.Column("x", sa.Integer, comment="c"), comment="c")
    impl.create_table_comment(table)
    impl.drop_table_comment(table)
    impl.create_column_comment(table.c.x)
    impl.alter_column("t", "x", comment="c")
    assert not buffer.getvalue()


def test_if_exists_is_looked_up(connection):
    connection.exec_driver_sql("CREATE TABLE t (X int, y int)")
    op = Operations(MigrationContext.configure(connection))
    op.add_column("t", sa.Column("x", sa.Text), if_not_exists=True)
    op.add_column("t", sa.Column("z", sa.Text), if_not_exists=True)
    op.drop_column("t", "nothing", if_exists=True)
    op.drop_column("t", "y", if_exists=True)
    assert [one["name"] for one in sa.inspect(connection).get_columns("t")] == ["X", "z"]


@pytest.mark.parametrize(
    ("recorded", "needed"),
    [
        ([], False),
        ([Recorded("create_index", (None,), {}), Recorded("drop_index", (None,), {})], False),
        ([Recorded("add_column", ("t", sa.Column("x", sa.Integer)), {})], False),
        (
            [Recorded("add_column", ("t", sa.Column("x", sa.Integer, server_default="5")), {})],
            False,
        ),
        (
            [Recorded("add_column", ("t", sa.Column("x", server_default=sa.text("-5.5e3"))), {})],
            False,
        ),
        (
            [Recorded("add_column", ("t", sa.Column("x", server_default=sa.text("(1)"))), {})],
            True,
        ),
        ([Recorded("add_column", ("t", sa.Column("x", server_default=sa.func.now())), {})], True),
        (
            [Recorded("add_column", ("t", sa.Column("x", sa.Integer, sa.Computed("a"))), {})],
            False,
        ),
        (
            [
                Recorded(
                    "add_column",
                    ("t", sa.Column("x", sa.Integer, sa.Computed("a", persisted=True))),
                    {},
                )
            ],
            True,
        ),
        ([Recorded("drop_column", ("t", sa.Column("x")), {})], True),
        ([Recorded("alter_column", ("t", "x"), {"nullable": False})], True),
    ],
)
def test_a_batch_rebuilds_what_sqlite_cant_alter(script, recorded, needed):
    impl, _ = script
    batch = type("Batch", (), {"batch": recorded})()
    assert impl.requires_recreate_in_batch(batch) is needed


@pytest.mark.parametrize(
    ("column", "way_out"),
    [
        (
            sa.Column("b", sa.Integer, nullable=False),
            "give it a server_default, or add it as nullable",
        ),
        (
            sa.Column("a", sa.Integer),
            "op.add_column(…, if_not_exists=True) passes over what is there",
        ),
    ],
    ids=["not null", "there already"],
)
def test_a_column_that_is_not_taken_comes_with_the_way_out(connection, column, way_out):
    connection.exec_driver_sql("CREATE TABLE t (a INTEGER)")
    connection.exec_driver_sql("INSERT INTO t VALUES (1)")
    with pytest.raises(sa.exc.OperationalError) as raised:
        MigrationContext.configure(connection).impl.add_column("t", column)
    (note,) = notes_of(raised.value)
    assert f"{column.name!r}" in note
    assert way_out in note


def test_a_table_gets_its_name_in_other_capitals(connection):
    for statement in (
        "CREATE TABLE users (a INTEGER PRIMARY KEY)",
        "CREATE TABLE child (u REFERENCES users (a))",
        "CREATE VIEW v AS SELECT a FROM users",
        "INSERT INTO users VALUES (1)",
    ):
        connection.exec_driver_sql(statement)
    MigrationContext.configure(connection).impl.rename_table("users", "Users")
    assert sa.inspect(connection).get_table_names() == ["Users", "child"]
    (reference,) = sa.inspect(connection).get_foreign_keys("child")
    assert reference["referred_table"] == "Users"
    assert connection.exec_driver_sql("SELECT a FROM v").scalar() == 1


def test_a_table_is_renamed_though_a_view_of_others_does_not_work(connection):
    for statement in (
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a)",
        "CREATE VIEW v AS SELECT a FROM t",
        "CREATE VIEW broken AS SELECT lost FROM nowhere",
    ):
        connection.exec_driver_sql(statement)
    operations = Operations(MigrationContext.configure(connection))
    operations.rename_table("t", "u")
    found = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = 'v'").scalar()
    assert found == 'CREATE VIEW v AS SELECT a FROM "u"'
    assert connection.exec_driver_sql("PRAGMA writable_schema").scalar() == 0
    with pytest.raises(sa.exc.OperationalError, match="already another table"):
        operations.rename_table("u", "v")


@pytest.mark.parametrize(
    ("default", "rendered"),
    [
        ("5", "5"),
        ("'a'", "'a'"),
        ("'it''s'", "'it''s'"),
        ("'a' || 'b'", "('a' || 'b')"),
        ("CURRENT_TIMESTAMP", "(CURRENT_TIMESTAMP)"),
        ("datetime('now')", "(datetime('now'))"),
        ("-5", "(-5)"),
        ("(1 + 2)", "(1 + 2)"),
        ("(1) + (2)", "((1) + (2))"),
    ],
)
def test_a_default_gets_the_brackets_that_it_needs(script, default, rendered):
    impl, _ = script
    assert impl.render_ddl_sql_expr(sa.text(default), is_server_default=True) == rendered
    info = {"default": default}
    impl.autogen_column_reflect(None, None, info)
    assert info["default"] == rendered


@pytest.mark.parametrize(
    ("existing", "wanted", "differ"),
    [
        ("5", "5", False),
        (sa.text("(5)"), "5", False),
        ("5", "6", True),
        ("it's", "it's", False),
        (sa.text("(datetime('now'))"), sa.text("datetime('now')"), False),
        (sa.text("CURRENT_TIMESTAMP"), sa.func.now(), False),
        ("", "", False),
        (None, "5", True),
        ("5", None, True),
    ],
)
def test_defaults_are_compared_without_brackets_and_quotes(existing, wanted, differ, connection):
    before, after = sa.MetaData(), sa.MetaData()
    sa.Table("t", before, sa.Column("x", sa.String(20), server_default=existing))
    sa.Table("t", after, sa.Column("x", sa.String(20), server_default=wanted))
    before.create_all(connection)
    context = MigrationContext.configure(connection, opts={"compare_server_default": True})
    assert bool(compare_metadata(context, after)) is differ


def test_a_new_table_without_its_reference_into_another_file_is_told_of(connection, caplog):
    connection.exec_driver_sql("ATTACH ':memory:' AS aux")
    op = Operations(MigrationContext.configure(connection))
    op.create_table("p", sa.Column("id", sa.Integer, primary_key=True), schema="aux")
    op.create_table("c", sa.Column("p", sa.Integer, sa.ForeignKey("aux.p.id")), schema="aux")
    assert "left out" not in caplog.text
    op.create_table("c", sa.Column("p", sa.Integer, sa.ForeignKey("aux.p.id")))
    assert "Table 'c': the foreign key to 'aux.p.id' is left out" in caplog.text
