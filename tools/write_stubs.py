"""Write ``op.pyi`` and ``context.pyi`` anew from the methods that the two doors hand on.

    python tools/write_stubs.py [--check]

Type checkers and editors can't see names that a module makes when they are asked for, so the
stubs say them: each method of the class as a function, without ``self``. With ``--check`` nothing
is written, and the exit status is 1 where a stub is stale.
"""

from __future__ import annotations

import argparse
import ast
import builtins
import inspect
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import alembic
from alembic import context, op
from alembic.operations.base import Operations
from alembic.runtime.environment import EnvironmentContext

PACKAGE = Path(alembic.__file__).parent
HEAD = """\
# Written by tools/write_stubs.py from {source}; don't edit.
# ruff: noqa: PYI021 - editors show the docstrings

"""
Origin = tuple[str, str]
"""(module, name) that a name is imported from."""

# A protocol that keeps a lower floor free of an upper one → what it is in every run.
STANDS_FOR = {"MigrationHost": ("alembic.runtime.migration", "MigrationContext")}
CONTEXT_MANAGER = ("contextlib", "AbstractContextManager")


@dataclass
class Stub:
    """What a stub says, and the names that it needs for that."""

    imports: dict[str, Origin] = field(default_factory=dict)
    variables: list[str] = field(default_factory=list)
    functions: list[str] = field(default_factory=list)

    def text(self, source: str) -> str:
        """The whole file, in the project's format."""
        imports = [
            f"from {module} import {original} as {name}\n"
            if name != original
            else f"from {module} import {name}\n"
            for name, (module, original) in self.imports.items()
        ]
        text = "".join([HEAD.format(source=source), *imports, *self.variables, *self.functions])
        return _ruff(_ruff(text, "check", "--quiet", "--select=I", "--fix"), "format")


def _ruff(text: str, *command: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "ruff", *command, "--stdin-filename", str(PACKAGE / "op.pyi"), "-"],
        input=text,
        capture_output=True,
        text=True,
        check=True,
        cwd=PACKAGE.parents[1],
    )
    return done.stdout


