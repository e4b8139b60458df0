import io

import pytest

from alembic.runtime.options import (
    ContextOptions,
    LiteralBindsOnline,
    WrongOption,
    version_callbacks,
)


def test_what_is_missing_has_its_default():
    options = ContextOptions.read({})
    assert options.version_table == "alembic_version"
    assert options.version_table_pk is True
    assert options.compare_type is True
    assert options.on_version_apply == ()


def test_none_means_the_default():
    assert ContextOptions.read({"version_table": None}).version_table == "alembic_version"


def test_unknown_options_are_kept():
    assert ContextOptions.read({"flavour": "mint", "as_sql": True}).extra == {"flavour": "mint"}


def test_options_do_not_change_once_read():
    options = ContextOptions.read({})
    with pytest.raises(AttributeError):
        options.as_sql = True


def test_literal_binds_belong_to_scripts():
    assert ContextOptions.read({"literal_binds": True, "as_sql": True}).literal_binds
    with pytest.raises(LiteralBindsOnline, match="literal_binds setting without as_sql"):
        ContextOptions.read({"literal_binds": True})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("include_object", 4),
        ("include_name", "x"),
        ("process_revision_directives", [len]),
        ("render_item", 5),
        ("version_table", 4),
        ("on_version_apply", "print"),
        ("on_version_apply", [len, 5]),
        ("on_version_apply", 5),
    ],
)
def test_a_value_that_cannot_be_meant_is_refused_with_its_name(name, value):
    with pytest.raises(WrongOption, match=name):
        ContextOptions.read({name: value})


@pytest.mark.parametrize(
    ("given", "callbacks"),
    [(None, ()), (len, (len,)), ([len, repr], (len, repr)), (iter([len]), (len,)), ((), ())],
)
def test_callbacks_may_be_one_or_many(given, callbacks):
    assert version_callbacks(given) == callbacks


def test_false_stands_for_no_function():
    assert not ContextOptions.read({"render_item": False}).render_item


def test_the_buffer_is_taken_as_it_is():
    buffer = io.StringIO()
    assert ContextOptions.read({"output_buffer": buffer}).output_buffer is buffer
