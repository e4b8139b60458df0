"""What an ``alter_column`` asks for, and the statement that says it.

Against a database the column's own definition is the start, and the statement repeats all of it that
the change isn't about. Without one, or on a dialect that only descends from MySQL's, the statement is
made of what the caller has said.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy.engine import Dialect
from sqlalchemy.schema import Computed, DefaultClause, Identity
from sqlalchemy.sql.compiler import DDLCompiler
from sqlalchemy.sql.elements import ClauseElement
from sqlalchemy.types import DateTime, TypeEngine

from alembic.ddl.base import (
    AlterColumn,
    ComputedColumnDefault,
    ExistingDefault,
    as_type,
    format_server_default,
    format_type,
)
from alembic.ddl.literals import script_dialect
from alembic.ddl.mysql_schema.change import (
    Wanted,
    is_literal,
    needs_brackets,
    redefined,
    same_type,
)
from alembic.ddl.mysql_schema.column import (
    CHECK,
    GENERATED,
    ON_UPDATE,
    TYPE,
    ColumnDefinition,
    renamed_in,
)
from alembic.ddl.mysql_schema.constructs import (
    MySQLAlterDefault,
    MySQLChangeColumn,
    MySQLModifyColumn,
    comment_text,
    generated_text,
)

log = logging.getLogger("alembic.ddl.mysql")


@dataclass(frozen=True, slots=True, kw_only=True)
class Alteration:
    """The arguments of ``alter_column``, with their meanings of None and False."""

    table: str
    column: str
    schema: str | None
    nullable: bool | None = None
    server_default: ExistingDefault = False
    name: str | None = None
    type_: TypeEngine[Any] | None = None
    autoincrement: bool | None = None
    comment: str | Literal[False] | None = False
    existing_type: TypeEngine[Any] | None = None
    existing_server_default: ExistingDefault = None
    existing_nullable: bool | None = None
    existing_autoincrement: bool | None = None
    existing_comment: str | None = None

    @property
    def is_change(self) -> bool:
        """Whether anything is asked for."""
        return self.is_redefinition or self.server_default is not False or self.name is not None

    @property
    def is_redefinition(self) -> bool:
        """Whether more than the default and the name is asked for."""
        return (
            self.nullable is not None
            or self.type_ is not None
            or self.autoincrement is not None
            or self.comment is not False
        )

    @property
    def forgets_nullable(self) -> bool:
        """Whether the column is defined anew, and nobody says whether it can hold NULL."""
        is_about_default = self.is_about_moment or self.is_about_computed
        is_defined = self.is_redefinition or self.name is not None or is_about_default
        is_known = self.known_type is None or self.known_autoincrement
        return is_defined and self.known_nullable is None and not is_known

    @property
    def is_about_moment(self) -> bool:
        """Whether a date and time gets a default, which may be a function.

        ALTER COLUMN … SET DEFAULT takes none:
        https://dev.mysql.com/doc/refman/8.4/en/timestamp-initialization.html
        """
        has_default = self.server_default is not False and self.server_default is not None
        type_ = self.known_type
        return has_default and type_ is not None and isinstance(as_type(type_), DateTime)

    @property
    def is_about_identity(self) -> bool:
        """Whether an identity is added, changed or removed, which the dialect can't say."""
        both = (self.server_default, self.existing_server_default)
        return self.server_default is not False and any(isinstance(one, Identity) for one in both)

    @property
    def is_about_computed(self) -> bool:
        """Whether the column becomes a computed one, or is no longer, or by another expression."""
        both = (self.server_default, self.existing_server_default)
        return self.server_default is not False and any(isinstance(one, Computed) for one in both)

    @property
    def known_type(self) -> TypeEngine[Any] | None:
        """The type that the column will have, as far as it was said."""
        return self.existing_type if self.type_ is None else self.type_

    @property
    def known_default(self) -> Any:
        """The default that it will have, as far as it was said; an identity is none."""
        default = (
            self.existing_server_default if self.server_default is False else self.server_default
        )
        return None if isinstance(default, Identity) else default

    @property
    def known_nullable(self) -> bool | None:
        """Whether it will hold NULL, as far as it was said."""
        return self.existing_nullable if self.nullable is None else self.nullable

    @property
    def known_autoincrement(self) -> bool | None:
        """Whether it will count by itself, as far as it was said."""
        return self.existing_autoincrement if self.autoincrement is None else self.autoincrement

    @property
    def known_comment(self) -> str | Literal[False] | None:
        """The comment that it will have, as far as it was said; False for "not said"."""
        if self.comment is not False:
            return self.comment
        return self.existing_comment or False


def spell_change(
    change: Alteration, existing: ColumnDefinition | None, dialect: Dialect
) -> AlterColumn:
    """The statement; of an existing definition everything else is repeated."""
    if existing is None:
        return _from_what_was_said(change)
    return _FromDefinition(change, existing, dialect).statement()


def changed_definition(
    change: Alteration, existing: ColumnDefinition, dialect: Dialect
) -> ColumnDefinition:
    """The column's definition after the change, under its old name."""
    return _FromDefinition(change, existing, dialect).definition()


