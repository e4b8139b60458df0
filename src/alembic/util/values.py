"""Small words over plain values: tuples, ids, an immutable mapping."""

from __future__ import annotations

import os
from collections.abc import Iterable

TYPE_CHECKING = False  # typing's own takes longer to import than this file takes to run
if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping
    from typing import Any, NoReturn, TypeVar

    T = TypeVar("T")
    K = TypeVar("K")
    V = TypeVar("V")
    H = TypeVar("H", bound=Hashable)
else:
    K = V = object

_TRUE = frozenset({"true", "yes", "on", "y", "t", "1"})
_FALSE = frozenset({"false", "no", "off", "n", "f", "0"})


class immutabledict(dict[K, V]):  # noqa: N801 - named as SQLAlchemy's, which this stands in for
    """A dict that refuses every change, for defaults that are shared between calls.

    It prints as SQLAlchemy's own type of this name; that one is not used because the wing of
    configuration and scripts must not load SQLAlchemy.
    """

    __slots__ = ()

    def _refuse(self, *_args: object, **_kw: object) -> NoReturn:
        raise TypeError(f"{type(self).__name__} object is immutable")

    __delitem__ = __setitem__ = __setattr__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse
    __ior__ = _refuse

    def union(self, other: Mapping[K, V] | None = None, /) -> immutabledict[K, V]:
        """A new mapping with the entries of both; ``other`` wins."""
        return immutabledict({**self, **(other or {})})

    def __or__(self, other: Mapping[Any, Any]) -> immutabledict[Any, Any]:
        return immutabledict({**self, **other})

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(frozenset(self.items()))

    def __reduce__(self) -> tuple[type[immutabledict[K, V]], tuple[dict[K, V]]]:
        return type(self), (dict(self),)

    def __repr__(self) -> str:
        return f"immutabledict({dict.__repr__(self)})"


EMPTY_DICT: immutabledict[Any, Any] = immutabledict()


def rev_id() -> str:
    """A new revision id: 12 hexadecimal digits at random."""
    return os.urandom(6).hex()


def to_tuple(x: Any, default: tuple[Any, ...] | None = None) -> tuple[Any, ...] | None:
    """``x`` as a tuple: None gives ``default``, a string or other scalar a tuple of one."""
    if x is None:
        return default
    if isinstance(x, str) or not isinstance(x, Iterable):
        return (x,)
    return tuple(x)


def to_list(x: Any, default: list[Any] | None = None) -> list[Any] | None:
    """``x`` as a list: None gives ``default``, a string or other scalar a list of one."""
    as_tuple = to_tuple(x)
    return default if as_tuple is None else list(as_tuple)


def unique_list(seq: Iterable[H]) -> list[H]:
    """The items of ``seq`` in their order, each once."""
    return list(dict.fromkeys(seq))


def dedupe_tuple(tup: tuple[str, ...]) -> tuple[str, ...]:
    """The items of ``tup`` in their order, each once."""
    return tuple(unique_list(tup))


def not_none(value: T | None) -> T:
    """``value``, which must not be None; raises AssertionError otherwise."""
    assert value is not None
    return value


def asbool(value: object) -> bool:
    """A configuration value as a boolean; raises ValueError for a word that is neither."""
    if not isinstance(value, str):
        return bool(value)
    word = value.strip().lower()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise ValueError(f"String is not true/false: {value!r}")


def format_as_comma(value: str | Iterable[str] | None) -> str:
    """One name, several names or None as text for a list with commas."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, Iterable):
        return ", ".join(value)
    raise ValueError(f"Don't know how to comma-format {value!r}")
