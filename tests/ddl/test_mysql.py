"""Verbs on MariaDB but alter_column, and what stands for MySQL where the two differ."""

from __future__ import annotations

import io

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import mysql

from alembic.autogenerate import compare_metadata
from alembic.ddl.mysql import ExistingIdentity
from alembic.ddl.mysql_schema.catalog import UnknownConstraint
from alembic.ddl.mysql_schema.constructs import MySQLModifyColumn, TypeNeeded
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.util.exc import CommandError


def script(dialect, call):
    """What a call writes."""
    buffer = io.StringIO()
    context = MigrationContext.configure(
        dialect_name=dialect, opts={"as_sql": True, "output_buffer": buffer}
    )
    call(Operations(context))
    return [line for line in buffer.getvalue().splitlines() if line]


@pytest.fixture
def connection(mariadb_url):
    engine = sa.create_engine(mariadb_url)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@pytest.fixture
def op(connection):
    """Operations on MariaDB."""
    return Operations(MigrationContext.configure(connection))


@pytest.fixture
def op_of_mysql(connection, monkeypatch):
    """Operations on the same server, which is taken for one without IF EXISTS."""
    monkeypatch.setattr(connection.dialect, "is_mariadb", False)
    return Operations(MigrationContext.configure(connection))


@pytest.fixture
def statements(connection):
    """The statements that are not questions."""
    sent = []

    def note(_connection, _cursor, statement, *_):
        if not statement.startswith(("SELECT", "SHOW")):
            sent.append(statement)

    sa.event.listen(connection, "before_cursor_execute", note)
    return sent


def tables(connection):
    connection.exec_driver_sql("CREATE TABLE parent (id int PRIMARY KEY)")
    connection.exec_driver_sql(
        "CREATE TABLE t (id int PRIMARY KEY, a int, b int, UNIQUE KEY uq (a), KEY ix (b), "
        "CONSTRAINT fk FOREIGN KEY (b) REFERENCES parent (id), CONSTRAINT ck CHECK (a > 4))"
    )


def constraints(connection):
    return set(
        connection.exec_driver_sql(
            "SELECT constraint_name FROM information_schema.table_constraints "
            "WHERE table_schema = database() AND table_name = 't'"
        ).scalars()
    )


def test_each_kind_of_constraint_is_dropped_in_its_own_words(connection, op):
    tables(connection)
    for name, kind in [
        ("fk", "foreignkey"),
        ("ck", "check"),
        ("uq", "unique"),
        ("PRIMARY", "primary"),
    ]:
        assert name in constraints(connection)
        op.drop_constraint(None if kind == "primary" else name, "t", type_=kind)
        assert name not in constraints(connection)


def test_the_kind_of_a_constraint_is_asked_of_the_database(connection, op, statements):
    tables(connection)
    statements.clear()
    for name in ("fk", "ck", "uq"):
        op.drop_constraint(name, "t")
    assert statements == [
        "ALTER TABLE t DROP FOREIGN KEY fk",
        "ALTER TABLE t DROP CONSTRAINT ck",
        "ALTER TABLE t DROP INDEX uq",
    ]
    with pytest.raises(UnknownConstraint, match=r"no constraint 'fk'\. Its constraints: 'PRIMARY'"):
        op.drop_constraint("fk", "t")


def test_a_constraint_that_is_gone_is_passed_over_if_asked(connection, op):
    tables(connection)
    for kind in ("foreignkey", "check", "unique", None):
        op.drop_constraint("nix", "t", type_=kind, if_exists=True)
    connection.exec_driver_sql("CREATE TABLE bare (a int)")
    op.drop_constraint(None, "bare", type_="primary", if_exists=True)
    with pytest.raises(sa.exc.OperationalError, match="check that"):
        op.drop_constraint("nix", "t", type_="unique")


def test_a_unique_index_that_no_constraint_names_is_dropped(connection, op):
    connection.exec_driver_sql("CREATE TABLE t (a int)")
    op.create_index("ux", "t", ["a"], unique=True)
    op.drop_constraint("ux", "t", type_="unique", if_exists=True)
    assert constraints(connection) == set()


