"""MySQL and MariaDB.

A change of a column replaces its whole definition, and what isn't repeated is gone: a comment, a
collation, NOT NULL, AUTO_INCREMENT, ON UPDATE. So wherever there is a database, the definition is
read from it (SHOW CREATE TABLE), changed where the verb says, and spelled again; ``existing_*``
need not be given. In a script they are all that is known::

    op.alter_column("account", "name", nullable=False)      # reads: varchar(50) DEFAULT 'x' COMMENT …
    # ALTER TABLE account MODIFY name varchar(50) NOT NULL DEFAULT 'x' COMMENT …

A server that is reached by a ``mysql://`` URL may be either of the two; which one is known as soon as
it is connected to.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from sqlalchemy import CheckConstraint, Constraint, Index, Table
from sqlalchemy.engine import Dialect
from sqlalchemy.schema import (
    AddConstraint,
    Column,
    CreateIndex,
    DDLElement,
    DropIndex,
    Identity,
)
from sqlalchemy.types import TypeEngine

from alembic.ddl.absent.words import listed
from alembic.ddl.base import AddColumn, DropColumn, ExistingDefault, IdentityColumnDefault
from alembic.ddl.impl import DefaultImpl, DialectKeyword
from alembic.ddl.mysql_schema.alteration import Alteration, spell_change
from alembic.ddl.mysql_schema.catalog import Catalog, UnknownConstraint
from alembic.ddl.mysql_schema.column import DEFAULT, ColumnDefinition
from alembic.ddl.mysql_schema.comparison import MySQLComparison
from alembic.ddl.mysql_schema.constructs import (
    KINDS,
    AlterOptions,
    DropKey,
    DropMySQLConstraint,
    MySQLAlterDefault as MySQLAlterDefault,
    MySQLChangeColumn as MySQLChangeColumn,
    MySQLModifyColumn as MySQLModifyColumn,
    WithOptions,
)
from alembic.ddl.mysql_schema.index_length import with_lengths
from alembic.util.exc import CommandError

log = logging.getLogger(__name__)

NAMES = frozenset({"mysql", "mariadb"})
"""SQLAlchemy's two names of the dialect; packages subclass the impl under others."""


class KindNeeded(CommandError, NotImplementedError):
    """A constraint is to be dropped, and of which kind it is isn't known."""

    def __init__(
        self,
        name: object,
        table: str,
        kinds: Sequence[str] = (),
        existing: Sequence[str] = (),
    ) -> None:
        found = f" There are several of that name: {', '.join(kinds)}." if kinds else ""
        if existing:
            found += f" Its constraints: {listed(existing)}."
        super().__init__(
            "No generic 'DROP CONSTRAINT' in MySQL - please specify constraint type: "
            f"op.drop_constraint({name!r}, {table!r}, type_='foreignkey', 'primary', 'unique' or "
            f"'check').{found}"
        )
        self.name = name
        self.table = table


class ExistingIdentity(CommandError, NotImplementedError):
    """An identity stands for AUTO_INCREMENT or for nothing, and which of them isn't known."""

    def __init__(self, table: str, column: str) -> None:
        super().__init__(
            f"Column {column!r} of table {table!r} is said to be an identity, which MySQL hasn't. "
            "Pass existing_autoincrement=True or False in its place"
        )
        self.table = table
        self.column = column


