"""Drop and add that are one rename: evidence, question, and the ops that keep the rows."""

from __future__ import annotations
