"""Every kind of bad input: one message with the culprit, a status that isn't zero, nothing left behind.

A case is what a project holds besides ``a1 -> b1``, what is typed, and words of the message. What
holds for all of them is in :func:`test_bad_input`.
"""

from __future__ import annotations

import contextlib
import re
import sqlite3
from dataclasses import dataclass, field

import pytest

from projects import ENV

SECRET = "hunter2"
# What a person may do about it: a command or an option to type, or the edit to make.
WAY_OUT = re.compile(
    r"""To\ [\w ,]+:\ |\balembic\ [a-z-]|\bpip\ install\b|--[a-z]|\bmust\ be\b|\bexpected\b|
    (?:^|[.;:,?]\ |\bor\ |\band\ )(?:add|be\ sure|begin|call|choose|copy|correct|create|give|install|
    keep|leave\ out|look|make|mend|move|name|put|remove|save|say|set|write)\b""",
    re.VERBOSE | re.IGNORECASE | re.MULTILINE,
)
USAGE_ERROR = 2


@dataclass(frozen=True, slots=True)
class Case:
    """``argv`` is typed in a project with ``files`` and the settings ``ini``.

    ``said`` must be seen. ``users`` are the user's own files whose frames may be shown; ``left``
    are files that may be left behind.
    """

    argv: str | list[str]
    said: tuple[str, ...]
    files: dict[str, str | bytes | None] = field(default_factory=dict)
    ini: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    status: int = 255
    before: tuple[str, ...] = ()


def upgrade(body: str, **header: object) -> str:
    """A revision ``x1`` on ``b1`` whose upgrade() is ``body``."""
    names = {"revision": "x1", "down_revision": "b1", **header}
    lines = [f"{name} = {value!r}" for name, value in names.items() if value is not ...]
    return "\n".join([*lines, "from alembic import op", "def upgrade():", f"    {body}", ""])


def bad_file(text: str | bytes) -> dict[str, str | bytes | None]:
    return {"migrations/versions/x1_bad.py": text}


def url(text: str) -> tuple[str, ...]:
    return (f"sqlalchemy.url = {text}",)


def hook(*lines: str) -> tuple[str, ...]:
    return ("[post_write_hooks]", "hooks = fix", *(f"fix.{line}" for line in lines))


NEW = "revision -m new --rev-id n1"
LOGGING = (
    "from logging.config import fileConfig\nfrom alembic import context\n"
    "fileConfig(context.config.config_file_name, disable_existing_loggers=False)\n" + ENV
)
MODELS = ENV.replace("connection=connection", "connection=connection, target_metadata=MetaData()")
MODELS = MODELS.replace("import create_engine", "import MetaData, create_engine")

