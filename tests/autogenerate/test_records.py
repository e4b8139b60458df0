"""Plain records: what they hold is what an inspector tells, and what they find equal is equal."""

from __future__ import annotations

import logging
import re
import secrets
import warnings
from typing import Any

import compare_driver
import pytest
import sqlalchemy as sa
from cases_base import Build, Case
from catalogue import CASES, COMPLETE_CASES

import servers
from alembic.autogenerate import compare_metadata
from alembic.autogenerate.records.catalog import KINDS, Catalog
from alembic.runtime.migration import MigrationContext
from sampling import is_taken

COMPLETE = ["alembic.autogenerate.*", "alembic.complete.*"]
MISREAD = re.compile(r"[`\")\[]|quotes")
"""Names of cases about names that SQLAlchemy misreads: there a record says more than an inspector."""
UNSURE = {"sqlalchemy_module_prefix", "user_module_prefix", "autogenerate_plugins"}


def cases(backend: str):
    # Each case is compared eight times.
    return [
        case
        for case in (*CASES, *COMPLETE_CASES)
        if backend in case.on
        and not case.options.keys() & UNSURE
        and not MISREAD.search(case.name)
        and is_taken(backend, case.name, one_in=25, on_sqlite=5)
    ]


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])
def backend(request) -> str:
    return request.param


@pytest.fixture
def engine(backend, request, tmp_path):
    if backend == "sqlite":
        engine = sa.create_engine("sqlite://", poolclass=sa.StaticPool)
        yield engine
        engine.dispose()
        return
    server = request.getfixturevalue(f"{backend}_server")
    with servers.own_database(server, f"alembic_test_{secrets.token_hex(5)}") as url:
        engine = sa.create_engine(url)
        yield engine
        engine.dispose()


def plain(value: Any) -> Any:
    """A record as something that can be compared: types and clauses by their texts."""
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, sa.types.TypeEngine):
        return repr(value), sorted((key, str(one)) for key, one in vars(value).items())
    return str(value) if isinstance(value, sa.sql.ClauseElement) else value


def told(inspector: sa.Inspector, kind: str, names: list[str]) -> Any:
    try:
        found = getattr(inspector, f"get_multi_{kind}")(filter_names=names)
    except NotImplementedError:
        return None
    return {name: plain(found[None, name]) for name in names}


def recorded(catalog: Catalog, kind: str, names: list[str]) -> Any:
    try:
        found = catalog.of(kind, None, names)
    except NotImplementedError:
        return None
    return {name: plain(found[name]) for name in names}


def wrong_records(connection: sa.Connection) -> list[str]:
    """The kinds of which the catalog doesn't hold what an inspector tells."""
    names = sa.inspect(connection).get_table_names()
    catalog = Catalog(sa.inspect(connection))
    return [
        kind
        for kind in KINDS
        if recorded(catalog, kind, names) != told(sa.inspect(connection), kind, names)
    ]


def models_of(case: Case, build: Build) -> sa.MetaData:
    models = sa.MetaData(naming_convention=case.naming)
    build(models)
    return models


def answer(connection: sa.Connection, models: sa.MetaData, options: dict[str, Any]) -> Any:
    """What a comparison finds and says, and what the name filter was asked."""
    asked: list[str] = []
    given = options.get("include_name", lambda *_: True)

    def include_name(name, type_, parents):
        asked.append(f"{type_} {name} {sorted(parents.items(), key=str)}")
        return given(name, type_, parents)

    heard = compare_driver.Heard()
    opts = {"target_metadata": models, **options, "include_name": include_name}
    context = MigrationContext.configure(connection, opts=opts)
    logger = logging.getLogger("alembic")
    logger.addHandler(heard)
    try:
        found = compare_driver.show(compare_metadata(context, models))
    except Exception as error:  # noqa: BLE001 - an error is an answer to compare too
        found = f"{type(error).__name__}: {error}"
    finally:
        logger.removeHandler(heard)
        connection.rollback()
    # A table that isn't compared but looked at later, for the sake of another, is spoken of twice.
    said = sorted({tuple(one) for one in heard.said})
    return {"found": found, "said": said, "asked": sorted(asked)}


def differing_answers(connection: sa.Connection, case: Case, build: Build) -> list[str]:
    """In what a comparison by records differs from one that makes a Table of everything."""
    found: list[str] = []
    shown = {"include_object": lambda *_: True}
    for more in ({}, {"compare_server_default": True}, {"autogenerate_plugins": COMPLETE}):
        by_records = answer(connection, models_of(case, build), {**case.options, **more})
        options = {**shown, **case.options, **more}
        by_tables = answer(connection, models_of(case, build), options)
        found += [
            f"{sorted(more)} {key}: {by_records[key]} is not {by_tables[key]}"
            for key in by_tables
            if by_records[key] != by_tables[key]
        ]
    return found


def test_records_are_what_an_inspector_tells_and_find_what_tables_find(backend, engine, caplog):
    caplog.set_level(logging.INFO, logger="alembic")
    wrong: list[str] = []
    for case in cases(backend):
        with warnings.catch_warnings(), engine.connect() as connection:
            warnings.simplefilter("ignore")
            models_of(case, case.before).create_all(connection)
            connection.commit()
            found = [
                *wrong_records(connection),
                *differing_answers(connection, case, case.before),
                *differing_answers(connection, case, case.after),
            ]
            wrong += [f"{case.name}: {one}" for one in found]
            connection.close()
            compare_driver.empty(engine)
    assert not wrong, "\n".join(wrong)
