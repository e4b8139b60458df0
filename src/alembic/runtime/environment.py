"""EnvironmentContext: what ``env.py`` talks to.

A command makes one and enters it, which makes ``alembic.context`` speak to it; then it runs
``env.py``, which configures a database and runs the migrations::

    with EnvironmentContext(config, script, fn=steps, destination_rev="head"):
        script.run_env()
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Literal, TextIO, overload

from sqlalchemy import Connection, Engine, Executable, MetaData
from sqlalchemy.engine import URL
from typing_extensions import Self

from alembic.config import Config
from alembic.ddl.impl import DefaultImpl
from alembic.operations.current import as_current
from alembic.runtime.migration import MigrationContext
from alembic.runtime.options import (
    CompareServerDefault as CompareServerDefault,
    CompareType as CompareType,
    IncludeNameFn as IncludeNameFn,
    IncludeObjectFn as IncludeObjectFn,
    NameFilterParentNames as NameFilterParentNames,
    NameFilterType as NameFilterType,
    OnVersionApplyFn as OnVersionApplyFn,
    ProcessRevisionDirectiveFn as ProcessRevisionDirectiveFn,
    RenderItemFn as RenderItemFn,
    UserValue,
    version_callbacks,
)
from alembic.runtime.transaction import RunTransaction
from alembic.runtime.whole_run import run_whole
from alembic.script.directory import ScriptDirectory
from alembic.util.current import Current
from alembic.util.exc import CommandError

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

    from alembic.operations.base import Operations

current_environment: Current[EnvironmentContext] = Current("EnvironmentContext")

_entered: list[EnvironmentContext] = []
_entering = threading.Lock()


class NotConfigured(CommandError):
    """Something of the migration context was asked for before ``configure()``."""

    def __init__(self) -> None:
        super().__init__("No context has been configured yet. Call context.configure(…) first.")


class NoStartingRevision(CommandError):
    """The command has no starting revision: it isn't one that writes a script."""

    def __init__(self) -> None:
        super().__init__(
            "No starting revision argument is available. A command that writes a script has one: "
            "ask where context.is_offline_mode()"
        )


class NoDestinationRevision(CommandError, KeyError):
    """The command goes nowhere: it shows or compares. Programs catch it as a KeyError too."""

    def __init__(self) -> None:
        super().__init__(
            "No destination revision argument is available. upgrade, downgrade and stamp have one"
        )

    def __str__(self) -> str:
        return str(self.args[0])


def find_environment(wanted: str, assigned: EnvironmentContext | None = None) -> EnvironmentContext:
    """The environment of the calling thread or task, else ``assigned``, else the only one there is.

    The last is for an ``env.py`` that hands its work to a thread of its own, which begins without
    a context. Raises NameError, naming the function ``wanted``, where none is meant.
    """
    current = current_environment.peek() or assigned
    if current is not None:
        return current
    with _entering:
        if len(_entered) == 1:
            return _entered[0]
    return current_environment.get(wanted)


