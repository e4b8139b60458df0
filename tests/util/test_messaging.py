"""What is said on a terminal."""

from __future__ import annotations

import io
import logging

import pytest

from alembic.util import messaging


def test_a_status_line_ends_with_done(capsys):
    with messaging.status("Generating x.py"):
        pass
    assert capsys.readouterr().out == "Generating x.py ...  done\n"


def test_a_status_line_of_a_failing_block_ends_with_failed(capsys):
    with pytest.raises(ZeroDivisionError), messaging.status("Generating x.py"):
        _ = 1 / 0
    assert capsys.readouterr().out == "Generating x.py ...  FAILED\n"


def test_quiet_says_nothing(capsys):
    with messaging.status("Generating x.py", quiet=True):
        messaging.msg("hello", quiet=True)
    assert capsys.readouterr().out == ""


def test_an_error_is_printed_logged_and_leaves_with_255(capsys, caplog):
    with caplog.at_level(logging.ERROR), pytest.raises(SystemExit) as left:
        messaging.err("it broke")
    assert left.value.code == -1
    assert capsys.readouterr().out == "FAILED: it broke\n"
    assert caplog.messages == ["it broke"]


def test_a_stream_that_cannot_say_a_letter_says_a_question_mark():
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    messaging.write_outstream(stream, "naïve")
    stream.flush()
    assert raw.getvalue() == b"na?ve"


def test_a_stream_without_an_encoding_is_given_every_letter():
    stream = io.StringIO()
    messaging.write_outstream(stream, "naïve")
    assert stream.getvalue() == "naïve"


def test_warnings_point_at_the_caller():
    with pytest.warns(UserWarning, match="careful") as seen:
        messaging.warn("careful")
    assert seen[0].filename == __file__
    with pytest.warns(DeprecationWarning, match="old"):
        messaging.warn_deprecated("old")


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://u:p@h/db", "postgresql://u:***@h/db"),
        ("postgresql+psycopg://u:p%40x@h:5432/db", "postgresql+psycopg://u:***@h:5432/db"),
        ("postgresql://u:p@ss@h/db", "postgresql://u:***@h/db"),
        ("postgresql://u:p/a@h/db", "postgresql://u:***@h/db"),
        ("postgresql://u:p?a@h/db", "postgresql://u:***@h/db"),
        ("postgresql://:p@h/db", "postgresql://:***@h/db"),
        ("postgresql://h/db?user=u&password=secret", "postgresql://h/db?user=u&password=***"),
        ("mysql+pymysql://root@h/db", "mysql+pymysql://root@h/db"),
        ("sqlite:////tmp/a:b@c/x.db", "sqlite:////tmp/a:b@c/x.db"),
        ("not a url", "not a url"),
    ],
)
def test_a_password_never_shows(url, shown):
    assert messaging.obfuscate_url_pw(url) == shown