def test_the_check_of_an_old_type_is_dropped_where_the_database_has_it(connection, op):
    def enum(*values):
        return sa.Enum(*values, name="ck_kind", native_enum=False, create_constraint=True)

    op.create_table("t", sa.Column("kind", enum("a", "b")))
    op.alter_column("t", "kind", existing_type=enum("a", "b"), type_=enum("a", "b", "c"))
    op.bulk_insert(sa.table("t", sa.column("kind")), [{"kind": "c"}])
    assert constraints(connection) == {"ck_kind"}


def test_mysql_is_asked_where_it_has_no_words_for_if_exists(connection, op_of_mysql, statements):
    tables(connection)
    statements.clear()
    op = op_of_mysql
    op.add_column("t", sa.Column("a", sa.Integer), if_not_exists=True)
    op.drop_column("t", "nix", if_exists=True)
    op.create_index("ix", "t", ["a"], if_not_exists=True)
    op.drop_index("nix", "t", if_exists=True)
    op.drop_constraint("nix", "t", type_="foreignkey", if_exists=True)
    assert statements == []
    op.add_column("t", sa.Column("c", sa.Integer), if_not_exists=True)
    op.drop_column("t", "c", if_exists=True)
    op.create_index("ix_a", "t", ["a"], if_not_exists=True)
    op.drop_index("ix_a", "t", if_exists=True)
    op.drop_constraint("fk", "t", type_="foreignkey", if_exists=True)
    assert statements == [
        "ALTER TABLE t ADD COLUMN c INTEGER",
        "ALTER TABLE t DROP COLUMN c",
        "CREATE INDEX ix_a ON t (a)",
        "\nDROP INDEX ix_a ON t",
        "ALTER TABLE t DROP FOREIGN KEY fk",
    ]


def test_mariadb_has_the_words_itself(connection, op):
    tables(connection)
    for _ in range(2):
        op.add_column("t", sa.Column("c", sa.Integer), if_not_exists=True)
        op.create_index("ix_c", "t", ["c"], if_not_exists=True)
    for _ in range(2):
        op.drop_index("ix_c", "t", if_exists=True)
        op.drop_column("t", "c", if_exists=True)


def test_algorithm_and_lock_reach_the_server(connection, op, statements):
    tables(connection)
    statements.clear()
    options = {"mysql_algorithm": "INPLACE", "mysql_lock": "NONE"}
    op.create_index("ix2", "t", ["a"], **options)
    op.drop_index("ix2", "t", **options)
    op.create_unique_constraint("uq2", "t", ["id", "b"], **options)
    op.drop_constraint("ck", "t", type_="check")
    op.drop_column("t", "a", mysql_algorithm="COPY")
    op.create_foreign_key("fk2", "t", "parent", ["id"], ["id"], mysql_algorithm="COPY")
    assert statements == [
        "CREATE INDEX ix2 ON t (a) ALGORITHM=INPLACE LOCK=NONE",
        "ALTER TABLE t DROP INDEX ix2, ALGORITHM=INPLACE, LOCK=NONE",
        "ALTER TABLE t ADD CONSTRAINT uq2 UNIQUE (id, b), ALGORITHM=INPLACE, LOCK=NONE",
        "ALTER TABLE t DROP CONSTRAINT ck",
        "ALTER TABLE t DROP COLUMN a, ALGORITHM=COPY",
        "ALTER TABLE t ADD CONSTRAINT fk2 FOREIGN KEY(id) REFERENCES parent (id), ALGORITHM=COPY",
    ]


def test_other_dialects_pass_over_algorithm_and_lock():
    assert script(
        "postgresql", lambda op: op.create_index("ix", "t", ["a"], mysql_algorithm="INPLACE")
    ) == ["CREATE INDEX ix ON t (a);"]


def test_an_algorithm_that_there_is_not_is_refused():
    with pytest.raises(CommandError, match="'FAST', but has to be one of DEFAULT, INSTANT"):
        script("mysql", lambda op: op.create_index("i", "t", ["a"], mysql_algorithm="FAST"))


