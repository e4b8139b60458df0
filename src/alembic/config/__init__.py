"""Config: the settings of a project, from ``alembic.ini``, ``pyproject.toml``, or both.

The ini file may hold every setting; the TOML file's ``[tool.alembic]`` those about code, not the
database's URL and not logging. Where both have a setting, the ini file wins. Files are read once,
on first use; a program may set everything itself and have no file at all::

    config = Config("alembic.ini", attributes={"connection": connection})
    config.set_main_option("script_location", "myapp:migrations")
    command.upgrade(config, "head")

In both files ``%(here)s`` is the folder of the file, ``%(name)s`` another setting or one of
``config_args``, ``%%`` a percent sign; any other ``%`` is one too, so that a URL may stand as it is.
Text of a setting is in no message: it may hold a password.
"""

# ruff: noqa: PTH110, PTH118, PTH120 - every listing loads this file, and does without pathlib

from __future__ import annotations

import configparser
import importlib
import os
import re
import sys
from argparse import Namespace
from collections.abc import Mapping
from functools import cached_property

from alembic.config.files import (
    SettingsError,
    fill_toml,
    literal,
    new_ini,
    read_ini,
)
from alembic.util.exc import CommandError
from alembic.util.messaging import warn_deprecated, write_outstream
from alembic.util.pyfiles import absolute_path
from alembic.util.values import immutabledict

TYPE_CHECKING = False  # typing's own takes longer to import than a listing has
if TYPE_CHECKING:
    from typing import Any, TextIO, TypeVar, overload

    from alembic.config.files import TomlValue
    from alembic.config.printing import MessagingOptions as MessagingOptions

    T = TypeVar("T")


SEPARATORS = {"space": " ", "newline": "\n", "os": os.pathsep, ":": ":", ";": ";"}
"""The words and signs that ``path_separator`` may be."""


class _LegacyPaths:
    """How a list of paths is read where ``path_separator`` doesn't say it.

    ``options`` are older names of ``path_separator``.
    """

    def __init__(self, options: tuple[str, ...], pattern: str, words: str) -> None:
        self.options = options
        self.pattern = pattern
        self.words = words


_LEGACY_LOCATIONS = _LegacyPaths(("version_path_separator",), r"[\s,]+", "spaces/commas")
_LEGACY_SYS_PATHS = _LegacyPaths((), r"[\s,:]+", "spaces, commas, and colons")
_HOOKS_SECTION = "post_write_hooks"
_CLI_NAMES = {"CommandLine": "main", "main": "main", "CommandFunction": "function"}


class NoSuchSection(CommandError):
    """The ini file, or the section of it that was asked for, is not there."""

    def __init__(self, file: str | None, section: str) -> None:
        self.file = file
        self.section = section
        super().__init__(
            f"No config file {file!r} found, or file has no '[{section}]' section; "
            "name the file with -c, the section with -n"
        )


class InvalidSeparator(CommandError, ValueError):
    """``path_separator`` is none of the words and signs it may be."""

    def __init__(self, option: str, value: str) -> None:
        self.option = option
        self.value = value
        expected = ", ".join(map(repr, SEPARATORS))
        super().__init__(f"{value!r} is not a valid value for {option}; expected {expected}")


