"""What the oldest Python that is served refuses, and newer ones let pass."""

from __future__ import annotations

import dataclasses
import importlib

from tree import module_names


def test_no_default_of_a_dataclass_is_a_dict_a_list_or_a_set():
    # Python 3.10 looks at the class of a default; later ones ask whether it has a hash.
    modules = [
        importlib.import_module(name)
        for name in sorted(module_names())
        if not name.endswith(("__main__", "stock_environment"))  # these two are run, not imported
    ]
    held = {
        f"{each.__module__}.{each.__qualname__}.{field.name}"
        for module in modules
        for each in list(vars(module).values())
        if isinstance(each, type) and dataclasses.is_dataclass(each)
        for field in dataclasses.fields(each)
        if isinstance(field.default, (dict, list, set))
    }
    assert not held
