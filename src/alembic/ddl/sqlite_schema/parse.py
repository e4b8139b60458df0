"""Reads a ``CREATE TABLE`` text as SQLite's own grammar has it.

The text comes out of ``sqlite_master``, so SQLite has accepted it; expressions are read over by
their parentheses. Source: https://www.sqlite.org/lang_createtable.html and the grammar's leniences:
a name in single quotes, a ``CONSTRAINT name`` with nothing behind it, table constraints without
commas between them, any words as a type.
"""

from __future__ import annotations

from alembic.ddl.sqlite_schema.model import (
    ColumnText,
    ConstraintKind as Kind,
    ConstraintText,
    Reference,
    Span,
    TableText,
)
from alembic.ddl.sqlite_schema.tokens import SchemaNotUnderstood, Token, tokenize

_CONSTRAINT_WORDS = frozenset(
    {
        "CONSTRAINT",
        "DEFAULT",
        "NULL",
        "NOT",
        "PRIMARY",
        "UNIQUE",
        "CHECK",
        "REFERENCES",
        "COLLATE",
        "AS",
        "DEFERRABLE",
    }
)
_TABLE_CONSTRAINT_WORDS = frozenset({"CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"})


def parse_table(sql: str) -> TableText:
    """The parts of ``sql``; raises SchemaNotUnderstood where it isn't a CREATE TABLE of columns."""
    tokens = tokenize(sql)
    reader = _Reader(sql, [token for token in tokens if not token.is_trivia])
    name = _read_head(reader)
    opening = reader.expect("(")
    columns, constraints = _read_items(reader)
    closing = reader.expect(")")
    return TableText(
        sql=sql,
        name=name.name,
        name_span=(name.start, name.end),
        columns=columns,
        constraints=constraints,
        body=(opening.end, closing.start),
        options=tuple(token.word for token in reader.rest()),
        tokens=tuple(tokens),
    )


class _Reader:
    """The significant tokens, one after the other."""

    def __init__(self, sql: str, tokens: list[Token]) -> None:
        self.sql = sql
        self._tokens = tokens
        self._at = 0

    def peek(self, ahead: int = 0) -> str:
        """The word or symbol to come; '' at the end and for names in quotes."""
        at = self._at + ahead
        return self._tokens[at].word if at < len(self._tokens) else ""

    @property
    def at_end(self) -> bool:
        return self._at >= len(self._tokens)

    @property
    def offset(self) -> int:
        """Where the token to come begins."""
        return len(self.sql) if self.at_end else self._tokens[self._at].start

    @property
    def last_end(self) -> int:
        """Where the token just read ends."""
        return self._tokens[self._at - 1].end

    def take(self) -> Token:
        if self.at_end:
            raise SchemaNotUnderstood(self.sql, len(self.sql), "more")
        self._at += 1
        return self._tokens[self._at - 1]

    def accept(self, *words: str) -> bool:
        """Read over ``words`` if they come next, all of them."""
        if any(self.peek(ahead) != word for ahead, word in enumerate(words)):
            return False
        self._at += len(words)
        return True

    def expect(self, *words: str) -> Token:
        if not self.accept(*words):
            raise SchemaNotUnderstood(self.sql, self.offset, " ".join(words))
        return self._tokens[self._at - 1]

    def name(self) -> Token:
        if self.at_end or not self._tokens[self._at].is_name:
            raise SchemaNotUnderstood(self.sql, self.offset, "a name")
        return self.take()

    def parentheses(self) -> Span:
        """Read over a parenthesis and all in it."""
        start = self.expect("(").start
        depth = 1
        while depth:
            depth += {"(": 1, ")": -1}.get(self.take().word, 0)
        return start, self.last_end

    def names_in_parentheses(self) -> tuple[str, ...]:
        """The first name of each item of a list in parentheses: ``(a, b COLLATE x DESC)``."""
        self.expect("(")
        names = [self.name().name]
        depth = 1
        while depth:
            token = self.take()
            depth += {"(": 1, ")": -1}.get(token.word, 0)
            if depth == 1 and token.word == ",":
                names.append(self.name().name)
        return tuple(names)

    def words_since(self, start: int) -> tuple[str, ...]:
        """The bare words read since the offset ``start``, those of expressions included."""
        at = self._at
        while at and self._tokens[at - 1].start >= start:
            at -= 1
        return tuple(token.word for token in self._tokens[at : self._at] if token.word)

    def rest(self) -> list[Token]:
        return self._tokens[self._at :]


def _read_head(reader: _Reader) -> Token:
    reader.expect("CREATE")
    if reader.peek() in {"TEMP", "TEMPORARY"}:
        reader.take()
    reader.expect("TABLE")
    reader.accept("IF", "NOT", "EXISTS")
    name = reader.name()
    return reader.name() if reader.accept(".") else name


def _read_items(reader: _Reader) -> tuple[tuple[ColumnText, ...], tuple[ConstraintText, ...]]:
    columns = [_read_column(reader)]
    while reader.peek() == "," and reader.peek(1) not in _TABLE_CONSTRAINT_WORDS:
        reader.take()
        columns.append(_read_column(reader))
    constraints = []
    while reader.peek() != ")":
        reader.accept(",")
        constraints.append(_read_table_constraint(reader))
    return tuple(columns), tuple(constraints)


def _read_column(reader: _Reader) -> ColumnText:
    name = reader.name()
    type_span = _read_type(reader)
    constraints = []
    while reader.peek() not in {",", ")"}:
        constraints.append(_read_column_constraint(reader, name.name))
    return ColumnText(
        name=name.name,
        span=(name.start, reader.last_end),
        name_span=(name.start, name.end),
        type_span=type_span,
        constraints=tuple(constraints),
    )


