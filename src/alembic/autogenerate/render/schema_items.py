"""Schema items as Python expressions: a column, a constraint, an index's columns."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from sqlalchemy.schema import (
    CheckConstraint,
    Column,
    Constraint,
    ForeignKeyConstraint,
    Index,
    MetaData,
    PrimaryKeyConstraint,
    UniqueConstraint,
)
from sqlalchemy.sql.elements import ColumnClause, ColumnElement, Label, conv

from alembic.autogenerate.context import AutogenContext
from alembic.autogenerate.render.values import (
    constraint_name,
    dialect_options,
    expression_text,
    identifier,
    is_positional_default,
    server_default_text,
    sqlalchemy_prefix,
    type_text,
    user_defined,
)
from alembic.autogenerate.spelled.ask import is_of_sequence
from alembic.ddl.postgresql_kinds import is_exclusion
from alembic.util.dispatch import Dispatcher

if TYPE_CHECKING:
    from sqlalchemy.dialects.postgresql import ExcludeConstraint

log = logging.getLogger(__name__)

Option = tuple[str, str]

constraint_renderers = Dispatcher()
"""(constraint, context, namespace metadata) → text, by the constraint's class."""


def column_text(column: Column[Any], context: AutogenContext) -> str | None:
    """``sa.Column('name', sa.Integer(), nullable=False)``; None where a hook leaves it out."""
    rendered = user_defined("column", column, context)
    if rendered is not False:
        return rendered  # type: ignore[return-value]
    positional = [
        text
        for check in sorted(column.constraints, key=lambda one: one._creation_order)
        if isinstance(check, CheckConstraint)
        and (text := check_text(check, context, None)) is not None
    ]
    options: list[Option] = []
    default = column.server_default
    if is_positional_default(default):
        positional.append(str(server_default_text(default, context)))
    elif default is not None:
        text = server_default_text(default, context)
        if text is not None:
            options.append(("server_default", text))
    if column.autoincrement is not None and column.autoincrement != "auto":
        options.append(("autoincrement", repr(column.autoincrement)))
    elif context.is_complete and column.primary_key and is_of_sequence(column, context.dialect):
        # The sequence is the models' own matter: without it the column would count by itself.
        options.append(("autoincrement", "False"))
    if column.nullable is not None:
        options.append(("nullable", repr(column.nullable)))
    if column.system:
        options.append(("system", repr(column.system)))
    if column.comment:
        options.append(("comment", repr(column.comment)))
    options.extend(dialect_options(context, column))
    # A hook or an impl may give anything that has a text; add-ons test theirs with mocks.
    type_ = str(type_text(column.type, context))
    if type_ == f"{sqlalchemy_prefix(context)}NullType()":
        log.warning(
            "Column %s has no type in the models, and %s can't be run; give it one", column, type_
        )
    parts = [repr(identifier(column.name)), type_, *positional]
    parts.extend(f"{name}={text}" for name, text in options)
    return f"{sqlalchemy_prefix(context)}Column({', '.join(parts)})"


def constraint_text(
    constraint: Constraint, context: AutogenContext, namespace: MetaData | None
) -> str | None:
    """A constraint within ``create_table``; None for one that has nothing to say there.

    ``namespace`` is the metadata whose schema names the file speaks in.
    """
    try:
        renderer = constraint_renderers.dispatch(constraint)
    except ValueError:
        if is_exclusion(constraint):  # its class isn't registered, as that would load its dialect
            return exclude_text(constraint, context)
        return f"[Unknown Python object {constraint!r}]"
    return renderer(constraint, context, namespace)  # type: ignore[no-any-return]


def constraint_sql(constraint: Constraint, context: AutogenContext) -> str:
    """A constraint as SQL: ``CHECK (x > 5)``."""
    compiler: Any = context.dialect.ddl_compiler(context.dialect, None)  # type: ignore[arg-type]
    return str(compiler.process(constraint)).replace("%%", "%")


@constraint_renderers.dispatch_for(PrimaryKeyConstraint)
def primary_key_text(
    constraint: PrimaryKeyConstraint, context: AutogenContext, _namespace: MetaData | None
) -> str | None:
    """``sa.PrimaryKeyConstraint('id', name='…')``; None where no column belongs to it."""
    rendered = user_defined("primary_key", constraint, context)
    if rendered is not False:
        return rendered  # type: ignore[return-value]
    if not constraint.columns:
        return None
    options = (
        deferral_options(constraint) + _named(constraint, context) + comment_option(constraint)
    )
    options += dialect_options(context, constraint)
    columns = [repr(str(column.name)) for column in constraint.columns]
    return _call(context, "PrimaryKeyConstraint", columns, options)


