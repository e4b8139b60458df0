"""Trespass: statements of a replay that are meant for another database of the server.

What MySQL and MariaDB call a schema is a database: a migration that names one would change the real
one, in a replay as well. A server has no switch for it, so the text of a statement is looked at.
"""

from __future__ import annotations

import re

from sqlalchemy import Connection, Engine, event, inspect

from alembic.util.exc import CommandError

_SYSTEM = frozenset({"information_schema", "performance_schema", "mysql", "sys"})
_WHOLE = re.compile(
    r"\s*(?:USE\s|(?:CREATE|ALTER|DROP)\s+(?:OR\s+REPLACE\s+)?(?:DATABASE|SCHEMA)\b)", re.IGNORECASE
)
_READS = re.compile(r"\s*(?:SELECT|SHOW|DESC|DESCRIBE|EXPLAIN|WITH)\b", re.IGNORECASE)
# Behind these words stands a table that is written, never a column with an alias before it.
_BEFORE_A_TABLE = (
    r"(?:\b(?:INTO|UPDATE|TABLE|EXISTS|REFERENCES|TO|VIEW|IGNORE|SEQUENCE|TRUNCATE)\s"
    r"|^\s*DELETE\s[^;]*?\bFROM\s"
    r"|^\s*(?:CREATE|DROP)\s[^(]*\bINDEX\b[^(]*\bON\s)"
)


class Trespassing(CommandError):
    """A statement of a replay names another database."""

    def __init__(self, statement: str) -> None:
        self.statement = statement
        super().__init__(
            "a statement is meant for another database of the server, which a replay must not change: "
            f"{' '.join(statement.split())[:200]}"
        )


def refuse_trespass(engine: Engine) -> None:
    """Have ``engine`` raise :class:`Trespassing` in place of such a statement."""
    with engine.connect() as connection:
        names = {*inspect(connection).get_schema_names(), str(engine.url.database)}
    others = sorted(names - _SYSTEM - {str(engine.url.database)})
    named = "|".join(re.escape(name) for name in others) or "(?!)"
    pattern = re.compile(
        rf"{_BEFORE_A_TABLE}\s*(?:`(?:{named})`|\b(?:{named})\b)\s*\.", re.IGNORECASE
    )

    def look(_connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        if _READS.match(statement):
            return
        if _WHOLE.match(statement) or pattern.search(statement):
            raise Trespassing(statement)

    event.listen(engine, "before_cursor_execute", look)
