"""What ``init`` will write, as a value before it is an effect; and the effect.

Everything is rendered and checked before the first folder is made, so that a template that can't be
rendered, a TOML file that can't be read or a folder that holds something leave nothing behind. What
fails later, a full disk, is taken back::

    carry_out(plan_start(config, "migrations", template_folder(config, "generic")), config)
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from alembic.command.templates import template_folder
from alembic.config import Config
from alembic.config.toml import check_toml, read_toml_table
from alembic.script.template import render_file
from alembic.script.whole_file import (
    CantWrite,
    make_folder,
    remove_folders,
    write_new,
    write_over,
)
from alembic.util.exc import CommandError
from alembic.util.messaging import msg, status

_INI_TEMPLATE = "alembic.ini.mako"
_TOML_TEMPLATE = "pyproject.toml.mako"
_ENCODING = "utf-8"


class FolderInUse(CommandError):
    """``init`` is to write into a folder that holds something."""

    def __init__(self, directory: str) -> None:
        self.directory = directory
        super().__init__(
            f"Directory {directory} already exists and is not empty; choose another one, or empty "
            "it first"
        )


class NotAFolder(CommandError):
    """``init`` is to write into what is a file, or into a folder below a file."""

    def __init__(self, directory: str, file: Path) -> None:
        self.directory = directory
        self.file = file
        super().__init__(
            f"Can't make the folder {directory}: {file} is a file; choose another folder"
        )


class NoSettingsFile(CommandError):
    """``init`` is to write settings, and the configuration names no file for them."""

    def __init__(self) -> None:
        super().__init__(
            'init writes a settings file, and the configuration names none: Config("alembic.ini") does'
        )


class NoFolderForSettings(CommandError):
    """The settings are to be written into a folder that isn't there."""

    def __init__(self, file: Path) -> None:
        self.file = file
        super().__init__(
            f"Can't write the settings to {file}: there is no folder {file.parent}; make it first"
        )


class UnusableFolderName(CommandError):
    """A folder whose name doesn't survive in a settings file."""

    def __init__(self, directory: str) -> None:
        self.directory = directory
        super().__init__(
            f"Can't name a folder {directory!r} in a settings file: choose a name without line ends "
            "or control characters, and without blanks around it"
        )


@dataclass(frozen=True, slots=True)
class MakeFolder:
    """A folder to make."""

    path: Path


@dataclass(frozen=True, slots=True)
class WriteFile:
    """A file to write, whole; ``verb`` is what the user is told, ``before`` what it holds now."""

    verb: str
    path: Path
    content: bytes
    before: bytes | None = None


@dataclass(frozen=True, slots=True)
class LeaveFile:
    """A file that stays as it is, and why."""

    sentence: str


Action: TypeAlias = MakeFolder | WriteFile | LeaveFile


@dataclass(frozen=True, slots=True)
class Start:
    """What ``init`` will do, in this order, and what it says at the end."""

    actions: tuple[Action, ...]
    advice: str


def init(config: Config, directory: str, template: str = "generic", package: bool = False) -> None:
    """Start a project: make a folder for migrations, and write its settings.

    :param directory: the folder to make; it may be there, and empty.
    :param template: a folder in the configuration's folder of templates.
    :param package: write an ``__init__.py`` into the folder and into its ``versions``.
    """
    start = plan_start(config, directory, template_folder(config, template), package=package)
    carry_out(start, config)


def plan_start(config: Config, directory: str, template: Path, *, package: bool = False) -> Start:
    """What it takes to begin a project in ``directory`` from the folder ``template``.

    ``package`` makes packages of the folder and of its ``versions``. Raises CommandError where it
    can't be done.
    """
    if directory != directory.strip() or not directory.isprintable():
        raise UnusableFolderName(directory)
    folder = Path(os.path.abspath(directory))  # noqa: PTH100 - `..` goes, links stay
    _refuse_used(directory, folder)
    versions = folder / "versions"
    made = [path for path in (folder, versions) if not path.is_dir()]
    actions: list[Action] = [*map(MakeFolder, made), *_copies(template, folder)]
    advice = []
    if (template / _TOML_TEMPLATE).is_file():
        toml = _settings_path(config.toml_file_name, folder)
        actions.append(_toml_action(template / _TOML_TEMPLATE, toml, _location(directory, toml)))
        advice.append(f"configuration settings in {toml}")
    if (template / _INI_TEMPLATE).is_file():
        ini = _settings_path(config.config_file_name, folder)
        actions.append(_ini_action(template / _INI_TEMPLATE, ini, _location(directory, ini)))
        advice.append(f"configuration/connection/logging settings in {ini}")
    if package:
        actions.extend(
            WriteFile("Adding", path / "__init__.py", b"") for path in (folder, versions)
        )
    return Start(tuple(actions), f"Please edit {' and '.join(advice)} before proceeding.")


