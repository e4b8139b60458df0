"""The golden list of public names: each is importable where projects import it, with its signature.

``public_api.txt`` is the interface that level 1.20 documents, a name a line; ``ecosystem_names.txt``
holds the names without documentation that released packages use.
"""

from __future__ import annotations

import importlib
import inspect
import re
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
LINE = re.compile(
    r"(?P<kind>\w+) (?P<path>[\w.]+)(?: = (?P<alias>[\w.]+)|\((?P<parameters>.*)\))?$"
)
SIGNATURES = [
    match
    for line in (HERE / "public_api.txt").read_text(encoding="utf-8").splitlines()
    if (match := LINE.match(line))
]
ECOSYSTEM = (HERE / "ecosystem_names.txt").read_text(encoding="utf-8").split()


def resolve(path: str) -> Any:
    """The object at a dotted path; a member of a class may be an annotated attribute only."""
    parts = path.split(".")
    for cut in range(len(parts), 0, -1):
        try:
            found: Any = importlib.import_module(".".join(parts[:cut]))
        except ModuleNotFoundError:
            continue
        for name in parts[cut:]:
            found = _member(found, name)
        return found
    raise ImportError(path)


def _member(owner: Any, name: str) -> Any:
    if not inspect.isclass(owner):
        return getattr(owner, name)
    for base in owner.__mro__:
        if name in vars(base):
            return vars(base)[name]
        if name in getattr(base, "__annotations__", {}) or name in getattr(base, "__slots__", ()):
            return None
    if _is_set_on_instances(owner, name):
        return None
    raise AttributeError(f"{owner!r} has no {name}")


def _is_set_on_instances(owner: type, name: str) -> bool:
    return any(
        f"self.{name} =" in inspect.getsource(base) or f"self.{name}:" in inspect.getsource(base)
        for base in owner.__mro__
        if base.__module__.startswith("alembic")
    )


def split_parameters(text: str) -> list[str]:
    parts: list[str] = []
    depth, current = 0, ""
    for character in text:
        depth += (character in "([{<") - (character in ")]}>")
        if character == "," and depth == 0:
            parts.append(current.strip())
            current = ""
        else:
            current += character
    return [part for part in (*parts, current.strip()) if part]


def misses(found: Any, wanted: list[str]) -> list[str]:
    """What of the wanted parameters ``found`` does not accept by name or by position."""
    function = found.__func__ if isinstance(found, staticmethod | classmethod) else found
    parameters = list(inspect.signature(function).parameters.values())
    if parameters and parameters[0].name in {"self", "cls"}:
        parameters = parameters[1:]
    by_name = {parameter.name: parameter for parameter in parameters}
    kinds = {parameter.kind for parameter in parameters}
    positional = [
        parameter.name
        for parameter in parameters
        if parameter.kind in {parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD}
    ]
    found_misses: list[str] = []
    keyword_only = False
    for position, text in enumerate(wanted):
        name = text.lstrip("*").partition("=")[0]
        if text.startswith("**"):
            if inspect.Parameter.VAR_KEYWORD not in kinds:
                found_misses.append(text)
        elif text.startswith("*"):
            keyword_only = True
            if name and inspect.Parameter.VAR_POSITIONAL not in kinds:
                found_misses.append(text)
        elif name not in by_name and inspect.Parameter.VAR_KEYWORD not in kinds:
            found_misses.append(text)
        elif not keyword_only and name in positional and positional.index(name) != position:
            found_misses.append(f"{name} at {positional.index(name)}, not at {position}")
    return found_misses


@pytest.mark.parametrize("line", SIGNATURES, ids=lambda match: match["path"])
def test_a_documented_name_has_its_signature(line):
    found = resolve(line["path"])
    if line["alias"]:
        assert found is resolve(line["alias"])
    elif line["parameters"] is not None and line["kind"] != "class":
        assert misses(found, split_parameters(line["parameters"])) == []


@pytest.mark.parametrize("path", ECOSYSTEM)
def test_a_name_that_packages_use_resolves(path):
    resolve(path)
