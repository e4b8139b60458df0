"""Script: a revision of the graph with its file.

The graph needs the header only; the file's code is loaded when a step runs it, or when somebody
asks for ``module``.
"""

from __future__ import annotations

import os
from functools import cached_property
from types import ModuleType

from alembic.graph.errors import InvalidRevisionId
from alembic.graph.revision import Revision
from alembic.script.errors import RevisionFileError
from alembic.script.header import Header, Names
from alembic.script.module import (
    has_fresh_code,
    header_of_module,
    load_revision_module,
    syntax_error_in,
)
from alembic.util.pyfiles import SourceLoader
from alembic.util.values import to_tuple


class Script(Revision):
    """One revision file.

    ``module`` is the module that running the file gives, ``rev_id`` the revision's id, ``path``
    the file's path. Scripts that are read from disk come from :meth:`from_header` instead, and
    load their module on first use.
    """

    _db_current_indicator: bool | None = None
    """Whether a listing marks this revision as one of the database's own (``(current)``)."""

    def __init__(self, module: ModuleType, rev_id: str, path: str | os.PathLike[str]) -> None:
        self.module = module
        header = header_of_module(module, os.fspath(path), rev_id)
        super().__init__(header.revision, header.down, header.depends_on, header.labels)
        self.path = os.fspath(path)
        self._doc = header.doc

    @classmethod
    def from_header(cls, header: Header, path: str, module: ModuleType | None = None) -> Script:
        """The script of a file whose header is known; ``module`` where it has been run already."""
        script = cls.from_values(path, *header.values())
        if module is not None:
            script.module = module
        return script

    @classmethod
    def from_values(
        cls,
        path: str,
        revision: str,
        down: Names,
        depends_on: Names,
        labels: Names,
        doc: str | None,
    ) -> Script:
        """The same of the five values of a header."""
        script: Script = object.__new__(cls)
        try:
            Revision.__init__(script, revision, down, depends_on, labels)
        except InvalidRevisionId as error:
            raise InvalidRevisionId(revision, error.characters, path) from error
        script.path = path
        script._doc = doc
        return script

    @cached_property
    def module(self) -> ModuleType:
        """The file's module: the file is run when this is first asked for.

        What the file raises passes through as it is.
        """
        return load_revision_module(self.path)

    def check_syntax(self) -> None:
        """Compile the file without running it; raises :class:`RevisionFileError` with the line.

        The byte code is kept where Python keeps it, so that running the file later costs no more.
        """
        path = self.path
        if "module" in vars(self) or not path.endswith(".py") or has_fresh_code(path):
            return
        loader = SourceLoader("revision", self.path)
        try:
            loader.get_code("revision")
        except SyntaxError as error:
            raise syntax_error_in(self.path, error) from error
        except OSError as error:
            raise RevisionFileError(self.path, None, error.strerror or str(error)) from error

    @property
    def doc(self) -> str:
        """The first paragraph of the docstring: the revision's message."""
        text = self._doc
        return text.strip().partition("\n\n")[0] if text else ""

    @property
    def longdoc(self) -> str:
        """The whole docstring, without the blanks around it."""
        return self._doc.strip() if self._doc else ""

    @property
    def log_entry(self) -> str:
        """Several lines about this revision, as ``history --verbose`` shows it."""
        parents = _listed(self.down_revision)
        marks = (" (head)" if self.is_head else "") + self._tree_marks()
        marks += " (current)" if self._db_current_indicator else ""
        lines = [f"Rev: {self.revision}{marks}"]
        lines.append(f"Merges: {parents}" if self.is_merge_point else f"Parent: {parents}")
        if self.dependencies:
            lines.append(f"Also depends on: {_listed(self.dependencies)}")
        if self.is_branch_point:
            lines.append(f"Branches into: {', '.join(sorted(self.nextrev))}")
        if self.branch_labels:
            lines.append(f"Branch names: {', '.join(sorted(self.branch_labels))}")
        lines.append(f"Path: {self.path}")
        paragraphs = "".join(f"    {line}" for line in self.longdoc.splitlines(keepends=True))
        return "\n".join(lines) + f"\n\n{paragraphs}\n"

    def cmd_format(
        self,
        verbose: bool,
        include_branches: bool = False,
        include_doc: bool = False,
        include_parents: bool = False,
        tree_indicators: bool = True,
    ) -> str:
        """The revision as a command prints it: a line, or several where ``verbose``."""
        if verbose:
            return self.log_entry
        text = self.revision
        if include_parents:
            parents = self.down_revision
            if type(parents) is not str:
                parents = _listed(parents)
            if self.dependencies:
                parents += f" ({_listed(self.dependencies)})"
            text = f"{parents} -> {text}"
        if include_branches and self.branch_labels:
            text += f" ({', '.join(sorted(self.branch_labels))})"
        if not self._children:
            text += " (effective head)" if self._dependents else " (head)"
        if self._db_current_indicator:
            text += " (current)"
        if tree_indicators and (len(self._children) > 1 or len(self._parents) > 1):
            text += self._tree_marks()
        return f"{text}, {self.doc}" if include_doc else text

    def __str__(self) -> str:
        marks = (" (head)" if self.is_head else "") + self._tree_marks()
        return f"{_listed(self.down_revision)} -> {self.revision}{marks}, {self.doc}"

    def _tree_marks(self) -> str:
        marks = " (branchpoint)" if self.is_branch_point else ""
        return marks + " (mergepoint)" if self.is_merge_point else marks


def _listed(names: Names) -> str:
    return names if isinstance(names, str) else ", ".join(to_tuple(names) or ()) or "<base>"
