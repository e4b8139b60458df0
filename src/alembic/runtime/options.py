"""ContextOptions: what ``configure()`` and the commands say about one run, checked once.

Options arrive as a dict: the command puts in its own (``fn``, ``as_sql``, ``destination_rev`` …),
``env.py`` adds those of ``context.configure()``, and both may add keywords that nobody here has
heard of. The dict itself stays what ``MigrationContext.opts`` shows: programs read it, and some
write to it, for the comparison that comes later. What the runtime acts on is read from it once::

    options = ContextOptions.read({"as_sql": True, "flavour": "mint"})
    options.as_sql          # True
    options.extra           # {"flavour": "mint"}

Which database is meant (``connection``, ``url``, ``dialect_name``, ``dialect_opts``) is no option:
see :meth:`alembic.runtime.migration.MigrationContext.configure`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Literal, TextIO, TypeAlias

from sqlalchemy import Column, FetchedValue, MetaData
from sqlalchemy.schema import SchemaItem

from alembic.runtime.patience import DEFAULT_TIMEOUT
from alembic.util.exc import CommandError
from alembic.util.values import EMPTY_DICT, asbool

UserValue: TypeAlias = Any
"""A value that only the user's own code understands."""

NameFilterType: TypeAlias = Literal[
    "schema",
    "table",
    "column",
    "index",
    "unique_constraint",
    "foreign_key_constraint",
    "check_constraint",
]
"""What kind of thing an ``include_name`` function is asked about."""

NameFilterParentNames: TypeAlias = MutableMapping[
    Literal["schema_name", "table_name", "schema_qualified_table_name"], "str | None"
]
"""The names of what a thing stands in."""

IncludeNameFn: TypeAlias = Callable[["str | None", NameFilterType, NameFilterParentNames], bool]
"""``(name, type, parent names) -> bool``, before anything is reflected."""

IncludeObjectFn: TypeAlias = Callable[
    [SchemaItem, "str | None", NameFilterType, bool, "SchemaItem | None"], bool
]
"""``(object, name, type, reflected, compare_to) -> bool``, after reflection."""

RenderItem: TypeAlias = Callable[[str, UserValue, UserValue], "str | Literal[False]"]
"""``(type, object, autogen_context) -> str | False``; False leaves it to the ordinary renderer."""

RenderItemFn: TypeAlias = RenderItem

CompareType: TypeAlias = Callable[
    [UserValue, "Column[Any]", "Column[Any]", UserValue, UserValue], "bool | None"
]
"""``(context, database column, model column, database type, model type) -> bool | None``."""

CompareServerDefault: TypeAlias = Callable[
    [
        UserValue,
        "Column[Any]",
        "Column[Any]",
        "str | None",
        "FetchedValue | None",
        "str | None",
    ],
    "bool | None",
]
"""``(context, database column, model column, database default, model default, its text)``."""

OnVersionApplyFn: TypeAlias = Callable[..., None]
"""Called with ``ctx``, ``step`` (a MigrationInfo), ``heads`` (a set) and ``run_args``, by name."""

ProcessRevisionDirectiveFn: TypeAlias = Callable[[UserValue, UserValue, "list[UserValue]"], None]
"""``(migration context, revision, list of MigrationScript) -> None``; may change the list."""

MigrationsFn: TypeAlias = Callable[[UserValue, UserValue], Iterable[UserValue]]
"""``(heads, migration context) -> steps``: what a command does with the heads it finds."""

PreviewFn: TypeAlias = Callable[[UserValue, Iterable[UserValue], "dict[str, UserValue]"], None]
"""``(migration context, steps, arguments of the run)``: called in place of running the steps."""

StartingRev: TypeAlias = "str | Sequence[str]"

DEFAULT_VERSION_TABLE = "alembic_version"


class WrongOption(CommandError):
    """An option has a value that can't be meant."""

    def __init__(self, name: str, value: UserValue, wanted: str, source: str = "") -> None:
        super().__init__(f"{source or 'configure()'}: {name}={value!r}; {wanted} is expected")
        self.name = name
        self.value = value
        self.source = source


