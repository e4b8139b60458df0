"""Keep passwords out of what is printed."""

from __future__ import annotations

import re

# "driver://user:secret@host", and the same without a scheme, as a malformed URL may have it. The
# secret may hold an "@" itself.
_IN_URLS = re.compile(r"([\w.+-]+://[^\s:/@'\"]*|\b[\w.+-]+):(?!/)[^\s'\"]*@(?=[\w.\[/-])")
_IN_QUERIES = re.compile(r"(?i)\b((?:password|passwd|pwd)=)[^\s&;'\"]+?(?=:?(?:[\s&;'\"]|$))")


def masked(text: str) -> str:
    """``text`` with ``***`` for what looks like a password of a database URL."""
    return _IN_QUERIES.sub(r"\1***", _IN_URLS.sub(r"\1:***@", text))
