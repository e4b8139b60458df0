"""A process that is asked to end."""

from __future__ import annotations

import os
import signal

import pytest

from alembic.drift.termination import unwound_on_termination


@pytest.fixture(autouse=True)
def signals():
    before = signal.signal(signal.SIGTERM, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGTERM, before)


def test_the_block_is_unwound_before_the_end():
    said = []

    def end() -> None:
        with unwound_on_termination():
            try:
                os.kill(os.getpid(), signal.SIGTERM)
            finally:
                said.append("dropped")

    with pytest.raises(SystemExit) as caught:
        end()
    assert said == ["dropped"]
    assert caught.value.code == 128 + signal.SIGTERM
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL


def test_a_program_that_has_its_own_say_keeps_it():
    said = []
    signal.signal(signal.SIGTERM, lambda *_: said.append("mine"))
    with unwound_on_termination():
        os.kill(os.getpid(), signal.SIGTERM)
    assert said == ["mine"]
