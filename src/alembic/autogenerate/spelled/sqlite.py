"""SQLite's spelling of tables: it keeps every text as it was written.

So nothing can be asked, and nothing needs to be: the text of the table in the database is compared
with the text that the models would be created with, token by token, without white space, the case of
words, the quotes of names, and brackets around the whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Index, Table, bindparam, exc, text
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.schema import CreateIndex, CreateTable
from sqlalchemy.sql.elements import TextClause, conv
from sqlalchemy.types import TypeEngine

from alembic.autogenerate.spelled.facts import Fact, Facts, TableName
from alembic.ddl.literals import text_literal
from alembic.ddl.sqlite_schema.model import ConstraintKind, ConstraintText, TableText
from alembic.ddl.sqlite_schema.parse import parse_table
from alembic.ddl.sqlite_schema.tokens import Kind, SchemaNotUnderstood, Token, fold, tokenize

_SPECIAL = re.compile(
    r"\b(?:COLLATE|DEFERRABLE|MATCH|STRICT|ROWID|AUTOINCREMENT|GENERATED|CHECK|CONFLICT)\b",
    re.IGNORECASE,
)
_OTHER_TYPES = """
    SELECT DISTINCT m.name FROM {place}sqlite_master m, pragma_table_xinfo(m.name, :schema) x
    WHERE m.type = 'table' AND m.sql NOT LIKE 'CREATE VIRTUAL%' AND upper(x.type) NOT IN :words
    AND upper(trim(substr(x.type, 1, instr(x.type, '(') - 1))) NOT IN :with_length"""
_KEPT = frozenset({Kind.STRING, Kind.BLOB})
_CONFLICTING = frozenset(
    {
        ConstraintKind.NOT_NULL,
        ConstraintKind.PRIMARY_KEY,
        ConstraintKind.UNIQUE,
        ConstraintKind.CHECK,
    }
)


def existing_facts(connection: Connection, names: Sequence[TableName]) -> Facts:
    """The facts of tables that are there."""
    facts: Facts = {}
    for schema in dict.fromkeys(schema for schema, _ in names):
        tables = {name for in_schema, name in names if in_schema == schema}
        place = f"{connection.dialect.identifier_preparer.quote(schema)}." if schema else ""
        rows = connection.execute(
            text(
                f"SELECT type, name, tbl_name, sql FROM {place}sqlite_master WHERE sql IS NOT NULL"
            )
        )
        for type_, name, table, sql in rows:
            if table not in tables:
                continue
            if type_ == "index":
                facts[Fact("index", schema, table, name)] = index_text(sql)
            elif type_ == "table":
                facts.update(_facts_or_none(schema, table, sql))
    return facts


def special_tables(connection: Connection, names: Iterable[TableName]) -> set[TableName]:
    """The tables whose text holds what reflection doesn't show, types in other words among it."""
    special: set[TableName] = set()
    known = set(names)
    for schema in {schema for schema, _ in known}:
        place = f"{connection.dialect.identifier_preparer.quote(schema)}." if schema else ""
        rows = connection.execute(
            text(f"SELECT name, sql FROM {place}sqlite_master WHERE type = 'table'")
        )
        special |= {(schema, name) for name, sql in rows if _SPECIAL.search(sql or "")}
        special |= {(schema, name) for name in _of_other_types(connection, schema, place)}
    return special & known


def _of_other_types(connection: Connection, schema: str | None, place: str) -> Iterable[str]:
    """The tables with a column whose type SQLAlchemy takes for one of other words: INT, for INTEGER."""
    statement = text(_OTHER_TYPES.format(place=place)).bindparams(
        bindparam("words", expanding=True), bindparam("with_length", expanding=True)
    )
    names = connection.dialect.ischema_names  # type: ignore[attr-defined]
    asked = {
        "schema": schema or connection.dialect.default_schema_name,
        "words": [word for word in names if _spelled_again(connection.dialect, word) == word],
        "with_length": [
            word for word in names if _spelled_again(connection.dialect, word, 1) == f"{word}(1)"
        ],
    }
    return connection.execute(statement, asked).scalars()


