"""PostgreSQL: nearly everything is altered in place, in a transaction."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from sqlalchemy import (
    Column,
    Constraint,
    CursorResult,
    Executable,
    Index,
    PrimaryKeyConstraint,
    String,
    Table,
    UniqueConstraint,
    func,
    literal_column,
    select,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.schema import Identity
from sqlalchemy.sql.compiler import DDLCompiler
from sqlalchemy.sql.elements import ClauseElement, quoted_name
from sqlalchemy.types import NULLTYPE, TypeEngine

from alembic.ddl import postgresql_types as types
from alembic.ddl.base import (
    AlterColumn,
    AlterTable,
    ColumnComment,
    ExistingDefault,
    IdentityColumnDefault,
    RenameTable,
    ServerDefault,
    alter_column,
    alter_table,
    as_type,
    format_column_name,
    format_table_name,
    format_type,
)
from alembic.ddl.impl import BatchOp, DefaultImpl, DialectKeyword, UserValue
from alembic.ddl.keywords import allow
from alembic.ddl.literals import plain_preparer
from alembic.ddl.postgresql_comparison import PostgresqlComparison
from alembic.ddl.postgresql_constraints import ConstraintUsingIndex, ValidateConstraint
from alembic.ddl.sink import ScriptSink
from alembic.ddl.written import for_driver
from alembic.util.values import EMPTY_DICT

# Constraints that are made without a verb take it here as well.
allow(["postgresql_using_index"])

_IDENTITY_OPTIONS = (
    *("cache", "cycle", "increment", "maxvalue"),
    *("minvalue", "nomaxvalue", "nominvalue", "start"),
)


class PostgresqlColumnType(AlterColumn):
    """Give a column another type; ``using`` is the expression that makes the new values."""

    def __init__(self, name: str, column_name: str, type_: TypeEngine[Any], **kw: Any) -> None:
        using = kw.pop("using", None)
        super().__init__(name, column_name, **kw)
        self.type_ = as_type(type_)
        self.using: str | ClauseElement | None = using


# --- spelling -----------------------------------------------------------------------------------


@compiles(RenameTable, "postgresql")
def visit_rename_table(element: RenameTable, compiler: DDLCompiler, **kw: Any) -> str:
    """ALTER TABLE … RENAME TO …, the new name without the schema."""
    new_name = format_table_name(compiler, element.new_table_name, None)
    return f"{_altered_table(element, compiler)} RENAME TO {new_name}"


@compiles(PostgresqlColumnType)
def visit_column_type(element: PostgresqlColumnType, compiler: DDLCompiler, **kw: Any) -> str:
    """ALTER COLUMN … TYPE … USING …."""
    type_ = format_type(compiler, element.type_)
    using = element.using
    if isinstance(using, ClauseElement):
        using = compiler.sql_compiler.process(using, literal_binds=True, include_table=False)
    elif using and "%%" not in using:  # who knows such a driver has doubled them
        using = for_driver(compiler, using)
    clause = f" USING {using}" if using else ""
    return f"{_altered_column(element, compiler)} TYPE {type_}{clause}"


@compiles(ColumnComment, "postgresql")
def visit_column_comment(element: ColumnComment, compiler: DDLCompiler, **kw: Any) -> str:
    """COMMENT ON COLUMN … IS …."""
    comment = "NULL"
    if element.comment is not None:
        comment = compiler.sql_compiler.render_literal_value(element.comment, String())
    return (
        f"COMMENT ON COLUMN {format_table_name(compiler, element.table_name, element.schema)}."
        f"{format_column_name(compiler, element.column_name)} IS {comment}"
    )


@compiles(IdentityColumnDefault, "postgresql")
def visit_identity_column(element: IdentityColumnDefault, compiler: DDLCompiler, **kw: Any) -> str:
    """ALTER COLUMN … ADD GENERATED … AS IDENTITY, SET GENERATED …, or DROP IDENTITY."""
    altered = _altered_column(element, compiler)
    identity = element.default
    if not isinstance(identity, Identity):
        return f"{altered} DROP IDENTITY"
    existing = element.existing_server_default
    if isinstance(existing, Identity):
        changes = _identity_changes(compiler, identity, existing)
        restart = "" if element.restart is None else f" RESTART WITH {element.restart}"
        return f"{altered} {changes}{restart}"
    return f"{altered} ADD {compiler.visit_identity_column(identity)}"  # type: ignore[no-untyped-call]


def _altered_table(element: AlterTable, compiler: DDLCompiler) -> str:
    return alter_table(compiler, element.table_name, element.schema)


def _altered_column(element: AlterColumn, compiler: DDLCompiler) -> str:
    return f"{_altered_table(element, compiler)} {alter_column(compiler, element.column_name)}"


def _identity_changes(compiler: DDLCompiler, wanted: Identity, existing: Identity) -> str:
    """``SET GENERATED …`` and a ``SET …`` for each option that is another, by their names.

    https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-GENERATED-IDENTITY
    """
    changes: list[str] = []
    for option in _IDENTITY_OPTIONS:
        value = getattr(wanted, option)
        if value is not None and value != getattr(existing, option):
            alone = Identity(**{option: value})
            changes.append(f"SET {compiler.get_identity_options(alone)}")
    if not changes or bool(wanted.always) is not bool(existing.always):
        changes.insert(0, f"SET GENERATED {'ALWAYS' if wanted.always else 'BY DEFAULT'}")
    return " ".join(changes)


# --- verbs --------------------------------------------------------------------------------------

_SIZES = {"SMALLINT": 2, "small_integer": 2, "BIGINT": 8, "big_integer": 8}
"""The bytes of the integers that are not of the common size."""


class PostgresqlImpl(PostgresqlComparison, DefaultImpl):
    """PostgreSQL."""

    __dialect__ = "postgresql"
    transactional_ddl = True
    index_if_not_exists = True

    def _exec(
        self,
        construct: Executable | str,
        execution_options: Mapping[str, UserValue] | None = None,
        multiparams: Sequence[Mapping[str, Any]] | None = None,
        params: Mapping[str, Any] = EMPTY_DICT,
    ) -> CursorResult[Any] | None:
        if self.as_sql:
            types.note_said(construct, self.memo)
        return super()._exec(construct, execution_options, multiparams, params)

    def create_table(self, table: Table, **kw: DialectKeyword) -> None:
        """Create a table, after the named types of its columns that aren't there yet."""
        for column in table.columns:
            self._create_types(column.type, is_certain=True)
        super().create_table(table, **kw)

    def drop_table(self, table: Table, **kw: DialectKeyword) -> None:
        """Drop a table, and its columns' named types, as far as they are known and nobody's else."""
        dropped = list(
            {
                (type_.schema, type_.name): type_
                for column in table.columns
                for type_ in types.named_types(column.type, self.dialect)
            }.values()
        )
        for type_ in dropped:
            types.note(type_, self.memo)  # SQLAlchemy's own event shall leave them to us
        super().drop_table(table, **kw)
        self._drop_types(dropped)

    def add_column(
        self,
        table_name: str,
        column: Column[Any],
        *,
        schema: str | quoted_name | None = None,
        if_not_exists: bool | None = None,
        inline_references: bool | None = None,
        inline_primary_key: bool | None = None,
        **kw: DialectKeyword,
    ) -> None:
        """Add a column, after its named type where that isn't there yet."""
        self._create_types(column.type)
        super().add_column(
            table_name,
            column,
            schema=schema,
            if_not_exists=if_not_exists,
            inline_references=inline_references,
            inline_primary_key=inline_primary_key,
            **kw,
        )

    def drop_column(
        self,
        table_name: str,
        column: Column[Any],
        *,
        schema: str | None = None,
        if_exists: bool | None = None,
        **kw: DialectKeyword,
    ) -> None:
        """Drop a column, and its named type, where the op knows it and nobody else uses it."""
        super().drop_column(table_name, column, schema=schema, if_exists=if_exists, **kw)
        self._drop_types(list(types.named_types(column.type, self.dialect)))

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
        autoincrement: bool | None = None,
        comment: str | Literal[False] | None = False,
        existing_comment: str | None = None,
        existing_type: TypeEngine[Any] | None = None,
        existing_server_default: ExistingDefault = None,
        existing_nullable: bool | None = None,
        existing_autoincrement: bool | None = None,
        **kw: DialectKeyword,
    ) -> None:
        """Change a column, its type first; ``postgresql_using`` makes the new values."""
        using = kw.pop("postgresql_using", None)
        if server_default is not False and _is_counter_first(
            server_default, existing_server_default, nullable, type_, existing_type
        ):
            existing = {
                "schema": schema,
                "existing_type": existing_type,
                "existing_server_default": existing_server_default,
                "existing_nullable": existing_nullable,
            }
            self._alter_default(table_name, column_name, server_default, existing)
            server_default = False
        if type_ is not None:
            self._create_types(as_type(type_))
            self._exec(
                PostgresqlColumnType(
                    table_name,
                    column_name,
                    type_,
                    schema=schema,
                    using=using,
                    existing_type=existing_type,
                    existing_server_default=existing_server_default,
                    existing_nullable=existing_nullable,
                )
            )
        super().alter_column(
            table_name,
            column_name,
            nullable=nullable,
            server_default=server_default,
            name=name,
            schema=schema,
            autoincrement=autoincrement,
            comment=comment,
            existing_comment=existing_comment,
            existing_type=existing_type,
            existing_server_default=existing_server_default,
            existing_nullable=existing_nullable,
            existing_autoincrement=existing_autoincrement,
            **kw,
        )

    def _alter_default(
        self,
        table_name: str,
        column_name: str,
        default: ServerDefault,
        existing: dict[str, Any],
    ) -> None:
        """An identity makes way for a default, and a default for an identity, in two statements."""
        was = existing["existing_server_default"]
        replaces_identity = isinstance(was, Identity) and not isinstance(default, Identity)
        becomes_identity = isinstance(default, Identity) and not isinstance(was, Identity)
        if (default is not None and replaces_identity) or (
            becomes_identity and was not in {None, False}
        ):
            super()._alter_default(table_name, column_name, None, existing)
            existing = {**existing, "existing_server_default": None}
        if isinstance(was, Identity) and isinstance(default, Identity):
            changed = IdentityColumnDefault(table_name, column_name, default, self, **existing)
            changed.restart = self._restart(table_name, column_name, default, existing["schema"])
            self._exec(changed)
            return
        super()._alter_default(table_name, column_name, default, existing)

    def _restart(
        self, table_name: str, column_name: str, identity: Identity, schema: str | None
    ) -> int | None:
        """Where to count on from, where the counter stands outside its new bounds."""
        if self.as_sql or self.connection is None:
            return None
        quote = plain_preparer(self.dialect, self.dialect).quote
        table = f"{quote(schema)}.{quote(table_name)}" if schema else quote(table_name)
        asked = select(func.pg_get_serial_sequence(table, column_name))
        sequence = self.connection.execute(asked).scalar()
        if sequence is None:
            return None
        counted: Any = literal_column(f"(SELECT last_value FROM {sequence})")
        last = self.connection.execute(select(counted)).scalar_one()
        low, high = identity.minvalue, identity.maxvalue
        if (low is None or last >= low) and (high is None or last <= high):
            return None
        is_rising = (identity.increment or 1) > 0
        return identity.start if identity.start is not None else low if is_rising else high

    def add_constraint(self, const: Constraint, **kw: DialectKeyword) -> None:
        """Add a constraint; ``postgresql_using_index`` names the index to make it of."""
        if isinstance(const, UniqueConstraint | PrimaryKeyConstraint):
            options = const.dialect_options["postgresql"]
            _know_columns(const.table, options["include"])
            if options["using_index"]:
                self._exec(ConstraintUsingIndex(const, options["using_index"]))
                return
        super().add_constraint(const, **kw)

    def validate_constraint(
        self, constraint_name: str, table_name: str, schema: str | None = None
    ) -> None:
        """Check the rows that were left unchecked by ``postgresql_not_valid``."""
        self._exec(ValidateConstraint(constraint_name, table_name, schema=schema))

    def create_index(self, index: Index, **kw: DialectKeyword) -> None:
        """Create an index."""
        _know_columns(index.table, index.dialect_options["postgresql"]["include"])
        super().create_index(index, **kw)

    def prep_table_for_batch(self, batch_impl: BatchOp, table: Table) -> None:
        """Drop the named constraints: their names are needed for those of the new table."""
        for constraint in sorted(table.constraints, key=lambda one: str(one.name)):
            if constraint.name is not None and constraint.name in batch_impl.named_constraints:
                self.drop_constraint(constraint)

    def _create_types(self, type_: TypeEngine[Any], *, is_certain: bool = False) -> None:
        """Create the named types of a column; ``is_certain`` where a script may say so plainly."""
        for named in types.named_types(type_, self.dialect):
            sink = self.sink
            if not isinstance(sink, ScriptSink):
                if self.connection is None or not types.exists(named, self.connection):
                    self._exec(types.create(named))
            elif not types.is_known(named, self.memo):
                statement = types.create(named)
                tolerant = types.Tolerant(statement, "duplicate_object")
                self._exec(statement if is_certain else tolerant)
            types.note(named, self.memo)

    def _drop_types(self, dropped: Iterable[types.Named]) -> None:
        for named in dropped:
            statement = types.drop(named)
            types.note_said(statement, self.memo)
            self._exec(
                types.Tolerant(statement, "undefined_object", "dependent_objects_still_exist")
            )


def _is_counter_first(
    default: Any, was: Any, nullable: bool | None, type_: Any, existing_type: Any
) -> bool:
    """Whether an identity has to change before all else: it keeps a column from NULL, and from a type too
    small for its bounds.
    """
    if not isinstance(was, Identity):
        return False
    if not isinstance(default, Identity):
        return bool(nullable)
    sizes = [
        _SIZES.get(as_type(one).__visit_name__, 4) if one else 0 for one in (type_, existing_type)
    ]
    return 0 < sizes[0] < sizes[1]


def _know_columns(table: Table | None, names: Iterable[str | Column[Any]] | None) -> None:
    """Give a table the columns that a statement names beside its own."""
    assert table is not None
    for name in names or ():
        if isinstance(name, str) and name not in table.c:
            table.append_column(Column(name, NULLTYPE))


def __getattr__(name: str) -> Any:
    # The op has its room among the others; packages look for it here.
    if name == "CreateExcludeConstraintOp":
        return importlib.import_module(
            "alembic.operations.ops.constraint"
        ).CreateExcludeConstraintOp
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
