"""The old place of :mod:`alembic.ddl.signature` (a door)."""

from __future__ import annotations

from alembic.ddl.signature import ComparisonResult as ComparisonResult
