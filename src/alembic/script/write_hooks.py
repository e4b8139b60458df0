"""Formatters and other commands that are run on a new revision file.

The settings name hooks, each with a ``type``: one of the three runners below, or what a project
has registered under a name of its own::

    @write_hooks.register("header")
    def add_header(path, options):
        ...

A hook that fails fails the command. The file is there by then, and stays.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import shlex
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from alembic.script.errors import ScriptError, short_path
from alembic.util.messaging import status
from alembic.util.values import EMPTY_DICT

HookOptions = Mapping[str, Any]
Hook = Callable[[str, Any], None]
F = TypeVar("F", bound=Callable[..., Any])

REVISION_SCRIPT_TOKEN = "REVISION_SCRIPT_FILENAME"  # noqa: S105 - a word in the settings
"""The word in ``options`` that stands for the new file's path."""

_registry: dict[str, Callable[..., Any]] = {}


class HookError(ScriptError):
    """A hook that can't be run. ``hook`` is its name in the settings."""

    def __init__(self, hook: str, problem: str) -> None:
        self.hook = hook
        super().__init__(problem)

    def note_file(self, path: str) -> None:
        """Say that the file at ``path`` is there, and stays."""
        self.args = (f"{self}. The new revision file stays: {short_path(path)}",)


class HookOptionMissing(HookError):
    """A hook lacks an option that its type needs."""

    def __init__(self, hook: str, option: str) -> None:
        self.option = option
        toml = " (or 'type' in toml)" if option == "type" else ""
        key = f"{hook}.{option}"
        key = f"'{key}'" if option == "type" else key
        super().__init__(
            hook,
            f"Key {key}{toml} is required for post write hook {hook!r}; set it in "
            "[post_write_hooks]",
        )


class UnknownHookType(HookError):
    """A hook names a type that is none of ours and that nobody has registered."""

    def __init__(self, hook: str, type_: str) -> None:
        self.type = type_
        known = ", ".join(sorted(_registry))
        super().__init__(
            hook,
            f"No formatter with name {type_!r} registered; give hook {hook!r} the type {known}, or "
            "one that env.py registers",
        )


class HookTargetMissing(HookError):
    """The program, entry point or module of a hook is not there."""

    def __init__(self, hook: str, what: str, name: str) -> None:
        self.name = name
        runs = "runs in" if what == "folder" else "runs"
        super().__init__(
            hook,
            f"Could not find {what} {name}, which post write hook {hook!r} {runs}; install it, or "
            "correct [post_write_hooks]",
        )


class HookFailed(HookError):
    """The program of a hook ended with another status than zero; the new file stays."""

    def __init__(self, hook: str, command: Sequence[str], returncode: int, path: str) -> None:
        self.command = tuple(command)
        self.returncode = returncode
        self.path = path
        ending = f"status {returncode}" if returncode >= 0 else f"signal {-returncode}"
        super().__init__(
            hook,
            f"Post write hook {hook!r} failed with {ending}; to run it again: {shlex.join(command)}",
        )


def register(name: str) -> Callable[[F], F]:
    """Register a function ``(path, options)`` as the hook type ``name``."""

    def decorate(hook: F) -> F:
        _registry[name] = hook
        return hook

    return decorate


def run_hooks(path: str, hooks: Sequence[HookOptions], messaging: HookOptions) -> None:
    """Run each hook on the file at ``path``, in their order, until one fails.

    ``hooks`` are as :meth:`Config.get_hooks_list` gives them: the options by name, and the hook's
    own name as ``_hook_name``. Raises :class:`HookError`, or what a registered hook raises.
    """
    try:
        for options in hooks:
            _run_hook(path, options, messaging)
    except HookError as error:
        error.note_file(path)
        raise


