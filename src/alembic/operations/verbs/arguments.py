"""What verbs refuse: arguments that can only be a mistake, said before anything is executed.

The errors are also TypeErrors, which is what programs met so far for such calls.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Executable, Table, TableClause, exc
from sqlalchemy.dialects import registry
from sqlalchemy.engine import Dialect
from sqlalchemy.schema import FetchedValue, SchemaItem
from sqlalchemy.sql.elements import ClauseElement, ColumnElement
from sqlalchemy.sql.selectable import FromClause
from sqlalchemy.types import TypeEngine

from alembic.ddl.rows import BadRow
from alembic.util.exc import CommandError
from alembic.util.messaging import warn_outside

IGNORED_KEYWORDS = frozenset(
    {
        *("default", "doc", "index", "info", "key", "onupdate", "primary_key", "quote"),
        *("server_onupdate", "system", "unique"),
    }
)
"""Arguments of ``Column`` that ALTER COLUMN knows nothing of, and that were long passed over."""

TABLE_KEYWORDS = frozenset(
    {
        *("schema", "if_not_exists", "if_exists", "comment", "info", "prefixes", "quote"),
        *("quote_schema", "extend_existing", "keep_existing", "implicit_returning", "listeners"),
        *("autoload_with", "autoload_replace", "include_columns", "must_exist", "resolve_fks"),
        *("sqlite_autoincrement", "_constraints_included"),
    }
)
CONSTRAINT_KEYWORDS = frozenset(
    {
        *("schema", "info", "deferrable", "initially", "comment", "use_alter", "link_to_name"),
        *("onupdate", "ondelete", "match", "source_schema", "referent_schema"),
    }
)
FOREIGN_KEY_KEYWORDS = CONSTRAINT_KEYWORDS - {"schema"}
"""Of two tables: each has a schema with a keyword of its own."""
EXCLUDE_KEYWORDS = frozenset({*CONSTRAINT_KEYWORDS, "where", "using", "ops"})
INDEX_KEYWORDS = frozenset(
    {"schema", "unique", "if_exists", "if_not_exists", "info", "quote", "table_name"}
)


# https://dev.mysql.com/doc/refman/8.4/en/drop-index.html,
# https://learn.microsoft.com/sql/t-sql/statements/drop-index-transact-sql
NAME_INDEXES_BY_TABLE = frozenset({"mysql", "mariadb", "mssql"})


class BadArgument(CommandError, TypeError):
    """An argument of a verb is of the wrong kind."""

    def __init__(self, verb: str, argument: str, given: object, wanted: str) -> None:
        super().__init__(f"op.{verb}(): {argument} is {given!r}, but has to be {wanted}")
        self.verb = verb
        self.argument = argument
        self.given = given


class UnknownKeyword(CommandError, TypeError):
    """A verb was given a keyword that neither it nor a dialect knows."""

    def __init__(self, verb: str, keyword: str, known: Collection[str]) -> None:
        near = difflib.get_close_matches(keyword, sorted(known), n=1, cutoff=0.4)
        hint = (
            f"did you mean {near[0]!r}?"
            if near
            else "one that is for a dialect begins with its name, as 'postgresql_using' does"
        )
        super().__init__(f"op.{verb}() knows no keyword {keyword!r}; {hint}")
        self.verb = verb
        self.keyword = keyword


class TableNeeded(CommandError):
    """An index goes by its table and name, and only the name was given."""

    def __init__(self, verb: str, index: str, dialect: str) -> None:
        super().__init__(
            f"op.{verb}(): in the dialect {dialect!r} an index is known by its table and its name; "
            f"pass table_name=… for {index!r}"
        )
        self.verb = verb
        self.index = index


def check_name(verb: str, argument: str, name: object) -> None:
    """A table, column or other name: a string that isn't empty."""
    if not isinstance(name, str) or not name:
        raise BadArgument(verb, argument, name, "a name")


def check_text(verb: str, argument: str, text: object) -> None:
    """A string or None."""
    if text is not None and not isinstance(text, str):
        raise BadArgument(verb, argument, text, "a string or None")


def check_names(verb: str, argument: str, names: object) -> None:
    """Several column names: a list, tuple or other iterable of strings, not one string.

    One letter has always been taken for a list of itself.
    """
    if isinstance(names, str) and len(names) != 1:
        raise BadArgument(verb, argument, names, f"a list of names, as in [{names!r}]")
    if not isinstance(names, Collection) or not names:
        raise BadArgument(verb, argument, names, "a list of names")
    for name in names:
        check_name(verb, f"a name in {argument}", name)


