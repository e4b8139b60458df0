# Written by tools/write_stubs.py from alembic.runtime.environment.EnvironmentContext; don't edit.
# ruff: noqa: PYI021 - editors show the docstrings

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Literal, TextIO, overload

from sqlalchemy import Connection, Engine, Executable, MetaData
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from alembic.config import Config
from alembic.ddl.impl import DefaultImpl
from alembic.runtime.migration import MigrationContext
from alembic.runtime.options import (
    CompareServerDefault,
    CompareType,
    IncludeNameFn,
    IncludeObjectFn,
    OnVersionApplyFn,
    ProcessRevisionDirectiveFn,
    RenderItemFn,
    UserValue,
)
from alembic.runtime.transaction import RunTransaction
from alembic.script.directory import ScriptDirectory

config: Config
script: ScriptDirectory

def begin_transaction() -> AbstractContextManager[RunTransaction | None]:
    """The transaction of the run as a context manager, whatever that means on this database.

    See :meth:`MigrationContext.begin_transaction`.
    """

def configure(
    connection: Connection | None = None,
    url: str | URL | None = None,
    dialect_name: str | None = None,
    dialect_opts: dict[str, UserValue] | None = None,
    transactional_ddl: bool | None = None,
    transaction_per_migration: bool = False,
    output_buffer: TextIO | None = None,
    starting_rev: str | None = None,
    tag: str | None = None,
    template_args: Mapping[str, UserValue] | None = None,
    render_as_batch: bool = False,
    target_metadata: MetaData | Sequence[MetaData] | None = None,
    include_name: IncludeNameFn | None = None,
    include_object: IncludeObjectFn | None = None,
    include_schemas: bool = False,
    process_revision_directives: ProcessRevisionDirectiveFn | None = None,
    compare_type: bool | CompareType = True,
    compare_server_default: bool | CompareServerDefault = False,
    render_item: RenderItemFn | None = None,
    literal_binds: bool = False,
    upgrade_token: str = "upgrades",
    downgrade_token: str = "downgrades",
    alembic_module_prefix: str = "op.",
    sqlalchemy_module_prefix: str = "sa.",
    user_module_prefix: str | None = None,
    on_version_apply: OnVersionApplyFn | Sequence[OnVersionApplyFn] | None = None,
    autogenerate_plugins: Sequence[str] | None = None,
    **kw: UserValue,
) -> None:
    """Say which database this run is about, and how; may be called again for another one.

    *Which database*

    :param connection: a connection, used and not closed. One that is inside a transaction
     belongs to the caller: nothing is committed on it.
    :param url: a database URL, for scripts.
    :param dialect_name: a dialect's name, for scripts, where there is no URL.
    :param dialect_opts: arguments of the dialect's class, for ``url`` and ``dialect_name``.

    *How statements run*

    :param transactional_ddl: whether DDL runs inside transactions; the dialect knows it.
    :param transaction_per_migration: one transaction per migration, not one for the run.
    :param output_buffer: where a script is written to; the configuration's, else standard
     output.
    :param literal_binds: spell values in a script instead of leaving their names.
    :param starting_rev: the revision that a script starts from; ``A`` of ``upgrade A:B``.
    :param tag: a text for ``env.py`` itself.
    :param on_version_apply: called after each step with ``ctx``, ``step`` (a
     :class:`~alembic.runtime.migration.MigrationInfo`), ``heads`` (a set of ids) and
     ``run_args`` (what ``run_migrations()`` was given), all by name.
    :param version_table: the name of the table that holds the heads, ``alembic_version``;
     ``version_table_schema`` its schema, ``version_table_pk`` whether it has a primary key.
    :param lock: "off" not to lock the database against other migrators; ``lock_timeout`` how long
     to wait for them, in seconds or as "5min".
    :param ddl_lock_timeout: how long a statement may wait for a lock, in seconds or as "5s",
     before all is taken back and tried again later, ``ddl_lock_retries`` times;
     ``ddl_statement_timeout`` how long a statement may take.

    *What a comparison sees*

    :param target_metadata: the models' ``MetaData``, or several.
    :param include_name: ``(name, type, parent_names) -> bool``, asked before reflection.
    :param include_object: ``(object, name, type, reflected, compare_to) -> bool``.
    :param include_schemas: whether schemas other than the default one are compared.
    :param compare_type: whether column types are compared, or the function that does it.
    :param compare_server_default: the same for defaults of the database.
    :param autogenerate_plugins: names of comparison plugins, see
     :class:`~alembic.runtime.plugins.Plugin`.

    *What a new revision looks like*

    :param process_revision_directives: ``(context, revision, directives)``, may change the
     list of directives before it is rendered.
    :param render_as_batch: render changes of a table as ``batch_alter_table``.
    :param render_item: ``(type, object, autogen_context) -> str | False``.
    :param template_args: more names for the template of revision files.
    :param upgrade_token: the template's name for the upgrade's operations;
     ``downgrade_token`` for the downgrade's.
    :param alembic_module_prefix: what stands before an operation, ``op.``;
     ``sqlalchemy_module_prefix`` before SQLAlchemy's types, ``user_module_prefix`` before
     types of other modules (None: the module's name).

    Any other keyword is kept, and found in ``get_context().opts``.
    """

