"""Two texts side by side, for a report: what the established release says, and what this project says."""

from __future__ import annotations

from difflib import unified_diff

_LINES = 40


def difference(peer: str, ours: str) -> str:
    """The lines that differ, the first forty of them."""
    lines = list(unified_diff(peer.splitlines(), ours.splitlines(), "peer", "ours", "", "", 1, ""))
    more = [f"… {len(lines) - _LINES} more lines"] if len(lines) > _LINES else []
    return "\n".join(lines[:_LINES] + more)
