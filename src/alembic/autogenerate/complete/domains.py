"""PostgreSQL's domains: default, NOT NULL and checks that are others, told in the database's own spelling.

Source: https://www.postgresql.org/docs/current/sql-alterdomain.html.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import exc, text

from alembic.autogenerate.complete.default_said import default_said
from alembic.autogenerate.complete.dependents import Dependent
from alembic.autogenerate.complete.names import aside
from alembic.autogenerate.complete.owned_types import owned_types, takes_part
from alembic.autogenerate.complete.statements import StatementsOp
from alembic.autogenerate.complete.type_users import (
    TypeName,
    TypeOp,
    User,
    column_head,
    column_in_models,
    dependents_of,
    quoted,
    stays,
    users_of,
)
from alembic.autogenerate.complete.unused_types import DOMAIN as DOMAIN_KIND, unused_types
from alembic.autogenerate.context import AutogenContext
from alembic.autogenerate.spelled.postgresql import create_scratch_domain, named_types_of
from alembic.ddl.postgresql_kinds import is_domain
from alembic.operations.ops.script import UpgradeOps

if TYPE_CHECKING:
    from sqlalchemy.dialects.postgresql import DOMAIN

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
    """Statements for each domain that both sides have, saying other things; for one that no table will make or drop."""
    if context.dialect.name != "postgresql" or context.connection is None:
        return
    used = _in_models(context, schemas)
    owned = {
        name: type_
        for name, type_ in owned_types(context).items()
        if is_domain(type_) and takes_part(context, name, schemas)
    }
    wanted = {**owned, **used}
    existing = domains_there(context)
    seen = _seen(context)
    for name in sorted(wanted, key=lambda name: (name[0] or "", name[1])):
        had = existing.get(name)
        if had is None and name in used and not _has_several_checks(seen.get(name)):
            continue  # it comes with its first column
        has = seen.get(name) or _spelled(context, wanted[name])
        if has is None or had == has:
            continue
        if had is None:
            upgrade_ops.ops.append(_added(context, name, has, is_used=name in used))
            log.info("Detected added domain %r", name[1])
            continue
        upgrade_ops.ops.append(DomainOp(context, name, had, has))
        log.info("Detected changed domain %r", name[1])
    # What the search path finds elsewhere may be somebody else's.
    there = [name for name in existing if name[0] in schemas]
    for name in unused_types(context, DOMAIN_KIND, there):
        upgrade_ops.ops.append(_added(context, name, existing[name], is_used=False).reverse())
        log.info("Detected removed domain %r", name[1])


def _has_several_checks(seen: Domain | None) -> bool:
    """Whether a domain of another database says more than a column can, whose domain has one check."""
    return seen is not None and len(seen.checks) > 1


def _added(context: AutogenContext, name: TypeName, has: Domain, *, is_used: bool) -> StatementsOp:
    """A domain that no column makes; where one uses it, it goes with its last use on the way back."""
    domain = quoted(context, name)
    gone = [] if is_used else [f"DROP DOMAIN {domain}"]
    diffs = ("add_domain", *name, has), ("remove_domain", *name, has)
    return StatementsOp([created(context, domain, has)], gone, *diffs)


def _in_models(context: AutogenContext, schemas: Collection[str | None]) -> dict[TypeName, DOMAIN]:
    default = context.dialect.default_schema_name
    return {
        (context.type_home(domain.schema, str(domain.name)), str(domain.name)): domain
        for table in context.sorted_tables
        if (None if table.schema == default else table.schema) in schemas
        for domain in named_types_of([column.type for column in table.columns], context.dialect)
        if is_domain(domain)
    }


def _seen(context: AutogenContext) -> dict[TypeName, Domain]:
    """What another database says of the domains, where the models are those of its mirror."""
    found: dict[TypeName, Domain] = context._metadatas[0].info.get(SEEN, {})
    return found


def domains_there(context: AutogenContext) -> dict[TypeName, Domain]:
    """The domains of the database, by schema (None for the default one) and name."""
    assert context.connection is not None
    default = context.dialect.default_schema_name
    found: dict[TypeName, Domain] = {}
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
    savepoint = connection.begin_nested()
    try:
        connection.execute(create_scratch_domain(domain))
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


class DomainOp(TypeOp):
    """A domain that says other things."""

    loses_values = True

    def __init__(self, context: AutogenContext, name: TypeName, had: Domain, has: Domain) -> None:
        self._had, self._has = had, has
        self.is_other_kind = had.base != has.base
        users = list(users_of(context, name))
        dependents = dependents_of(context, name) if self.is_other_kind else []
        diff = ("modify_domain", *name)
        super().__init__(context, name, users, dependents, ((*diff, had, has), (*diff, has, had)))

    def _ways(
        self, users: Sequence[User], dependents: Sequence[Dependent]
    ) -> tuple[list[str], list[str]]:
        context, name, had, has = self._context, self._name, self._had, self._has
        if not self.is_other_kind:
            return list(_changes(context, name, had, has)), list(_changes(context, name, has, had))
        wanted = [user._replace(wanted=_in_models_said(context, name, user)) for user in users]
        back = [user._replace(wanted=user.default) for user in users]
        return (
            list(_made_anew(context, name, has, wanted, dependents)),
            list(_made_anew(context, name, had, back, dependents)),
        )


def _made_anew(
    context: AutogenContext,
    name: TypeName,
    has: Domain,
    users: Sequence[User],
    dependents: Sequence[Dependent],
) -> Iterator[str]:
    """A domain of the same name over another type, to which each column moves by its text.

    No statement gives a domain another type.
    """
    quote = context.preparer.quote
    domain, old = quoted(context, name), aside(name[1])
    yield from (one.dropped for one in dependents)
    yield f"ALTER DOMAIN {domain} RENAME TO {quote(old)}"
    yield created(context, domain, has)
    is_text = has.base.startswith(("character", "text"))
    for user in users:
        array = "[]" if user.is_array else ""
        head = column_head(context, user)
        value = f"CAST({quote(user.column)} AS text{array})"
        # What is too long for a text is refused on assignment, and would be cut by a cast.
        using = value if is_text and not array else f"CAST({value} AS {domain}{array})"
        if user.default is not None:
            yield f"{head} DROP DEFAULT"
        yield f"{head} TYPE {domain}{array} USING {using}"
        if user.wanted:
            yield f"{head} SET DEFAULT {user.wanted}"
    yield f"DROP DOMAIN {quoted(context, (name[0], old))}"
    for one in reversed(dependents):
        yield from one.made


def created(context: AutogenContext, written: str, domain: Domain) -> str:
    """The statement that makes a domain, whose name is given as it is written."""
    return f"CREATE DOMAIN {written} AS {domain.said(context.preparer.quote)}"


def _in_models_said(context: AutogenContext, name: TypeName, user: User) -> str | None:
    """The default that the models give a column; the existing one where they don't know it, or not as of the domain."""
    column = column_in_models(context, user.schema, user.table, user.column)
    if column is None or not stays(context, name, user):
        return user.default
    return default_said(context, column)


def _changes(context: AutogenContext, domain: TypeName, had: Domain, has: Domain) -> Iterator[str]:
    head = f"ALTER DOMAIN {quoted(context, domain)}"
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
