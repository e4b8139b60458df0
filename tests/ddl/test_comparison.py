"""What makes two types, indexes, constraints and expressions the same."""

import io

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import mysql, postgresql

from alembic.ddl.impl import DefaultImpl, Params
from alembic.ddl.postgresql_text import normalised, normalised_index_element
from alembic.ddl.signature import ComparisonResult
from alembic.ddl.typetext import same_arguments, same_name
from alembic.runtime.migration import MigrationContext


def impl(name):
    options = {"as_sql": True, "output_buffer": io.StringIO()}
    return MigrationContext.configure(dialect_name=name, opts=options).impl


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("INTEGER", ("integer", [], [], {})),
        ("VARCHAR(30)", ("varchar", [], ["30"], {})),
        ("NUMERIC(10, 2)", ("numeric", [], ["10", "2"], {})),
        ("DOUBLE PRECISION", ("double", ["precision"], [], {})),
        ("INTEGER(11) UNSIGNED ZEROFILL", ("integer", ["unsigned", "zerofill"], ["11"], {})),
        (
            "VARCHAR(20) CHARACTER SET utf8 COLLATE utf8_bin",
            ("varchar", ["character", "set", "utf8", "collate", "utf8_bin"], ["20"], {}),
        ),
        ("TIMESTAMP(3) WITH TIME ZONE", ("timestamp", ["with", "time", "zone"], ["3"], {})),
        ("ENUM('a','b (c)')", ("enum", [], ["'a'", "'b (c)'"], {})),
        ("INTEGER[]", ("integer[]", [], [], {})),
        ("INTEGER[][]", ("integer[]", [], [], {})),
        ("VARCHAR(3)[]", ("varchar[]", [], ["3"], {})),
        ("FOO(a=1, b = x, 5)", ("foo", [], ["5"], {"a": "1", "b": "x"})),
        ("", ("", [], [], {})),
    ],
)
def test_a_type_is_taken_apart(text, parts):
    assert Params.read(text) == Params(*parts)


@pytest.mark.parametrize(
    ("one", "other", "synonyms", "same"),
    [
        ("NUMERIC(3)", "DECIMAL(3)", [{"NUMERIC", "DECIMAL"}], True),
        ("FLOAT", "DOUBLE PRECISION", [{"FLOAT", "DOUBLE PRECISION"}], True),
        ("FLOAT[]", "DOUBLE PRECISION[]", [{"FLOAT", "DOUBLE PRECISION"}], True),
        ("FLOAT", "DOUBLE PRECISION[]", [{"FLOAT", "DOUBLE PRECISION"}], False),
        ("TEXT", "VARCHAR", [], False),
    ],
)
def test_names_may_mean_one_type(one, other, synonyms, same):
    assert same_name(Params.read(one), Params.read(other), synonyms) is same


@pytest.mark.parametrize(
    ("one", "other", "extract", "same"),
    [
        ("VARCHAR(30)", "VARCHAR(40)", (), False),
        ("VARCHAR(30)", "VARCHAR", (), True),
        ("VARCHAR(9) COLLATE a", "VARCHAR(9)", (), True),
        ("VARCHAR COLLATE a", "VARCHAR COLLATE b", (), False),
        (
            "V CHARACTER SET a",
            "V CHARSET b COLLATE c d",
            (r"(?:character set|charset) (\w+)",),
            False,
        ),
    ],
)
def test_what_only_one_side_says_makes_no_difference(one, other, extract, same):
    assert same_arguments(Params.read(one), Params.read(other), extract) is same


@pytest.mark.parametrize(
    ("dialect", "existing", "wanted", "differ"),
    [
        ("postgresql", sa.Integer(), sa.BigInteger(), True),
        ("postgresql", postgresql.ARRAY(sa.Integer), sa.Integer(), True),
        (
            "postgresql",
            postgresql.ARRAY(sa.Integer),
            postgresql.ARRAY(sa.Integer, dimensions=2),
            False,
        ),
        ("postgresql", postgresql.DOUBLE_PRECISION(), sa.Float(), False),
        ("sqlite", sa.Numeric(10, 2), sa.DECIMAL(10, 2), False),
        ("sqlite", sa.String(20), sa.Text(), True),
        ("mysql", mysql.INTEGER(unsigned=True), sa.Integer(), False),
    ],
)
def test_types_are_compared_as_the_dialect_spells_them(dialect, existing, wanted, differ):
    assert impl(dialect).compare_type(sa.Column("x", existing), sa.Column("x", wanted)) is differ


# --- indexes and constraints --------------------------------------------------------------------


@pytest.fixture
def t():
    return sa.Table("t", sa.MetaData(), sa.Column("a", sa.String), sa.Column("b", sa.Integer))


