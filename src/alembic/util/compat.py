"""Old place of a few names that older env.py files and packages take from here."""

from __future__ import annotations

import io
import os
import sys

is_posix = os.name == "posix"
py311 = sys.version_info >= (3, 11)
py312 = sys.version_info >= (3, 12)
py313 = sys.version_info >= (3, 13)
py314 = sys.version_info >= (3, 14)


class EncodedIO(io.TextIOWrapper):
    """A text stream over bytes that leaves its bytes open when it is closed."""

    def close(self) -> None:
        """Flush; the underlying bytes belong to someone else."""
        self.flush()
