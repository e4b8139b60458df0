r"""What stands between the outer parentheses, as a list of items that can be joined again.

An item carries the white space and comments around it, so that taking one out, moving it or adding
one leaves the others as they were::

    (                          lead  text            tail
       a INT,  -- first        "\n   "  "a INT"   "  -- first"
       b TEXT                  "\n   "  "b TEXT"  ""
    )
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from alembic.ddl.sqlite_schema.model import Span, TableText
from alembic.ddl.sqlite_schema.tokens import Kind, tokenize


@dataclass(frozen=True, slots=True)
class Item:
    """A column or table constraint with what surrounds it.

    ``lead`` stands before it, ``gap`` between it and its comma, ``tail`` is a comment behind the
    comma on the same line. ``comma`` is false where SQLite let a constraint do without.
    """

    text: str
    lead: str = " "
    gap: str = ""
    tail: str = ""
    comma: bool = True


@dataclass(frozen=True, slots=True)
class Body:
    """All items in order, the first ``columns`` of which are columns; ``closing`` follows them."""

    items: tuple[Item, ...]
    columns: int
    closing: str

    def without(self, index: int) -> Body:
        """Without the item at ``index``; what follows it takes its place."""
        kept = [item for at, item in enumerate(self.items) if at != index]
        if index == 0 and kept and _is_blank(kept[0].lead):
            # What stands behind the parenthesis on its line is about the table.
            kept[0] = replace(kept[0], lead=_first_lead(self.items[0].lead, kept[0].lead))
        return Body(tuple(kept), self.columns - (index < self.columns), self.closing)

    def with_column(self, text: str, index: int) -> Body:
        """With a new column at ``index`` among the columns."""
        return self._with(text, index, self.columns + 1)

    def with_constraint(self, text: str) -> Body:
        """With a new table constraint behind all others."""
        return self._with(text, len(self.items), self.columns)

    def reordered(self, order: Sequence[int]) -> Body:
        """With its columns in another order: ``order[new place]`` is the old place."""
        leads = [item.lead for item in self.items]
        moved = [
            replace(self.items[old], lead=_lead_at(leads, new, old), comma=True)
            for new, old in enumerate(order)
        ]
        return Body((*moved, *self.items[self.columns :]), self.columns, self.closing)

    def render(self) -> str:
        """The text between the parentheses."""
        parts: list[str] = []
        last = len(self.items) - 1
        for at, item in enumerate(self.items):
            comma = "," if at < last and item.comma else ""
            parts += (item.lead, item.text, item.gap, comma, item.tail)
            following = self.items[at + 1].lead if at < last else self.closing
            if _ends_in_line_comment(item.gap + item.tail) and not following.startswith("\n"):
                parts.append("\n")
        return "".join((*parts, self.closing))

    def _with(self, text: str, index: int, columns: int) -> Body:
        items = list(self.items)
        if index:
            items[index - 1] = replace(items[index - 1], comma=True)
        beside = items[min(index, len(items) - 1)].lead
        lead = beside if _is_blank(beside) and beside else " "
        if index == 0:
            items[0] = replace(items[0], lead=items[0].lead or " ")
            lead = beside if _is_blank(beside) else ""
        items.insert(index, Item(text, lead))
        return Body(tuple(items), columns, self.closing)


def split_body(table: TableText) -> Body:
    """The items of ``table``; ``split_body(t).render()`` is its body as written."""
    spans = [column.span for column in table.columns]
    spans += [constraint.span for constraint in table.constraints]
    items: list[Item] = []
    at = table.body[0]
    for number, (start, end) in enumerate(spans):
        lead, text = table.sql[at:start], table.sql[start:end]
        if number + 1 < len(spans):
            item, at = _split_gap(table, (end, spans[number + 1][0]))
        else:
            tail = _same_line_comment(table.sql[end : table.body[1]])
            item, at = Item("", tail=tail), end + len(tail)
        items.append(replace(item, lead=lead, text=text))
    return Body(tuple(items), len(table.columns), table.sql[at : table.body[1]])


def _split_gap(table: TableText, gap: Span) -> tuple[Item, int]:
    """What stands between two items, and where the second one's lead begins."""
    comma = next((token for token in table.tokens_in(gap) if token.word == ","), None)
    if comma is None:
        return Item("", comma=False), gap[0]
    tail = _same_line_comment(table.sql[comma.end : gap[1]])
    before = table.sql[gap[0] : comma.start]
    return Item("", gap=before, tail=tail), comma.end + len(tail)


def _same_line_comment(text: str) -> str:
    """The comment at the head of ``text`` if its line holds nothing else, with the space before."""
    seen = ""
    comment = False
    for token in tokenize(text):
        if token.kind is Kind.SPACE and "\n" in token.text:
            return seen if comment else ""
        seen += token.text
        comment = comment or token.kind is Kind.COMMENT
    return seen.rstrip() if _ends_in_line_comment(seen) else ""


def _ends_in_line_comment(text: str) -> bool:
    tokens = [token for token in tokenize(text) if token.kind is not Kind.SPACE]
    return bool(tokens) and tokens[-1].text.startswith("--") and not text.endswith("\n")


def _is_blank(lead: str) -> bool:
    return not lead.strip()


def _first_lead(old: str, following: str) -> str:
    if _is_blank(old):
        return old
    heading = _same_line_comment(old)
    return heading + following if heading else following


def _lead_at(leads: list[str], new: int, old: int) -> str:
    """White space belongs to the place, a comment to the item."""
    if not _is_blank(leads[old]):
        return leads[old]
    if _is_blank(leads[new]):
        return leads[new]
    return leads[old] or " "
