"""What a table of MySQL is and a new one would not be, where the models leave it open.

The engine and the character set that a table gets are the server's and the database's defaults of the
day on which it is made: so a table may differ from one that the models would make now, and no
statement is written for it, for the next database may have other defaults. It is said in a comment and
on the console, and is no difference.
"""

from __future__ import annotations

import logging

from sqlalchemy.schema import Table

from alembic.autogenerate.complete.along import Note
from alembic.autogenerate.complete.options import compare_table_options, mysql_options
from alembic.autogenerate.complete.statements import StatementsOp
from alembic.autogenerate.context import AutogenContext
from alembic.autogenerate.spelled.facts import Fact, Facts
from alembic.autogenerate.spelled.mysql import PARTITIONS
from alembic.operations.ops.script import UpgradeOps

log = logging.getLogger("alembic.autogenerate.compare.tables")

_LEFT_OPEN = (
    (frozenset({"engine"}), ("ENGINE",), "engine"),
    (frozenset({"charset", "collate"}), ("DEFAULT CHARSET", "COLLATE"), "charset and collate"),
    (frozenset({"partition_by"}), (PARTITIONS,), "partition_by"),
)
"""What the models may leave open, the options of the server's text about it, and their keywords."""


def say_open_options(context: AutogenContext, upgrade_ops: UpgradeOps) -> None:
    """Put one comment for all tables that differ in the same way before everything else."""
    if not context.is_compared_by(compare_table_options):
        return
    alike: dict[tuple[str, str, str], list[str]] = {}
    for table in context.sorted_tables:
        for words, options, keywords in _LEFT_OPEN:
            if not words & mysql_options(context, table).keys():
                had, has = (
                    _said(facts, table, options)
                    for facts in (context.spelled.existing, context.spelled.wanted)
                )
                if had and had != has and context.spelled.knows(table.schema, table.name):
                    alike.setdefault((had, has, keywords), []).append(table.key)
    notes = [_note(context, *different, tables) for different, tables in sorted(alike.items())]
    for note in notes:
        log.warning("%s", note.replace("\n", " ").removeprefix("NOTE: "))
    if notes:
        upgrade_ops.ops.insert(0, Note([StatementsOp([], [], (), (), "\n".join(notes))]))


def _said(facts: Facts, table: Table, options: tuple[str, ...]) -> str:
    said = (
        (option, facts.get(Fact("option", table.schema, table.name, option))) for option in options
    )
    return " ".join(
        value if option == PARTITIONS else f"{option}={value}" for option, value in said if value
    )


def _note(context: AutogenContext, had: str, has: str, keywords: str, tables: list[str]) -> str:
    named = ", ".join(map(repr, tables))
    said = " and ".join(f"{context.dialect.name}_{word}" for word in keywords.split(" and "))
    return (
        f"NOTE: the models leave {said} of {named} open:\n"
        f"there is {had}, a new table would have {has or 'none'}."
    )
