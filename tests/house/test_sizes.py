"""Sizes: a file that one can read at a sitting, a function that one can see at once."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest
from tree import module_name, source_files

FILE_LINES = 500
FUNCTION_LINES = 60

# file or function → why it may be larger
REASONED: dict[str, str] = {}


def _functions(path) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{module_name(path)}.{node.name}", node


def _code_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of the body without its docstring: those are for reading, not for running."""
    body = node.body
    if body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        body = body[1:]
    if not body:
        return 0
    return (body[-1].end_lineno or body[-1].lineno) - body[0].lineno + 1


def _lines(path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


@pytest.mark.parametrize("path", source_files(), ids=module_name)
def test_a_file_is_short(path):
    name = module_name(path)
    limit = 600 if ".verbs." in name else FILE_LINES
    assert _lines(path) <= limit or name in REASONED


def test_a_function_is_short():
    long = {
        name: _code_lines(node)
        for path in source_files()
        for name, node in _functions(path)
        if _code_lines(node) > FUNCTION_LINES
    }
    assert {name: lines for name, lines in long.items() if name not in REASONED} == {}


def test_every_exception_is_still_needed():
    files = {module_name(path): _lines(path) > FILE_LINES for path in source_files()}
    functions = {
        name: _code_lines(node) > FUNCTION_LINES
        for path in source_files()
        for name, node in _functions(path)
    }
    needless = [name for name in REASONED if not (files.get(name) or functions.get(name))]
    assert needless == []
