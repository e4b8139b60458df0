"""Sequences that belong to no column: created, dropped, changed."""

from __future__ import annotations

import logging
from collections.abc import Collection
from typing import Any

from sqlalchemy import BigInteger, Integer, SmallInteger, text
from sqlalchemy.schema import Sequence

from alembic.autogenerate.complete.counters import counter_of
from alembic.autogenerate.complete.sequences_of_others import used_by_others
from alembic.autogenerate.complete.statements import StatementsOp
from alembic.autogenerate.context import AutogenContext
from alembic.autogenerate.spelled.facts import Fact
from alembic.ddl.literals import text_literal
from alembic.operations.ops.script import UpgradeOps

log = logging.getLogger("alembic.autogenerate.compare.tables")

_POSTGRESQL = text("""
SELECT n.nspname, c.relname, tn.nspname, t.relname, a.attname,
       s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcycle, s.seqcache, format_type(s.seqtypid, NULL)
FROM pg_sequence s
JOIN pg_class c ON c.oid = s.seqrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_depend o ON o.classid = CAST('pg_class' AS regclass) AND o.objid = c.oid AND o.deptype = 'a'
LEFT JOIN pg_attribute a ON a.attrelid = o.refobjid AND a.attnum = o.refobjsubid
LEFT JOIN pg_class t ON t.oid = o.refobjid
LEFT JOIN pg_namespace tn ON tn.oid = t.relnamespace
WHERE c.relpersistence <> 't' AND NOT EXISTS (
  SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype IN ('i', 'e')
)
ORDER BY n.nspname, c.relname
""")
OPTIONS = ("start", "increment", "minvalue", "maxvalue", "cycle", "cache")
WORDS = {
    "start": "START WITH",
    "increment": "INCREMENT BY",
    "minvalue": "MINVALUE",
    "maxvalue": "MAXVALUE",
    "cache": "CACHE",
    "owner": "OWNED BY",
}
NO_OWNER = "NONE"

_TYPES = {"smallint": SmallInteger, "integer": Integer, "bigint": BigInteger}

SequenceName = tuple["str | None", str]
Settings = dict[str, Any]


def compare_sequences(
    context: AutogenContext, upgrade_ops: UpgradeOps, schemas: Collection[str | None]
) -> None:
    """Statements for the sequences that one side has and the other has not, or has otherwise.

    New ones come before the tables that may use them, those that go after them.
    """
    if not _has_sequences(context):
        return
    places = {*schemas, *_new_schemas(context)}
    wanted = {name: one for name, one in sequences_in_models(context).items() if name[0] in places}
    every = _in_database(context, wanted, schemas)
    existing = {
        name: one
        for name, one in every.items()
        if name[0] in schemas and (one["owner"] == NO_OWNER or name in wanted)
    }
    claimed = {} if context.dialect.name != "postgresql" else _claimed(context)
    asked = {name: _settings(one) for name, one in wanted.items()}
    asked = {**{name: one for name, one in claimed.items() if name in existing}, **asked}
    before: list[StatementsOp] = []
    for name in sorted(wanted.keys() - existing.keys(), key=_order):
        if context.run_object_filters(wanted[name], name[1], "sequence", False, None):
            before.append(_created(context, name, _settings(wanted[name])))
            log.info("Detected added sequence %r", name[1])
    for name in sorted(asked.keys() & existing.keys(), key=_order):
        has = _with_defaults(context, asked[name])
        changed = {
            key: value
            for key, value in has.items()
            if value is not None and not _is_same(value, existing[name].get(key, value))
        }
        if changed:
            before.append(_altered(context, name, changed, existing[name]))
            log.info("Detected changed sequence %r: %s", name[1], sorted(changed))
    upgrade_ops.ops[:0] = before
    gone = existing.keys() - asked.keys()
    used = _default_texts(context)
    others = set(used_by_others(context, schemas)) if gone else set()
    for name in sorted(gone - others, key=_order):
        if name[1] in used:
            continue
        if context.run_name_filters(name[1], "sequence", {"schema_name": name[0]}):
            had = {key: value for key, value in existing[name].items() if key != "owner"}
            upgrade_ops.ops.append(_created(context, name, had).reverse())
            log.info("Detected removed sequence %r", name[1])


def _new_schemas(context: AutogenContext) -> set[str | None]:
    """The schemas of the models' sequences that are yet to be made, where schemas take part."""
    if context.dialect.name != "postgresql" or not context.opts.get("include_schemas"):
        return set()
    known = {None, *context.inspector.get_schema_names()}
    asked = {schema for schema, _ in sequences_in_models(context)} - known
    return {name for name in asked if context.run_name_filters(name, "schema", {})}


