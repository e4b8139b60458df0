"""Names that the database made up out of names that are renamed.

PostgreSQL and MySQL name what has no name after its table and columns, once. So that the database is
what it would be if it were made anew, and later migrations find these names, they go along.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import text
from sqlalchemy.schema import Sequence as NamedSequence, Table

from alembic.autogenerate.complete.names import postgresql_name
from alembic.autogenerate.context import AutogenContext
from alembic.autogenerate.renames.model import Kind, Rename, old_places
from alembic.autogenerate.spelled.facts import TableName
from alembic.operations.ops.base import ModifyTableOps
from alembic.operations.ops.constraint import DropConstraintOp
from alembic.operations.ops.index import DropIndexOp
from alembic.operations.ops.script import UpgradeOps

_LABELS = {"p": "pkey", "u": "key", "f": "fkey", "c": "check", "x": "excl", "n": "not_null"}
"""Kinds of constraints of PostgreSQL: https://www.postgresql.org/docs/current/catalog-pg-constraint.html."""

_CONSTRAINTS = text("""
SELECT x.conname, CAST(x.contype AS text),
       ARRAY(SELECT a.attname FROM unnest(x.conkey) WITH ORDINALITY k(n, place)
             JOIN pg_attribute a ON a.attrelid = x.conrelid AND a.attnum = k.n ORDER BY place)
FROM pg_constraint x
JOIN pg_class c ON c.oid = x.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relname = :table AND n.nspname = :schema AND x.conislocal ORDER BY x.conname
""")
_SEQUENCES = text(
    """
SELECT s.relname, a.attname
FROM pg_depend d
JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S'
JOIN pg_class c ON c.oid = d.refobjid JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.refobjsubid
WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass
  AND d.deptype IN ('a', 'i') AND c.relname = :table AND n.nspname = :schema ORDER BY s.relname
""".replace("::", "\\:\\:")
)


def followers(
    context: AutogenContext,
    upgrade_ops: UpgradeOps,
    tables: Mapping[TableName, Table],
    renames: Sequence[Rename],
    known: Sequence[Rename],
) -> list[Rename]:
    """Renames of what is named after something in ``renames``.

    ``tables`` are the models' by their old names; what is in ``known``, what is dropped and what the
    models name so is left alone.
    """
    find = {"postgresql": _postgresql, "mysql": _mysql, "mariadb": _mysql}.get(context.dialect.name)
    if find is None:
        return []
    left_alone = {one.old for one in known} | set(_dropped(upgrade_ops))
    found: list[Rename] = []
    places = old_places(renames, context.dialect.default_schema_name)
    new_names = {old: new[1] for new, old in places.items()}
    for (schema, name), table in tables.items():
        new_name = new_names.get((schema, name), name)
        columns = {
            one.old: one.new
            for one in renames
            if one.kind is Kind.COLUMN and (one.schema, one.parent) == (schema, name)
        }
        if new_name == name and not columns:
            continue
        given = left_alone | set(_given(table))
        found += [one for one in find(context, table, new_name, columns) if one.old not in given]
    return [one for one in found if one.old != one.new]


def _postgresql(
    context: AutogenContext, table: Table, new_name: str, columns: Mapping[str, str]
) -> Iterator[Rename]:
    assert context.connection is not None
    asked = {"table": table.name, "schema": context.home(table.schema, table.name)}

    def follow(kind: Kind, name: str, of: Sequence[str], label: str) -> Iterator[Rename]:
        number = re.search(r"\d*$", name)
        label += number[0] if number else ""
        if name == postgresql_name(table.name, "_".join(of), label):
            new = postgresql_name(new_name, "_".join(columns.get(one, one) for one in of), label)
            yield Rename(kind, table.schema, table.name, name, new)

    for name, kind, of in context.connection.execute(_CONSTRAINTS, asked):
        # A primary key is named after its table, a check of several columns as well.
        told = [] if kind == "p" or (kind == "c" and len(of) != 1) else of
        if kind in _LABELS:
            yield from follow(Kind.CONSTRAINT, name, told, _LABELS[kind])
    for name, column in context.connection.execute(_SEQUENCES, asked):
        yield from follow(Kind.SEQUENCE, name, [column], "seq")


def _mysql(
    context: AutogenContext, table: Table, _new_name: str, columns: Mapping[str, str]
) -> Iterator[Rename]:
    """An index without a name has that of its first column."""
    for one in context.inspector.get_indexes(table.name, schema=table.schema):
        name, first = str(one["name"]), str(one["column_names"][0])
        if first in columns and re.fullmatch(rf"{re.escape(first)}(_\d+)?", name):
            new = columns[first] + name[len(first) :]
            yield Rename(Kind.INDEX, table.schema, table.name, name, new)


def _given(table: Table) -> Iterator[str]:
    """The names that the models give in a table."""
    items: list[Any] = [*table.constraints, *table.indexes]
    items += [one.default for one in table.columns if isinstance(one.default, NamedSequence)]
    for item in items:
        if isinstance(item.name, str):
            yield str(item.name)


def _dropped(upgrade_ops: UpgradeOps) -> Iterator[str]:
    for modify in upgrade_ops.ops:
        for op in modify.ops if isinstance(modify, ModifyTableOps) else ():
            if isinstance(op, DropConstraintOp):
                yield str(op.constraint_name)
            elif isinstance(op, DropIndexOp):
                yield str(op.index_name)
