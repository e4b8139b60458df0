"""Loggers of the program that we run in stay as they are, whatever env.py sets up."""

from __future__ import annotations

import contextvars
import logging
import logging.config
import threading

import pytest

from alembic.script.logging_guard import loggers_kept

INI = """
[loggers]
keys = root,named
[handlers]
keys = none
[formatters]
keys =
[logger_root]
level = WARNING
handlers =
[logger_named]
level = INFO
handlers =
qualname = guard_named
[handler_none]
class = NullHandler
args = ()
"""


def by_ini(tmp_path, **how):
    file = tmp_path / "logging.ini"
    file.write_text(INI)
    logging.config.fileConfig(file, **how)


def by_dict(tmp_path, **how):
    how = {"disable_existing_loggers": True, **how}
    logging.config.dictConfig({"version": 1, "loggers": {"guard_named": {}}, **how})


@pytest.fixture(params=[by_ini, by_dict])
def set_up(request, tmp_path):
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    known = [log for log in root.manager.loggerDict.values() if isinstance(log, logging.Logger)]
    disabled = [log.disabled for log in known]
    yield lambda **how: request.param(tmp_path, **how)
    for log, was_disabled in zip(known, disabled, strict=True):
        log.disabled = was_disabled
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture
def application():
    logger = logging.getLogger("guard_application")
    logger.disabled = False
    return logger


@pytest.mark.parametrize("how", [{}, {"disable_existing_loggers": True}])
def test_an_application_s_logger_stays_enabled(set_up, application, how):
    with loggers_kept():
        set_up(**how)
        assert not application.disabled
    assert not application.disabled


@pytest.mark.parametrize("disable", [True, False])
def test_a_logger_that_was_disabled_stays_disabled(set_up, application, disable):
    application.disabled = True
    with loggers_kept():
        set_up(disable_existing_loggers=disable)
    assert application.disabled


def test_what_the_set_up_names_is_set_up(set_up):
    named, child = logging.getLogger("guard_named"), logging.getLogger("guard_named.child")
    named.disabled = True
    child.setLevel(logging.ERROR)
    with loggers_kept():
        set_up()
    assert not named.disabled
    assert child.level == logging.NOTSET


def test_outside_logging_works_as_ever(set_up, application):
    with loggers_kept():
        pass
    set_up()
    assert application.disabled
    application.disabled = False


def test_another_thread_is_not_concerned(set_up, application):
    with loggers_kept():
        thread = threading.Thread(target=contextvars.Context().run, args=(set_up,))
        thread.start()
        thread.join()
    assert application.disabled
    application.disabled = False


def test_two_guards_may_overlap(set_up, application):
    first, second = contextvars.copy_context(), contextvars.copy_context()
    one, other = loggers_kept(), loggers_kept()
    first.run(one.__enter__)
    second.run(other.__enter__)
    first.run(one.__exit__, None, None, None)
    second.run(set_up)
    assert not application.disabled
    second.run(other.__exit__, None, None, None)
    set_up()
    assert application.disabled
    application.disabled = False
