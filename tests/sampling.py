"""Which cases of a catalogue a run takes: all on SQLite, on the servers a part of them.

``ALEMBIC_CATALOGUE=full`` takes all (``make nightly``), ``short`` a third of what is usual: for a run that
goes through the same once more with another SQLAlchemy. The part is the same in each run, and holds
cases of all kinds, since a case is taken by what its name happens to come to.
"""

from __future__ import annotations

import os
import zlib

_EXTENT = os.environ.get("ALEMBIC_CATALOGUE")


def is_taken(backend: str, name: str, one_in: int = 8, *, on_sqlite: int = 1) -> bool:
    """Whether the case of this name is run on this backend: of so many one, on SQLite all as a rule."""
    if _EXTENT == "full":
        return True
    part = on_sqlite if backend == "sqlite" else one_in
    if _EXTENT == "short":
        part *= 3
    return zlib.crc32(name.encode()) % part == 0
