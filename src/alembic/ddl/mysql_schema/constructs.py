"""What is said to MySQL and MariaDB in their own way, and how it is spelled.

The constructs of one column carry what is known of it, and what is new, in their attributes, which
dialects that are descended from MySQL's read in ``compiles()`` of their own. Where the server was
asked, ``definition`` holds its whole answer with the change made in it, and is what is spelled.
"""

from __future__ import annotations

from typing import Any, Literal

from sqlalchemy import CheckConstraint, Constraint, ForeignKeyConstraint, Index, exc
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.schema import (
    Column,
    Computed,
    DDLElement,
    PrimaryKeyConstraint,
    UniqueConstraint,
)
from sqlalchemy.sql.compiler import DDLCompiler
from sqlalchemy.types import String, TypeEngine

from alembic.ddl.absent.sought import Sought, constraint_to_drop, index_to_drop, sought_by
from alembic.ddl.base import (
    NO_IDENTITY,
    AddColumn,
    AlterColumn,
    ColumnDefault,
    ColumnName,
    ColumnNullable,
    ColumnType,
    IdentityColumnDefault,
    ServerDefault,
    add_column,
    alter_column,
    alter_table,
    as_type,
    format_column_name,
    format_server_default,
    format_type,
    set_or_drop_default,
)
from alembic.ddl.written import for_driver
from alembic.util.exc import CommandError

BOTH = ("mysql", "mariadb")
"""SQLAlchemy's two names of the dialect.

What is ours alone is compiled for every dialect: those of packages may subclass the impl of these two.
"""

# https://dev.mysql.com/doc/refman/8.4/en/alter-table.html, https://mariadb.com/kb/en/alter-table/
ALGORITHMS = ("DEFAULT", "INSTANT", "INPLACE", "COPY", "NOCOPY")
LOCKS = ("DEFAULT", "NONE", "SHARED", "EXCLUSIVE")

KINDS: dict[type[Constraint], str] = {
    ForeignKeyConstraint: "FOREIGN KEY",
    PrimaryKeyConstraint: "PRIMARY KEY",
    UniqueConstraint: "UNIQUE",
    CheckConstraint: "CHECK",
}
"""A constraint's class → what the standard calls it."""


class TypeNeeded(CommandError):
    """A column is to be changed whole, and its type is not known."""

    def __init__(self, table: str, column: str) -> None:
        super().__init__(
            "All MySQL CHANGE/MODIFY COLUMN operations require the existing type. Pass "
            f"existing_type=… for column {column!r} of table {table!r}; against a database it is "
            "read from there"
        )
        self.table = table
        self.column = column


class SpeltWhole(CommandError, NotImplementedError):
    """A single property of a column can't be changed by itself."""

    def __init__(self, construct: str) -> None:
        super().__init__(
            f"Individual alter column constructs not supported by MySQL ({construct}): "
            "op.alter_column() spells the column whole"
        )


class BadOption(CommandError, ValueError):
    """An ALGORITHM or LOCK that there is not."""

    def __init__(self, option: str, given: object, known: tuple[str, ...]) -> None:
        super().__init__(f"{option} is {given!r}, but has to be one of {', '.join(known)}")
        self.option = option
        self.given = given


class MySQLAlterDefault(AlterColumn):
    """Another default for a column: the one change that leaves the rest of it alone."""

    def __init__(
        self, name: str, column_name: str, default: ServerDefault, schema: str | None = None
    ) -> None:
        super().__init__(name, column_name, schema=schema)
        self.default = default


class MySQLChangeColumn(AlterColumn):
    """A column spelled whole, under a new name.

    False for ``default`` and ``comment`` says the same as None: there is none.
    """

    def __init__(
        self,
        name: str,
        column_name: str,
        schema: str | None = None,
        newname: str | None = None,
        type_: TypeEngine[Any] | type[TypeEngine[Any]] | None = None,
        nullable: bool | None = None,
        default: ServerDefault | Literal[False] = False,
        autoincrement: bool | None = None,
        comment: str | Literal[False] | None = False,
        definition: str | None = None,
    ) -> None:
        super().__init__(name, column_name, schema=schema)
        if type_ is None and definition is None:
            raise TypeNeeded(name, column_name)
        self.newname = newname
        self.type_ = None if type_ is None else as_type(type_)
        self.nullable = True if nullable is None else nullable
        self.default = default
        self.autoincrement = autoincrement
        self.comment = comment
        self.definition = definition


class MySQLModifyColumn(MySQLChangeColumn):
    """A column spelled whole, under the name it has."""


class DropMySQLConstraint(DDLElement):
    """A constraint less; ``kind`` is a value of :data:`KINDS`, None lets the server find it."""

    def __init__(self, constraint: Constraint, kind: str | None, if_exists: bool = False) -> None:
        self.constraint = constraint
        self.kind = kind
        self.if_exists = if_exists


