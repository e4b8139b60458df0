"""A table made anew in a live SQLite database: :class:`TableRewrite` → create, copy, switch, drop.

The copy gets the rows, then the table's name. Three ways lead there; all run inside a savepoint of
the caller's.

*Switch*: the two tables' names are exchanged in ``sqlite_master``. To SQLite the table was never
gone: foreign keys of other tables, triggers and views stay what they are, enforcement of foreign
keys may be on, a transaction may be running. It edits names and texts only, never where rows are.
Source: https://www.sqlite.org/pragma.html#pragma_writable_schema.

*Rename*: ``DROP TABLE`` and ``ALTER TABLE … RENAME``, where the database is closed to the first way
(SQLITE_DBCONFIG_DEFENSIVE). Source: https://www.sqlite.org/lang_altertable.html#otheralter.

*Refill*: the same where foreign keys are enforced and a transaction is to go on. The table is made
anew under its own name and filled again, so that by the end every reference leads somewhere, and
SQLite asks no sooner. Source: https://www.sqlite.org/pragma.html#pragma_defer_foreign_keys.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from enum import Enum

from sqlalchemy.exc import DBAPIError, IntegrityError

from alembic.ddl.sqlite import no_value_for_rows
from alembic.ddl.sqlite_schema import edit
from alembic.ddl.sqlite_schema.model import ConstraintKind as Kind, TableText
from alembic.ddl.sqlite_schema.parse import parse_table
from alembic.ddl.sqlite_schema.tokens import SchemaNotUnderstood, fold, quote, quote_text
from alembic.operations.batch.catalog import Catalog, Stored
from alembic.operations.batch.errors import ForeignKeysEnforced
from alembic.operations.batch.in_place import drop_index, savepoint
from alembic.operations.batch.rewrite import TableRewrite
from alembic.util.failure import add_note

PARKED_TABLE = "_alembic_old_{}"
ROWID_NAMES = ("rowid", "oid", "_rowid_")
STATISTICS = ("sqlite_stat1", "sqlite_stat4")

# PRAGMA writable_schema=RESET, and legacy_alter_table, are in all releases from here on.
RESET_SINCE = (3, 27)


class Way(Enum):
    """How the new table takes the place of the old one."""

    SWITCH = "switch"
    RENAME = "rename"
    REFILL = "refill"


def can_switch(catalog: Catalog, stored: Stored) -> bool:
    """Whether the database lets ``sqlite_master`` be edited, and the table's own text is understood."""
    if catalog.version < RESET_SINCE:
        return False
    try:
        parse_table(stored.sql or "")
        with savepoint(catalog, "alembic_probe"), _writable_schema(catalog):
            catalog.control(f"UPDATE {catalog.master} SET name = name WHERE 0")
    except (DBAPIError, SchemaNotUnderstood):
        return False
    return True


