"""Options of a whole table: storage, engine, character set, and how it is kept."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, MutableMapping
from typing import Any

from sqlalchemy.schema import Table

from alembic.autogenerate.complete.rebuild import RebuildOp
from alembic.autogenerate.complete.statements import StatementsOp
from alembic.autogenerate.context import AutogenContext
from alembic.autogenerate.spelled.facts import Fact, Facts, TableName
from alembic.autogenerate.spelled.mysql import PARTITIONS
from alembic.operations.ops.base import MigrateOperation, ModifyTableOps

_SQLITE_KEYWORDS = {
    "strict": "sqlite_strict",
    "rowid": "sqlite_with_rowid",
    "autoincrement": "sqlite_autoincrement",
}
"""Option → the keyword of a table that stands for it."""

_MYSQL_OPTIONS = {
    **dict.fromkeys(("avg_row_length", "checksum", "delay_key_write", "key_block_size"), "0"),
    **dict.fromkeys(("max_rows", "min_rows"), "0"),
    **dict.fromkeys(("pack_keys", "row_format", "stats_auto_recalc"), "DEFAULT"),
    **dict.fromkeys(("stats_persistent", "stats_sample_pages"), "DEFAULT"),
    **dict.fromkeys(("page_checksum", "transactional"), "DEFAULT"),
    **dict.fromkeys(("page_compressed", "page_compression_level"), "DEFAULT"),
    **dict.fromkeys(("encrypted", "encryption_key_id"), "DEFAULT"),
}
"""Option → what a table has without it: https://mariadb.com/kb/en/create-table/#table-options."""

_CONVERT = "CONVERT TO CHARACTER SET"

log = logging.getLogger("alembic.autogenerate.compare.tables")


def compare_table_options(
    context: AutogenContext,
    modify: ModifyTableOps,
    schema: str | None,
    table_name: str,
    conn_table: Table | None,
    metadata_table: Table | None,
) -> None:
    """Statements for the options that the models set, or no longer set, otherwise than the database has them."""
    if conn_table is None or metadata_table is None:
        return
    compare = _BY_DIALECT.get(context.dialect.name)
    op: Any = None if compare is None else compare(context, conn_table, metadata_table)
    if op is not None:
        modify.ops.append(op)
        log.info("Detected changed options of table %r", table_name)


def _alter(context: AutogenContext, table: Table, up: list[str], down: list[str]) -> StatementsOp:
    head = f"ALTER TABLE {context.preparer.format_table(table)}"
    return _changed(table, [f"{head} {one}" for one in up], [f"{head} {one}" for one in down])


def _changed(table: Table, up: list[str], down: list[str], note: str | None = None) -> StatementsOp:
    diff = ("modify_table_options", table.schema, table.name)
    said = [note] if note else []
    return StatementsOp(up, down, (*diff, up or said), (*diff, down or said), note)


def _postgresql(context: AutogenContext, found: Table, wanted: Table) -> StatementsOp | None:
    up: list[str] = []
    down: list[str] = []
    storage = Fact("option", wanted.schema, wanted.name, "with")
    had_text = context.spelled.existing.get(storage)
    if had_text is not None and can_say_storage(wanted):
        has = _asked_storage(context.spelled.wanted.get(storage), wanted)
        had = storage_options(had_text)
        up += _with_clauses(had, has)
        down += _with_clauses(has, had)
    kept = context.spelled.existing.get(Fact("option", wanted.schema, wanted.name, "persistence"))
    asked = "UNLOGGED" if "UNLOGGED" in [str(one).upper() for one in wanted._prefixes] else ""
    if kept is not None and kept != asked:
        up.append(f"SET {asked or 'LOGGED'}")
        down.append(f"SET {kept or 'LOGGED'}")
    table = context.preparer.format_table(wanted)
    head = f"ALTER TABLE {table}"
    parents = _parents(context, wanted)
    moves = [*_moves(context, wanted)]
    note = _other_partitions(context, wanted)
    statements = [f"{head} {one}" for one in (*up, *parents[0])] + [one for one, _ in moves]
    back = [f"{head} {one}" for one in (*down, *parents[1])] + [one for _, one in moves]
    return _changed(wanted, statements, back, note) if statements or note else None


