"""A refused statement: the database's own error stays, and a note says which names there are."""

from __future__ import annotations

import secrets

import pytest
import sqlalchemy as sa

import servers
from alembic.ddl.absent.catalog import Names
from alembic.ddl.absent.names import Kind
from alembic.ddl.absent.note import explained
from alembic.ddl.absent.sought import Sought
from alembic.ddl.absent.words import listed, meant
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.util.failure import add_note, notes_of

PASSED_OVER = "op.drop_{}(…, if_exists=True) passes over what isn't there."
NO_NAM = "no column 'nam' (did you mean 'name'?)"
COLUMNS = "Its columns: 'email', 'id', 'kind', 'name'."


def operations(connection: sa.Connection) -> Operations:
    return Operations(MigrationContext.configure(connection))


def make(op: Operations) -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(20), unique=True),
        sa.Column("email", sa.String(30)),
        sa.Column("kind", sa.String(10)),
        sa.UniqueConstraint("kind", name="uq_account_kind"),
    )
    op.create_index("ix_account_email", "account", ["email"])
    op.create_table(
        "entry",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("account_id", sa.Integer, sa.ForeignKey("account.id", name="fk_entry_account")),
    )


def refusal(op: Operations, call) -> sa.exc.DBAPIError:
    with pytest.raises(sa.exc.DBAPIError) as caught:
        call(op)
    return caught.value


def lines_of(error: BaseException) -> list[str]:
    return [line for note in notes_of(error) for line in note.splitlines()]


def said(op: Operations, call) -> list[str]:
    """The lines of the note that the refusal of a call has."""
    return lines_of(refusal(op, call))


