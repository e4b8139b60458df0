"""Answers that come from the revision files alone; no database was asked for them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionInfo:
    """One revision and its place in the graph; all names are ids but ``branch_labels``.

    ``message`` is the first paragraph of ``doc``, the file's docstring, and ``create_date`` what
    stands there behind ``Create Date:``, None where it has no such line. ``children`` have it as a
    parent, ``dependents`` depend on it. ``is_current`` is whether the database is at it, None where
    no database was asked.
    """

    revision: str
    down_revisions: tuple[str, ...]
    depends_on: tuple[str, ...]
    children: tuple[str, ...]
    dependents: tuple[str, ...]
    branch_labels: tuple[str, ...]
    message: str
    doc: str
    create_date: str | None
    path: str
    is_head: bool
    is_base: bool
    is_branch_point: bool
    is_merge_point: bool
    is_current: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateInfo:
    """One template of ``init``: its name, what it is for, its folder."""

    name: str
    summary: str
    path: str
