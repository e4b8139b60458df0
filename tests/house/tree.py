"""The source tree as the house tests see it: files, doors, imports."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src" / "alembic"

# Files that only hand names on. They may name any room, and no room imports through them.
DOORS = frozenset(
    {
        "alembic",
        "alembic.api",
        "alembic.autogenerate",
        "alembic.autogenerate.compare",
        "alembic.autogenerate.render",
        "alembic.command",
        "alembic.ddl",
        "alembic.ddl._autogen",
        "alembic.environment",
        "alembic.graph",
        "alembic.migration",
        "alembic.operations",
        "alembic.operations.batch",
        "alembic.operations.ops",
        "alembic.runtime",
        "alembic.script",
        "alembic.script.base",
        "alembic.script.revision",
        "alembic.util",
        "alembic.util.langhelpers",
        "alembic.util.sqla_compat",
    }
)


@dataclass(frozen=True, slots=True)
class Import:
    """One import of our own: who asks, for which module, at which line."""

    importer: str
    imported: str
    line: int


def source_files() -> list[Path]:
    return sorted(
        path for path in SOURCE.rglob("*.py") if "templates" not in path.relative_to(SOURCE).parts
    )


def module_name(path: Path) -> str:
    parts = path.relative_to(SOURCE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@functools.cache
def module_names() -> frozenset[str]:
    return frozenset(module_name(path) for path in source_files())


def room_of(module: str) -> str:
    """The package of the floor table that a module belongs to (``alembic.x`` → ``x``)."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else "alembic"


def all_imports() -> Iterator[Import]:
    """Every import between our own modules, those under TYPE_CHECKING included."""
    for path in source_files():
        yield from _imports(path, ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def imports_at_once() -> Iterator[Import]:
    """The imports that are carried out when a module is loaded."""
    for path in source_files():
        yield from _imports(path, ast.parse(path.read_text(encoding="utf-8")).body)


def _imports(path: Path, nodes: Iterable[ast.AST]) -> Iterator[Import]:
    known = module_names()
    importer = module_name(path)
    for node in nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.split(".")[0] == "alembic":
                    yield Import(importer, alias.name, node.lineno)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("alembic"):
            assert node.module is not None
            for alias in node.names:
                submodule = f"{node.module}.{alias.name}"
                target = submodule if submodule in known else node.module
                yield Import(importer, target, node.lineno)


def foreign_imports(path: Path) -> Iterator[tuple[str, int]]:
    """The top-level packages of others that a file imports, with their lines."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name.split(".")[0], node.lineno
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0], node.lineno
