"""A cache of headers beside the byte code of a version location, so that a listing reads no file.

The index of ``versions/`` is ``versions/__pycache__/alembic-headers.<interpreter>.index`` (or below
``sys.pycache_prefix``). An entry holds for a file with the same path, modification time and size;
anything else is read anew. The index is never needed: it is written by replacing it whole, and one
that is missing, damaged, of another version or not to be written is passed over in silence.

>>> index = HeaderIndex("versions")
>>> index.look_up("ae1.py", 1700000000000000000, 420)          # None: not known
>>> index.save()
"""

# ruff: noqa: PTH103, PTH105, PTH108, PTH118, PTH120, PTH123 - listings do without pathlib

from __future__ import annotations

import importlib.util
import marshal
import os
import sys
import time
from contextlib import suppress

from alembic.script.header import Header

TYPE_CHECKING = False  # typing's own takes longer to import than a listing has
if TYPE_CHECKING:
    from typing import Any

_MAGIC = b"alembic headers 1\n"
_HASH_LENGTH = 8
_SECOND = 1_000_000_000
# Age below which a file may change again without a new modification time: file systems tick in
# milliseconds, some in whole seconds (FAT: two), which shows in the digits of the time.
_FINE_TICK = _SECOND // 10
_COARSE_TICK = 2 * _SECOND

# What this process has read already, by location: (path, time and size → header) needs no file.
_remembered: dict[str, dict[str, tuple[Any, ...]]] = {}


class Known:
    """An answer of the index. ``header`` is None for a file that has to be run to be known."""

    __slots__ = ("header",)

    def __init__(self, header: Header | None) -> None:
        self.header = header

    def __eq__(self, other: object) -> bool:
        return self.header == other.header if isinstance(other, Known) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.header)


class HeaderIndex:
    """The headers known of the files below one version location, by path relative to it."""

    def __init__(self, location: str) -> None:
        self.location = location
        self._entries = _remembered.get(location)
        if self._entries is None:
            self._entries = _remembered[location] = _load(location)
        self._seen: dict[str, tuple[Any, ...]] = {}
        self._has_news = False

    def look_up(self, name: str, mtime_ns: int, size: int) -> Known | None:
        """What is known of the file ``name`` as it stands now; None if it has to be read."""
        values = self.values_of(name, mtime_ns, size)
        if values is None:
            return None
        return Known(Header(*values) if values else None)

    def values_of(self, name: str, mtime_ns: int, size: int) -> Any:
        """The same as the five values of the header; none of them for a file that has to be run.

        Listings of ten thousand revisions call it, hence the short way for the common kind.
        """
        assert self._entries is not None
        entry = self._entries.get(name)
        if type(entry) is not tuple or len(entry) != 7 or entry[0] != mtime_ns or entry[1] != size:
            return None
        values: tuple[Any, ...] = entry[2:]
        revision, down, depends_on, labels, doc = values
        if not (
            type(revision) is type(down) is type(doc) is str and depends_on is None is labels
        ) and not _is_header(values):
            if revision is not None:
                return None
            values = ()
        self._seen[name] = entry
        return values

    def add(self, name: str, mtime_ns: int, size: int, header: Header | None) -> None:
        """Keep what was read of a file, unless it changed so lately that it may change unnoticed."""
        if time.time_ns() - mtime_ns < _tick(mtime_ns):
            return
        values = (None,) * 5 if header is None else header.values()
        self._seen[name] = (mtime_ns, size, *values)
        self._has_news = True

    def save(self) -> None:
        """Write down what this round has seen, if anything of it is new."""
        if not self._has_news:
            return
        _remembered[self.location] = self._seen
        if not sys.dont_write_bytecode:
            _write(self.location, self._seen)


def index_path(location: str) -> str:
    """Where the index of a location is kept: where Python would keep the byte code of its files."""
    stand_in = os.path.join(location, "alembic-headers.py")
    code = importlib.util.cache_from_source(stand_in, optimization="")
    return code.removesuffix(".pyc") + ".index"


def _tick(mtime_ns: int) -> int:
    return _FINE_TICK if mtime_ns % (_SECOND // 100) else _COARSE_TICK


def _is_header(values: tuple[Any, ...]) -> bool:
    revision, *names, doc = values
    return (
        type(revision) is str
        and (doc is None or type(doc) is str)
        and all(
            value is None
            or type(value) is str
            or (type(value) is tuple and all(type(item) is str for item in value))
            for value in names
        )
    )


def _load(location: str) -> dict[str, tuple[Any, ...]]:
    try:
        with open(index_path(location), "rb") as file:
            content = file.read()
    except (OSError, NotImplementedError):  # NotImplementedError: an interpreter without byte code
        return {}
    start = len(_MAGIC) + _HASH_LENGTH
    payload = memoryview(content)[start:]
    # `marshal` may be given what it wrote itself, nothing else: hence the hash, which Python seeds
    # with the number of its byte-code version.
    if content[:start] != _MAGIC + importlib.util.source_hash(payload):
        return {}
    try:
        entries = marshal.loads(payload)  # noqa: S302 - see above
    except (ValueError, EOFError, TypeError):
        return {}
    return entries if type(entries) is dict else {}


def _with_shared_names(entries: dict[str, tuple[Any, ...]]) -> dict[str, tuple[Any, ...]]:
    """``entries`` with one object for each name, so that what is read back takes less of everything."""
    names: dict[Any, Any] = {}
    return {
        name: (*entry[:2], *(names.setdefault(value, value) for value in entry[2:]))
        for name, entry in entries.items()
    }


def _write(location: str, entries: dict[str, tuple[Any, ...]]) -> None:
    payload = marshal.dumps(_with_shared_names(entries))
    content = _MAGIC + importlib.util.source_hash(payload) + payload
    try:
        path = index_path(location)
    except NotImplementedError:
        return
    temporary = f"{path}.{os.getpid()}.{time.monotonic_ns()}.tmp"
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(temporary, "xb") as file:
            file.write(content)
        os.replace(temporary, path)
    except OSError:
        with suppress(OSError):
            os.unlink(temporary)