# call → the note, the same on both databases
REFUSED = {
    "a column to drop": (
        lambda op: op.drop_column("account", "nme"),
        [
            f"Table 'account' has no column 'nme' (did you mean 'name'?). {COLUMNS}",
            PASSED_OVER.format("column"),
        ],
    ),
    "a column to drop, in a batch": (
        lambda op: batch(op, lambda it: it.drop_column("Emial")),
        [
            f"Table 'account' has no column 'Emial' (did you mean 'email'?). {COLUMNS}",
            PASSED_OVER.format("column"),
        ],
    ),
    "nothing alike": (
        lambda op: op.drop_column("account", "zzz"),
        [f"Table 'account' has no column 'zzz'. {COLUMNS}", PASSED_OVER.format("column")],
    ),
    "an index to drop": (
        lambda op: op.drop_index("ix_email", "account"),
        ["Table 'account' has no index 'ix_email' (did you mean 'ix_account_email'?). Its", "*"],
    ),
    "a constraint to drop": (
        lambda op: op.drop_constraint("fk_entry_acount", "entry", type_="foreignkey"),
        [
            "Table 'entry' has no constraint 'fk_entry_acount' (did you mean 'fk_entry_account'?)",
            "*",
        ],
    ),
    "an index that is taken for a constraint": (
        lambda op: op.drop_constraint("ix_account_email", "account", type_="check"),
        [
            "Table 'account' has no constraint 'ix_account_email'",
            "There is an index of that name: op.drop_index('ix_account_email', 'account')",
        ],
    ),
    "columns of an index": (
        lambda op: op.create_index("ix", "account", ["emial"]),
        [f"Table 'account' has no column 'emial' (did you mean 'email'?). {COLUMNS}"],
    ),
    "columns of a key, each once": (
        lambda op: op.create_unique_constraint("uq", "account", ["emial", "id", "nam"]),
        [
            f"Table 'account' has no column 'emial' (did you mean 'email'?) and {NO_NAM}. {COLUMNS}",
        ],
    ),
    "a column in a text": (
        lambda op: op.create_check_constraint("ck", "account", "emial > '5'"),
        ["The columns of table 'account': 'email', 'id', 'kind', 'name'."],
    ),
    "a column that refers": (
        lambda op: op.create_foreign_key("fk", "entry", "account", ["acount_id"], ["id"]),
        ["Table 'entry' has no column 'acount_id' (did you mean 'account_id'?). Its columns:"],
    ),
    "a column that is referred to": (
        lambda op: op.create_foreign_key("fk", "entry", "account", ["account_id"], ["no"]),
        [f"Table 'account' has no column 'no'. {COLUMNS}"],
    ),
    "a table that is referred to": (
        lambda op: op.create_foreign_key("fk", "entry", "acount", ["account_id"], ["id"]),
        ["There is no table 'acount' (did you mean 'account'?)."],
    ),
    "a table that a new table refers to": (
        lambda op: op.create_table("n", sa.Column("a", sa.Integer, sa.ForeignKey("acount.id"))),
        ["There is no table 'acount' (did you mean 'account'?)."],
    ),
    "a table that a new column refers to": (
        lambda op: op.add_column(
            "entry", sa.Column("a", sa.Integer, sa.ForeignKey("acount.id")), inline_references=True
        ),
        ["There is no table 'acount' (did you mean 'account'?)."],
    ),
    "a table to get a column": (
        lambda op: op.add_column("acount", sa.Column("a", sa.Integer)),
        ["There is no table 'acount' (did you mean 'account'?)."],
    ),
    "a table to rename": (
        lambda op: op.rename_table("acount", "n"),
        ["There is no table 'acount' (did you mean 'account'?)."],
    ),
    "a table to comment": (
        lambda op: op.create_table_comment("acount", "n"),
        ["There is no table 'acount' (did you mean 'account'?)."],
    ),
    "a table to drop": (
        lambda op: op.drop_table("acount"),
        ["There is no table 'acount' (did you mean 'account'?).", PASSED_OVER.format("table")],
    ),
    "a table that is in another schema": (
        lambda op: op.drop_table("account", schema="nowhere"),
        ["There is no table 'nowhere.account', but one with schema='", PASSED_OVER.format("table")],
    ),
    "a table that nothing is like": (lambda op: op.drop_table("zzz"), []),
}
ON_POSTGRESQL = {
    **{
        f"a column to change: {change}": (
            lambda op, change=change: op.alter_column("account", "nme", **change),
            [f"Table 'account' has no column 'nme' (did you mean 'name'?). {COLUMNS}"],
        )
        for change in (
            {"nullable": False},
            {"server_default": "x"},
            {"new_column_name": "x"},
            {"comment": "x"},
        )
    },
    "a column to change: its type": (
        lambda op: op.alter_column("account", "nme", type_=sa.Text()),
        [f"Table 'account' has no column 'nme' (did you mean 'name'?). {COLUMNS}"],
    ),
    "a column that new values are made of": (
        lambda op: op.alter_column("account", "name", type_=sa.Text(), postgresql_using="nam"),
        ["The columns of table 'account': 'email', 'id', 'kind', 'name'."],
    ),
    "an index of a table that wasn't named": (
        lambda op: op.drop_index("ix_email"),
        [
            "There is no index 'ix_email' (did you mean 'ix_account_email'?).",
            PASSED_OVER.format("index"),
        ],
    ),
    "a constraint to check": (
        lambda op: op.validate_constraint("uq", "account"),
        [
            "Table 'account' has no constraint 'uq'. Its constraints: 'account_name_key', 'account_pkey'",
        ],
    ),
    "an index to make a key of": (
        lambda op: op.create_unique_constraint(
            "uq", "account", ["email"], postgresql_using_index="ix_email"
        ),
        [
            "Table 'account' has no index 'ix_email' (did you mean 'ix_account_email'?). Its indexes:",
        ],
    ),
}
ON_MARIADB = {
    "a constraint of another kind": (
        lambda op: op.drop_constraint("uq_account_kind", "account", type_="foreignkey"),
        ["'uq_account_kind' is there, and is of another kind than FOREIGN KEY: without type_"],
    ),
    "an index to drop without a lock": (
        lambda op: op.drop_index("ix_email", "account", mysql_lock="none"),
        ["Table 'account' has no index 'ix_email' (did you mean 'ix_account_email'?). Its", "*"],
    ),
}
# What SQLite has statements for; the rest is a matter of batches, which know the table.
ON_SQLITE = {
    **{
        case: REFUSED[case]
        for case in (
            "an index to drop",
            "columns of an index",
            "a table to get a column",
            "a table to rename",
            "a table to drop",
            "a table that is in another schema",
            "a table that nothing is like",
        )
    },
    "an index of a table that wasn't named": ON_POSTGRESQL["an index of a table that wasn't named"],
}


def batch(op: Operations, changes) -> None:
    with op.batch_alter_table("account") as batch_op:
        changes(batch_op)


def begins(lines: list[str], beginnings: list[str]) -> bool:
    return len(lines) == len(beginnings) and all(
        start == "*" or line.startswith(start)
        for line, start in zip(lines, beginnings, strict=True)
    )


