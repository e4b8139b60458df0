"""Foreign keys of a table that is rebuilt: what refers to what, and which rows are wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy.exc import DBAPIError

from alembic.ddl.sqlite_schema.model import ConstraintKind as Kind, Reference, TableText
from alembic.ddl.sqlite_schema.tokens import quote, quote_text, same_name
from alembic.operations.batch.catalog import Catalog
from alembic.operations.batch.change import AddColumn, AddConstraint, Change
from alembic.operations.batch.constraints import meaning
from alembic.operations.batch.errors import NoKeyToReferTo, NoSuchColumn
from alembic.operations.batch.rewrite import TableRewrite

_KEYS = frozenset({Kind.PRIMARY_KEY, Kind.UNIQUE, Kind.FOREIGN_KEY})

_WAITING = frozenset({"NO ACTION", "RESTRICT"})
"""What defer_foreign_keys puts off: https://www.sqlite.org/pragma.html#pragma_defer_foreign_keys."""

Violation = tuple[str, object, str]
"""(child table, row id, parent table)."""


@dataclass(frozen=True, slots=True)
class Findings:
    """Rows that violate a foreign key, and {table with rows: why its keys can't be checked}."""

    rows: Counter[Violation] = field(default_factory=Counter)
    unchecked: dict[str, str] = field(default_factory=dict)

    def since(self, before: Findings) -> Findings:
        """What is new."""
        unchecked = {
            table: why for table, why in self.unchecked.items() if table not in before.unchecked
        }
        return Findings(self.rows - before.rows, unchecked)


def is_tied(catalog: Catalog, table: str, changes: Iterable[Change]) -> bool:
    """Whether foreign keys go from the table or to it, or may after the changes."""
    if any(isinstance(change, AddColumn | AddConstraint) for change in changes):
        return True
    own = catalog.ask("SELECT 1 FROM pragma_foreign_key_list(?, ?)", table, catalog.schema)
    return bool(own or catalog.children(table))


def can_wait(catalog: Catalog, table: str) -> bool:
    """Whether the rows that refer to a table can do without it until the transaction ends.

    Not where its end would delete or change them; nor where rows are wrong already, as SQLite only
    counts how many become so, or can't be put back because the table refers to one that isn't there.
    Source: https://www.sqlite.org/foreignkeys.html#fk_deferred.
    """
    children = catalog.children(table)
    acting = [
        action
        for child in children
        for parent, action in catalog.ask(
            'SELECT "table", on_delete FROM pragma_foreign_key_list(?, ?)', child, catalog.schema
        )
        if same_name(parent, table) and action not in _WAITING
    ]
    parents = catalog.ask(
        'SELECT "table" FROM pragma_foreign_key_list(?, ?)', table, catalog.schema
    )
    if acting or not all(catalog.has_table(parent) for (parent,) in parents):
        return False
    return violations(catalog, {table, *children}) == Findings()


def to_come(catalog: Catalog, table: str) -> frozenset[str]:
    """The tables, with their schema, that foreign keys of a table refer to and that aren't there."""
    parents = catalog.ask(
        'SELECT "table" FROM pragma_foreign_key_list(?, ?)', table, catalog.schema
    )
    return frozenset(
        f"{catalog.schema}.{parent}" for (parent,) in parents if not catalog.has_table(parent)
    )


def may_violate(rewrite: TableRewrite) -> bool:
    """Whether rows can come to violate a foreign key by it: keys, or values, are other ones."""
    if rewrite.adds_foreign_key or _keys(rewrite.old) != _keys(rewrite.text):
        return True
    return any(not same_name(copy.source, quote(copy.column)) for copy in rewrite.copies)


def violations(catalog: Catalog, tables: Iterable[str]) -> Findings:
    """The rows of these tables that violate a foreign key."""
    found = Findings()
    for table in tables:
        try:
            rows = catalog.ask(
                f'SELECT "table", rowid, parent FROM pragma_foreign_key_check({quote_text(table)}, '
                f"{quote_text(catalog.schema)})"
            )
        except DBAPIError as error:
            # A key that refers to what is no key itself, or not there: a later change may mend it.
            if catalog.ask(f"SELECT 1 FROM {catalog.prefix}{quote(table)} LIMIT 1"):
                found.unchecked[table] = str(error.orig)
            continue
        found.rows.update((row[0], row[1], row[2]) for row in rows)
    return found


def refuse_without_key(catalog: Catalog, rewrite: TableRewrite) -> None:
    """Raise NoSuchColumn or NoKeyToReferTo where a new foreign key finds no key in a table that is there.

    While foreign keys are enforced SQLite takes such a key, and then refuses each write to its table. An
    empty table may wait for the key: a later operation makes it.
    Source: https://www.sqlite.org/foreignkeys.html#fk_schemaerrors.
    """
    table = rewrite.text.name
    why = _mismatch(catalog, table)
    if why is None:
        return
    for reference in _new_references(rewrite):
        there = catalog.ask(
            "SELECT name FROM pragma_table_xinfo(?, ?)", reference.table, catalog.schema
        )
        existing = [name for (name,) in there]
        for column in reference.columns:
            if existing and not any(same_name(column, name) for name in existing):
                raise NoSuchColumn(column, reference.table, existing)
        if why.endswith(f'referencing "{reference.table}"'):
            raise NoKeyToReferTo(table, reference.table, reference.columns or ("its primary key",))


def _mismatch(catalog: Catalog, table: str) -> str | None:
    """Why SQLite can't check the foreign keys of a table; None where it can."""
    try:
        catalog.ask(
            f"SELECT 1 FROM pragma_foreign_key_check({quote_text(table)}, "
            f"{quote_text(catalog.schema)}) LIMIT 1"
        )
    except DBAPIError as error:
        return str(error.orig)
    return None


def _new_references(rewrite: TableRewrite) -> list[Reference]:
    old = _keys(rewrite.old)
    return [
        found.reference
        for _, found in rewrite.text.all_constraints()
        if found.reference is not None and meaning(rewrite.text, found) not in old
    ]


def told(found: Counter[Violation]) -> list[str]:
    """Violations in words, one for each."""
    return [f"{table} row {rowid} refers to {parent}" for table, rowid, parent in found.elements()]


def _keys(table: TableText) -> set[tuple[object, ...]]:
    return {meaning(table, found) for _, found in table.all_constraints() if found.kind in _KEYS}
