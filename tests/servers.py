"""Find a database server for the tests, or start one that lives as long as the session.

Started servers listen on a free local port, keep their files in a temporary folder, and are
ended by their process ids when the interpreter leaves.
"""

from __future__ import annotations

import atexit
import functools
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

OWN = "ALEMBIC_TEST_OWN_SERVERS"
"""A variable that says: start servers even where there are some; these don't wait for the disk."""

LOCAL = {
    "postgresql": [
        "postgresql+psycopg://postgres@127.0.0.1:5432/postgres",
        "postgresql+psycopg://postgres:postgres@127.0.0.1:5432/postgres",
    ],
    "mariadb": [
        "mysql+pymysql://root@127.0.0.1:3306/?charset=utf8mb4",
        "mysql+pymysql://root@localhost/?unix_socket=/run/mysqld/mysqld.sock&charset=utf8mb4",
    ],
}


@functools.cache
def find(name: str) -> tuple[str | None, str]:
    """(URL, "") of a server that answers, or (None, why there is none)."""
    given = os.environ.get(f"ALEMBIC_TEST_{name.upper()}_URL")
    if given:
        problem = _problem(given)
        return (None, problem) if problem else (given, "")
    problem = "no local server"
    for url in [] if os.environ.get(OWN) else LOCAL[name]:
        problem = _problem(url)
        if not problem:
            return url, ""
    url = start(name)
    if url is not None:
        return url, ""
    return None, f"{problem}; and none could be started here"


def start(name: str) -> str | None:
    """The URL of a server that is this process's own; None where its programs are not installed."""
    url = {"postgresql": _start_postgresql, "mariadb": _start_mariadb}[name]()
    return None if url is None or _wait(url) else url


@contextmanager
def own_database(server: str, name: str, *, options: str = "") -> Iterator[str]:
    """The URL of a new database, dropped at the end; one that an aborted run has left is dropped first."""
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.pool.NullPool)
    force = " WITH (FORCE)" if engine.dialect.name == "postgresql" else ""
    drop = sa.text(f"DROP DATABASE IF EXISTS {name}{force}")
    with engine.connect() as connection:
        connection.execute(drop)
        connection.execute(sa.text(f"CREATE DATABASE {name}{options}"))
    try:
        yield sa.make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.execute(drop)


def _problem(url: str) -> str:
    engine = sa.create_engine(url, poolclass=sa.pool.NullPool)
    try:
        engine.connect().close()
    except (sa.exc.DBAPIError, ImportError) as error:
        return str(error).splitlines()[0]
    return ""


def _wait(url: str, seconds: float = 30) -> str:
    deadline = time.monotonic() + seconds
    while (problem := _problem(url)) and time.monotonic() < deadline:
        time.sleep(0.2)
    return problem


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def _program(name: str, *folders: str) -> str | None:
    for folder in folders:
        found = sorted(Path("/").glob(f"{folder.lstrip('/')}/{name}"))
        if found:
            return str(found[-1])
    return shutil.which(name)


def _folder_and_user(user: str) -> tuple[Path, dict[str, object]]:
    """A temporary folder, and how to run a server in it: never as root."""
    folder = Path(tempfile.mkdtemp(prefix="alembic-test-server-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    if os.geteuid() != 0:
        return folder, {}
    account = pwd.getpwnam(user)
    os.chown(folder, account.pw_uid, account.pw_gid)
    return folder, {"user": account.pw_uid, "group": account.pw_gid, "cwd": folder}


def _keep_running(
    command: list[str], how: dict[str, object], leave: signal.Signals = signal.SIGTERM
) -> None:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **how)

    def end() -> None:
        process.send_signal(leave)
        process.wait(20)

    atexit.register(end)


def _start_postgresql() -> str | None:
    folders = ("/usr/lib/postgresql/*/bin", "/usr/local/pgsql/bin", "/opt/homebrew/bin")
    initdb, postgres = _program("initdb", *folders), _program("postgres", *folders)
    if initdb is None or postgres is None:
        return None
    try:
        folder, how = _folder_and_user("postgres")
    except KeyError:
        return None
    data, port = folder / "data", _free_port()
    subprocess.run(
        [initdb, "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"],
        check=True,
        stdout=subprocess.DEVNULL,
        **how,
    )
    _keep_running(
        [postgres, "-D", str(data), "-p", str(port), "-k", str(folder), "-h", "127.0.0.1", "-F"],
        how,
        leave=signal.SIGINT,  # at SIGTERM it waits for those who are connected
    )
    return f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"


def _start_mariadb() -> str | None:
    server = _program("mariadbd", "/usr/sbin") or _program("mysqld", "/usr/sbin")
    install = _program("mariadb-install-db")
    if server is None or install is None:
        return None
    try:
        folder, how = _folder_and_user("mysql")
    except KeyError:
        return None
    data, port = folder / "data", _free_port()
    subprocess.run(
        [install, "--no-defaults", f"--datadir={data}", "--auth-root-authentication-method=normal"],
        check=True,
        stdout=subprocess.DEVNULL,
        **how,
    )
    _keep_running(
        [
            server,
            "--no-defaults",
            f"--datadir={data}",
            f"--port={port}",
            "--bind-address=127.0.0.1",
            f"--socket={folder / 'socket'}",
            # A server clears its folder of temporary tables when it starts: not that of another one.
            f"--tmpdir={folder}",
            "--character-set-server=utf8mb4",
            "--collation-server=utf8mb4_general_ci",
            # Nobody needs what is in it after a power cut: no waiting for the disk.
            "--debug-no-sync",
            "--innodb-flush-log-at-trx-commit=0",
            "--innodb-flush-method=nosync",
            "--innodb-doublewrite=OFF",
        ],
        how,
    )
    return f"mysql+pymysql://root@127.0.0.1:{port}/?charset=utf8mb4"