@pytest.fixture(scope="module")
def postgresql(postgresql_server):
    """One database for refusals only: each is rolled back."""
    with servers.own_database(postgresql_server, f"alembic_test_{secrets.token_hex(5)}") as url:
        yield sa.create_engine(url, poolclass=sa.NullPool)


@pytest.fixture(scope="module")
def mariadb(mariadb_server):
    """One database for refusals only: they change nothing."""
    with servers.own_database(mariadb_server, f"alembic_test_{secrets.token_hex(5)}") as url:
        engine = sa.create_engine(url, poolclass=sa.NullPool)
        with engine.connect() as connection:
            make(operations(connection))
        yield engine


@pytest.mark.parametrize("case", [*REFUSED, *ON_POSTGRESQL])
def test_postgresql_tells_what_this_transaction_has_made(case, postgresql):
    call, note = {**REFUSED, **ON_POSTGRESQL}[case]
    with postgresql.connect() as connection:
        op = operations(connection)
        make(op)
        error = refusal(op, call)
    assert begins(lines_of(error), note), lines_of(error)
    assert isinstance(error, sa.exc.ProgrammingError)


@pytest.mark.parametrize("case", ON_SQLITE)
def test_sqlite_tells(case):
    call, note = ON_SQLITE[case]
    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection:
        op = operations(connection)
        make(op)
        error = refusal(op, call)
    engine.dispose()
    assert begins(lines_of(error), note), lines_of(error)
    assert isinstance(error, sa.exc.OperationalError)


@pytest.mark.parametrize("case", [*REFUSED, *ON_MARIADB])
def test_mariadb_tells(case, mariadb):
    call, note = {**REFUSED, **ON_MARIADB}[case]
    with mariadb.connect() as connection:
        error = refusal(operations(connection), call)
    assert begins(lines_of(error), note), lines_of(error)
    assert isinstance(error, sa.exc.OperationalError | sa.exc.ProgrammingError)