def _parents(context: AutogenContext, table: Table) -> tuple[list[str], list[str]]:
    """Clauses for tables that it is to inherit from, and no longer; and those of the way back."""
    fact = Fact("option", table.schema, table.name, "inherits")
    if not table.kwargs.get("postgresql_inherits") or not context.spelled.differ(*fact):
        return [], []
    had, has = (
        [name for name in facts[fact].split(", ") if name]
        for facts in (context.spelled.existing, context.spelled.wanted)
    )
    new = [name for name in has if name not in had]
    gone = [name for name in had if name not in has]
    return (
        [f"NO INHERIT {name}" for name in gone] + [f"INHERIT {name}" for name in new],
        [f"NO INHERIT {name}" for name in new] + [f"INHERIT {name}" for name in gone],
    )


def _moves(context: AutogenContext, table: Table) -> Iterator[tuple[str, str]]:
    """Statements that bring the table and its indexes where the models have them, and back."""
    quote = context.preparer.quote
    at = f"{quote(table.schema)}." if table.schema else ""
    asked: list[tuple[str, str, Any]] = [("", f"TABLE {at}{quote(table.name)}", table)]
    asked += [
        (str(one.name), f"INDEX {at}{quote(str(one.name))}", one)
        for one in sorted(table.indexes, key=lambda one: str(one.name))
    ]
    for name, what, item in asked:
        had = context.spelled.existing.get(Fact("tablespace", table.schema, table.name, name))
        has = item.kwargs.get("postgresql_tablespace")
        if had is not None and has and has != had:
            head = f"ALTER {what} SET TABLESPACE"
            yield f"{head} {quote(has)}", f"{head} {quote(had)}"


def _other_partitions(context: AutogenContext, table: Table) -> str | None:
    """What is said where the models part a table otherwise: no statement does that, rows have to move."""
    fact = Fact("option", table.schema, table.name, "partition")
    if not table.kwargs.get("postgresql_partition_by") or not context.spelled.differ(*fact):
        return None
    had, has = (facts[fact] for facts in (context.spelled.existing, context.spelled.wanted))
    note = (
        f"Table {table.name!r} is {f'partitioned by {had}' if had else 'not partitioned'}, the models "
        f"have it by {has}.\nPostgreSQL can't change that: make a new table and move the rows."
    )
    log.warning(note.replace("\n", " "))
    return note


def can_say_storage(table: Table) -> bool:
    """Whether models can hold storage options: SQLAlchemy knows them from 2.1 on."""
    try:
        table.dialect_options["postgresql"]["with"]
    except KeyError:
        return False
    return True


def storage_options(said: str) -> dict[str, str]:
    """The options of a fact: ``fillfactor=50, toast.autovacuum_enabled=false``."""
    return dict(part.split("=", 1) for part in said.split(", ") if part)


def _asked_storage(said: str | None, table: Table) -> dict[str, str]:
    """The options of the models as the database keeps them, or as they are written where it isn't asked.

    It keeps no ``toast.`` option of a table without long values, and writes the names small.
    """
    if said is not None:
        return storage_options(said)
    written = table.kwargs.get("postgresql_with") or {}
    return {key.lower(): str(value) for key, value in written.items()}


def _with_clauses(had: dict[str, str], has: dict[str, str]) -> list[str]:
    changed = [
        f"{key} = {value}"
        for key, value in sorted(has.items())
        if had.get(key, "").lower() != value.lower()
    ]
    gone = sorted(had.keys() - has.keys())
    clauses = [f"SET ({', '.join(changed)})"] if changed else []
    return clauses + ([f"RESET ({', '.join(gone)})"] if gone else [])


