<%!
import re

def quoted(value):
    """A value as Python code, in double quotes as code formatters have them."""
    text = repr(value)
    return text if '"' in text else text.replace("'", '"')
%>\
<%
    names = re.findall(r"[^\s,]+", config.get_main_option("databases", ""))

    def done_in(name, token):
        """The code for one database; it is there with --autogenerate only."""
        return context.get(f"{name}_{token}", "") or "pass"
%>\
"""${message}

Revision ID: ${up_revision}
Revises:${" " + comma(down_revision) if down_revision else ""}
Create Date: ${create_date}
"""

from collections.abc import Sequence

import sqlalchemy as sa

from alembic import op
% if imports:
${imports}
% endif

revision: str = ${quoted(up_revision)}
down_revision: str | Sequence[str] | None = ${quoted(down_revision)}
branch_labels: str | Sequence[str] | None = ${quoted(branch_labels)}
depends_on: str | Sequence[str] | None = ${quoted(depends_on)}


def upgrade(engine_name: str) -> None:
    globals()[f"upgrade_{engine_name}"]()


def downgrade(engine_name: str) -> None:
    globals()[f"downgrade_{engine_name}"]()
% for name in names:


def upgrade_${name}() -> None:
    ${done_in(name, "upgrades")}


def downgrade_${name}() -> None:
    ${done_in(name, "downgrades")}
% endfor
