"""MessagingOptions: what functions that print are told, as a type."""

from __future__ import annotations

from typing import TypedDict


class MessagingOptions(TypedDict, total=False):
    """What the functions of :mod:`alembic.util.messaging` take by keyword."""

    quiet: bool
