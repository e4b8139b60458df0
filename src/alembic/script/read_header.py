r"""What a revision file says about itself, read from its text without running it.

A file binds the names of its header at the top level, nearly always to literals; then its text is
enough, and only the part before the first function is parsed. Whatever else could bind them (a
condition, an import, a call that reaches the module's globals) is not guessed: the file is run.

>>> read_header(b"revision = 'b2'\ndown_revision = 'a1'\n", "versions/b2_users.py")
Header(revision='b2', down='a1', depends_on=None, labels=None, doc=None)
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from typing import Any

from alembic.script.errors import RevisionFileError
from alembic.script.header import Header, Names
from alembic.script.module import HEADER_NAMES, checked_header, has_cookie, syntax_error_in

# Through these a module's code can bind names that its text does not show.
_REACHES_GLOBALS = frozenset(
    {"globals", "locals", "vars", "exec", "eval", "setattr", "delattr", "modules", "__dict__"}
)
_FIRST_BLOCK = re.compile(rb"[\r\n](?=def |async def |class |@)")
_TELLING_WORD = re.compile(
    rb"\b(?:" + b"|".join(sorted(n.encode() for n in HEADER_NAMES | _REACHES_GLOBALS)) + rb")\b"
    rb"|\bimport[ \t(\\]*\*"
)


class _Computed(Exception):
    """A value that only running the file can tell."""


def read_header(source: bytes, path: str) -> Header | None:
    """The header of the file whose bytes are ``source``; None where only running it can tell.

    Raises :class:`RevisionFileError` for a syntax error, :class:`NoRevisionId` for a file that
    isn't a revision.
    """
    head = _FIRST_BLOCK.split(source, maxsplit=1)[0]
    rest = source[len(head) :]
    if not _TELLING_WORD.search(rest) and not has_cookie(source):
        try:
            body = ast.parse(head, path).body
        except (SyntaxError, ValueError):
            pass  # the cut went through a string, or there is a real error: the whole will tell
        else:
            return _header_of(body, path)
    body = _parse(source, path)
    if any(_is_global_statement(node) for statement in body for node in ast.walk(statement)):
        return None
    return _header_of(body, path)


def _header_of(body: list[ast.stmt], path: str) -> Header | None:
    try:
        found = _top_level_values(body)
    except _Computed:
        return None
    return checked_header(found, path)


def _parse(source: bytes, path: str) -> list[ast.stmt]:
    try:
        return ast.parse(source, path).body
    except SyntaxError as error:
        raise syntax_error_in(path, error) from error
    except (ValueError, RecursionError, MemoryError) as error:
        problem = f"{str(error) or 'it is nested too deeply'}; correct the file"
        raise RevisionFileError(path, None, problem) from error


def _top_level_values(body: list[ast.stmt]) -> dict[str, Any]:
    """The header names that plain statements bind; raises _Computed where others may."""
    found: dict[str, Any] = {}
    imports_star = False
    for statement in body:
        if statement is body[0] and (doc := _docstring(statement)) is not None:
            found["__doc__"] = doc
            continue
        names = _assigned(statement)
        if names and not names.isdisjoint(HEADER_NAMES):
            value = _literal(statement.value)  # type: ignore[attr-defined]
            found.update(dict.fromkeys(names & HEADER_NAMES, value))
        elif isinstance(statement, ast.AnnAssign) and statement.value is None:
            continue
        elif isinstance(statement, ast.ImportFrom) and statement.names[0].name == "*":
            # It may bind any of them: what comes later wins, what came before is in doubt.
            imports_star = True
            found = {name: value for name, value in found.items() if name == "__doc__"}
        elif _may_bind(statement):
            raise _Computed
    if imports_star and not found.keys() >= HEADER_NAMES - {"__doc__"}:
        raise _Computed
    return found


def _docstring(statement: ast.stmt) -> str | None:
    if not isinstance(statement, ast.Expr) or not isinstance(statement.value, ast.Constant):
        return None
    doc = statement.value.value
    if not isinstance(doc, str):
        return None
    return _as_compiled(statement) if sys.version_info >= (3, 13) else doc


def _as_compiled(docstring: ast.Expr) -> str:
    """What the compiler makes of a docstring: it strips indentation as of Python 3.13 (What's New in 3.13).

    It leaves the blank lines at both ends, which ``inspect.cleandoc`` does not.
    """
    module: dict[str, Any] = {}
    try:
        code = compile(ast.Module([docstring], []), "<docstring>", "exec", optimize=0)
    except ValueError:  # half of a surrogate pair; running the file says so
        raise _Computed from None
    exec(code, module)  # noqa: S102 - a docstring, and nothing else
    doc: str = module["__doc__"]
    return doc


def _assigned(statement: ast.stmt) -> frozenset[str]:
    """The names that ``a = b = value`` or ``a: T = value`` binds; empty for any other statement."""
    if isinstance(statement, ast.Assign):
        targets = statement.targets
        if all(isinstance(target, ast.Name) for target in targets):
            return frozenset(target.id for target in targets if isinstance(target, ast.Name))
    elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
        target = statement.target
        if isinstance(target, ast.Name):
            return frozenset({target.id})
    return frozenset()


def _literal(node: ast.expr) -> Names:
    if isinstance(node, ast.Constant) and (node.value is None or isinstance(node.value, str)):
        return node.value
    if isinstance(node, ast.Tuple | ast.List):
        values = [item.value for item in node.elts if isinstance(item, ast.Constant)]
        names = tuple(value for value in values if isinstance(value, str))
        if len(names) == len(node.elts):
            return names
    raise _Computed


def _may_bind(statement: ast.stmt) -> bool:
    """Whether running ``statement`` may bind a header name, or do something that we can't see."""
    return any(_binds(node) for node in _run_at_load(statement))


def _run_at_load(statement: ast.stmt) -> Iterator[ast.AST]:
    """``statement`` and the nodes inside it that run when the file is loaded: no function bodies."""
    waiting: list[ast.AST] = [statement]
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            waiting.extend(node.decorator_list)
            waiting.append(node.args)
        elif not isinstance(node, ast.Lambda):
            waiting.extend(ast.iter_child_nodes(node))


def _binds(node: ast.AST) -> bool:
    if isinstance(node, ast.Name):
        if isinstance(node.ctx, ast.Load):
            return node.id in _REACHES_GLOBALS
        return node.id in HEADER_NAMES
    if isinstance(node, ast.Attribute):
        return node.attr in _REACHES_GLOBALS
    if isinstance(node, ast.Import | ast.ImportFrom):
        names = {(alias.asname or alias.name.partition(".")[0]) for alias in node.names}
        return not names.isdisjoint(HEADER_NAMES | {"*"})
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return node.name in HEADER_NAMES
    bound = getattr(node, "name", None)  # `except … as name`, a pattern's capture
    return isinstance(bound, str) and bound in HEADER_NAMES


def _is_global_statement(node: ast.AST) -> bool:
    return isinstance(node, ast.Global) and not HEADER_NAMES.isdisjoint(node.names)
