"""Include and exclude lists in a comparison: on each database, beside what env.py itself leaves out."""

from __future__ import annotations

import logging
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from alembic.autogenerate import compare_metadata
from alembic.autogenerate.filters import Filters, say_unmatched
from alembic.autogenerate.stand_ins import add_stand_ins
from alembic.config import Config
from alembic.config.filters import name_filter
from alembic.runtime.migration import MigrationContext

COMPLETE = "alembic.autogenerate.*, alembic.complete.*"


def column(name, *items, **options):
    return sa.Column(name, sa.Integer, *items, **options)


def in_database():
    metadata = sa.MetaData()
    sa.Table("audit_log", metadata, column("id", primary_key=True), column("what"))
    sa.Table("audit_kinds", metadata, column("id", primary_key=True))
    sa.Table(
        "account",
        metadata,
        column("id", primary_key=True),
        column("name"),
        column("legacy_id"),
        column("log_id", sa.ForeignKey("audit_log.id", name="fk_hand_made")),
        sa.UniqueConstraint("name", name="uq_hand_made"),
        sa.Index("ix_hand_made", "legacy_id"),
        sa.Index("ix_log", "log_id"),
        sa.CheckConstraint("name > 0", name="ck_hand_made"),
    )
    sa.Table("theirs", metadata, column("id", primary_key=True))
    return metadata


def in_models():
    metadata = sa.MetaData()
    sa.Table(
        "account",
        metadata,
        column("id", primary_key=True),
        column("name"),
        column("log_id"),
        column("planned"),
        sa.Index("ix_log", "log_id"),
    )
    sa.Table("audit_new", metadata, column("id", primary_key=True))
    sa.Table("ours", metadata, column("id", primary_key=True))
    return metadata


@pytest.fixture
def database(engine):
    in_database().create_all(engine)
    return engine


def settings(**lists):
    """A configuration with ``exclude_tables="a, b"`` and so on."""
    config = Config()
    for name, value in lists.items():
        which, _, kind = name.partition("_")
        config.set_section_option(f"alembic:{which}", kind, value)
    return config


def found(engine, models=None, /, *, config=None, **options):
    """What the comparison finds, in short: ``add_table ours``, ``remove_column account.legacy_id``."""
    options = {"autogenerate_plugins": COMPLETE.split(", "), **options}
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            environment_context=SimpleNamespace(config=config or settings()),
            opts=options,
        )
        return sorted(
            short(diff)
            for diff in compare_metadata(context, in_models() if models is None else models)
        )


def short(diff):
    if isinstance(diff, list):
        return f"{diff[0][0]} {diff[0][2]}.{diff[0][3]}"
    kind, *rest = diff
    if kind.endswith("_sequence"):
        return f"{kind} {rest[1]}"
    if kind.endswith("_column"):
        return f"{kind} {rest[1]}.{rest[2].name}"
    named = rest[0]
    return f"{kind} {named.name}"


ALL = [
    "add_column account.planned",
    "add_table audit_new",
    "add_table ours",
    "remove_column account.legacy_id",
    "remove_constraint ck_hand_made",
    "remove_constraint uq_hand_made",
    "remove_fk fk_hand_made",
    "remove_index ix_hand_made",
    "remove_table audit_kinds",
    "remove_table audit_log",
    "remove_table theirs",
]


def without(*parts):
    return [line for line in ALL if not any(part in line for part in parts)]


def of_this(database, lines):
    """MySQL knows a unique constraint as its index."""
    if database.dialect.name not in {"mysql", "mariadb"}:
        return lines
    return sorted(line.replace("remove_constraint uq", "remove_index uq") for line in lines)


CASES = {
    "no list": ({}, ALL),
    "tables, of both sides": (
        {"exclude_tables": "audit_*, theirs"},
        without("audit", "theirs"),
    ),
    "included tables": ({"include_tables": "account, ours"}, without("audit", "theirs")),
    "exclude wins": (
        {"include_tables": "account, ours", "exclude_tables": "ours"},
        without("audit", "theirs", "ours"),
    ),
    "columns, of both sides": (
        {"exclude_columns": "account.legacy_*, *.planned"},
        without("legacy_id", "planned"),
    ),
    "indexes": ({"exclude_indexes": "ix_hand_*"}, without("ix_hand")),
    "constraints": (
        {"exclude_constraints": "account.*_hand_made", "exclude_indexes": "uq_*"},
        without("ck_hand", "uq_hand", "fk_hand"),
    ),
    "included constraints": ({"include_constraints": "fk_*"}, without("ck_hand", "uq_hand")),
}


def test_lists_hold_for_the_comparison(database):
    lines = {case: found(database, config=settings(**lists)) for case, (lists, _) in CASES.items()}
    expected = {case: of_this(database, lines) for case, (_, lines) in CASES.items()}
    if database.dialect.name in {"mysql", "mariadb"}:
        expected["included constraints"].append("remove_index uq_hand_made")
    assert lines == {case: sorted(lines) for case, lines in expected.items()}
    schema = sa.inspect(database).default_schema_name
    config = settings(exclude_tables=f"{schema}.audit_*, elsewhere.theirs")
    assert found(database, config=config) == of_this(database, without("audit"))


def test_lists_and_functions_of_env_py_hold_together(database):
    config = settings(exclude_tables="audit_*")
    asked = []

    def include_name(name, type_, parents):
        asked.append(name)
        return not (type_ == "table" and name == "theirs")

    def include_object(object_, name, type_, reflected, compare_to):
        asked.append(name)
        return not (type_ == "column" and name == "planned")

    lines = found(database, config=config, include_name=include_name, include_object=include_object)
    assert lines == of_this(database, without("audit", "theirs", "planned"))
    assert "account" in asked
    assert not {"audit_log", "audit_kinds", "audit_new"}.intersection(asked)


