"""PostgreSQL's own spelling of tables: its catalog, and temporary tables made of the models.

The models' tables are created in ``pg_temp`` under their own names, read like any other, and taken
back by a savepoint: nothing is left behind, and no privilege but TEMPORARY is needed, which
everybody has by default. Source: https://www.postgresql.org/docs/current/functions-info.html.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Enum, MetaData, Table, exc, text
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.schema import CreateIndex, CreateTable, ExecutableDDLElement
from sqlalchemy.types import ARRAY, TypeDecorator, TypeEngine

from alembic.autogenerate.records.search_path import search_path
from alembic.autogenerate.spelled.facts import Fact, Facts, TableName
from alembic.ddl.literals import plain_preparer, text_literal
from alembic.ddl.postgresql_kinds import is_domain, is_exclusion

if TYPE_CHECKING:
    from sqlalchemy.dialects.postgresql import DOMAIN, ExcludeConstraint

SCRATCH = "pg_temp"

_COLUMNS = text("""
SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
       CASE WHEN a.attcollation <> t.typcollation THEN l.collname END,
       pg_get_expr(d.adbin, d.adrelid), a.attgenerated::text, a.attinhcount > 0
FROM pg_class c
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_collation l ON l.oid = a.attcollation
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE c.oid = ANY(CAST(:oids AS oid[]))
""")
_CONSTRAINTS = text("""
SELECT c.relname, x.conname, x.contype::text, pg_get_constraintdef(x.oid), x.coninhcount > 0
FROM pg_class c JOIN pg_constraint x ON x.conrelid = c.oid
WHERE c.oid = ANY(CAST(:oids AS oid[])) AND x.contype IN ('p', 'u', 'c', 'x')
""")
_COMMENTS = text("""
SELECT c.relname, x.conname, d.description
FROM pg_description d
JOIN pg_constraint x ON x.oid = d.objoid
JOIN pg_class c ON c.oid = x.conrelid
WHERE d.classoid = CAST('pg_constraint' AS regclass) AND c.oid = ANY(CAST(:oids AS oid[]))
""")
_INDEXES = text("""
SELECT c.relname, i.relname, pg_get_indexdef(i.oid), (
         SELECT s.spcname FROM pg_tablespace s, pg_database d
         WHERE s.oid = COALESCE(NULLIF(i.reltablespace, 0), d.dattablespace)
           AND d.datname = current_database()
       )
FROM pg_class c
JOIN pg_index x ON x.indrelid = c.oid
JOIN pg_class i ON i.oid = x.indexrelid
WHERE c.oid = ANY(CAST(:oids AS oid[]))
  AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.oid AND k.conrelid = c.oid)
""")
_TABLES = text("""
SELECT c.oid, c.relname, c.relpersistence::text, coalesce(array_to_string(c.reloptions || (
         SELECT array_agg('toast.' || option) FROM pg_class t, unnest(t.reloptions) AS option
         WHERE t.oid = c.reltoastrelid
       ), ', '), ''), coalesce(pg_get_partkeydef(c.oid), ''), coalesce((
         SELECT string_agg(
           CASE WHEN pn.oid = pg_my_temp_schema() OR pn.nspname = ANY(current_schemas(false)) THEN ''
             ELSE quote_ident(pn.nspname) || '.' END || quote_ident(p.relname),
           ', ' ORDER BY h.inhseqno
         )
         FROM pg_inherits h JOIN pg_class p ON p.oid = h.inhparent
         JOIN pg_namespace pn ON pn.oid = p.relnamespace
         WHERE h.inhrelid = c.oid AND NOT c.relispartition
       ), ''), (
         SELECT s.spcname FROM pg_tablespace s, pg_database d
         WHERE s.oid = COALESCE(NULLIF(c.reltablespace, 0), d.dattablespace)
           AND d.datname = current_database()
       )
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relname = ANY(CAST(:names AS text[])) AND c.relkind IN ('r', 'p')
  AND CASE WHEN CAST(:schema AS text) = 'pg_temp' THEN n.oid = pg_my_temp_schema() ELSE n.nspname = CAST(:schema AS text) END
