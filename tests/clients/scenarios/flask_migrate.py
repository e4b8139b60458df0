"""Flask-Migrate: each of its commands as `flask db …`, and its functions."""

from __future__ import annotations

import re
from pathlib import Path

import flask_migrate
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.cli import FlaskGroup
from flask_sqlalchemy import SQLAlchemy


class Shop:
    """An application with models that grow, and its `flask db`."""

    def __init__(
        self, url: str, say, capture, *, binds: dict[str, str] | None = None, **options
    ) -> None:
        self.url, self.say, self.capture = url, say, capture
        self.db = SQLAlchemy()
        self.app = Flask("shop")
        self.app.config["SQLALCHEMY_DATABASE_URI"] = url
        self.app.config["SQLALCHEMY_BINDS"] = binds or {}
        self.db.init_app(self.app)
        self.migrate = flask_migrate.Migrate(self.app, self.db, **options)
        self.group = FlaskGroup(create_app=lambda: self.app)

    def table(self, name: str, *columns: sa.Column, bind: str | None = None) -> None:
        metadata = self.db.metadatas.setdefault(bind, sa.MetaData(info={"bind_key": bind}))
        old = metadata.tables.get(name)
        if old is not None:
            metadata.remove(old)
        sa.Table(name, metadata, sa.Column("id", sa.Integer, primary_key=True), *columns)

    def ok(self, line: str) -> None:
        """Run `flask db …`; what it prints is written down."""
        self.capture.readouterr()
        done = self.group.main(["db", *line.split()], prog_name="flask", standalone_mode=False)
        printed = self.capture.readouterr()
        out = printed.out
        if line.startswith(("branches", "init")):
            out = "\n".join(sorted(out.splitlines()))  # these orders are left to chance
        assert not done, printed.err
        self.say(line, out)
        if line != "current -v":
            self.say(f"log of {line}", printed.err)

    def is_refused(self, line: str) -> bool:
        """Whether it ends with another status than 0, or in an error."""
        done = self.app.test_cli_runner().invoke(self.group, ["db", *line.split()])
        return bool(done.exit_code)

    def columns(self, table: str) -> dict[str, str]:
        engine = sa.create_engine(self.url, poolclass=sa.pool.NullPool)
        with engine.connect() as connection:
            return {
                each["name"]: str(each["type"])
                for each in sa.inspect(connection).get_columns(table)
            }

    def files(self, folder: str = "migrations") -> None:
        """Write down what the newest revision says."""
        for path in sorted(Path(folder, "versions").glob("*.py")):
            self.say(re.sub("[0-9a-f]{12}", "<id>", path.name), path.read_text("utf-8"))


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def shop(database_url, say, capfd):
    shop = Shop(database_url, say, capfd)
    shop.table("users", sa.Column("name", sa.String(100)))
    return shop


def test_from_init_to_downgrade(shop):
    shop.ok("init")
    shop.say("folder", sorted(each.name for each in Path("migrations").iterdir()))
    assert shop.is_refused("check")
    shop.ok("migrate --rev-id a1 -m first")
    shop.ok("upgrade")
    shop.ok("check")
    assert shop.columns("users")["name"] == "VARCHAR(100)"

    shop.table("users", sa.Column("name", sa.String(200), index=True), sa.Column("age", sa.Integer))
    shop.ok("migrate --rev-id b1 -m second")
    shop.files()
    shop.ok("upgrade")
    assert shop.columns("users") == {"id": "INTEGER", "name": "VARCHAR(200)", "age": "INTEGER"}
    shop.ok("migrate --rev-id c1 -m nothing")

    for line in ("current", "current -v", "history", "history -v -i", "history -r a1:b1"):
        shop.ok(line)
    for line in ("heads", "heads -v --resolve-dependencies", "show", "show a1", "branches -v"):
        shop.ok(line)
    shop.ok("downgrade")
    assert "age" not in shop.columns("users")
    shop.ok("downgrade base")
    assert shop.columns("alembic_version")


