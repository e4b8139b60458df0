"""frozen: a value of named fields, as ``dataclass(frozen=True, slots=True)`` makes it, but light.

``dataclasses`` imports ``inspect``, and both together take longer than a listing has. This is the
part of it that the light rooms need: fields in order, with or without a default, compared, hashed,
printed and matched by them, never set anew::

    @frozen
    class MoveHead:
        old: str
        new: str
"""

from __future__ import annotations

__all__ = ["frozen"]

TYPE_CHECKING = False  # typing's own takes longer to import than this file takes to run
if TYPE_CHECKING:
    # What type checkers know of that comes nearest and needs no package of others.
    from dataclasses import dataclass as frozen
    from typing import Any
else:

    def frozen(cls: type) -> type:
        """A class with the fields that ``cls`` annotates."""
        names = tuple(cls.__annotations__)
        kept = {
            name: value
            for name, value in cls.__dict__.items()
            if name not in {*names, "__dict__", "__weakref__"}
        }
        defaults = {name: cls.__dict__[name] for name in names if name in cls.__dict__}
        made = {**_METHODS, "__slots__": names, "__match_args__": names, "_defaults": defaults}
        return type(cls)(cls.__name__, cls.__bases__, {**made, **kept})


def _init(self: Any, *values: Any, **named: Any) -> None:
    names = self.__match_args__
    given = dict(zip(names, values, strict=False))
    if len(values) > len(names) or not given.keys().isdisjoint(named):
        raise TypeError(f"{type(self).__name__} takes {', '.join(names)}, each once")
    found = {**self._defaults, **given, **named}
    if found.keys() != set(names):
        wrong = ", ".join(sorted(found.keys() ^ set(names)))
        raise TypeError(
            f"{type(self).__name__} takes {', '.join(names)}; missing or unknown: {wrong}"
        )
    for name in names:
        object.__setattr__(self, name, found[name])


def _refuse(self: Any, name: str, *_value: Any) -> None:
    raise AttributeError(f"can't change {name!r} of a frozen {type(self).__name__}")


def _values(self: Any) -> tuple[Any, ...]:
    return tuple(getattr(self, name) for name in self.__match_args__)


def _equal(self: Any, other: object) -> bool:
    return _values(self) == _values(other) if type(other) is type(self) else NotImplemented


def _hash(self: Any) -> int:
    return hash((type(self), _values(self)))


def _repr(self: Any) -> str:
    fields = (f"{name}={getattr(self, name)!r}" for name in self.__match_args__)
    return f"{type(self).__qualname__}({', '.join(fields)})"


def _reduce(self: Any) -> tuple[type, tuple[Any, ...]]:
    return type(self), _values(self)


_METHODS = {
    "__init__": _init,
    "__setattr__": _refuse,
    "__delattr__": _refuse,
    "__eq__": _equal,
    "__hash__": _hash,
    "__repr__": _repr,
    "__reduce__": _reduce,
}