@pytest.mark.parametrize("dialect", ["mysql", "mariadb"])
def test_a_script_asks_for_what_no_database_tells(dialect):
    with pytest.raises(TypeNeeded, match=r"require the existing type\. Pass existing_type"):
        script(dialect, lambda op: op.alter_column("t", "c", nullable=False))
    with pytest.raises(NotImplementedError, match="please specify constraint type"):
        script(dialect, lambda op: op.drop_constraint("c", "t"))
    with pytest.raises(ExistingIdentity, match="existing_autoincrement=True or False"):
        script(
            dialect,
            lambda op: op.alter_column(
                "t", "c", type_=sa.BigInteger(), existing_server_default=sa.Identity()
            ),
        )
    with pytest.raises(sa.exc.CompileError, match='"computed" construct'):
        script(dialect, lambda op: op.alter_column("t", "c", server_default=sa.Computed("1")))
    with pytest.raises(sa.exc.CompileError, match='"identity" construct'):
        script(dialect, lambda op: op.alter_column("t", "c", server_default=sa.Identity()))


@pytest.mark.parametrize(
    ("said", "is_warned"),
    [
        ({"type_": sa.BigInteger()}, True),
        ({"new_column_name": "d", "existing_type": sa.Integer()}, True),
        ({"type_": sa.BigInteger(), "existing_nullable": False}, False),
        ({"server_default": "5"}, False),
        ({"server_default": sa.func.now(), "existing_type": sa.DateTime()}, True),
        ({"server_default": None, "existing_type": sa.DateTime()}, False),
        (
            {
                "server_default": None,
                "existing_server_default": sa.Computed("1"),
                "existing_type": sa.Integer(),
            },
            True,
        ),
    ],
)
def test_a_script_that_makes_a_column_accept_null_by_the_way_says_so(said, is_warned, caplog):
    script("mysql", lambda op: op.alter_column("t", "c", **said))
    assert ("t.c will accept NULL" in caplog.text) is is_warned


def test_a_unique_constraint_without_a_name_cannot_be_dropped():
    with pytest.raises(CommandError, match="can be dropped by its name only"):
        script("mysql", lambda op: op.drop_constraint(None, "t", type_="unique"))


def test_a_dialect_that_descends_from_mysql_is_told_what_was_said():
    """Packages spell the constructs themselves, from these attributes."""
    element = MySQLModifyColumn("t", "c", type_=sa.Integer, nullable=False, comment="x")
    names = ("table_name", "column_name", "schema", "newname", "nullable", "default", "comment")
    assert [getattr(element, name) for name in names] == [
        *("t", "c", None, None, False, False, "x")
    ]
    assert isinstance(element.type_, sa.Integer)
    assert element.autoincrement is None


# --- comparison -----------------------------------------------------------------------------------


def test_indexes_that_foreign_keys_brought_along_are_left_alone(connection):
    tables(connection)
    connection.exec_driver_sql(
        "CREATE TABLE u (x int, y int, CONSTRAINT fk_x FOREIGN KEY (x) REFERENCES parent (id), "
        "FOREIGN KEY (y) REFERENCES parent (id), KEY own (y, x), KEY y (y))"
    )
    table = sa.Table("u", sa.MetaData(), autoload_with=connection)
    found = set(table.indexes)
    impl = MigrationContext.configure(connection).impl
    impl.correct_for_autogen_constraints(set(), found, set(), set())
    assert {index.name for index in found} == {"own"}
    found = set(table.indexes)
    impl.correct_for_autogen_constraints(set(), found, set(), {sa.Index("fk_x", "x")})
    assert {index.name for index in found} == {"own", "fk_x"}


@pytest.mark.parametrize(
    ("in_database", "in_models", "is_one"),
    [
        (None, "RESTRICT", True),
        ("RESTRICT", None, True),
        ("NO ACTION", "restrict", True),
        (None, "CASCADE", False),
        ("RESTRICT", "SET NULL", False),
        ("CASCADE", None, False),
    ],
)
def test_restrict_is_what_no_action_is(in_database, in_models, is_one):
    def reference(action):
        metadata = sa.MetaData()
        sa.Table("p", metadata, sa.Column("id", sa.Integer))
        key = sa.ForeignKeyConstraint(["x"], ["p.id"], ondelete=action)
        sa.Table("t", metadata, sa.Column("x", sa.Integer), key)
        return key

    existing, wanted = reference(in_database), reference(in_models)
    impl = MigrationContext.configure(dialect_name="mysql").impl
    impl.correct_for_autogen_foreignkeys({existing}, {wanted})
    assert (existing.ondelete == wanted.ondelete) is is_one


