"""The settings of the engine: ``sqlalchemy.url`` and its kin, with environment variables filled in.

``${NAME}`` stands for the environment variable NAME, ``$${NAME}`` for these characters themselves. In
the user and the password of a URL the variable holds them as they are, with no need to encode an
``@`` or a ``/``::

    sqlalchemy.url = ${DATABASE_URL}
    sqlalchemy.url = postgresql+psycopg://app:${DATABASE_PASSWORD}@db.internal/shop

Only what reaches the database by the settings alone reads them so (``context.run()``, a project
without ``env.py``); an ``env.py`` that asks for ``sqlalchemy.url`` gets it as it is written.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from urllib.parse import quote

from alembic.config import Config
from alembic.config.files import SettingsError

TYPE_CHECKING = False  # typing's own takes longer to import than this file takes to run
if TYPE_CHECKING:
    from alembic.config.files import TomlValue

PREFIX = "sqlalchemy."
URL = f"{PREFIX}url"

_VARIABLE = re.compile(r"\$(?:\$(?=\{)|\{(?P<name>\w+)\})")


class VariableNotSet(SettingsError):
    """A setting refers to an environment variable that isn't set."""

    def __init__(self, file: str | None, setting: str, variable: str) -> None:
        self.setting = setting
        self.variable = variable
        super().__init__(
            file,
            f"{setting} refers to the environment variable {variable}, which isn't set\n"
            f"To set it:  export {variable}=…",
        )


def engine_settings(
    config: Config, environ: Mapping[str, str] = os.environ
) -> dict[str, TomlValue]:
    """The settings that begin with ``sqlalchemy.``, as ``sqlalchemy.engine_from_config`` takes them.

    They stand in the ini file's main section, or in ``[tool.alembic]``. Raises
    :class:`VariableNotSet`.
    """
    table = config.get_alembic_table("sqlalchemy")  # as TOML reads `sqlalchemy.url = …`
    in_toml = {f"{PREFIX}{key}": value for key, value in table.items()}
    in_ini = {
        key: value
        for key, value in (config.get_section(config.config_ini_section) or {}).items()
        if key.startswith(PREFIX)
    }
    return {
        key: _filled(
            key,
            value,
            config.config_file_name if key in in_ini else config.toml_file_name,
            environ,
        )
        if isinstance(value, str)
        else value
        for key, value in {**in_toml, **in_ini}.items()
    }


def _filled(setting: str, text: str, file: str | None, environ: Mapping[str, str]) -> str:
    def fill(part: str, spell: Callable[[str], str] = str) -> str:
        def value(match: re.Match[str]) -> str:
            name = match["name"]
            if name is None:
                return "$"
            if name not in environ:
                raise VariableNotSet(file, setting, name)
            return spell(environ[name])

        return _VARIABLE.sub(value, part)

    before, at, behind = text.rpartition("@")
    scheme, slashes, user_and_password = before.partition("://")
    if setting != URL or not at or not slashes:
        return fill(text)
    encoded = fill(user_and_password, lambda value: quote(value, safe=""))
    return f"{fill(scheme)}{slashes}{encoded}{at}{fill(behind)}"