def execute(sql: Executable | str, execution_options: dict[str, UserValue] | None = None) -> None:
    """Run a statement on the configured database, or write it to the script."""

def get_bind() -> Connection | None:
    """The connection; in a script, what stands for it."""

def get_context() -> MigrationContext:
    """The context that ``configure()`` made; raises :class:`NotConfigured` before that."""

def get_head_revision() -> str | tuple[str, ...] | None:
    """The id of the head of the scripts; raises CommandError where there are several."""

def get_head_revisions() -> str | tuple[str, ...] | None:
    """The ids of all heads of the scripts."""

def get_impl() -> DefaultImpl:
    """The dialect's impl."""

def get_revision_argument() -> str | tuple[str, ...] | None:
    """Where the command goes: an id, several for ``heads``, None for ``base``; a relative
    target is given as it was typed. Raises :class:`NoDestinationRevision`.
    """

def get_starting_revision_argument() -> str | tuple[str, ...] | None:
    """The revision that a script starts from (``upgrade A:B --sql``), as an id.

    None where it starts from nothing. Raises :class:`NoStartingRevision` where no context is
    configured and the command names none.
    """

def get_tag_argument() -> str | None:
    """The text of ``--tag``; None where it wasn't given."""

@overload
def get_x_argument(as_dictionary: Literal[False] = ...) -> list[str]: ...
@overload
def get_x_argument(as_dictionary: Literal[True]) -> dict[str, str]: ...
@overload
def get_x_argument(as_dictionary: bool = ...) -> list[str] | dict[str, str]: ...
def is_offline_mode() -> bool:
    """Whether a script is written (``--sql``) and no database is touched."""

def is_transactional_ddl() -> bool:
    """Whether the configured database runs DDL inside transactions."""

def requires_connection() -> bool:
    """Whether ``configure()`` has to be given a connection."""

def run(
    target_metadata: MetaData | Sequence[MetaData] | None = None,
    *,
    engine: Engine | AsyncEngine | None = None,
    connection: Connection | AsyncConnection | None = None,
    url: str | URL | None = None,
    **options: UserValue,
) -> None:
    """All that ``env.py`` is for: reach the database or write a script, and run the migrations.

    The database is that of ``engine``, ``connection`` or ``url``; else what the program has put
    into ``config.attributes["connection"]``, any of these four; else that of the settings,
    ``sqlalchemy.url`` with ``${ENVIRONMENT_VARIABLES}``. What is given stays open, and what is
    asynchronous may be. Logging is set up as the ini file says, where nothing else has.

    :param target_metadata: the models; those that the settings name where it is None.
    :param options: those of :meth:`configure`. ``compare_type``, ``compare_server_default``,
     ``include_schemas``, ``render_as_batch`` and ``transaction_per_migration`` may stand in the
     settings as well.
    """

def run_migrations(**kw: UserValue) -> None:
    """Run the steps of the command on the configured database.

    ``kw`` are handed to each ``upgrade()`` or ``downgrade()``.
    """

def static_output(text: str) -> None:
    """Write a line of text to the script."""
