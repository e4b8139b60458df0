"""Operations that a page shows without a project around them are understood, in the dialect that its heading names."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
import sqlalchemy as sa

from alembic import op
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext

PAGE = Path(__file__).parents[2] / "docs" / "howto" / "zero-downtime.md"
DIALECTS = {"PostgreSQL": "postgresql", "MySQL and MariaDB": "mysql"}


def snippets(heading: str) -> list[str]:
    """The blocks of Python below ``heading``."""
    section = (
        PAGE.read_text(encoding="utf-8").partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    )
    return re.findall(r"^```python\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize(
    ("dialect", "snippet"),
    [(name, text) for heading, name in DIALECTS.items() for text in snippets(heading)],
)
def test_what_the_page_shows_becomes_statements(dialect, snippet):
    script = io.StringIO()
    context = MigrationContext.configure(
        dialect_name=dialect, opts={"as_sql": True, "output_buffer": script}
    )
    with Operations.context(context), context.begin_transaction():
        names = {"op": op, "sa": sa}
        exec(snippet, names)
        names.get("upgrade", lambda: None)()
    statements = re.findall(r"ALTER TABLE|CREATE INDEX", script.getvalue())
    assert len(statements) == len(re.findall(r"\bop\.(?:add|create|validate)_", snippet))


def test_there_are_snippets_for_both():
    assert all(map(snippets, DIALECTS))
