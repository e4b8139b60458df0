"""SQL for ``sa.text`` and ``op.execute``: there a colon before a word would be a parameter."""

from __future__ import annotations

import re

_COLONS = re.compile(r"\\:\w*:*|(?<![:\w]):(?:\w\w+:*|\w(?!:))")
"""What would not be left as it is: a parameter, and a backslash before a colon."""


def as_text(sql: str) -> str:
    """The SQL with a backslash before each colon that needs one."""
    return _COLONS.sub(lambda found: found[0].replace(":", "\\:"), sql)
