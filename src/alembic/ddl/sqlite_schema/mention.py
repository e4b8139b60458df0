"""Which names in an expression stand for a column."""

from __future__ import annotations

from collections.abc import Sequence

from alembic.ddl.sqlite_schema.tokens import Kind, Token, same_name, tokenize


def mentions(tokens: Sequence[Token], column: str, table: str | None = None) -> list[Token]:
    """The tokens of an expression that name ``column``.

    A word before a parenthesis is a function, one after COLLATE a collation, one after AS a type,
    one before a dot a table; behind a dot, ``table`` tells whether it is this table's column.
    """
    return [
        token
        for at, token in enumerate(tokens)
        if token.is_name
        and token.kind is not Kind.STRING
        and same_name(token.name, column)
        and _stands_for_column(tokens, at, table)
    ]


def is_mentioned(sql: str, column: str) -> bool:
    """Whether an expression in SQL names ``column``."""
    return bool(mentions([token for token in tokenize(sql) if not token.is_trivia], column))


def _stands_for_column(tokens: Sequence[Token], at: int, table: str | None) -> bool:
    before = tokens[at - 1].word if at else ""
    after = tokens[at + 1].word if at + 1 < len(tokens) else ""
    if before in {"COLLATE", "AS", "REFERENCES"} or (after in {"(", "."} and before != "."):
        return False
    if before != ".":
        return True
    return table is None or same_name(tokens[at - 2].name, table)
