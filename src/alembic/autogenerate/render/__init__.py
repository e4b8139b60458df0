"""Renderers under their documented place, and under the names that packages take from here (a door)."""

from __future__ import annotations

from alembic.autogenerate.render.directives import (
    MAX_PYTHON_ARGS as MAX_PYTHON_ARGS,
    UNNAMED_WARNING as _UNNAMED_CONSTRAINT_WARNING,
    add_column as _add_column,
    alter_column as _alter_column,
    commands_text as _render_cmd_body,
    create_index as _add_index,
    create_table as _add_table,
    drop_column as _drop_column,
    drop_constraint as _drop_constraint,
    drop_index as _drop_index,
    drop_table as _drop_table,
    op_lines as render_op,
    op_text as render_op_text,
    renderers as renderers,
)
from alembic.autogenerate.render.schema_items import (
    column_text as _render_column,
    constraint_renderers as _constraint_renderers,
    constraint_text as _render_constraint,
)
from alembic.autogenerate.render.values import (
    computed_text as _render_computed,
    expression_text as _render_potential_expr,
    identifier as _ident,
    identity_text as _render_identity,
    is_positional_default as _should_render_server_default_positionally,
    operations_prefix as _alembic_autogenerate_prefix,
    server_default_text as _render_server_default,
    sqlalchemy_prefix as _sqlalchemy_autogenerate_prefix,
    type_text as _repr_type,
    user_defined as _user_defined_render,
)
from alembic.util import sqla_compat as sqla_compat

__all__ = [
    "MAX_PYTHON_ARGS",
    "_UNNAMED_CONSTRAINT_WARNING",
    "_add_column",
    "_add_index",
    "_add_table",
    "_alembic_autogenerate_prefix",
    "_alter_column",
    "_constraint_renderers",
    "_drop_column",
    "_drop_constraint",
    "_drop_index",
    "_drop_table",
    "_ident",
    "_render_cmd_body",
    "_render_column",
    "_render_computed",
    "_render_constraint",
    "_render_identity",
    "_render_potential_expr",
    "_render_server_default",
    "_repr_type",
    "_should_render_server_default_positionally",
    "_sqlalchemy_autogenerate_prefix",
    "_user_defined_render",
    "render_op",
    "render_op_text",
    "renderers",
    "sqla_compat",
]
