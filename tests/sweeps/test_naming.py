"""What a job of a sweep is called."""

import shlex

import pytest

from ganae_cli.sweeps.naming import differing, job_of, words_of


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([["a=1", "b=1"], ["a=2", "b=1"]], [{"a": "1"}, {"a": "2"}]),
        ([["a=1", "b=x=y"]], [{"a": "1", "b": "x=y"}]),
        ([["a=1"], ["a=1"]], [{}, {}]),
        ([["a=1", "~b"], []], [{"a": "1"}, {"a": ""}]),
        ([], []),
    ],
)
def test_overrides_that_differ(given, expected):
    assert differing(given) == expected


def test_the_number_is_the_folders_and_the_place_counts_from_one():
    assert job_of(3, 12) == "job 3 (4 of 12)"


def test_words_can_be_pasted():
    swept = {"model.z_dim": "8", "dataset.path": "my pictures.npz", "model.weights": "{generator: {fool: 2}}"}
    assert words_of(swept) == "model.z_dim=8 'dataset.path=my pictures.npz' 'model.weights={generator: {fool: 2}}'"
    assert shlex.split(words_of(swept)) == [f"{key}={value}" for key, value in swept.items()]
