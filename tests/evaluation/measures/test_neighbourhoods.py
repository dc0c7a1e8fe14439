"""Neighbourhoods: as `metrics.distribution` gives them, against as many training rows as there are samples."""

import numpy as np
import pytest

from ganae_cli.evaluation.evaluate import measures
from ganae_cli.evaluation.measures import neighbourhoods
from ganae_cli.metrics.distribution.neighbours import nearest

NAMES = ("clipped_density", "precision", "density", "clipped_coverage", "recall", "coverage")
K = 5


def by_definition(real, samples):
    """Return precision, recall, density and coverage by the definitions of their papers, all distances at once."""

    def distances(a, b):
        return np.linalg.norm(a[:, None].astype(np.float64) - b[None], axis=2)

    of_real = np.sort(distances(real, real), axis=1)[:, K]  # the row itself comes first
    of_samples = np.sort(distances(samples, samples), axis=1)[:, K]
    between = distances(real, samples)
    inside = between <= of_real[:, None]
    return {
        "precision": inside.any(axis=0).mean(),
        "recall": (between <= of_samples[None]).any(axis=1).mean(),
        "density": inside.sum() / (K * len(samples)),
        "coverage": inside.any(axis=1).mean(),
    }


def test_they_are_those_of_their_papers(of_points, given, scores, made_of):
    subject = given(of_points, made_of.points(40, 5, shift=1))
    found = scores("neighbourhoods", subject)
    from ganae_cli.samplers.fitted import random_rows

    reference = random_rows(subject.of_train.rows, 40, 1)
    for name, value in by_definition(reference, subject.samples).items():
        assert found[name].value == pytest.approx(value), name
    for name, value in by_definition(reference, subject.rows.held_out).items():
        assert found[name].beside == pytest.approx(value), name
    assert set(found) == set(NAMES)
    assert found["recall"].about["k"] == K
    assert found["recall"].about["reference"] == 40, "of 120 training rows"


def test_what_is_near_one_row_is_good_but_not_varied(of_images, given, scores):
    one = np.repeat(of_images.train[:1], 40, axis=0)
    found = scores("neighbourhoods", given(of_images, one, samples=40, seed=2))
    assert found["recall"].value < 0.2
    assert found["coverage"].value <= found["coverage"].beside
    assert found["clipped_coverage"].value < found["clipped_coverage"].beside


def test_noise_far_from_the_data_scores_nothing(of_points, given, scores, made_of):
    found = scores("neighbourhoods", given(of_points, made_of.points(40, 5, shift=100)))
    assert {name: found[name].value for name in NAMES} == dict.fromkeys(NAMES, 0)
    assert all(found[name].beside > 0.3 for name in NAMES)


def test_samples_of_a_model_are_measured_too(of_images, of_model, scores):
    assert set(scores("neighbourhoods", of_model("gan", of_images))) == set(NAMES)
    assert measures()["neighbourhoods"].is_quick


def test_what_concerns_training_rows_alone_is_computed_once(of_points, given, scores, made_of, monkeypatch):
    calls = []
    monkeypatch.setattr(neighbourhoods, "nearest", lambda *args: calls.append(1) or nearest(*args))
    subject = given(of_points, made_of.points(40, 5))
    first = scores("neighbourhoods", subject)
    assert scores("neighbourhoods", subject) == first
    assert len(calls) == 1