def _mysql(context: AutogenContext, found: Table, wanted: Table) -> StatementsOp | None:
    """Engine, character set, collation, and what else a table may say.

    Where the models leave one of the latter open, a table is to have none. The engine and the characters
    that they leave open are no difference, see :mod:`alembic.autogenerate.complete.open_options`.
    """
    had, has = mysql_options(context, found), mysql_options(context, wanted)
    up: list[str] = []
    down: list[str] = []
    engine, was = has.get("engine"), had.get("engine")
    changed = {"ENGINE": (was, engine)} if _is_other(was, engine) else {}
    changed |= {
        option.upper(): (said, asked)
        for option in sorted(_MYSQL_OPTIONS)
        for said, asked in [_value_of_option(context, option, had, has, wanted)]
        if said != asked
    }
    if changed:
        # Some can be said only along with others.
        said, asked = ({word: str(pair[side]) for word, pair in changed.items()} for side in (0, 1))
        up.append(_options_clause(context, wanted, said, asked))
        down.append(_options_clause(context, wanted, asked, said))
    summed = Fact("option", wanted.schema, wanted.name, "PAGE_CHECKSUM")
    up += _left_by_engine(was, engine, is_asked="page_checksum" in has)
    down += _left_by_engine(engine, was, is_asked=summed in context.spelled.existing)
    charset = {key: has.get(key) for key in ("charset", "collate")}
    spelled = context.spelled
    facts = {
        key: spelled.wanted.get(Fact("option", wanted.schema, wanted.name, word))
        for key, word in (("charset", "DEFAULT CHARSET"), ("collate", "COLLATE"))
    }
    if any(charset.values()):
        new = {key: facts[key] or charset[key] for key in charset}
        if any(new[key] and had.get(key) and new[key] != had[key] for key in new):
            up += [_converted(new), *_columns_of_their_own(context, wanted, spelled.wanted)]
            down += [_converted(had), *_columns_of_their_own(context, found, spelled.existing)]
    if "partition_by" in has and (parts := _partitions(context, wanted)) is not None:
        up.append(parts[1])
        down.append(parts[0])
    return _alter(context, wanted, up, down) if up else None


def _is_other(was: str | None, engine: str | None) -> bool:
    return bool(engine and was and engine.lower() != was.lower())


def _left_by_engine(before: str | None, after: str | None, *, is_asked: bool) -> list[str]:
    """What takes away an option that Aria leaves to the next engine; along with the change it would stay."""
    is_left = _is_other(before, after) and str(before).lower() == "aria" and not is_asked
    return ["PAGE_CHECKSUM=DEFAULT"] if is_left else []


def _options_clause(
    context: AutogenContext, table: Table, before: dict[str, str], after: dict[str, str]
) -> str:
    """What sets options to their values ``after``.

    A key has the block size that its table had when it was made, so that all are made anew.
    """
    clauses = [" ".join(f"{word}={value}" for word, value in after.items())]
    if before.get("KEY_BLOCK_SIZE", "0") != "0":
        clauses += _keys_anew(context, table)
    return ", ".join(clauses)


def _keys_anew(context: AutogenContext, table: Table) -> Iterator[str]:
    """Clauses that drop and make each key of the database's table."""
    facts, quote = context.spelled.existing, context.preparer.quote
    place = (table.schema, table.name)
    for fact, said in sorted(pair for pair in facts.items() if pair[0][1:3] == place):
        if fact.kind == "primary":
            yield f"DROP PRIMARY KEY, ADD PRIMARY KEY {said}"
        elif fact.kind in {"unique", "index"}:
            kind, _, columns = said.partition("(")
            method = facts.get(fact._replace(kind="using"))
            using = f" USING {method}" if method else ""
            name = quote(fact.item)
            yield f"DROP KEY {name}, ADD {kind}KEY {name} ({columns}{using}"


def _partitions(context: AutogenContext, table: Table) -> tuple[str, str] | None:
    """How MySQL parts a table and how it is to, where that differs: all rows move.

    Ranges and lists come and go with time: those of the models are those of a new table.
    """
    fact = Fact("option", table.schema, table.name, PARTITIONS)
    said = [facts.get(fact) for facts in (context.spelled.existing, context.spelled.wanted)]
    if None in said or _told(said[0]) == _told(said[1]):
        return None
    had, has = (one or "REMOVE PARTITIONING" for one in said)
    return had, has


def _told(partitions: str | None) -> str:
    return re.sub(r"[\s`]", "", re.split(r"\(\s*partition\b", str(partitions).lower())[0])