def _spelled_again(dialect: Dialect, word: str, *length: int) -> str:
    """The type that SQLAlchemy takes a word for, in the words that it is created with."""
    try:
        type_: TypeEngine[Any] = dialect.ischema_names[word](*length)  # type: ignore[attr-defined]
    except TypeError:
        return ""  # it takes no length
    return type_.compile(dialect=dialect)


def wanted_facts(
    connection: Connection, tables: Sequence[Table]
) -> tuple[Facts, dict[TableName, str]]:
    """The facts of the models' tables, and why those that are missing couldn't be told."""
    facts: Facts = {}
    failed: dict[TableName, str] = {}
    for table in tables:
        try:
            sql = str(CreateTable(table).compile(dialect=connection.dialect))
            facts.update(table_facts(table.schema, table.name, sql.strip()))
            for index in table.indexes:
                facts.update(_index_fact(connection, table, index))
        except (exc.SQLAlchemyError, SchemaNotUnderstood) as error:
            failed[table.schema, table.name] = str(error).splitlines()[0]
    return facts, failed


def _index_fact(connection: Connection, table: Table, index: Index) -> Facts:
    sql = str(CreateIndex(index).compile(dialect=connection.dialect)).replace("%%", "%")
    name = connection.dialect.identifier_preparer.format_constraint(index, _alembic_quote=False)
    return {Fact("index", table.schema, table.name, str(name)): index_text(sql)}


def _facts_or_none(schema: str | None, table: str, sql: str) -> Facts:
    try:
        return table_facts(schema, table, sql)
    except SchemaNotUnderstood:
        return {}


def table_facts(schema: str | None, table: str, sql: str) -> Facts:
    """The facts that the text of a ``CREATE TABLE`` holds; unnamed constraints are told by what they say."""
    parsed = parse_table(sql)
    facts: Facts = {
        Fact("option", schema, table, "strict"): "STRICT" if parsed.strict else "",
        Fact("option", schema, table, "rowid"): "WITHOUT ROWID" if parsed.without_rowid else "",
        Fact("option", schema, table, "autoincrement"): _autoincrement(parsed),
    }
    for column in parsed.columns:
        collations = column.of_kind(ConstraintKind.COLLATE)
        collation = "".join(f" COLLATE {_value(parsed, found)}" for found in collations)
        collation = collation.replace(" COLLATE binary", "")  # which holds anyway
        facts[Fact("type", schema, table, column.name)] = (
            normal(parsed.tokens_in(column.type_span)) + collation
        )
        default = column.of_kind(ConstraintKind.DEFAULT)
        facts[Fact("default", schema, table, column.name)] = "".join(
            _default(parsed, found) for found in default
        )
        for found in column.of_kind(ConstraintKind.GENERATED):
            stored = "STORED" if "STORED" in found.words else "VIRTUAL"
            facts[Fact("computed", schema, table, column.name)] = (
                f"{_value(parsed, found)} {stored}"
            )
    for _, found in parsed.all_constraints():
        said = _value(parsed, found)
        if found.kind in _CONFLICTING:
            item = conflict_item(found.kind.value, found.name, found.columns, said)
            # ABORT holds anyway.
            facts[Fact("conflict", schema, table, item)] = found.on_conflict.replace("ABORT", "")
        if found.kind is ConstraintKind.CHECK:
            facts[Fact("check", schema, table, found.name or said)] = said
        if found.reference is not None:
            columns = ",".join(fold(column) for column in found.columns)
            options = _reference_options(parsed, found)
            facts[Fact("foreign", schema, table, columns)] = options
    return facts


def conflict_item(kind: str, name: str | None, columns: Iterable[str], said: str) -> str:
    """What an ON CONFLICT clause belongs to, by the constraint's kind in SQLite's words."""
    if kind == "NOT NULL":
        return f"{kind} {next(iter(columns))}"
    if kind == "PRIMARY KEY":
        return kind
    if kind == "CHECK":
        return f"{kind} {name or said}"
    return f"{kind} {name or sorted(fold(column) for column in columns)}"


