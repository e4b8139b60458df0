"""Every special feature of a SQLite table, every unrelated change: the feature and all rows stay."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from sqlite_features import CHANGES, FEATURES, Change, Feature

from alembic.operations.base import Operations
from alembic.runtime.migration import MigrationContext
from sampling import is_taken


@dataclass(frozen=True)
class Surroundings:
    """What goes on beside the batch; ``closed`` is a database that lets nobody edit its schema."""

    name: str
    foreign_keys: bool = True
    begun: bool = False
    closed: bool = False


SURROUNDINGS = [
    Surroundings("enforced, in a transaction", begun=True),
    Surroundings("closed", closed=True),
]
EASIER_SURROUNDINGS = [
    Surroundings("not enforced", foreign_keys=False),
    Surroundings("enforced"),
]
IN_SHORT = CHANGES[:4]
CASES = [
    case
    for case in (
        *itertools.product(FEATURES, CHANGES, SURROUNDINGS),
        *itertools.product(FEATURES, IN_SHORT, EASIER_SURROUNDINGS),
    )
    if is_taken("sqlite", ", ".join(part.name for part in case))
]


def _name(case) -> str:
    return case.name


@pytest.fixture
def connection(request):
    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def _columns(connection) -> dict[str, tuple]:
    rows = connection.exec_driver_sql("PRAGMA table_xinfo(t)").fetchall()
    return {name: (type_, *rest) for _, name, type_, *rest in rows}


def _rest_of_schema(connection, change: Change) -> list[tuple]:
    """Everything but the table, its constraints' own indexes, and what the change is about."""
    rows = connection.exec_driver_sql(
        "SELECT type, name, tbl_name, sql FROM sqlite_master "
        "UNION ALL SELECT 'temp ' || type, name, tbl_name, sql FROM sqlite_temp_master "
    ).fetchall()
    return sorted(
        (*row[:3], _renamed_words(row[3], change))
        for row in rows
        if row[1] not in {"t", "ix_note"} and not row[1].startswith("sqlite_autoindex_t_")
    )


def _renamed_words(sql: str | None, change: Change) -> str:
    sql = sql or ""
    for old, new in change.renamed.items():
        sql = re.sub(rf"\b{old}\b", new, sql)
    return sql.replace('"', "")


def _rows(connection, columns: dict[str, tuple], change: Change) -> list[tuple]:
    """Values, storage classes and row ids, under the new names."""
    names = [name for name in columns if name not in {"spare", "extra", "reserve"}]
    renamed = {name: change.renamed.get(name, name) for name in names}
    spelled = [f'"{name.replace(chr(34), chr(34) * 2)}"' for name in names]
    values = ", ".join(f"typeof({name}), quote({name})" for name in spelled)
    without = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = 't'").scalar()
    rowid = next(each for each in ("_rowid_", "oid") if each not in columns)
    key = "0" if "WITHOUT ROWID" in without else rowid
    rows = connection.exec_driver_sql(f"SELECT {key}, {values} FROM t ORDER BY 1, 3").fetchall()
    by_name = []
    for row in rows:
        pairs = zip(row[1::2], row[2::2], strict=True)
        by_name.append((row[0], sorted(zip(renamed.values(), pairs, strict=True))))
    return by_name


def _other_tables(connection) -> dict[str, list[tuple]]:
    names = connection.exec_driver_sql(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 't'"
    ).scalars()
    return {
        name: sorted(map(repr, connection.exec_driver_sql(f"SELECT * FROM {name}").fetchall()))
        for name in list(names)
    }


def _own_indexes(connection) -> list[tuple]:
    """(unique, origin, partial, columns) of the indexes of constraints."""
    found = []
    listed = connection.exec_driver_sql("PRAGMA index_list(t)").fetchall()
    for _, name, unique, origin, partial in listed:
        if name != "ix_note":
            details = connection.exec_driver_sql(f'PRAGMA index_xinfo("{name}")').fetchall()
            parts = [
                (column, desc, collation)
                for _, _, column, desc, collation, is_key in details
                if is_key
            ]
            found.append((unique, origin, partial, parts))
    return sorted(found, key=repr)


