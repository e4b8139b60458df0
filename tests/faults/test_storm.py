"""Many migrators at once: each ends well, and every migration is applied once."""

from __future__ import annotations

import time

import pytest
from chain import FULL

PROCESSES, ROUNDS = (32, 50) if FULL else (5, 1)


def storm(chain, *command):
    ended = [process.wait() for process in [chain.begin(*command) for _ in range(PROCESSES)]]
    assert [each.output for each in ended if each.status] == []


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_processes_that_migrate_at_once_all_end_well(faults, _round):
    faults.clear()
    storm(faults.chain, "upgrade", "head")
    assert faults.chain.state() == faults.goals["upgrade"]
    storm(faults.chain, "downgrade", "base")
    assert faults.chain.state() == faults.goals["downgrade"]


def test_a_migrator_that_is_killed_hands_its_turn_on(faults):
    faults.clear()
    processes = [faults.chain.begin("upgrade", "head") for _ in range(3)]
    processes[0].kill()
    ended = [process.wait() for process in processes]
    assert [each.output for each in ended[1:] if each.status] == []
    assert faults.chain.state() == faults.goals["upgrade"]


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_who_comes_while_others_are_at_work_ends_well(faults, _round):
    faults.clear()
    processes = []
    for number in range(3 * PROCESSES):
        processes.append(faults.chain.begin(*("current",) if number % 3 else ("upgrade", "head")))
        time.sleep(0.02)
    ended = [process.wait() for process in processes]
    assert [each.output for each in ended if each.status] == []
    assert faults.chain.state() == faults.goals["upgrade"]