SETTINGS = {
    "no settings at all": Case(
        "history",
        ("No 'script_location' key found", "alembic.ini", "alembic init"),
        {"alembic.ini": None},
    ),
    "a named file that is missing": Case("-c nowhere.ini heads", ("nowhere.ini", "not exist")),
    "two ini files": Case("-c a.ini -c b.ini heads", ("only one ini file", "a.ini, b.ini")),
    "two toml files": Case("-c a.toml -c b.toml heads", ("more than once", "a.toml, b.toml")),
    "no such section": Case(
        "-n nowhere heads",
        ("No 'script_location' key found", "[nowhere]", "alembic -n alembic"),
    ),
    "a folder in place of the settings": Case(
        "-c migrations heads", ("migrations is a folder", "-c migrations/alembic.ini")
    ),
    "nothing in the settings": Case(
        "heads", ("alembic.ini, section [alembic]", "alembic init"), {"alembic.ini": ""}
    ),
    **{
        f"{setting} that is no text in toml": Case(
            "heads",
            (f"{setting} = 3", "must be text"),
            {
                "alembic.ini": "[alembic]\n",
                "pyproject.toml": f"[tool.alembic]\n{setting} = 3\n"
                + "script_location = 'migrations'\n" * (setting != "script_location"),
            },
        )
        for setting in ("script_location", "file_template", "timezone", "output_encoding")
    },
    "hooks that are no tables in toml": Case(
        "heads",
        ("[[tool.alembic.post_write_hooks]]", "must be a table"),
        {"pyproject.toml": "[tool.alembic]\npost_write_hooks = 'black'\n"},
    ),
    **{
        f"a version location that is a file, {command}": Case(
            command,
            ("afile is a file", "name a folder in version_locations"),
            {"afile": ""},
            ini=("version_locations = afile",),
        )
        for command in ("history", "upgrade head", NEW)
    },
    "a variable that is not set": Case(
        "current",
        ("alembic.ini", "ALEMBIC_NOT_SET", "export ALEMBIC_NOT_SET="),
        {"migrations/env.py": None},
        ini=("sqlalchemy.url = ${ALEMBIC_NOT_SET}", "target_metadata = sqlalchemy:nothing"),
    ),
    "a plugin that is not there": Case(
        "check",
        ("locate plugins: alembic.nope", "alembic.autogenerate.tables"),
        {"migrations/env.py": MODELS},
        ini=("autogenerate_plugins = alembic.nope",),
        before=("upgrade head",),
    ),
    "a plugin that can't be one": Case(
        "check",
        ("'alembic.!'", "alembic.autogenerate.types"),
        {"migrations/env.py": MODELS},
        ini=("autogenerate_plugins = alembic.!",),
        before=("upgrade head",),
    ),
    "no such section, for a URL": Case(
        "-n nowhere upgrade head",
        ("'[nowhere]' section",),
        {"pyproject.toml": "[tool.alembic]\nscript_location = 'migrations'\n"},
    ),
    "an ini file without a section": Case(
        "heads",
        ("alembic.ini, line 1", "begin the file with [alembic]"),
        {"alembic.ini": "a = 1\n"},
    ),
    "an ini line that is no setting": Case(
        "heads",
        ("alembic.ini, line 3", "neither a [section]"),
        {"alembic.ini": "[alembic]\n\nwhat\n"},
    ),
    "a section twice": Case(
        "heads", ("line 2", "second time"), {"alembic.ini": "[alembic]\n[alembic]\n"}
    ),
    "a key twice": Case(
        "heads",
        ("line 3", "'a' is set for the second time"),
        {"alembic.ini": "[alembic]\na=1\na=2\n"},
    ),
    "a secret in a line that is no setting": Case(
        "heads", ("line 2",), {"alembic.ini": f"[alembic]\nurl {SECRET}\n"}
    ),
    "an ini file that is no text": Case(
        "heads", ("alembic.ini", "not UTF-8"), {"alembic.ini": b"[alembic]\na = \xff\n"}
    ),
    "malformed toml": Case(
        "heads", ("pyproject.toml", "not valid TOML"), {"pyproject.toml": "[tool.alembic\n"}
    ),
    "toml that is no text": Case(
        "heads", ("pyproject.toml", "not UTF-8"), {"pyproject.toml": b"a = '\xff'\n"}
    ),
    "toml without a table": Case(
        "heads", ("[tool.alembic] must be a table",), {"pyproject.toml": "tool.alembic = 5\n"}
    ),
    "a reference to nothing": Case(
        "heads", ("alembic.ini", "%(nowhere)s"), ini=("script_location = %(nowhere)s/m",)
    ),
    "references in a circle": Case(
        "heads", ("circle",), ini=("script_location = %(a)s", "a = %(a)s")
    ),
    "a reference to nothing in toml": Case(
        "heads",
        ("pyproject.toml", "%(nowhere)s"),
        {"pyproject.toml": "[tool.alembic]\nfile_template = '%(nowhere)s'\n"},
    ),
    "a folder that is missing": Case(
        "heads", ("nowhere", "alembic init"), ini=("script_location = nowhere",)
    ),
    "a package that is missing": Case(
        "heads", ("no package 'nowhere'", "prepend_sys_path"), ini=("script_location = nowhere:m",)
    ),
    "a version location in a missing package": Case(
        "heads",
        ("no package 'nowhere'",),
        ini=("version_locations = nowhere.x:m", "path_separator = newline"),
    ),
    "an unknown separator": Case(
        "heads",
        ("'pipe'", "path_separator", "'space'"),
        ini=("path_separator = pipe", "version_locations = a"),
    ),
    "a slug length that is no number": Case(
        "heads",
        ("truncate_slug_length = many", "whole number"),
        ini=("truncate_slug_length = many",),
    ),
    "a boolean that is none": Case(
        NEW,
        ("revision_environment = maybe", "true or false"),
        ini=("revision_environment = maybe",),
    ),
    "a boolean text in toml": Case(
        "heads",
        ("boolean", "'sourceless'"),
        {"pyproject.toml": "[tool.alembic]\nsourceless='yes'\n"},
    ),
    "paths that are numbers in toml": Case(
        "heads",
        ("version_locations", "list of strings"),
        {"pyproject.toml": "[tool.alembic]\nversion_locations=[1]\n"},
    ),
    "an unknown time zone": Case(
        NEW, ("Can't locate timezone: Moon/Sea", "Europe/Berlin"), ini=("timezone = Moon/Sea",)
    ),
    "an unknown token in the file template": Case(
        NEW, ("file_template", "no 'title'", "slug"), ini=("file_template = %%(title)s",)
    ),
    "a file template that is no format": Case(
        NEW, ("file_template",), ini=("file_template = %%(rev)s_%%(slug)",)
    ),
    "a file template that leads elsewhere": Case(
        NEW, ("leads out of migrations/versions",), ini=("file_template = ../%%(rev)s",)
    ),
    "a file template with folders that are not searched": Case(
        NEW, ("recursive_version_locations = true",), ini=("file_template = %%(year)d/%%(rev)s",)
    ),
    "a file template that no listing takes": Case(
        NEW, ("not taken for a revision",), ini=("file_template = __init__%%(rev)s",)
    ),
    "an unknown encoding": Case(
        NEW, ("no such output_encoding 'utf-99'",), ini=("output_encoding = utf-99",)
    ),
    "an encoding without these letters": Case(
        ["revision", "-m", "hello", "--rev-id", "ü1"],
        ("output_encoding 'ascii'",),
        ini=("output_encoding = ascii",),
    ),
}