def test_an_excluded_table_is_not_reflected_not_even_as_the_target_of_a_foreign_key(database):
    seen = []

    @sa.event.listens_for(database, "before_cursor_execute")
    def note(_connection, _cursor, statement, parameters, _context, _many):
        seen.append(f"{statement} {parameters}")

    models = in_models()
    sa.Table("audit_log", models, column("id", primary_key=True), column("planned"))
    models.tables["account"].c.log_id.append_foreign_key(
        sa.ForeignKey("audit_log.id", name="fk_hand_made")
    )
    lines = found(database, models, config=settings(exclude_tables="audit_*"))
    assert lines == of_this(database, without("audit", "fk_hand"))
    assert seen
    assert [text for text in seen if "audit_log" in text] == []


def test_a_stand_in_is_a_table_with_the_columns_that_are_pointed_to():
    metadata = sa.MetaData()
    sa.Table(
        "a", metadata, column("x", sa.ForeignKey("s.b.p")), column("y", sa.ForeignKey("s.b.q"))
    )
    add_stand_ins(metadata)
    assert metadata.tables["a"].c.x.references(metadata.tables["s.b"].c.p)
    assert [each.name for each in metadata.tables["s.b"].columns] == ["p", "q"]


@pytest.fixture
def schemas(postgresql_url):
    engine = sa.create_engine(postgresql_url)
    with engine.begin() as connection:
        for schema in ("billing", "staging"):
            connection.execute(sa.text(f"CREATE SCHEMA {schema}"))
            connection.execute(sa.text(f"CREATE TABLE {schema}.bill (id INTEGER)"))
        connection.execute(sa.text("CREATE TABLE bill (id INTEGER)"))
    yield engine
    engine.dispose()


@pytest.mark.parametrize(
    ("lists", "expected"),
    [
        ({}, [None, "billing", "staging"]),
        ({"include_schemas": "billing"}, ["billing"]),
        ({"exclude_schemas": "stag*"}, [None, "billing"]),
        ({"exclude_schemas": "public"}, ["billing", "staging"]),
        ({"exclude_tables": "staging.*"}, [None, "billing"]),
        ({"exclude_tables": "public.bill"}, ["billing", "staging"]),
        ({"exclude_tables": "bill"}, []),
    ],
)
def test_lists_know_schemas(schemas, lists, expected):
    with schemas.connect() as connection:
        context = MigrationContext.configure(
            connection,
            environment_context=SimpleNamespace(config=settings(**lists)),
            opts={"include_schemas": True},
        )
        removed = [diff[1].schema for diff in compare_metadata(context, sa.MetaData())]
    assert sorted(removed, key=str) == sorted(expected, key=str)


@pytest.mark.parametrize(
    ("lists", "expected"),
    [
        ({}, ["planned", "theirs"]),
        ({"exclude_sequences": "their*"}, ["planned"]),
        ({"exclude_sequences": "public.planned"}, ["theirs"]),
        ({"include_sequences": "planned", "exclude_tables": "theirs"}, ["planned"]),
        ({"exclude_schemas": "public"}, []),
    ],
)
def test_sequences_have_a_list_of_their_own(postgresql_url, lists, expected):
    engine = sa.create_engine(postgresql_url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE SEQUENCE theirs"))
    models = sa.MetaData()
    sa.Sequence("planned", metadata=models)
    lines = found(engine, models, config=settings(**lists))
    assert [line.split()[-1] for line in lines] == expected


def test_models_in_an_excluded_schema_are_left_alone(schemas):
    models = sa.MetaData()
    sa.Table("planned", models, column("id"), schema="staging")
    config = settings(exclude_schemas="staging", exclude_tables="bill")
    assert found(schemas, models, config=config, include_schemas=True) == []


def test_a_pattern_that_meets_nothing_is_said_once(database, caplog):
    config = settings(exclude_tables="audit_*, adit_*", include_columns="*", exclude_tabels="x")
    with caplog.at_level(logging.WARNING, logger="alembic.autogenerate"):
        found(database, in_database(), config=config)
    assert caplog.messages == [
        "[alembic:exclude] tabels is no list; there are: schemas, tables, sequences, columns, indexes, constraints",
        "[alembic:exclude] tables: the pattern 'adit_*' matches nothing that was compared",
    ]


def test_of_several_databases_one_is_enough_to_meet_a_pattern(caplog):
    lists = name_filter(settings(exclude_tables="first_only, second_only, neither"))
    first, second = (Filters(lists, [], [], "main") for _ in range(2))
    first.accepts_name("first_only", "table", {"schema_name": None})
    second.accepts_name("second_only", "table", {"schema_name": None})
    say_unmatched([first, second])
    assert [text for text in caplog.messages if "matches nothing" in text] == [
        "[alembic:exclude] tables: the pattern 'neither' matches nothing that was compared"
    ]


@pytest.mark.parametrize("url", ["postgresql_url", "mariadb_url"])
def test_a_sequence_that_an_excluded_table_counts_by_is_not_dropped(url, request):
    engine = sa.create_engine(request.getfixturevalue(url), poolclass=sa.NullPool)
    next_value = "nextval('numbers')" if url == "postgresql_url" else "nextval(numbers)"
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE SEQUENCE numbers"))
        connection.execute(sa.text("CREATE SEQUENCE left_over"))
        connection.execute(sa.text(f"CREATE TABLE theirs (id INTEGER DEFAULT {next_value})"))
    lines = found(engine, sa.MetaData(), config=settings(exclude_tables="theirs"))
    assert [line.split()[-1] for line in lines] == ["left_over"]
