"""AutogenContext: one comparison, its two sides and its filters."""

from __future__ import annotations

import contextlib
import functools
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.engine.reflection import Inspector
from sqlalchemy.schema import MetaData, SchemaItem, Table

from alembic.autogenerate.spelled.facts import Spelled
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
            "a MetaData object or sequence of objects to the context."
        )


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
        self._object_filters: list[Any] = to_list(self.opts.get("include_object"), []) or []
        self._name_filters: list[Any] = to_list(self.opts.get("include_name"), []) or []
        self.migration_context = migration_context
        self.connection = migration_context.bind if autogenerate else None
        self.dialect: Dialect = migration_context.dialect
        self.imports = set()
        self._has_batch = False
        self.is_complete = False
        """Whether more is compared than by default, with texts as the database spells them."""
        self.spelled = Spelled()
        self.memo: dict[str, Any] = {}
        """What comparators want to remember within one comparison."""
        self.reflected: list[Table] = []
        """The tables that were read from the database."""
        if autogenerate:
            self.comparators = self._comparators()

    def _comparators(self) -> PriorityDispatcher:
        dispatcher = comparators.branch()
        names = self.opts.get("autogenerate_plugins") or self._configured_plugins()
        Plugin.populate_autogenerate_priority_dispatch(dispatcher, list(names))
        return dispatcher

    def _configured_plugins(self) -> Sequence[str]:
        """The plugins that the configuration file names, else those that compare what they always did."""
        config = self.migration_context.config
        named = None if config is None else config.get_alembic_option(PLUGINS_KEY)
        if named is None:
            return DEFAULT_PLUGINS
        return re.split(r"[\s,]+", named.strip()) if isinstance(named, str) else list(named)

    @functools.cached_property
    def inspector(self) -> Inspector:
        """What reads the database; made on first use."""
        if self.connection is None:
            raise TypeError(
                "can't return inspector as this AutogenContext has no database connection"
            )
        return inspect(self.connection)

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
        """Whether ``include_name`` lets an object of the database into the comparison.

        ``type_`` is ``"schema"``, ``"table"``, ``"column"``, ``"index"``, ``"unique_constraint"``,
        ``"foreign_key_constraint"`` or a plugin's own.
        """
        if "schema_name" in parent_names:
            table_name = name if type_ == "table" else parent_names.get("table_name")
            if table_name:
                schema = parent_names["schema_name"]
                qualified = f"{schema}.{table_name}" if schema else table_name
                parent_names["schema_qualified_table_name"] = qualified
        return all(accepts(name, type_, parent_names) for accepts in self._name_filters)

    def run_object_filters(
        self,
        object_: SchemaItem,
        name: str | None,
        type_: str,
        reflected: bool,
        compare_to: SchemaItem | None,
    ) -> bool:
        """Whether ``include_object`` lets an object of either side into the comparison."""
        return all(
            accepts(object_, name, type_, reflected, compare_to) for accepts in self._object_filters
        )

    run_filters = run_object_filters

    @functools.cached_property
    def sorted_tables(self) -> list[Table]:
        """The models' tables, those that others point to first; of several metadatas in their order."""
        return [table for metadata in self._metadatas for table in metadata.sorted_tables]

    @functools.cached_property
    def table_key_to_table(self) -> dict[str, Table]:
        """The models' tables by key; raises ValueError where two metadatas hold one table."""
        tables: dict[str, Table] = {}
        for metadata in self._metadatas:
            twice = sorted(tables.keys() & metadata.tables.keys())
            if twice:
                names = ", ".join(f'"{key}"' for key in twice)
                raise ValueError(f"Duplicate table keys across multiple MetaData objects: {names}")
            tables.update(metadata.tables)
        return tables

    @property
    def _metadatas(self) -> Sequence[MetaData]:
        if self.metadata is None:
            raise NoMetadata(self.migration_context)
        metadatas: list[MetaData] = (
            to_list([self.metadata] if isinstance(self.metadata, MetaData) else self.metadata, [])
            or []
        )
        for metadata in metadatas:
            if not isinstance(metadata, MetaData):
                raise CommandError(
                    f"target_metadata holds {metadata!r}, which is not a SQLAlchemy MetaData object; "
                    "hand over Base.metadata, or a list of such objects"
                )
        return metadatas
