"""DefaultImpl: how verbs are carried out. A dialect overrides what it says in its own way.

A verb makes a construct and hands it to :meth:`DefaultImpl._exec`, the one funnel, which sends it to
the sink of the run: a connection, a script, a list. A dialect package subclasses::

    class MyImpl(DefaultImpl):
        __dialect__ = "mydialect"        # registers the class under SQLAlchemy's name of the dialect
        transactional_ddl = True

and spells the constructs of :mod:`alembic.ddl.base` with ``compiles()``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, MutableMapping, Sequence
from typing import Any, ClassVar, Literal, Protocol, TextIO

from sqlalchemy import (
    Connection,
    Constraint,
    CursorResult,
    Executable,
    Index,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    TableClause,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.schema import (
    AddConstraint,
    Column,
    Computed,
    CreateIndex,
    CreateTable,
    DropConstraint,
    DropIndex,
    DropTable,
    DropTableComment,
    Identity,
    SetColumnComment,
    SetConstraintComment,
    SetTableComment,
)
from sqlalchemy.sql.elements import quoted_name
from sqlalchemy.types import TypeEngine

from alembic.ddl import base
from alembic.ddl.comparison import Comparison, RenderScope as RenderScope
from alembic.ddl.registry import ImplMeta as ImplMeta, NotInThisDialect as NotInThisDialect, impls
from alembic.ddl.rows import InsertText, Row, UnknownKeys, batches, unknown_keys, with_defaults
from alembic.ddl.signature import ComparisonResult as ComparisonResult
from alembic.ddl.sink import LiveSink, ScriptSink, Sink, Statement, as_statement
from alembic.ddl.typetext import Params as Params
from alembic.util.exc import CommandError
from alembic.util.messaging import NamedStream, warn
from alembic.util.values import EMPTY_DICT

DialectKeyword = Any
"""A keyword that one dialect understands (``postgresql_using`` …)."""

UserValue = Any
"""An option of ``configure()``."""

BatchOp = Any
"""The batch that asks; its ``batch`` holds the recorded verbs."""

EXISTING_COMMENT = "alembic.existing_comment"
"""In the ``info`` of a table that gets a comment: the one that it has, where that was told."""

_impls = impls


class Memory(Protocol):
    """Knows what the database answered when a migration, which stopped half-way since, ran before."""

    def recall(self, question: str, ask: Callable[[], str]) -> str:
        """The answer that was given then, or else what ``ask()`` gives."""


class DefaultImpl(Comparison):
    """Carries out verbs on one connection, or into one script.

    ``memo`` holds what is noted for the rest of the run: what was created by the way, and the like.
    """

    __dialect__: ClassVar[str] = "default"

    transactional_ddl: bool = False
    """Whether a transaction undoes DDL."""

    command_terminator: str = ";"
    """What ends a statement in a script."""

    memory: Memory | None = None
    """What the journal of half-done migrations knows; set by the runtime."""

    owed: dict[tuple[str, str], CommandError] | None = None
    """(kind, name) that the step at work has to make, as a batch couldn't keep it → what is raised if it
    doesn't; None where there is no step."""

    index_if_not_exists: bool = False
    """Whether ``create_index(…, if_not_exists=True)`` passes over an index that is there."""

    def __init__(
        self,
        dialect: Dialect,
        connection: Connection | None,
        as_sql: bool,
        transactional_ddl: bool | None,
        output_buffer: TextIO | None,
        context_opts: MutableMapping[str, UserValue],
    ) -> None:
        self.dialect = dialect
        self.connection = connection
        self.as_sql = as_sql
        self.output_buffer = output_buffer
        self.context_opts = context_opts
        self.literal_binds: bool = context_opts.get("literal_binds", False)
        self.memo: dict[str, Any] = {}
        if transactional_ddl is not None:
            self.transactional_ddl = transactional_ddl
        self.sink: Sink
        if as_sql:
            self.sink = ScriptSink(self, dialect, literal_binds=self.literal_binds)
        else:
            self.sink = LiveSink(connection)

    def __init_subclass__(cls, **kw: Any) -> None:
        super().__init_subclass__(**kw)
        if "__dialect__" in vars(cls):
            impls.register(cls.__dialect__, cls)

    @classmethod
    def get_by_dialect(cls, dialect: Dialect) -> type[DefaultImpl]:
        """The impl of a dialect; raises :class:`~alembic.ddl.registry.UnknownDialect`."""
        return impls.of(dialect.name)

    @property
    def bind(self) -> Connection | None:
        """The connection; in a script, what stands for it and writes statements down."""
        return self.connection

    # --- the funnel -----------------------------------------------------------------------------

    def _exec(
        self,
        construct: Executable | str,
        execution_options: Mapping[str, UserValue] | None = None,
        multiparams: Sequence[Mapping[str, Any]] | None = None,
        params: Mapping[str, Any] = EMPTY_DICT,
    ) -> CursorResult[Any] | None:
        """Send a statement to the sink; every statement of a verb passes here."""
        options = execution_options or {}
        return self.sink.send(Statement(as_statement(construct), options, multiparams, params))

    def recall(self, question: str, ask: Callable[[], str]) -> str:
        """What the database says, by ``ask()``; where a half-done migration goes on, what it said
        when the migration began. A statement that is made of the answer is the same both times.
        """
        return ask() if self.memory is None else self.memory.recall(question, ask)

    def execute(
        self, sql: Executable | str, execution_options: dict[str, UserValue] | None = None
    ) -> None:
        """Execute a statement, or write it to the script."""
        self._exec(sql, execution_options)

    def static_output(self, text: str) -> None:
        """Write a piece of the script, and an empty line after it."""
        assert self.output_buffer is not None
        with NamedStream(self.output_buffer):
            self.output_buffer.write(f"{text}\n\n")
            self.output_buffer.flush()

    # --- the run --------------------------------------------------------------------------------

    def start_migrations(self) -> None:
        """Do what the dialect needs before the first migration of a run."""

    def emit_begin(self) -> None:
        """Write the words that begin a transaction to the script."""
        self.static_output(f"BEGIN{self.command_terminator}")

    def emit_commit(self) -> None:
        """Write the words that end it."""
        self.static_output(f"COMMIT{self.command_terminator}")

    def version_table_impl(
        self,
        *,
        version_table: str,
        version_table_schema: str | None,
        version_table_pk: bool,
        **kw: UserValue,
    ) -> Table:
        """The table that holds the heads: one column, ``version_num``."""
        table = Table(
            version_table,
            MetaData(),
            Column("version_num", String(32), nullable=False),
            schema=version_table_schema,
        )
        if version_table_pk:
            key = PrimaryKeyConstraint("version_num", name=f"{version_table}_pkc")
            table.append_constraint(key)
        return table

    # --- verbs on tables ------------------------------------------------------------------------

    def create_table(self, table: Table, **kw: DialectKeyword) -> None:
        """Create a table, its indexes, and the comments that aren't said inline."""
        checkfirst = not self.as_sql
        bind: Any = self.connection
        table.dispatch.before_create(table, bind, checkfirst=checkfirst, _ddl_runner=self)
        self._exec(CreateTable(table, **kw))
        table.dispatch.after_create(table, bind, checkfirst=checkfirst, _ddl_runner=self)
        tolerant = bool(kw.get("if_not_exists")) and self.index_if_not_exists
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            if tolerant:
                self.create_index(index, if_not_exists=True)
            else:
                self._exec(CreateIndex(index))
        if not self.dialect.supports_comments or self.dialect.inline_comments:
            return
        if table.comment:
            self.create_table_comment(table)
        for column in table.columns:
            if column.comment:
                self.create_column_comment(column)
        for constraint in sorted(table.constraints, key=lambda one: one._creation_order):
            self._comment_on(constraint)

    def drop_table(self, table: Table, **kw: DialectKeyword) -> None:
        """Drop a table."""
        bind: Any = self.connection
        table.dispatch.before_drop(table, bind, checkfirst=False, _ddl_runner=self)
        self._exec(DropTable(table, **kw))
        table.dispatch.after_drop(table, bind, checkfirst=False, _ddl_runner=self)

    def rename_table(
        self,
        old_table_name: str,
        new_table_name: str | quoted_name,
        schema: str | quoted_name | None = None,
    ) -> None:
        """Give a table another name."""
        self._exec(base.RenameTable(old_table_name, new_table_name, schema=schema))

    def create_table_comment(self, table: Table) -> None:
        """Set the comment that the table has."""
        self._exec(SetTableComment(table))

    def drop_table_comment(self, table: Table) -> None:
        """Drop the comment of a table."""
        self._exec(DropTableComment(table))

    # --- verbs on columns -----------------------------------------------------------------------

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
        """Add a column, without its constraints and indexes: those are verbs of their own.

        ``kw`` is for dialects that understand it.
        """
        self._exec(
            base.AddColumn(
                table_name,
                column,
                schema=schema,
                if_not_exists=if_not_exists,
                inline_references=inline_references,
                inline_primary_key=inline_primary_key,
            )
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
        """Drop a column."""
        self._exec(base.DropColumn(table_name, column, schema=schema, if_exists=if_exists))

    def alter_column(
        self,
        table_name: str,
        column_name: str,
        *,
        nullable: bool | None = None,
        server_default: base.ExistingDefault = False,
        name: str | None = None,
        type_: TypeEngine[Any] | None = None,
        schema: str | None = None,
        autoincrement: bool | None = None,
        comment: str | Literal[False] | None = False,
        existing_comment: str | None = None,
        existing_type: TypeEngine[Any] | None = None,
        existing_server_default: base.ExistingDefault = None,
        existing_nullable: bool | None = None,
        existing_autoincrement: bool | None = None,
        **kw: DialectKeyword,
    ) -> None:
        """Change a column, a statement for each change; its name is the last.

        None says "as it is" for ``nullable``, ``name`` and ``type_``, False for ``server_default``
        and ``comment``.
        """
        if autoincrement is not None or existing_autoincrement is not None:
            warn("autoincrement and existing_autoincrement only make sense for MySQL", 3)
        existing: dict[str, Any] = {
            "schema": schema,
            "existing_type": existing_type,
            "existing_server_default": existing_server_default,
            "existing_nullable": existing_nullable,
        }
        if nullable is not None:
            self._exec(base.ColumnNullable(table_name, column_name, nullable, **existing))
        if server_default is not False:
            self._alter_default(table_name, column_name, server_default, existing)
        if type_ is not None:
            self._exec(base.ColumnType(table_name, column_name, type_, **existing))
        if comment is not False:
            self._exec(
                base.ColumnComment(
                    table_name, column_name, comment, existing_comment=existing_comment, **existing
                )
            )
        if name is not None:
            self._exec(base.ColumnName(table_name, column_name, name, **existing))

    def _alter_default(
        self,
        table_name: str,
        column_name: str,
        default: base.ServerDefault,
        existing: dict[str, Any],
    ) -> None:
        """A default, an identity or a computed expression: which one it becomes, or has been."""
        both = (default, existing["existing_server_default"])
        if any(isinstance(one, Computed) for one in both):
            self._exec(base.ComputedColumnDefault(table_name, column_name, default, **existing))
        elif any(isinstance(one, Identity) for one in both):
            self._exec(
                base.IdentityColumnDefault(table_name, column_name, default, self, **existing)
            )
        else:
            self._exec(base.ColumnDefault(table_name, column_name, default, **existing))

    def create_column_comment(self, column: Column[Any]) -> None:
        """Set the comment that the column has."""
        self._exec(SetColumnComment(column))

    # --- verbs on constraints and indexes -------------------------------------------------------

    def add_constraint(self, const: Constraint, **kw: DialectKeyword) -> None:
        """Add a constraint, if the dialect has it: a type's own check is not for every one."""
        rule: Any = const._create_rule
        if rule is None or rule(self):
            self._exec(AddConstraint(const, **kw))
            self._comment_on(const)

    def _comment_on(self, constraint: Constraint) -> None:
        """Say the comment of a constraint that has been made; one without a name can't be told which."""
        preparer = self.dialect.identifier_preparer
        if (
            constraint.comment
            and self.dialect.supports_constraint_comments
            and preparer.format_constraint(constraint) is not None
        ):
            self._exec(SetConstraintComment(constraint))

    def drop_constraint(self, const: Constraint, **kw: DialectKeyword) -> None:
        """Drop a constraint."""
        self._exec(DropConstraint(const, **kw))

    def validate_constraint(
        self, constraint_name: str, table_name: str, schema: str | None = None
    ) -> None:
        """Check the rows that a constraint has left unchecked so far."""
        raise NotInThisDialect(
            "validate_constraint",
            self.dialect.name,
            "its constraints are checked when they are created",
        )

    def create_index(self, index: Index, **kw: DialectKeyword) -> None:
        """Create an index."""
        self._exec(CreateIndex(index, **kw))

    def drop_index(self, index: Index, **kw: DialectKeyword) -> None:
        """Drop an index."""
        self._exec(DropIndex(index, **kw))

    # --- verbs on rows --------------------------------------------------------------------------

    def bulk_insert(
        self, table: TableClause, rows: Iterable[Row], multiinsert: bool = True
    ) -> None:
        """Insert rows: many with each statement, or one with each."""
        if isinstance(self.sink, ScriptSink):
            texts = InsertText(table, self.sink.dialect, self.sink.spell_with_values)
            for row in with_defaults(table, rows):
                self._exec(texts.of(row))
        elif multiinsert:
            statement = table.insert().inline()
            for batch in batches(rows):
                if unknown := unknown_keys(table, batch[0]):
                    warn(f"{UnknownKeys(unknown, table)}. It is left out", 6)
                self._exec(statement, multiparams=batch)
        else:
            for row in rows:
                self._exec(table.insert().inline().values(dict(row)))

    # --- batches --------------------------------------------------------------------------------

    def requires_recreate_in_batch(self, batch_op: BatchOp) -> bool:
        """Whether the table of a batch has to be rebuilt for what was recorded."""
        return False

    def prep_table_for_batch(self, batch_impl: BatchOp, table: Table) -> None:
        """Edit the table that a rebuild starts from."""

    def cast_for_batch_migrate(
        self, existing: Column[Any], existing_transfer: dict[str, Any], new_type: TypeEngine[Any]
    ) -> None:
        """Cast a column on its way into the rebuilt table: sets ``existing_transfer["expr"]``."""


impls.register(DefaultImpl.__dialect__, DefaultImpl)