def _reference_options(parsed: TableText, found: ConstraintText) -> str:
    """What is said after the columns of a foreign key, without what holds anyway."""
    assert found.reference is not None
    words = " ".join(
        token.text.lower() for token in tokenize(found.reference.options) if not token.is_trivia
    )
    for default in (
        "on delete no action",
        "on update no action",
        "not deferrable",
        "initially immediate",
    ):
        words = words.replace(default, "")
    clauses = re.split(r"\s+(?=on |match |deferrable|initially)", words.strip())
    return " ".join(sorted(" ".join(clause.split()) for clause in clauses))


def _autoincrement(parsed: TableText) -> str:
    keys = [one for _, one in parsed.all_constraints() if one.kind is ConstraintKind.PRIMARY_KEY]
    return "AUTOINCREMENT" if any("AUTOINCREMENT" in key.words for key in keys) else ""


def _value(parsed: TableText, found: ConstraintText) -> str:
    return "" if found.value is None else normal(parsed.tokens_in(found.value))


def _default(parsed: TableText, found: ConstraintText) -> str:
    """A default; one in the quotes of a name is a text, see https://www.sqlite.org/quirks.html#dblquote."""
    tokens = [] if found.value is None else [*parsed.tokens_in(found.value)]
    if len(tokens) == 1 and tokens[0].kind is Kind.QUOTED:
        return text_literal(tokens[0].name)
    return _value(parsed, found)


def index_text(sql: str) -> str:
    """``UNIQUE (columns) WHERE …`` of a ``CREATE INDEX``, without the names of index and table."""
    tokens = [token for token in tokenize(sql) if not token.is_trivia]
    words = [token.word for token in tokens]
    opening = words.index("(") if "(" in words else len(words)
    unique = "UNIQUE " if "UNIQUE" in words[:2] else ""
    return unique + normal(tokens[opening:], brackets=True)


def index_of(table: Table, name: str, sql: str) -> Index:
    """The index that a ``CREATE INDEX`` text makes on ``table``, its elements as they were written."""
    tokens = [token for token in tokenize(sql) if not token.is_trivia]
    words = [token.word for token in tokens]
    depth, start, elements, end = 0, 0, [], len(tokens)
    for at in range(words.index("("), len(tokens)):
        depth += (words[at] == "(") - (words[at] == ")")
        if depth == 1 and words[at] == "(":
            start = tokens[at].end
        if (depth == 1 and words[at] == ",") or depth == 0:
            elements.append(sql[start : tokens[at].start].strip())
            start = tokens[at].end
        if depth == 0:
            end = at
            break
    where = sql[tokens[end + 1].end :].strip() if words[end + 1 : end + 2] == ["WHERE"] else None
    options: dict[str, Any] = {} if where is None else {"sqlite_where": _literal(where)}
    expressions = [_literal(element) for element in elements]
    unique = "UNIQUE" in words[:2]
    return Index(conv(name), *expressions, unique=unique, _table=table, **options)


def _literal(sql: str) -> TextClause:
    """SQL as it is: a colon before a word is no parameter."""
    return text(re.sub(r"(?<!:):(?=\w)", r"\\:", sql))


def normal(tokens: Iterable[Token], *, brackets: bool = False) -> str:
    """The tokens in one spelling; brackets around the whole are left out unless ``brackets`` says so."""
    spelled = [_token(token) for token in tokens if not token.is_trivia]
    while not brackets and _is_bracketed(spelled):
        spelled = spelled[1:-1]
    return " ".join(spelled)


def _token(token: Token) -> str:
    if token.kind in _KEPT:
        return token.text
    return fold(token.name if token.kind is Kind.QUOTED else token.text)


def _is_bracketed(spelled: Sequence[str]) -> bool:
    if len(spelled) < 2 or spelled[0] != "(" or spelled[-1] != ")":
        return False
    depth = 0
    for position, word in enumerate(spelled):
        depth += (word == "(") - (word == ")")
        if depth == 0:
            return position == len(spelled) - 1
    return False
