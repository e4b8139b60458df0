"""AutogenContext: one comparison, its two sides and its filters."""

from __future__ import annotations

import contextlib
import functools
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.engine.reflection import Inspector
from sqlalchemy.schema import MetaData, SchemaItem, Table
from sqlalchemy.sql.compiler import IdentifierPreparer

from alembic.autogenerate.filters import Filters
from alembic.autogenerate.inheritance import in_order
from alembic.autogenerate.records.catalog import Catalog
from alembic.autogenerate.records.reflected import Reflected
from alembic.autogenerate.records.search_path import SearchPath, search_path
from alembic.autogenerate.spelled.facts import Spelled
from alembic.config.filters import NameFilter, name_filter
from alembic.ddl.literals import plain_preparer
from alembic.runtime.migration import MigrationContext
from alembic.runtime.plugins import Plugin
from alembic.util.dispatch import PriorityDispatcher
from alembic.util.exc import CommandError
from alembic.util.values import to_list

DEFAULT_PLUGINS = ("alembic.autogenerate.*",)
PLUGINS_KEY = "autogenerate_plugins"
"""The key of the configuration file; ``configure(autogenerate_plugins=…)`` goes before it."""

comparators = PriorityDispatcher()
"""Comparators that packages add for every comparison; plugins are added per comparison."""


class NoMetadata(CommandError):
    """There are no models to compare a database with."""

    def __init__(self, migration_context: MigrationContext) -> None:
        script = migration_context.script
        place = "env.py" if script is None else script.env_py_location
        super().__init__(
            f"Can't proceed with --autogenerate option; environment script {place} does not provide "
            "a MetaData object or sequence of objects to the context.\n"
            "Name your models there, for instance:  target_metadata = Base.metadata"
        )


class TableTwice(CommandError, ValueError):
    """Two metadatas of one comparison hold one table."""

    def __init__(self, keys: Sequence[str]) -> None:
        self.keys = tuple(keys)
        names = ", ".join(f'"{key}"' for key in keys)
        super().__init__(
            f"Duplicate table keys across multiple MetaData objects: {names}; "
            "leave one model of each, or take one of the objects out of target_metadata"
        )

    @classmethod
    def refuse(cls, metadatas: Sequence[MetaData]) -> None:
        """Raise this error where it is the case."""
        count = Counter(key for metadata in metadatas for key in metadata.tables)
        twice = sorted(key for key, times in count.items() if times > 1)
        if twice:
            raise cls(twice)