def _value_of_option(
    context: AutogenContext, option: str, had: dict[str, str], has: dict[str, str], table: Table
) -> tuple[str, str]:
    """What a table has of an option, and what it is to have."""
    spelled, default = context.spelled, _MYSQL_OPTIONS[option]
    fact = Fact("option", table.schema, table.name, option.upper())
    if option in has:
        said = spelled.existing.get(fact) or had.get(option) or default
        return said.upper(), has[option].upper()
    is_open = spelled.differ("option", table.schema, table.name, "ENGINE") is not False
    if is_open and "engine" not in has:
        return "", ""  # a table of another engine has other options by itself
    if option == "page_checksum":
        return "", ""  # Aria tells it of every table, but of no temporary one
    said = spelled.existing.get(fact) or default
    return said.upper(), (spelled.wanted.get(fact) or default).upper()


def mysql_options(context: AutogenContext, table: Table) -> dict[str, str]:
    """Option → value of what a table says of itself in this dialect's keywords: ``engine``, ``row_format``."""
    options: dict[str, str] = {}
    for key, value in table.kwargs.items():
        dialect, _, name = key.partition("_")
        if dialect == context.dialect.name:
            name = name.lower().replace(" ", "_").removeprefix("default_")
            word = {"character_set": "charset", "collation": "collate"}.get(name, name)
            options[word] = str(value)
    return options


def correct_options(
    context: AutogenContext, place: TableName, keywords: MutableMapping[str, Any], facts: Facts
) -> None:
    """Set those keywords of MySQL's table ``place`` that its facts tell.

    SQLAlchemy reads some, and ``CHECKSUM`` where the table has a ``PAGE_CHECKSUM``.
    """
    for option in _MYSQL_OPTIONS:
        key = f"{context.dialect.name}_{option}"
        said = facts.get(Fact("option", *place, option.upper()))
        if said is not None:
            keywords[key] = said
        elif key in keywords:
            del keywords[key]


_WIDENED = re.compile(r"(?:tiny|medium)?text\b")
"""Types that become larger ones where a letter of the new character set takes more bytes."""


def _columns_of_their_own(context: AutogenContext, table: Table, facts: Facts) -> list[str]:
    """What gives the columns back the character set that they, not the table, have, and their type.

    Source: https://mariadb.com/kb/en/alter-table/#convert-to-character-set.
    """
    quote = context.preparer.quote
    clauses: list[str] = []
    for column in table.columns:
        type_ = facts.get(Fact("type", table.schema, table.name, column.name), "")
        definition = facts.get(Fact("definition", table.schema, table.name, column.name))
        is_own = re.search(r" (?:CHARACTER SET|COLLATE) ", type_) or _WIDENED.match(type_)
        if definition is not None and is_own:
            clauses.append(f"MODIFY {quote(column.name)} {definition}")
    return clauses


def _converted(options: dict[str, Any]) -> str:
    collation = f" COLLATE {options['collate']}" if options.get("collate") else ""
    return f"{_CONVERT} {options['charset']}{collation}"


def is_conversion(op: MigrateOperation) -> bool:
    """Whether an op gives a table of MySQL, and its columns, other characters."""
    return (
        isinstance(op, StatementsOp)
        and op.diff[0] == "modify_table_options"
        and any(f" {_CONVERT} " in one for one in op.statements)
    )


def _sqlite(context: AutogenContext, found: Table, wanted: Table) -> RebuildOp | None:
    """STRICT, WITHOUT ROWID and AUTOINCREMENT are part of how a table is created."""
    spelled = context.spelled
    up: dict[str, bool] = {}
    down: dict[str, bool] = {}
    for option, keyword in _SQLITE_KEYWORDS.items():
        fact = Fact("option", wanted.schema, wanted.name, option)
        if spelled.differ(*fact):
            up[keyword] = bool(spelled.wanted[fact]) is not (option == "rowid")
            down[keyword] = bool(spelled.existing[fact]) is not (option == "rowid")
    return RebuildOp(wanted.name, wanted.schema, up, down) if up else None


_BY_DIALECT = {
    "postgresql": _postgresql,
    "mysql": _mysql,
    "mariadb": _mysql,
    "sqlite": _sqlite,
}