class TestPostgresql:
    """A refusal ends the transaction, so that another connection is asked."""

    @pytest.fixture
    def engine(self, postgresql_url):
        # A pool of one: the connection that asks comes out of no pool.
        engine = sa.create_engine(postgresql_url, pool_size=1, max_overflow=0, pool_timeout=1)
        with engine.begin() as connection:
            make(operations(connection))
        yield engine
        engine.dispose()

    def test_what_was_there_before_is_known(self, engine):
        for case in ("a column to drop", "an index to drop", "a table to drop"):
            call, note = REFUSED[case]
            with engine.connect() as connection:
                assert begins(said(operations(connection), call), note), case

    def test_changes_of_this_transaction_count(self, engine):
        with engine.connect() as connection:
            op = operations(connection)
            op.add_column("account", sa.Column("fax", sa.Text))
            op.alter_column("account", "name", new_column_name="title")
            op.drop_column("account", "kind")
            op.rename_table("account", "client")
            assert said(op, lambda op: op.drop_column("client", "titel"))[0] == (
                "Table 'client' has no column 'titel' (did you mean 'title'?). "
                "Its columns: 'email', 'fax', 'id', 'title'."
            )

    def test_a_table_that_this_transaction_has_renamed_is_there_no_more(self, engine):
        with engine.connect() as connection:
            op = operations(connection)
            op.rename_table("account", "accounts")
            assert said(op, lambda op: op.add_column("account", sa.Column("a", sa.Text))) == [
                "There is no table 'account' (did you mean 'accounts'?)."
            ]

    def test_an_index_that_has_become_a_key_is_one(self, engine):
        with engine.connect() as connection:
            op = operations(connection)
            op.create_index("ix_entry", "entry", ["account_id"], unique=True)
            op.create_unique_constraint(
                "uq_entry", "entry", ["account_id"], postgresql_using_index="ix_entry"
            )
            assert said(op, lambda op: op.drop_constraint("uq", "entry"))[0] == (
                "Table 'entry' has no constraint 'uq'. "
                "Its constraints: 'entry_pkey', 'fk_entry_account', 'uq_entry'."
            )

    def test_a_table_that_was_dropped_and_made_anew_has_its_new_columns(self, engine):
        with engine.connect() as connection:
            op = operations(connection)
            op.drop_table("entry")
            op.create_table("entry", sa.Column("number", sa.Integer))
            assert said(op, lambda op: op.drop_column("entry", "id"))[0] == (
                "Table 'entry' has no column 'id'. Its columns: 'number'."
            )

    def test_names_that_are_made_by_text_are_said_to_be_missing_perhaps(self, engine):
        with engine.connect() as connection:
            op = operations(connection)
            op.execute("UPDATE account SET name = 'x'")
            assert "as far as" not in said(op, lambda op: op.drop_column("account", "nme"))[0]
        with engine.connect() as connection:
            op = operations(connection)
            op.execute("ALTER TABLE account ADD fax TEXT")
            assert (
                "Its columns, as far as is known: 'email',"
                in said(op, lambda op: op.drop_column("account", "nme"))[0]
            )

    def test_what_was_made_by_text_is_not_said_to_be_missing(self, engine):
        with engine.connect() as connection:
            op = operations(connection)
            op.execute("ALTER TABLE account ADD fax TEXT")
            said_of_both = said(
                op, lambda op: op.create_unique_constraint("uq", "account", ["fax", "nme"])
            )
            assert "'fax'" not in said_of_both[0]
        with engine.connect() as connection:
            op = operations(connection)
            op.execute("CREATE TABLE fresh (id INTEGER)")
            assert said(op, lambda op: op.drop_column("fresh", "nme")) == []

    def test_what_was_committed_is_asked_for(self, engine):
        with engine.connect() as connection:
            op = operations(connection)
            op.drop_column("account", "kind")
            connection.commit()
            connection.execute(sa.text("ALTER TABLE account ADD fax TEXT"))
            connection.commit()
            assert (
                "Its columns: 'email', 'fax', 'id', 'name'."
                in said(op, lambda op: op.drop_column("account", "nme"))[0]
            )

    def test_a_savepoint_that_was_given_up_is_no_certain_ground(self, engine):
        with engine.connect() as connection:
            op = operations(connection)
            with connection.begin_nested() as savepoint:
                op.add_column("account", sa.Column("fax", sa.Text))
                savepoint.rollback()
            assert "as far as is known" in said(op, lambda op: op.drop_column("account", "nme"))[0]

    def test_a_migration_goes_on_after_a_refusal_in_a_savepoint(self, engine):
        with engine.connect() as connection:
            op = operations(connection)
            with connection.begin_nested() as savepoint:
                assert said(op, lambda op: op.drop_column("account", "nme"))
                savepoint.rollback()
            op.drop_column("account", "name")

    def test_autocommit(self, engine):
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            op = operations(connection)
            op.add_column("account", sa.Column("fax", sa.Text))
            assert "'email', 'fax', 'id'" in said(op, lambda op: op.drop_column("account", "x"))[0]

    def test_tables_of_the_schema_that_is_meant(self, engine):
        with engine.begin() as connection:
            connection.execute(sa.text("CREATE SCHEMA tenant"))
            connection.execute(sa.text("CREATE TABLE tenant.account (number INTEGER)"))
        with engine.connect() as connection:
            op = operations(connection)
            assert said(op, lambda op: op.drop_column("account", "x", schema="tenant"))[0] == (
                "Table 'tenant.account' has no column 'x'. Its columns: 'number'."
            )
        with engine.connect() as connection:
            connection.execute(sa.text("SET search_path TO tenant"))
            connection.dialect.default_schema_name = "tenant"
            op = operations(connection)
            assert (
                "Its columns: 'number'." in said(op, lambda op: op.drop_column("account", "x"))[0]
            )

    def test_a_name_that_differs_by_its_case(self, engine):
        with engine.connect() as connection:
            assert (
                "no column 'Name' (did you mean 'name'?)"
                in said(operations(connection), lambda op: op.drop_column("account", "Name"))[0]
            )

    def test_an_engine_of_one_connection_says_nothing_and_breaks_nothing(self, postgresql_url):
        given = sa.create_engine(postgresql_url, poolclass=sa.NullPool).raw_connection()
        engine = sa.create_engine(
            postgresql_url, creator=lambda: given.driver_connection, poolclass=sa.StaticPool
        )
        with engine.connect() as connection:
            op = operations(connection)
            make(op)
            with connection.begin_nested() as savepoint:
                assert said(op, lambda op: op.drop_column("account", "nme")) == []
                savepoint.rollback()
            op.drop_column("account", "name")

    def test_other_refusals_ask_nothing(self, engine):
        with engine.begin() as connection:
            connection.execute(sa.text("INSERT INTO account (id) VALUES (1)"))
        asked = []
        sa.event.listen(engine, "connect", lambda *_: asked.append(1))
        with engine.connect() as connection:
            before = len(asked)
            op = operations(connection)
            assert said(op, lambda op: op.alter_column("account", "name", nullable=False)) == []
            assert len(asked) == before


