"""frozen: what a dataclass would do, without the module."""

from __future__ import annotations

import copy
import pickle

import pytest

from alembic.util.frozen import frozen


@frozen
class Move:
    """From one place to another."""

    old: str
    new: str = "head"

    @property
    def shown(self) -> str:
        return f"{self.old} -> {self.new}"


def test_fields_are_given_by_place_by_name_or_by_default():
    assert Move("a", "b") == Move(new="b", old="a") != Move("a")
    assert Move("a").shown == "a -> head"
    assert (Move.__doc__, repr(Move("a"))) == (
        "From one place to another.",
        "Move(old='a', new='head')",
    )


@pytest.mark.parametrize(
    ("values", "named"),
    [((), {}), (("a", "b", "c"), {}), (("a",), {"old": "b"}), (("a",), {"other": "b"})],
)
def test_other_fields_are_refused(values, named):
    with pytest.raises(TypeError, match="Move takes old, new"):
        Move(*values, **named)


def test_a_field_is_never_set_anew():
    move = Move("a")
    with pytest.raises(AttributeError, match="frozen Move"):
        move.old = "b"
    with pytest.raises(AttributeError, match="frozen Move"):
        del move.old
    with pytest.raises(AttributeError):
        move.other = "b"


def test_equal_values_have_equal_hashes_and_another_class_is_not_equal():
    @frozen
    class Other:
        old: str
        new: str

    assert len({Move("a", "b"), Move("a", "b"), Other("a", "b")}) == 2
    assert Move("a", "b") != ("a", "b")


def test_it_is_matched_by_its_fields():
    match Move("a", "b"):
        case Move(old, new=new):
            assert (old, new) == ("a", "b")


def test_it_is_copied_and_pickled():
    assert copy.deepcopy(Move("a")) == pickle.loads(pickle.dumps(Move("a"))) == Move("a")
