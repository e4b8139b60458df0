"""Small words over plain values."""

from __future__ import annotations

import pickle

import pytest

from alembic.util.text import indented, slug, wrap
from alembic.util.values import (
    asbool,
    dedupe_tuple,
    format_as_comma,
    immutabledict,
    not_none,
    rev_id,
    to_list,
    to_tuple,
)


@pytest.mark.parametrize(
    ("value", "expected"),
    [("a", ("a",)), (["a", "b"], ("a", "b")), (("a",), ("a",)), (None, None), (5, (5,))],
)
def test_to_tuple_gives_a_tuple(value, expected):
    assert to_tuple(value) == expected
    assert to_list(value) == (None if expected is None else list(expected))


def test_to_tuple_of_none_gives_the_default():
    assert to_tuple(None, default=()) == ()


def test_dedupe_tuple_keeps_the_first_of_each():
    assert dedupe_tuple(("b", "a", "b")) == ("b", "a")


@pytest.mark.parametrize(
    ("value", "expected"), [(None, ""), ("x", "x"), (["a", "b"], "a, b"), ((), "")]
)
def test_names_with_commas(value, expected):
    assert format_as_comma(value) == expected


def test_a_number_is_no_list_of_names():
    with pytest.raises(ValueError, match="comma-format 5"):
        format_as_comma(5)


def test_two_revision_ids_differ_and_are_twelve_hexadecimal_digits():
    one, other = rev_id(), rev_id()
    assert one != other
    assert int(one, 16) >= 0
    assert len(one) == 12


def test_not_none_refuses_none():
    assert not_none(0) == 0
    with pytest.raises(AssertionError):
        not_none(None)


@pytest.mark.parametrize(
    ("word", "expected"), [("true", True), (" On ", True), ("0", False), ("no", False), (1, True)]
)
def test_words_of_the_configuration_as_booleans(word, expected):
    assert asbool(word) is expected


def test_another_word_is_refused_as_a_boolean():
    with pytest.raises(ValueError, match="maybe"):
        asbool("maybe")


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.update(b=2),
        lambda d: d.pop("a"),
        lambda d: d.clear(),
        lambda d: d.setdefault("c", 3),
        lambda d: d.__setitem__("a", 2),
        lambda d: d.__delitem__("a"),
    ],
)
def test_an_immutabledict_refuses_every_change(change):
    mapping = immutabledict({"a": 1})
    with pytest.raises(TypeError, match="immutable"):
        change(mapping)
    assert mapping == {"a": 1}


def test_an_immutabledict_prints_joins_and_pickles():
    mapping = immutabledict({"a": 1})
    assert repr(mapping) == "immutabledict({'a': 1})"
    assert mapping | {"b": 2} == mapping.union({"b": 2}) == {"a": 1, "b": 2}
    assert pickle.loads(pickle.dumps(mapping)) == mapping
    assert hash(mapping) == hash(immutabledict({"a": 1}))


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("Add account table", "add_account_table"),
        ("  what's new? ", "what_s_new"),
        ("a" * 50, "a" * 40),
        ("one two three four five six seven eight nine", "one_two_three_four_five_six_seven_eight"),
        ("", ""),
    ],
)
def test_a_message_as_part_of_a_file_name(message, expected):
    assert slug(message, 40) == expected


def test_wrapped_lines_keep_within_the_width():
    assert wrap("one two three", 9, indent="  ") == ["  one two", "  three"]


def test_indented_moves_empty_lines_too():
    assert indented("a\n\nb") == "    a\n    \n    b"