DATABASES = {
    "no URL": Case(
        "upgrade head", ("sqlalchemy.url",), ini=("sqlalchemy.url =",), users=("env.py",), status=1
    ),
    "an unknown dialect": Case(
        "upgrade head",
        ("nosuchdialect", "sqlalchemy.url"),
        ini=url(f"nosuchdialect://u:{SECRET}@h/x"),
        status=1,
    ),
    "an unknown dialect, for a script": Case(
        "upgrade head --sql",
        ("nosuchdialect", "sqlalchemy.url"),
        ini=url(f"nosuchdialect://u:{SECRET}@h/x"),
        status=1,
    ),
    "an unknown driver": Case(
        "current", ("nosuchdriver",), ini=url(f"postgresql+nosuchdriver://u:{SECRET}@h/x"), status=1
    ),
    "a driver that is not installed": Case(
        "current",
        ("No module named 'pg8000'", "To install it: pip install pg8000"),
        ini=url("postgresql+pg8000://u@h/x"),
        status=1,
    ),
    "a driver whose package has another name": Case(
        "current",
        ("No module named 'MySQLdb'", "To install it: pip install mysqlclient"),
        ini=url("mysql://u@h/x"),
        status=1,
    ),
    "an asynchronous driver in an env.py that is not": Case(
        "upgrade head",
        ("asynchronous driver", "template async"),
        ini=url("sqlite+aiosqlite://"),
        status=1,
    ),
    "an asynchronous driver of a server in an env.py that is not": Case(
        "upgrade head",
        ("asynchronous driver", "template async"),
        ini=url(f"postgresql+asyncpg://u:{SECRET}@127.0.0.1:1/x"),
        status=1,
    ),
    "no URL at all": Case(
        "upgrade head", ("sqlalchemy.url",), ini=url(f"u:{SECRET}@localhost"), status=1
    ),
    "a port that is no number": Case(
        "upgrade head",
        ("the port in the URL", "sqlalchemy.url"),
        ini=url(f"postgresql+psycopg://u:{SECRET}@h:port/x"),
        status=1,
    ),
    "a secret that is taken for a port": Case(
        "upgrade head",
        ("the port in the URL", "%40"),
        ini=url(f"postgresql+psycopg://u:hun@ter:{SECRET}@h/x"),
        status=1,
    ),
    "a secret that is taken for a host": Case(
        "upgrade head",
        ("can't connect", "'***@h'", "%40"),
        ini=url(f"postgresql+psycopg://u:hun@{SECRET}@h/x"),
        status=1,
    ),
    "an unknown option in a URL": Case(
        "upgrade head",
        ("can't connect", "nope"),
        ini=url(f"postgresql+psycopg://u:{SECRET}@h/x?nope=1"),
        status=1,
    ),
    "nobody listens": Case(
        "upgrade head",
        ("can't connect", "127.0.0.1", "is the database there?"),
        ini=url(f"postgresql+psycopg://u:{SECRET}@127.0.0.1:1/x"),
        status=1,
    ),
    "nobody listens, elsewhere": Case(
        "current",
        ("can't connect", "127.0.0.1"),
        ini=url(f"mysql+pymysql://u:{SECRET}@127.0.0.1:1/x"),
        status=1,
    ),
    "nobody listens, with a secret full of signs": Case(
        "stamp head",
        ("can't connect",),
        ini=url(f"postgresql+psycopg://u:%40{SECRET}%2F@127.0.0.1:1/x?password={SECRET}"),
        status=1,
    ),
    "an SQLite file in a missing folder": Case(
        "upgrade head",
        ("unable to open database file",),
        ini=url("sqlite:////no/such/folder/x.db"),
        status=1,
    ),
    "a file that is no database": Case(
        "upgrade head",
        ("file is not a database",),
        {"no.db3": "text, and more than a bit of it\n" * 99},
        ini=url("sqlite:///no.db3"),
        status=1,
        users=("env.py",),
    ),
    "a range on a database": Case("upgrade a1:b1", ("Range revision not allowed",)),
    "a range of three on a database": Case(
        "upgrade a1:x:b1", ("Range revision not allowed", "alembic upgrade a1:b1 --sql")
    ),
    "a range without a start on a database": Case(
        "downgrade :a1", ("Range revision not allowed", "alembic downgrade head:a1 --sql")
    ),
    "a range down on a database": Case("downgrade b1:a1", ("Range revision not allowed",)),
    "a downgrade script without a start": Case("downgrade a1 --sql", ("<fromrev>:<torev>",)),
    "a range without an end": Case("upgrade a1: --sql", ("'a1:'", "<fromrev>:<torev>")),
    "a range without a start": Case("upgrade :b1 --sql", ("':b1'", "<fromrev>:<torev>")),
    "a range down without an end": Case("downgrade b1: --sql", ("'b1:'", "<fromrev>:<torev>")),
    "a range of nothing": Case("upgrade : --sql", ("':'", "<fromrev>:<torev>")),
    "a stamp without a start": Case("stamp :b1 --sql", ("':b1'", "<fromrev>:<torev>")),
    "a range of three": Case("upgrade a1:b1:a1 --sql", ("'a1:b1:a1' is no range",)),
    "stamps from two starts": Case(
        "stamp a1:b1 b1:a1 --sql",
        ("single starting revision",),
    ),
    "purge in a script": Case("stamp --purge --sql head", ("--purge",)),
    "a database that is not at the head": Case(
        "current --check-heads", ("Database is not on all head revisions",)
    ),
    "a database ahead of the files": Case(
        "upgrade head", ("Can't locate revision identified by 'gone'",), before=("sql:gone",)
    ),
    **{
        f"a database ahead of the files, {command}": Case(
            command,
            (
                "Can't locate revision identified by 'gone': the database is at it",
                "alembic stamp --purge REVISION",
            ),
            before=("sql:gone",),
        )
        for command in (
            "current",
            "current --json",
            "downgrade base",
            "stamp head",
            "check",
            "drift",
            "show current",
            "show current --json",
            "edit current",
            "history -r current:",
            "history -r a1:current",
            f"{NEW} --from-database",
        )
    },
    "a database at a revision and at one below": Case(
        "upgrade head",
        ("Requested revision b1 overlaps", "a1", "alembic stamp --purge b1"),
        before=("sql:a1,b1",),
    ),
}