def _foreign_keys(connection) -> list[tuple]:
    rows = connection.exec_driver_sql("PRAGMA foreign_key_list(t)").fetchall()
    return sorted((row[2:] for row in rows), key=repr)


def _statements(feature: Feature, connection, foreign_keys: bool) -> None:
    for statement in feature.statements():
        connection.exec_driver_sql(statement)
    connection.commit()
    connection.exec_driver_sql(f"PRAGMA foreign_keys={'ON' if foreign_keys else 'OFF'}")


def _change(connection, change: Change) -> None:
    operations = Operations(MigrationContext.configure(connection))
    with operations.batch_alter_table("t", **change.arguments) as batch:
        change.make(batch)


def _without(found: list[tuple], change: Change) -> list[tuple]:
    """Without the rows about what the change adds."""
    if "uq_size" in repr(change.added):
        return [
            row for row in found if row[3][:2] != [("size", 0, "BINARY"), ("note", 0, "BINARY")]
        ]
    if "fk_size" in repr(change.added):
        return [row for row in found if row[1] != "size"]
    return [tuple(_renamed_in(part, change) for part in row) for row in found]


def _renamed_in(part, change: Change):
    if isinstance(part, str):
        return change.renamed.get(part, part)
    if isinstance(part, list | tuple):
        return type(part)(_renamed_in(each, change) for each in part)
    return part


@pytest.mark.parametrize(("feature", "change", "surroundings"), CASES, ids=_name)
def test_a_change_leaves_alone_what_it_does_not_name(
    connection, feature, change, surroundings, monkeypatch
):
    foreign_keys = surroundings.foreign_keys
    _statements(feature, connection, foreign_keys)
    if surroundings.begun:
        connection.exec_driver_sql("BEGIN")
    if surroundings.closed:
        monkeypatch.setattr("alembic.operations.batch.live.can_switch", lambda *_: False)
    columns = _columns(connection)
    rest = _rest_of_schema(connection, change)
    rows = _rows(connection, columns, change)
    others = _other_tables(connection)
    own = _without(_own_indexes(connection), change)
    keys = _without(_foreign_keys(connection), change)
    violations = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()

    _change(connection, change)

    sql = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = 't'").scalar()
    assert list(_columns(connection).items()) == list(change.expected(columns).items())
    kept = [_words(_renamed_words(part, change)) for part in (*feature.kept, *change.added)]
    assert [part for part in kept if _unqualified(part) not in _unqualified(_words(sql))] == []
    assert surroundings.closed or [part for part in kept if part not in _words(sql)] == []
    assert [part for part in change.removed if part in sql] == []
    assert sorted(_rest_of_schema(connection, Change("", print))) == sorted(rest)
    assert _rows(connection, _columns(connection), Change("", print)) == rows
    assert _other_tables(connection) == others
    assert _sorted_parts(_without(_own_indexes(connection), change)) == _sorted_parts(own)
    assert _without(_foreign_keys(connection), change) == keys
    now = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    assert sorted(map(repr, now)) == sorted(map(repr, violations)) or change.added
    assert _defects(connection, sql) == []
    assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == foreign_keys
    assert connection.exec_driver_sql("PRAGMA writable_schema").scalar() == 0
    for statement in feature.works:
        connection.exec_driver_sql(statement).close()
    for statement in feature.refused:
        with pytest.raises(sa.exc.DBAPIError):
            connection.exec_driver_sql(statement)


def _unqualified(sql: str) -> str:
    return sql.replace(" t.", " ").replace("(t.", "(")


def _defects(connection, sql: str) -> list[str]:
    found = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
    # SQLite 3.40 looks for NULL in the wrong column where the key of such a table isn't the first.
    false_alarms = ["ok"] + ["NULL value in t.note"] * ("WITHOUT ROWID" in sql)
    return [defect for defect in found if defect not in false_alarms]


def _words(sql: str) -> str:
    return " ".join(sql.split()).replace('"', "")


def _sorted_parts(found: list[tuple]) -> list[str]:
    return sorted(map(repr, found))