class DropKey(DDLElement):
    """An index less, said as a change of its table: that takes ALGORITHM and LOCK everywhere."""

    def __init__(self, index: Index, if_exists: bool = False) -> None:
        self.index = index
        self.if_exists = if_exists


class WithOptions(DDLElement):
    """A statement with ALGORITHM and LOCK; ``separator`` is a comma after ALTER TABLE."""

    def __init__(self, statement: DDLElement, options: AlterOptions, separator: str) -> None:
        self.statement = statement
        self.alter_options = options
        self.separator = separator


@sought_by.register(DropMySQLConstraint)
def _(construct: DropMySQLConstraint) -> list[Sought]:
    otherwise = (
        f"{construct.constraint.name!r} is there, and is of another kind than {construct.kind}: "
        "without type_ the database is asked for it."
    )
    return [one._replace(otherwise=otherwise) for one in constraint_to_drop(construct.constraint)]


@sought_by.register(DropKey)
def _(construct: DropKey) -> list[Sought]:
    return index_to_drop(construct.index)


@sought_by.register(WithOptions)
def _(construct: WithOptions) -> list[Sought]:
    return sought_by(construct.statement)


class AlterOptions:
    """ALGORITHM and LOCK as words; raises :class:`BadOption` for what is none."""

    def __init__(self, algorithm: object = None, lock: object = None) -> None:
        self.algorithm = _checked("mysql_algorithm", algorithm, ALGORITHMS)
        self.lock = _checked("mysql_lock", lock, LOCKS)

    def __bool__(self) -> bool:
        return self.algorithm is not None or self.lock is not None

    def joined(self, separator: str) -> str:
        """``ALGORITHM=x LOCK=y``."""
        parts = []
        if self.algorithm is not None:
            parts.append(f"ALGORITHM={self.algorithm}")
        if self.lock is not None:
            parts.append(f"LOCK={self.lock}")
        return separator.join(parts)


# --- spelling -----------------------------------------------------------------------------------


@compiles(ColumnNullable, *BOTH)
@compiles(ColumnName, *BOTH)
@compiles(ColumnDefault, *BOTH)
@compiles(ColumnType, *BOTH)
def visit_single_change(element: AlterColumn, compiler: DDLCompiler, **kw: Any) -> str:
    """There are no words for it, see :class:`SpeltWhole`."""
    raise SpeltWhole(type(element).__name__)


@compiles(IdentityColumnDefault, *BOTH)
def visit_identity_column(element: IdentityColumnDefault, compiler: DDLCompiler, **kw: Any) -> str:
    """There are no identities, but columns that count by themselves."""
    raise exc.CompileError(f"{NO_IDENTITY} What it has is AUTO_INCREMENT: pass autoincrement=True")


@compiles(AddColumn, *BOTH)
def visit_add_column(element: AddColumn, compiler: DDLCompiler, **kw: Any) -> str:
    """``ALTER TABLE … ADD COLUMN …``, and beside it what doesn't count within a column.

    That is a reference, which MySQL reads there and forgets, and which can't have its name there on
    either; and on MariaDB a check with a name:
    https://dev.mysql.com/doc/refman/8.4/en/create-table-foreign-keys.html,
    https://mariadb.com/kb/en/constraint/#check-constraints
    """
    column = element.column
    # With IF NOT EXISTS the reference has to be passed over as well.
    is_beside = element.inline_references and not element.if_not_exists
    added = add_column(
        compiler,
        column,
        if_not_exists=element.if_not_exists,
        inline_references=element.inline_references and not is_beside,
        inline_primary_key=element.inline_primary_key,
        **kw,
    )
    text = f"{alter_table(compiler, element.table_name, element.schema)} {added}"
    references = [one.constraint for one in column.foreign_keys if one.constraint is not None]
    if is_beside and len(references) == 1:
        text += f", ADD {compiler.process(references[0])}"
    if not getattr(compiler.dialect, "is_mariadb", False):
        return text
    for constraint in sorted(column.constraints, key=lambda one: one._creation_order):
        if isinstance(constraint, CheckConstraint) and isinstance(constraint.name, str):
            check = compiler.process(constraint)
            text = text.replace(f" {check}", "", 1) + f", ADD {check}"
    return text


@compiles(MySQLAlterDefault, *BOTH)
def visit_alter_default(element: MySQLAlterDefault, compiler: DDLCompiler, **kw: Any) -> str:
    """ALTER COLUMN … SET DEFAULT …, or DROP DEFAULT."""
    return (
        f"{alter_table(compiler, element.table_name, element.schema)} "
        f"{alter_column(compiler, element.column_name)} "
        f"{set_or_drop_default(compiler, element.default)}"
    )


