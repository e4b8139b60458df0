"""What the settings of a project say about its revision files, checked."""

# ruff: noqa: PTH109, PTH110, PTH112, PTH113, PTH118, PTH119, PTH120 - every listing loads this file, and does without pathlib

from __future__ import annotations

import os
from collections.abc import Sequence

from alembic.config import Config
from alembic.script.errors import ScriptError, short_path
from alembic.util.pyfiles import resource_to_filename
from alembic.util.values import asbool


class NoScriptLocation(ScriptError):
    """No setting says where the migrations are; most often there is no settings file at all.

    ``files`` are those that were looked for, ``sections`` others of the ini file that have it.
    """

    def __init__(self, files: Sequence[str], section: str, sections: Sequence[str] = ()) -> None:
        self.files = tuple(files)
        self.section = section
        self.sections = tuple(sections)
        folders = [short_path(file) for file in files if os.path.isdir(file)]
        if folders:
            where = f": {' and '.join(folders)} is a folder, and -c takes a file"
            way_out = f"Name the file in it: -c {_typed(os.path.join(folders[0], 'alembic.ini'))}"
        else:
            where = _looked_at(files, section)
            way_out = _other_section(sections) or _project_above(files) or _NEW_PROJECT
        super().__init__(f"No 'script_location' key found in configuration{where}. {way_out}")


_NEW_PROJECT = "A new project begins with: alembic init migrations"


def _looked_at(files: Sequence[str], section: str) -> str:
    """Where the setting is not: in the files that are there, or because none is."""
    present = [short_path(file) for file in files if os.path.exists(file)]
    if present:
        return f" {' or '.join(present)}, section [{section}]"
    verb = "does" if len(files) == 1 else "do"
    return f" ({' and '.join(map(short_path, files))} {verb} not exist)" if files else ""


def _other_section(sections: Sequence[str]) -> str:
    if not sections:
        return ""
    return f"Another section has it: alembic -n {' or -n '.join(sections)} …"


def _project_above(files: Sequence[str]) -> str:
    """Where else to run the command: in the nearest folder above with the ini file; else empty."""
    file = files[0] if files else ""
    if file != os.path.basename(file) or os.path.exists(file):
        return ""
    folder, above = os.getcwd(), os.path.dirname(os.getcwd())
    while folder != above:
        if os.path.isfile(os.path.join(above, file)):
            return f"{file} is in a folder above: cd {_typed(above)}"
        folder, above = above, os.path.dirname(above)
    return ""


def _typed(path: str) -> str:
    """``path`` as it is typed in a shell."""
    import shlex  # for a mistake only

    return shlex.quote(path)


class MissingFolder(ScriptError):
    """The folder of the migrations is not there."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        super().__init__(
            f"Path doesn't exist: {folder}.  Please use the 'init' command to create a new "
            f"scripts folder: alembic init {_typed(folder)}"
        )


class MissingPackage(ScriptError):
    """A ``package:folder`` whose package can't be imported."""

    def __init__(self, setting: str, value: str, package: str) -> None:
        self.setting = setting
        self.value = value
        self.package = package
        super().__init__(
            f"{setting} {value!r} can't be found: there is no package {package!r} on sys.path; "
            "install it, or add its folder to prepend_sys_path"
        )


class InvalidSetting(ScriptError):
    """A setting with a value that it can't have."""

    def __init__(self, setting: str, value: object, problem: str) -> None:
        self.setting = setting
        self.value = value
        super().__init__(f"{setting} = {value} can't be used: {problem}")


def script_location(config: Config) -> str:
    """The setting ``script_location``; raises :class:`NoScriptLocation`."""
    if location := text_setting(config, "script_location"):
        return location
    files = [file for file in (config.config_file_name, config.toml_file_name) if file]
    ini, own = config.file_config, config.config_ini_section
    having = [name for name in ini.sections() if ini.has_option(name, "script_location")]
    raise NoScriptLocation(files, own, [name for name in having if name != own])


def text_setting(config: Config, setting: str, default: str = "") -> str:
    """A setting that is text, ``default`` where it isn't set; raises :class:`InvalidSetting`."""
    value: object = config.get_alembic_option(setting, default)
    if isinstance(value, str):
        return value
    raise InvalidSetting(setting, value, 'it must be text, as in "…"')


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
