"""The databases' own command-line clients, which a script is fed to."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest
import sqlalchemy as sa


def feed(script: str, url: str) -> None:
    """Have the client of the database at ``url`` run a script; it stops at the first error."""
    where = sa.make_url(url)
    command, environment = _COMMANDS[where.get_backend_name()](where)
    program = shutil.which(command[0])
    if program is None:
        _missing(command[0])
    done = subprocess.run(
        [program, *command[1:]],
        input=script.encode(),
        env={**os.environ, **environment},
        capture_output=True,
        check=False,
    )
    complaints = (done.stderr + done.stdout).decode(errors="replace")
    if done.returncode:
        raise Refused(complaints)


class Refused(Exception):
    """The client stopped; its words."""


def _missing(program: str) -> None:
    message = f"no client {program!r} to read the script"
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)


def _sqlite(url: sa.URL) -> tuple[list[str], dict[str, str]]:
    return ["sqlite3", "-bail", "-batch", str(url.database)], {}


def _postgresql(url: sa.URL) -> tuple[list[str], dict[str, str]]:
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    return ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", plain], {}


def _mariadb(url: sa.URL) -> tuple[list[str], dict[str, str]]:
    command = ["mariadb", "--default-character-set=utf8mb4", f"--user={url.username}"]
    socket = url.query.get("unix_socket")
    if socket is None:
        command += [f"--host={url.host}", f"--port={url.port or 3306}", "--protocol=TCP"]
    else:
        command.append(f"--socket={socket}")
    return [*command, str(url.database)], {"MYSQL_PWD": url.password or ""}


_COMMANDS = {
    "sqlite": _sqlite,
    "postgresql": _postgresql,
    "mysql": _mariadb,
    "mariadb": _mariadb,
}