def check_pairs(verb: str, local_cols: Collection[str], remote_cols: Collection[str]) -> None:
    """Columns that refer and those that are referred to: one for each."""
    if len(local_cols) != len(remote_cols):
        wanted = f"as many names as in local_cols, which is {list(local_cols)!r}"
        raise BadArgument(verb, "remote_cols", remote_cols, wanted)


def check_index_elements(verb: str, elements: object) -> None:
    """What an index is over: names and expressions; one letter counts as a list of itself."""
    if isinstance(elements, str) and len(elements) != 1:
        raise BadArgument(verb, "columns", elements, f"a list, as in [{elements!r}]")
    if not isinstance(elements, Collection) or not elements:
        raise BadArgument(verb, "columns", elements, "a list of names and expressions")
    for element in elements:
        if not _is_sayable(element):
            wanted = "a name or an expression such as text('lower(name)')"
            raise BadArgument(verb, "an element of columns", element, wanted)


def check_table_of_index(verb: str, index: str, table: str | None, dialect: Dialect) -> None:
    """The table of an index to be dropped, where indexes have their names by table."""
    if table is None and dialect.name in NAME_INDEXES_BY_TABLE:
        raise TableNeeded(verb, index, dialect.name)


def check_exclude_elements(verb: str, elements: Sequence[object]) -> None:
    """What an exclude constraint is over: (name or expression, operator), one at least."""
    wanted = "a (column, operator) pair, as in ('period', '&&')"
    if not elements:
        raise BadArgument(verb, "elements", elements, wanted)
    for element in elements:
        is_pair = isinstance(element, Sequence) and not isinstance(element, str)
        if not (is_pair and len(element) == 2 and _is_sayable(element[0])):  # type: ignore[index, arg-type]
            raise BadArgument(verb, "an element", element, wanted)
        check_name(verb, "an operator", element[1])  # type: ignore[index]


def check_condition(verb: str, condition: object) -> None:
    """The condition of a check constraint."""
    if not _is_sayable(condition):
        wanted = "text or an expression, as in column('sum') > 0"
        raise BadArgument(verb, "condition", condition, wanted)


def _is_sayable(part: object) -> bool:
    """Text or an expression, but no table."""
    return is_expression(part) or (isinstance(part, str) and bool(part))


def is_expression(part: object) -> bool:
    """What may stand in the place of a column: a function too, though it may stand for a table."""
    is_table = isinstance(part, FromClause) and not isinstance(part, ColumnElement)
    return isinstance(part, ClauseElement) and not is_table


def check_statement(verb: str, statement: object, options: object) -> None:
    """What can be executed, and the options to it."""
    if options is not None and not isinstance(options, Mapping):
        raise BadArgument(verb, "execution_options", options, "a dictionary")
    if not isinstance(statement, str | Executable):
        raise BadArgument(verb, "sqltext", statement, "text or a statement of SQLAlchemy")


def check_rows(verb: str, table: object, rows: object) -> None:
    """A table, and rows for it; those of an iterator are looked at when they are inserted."""
    if not isinstance(table, TableClause):
        wanted = "a table, as create_table() gives it or sqlalchemy.table() makes it"
        raise BadArgument(verb, "table", table, wanted)
    if isinstance(rows, str | bytes | Mapping) or not isinstance(rows, Iterable):
        raise BadArgument(verb, "rows", rows, "a list (or iterator) of dictionaries")
    if isinstance(rows, Sequence):
        for number, row in enumerate(rows, 1):
            if type(row) is not dict and not isinstance(row, Mapping):
                raise BadRow(row, number)


def check_column(verb: str, column: object) -> None:
    """A new column: ``Column(name, type)``."""
    if not isinstance(column, Column):
        raise BadArgument(verb, "column", column, "a Column, as in Column('name', String(50))")
    if not column.name:
        raise BadArgument(verb, "column", column, "a Column with a name")


def check_table_items(verb: str, items: Iterable[object]) -> None:
    """What a table is made of; None is passed over."""
    for item in items:
        if item is not None and (not isinstance(item, SchemaItem) or isinstance(item, Table)):
            wanted = "a Column, a constraint or an Index"
            raise BadArgument(verb, "an argument after the table's name", item, wanted)