IDENTIFIERS = {
    f"{command} {target}": Case(f"{command} {target}", said)
    for command in ("upgrade", "downgrade", "stamp", "show", "edit")
    for target, said in {
        "nope": ("'nope'",),
        "nope@head": ("nope",),
        "a1@nope": ("nope",),
    }.items()
} | {
    "nothing": Case(["upgrade", ""], ("''",)),
    "a blank": Case(["upgrade", " "], ("' '",)),
    "a branch without a name": Case("upgrade @", ("''",)),
    "signs": Case("upgrade ++1", ("'++1'",)),
    "upgrade backwards": Case("upgrade -1", ("-1", "Relative revision")),
    "upgrade past the end": Case("upgrade +9", ("+9", "Relative revision")),
    "downgrade past the beginning": Case("downgrade -9", ("-9", "Relative revision")),
    "relative from a name": Case("upgrade a1+9", ("+9", "Relative revision")),
    "down to what is above": Case("downgrade b1", ("b1",), before=("upgrade a1",)),
    "an ambiguous beginning": Case(
        "show abc",
        ("'abc'", "abc1", "abc2"),
        {
            "migrations/versions/abc1.py": upgrade("pass", revision="abc1"),
            "migrations/versions/abc2.py": upgrade("pass", revision="abc2", down_revision="abc1"),
        },
    ),
    "an ambiguous beginning, up": Case(
        "upgrade abc",
        ("'abc'", "abc1", "abc2"),
        {
            "migrations/versions/abc1.py": upgrade("pass", revision="abc1"),
            "migrations/versions/abc2.py": upgrade("pass", revision="abc2", down_revision="abc1"),
        },
    ),
    "edit the base": Case("edit base", ("'base'",)),
    "edit current of an empty database": Case("edit current", ("No current revisions",)),
    "history without a colon": Case("history -r a1", ("[start]:[end]",)),
    "history with two colons": Case("history -r a1:b1:", ("[start]:[end]",)),
    "history from nowhere": Case("history -r nope:", ("'nope'",)),
    "history to nowhere": Case("history -r :nope", ("'nope'",)),
    "history upside down": Case("history -r b1:a1", ("b1:a1", "ancestor/descendant")),
    "merge what is not": Case("merge a1 nope", ("'nope'",)),
    "merge what is no head": Case(
        "merge a1 b1", ("a1", "not a head", "alembic merge --splice a1 b1")
    ),
    "merge the same twice": Case("merge b1 b1", ("Duplicate head",)),
    "rebase what is not": Case("rebase nope --onto b1", ("'nope'",)),
    "rebase onto what is not": Case("rebase b1 --onto nope", ("'nope'",)),
    "rebase onto itself": Case("rebase b1 --onto b1", ("the same revision",)),
    "rebase onto a child": Case("rebase a1 --onto b1", ("b1 builds on a1",)),
    "rebase where it is": Case("rebase b1 --onto a1", ("a1 is its parent already",)),
    "rebase the base": Case("rebase base --onto b1", ("base is no revision",)),
    "rebase onto the base": Case("rebase b1 --onto base", ("base is no revision",)),
}

