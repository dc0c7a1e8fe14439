"""The verdict at the end of a training: what is measured for it, and what it is based on."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from ganae_cli.datasets.base import Data
from ganae_cli.evaluation import at_end
from ganae_cli.evaluation import evaluate as evaluating
from ganae_cli.evaluation.protocol import Protocol
from ganae_cli.evaluation.scores import HIGHER, NEITHER, QUALITY, VARIETY, Evaluation, Metric, Score

METRICS = {"sample_variation": Metric(VARIETY, "variation", NEITHER)}
MEASURED = Evaluation({"n": 50}, METRICS, (Score("sample_variation", 0.1),), {})


@pytest.fixture
def data():
    rows = np.random.default_rng(0).integers(0, 255, (200, 4, 4, 1), np.uint8)
    return Data("images", rows[:150], rows[150:])


@pytest.mark.parametrize(
    ("given", "samples", "features"),
    [
        (Protocol(), 1000, "pixels"),
        (Protocol(quick_samples=300), 300, "pixels"),
        (Protocol(features="classifier", metrics=("fid",)), 1000, "classifier"),
    ],
)
def test_just_what_judges_need_is_measured_in_pixels_unless_others_are_named(data, given, samples, features):
    found = at_end._quick(given, data)
    assert (found.samples, found.features) == (samples, features)
    assert {"copies", "clipped_coverage", "modes"} <= set(found.metrics)
    assert "fid" not in found.metrics


def test_modes_that_take_a_classifier_are_left_out(data):
    labels = {"train_labels": np.arange(150) % 2, "test_labels": np.arange(50) % 2, "classes": ("0", "1")}
    stacked = replace(data, **labels, channel_classes=2)
    assert "modes" not in at_end._quick(Protocol(), stacked).metrics


def judged(compose, data, known, *words):
    game = SimpleNamespace(averages=SimpleNamespace(are_taken=True))
    return at_end.judge(compose("model=gan", *words), game, data, None, 7, (), known)


def test_what_is_known_of_the_weights_is_not_measured_again(compose, data, monkeypatch):
    monkeypatch.setattr(evaluating, "evaluate", None)
    found = judged(compose, data, MEASURED)
    assert found.lines[0].startswith("mode collapse: samples hardly differ: 10.0% ")
    entries = {entry["metric"]: entry for entry in found.entries}
    expected = {"n": 50, "model": "gan", "step": 7, "weights": "averaged", "quick": True}
    assert entries["sample_variation"]["protocol"] == expected
    assert (entries["mode_collapse"]["value"], entries["mode_collapse"]["protocol"]["step"]) == (1, 7)


def test_samples_nowhere_near_the_data_are_said_to_be(compose, data):
    metrics = METRICS | {"clipped_density": Metric(QUALITY, "clipped density", HIGHER)}
    known = replace(MEASURED, metrics=metrics, scores=(Score("clipped_density", 0.0, beside=0.9),))
    lines = judged(compose, data, known).lines
    assert lines[0] == "samples are nowhere near the data: clipped density 0% (held-out rows: 90%)"
    assert not any("healthy" in line for line in lines)


def test_a_part_of_the_metrics_is_not_enough(compose, data, monkeypatch):
    """A user who has named metrics gets all verdicts."""
    other = replace(MEASURED, scores=(Score("sample_variation", 0.9),))
    monkeypatch.setattr(evaluating, "evaluate", lambda subject, quick: other)
    assert "healthy" in judged(compose, data, MEASURED, "evaluation.metrics=[sample_variation]").lines[0]


def test_what_comes_after_the_last_wanted_metric_is_not_computed():
    """Judges need the first of the measures of copying; the others take their time."""

    class Slow:
        metrics = dict.fromkeys(("first", "second", "third"))

        def scores(self, subject, progress):
            yield Score("first", 1.0)
            yield Score("second", 2.0)
            raise AssertionError("the third was computed")

    found = evaluating._of_measure(Slow(), None, {"second", "other"}, lambda share: None)
    assert [score.metric for score in found] == ["second"]