def _has_sequences(context: AutogenContext) -> bool:
    is_mariadb = getattr(context.dialect, "is_mariadb", False)
    return bool(is_mariadb) or context.dialect.name in {"postgresql", "mariadb"}


def _order(name: SequenceName) -> tuple[str, str]:
    return name[0] or "", name[1]


def sequences_in_models(context: AutogenContext) -> dict[SequenceName, Sequence]:
    """The sequences of the models, those that columns ask for values included."""
    every = [one for metadata in context._metadatas for one in metadata._sequences.values()]
    every += [
        default
        for table in context.sorted_tables
        for column in table.columns
        for default in (column.default, column.server_default)
        if isinstance(default, Sequence)
    ]
    usual = context.dialect.default_schema_name
    return {(None if one.schema == usual else one.schema, one.name): one for one in every}


def _default_texts(context: AutogenContext) -> str:
    """The server defaults of the models: a sequence that one of them names is in use."""
    texts: list[str] = []
    for table in context.sorted_tables:
        for column in table.columns:
            default: Any = getattr(column.server_default, "arg", None)
            if default is not None:
                texts.append(str(default))
    return "\n".join(texts)


def _settings(sequence: Sequence) -> Settings:
    settings = {option: getattr(sequence, option) for option in OPTIONS}
    return {**settings, "data_type": sequence.data_type}


def _is_same(wanted: Any, existing: Any) -> bool:
    """Whether the two values of an option are one; types are, where they have the same values."""
    if isinstance(existing, Integer):
        return _end(wanted) == _end(existing)
    return bool(wanted == existing)


def _end(type_: Any) -> int:
    """The greatest value of an integer type; of none, BIGINT's."""
    named = () if type_ is None else type(type_).__mro__
    small, big = SmallInteger in named, BigInteger in named
    return 2**15 - 1 if small else 2**63 - 1 if big or type_ is None else 2**31 - 1


def _with_defaults(context: AutogenContext, settings: Settings) -> Settings:
    """What a sequence has where nothing was said.

    Sources: https://www.postgresql.org/docs/current/sql-createsequence.html,
    https://mariadb.com/kb/en/create-sequence/.
    """
    given = {key: value for key, value in settings.items() if value is not None}
    is_rising = given.get("increment", 1) > 0
    defaults: Settings = {"increment": 1, "cycle": False, "cache": 1000, "owner": NO_OWNER}
    end = 2**63 - 2  # MariaDB's, which keeps the outermost numbers to itself
    if context.dialect.name == "postgresql":
        defaults |= {"data_type": BigInteger(), "cache": 1}
        end = _end(given.get("data_type"))
    defaults["minvalue"], defaults["maxvalue"] = (1, end) if is_rising else (-end - 1, -1)
    bound = "minvalue" if is_rising else "maxvalue"
    return {**defaults, "start": given.get(bound, defaults[bound]), **given}


def sequences_in_database(context: AutogenContext) -> dict[SequenceName, Settings]:
    """The sequences that belong to no column, by schema (None for the default one) and name."""
    return {
        name: {key: value for key, value in settings.items() if key != "owner"}
        for name, settings in _in_database(context, (), (None,)).items()
        if settings["owner"] == NO_OWNER
    }


def _in_database(
    context: AutogenContext,
    in_models: Collection[SequenceName],
    schemas: Collection[str | None],
) -> dict[SequenceName, Settings]:
    """The sequences with the columns that own them, by schema (None for the default one) and name.

    None is the schema as well of one on the search path that the models name without it. MariaDB, where
    a schema is a database, is asked for those of ``schemas`` only.
    """
    if not _has_sequences(context):
        return {}
    assert context.connection is not None
    if context.dialect.name == "postgresql":
        return {
            (_place(context, schema, name, in_models), name): {
                **dict(zip(OPTIONS, settings, strict=True)),
                "data_type": _TYPES[type_](),
                "owner": NO_OWNER if column is None else _column(context, owner, table, column),
            }
            for schema, name, owner, table, column, *settings, type_ in context.connection.execute(
                _POSTGRESQL
            )
        }
    found: dict[SequenceName, Settings] = {}
    names = [
        (schema, name)
        for schema in schemas
        for name in context.inspector.get_sequence_names(schema=schema)
    ]
    for name in sorted(names, key=_order):
        quoted = _quoted(context, name)
        row = context.connection.exec_driver_sql(
            "SELECT start_value, increment, minimum_value, maximum_value, cycle_option, cache_size "
            f"FROM {quoted}".replace("%", "%%")
        ).one()
        found[name] = {**dict(zip(OPTIONS, row, strict=True)), "cycle": bool(row[4])}
        found[name]["owner"] = NO_OWNER
    return found


