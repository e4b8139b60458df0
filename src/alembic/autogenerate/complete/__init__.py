"""What is compared beyond the established release's kinds: switched on by ``alembic.complete.*``."""

from __future__ import annotations