TWO_HEADS: dict[str, str | bytes | None] = {
    "migrations/versions/x1_other.py": upgrade("pass", down_revision="a1")
}
# Usage errors are argparse's own: status 2, no "FAILED".
USAGE = {
    argv or "no command": Case(argv, said, status=USAGE_ERROR)
    for argv, said in {
        "": ("too few arguments",),
        "nope": ("invalid choice: 'nope'", "upgrade"),
        "upgrade": ("required: revision", "alembic upgrade --help"),
        "upgrade head more": ("unrecognized arguments: more",),
        "upgrade head --nope": ("unrecognized arguments: --nope",),
        "downgrade": ("required: revision",),
        "stamp": ("required: revisions",),
        "show": ("required",),
        "edit": ("required",),
        "merge": ("required: revisions",),
        "rebase b1": ("required",),
        "init": ("required: directory",),
        "current more": ("unrecognized arguments: more",),
        "check --sql": ("unrecognized arguments: --sql",),
        "heads --rev-id x": ("unrecognized arguments",),
        "history --format pdf": ("'pdf'", "'svg'", "alembic history --help"),
        "-x": ("-x", "expected one argument", "alembic --help"),
        "-c": ("-c", "expected one argument"),
        "-n": ("-n", "expected one argument"),
        "upgrade head --lock-timeout": ("--lock-timeout", "expected one argument"),
        "upgrade head --tag": ("--tag", "expected one argument"),
        "revision -m": ("-m", "expected one argument"),
        "revision --depends-on": ("--depends-on", "expected one argument"),
    }.items()
}

SECONDS = ("500ms, 30s", "lock_timeout")
TIMES = (
    {
        f"{option} {value!r}": Case(["upgrade", "head", option, value], (repr(value), *SECONDS))
        for option in ("--lock-timeout", "--ddl-lock-timeout")
        for value in ("soon", "-5", "", "5 parsecs", "nan", "inf")
    }
    | {
        f"{command} --lock-timeout soon": Case(f"{command} --lock-timeout soon", SECONDS)
        for command in ("downgrade base", "stamp head")
    }
    | {
        "a statement that may take forever": Case(
            "upgrade head --ddl-statement-timeout ever", ("ddl_statement_timeout", "'ever'")
        ),
        "a lock that is neither": Case("upgrade head", ("lock='maybe'",), ini=("lock = maybe",)),
        "a lock timeout in the settings": Case(
            "upgrade head", SECONDS, ini=("lock_timeout = a while",)
        ),
        "retries that are no number": Case(
            "upgrade head", ("ddl_lock_retries='many'",), ini=("ddl_lock_retries = many",)
        ),
        "fewer retries than none": Case(
            "upgrade head", ("ddl_lock_retries='-1'",), ini=("ddl_lock_retries = -1",)
        ),
        "a dry run of a script": Case("upgrade head --dry-run --sql", ("--dry-run", "--sql")),
        "a dry run to nowhere": Case("upgrade nope --dry-run", ("'nope'",)),
        "a dry run down to nowhere": Case("downgrade nope --dry-run", ("'nope'",)),
    }
)

HEADS = {
    f"{argv}, with two heads": Case(argv, ("b1_step.py", "x1_other.py", "alembic merge"), TWO_HEADS)
    for argv in (
        "upgrade head",
        "stamp head",
        "heads --check",
        "show head",
        "edit head",
        "upgrade +2",
        "downgrade head",
        "upgrade a1:head --sql",
        "history -r :head",
        "rebase head --onto a1",
        "rebase b1 --onto head",
        NEW,
    )
}

NEW_REVISIONS = (
    {
        "a parent that is not": Case(f"{NEW} --head nope", ("'nope'",)),
        "a parent that is no head": Case(f"{NEW} --head a1", ("a1", "not a head", "--splice")),
        "a label that is not": Case(f"{NEW} --head nope@head", ("nope",)),
        "a dependency that is not": Case(f"{NEW} --depends-on nope", ("'nope'",)),
        "a dependency on the base": Case(f"{NEW} --depends-on base", ("'base'",)),
        "an id that is taken": Case(
            "revision -m new --rev-id a1", ("a1", "a1_step.py", "--rev-id")
        ),
        "a location that is none": Case(
            f"{NEW} --version-path nowhere", ("nowhere", "migrations/versions")
        ),
        "several locations and no parent": Case(
            f"{NEW} --head base --splice",
            ("--version-path", "more"),
            {"more/.keep": ""},
            ini=("version_locations = more:%(here)s/migrations/versions",),
        ),
        "a label that is taken": Case(f"{NEW} --branch-label b1", ("'b1'", "b1")),
        "sql without an environment": Case(f"{NEW} --sql", ("--sql", "revision_environment")),
        "sql with autogenerate": Case(f"{NEW} --sql --autogenerate", ("--sql", "--autogenerate")),
        "no template": Case(
            NEW, ("script.py.mako", "No file was written"), {"migrations/script.py.mako": None}
        ),
        "a template with a syntax error": Case(
            NEW, ("script.py.mako", "No file was written"), {"migrations/script.py.mako": "${oops"}
        ),
        "a template with an unknown name": Case(
            NEW,
            ("script.py.mako", "No file was written"),
            {"migrations/script.py.mako": "${nope.x}"},
        ),
        "a template with an error of its own": Case(
            NEW, ("script.py.mako", "ZeroDivisionError"), {"migrations/script.py.mako": "${1 / 0}"}
        ),
        "a template that gives no Python": Case(
            NEW, ("script.py.mako", "not valid Python"), {"migrations/script.py.mako": "a b c"}
        ),
        "a template without an id": Case(
            NEW, ("script.py.mako", "'revision'"), {"migrations/script.py.mako": "x = 1\n"}
        ),
        "a template without labels": Case(
            f"{NEW} --branch-label mine",
            ("'branch_labels'", "script.py.mako"),
            {
                "migrations/script.py.mako": "revision=${repr(up_revision)}\ndown_revision=${repr(down_revision)}\n"
            },
        ),
    }
    | {
        f"the id {id_!r}": Case(["revision", "-m", "new", "--rev-id", id_], said)
        for id_, said in {
            "../escape": ("'../escape'",),
            "/tmp/escape": ("'/tmp/escape'",),
            "a\\b": ("'a\\\\b'",),
            "a\nb": ("'a\\nb'",),
            "a\0b": ("'a\\x00b'",),
            ".": ("'.'",),
            "..": ("'..'",),
            ".hidden": ("'.hidden'",),
            "a@b": ("'@'", "'a@b'"),
            "a:b": ("':'", "'a:b'"),
            "a+b": ("'+'", "'a+b'"),
            "a-b": ("'-'", "'a-b'"),
            "head": ("'head'",),
            "heads": ("'heads'",),
            "base": ("'base'",),
            "current": ("'current'",),
            " ": ("' '",),
            "x" * 300: ("xxx",),
        }.items()
    }
    | {
        f"the label {label!r}": Case(["revision", "-m", "new", "--branch-label", label], said)
        for label, said in {
            "a@b": ("'@'", "'a@b'"),
            "a:b": ("':'",),
            "a-1": ("'-1'", "'a-1'"),
            "+a": ("'+'", "'+a'"),
            "head": ("'head'",),
            "heads": ("'heads'",),
            "base": ("'base'",),
            "": ("''",),
        }.items()
    }
)

