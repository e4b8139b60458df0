"""Names with a backquote on MySQL: the server doubles it in what it says of a table.

SQLAlchemy leaves it doubled, and overlooks a foreign key with such a name, or with a bracket that
closes, in it.
Source: https://mariadb.com/kb/en/identifier-names/#quote-character.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import text
from sqlalchemy.engine import Connection

_NAMES = frozenset(
    {"name", "column_names", "constrained_columns", "referred_columns", "duplicates_index"}
)
"""The keys of a record under which there are names; a table's own name is told as it is."""

_BY_NAME = frozenset({"column_sorting", "mysql_length", "mariadb_length"})
"""Those under which there is something by a column's name."""

_OVERLOOKED = text("""
SELECT r.table_name, r.constraint_name, u.column_name,
  NULLIF(r.unique_constraint_schema, r.constraint_schema), r.referenced_table_name,
  u.referenced_column_name, r.update_rule, r.delete_rule
FROM information_schema.referential_constraints r
JOIN information_schema.key_column_usage u
  ON u.constraint_schema = r.constraint_schema AND BINARY u.table_name = r.table_name
  AND u.constraint_name = r.constraint_name AND u.referenced_table_name IS NOT NULL
WHERE r.constraint_schema = COALESCE(:schema, DATABASE())
ORDER BY r.table_name, r.constraint_name, u.ordinal_position
""")


def with_plain_names(record: Any) -> Any:
    """The record of a table, or a part of it, with every name as it is."""
    if isinstance(record, list):
        return [with_plain_names(one) for one in record]
    if not isinstance(record, dict):
        return record
    return {key: _plain(key, value) for key, value in record.items()}


def has_unusual(records: Mapping[str, Any]) -> bool:
    """Whether there is such a name among these tables and their parts."""
    return any(
        _is_unusual(part.get("name") or "")
        for record in records.values()
        for part in (record if isinstance(record, list) else [record])
    ) or any(map(_is_unusual, records))


def add_overlooked_keys(
    connection: Connection, schema: str | None, records: dict[str, list[Any]]
) -> None:
    """Add the foreign keys that were not told to the records of their tables."""
    keys: dict[tuple[str, str], list[Any]] = {}
    for table, name, *said in connection.execute(_OVERLOOKED, {"schema": schema}):
        keys.setdefault((table, name), []).append(said)
    for (table, name), rows in keys.items():
        columns, _, (target, *_), referred, (on_update, *_), (on_delete, *_) = zip(
            *rows, strict=True
        )
        if table in records and name not in [key["name"] for key in records[table]]:
            actions = {"onupdate": on_update, "ondelete": on_delete}
            records[table].append(
                {
                    "name": name,
                    "constrained_columns": [*columns],
                    "referred_schema": rows[0][1] or schema,
                    "referred_table": target,
                    "referred_columns": [*referred],
                    "options": {
                        when: action
                        for when, action in actions.items()
                        if action not in {"RESTRICT", "NO ACTION"}
                    },
                }
            )


def _is_unusual(name: str) -> bool:
    return "`" in name or ")" in name


def _plain(key: str, value: Any) -> Any:
    if key in _NAMES:
        return [_name(one) for one in value] if isinstance(value, list) else _name(value)
    if key in _BY_NAME:
        return {_name(column): said for column, said in value.items()}
    return with_plain_names(value) if key == "dialect_options" else value


def _name(name: Any) -> Any:
    return name.replace("``", "`") if isinstance(name, str) else name