@constraint_renderers.dispatch_for(UniqueConstraint)
def unique_text(
    constraint: UniqueConstraint, context: AutogenContext, _namespace: MetaData | None
) -> str:
    """``sa.UniqueConstraint('name', name='…')``."""
    rendered = user_defined("unique", constraint, context)
    if rendered is not False:
        return rendered  # type: ignore[return-value]
    options = [*deferral_options(constraint), *_named(constraint, context)]
    options += comment_option(constraint)
    options += dialect_options(context, constraint)
    columns = [repr(str(column.name)) for column in constraint.columns]
    return _call(context, "UniqueConstraint", columns, options)


@constraint_renderers.dispatch_for(CheckConstraint)
def check_text(
    constraint: CheckConstraint, context: AutogenContext, _namespace: MetaData | None
) -> str | None:
    """``sa.CheckConstraint('x > 5', name='…')``; None for one that a type makes by itself."""
    rendered = user_defined("check", constraint, context)
    if rendered is not False:
        return rendered  # type: ignore[return-value]
    if getattr(constraint, "_type_bound", False):
        return None
    expression = expression_text(constraint.sqltext, context, wrap_in_element=False)
    options = _named(constraint, context) + comment_option(constraint)
    options += dialect_options(context, constraint)
    return _call(context, "CheckConstraint", [expression], options)


@constraint_renderers.dispatch_for(ForeignKeyConstraint)
def foreign_key_text(
    constraint: ForeignKeyConstraint, context: AutogenContext, namespace: MetaData | None
) -> str:
    """``sa.ForeignKeyConstraint(['a'], ['t.b'], name='…', ondelete='…')``."""
    rendered = user_defined("foreign_key", constraint, context)
    if rendered is not False:
        return rendered  # type: ignore[return-value]
    local = [identifier(element.parent.name) for element in constraint.elements]
    remote = referred_columns(constraint, context, namespace)
    options = ", ".join(
        f"{name}={text}"
        for name, text in [*_named(constraint, context), *foreign_key_options(constraint, context)]
    )
    return f"{sqlalchemy_prefix(context)}ForeignKeyConstraint({local!r}, {remote}, {options})"


def exclude_text(constraint: ExcludeConstraint, context: AutogenContext) -> str:
    """``postgresql.ExcludeConstraint((sa.column('r'), '&&'), using='gist', name='…')``."""
    rendered = user_defined("exclude", constraint, context)
    if rendered is not False:
        return rendered  # type: ignore[return-value]
    context.imports.add("from sqlalchemy.dialects import postgresql")
    arguments = exclude_elements(constraint, context)
    if constraint.where is not None:
        arguments.append(f"where={expression_text(constraint.where, context)}")
    if constraint.using:
        arguments.append(f"using={constraint.using!r}")
    if constraint.ops:
        arguments.append(f"ops={dict(constraint.ops)!r}")
    arguments += [f"{name}={text}" for name, text in deferral_options(constraint)]
    options = _named(constraint, context) + comment_option(constraint)
    arguments += [f"{name}={text}" for name, text in options]
    return f"postgresql.ExcludeConstraint({', '.join(arguments)})"


def exclude_elements(constraint: ExcludeConstraint, context: AutogenContext) -> list[str]:
    """Each ``(expression, operator)`` of an exclude constraint as text."""
    prefix = sqlalchemy_prefix(context)
    elements: list[str] = []
    for expression, _name, operator in constraint._render_exprs:
        if isinstance(expression, ColumnClause) and not expression.is_literal:
            text = f"{prefix}column({str(expression.name)!r})"
        else:
            text = expression_text(expression, context, is_index=True)
        elements.append(f"({text}, {operator!r})")
    return elements


def foreign_key_options(constraint: ForeignKeyConstraint, context: AutogenContext) -> list[Option]:
    """Actions, deferral and the like, those that are set, as text."""
    options: list[Option] = []
    for name in ("onupdate", "ondelete", "initially", "deferrable"):
        value = getattr(constraint, name)
        if value is not None and value is not False:
            options.append((name, repr(value)))
    if constraint.use_alter:
        options.append(("use_alter", repr(constraint.use_alter)))
    if constraint.match:
        options.append(("match", repr(constraint.match)))
    options += comment_option(constraint)
    return options + dialect_options(context, constraint)


