"""Open a file in the user's editor."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping

from alembic.util.exc import CommandError

_USUAL = ("sensible-editor", "editor", "nano", "vim", "vi")
_USUAL_WINDOWS = ("notepad.exe",)


def open_in_editor(filename: str, environ: Mapping[str, str] | None = None) -> None:
    """Run ``$EDITOR``, else ``$VISUAL``, else a usual editor on ``filename``, and wait for it.

    ``$EDITOR`` may hold arguments (``code --wait``). Raises CommandError where no editor is
    found, or where it ends with an error.
    """
    environ = os.environ if environ is None else environ
    command = [*_editor(environ), filename]
    try:
        subprocess.run(command, check=True, env=dict(environ))
    except (OSError, subprocess.SubprocessError) as error:
        raise CommandError(
            f"Error executing editor ({error}). EDITOR, else VISUAL, may name another one"
        ) from error


def _editor(environ: Mapping[str, str]) -> list[str]:
    search_path = environ.get("PATH")
    for variable in ("EDITOR", "VISUAL"):
        words = shlex.split(environ.get(variable, ""), posix=sys.platform != "win32")
        if words:
            found = shutil.which(words[0], path=search_path)
            if found is not None:
                return [found, *words[1:]]
    for name in _USUAL_WINDOWS if sys.platform == "win32" else _USUAL:
        found = shutil.which(name, path=search_path)
        if found is not None:
            return [found]
    raise CommandError(
        "Error executing editor (No suitable editor found. "
        'Please set the "EDITOR" or "VISUAL" environment variables)'
    )
