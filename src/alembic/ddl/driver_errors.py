"""What a driver's exception says of the server's error, whichever driver it is."""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError


def sqlstate(error: DBAPIError) -> str | None:
    """The SQLSTATE of a PostgreSQL error; None where the driver has none."""
    code = getattr(error.orig, "sqlstate", None) or getattr(error.orig, "pgcode", None)
    return code if isinstance(code, str) else None


def mysql_code(error: DBAPIError) -> int | None:
    """The number of a MySQL or MariaDB error; None where the driver has none."""
    arguments = getattr(error.orig, "args", ())
    code = getattr(error.orig, "errno", None) or (arguments[0] if arguments else None)
    return code if isinstance(code, int) else None


def first_line(error: Exception) -> str:
    """What went wrong in a line, without the SQL and the link that SQLAlchemy adds."""
    lines = str(getattr(error, "orig", None) or error).splitlines()
    return lines[0] if lines else type(error).__name__