class MySQLImpl(MySQLComparison, DefaultImpl):
    """Verbs on MySQL, and on MariaDB by a ``mysql://`` URL."""

    __dialect__ = "mysql"
    transactional_ddl = False

    def __init__(self, *arg: Any, **kw: Any) -> None:
        super().__init__(*arg, **kw)
        # MySQL has no words for it, and can be asked in a run.
        can_ask = not self.as_sql and self.dialect.name in NAMES
        self.index_if_not_exists = _is_mariadb(self.dialect) or can_ask

    # --- verbs on tables ------------------------------------------------------------------------

    def create_table(self, table: Table, **kw: DialectKeyword) -> None:
        """Create a table; on MariaDB the checks of columns that have a name become the table's.

        Within a column they can't have one: https://mariadb.com/kb/en/constraint/#check-constraints
        """
        columns = table.columns if _is_mariadb(self.dialect) else ()
        for column in columns:
            for check in sorted(column.constraints, key=lambda one: one._creation_order):
                if isinstance(check, CheckConstraint) and isinstance(check.name, str):
                    column.constraints.discard(check)
                    table.append_constraint(CheckConstraint(check.sqltext, name=check.name))
        table.indexes = {with_lengths(index, self.dialect) for index in tuple(table.indexes)}
        super().create_table(table, **kw)

    # --- verbs on columns -----------------------------------------------------------------------

    def alter_column(
        self,
        table_name: str,
        column_name: str,
        *,
        nullable: bool | None = None,
        server_default: ExistingDefault = False,
        name: str | None = None,
        type_: TypeEngine[Any] | None = None,
        schema: str | None = None,
        existing_type: TypeEngine[Any] | None = None,
        existing_server_default: ExistingDefault = None,
        existing_nullable: bool | None = None,
        autoincrement: bool | None = None,
        existing_autoincrement: bool | None = None,
        comment: str | Literal[False] | None = False,
        existing_comment: str | None = None,
        **kw: DialectKeyword,
    ) -> None:
        """Change a column in one statement.

        What is given as existing counts; what isn't is read from the database, if there is one.
        Raises :class:`~alembic.ddl.mysql_schema.catalog.UnknownColumn` where it hasn't the column,
        and TypeNeeded where there is no database to ask.
        """
        change = Alteration(
            table=table_name,
            column=column_name,
            schema=schema,
            nullable=nullable,
            server_default=server_default,
            name=name,
            type_=type_,
            autoincrement=autoincrement,
            comment=comment,
            existing_type=existing_type,
            existing_server_default=existing_server_default,
            existing_nullable=existing_nullable,
            existing_autoincrement=existing_autoincrement,
            existing_comment=existing_comment,
        )
        options = self._options(kw)
        if not change.is_change:
            return
        if change.is_about_identity:
            default: Any = server_default
            self._exec(IdentityColumnDefault(table_name, column_name, default, self, schema=schema))
            return
        catalog = self._catalog()
        existing = self._existing(catalog, table_name, column_name, schema)
        is_identity = isinstance(existing_server_default, Identity)
        if existing is None and is_identity and change.known_autoincrement is None:
            raise ExistingIdentity(table_name, column_name)
        if existing is None and change.forgets_nullable:
            log.warning(
                "%s.%s will accept NULL: its definition is said anew, with what the call says, and "
                "existing_nullable=False is not among it",
                table_name,
                column_name,
            )
        self._send(spell_change(change, existing, self.dialect), options, ", ")

    def add_column(
        self,
        table_name: str,
        column: Column[Any],
        *,
        schema: str | None = None,
        if_not_exists: bool | None = None,
        inline_references: bool | None = None,
        inline_primary_key: bool | None = None,
        **kw: DialectKeyword,
    ) -> None:
        """Add a column, with ``mysql_algorithm`` and ``mysql_lock``.

        MySQL is asked first where the column shall not be there yet: it has no words for that.
        """
        catalog = self._catalog_of_mysql() if if_not_exists else None
        if catalog is not None:
            if self._has(catalog.has_column, table_name, column.name, schema):
                return log.info("Column %s.%s is there already", table_name, column.name)
            if_not_exists = None
        add = AddColumn(
            table_name,
            column,
            schema=schema,
            if_not_exists=if_not_exists,
            inline_references=inline_references,
            inline_primary_key=inline_primary_key,
        )
        return self._send(add, self._options(kw), ", ")

    def drop_column(
        self,
        table_name: str,
        column: Column[Any],
        *,
        schema: str | None = None,
        if_exists: bool | None = None,
        **kw: DialectKeyword,
    ) -> None:
        """Drop a column, with ``mysql_algorithm`` and ``mysql_lock``."""
        catalog = self._catalog_of_mysql() if if_exists else None
        if catalog is not None:
            if not self._has(catalog.has_column, table_name, column.name, schema):
                return log.info("Column %s.%s is gone already", table_name, column.name)
            if_exists = None
        drop = DropColumn(table_name, column, schema=schema, if_exists=if_exists)
        return self._send(drop, self._options(kw), ", ")

    # --- verbs on constraints and indexes -------------------------------------------------------

    def add_constraint(self, const: Constraint, **kw: DialectKeyword) -> None:
        """Add a constraint, with ``mysql_algorithm`` and ``mysql_lock``."""
        rule: Any = const._create_rule
        if rule is None or rule(self):
            self._send(AddConstraint(const, **kw), self._options(const.dialect_kwargs), ", ")

    def drop_constraint(self, const: Constraint, **kw: DialectKeyword) -> None:
        """Drop a constraint, each kind in its own words.

        Where the kind isn't given, the database is asked for it; without one :class:`KindNeeded` is
        raised. A type's own check is dropped where the database has it.
        """
        table: Table = const.table
        name = const.name if isinstance(const.name, str) else None
        if_exists = bool(kw.get("if_exists"))
        catalog = self._catalog()
        kind = next((word for class_, word in KINDS.items() if isinstance(const, class_)), None)
        found: tuple[str, ...] = ()
        if catalog is not None and (name is not None or kind == "PRIMARY KEY"):
            asked = "PRIMARY" if kind == "PRIMARY KEY" else str(name)
            found = self._kinds(catalog, table.name, asked, table.schema)
        if isinstance(const, CheckConstraint) and const._type_bound and "CHECK" not in found:
            return
        if kind is None and len(found) == 1:
            kind = found[0]
        if catalog is not None and if_exists and (not found or (kind and kind not in found)):
            log.info("Constraint %s of %s is gone already", name, table.name)
            return
        if kind is None and catalog is not None and name is not None and not found:
            raise UnknownConstraint(table.name, name, catalog.constraints(table.name, table.schema))
        if kind is None:
            existing = catalog.constraints(table.name, table.schema) if catalog else ()
            raise KindNeeded(name, table.name, found, existing)
        # Of the two, MariaDB alone has words for it: https://mariadb.com/kb/en/alter-table/
        words = if_exists and catalog is None and self.dialect.name == "mariadb"
        drop = DropMySQLConstraint(const, kind, if_exists=words)
        self._send(drop, self._options(const.dialect_kwargs), ", ")

    def create_index(self, index: Index, **kw: DialectKeyword) -> None:
        """Create an index, with ``mysql_algorithm`` and ``mysql_lock``."""
        table = index.table
        catalog = self._catalog_of_mysql() if kw.get("if_not_exists") else None
        if catalog is not None and table is not None:
            if self._has(catalog.has_index, table.name, str(index.name), table.schema):
                return log.info("Index %s of %s is there already", index.name, table.name)
            kw["if_not_exists"] = False
        options = self._options(index.dialect_kwargs)
        return self._send(CreateIndex(with_lengths(index, self.dialect), **kw), options, " ")

    def drop_index(self, index: Index, **kw: DialectKeyword) -> None:
        """Drop an index, with ``mysql_algorithm`` and ``mysql_lock``."""
        table = index.table
        catalog = self._catalog_of_mysql() if kw.get("if_exists") else None
        if catalog is not None and table is not None:
            if not self._has(catalog.has_index, table.name, str(index.name), table.schema):
                return log.info("Index %s of %s is gone already", index.name, table.name)
            kw["if_exists"] = False
        options = self._options(index.dialect_kwargs)
        if options:
            return self._send(DropKey(index, bool(kw.get("if_exists"))), options, ", ")
        self._exec(DropIndex(index, **kw))
        return None

    # --- what verbs share -----------------------------------------------------------------------

    def _send(self, statement: DDLElement, options: AlterOptions, separator: str) -> None:
        self._exec(WithOptions(statement, options, separator) if options else statement)

    def _options(self, given: Mapping[str, Any]) -> AlterOptions:
        """``mysql_algorithm`` and ``mysql_lock``; by MariaDB's own name of the dialect as well."""
        found: list[Any] = []
        for word in ("algorithm", "lock"):
            value = given.get(f"{self.dialect.name}_{word}")
            found.append(given.get(f"mysql_{word}") if value is None else value)
        return AlterOptions(*found)

    def _catalog(self) -> Catalog | None:
        """Where to ask, None in a script and for dialects that only descend from MySQL's."""
        if self.as_sql or self.connection is None or self.dialect.name not in NAMES:
            return None
        return Catalog(self.connection)

    def _existing(
        self, catalog: Catalog | None, table: str, column: str, schema: str | None
    ) -> ColumnDefinition | None:
        """The definition of a column, None where there is none to have."""
        if catalog is None:
            return None
        answer = self.recall(
            f"definition of {schema}.{table}.{column}",
            lambda: str(catalog.column(table, column, schema) or ""),
        )
        return ColumnDefinition.read(answer) if answer else None

    def _kinds(
        self, catalog: Catalog, table: str, name: str, schema: str | None
    ) -> tuple[str, ...]:
        answer = self.recall(
            f"kinds of {schema}.{table}.{name}",
            lambda: ",".join(catalog.kinds_of_constraint(table, name, schema)),
        )
        return tuple(answer.split(",")) if answer else ()

    def _has(
        self, ask: Callable[[str, str, str | None], bool], table: str, name: str, schema: str | None
    ) -> bool:
        question = f"{ask.__name__} {schema}.{table}.{name}"
        return self.recall(question, lambda: "yes" if ask(table, name, schema) else "") == "yes"

    def _catalog_of_mysql(self) -> Catalog | None:
        """Where to ask whether a thing is there: a server that has no IF EXISTS for it.

        https://dev.mysql.com/doc/refman/8.4/en/alter-table.html
        """
        return None if _is_mariadb(self.dialect) else self._catalog()

    # --- comparison -----------------------------------------------------------------------------

    def autogen_column_reflect(self, inspector: Any, table: Any, column_info: Any) -> None:
        """Give a column the default that SQLAlchemy has not understood, where defaults are compared."""
        catalog = self._catalog() if self.context_opts.get("compare_server_default") else None
        if catalog is None or column_info.get("default") is not None:
            return
        key = ("alembic.ddl.mysql", table.schema, table.name)
        if key not in inspector.info_cache:
            inspector.info_cache[key] = catalog.columns(table.name, table.schema)
        definition = inspector.info_cache[key].get(column_info["name"])
        default = "" if definition is None else definition.of(DEFAULT)
        if default:
            column_info["default"] = default[len(DEFAULT) :].strip()


def _is_mariadb(dialect: Dialect) -> bool:
    return bool(getattr(dialect, "is_mariadb", False))


class MariaDBImpl(MySQLImpl):
    """Verbs on MariaDB by a ``mariadb://`` URL."""

    __dialect__ = "mariadb"