def referred_columns(
    constraint: ForeignKeyConstraint, context: AutogenContext, namespace: MetaData | None
) -> str:
    """The columns that a foreign key points to: ``['schema.table.column']``.

    A name with a dot in it can't be told so, but by a table made for it.
    """
    targets = [_referred(element, namespace) for element in constraint.elements]
    if not any("." in table or "." in column for _, table, column in targets):
        return repr([".".join(part for part in target if part) for target in targets])
    prefix = sqlalchemy_prefix(context)
    schema, table, _ = targets[0]
    parts = [repr(table), f"{prefix}MetaData()"]
    parts += [f"{prefix}Column({column!r})" for _, _, column in targets]
    parts += [f"schema={schema!r}"] if schema else []
    return f"[*{prefix}Table({', '.join(parts)}).columns]"


def _referred(element: Any, namespace: MetaData | None) -> tuple[str | None, str, str]:
    """(schema, table, column) that a foreign key's element points to, as the metadata spells it.

    Models may speak in keys; what they call so has its name in the database.
    """
    given = element._table_column
    if given is not None:
        schema, table, column = given.table.schema, given.table.name, given.key
    else:
        schema, table, column = element._column_tokens
        column = column or element.parent.key
    if namespace is None:
        return schema, table, column
    if namespace.schema and given is None and schema is None:
        # Where the whole metadata lives in one schema, names in it may have come without it.
        schema = namespace.schema
    known = namespace.tables.get(f"{schema}.{table}" if schema else table)
    if known is not None and column in known.columns:
        return known.schema, known.name, known.columns[column].name
    return schema, table, column


def _key_of_options(index: Index, expression: Any) -> str:
    """The label of an expression by which an option like ``postgresql_ops`` speaks of it."""
    name = expression.name if isinstance(expression, Label) else None
    keyed = [value for value in index.dialect_kwargs.values() if isinstance(value, dict)]
    return f".label({name!r})" if any(name in value for value in keyed) else ""


def index_columns(index: Index, context: AutogenContext) -> list[str]:
    """Each column or expression of an index as text."""
    columns: list[str] = []
    for expression in index.expressions:
        if isinstance(expression, Column):
            columns.append(repr(identifier(expression.name)))
        elif isinstance(expression, ColumnElement | str) or hasattr(expression, "compile"):
            label = _key_of_options(index, expression)
            columns.append(f"{expression_text(expression, context, is_index=True)}{label}")
        else:
            columns.append(repr(expression))
    return columns


def index_options(index: Index, context: AutogenContext) -> list[Option]:
    """The dialect keywords of an index as text."""
    return dialect_options(context, index)


def _call(context: AutogenContext, name: str, arguments: list[str], options: list[Option]) -> str:
    parts = [*arguments, *(f"{key}={text}" for key, text in options)]
    return f"{sqlalchemy_prefix(context)}{name}({', '.join(parts)})"


def _named(constraint: Constraint, context: AutogenContext) -> list[Option]:
    """The ``name`` option, where the constraint has one or a convention gives it one."""
    name = final_name(constraint, context)
    return [] if name is None else [("name", constraint_name(context, name))]


def final_name(item: Constraint | Index, context: AutogenContext) -> str | None:
    """The name that the database will see: as given, or as ``conv`` where a naming convention made it.

    None for an unnamed constraint that no convention names.
    """
    if not isinstance(item.name, str):
        return None
    # A check within a column belongs to that.
    parent = getattr(item, "parent", None)
    if (parent.table if isinstance(parent, Column) else item.table) is None:
        return item.name
    preparer = context.dialect.identifier_preparer
    # SQLAlchemy's own seam for this tool: the name unquoted, with conventions and length limits.
    formatted = preparer.format_constraint(item, _alembic_quote=False)
    if formatted is None or (formatted == item.name and not isinstance(item.name, conv)):
        return None if formatted is None else str(formatted)
    return conv(formatted)


def comment_option(constraint: Constraint) -> list[Option]:
    """``comment='…'`` of a constraint that has one."""
    return [("comment", repr(constraint.comment))] if constraint.comment else []


def deferral_options(constraint: Constraint) -> list[Option]:
    """``deferrable`` and ``initially``, those that are set, as text."""
    options: list[Option] = []
    if constraint.deferrable:
        options.append(("deferrable", repr(constraint.deferrable)))
    if constraint.initially:
        options.append(("initially", repr(constraint.initially)))
    return options
