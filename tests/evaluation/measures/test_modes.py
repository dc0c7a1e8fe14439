"""Modes of points from a mixture, beside a perfect sampler; and of images whose channels are images of their own."""

from dataclasses import replace

import numpy as np
import pytest

from ganae_cli import registry
from ganae_cli.evaluation.measures import modes
from ganae_cli.metrics.modes import modes_3std


@pytest.fixture(scope="module")
def ring(parts):
    return registry.build("dataset", "ring")


def test_of_a_model_they_are_those_of_2500_samples(ring, of_model, scores):
    subject = of_model("gan", ring)
    found = scores("modes", subject)
    samples = subject.more_samples(2500)
    assert len(samples) == 2500
    expected = modes_3std(ring.in_units(samples), ring.modes, ring.mode_std)
    assert {name: score.value for name, score in found.items()} == pytest.approx(
        {name: expected[name] for name in found}, nan_ok=True
    )
    assert found["modes"].about["known_modes"] == 8


def test_beside_them_stands_a_perfect_sampler(ring, given, scores):
    """In the plane, 98.89 % of a mode lie within three standard deviations."""
    found = scores("modes", given(ring, np.asarray(ring.test)))
    assert {name: score.about["beside"] for name, score in found.items()} == dict.fromkeys(found, "a perfect sampler")
    assert found["high_quality"].beside == pytest.approx(0.9889, abs=0.01)
    assert found["modes"].beside == 8
    assert found["spread"].beside == pytest.approx(1, abs=0.03)
    assert found["reverse_kl"].beside < 0.01
    assert found["modes"].value == 8, "held-out points are of all modes"


def test_standardised_points_are_measured_in_their_own_units(ring, given, scores):
    standard = ring.standardized()
    one, other = (scores("modes", given(data, np.asarray(data.test))) for data in (ring, standard))
    assert abs(np.asarray(standard.test) - np.asarray(ring.test)).max() > 0.1
    assert {name: score.value for name, score in one.items()} == pytest.approx(
        {name: score.value for name, score in other.items()}, rel=1e-4
    )


def test_a_single_mode(ring, given, scores):
    random = np.random.default_rng(0)
    rows = (ring.modes[2] + ring.mode_std * random.normal(size=(300, 2))).astype(np.float32)
    found = scores("modes", given(ring, rows))
    assert found["modes"].value == 1
    assert found["reverse_kl"].value == pytest.approx(np.log(8))
    assert found["modes"].about["rows"] == 300, "as many as were given"


def test_channels_are_images_of_their_own(parts, of_model, scores, tmp_path):
    digits = registry.build("dataset", "digits")
    np.savez(
        tmp_path / "mnist.npz",
        x_train=digits.train[..., 0],
        x_test=digits.test[..., 0],
        y_train=digits.train_labels,
        y_test=digits.test_labels,
    )
    data = registry.build("dataset", "stacked_mnist", path=str(tmp_path / "mnist.npz"), count=300)
    data = replace(data, test=np.asarray(data.test[:200]), test_labels=data.test_labels[:200])
    subject = of_model("gan", data)
    found = scores("modes", subject)
    assert set(found) == {"modes", "reverse_kl"}
    assert found["modes"].about == {
        "beside": "held-out rows in place of samples",
        "rows": 200,
        "known_modes": 1000,
    }
    assert 1 <= found["modes"].value < found["modes"].beside <= 200, "it has not learned anything"


def test_data_without_known_modes_are_refused(of_points, of_images, given, refusal):
    for data in (of_points, of_images):
        assert refusal("modes", given(data, data.test)) == "the dataset has no known modes"
    assert modes.POINTS == 2500
