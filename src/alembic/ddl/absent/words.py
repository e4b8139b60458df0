"""Names in a message: which one was meant, and which there are."""

from __future__ import annotations

from collections.abc import Collection, Iterable

MOST_NAMES = 20
"""How many names are listed."""


def meant(name: str, known: Iterable[str]) -> str:
    """`` (did you mean 'x'?)``; empty where nothing is like ``name``."""
    from difflib import get_close_matches  # for a mistake only

    spelled = {each.lower(): each for each in known}
    near = get_close_matches(name.lower(), spelled, n=1)
    return f" (did you mean {spelled[near[0]]!r}?)" if near else ""


def listed(known: Collection[str]) -> str:
    """The names, sorted; the first of them where there are many; ``none`` where there are none."""
    names = sorted(known)
    shown = ", ".join(repr(name) for name in names[:MOST_NAMES]) or "none"
    more = len(names) - MOST_NAMES
    return f"{shown} and {more} more" if more > 0 else shown
