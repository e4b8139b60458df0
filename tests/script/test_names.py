"""Ids and labels of new revisions: what a file and a command can't be given is refused."""

from __future__ import annotations

import pytest

from alembic.graph.errors import RevisionError
from alembic.script.names import (
    UnusableLabel,
    UnusableRevisionId,
    refuse_unusable_id,
    refuse_unusable_label,
)


@pytest.mark.parametrize(
    "id_", ["ae1", "0001", "2024_01_users", "a b", "a,b", "ünï", "a.b", "x" * 60]
)
def test_an_id_may_be_nearly_anything(id_):
    refuse_unusable_id(id_)


@pytest.mark.parametrize(
    "id_",
    [
        "../x",
        "/x",
        "a\\b",
        "a\nb",
        "a\0b",
        ".x",
        "..",
        "",
        "a/b",
        " a",
        "head",
        "heads",
        "base",
        "current",
    ],
)
def test_an_id_with_a_path_in_it_or_another_meaning_is_refused(id_):
    with pytest.raises(UnusableRevisionId):
        refuse_unusable_id(id_)


@pytest.mark.parametrize("sign", "@:+-")
def test_signs_of_a_target_are_refused_in_an_id(sign):
    with pytest.raises(RevisionError, match="not allowed in revision identifier"):
        refuse_unusable_id(f"a{sign}b")


@pytest.mark.parametrize("label", ["billing", "my-feature", "a+b", "a b", "v1.2"])
def test_a_label_may_be_nearly_anything(label):
    refuse_unusable_label(label)


@pytest.mark.parametrize(
    "label", ["", "a@b", "a:b", "a-1", "a+12", "-x", "+x", "head", "heads", "base", " a", "a\nb"]
)
def test_a_label_that_no_target_could_hold_is_refused(label):
    with pytest.raises(UnusableLabel):
        refuse_unusable_label(label)