def _read_type(reader: _Reader) -> Span:
    start = end = reader.last_end
    while not _begins_constraint(reader) and reader.peek() not in {",", ")", "("}:
        token = reader.name()
        start, end = (token.start if start == end else start), token.end
    if start != end and reader.peek() == "(":
        end = reader.parentheses()[1]
    return start, end


def _begins_constraint(reader: _Reader) -> bool:
    word = reader.peek()
    return word in _CONSTRAINT_WORDS or (word == "GENERATED" and reader.peek(1) == "ALWAYS")


def _read_constraint_name(reader: _Reader) -> str | None:
    return reader.name().name if reader.accept("CONSTRAINT") else None


def _read_column_constraint(reader: _Reader, column: str) -> ConstraintText:
    start = reader.offset
    name = _read_constraint_name(reader)
    body = reader.offset
    if name is not None and (reader.peek() in {",", ")"} or reader.peek() == "CONSTRAINT"):
        end = reader.last_end
        return ConstraintText(Kind.NAME_ALONE, name, (start, end), (end, end))
    kind, value, reference = _read_column_rule(reader)
    end = reader.last_end
    return ConstraintText(
        kind=kind,
        name=name,
        span=(start, end),
        body=(body, end),
        columns=(column,),
        value=value,
        reference=reference,
        words=reader.words_since(body),
    )


def _read_column_rule(reader: _Reader) -> tuple[Kind, Span | None, Reference | None]:
    """What a column's constraint says, its name already read."""
    word = reader.peek()
    if word == "REFERENCES":
        return Kind.FOREIGN_KEY, None, _read_reference(reader)
    if word == "COLLATE":
        reader.take()
        collation = reader.name()
        return Kind.COLLATE, (collation.start, collation.end), None
    if word == "DEFAULT":
        return Kind.DEFAULT, _read_default(reader), None
    if word in {"GENERATED", "AS"}:
        return Kind.GENERATED, _read_generated(reader), None
    if reader.accept("CHECK"):
        value = reader.parentheses()
        _read_conflict(reader)
        return Kind.CHECK, value, None
    return _read_column_flag(reader), None, None


def _read_column_flag(reader: _Reader) -> Kind:
    if reader.accept("NOT", "DEFERRABLE") or reader.accept("DEFERRABLE"):
        _read_initially(reader)
        return Kind.DEFERRABLE
    if reader.accept("NOT", "NULL"):
        kind = Kind.NOT_NULL
    elif reader.accept("NULL"):
        kind = Kind.NULL
    elif reader.accept("UNIQUE"):
        kind = Kind.UNIQUE
    else:
        reader.expect("PRIMARY", "KEY")
        if reader.peek() in {"ASC", "DESC"}:
            reader.take()
        kind = Kind.PRIMARY_KEY
    _read_conflict(reader)
    reader.accept("AUTOINCREMENT")
    return kind


def _read_default(reader: _Reader) -> Span:
    reader.expect("DEFAULT")
    start = reader.offset
    if reader.peek() == "(":
        return reader.parentheses()
    if reader.peek() in {"+", "-"}:
        reader.take()
    return start, reader.take().end


def _read_generated(reader: _Reader) -> Span:
    reader.accept("GENERATED", "ALWAYS")
    reader.expect("AS")
    value = reader.parentheses()
    if reader.peek() in {"STORED", "VIRTUAL"}:
        reader.take()
    return value


def _read_table_constraint(reader: _Reader) -> ConstraintText:
    start = reader.offset
    name = _read_constraint_name(reader)
    body = reader.offset
    kind = Kind.NAME_ALONE
    columns: tuple[str, ...] = ()
    value: Span | None = None
    reference: Reference | None = None
    if reader.accept("CHECK"):
        kind, value = Kind.CHECK, reader.parentheses()
        _read_conflict(reader)
    elif reader.accept("FOREIGN", "KEY"):
        kind, columns = Kind.FOREIGN_KEY, reader.names_in_parentheses()
        reference = _read_reference(reader)
    elif reader.peek() in {"UNIQUE", "PRIMARY"}:
        kind = Kind.UNIQUE if reader.accept("UNIQUE") else Kind.PRIMARY_KEY
        reader.accept("PRIMARY", "KEY")
        columns = reader.names_in_parentheses()
        _read_conflict(reader)
    elif name is None:
        raise SchemaNotUnderstood(reader.sql, reader.offset, "a table constraint")
    end = reader.last_end
    return ConstraintText(
        kind=kind,
        name=name,
        span=(start, end),
        body=(body if kind is not Kind.NAME_ALONE else end, end),
        columns=columns,
        value=value,
        reference=reference,
        words=reader.words_since(body),
    )


def _read_reference(reader: _Reader) -> Reference:
    reader.expect("REFERENCES")
    table = reader.name()
    at = reader.last_end
    columns: tuple[str, ...] = ()
    if reader.peek() == "(":
        at = reader.offset
        columns = reader.names_in_parentheses()
    columns_span = (at, reader.last_end)
    while True:
        if reader.accept("ON"):
            reader.take()
            if not (reader.accept("SET") or reader.accept("NO")):
                reader.take()
                continue
            reader.take()
        elif reader.accept("MATCH"):
            reader.name()
        else:
            break
    if reader.accept("NOT", "DEFERRABLE") or reader.accept("DEFERRABLE"):
        _read_initially(reader)
    return Reference(
        table=table.name,
        table_span=(table.start, table.end),
        columns=columns,
        columns_span=columns_span,
        options=reader.sql[columns_span[1] : reader.last_end],
    )


def _read_initially(reader: _Reader) -> None:
    if reader.accept("INITIALLY"):
        reader.take()


def _read_conflict(reader: _Reader) -> None:
    if reader.accept("ON", "CONFLICT"):
        reader.take()