class Config:
    r"""The settings of one project; programs may hang attributes of their own on it.

    :param file\_: the ini file. It need not exist, see :meth:`get_section_option`.
    :param toml_file: the ``pyproject.toml`` file; the same.
    :param ini_section: the ini file's main section.
    :param output_buffer: where ``--sql`` writes to; standard output if None.
    :param stdout: where commands print to; standard output if None.
    :param cmd_opts: the options that the command line was given.
    :param config_args: values for ``%(name)s`` in both files.
    :param attributes: Python objects for ``env.py``, such as a connection; copied.
    """

    config_file_name: str | None
    """The ini file's path as it was given."""

    toml_file_name: str | None
    """The TOML file's path as it was given."""

    config_ini_section: str
    """The ini file's main section."""

    cmd_opts: Namespace | None
    """The options of the command line; None where there was none."""

    def __init__(
        self,
        file_: str | os.PathLike[str] | None = None,
        toml_file: str | os.PathLike[str] | None = None,
        ini_section: str = "alembic",
        output_buffer: TextIO | None = None,
        stdout: TextIO | None = None,
        cmd_opts: Namespace | None = None,
        config_args: Mapping[str, Any] = immutabledict(),
        attributes: Mapping[str, Any] | None = None,
    ) -> None:
        self.config_file_name = None if file_ is None else os.fspath(file_)
        self.toml_file_name = None if toml_file is None else os.fspath(toml_file)
        self.config_ini_section = ini_section
        self.output_buffer = output_buffer
        self.stdout: TextIO = sys.stdout if stdout is None else stdout
        self.cmd_opts = cmd_opts
        self.config_args = dict(config_args)
        if attributes:
            self.attributes.update(attributes)

    @cached_property
    def attributes(self) -> dict[str, Any]:
        """Python objects for ``env.py``; a program puts them in before it runs a command."""
        return {}

    @cached_property
    def messaging_opts(self) -> MessagingOptions:
        """The keywords for functions that print: ``quiet`` as ``-q`` says."""
        quiet = bool(getattr(self.cmd_opts, "quiet", False))
        return immutabledict({"quiet": quiet})  # type: ignore[return-value]

    @cached_property
    def file_config(self) -> configparser.ConfigParser:
        """The ini file; empty where it is not there. Raises :class:`SettingsError`."""
        values = self._references(self.config_file_name)
        # What an ini file refers to is read as its own settings are; a folder's name is no setting.
        parser = new_ini({**values, "here": literal(values["here"])})
        if self.config_file_name is None:
            parser.add_section(self.config_ini_section)
        else:
            read_ini(parser, self.config_file_name)
        return parser

    @cached_property
    def toml_alembic_config(self) -> Mapping[str, TomlValue]:
        """``[tool.alembic]`` as it stands in the TOML file; empty where there is none."""
        if self.toml_file_name is None or not os.path.exists(self.toml_file_name):
            return {}
        from alembic.config.toml import read_toml_table

        return read_toml_table(self.toml_file_name, "tool", "alembic")

    def print_stdout(self, text: str, *arg: Any) -> None:
        """Print a line where commands print; ``arg`` are filled into ``text`` with ``%``."""
        line = text % arg if arg else text
        write_outstream(self.stdout, line, "\n", quiet=self.messaging_opts["quiet"])

    def get_template_directory(self) -> str:
        """The folder that ``init`` takes its templates from; subclasses may have their own."""
        return os.path.join(os.path.dirname(os.path.dirname(absolute_path(__file__))), "templates")

    if TYPE_CHECKING:

        @overload
        def get_section(self, name: str) -> dict[str, str] | None: ...

        @overload
        def get_section(
            self, name: str, default: Mapping[str, T]
        ) -> dict[str, str] | Mapping[str, T]: ...

        @overload
        def get_section(self, name: str, default: None) -> dict[str, str] | None: ...

    def get_section(
        self, name: str, default: Mapping[str, T] | None = None
    ) -> dict[str, str] | Mapping[str, T] | None:
        """A section of the ini file as a dict, defaults such as ``here`` included."""
        if not self.file_config.has_section(name):
            return default
        try:
            return dict(self.file_config.items(name))
        except configparser.InterpolationError as error:
            raise self._unfilled(error) from error

    def set_main_option(self, name: str, value: str) -> None:
        """Set an option of the main section, for this run; the file stays as it is."""
        self.set_section_option(self.config_ini_section, name, value)

    def remove_main_option(self, name: str) -> None:
        """Take an option of the main section away; nothing happens where it isn't there."""
        self.file_config.remove_option(self.config_ini_section, name)

    def set_section_option(self, section: str, name: str, value: str) -> None:
        """Set an option of the ini file, for this run; makes the section where it isn't there."""
        if not self.file_config.has_section(section):
            self.file_config.add_section(section)
        self.file_config.set(section, name, value)

    if TYPE_CHECKING:

        @overload
        def get_section_option(self, section: str, name: str, default: str) -> str: ...

        @overload
        def get_section_option(
            self, section: str, name: str, default: str | None = ...
        ) -> str | None: ...

    def get_section_option(self, section: str, name: str, default: str | None = None) -> str | None:
        """An option of the ini file; raises :class:`NoSuchSection` where file or section is missing."""
        if not self.file_config.has_section(section):
            raise NoSuchSection(self.config_file_name, section)
        if not self.file_config.has_option(section, name):
            return default
        try:
            return self.file_config.get(section, name)
        except configparser.InterpolationError as error:
            raise self._unfilled(error) from error

    if TYPE_CHECKING:

        @overload
        def get_main_option(self, name: str, default: str) -> str: ...

        @overload
        def get_main_option(self, name: str, default: str | None = ...) -> str | None: ...

    def get_main_option(self, name: str, default: str | None = None) -> str | None:
        """An option of the ini file's main section; raises :class:`NoSuchSection`."""
        return self.get_section_option(self.config_ini_section, name, default)

    if TYPE_CHECKING:

        @overload
        def get_alembic_option(self, name: str, default: str) -> str: ...

        @overload
        def get_alembic_option(self, name: str, default: str | None = ...) -> str | None: ...

    def get_alembic_option(self, name: str, default: str | None = None) -> str | None:
        """A setting of the ini file's main section, else of the TOML file, else ``default``.

        What the TOML file holds may be a list, a table or a boolean as well.
        """
        if self.file_config.has_option(self.config_ini_section, name):
            return self.get_main_option(name)
        value: str | None = self._toml_value(name)
        return default if value is None else value

    def get_alembic_boolean_option(self, name: str) -> bool:
        """A setting that is ``true`` or not; what isn't set is not."""
        if self.file_config.has_option(self.config_ini_section, name):
            return (self.get_main_option(name) or "").strip().lower() == "true"
        value = self.toml_alembic_config.get(name, False)
        if not isinstance(value, bool):
            raise SettingsError(
                self.toml_file_name,
                f"boolean value expected for TOML parameter {name!r}: true or false, without quotes",
            )
        return value

    def get_alembic_table(self, name: str) -> Mapping[str, TomlValue]:
        """The table ``[tool.alembic.NAME]`` of the TOML file; empty where there is none."""
        table = self._toml_value(name)
        if table is None:
            return {}
        if not isinstance(table, dict):
            raise SettingsError(self.toml_file_name, f"[tool.alembic.{name}] must be a table")
        return table

    def get_version_locations_list(self) -> list[str] | None:
        """The setting ``version_locations`` as a list; None where it isn't set."""
        return self._paths("version_locations", _LEGACY_LOCATIONS)

    def get_prepend_sys_paths_list(self) -> list[str] | None:
        """The setting ``prepend_sys_path`` as a list; None where it isn't set."""
        return self._paths("prepend_sys_path", _LEGACY_SYS_PATHS)

    def get_hooks_list(self) -> list[dict[str, str]]:
        """The hooks for new files, each a dict of its options with its name as ``_hook_name``."""
        if self.file_config.has_section(_HOOKS_SECTION):
            return self._ini_hooks()
        return self._toml_hooks()

    def _ini_hooks(self) -> list[dict[str, str]]:
        section = self.get_section(_HOOKS_SECTION) or {}
        hooks = []
        for name in filter(None, re.split(r"[\s,]+", section.get("hooks", ""))):
            options = {
                key.removeprefix(f"{name}."): value
                for key, value in section.items()
                if key.startswith(f"{name}.")
            }
            hooks.append({**options, "_hook_name": name})
        return hooks

    def _toml_hooks(self) -> list[dict[str, str]]:
        hooks = self._toml_value(_HOOKS_SECTION) or []
        if not isinstance(hooks, list) or not all(
            isinstance(hook, dict) and isinstance(hook.get("name"), str) for hook in hooks
        ):
            reason = f"each [[tool.alembic.{_HOOKS_SECTION}]] must be a table with a name"
            raise SettingsError(self.toml_file_name, reason)
        return [
            {**{key: hook[key] for key in hook if key != "name"}, "_hook_name": hook["name"]}
            for hook in hooks
        ]

    def _paths(self, name: str, legacy: _LegacyPaths) -> list[str] | None:
        if self.file_config.has_option(self.config_ini_section, name):
            text = self.get_main_option(name)
            if text:
                return self._split(name, text, legacy)
        value = self._toml_value(name)
        paths = [value] if isinstance(value, str) else value
        if paths is None or (
            isinstance(paths, list) and all(isinstance(path, str) for path in paths)
        ):
            return paths
        raise SettingsError(self.toml_file_name, f"{name} must be a list of strings")

    def _split(self, name: str, text: str, legacy: _LegacyPaths) -> list[str]:
        for option in ("path_separator", *legacy.options):
            word = self.get_main_option(option)
            if word is None:
                continue
            if word not in SEPARATORS:
                raise InvalidSeparator(option, word)
            if option in legacy.options:
                warn_deprecated(
                    f"The {option} configuration parameter is deprecated; please use path_separator",
                    stacklevel=5,
                )
            return [part for part in map(str.strip, text.split(SEPARATORS[word])) if part]
        warn_deprecated(
            "No path_separator found in configuration; falling back to legacy splitting on "
            f"{legacy.words} for {name}.  Consider adding path_separator=os to Alembic config.",
            stacklevel=5,
        )
        return [part for part in re.split(legacy.pattern, text) if part]

    def _toml_value(self, name: str) -> TomlValue:
        """A setting of the TOML file with its references replaced; None where it isn't set."""
        if name not in self.toml_alembic_config:
            return None
        try:
            value = self.toml_alembic_config[name]
            return fill_toml(value, self._references(self.toml_file_name))
        except KeyError as error:
            reason = (
                f"{name} refers to %({error.args[0]})s, which is set nowhere; set it there, or write "
                "%%( where a %( is meant"
            )
            raise SettingsError(self.toml_file_name, reason) from error

    def _references(self, file: str | None) -> dict[str, str]:
        """What ``%(name)s`` may be in ``file``, besides its own settings."""
        here = "." if file is None else os.path.dirname(absolute_path(file)).replace(os.sep, "/")
        return {**self.config_args, "here": here}

    def _unfilled(self, error: configparser.InterpolationError) -> SettingsError:
        place = f"{error.option!r} in section [{error.section}]"
        if isinstance(error, configparser.InterpolationMissingOptionError):
            reason = (
                f"{place} refers to %({error.reference})s, which is set nowhere; set it there, or "
                "write %%( where a %( is meant"
            )
        else:
            reason = f"{place} can't be read: its references go in a circle; write out one of them"
        return SettingsError(self.config_file_name, reason)


def __getattr__(name: str) -> Any:
    if name == "MessagingOptions":
        return importlib.import_module("alembic.config.printing").MessagingOptions
    # The documented place of the command line's names; it lives two floors up.
    if name in _CLI_NAMES:
        return getattr(importlib.import_module(f"alembic.cli.{_CLI_NAMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
