"""The current object of a run, per thread and per task."""

from __future__ import annotations

import asyncio
import threading

import pytest

from alembic.util.current import Current


def test_what_was_current_before_is_current_again():
    current: Current[str] = Current("Operations")
    with current.use("outer"):
        with current.use("inner"):
            assert current.get() == "inner"
        assert current.get() == "outer"
    assert current.peek() is None


def test_without_a_run_the_function_and_the_class_are_named():
    with pytest.raises(NameError, match=r"Can't invoke function 'add_column'.*'Operations'"):
        Current("Operations").get("add_column")


def test_a_new_thread_starts_empty():
    current: Current[str] = Current("Operations")
    seen = []
    with current.use("mine"):
        thread = threading.Thread(target=lambda: seen.append(current.peek()))
        thread.start()
        thread.join()
    assert seen == [None]


def test_two_tasks_of_one_loop_do_not_meet():
    current: Current[str] = Current("Operations")

    async def run(name: str) -> str:
        with current.use(name):
            await asyncio.sleep(0)
            return current.get()

    async def both() -> list[str]:
        return await asyncio.gather(run("one"), run("two"))

    assert asyncio.run(both()) == ["one", "two"]