class AutogenContext:
    """One comparison of a database with models.

    ``imports`` gathers the import lines that the rendered file needs. ``opts`` is the mapping of
    the options given to ``configure()``. Raises CommandError where the comparison has no models,
    or no database to ask.
    """

    connection: Connection | None
    imports: set[str]
    metadata: MetaData | Sequence[MetaData] | None

    def __init__(
        self,
        migration_context: MigrationContext,
        metadata: MetaData | Sequence[MetaData] | None = None,
        opts: Mapping[str, Any] | None = None,
        autogenerate: bool = True,
    ) -> None:
        if autogenerate and migration_context is not None and migration_context.as_sql:
            raise CommandError(
                "autogenerate can't use as_sql=True as it prevents querying the database for "
                "schema information"
            )
        self.opts: Any = migration_context.opts if opts is None else opts
        self.metadata = metadata = (
            self.opts.get("target_metadata") if metadata is None else metadata
        )
        if autogenerate and metadata is None and migration_context.script is not None:
            raise NoMetadata(migration_context)
        self.migration_context = migration_context
        self.connection = migration_context.bind if autogenerate else None
        self.dialect: Dialect = migration_context.dialect
        self.filters = Filters(
            self._configured_filter() if autogenerate else NameFilter(),
            to_list(self.opts.get("include_name"), []) or [],
            to_list(self.opts.get("include_object"), []) or [],
            getattr(self.dialect, "default_schema_name", None),
        )
        """What takes part, by the settings and by ``include_name`` and ``include_object``."""
        self.imports = set()
        self._has_batch = False
        self.is_complete = False
        """Whether more is compared than by default, with texts as the database spells them."""
        self.spelled = Spelled()
        self.memo: dict[str, Any] = {}
        """What comparators want to remember within one comparison."""
        self.name_answers: dict[tuple[str | None, ...], bool] = {}
        """What the filters have said of names already, to be told once more without asking them."""
        self.reflected = Reflected()
        """The tables of the database that take part."""
        self.owned: frozenset[tuple[str | None, str]] = frozenset()
        """Those that belong to something else, a partitioned table or an extension: they are left alone."""
        if autogenerate:
            self.comparators = self._comparators()

    def _comparators(self) -> PriorityDispatcher:
        dispatcher = comparators.branch()
        named = self.opts.get(PLUGINS_KEY)
        if named is None:
            config = self.migration_context.config
            named = None if config is None else config.get_alembic_option(PLUGINS_KEY)
        if named is None:  # an empty list is an answer: nothing is compared
            named = DEFAULT_PLUGINS
        names = re.split(r"[\s,]+", named.strip()) if isinstance(named, str) else list(named)
        Plugin.populate_autogenerate_priority_dispatch(dispatcher, names)
        return dispatcher

    def _configured_filter(self) -> NameFilter:
        config = self.migration_context.config
        return NameFilter() if config is None else name_filter(config)

    @functools.cached_property
    def inspector(self) -> Inspector:
        """What reads the database; made on first use."""
        if self.connection is None:
            raise TypeError(
                "can't return inspector as this AutogenContext has no database connection"
            )
        return inspect(self.connection)

    @functools.cached_property
    def preparer(self) -> IdentifierPreparer:
        """What quotes the names in a statement that is written as text: a percent sign is itself there."""
        return plain_preparer(self.dialect, self.dialect)

    @functools.cached_property
    def catalog(self) -> Catalog:
        """What has been read of the database so far, as plain records."""
        return Catalog(self.inspector)

    @functools.cached_property
    def search_path(self) -> SearchPath:
        """What the models may name without a schema though it isn't in the default one."""
        return search_path(self.connection)

    def place(self, schema: str | None, table: str) -> str | None:
        """The schema under which a table of the database takes part.

        That is None for the default one, unless the models say its name, and for another one on the
        search path where the models don't.
        """
        default = self.dialect.default_schema_name
        models = self.table_key_to_table
        if schema not in {None, default}:
            # Where no other schema takes part, all that the path finds is read without one.
            is_bare = table in models or not self.opts.get("include_schemas")
            is_bare = is_bare and f"{schema}.{table}" not in models
            return None if is_bare and self.search_path.relations.get(table) == schema else schema
        return default if f"{default}.{table}" in models and table not in models else None

    def home(self, schema: str | None, table: str) -> str:
        """The schema in which a table stands that takes part under ``schema``."""
        default = str(self.dialect.default_schema_name)
        return schema or self.search_path.relations.get(table, default)

    def type_home(self, schema: str | None, name: str) -> str | None:
        """The schema in which a named type stands that the models say under ``schema``; None is the default one."""
        found = schema or self.search_path.types.get(name)
        return None if found == self.dialect.default_schema_name else found

    def parents(self, schema: str | None, table: str) -> dict[str, str | None]:
        """What :meth:`run_name_filters` is told of the table that something of the database belongs to.

        The default schema is None, whatever the models call it.
        """
        is_default = schema == self.dialect.default_schema_name
        return {"table_name": table, "schema_name": None if is_default else schema}

    def is_compared_by(self, comparator: Callable[..., Any]) -> bool:
        """Whether a comparator of tables takes part in the comparison."""
        return self.connection is not None and comparator in self.comparators.functions("table")

    @contextlib.contextmanager
    def _within_batch(self) -> Iterator[None]:
        """Render verbs as methods of ``batch_op`` within the block."""
        self._has_batch = True
        try:
            yield
        finally:
            self._has_batch = False

    def run_name_filters(
        self, name: str | None, type_: str, parent_names: dict[str, str | None]
    ) -> bool:
        """Whether the settings and ``include_name`` let an object of the database into the comparison.

        ``type_`` is ``"schema"``, ``"table"``, ``"column"``, ``"index"``, ``"unique_constraint"``,
        ``"foreign_key_constraint"`` or a plugin's own.
        """
        if "schema_name" in parent_names:
            table_name = name if type_ == "table" else parent_names.get("table_name")
            if table_name:
                schema = parent_names["schema_name"]
                qualified = f"{schema}.{table_name}" if schema else table_name
                parent_names["schema_qualified_table_name"] = qualified
        key = (name, type_, parent_names.get("schema_name"), parent_names.get("table_name"))
        if key in self.name_answers:
            return self.name_answers.pop(key)
        return self.filters.accepts_name(name, type_, parent_names)

    def run_object_filters(
        self,
        object_: SchemaItem,
        name: str | None,
        type_: str,
        reflected: bool,
        compare_to: SchemaItem | None,
    ) -> bool:
        """Whether the settings and ``include_object`` let an object of either side into the comparison."""
        return self.filters.accepts_object(object_, name, type_, reflected, compare_to)

    run_filters = run_object_filters

    @functools.cached_property
    def sorted_tables(self) -> list[Table]:
        """The models' tables, those that others point to or inherit from first; of several metadatas in their order.

        Raises TableTwice.
        """
        metadatas = self._metadatas
        TableTwice.refuse(metadatas)
        # Elsewhere nothing inherits, and to ask a table loads the dialect of PostgreSQL.
        inherits = self.dialect.name == "postgresql"
        return [
            table
            for metadata in metadatas
            for table in (in_order(metadata) if inherits else metadata.sorted_tables)
        ]

    @functools.cached_property
    def table_key_to_table(self) -> dict[str, Table]:
        """The models' tables by key; raises TableTwice where two metadatas hold one table."""
        metadatas = self._metadatas
        TableTwice.refuse(metadatas)
        return {key: table for metadata in metadatas for key, table in metadata.tables.items()}

    @property
    def _metadatas(self) -> Sequence[MetaData]:
        if self.metadata is None:
            raise NoMetadata(self.migration_context)
        # A mapping is iterable, and would be compared as no models at all where it is empty.
        is_one = isinstance(self.metadata, MetaData | Mapping)
        metadatas: list[MetaData] = to_list([self.metadata] if is_one else self.metadata, []) or []
        for metadata in metadatas:
            if not isinstance(metadata, MetaData):
                raise CommandError(
                    f"target_metadata holds {metadata!r}, which is not a SQLAlchemy MetaData object; "
                    "hand over Base.metadata, or a list of such objects"
                )
        return metadatas
