"""PostgreSQL's identities with all their options, those that the models leave open included."""

from __future__ import annotations

import copy
from typing import Any

from sqlalchemy.schema import Identity

from alembic.autogenerate.context import AutogenContext
from alembic.autogenerate.spelled.facts import Fact

OPTIONS = ("start", "increment", "minvalue", "maxvalue", "cycle", "cache")
_ENDS = frozenset({2**15 - 1, 2**31 - 1, 2**63 - 1, -(2**15), -(2**31), -(2**63)})
"""Where a counter ends if nobody says where: as its type does, whatever that is."""


def with_open_options(context: AutogenContext, fact: Fact, wanted: Identity) -> Identity | None:
    """The identity with each option said that the database has otherwise.

    None where it is as wanted, ``wanted`` itself where the database could not be asked.
    """
    spelled = context.spelled
    if fact not in spelled.existing or fact not in spelled.wanted:
        return wanted
    had, has = _settings(spelled.existing[fact]), _settings(spelled.wanted[fact])
    if had == has:
        return None
    said = copy.copy(wanted)
    for option in OPTIONS:
        value = has[option]
        if had[option] != value and value is not None and getattr(said, option) is None:
            setattr(said, option, value)
    # A bound that goes is the type's own: https://www.postgresql.org/docs/current/sql-altersequence.html
    for option in ("minvalue", "maxvalue"):
        if had[option] != has[option] and has[option] is None:
            setattr(said, f"no{option}", True)
    return said


def _settings(said: str) -> dict[str, Any]:
    """``always`` and the options; None for a bound that comes of the type."""
    always, *values = said.split()
    settings: dict[str, Any] = {"always": always == "a"}
    for option, value in zip(OPTIONS, values, strict=True):
        is_open = option.endswith("value") and int(value) in _ENDS
        is_cycle = option == "cycle"
        settings[option] = value == "True" if is_cycle else None if is_open else int(value)
    return settings