class Module:
    """The source of one module: its classes, and where its names come from."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.tree = ast.parse(inspect.getsource(sys.modules[name]))
        self.origins: dict[str, Origin] = {}
        for node in self._top_level():
            if isinstance(node, ast.ImportFrom) and node.module:
                for alias in node.names:
                    self.origins[alias.asname or alias.name] = (node.module, alias.name)
            elif isinstance(node, ast.Assign | ast.ClassDef):
                names = [node.name] if isinstance(node, ast.ClassDef) else _assigned(node)
                self.origins.update({each: (name, each) for each in names})

    def _top_level(self) -> Iterator[ast.stmt]:
        """The statements of the module, with those that only type checkers read."""
        for node in self.tree.body:
            yield node
            if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
                yield from node.body

    def class_body(self, name: str) -> list[ast.stmt]:
        """The statements of a class."""
        return next(
            node.body
            for node in self.tree.body
            if isinstance(node, ast.ClassDef) and node.name == name
        )


def stub_of(cls: type, shown: frozenset[str]) -> Stub:
    """The stub for the methods and attributes of ``cls`` and its bases that are ``shown``."""
    stub = Stub()
    for base in cls.__mro__:
        if not base.__module__.startswith("alembic."):
            continue
        module = Module(base.__module__)
        for node in module.class_body(base.__name__):
            if isinstance(node, ast.FunctionDef) and node.name in shown and not _is_abstract(node):
                stub.functions.append(_function(node, module, stub))
            elif isinstance(node, ast.AnnAssign) and ast.unparse(node.target) in shown:
                _note_names(node.annotation, module, stub)
                stub.variables.append(f"{ast.unparse(node)}\n")
    _drop_hidden_by_overloads(stub)
    return stub


def _function(node: ast.FunctionDef, module: Module, stub: Stub) -> str:
    """One method as the text of a function; notes the names that it needs."""
    arguments = node.args
    arguments.args = arguments.args[1:]
    decorators = {ast.unparse(each) for each in node.decorator_list}
    assert node.returns is not None
    if "contextmanager" in decorators:
        node.returns = _managed(node.returns, stub)
    _stand_for(node, stub)
    for annotated in [*_arguments(arguments), node]:
        annotation = annotated.returns if annotated is node else annotated.annotation
        _note_names(annotation, module, stub)
    arguments.defaults = [_short(default) for default in arguments.defaults]
    arguments.kw_defaults = [each and _short(each) for each in arguments.kw_defaults]
    node.body = node.body[:1] if ast.get_docstring(node) else [ast.Expr(ast.Constant(...))]
    node.decorator_list = []
    if "overload" in decorators:
        stub.imports["overload"] = ("typing", "overload")
        node.decorator_list = [ast.Name("overload")]
    return f"{ast.unparse(ast.fix_missing_locations(node))}\n"


def _managed(returns: ast.expr, stub: Stub) -> ast.expr:
    """``Iterator[X]`` of a generator as the context manager that its decorator makes of it."""
    assert isinstance(returns, ast.Subscript)
    stub.imports[CONTEXT_MANAGER[1]] = CONTEXT_MANAGER
    return ast.Subscript(ast.Name(CONTEXT_MANAGER[1]), returns.slice)


def _stand_for(node: ast.FunctionDef, stub: Stub) -> None:
    for name in ast.walk(node):
        if isinstance(name, ast.Name) and name.id in STANDS_FOR:
            origin = STANDS_FOR[name.id]
            name.id = origin[1]
            stub.imports[origin[1]] = origin


def _arguments(arguments: ast.arguments) -> Iterator[ast.arg]:
    yield from (*arguments.args, *arguments.kwonlyargs)
    yield from (each for each in (arguments.vararg, arguments.kwarg) if each is not None)


def _note_names(annotation: ast.expr | None, module: Module, stub: Stub) -> None:
    for name in ast.walk(annotation) if annotation is not None else ():
        if not isinstance(name, ast.Name) or name.id in stub.imports:
            continue
        if name.id in module.origins:
            stub.imports[name.id] = module.origins[name.id]
        elif not hasattr(builtins, name.id):
            raise SystemExit(f"{module.name}: where does {name.id} come from?")


def _short(default: ast.expr) -> ast.expr:
    """A default that a reader can understand, else an ellipsis."""
    is_plain = isinstance(default, ast.Constant | ast.Tuple)
    return default if is_plain else ast.Constant(...)


def _assigned(node: ast.Assign) -> list[str]:
    return [target.id for target in node.targets if isinstance(target, ast.Name)]


def _is_abstract(node: ast.FunctionDef) -> bool:
    return any(ast.unparse(each) == "abstractmethod" for each in node.decorator_list)


def _drop_hidden_by_overloads(stub: Stub) -> None:
    """Of a function with overloads the last definition is for Python, not for type checkers."""
    overloaded = {_name(text) for text in stub.functions if text.startswith("@overload")}
    stub.functions = sorted(
        (
            text
            for text in stub.functions
            if text.startswith("@overload") or _name(text) not in overloaded
        ),
        key=_name,
    )


def _name(function: str) -> str:
    return function.partition("def ")[2].partition("(")[0]


STUBS = {
    "op.pyi": (Operations, frozenset(dir(op))),
    "context.pyi": (EnvironmentContext, frozenset(dir(context))),
}


def main() -> int:
    """Write the stubs, or see whether they are as they would be written."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 where stale")
    only_check = parser.parse_args().check
    stale = []
    for name, (cls, shown) in STUBS.items():
        text = stub_of(cls, shown).text(f"{cls.__module__}.{cls.__name__}")
        path = PACKAGE / name
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(name)
        if not only_check:
            path.write_text(text, encoding="utf-8")
            print(f"wrote {path}")
    if only_check and stale:
        print(f"stale: {', '.join(stale)}; run tools/write_stubs.py", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
