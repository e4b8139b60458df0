"""What is said with the error of a refused statement: what is missing, and which names there are.

The error stays the driver's, as migrations catch it; this is a note to it.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import NamedTuple

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from alembic.ddl.absent import mysql, postgresql, sqlite
from alembic.ddl.absent.catalog import Catalog, Names
from alembic.ddl.absent.changes import Change
from alembic.ddl.absent.names import Kind, Place
from alembic.ddl.absent.sought import Sought, sought_by
from alembic.ddl.absent.words import listed, meant
from alembic.util.failure import add_note

log = logging.getLogger(__name__)

_OTHER = {Kind.CONSTRAINT: Kind.INDEX, Kind.INDEX: Kind.CONSTRAINT}


class _Database(NamedTuple):
    lacking: Callable[[DBAPIError], frozenset[Kind]]
    catalog_of: Callable[[Connection, list[Change]], AbstractContextManager[Catalog]]


_DATABASES = {
    "postgresql": _Database(postgresql.lacking, postgresql.catalog_of),
    "mysql": _Database(mysql.lacking, mysql.catalog_of),
    "mariadb": _Database(mysql.lacking, mysql.catalog_of),
    "sqlite": _Database(sqlite.lacking, sqlite.catalog_of),
}


def tell(
    error: DBAPIError, construct: object, connection: Connection, changes: list[Change]
) -> None:
    """Add to ``error`` what is known of the names that ``construct`` has used in vain.

    Nothing is added where nothing is known; nothing that fails here hides the error.
    """
    database = _DATABASES.get(connection.dialect.name)
    if database is None or connection.closed or connection.invalidated:
        return
    lacking = database.lacking(error)
    if not lacking:
        return
    try:
        sought = sought_by(construct)
        if not sought:
            return
        with database.catalog_of(connection, changes) as catalog:
            lines = explained(sought, lacking, catalog, str(error.orig))
    except Exception:
        log.debug("can't ask which names there are", exc_info=True)
        return
    if lines:
        add_note(error, "\n".join(dict.fromkeys(lines)))


def explained(
    sought: Sequence[Sought], lacking: frozenset[Kind], catalog: Catalog, message: str
) -> list[str]:
    """The lines of the note; ``message`` is the server's."""
    lines: list[str] = []
    for one in sought:
        names = catalog.names(one.table)
        if names is None:
            lines += _of_no_table(one, lacking, catalog, message)
        else:
            lines += _of_a_table(one, names, lacking, message)
    if not lines and lacking == frozenset([Kind.COLUMN]):
        # An expression speaks of columns, and which of them, the server alone has read.
        return [
            f"The columns of table {_shown(one.table)}{_all_of(names, Kind.COLUMN)}"
            for one in sought
            if (names := catalog.names(one.table)) is not None
        ]
    return lines


def _of_a_table(sought: Sought, names: Names, lacking: frozenset[Kind], message: str) -> list[str]:
    missing = [
        (kind, name)
        for kind, name in sought.things
        if kind in lacking
        and not names.has((kind, name))
        and (kind not in names.unclear or _is_named(name, message))
    ]
    if not missing:
        is_about = any(kind in lacking for kind, _ in sought.things)
        return [sought.otherwise] if is_about and sought.otherwise else []
    words = " and ".join(
        f"no {kind.word} {name!r}{meant(name, names.of(kind))}" for kind, name in missing
    )
    kind, name = missing[0]
    lines = [f"Table {_shown(sought.table)} has {words}. Its {kind.plural}{_all_of(names, kind)}"]
    if kind in _OTHER and names.has((_OTHER[kind], name)):
        other = _OTHER[kind]
        lines.append(f"There is {other.one} of that name: {_dropped(other, name, sought)}")
    elif sought.is_dropped:
        lines.append(_passed_over(kind))
    return lines


def _of_no_table(
    sought: Sought, lacking: frozenset[Kind], catalog: Catalog, message: str
) -> list[str]:
    """Of the index, where no table was given, as the database needs none; else of the table."""
    schema, name = sought.table
    indexes = [its for kind, its in sought.things if kind is Kind.INDEX and kind in lacking]
    lines: list[str] = []
    if indexes:
        lines = _of_place(Kind.INDEX, (schema, indexes[0]), catalog)
    # A table may be there that nobody could tell of. The server names the one that it hasn't found;
    # where it doesn't, what is there was asked of the same connection.
    elif Kind.TABLE in lacking and (
        Kind.COLUMN in lacking
        or _is_named(name, message)
        or (schema is not None and _is_named(schema, message))
    ):
        lines = _of_place(Kind.TABLE, sought.table, catalog)
    if lines and sought.is_dropped:
        kind = sought.things[0][0] if sought.things else Kind.TABLE
        lines.append(_passed_over(kind))
    return lines


def _of_place(kind: Kind, sought: Place, catalog: Catalog) -> list[str]:
    """Where else there is one of the name, or one of another name alike."""
    schema, name = sought
    places = catalog.places(kind, sought)
    elsewhere = sorted({its or "" for its, alike in places if alike == name and its != schema})
    if elsewhere:
        where = ", ".join(f"schema={its!r}" for its in elsewhere)
        return [f"There is no {kind.word} {_shown(sought)}, but one with {where}."]
    suggestion = meant(name, [alike for its, alike in places if its == schema])
    return [f"There is no {kind.word} {_shown(sought)}{suggestion}."] if suggestion else []


def _passed_over(kind: Kind) -> str:
    return f"op.drop_{kind.word}(…, if_exists=True) passes over what isn't there."


def _dropped(kind: Kind, name: str, sought: Sought) -> str:
    """The call that drops it."""
    schema, table = sought.table
    where = "" if schema is None else f", schema={schema!r}"
    return f"op.drop_{kind.word}({name!r}, {table!r}{where})"


def _is_named(name: str, message: str) -> bool:
    """Whether a message names it, in whatever quotes its language has."""
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", message) is not None


def _all_of(names: Names, kind: Kind) -> str:
    doubt = ", as far as is known" if kind in names.unclear else ""
    return f"{doubt}: {listed(names.of(kind))}."


def _shown(place: Place) -> str:
    schema, name = place
    return repr(name if schema is None else f"{schema}.{name}")