class LiteralBindsOnline(CommandError):
    """``literal_binds`` was asked for in a run against a database."""

    def __init__(self) -> None:
        super().__init__(
            "Can't use literal_binds setting without as_sql mode: leave it out unless "
            "context.is_offline_mode()"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextOptions:
    """Every option of a run under its documented name; unknown ones are in ``extra``."""

    # what the command wants
    fn: MigrationsFn | None = None
    as_sql: bool = False
    starting_rev: StartingRev | None = None
    destination_rev: UserValue = None
    tag: str | None = None
    purge: bool = False
    dont_mutate: bool = False
    ends_half_done: bool = False
    preview: PreviewFn | None = None
    watcher: UserValue = None
    insisted: Mapping[str, UserValue] = field(default_factory=dict)
    template_args: Mapping[str, UserValue] | None = None
    revision_context: UserValue = None
    script: UserValue = None

    # where the heads are kept
    version_table: str = DEFAULT_VERSION_TABLE
    version_table_schema: str | None = None
    version_table_pk: bool = True
    on_version_apply: tuple[OnVersionApplyFn, ...] = ()

    # how statements leave
    transactional_ddl: bool | None = None
    transaction_per_migration: bool = False
    output_buffer: TextIO | None = None
    literal_binds: bool = False

    # what revision files may say
    strict_keywords: bool | None = None

    # who else may migrate meanwhile
    lock: bool = True
    lock_timeout: float = DEFAULT_TIMEOUT
    ddl_lock_timeout: float | None = None
    ddl_statement_timeout: float | None = None
    ddl_lock_retries: int = 5

    # what is compared
    target_metadata: MetaData | Sequence[MetaData] | None = None
    include_name: IncludeNameFn | None = None
    include_object: IncludeObjectFn | None = None
    include_schemas: bool | UserValue = False
    compare_type: bool | CompareType = True
    compare_server_default: bool | CompareServerDefault = False
    autogenerate_plugins: Sequence[str] | None = None
    process_revision_directives: ProcessRevisionDirectiveFn | None = None

    # how the result is written
    render_as_batch: bool = False
    render_item: RenderItem | None = None
    upgrade_token: str = "upgrades"  # noqa: S105 - a name in templates
    downgrade_token: str = "downgrades"  # noqa: S105 - the same
    alembic_module_prefix: str = "op."
    sqlalchemy_module_prefix: str = "sa."
    user_module_prefix: str | None = None

    extra: Mapping[str, UserValue] = field(default_factory=dict)

    @classmethod
    def read(
        cls, opts: Mapping[str, UserValue], settings: Mapping[str, UserValue] = EMPTY_DICT
    ) -> ContextOptions:
        """The options in ``opts``; what is missing or None has its default.

        What the command line insists on counts more, and what the settings files say counts less:
        ``opts["insisted"]`` and ``settings``, both with names of :data:`SETTINGS` only. Raises
        :class:`WrongOption` for a value that can't be meant, and :class:`LiteralBindsOnline`.
        """
        known = {name: opts[name] for name in _NAMES if opts.get(name) is not None}
        extra = {name: value for name, value in opts.items() if name not in _NAMES}
        if "on_version_apply" in known:
            known["on_version_apply"] = version_callbacks(known["on_version_apply"])
        for name in _CALLABLES:
            value = known.get(name)
            if value and not callable(value):
                raise WrongOption(name, value, "a function")
        for name, check in SETTINGS.items():
            for source, given in (
                ("the command line", opts.get("insisted") or {}),
                ("", opts),
                ("the settings", settings),
            ):
                if given.get(name) is not None:
                    known[name] = check(name, given[name], source)
                    break
        options = cls(**known, extra=extra)
        if options.literal_binds and not options.as_sql:
            raise LiteralBindsOnline
        return options


_NAMES = frozenset(item.name for item in fields(ContextOptions)) - {"extra"}
_CALLABLES = ("include_name", "include_object", "process_revision_directives", "render_item")
_UNITS = {"": 1.0, "ms": 0.001, "s": 1.0, "min": 60.0, "h": 3600.0}
_DURATION = re.compile(r"\s*(\d+(?:\.\d*)?|\.\d+)\s*([a-z]*)\s*\Z")


def _lock(name: str, value: UserValue, source: str) -> bool:
    if isinstance(value, bool):
        return value
    if value in {"auto", "off"}:
        return bool(value == "auto")
    raise WrongOption(name, value, "'auto' or 'off'", source)


def _seconds(name: str, value: UserValue, source: str) -> float:
    found = None if isinstance(value, bool) else _DURATION.match(str(value))
    if found is None or found.group(2) not in _UNITS:
        raise WrongOption(name, value, "a number of seconds, or 500ms, 30s, 2min, 1h,", source)
    return float(found.group(1)) * _UNITS[found.group(2)]


def _limit(name: str, value: UserValue, source: str) -> float | None:
    return _seconds(name, value, source) or None


def _count(name: str, value: UserValue, source: str) -> int:
    if isinstance(value, bool) or not re.fullmatch(r"\d+", str(value).strip()):
        raise WrongOption(name, value, "a whole number", source)
    return int(value)


def _table(name: str, value: UserValue, source: str) -> str:
    if isinstance(value, str) and value.strip():
        return value
    raise WrongOption(name, value, "the name of a table", source)


def _schema(name: str, value: UserValue, source: str) -> str | None:
    if isinstance(value, str):
        return value or None
    raise WrongOption(name, value, "the name of a schema", source)


def flag(name: str, value: UserValue, source: str) -> bool:
    """``value`` as true or false; raises :class:`WrongOption`."""
    try:
        return asbool(value)
    except ValueError:
        raise WrongOption(name, value, "true or false", source) from None


SETTINGS: Mapping[str, Callable[[str, UserValue, str], UserValue]] = {
    "version_table": _table,
    "version_table_schema": _schema,
    "version_table_pk": flag,
    "lock": _lock,
    "lock_timeout": _seconds,
    "ddl_lock_timeout": _limit,
    "ddl_statement_timeout": _limit,
    "ddl_lock_retries": _count,
    "strict_keywords": flag,
}
"""Options that settings files and the command line may give as well → how they are read."""


def version_callbacks(value: UserValue) -> tuple[OnVersionApplyFn, ...]:
    """One function, several or none as a tuple of functions; raises :class:`WrongOption`."""
    if value is None:
        return ()
    if callable(value):
        return (value,)
    if isinstance(value, Iterable) and not isinstance(value, str):
        callbacks = tuple(value)
        if all(callable(callback) for callback in callbacks):
            return callbacks
    raise WrongOption("on_version_apply", value, "a function or a list of functions")
