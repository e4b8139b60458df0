"""RevisionMap: the graph of all revisions, read when it is first asked something."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property

from alembic.graph import span, target
from alembic.graph.errors import RangeNotAncestorError
from alembic.graph.link import Linked
from alembic.graph.revision import Revision
from alembic.graph.target import Identifier

TYPE_CHECKING = False  # typing's own takes longer to import than a listing has
if TYPE_CHECKING:
    from alembic.graph.target import R


class RevisionMap:
    """The graph of the revisions that ``generator`` gives.

    ::

        revisions = RevisionMap(lambda: [Revision("a", None), Revision("b", "a")])
        revisions.heads                                     # ("b",)
        list(revisions.iterate_revisions("head", "base"))   # b, a

    Every method raises :class:`~alembic.graph.errors.RevisionError` for a graph that makes no sense.
    """

    def __init__(self, generator: Callable[[], Iterable[Revision]]) -> None:
        self._generator = generator

    @cached_property
    def linked(self) -> Linked:
        """The revisions, linked."""
        return Linked(self._generator())

    @property
    def heads(self) -> tuple[str, ...]:
        """The ids of the revisions that no other one has as a parent."""
        return self.linked.heads

    @property
    def bases(self) -> tuple[str, ...]:
        """The ids of the revisions without a parent."""
        return self.linked.bases

    @property
    def _real_heads(self) -> tuple[str, ...]:
        """The heads that no revision depends on."""
        return self.linked.real_heads

    @property
    def _real_bases(self) -> tuple[str, ...]:
        """The bases that depend on no revision."""
        return self.linked.real_bases

    @property
    def _revision_map(self) -> dict[str, Revision]:
        """The revisions by id and by label."""
        return self.linked.nodes

    def add_revision(self, revision: Revision, _replace: bool = False) -> None:
        """Add a revision, or put it in the place of the one with its id where ``_replace``."""
        self.linked.add(revision, replace=_replace)

    def get_current_head(self, branch_label: str | None = None) -> str | None:
        """The id of the one head, of a branch if one is given; None where there is none.

        Raises :class:`~alembic.graph.errors.MultipleHeads`.
        """
        names, _ = target.resolve(self.linked, f"{branch_label}@head" if branch_label else "head")
        return names[0] if names else None

    def get_revision(self, id_: Identifier) -> Revision | None:
        """The revision that ``id_`` names, None for the base.

        Raises :class:`~alembic.graph.errors.ResolutionError`, and
        :class:`~alembic.graph.errors.MultipleHeads` where it names several.
        """
        return target.get_one(self.linked, id_)

    def get_revisions(self, id_: Identifier) -> tuple[Revision, ...]:
        """All revisions that ``id_`` names, none for the base.

        ``id_`` may be several identifiers; ``-2`` counts from the heads. Raises
        :class:`~alembic.graph.errors.ResolutionError`.
        """
        return target.get_many(self.linked, id_)

    def _get_all_current(self, id_: Identifier) -> set[Revision]:
        """What a database has whose version rows are ``id_``, without ancestors of others."""
        return set(target.get_all_current(self.linked, id_))

    def _resolve_revision_number(self, id_: Identifier) -> tuple[tuple[str, ...], str | None]:
        """``id_`` as names, ``head``, ``heads`` and ``base`` as ids; and the branch in it."""
        return target.resolve(self.linked, id_)

    def filter_for_lineage(
        self,
        targets: Iterable[R],
        check_against: str | None,
        include_dependencies: bool = False,
    ) -> tuple[R, ...]:
        """Those of ``targets``, ids or revisions, that are of one lineage with ``check_against``.

        A lineage are a revision, its ancestors and its descendants, also by way of dependencies where
        ``include_dependencies``.
        """
        return target.filter_for_lineage(
            self.linked, targets, check_against, include_dependencies=include_dependencies
        )

    def iterate_revisions(
        self,
        upper: Identifier,
        lower: Identifier,
        implicit_base: bool = False,
        inclusive: bool = False,
        assert_relative_length: bool = True,
        select_for_downgrade: bool = False,
    ) -> Iterator[Revision]:
        """The revisions from ``upper`` down to ``lower``, children before parents.

        :param implicit_base: also what ``upper`` needs though it doesn't follow ``lower``.
        :param inclusive: ``lower`` as well.
        :param assert_relative_length: refuse a relative target that is out of reach, instead of
         going as far as there is a way.
        :param select_for_downgrade: what has to go for a database at ``upper`` to be at ``lower``.

        Raises :class:`~alembic.graph.errors.RangeNotAncestorError` and its kin.
        """
        linked = self.linked
        if select_for_downgrade:
            found = span.span_to_drop(
                linked,
                upper,
                lower,
                inclusive=inclusive,
                assert_relative_length=assert_relative_length,
            )
        else:
            found = span.span_between(
                linked,
                upper,
                lower,
                implicit_base=implicit_base,
                inclusive=inclusive,
                assert_relative_length=assert_relative_length,
            )
        revisions = span.listed(linked, found)
        if len(revisions) != len(found.members):
            # Part of it is reached by way of a dependency alone: that is no range.
            raise RangeNotAncestorError(lower, upper)
        return iter(revisions)
