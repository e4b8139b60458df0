"""Keep passwords out of what is printed."""

from __future__ import annotations

import re

# "driver://user:secret@host", and the same without a scheme, as a malformed URL may have it. The
# secret may hold an "@" itself.
_IN_URLS = re.compile(r"([\w.+-]+://[^\s:/@'\"]*|\b[\w.+-]+):(?!/)[^\s'\"]*@(?=[\w.\[/-])")
_IN_QUERIES = re.compile(r"(?i)\b(\w*(?:password|passwd|pwd)=)[^\s&;'\"]+?(?=:?(?:[\s&;'\"]|$))")
# password='…', "password": "…", and SQL's PASSWORD '…' and IDENTIFIED BY '…'.
_QUOTED = re.compile(
    r"""(?ix)
    (\b(?: \w*(?:password|passwd|pwd)["']? \s*[=:]\s* | (?:PASSWORD | IDENTIFIED\s+BY)\s+ ))
    (?: '(?:[^'\\]|''|\\.)*' | "(?:[^"\\]|\\.)*" )
    """
)


def masked(text: str) -> str:
    """``text`` with ``***`` for what looks like a password: in a URL, a setting, a statement."""
    text = _QUOTED.sub(r"\1'***'", text)
    return _IN_QUERIES.sub(r"\1***", _IN_URLS.sub(r"\1:***@", text))
