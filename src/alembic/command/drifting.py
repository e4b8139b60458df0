"""Commands that ask whether a database is what its scripts say: drift."""

from __future__ import annotations

from alembic.command.output import print_text
from alembic.config import Config
from alembic.script.directory import ScriptDirectory
from alembic.util.exc import CommandError


class DatabaseDrifted(CommandError):
    """A database is not what its scripts make; the command line leaves with status 1."""

    exit_status = 1

    def __init__(self, count: int) -> None:
        self.count = count
        operations = "1 operation" if count == 1 else f"{count} operations"
        super().__init__(
            f"The database is not what its scripts make: {operations} away from it.\n"
            "To take the changes into the scripts:  "
            'alembic revision --autogenerate --from-database --stamp -m "what was changed"'
        )


def drift(config: Config, scratch_url: str | None = None, json: bool = False) -> None:
    """Tell whether the database is what the scripts up to its revision make of an empty one.

    The scripts are replayed into a scratch database; the live one is only read. Raises
    :class:`DatabaseDrifted` where they differ.

    :param scratch_url: an empty database to replay into, in place of one that is made and dropped.
    :param json: print :class:`~alembic.results.differences.Differences` as JSON, and nothing else.
    """
    # SQLAlchemy is loaded here, not for `alembic drift --help`.
    from alembic.autogenerate.describe import differences_of
    from alembic.autogenerate.revise import NOTHING_ASKED, RevisionContext
    from alembic.command.replaying import compare_with_database

    script = ScriptDirectory.from_config(config)
    gathered = RevisionContext(config, script, NOTHING_ASKED)
    compare_with_database(config, script, gathered, scratch_url=scratch_url, is_revision=False)
    found = differences_of(gathered)
    if json:
        from alembic.command.as_json import print_json  # for that option only

        print_json(config, found)
    elif not found.differences:
        print_text(config, "No drift: the database is what its scripts make.")
    else:
        print_text(config, "What the database has, and its scripts don't make:")
        for one in found.differences:
            print_text(config, f"  {one.text}")
    if found.differences:
        raise DatabaseDrifted(len(found.differences))
