"""What a comparison says of PostgreSQL's own things, where no round trip can show it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from cases_base import both, c, columns, fk, i, pk, u
from sqlalchemy.dialects import postgresql

from alembic.autogenerate import compare_metadata, render_python_code
from alembic.autogenerate.ask import Questioner
from alembic.autogenerate.compare.schema import populate_migration_script
from alembic.autogenerate.complete.using import cast_clause
from alembic.autogenerate.context import AutogenContext
from alembic.operations.ops import DowngradeOps, MigrationScript, UpgradeOps
from alembic.runtime.migration import MigrationContext

COMPLETE = ["alembic.autogenerate.*", "alembic.complete.*"]
Integers = postgresql.ARRAY(sa.Integer)


class Short(sa.types.TypeDecorator[str]):
    impl = sa.String(4)
    cache_ok = True


@pytest.mark.parametrize(
    ("existing", "wanted", "clause"),
    [
        (postgresql.BIT(3), postgresql.BIT(5), "x::BIT(5)"),
        (postgresql.BIT(5), postgresql.BIT(3), None),  # what doesn't fit stays an error
        (sa.String(9), Short(), None),
        (postgresql.ARRAY(sa.String(9)), postgresql.ARRAY(sa.String(4)), None),
        (Integers, sa.String(4), "x::text"),
        (Integers, sa.Integer(), "array_to_string(x, ',')::INTEGER"),
        (postgresql.JSONB(), Integers, "translate(x::text, '[]', '{}')::INTEGER[]"),
        (postgresql.INT4RANGE(), postgresql.INT4MULTIRANGE(), "x::INT4MULTIRANGE"),
        (postgresql.INTERVAL(), sa.Interval(second_precision=3), None),
        (postgresql.HSTORE(), postgresql.JSONB(), "x::JSONB"),
    ],
)
def test_values_come_to_their_type_without_loss(existing, wanted, clause):
    assert cast_clause("x", existing, wanted, postgresql.dialect()) == clause


def written(engine, had, has, *renames, **more):
    """The upgrade that leads from the one models to the other."""
    before, after = sa.MetaData(), sa.MetaData()
    had(before), has(after)
    with engine.connect() as connection:
        before.create_all(connection)
        options = {"target_metadata": after, "autogenerate_plugins": COMPLETE, **more}
        context = MigrationContext.configure(connection, opts=options)
        script = MigrationScript("rev", UpgradeOps([]), DowngradeOps([]))
        populate_migration_script(AutogenContext(context, after), script, Questioner(list(renames)))
        return render_python_code(script.upgrade_ops, migration_context=context)


@pytest.fixture
def engine(postgresql_url):
    made = sa.create_engine(postgresql_url)
    yield made
    made.dispose()


def test_other_partitions_are_said_in_the_file_and_in_the_log(engine, caplog):
    parted = columns(pk, postgresql_partition_by="RANGE (id)")
    code = written(engine, columns(pk), parted)
    assert "# Table 't' is not partitioned, the models have it by RANGE (id)." in code
    assert "pass" in code
    assert "make a new table and move the rows" in caplog.text


def test_the_same_partitions_in_other_words_are_no_change(engine):
    parted = columns(pk, postgresql_partition_by="RANGE(id)")
    assert "partitioned" not in written(engine, parted, parted)


def test_a_table_and_its_index_go_to_their_tablespace(engine):
    moved = columns(
        pk, c("x"), i("ix", "x", postgresql_tablespace="fast"), postgresql_tablespace="fast"
    )
    code = written(engine, columns(pk, c("x"), i("ix", "x")), moved)
    assert "ALTER TABLE t SET TABLESPACE fast" in code
    assert "ALTER INDEX ix SET TABLESPACE fast" in code
    kept = columns(pk, c("x"), postgresql_tablespace="pg_default")
    assert "TABLESPACE" not in written(engine, kept, kept)


def test_a_table_comes_to_inherit_from_another(engine):
    parent = columns(pk, name="parent")

    def models(**kw):
        heir = columns(pk, c("x"), name="child", **kw)
        return lambda metadata: (parent(metadata), heir(metadata))

    code = written(engine, models(), models(postgresql_inherits="parent"))
    assert "ALTER TABLE child INHERIT parent" in code


def test_a_unique_constraint_is_renamed_where_it_is_told(engine):
    had, has = (columns(pk, c("x"), u("x", name=name)) for name in ("uq1", "uq2"))
    code = written(engine, had, has, "t.uq1=uq2")
    assert "RENAME CONSTRAINT uq1 TO uq2" in code


def test_an_action_on_some_columns_has_many_spellings(engine):
    def models(action):
        parent = columns(c("a", primary_key=True), c("b", primary_key=True), name="parent")
        key = sa.ForeignKeyConstraint

        def build(metadata):
            parent(metadata)
            keys = key(["x", "y"], ["parent.a", "parent.b"], name="fk1", ondelete=action)
            columns(pk, c("x"), c("y"), lambda: keys)(metadata)

        return build

    assert "op." not in written(engine, models("SET NULL (x, y)"), models("set null(x,y)"))


def test_a_column_counts_on_from_the_rows_that_are_there(engine):
    plain = columns(c("id", primary_key=True, autoincrement=False))
    counting = columns(c("id", sa.Integer, sa.Identity(start=3), primary_key=True))
    code = written(engine, plain, counting)
    assert "GREATEST(COALESCE(max(id), 0) + 1, 3)" in code


def test_a_sequence_of_somebody_else_is_not_the_one_of_a_serial(engine):
    def using(metadata):
        sequence = sa.Sequence("seq1", metadata=metadata)
        columns(pk, c("x", server_default=sequence.next_value()))(metadata)

    code = written(engine, using, columns(pk, c("x")))
    assert "server_default=None" in code
    assert "t_x_seq" not in code


def _downgrade_beside_type(engine, before, after) -> str:
    """The way back from models to those before, where the type ``en`` was there already."""
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE TYPE en AS ENUM ('a')")
        before.create_all(connection)
        options = {"target_metadata": after, "autogenerate_plugins": COMPLETE}
        context = MigrationContext.configure(connection, opts=options)
        script = MigrationScript("rev", UpgradeOps([]), DowngradeOps([]))
        populate_migration_script(AutogenContext(context, after), script)
        return render_python_code(script.downgrade_ops, migration_context=context)


def test_the_type_that_somebody_else_makes_stays(engine):
    mine = postgresql.ENUM("a", name="en", create_type=False)
    before, after = sa.MetaData(), sa.MetaData()
    columns(pk)(before), columns(pk, c("x", mine))(after)
    assert "DROP TYPE" not in _downgrade_beside_type(engine, before, after)


def test_a_key_to_a_partitioned_table_has_none_to_its_partitions(engine):
    def models(metadata):
        columns(pk, postgresql_partition_by="RANGE (id)")(metadata)
        key = sa.ForeignKeyConstraint(["x"], ["t.id"], name="fk1")
        columns(pk, c("x"), lambda: key, name="pointing")(metadata)
        made = sa.DDL("CREATE TABLE IF NOT EXISTS t_1 PARTITION OF t FOR VALUES FROM (0) TO (9)")
        sa.event.listen(metadata, "after_create", made)

    assert "op." not in written(engine, models, models)


UNUSED = "CREATE TYPE en AS ENUM ('a')"


@pytest.mark.parametrize(
    "user",
    [
        "CREATE TABLE alembic_version (x en[])",
        "CREATE VIEW v AS SELECT 1 AS x WHERE 'a'::en = 'a'",
        "CREATE FUNCTION f(x en) RETURNS int LANGUAGE sql RETURN 1",
        "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS 'DECLARE x EN; BEGIN RETURN 1; END'",
        "CREATE TYPE pair AS (x en)",
        "CREATE DOMAIN dom AS en",
    ],
)
def test_a_type_that_something_else_uses_stays(engine, user):
    code = written(engine, with_(columns(pk), UNUSED, user), columns(pk))
    assert "op." not in code


def test_a_type_that_nothing_uses_goes_unless_a_filter_keeps_it_out(engine):
    had = with_(
        columns(pk), UNUSED, "CREATE FUNCTION length() RETURNS int LANGUAGE sql AS 'SELECT 1'"
    )
    assert "DROP TYPE en" in written(engine, had, columns(pk))
    metadata = sa.MetaData()
    columns(pk)(metadata)
    with engine.connect() as connection:
        had(sa.MetaData())
        connection.exec_driver_sql(UNUSED)
        opts = {
            "autogenerate_plugins": COMPLETE,
            "include_name": lambda name, kind, _parents: (kind, name) != ("type", "en"),
        }
        metadata.create_all(connection)
        context = MigrationContext.configure(connection, opts=opts)
        assert compare_metadata(context, metadata) == []


def with_(build, *statements):
    """The same models, after which something else is made."""

    def made(metadata):
        build(metadata)
        for statement in statements:
            sa.event.listen(metadata, "after_create", sa.DDL(statement))

    return made


TRIGGER = (
    "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "CREATE TRIGGER tr BEFORE UPDATE OF x ON t FOR EACH ROW EXECUTE FUNCTION f()",
)


@pytest.mark.parametrize(
    ("statements", "user"),
    [
        (["CREATE VIEW v AS SELECT x FROM t"], "view v"),
        (["CREATE MATERIALIZED VIEW v AS SELECT x FROM t"], "materialized view v"),
        (
            ["CREATE RULE r AS ON UPDATE TO t WHERE NEW.x > 5 DO INSTEAD NOTHING"],
            "rule r on table t",
        ),
        (["CREATE POLICY p ON t USING (x > 3)"], "policy p on table t"),
        (TRIGGER, "trigger tr on table t"),
    ],
)
@pytest.mark.parametrize(("wanted", "verb"), [([c("x", sa.Text)], "alter"), ([], "drop")])
def test_what_is_in_the_way_of_a_column_is_named(engine, caplog, statements, user, wanted, verb):
    code = written(engine, with_(columns(pk, c("x")), *statements), columns(pk, *wanted))
    note = f"PostgreSQL refuses this while {user} uses t.x:"
    lines = [line.strip() for line in code.splitlines()]
    rest = lines[lines.index(f"# NOTE: {note}") :]
    following = next(line for line in rest if not line.startswith("#"))
    assert following.startswith(f"op.{verb}_column('t', 'x'")
    assert note in caplog.text


def test_what_is_in_the_way_of_a_table_is_named(engine):
    view, own = "CREATE VIEW v AS SELECT count(*) FROM t", "CREATE POLICY p ON t USING (id > 3)"
    code = written(engine, with_(columns(pk), view, own), columns(pk, name="other"))
    assert "# NOTE: PostgreSQL refuses this while view v uses t:" in code


@pytest.mark.parametrize("is_out_of_sight", [True, False])
def test_a_table_that_takes_no_part_is_in_the_way_of_one_to_which_it_points(
    engine, is_out_of_sight
):
    had = both(columns(pk), columns(pk, fk(["id"], ["t.id"], name="fk1"), name="u"))

    def is_seen(name, kind, _parents):
        return not is_out_of_sight or (kind, name) != ("table", "u")

    code = written(engine, had, columns(pk, name="other"), include_name=is_seen)
    note = "# NOTE: PostgreSQL refuses this while constraint fk1 on table u uses t:"
    assert (note in code) is is_out_of_sight
    assert "op.drop_table('t')" in code


def test_what_is_in_the_way_of_an_enum_is_named_where_it_is_made_anew(engine):
    def models(*values):
        return columns(pk, c("x", sa.Enum(*values, name="en")))

    view = "CREATE VIEW v AS SELECT x FROM t"
    assert "NOTE" not in written(engine, with_(models("a"), view), models("a", "b"))
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE IF EXISTS t CASCADE; DROP TYPE IF EXISTS en")
    assert "view v uses t.x" in written(engine, with_(models("b"), view), models("a"))


@pytest.mark.parametrize(
    ("column", "is_noted"),
    [
        (c("x", nullable=False), True),
        (c("x", nullable=False, server_default="5"), False),
        (c("x", sa.Integer, sa.Identity(), nullable=False), False),
        (c("x", sa.Integer, sa.Computed("id + 1", persisted=True), nullable=False), False),
        (c("x"), False),
    ],
)
def test_a_column_that_wants_values_says_so(engine, column, is_noted):
    code = written(engine, columns(pk), columns(pk, column))
    assert ("NOTE: t.x is NOT NULL and has no default" in code) is is_noted


EQUAL = (u("x", name="u1"), u("x", name="u2"))


@pytest.mark.parametrize(
    "models",
    [
        pytest.param(columns(pk, u("id", name="uq")), id="unique over the primary key"),
        pytest.param(columns(pk, u("id")), id="unnamed unique over the primary key"),
        pytest.param(columns(pk, c("x"), *EQUAL), id="unique over equal columns"),
        pytest.param(
            with_(columns(pk, c("x"), *EQUAL), "ALTER TABLE t ADD CONSTRAINT u2 UNIQUE (x)"),
            id="both uniques over equal columns",
        ),
        pytest.param(columns(pk, c("x", comment=""), comment=""), id="empty comments"),
    ],
)
def test_what_the_database_leaves_out_is_no_change(engine, models):
    assert "op." not in written(engine, models, models)


def test_a_unique_over_the_primary_key_can_go(engine):
    added = "ALTER TABLE t ADD CONSTRAINT uq UNIQUE (id)"
    assert "drop_constraint(op.f('uq')" in written(engine, with_(columns(pk), added), columns(pk))


def test_a_type_that_was_there_stays_on_the_way_back(engine):
    """The upgrade uses it, and is no reason to drop it."""
    before, after = sa.MetaData(), sa.MetaData()
    columns(pk)(before), columns(pk, c("x", sa.Enum("a", name="en")))(after)
    assert "DROP TYPE" not in _downgrade_beside_type(engine, before, after)


@pytest.mark.parametrize(
    "user",
    [
        "CREATE FUNCTION f(en) RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE FUNCTION f(en[]) RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE DOMAIN d AS en",
        "CREATE TYPE r AS RANGE (SUBTYPE = en)",
        "CREATE VIEW v AS SELECT 1 AS one WHERE 'a'::en IS NOT NULL",
        "ALTER TABLE t ADD CHECK (CASE WHEN id > 5 THEN 'a'::en END IS NULL)",
        "CREATE INDEX ix ON t (id) WHERE CASE WHEN id > 5 THEN 'a'::en END IS NULL",
    ],
)
def test_a_type_that_is_used_beside_columns_stays(engine, user):
    had = columns(pk, c("x", sa.Enum("a", name="en"), server_default="a"))
    assert "DROP TYPE" not in written(engine, with_(had, user), columns(pk))


def test_a_type_goes_with_what_speaks_of_its_last_column(engine):
    had = columns(pk, c("x", sa.Enum("a", name="en"), server_default="a"))
    more = "ALTER TABLE t ADD CHECK (x = 'a')", "CREATE INDEX ix ON t (id) WHERE x = 'a'"
    assert "DROP TYPE IF EXISTS en" in written(engine, with_(had, *more), columns(pk))


@pytest.mark.parametrize("plugins", [["alembic.autogenerate.*"], COMPLETE])
@pytest.mark.parametrize("schema", [None, "app"])
@pytest.mark.parametrize("path", ["app, public", "public, app"])
def test_a_table_of_another_schema_on_the_search_path_is_one_table(engine, path, schema, plugins):
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE SCHEMA app")
        connection.exec_driver_sql("CREATE TABLE app.t (id SERIAL PRIMARY KEY)")
        connection.exec_driver_sql("CREATE TABLE app.gone (id INTEGER PRIMARY KEY)")
        connection.commit()
        connection.exec_driver_sql(f"SET search_path TO {path}")
        connection.commit()
        metadata = sa.MetaData()
        columns(pk, schema=schema)(metadata)
        opts = {"target_metadata": metadata, "include_schemas": True}
        context = MigrationContext.configure(
            connection, opts={**opts, "autogenerate_plugins": plugins}
        )
        found = compare_metadata(context, metadata)
        assert [(diff, str(table)) for diff, table, *_ in found] == [("remove_table", "app.gone")]
