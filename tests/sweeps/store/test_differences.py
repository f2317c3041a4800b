"""The first difference of two documents is found, and named from where it stands."""

from __future__ import annotations

import copy
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regretlab.sweeps.store.differences import first_difference

plain = st.none() | st.booleans() | st.integers(-2, 2) | st.sampled_from([0.0, 1.0, 0.5, "1", ""])
documents = st.recursive(
    plain, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab"), inner)
)


@given(documents, documents)
def test_it_is_none_for_the_same_text_only(a, b):
    same = json.dumps(a, sort_keys=True) == json.dumps(b, sort_keys=True)
    assert (first_difference(a, b, "s.zarr") is None) == same
    assert first_difference(a, copy.deepcopy(a), "s.zarr") is None


@pytest.mark.parametrize(
    ("here", "there", "said"),
    [
        ({"a": {"b": [1, 2]}}, {"a": {"b": [1, 3]}}, "a.b[1]=2 here and 3 in s"),
        ({"a": [1, 2]}, {"a": [1]}, "a has 2 entries here and 1 in s"),
        ({"a": True}, {"a": 1}, "a=true here and 1 in s"),
        ({"a": None}, {}, "a=null here, and s has no a"),
        ({}, {"a": {"b": 1}}, 'no a here, and a={"b": 1} in s'),
        ({"a": "x" * 99}, {"a": "y"}, "a=" + "x" * 57 + "... here and y in s"),
        (1, 2, "the document=1 here and 2 in s"),
    ],
)
def test_it_says_where(here, there, said):
    assert first_difference(here, there, "s") == said
