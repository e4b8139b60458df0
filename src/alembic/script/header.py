"""Header: what a revision file says about itself.

The *header* is the four names ``revision``, ``down_revision``, ``branch_labels``, ``depends_on`` and
the docstring. It is read from the file's text (:mod:`alembic.script.read_header`), or from the module
that running the file gives (:mod:`alembic.script.module`), and remembered in
:mod:`alembic.script.index`.
"""

from __future__ import annotations

Names = str | tuple[str, ...] | None


class Header:
    """``down``, ``depends_on`` and ``labels`` are as the file has them: one name, several, none.

    A plain class: every listing loads this file, and to import ``dataclasses`` takes longer than
    to list a hundred revisions.
    """

    __slots__ = ("depends_on", "doc", "down", "labels", "revision")

    def __init__(
        self, revision: str, down: Names, depends_on: Names, labels: Names, doc: str | None
    ) -> None:
        self.revision = revision
        self.down = down
        self.depends_on = depends_on
        self.labels = labels
        self.doc = doc

    def values(self) -> tuple[str, Names, Names, Names, str | None]:
        """The five of them, in the order in which they are given."""
        return (self.revision, self.down, self.depends_on, self.labels, self.doc)

    def __eq__(self, other: object) -> bool:
        return self.values() == other.values() if isinstance(other, Header) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.values())

    def __repr__(self) -> str:
        return (
            f"Header(revision={self.revision!r}, down={self.down!r}, "
            f"depends_on={self.depends_on!r}, labels={self.labels!r}, doc={self.doc!r})"
        )
