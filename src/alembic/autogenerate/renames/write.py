"""Renames as ops, in the dialect's own words where there is no verb."""

from __future__ import annotations

from typing import Any

from sqlalchemy.engine import Dialect
from sqlalchemy.schema import Column, Computed, Identity

from alembic.autogenerate.complete.statements import StatementsOp
from alembic.autogenerate.context import AutogenContext
from alembic.autogenerate.renames.model import Kind, Rename, Suspicion
from alembic.autogenerate.render.directives import renderers
from alembic.autogenerate.render.values import identifier, operations_prefix
from alembic.ddl.literals import text_literal
from alembic.operations.ops.base import ModifyTableOps, OpContainer
from alembic.operations.ops.column import AlterColumnOp
from alembic.operations.ops.table import RenameTableOp


class SuspicionNote(OpContainer):
    """A rename that nobody has confirmed, as a comment; does nothing, and differs in nothing."""

    def __init__(self, suspicion: Suspicion) -> None:
        super().__init__()
        self.suspicion = suspicion

    def reverse(self) -> SuspicionNote:
        """The same."""
        return self


def table_op(rename: Rename) -> RenameTableOp:
    """The op that renames a table."""
    return RenameTableOp(rename.old, rename.new, schema=rename.schema)


def column_op(rename: Rename, column: Column[Any]) -> ModifyTableOps:
    """The op that renames a column, which is ``column`` of the models by now."""
    assert rename.parent is not None
    is_default = not isinstance(column.server_default, Computed | Identity)
    alter = AlterColumnOp(
        rename.parent,
        rename.old,
        schema=rename.schema,
        existing_type=column.type,
        existing_nullable=column.nullable,
        existing_server_default=(
            column.server_default if is_default and column.server_default is not None else False
        ),
        existing_comment=column.comment,
        modify_name=rename.new,
    )
    return ModifyTableOps(rename.parent, [alter], schema=rename.schema)


def part_op(dialect: Dialect, rename: Rename) -> StatementsOp:
    """The op that renames an index, a constraint or a value of an enum."""
    words = _words(dialect, rename)
    back = Rename(rename.kind, rename.schema, rename.parent, rename.new, rename.old)
    word = f"rename_{rename.kind.value.replace(' ', '_')}"
    return StatementsOp(
        [words],
        [_words(dialect, back)],
        (word, rename.schema, rename.parent, rename.old, rename.new),
        (word, rename.schema, rename.parent, rename.new, rename.old),
    )


def _words(dialect: Dialect, rename: Rename) -> str:
    """Sources: https://www.postgresql.org/docs/current/sql-altertable.html, sql-alterindex.html,
    sql-altertype.html; https://mariadb.com/kb/en/alter-table/#rename-index.
    """
    old, new = (dialect.identifier_preparer.quote(name) for name in (rename.old, rename.new))
    if rename.kind is Kind.ENUM_VALUE:
        values = [text_literal(value) for value in (rename.old, rename.new)]
        return f"ALTER TYPE {within(dialect, rename)} RENAME VALUE {values[0]} TO {values[1]}"
    if dialect.name != "postgresql":
        return f"ALTER TABLE {within(dialect, rename)} RENAME INDEX {old} TO {new}"
    if rename.kind in {Kind.INDEX, Kind.SEQUENCE}:
        place = f"{dialect.identifier_preparer.quote(rename.schema)}." if rename.schema else ""
        return f"ALTER {rename.kind.value.upper()} {place}{old} RENAME TO {new}"
    return f"ALTER TABLE {within(dialect, rename)} RENAME CONSTRAINT {old} TO {new}"


def within(dialect: Dialect, rename: Rename) -> str:
    """The table or type that something belongs to, quoted and with its schema."""
    quote = dialect.identifier_preparer.quote
    name = quote(str(rename.parent))
    return f"{quote(rename.schema)}.{name}" if rename.schema else name


@renderers.dispatch_for(RenameTableOp)
def render_rename_table(context: AutogenContext, op: RenameTableOp) -> str:
    """``op.rename_table('old', 'new')``."""
    names = ", ".join(repr(identifier(name)) for name in (op.table_name, op.new_table_name))
    schema = f", schema={identifier(op.schema)!r}" if op.schema else ""
    return f"{operations_prefix(context)}rename_table({names}{schema})"


@renderers.dispatch_for(SuspicionNote)
def render_note(_context: AutogenContext, op: SuspicionNote) -> list[str]:
    """A comment: what is suspected, and what makes it so."""
    rename = op.suspicion.rename
    return [
        f"# NOTE: {rename.kind.value} {rename.place!r} may have been renamed to {rename.new!r}",
        f"# ({', '.join(op.suspicion.evidence)}); --rename {rename.flag} would keep what is in it.",
    ]