FILES = {
    "a syntax error": Case(
        "history", ("x1_bad.py, line 2",), bad_file('revision = "x1"\nx = = 1\n')
    ),
    "a syntax error in the body": Case(
        "upgrade head", ("x1_bad.py, line 5",), bad_file(upgrade("x = = 1"))
    ),
    "no id": Case("heads", ("x1_bad.py", "'revision' variable"), bad_file("x = 1\n")),
    "an id that is a number": Case(
        "heads",
        ("x1_bad.py", "must be a string", "5"),
        bad_file("revision = 5\ndown_revision = None\n"),
    ),
    "an id that is empty": Case(
        "heads",
        ("x1_bad.py", "must be a string"),
        bad_file("revision = ''\ndown_revision = None\n"),
    ),
    "no parent": Case("heads", ("x1_bad.py", "'down_revision'"), bad_file("revision = 'x1'\n")),
    "a parent that is a number": Case(
        "heads",
        ("x1_bad.py", "'down_revision' must be"),
        bad_file(upgrade("pass", down_revision=5)),
    ),
    "labels that are numbers": Case(
        "heads",
        ("x1_bad.py", "'branch_labels' must be"),
        bad_file(upgrade("pass", branch_labels=(1,))),
    ),
    "a parent that is missing": Case(
        "upgrade head", ("nowhere", "x1_bad.py"), bad_file(upgrade("pass", down_revision="nowhere"))
    ),
    "a dependency that is missing": Case(
        "upgrade head", ("nowhere", "x1"), bad_file(upgrade("pass", depends_on="nowhere"))
    ),
    "its own parent": Case("heads", ("x1",), bad_file(upgrade("pass", down_revision="x1"))),
    "its own dependency": Case("heads", ("x1",), bad_file(upgrade("pass", depends_on="x1"))),
    "a circle": Case(
        "heads",
        ("x1", "y1"),
        {
            "migrations/versions/x1.py": upgrade("pass", down_revision="y1"),
            "migrations/versions/y1.py": upgrade("pass", revision="y1", down_revision="x1"),
        },
    ),
    "a circle of dependencies": Case(
        "heads",
        ("x1", "y1"),
        {
            "migrations/versions/x1.py": upgrade("pass", depends_on="y1"),
            "migrations/versions/y1.py": upgrade("pass", revision="y1", depends_on="x1"),
        },
    ),
    "an id twice": Case(
        "heads",
        ("x1_bad.py", "x1_again.py"),
        {
            **bad_file(upgrade("pass")),
            "migrations/versions/x1_again.py": upgrade("pass"),
        },
    ),
    "a label twice": Case(
        "heads",
        ("'mine'", "x1", "y1"),
        {
            "migrations/versions/x1.py": upgrade("pass", branch_labels="mine", down_revision="a1"),
            "migrations/versions/y1.py": upgrade(
                "pass", revision="y1", branch_labels="mine", down_revision="a1"
            ),
        },
    ),
    "a file that is no text": Case(
        "heads", ("x1_bad.py, line 1", "not UTF-8"), bad_file(b"revision = '\xff'\n")
    ),
    "a file in an encoding that is not": Case(
        "heads", ("x1_bad.py", "klingon"), bad_file("# coding: klingon\n" + upgrade("pass"))
    ),
    "an id with a sign": Case(
        "heads", ("'-'", "'x-1'", "x1_bad.py"), bad_file(upgrade("pass", revision="x-1"))
    ),
    "an upgrade() that is a coroutine": Case(
        "upgrade head",
        ("upgrade() of revision x1", "x1_bad.py", "a coroutine", "as it was before"),
        bad_file(upgrade("pass").replace("def upgrade", "async def upgrade")),
    ),
    "an upgrade() that is a generator": Case(
        "upgrade head",
        ("upgrade() of revision x1", "x1_bad.py", "a generator"),
        bad_file(upgrade("yield")),
    ),
    "a file with null bytes": Case("heads", ("x1_bad.py",), bad_file(b"revision = 'x1'\0\n")),
    "a file that fails when it is read": Case(
        "heads",
        ("x1_bad.py", "ZeroDivisionError"),
        bad_file("revision = 'x' + str(1 / 0)\ndown_revision = 'b1'\n"),
        users=("x1_bad.py", "env.py"),
        status=1,
    ),
    "a migration that fails": Case(
        "upgrade head",
        ("x1_bad.py", "ZeroDivisionError", "upgrade of x1"),
        bad_file(upgrade("1 / 0")),
        users=("x1_bad.py", "env.py"),
        status=1,
    ),
    "SQL that fails": Case(
        "upgrade head",
        ("x1_bad.py", "no_such_table"),
        bad_file(upgrade('op.execute("DROP TABLE no_such_table")')),
        users=("x1_bad.py", "env.py"),
        status=1,
    ),
    "an operation that is refused": Case(
        "upgrade head",
        ("'nowhere'", "This was in the upgrade of x1", "x1_bad.py:5", "as it was before"),
        bad_file(upgrade('op.alter_column("nowhere", "x", nullable=False)')),
    ),
    "an import that fails": Case(
        "upgrade head",
        ("x1_bad.py", "no_such_module"),
        bad_file("import no_such_module\n" + upgrade("pass")),
        users=("x1_bad.py", "env.py"),
        status=1,
    ),
    "no upgrade()": Case(
        "upgrade head",
        ("x1_bad.py", "upgrade"),
        bad_file("revision = 'x1'\ndown_revision = 'b1'\n"),
    ),
    "no downgrade()": Case(
        "downgrade -1",
        ("x1_bad.py", "downgrade"),
        bad_file(upgrade("pass")),
        before=("upgrade head",),
    ),
    "no env.py": Case(
        "upgrade head", ("migrations/env.py", "alembic init"), {"migrations/env.py": None}
    ),
    "an env.py with a syntax error": Case(
        "upgrade head",
        ("env.py:1", "SyntaxError"),
        {"migrations/env.py": "x = = 1\n"},
        users=("env.py",),
        status=1,
    ),
    "an env.py that fails": Case(
        "upgrade head",
        ("env.py:1", "NameError"),
        {"migrations/env.py": "nothing\n"},
        users=("env.py",),
        status=1,
    ),
    "an env.py that imports what is not": Case(
        "current",
        ("env.py:1", "no_such_module"),
        {"migrations/env.py": "import no_such_module\n"},
        users=("env.py",),
        status=1,
    ),
    "logging without its sections": Case(
        "current",
        ("alembic.ini: logging can't be set up: 'formatters'", "[formatters]"),
        {"migrations/env.py": LOGGING},
        status=1,
    ),
    "logging at a level that is not": Case(
        "current",
        ("alembic.ini: logging can't be set up", "LOUD"),
        {"migrations/env.py": LOGGING},
        ini=(
            "[loggers]\nkeys=root\n[handlers]\nkeys=\n[formatters]\nkeys=",
            "[logger_root]\nlevel=LOUD\nhandlers=",
        ),
        status=1,
    ),
    "an env.py that configures nothing": Case(
        "upgrade head",
        ("No context has been configured yet",),
        {"migrations/env.py": "from alembic import context\ncontext.run_migrations()\n"},
    ),
    "an env.py that names no database": Case(
        "upgrade head",
        ("Connection, url, or dialect_name is required",),
        {"migrations/env.py": "from alembic import context\ncontext.configure()\n"},
    ),
    "an env.py that shows its settings": Case(
        "upgrade head",
        ("env.py:1", "ValueError"),
        {"migrations/env.py": f"raise ValueError({{'user': 'u', 'password': '{SECRET}'}})\n"},
        users=("env.py",),
        status=1,
    ),
    "an env.py that leaves with a secret": Case(
        "upgrade head",
        ("env.py:1", "ValueError"),
        {"migrations/env.py": f"raise ValueError('can not reach postgresql://u:{SECRET}@h/x')\n"},
        users=("env.py",),
        status=1,
    ),
    "autogenerate without models": Case(
        f"{NEW} --autogenerate", ("MetaData", "env.py"), before=("upgrade head",)
    ),
    "check without models": Case("check", ("MetaData", "env.py"), before=("upgrade head",)),
    "autogenerate behind the head": Case(f"{NEW} --autogenerate", ("not up to date",)),
    "check behind the head": Case("check", ("not up to date",)),
}

