"""Held-out rows in the place of samples, and what a score says of itself."""

import pytest

from ganae_cli.evaluation.measures.base import HELD_OUT, beside, of_features, score
from ganae_cli.metrics.intervals import Estimate


def test_samples_and_held_out_rows_are_compared_with_the_same_training_rows(of_points, given, made_of):
    subject, seen, shares = given(of_points, made_of.points(30, 5)), [], []

    def compute(made, reference, progress):
        seen.append((made, reference))
        progress(1.0)
        return {"fid": Estimate(float(len(seen)), 0.0, 9.0)}

    (found,) = of_features(subject, compute, shares.append, k=3)
    assert seen[0][0] is subject.of_samples
    assert seen[1][0] is subject.of_held_out
    assert seen[0][1] is seen[1][1] is subject.of_train
    assert (found.value, found.low, found.high, found.beside) == (1, 0, 9, 2)
    assert found.about == {"features": "pixels", "dimensions": 2, "k": 3, "beside": HELD_OUT}
    assert shares == [0.5, 1.0]
    (again,) = of_features(subject, compute, shares.append)
    assert (again.value, again.beside) == (3, 2), "held-out rows are measured once"


def test_a_value_without_a_counterpart_has_nothing_beside_it():
    one, other = beside({"a": 1.0, "b": Estimate(2, 1, 3)}, {"b": Estimate(5, 4, 6)}, k=1)
    assert (one.metric, one.value, one.interval, one.beside, one.about) == ("a", 1, None, None, {"k": 1})
    assert (other.interval, other.beside, other.about) == ([1, 3], 5, {"k": 1, "beside": HELD_OUT})


def test_what_stands_beside_a_score_is_said():
    assert score("a", 1.0, 0.5, "chance").about == {"beside": "chance"}
    assert "beside" not in score("a", 1.0, None, "chance").about
    assert score("a", 3).value == pytest.approx(3.0)
