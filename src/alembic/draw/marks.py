"""What every picture writes behind the id of a revision."""

from __future__ import annotations

from alembic.results.revision import RevisionInfo


def marks_of(each: RevisionInfo) -> list[str]:
    """Labels of its branch, whether it is a head, whether the database is at it."""
    marks = [", ".join(each.branch_labels)] if each.branch_labels else []
    if each.is_head:
        marks.append("effective head" if each.dependents else "head")
    if each.is_current:
        marks.append("current")
    return marks


def one_line(text: str) -> str:
    """``text`` with blanks for its line ends."""
    return " ".join(text.split())


def printable(text: str) -> str:
    """``text`` without the control characters that XML can't hold; line ends and tabs stay."""
    return "".join(each for each in text if each.isprintable() or each in "\n\t")