@compiles(MySQLModifyColumn, *BOTH)
def visit_modify_column(element: MySQLModifyColumn, compiler: DDLCompiler, **kw: Any) -> str:
    """``MODIFY …``."""
    return (
        f"{alter_table(compiler, element.table_name, element.schema)} "
        f"MODIFY {format_column_name(compiler, element.column_name)} "
        f"{_spelled(element, compiler)}"
    )


@compiles(MySQLChangeColumn, *BOTH)
def visit_change_column(element: MySQLChangeColumn, compiler: DDLCompiler, **kw: Any) -> str:
    """``CHANGE …``."""
    new_name = element.column_name if element.newname is None else element.newname
    return (
        f"{alter_table(compiler, element.table_name, element.schema)} "
        f"CHANGE {format_column_name(compiler, element.column_name)} "
        f"{format_column_name(compiler, new_name)} "
        f"{_spelled(element, compiler)}"
    )


@compiles(DropMySQLConstraint)
def visit_drop_constraint(element: DropMySQLConstraint, compiler: DDLCompiler, **kw: Any) -> str:
    """DROP FOREIGN KEY, PRIMARY KEY, INDEX, CHECK or CONSTRAINT.

    https://dev.mysql.com/doc/refman/8.4/en/alter-table.html#alter-table-add-drop-column,
    https://mariadb.com/kb/en/alter-table/#drop-constraint
    """
    constraint, kind = element.constraint, element.kind
    if kind == "PRIMARY KEY":
        words = kind
    else:
        if not isinstance(constraint.name, str):
            raise exc.CompileError(
                f"Can't emit DROP CONSTRAINT for constraint {constraint!r}; it has no name"
            )
        name = compiler.preparer.format_constraint(constraint)
        if kind == "CHECK":
            is_mariadb = getattr(compiler.dialect, "is_mariadb", False)
            noun = "CONSTRAINT" if is_mariadb else "CHECK"
        else:
            noun = {"FOREIGN KEY": "FOREIGN KEY", "UNIQUE": "INDEX"}.get(kind or "", "CONSTRAINT")
        words = f"{noun} {'IF EXISTS ' if element.if_exists else ''}{name}"
    return f"ALTER TABLE {compiler.preparer.format_table(constraint.table)} DROP {words}"


@compiles(DropKey)
def visit_drop_key(element: DropKey, compiler: DDLCompiler, **kw: Any) -> str:
    """``ALTER TABLE … DROP INDEX …``.

    https://mariadb.com/kb/en/drop-index/ knows neither ALGORITHM nor LOCK.
    """
    assert element.index.table is not None
    table = compiler.preparer.format_table(element.index.table)
    words = "IF EXISTS " if element.if_exists else ""
    name = compiler.preparer.format_index(element.index)
    return f"ALTER TABLE {table} DROP INDEX {words}{name}"


@compiles(WithOptions)
def visit_with_options(element: WithOptions, compiler: DDLCompiler, **kw: Any) -> str:
    """The statement, then ``ALGORITHM=x``, ``LOCK=y``."""
    text = compiler.process(element.statement)
    separator = element.separator
    return f"{text}{separator}{element.alter_options.joined(separator)}"


def _spelled(element: MySQLChangeColumn, compiler: DDLCompiler) -> str:
    """A column's definition: what the server has said of it, else what the caller has said."""
    if element.definition is not None:
        return for_driver(compiler, element.definition)
    assert element.type_ is not None
    parts = [format_type(compiler, element.type_)]
    default = element.default
    is_generated = isinstance(default, Computed)
    if is_generated:
        parts.append(generated_text(compiler, default))  # type: ignore[arg-type]
        parts += [] if element.nullable in {None, True} else ["NOT NULL"]
    else:
        parts.append("NULL" if element.nullable in {None, True} else "NOT NULL")
    if element.autoincrement:
        parts.append("AUTO_INCREMENT")
    if default is not False and default is not None and not is_generated:
        parts.append(f"DEFAULT {format_server_default(compiler, default)}")
    if element.comment:
        parts.append(f"COMMENT {comment_text(compiler, element.comment)}")
    return " ".join(parts)


def generated_text(compiler: DDLCompiler, computed: Computed) -> str:
    """``GENERATED ALWAYS AS (…) STORED``."""
    column: Column[Any] = Column("x", String, Computed(computed.sqltext, computed.persisted))
    assert column.computed is not None
    return compiler.process(column.computed)


def comment_text(compiler: DDLCompiler, comment: str) -> str:
    """A comment as a literal."""
    return compiler.sql_compiler.render_literal_value(comment, String())


def _checked(option: str, given: object, known: tuple[str, ...]) -> str | None:
    if given is None:
        return None
    word = str(given).upper()
    if word not in known:
        raise BadOption(option, given, known)
    return word
