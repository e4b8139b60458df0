"""Tables that go from one schema to another, where the database has a statement for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from alembic.autogenerate.ask import NoMoveBetweenSchemas, Questioner
from alembic.autogenerate.complete.statements import StatementsOp
from alembic.autogenerate.context import AutogenContext
from alembic.autogenerate.renames.model import Kind, Rename, old_places
from alembic.autogenerate.renames.moved import hinted
from alembic.autogenerate.spelled.facts import TableName
from alembic.operations.ops.base import MigrateOperation
from alembic.operations.ops.script import UpgradeOps
from alembic.operations.ops.table import CreateTableOp, DropTableOp

ABLE = frozenset({"postgresql", "mysql", "mariadb", "mssql"})


def dropped_tables(upgrade_ops: UpgradeOps) -> list[DropTableOp]:
    """The ops that drop a table."""
    return [op for op in upgrade_ops.ops if isinstance(op, DropTableOp)]


def created_tables(upgrade_ops: UpgradeOps) -> list[CreateTableOp]:
    """The ops that create one."""
    return [op for op in upgrade_ops.ops if isinstance(op, CreateTableOp)]


def moves_between_schemas(
    context: AutogenContext, upgrade_ops: UpgradeOps, questioner: Questioner
) -> list[Rename]:
    """The tables that are to go to another schema, and those of them that get another name as well.

    Raises NoMoveBetweenSchemas where the database can't.
    """
    default = context.dialect.default_schema_name
    found: list[Rename] = []
    gone = {(op.schema or default or "", op.table_name): op for op in dropped_tables(upgrade_ops)}
    for made in created_tables(upgrade_ops):
        for (schema, name), old in gone.items():
            new_schema = made.schema or default or ""
            text = _wished(questioner, (schema, name), (new_schema, made.table_name), default)
            text = text or _told(made, (schema, name), new_schema)
            if text is None or schema == new_schema:
                continue
            if context.dialect.name not in ABLE:
                raise NoMoveBetweenSchemas(text, context.dialect.name)
            found.append(Rename(Kind.SCHEMA, old.schema, name, schema, new_schema))
            if name != made.table_name:
                found.append(Rename(Kind.TABLE, old.schema, None, name, made.table_name))
    return found


def _wished(
    questioner: Questioner, old: tuple[str, str], new: tuple[str, str], default: str | None
) -> str | None:
    for wish in questioner.wishes:
        if wish.moves(*old, default) and (wish.schema, wish.new) == new:
            questioner.grant(wish)
            return wish.text
    return None


def _told(made: CreateTableOp, old: tuple[str, str], new_schema: str) -> str | None:
    """The same by a hint in the models: the old name with its schema."""
    place = ".".join(old)
    return f"{place}={new_schema}.{made.table_name}" if place in hinted(made) else None


def schema_ops(context: AutogenContext, renames: Sequence[Rename]) -> Iterator[MigrateOperation]:
    """The statements that move tables, which have their new names by then.

    Sources: https://www.postgresql.org/docs/current/sql-altertable.html,
    https://mariadb.com/kb/en/rename-table/,
    https://learn.microsoft.com/sql/t-sql/statements/alter-schema-transact-sql.
    """
    places = old_places(renames, context.dialect.default_schema_name)
    new_names: dict[TableName, str] = {old: new[1] for new, old in places.items()}
    moves = [one for one in renames if one.kind is Kind.SCHEMA]
    yield from _missing_schemas(context, moves)
    for one in moves:
        name = new_names[one.schema, str(one.parent)]
        yield StatementsOp(
            [_words(context, name, one.old, one.new)],
            [_words(context, name, one.new, one.old)],
            ("move_table", one.old, name, one.new),
            ("move_table", one.new, name, one.old),
        )


def _missing_schemas(
    context: AutogenContext, moves: Sequence[Rename]
) -> Iterator[MigrateOperation]:
    if context.dialect.name != "postgresql" or not moves:
        return
    quote = context.preparer.quote
    for schema in sorted({one.new for one in moves} - set(context.inspector.get_schema_names())):
        yield StatementsOp(
            [f"CREATE SCHEMA {quote(schema)}"],
            [f"DROP SCHEMA {quote(schema)}"],
            ("add_schema", schema),
            ("remove_schema", schema),
        )


def _words(context: AutogenContext, name: str, old: str, new: str) -> str:
    quote, dialect = context.preparer.quote, context.dialect
    table, schema = quote(name), quote(new)
    if dialect.name == "postgresql":
        return f"ALTER TABLE {quote(old)}.{table} SET SCHEMA {schema}"
    if dialect.name == "mssql":
        return f"ALTER SCHEMA {schema} TRANSFER {quote(old)}.{table}"
    return f"RENAME TABLE {quote(old)}.{table} TO {schema}.{table}"