def test_a_result_says_what_it_is():
    assert ComparisonResult.Equal().is_equal
    assert ComparisonResult.Different(["x", "y"]) == ("different", "x, y")
    assert ComparisonResult.Different("x").is_different
    assert ComparisonResult.Skip("why").is_skip


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_an_index_differs_by_uniqueness_and_columns(t, dialect):
    ours = impl(dialect)
    assert ours.compare_indexes(sa.Index("i", t.c.a), sa.Index("i", t.c.a)).is_equal
    result = ours.compare_indexes(sa.Index("i", t.c.a), sa.Index("i", t.c.a, unique=True))
    assert result == ("different", "unique=True to unique=False")
    assert ours.compare_indexes(
        sa.Index("i", t.c.a, t.c.b), sa.Index("i", t.c.b, t.c.a)
    ).is_different


def test_the_message_names_the_columns(t):
    result = impl("sqlite").compare_indexes(sa.Index("i", t.c.b), sa.Index("i", t.c.a))
    assert result.message == "expression ('a',) to ('b',)"


@pytest.mark.parametrize(
    ("wanted", "existing", "message"),
    [
        (lambda t: t.c.a, lambda t: t.c.a.asc(), None),
        (lambda t: t.c.a.desc(), lambda t: t.c.a.desc().nulls_first(), None),
        (lambda t: t.c.a.nulls_last(), lambda t: t.c.a, None),
        (lambda t: t.c.a.desc(), lambda t: t.c.a, "expression #1 'a' to 'a DESC'"),
        (lambda t: sa.func.lower(t.c.a), lambda _t: sa.text("lower((a)::text)"), None),
        (lambda t: sa.cast(t.c.a, sa.Integer), lambda _t: sa.text("(a)::integer"), None),
        (
            lambda t: sa.func.lower(t.c.a),
            lambda _t: sa.text("upper(a)"),
            "expression #1 'upper(a)' to 'lower(a)'",
        ),
    ],
)
def test_postgresql_compares_each_element(t, wanted, existing, message):
    ours = impl("postgresql")
    other = sa.Table("t", sa.MetaData(), sa.Column("a", sa.String), sa.Column("b", sa.Integer))
    result = ours.compare_indexes(
        sa.Index("i", wanted(t), _table=t), sa.Index("i", existing(other), _table=other)
    )
    assert (result.message if result.is_different else None) == message


def test_postgresql_counts_elements(t):
    result = impl("postgresql").compare_indexes(sa.Index("i", t.c.a, t.c.b), sa.Index("i", t.c.a))
    assert result.message == "expression number 1 to 2"


def test_nulls_that_are_not_distinct_make_a_difference(t):
    ours = impl("postgresql")
    option = {"postgresql_nulls_not_distinct": True}
    result = ours.compare_indexes(sa.Index("i", t.c.a, **option), sa.Index("i", t.c.a))
    assert result.message == "options () to ('nulls_not_distinct',)"
    result = ours.compare_unique_constraint(
        sa.UniqueConstraint(t.c.a), sa.UniqueConstraint(t.c.a, **option)
    )
    assert result.message == "options ('nulls_not_distinct',) to ()"


def test_the_order_of_a_unique_constraint_makes_none(t):
    ours = DefaultImpl.compare_unique_constraint(
        impl("sqlite"), sa.UniqueConstraint(t.c.a, t.c.b), sa.UniqueConstraint(t.c.b, t.c.a)
    )
    assert ours.is_equal


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("'x'::character varying", "'x'", True),
        ("'x'::character varying(20)", "'x'::text", True),
        ("('2020-01-01'::date)", "'2020-01-01'", True),
        ("now()", "NOW()", True),
        ("lower((name)::text)", "lower(name)", True),
        ('lower("name")', "lower(name)", True),
        ('lower("Name")', "lower(name)", False),
        ("cast(a as integer)", "a::int", True),
        ("((a + 1))", "a + 1", True),
        ("(a + 1) * 2", "a + 1 * 2", False),
        ("'{}'::integer[]", "'{}'", True),
        ("t::timestamp without time zone", "t", True),
        ("t::timestamp(3) with time zone", "t", True),
        ("'A'", "'a'", False),
        ("'it''s (x'", "'it''s (x'", True),
        ("f(a, (b))", "f(a,b)", True),
        ("f((a + b))", "f(a + b)", True),
        ("x::s.my_type", "x", True),
        ("((data ->> 'k'::text))", "data ->> 'k'", True),
    ],
)
def test_postgresql_spells_an_expression_in_many_ways(one, other, same):
    assert (normalised(one) == normalised(other)) is same


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("a ASC NULLS LAST", "a"),
        ("a NULLS LAST", "a"),
        ("a ASC NULLS FIRST", "a nulls first"),
        ("a DESC NULLS FIRST", "a desc"),
        ("a DESC NULLS LAST", "a desc nulls last"),
        ("asc", "asc"),
        ("lower(a) text_pattern_ops", "lower ( a )"),
        ("a s.gin_trgm_ops", "a"),
        ("a_ops", "a_ops"),
        ("t.a_ops", "t . a_ops"),
    ],
)
def test_an_order_is_said_in_its_shortest_form(said, meant):
    assert normalised_index_element(said) == meant