def check_batch(
    table_name: object,
    copy_from: object,
    table_args: object,
    reflect_args: object,
    **dictionaries: object,
) -> None:
    """What ``batch_alter_table`` is told of the table; some of it by keyword → value."""
    verb = "batch_alter_table"
    check_name(verb, "table_name", table_name)
    for argument, given in dictionaries.items():
        if not isinstance(given, Mapping):
            raise BadArgument(verb, argument, given, "a dictionary")
    if copy_from is not None and not isinstance(copy_from, Table):
        raise BadArgument(verb, "copy_from", copy_from, "a Table with its columns")
    for argument, items in (("table_args", table_args), ("reflect_args", reflect_args)):
        is_many = isinstance(items, Collection) and not isinstance(items, str)
        if not is_many or not all(isinstance(item, SchemaItem) for item in items):  # type: ignore[attr-defined]
            wanted = "a tuple of columns, constraints and indexes"
            raise BadArgument(verb, argument, items, wanted)


def check_order(verb: str, order: object) -> None:
    """Columns that shall stand in an order: tuples of names, or None."""
    if order is None:
        return
    wanted = "a list of tuples of names, as in [('id', 'name')]"
    if not isinstance(order, Collection) or isinstance(order, str | bytes):
        raise BadArgument(verb, "partial_reordering", order, wanted)
    for names in order:
        is_many = isinstance(names, Collection) and not isinstance(names, str | bytes)
        if not is_many or not all(isinstance(name, str) for name in names):
            raise BadArgument(verb, "partial_reordering", order, wanted)


def check_flag(verb: str, argument: str, flag: object) -> None:
    """True, False or None; 0 and 1 have long been taken for them."""
    if flag is not None and not isinstance(flag, int):
        raise BadArgument(verb, argument, flag, "True, False or None")


def check_type(verb: str, argument: str, type_: object) -> None:
    """A type of SQLAlchemy, as an object or a class."""
    given = type_ if isinstance(type_, type) else type(type_)
    if type_ is not None and not issubclass(given, TypeEngine):
        wanted = "a type of SQLAlchemy, as in String(50) or Integer"
        raise BadArgument(verb, argument, type_, wanted)


def check_server_default(verb: str, argument: str, default: object) -> None:
    """A server default: text, an expression, an Identity; None and False have their meanings."""
    if default is None or default is False or isinstance(default, str | FetchedValue):
        return
    if isinstance(default, ClauseElement | SchemaItem) or hasattr(default, "__clause_element__"):
        return
    wanted = f"text as it stands in DDL, as in {str(default)!r}, or an expression, or None"
    raise BadArgument(verb, argument, default, wanted)


def check_keywords(
    verb: str,
    kw: Mapping[str, Any],
    known: Collection[str],
    dialect: Dialect,
    *,
    is_strict: bool,
) -> None:
    """Keywords of dialects and add-ons pass; others raise :class:`UnknownKeyword`.

    Changing and dropping a column took any keyword in silence for years, so that released revision
    files hold slips (``nullabe``), and what only ``Column`` knows (``unique``, ``index`` …). The latter
    get a warning, and so does the rest where one isn't strict.
    """
    for key in kw:
        if key in known or key.startswith(("modify_", "existing_")):
            continue
        if key in IGNORED_KEYWORDS:
            warn_outside(
                f"op.{verb}() can't change {key!r} of a column; the keyword is passed over"
            )
        elif not _is_for_dialect(key, dialect):
            error = UnknownKeyword(verb, key, known)
            if is_strict:
                raise error
            warn_outside(f"{error}; it is passed over")


def check_dialect_keywords(
    verb: str, kw: Mapping[str, Any], known: Collection[str], dialect: Dialect
) -> None:
    """Keywords of dialects pass; others raise :class:`UnknownKeyword`."""
    for key in kw:
        if not _is_for_dialect(key, dialect):
            raise UnknownKeyword(verb, key, known)


def check_schema_keywords(verb: str, kw: Mapping[str, Any], known: Collection[str]) -> None:
    """Keywords of a table, constraint or index: those that can only be a slip are refused.

    What looks like a keyword of a dialect is left to SQLAlchemy, which knows those that are
    installed and warns of others.
    """
    for key in kw:
        if key in known:
            continue
        name, _, rest = key.partition("_")
        is_near = difflib.get_close_matches(key, known, n=1, cutoff=0.8)
        if not rest or (is_near and not _is_dialect(name)):
            raise UnknownKeyword(verb, key, known)


def _is_for_dialect(keyword: str, dialect: Dialect) -> bool:
    if keyword.startswith(f"{dialect.name}_"):
        return True
    name, _, rest = keyword.partition("_")
    return bool(rest) and _is_dialect(name)


def _is_dialect(name: str) -> bool:
    try:
        registry.load(name)
    except exc.NoSuchModuleError:
        return False
    except ImportError:
        return True  # there is such a dialect, though its driver is missing
    return True