class EnvironmentContext:
    """The configuration, the scripts, and the command's wishes, while ``env.py`` runs.

    ``kw`` are the command's own options (``fn``, ``as_sql``, ``starting_rev``,
    ``destination_rev``, ``tag``, ``purge``, ``dont_mutate``, ``template_args`` …); they are kept
    in ``context_opts``, to which ``configure()`` adds its own.
    """

    config: Config
    """The configuration."""

    script: ScriptDirectory
    """The revision files."""

    def __init__(self, config: Config, script: ScriptDirectory, **kw: UserValue) -> None:
        self.config = config
        self.script = script
        self.context_opts: dict[str, UserValue] = kw
        self._migration_context: MigrationContext | None = None
        self._leave = ExitStack()

    def __enter__(self) -> Self:
        self._leave.enter_context(_as_current(self))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._leave.close()

    def is_offline_mode(self) -> bool:
        """Whether a script is written (``--sql``) and no database is touched."""
        return bool(self.context_opts.get("as_sql", False))

    def is_transactional_ddl(self) -> bool:
        """Whether the configured database runs DDL inside transactions."""
        return bool(self.get_impl().transactional_ddl)

    def requires_connection(self) -> bool:
        """Whether ``configure()`` has to be given a connection."""
        return not self.is_offline_mode()

    def get_head_revision(self) -> str | tuple[str, ...] | None:
        """The id of the head of the scripts; raises CommandError where there are several."""
        return self.script.as_revision_number("head")

    def get_head_revisions(self) -> str | tuple[str, ...] | None:
        """The ids of all heads of the scripts."""
        return self.script.as_revision_number("heads")

    def get_starting_revision_argument(self) -> str | tuple[str, ...] | None:
        """The revision that a script starts from (``upgrade A:B --sql``), as an id.

        None where it starts from nothing. Raises :class:`NoStartingRevision` where no context is
        configured and the command names none.
        """
        if self._migration_context is None and "starting_rev" not in self.context_opts:
            raise NoStartingRevision
        return self.script.as_revision_number(self.context_opts.get("starting_rev"))

    def get_revision_argument(self) -> str | tuple[str, ...] | None:
        """Where the command goes: an id, several for ``heads``, None for ``base``; a relative
        target is given as it was typed. Raises :class:`NoDestinationRevision`.
        """
        if "destination_rev" not in self.context_opts:
            raise NoDestinationRevision
        return self.script.as_revision_number(self.context_opts["destination_rev"])

    def get_tag_argument(self) -> str | None:
        """The text of ``--tag``; None where it wasn't given."""
        tag: str | None = self.context_opts.get("tag")
        return tag

    @overload
    def get_x_argument(self, as_dictionary: Literal[False] = ...) -> list[str]: ...

    @overload
    def get_x_argument(self, as_dictionary: Literal[True]) -> dict[str, str]: ...

    @overload
    def get_x_argument(self, as_dictionary: bool = ...) -> list[str] | dict[str, str]: ...

    def get_x_argument(self, as_dictionary: bool = False) -> list[str] | dict[str, str]:
        """The texts of ``-x``: a list, or a dict of what stands left and right of the first ``=``.

        In the dict a text without ``=`` has the value ``""``.
        """
        given: Sequence[str] = getattr(self.config.cmd_opts, "x", None) or []
        if not as_dictionary:
            return list(given)
        parts = (text.partition("=") for text in given)
        return {name: value for name, _, value in parts}

    def configure(
        self,
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
        upgrade_token: str = "upgrades",  # noqa: S107 - a name in templates
        downgrade_token: str = "downgrades",  # noqa: S107 - the same
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
        opts = self.context_opts
        opts.update(
            _given(
                transactional_ddl=transactional_ddl,
                output_buffer=output_buffer or getattr(self.config, "output_buffer", None),
                starting_rev=starting_rev,
                tag=tag,
            )
        )
        if template_args and "template_args" in opts:
            opts["template_args"].update(template_args)
        opts.update(
            transaction_per_migration=transaction_per_migration,
            target_metadata=target_metadata,
            include_name=include_name,
            include_object=include_object,
            include_schemas=include_schemas,
            render_as_batch=render_as_batch,
            upgrade_token=upgrade_token,
            downgrade_token=downgrade_token,
            sqlalchemy_module_prefix=sqlalchemy_module_prefix,
            alembic_module_prefix=alembic_module_prefix,
            user_module_prefix=user_module_prefix,
            literal_binds=literal_binds,
            process_revision_directives=process_revision_directives,
            on_version_apply=version_callbacks(on_version_apply),
        )
        opts.update(_given(render_item=render_item, autogenerate_plugins=autogenerate_plugins))
        opts.update(
            compare_type=compare_type,
            compare_server_default=compare_server_default,
            script=self.script,
        )
        opts.update(kw)
        self._migration_context = MigrationContext.configure(
            connection=connection,
            url=url,
            dialect_name=dialect_name,
            environment_context=self,
            dialect_opts=dialect_opts,
            opts=opts,
        )

    def run_migrations(self, **kw: UserValue) -> None:
        """Run the steps of the command on the configured database.

        ``kw`` are handed to each ``upgrade()`` or ``downgrade()``.
        """
        context = self.get_context()
        with as_current(partial(_operations_on, context)):
            context.run_migrations(**kw)

    def run(
        self,
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
        run_whole(self, target_metadata, options, engine=engine, connection=connection, url=url)

    def execute(
        self, sql: Executable | str, execution_options: dict[str, UserValue] | None = None
    ) -> None:
        """Run a statement on the configured database, or write it to the script."""
        self.get_context().execute(sql, execution_options=execution_options)

    def static_output(self, text: str) -> None:
        """Write a line of text to the script."""
        self.get_impl().static_output(text)

    def begin_transaction(self) -> AbstractContextManager[RunTransaction | None]:
        """The transaction of the run as a context manager, whatever that means on this database.

        See :meth:`MigrationContext.begin_transaction`.
        """
        return self.get_context().begin_transaction()

    def get_context(self) -> MigrationContext:
        """The context that ``configure()`` made; raises :class:`NotConfigured` before that."""
        if self._migration_context is None:
            raise NotConfigured
        return self._migration_context

    def get_bind(self) -> Connection | None:
        """The connection; in a script, what stands for it."""
        return self.get_context().bind

    def get_impl(self) -> DefaultImpl:
        """The dialect's impl."""
        return self.get_context().impl


def _given(**options: UserValue) -> dict[str, UserValue]:
    return {name: value for name, value in options.items() if value is not None}


def _operations_on(context: MigrationContext) -> Operations:
    # The room with the verbs is for runs that have a step to run.
    from alembic.operations.base import Operations

    return Operations(context)


@contextmanager
def _as_current(environment: EnvironmentContext) -> Iterator[None]:
    with _entering:
        _entered.append(environment)
    try:
        with current_environment.use(environment):
            yield
    finally:
        with _entering:
            _entered.remove(environment)