AFTER = ("migrations/versions/n1_new.py",)
HOOKS = {
    "a hook without a type": Case(
        NEW, ("fix.type", "'fix'"), ini=hook("executable = x"), left=AFTER
    ),
    "a hook of an unknown type": Case(
        NEW, ("'nope'", "'fix'", "console_scripts"), ini=hook("type = nope"), left=AFTER
    ),
    "a program that is not there": Case(
        NEW,
        ("nosuchprogram", "'fix'"),
        ini=hook("type = exec", "executable = nosuchprogram"),
        left=AFTER,
    ),
    "no program": Case(NEW, ("fix.executable",), ini=hook("type = exec"), left=AFTER),
    "a module that is not there": Case(
        NEW,
        ("no_such_module", "'fix'"),
        ini=hook("type = module", "module = no_such_module"),
        left=AFTER,
    ),
    "a module of a package that is not there": Case(
        NEW, ("no_such.module",), ini=hook("type = module", "module = no_such.module"), left=AFTER
    ),
    "no module": Case(NEW, ("fix.module",), ini=hook("type = module"), left=AFTER),
    "an entry point that is not there": Case(
        NEW,
        ("console_scripts.nope",),
        ini=hook("type = console_scripts", "entrypoint = nope"),
        left=AFTER,
    ),
    "no entry point": Case(
        NEW, ("fix.entrypoint",), ini=hook("type = console_scripts"), left=AFTER
    ),
    "a program that fails": Case(
        NEW,
        ("'fix'", "status 1", "n1_new.py"),
        ini=hook("type = exec", "executable = false"),
        left=AFTER,
    ),
    "a folder that is not there": Case(
        NEW,
        ("nowhere", "'fix'"),
        ini=hook("type = exec", "executable = true", "cwd = nowhere"),
        left=AFTER,
    ),
    "options that are no words": Case(
        NEW,
        ("'fix'", "options"),
        ini=hook("type = exec", "executable = true", "options = 'open"),
        left=AFTER,
    ),
}