class TestMariaDB:
    """DDL commits by itself, so that the same connection is asked."""

    @pytest.fixture
    def connection(self, mariadb_url):
        engine = sa.create_engine(mariadb_url, poolclass=sa.NullPool)
        with engine.connect() as connection:
            make(operations(connection))
            yield connection

    def test_nobody_hears_the_question(self, connection):
        heard = []
        sa.event.listen(connection, "before_cursor_execute", lambda *given: heard.append(given[2]))
        assert said(operations(connection), lambda op: op.drop_column("account", "nme"))
        assert heard == ["ALTER TABLE account DROP COLUMN nme"]

    def test_a_name_that_differs_by_its_case_is_the_same(self, connection):
        # The reference can't be made: its types differ, and its columns are there.
        connection.exec_driver_sql("ALTER TABLE account ADD Code VARCHAR(20), ADD UNIQUE (Code)")
        assert (
            said(
                operations(connection),
                lambda op: op.create_foreign_key("fk", "entry", "account", ["ID"], ["CODE"]),
            )
            == []
        )

    @pytest.mark.parametrize(
        "call",
        [
            lambda op: op.drop_constraint(None, "account"),
            lambda op: op.drop_constraint(None, "account", type_="unique"),
        ],
        ids=["of no kind", "of a kind"],
    )
    def test_a_constraint_without_a_name_names_those_that_there_are(self, connection, call):
        with pytest.raises(Exception, match="uq_account_kind"):
            call(operations(connection))

    def test_tables_of_other_databases_are_nobodys_business(self, connection, mariadb_server):
        name = f"alembic_test_{secrets.token_hex(5)}"
        with servers.own_database(mariadb_server, name):
            connection.exec_driver_sql(f"CREATE TABLE {name}.invoice (id INTEGER)")
            connection.exec_driver_sql(f"CREATE TABLE {name}.acount (id INTEGER)")
            op, here = operations(connection), connection.engine.url.database
            assert said(op, lambda op: op.drop_column("invoice", "id")) == []
            assert said(op, lambda op: op.rename_table("acount", "n")) == [
                "There is no table 'acount' (did you mean 'account'?)."
            ]
            assert said(op, lambda op: op.rename_table("invoce", "n", schema=name)) == [
                f"There is no table '{name}.invoce' (did you mean 'invoice'?)."
            ]
            assert said(op, lambda op: op.rename_table("entry", "n", schema=name)) == [
                f"There is no table '{name}.entry', but one with schema={here!r}."
            ]

    def test_a_column_to_change_is_suggested(self, connection):
        with pytest.raises(sa.exc.OperationalError) as caught:
            operations(connection).alter_column("account", "nme", nullable=False)
        assert str(caught.value) == (
            f"Table 'account' has no column 'nme' (did you mean 'name'?). {COLUMNS[:-1]}"
        )


def test_many_names_are_cut_short():
    names = [f"c{number:02}" for number in range(30)]
    assert listed(names).endswith("'c18', 'c19' and 10 more")
    assert listed([]) == "none"


def test_a_name_is_suggested_whatever_its_case():
    assert meant("NAME", ["Name", "x"]) == " (did you mean 'Name'?)"
    assert meant("fax", ["Name", "x"]) == ""


class Catalog:
    """One table, without constraints."""

    def names(self, table):
        return Names(frozenset([(Kind.COLUMN, "id")]))

    def places(self, kind, alike):
        return []


def test_a_table_without_constraints_says_so():
    sought = Sought((None, "t"), ((Kind.CONSTRAINT, "ck"),))
    assert explained([sought], frozenset([Kind.CONSTRAINT]), Catalog(), "") == [
        "Table 't' has no constraint 'ck'. Its constraints: none."
    ]


def test_notes_are_kept_in_their_order():
    error = ValueError()
    assert notes_of(error) == []
    add_note(error, "a")
    add_note(error, "b")
    assert notes_of(error) == ["a", "b"]