def _from_what_was_said(change: Alteration) -> AlterColumn:
    if change.is_about_computed and change.known_type is None:
        return ComputedColumnDefault(
            change.table, change.column, change.known_default, schema=change.schema
        )
    is_generated = change.is_about_computed or isinstance(change.known_default, Computed)
    type_ = None if change.known_type is None else as_type(change.known_type)
    is_default_only = not change.is_redefinition and change.name is None
    if is_default_only and not is_generated and not change.is_about_moment:
        return _alter_default(change)
    says: dict[str, Any] = {
        "schema": change.schema,
        "type_": type_,
        "nullable": change.known_nullable,
        "default": change.known_default,
        "autoincrement": change.known_autoincrement,
        "comment": change.known_comment,
    }
    if change.name is not None or change.is_about_moment:
        new_name = change.column if change.name is None else change.name
        return MySQLChangeColumn(change.table, change.column, newname=new_name, **says)
    return MySQLModifyColumn(change.table, change.column, **says)


def _alter_default(change: Alteration) -> AlterColumn:
    default: Any = change.server_default
    return MySQLAlterDefault(change.table, change.column, default, schema=change.schema)


class _FromDefinition:
    """One change of a column whose definition the server has told."""

    def __init__(self, change: Alteration, existing: ColumnDefinition, dialect: Dialect) -> None:
        self.change = change
        self.existing = existing
        self.dialect = dialect
        plain = script_dialect(dialect)
        self.compiler: DDLCompiler = plain.ddl_compiler(plain, None)  # type: ignore[arg-type]

    def statement(self) -> AlterColumn:
        change = self.change
        if self._is_default_alone():
            return _alter_default(change)
        definition = self.definition()
        says: dict[str, Any] = {
            "schema": change.schema,
            "type_": change.known_type,
            "nullable": change.known_nullable,
            "default": change.known_default,
            "autoincrement": change.known_autoincrement,
            "comment": change.known_comment,
        }
        if change.name is None:
            return MySQLModifyColumn(
                change.table, change.column, definition=str(definition), **says
            )
        check = renamed_in(definition.of(CHECK), change.column, change.name)
        definition = definition.with_clause(CHECK, check)
        return MySQLChangeColumn(
            change.table, change.column, newname=change.name, definition=str(definition), **says
        )

    def definition(self) -> ColumnDefinition:
        """The definition; a clause that the new type has no place for is logged."""
        result = redefined(self.existing, self._wanted())
        for clause in result.lost:
            log.warning(
                "%s.%s had %s, which a column of its new type can't have",
                self.change.table,
                self.change.column,
                clause,
            )
        return result.definition

    def _is_default_alone(self) -> bool:
        """Whether SET DEFAULT does: the server drops ON UPDATE along with the old default."""
        change = self.change
        if change.is_redefinition or change.name is not None or change.is_about_computed:
            return False
        if ON_UPDATE in self.existing or GENERATED in self.existing:
            return False
        default = change.server_default
        return default is None or is_literal(self._default_text(default))

    def _wanted(self) -> Wanted:
        change, default = self.change, self.change.known_default
        says: dict[str, Any] = {}
        if isinstance(default, Computed):
            # What it is computed from is known better to the server, unless it is to be another.
            if change.server_default is not False or GENERATED not in self.existing:
                says = {"generated": self._generated_text(default), "default": None}
        elif default is not None and default is not False and not self._is_unknown(default):
            says["default"] = self._default_text(default)
        elif change.server_default is None:
            says = {"default": None, "generated": None}
        comment = change.known_comment
        return Wanted(
            type_=self._type_text(),
            nullable=change.known_nullable,
            autoincrement=change.known_autoincrement,
            comment=comment_text(self.compiler, comment) if comment else comment,
            forget_on_update=self._was_on_update_known(),
            **says,
        )

    def _generated_text(self, computed: Computed) -> str:
        """The clause; where it isn't said whether to store it, as it was, and stored if it is new.

        A column that holds values can become a stored one only:
        https://dev.mysql.com/doc/refman/8.4/en/alter-table-generated-columns.html
        """
        text = generated_text(self.compiler, computed)
        was = self.existing.of(GENERATED)
        is_stored = not was or was.endswith(("STORED", "PERSISTENT"))
        return f"{text} STORED" if computed.persisted is None and is_stored else text

    def _type_text(self) -> str | None:
        """The text of another type than the one that the column has; None for the same."""
        change = self.change
        if change.type_ is not None:
            return format_type(self.compiler, as_type(change.type_))
        if change.existing_type is None:
            return None
        text = format_type(self.compiler, as_type(change.existing_type))
        return None if same_type(self.existing, text) else text

    def _is_unknown(self, default: Any) -> bool:
        """Whether the caller has said only that there is some default."""
        is_existing = self.change.server_default is False
        return is_existing and not isinstance(default, DefaultClause | str | ClauseElement)

    def _default_text(self, default: Any) -> str:
        text = format_server_default(self.compiler, default)
        takes_expressions = bool(getattr(self.dialect, "_support_default_function", False))
        return f"({text})" if takes_expressions and needs_brackets(text) else text

    def _was_on_update_known(self) -> bool:
        """Whether the caller has said that the existing default has ON UPDATE, and gives another."""
        change = self.change
        was = change.existing_server_default
        if change.server_default is False or was is False:
            return False
        if not isinstance(was, DefaultClause | str | ClauseElement):
            return False
        return ON_UPDATE in ColumnDefinition.read(
            f"{self.existing.of(TYPE)} DEFAULT {format_server_default(self.compiler, was)}"
        )