def _column(context: AutogenContext, schema: str, table: str, column: str) -> str:
    """A column as it is written behind ``OWNED BY``."""
    place = None if schema == context.dialect.default_schema_name else schema
    return f"{_quoted(context, (place, table))}.{context.preparer.quote(column)}"


def _claimed(context: AutogenContext) -> dict[SequenceName, Settings]:
    """The sequences of the models' SERIAL columns in tables that are there, as they would be made."""
    claimed: dict[SequenceName, Settings] = {}
    for table in context.sorted_tables:
        for column in table.columns:
            fact = Fact("default", table.schema, table.name, column.name)
            is_serial = context.spelled.wanted.get(fact, "").startswith("nextval(")
            if is_serial and column.server_default is None:
                counter = counter_of(context, column, table)
                claimed[counter.name] = {
                    "data_type": _TYPES[counter.type](),
                    "owner": counter.owner,
                }
    return claimed


def _place(
    context: AutogenContext, schema: str, name: str, in_models: Collection[SequenceName]
) -> str | None:
    """The schema under which a sequence of PostgreSQL takes part."""
    is_bare = (None, name) in in_models and (schema, name) not in in_models
    is_found = is_bare and context.search_path.relations.get(name) == schema
    return None if is_found or schema == context.dialect.default_schema_name else schema


def _created(context: AutogenContext, name: SequenceName, settings: Settings) -> StatementsOp:
    quoted = _quoted(context, name)
    return StatementsOp(
        [" ".join([f"CREATE SEQUENCE {quoted}", *_clauses(context, settings)])],
        [f"DROP SEQUENCE {quoted}"],
        ("add_sequence", name[0], name[1]),
        ("remove_sequence", name[0], name[1]),
    )


def _altered(
    context: AutogenContext, name: SequenceName, changed: Settings, existing: Settings
) -> StatementsOp:
    back = {key: existing[key] for key in changed}
    wanted = {**existing, **changed}
    return StatementsOp(
        _change(context, name, changed, (existing, wanted)),
        _change(context, name, back, (wanted, existing)),
        ("modify_sequence", name[0], name[1], back, changed),
        ("modify_sequence", name[0], name[1], changed, back),
    )


def _change(
    context: AutogenContext,
    name: SequenceName,
    changed: Settings,
    sides: tuple[Settings, Settings],
) -> list[str]:
    """The statements that change a sequence; PostgreSQL wants it to stand within its new bounds."""
    quoted = _quoted(context, name)
    clauses = _clauses(context, changed)
    before: list[str] = []
    if context.dialect.name == "postgresql":
        (low, high), (new_low, new_high) = ((one["minvalue"], one["maxvalue"]) for one in sides)
        said = text_literal(quoted)
        if new_low > high or new_high < low:
            clauses.append(f"RESTART WITH {sides[1]['start']}")
        else:
            outside = [(new_low, "<")] if new_low > low else []
            outside += [(new_high, ">")] if new_high < high else []
            before = [
                f"SELECT setval({said}, {bound}, false) FROM {quoted} WHERE last_value {than} {bound}"
                for bound, than in outside
            ]
    return [*before, " ".join([f"ALTER SEQUENCE {quoted}", *clauses])]


def _clauses(context: AutogenContext, settings: Settings) -> list[str]:
    type_ = settings.get("data_type")
    clauses = (
        [] if type_ is None else [f"AS {context.dialect.type_compiler_instance.process(type_)}"]
    )
    clauses += [
        f"{WORDS[key]} {value}"
        for key, value in settings.items()
        if key in WORDS and value is not None
    ]
    if settings.get("cycle") is not None:
        # https://mariadb.com/kb/en/create-sequence/ knows it as one word only.
        no = "NO CYCLE" if context.dialect.name == "postgresql" else "NOCYCLE"
        clauses.append("CYCLE" if settings["cycle"] else no)
    return clauses


def _quoted(context: AutogenContext, name: SequenceName) -> str:
    quote = context.preparer.quote
    return quote(name[1]) if name[0] is None else f"{quote(name[0])}.{quote(name[1])}"
