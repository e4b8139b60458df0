"""PostgreSQL's domains: default, NOT NULL and checks that are others, told in the database's own spelling.

Source: https://www.postgresql.org/docs/current/sql-alterdomain.html.
"""

from __future__ import annotations

import copy
import logging
from collections.abc import Callable, Collection, Iterator
from functools import partial
from typing import NamedTuple

from sqlalchemy import exc, text
from sqlalchemy.dialects.postgresql import DOMAIN, CreateDomainType

from alembic.autogenerate.complete.default_said import default_said
from alembic.autogenerate.complete.enums import User, column_head, dependents_of, users_of
from alembic.autogenerate.complete.names import aside
from alembic.autogenerate.complete.owned_types import owned_types
from alembic.autogenerate.complete.statements import StatementsOp
from alembic.autogenerate.context import AutogenContext
from alembic.operations.ops.script import UpgradeOps

log = logging.getLogger("alembic.autogenerate.compare.types")

_DOMAINS = text("""
SELECT n.nspname, t.typname,
       format_type(t.typbasetype, t.typtypmod) || coalesce(' COLLATE ' || quote_ident(l.collname), ''),
       t.typnotnull, coalesce(t.typdefault, ''), x.conname, pg_get_constraintdef(x.oid)
FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
JOIN pg_type b ON b.oid = t.typbasetype
LEFT JOIN pg_collation l ON l.oid = t.typcollation AND t.typcollation <> b.typcollation
LEFT JOIN pg_constraint x ON x.contypid = t.oid AND x.contype = 'c'
WHERE t.typtype = 'd'
ORDER BY 1, 2, 6
""")

Name = tuple["str | None", str]
SEEN = "alembic_domains"
"""In the ``info`` of a ``MetaData`` that was reflected: what the catalog there says of the domains."""


class Domain(NamedTuple):
    """What a domain says: ``base`` is its type and collation, the checks are by their names."""

    base: str
    not_null: bool
    default: str
    checks: dict[str, str]

    def __str__(self) -> str:
        return self.said()

    def said(self, name: Callable[[str], str] = str) -> str:
        """All of it behind ``CREATE DOMAIN … AS``; ``name`` says a check's name."""
        said = self.base
        said += f" DEFAULT {self.default}" if self.default else ""
        said += " NOT NULL" if self.not_null else ""
        return said + "".join(
            f" CONSTRAINT {name(one)} {check}" for one, check in self.checks.items()
        )


def compare_domains(
    context: AutogenContext, upgrade_ops: UpgradeOps, schemas: Collection[str | None]
) -> None:
    """Statements for each domain that both sides have, saying other things; and for one that no table will make."""
    if context.dialect.name != "postgresql" or context.connection is None:
        return
    used = _in_models(context, schemas)
    owned = {
        name: type_
        for name, type_ in owned_types(context).items()
        if isinstance(type_, DOMAIN) and name[0] in schemas
    }
    wanted = {**owned, **used}
    if not wanted:
        return
    existing = domains_there(context)
    seen = _seen(context)
    for name in sorted(wanted, key=lambda name: (name[0] or "", name[1])):
        had = existing.get(name)
        if had is None and name in used:
            continue  # it comes with its first column
        has = seen.get(name) or _spelled(context, wanted[name])
        if has is None or had == has:
            continue
        quote = context.preparer.quote
        quoted = ".".join(quote(part) for part in name if part is not None)
        if had is None:
            made, gone = created(context, quoted, has), f"DROP DOMAIN {quoted}"
            diffs = ("add_domain", *name, has), ("remove_domain", *name, has)
            upgrade_ops.ops.append(StatementsOp([made], [gone], *diffs))
            log.info("Detected added domain %r", name[1])
            continue
        diff = ("modify_domain", *name)
        up = down = _changes
        if had.base != has.base:
            up = partial(_made_anew, name=name, is_up=True)
            down = partial(_made_anew, name=name, is_up=False)
        op = StatementsOp(
            list(up(context, quoted, had, has)),
            list(down(context, quoted, has, had)),
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
        if (None if table.schema == default else table.schema) in schemas
        for column in table.columns
        if isinstance(column.type, DOMAIN)
    }


def _seen(context: AutogenContext) -> dict[Name, Domain]:
    """What another database says of the domains, where the models are those of its mirror."""
    tables = context.sorted_tables
    found: dict[Name, Domain] = tables[0].metadata.info.get(SEEN, {}) if tables else {}
    return found


def domains_there(context: AutogenContext) -> dict[Name, Domain]:
    """The domains of the database, by schema (None for the default one) and name."""
    assert context.connection is not None
    default = context.dialect.default_schema_name
    found: dict[Name, Domain] = {}
    for schema, name, base, not_null, said, check, definition in context.connection.execute(
        _DOMAINS
    ):
        key = (None if schema == default else schema, name)
        domain = found.setdefault(key, Domain(base, not_null, said, {}))
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
        found = domains_there(context)
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


def _made_anew(
    context: AutogenContext, quoted: str, _had: Domain, has: Domain, *, name: Name, is_up: bool
) -> Iterator[str]:
    """A domain of the same name over another type, to which each column moves by its text.

    No statement gives a domain another type.
    """
    quote = context.preparer.quote
    old = aside(name[1])
    place = "" if name[0] is None else f"{quote(name[0])}."
    columns = list(users_of(context, name))
    standing = dependents_of(context, name, columns)
    yield from (one.dropped for one in standing)
    yield f"ALTER DOMAIN {quoted} RENAME TO {quote(old)}"
    yield created(context, quoted, has)
    is_text = has.base.startswith(("character", "text"))
    for column in columns:
        array = "[]" if column.is_array else ""
        head = column_head(context, column)
        value = f"CAST({quote(column.column)} AS text{array})"
        # What is too long for a text is refused on assignment, and would be cut by a cast.
        using = value if is_text and not array else f"CAST({value} AS {quoted}{array})"
        if column.default is not None:
            yield f"{head} DROP DEFAULT"
        yield f"{head} TYPE {quoted}{array} USING {using}"
        default = _in_models_said(context, column) if is_up else column.default
        if default:
            yield f"{head} SET DEFAULT {default}"
    yield f"DROP DOMAIN {place}{quote(old)}"
    for one in reversed(standing):
        yield from one.made


def created(context: AutogenContext, quoted: str, domain: Domain) -> str:
    """The statement that makes a domain."""
    return f"CREATE DOMAIN {quoted} AS {domain.said(context.preparer.quote)}"


def _in_models_said(context: AutogenContext, user: User) -> str | None:
    """The default that the models give a column; the existing one where they don't know it."""
    key = f"{user.schema}.{user.table}" if user.schema else user.table
    table = context.table_key_to_table.get(key)
    column = None if table is None else next((c for c in table.c if c.name == user.column), None)
    return user.default if column is None else default_said(context, column)


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
