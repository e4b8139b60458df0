"""Rewriter: op → op | ops, chained; a ``process_revision_directives`` hook made of small functions.

::

    writer = Rewriter()

    @writer.rewrites(ops.AddColumnOp)
    def nullable_first(context, revision, op):
        op.column.nullable = True
        return [op, ops.AlterColumnOp(op.table_name, op.column.name, modify_nullable=False)]
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from alembic.operations.ops.base import MigrateOperation, OpContainer
from alembic.operations.ops.script import MigrationScript
from alembic.runtime.migration import MigrationContext
from alembic.util.dispatch import Dispatcher
from alembic.util.exc import CommandError

Rewrite = Callable[..., Any]
F = TypeVar("F", bound=Rewrite)


class NoOperations(CommandError):
    """A function of a rewriter has returned what can't stand in a revision."""

    def __init__(self, fn: Rewrite, answer: Any) -> None:
        self.answer = answer
        name = f"{fn.__module__}.{getattr(fn, '__qualname__', repr(fn))}"
        super().__init__(
            f"{name}, registered with Rewriter.rewrites(), has returned {answer!r}; return the operation, "
            "a list of operations, or None"
        )


class Rewriter:
    """Functions that replace ops while a revision is generated, by the ops' classes.

    A function is called with (context, revision, op) and returns the op, others instead of it, or
    None or an empty list to drop it. It is not called again for what it returned. Anything else
    that it returns raises :class:`NoOperations`.
    """

    _traverse = Dispatcher()
    """(rewriter, context, revision, op) → walk into the parts of an op; packages add their containers."""

    def __init__(self) -> None:
        self.dispatch = Dispatcher()
        self._chained: tuple[Callable[..., None], ...] = ()

    def chain(self, other: Callable[..., None]) -> Rewriter:
        """A new rewriter that runs this one, then ``other`` (a rewriter or a plain hook)."""
        joined = Rewriter()
        joined.dispatch = self.dispatch
        joined._chained = (*self._chained, other)
        return joined

    def rewrites(
        self, operator: type[MigrateOperation] | Iterable[type[MigrateOperation]]
    ) -> Callable[[F], F]:
        """Register the decorated function for an op's class, or for several."""
        classes = [operator] if isinstance(operator, type) else list(operator)

        def register(fn: F) -> F:
            for class_ in classes:
                self.dispatch.dispatch_for(class_)(fn)
            return fn

        return register

    def __call__(
        self, context: MigrationContext, revision: Any, directives: list[MigrationScript]
    ) -> None:
        """The hook itself: the same as :meth:`process_revision_directives`."""
        self.process_revision_directives(context, revision, directives)

    def process_revision_directives(
        self, context: MigrationContext, revision: Any, directives: list[MigrationScript]
    ) -> None:
        """Rewrite ``directives`` in place, then run what was chained."""
        self._traverse_list(context, revision, directives)
        for follower in self._chained:
            follower(context, revision, directives)

    def _rewrite(
        self, context: MigrationContext, revision: Any, op: MigrateOperation
    ) -> Iterator[MigrateOperation]:
        """What stands in the place of ``op`` after its function has spoken, once."""
        already = op._mutations
        try:
            fn = self.dispatch.dispatch(op)
        except ValueError:
            yield op
            return
        if self in already:
            yield op
            return
        for new in _as_ops(fn, fn(context, revision, op)):
            new._mutations = new._mutations | {self}
            yield new

    def _traverse_for(
        self, context: MigrationContext, revision: Any, op: MigrateOperation
    ) -> list[MigrateOperation]:
        replaced = list(self._rewrite(context, revision, op))
        for new in replaced:
            self._traverse.dispatch(new)(self, context, revision, new)
        return replaced

    def _traverse_list(self, context: MigrationContext, revision: Any, ops: list[Any]) -> None:
        ops[:] = [new for op in ops for new in self._traverse_for(context, revision, op)]


def _as_ops(fn: Rewrite, answer: Any) -> list[MigrateOperation]:
    if answer is None:
        return []
    if isinstance(answer, MigrateOperation):
        return [answer]
    ops = list(answer) if isinstance(answer, Iterable) else [answer]
    if not all(isinstance(op, MigrateOperation) for op in ops):
        raise NoOperations(fn, answer)
    return ops


@Rewriter._traverse.dispatch_for(MigrationScript)
def _into_script(
    rewriter: Rewriter, context: MigrationContext, revision: Any, script: MigrationScript
) -> None:
    for sides in (script.upgrade_ops_list, script.downgrade_ops_list):
        replaced: list[Any] = list(sides)
        rewriter._traverse_list(context, revision, replaced)
        sides[:] = replaced


@Rewriter._traverse.dispatch_for(OpContainer)
def _into_container(
    rewriter: Rewriter, context: MigrationContext, revision: Any, container: OpContainer
) -> None:
    rewriter._traverse_list(context, revision, container.ops)


@Rewriter._traverse.dispatch_for(MigrateOperation)
def _into_nothing(
    _rewriter: Rewriter, _context: MigrationContext, _revision: Any, _op: MigrateOperation
) -> None:
    """An op without parts."""
