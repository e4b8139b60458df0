"""What is renamed keeps its rows; what nobody spoke of is a question, never a guess."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field

import compare_driver
import pytest
import sqlalchemy as sa
from catalogs import catalog
from sqlalchemy.dialects.postgresql import ARRAY

from alembic.autogenerate import compare_metadata, render_python_code
from alembic.autogenerate.ask import (
    MalformedHint,
    MalformedRename,
    Questioner,
    RenameAmbiguous,
    RenameNotFound,
    RenamesCollide,
    Wish,
)
from alembic.autogenerate.compare.schema import populate_migration_script
from alembic.autogenerate.context import AutogenContext
from alembic.operations import Operations
from alembic.operations.ops import (
    AlterColumnOp,
    DowngradeOps,
    MigrationScript,
    RenameTableOp,
    UpgradeOps,
)
from alembic.runtime.migration import MigrationContext

COMPLETE = ["alembic.autogenerate.*", "alembic.complete.*"]
CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
PLAIN = {
    "ix": "ix_%(column_0_label)s",
}


@dataclass(frozen=True)
class Case:
    """``build(metadata, is_new)`` makes the models; ``rows`` are statements before, ``kept`` is asked after."""

    name: str
    build: Callable[[sa.MetaData, bool], None]
    wishes: list[str] = field(default_factory=list)
    rows: tuple[str, ...] = ()
    kept: str = "SELECT 1"
    found: list = field(default_factory=lambda: [(1,)])
    on: tuple[str, ...] = ("sqlite", "postgresql", "mariadb")
    naming: dict | None = None
    settings: tuple[str, ...] = ("complete", "as ever")

    def models(self, *, is_new: bool) -> sa.MetaData:
        metadata = sa.MetaData(naming_convention=self.naming or PLAIN)
        self.build(metadata, is_new)
        return metadata


def table_with_dependents(metadata, is_new):
    name = "account" if is_new else "user_"
    sa.Table(
        name,
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("email", sa.String(50), nullable=False, unique=True),
        sa.Column("age", sa.Integer, index=True),
        sa.Column("boss", sa.Integer, sa.ForeignKey(f"{name}.id")),
        sa.CheckConstraint("age > 5", name="old_enough"),
    )
    sa.Table(
        "post",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("by", sa.Integer, sa.ForeignKey(f"{name}.id", ondelete="CASCADE")),
    )


def column_with_dependents(metadata, is_new):
    name = "price" if is_new else "cost"
    table = sa.Table(
        "item",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column(name, sa.Integer, nullable=False, server_default="7"),
        sa.Column("kind", sa.String(20)),
        sa.CheckConstraint(f"{name} > 0", name="positive"),
        sa.UniqueConstraint(name, "kind", name="uq_item"),
    )
    sa.Index("ix_item", table.c[name], "kind")


def table_and_column(metadata, is_new):
    columns = [
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("title" if is_new else "name", sa.String(80 if is_new else 40), index=True),
        sa.Column("kind", sa.String(20), nullable=not is_new),
    ]
    if is_new:
        columns.append(sa.Column("more", sa.Integer, server_default="1"))
    table = sa.Table("book" if is_new else "volume", metadata, *columns)
    child = [sa.Column("id", sa.Integer, primary_key=True), sa.Column("of", sa.Integer)]
    child.append(sa.ForeignKeyConstraint(["of"], [table.c.id]))
    if is_new:
        sa.Table("page", metadata, *child)


def column_in_checks_of_types(metadata, is_new):
    name = "level" if is_new else "grade"
    sa.Table(
        "item",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column(
            name, sa.Enum("a", "b", native_enum=False, name="grades", create_constraint=True)
        ),
        sa.CheckConstraint(sa.column(name).in_(["a", "b"]), name="known"),
        sa.CheckConstraint(sa.literal_column(name) != "c", name="other"),
    )


def referred_column(metadata, is_new):
    name = "code" if is_new else "id"
    sa.Table("a", metadata, sa.Column(name, sa.Integer, primary_key=True))
    local = "a_code" if is_new else "a_id"
    sa.Table(
        "b",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column(local, sa.Integer, sa.ForeignKey(f"a.{name}"), unique=True),
    )


def computed_column(metadata, is_new):
    name = "width" if is_new else "w"
    sa.Table(
        "box",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column(name, sa.Integer),
        sa.Column("twice", sa.Integer, sa.Computed(f"{name} * 2", persisted=True)),
    )


def expression_index(metadata, is_new):
    name = "title" if is_new else "name"
    table = sa.Table(
        "t",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column(name, sa.String(20)),
    )
    sa.Index("ix_lower", sa.func.lower(table.c[name]))
    where = {"postgresql_where": sa.text(f"{name} <> 'name'"), "sqlite_where": table.c[name] != "x"}
    sa.Index("ix_some", table.c[name], **where)


def enum_value(metadata, is_new):
    values = ("opened", "closed") if is_new else ("open", "closed")
    kind = sa.Enum(*values, name="state")
    sa.Table(
        "ticket",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("state", kind, server_default=values[0]),
        sa.Column("states", ARRAY(kind), server_default=f'{{{values[0]},"closed"}}'),
        sa.CheckConstraint(f"state <> '{values[0]}' OR id > 0", name="ck"),
    )


def parts(metadata, is_new):
    end = "_new" if is_new else "_old"
    table = sa.Table(
        "t",
        metadata,
        sa.Column("id", sa.Integer),
        sa.Column("x", sa.Integer),
        sa.Column("y", sa.Integer),
        sa.PrimaryKeyConstraint("id", name=f"pk{end}"),
        sa.UniqueConstraint("x", name=f"uq{end}"),
        sa.CheckConstraint("y > 5", name=f"ck{end}"),
        sa.ForeignKeyConstraint(["y"], ["t.id"], name=f"fk{end}"),
    )
    sa.Index(f"ix{end}", table.c.x, table.c.y.desc())


IN_USER = (
    "INSERT INTO user_ (email, age) VALUES ('a', 6)",
    "INSERT INTO post (id, {by}) SELECT 5, id FROM user_",
)
CASES = [
    Case(
        "table",
        table_with_dependents,
        ["user_=account"],
        IN_USER,
        "SELECT email, post.id FROM account JOIN post ON {by} = account.id",
        [("a", 5)],
    ),
    Case(
        "table, names by convention",
        table_with_dependents,
        ["user_=account"],
        IN_USER,
        "SELECT email, post.id FROM account JOIN post ON {by} = account.id",
        [("a", 5)],
        naming=CONVENTION,
    ),
    Case(
        "column",
        column_with_dependents,
        ["item.cost=price"],
        ("INSERT INTO item (id, kind) VALUES (1, 'a')",),
        "SELECT price FROM item",
        [(7,)],
    ),
    Case(
        "table and column, and more",
        table_and_column,
        ["volume=book", "volume.name=title"],
        ("INSERT INTO volume (id, name, kind) VALUES (1, 'a', 'b')",),
        "SELECT title, more FROM book",
        [("a", 1)],
    ),
    Case(
        "table and column by convention",
        table_and_column,
        ["volume=book", "volume.name=title"],
        ("INSERT INTO volume (id, name, kind) VALUES (1, 'a', 'b')",),
        "SELECT title, more FROM book",
        [("a", 1)],
        naming=CONVENTION,
    ),
    Case(
        "both ends of a foreign key",
        referred_column,
        ["a.id=code", "b.a_id=a_code"],
        ("INSERT INTO a VALUES (3)", "INSERT INTO b VALUES (1, 3)"),
        "SELECT a_code FROM b JOIN a ON a.code = a_code",
        [(3,)],
    ),
    Case(
        "both ends of a foreign key by convention",
        referred_column,
        ["a.id=code", "b.a_id=a_code"],
        ("INSERT INTO a VALUES (3)", "INSERT INTO b VALUES (1, 3)"),
        "SELECT a_code FROM b JOIN a ON a.code = a_code",
        [(3,)],
        naming=CONVENTION,
    ),
    Case(
        "column of a computed one",
        computed_column,
        ["box.w=width"],
        ("INSERT INTO box (id, w) VALUES (1, 4)",),
        "SELECT twice FROM box",
        [(8,)],
    ),
    Case(
        "column of expressions",
        expression_index,
        ["t.name=title"],
        ("INSERT INTO t VALUES (1, 'A')",),
        "SELECT title FROM t",
        [("A",)],
        on=("sqlite", "postgresql"),
    ),
    Case(
        "column in checks of types",
        column_in_checks_of_types,
        ["item.grade=level"],
        ("INSERT INTO item VALUES (1, 'a')",),
        "SELECT level FROM item",
        [("a",)],
    ),
    Case(
        "enum value",
        enum_value,
        ["state.open=opened"],
        ("INSERT INTO ticket (id, states) VALUES (1, '{{open,closed}}')",),
        "SELECT state, states::text FROM ticket",
        [("opened", "{opened,closed}")],
        on=("postgresql",),
    ),
    Case(
        "parts",
        parts,
        ["t.pk_old=pk_new", "uq_old=uq_new", "t.ck_old=ck_new", "fk_old=fk_new", "ix_old=ix_new"],
        ("INSERT INTO t VALUES (6, 1, 6)",),
        "SELECT x FROM t",
        [(1,)],
        on=("postgresql",),
        settings=("complete",),
    ),
]
SETTINGS = {"complete": COMPLETE, "as ever": None}


def produced(connection, models, wishes=(), ask=None, plugins=COMPLETE, **more):
    options = {"target_metadata": models, "autogenerate_plugins": plugins, **more}
    context = MigrationContext.configure(connection, opts=options)
    script = MigrationScript(None, UpgradeOps([]), DowngradeOps([]))
    questioner = Questioner(wishes, ask)
    populate_migration_script(AutogenContext(context, models), script, questioner)
    questioner.refuse_unused()
    return context, script, questioner


def run(context, ops):
    is_batch = context.dialect.name == "sqlite"
    code = render_python_code(ops, migration_context=context, render_as_batch=is_batch)
    space = {"sa": sa}
    exec("from sqlalchemy.dialects import mysql, postgresql, sqlite", space)
    with Operations.context(context) as op:
        space["op"] = op
        exec("def migrate():\n    " + code, space)
        space["migrate"]()


def said(sql, connection):
    by = connection.dialect.identifier_preparer.quote("by")
    return sql.format(by=by)


@pytest.fixture
def engine(backend, engines):
    yield engines(backend)
    compare_driver.empty(engines(backend))


@pytest.fixture
def postgresql(engines):
    yield engines("postgresql")
    compare_driver.empty(engines("postgresql"))


def each_setting(cases):
    """Each case, on each of its backends, with each of its settings."""
    return [
        pytest.param(backend, setting, case, id=f"{backend}-{setting}-{case.name}")
        for case in cases
        for setting in case.settings
        for backend in case.on
    ]


@pytest.mark.filterwarnings(
    "ignore:Skipped unsupported reflection",
    "ignore:autogenerate skipping",
    "ignore:Computed default",
)
@pytest.mark.parametrize(
    ("backend", "setting", "case"),
    each_setting(CASES),
)
def test_a_rename_keeps_rows_and_goes_back(case, setting, engine):
    before, after = case.models(is_new=False), case.models(is_new=True)
    with engine.connect() as connection:
        after.create_all(connection)
        connection.commit()
        fresh = catalog(connection)
        after.drop_all(connection)
        before.create_all(connection)
        for row in case.rows:
            connection.exec_driver_sql(said(row, connection))
        connection.commit()
        start = catalog(connection)
        context, script, _ = produced(connection, after, case.wishes, plugins=SETTINGS[setting])
        run(context, script.upgrade_ops)
        connection.commit()
        rows = connection.exec_driver_sql(said(case.kept, connection)).all()
        assert [tuple(row) for row in rows] == case.found
        assert compare_metadata(context, after) == []
        if setting == "complete":
            assert catalog(connection) == fresh
        run(context, script.downgrade_ops)
        connection.commit()
        assert catalog(connection) == start


# --- what was said beforehand ----------------------------------------------------------------------


def models(*tables):
    """Tables as ``("name", "column", …)``; a column is a text of its name, or a Column."""
    metadata = sa.MetaData()
    for name, *columns in tables:
        made = [sa.Column(one, sa.String(20)) if isinstance(one, str) else one for one in columns]
        sa.Table(name, metadata, sa.Column("id", sa.Integer, primary_key=True), *made)
    return metadata


@pytest.fixture
def connection(sqlite_url):
    with sa.create_engine(sqlite_url, poolclass=sa.NullPool).connect() as connection:
        yield connection


@pytest.fixture
def both(connection):
    """``(before, after, **how)`` → the diffs, the code, the questioner."""

    def compare(before, after, wishes=(), ask=None, plugins=COMPLETE):
        before.create_all(connection)
        context, script, questioner = produced(connection, after, wishes, ask, plugins)
        code = render_python_code(script.upgrade_ops, migration_context=context)
        return script.upgrade_ops.as_diffs(), code, questioner

    return compare


def kinds(diffs):
    """What kind each of them is, those of one column told singly."""
    return [one[0] for diff in diffs for one in (diff if isinstance(diff, list) else [diff])]


@pytest.mark.parametrize("plugins", [COMPLETE, None])
@pytest.mark.parametrize("hint", ["name", ["first_name", "name"]])
def test_a_hint_in_the_models_is_enough(both, plugins, hint):
    title = sa.Column("title", sa.Integer, info={"renamed_from": hint})
    before = models(("t", sa.Column("name", sa.Integer)))
    diffs, _, questioner = both(before, models(("t", title)), plugins=plugins)
    assert diffs == [[("rename_column", None, "t", "name", "title")]]
    assert questioner.suspicions == []


def test_a_table_may_be_hinted_and_the_hint_may_stay(both, connection):
    after = models(("book", "name"))
    after.tables["book"].info["renamed_from"] = "volume"
    diffs, _, _ = both(models(("volume", "name")), after)
    assert diffs == [("rename_table", None, "volume", "book")]
    connection.exec_driver_sql("ALTER TABLE volume RENAME TO book")
    _, script, _ = produced(connection, after)
    assert script.upgrade_ops.as_diffs() == []


def test_a_value_of_an_enum_may_be_hinted(postgresql):
    def with_state(*values, **hint):
        metadata = sa.MetaData()
        sa.Table("t", metadata, sa.Column("s", sa.Enum(*values, name="state"), info=hint))
        return metadata

    with postgresql.connect() as connection:
        with_state("a", "b").create_all(connection)
        after = with_state("x", "b", renamed_values={"a": "x"})
        for plugins in (COMPLETE, None):
            _, script, _ = produced(connection, after, plugins=plugins)
            assert script.upgrade_ops.as_diffs() == [("rename_enum_value", None, "state", "a", "x")]


def test_what_both_sides_have_was_not_renamed(both):
    before = models(("t", "name"), ("u", "x"))
    after = models(("t", "name", sa.Column("title", sa.String(20), info={"renamed_from": "name"})))
    diffs, _, questioner = both(before, after)
    assert [diff[0] for diff in diffs] == ["remove_table", "add_column"]
    assert questioner.suspicions == []


def test_the_models_themselves_are_left_as_they_are(both):
    after = models(("book", "title"))
    both(models(("volume", "name")), after, ["volume=book", "volume.name=title"])
    assert list(after.tables) == ["book"]
    assert after.tables["book"].columns.keys() == ["id", "title"]
    assert [column.name for column in after.tables["book"].columns] == ["id", "title"]


def test_several_metadatas_may_point_to_what_was_renamed(connection):
    first, second = models(("book", "x")), sa.MetaData()
    of = sa.ForeignKey(first.tables["book"].c.id)
    sa.Table("page", second, sa.Column("id", sa.Integer, primary_key=True), sa.Column("of", of))
    models(("volume", "x")).create_all(connection)
    context, script, _ = produced(connection, [first, second], ["volume=book"])
    run(context, script.upgrade_ops)
    assert sa.inspect(connection).get_foreign_keys("page")[0]["referred_table"] == "book"


# --- what nobody spoke of --------------------------------------------------------------------------


def test_without_anybody_to_ask_nothing_is_guessed(both, caplog):
    before, after = models(("volume", "x"), ("t", "name")), models(("book", "x"), ("t", "title"))
    with caplog.at_level(logging.WARNING, "alembic"):
        diffs, code, questioner = both(before, after)
    assert [diff[0] for diff in diffs] == [
        "add_table",
        "remove_table",
        "add_column",
        "remove_column",
    ]
    assert [one.rename.flag for one in questioner.suspicions] == ["volume=book", "t.name=title"]
    assert questioner.suspicions[1].evidence == ("the same type VARCHAR(20)", "the same place")
    for flag in ("--rename volume=book", "--rename t.name=title"):
        assert flag in code
        assert flag in caplog.text
    assert "# NOTE: column 't.name' may have been renamed to 'title'" in code


def test_a_project_that_asks_for_no_more_than_ever_hears_nothing(both, caplog):
    before, after = models(("volume", "x")), models(("book", "x"))
    diffs, code, questioner = both(before, after, plugins=None)
    assert ([diff[0] for diff in diffs], questioner.suspicions) == (
        ["add_table", "remove_table"],
        [],
    )
    assert "NOTE" not in code
    assert "may have been renamed" not in caplog.text


def test_the_looking_can_be_left_out(both):
    plugins = [*COMPLETE, "~alembic.complete.renames"]
    assert both(models(("a", "x")), models(("b", "x")), plugins=plugins)[2].suspicions == []


@pytest.mark.parametrize(
    ("gone", "new", "is_suspected"),
    [
        (sa.Column("a", sa.String(20)), sa.Column("b", sa.String(20)), True),
        (sa.Column("a", sa.String(20)), sa.Column("b", sa.String(21)), False),
        (sa.Column("a", sa.String(20)), sa.Column("b", sa.String(20), nullable=False), False),
        (sa.Column("a", sa.Integer), sa.Column("b", sa.Text), False),
    ],
)
def test_a_column_is_suspected_by_its_type_and_nullability(both, gone, new, is_suspected):
    questioner = both(models(("t", "x", gone, "y")), models(("t", "x", new, "y")))[2]
    assert bool(questioner.suspicions) is is_suspected


@pytest.mark.parametrize(
    ("gone", "new", "is_suspected"),
    [
        (("a", "x", "y"), ("b", "x", "y"), True),
        (("a", "x", "y"), ("b", "x", "y", "z"), True),
        (("a", "x", "y", "z"), ("b", "u", "v", "w"), False),
        (("a", "x"), ("b", sa.Column("x", sa.LargeBinary)), False),
    ],
)
def test_a_table_is_suspected_by_its_columns(both, gone, new, is_suspected):
    assert bool(both(models(gone), models(new))[2].suspicions) is is_suspected


def test_what_is_left_out_of_the_comparison_is_not_suspected(connection):
    models(("volume", "x")).create_all(connection)
    after = models(("book", "x"))
    options = {
        "target_metadata": after,
        "autogenerate_plugins": COMPLETE,
        "include_name": lambda name, kind, _: kind != "table" or name != "volume",
    }
    context = MigrationContext.configure(connection, opts=options)
    questioner = Questioner()
    script = MigrationScript(None, UpgradeOps([]), DowngradeOps([]))
    populate_migration_script(AutogenContext(context, after), script, questioner)
    assert questioner.suspicions == []


def test_the_most_likely_one_is_asked_about_first_and_a_no_leaves_the_others(both):
    asked = []

    def ask(suspicion):
        asked.append(suspicion.rename.flag)
        return suspicion.rename.new == "z"

    before, after = models(("t", "a", "title")), models(("t", "titles", "z"))
    diffs, code, questioner = both(before, after, ask=ask)
    assert asked == ["t.title=titles", "t.a=titles", "t.title=z"]
    assert diffs[-1] == [("rename_column", None, "t", "title", "z")]
    assert {diff[0] for diff in diffs[:-1]} == {"add_column", "remove_column"}
    assert (questioner.suspicions, "NOTE" in code) == ([], False)


def test_an_index_of_another_name_is_a_question_where_it_can_be_renamed(postgresql):
    before, after = models(("t", "x")), models(("t", "x"))
    sa.Index("ix_old", before.tables["t"].c.x)
    sa.Index("ix_new", after.tables["t"].c.x)
    with postgresql.connect() as connection:
        before.create_all(connection)
        _, script, questioner = produced(connection, after)
        assert [diff[0] for diff in script.upgrade_ops.as_diffs()] == ["remove_index", "add_index"]
        assert [str(one) for one in questioner.suspicions] == [
            "index 't.ix_old' to 'ix_new' (the same but for the name)"
        ]
        _, script, _ = produced(connection, after, ask=lambda _: True)
        assert script.upgrade_ops.as_diffs() == [("rename_index", None, "t", "ix_old", "ix_new")]


# --- renames by hooks ------------------------------------------------------------------------------


def test_a_renamed_table_is_rendered_and_told():
    op = RenameTableOp("a", "b", schema="s")
    assert render_python_code(UpgradeOps([op])).splitlines()[1].strip() == (
        "op.rename_table('a', 'b', schema='s')"
    )
    assert op.to_diff_tuple() == ("rename_table", "s", "a", "b")
    assert op.reverse().to_diff_tuple() == ("rename_table", "s", "b", "a")


def test_a_renamed_column_is_told():
    op = AlterColumnOp("t", "a", modify_name="b", modify_nullable=True)
    assert [diff[0] for diff in op.to_diff_tuple()] == ["modify_nullable", "rename_column"]
    assert op.to_diff_tuple()[-1] == ("rename_column", None, "t", "a", "b")


# --- what can't be ---------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "a", "=b", "a=", "a.=b"])
def test_a_wish_has_to_be_understood(text):
    with pytest.raises(MalformedRename) as raised:
        Wish.parse(text)
    assert repr(text) in str(raised.value)


@pytest.mark.parametrize("text", ["a.b.c.d=e", "a.b.c=d.e", "a=b.c.d"])
def test_a_wish_with_more_dots_is_not_understood_where_no_name_has_them(text):
    questioner = Questioner([text])
    with pytest.raises(MalformedRename) as raised:
        questioner.refuse_unused()
    assert repr(text) in str(raised.value)


@pytest.mark.parametrize(
    ("before", "after", "wish"),
    [
        (("t", "a.b"), ("t", "c.d"), "t.a.b=c.d"),
        (("t", "a=b"), ("t", "c"), "t.a=b=c"),
        (("a.t", "b"), ("a.t", "c"), "a.t.b=c"),
        (("a.t", "b"), ("c.t", "b"), "a.t=c.t"),
    ],
)
def test_dots_and_equals_signs_may_be_in_names(both, before, after, wish):
    diffs, _, questioner = both(models(before), models(after), [wish])
    assert [rename.flag for rename in questioner.renames] == [wish]
    assert all(word.startswith("rename_") for word in kinds(diffs))


def test_names_with_dots_may_be_exchanged(both):
    before = models(("t", "a.x", sa.Column("b.x", sa.Integer)))
    after = models(("t", "b.x", sa.Column("a.x", sa.Integer)))
    diffs = both(before, after, ["t.a.x=b.x", "t.b.x=a.x"])[0]
    assert set(kinds(diffs)) == {"rename_column"}


def test_what_is_suspected_is_told_in_its_own_capitals(both, caplog):
    with caplog.at_level(logging.WARNING, "alembic"):
        both(models(("Big", "Old")), models(("Big", "New")))
    assert "Column 'Big.Old' may have been renamed to 'New'" in caplog.text


@pytest.mark.parametrize("wishes", [["t.a=c", "t.a=d"], ["t.a=c", "t.b=c"]])
def test_two_wishes_for_one_name_are_refused(both, wishes):
    with pytest.raises(RenamesCollide) as raised:
        both(models(("t", "a", "b")), models(("t", "c", "d")), wishes)
    assert all(f"--rename {wish}" in str(raised.value) for wish in wishes)


@pytest.mark.parametrize("plugins", [COMPLETE, None])
def test_two_hints_of_one_name_are_a_question(both, plugins):
    hinted = [sa.Column(name, sa.String(20), info={"renamed_from": "a"}) for name in ("b", "c")]
    diffs, code, questioner = both(models(("t", "a")), models(("t", *hinted)), plugins=plugins)
    assert sorted(diff[0] for diff in diffs) == ["add_column", "add_column", "remove_column"]
    assert [one.rename.flag for one in questioner.suspicions] == ["t.a=b"]
    assert "--rename t.a=b would keep what is in it" in code


def test_a_wish_decides_between_two_hints(both):
    hinted = [sa.Column(name, sa.String(20), info={"renamed_from": "a"}) for name in ("b", "c")]
    diffs = both(models(("t", "a")), models(("t", *hinted)), ["t.a=c"])[0]
    assert diffs[-1] == [("rename_column", None, "t", "a", "c")]


@pytest.mark.parametrize("hint", [5, ["a", None]])
def test_a_hint_that_is_no_name_is_refused(both, hint):
    after = models(("t", sa.Column("b", sa.String(20), info={"renamed_from": hint})))
    with pytest.raises(MalformedHint, match=r"info\['renamed_from'\] of 't.b'"):
        both(models(("t", "a")), after)


def test_an_index_that_has_changed_too_is_dropped_and_created(both, caplog):
    before, after = models(("t", "x", "y")), models(("t", "x", "y"))
    sa.Index("ix_old", before.tables["t"].c.x)
    sa.Index("ix_new", after.tables["t"].c.x, after.tables["t"].c.y)
    with caplog.at_level(logging.INFO, "alembic"):
        diffs, _, questioner = both(before, after, ["ix_old=ix_new"])
    questioner.refuse_unused()
    assert [diff[0] for diff in diffs] == ["remove_index", "add_index"]
    assert "they differ by more than the name" in caplog.text


def test_a_unique_constraint_may_be_named_beside_its_column(postgresql):
    def with_key(column, name):
        return models(("t", column, sa.UniqueConstraint(column, name=name)))

    with postgresql.connect() as connection:
        with_key("a", "uq_a").create_all(connection)
        wishes = ["t.a=b", "t.uq_a=uq_b"]
        *_, questioner = produced(connection, with_key("b", "uq_b"), wishes)
        questioner.refuse_unused()
        assert [str(one) for one in questioner.renames] == [
            "column 't.a' to 'b'",
            "constraint 't.uq_a' to 'uq_b'",
        ]


def test_the_new_name_may_be_as_long_as_the_old_one():
    assert Wish.parse("t.a=t.b").new == "b"


def test_a_wish_for_what_does_not_differ_is_refused(both):
    with pytest.raises(RenameNotFound) as raised:
        both(models(("t", "name")), models(("t", "title")), ["t.nam=title"])
    assert "Only in the database: t.name" in str(raised.value)
    assert "Only in the models: t.title" in str(raised.value)


def test_a_wish_for_what_has_no_statement_is_a_drop_and_a_create(both, caplog):
    before, after = (sa.MetaData() for _ in range(2))
    for metadata, name in ((before, "old"), (after, "new")):
        column = sa.Column("x", sa.Integer)
        sa.Table(
            "t",
            metadata,
            column,
            sa.Index(f"{name}_ix", "x"),
            sa.UniqueConstraint("x", name=f"{name}_uq"),
        )
    wishes = ["t.old_ix=new_ix", "t.old_uq=new_uq"]
    with caplog.at_level(logging.INFO, "alembic"):
        diffs, _, questioner = both(before, after, wishes)
    questioner.refuse_unused()
    words = sorted(diff[0] for diff in diffs)
    assert words == ["add_constraint", "add_index", "remove_constraint", "remove_index"]
    assert "The index t.old_ix is dropped and created: no statement of sqlite" in caplog.text


def test_a_wish_that_may_mean_two_things_is_refused(connection):
    before, after = sa.MetaData(), sa.MetaData()
    for schema in ("one", "two"):
        connection.exec_driver_sql(f"ATTACH ':memory:' AS {schema}")
        sa.Table("a", before, sa.Column("x", sa.Integer), schema=schema)
        sa.Table("b", after, sa.Column("x", sa.Integer), schema=schema)
    before.create_all(connection)
    options = {"target_metadata": after, "include_schemas": True}
    context = MigrationContext.configure(connection, opts=options)
    script = MigrationScript(None, UpgradeOps([]), DowngradeOps([]))
    with pytest.raises(RenameAmbiguous) as raised:
        populate_migration_script(AutogenContext(context, after), script, Questioner(["a=b"]))
    assert "--rename one.a=b or --rename two.a=b" in str(raised.value)
    populate_migration_script(
        AutogenContext(context, after), script, questioner := Questioner(["one.a=b"])
    )
    assert [str(one) for one in questioner.renames] == ["table 'one.a' to 'b'"]
