"""The floors: who may import whom. A door may name any room; no room imports through a door."""

from __future__ import annotations

import sys
from graphlib import CycleError, TopologicalSorter

import pytest
from tree import (
    DOORS,
    all_imports,
    foreign_imports,
    imports_at_once,
    module_name,
    module_names,
    room_of,
    source_files,
)

LOW = frozenset({"util"})
RUNTIME_AND_BELOW = LOW | {
    "runtime",
    "operations",
    "ddl",
    "script",
    "results",
    "graph",
    "config",
}
MAY_IMPORT = {
    "util": LOW,
    "config": LOW,
    "graph": LOW,
    "results": LOW,
    "script": LOW | {"graph", "config", "results"},
    "draw": LOW | {"graph", "results"},
    "ddl": LOW,
    "operations": LOW | {"ddl"},
    "runtime": RUNTIME_AND_BELOW,
    "autogenerate": RUNTIME_AND_BELOW,
    "plan": RUNTIME_AND_BELOW,
    "fleet": RUNTIME_AND_BELOW,
    "lint": LOW | {"plan", "operations", "graph"},
    "drift": RUNTIME_AND_BELOW | {"autogenerate"},
    "squash": LOW | {"plan", "autogenerate", "operations", "script"},
    "objects": LOW | {"autogenerate", "runtime", "operations", "ddl"},
    "ext": LOW | {"autogenerate", "runtime", "operations", "ddl"},
    "command": RUNTIME_AND_BELOW
    | {"autogenerate", "plan", "fleet", "drift", "lint", "squash", "draw"},
    "api": RUNTIME_AND_BELOW | {"autogenerate"},
    "cli": LOW | {"command", "config"},
    # The two modules that revision files and env.py talk to: late-binding doors to one room each.
    "op": LOW | {"operations"},
    "context": LOW | {"runtime"},
    # What runs in place of an env.py, and talks to the current run as that does.
    "stock_environment": LOW | {"context"},
    "__main__": LOW | {"cli"},
}
WITHOUT_SQLALCHEMY = ("util", "graph", "results", "script", "config", "draw", "cli")


def test_every_package_stands_on_a_floor():
    rooms = {room_of(name) for name in module_names() - DOORS}
    assert rooms <= MAY_IMPORT.keys()


def test_no_arrow_points_upward():
    wrong = [
        f"{found.importer}:{found.line} imports {found.imported}"
        for found in all_imports()
        if found.importer not in DOORS
        and room_of(found.imported) != room_of(found.importer)
        and room_of(found.imported) not in MAY_IMPORT[room_of(found.importer)]
    ]
    assert wrong == []


def test_no_room_imports_through_a_door():
    wrong = [
        f"{found.importer}:{found.line} imports {found.imported}"
        for found in all_imports()
        if found.importer not in DOORS and found.imported in DOORS
    ]
    assert wrong == []


def test_no_import_cycle_types_included():
    graph: dict[str, set[str]] = {name: set() for name in module_names() - DOORS}
    for found in all_imports():
        if found.importer in graph and found.imported in graph:
            graph[found.importer].add(found.imported)
    _check_has_no_cycle(graph)


def test_any_module_can_be_the_first_that_is_imported():
    # To import a module is to import the packages that it is in, before it.
    graph: dict[str, set[str]] = {name: set() for name in module_names()}
    for found in imports_at_once():
        own = {found.importer, *_packages_of(found.importer)}
        graph[found.importer] |= {found.imported, *_packages_of(found.imported)} - own
    _check_has_no_cycle(graph)


def _packages_of(module: str) -> list[str]:
    parts = module.split(".")
    return [".".join(parts[:size]) for size in range(1, len(parts))]


def _check_has_no_cycle(graph: dict[str, set[str]]) -> None:
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


@pytest.mark.parametrize("room", WITHOUT_SQLALCHEMY)
def test_the_wing_of_files_never_names_sqlalchemy(room):
    wrong = [
        f"{module_name(path)}:{line}"
        for path in source_files()
        if room_of(module_name(path)) == room and module_name(path) not in DOORS
        for package, line in foreign_imports(path)
        if package == "sqlalchemy"
    ]
    assert wrong == []


def test_mako_is_loaded_in_one_place():
    found = {
        module_name(path)
        for path in source_files()
        for package, _ in foreign_imports(path)
        if package == "mako"
    }
    assert found <= {"alembic.script.template"}


def test_util_and_graph_need_the_standard_library_only():
    allowed = sys.stdlib_module_names | {"alembic"}
    wrong = [
        f"{module_name(path)}:{line} imports {package}"
        for path in source_files()
        if room_of(module_name(path)) in {"util", "graph"}
        for package, line in foreign_imports(path)
        if package not in allowed
    ]
    assert wrong == []