""")
_IDENTITIES = text("""
SELECT c.relname, a.attname, a.attidentity::text, s.seqstart, s.seqincrement, s.seqmin, s.seqmax,
       s.seqcycle, s.seqcache
FROM pg_class c
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attidentity <> '' AND NOT a.attisdropped
JOIN pg_depend d ON d.refobjid = c.oid AND d.refobjsubid = a.attnum AND d.deptype = 'i'
  AND d.classid = CAST('pg_class' AS regclass)
JOIN pg_sequence s ON s.seqrelid = d.objid
WHERE c.oid = ANY(CAST(:oids AS oid[]))
""")
_SPECIAL = text("""
SELECT n.nspname, c.relname
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND (
  c.relpersistence = 'u' OR c.reloptions IS NOT NULL OR EXISTS (
    SELECT FROM pg_class t WHERE t.oid = c.reltoastrelid AND t.reloptions IS NOT NULL
  ) OR EXISTS (
    SELECT FROM pg_constraint x
    LEFT JOIN pg_description d ON d.objoid = x.oid AND d.classoid = CAST('pg_constraint' AS regclass)
    WHERE x.conrelid = c.oid
      AND (x.contype = 'x' OR x.contype IN ('p', 'u') AND x.condeferrable OR d.objoid IS NOT NULL)
  ) OR EXISTS (
    SELECT FROM pg_index i
    CROSS JOIN unnest(CAST(i.indkey AS int2[]), CAST(i.indcollation AS oid[])) AS part(attnum, oid)
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = part.attnum
    WHERE i.indrelid = c.oid AND part.oid NOT IN (0, a.attcollation)
  )
)
""")
_KINDS = {"p": "primary", "u": "unique", "c": "check", "x": "exclude"}


def existing_facts(connection: Connection, names: Sequence[TableName]) -> Facts:
    """The facts of tables that are there."""
    facts: Facts = {}
    path = search_path(connection)
    default = str(connection.dialect.default_schema_name)
    places: dict[tuple[str | None, str], list[str]] = {}
    for schema, name in names:
        place = schema or path.relations.get(name, default)
        places.setdefault((schema, place), []).append(name)
    for (schema, place), tables in places.items():
        facts.update(_read(connection, schema, place, tables))
    return facts


def special_tables(connection: Connection, names: Iterable[TableName]) -> set[TableName]:
    """The tables that hold what reflection doesn't show."""
    found = {(schema, table) for schema, table in connection.execute(_SPECIAL)}
    path = search_path(connection)
    default = str(connection.dialect.default_schema_name)
    return {
        (schema, name)
        for schema, name in names
        if (schema or path.relations.get(name, default), name) in found
    }


def wanted_facts(
    connection: Connection, tables: Sequence[Table]
) -> tuple[Facts, dict[TableName, str]]:
    """The facts that the models' tables would have, and why those that are missing couldn't be made."""
    facts: Facts = {}
    failed: dict[TableName, str] = {}
    for schema in dict.fromkeys(table.schema for table in tables):
        batch = [table for table in tables if table.schema == schema]
        savepoint = connection.begin_nested()
        try:
            for table in _with_types(connection, batch):
                problem = _make(connection, table)
                if problem is not None:
                    failed[schema, table.name] = problem
            names = [table.name for table in batch if (schema, table.name) not in failed]
            facts.update(_read(connection, schema, SCRATCH, names))
        except exc.DBAPIError as error:
            failed.update({(schema, table.name): str(error.orig) for table in batch})
        finally:
            savepoint.rollback()
    return facts, failed


