"""Read the settings of a TOML file; loaded where there is such a file."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from alembic.config.files import NOT_UTF8, SettingsError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

TYPE_CHECKING = False  # typing's own takes longer to import than this file takes to run
if TYPE_CHECKING:
    from alembic.config.files import TomlValue


def read_toml_table(file: str, *keys: str) -> Mapping[str, TomlValue]:
    """The table ``[keys[0].keys[1]…]`` of ``file``; empty where it, or the file, isn't there."""
    try:
        with open(file, "rb") as text:  # noqa: PTH123 - any path-like text
            content = text.read()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return {}
    except OSError as error:
        raise SettingsError(file, f"the file can't be read ({error.strerror})") from error
    table: TomlValue = check_toml(file, content)
    for key in keys:
        table = table.get(key, {})
        if not isinstance(table, dict):
            raise SettingsError(file, f"Incorrect TOML format: [{'.'.join(keys)}] must be a table")
    found: Mapping[str, TomlValue] = table
    return found


def check_toml(file: str, content: bytes) -> Mapping[str, TomlValue]:
    """What the TOML text ``content`` of ``file`` says; raises :class:`SettingsError`."""
    try:
        return tomllib.loads(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise SettingsError(file, NOT_UTF8) from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(file, f"this is not valid TOML: {error}") from error
