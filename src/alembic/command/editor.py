"""The command that opens revision files in the user's editor."""

from __future__ import annotations

from alembic.command.listing import CURRENT
from alembic.config import Config
from alembic.script.directory import ScriptDirectory
from alembic.script.script import Script
from alembic.util.editor import open_in_editor
from alembic.util.exc import CommandError


class NothingToEdit(CommandError):
    """``edit`` was given what names no file."""

    def __init__(self, rev: str) -> None:
        self.rev = rev
        super().__init__(
            "No current revisions\nTo edit the newest one:  alembic edit head"
            if rev == CURRENT
            else f"No revision files indicated by symbol {rev!r}\n"
            "To see all revisions:  alembic history"
        )


def edit(config: Config, rev: str) -> None:
    """Open revision files in the editor, one after another.

    :param rev: what names them; ``current`` for those that the database is at.
    """
    script = ScriptDirectory.from_config(config)
    found: list[Script] = []
    if rev == CURRENT:
        # Only now is there something to ask a database.
        from alembic.command.online import ask_databases

        ask_databases(config, script, lambda heads, _: found.extend(script.get_recorded(heads)))
    else:
        found.extend(script.get_revisions(rev))
    if not found:
        raise NothingToEdit(rev)
    for path in dict.fromkeys(each.path for each in found):
        open_in_editor(path)
