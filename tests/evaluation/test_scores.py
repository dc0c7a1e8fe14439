"""Scores: what stands in `evaluation.json`."""

import json
import math

import numpy as np
import pytest

from ganae_cli.evaluation.scores import HIGHER, LOWER, NEITHER, QUALITY, SECTIONS, Evaluation, Metric, Score

METRICS = {"fid": Metric(QUALITY, "FID", LOWER), "kl": Metric(QUALITY, "KL", LOWER), "n": Metric(QUALITY, "N", NEITHER)}


def evaluation(*scores, **protocol):
    return Evaluation(protocol, METRICS, scores, {})


def test_an_entry_states_value_interval_held_out_and_all_that_the_number_depends_on():
    found = evaluation(Score("fid", 3, 2.5, 4, 1, {"features": "pixels"}), n=100, seed=1)
    assert found.entries() == [
        {
            "metric": "fid",
            "value": 3.0,
            "interval": [2.5, 4.0],
            "beside": 1.0,
            "better": "lower",
            "protocol": {"n": 100, "seed": 1, "features": "pixels"},
        }
    ]
    assert found.value("fid") == 3
    assert found.value("kl") is None


def test_numbers_that_are_not_finite_are_null_since_json_has_none():
    found = evaluation(Score("kl", math.inf, math.nan, math.inf, math.inf), Score("n", 1))
    entries = found.entries()
    assert [entries[0][key] for key in ("value", "interval", "beside")] == [None, [None, None], None]
    assert entries[1]["better"] is None
    assert json.loads(json.dumps(entries, allow_nan=False)) == entries


def test_a_value_of_nothing_is_a_value():
    found = evaluation(Score("fid", 0), Score("kl", 2))
    assert (found.value("fid"), found.value("kl"), found.value("n")) == (0, 2, None)
    assert found.score("kl").value == 2
    assert found.score("n") is None


@pytest.mark.parametrize(
    ("low", "high", "interval"), [(1, 2, [1, 2]), (0, 0, [0, 0]), (1, None, None), (None, 2, None), (None, None, None)]
)
def test_an_interval_has_two_ends(low, high, interval):
    assert Score("fid", 1.5, low, high).interval == interval
    assert evaluation(Score("fid", 1.5, low, high)).entries()[0]["interval"] == interval


def test_numbers_of_any_kind_become_those_of_json():
    kinds = np.float32(0.5), np.int64(2), True, np.float16(4)
    numbers = [getattr(Score("fid", *kinds), key) for key in ("value", "low", "high", "beside")]
    assert numbers == [0.5, 2, 1, 4]
    assert {type(number) for number in numbers} == {float}


def test_what_is_said_of_a_number_counts_over_what_is_said_of_all():
    (entry,) = evaluation(Score("fid", 1, about={"n": 40, "features": "pixels"}), n=100, seed=1).entries()
    assert entry["protocol"] == {"n": 40, "seed": 1, "features": "pixels"}


def test_a_metric_is_on_the_page_unless_it_says_otherwise():
    assert METRICS["fid"].place is not None


def test_sections_are_questions():
    assert all(section.question.endswith("?") for section in SECTIONS.values())
    assert list(SECTIONS) == ["quality", "variety", "originality", "reconstruction", "codes"], "as on the page"
    assert len({HIGHER, LOWER, NEITHER}) == 3
