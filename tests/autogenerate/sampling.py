"""Which cases of the catalogue a run takes: all on SQLite, on the servers a part of them.

``ALEMBIC_CATALOGUE=full`` takes all (``make nightly``). The part is the same in each run, and holds
cases of all kinds, since a case is taken by what its name happens to come to.
"""

from __future__ import annotations

import os
import zlib

IS_FULL = os.environ.get("ALEMBIC_CATALOGUE") == "full"


def is_taken(backend: str, name: str, one_in: int = 3) -> bool:
    """Whether the case of this name is run on this backend."""
    return backend == "sqlite" or IS_FULL or zlib.crc32(name.encode()) % one_in == 0
