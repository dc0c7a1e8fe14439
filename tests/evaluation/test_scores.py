"""Scores: what stands in `evaluation.json`."""

import json
import math

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
    found = evaluation(Score("kl", math.inf, math.nan, math.inf), Score("n", 1))
    entries = found.entries()
    assert [entries[0][key] for key in ("value", "interval", "beside")] == [None, [None, None], None]
    assert entries[1]["better"] is None
    assert json.loads(json.dumps(entries, allow_nan=False)) == entries


def test_sections_are_questions():
    assert all(section.question.endswith("?") for section in SECTIONS.values())
    assert HIGHER != LOWER
