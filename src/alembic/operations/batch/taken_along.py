"""What a batch has kept, and a migration makes anew behind it.

A release that makes the new table of what it reflects loses triggers and indexes over expressions.
Migrations for it create them again after the batch, which has to go on working: the new one takes the
place of the one that was kept.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, event

from alembic.ddl.impl import DefaultImpl
from alembic.ddl.sqlite_schema.created import created
from alembic.ddl.sqlite_schema.tokens import fold

_MEMO = "taken_along"

Names = dict[tuple[str, str], str]
"""(TRIGGER or INDEX, folded name) → the name to drop it by."""


def note_taken_along(impl: DefaultImpl, connection: Connection, names: Names) -> None:
    """Note what a batch has kept, and look at all that is sent from now to the end of the run.

    Migrations send by ``op.get_bind()`` too.
    """
    if _MEMO not in impl.memo:
        impl.memo[_MEMO] = {}

        def make_way(conn: Connection, _cursor: Any, statement: str, *_rest: Any) -> None:
            names = impl.memo.get(_MEMO)
            if (names or impl.owed) and (found := created(statement)):
                made = found[0], fold(found[1].name)
                if (kept := names and names.pop(made, None)) is not None:
                    conn.exec_driver_sql(f"DROP {made[0]} IF EXISTS {kept}")
                if impl.owed:
                    impl.owed.pop(made, None)

        event.listen(connection, "before_cursor_execute", make_way)
    impl.memo[_MEMO].update(names)
