"""A table of MySQL or MariaDB as SQLAlchemy has one, from the server's own text.

Its columns have names and no types, its parts names and columns: what there is, for changes to find.
How it is spelled is left to the text. So a rebuild that was stopped half-way goes on from the text
that the table had when it began.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    Computed,
    ForeignKeyConstraint,
    Index,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
    text,
)
from sqlalchemy.types import NULLTYPE

from alembic.ddl.mysql_schema.column import COMMENT, GENERATED, ColumnDefinition, tokens, unquoted
from alembic.ddl.mysql_schema.table import Item, TableText

_ACTION = r"ON {} (CASCADE|SET NULL|SET DEFAULT|NO ACTION|RESTRICT)"


def described_table(shown: TableText, name: str, schema: str | None) -> Table:
    """The table, in a MetaData of its own."""
    metadata = MetaData()
    columns = [_column(*each) for each in shown.columns.items()]
    table = Table(name, metadata, *columns, schema=schema, comment=shown.comment)
    for item in shown.items:
        _add(table, item)
    return table


def _column(name: str, definition: ColumnDefinition) -> Column[Any]:
    computed = [Computed(definition.of(GENERATED))] if GENERATED in definition else []
    comment = _string(definition.of(COMMENT)) if COMMENT in definition else None
    return Column(name, NULLTYPE, *computed, comment=comment)


def _add(table: Table, item: Item) -> None:
    lists = _lists(item)
    own = [name for name in (lists[0] if lists else []) if name in table.columns]
    if item.is_reference:
        table.append_constraint(_reference(table, item, own, lists[1]))
    elif item.is_check:
        condition = item.text[item.text.upper().index("CHECK") + len("CHECK") :].strip()
        table.append_constraint(CheckConstraint(text(condition), name=item.name))
    elif item.is_primary:
        table.append_constraint(PrimaryKeyConstraint(*own))
    elif item.is_unique and own:
        table.append_constraint(UniqueConstraint(*own, name=item.name))
    elif item.is_index and own:
        Index(item.name, *(table.columns[name] for name in own))


def _reference(
    table: Table, item: Item, own: Sequence[str], remote: Sequence[str]
) -> ForeignKeyConstraint:
    words = list(tokens(item.text))
    at = next(number for number, token in enumerate(words) if token.word == "REFERENCES")
    names = [unquoted(words[at + 1].text)]
    if words[at + 2].text == ".":
        names.append(unquoted(words[at + 3].text))
    schema = names[0] if len(names) > 1 else table.schema
    referred = table
    if (names[-1], schema) != (table.name, table.schema):
        stubs = [Column(name, NULLTYPE) for name in remote]
        referred = Table(names[-1], table.metadata, *stubs, schema=schema, extend_existing=True)
    return ForeignKeyConstraint(
        list(own),
        [referred.columns[name] for name in remote],
        name=item.name,
        ondelete=_action(item, "DELETE"),
        onupdate=_action(item, "UPDATE"),
    )


def _action(item: Item, event: str) -> str | None:
    found = re.search(_ACTION.format(event), item.text)
    return found[1] if found else None


def _lists(item: Item) -> list[list[str]]:
    """The names within each pair of outer brackets."""
    lists: list[list[str]] = []
    for token in tokens(item.text):
        if token.text == "(" and token.depth == 1:
            lists.append([])
        elif token.kind == "name" and token.depth == 1:
            lists[-1].append(unquoted(token.text))
    return lists


def _string(clause: str) -> str:
    """The value of ``COMMENT '…'``."""
    literal = clause[clause.index("'") :]
    return re.sub(r"\\(.)", r"\1", literal[1:-1].replace("''", "'"))