def _read(connection: Connection, schema: str | None, place: str, names: list[str]) -> Facts:
    """The facts of tables that stand in the schema ``place``, as those of ``schema``."""
    facts: Facts = {}
    found = connection.execute(_TABLES, {"names": names, "schema": place}).all()
    oids = [row[0] for row in found]
    tidy = _tidier(connection, schema)
    for _, table, persistence, options, partition, inherits, tablespace in found:
        facts[Fact("option", schema, table, "with")] = options
        facts[Fact("option", schema, table, "partition")] = partition
        facts[Fact("option", schema, table, "inherits")] = inherits
        facts[Fact("tablespace", schema, table, "")] = tablespace
        if place != SCRATCH:
            unlogged = "UNLOGGED" if persistence == "u" else ""
            facts[Fact("option", schema, table, "persistence")] = unlogged
    for table, column, type_, collation, default, generated, is_inherited in connection.execute(
        _COLUMNS, {"oids": oids}
    ):
        spelled = tidy(type_) + (f' COLLATE "{collation}"' if collation else "")
        facts[Fact("type", schema, table, column)] = spelled
        if is_inherited:
            facts[Fact("inherited", schema, table, column)] = spelled
        kind = "computed" if generated.strip() else "default"
        facts[Fact(kind, schema, table, column)] = "" if default is None else tidy(default)
    for table, name, contype, definition, is_inherited in connection.execute(
        _CONSTRAINTS, {"oids": oids}
    ):
        # A table that is made with it has it valid, whatever is said.
        said = tidy(definition).removesuffix(" NOT VALID")
        facts[Fact(_KINDS[contype], schema, table, name)] = said
        if is_inherited:
            facts[Fact("inherited", schema, table, name)] = said
    for table, name, comment in connection.execute(_COMMENTS, {"oids": oids}):
        facts[Fact("comment", schema, table, name)] = comment
    for table, column, *settings in connection.execute(_IDENTITIES, {"oids": oids}):
        facts[Fact("identity", schema, table, column)] = " ".join(map(str, settings))
    for table, name, definition, tablespace in connection.execute(_INDEXES, {"oids": oids}):
        facts[Fact("index", schema, table, name)] = _without_table(tidy(definition))
        facts[Fact("tablespace", schema, table, name)] = tablespace
    return facts


def _tidier(connection: Connection, schema: str | None) -> Callable[[str], str]:
    """What takes away the names of the schemas that a table, and its like in ``pg_temp``, stand in."""
    dialect = connection.dialect
    own = plain_preparer(dialect, dialect).quote(schema or str(dialect.default_schema_name))
    pattern = re.compile(rf"\bpg_temp(?:_\d+)?\.|(?<![\w.\"]){re.escape(own)}\.")
    return lambda spelled: pattern.sub("", spelled)


def _without_table(definition: str) -> str:
    """``CREATE UNIQUE INDEX … USING …`` without the names of index and table."""
    head, _, rest = definition.partition(" USING ")
    return f"{'UNIQUE ' if head.startswith('CREATE UNIQUE') else ''}{rest}"


def index_parts(said: str) -> list[str]:
    """The columns and expressions of an index, each with all that is said of it, by its fact."""
    parts, depth, start, quote = [], 0, 0, ""
    for position, character in enumerate(said):
        if quote or character in "'\"":
            quote = ("" if quote == character else quote) if quote else character
            continue
        depth += (character == "(") - (character == ")")
        if depth == 1 and character == "(":
            start = position + 1
        if (depth == 1 and character == ",") or (depth == 0 and character == ")"):
            parts.append(said[start:position].strip())
            start = position + 1
        if depth == 0 and character == ")":
            break
    return parts


def _with_types(connection: Connection, tables: Sequence[Table]) -> Iterator[Table]:
    """Copies of ``tables`` that can stand in the scratch schema; the enums and domains they use are made first.

    A type of a third schema is the one that is there.
    """
    made: set[str] = set()
    quote = plain_preparer(connection.dialect, connection.dialect).quote
    for table in tables:
        copied = _copy(table, connection.dialect.default_schema_name)
        types = [column.type for column in copied.columns]
        for named in named_types_of(types, connection.dialect):
            if named.name is None or named.schema is not None or named.name in made:
                continue
            made.add(named.name)
            if is_domain(named):
                _make_domain(connection, named)
                continue
            labels = ", ".join(map(text_literal, named.enums))
            connection.exec_driver_sql(
                f"CREATE TYPE pg_temp.{quote(named.name)} AS ENUM ({labels})".replace("%", "%%")
            )
        yield copied


