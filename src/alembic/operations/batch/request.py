"""What ``batch_alter_table`` was asked for, apart from the changes themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Column, Constraint, Table

from alembic.operations.batch.draft import Cast, Wishes


@dataclass(frozen=True, slots=True)
class Request:
    """The arguments of ``batch_alter_table``.

    With ``always`` the table is rebuilt though ALTER would do. With ``names_required`` a new
    constraint must have a name.
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
    names_required: bool = True

    def wishes(
        self,
        order: tuple[tuple[str, ...], ...],
        columns: tuple[Column[Any], ...] = (),
        cast: Cast | None = None,
    ) -> Wishes:
        """What a rewrite is to heed; ``columns`` are those whose type is declared as given."""
        given = tuple(item for item in self.reflect_args if isinstance(item, Constraint))
        return Wishes(
            args=(*given, *self.table_args),
            kwargs=self.table_kwargs,
            columns=columns,
            naming_convention=self.naming_convention,
            order=order,
            names_required=self.names_required,
            cast=cast,
        )

    @property
    def reflected_columns(self) -> tuple[Column[Any], ...]:
        """The columns of ``reflect_args``."""
        return tuple(item for item in self.reflect_args if isinstance(item, Column))