@contextmanager
def enforcement_off(catalog: Catalog) -> Iterator[None]:
    """Foreign keys aren't enforced within the block, if they needn't be: not inside a transaction."""
    enforced = catalog.enforces_foreign_keys()
    if enforced:
        catalog.control("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        if enforced:
            catalog.control("PRAGMA foreign_keys=ON")


def rebuild(catalog: Catalog, stored: Stored, rewrite: TableRewrite, way: Way) -> None:
    """Make the table what ``rewrite`` says, with all its rows and their row ids.

    Raises ForeignKeysEnforced where rows of other tables would be lost.
    """
    text = rewrite.text
    if text.name != stored.name:
        text = edit.rename_table(text, stored.name)
    counter = _Counter(catalog, _old_text(stored, rewrite), stored.name, rewrite.temp_name)
    statistics = _Statistics(catalog, stored.name)
    match way:
        case Way.SWITCH:
            _by_switch(catalog, stored, text, rewrite)
        case Way.RENAME:
            _by_rename(catalog, stored, text, rewrite)
        case Way.REFILL:
            _by_refill(catalog, stored, text, rewrite)
    if way is not Way.REFILL:
        _create_indexes(catalog, rewrite)
    counter.restore(text)
    statistics.restore()


def _by_switch(catalog: Catalog, stored: Stored, text: TableText, rewrite: TableRewrite) -> None:
    temporary = rewrite.temp_name
    renamed = edit.rename_table(text, temporary)
    alone = edit.drop_foreign_keys(renamed)
    if alone is not renamed:
        # What is wrong with a foreign key is to be said by SQLite now, not when the schema is read.
        catalog.send(edit.definition(renamed, catalog.prefix))
        catalog.send(f"DROP TABLE {catalog.prefix}{quote(temporary)}")
    catalog.send(edit.definition(alone, catalog.prefix))
    _copy(catalog, parse_table(stored.sql or ""), rewrite, text, stored.name, temporary)
    for index in catalog.indexes(stored.name):
        catalog.send(drop_index(catalog, index))
    parked = _free_name(catalog, PARKED_TABLE.format(stored.name))
    try:
        with savepoint(catalog, "alembic_switch"):
            with _writable_schema(catalog):
                _switch(catalog, stored, text, temporary, parked)
            catalog.control("PRAGMA writable_schema=RESET")
            _see_schema(catalog, text)
    except BaseException:
        catalog.control("PRAGMA writable_schema=RESET")
        raise
    catalog.send(f"DROP TABLE {catalog.prefix}{quote(parked)}")


def _switch(catalog: Catalog, stored: Stored, text: TableText, temporary: str, parked: str) -> None:
    """Exchange the names. A table's row comes before those of its indexes and triggers.

    So the new table takes the place of the old one, and the old one goes to the end.
    """
    old = edit.drop_foreign_keys(edit.rename_table(parse_table(stored.sql or ""), parked))
    master = catalog.master
    ((place,),) = catalog.ask(
        f"SELECT rowid FROM {master} WHERE type = 'table' AND lower(name) = ?", fold(stored.name)
    )
    for rowid, name in _rows_of(catalog, stored.name):
        is_table = rowid == place
        catalog.send(
            f"UPDATE {master} SET rowid = (SELECT max(rowid) + 1 FROM {master}), "
            f"name = {quote_text(parked if is_table else _own_index(parked, name))}, "
            f"tbl_name = {quote_text(parked)}"
            + (f", sql = {quote_text(edit.definition(old))}" if is_table else "")
            + f" WHERE rowid = {rowid}"
        )
    for rowid, name in _rows_of(catalog, temporary):
        is_table = fold(name) == fold(temporary)
        own = stored.name if is_table else _own_index(stored.name, name)
        catalog.send(
            f"UPDATE {master} SET name = {quote_text(own)}, tbl_name = {quote_text(stored.name)}"
            + (f", rowid = {place}, sql = {quote_text(edit.definition(text))}" if is_table else "")
            + f" WHERE rowid = {rowid}"
        )


def _rows_of(catalog: Catalog, table: str) -> list[tuple[int, str]]:
    """(row id, name) of a table's row and of those of its constraints' own indexes."""
    rows = catalog.ask(
        f"SELECT rowid, name FROM {catalog.master} WHERE lower(tbl_name) = ? AND (type = 'table' "
        "OR type = 'index' AND sql IS NULL) ORDER BY rowid",
        fold(table),
    )
    return [(row[0], row[1]) for row in rows]


def _own_index(table: str, name: str) -> str:
    """SQLite numbers them: ``sqlite_autoindex_TABLE_N``."""
    return f"sqlite_autoindex_{table}_{name.rpartition('_')[2]}"


def _see_schema(catalog: Catalog, text: TableText) -> None:
    """Have the schema read anew now, so that an error of it comes inside the savepoint."""
    rows = catalog.ask(
        f"SELECT name FROM pragma_table_xinfo(?, {quote_text(catalog.schema)})", text.name
    )
    assert [row[0] for row in rows] == [column.name for column in text.columns]


def _by_rename(catalog: Catalog, stored: Stored, text: TableText, rewrite: TableRewrite) -> None:
    children = catalog.children(stored.name)
    if children and catalog.enforces_foreign_keys():
        raise ForeignKeysEnforced(stored.name, children)
    temporary = rewrite.temp_name
    renamed = edit.rename_table(edit.unqualified(text), temporary)
    catalog.send(edit.definition(renamed, catalog.prefix))
    _copy(catalog, _old_text(stored, rewrite), rewrite, text, stored.name, temporary)
    triggers = catalog.triggers(stored.name)
    catalog.send(f"DROP TABLE {catalog.prefix}{quote(stored.name)}")
    # Else SQLite refuses, as views speak of a table that is gone at this moment.
    with _pragma(catalog, "legacy_alter_table"):
        catalog.send(
            f"ALTER TABLE {catalog.prefix}{quote(temporary)} RENAME TO {quote(stored.name)}"
        )
    for trigger in triggers:
        catalog.send(trigger)


def _by_refill(catalog: Catalog, stored: Stored, text: TableText, rewrite: TableRewrite) -> None:
    temporary = f"{catalog.prefix}{quote(rewrite.temp_name)}"
    table = f"{catalog.prefix}{quote(stored.name)}"
    new = edit.unqualified(text)
    alone = edit.drop_foreign_keys(edit.rename_table(new, rewrite.temp_name))
    catalog.send(edit.definition(alone, catalog.prefix))
    _copy(catalog, _old_text(stored, rewrite), rewrite, text, stored.name, rewrite.temp_name)
    triggers = catalog.triggers(stored.name)
    columns = [quote(copy.column) for copy in rewrite.copies]
    if (rowid := _rowid(new, new, rewrite)) is not None:
        columns.insert(0, rowid)
    names = ", ".join(columns)
    with _pragma(catalog, "defer_foreign_keys"):
        catalog.send(f"DROP TABLE {table}")
        catalog.send(edit.definition(new, catalog.prefix))
        # Before there are rows: what foreign keys refer to may be a unique index.
        _create_indexes(catalog, rewrite)
        catalog.send(f"INSERT OR ABORT INTO {table} ({names}) SELECT {names} FROM {temporary}")
    catalog.send(f"DROP TABLE {temporary}")
    for trigger in triggers:
        catalog.send(trigger)


def _create_indexes(catalog: Catalog, rewrite: TableRewrite) -> None:
    for index in rewrite.indexes:
        catalog.send(catalog.create_index(index))


def _old_text(stored: Stored, rewrite: TableRewrite) -> TableText:
    try:
        return parse_table(stored.sql or "")
    except SchemaNotUnderstood:
        return rewrite.old


def _copy(
    catalog: Catalog,
    old: TableText,
    rewrite: TableRewrite,
    new: TableText,
    source: str,
    target: str,
) -> None:
    """Copy the rows. OR ABORT: an ON CONFLICT of the table must not pass over rows."""
    columns = [(quote(copy.column), copy.source) for copy in rewrite.copies]
    if (rowid := _rowid(old, new, rewrite)) is not None:
        columns.insert(0, (rowid, rowid))
    names = ", ".join(name for name, _ in columns)
    values = ", ".join(value for _, value in columns)
    try:
        catalog.send(
            f"INSERT OR ABORT INTO {catalog.prefix}{quote(target)} ({names}) "
            f"SELECT {values} FROM {catalog.prefix}{quote(source)}"
        )
    except IntegrityError as error:
        add_note(error, _why_not(error, rewrite, source, target))
        raise


def _why_not(error: IntegrityError, rewrite: TableRewrite, source: str, target: str) -> str:
    said = str(error.orig)
    copied = {fold(copy.column) for copy in rewrite.copies}
    for column in rewrite.text.columns:
        is_refused = said.startswith("NOT NULL") and said.endswith(f".{column.name}")
        if is_refused and fold(column.name) not in copied:
            return no_value_for_rows(source, column.name)
    return (
        f"A row of table {source!r} doesn't fit what the change makes of it ({target!r} is the "
        "copy): correct such rows first."
    )


def _rowid(old: TableText, new: TableText, rewrite: TableRewrite) -> str | None:
    """The name that row ids are copied by; None where there are none, or they are a column."""
    if old.without_rowid or new.without_rowid:
        return None
    copied = {fold(copy.column) for copy in rewrite.copies}
    if new.rowid_column is not None and fold(new.rowid_column) in copied:
        return None
    return next(
        (name for name in ROWID_NAMES if old.column(name) is None and new.column(name) is None),
        None,
    )


def _free_name(catalog: Catalog, name: str) -> str:
    number = 0
    free = name
    while catalog.find(free) is not None:
        number += 1
        free = f"{name}_{number}"
    return free


@contextmanager
def _pragma(catalog: Catalog, name: str) -> Iterator[None]:
    """A flag is on within the block."""
    ((before,),) = catalog.ask(f"PRAGMA {name}")
    catalog.control(f"PRAGMA {name}=ON")
    try:
        yield
    finally:
        if not before:
            catalog.control(f"PRAGMA {name}=OFF")


def _writable_schema(catalog: Catalog) -> AbstractContextManager[None]:
    return _pragma(catalog, "writable_schema")


class _Counter:
    """What AUTOINCREMENT has counted: the greatest row id that the table ever had.

    Source: https://www.sqlite.org/autoinc.html.
    """

    def __init__(self, catalog: Catalog, old: TableText, table: str, temporary: str) -> None:
        self._catalog = catalog
        self._table = table
        self._temporary = temporary
        self._before = self._read(table)
        # So it is before the first row, and when somebody has deleted the number.
        self._has_begun_anew = self._before is None and _is_counting(old)

    def restore(self, text: TableText) -> None:
        """Set it for the new table; there is none without AUTOINCREMENT."""
        sequence = f"{self._catalog.prefix}sqlite_sequence"
        if not self._catalog.has_table("sqlite_sequence"):
            return
        known = [self._before, self._read(self._table), self._read(self._temporary)]
        counted = [value for value in known if value is not None]
        name = quote_text(self._table)
        self._catalog.send(f"DELETE FROM {sequence} WHERE name = {quote_text(self._temporary)}")
        if not _is_counting(text) or not counted or self._has_begun_anew:
            self._catalog.send(f"DELETE FROM {sequence} WHERE name = {name}")
        elif self._read(self._table) is None:
            self._catalog.send(
                f"INSERT INTO {sequence} (name, seq) VALUES ({name}, {max(counted)})"
            )
        else:
            self._catalog.send(f"UPDATE {sequence} SET seq = {max(counted)} WHERE name = {name}")

    def _read(self, table: str) -> int | None:
        if not self._catalog.has_table("sqlite_sequence"):
            return None
        rows = self._catalog.ask(
            f"SELECT seq FROM {self._catalog.prefix}sqlite_sequence WHERE name = ?", table
        )
        return int(rows[0][0]) if rows and rows[0][0] is not None else None


def _is_counting(text: TableText) -> bool:
    return any(
        found.kind is Kind.PRIMARY_KEY and "AUTOINCREMENT" in found.words
        for _, found in text.all_constraints()
    )


class _Statistics:
    """What ANALYZE has found out of the table's indexes, which goes with them when they are dropped.

    Source: https://www.sqlite.org/fileformat.html#stat1tab.
    """

    def __init__(self, catalog: Catalog, table: str) -> None:
        self._catalog = catalog
        self._table = table
        self._rows = {
            name: catalog.ask(
                f"SELECT * FROM {catalog.prefix}{name} WHERE lower(tbl) = ?", fold(table)
            )
            for name in STATISTICS
            if catalog.has_table(name)
        }

    def restore(self) -> None:
        """Write it down again for what is still there."""
        catalog = self._catalog
        kept = {index.name for index in catalog.indexes(self._table)}
        kept |= {name for _, name in _rows_of(catalog, self._table)}
        for name, rows in self._rows.items():
            catalog.send(
                f"DELETE FROM {catalog.prefix}{name} WHERE lower(tbl) = "
                f"{quote_text(fold(self._table))}"
            )
            for row in rows:
                if row[1] is None or row[1] in kept:
                    marks = ", ".join("?" * len(row))
                    catalog.connection.exec_driver_sql(
                        f"INSERT INTO {catalog.prefix}{name} VALUES ({marks})", tuple(row)
                    )
