"""Values of a rendered file: names, types, expressions, and the imports that they need.

Whatever is written here is Python text. A type of a dialect (``postgresql.JSONB()``) asks for an
import line, which is left in ``AutogenContext.imports``; so does a type of the user's own, whose
module is written in full unless ``user_module_prefix`` names another spelling.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sqlalchemy.schema import Computed, DefaultClause, FetchedValue, Identity
from sqlalchemy.sql.elements import ClauseElement, conv, quoted_name
from sqlalchemy.types import Interval, TypeEngine

from alembic.autogenerate.colons import as_text
from alembic.autogenerate.context import AutogenContext
from alembic.autogenerate.records.unknown_types import UnknownType
from alembic.ddl.postgresql_kinds import is_domain

if TYPE_CHECKING:
    from sqlalchemy.dialects.postgresql import DOMAIN

_KEYWORD = re.compile(r"(\w+)=")
_DIALECT_MODULE = re.compile(r"sqlalchemy\.dialects\.(\w+)")

IDENTITY_OPTIONS = (
    "always",
    "on_null",
    "start",
    "increment",
    "minvalue",
    "maxvalue",
    "nominvalue",
    "nomaxvalue",
    "cycle",
    "cache",
    "order",
)


def sqlalchemy_prefix(context: AutogenContext) -> str:
    """What SQLAlchemy's names begin with, ``"sa."`` as a rule."""
    return context.opts["sqlalchemy_module_prefix"] or ""


def operations_prefix(context: AutogenContext) -> str:
    """What a verb begins with: ``"op."`` as a rule, ``"batch_op."`` within a batch block."""
    if context._has_batch:
        return "batch_op."
    return context.opts["alembic_module_prefix"] or ""


def identifier(name: str | quoted_name | None) -> str | None:
    """A name as a plain ``str``: its repr is what stands in the file."""
    return name if name is None else str(name)


def schema_text(context: AutogenContext, schema: str | None) -> str:
    """A schema for the verbs of columns: they take a name with dots apart, unless it is a ``quoted_name``."""
    if schema is None or "." not in schema or context.dialect.name != "postgresql":
        return repr(identifier(schema))
    return f"{sqlalchemy_prefix(context)}quoted_name({identifier(schema)!r}, True)"


def constraint_name(context: AutogenContext, name: str | None) -> str:
    """A constraint's or index's name as text: ``op.f('…')`` where a convention has made it already."""
    if isinstance(name, conv):
        return f"{operations_prefix(context)}f({identifier(name)!r})"
    return repr(identifier(name))


def user_defined(kind: str, item: Any, context: AutogenContext) -> str | bool:
    """What the ``render_item`` hook says of ``item``; False where it leaves it to us."""
    hook = context.opts.get("render_item")
    if hook:
        rendered = hook(kind, item, context)
        if rendered is not False:
            return rendered  # type: ignore[no-any-return]
    return False


def type_text(type_: TypeEngine[Any], context: AutogenContext, _skip_variants: bool = False) -> str:
    """A type as Python text, with the imports that it needs left in the context."""
    rendered = user_defined("type", type_, context)
    if rendered is not False:
        return rendered  # type: ignore[return-value]
    if type_._variant_mapping and not _skip_variants:
        return _with_variants(type_, context)
    special = context.migration_context.impl.render_type(type_, context)
    if special:
        return special
    return _own_text(type_, context)


def _own_text(type_: TypeEngine[Any], context: AutogenContext) -> str:
    """``prefix.Class(arguments)``; types among the arguments get their own prefix."""
    text = repr(type_).replace(", metadata=MetaData()", "")  # that SQLAlchemy 2.0 says
    if isinstance(type_, UnknownType):
        return _unknown_text(type_.spelled, context)
    if is_domain(type_):
        text = _domain_text(type_, text, context)
    if type(type_) is Interval:
        text = _interval_text(type_)
    for nested in _nested_types(type_):
        text = _with_argument(text, nested, context)
    return f"{_module_prefix(type(type_), context)}{text}"


def _unknown_text(spelled: str, context: AutogenContext) -> str:
    """A type made on the spot: there is no class of this name."""
    return (
        f"type({spelled!r}, ({sqlalchemy_prefix(context)}types.UserDefinedType,), "
        f"{{'get_col_spec': lambda self: {spelled!r}}})()"
    )


def _interval_text(type_: Interval) -> str:
    """An interval with what its repr leaves out."""
    said = {
        "native": None if type_.native else False,
        "second_precision": type_.second_precision,
        "day_precision": type_.day_precision,
    }
    arguments = [f"{name}={value!r}" for name, value in said.items() if value is not None]
    return f"Interval({', '.join(arguments)})"


def _domain_text(type_: DOMAIN, text: str, context: AutogenContext) -> str:
    """A domain with what its repr leaves out."""
    said: dict[str, str] = {}
    if type_.check is not None:
        said["check"] = expression_text(type_.check, context, wrap_in_element=False)
    if type_.constraint_name is not None:
        said["constraint_name"] = repr(str(type_.constraint_name))
    if type_.default is not None:
        said["default"] = expression_text(type_.default, context)
    if type_.not_null:
        said["not_null"] = "True"
    if type_.collation is not None:
        said["collation"] = repr(type_.collation)
    if type_.schema is not None:
        said["schema"] = repr(type_.schema)
    missing = "".join(f", {key}={value}" for key, value in said.items() if f"{key}=" not in text)
    return f"{text.removesuffix(')')}{missing})" if missing else text