def test_branches_and_merges(shop):
    shop.ok("init")
    shop.ok("revision --rev-id a1 -m first")
    shop.ok("revision --rev-id b1 -m left --branch-label left")
    shop.ok("revision --rev-id c1 -m right --head a1 --splice")
    for line in ("heads", "branches", "history"):
        shop.ok(line)
    assert shop.is_refused("migrate")
    shop.ok("merge --rev-id d1 -m joined heads")
    shop.ok("upgrade d1")
    shop.ok("stamp a1")
    shop.ok("stamp --purge head")
    shop.ok("current")
    shop.files()


def test_scripts(shop):
    shop.ok("init")
    shop.ok("migrate --rev-id a1 -m first")
    shop.ok("upgrade --sql --tag release")
    shop.ok("upgrade")
    shop.ok("downgrade --sql a1:base")
    shop.ok("stamp --sql a1")


def test_what_is_refused(shop):
    assert shop.is_refused("upgrade")
    assert shop.is_refused("heads")
    shop.ok("init")
    assert shop.is_refused("init")
    assert shop.is_refused("upgrade nowhere")


def test_templates(shop):
    shop.ok("list-templates")
    shop.ok("init -d elsewhere --package -t flask")
    assert Path("elsewhere/versions/__init__.py").exists()
    shop.ok("migrate -d elsewhere --rev-id a1 -m first")
    shop.ok("upgrade -d elsewhere")
    shop.files("elsewhere")


def test_an_editor(shop, monkeypatch):
    monkeypatch.setenv("EDITOR", "echo edited >>")
    shop.ok("init")
    shop.ok("revision --rev-id a1 -m first")
    monkeypatch.setenv("EDITOR", "true")
    shop.ok("upgrade")
    shop.ok("edit current")


def test_several_databases(database_url, say, capfd, tmp_path):
    shop = Shop(database_url, say, capfd, binds={"archive": f"sqlite:///{tmp_path / 'archive.db'}"})
    shop.table("users", sa.Column("name", sa.String(100)))
    shop.table("old_users", sa.Column("name", sa.String(50)), bind="archive")
    shop.ok("init --multidb")
    shop.ok("migrate --rev-id a1 -m first")
    shop.files()
    shop.ok("upgrade")
    assert "name" in shop.columns("users")
    shop.url = f"sqlite:///{tmp_path / 'archive.db'}"
    assert "name" in shop.columns("old_users")
    shop.ok("downgrade")
    shop.ok("upgrade --sql")


def test_functions_and_options(database_url, say, capfd):
    def no_empty_revision(context, revision, directives):
        if directives[0].upgrade_ops.is_empty():
            directives[:] = []

    shop = Shop(
        database_url,
        say,
        capfd,
        directory="scripts",
        compare_type=False,
        render_as_batch=False,
        version_table="shop_version",
        process_revision_directives=no_empty_revision,
        include_object=lambda _thing, name, *_: name != "ignored",
    )

    @shop.migrate.configure
    def configure(config):
        config.set_main_option("file_template", "%%(rev)s_of_the_shop")
        # `init` calls this before there are arguments.
        say("arguments", config.cmd_opts and config.cmd_opts.x)
        return config

    shop.table("users", sa.Column("name", sa.String(100), comment="100 %"))
    shop.table("ignored")
    with shop.app.app_context():
        flask_migrate.init()
        flask_migrate.migrate(message="first", rev_id="a1", x_arg="one=1")
        flask_migrate.upgrade(x_arg=["one=1", "two=2"])
        flask_migrate.migrate(message="nothing", rev_id="b1")
        flask_migrate.stamp(revision="base")
        flask_migrate.stamp()
        flask_migrate.current(verbose=True)
        flask_migrate.history(indicate_current=True)
        config = shop.migrate.get_config(opts=["autogenerate"], x_arg="three=3")
        assert config.cmd_opts.autogenerate
        flask_migrate.downgrade(revision="base")
    assert [each.name for each in Path("scripts/versions").glob("*.py")] == ["a1_of_the_shop.py"]
    shop.files("scripts")
    assert list(shop.columns("shop_version")) == ["version_num"]
