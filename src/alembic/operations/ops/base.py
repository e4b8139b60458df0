"""MigrateOperation and the containers: what every op is.

An op is a change as data. Ops are mutable and compare by identity: rewriters and add-ons edit
them in place. A container holds ops, and containers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

DiffTuple = tuple[Any, ...] | list[tuple[Any, ...]]
"""What ``compare_metadata`` shows of an op: ``("add_column", schema, table, Column)`` and so on;
for an altered column a list with a tuple for each thing that changes."""

BATCH_PREFIX = "batch_"


class VerbForm:
    """A verb under the name of a classmethod of its op: ``AddColumnOp.add_column(operations, …)``.

    Packages call verbs so, or override this name in a subclass. The call is handed on to the verb
    itself, where its one signature stands; a subclass's op is of that subclass.
    """

    def __set_name__(self, owner: type[MigrateOperation], name: str) -> None:
        self.verb = name.removeprefix(BATCH_PREFIX)

    def __get__(
        self, op: MigrateOperation | None, owner: type[MigrateOperation]
    ) -> Callable[..., Any]:
        def call(operations: Any, *args: Any, **kw: Any) -> Any:
            return _built_in_verb(type(operations), self.verb)(_As(owner, operations), *args, **kw)

        call.__name__ = self.verb
        return call


def verb_of(op: MigrateOperation) -> str:
    """The verb that makes such an op."""
    forms = (form for cls in type(op).__mro__ for form in vars(cls).values())
    return next((form.verb for form in forms if isinstance(form, VerbForm)), "invoke")


class _As:
    """Operations whose ops become ops of a given subclass on their way."""

    def __init__(self, op_class: type[MigrateOperation], operations: Any) -> None:
        self._op_class = op_class
        self._operations = operations

    def __getattr__(self, name: str) -> Any:
        return getattr(self._operations, name)

    def invoke(self, operation: MigrateOperation) -> Any:
        if type(operation) in self._op_class.__mro__:
            operation.__class__ = self._op_class
        return self._operations.invoke(operation)


def _built_in_verb(operations: type, name: str) -> Callable[..., Any]:
    """The verb as it was written, though a package registered another under its name."""
    for cls in reversed(operations.__mro__):
        if name in vars(cls):
            verb: Callable[..., Any] = vars(cls)[name]
            return verb
    raise AttributeError(f"{operations.__name__!r} has no verb {name!r}")


class MigrateOperation:
    """A change as data; packages derive ops of their own from this class."""

    _mutations: frozenset[Any] = frozenset()
    """The rewriters that have seen this op already."""

    _is_note = False
    """Whether it is a comment in the file and does nothing."""

    @property
    def info(self) -> dict[Any, Any]:
        """Whatever a package wants to remember with this op."""
        found: dict[Any, Any] = self.__dict__.setdefault("_info", {})
        return found

    @info.setter
    def info(self, value: dict[Any, Any]) -> None:
        self.__dict__["_info"] = value

    def reverse(self) -> MigrateOperation:
        """A new op that takes this one back; raises NotImplementedError where there is none."""
        raise NotImplementedError(f"{type(self).__name__} has no reverse")

    def to_diff_tuple(self) -> DiffTuple:
        """What ``compare_metadata`` shows of this op; raises NotImplementedError where it shows none."""
        raise NotImplementedError(f"{type(self).__name__} has no diff tuple")

    def __repr__(self) -> str:
        shown = ", ".join(
            f"{key}={value!r}" for key, value in vars(self).items() if not key.startswith("_")
        )
        return f"{type(self).__name__}({shown})"


class AlterTableOp(MigrateOperation):
    """A change of one table."""

    def __init__(self, table_name: str, *, schema: str | None = None) -> None:
        self.table_name = table_name
        self.schema = schema


class OpContainer(MigrateOperation):
    """A list of ops."""

    def __init__(self, ops: Sequence[MigrateOperation] = ()) -> None:
        self.ops = list(ops)

    def is_empty(self) -> bool:
        """Whether there is nothing in it; an empty container in it is something, a comment alone is not."""
        return all(op._is_note for op in self.ops)

    def as_diffs(self) -> list[DiffTuple]:
        """The diff tuple of each op, those of containers within it included, in their order."""
        return list(_diffs(self))


def _diffs(container: OpContainer) -> Iterator[DiffTuple]:
    for op in container.ops:
        if isinstance(op, OpContainer):
            yield from _diffs(op)
        else:
            yield op.to_diff_tuple()


class ModifyTableOps(OpContainer):
    """All that changes in one table."""

    def __init__(
        self, table_name: str, ops: Sequence[MigrateOperation], *, schema: str | None = None
    ) -> None:
        super().__init__(ops)
        self.table_name = table_name
        self.schema = schema

    def reverse(self) -> ModifyTableOps:
        """The reverses of its ops, the last first."""
        return ModifyTableOps(
            self.table_name, [op.reverse() for op in reversed(self.ops)], schema=self.schema
        )
