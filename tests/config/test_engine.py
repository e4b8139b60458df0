"""The settings of the engine: where they stand, and environment variables in them."""

from __future__ import annotations

import pytest
from sqlalchemy import make_url

from alembic.config import Config
from alembic.config.engine import VariableNotSet, engine_settings


@pytest.fixture
def settings(tmp_path):
    """``settings(ini, toml, NAME=value …)``: what files of these texts say, in this environment."""

    def read(ini="", toml=None, **environ):
        file, toml_file = tmp_path / "alembic.ini", tmp_path / "pyproject.toml"
        file.write_text(f"[alembic]\n{ini}", encoding="utf-8")
        toml_file.write_text(toml or "", encoding="utf-8")
        return engine_settings(Config(file, toml_file), environ)

    return read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("${URL}", "sqlite:///x.db"),
        ("sqlite:///${NAME}.db", "sqlite:///shop.db"),
        ("sqlite:///$${NAME}.db", "sqlite:///${NAME}.db"),
        ("sqlite:///$NAME.db", "sqlite:///$NAME.db"),
        ("sqlite:///$$.db", "sqlite:///$$.db"),
        ("sqlite:///${}.db", "sqlite:///${}.db"),
        ("sqlite:///${NAME}%20${NAME}.db", "sqlite:///shop%20shop.db"),
    ],
)
def test_a_variable_is_filled_in(settings, written, read):
    found = settings(f"sqlalchemy.url = {written}\n", URL="sqlite:///x.db", NAME="shop")
    assert found == {"sqlalchemy.url": read}


def test_a_password_is_taken_as_it_is(settings):
    found = settings(
        "sqlalchemy.url = postgresql://${USER}:${SECRET}@${HOST}:${PORT}/${NAME}\n",
        USER="a@b",
        SECRET="p@ss:/w%40rd ?#",
        HOST="db.internal",
        PORT="5433",
        NAME="shop",
    )
    url = make_url(found["sqlalchemy.url"])
    assert (url.username, url.password) == ("a@b", "p@ss:/w%40rd ?#")
    assert (url.host, url.port, url.database) == ("db.internal", 5433, "shop")


def test_other_settings_of_the_engine_come_along(settings):
    found = settings(
        "sqlalchemy.url = x\nsqlalchemy.pool_size = ${SIZE}\nother = ${NOPE}\n", SIZE="5"
    )
    assert found == {"sqlalchemy.url": "x", "sqlalchemy.pool_size": "5"}


def test_they_may_all_stand_in_pyproject_toml(settings):
    toml = "[tool.alembic]\nsqlalchemy.url = '${URL}'\nsqlalchemy.echo = true\n"
    assert settings("", toml, URL="u") == {"sqlalchemy.url": "u", "sqlalchemy.echo": True}
    found = settings("sqlalchemy.url = mine\n", toml, URL="u")
    assert found == {"sqlalchemy.url": "mine", "sqlalchemy.echo": True}


@pytest.mark.parametrize(
    ("ini", "toml", "file"),
    [
        ("sqlalchemy.url = postgresql://u:${SECRET}@h/hunter2\n", None, "alembic.ini"),
        ("", "[tool.alembic]\nsqlalchemy.url = 'x:hunter2@${SECRET}'\n", "pyproject.toml"),
    ],
)
def test_a_variable_that_is_not_set_is_named_and_the_text_is_not(settings, ini, toml, file):
    with pytest.raises(VariableNotSet) as caught:
        settings(ini, toml)
    told = str(caught.value)
    assert told.endswith(
        f"{file}: sqlalchemy.url refers to the environment variable SECRET, which isn't set\n"
        "To set it:  export SECRET=…"
    )
    assert "hunter2" not in told
