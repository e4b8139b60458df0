"""The name that the database gives to a constraint which the models leave without one."""

from __future__ import annotations

import re
from collections.abc import Sequence

MOST = 63
"""PostgreSQL cuts names at so many bytes."""


def name_given(
    dialect: str, kind: str, table: str, columns: Sequence[str], taken: set[str]
) -> str | None:
    """The name of a ``unique`` or ``foreignkey`` constraint; None where the database has no rule.

    ``taken`` are the names that it can't have: PostgreSQL counts those of the schema, MySQL those of
    the table.
    """
    if dialect == "postgresql":
        label = {"unique": "key", "foreignkey": "fkey"}[kind]
        return _first_free_postgresql(table, "_".join(columns), label, taken)
    if dialect in {"mysql", "mariadb"}:
        if kind == "unique":
            return _first_free(columns[0], taken)
        numbers = [
            int(found[1]) for name in taken if (found := re.fullmatch(r".*_ibfk_(\d+)", name))
        ]
        return f"{table}_ibfk_{max(numbers, default=0) + 1}"
    return None


def _first_free(name: str, taken: set[str]) -> str:
    """``name``, ``name_2``, ``name_3`` …; names are compared without case."""
    known = {one.lower() for one in taken}
    number, free = 1, name
    while free.lower() in known:
        number += 1
        free = f"{name}_{number}"
    return free


def _first_free_postgresql(table: str, columns: str, label: str, taken: set[str]) -> str:
    """``table_columns_label``, cut where it is too long, then with ``label1`` and so on.

    Source: makeObjectName and ChooseRelationName, as the manual's chapter on CREATE TABLE shows.
    """
    number = 0
    while True:
        free = postgresql_name(table, columns, f"{label}{number or ''}")
        if free not in taken:
            return free
        number += 1


def postgresql_name(table: str, columns: str, label: str) -> str:
    """``table_columns_label``; the longer of the two first parts loses a letter until the whole fits.

    What is named after its table alone, a primary key, has no columns in its name.
    """
    first, second = table.encode(), columns.encode()[: MOST + 1]
    room = MOST - len(label) - (2 if columns else 1)
    while len(first) + len(second) > room:
        if len(first) > len(second):
            first = first[:-1]
        else:
            second = second[:-1]
    parts = (first.decode(errors="ignore"), second.decode(errors="ignore"), label)
    return "_".join(part for part in parts if part)


def aside(name: str) -> str:
    """Another name of PostgreSQL for what makes room for a while: ``name_old``, cut where it must be."""
    cut = name.encode()[: MOST - len("_old")].decode(errors="ignore")
    return f"{cut}_old" if f"{cut}_old" != name else f"{cut}_was"
