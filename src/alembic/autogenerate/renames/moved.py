"""Names that stay while things move: ``a`` becomes ``b``, and ``b`` becomes ``a`` or ``c``.

Neither side lacks such a name, so no drop and no add tells of it: it takes ``--rename`` for each of them. A
hint of the models counts where a chain of them ends in names that only one side has, so that it can be told
whether it was followed already. Of an exchange that can't be told.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import product
from typing import Any, NamedTuple

from sqlalchemy.schema import Column, Table

from alembic.autogenerate.ask import MalformedHint, NameStays, Questioner, Wish
from alembic.autogenerate.context import AutogenContext
from alembic.autogenerate.renames.model import Kind, Rename, old_places
from alembic.autogenerate.spelled.facts import TableName

log = logging.getLogger("alembic.autogenerate.compare.renames")

RENAMED_FROM = "renamed_from"
"""A key of ``info``: the old name, or several."""


class Names(NamedTuple):
    """The names of one kind in one place: of tables in a schema, of columns in a table (``parent``)."""

    kind: Kind
    schema: str | None
    parent: str | None
    had: Collection[str]
    has: Collection[str]
    hints: Mapping[str, Sequence[str]]


def moved_tables(context: AutogenContext, questioner: Questioner) -> list[Rename]:
    """The renames of tables among names that are there on both sides."""
    found: list[Rename] = []
    models = context.sorted_tables
    for schema in dict.fromkeys(table.schema for table in models):
        own = [table for table in models if table.schema == schema]
        had = {name for place, name in context.reflected.names if place == schema}
        hints = {table.name: hinted(table) for table in own if hinted(table)}
        names = Names(Kind.TABLE, schema, None, had, {table.name for table in own}, hints)
        found += _moved(context, questioner, names)
    return found


def moved_columns(
    context: AutogenContext, questioner: Questioner, tables: Sequence[Rename]
) -> list[Rename]:
    """The same of columns; ``tables`` are renamed, and known by their old names."""
    found: list[Rename] = []
    places = old_places(tables, context.dialect.default_schema_name)
    wished = [wish.text for wish in questioner.wishes]
    for table in context.sorted_tables:
        place = places.get((table.schema, table.name), (table.schema, table.name))
        has = {column.name for column in table.columns}
        hints = {column.name: hinted(column) for column in table.columns if hinted(column)}
        is_told = any(has.intersection(told) for told in hints.values())
        if not is_told and not any(place[1] in text for text in wished):
            continue
        existing = context.reflected.named(*place)
        if existing is not None:
            had = {column.name for column in existing.columns}
            found += _moved(context, questioner, Names(Kind.COLUMN, *place, had, has, hints))
    return found


def table_of_database(context: AutogenContext, place: TableName) -> Table:
    """A table that takes part, by its name in the database."""
    found = context.reflected.named(*place)
    assert found is not None, "the table was found by its name"
    return found


def hinted(item: Any) -> list[str]:
    """The old names that the models tell of something; raises MalformedHint."""
    hint = item.info.get(RENAMED_FROM)
    if hint is None or isinstance(hint, str):
        return [hint] if hint else []
    if not isinstance(hint, list | tuple | set | frozenset) or not all(
        isinstance(one, str) for one in hint
    ):
        name = str(item) if isinstance(item, Column) else getattr(item, "name", None)
        what = repr(name or item.table_name)  # an op that creates a table has its info too
        raise MalformedHint(RENAMED_FROM, what, hint, "the old name, or a list of old names")
    return list(hint)


def _moved(context: AutogenContext, questioner: Questioner, names: Names) -> Iterator[Rename]:
    wished = dict(_wished(context, questioner, names))
    links = {rename.old: rename.new for rename in wished}
    for rename, wish in wished.items():
        if rename.old in names.has and rename.old not in links.values():
            raise NameStays(wish.text, str(rename), rename.old)
        questioner.grant(wish)
        yield rename
    if not links:
        for old, new in _told(names):
            yield Rename(names.kind, names.schema, names.parent, old, new)


def _wished(
    context: AutogenContext, questioner: Questioner, names: Names
) -> Iterator[tuple[Rename, Wish]]:
    """The wishes in which a name has a part that is there on both sides, and those that they lead to."""
    default = context.dialect.default_schema_name
    meant: list[tuple[Rename, Wish]] = []
    for wish in questioner.wishes:
        olds = [name for name in names.had if name in wish.text]
        news = [name for name in names.has if wish.text.rstrip().endswith(name)]
        for old, new in product(olds, news):
            rename = Rename(names.kind, names.schema, names.parent, old, new)
            if old != new and wish.means(rename, default):
                meant.append((rename, wish))
    for rename, wish in meant:
        if rename.old in names.has or rename.new in names.had:
            yield rename, wish


def _told(names: Names) -> Iterator[tuple[str, str]]:
    """The hints of chains: the first old name is no model's, the last new one not in the database."""
    before = {
        new: min(there, key=lambda old: old in names.has)
        for new, told in names.hints.items()
        if (there := [old for old in told if old in names.had and old != new])
    }
    for new in sorted(before.keys() - set(names.had)):
        chain = [(before[new], new)]
        while chain[-1][0] in before and len(chain) <= len(before):
            chain.append((before[chain[-1][0]], chain[-1][0]))
        first = chain[-1][0]
        if first in names.has:
            _say(names, f"{first!r} became {new!r}, and have another {first!r} as well")
        elif len(chain) > 1:
            yield from chain
    for new, old in sorted(before.items()):
        if before.get(old) == new and old < new:
            _say(names, f"{old!r} and {new!r} have exchanged their names")


def _say(names: Names, what: str) -> None:
    place = ".".join(part for part in (names.schema, names.parent) if part)
    log.warning(
        "The models say%s that %s. Whether that was done can't be told from names: say it once with "
        "--rename, and take the hint (renamed_from) out of the models",
        f" of {place!r}" if place else "",
        what,
    )
