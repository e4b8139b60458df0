"""Load a Python file; resolve ``package:resource`` to a path.

Every command loads this file, so paths are plain strings in it; ``pathlib`` is imported for those
documented functions that give a Path.
"""

# ruff: noqa: PTH110, PTH116, PTH117, PTH118, PTH119, PTH120 - see above

from __future__ import annotations

import importlib.machinery
import importlib.util
import os
import re
import sys
import time
from types import ModuleType

TYPE_CHECKING = False  # typing's own takes longer to import than this file takes to run
if TYPE_CHECKING:
    from pathlib import Path

_NOT_WORD = re.compile(r"\W")
_MOMENT = 2
"""Seconds; some file systems count the time of a change in twos."""
_WINDOWS_ROOT = re.compile(r"\\|[A-Za-z]:[\\/]")


def load_python_file(dir_: str | os.PathLike[str], filename: str | os.PathLike[str]) -> ModuleType:
    """Run a ``.py`` file, or its compiled form where only that is there, as a module of its own.

    The module is not entered in ``sys.modules``. Raises ImportError where there is no such file;
    what the file itself raises passes through.
    """
    path = os.path.join(dir_, filename)
    module_id = _NOT_WORD.sub("_", os.path.basename(path))
    if path.endswith(".py") and not os.path.exists(path):
        compiled = _compiled(path)
        if compiled is None:
            raise ImportError(f"Can't find Python file {path}")
        path = compiled
    return load_module_py(module_id, path)


def load_module_py(module_id: str, path: str | os.PathLike[str]) -> ModuleType:
    """Run the file at ``path`` (source or byte code) as a module named ``module_id``."""
    file = os.fspath(path)
    loader: importlib.machinery.SourceFileLoader | importlib.machinery.SourcelessFileLoader
    if file.endswith(".pyc"):
        loader = importlib.machinery.SourcelessFileLoader(module_id, file)
    else:
        loader = SourceLoader(module_id, file)
    spec = importlib.util.spec_from_loader(module_id, loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


class SourceLoader(importlib.machinery.SourceFileLoader):
    """Source whose byte code is kept once the file has rested for a moment.

    Byte code is known to be of a source by its size and the whole second of its last change: of a
    file that is mended within the second, to the same size, Python would run the former text.
    """

    def set_data(self, path: str, data: bytes, *, _mode: int = 0o666) -> None:  # type: ignore[override]
        """Write byte code, as the loader does after it has compiled the source."""
        if time.time() - os.stat(self.path).st_mtime > _MOMENT:
            super().set_data(path, data, _mode=_mode)


def pyc_file_from_path(path: str | os.PathLike[str]) -> Path | None:
    """The byte code that stands for the source at ``path``: in ``__pycache__``, or beside it; None if none."""
    from pathlib import Path

    compiled = _compiled(os.fspath(path))
    return None if compiled is None else Path(compiled)


def coerce_resource_to_filename(fname_or_resource: str) -> Path:
    """A path as it is; ``package:path/in/it`` as the path of that resource.

    Raises ModuleNotFoundError where the package can't be imported. A Windows drive letter and an
    absolute path are no packages.
    """
    from pathlib import Path

    return Path(resource_to_filename(fname_or_resource))


def resource_to_filename(text: str) -> str:
    """The same as :func:`coerce_resource_to_filename`, as a string."""
    package, colon, resource = text.partition(":")
    if not colon or os.path.isabs(text) or _WINDOWS_ROOT.match(text):
        return text
    if not all(part.isidentifier() for part in package.split(".")):
        return text
    return os.path.join(package_directory(package), *resource.split("/"))


def package_directory(package: str) -> str:
    """The folder of an importable package; raises ModuleNotFoundError where there is none."""
    loaded = sys.modules.get(package)
    spec = loaded.__spec__ if loaded is not None else importlib.util.find_spec(package)
    if spec is None:
        raise ModuleNotFoundError(f"No module named {package!r}", name=package)
    if spec.submodule_search_locations:
        return next(iter(spec.submodule_search_locations))
    assert spec.origin is not None
    return os.path.dirname(spec.origin)


def absolute_path(path: str | os.PathLike[str]) -> str:
    """``path`` from the root: as ``Path.absolute`` gives it, so ``..`` stays as it is."""
    drive, rest = os.path.splitdrive(os.path.join(os.getcwd(), path))  # noqa: PTH109 - see above
    if os.altsep:
        rest = rest.replace(os.altsep, os.sep)
    parts = [part for part in rest.split(os.sep) if part not in {"", os.curdir}]  # noqa: PTH206
    return drive + os.sep + os.sep.join(parts)


def _compiled(source: str) -> str | None:
    stem = os.path.splitext(source)[0]  # noqa: PTH122 - see above
    beside = [stem + suffix for suffix in importlib.machinery.BYTECODE_SUFFIXES]
    for path in (importlib.util.cache_from_source(source), *beside):
        if os.path.exists(path):
            return path
    return None
