"""Compare and render every case on one database, with whichever Alembic this interpreter has.

usage: python compare_driver.py URL BACKEND [NAME …] < /dev/null

Prints a JSON object: case name → {"diffs": …, "upgrade": …, "downgrade": …, "imports": …, "log": …,
"filters": …} or {"error": …}. "filters" is what the functions include_name and include_object were
asked, in an order of its own.
"""

from __future__ import annotations

import json
import logging
import sys
import warnings
from typing import Any

import sqlalchemy as sa
from cases import CASES, Case

from alembic.autogenerate.api import _render_migration_diffs, compare_metadata
from alembic.migration import MigrationContext


def show(value: Any) -> Any:  # noqa: PLR0911 - one kind of thing each
    """A diff as something JSON can hold: schema items by their SQL-like text."""
    if isinstance(value, list | tuple):
        return [show(item) for item in value]
    if isinstance(value, dict):
        return {key: show(item) for key, item in sorted(value.items())}
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, sa.Table):
        return f"Table {value.fullname}"
    if isinstance(value, sa.DefaultClause):
        return f"Default {value.arg if isinstance(value.arg, str) else str(value.arg)}"
    if isinstance(value, sa.Computed):
        return f"Computed {value.sqltext} {value.persisted}"
    if isinstance(value, sa.Column):
        return f"Column {value.name} {value.type!r} {value.nullable}"
    if isinstance(value, sa.Index):
        return f"Index {value.name} {[str(e) for e in value.expressions]} {value.unique}"
    if isinstance(value, sa.ForeignKeyConstraint):
        return f"ForeignKey {value.name} {value.column_keys} {[e.target_fullname for e in value.elements]}"
    if isinstance(value, sa.Constraint):
        return f"{type(value).__name__} {value.name} {[col.name for col in getattr(value, 'columns', ())]}"
    return repr(value)


class Heard(logging.Handler):
    """What the comparison said, as (logger, message)."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[list[str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        if not record.name.startswith(("alembic.runtime", "sqlalchemy")):
            # An object's address is nobody's business.
            message = (
                record.getMessage().split(" at 0x")[0].replace("alembic.ddl.impl", "alembic.ddl")
            )
            self.said.append([record.name, message])


class Filters:
    """Filter functions that let everything in, or what the case's own say, and remember their questions."""

    def __init__(self, options: dict[str, Any]) -> None:
        self.asked: list[str] = []
        self.name = options.get("include_name", lambda *_: True)
        self.object = options.get("include_object", lambda *_: True)

    def include_name(self, name: Any, type_: str, parents: dict[str, Any]) -> bool:
        self.asked.append(f"name {type_} {name} {sorted(parents.items(), key=str)}")
        return self.name(name, type_, parents)

    def include_object(
        self, item: Any, name: Any, type_: str, reflected: bool, compare_to: Any
    ) -> bool:
        other = type(compare_to).__name__
        self.asked.append(f"object {type_} {name} {type(item).__name__} {reflected} {other}")
        return self.object(item, name, type_, reflected, compare_to)


def run(case: Case, engine: sa.Engine) -> dict[str, Any]:
    before, after = (sa.MetaData(naming_convention=case.naming) for _ in range(2))
    case.before(before)
    case.after(after)
    filters = Filters(case.options)
    options = {
        "alembic_module_prefix": "op.",
        "sqlalchemy_module_prefix": "sa.",
        "user_module_prefix": None,
        "render_item": None,
        "render_as_batch": False,
        "upgrade_token": "upgrades",
        "downgrade_token": "downgrades",
        **case.options,
        "include_name": filters.include_name,
        "include_object": filters.include_object,
    }
    heard = Heard()
    with engine.connect() as connection:
        before.create_all(connection)
        connection.commit()
        context = MigrationContext.configure(connection, opts={"target_metadata": after, **options})
        logging.getLogger("alembic").addHandler(heard)
        try:
            diffs = show(compare_metadata(context, after))
        finally:
            logging.getLogger("alembic").removeHandler(heard)
        asked = sorted(filters.asked)
        rendered: dict[str, Any] = {}
        _render_migration_diffs(context, rendered)
        return {
            "diffs": diffs,
            "upgrade": rendered["upgrades"],
            "downgrade": rendered["downgrades"],
            "imports": rendered["imports"],
            "log": [said for said in heard.said if not said[0].startswith("alembic.ddl")],
            # Said while a table is reflected: when that is, is nobody's business.
            "ddl log": sorted(said for said in heard.said if said[0].startswith("alembic.ddl")),
            "filters": asked,
        }


def empty(engine: sa.Engine) -> None:
    """Leave nothing in the database."""
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            for schema in sa.inspect(connection).get_schema_names():
                if schema != "information_schema":
                    connection.execute(sa.schema.DropSchema(schema, cascade=True))
            connection.execute(sa.text("CREATE SCHEMA public"))
        elif connection.dialect.name == "sqlite":
            metadata = sa.MetaData()
            metadata.reflect(connection, resolve_fks=False)
            metadata.drop_all(connection)
        else:
            connection.execute(sa.text("SET foreign_key_checks = 0"))
            for name, kind in connection.execute(sa.text("SHOW FULL TABLES")).all():
                word = "SEQUENCE" if kind == "SEQUENCE" else "TABLE"
                quoted = "`" + name.replace("`", "``") + "`"
                connection.exec_driver_sql(
                    f"DROP {word} {quoted}", execution_options={"no_parameters": True}
                )
            connection.execute(sa.text("SET foreign_key_checks = 1"))
        connection.commit()


def main() -> None:
    url, backend, *names = sys.argv[1:]
    logging.getLogger("alembic").setLevel(logging.INFO)
    engine = sa.create_engine(url, poolclass=sa.pool.NullPool)
    results: dict[str, Any] = {}
    for case in CASES:
        if backend not in case.on or (names and case.name not in names):
            continue
        warnings.simplefilter("ignore")
        try:
            results[case.name] = run(case, engine)
        except Exception as error:  # noqa: BLE001 - an error is an answer to compare too
            results[case.name] = {"error": f"{type(error).__name__}: {error}".splitlines()[0]}
        finally:
            empty(engine)
    json.dump(results, sys.stdout, indent=1)


if __name__ == "__main__":
    main()
