"""Text that the clients of some databases would not read as it is meant, though the database would.

A script is read by a client, line by line, before the database sees it: SQL*Plus takes an ``&`` for a
variable and an empty line or a ``;`` at a line's end for the end of a statement, ``sqlcmd`` takes
``$(x)`` for a variable and a line ``GO`` for the end of a batch, each of them within a string too.
There a character is spelled by its number.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_ESCAPES = {"\r": "\\r", "\x00": "\\0"}


def _by_number(function: str, join: str) -> Callable[[re.Match[str]], str]:
    def spell(found: re.Match[str]) -> str:
        # Each part is a literal by itself; one that says N says it again.
        start = "N'" if found.string.startswith("N'") else "'"
        return f"' {join} {function}({ord(found[0])}) {join} {start}"

    return spell


_SPELLED: dict[str, tuple[re.Pattern[str], Callable[[re.Match[str]], str]]] = {
    # https://docs.oracle.com/en/database/oracle/oracle-database/23/sqpug/using-SQL-Plus.html
    "oracle": (re.compile(r"[\r\n&\x00]"), _by_number("CHR", "||")),
    # https://learn.microsoft.com/sql/t-sql/language-elements/sql-server-utilities-statements-go
    # https://learn.microsoft.com/sql/tools/sqlcmd/sqlcmd-use-scripting-variables
    "mssql": (
        re.compile(r"\x00|\$(?=\()|\n(?=[ \t]*GO[ \t]*(?:\d+[ \t]*)?(?:\r?\n|'*$))", re.IGNORECASE),
        _by_number("CHAR", "+"),
    ),
    # https://dev.mysql.com/doc/refman/8.4/en/mysql-command-options.html#option_mysql_binary-mode
    "mysql": (re.compile("[\r\x00]"), lambda found: _ESCAPES[found[0]]),
    "mariadb": (re.compile("[\r\x00]"), lambda found: _ESCAPES[found[0]]),
    # The client leaves out CR at a line's end, and SQLite's own parser ends at NUL.
    "sqlite": (re.compile("[\r\x00]"), _by_number("char", "||")),
}
"""Dialect → what has to be spelled in another way, and how."""


def for_client(literal: str, dialect: str) -> str:
    """A string literal that means the same, and comes through the client of its database."""
    if dialect not in _SPELLED:
        return literal
    pattern, spell = _SPELLED[dialect]
    return pattern.sub(spell, literal)