def _nested_types(type_: TypeEngine[Any]) -> list[TypeEngine[Any]]:
    """The types that its constructor was given, or has taken by default, and what it is made of."""
    text = repr(type_)
    names = dict.fromkeys([*vars(type_), *_KEYWORD.findall(text)])
    values = [getattr(type_, name, None) for name in names if not name.startswith("_")]
    return [value for value in values if isinstance(value, TypeEngine)]


def _with_argument(text: str, nested: TypeEngine[Any], context: AutogenContext) -> str:
    """The text of a type, with one that stands among its arguments written as it has to be.

    The type itself may be called as what it is made of, or end so: ``AutoString(length=5)`` has a
    ``String(length=5)`` for its ``impl``, and not for an argument.
    """
    found = re.search(rf"(?<=[^\w.]){re.escape(repr(nested))}", text)
    if found is None:
        return text
    return f"{text[: found.start()]}{type_text(nested, context)}{text[found.end() :]}"


def _with_variants(type_: TypeEngine[Any], context: AutogenContext) -> str:
    text = type_text(type_, context, _skip_variants=True)
    for dialect in sorted(type_._variant_mapping):
        variant = type_text(type_._variant_mapping[dialect], context)
        text += f".with_variant({variant}, {dialect!r})"
    return text


def _module_prefix(class_: type, context: AutogenContext) -> str:
    """What the class's name begins with: SQLAlchemy's prefix, a dialect's, or the user's module."""
    module = class_.__module__
    dialect = _DIALECT_MODULE.match(module)
    if dialect is not None:
        context.imports.add(f"from sqlalchemy.dialects import {dialect[1]}")
        return f"{dialect[1]}."
    if module.startswith("sqlalchemy."):
        return sqlalchemy_prefix(context)
    prefix: str | None = context.opts["user_module_prefix"]
    if prefix is not None:
        return prefix
    if module not in {"__main__", "builtins"} and "<" not in class_.__qualname__:
        context.imports.add(f"import {module}")
    return f"{module}."


def expression_text(
    value: Any,
    context: AutogenContext,
    wrap_in_element: bool = True,
    is_server_default: bool = False,
    is_index: bool = False,
) -> str:
    """An SQL expression as ``sa.text('…')`` (``sa.literal_column('…')`` in an index); others as their repr.

    ``wrap_in_element=False`` gives the bare string literal, for arguments that take text as it is.
    """
    if not isinstance(value, ClauseElement):
        return repr(identifier(value) if isinstance(value, str) else value)
    options = {"is_index": True} if is_index else {}
    sql = context.migration_context.impl.render_ddl_sql_expr(
        value, is_server_default=is_server_default, **options
    )
    if not wrap_in_element:
        return repr(as_text(sql))
    prefix = sqlalchemy_prefix(context)
    return f"{prefix}literal_column({sql!r})" if is_index else f"{prefix}text({as_text(sql)!r})"


def server_default_text(
    default: FetchedValue | str | ClauseElement | None,
    context: AutogenContext,
    repr_: bool = True,
) -> str | None:
    """A server default as text, None where there is nothing to write.

    ``repr_=False`` gives plain strings without quotes, as comparisons want them.
    """
    rendered = user_defined("server_default", default, context)
    if rendered is not False:
        return rendered  # type: ignore[return-value]
    if isinstance(default, Computed):
        return computed_text(default, context)
    if isinstance(default, Identity):
        return identity_text(default, context)
    if isinstance(default, DefaultClause):
        value = default.arg
        if isinstance(value, str):
            return repr(str(value)) if repr_ else str(value)
        return expression_text(value, context, is_server_default=True)
    if isinstance(default, FetchedValue):
        return fetched_value_text(default, context)
    if isinstance(default, str):
        return repr(str(default)) if repr_ else str(default)
    return None if default is None else expression_text(default, context, is_server_default=True)


def fetched_value_text(default: FetchedValue, context: AutogenContext) -> str:
    """``sa.FetchedValue()``, or what the ``render_item`` hook says."""
    rendered = user_defined("fetched_value", default, context)
    if rendered is not False:
        return rendered  # type: ignore[return-value]
    return f"{sqlalchemy_prefix(context)}FetchedValue()"


def computed_text(computed: Computed, context: AutogenContext) -> str:
    """``sa.Computed('…', persisted=True)``."""
    rendered = user_defined("computed", computed, context)
    if rendered is not False:
        return rendered  # type: ignore[return-value]
    expression = expression_text(computed.sqltext, context, wrap_in_element=False)
    persisted = "" if computed.persisted is None else f"persisted={computed.persisted}"
    return f"{sqlalchemy_prefix(context)}Computed({expression}, {persisted})"


def identity_text(identity: Identity, context: AutogenContext) -> str:
    """``sa.Identity(always=True, start=3)``: what is set, and ``always`` in any case."""
    rendered = user_defined("identity", identity, context)
    if rendered is not False:
        return rendered  # type: ignore[return-value]
    options = [f"always={identity.always}"]
    options.extend(
        f"{name}={getattr(identity, name)}"
        for name in IDENTITY_OPTIONS
        if name != "always" and getattr(identity, name, None) is not None
    )
    return f"{sqlalchemy_prefix(context)}Identity({', '.join(options)})"


def is_positional_default(default: Any) -> bool:
    """Whether a server default stands among a column's positional arguments."""
    return isinstance(default, Computed | Identity)


def dialect_options(context: AutogenContext, item: Any) -> list[tuple[str, str]]:
    """The dialect keywords of a constraint or index (``postgresql_where`` …) as text, as they were given."""
    return [(name, expression_text(value, context)) for name, value in item.dialect_kwargs.items()]
