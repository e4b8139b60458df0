"""What the SQL of one SQLite table means: a set of facts that doesn't care how the SQL is spelled."""

from __future__ import annotations

import functools
import re
import warnings

import sqlalchemy as sa

KEPT = frozenset(
    {
        "check",
        "unique",
        "unique name",
        "foreign key",
        "key name",
        "key options",
        "primary key name",
        "autoincrement",
        "without rowid",
    }
)
"""Kinds of facts that a rebuild by the established release may lose, and this project keeps."""


def without_parentheses(found: frozenset[tuple[object, ...]]) -> frozenset[tuple[object, ...]]:
    """The facts with defaults as they are inside parentheses: ``('')`` is ``''``."""
    return frozenset(
        tuple(
            re.sub(r"^\((.*)\)$", r"\1", part) if isinstance(part, str) else part for part in each
        )
        if each[0] == "column"
        else each
        for each in found
    )


@functools.cache
def facts(sql: str) -> frozenset[tuple[object, ...]]:
    """Columns, keys and checks of the table that ``sql`` creates."""
    found: set[tuple[object, ...]] = set()
    engine = sa.create_engine("sqlite://", poolclass=sa.pool.StaticPool)
    with engine.connect() as connection, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        connection.exec_driver_sql(sql)
        name = connection.exec_driver_sql(
            "SELECT name FROM sqlite_master WHERE type='table' ORDER BY name = 'sqlite_sequence'"
        ).scalar()
        quoted = '"' + name.replace('"', '""') + '"'
        for row in connection.exec_driver_sql(f"PRAGMA table_xinfo({quoted})"):
            order, column, kind, notnull, default, key, hidden = row
            found.add(
                ("column", column, kind.upper().replace(" ", ""), notnull, default, key, hidden)
            )
            found.add(("place", order, column))
        for row in connection.exec_driver_sql(f"PRAGMA foreign_key_list({quoted})"):
            found.add(("foreign key", *row[2:]))
        for _, index, unique, origin, partial in connection.exec_driver_sql(
            f"PRAGMA index_list({quoted})"
        ).fetchall():
            columns = tuple(
                (row[2], row[3], row[4])
                for row in connection.exec_driver_sql(f'PRAGMA index_xinfo("{index}")')
                if row[5]
            )
            found.add(("unique", columns, unique, origin, partial))
        inspector = sa.inspect(connection)
        for each in inspector.get_check_constraints(name):
            found.add(("check", each["name"], re.sub(r"\s+", " ", each["sqltext"]).strip()))
        for each in inspector.get_unique_constraints(name):
            if each["name"]:
                found.add(("unique name", each["name"], tuple(each["column_names"])))
        for each in inspector.get_foreign_keys(name):
            if each["name"]:
                found.add(("key name", each["name"], tuple(each["constrained_columns"])))
            found.add(
                (
                    "key options",
                    tuple(each["constrained_columns"]),
                    str(sorted(each["options"].items())),
                )
            )
        key = inspector.get_pk_constraint(name)
        if key["name"]:
            found.add(("primary key name", key["name"]))
    if re.search(r"\bAUTOINCREMENT\b", sql, re.IGNORECASE):
        found.add(("autoincrement",))
    if re.search(r"\bWITHOUT\s+ROWID\b", sql, re.IGNORECASE):
        found.add(("without rowid",))
    engine.dispose()
    return frozenset(found)
