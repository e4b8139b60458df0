"""JSON of a result: an object with a member for each field, in their order; tuples are arrays.

Whatever prints JSON prints this, so that a program that reads the command line and one that calls
:mod:`alembic.api` find the same names.
"""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any


def json_text(result: Any) -> str:
    """The text of a result, or of a list of results; in ASCII, with no newline at the end."""
    return json.dumps(as_data(result), indent=2)


def as_data(value: Any) -> Any:
    """``value`` as dicts, lists and the scalars of JSON; raises TypeError for anything else."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value):
        return {field.name: as_data(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, dict):
        return {str(key): as_data(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [as_data(each) for each in value]
    raise TypeError(f"{type(value).__name__} has no place in JSON")
