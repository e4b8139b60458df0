"""Changes to a ``CREATE TABLE`` text: each gives the text anew, with one thing changed.

Every function takes a :class:`TableText` and gives one; what the change doesn't name keeps its
spelling, its quotes, its comments and its place.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence

from alembic.ddl.sqlite_schema.body import Body, split_body
from alembic.ddl.sqlite_schema.mention import mentions
from alembic.ddl.sqlite_schema.model import (
    ColumnText,
    ConstraintKind as Kind,
    ConstraintText,
    Span,
    TableText,
)
from alembic.ddl.sqlite_schema.parse import parse_table
from alembic.ddl.sqlite_schema.tokens import quote, same_name, tokenize

Splice = tuple[Span, str]


def drop_column(table: TableText, column: ColumnText) -> TableText:
    """Without the column and the constraints in its definition."""
    return _with_body(table, split_body(table).without(table.columns.index(column)))


def add_column(table: TableText, text: str, index: int | None = None) -> TableText:
    """With the column that ``text`` defines, at ``index`` among the columns or behind them."""
    place = len(table.columns) if index is None else index
    return _with_body(table, split_body(table).with_column(text, place))


def reorder_columns(table: TableText, names: Sequence[str]) -> TableText:
    """With its columns in the order of ``names``, which are all of them."""
    places = {column.name: at for at, column in enumerate(table.columns)}
    return _with_body(table, split_body(table).reordered([places[name] for name in names]))


def add_constraint(table: TableText, text: str) -> TableText:
    """With the table constraint that ``text`` spells."""
    return _with_body(table, split_body(table).with_constraint(text))


def drop_constraint(table: TableText, constraint: ConstraintText) -> TableText:
    """Without one constraint, wherever it stands, its name included.

    With a column's foreign key goes the DEFERRABLE that may stand apart from it.
    """
    if constraint in table.constraints:
        index = len(table.columns) + table.constraints.index(constraint)
        return _with_body(table, split_body(table).without(index))
    spans = [constraint.span]
    if constraint.kind is Kind.FOREIGN_KEY:
        spans += [found.span for found in _deferral_of(table, constraint)]
    return _spliced(table, [(_with_space_before(table.sql, span), "") for span in spans])


def set_type(table: TableText, column: ColumnText, type_: str) -> TableText:
    """With another declared type."""
    if column.type_span[0] == column.type_span[1]:
        return _spliced(table, [((column.name_span[1],) * 2, f" {type_}")])
    return _spliced(table, [(column.type_span, type_)])


def set_not_null(table: TableText, column: ColumnText, *, not_null: bool) -> TableText:
    """With or without NOT NULL."""
    if not not_null:
        gone = column.of_kind(Kind.NOT_NULL)
    elif column.of_kind(Kind.NOT_NULL):
        return table
    else:
        gone = column.of_kind(Kind.NULL)
    splices = [(_with_space_before(table.sql, found.span), "") for found in gone]
    if not_null:
        splices.append(((column.span[1],) * 2, " NOT NULL"))
    return _spliced(table, splices)


def set_default(table: TableText, column: ColumnText, default: str | None) -> TableText:
    """With another default, as SQL text in parentheses where it needs them, or with none."""
    found = column.of_kind(Kind.DEFAULT)
    if default is None:
        return _spliced(table, [(_with_space_before(table.sql, one.span), "") for one in found])
    if found and found[0].value is not None:
        return _spliced(table, [(found[0].value, default)])
    return _spliced(table, [((column.type_span[1],) * 2, f" DEFAULT {default}")])


def add_to_column(table: TableText, column: ColumnText, text: str) -> TableText:
    """With one more constraint at the end of the column's definition."""
    return _spliced(table, [((column.span[1],) * 2, f" {text}")])


def set_on_conflict(table: TableText, constraint: ConstraintText, action: str | None) -> TableText:
    """With another ON CONFLICT clause for a constraint, or with none."""
    tokens = table.tokens_in(constraint.body)
    words = [token.word for token in tokens]
    clause = "" if action is None else f" ON CONFLICT {action}"
    if constraint.on_conflict:
        at = max(at for at, word in enumerate(words) if word == "CONFLICT")
        span = _with_space_before(table.sql, (tokens[at - 1].start, tokens[at + 1].end))
        return _spliced(table, [(span, clause)])
    last = tokens[-2] if words[-1] == "AUTOINCREMENT" else tokens[-1]
    return _spliced(table, [((last.end, last.end), clause)])