def _run_hook(path: str, options: HookOptions, messaging: HookOptions) -> None:
    name = options["_hook_name"]
    hook_type = options.get("type")
    if not hook_type:
        raise HookOptionMissing(name, "type")
    with status(f"Running post write hook {name!r}", newline=True, **messaging):
        hook = _registry.get(hook_type)
        if hook is None:
            raise UnknownHookType(name, hook_type)
        hook(path, options)


@register("console_scripts")
def console_scripts(
    path: str,
    options: dict[str, Any],
    ignore_output: bool = False,
    verify_version: tuple[int, ...] | None = None,
) -> None:
    """Run the console script ``options["entrypoint"]`` of an installed package.

    With ``verify_version`` the package that has it must be of at least that version.
    """
    name = _required(options, "entrypoint")
    found = importlib.metadata.entry_points(group="console_scripts", name=name)
    if not found:
        raise HookTargetMissing(options["_hook_name"], "entrypoint", f"console_scripts.{name}")
    entry = next(iter(found))
    if verify_version is not None:
        _verify(options["_hook_name"], entry, verify_version)
    call = f"import sys, {entry.module}; sys.exit({entry.module}.{entry.attr}())"
    _run([sys.executable, "-c", call], path, options, ignore_output=ignore_output)


@register("exec")
def exec_(path: str, options: dict[str, Any], ignore_output: bool = False) -> None:
    """Run the program ``options["executable"]``."""
    program = _required(options, "executable")
    _run([program], path, options, ignore_output=ignore_output)


@register("module")
def module(path: str, options: dict[str, Any], ignore_output: bool = False) -> None:
    """Run the module ``options["module"]``, as ``python -m`` does."""
    name = _required(options, "module")
    try:
        found = importlib.util.find_spec(name)
    except ModuleNotFoundError:  # of a package that it would be in
        found = None
    if found is None:
        raise HookTargetMissing(options["_hook_name"], "module", name)
    _run([sys.executable, "-m", name], path, options, ignore_output=ignore_output)


def _required(options: HookOptions, option: str) -> str:
    value = options.get(option)
    if not value:
        raise HookOptionMissing(options["_hook_name"], option)
    return str(value)


def _verify(hook: str, entry: importlib.metadata.EntryPoint, wanted: tuple[int, ...]) -> None:
    assert entry.dist is not None
    release = entry.dist.version.split("+")[0].split(".")
    has = tuple(int(part) for part in release if part.isdigit())
    if has < wanted:
        needed = ".".join(map(str, wanted))
        problem = f"Post write hook {hook!r} needs {entry.dist.name} {needed}; {entry.dist.version} is installed"
        raise HookError(hook, problem)


def _run(command: list[str], path: str, options: HookOptions, *, ignore_output: bool) -> None:
    sink = (
        {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        if ignore_output
        else EMPTY_DICT
    )
    name = options["_hook_name"]
    whole = command + _arguments(path, str(options.get("options", "")), name)
    try:
        done = subprocess.run(whole, cwd=options.get("cwd") or None, check=False, **sink)
    except FileNotFoundError as error:
        missing = "folder" if error.filename != command[0] else "executable"
        raise HookTargetMissing(name, missing, str(error.filename)) from error
    except OSError as error:
        raise HookError(name, f"Post write hook {name!r} can't be run: {error}") from error
    if done.returncode:
        raise HookFailed(name, whole, done.returncode, path)


def _arguments(path: str, options: str, hook: str) -> list[str]:
    """The words of ``options`` with the path in its place; in front where no place is named."""
    try:
        # Windows paths hold backslashes, which are no escapes there.
        words = shlex.split(options, posix=sys.platform != "win32")
    except ValueError as error:
        problem = f"{hook}.options of post write hook {hook!r} can't be read: {error}; correct them"
        raise HookError(hook, problem) from error
    if not any(REVISION_SCRIPT_TOKEN in word for word in words):
        return [path, *words]
    return [word.replace(REVISION_SCRIPT_TOKEN, path) for word in words]
