"""The parts of what makes triggers, indexes and views in SQLite.

Source: https://www.sqlite.org/lang_createtrigger.html, https://www.sqlite.org/lang_createindex.html
and https://www.sqlite.org/lang_createview.html.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from alembic.ddl.sqlite_schema.tokens import Token, tokenize

_CREATES = re.compile(r"(?:\s|--[^\n]*\n|/\*.*?\*/)*CREATE\b", re.IGNORECASE | re.DOTALL)
_BEFORE_KIND = frozenset({"TEMP", "TEMPORARY", "UNIQUE"})
_KINDS = frozenset({"TRIGGER", "INDEX"})


def created(sql: str) -> tuple[str, Token] | None:
    """(``TRIGGER`` or ``INDEX``, the token that names it); None for every other statement."""
    if _CREATES.match(sql) is None:
        return None  # most statements, some of them long
    tokens = _significant(sql)
    at = 2 if len(tokens) > 1 and tokens[1].word in _BEFORE_KIND else 1
    if len(tokens) < at + 2 or tokens[at].word not in _KINDS:
        return None
    kind = tokens[at].word
    at += 1
    if [token.word for token in tokens[at : at + 3]] == ["IF", "NOT", "EXISTS"]:
        at += 3
    if len(tokens) > at + 2 and tokens[at + 1].word == ".":
        at += 2
    return (kind, tokens[at]) if len(tokens) > at else None


@dataclass(frozen=True, slots=True)
class TriggerText:
    """The text of a trigger that there is.

    ``columns`` are those after ``UPDATE OF``; ``event`` is all from before that to ``ON``.
    """

    sql: str
    columns: tuple[str, ...]
    event: str
    table_at: int

    def beside(self, name: str, schema: str) -> str:
        """The statement that makes a temporary trigger of it, on the table of ``schema``."""
        return f"CREATE TEMP TRIGGER {name} {self.event} {schema}.{self.sql[self.table_at :]}"


def parse_trigger(sql: str) -> TriggerText:
    """The parts of a stored CREATE TRIGGER."""
    found = created(sql)
    assert found is not None, "a trigger"
    head = [token for token in _significant(sql) if token.start >= found[1].end]
    words = [token.word for token in head]
    on = words.index("ON")
    event = words.index("UPDATE", 0, on) if "UPDATE" in words[:on] else on
    columns = tuple(token.name for token in head[event + 2 : on] if token.word != ",")
    table = head[on + 3] if words[on + 2] == "." else head[on + 1]
    return TriggerText(sql, columns, sql[head[0].start : head[on].end], table.start)


def view_query(sql: str) -> str:
    """The SELECT of a view."""
    depth = 0
    for token in _significant(sql):
        depth += (token.word == "(") - (token.word == ")")
        if token.word == "AS" and not depth:
            return sql[token.end :]
    raise AssertionError(sql)


def _significant(sql: str) -> list[Token]:
    return [token for token in tokenize(sql) if not token.is_trivia]