def _make_domain(connection: Connection, domain: DOMAIN) -> None:
    """Create a domain; one that can't be made is the one that is there, as far as there is one."""
    savepoint = connection.begin_nested()
    try:
        connection.execute(create_scratch_domain(domain))
    except exc.SQLAlchemyError:
        savepoint.rollback()
    else:
        savepoint.commit()


def create_scratch_domain(domain: DOMAIN) -> ExecutableDDLElement:
    """What creates a domain in the scratch schema."""
    from sqlalchemy.dialects.postgresql import CreateDomainType  # loaded for those who use it

    scratch = copy.copy(domain)
    scratch.schema = SCRATCH
    return CreateDomainType(scratch)


def _copy(table: Table, default: str | None) -> Table:
    """The table by itself, in the scratch schema."""
    copied = table.to_metadata(
        MetaData(naming_convention=table.metadata.naming_convention), SCRATCH
    )
    copied._prefixes = []
    # The order of its columns stays open where the models leave it so, see `complete.key_columns`.
    copied.primary_key._implicit_generated = table.primary_key._implicit_generated
    for column, own in zip(copied.columns, table.columns, strict=True):
        if isinstance(column.type, Enum) and column.type.schema in {table.schema, SCRATCH}:
            column.type.schema = None
        if is_domain(column.type):
            schema = own.type.schema  # type: ignore[attr-defined]
            column.type.schema = None if schema in {table.schema, default} else schema
    for index in copied.indexes:
        index.dialect_options["postgresql"]["concurrently"] = False
    # SQLAlchemy leaves the operator classes of exclude constraints behind.
    classes = {_elements(one): one.ops for one in table.constraints if is_exclusion(one)}
    for constraint in copied.constraints:
        if is_exclusion(constraint):
            constraint.ops = classes[_elements(constraint)]
    return copied


def _elements(exclusion: ExcludeConstraint) -> tuple[Any, ...]:
    """What tells an exclude constraint of a table from the others."""
    return exclusion.name, *((name, operator) for _, name, operator in exclusion._render_exprs)


def enums_of(types: Iterable[TypeEngine[Any]], dialect: Dialect) -> Iterator[Any]:
    """The native enums among types of columns, those of array items included."""
    for type_ in types:
        inner = _inner(type_, dialect)
        if isinstance(inner, Enum) and inner.native_enum:
            yield inner


def named_types_of(types: Iterable[TypeEngine[Any]], dialect: Dialect) -> Iterator[Any]:
    """The native enums and the domains among types of columns, those of array items included."""
    every = list(types)
    yield from enums_of(every, dialect)
    for type_ in every:
        inner = _inner(type_, dialect)
        if is_domain(inner):
            yield inner


def is_array_type(type_: TypeEngine[Any], dialect: Dialect) -> bool:
    """Whether a column of the type holds an array."""
    return isinstance(_undecorated(type_._variant_mapping.get(dialect.name, type_)), ARRAY)


def _inner(type_: TypeEngine[Any], dialect: Dialect) -> TypeEngine[Any]:
    type_ = _undecorated(type_._variant_mapping.get(dialect.name, type_))
    while isinstance(type_, ARRAY):
        type_ = _undecorated(type_.item_type)
    return type_


def _undecorated(type_: TypeEngine[Any]) -> TypeEngine[Any]:
    while isinstance(type_, TypeDecorator):
        type_ = type_.impl_instance
    return type_


def _make(connection: Connection, table: Table) -> str | None:
    """Create a table and its indexes; gives what the database said against it."""
    savepoint = connection.begin_nested()
    try:
        connection.execute(CreateTable(table, include_foreign_key_constraints=[]))
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            connection.execute(CreateIndex(index))
    except exc.SQLAlchemyError as error:
        savepoint.rollback()
        return str(getattr(error, "orig", error))
    savepoint.commit()
    return None