def replace_span(table: TableText, span: Span, text: str) -> TableText:
    """With another text in the place of a part."""
    return _spliced(table, [(span, text)])


def set_options(table: TableText, options: Iterable[str]) -> TableText:
    """With these words behind the closing parenthesis, instead of those there."""
    after = table.body[1] + 1
    words = ", ".join(options)
    return _spliced(table, [((after, len(table.sql)), f" {words}" if words else "")])


def rename_column(table: TableText, column: ColumnText, new: str) -> TableText:
    """With another name for a column, wherever the text speaks of it; ``new`` as SQL spells it."""
    splices: list[Splice] = [(column.name_span, new)]
    for _, constraint in table.all_constraints():
        for span in _spans_about_columns(table, constraint):
            splices += [
                ((token.start, token.end), new)
                for token in mentions(table.tokens_in(span), column.name, table.name)
            ]
    return _spliced(table, splices)


def rename_in_index(sql: str, old: str, new: str) -> str:
    """A ``CREATE INDEX`` text with another name for a column, as SQL spells it."""
    tokens = [token for token in tokenize(sql) if not token.is_trivia]
    opening = next(at for at, token in enumerate(tokens) if token.word == "(")
    for token in reversed(mentions(tokens[opening:], old)):
        sql = sql[: token.start] + new + sql[token.end :]
    return sql


def rename_table(table: TableText, new: str) -> TableText:
    """With another name, in expressions that spell out the table as well."""
    splices: list[Splice] = [(table.name_span, quote(new))]
    tokens = table.tokens_in(table.body)
    for token, following in itertools.pairwise(tokens):
        if following.word == "." and token.is_name and same_name(token.name, table.name):
            splices.append(((token.start, token.end), quote(new)))
    return _spliced(table, splices)


def unqualified(table: TableText) -> TableText:
    """With its columns spelled without the table's name before them."""
    splices: list[Splice] = []
    tokens = table.tokens_in(table.body)
    for token, dot, column in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if dot.word == "." and token.is_name and same_name(token.name, table.name):
            splices.append(((token.start, column.start), ""))
    return _spliced(table, splices)


def drop_foreign_keys(table: TableText) -> TableText:
    """Without any foreign key."""
    while found := _next_of_kind(table, Kind.FOREIGN_KEY):
        table = drop_constraint(table, found)
    return table


def definition(table: TableText, prefix: str = "") -> str:
    """The statement that makes the table; ``prefix`` is the schema with its dot, or nothing."""
    start, _ = table.name_span
    return f"CREATE TABLE {prefix}{table.sql[start:]}"


def _next_of_kind(table: TableText, kind: Kind) -> ConstraintText | None:
    return next((found for _, found in table.all_constraints() if found.kind is kind), None)


def _spans_about_columns(table: TableText, constraint: ConstraintText) -> list[Span]:
    """The parts of a constraint that name columns of its own table."""
    if constraint.kind in {Kind.CHECK, Kind.GENERATED} and constraint.value is not None:
        return [constraint.value]
    if constraint in table.constraints and constraint.reference is None:
        return [constraint.body]
    if constraint.reference is None:
        return []
    local = (constraint.body[0], constraint.reference.table_span[0])
    if same_name(constraint.reference.table, table.name):
        return [local, constraint.reference.columns_span]
    return [local]


def _deferral_of(table: TableText, constraint: ConstraintText) -> list[ConstraintText]:
    for column in table.columns:
        if constraint in column.constraints:
            after = column.constraints[column.constraints.index(constraint) + 1 :]
            found: list[ConstraintText] = []
            for one in after:
                if one.kind is Kind.FOREIGN_KEY:
                    break
                if one.kind is Kind.DEFERRABLE:
                    found.append(one)
            return found
    return []


def _with_space_before(sql: str, span: Span) -> Span:
    """``span`` with the blanks before it: not the line's end, which may close a comment."""
    start = span[0]
    while sql[start - 1] in " \t":
        start -= 1
    return start, span[1]


def _with_body(table: TableText, body: Body) -> TableText:
    return _spliced(table, [(table.body, body.render())])


def _spliced(table: TableText, splices: Iterable[Splice]) -> TableText:
    sql = table.sql
    for (start, end), text in sorted(set(splices), reverse=True):
        sql = sql[:start] + text + sql[end:]
    return parse_table(sql)
