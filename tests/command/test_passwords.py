"""No password in what is printed."""

from __future__ import annotations

import pytest

from alembic.command.passwords import masked


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("postgresql://u:hunter2@h/x", "postgresql://u:***@h/x"),
        ("postgresql+psycopg://u:hun@ter2@h:5432/x", "postgresql+psycopg://u:***@h:5432/x"),
        ("at mysql://u:hunter2@[::1]/x, twice", "at mysql://u:***@[::1]/x, twice"),
        ("u:hunter2@localhost", "u:***@localhost"),
        ("x://h/?password=hunter2&a=1", "x://h/?password=***&a=1"),
        ("x://h/?PWD=hunter2;a", "x://h/?PWD=***;a"),
        ("x://h/?password=hunter2: refused", "x://h/?password=***: refused"),
        ("x://h/?password=hun:ter2: refused", "x://h/?password=***: refused"),
        ("PGPASSWORD=hunter2 psql", "PGPASSWORD=*** psql"),
        ("host=h password='hunter 2' user=u", "host=h password='***' user=u"),
        ("connect(db_password = 'hunter2')", "connect(db_password = '***')"),
        ("{'password': 'hun\\'ter2', 'x': 1}", "{'password': '***', 'x': 1}"),
        ("CREATE ROLE x PASSWORD 'hun''ter2' LOGIN", "CREATE ROLE x PASSWORD '***' LOGIN"),
        ("CREATE USER x IDENTIFIED BY 'hunter2'", "CREATE USER x IDENTIFIED BY '***'"),
        ('column "password" does not exist', 'column "password" does not exist'),
        ("sa.Column('password', 'x')", "sa.Column('password', 'x')"),
        ("redis://:hunter2@h", "redis://:***@h"),
        ("sqlite:///x.db", "sqlite:///x.db"),
        ("10:30 mail to me@example.org", "10:30 mail to me@example.org"),
        ("feature@head", "feature@head"),
    ],
)
def test_a_password_is_stars(text, shown):
    assert masked(text) == shown