CASES = {
    f"{group}: {name}": case
    for group, cases in {
        "settings": SETTINGS,
        "database": DATABASES,
        "identifier": IDENTIFIERS,
        "heads": HEADS,
        "usage": USAGE,
        "time": TIMES,
        "new": NEW_REVISIONS,
        "file": FILES,
        "hook": HOOKS,
    }.items()
    for name, case in cases.items()
}


@pytest.fixture(autouse=True)
def _no_editor(monkeypatch):
    monkeypatch.setenv("EDITOR", "true")


def prepare(project, case):
    project.revisions("a1 -> b1")
    project.ini(*case.ini)
    for command in case.before:
        if command.startswith("sql:"):
            database_at(project, command[4:])
    for name, text in case.files.items():
        if text is None:
            (project.folder / name).unlink()
        else:
            project.write(name, text)
    for command in case.before:
        if not command.startswith("sql:"):
            project.ok(*command.split())


def database_at(project, revision):
    connection = sqlite3.connect(project.folder / "x.db")
    connection.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
    rows = [(each,) for each in revision.split(",")]
    connection.executemany("INSERT INTO alembic_version VALUES (?)", rows)
    connection.commit()
    connection.close()


def rows(project) -> list[str]:
    """All that is in the project's database."""
    if not (project.folder / "x.db").exists():
        return list(sqlite3.connect(":memory:").iterdump())
    with contextlib.closing(sqlite3.connect(project.folder / "x.db")) as connection:
        return list(connection.iterdump())


def words(text: str) -> str:
    """Without the line ends that a terminal's width asks for."""
    return " ".join(text.split())


@pytest.mark.parametrize("name", CASES)
def test_bad_input(project, name):
    case = CASES[name]
    prepare(project, case)
    before, rows_before = project.files(), rows(project)
    argv = case.argv if isinstance(case.argv, list) else case.argv.split()
    done = project.alembic(*argv)
    told = f"status {done.status}\n{done.out}\n{done.err}"
    assert done.status == case.status, told
    for said in case.said:
        assert said in words(done.both), f"{said!r} is not said\n{told}"
    assert SECRET not in done.both, told
    assert done.both.count("FAILED: ") == (case.status != USAGE_ERROR), told
    frames = re.findall(r'File "([^"]+)", line', done.both)
    assert [each for each in frames if not each.endswith(case.users or "-")] == [], told
    assert ("Traceback" in done.both) <= bool(case.users), told
    assert "error of Alembic itself" not in done.both, told
    assert WAY_OUT.search(done.both), told
    assert "never awaited" not in done.both, told
    after = project.files()
    assert {path: text for path, text in after.items() if path not in case.left} == before, told
    assert rows(project) == rows_before, told
    for path in case.left:
        compile(after[path], path, "exec")


def test_an_env_py_that_runs_nothing_is_told_of(project):
    project.write("migrations/env.py", "")
    said = "without a call of context.run_migrations(): nothing was done"
    for argv in (["upgrade", "head"], ["current"], ["check"]):
        assert said in project.ok(*argv).err
    project.ini("revision_environment = true")
    assert said not in project.ok("revision", "-m", "new").err


def test_there_are_more_than_two_hundred_kinds():
    assert len(CASES) > 200
