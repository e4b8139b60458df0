"""A migrator dies, at any point: the same command afterwards succeeds, and nothing is done twice."""

from __future__ import annotations

import random
import time

import pytest
from chain import (
    FULL,
    Fault,
    end_a_session,
    kill_connection,
    kill_in_the_middle,
    kill_process,
)

BOTH = ["upgrade", "downgrade"]
CHANCE = random.Random(5)


def recovers(faults, direction, strike, how_many) -> None:
    """The run is struck at each point in the full form; else at some, the same ones each time."""
    number = faults.points[direction]
    points = range(1, number + 1)
    for at in points if FULL else random.Random(number).sample(points, how_many):
        command = faults.start(direction)
        first = faults.chain.run(*command, fault=Fault(at, strike))
        second = faults.chain.run(*command)
        assert second.status == 0, (at, first.output, second.output)
        assert faults.chain.state() == faults.goals[direction], (at, first.output, second.output)


@pytest.mark.parametrize("direction", BOTH)
def test_a_run_that_was_killed_between_two_statements_is_finished_by_the_next(faults, direction):
    recovers(faults, direction, kill_process, 3)


@pytest.mark.parametrize("direction", BOTH if FULL else ["upgrade"])
def test_a_run_that_was_killed_within_a_statement_is_finished_by_the_next(faults, direction):
    recovers(faults, direction, kill_in_the_middle, 2)


@pytest.mark.parametrize("direction", BOTH if FULL else ["upgrade"])
def test_a_run_that_lost_its_connection_is_finished_by_the_next(server_faults, direction):
    recovers(server_faults, direction, kill_connection, 2)


def test_a_run_that_is_killed_again_and_again_comes_to_its_end(faults):
    command = faults.start("upgrade")
    for part in range(20 if FULL else 3, 1, -1):
        faults.chain.run(*command, fault=Fault(faults.points["upgrade"] // part, kill_process))
    faults.chain.ok(*command)
    assert faults.chain.state() == faults.goals["upgrade"]


if FULL:

    def seconds_of(faults, direction) -> float:
        command = faults.start(direction)
        begun = time.monotonic()
        faults.chain.ok(*command)
        return time.monotonic() - begun

    @pytest.mark.parametrize("direction", BOTH)
    def test_a_hundred_kills_at_random_moments(faults, direction):
        seconds = seconds_of(faults, direction)
        killed = 0
        while killed < 100:
            command = faults.start(direction)
            process = faults.chain.begin(*command)
            time.sleep(CHANCE.uniform(0, seconds))
            process.kill()
            first = process.wait()
            killed += first.status < 0
            second = faults.chain.run(*command)
            assert second.status == 0, (first.output, second.output)
            assert faults.chain.state() == faults.goals[direction], (first.output, second.output)

    @pytest.mark.parametrize("direction", BOTH)
    def test_a_hundred_sessions_ended_by_the_server_at_random_moments(server_faults, direction):
        """The one that migrates, or the one beside it."""
        faults = server_faults
        seconds = seconds_of(faults, direction)
        ended = 0
        while ended < 100:
            command = faults.start(direction)
            process = faults.chain.begin(*command)
            time.sleep(CHANCE.uniform(0, seconds))
            ended += end_a_session(faults.url, CHANCE)
            first = process.wait()
            second = faults.chain.run(*command)
            assert second.status == 0, (first.output, second.output)
            assert faults.chain.state() == faults.goals[direction], (first.output, second.output)
