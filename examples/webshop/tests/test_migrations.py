"""Tests that any project can have: they know nothing of the revisions themselves."""

from __future__ import annotations

import pytest
from models import Product


def test_there_is_one_head(migrator):
    assert len(migrator.heads()) == 1


def test_the_migrations_make_what_the_models_say(migrator):
    migrator.upgrade()
    assert migrator.check().differences == ()


def test_every_step_goes_down_and_up_again(migrator):
    for step in migrator.upgrade().steps[::-1]:
        assert [each.revision for each in migrator.downgrade("-1").steps] == [step.revision]
        assert migrator.upgrade("+1").heads_after == (step.revision,)
        migrator.downgrade("-1")
    assert migrator.current().heads == ()


def test_prices_come_with_their_revision(migrator):
    migrator.upgrade("41c0e6a1b7d2")
    (step,) = migrator.plan().steps
    assert (step.revision, "price" in step.sql) == ("9d27f3c5e804", True)


@pytest.mark.parametrize("name", ["tea", "coffee"])
def test_a_test_begins_with_an_empty_table(session, name):
    assert session.query(Product).count() == 0
    session.add(Product(name=name))
    session.commit()
    assert session.query(Product).one().price == 0
