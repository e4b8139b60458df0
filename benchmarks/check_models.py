"""Models to compare with a database: tables of twelve columns, each with a foreign key and three indexes."""

from __future__ import annotations

_TABLE = """\
sa.Table(
    "t{n}",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("code", sa.String({width}), nullable=False),
    sa.Column("kind", sa.Integer, nullable=False),
    sa.Column("name", sa.String(200), nullable=False, index={is_indexed}),
    sa.Column("note", sa.Text),
    sa.Column("amount", sa.Numeric(12, 2), nullable=False, server_default="0"),
    sa.Column("rate", sa.Float),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("day", sa.Date, nullable={is_nullable}),
    sa.Column("created_at", sa.DateTime, nullable=False, server_default=sa.func.now()),
    sa.Column("blob", sa.LargeBinary),
    sa.Column("parent_id", sa.Integer{reference}, index=True),{more}
    sa.UniqueConstraint("code", "kind", name="uq_t{n}_code"),
    sa.Index("ix_t{n}_created", "created_at"),
)
"""
_REFERENCE = ', sa.ForeignKey("t{parent}.id", name="fk_t{n}_parent", ondelete="CASCADE")'
_SAME = {"width": 60, "is_indexed": True, "is_nullable": True, "more": ""}
_CHANGES = (
    {"width": 80},
    {"more": '\n    sa.Column("added", sa.Integer),'},
    {"is_indexed": False},
    {"is_nullable": False},
)
"""What a changed table has otherwise, in turn."""

_EVERY = 100


def models(count: int, *, is_changed: bool = False) -> str:
    """The text of a module with ``count`` tables; every hundredth is changed where ``is_changed``."""
    parts = ["import sqlalchemy as sa\n\nmetadata = sa.MetaData()\n"]
    for n in range(count):
        # Some are pointed to by many, some by none.
        reference = _REFERENCE.format(n=n, parent=n * 7 // 10) if n else ""
        change = _CHANGES[n // _EVERY % len(_CHANGES)] if is_changed and n % _EVERY == 50 else {}
        parts.append(_TABLE.format(n=n, reference=reference, **{**_SAME, **change}))
    return "\n".join(parts)