def carry_out(start: Start, config: Config) -> None:
    """Make the folders and write the files; where one fails, take back those before it.

    Raises :class:`~alembic.script.whole_file.CantWrite`.
    """
    with ExitStack() as taking_back:
        for action in start.actions:
            if isinstance(action, LeaveFile):
                msg(action.sentence, **config.messaging_opts)
            else:
                take_back = _done(action, config)
                taking_back.callback(take_back)
        taking_back.pop_all()  # all is well: nothing is taken back
    msg(start.advice, **config.messaging_opts)


def _done(action: MakeFolder | WriteFile, config: Config) -> Callable[[], None]:
    """Carry out one action; what takes it back."""
    if isinstance(action, MakeFolder):
        with status(f"Creating directory {action.path}", **config.messaging_opts):
            made = make_folder(action.path)
        return lambda: remove_folders(made)
    with status(f"{action.verb} {action.path}", **config.messaging_opts):
        if action.before is None:
            write_new(str(action.path), action.content)
        else:
            write_over(str(action.path), action.content)
    return lambda: _restore(action)


def _restore(action: WriteFile) -> None:
    with suppress(OSError, CantWrite):
        if action.before is None:
            action.path.unlink()
        else:
            write_over(str(action.path), action.before)


def _refuse_used(directory: str, folder: Path) -> None:
    for path in (folder, *folder.parents):
        if path.is_dir():
            break
        if os.path.lexists(path):
            raise NotAFolder(directory, path)
    try:
        is_used = folder.is_dir() and any(folder.iterdir())
    except OSError as error:
        raise CantWrite(directory, error.strerror or str(error)) from error
    if is_used:
        raise FolderInUse(directory or ".")


def _copies(template: Path, folder: Path) -> Iterator[WriteFile]:
    """The files of the template as they are; those of the settings are rendered elsewhere."""
    for path in sorted(template.iterdir()):
        if path.is_file() and path.name not in {_INI_TEMPLATE, _TOML_TEMPLATE}:
            yield WriteFile("Generating", folder / path.name, path.read_bytes())


def _settings_path(name: str | None, folder: Path) -> Path:
    if name is None:
        raise NoSettingsFile
    path = Path(name).absolute()
    will_be_there = {folder, *folder.parents}
    if path.parent not in will_be_there and not path.parent.is_dir():
        raise NoFolderForSettings(path)
    return path


def _ini_action(template: Path, path: Path, location: str) -> Action:
    if path.exists():
        return LeaveFile(f"File {path} already exists, skipping")
    content = render_file(template, _ENCODING, script_location=location)
    return WriteFile("Generating", path, content)


def _toml_action(template: Path, path: Path, location: str) -> Action:
    if "alembic" in read_toml_table(str(path), "tool"):
        return LeaveFile(
            f"File {path} already exists and already has a [tool.alembic] section, skipping"
        )
    quoted = json.dumps(location, ensure_ascii=False)[1:-1]
    content = render_file(template, _ENCODING, script_location=quoted)
    if not path.exists():
        return WriteFile("Generating", path, content)
    before = path.read_bytes()
    content = before + b"\n\n" + content
    check_toml(str(path), content)
    return WriteFile("Appending to existing", path, content, before)


def _location(directory: str, settings: Path) -> str:
    """``script_location`` for the settings: from their own folder, unless the path is absolute."""
    if Path(directory).is_absolute():
        return directory.replace("%", "%%")
    folder = os.path.abspath(directory)  # noqa: PTH100 - as in plan_start()
    try:
        relative = Path(os.path.relpath(folder, settings.parent)).as_posix()
    except ValueError:  # on Windows, another drive
        return folder.replace("%", "%%")
    return "%(here)s" if relative == "." else f"%(here)s/{relative.replace('%', '%%')}"
