"""Surroundings: what scripts find in a database that they have not made themselves.

Schemas made by ``env.py``, extensions made by an administrator. Where scripts miss one in an empty
database, all those of the live one are made there, and a script that makes one of them itself finds
it there already.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Engine, event, text

MISSED = frozenset({"3F000", "42704", "42883"})
"""No such schema, no such type or other thing, no such function:
https://www.postgresql.org/docs/current/errcodes-appendix.html.
"""

_MAKES = re.compile(
    r"^(\s*CREATE\s+(?:SCHEMA|EXTENSION)\s+)(?!IF\b|AUTHORIZATION\b)", re.IGNORECASE
)
_EXTENSIONS = text("""
SELECT e.extname, n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
ORDER BY e.oid
""")


def schema_statement(connection: Connection, schema: str) -> str:
    """The statement that makes a schema."""
    return f"CREATE SCHEMA IF NOT EXISTS {connection.dialect.identifier_preparer.quote(schema)}"


def surroundings_of(connection: Connection) -> list[str]:
    """The statements that make the schemas and extensions of a PostgreSQL database in another one."""
    quote = connection.dialect.identifier_preparer.quote
    schemas = connection.dialect.get_schema_names(connection)
    return [
        *(schema_statement(connection, name) for name in schemas if name != "information_schema"),
        *(
            f"CREATE EXTENSION IF NOT EXISTS {quote(name)} SCHEMA {quote(schema)}"
            for name, schema in connection.execute(_EXTENSIONS)
        ),
    ]


def surround(engine: Engine, statements: Iterable[str]) -> None:
    """Run ``statements``, and let nothing on ``engine`` stumble over what they have made."""
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    event.listen(engine, "before_cursor_execute", _unless_it_is_there, retval=True)


def _unless_it_is_there(
    _connection: Connection, _cursor: object, statement: str, parameters: Any, *_: object
) -> tuple[str, Any]:
    return _MAKES.sub(r"\1IF NOT EXISTS ", statement), parameters
