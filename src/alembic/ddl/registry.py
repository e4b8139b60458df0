"""Which impl speaks for a dialect.

A subclass of ``DefaultImpl`` with ``__dialect__`` registers itself when it is made, and the last one
wins. The impls of this project are modules of their own, each loaded when its dialect is first
asked for: a project on PostgreSQL never loads what is said to Oracle.
"""

from __future__ import annotations

import importlib
from typing import Any

from alembic.util.exc import CommandError

_MODULES = {
    "mariadb": "mysql",
    "mssql": "mssql",
    "mysql": "mysql",
    "oracle": "oracle",
    "postgresql": "postgresql",
    "sqlite": "sqlite",
}
"""SQLAlchemy's name of a dialect → the module beside this one that holds its impl."""


class UnknownDialect(CommandError, KeyError):
    """No impl is registered for a dialect."""

    __str__ = Exception.__str__

    def __init__(self, name: str) -> None:
        super().__init__(
            f"Alembic has no impl for the dialect {name!r}. Import the package that brings one, or "
            f"make one: class Impl(alembic.ddl.impl.DefaultImpl): __dialect__ = {name!r}"
        )
        self.name = name


class NotInThisDialect(CommandError, NotImplementedError):
    """A dialect has no words for a verb."""

    def __init__(self, verb: str, dialect: str, instead: str) -> None:
        super().__init__(f"op.{verb}() can't be said in the dialect {dialect!r}; {instead}")
        self.verb = verb
        self.dialect = dialect


class ImplMeta(type):
    """The type that impls once had; kept as the documented name of it.

    Registration is ``DefaultImpl.__init_subclass__``.
    """

    def __init__(
        cls, classname: str, bases: tuple[type, ...], dict_: dict[str, Any], **kw: Any
    ) -> None:
        super().__init__(classname, bases, dict_, **kw)


class Registry(dict[str, type[Any]]):
    """Dialect → impl; those of this project are loaded when they are asked for."""

    def __missing__(self, name: str) -> type[Any]:
        return self.of(name)

    def register(self, name: str, impl: type[Any]) -> None:
        """Have ``impl`` speak for a dialect, in place of any that did."""
        if name in self and impl.__module__ == f"{__package__}.{_MODULES.get(name)}":
            return  # a package was here before ours was loaded
        self[name] = impl

    def of(self, name: str) -> type[Any]:
        """The impl of a dialect; raises :class:`UnknownDialect`."""
        if name in _MODULES:
            # Loaded even where a package brings an impl of its own: that may build on our spelling.
            importlib.import_module(f"{__package__}.{_MODULES[name]}")
        if name not in self:
            raise UnknownDialect(name)
        return self[name]


impls = Registry()
"""The impls that are known."""
