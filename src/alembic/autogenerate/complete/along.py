"""What has to be done along with a difference, and is none itself: rendered and run, never reported."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from alembic.autogenerate.context import AutogenContext
from alembic.autogenerate.render.directives import op_lines, op_texts, renderers
from alembic.operations.base import Operations
from alembic.operations.ops.base import MigrateOperation, OpContainer


class AlongOps(OpContainer):
    """Ops that stand at a place among others; as a container it is empty, so that it has no diffs."""

    def __init__(self, along: Sequence[MigrateOperation]) -> None:
        super().__init__()
        self.along = list(along)

    def reverse(self) -> AlongOps:
        """The reverses of its ops, the last first."""
        return AlongOps([op.reverse() for op in reversed(self.along)])


class Note(AlongOps):
    """A comment beside the ops: where there is nothing else, there is nothing to do."""

    _is_note = True


class ImpliedOp(MigrateOperation):
    """An op that the database carries out along with another: only its reverse has to be said."""

    def __init__(self, implied: MigrateOperation) -> None:
        self.implied = implied

    def reverse(self) -> MigrateOperation:
        """The reverse of what is implied."""
        return self.implied.reverse()

    def to_diff_tuple(self) -> Any:
        """The diff tuple of what is implied."""
        return self.implied.to_diff_tuple()


class DoneOp(MigrateOperation):
    """An op that another one carries out, both ways: nothing has to be said."""

    def __init__(self, done: MigrateOperation) -> None:
        self.done = done

    def reverse(self) -> DoneOp:
        """The reverse is done as well."""
        return DoneOp(self.done.reverse())

    def to_diff_tuple(self) -> Any:
        """The diff tuple of what is done."""
        return self.done.to_diff_tuple()


class OneWayOp(MigrateOperation):
    """An op that others take back."""

    def __init__(self, op: MigrateOperation) -> None:
        self.op = op

    def reverse(self) -> DoneOp:
        """Nothing to say."""
        return DoneOp(self.op.reverse())

    def to_diff_tuple(self) -> Any:
        """The diff tuple of the op."""
        return self.op.to_diff_tuple()


@Operations.implementation_for(AlongOps)
@Operations.implementation_for(Note)
def carry_out(operations: Operations, op: AlongOps) -> None:
    """Carry out each of them."""
    for inner in op.along:
        operations.invoke(inner)


@Operations.implementation_for(OneWayOp)
def carry_out_one_way(operations: Operations, op: OneWayOp) -> None:
    """Carry it out."""
    operations.invoke(op.op)


@Operations.implementation_for(ImpliedOp)
@Operations.implementation_for(DoneOp)
def leave_out(_operations: Operations, _op: ImpliedOp | DoneOp) -> None:
    """The database does it, or another op."""


@renderers.dispatch_for(AlongOps)
def render(context: AutogenContext, op: AlongOps) -> list[str]:
    """The statements of each of them."""
    return [text for inner in op.along for text in op_texts(context, inner)]


@renderers.dispatch_for(Note)
def render_note(context: AutogenContext, op: Note) -> list[str]:
    """The comments alone."""
    lines = (line for inner in op.along for line in op_lines(context, inner))
    return [line for line in lines if line.startswith("#")]


@renderers.dispatch_for(OneWayOp)
def render_one_way(context: AutogenContext, op: OneWayOp) -> list[str]:
    """The statements of the op."""
    return op_texts(context, op.op)


@renderers.dispatch_for(ImpliedOp)
@renderers.dispatch_for(DoneOp)
def _nothing(_context: AutogenContext, _op: ImpliedOp | DoneOp) -> list[str]:
    return []


def everything(container: OpContainer) -> Iterator[MigrateOperation]:
    """Each op of a container, however deep, those that go along included."""
    for op in (*container.ops, *getattr(container, "along", ())):
        if isinstance(op, OpContainer):
            yield from everything(op)
        else:
            yield op
