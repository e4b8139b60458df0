"""Diff tuples in words: one line each, for a person who reads ``alembic check``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sqlalchemy import exc
from sqlalchemy.schema import Computed, DefaultClause, Identity, Table

from alembic.autogenerate.compare.foreign_keys import target_of
from alembic.autogenerate.revise import RevisionContext
from alembic.results.differences import Difference, Differences, PossibleRename

Diff = Sequence[Any]

_KINDS = {
    "column_check_constraint": "check constraint",
    "foreign_key_constraint": "foreign key",
    "primary_key_constraint": "primary key",
    "table_or_column_check_constraint": "check constraint",
}
"""What SQLAlchemy calls an item → the kind that a person knows, where these are other words."""


def differences_of(gathered: RevisionContext) -> Differences:
    """All that a comparison has found, and what it took for possible renames."""
    differences = [
        one
        for migration_script in gathered.generated_revisions
        for ops in migration_script.upgrade_ops_list
        for diff in ops.as_diffs()
        for one in described(diff, ops.upgrade_token)
    ]
    possible = tuple(
        PossibleRename(
            kind=one.rename.kind.value,
            old=one.rename.place,
            new=one.rename.new,
            evidence=one.evidence,
            flag=one.rename.flag,
        )
        for one in gathered.questioner.suspicions
    )
    return Differences(differences=tuple(differences), possible_renames=possible)


def described(diff: Any, upgrade_token: str) -> list[Difference]:
    """The differences that one item of ``as_diffs()`` stands for: several where it is a list."""
    if isinstance(diff, list):
        return [one for inner in diff for one in described(inner, upgrade_token)]
    word = str(diff[0])
    tell = _TELLERS.get(word)
    if tell is None and word.startswith("modify_") and len(diff) == 7:
        tell = _modified
    if tell is None and word.startswith("rename_") and len(diff) == 5:
        tell = _renamed
    schema, table, name, text = (tell or _otherwise)(diff)
    return [
        Difference(
            kind=word,
            schema=schema,
            table=table,
            name=name,
            text=text,
            upgrade_token=upgrade_token,
        )
    ]


Told = tuple["str | None", "str | None", "str | None", str]
"""(schema, table, name, text)."""


def _table(diff: Diff) -> Told:
    table: Table = diff[1]
    verb, _, rest = str(diff[0]).partition("_")
    columns = f" ({_names(table.columns)})" if rest == "table" else ""
    thing = {"table_comment": "comment of table"}.get(rest, rest)
    return table.schema, table.name, None, f"{verb} {thing} {_qualified(table)}{columns}"


def _column(diff: Diff) -> Told:
    word, schema, table, column = diff
    verb = word.partition("_")[0]
    place = ".".join(part for part in (schema, table, column.name) if part)
    null = "" if column.nullable else " NOT NULL"
    return schema, table, column.name, f"{verb} column {place} ({_type(column.type)}{null})"


def _item(diff: Diff) -> Told:
    """An index or a constraint."""
    item: Any = diff[1]
    verb = str(diff[0]).partition("_")[0]
    visit = str(item.__visit_name__)
    kind = _KINDS.get(visit) or visit.replace("_", " ")
    name = str(item.name) if isinstance(item.name, str) else None
    table = item.table
    said = f"{verb} {kind}{f' {name}' if name else ''} on {_qualified(table)}"
    parts: Any = getattr(item, "expressions", None) or getattr(item, "columns", ())
    columns = _names(parts)
    if visit == "foreign_key_constraint":
        targets = ", ".join(_target(one) for one in item.elements)
        said += f" ({columns}) to {targets}"
    elif hasattr(item, "sqltext"):
        said += f": {item.sqltext}"
    elif columns:
        said += f" ({columns})"
    return table.schema, table.name, name, said


_CHANGED = {"modify_type": "type", "modify_nullable": "nullability", "modify_default": "default"}


def _modified(diff: Diff) -> Told:
    word, schema, table, column, _, old, new = diff
    what = _CHANGED.get(word, str(word).removeprefix("modify_").replace("_", " "))
    tell = {"modify_type": _type, "modify_nullable": _nullability}.get(word, _default)
    place = ".".join(part for part in (schema, table, column) if part)
    return schema, table, column, f"change {what} of {place}: {tell(old)} to {tell(new)}"


def _renamed_table(diff: Diff) -> Told:
    _, schema, old, new = diff
    place = f"{schema}.{old}" if schema else old
    return schema, old, None, f"rename table {place} to {new}"


def _moved_table(diff: Diff) -> Told:
    _, schema, table, new = diff
    return schema, table, None, f"move table {schema}.{table} to schema {new}"


def _renamed(diff: Diff) -> Told:
    word, schema, parent, old, new = diff
    kind = str(word).removeprefix("rename_").replace("_", " ")
    place = ".".join(part for part in (schema, parent, old) if part)
    return schema, None if kind == "enum value" else parent, old, f"rename {kind} {place} to {new}"


def _named_type(diff: Diff) -> Told:
    """An enum, by its values, or a domain."""
    word, schema, name, old, new = diff
    place = f"{schema}.{name}" if schema else str(name)
    told = [", ".join(one) if type(one) in {list, tuple} else str(one) for one in (old, new)]
    return schema, None, name, f"change {word.partition('_')[2]} {place}: {told[0]} to {told[1]}"


def _otherwise(diff: Diff) -> Told:
    """What a plugin found, or a change that has no verb: the words of the tuple."""
    said = ", ".join(str(one) for one in diff[1:] if one is not None)
    verb, _, thing = str(diff[0]).partition("_")
    verb = "change" if verb == "modify" else verb
    return None, None, None, f"{verb} {thing.replace('_', ' ')} {said}".strip()


_TELLERS: dict[str, Callable[[Diff], Told]] = {
    "add_table": _table,
    "remove_table": _table,
    "add_table_comment": _table,
    "remove_table_comment": _table,
    "add_column": _column,
    "remove_column": _column,
    "add_index": _item,
    "remove_index": _item,
    "add_constraint": _item,
    "remove_constraint": _item,
    "add_fk": _item,
    "remove_fk": _item,
    "modify_enum": _named_type,
    "modify_domain": _named_type,
    "rename_table": _renamed_table,
    "move_table": _moved_table,
}


def _qualified(table: Any) -> str:
    return f"{table.schema}.{table.name}" if table.schema else str(table.name)


def _target(element: Any) -> str:
    return ".".join(part for part in target_of(element) if part)


def _names(columns: Iterable[Any]) -> str:
    """Of columns; an expression of an index, or a text that stands for one, is itself."""
    return ", ".join(str(getattr(column, "name", column)) for column in columns)


def _type(type_: Any) -> str:
    try:
        return str(type_)
    except exc.CompileError:
        return repr(type_)


def _nullability(nullable: Any) -> str:
    return "NULL" if nullable else "NOT NULL"


def _default(default: Any) -> str:
    if default is None or default is False:
        return "none"
    if isinstance(default, DefaultClause):
        default = default.arg
    elif isinstance(default, Computed):
        default = default.sqltext
    elif isinstance(default, Identity):
        return "identity"
    return str(getattr(default, "text", default))
