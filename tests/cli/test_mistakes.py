"""A mistake is told with what was meant, and errors end with the next command to type."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from projects import Project


@pytest.mark.parametrize(
    ("argv", "hint"),
    [
        (["upgarde", "head"], "Did you mean:  alembic upgrade"),
        (["hist"], "Did you mean:  alembic history"),
        (["migrate"], "Did you mean:  alembic upgrade"),
        (["rollback"], "Did you mean:  alembic downgrade"),
        (["nonsense"], "To see all commands:  alembic --help"),
        (["heads", "--verbsoe"], "Did you mean:  --verbose"),
        (["revision", "--autogenrate"], "Did you mean:  --autogenerate"),
        (["history", "--format", "htlm"], "Did you mean:  html"),
        (["--verison"], "Did you mean:  --version"),
        (["--quite", "heads"], "Did you mean:  alembic --quiet"),
        (["upgrade", "head", "-x", "a=b"], "-x stands before the command:  alembic -x … COMMAND"),
        (
            ["heads", "--raiseerr"],
            "--raiseerr stands before the command:  alembic --raiseerr … COMMAND",
        ),
    ],
    ids=" ".join,
)
def test_a_word_that_is_not_known_is_told_with_what_was_meant(empty, argv, hint):
    done = empty.alembic(*argv)
    assert (done.status, done.out) == (2, "")
    assert done.err.splitlines()[-1] == hint


def test_what_is_like_nothing_gets_no_hint(empty):
    assert "Did you mean" not in empty.alembic("heads", "--zzz").err


@pytest.fixture
def branched(project) -> Project:
    project.revisions(
        "1975ea92b712 -> 27c6a30d7c24 -> ae1027a6acf0, 1975ea92b712 -> bd2f4ac90e11",
        bd2f4ac90e11={"labels": ("reports",)},
    )
    return project


HISTORY = "To see all revisions:  alembic history"


@pytest.mark.parametrize(
    ("argv", "lines"),
    [
        (["show", "27c6a30d7c42"], ["Did you mean:  27c6a30d7c24", HISTORY]),
        (["upgrade", "haed"], ["Did you mean:  head", HISTORY]),
        (["upgrade", "rports@head"], ["Did you mean:  reports", HISTORY]),
        (["show", "reprots"], ["Did you mean:  reports", HISTORY]),
        (["show", "nothing"], [HISTORY]),
        (["edit", "base"], [HISTORY]),
        (["history", "-r", "a"], ["For instance:  alembic history -r current:head"]),
        (
            ["history", "-r", "bd2f:ae10"],
            ["To see how they lie:  alembic history --graph"],
        ),
        (
            ["upgrade", "1975:27c6"],
            [
                "To go to its end:  alembic upgrade 27c6",
                "To write a script:  alembic upgrade 1975:27c6 --sql",
            ],
        ),
        (["downgrade", "-1", "--sql"], ["For instance:  alembic downgrade head:base --sql"]),
        (["upgrade", "a:b:c", "--sql"], ["For instance:  alembic upgrade base:head --sql"]),
        (["current", "--check-heads"], ["To bring it there:  alembic upgrade heads"]),
        (
            ["init", "-t", "genric", "more"],
            [
                "Did you mean:  alembic init -t generic DIRECTORY",
                "To see what they are for:  alembic list_templates",
            ],
        ),
        (
            ["revision", "--head", "1975", "-m", "x"],
            ['To do so:  alembic revision --splice --head 1975ea92b712 -m "..."'],
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_an_error_ends_with_what_to_type_next(branched, argv, lines):
    done = branched.alembic(*argv)
    assert done.status == 255
    assert done.out.startswith("FAILED: ")
    assert done.lines[1:] == lines


def test_a_database_at_a_revision_without_a_file_is_told_so(branched):
    branched.ok("upgrade", "1975")
    engine = sa.create_engine("sqlite:///x.db")
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = 'gone'"))
    engine.dispose()
    for argv in (["upgrade", "heads"], ["downgrade", "base"], ["current"], ["stamp", "1975"]):
        done = branched.alembic(*argv)
        assert done.status == 255
        assert done.out.startswith(
            "FAILED: Can't locate revision identified by 'gone': the database"
        )
        assert done.lines[-1].endswith("alembic stamp --purge REVISION")


@pytest.mark.parametrize(
    ("argv", "typed"),
    [(["history"], "alembic init 'my own'"), (["-c", "a b", "history"], "-c 'a b/alembic.ini'")],
)
def test_a_path_in_a_command_to_type_is_quoted_for_the_shell(empty, argv, typed):
    empty.write("alembic.ini", "[alembic]\nscript_location = my own\n")
    (empty.folder / "a b").mkdir()
    done = empty.alembic(*argv)
    assert done.status == 255
    assert done.out.rstrip().endswith(typed)
