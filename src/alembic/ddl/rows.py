"""Rows on their way into a table: in batches to a database, as INSERT statements to a script."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from itertools import islice
from typing import Any

from sqlalchemy import Table, TableClause, literal_column, select
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.elements import ClauseElement
from sqlalchemy.types import TypeEngine

from alembic.ddl.literals import is_plain, is_plain_text, is_text, plain_writer
from alembic.ddl.sink import Spelled
from alembic.util.exc import CommandError

Row = Mapping[str, Any]
"""Column → value."""

BATCH = 10_000
"""Rows that are held at a time."""


class BadRow(CommandError, TypeError):
    """A row is no dictionary; ``number`` is its place among the rows, from 1."""

    def __init__(self, row: object, number: int) -> None:
        super().__init__(
            f"op.bulk_insert(): row {number} is {row!r}, but has to be a dictionary: column → value"
        )
        self.row = row
        self.number = number


class BadKey(CommandError, TypeError):
    """A row has a key that is no name, as a column is none."""

    def __init__(self, key: object, number: int) -> None:
        super().__init__(
            f"op.bulk_insert(): row {number} has the key {key!r}, but has to have names of columns, as "
            "in {'name': value}"
        )
        self.key = key
        self.number = number


class UnknownKeys(CommandError, KeyError):
    """Rows have values for columns that the table hasn't."""

    __str__ = Exception.__str__

    def __init__(self, keys: Iterable[str], table: TableClause) -> None:
        self.keys = tuple(keys)
        columns = ", ".join(repr(column.key) for column in table.c) or "none"
        super().__init__(
            f"op.bulk_insert(): a row has a value for {', '.join(map(repr, self.keys))}, which is no "
            f"column of {table.name!r} as it was given. Its columns: {columns}"
        )


def unknown_keys(table: TableClause, row: Row) -> list[str]:
    """The keys of a row that are no columns of the table."""
    known = table.c
    return [key for key in row if isinstance(key, str) and key not in known]


def batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """The rows in lists of at most :data:`BATCH`, all of a list with the same columns.

    A driver binds to every row what the first one has: values of other columns would be lost.
    """
    remaining = iter(rows)
    taken = 0
    while batch := list(islice(remaining, BATCH)):
        start = 0
        try:
            columns = batch[0].keys()
            for position, row in enumerate(batch):
                if row.keys() != columns:
                    yield batch[start:position]
                    start, columns = position, row.keys()
        except AttributeError as error:
            for number, row in enumerate(batch, taken + 1):
                if not isinstance(row, Mapping):
                    raise BadRow(row, number) from error
            raise
        yield batch[start:] if start else batch
        taken += len(batch)


class _IsExpression(Exception):
    """A value is SQL, which has to be compiled."""


class InsertText:
    """Writes rows as INSERT statements of one table, without a terminator.

    What a statement has in common with those before it is compiled once for each set of columns.
    ``spell`` gives the text of a statement with its values in it.
    """

    def __init__(self, table: TableClause, dialect: Dialect, spell: Callable[[Any], str]) -> None:
        self._table = table
        # With a statement, whichever: it tells the compiler that its literals are not for DDL.
        self._compiler = dialect.statement_compiler(dialect, select(literal_column("1")))
        self._spell = spell
        self._forms: dict[tuple[str, ...], _Form | None] = {}
        self._written = 0

    def of(self, row: Row) -> Spelled:
        """The statement that inserts a row."""
        self._written += 1
        key = tuple(row) if isinstance(row, dict) else self._key(row)
        if key not in self._forms:
            for name in key:
                if not isinstance(name, str):
                    raise BadKey(name, self._written)
            if unknown := unknown_keys(self._table, row):
                raise UnknownKeys(unknown, self._table)
            self._forms[key] = self._form(key)
        form = self._forms[key]
        if form is not None:
            try:
                return Spelled(form.filled(row))
            except _IsExpression:
                pass
        return Spelled(self._spell(self._table.insert().inline().values(dict(row))))

    def _key(self, row: Row) -> tuple[str, ...]:
        if not isinstance(row, Mapping):
            raise BadRow(row, self._written)
        return tuple(row)

    def _form(self, columns: tuple[str, ...]) -> _Form | None:
        """None where a type wraps its values, so that each statement has to be compiled."""
        known = self._table.c
        types = {name: known[name].type for name in columns if name in known}
        impls = [type_.dialect_impl(self._compiler.dialect) for type_ in types.values()]
        if len(types) < len(columns) or any(impl._has_bind_expression for impl in impls):
            return None
        marks: dict[str, str] = {f"\x00{number}\x00": name for number, name in enumerate(columns)}
        values: dict[str, Any] = {name: literal_column(mark) for mark, name in marks.items()}
        text = self._spell(self._table.insert().inline().values(values))
        pieces = text.split("\x00")
        order = [columns[int(number)] for number in pieces[1::2]]
        return _Form(pieces[::2], [(name, self._writer(types[name])) for name in order])

    def _writer(self, type_: TypeEngine[Any]) -> Callable[[Any], str]:
        render = self._compiler.render_literal_value
        dialect = self._compiler.dialect
        plainly = plain_writer(type_, dialect)
        takes_text = is_text(type_, dialect)

        def write(value: Any) -> str:
            if plainly is not None and ((takes_text and is_plain_text(value)) or is_plain(value)):
                try:
                    return plainly(value)
                except (TypeError, ValueError, ArithmeticError, AttributeError, LookupError):
                    pass  # not a value for this type: the compiler says so in its words
            if isinstance(value, ClauseElement):
                raise _IsExpression
            return render(value, type_)

        return write


class _Form:
    """An INSERT with gaps, and what fills each of them."""

    def __init__(self, fixed: list[str], writers: list[tuple[str, Callable[[Any], str]]]) -> None:
        self._first, *others = fixed
        self._rest = [(*writer, after) for writer, after in zip(writers, others, strict=True)]

    def filled(self, row: Row) -> str:
        parts = [self._first]
        for name, write, after in self._rest:
            parts += (write(row[name]), after)
        return "".join(parts)


def with_defaults(table: TableClause, rows: Iterable[Row]) -> Iterable[Row]:
    """Rows with the models' own defaults filled in, as a run against a database does."""
    defaults = _defaults(table)
    if not defaults:
        return rows
    return (
        {**{name: make() for name, make in defaults.items() if name not in row}, **row}
        for row in rows
    )


def _defaults(table: TableClause) -> dict[str, Callable[[], Any]]:
    if not isinstance(table, Table):
        return {}
    found: dict[str, Callable[[], Any]] = {}
    for column in table.columns:
        default: Any = column.default
        if default is None or column.computed is not None:
            continue
        if default.is_scalar:
            found[column.key] = partial(_same, default.arg)
        elif default.is_callable:
            found[column.key] = partial(default.arg, None)
    return found


def _same(value: Any) -> Any:
    return value
