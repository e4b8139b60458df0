"""What ``batch_alter_table`` was asked for, apart from the changes themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Column, Table

from alembic.ddl.sqlite_schema.tokens import fold
from alembic.operations.batch.change import Change, DropColumn
from alembic.operations.batch.draft import Cast, Told, Wishes
from alembic.operations.batch.told import references, told_by_column
from alembic.util.values import immutabledict


@dataclass(frozen=True, slots=True)
class Request:
    """The arguments of ``batch_alter_table``.

    With ``always`` the table is rebuilt though ALTER would do. An op that is a batch by itself is no
    block.
    """

    table: str
    schema: str | None = None
    always: bool = False
    copy_from: Table | None = None
    table_args: tuple[Any, ...] = ()
    table_kwargs: Mapping[str, Any] = field(default_factory=dict)
    reflect_args: tuple[Any, ...] = ()
    reflect_kwargs: Mapping[str, Any] = field(default_factory=dict)
    naming_convention: Mapping[str, str] | None = None
    order: tuple[tuple[str, ...], ...] = ()
    is_block: bool = True

    def wishes(
        self,
        order: tuple[tuple[str, ...], ...],
        columns: tuple[Told, ...] = (),
        cast: Cast | None = None,
        former: Mapping[str, str] = immutabledict({}),
    ) -> Wishes:
        """What a rewrite is to heed; ``columns`` are those that are declared as told, ``former``
        the names of columns that have been renamed.
        """
        given = [item for item in self.reflect_args if not isinstance(item, Column)]
        return Wishes(
            args=(*given, *references(self.table, self._columns), *self.table_args),
            kwargs=self.table_kwargs,
            columns=columns,
            naming_convention=self.naming_convention,
            order=order,
            is_block=self.is_block,
            cast=cast,
            former=former,
        )

    @property
    def told(self) -> tuple[Told, ...]:
        """What ``reflect_args`` says of columns."""
        return tuple(told_by_column(column) for column in self._columns)

    @property
    def _columns(self) -> list[Column[Any]]:
        return [item for item in self.reflect_args if isinstance(item, Column)]

    def left_out(self, columns: Iterable[str]) -> list[Change]:
        """Those of the table's columns that ``reflect_kwargs`` leaves out by ``include_columns``."""
        included = self.reflect_kwargs.get("include_columns")
        if included is None:
            return []
        kept = {fold(name) for name in included}
        return [DropColumn(name) for name in columns if fold(name) not in kept]
