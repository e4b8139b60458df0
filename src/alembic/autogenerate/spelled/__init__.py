"""Both sides of a comparison in the database's own spelling."""

from __future__ import annotations
