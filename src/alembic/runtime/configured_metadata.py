"""The models that the settings name: ``target_metadata = myapp.models:Base.metadata``.

Several are named in a list, with commas or one on a line; in ``pyproject.toml`` in a list of its own.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Sequence

from sqlalchemy import MetaData

from alembic.config import Config
from alembic.runtime.options import UserValue
from alembic.util.exc import CommandError

KEY = "target_metadata"

_REFERENCE = re.compile(r"(?P<module>\w+(?:\.\w+)*):(?P<attribute>\w+(?:\.\w+)*)")


class MetadataNotFound(CommandError):
    """The settings name models that aren't there, or that are none."""

    def __init__(self, reference: UserValue, problem: str) -> None:
        self.reference = reference
        self.problem = problem
        super().__init__(f"{KEY} = {reference} can't be used: {problem}")


def configured_metadata(config: Config) -> MetaData | Sequence[MetaData] | None:
    """The MetaData that the settings name, a list of them where it names several; None for none.

    Raises :class:`MetadataNotFound`; what a module raises while it is imported passes through.
    """
    setting: UserValue = config.get_alembic_option(KEY)
    if isinstance(setting, str):
        references = [part for part in map(str.strip, re.split(r"[,\n]", setting)) if part]
    elif setting is None or isinstance(setting, list):
        references = setting or []
    else:
        raise MetadataNotFound(setting, "a text or a list of texts is expected")
    found = [metadata for reference in references for metadata in _metadata(reference)]
    return found[0] if len(found) == 1 else found or None


def _metadata(reference: UserValue) -> Sequence[MetaData]:
    """What one reference stands for: a MetaData, or a list of them."""
    parts = _REFERENCE.fullmatch(reference) if isinstance(reference, str) else None
    if parts is None:
        problem = "it is to be module:name, as in myapp.models:Base.metadata"
        raise MetadataNotFound(reference, problem)
    found: UserValue = _module(reference, parts["module"])
    for name in parts["attribute"].split("."):
        if not hasattr(found, name):
            raise MetadataNotFound(reference, f"{_called(found)} has no {name!r}")
        found = getattr(found, name)
    if isinstance(found, MetaData):
        return [found]
    if isinstance(found, list | tuple) and all(isinstance(each, MetaData) for each in found):
        return found
    hint = ""
    if isinstance(getattr(found, "metadata", None), MetaData):
        hint = f"; its metadata is {reference}.metadata"
    problem = f"it is a {type(found).__name__}, not a SQLAlchemy MetaData{hint}"
    raise MetadataNotFound(reference, problem)


def _module(reference: str, name: str) -> UserValue:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{name}.".startswith(f"{error.name}."):
            raise  # the module is there, and misses another
        problem = f"there is no module {error.name!r} on sys.path; prepend_sys_path names folders to look in"
        raise MetadataNotFound(reference, problem) from error


def _called(found: UserValue) -> str:
    name = getattr(found, "__name__", type(found).__name__)
    return f"the module {name!r}" if hasattr(found, "__spec__") else repr(name)
