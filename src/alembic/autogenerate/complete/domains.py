"""PostgreSQL's domains: default, NOT NULL and checks that are others, told in the database's own spelling.

Source: https://www.postgresql.org/docs/current/sql-alterdomain.html.
"""

from __future__ import annotations

import copy
import logging
from collections.abc import Collection, Iterator
from typing import NamedTuple

from sqlalchemy import exc, text
from sqlalchemy.dialects.postgresql import DOMAIN, CreateDomainType

from alembic.autogenerate.complete.statements import StatementsOp
from alembic.autogenerate.context import AutogenContext
from alembic.operations.ops.script import UpgradeOps

log = logging.getLogger("alembic.autogenerate.compare.types")

_DOMAINS = text("""
SELECT n.nspname, t.typname, t.typnotnull, coalesce(t.typdefault, ''), x.conname,
       pg_get_constraintdef(x.oid)
FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
LEFT JOIN pg_constraint x ON x.contypid = t.oid AND x.contype = 'c'
WHERE t.typtype = 'd'
ORDER BY 1, 2, 5
""")

Name = tuple["str | None", str]


class Domain(NamedTuple):
    """What a domain says beside its type; the checks by their names."""

    not_null: bool
    default: str
    checks: dict[str, str]


def compare_domains(
    context: AutogenContext, upgrade_ops: UpgradeOps, schemas: Collection[str | None]
) -> None:
    """Statements for each domain that both sides have, saying other things."""
    if context.dialect.name != "postgresql" or context.connection is None:
        return
    wanted = _in_models(context, schemas)
    if not wanted:
        return
    existing = _read(context)
    for name in sorted(wanted, key=lambda name: (name[0] or "", name[1])):
        had = existing.get(name)
        has = None if had is None else _spelled(context, wanted[name])
        if had is None or has is None or had == has:
            continue
        quote = context.preparer.quote
        quoted = ".".join(quote(part) for part in name if part is not None)
        diff = ("modify_domain", *name)
        op = StatementsOp(
            list(_changes(context, quoted, had, has)),
            list(_changes(context, quoted, has, had)),
            (*diff, had, has),
            (*diff, has, had),
        )
        upgrade_ops.ops.append(op)
        log.info("Detected changed domain %r", name[1])


def _in_models(context: AutogenContext, schemas: Collection[str | None]) -> dict[Name, DOMAIN]:
    default = context.dialect.default_schema_name
    return {
        (
            None if column.type.schema in {None, default} else column.type.schema,
            str(column.type.name),
        ): column.type
        for table in context.sorted_tables
        if table.schema in schemas
        for column in table.columns
        if isinstance(column.type, DOMAIN)
    }


def _read(context: AutogenContext) -> dict[Name, Domain]:
    assert context.connection is not None
    default = context.dialect.default_schema_name
    found: dict[Name, Domain] = {}
    for schema, name, not_null, said, check, definition in context.connection.execute(_DOMAINS):
        key = (None if schema == default else schema, name)
        domain = found.setdefault(key, Domain(not_null, said, {}))
        if check is not None:
            domain.checks[check] = definition
    return found


def _spelled(context: AutogenContext, domain: DOMAIN) -> Domain | None:
    """What a domain of the models says in the database's words; None where it can't be asked."""
    connection = context.connection
    assert connection is not None
    scratch = copy.copy(domain)
    scratch.schema = "pg_temp"
    savepoint = connection.begin_nested()
    try:
        connection.execute(CreateDomainType(scratch))
        found = _read(context)
    except exc.DBAPIError:
        return None
    finally:
        savepoint.rollback()
    return next(
        (
            said
            for (schema, name), said in found.items()
            if name == domain.name and (schema or "").startswith("pg_temp")
        ),
        None,
    )


def _changes(context: AutogenContext, quoted: str, had: Domain, has: Domain) -> Iterator[str]:
    head = f"ALTER DOMAIN {quoted}"
    quote = context.preparer.quote
    for name, said in had.checks.items():
        if has.checks.get(name) != said:
            yield f"{head} DROP CONSTRAINT {quote(name)}"
    if had.default != has.default:
        yield f"{head} SET DEFAULT {has.default}" if has.default else f"{head} DROP DEFAULT"
    if had.not_null is not has.not_null:
        yield f"{head} {'SET' if has.not_null else 'DROP'} NOT NULL"
    for name, said in has.checks.items():
        if had.checks.get(name) != said:
            yield f"{head} ADD CONSTRAINT {quote(name)} {said}"
