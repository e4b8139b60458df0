"""What the settings of a project say about its revision files, checked."""

# ruff: noqa: PTH110 - every listing loads this file, and does without pathlib

from __future__ import annotations

import os
from collections.abc import Sequence

from alembic.config import Config
from alembic.script.errors import ScriptError, short_path
from alembic.util.pyfiles import resource_to_filename
from alembic.util.values import asbool


class NoScriptLocation(ScriptError):
    """No setting says where the migrations are; most often there is no settings file at all."""

    def __init__(self, files: Sequence[str], section: str) -> None:
        self.files = tuple(files)
        self.section = section
        missing = [short_path(file) for file in files if not os.path.exists(file)]
        present = [short_path(file) for file in files if os.path.exists(file)]
        where = f" {' or '.join(present)}, section [{section}]" if present else ""
        if missing and not present:
            where = f" ({' and '.join(missing)} {'does' if len(missing) == 1 else 'do'} not exist)"
        super().__init__(
            f"No 'script_location' key found in configuration{where}. "
            "A new project begins with: alembic init migrations"
        )


class MissingFolder(ScriptError):
    """The folder of the migrations is not there."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        super().__init__(
            f"Path doesn't exist: {folder}.  Please use the 'init' command to create a new "
            f"scripts folder: alembic init {folder}"
        )


class MissingPackage(ScriptError):
    """A ``package:folder`` whose package can't be imported."""

    def __init__(self, setting: str, value: str, package: str) -> None:
        self.setting = setting
        self.value = value
        self.package = package
        super().__init__(
            f"{setting} {value!r} can't be found: there is no package {package!r} on sys.path; "
            "prepend_sys_path names folders to look in"
        )


class InvalidSetting(ScriptError):
    """A setting with a value that it can't have."""

    def __init__(self, setting: str, value: object, problem: str) -> None:
        self.setting = setting
        self.value = value
        super().__init__(f"{setting} = {value} can't be used: {problem}")


def script_location(config: Config) -> str:
    """The setting ``script_location``; raises :class:`NoScriptLocation`."""
    location = config.get_alembic_option("script_location")
    if location:
        return location
    files = (config.config_file_name, config.toml_file_name)
    raise NoScriptLocation([os.fspath(file) for file in files if file], config.config_ini_section)


def slug_length(config: Config) -> int | None:
    """The setting ``truncate_slug_length``; raises :class:`InvalidSetting`."""
    value = config.get_alembic_option("truncate_slug_length")
    if value is None:
        return None
    try:
        return int(value)
    except ValueError as error:
        raise InvalidSetting("truncate_slug_length", value, "it must be a whole number") from error


def has_revision_environment(config: Config) -> bool:
    """The setting ``revision_environment``; raises :class:`InvalidSetting`."""
    value = config.get_alembic_option("revision_environment")
    try:
        return asbool(value)
    except ValueError as error:
        raise InvalidSetting("revision_environment", value, "it must be true or false") from error


def resource_path(setting: str, value: str) -> str:
    """``value`` as a path, where it may be ``package:folder``; raises :class:`MissingPackage`."""
    try:
        return resource_to_filename(value)
    except ModuleNotFoundError as error:
        package = value.partition(":")[0]
        if error.name is None or not f"{package}.".startswith(f"{error.name}."):
            raise  # the package is there, and misses another
        raise MissingPackage(setting, value, error.name) from error
