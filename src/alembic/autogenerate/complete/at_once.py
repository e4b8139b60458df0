"""Indexes that MySQL lets go and come in one statement only, because a foreign key needs one at every moment.

Source: https://mariadb.com/kb/en/alter-table/, and the chapter on foreign keys.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.schema import CreateIndex

from alembic.autogenerate.colons import as_text
from alembic.autogenerate.context import AutogenContext
from alembic.autogenerate.render.directives import renderers
from alembic.autogenerate.render.values import operations_prefix
from alembic.operations.ops.base import MigrateOperation, OpContainer
from alembic.operations.ops.constraint import CreateUniqueConstraintOp
from alembic.operations.ops.index import CreateIndexOp


class AtOnceOps(OpContainer):
    """Indexes of one table that are dropped and created together.

    ``ops`` are differences; those of ``along`` are none.
    """

    def __init__(
        self, ops: Sequence[MigrateOperation], along: Sequence[MigrateOperation] = ()
    ) -> None:
        super().__init__(ops)
        self.along = list(along)

    def reverse(self) -> AtOnceOps:
        """The reverses, the last first."""
        return AtOnceOps(
            [op.reverse() for op in reversed(self.ops)],
            [op.reverse() for op in reversed(self.along)],
        )


@renderers.dispatch_for(AtOnceOps)
def render(context: AutogenContext, op: AtOnceOps) -> str:
    """One ``ALTER TABLE``."""
    every: list[Any] = [*op.ops, *op.along]
    preparer = context.preparer
    added = [one for one in every if isinstance(one, CreateIndexOp | CreateUniqueConstraintOp)]
    dropped = [one for one in every if one not in added]
    clauses = [f"DROP INDEX {preparer.quote(_name(one))}" for one in dropped]
    clauses += [_added(context, one) for one in added]
    place = f"{preparer.quote(every[0].schema)}." if every[0].schema else ""
    table = f"{place}{preparer.quote(every[0].table_name)}"
    statement = as_text(f"ALTER TABLE {table} {', '.join(clauses)}")
    return f"{operations_prefix(context).replace('batch_op', 'op')}execute({statement!r})"


def _name(op: Any) -> str:
    return str(getattr(op, "index_name", None) or op.constraint_name)


def _added(context: AutogenContext, op: CreateIndexOp | CreateUniqueConstraintOp) -> str:
    if isinstance(op, CreateUniqueConstraintOp):
        compiler: Any = context.dialect.ddl_compiler(context.dialect, None)  # type: ignore[arg-type]
        return f"ADD {compiler.process(op.to_constraint())}"
    text = str(CreateIndex(op.to_index()).compile(dialect=context.dialect)).strip()
    head, _, rest = text.partition(" ON ")
    return f"ADD {head.removeprefix('CREATE ')} {rest[rest.index('(') :]}"
