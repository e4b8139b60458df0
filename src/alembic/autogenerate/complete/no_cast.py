"""Changes of a type that MariaDB has no cast for: said in the file and on the console, for it refuses them.

Source: https://mariadb.com/kb/en/inet6/, https://mariadb.com/kb/en/uuid-data-type/ and
https://mariadb.com/kb/en/geometry-types/.
"""

from __future__ import annotations

import logging
import re
from typing import Any

from sqlalchemy import exc
from sqlalchemy.engine import Dialect

from alembic.autogenerate.complete.along import AlongOps
from alembic.autogenerate.complete.statements import StatementsOp
from alembic.autogenerate.context import AutogenContext
from alembic.operations.ops.base import MigrateOperation, ModifyTableOps
from alembic.operations.ops.column import AlterColumnOp

log = logging.getLogger("alembic.autogenerate.compare.types")

_ALONE = frozenset({"inet4", "inet6", "uuid"})
_OF_UUID = 36
"""The letters of a UUID, which MariaDB writes with its hyphens."""

_PLACES = frozenset(
    {
        *("geometry", "point", "linestring", "polygon", "geometrycollection"),
        *("multipoint", "multilinestring", "multipolygon"),
    }
)


def say_missing_casts(context: AutogenContext, modify: ModifyTableOps) -> None:
    """Put a comment before each change of a type that the server will refuse, rows or not."""
    ops: list[MigrateOperation] = []
    for op in modify.ops:
        pair = _uncast(op, context.dialect) if isinstance(op, AlterColumnOp) else None
        if pair is not None:
            note = (
                f"NOTE: nothing casts {pair[0]} to {pair[1]}, so that the server refuses this for "
                f"{op.table_name}.{op.column_name}:\n"  # type: ignore[attr-defined]
                "take a new column and fill it, or go by way of a text."
            )
            log.warning("%s", note.replace("\n", " ").removeprefix("NOTE: "))
            ops.append(AlongOps([StatementsOp([], [], (), (), note)]))
        ops.append(op)
    modify.ops[:] = ops


def _uncast(op: AlterColumnOp, dialect: Dialect) -> tuple[str, str] | None:
    """Both types' names where nothing casts the one to the other."""
    if op.modify_type is None or op.existing_type is None:
        return None
    try:
        had, has = (_name(one, dialect) for one in (op.existing_type, op.modify_type))
    except exc.CompileError:
        return None
    is_uncast = had != has and {had, has} <= _ALONE
    is_uncast = is_uncast or (had == "uuid" and _letters(op.modify_type, dialect) < _OF_UUID)
    return (had, has) if is_uncast or (had in _PLACES) is not (has in _PLACES) else None


def _letters(type_: Any, dialect: Dialect) -> int:
    """How many letters a type takes, as far as it says so."""
    found = re.match(r"(?:VAR)?CHAR\((\d+)\)", dialect.type_compiler_instance.process(type_))
    return _OF_UUID if found is None else int(found[1])


def _name(type_: Any, dialect: Dialect) -> str:
    text: str = dialect.type_compiler_instance.process(type_)
    return text.lower().partition("(")[0].partition(" ")[0]