@pytest.mark.parametrize(
    ("type_", "default"),
    [
        (sa.Integer(), "5"),
        (sa.Integer(), sa.text("-5")),
        (sa.Numeric(10, 2), "1.5"),
        (sa.Numeric(10, 4), sa.text("0")),
        (sa.Boolean(), sa.true()),
        (sa.Boolean(), sa.false()),
        (sa.Boolean(), "1"),
        (sa.String(30), "it's 50% \\ (x)"),
        (sa.String(30), "5"),
        (sa.String(30), ""),
        (sa.String(50), sa.func.uuid()),
        (sa.String(50), sa.text("(concat('a', 'b'))")),
        (sa.DateTime(), sa.func.now()),
        (sa.DateTime(), sa.text("CURRENT_TIMESTAMP")),
        (mysql.DATETIME(fsp=6), sa.text("CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6)")),
        (sa.Date(), sa.text("(curdate())")),
        (sa.Float(), "1.25"),
        (sa.Enum("a", "b"), "b"),
        (sa.Text(), sa.text("'x'")),
    ],
)
def test_a_default_is_the_same_after_the_server_has_spelled_it(connection, type_, default):
    metadata = sa.MetaData()
    sa.Table("t", metadata, sa.Column("c", type_, server_default=default))
    metadata.create_all(connection)
    context = MigrationContext.configure(connection, opts={"compare_server_default": True})
    assert compare_metadata(context, metadata) == []


@pytest.mark.parametrize(
    ("type_", "existing", "wanted"),
    [
        (sa.Integer(), "5", "6"),
        (sa.Integer(), "5", None),
        (sa.Integer(), None, "0"),
        (sa.String(9), "'a'", "'A'"),
        (sa.String(9), "'5'", "'5.0'"),
        (sa.String(9), "uuid()", "'uuid()'"),
        (sa.DateTime(), "current_timestamp()", "current_timestamp() ON UPDATE current_timestamp()"),
        (sa.DateTime(), "current_timestamp()", "CURRENT_TIMESTAMP(6)"),
    ],
)
def test_another_default_is_found(type_, existing, wanted):
    impl = MigrationContext.configure(dialect_name="mysql").impl
    column = sa.Column("c", type_)
    assert impl.compare_server_default(column, column, wanted, existing)


@pytest.mark.parametrize(
    ("existing", "wanted", "differs"),
    [
        (mysql.TINYINT(1), sa.Boolean(), False),
        (mysql.LONGTEXT(), sa.JSON(), False),
        (mysql.ENUM("a", "b"), sa.Enum("b", "a"), False),
        (mysql.ENUM("a", "b"), sa.Enum("a", "b", "c"), True),
        (mysql.VARCHAR(9, collation="latin1_bin"), sa.String(9), False),
        (
            mysql.VARCHAR(9, collation="latin1_bin"),
            mysql.VARCHAR(9, collation="latin1_german2_ci"),
            True,
        ),
        (mysql.INTEGER(11), sa.BigInteger(), True),
        (mysql.DECIMAL(10, 2), sa.Numeric(10, 2), False),
    ],
)
def test_types_are_compared_as_the_server_takes_them(existing, wanted, differs):
    impl = MigrationContext.configure(dialect_name="mysql").impl
    assert impl.compare_type(sa.Column("c", existing), sa.Column("c", wanted)) is differs


def test_an_expression_stands_in_brackets_in_an_index():
    impl = MigrationContext.configure(dialect_name="mysql").impl
    lower = sa.func.lower(sa.column("a"))
    assert impl.render_ddl_sql_expr(lower) == "lower(a)"
    assert impl.render_ddl_sql_expr(lower, is_index=True) == "(lower(a))"
    assert impl.render_ddl_sql_expr(sa.column("a") + 5, is_index=True) == "(a + 5)"
    assert impl.render_ddl_sql_expr(sa.column("a").desc(), is_index=True) == "a DESC"
