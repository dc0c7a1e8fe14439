"""Modes of stacked digits, of samples with known answers: held-out images, and one image again and again."""

from dataclasses import replace

import numpy as np
import pytest

from ganae_cli import registry
from ganae_cli.datasets.scaling import to_float
from ganae_cli.evaluation import channel_modes, summary
from ganae_cli.samplers.fitted import CodeSource
from tests.evaluation.test_summary import Known


@pytest.fixture(scope="module")
def data(parts, tmp_path_factory):
    """Return stacks of the digits of 8x8 in place of MNIST's, 1,000 to test on."""
    digits = registry.build("dataset", "digits")
    path = tmp_path_factory.mktemp("mnist") / "digits.npz"
    arrays = {"x_train": digits.train[..., 0], "x_test": digits.test[..., 0]}
    np.savez(path, y_train=digits.train_labels, y_test=digits.test_labels, **arrays)
    made = registry.build("dataset", "stacked_mnist", path=str(path), count=600)
    return replace(made, test=np.asarray(made.test[:1000]), test_labels=made.test_labels[:1000])


@pytest.fixture(scope="module")
def classifier(data):
    return channel_modes.classifier_of_channels(data, seed=1, say=lambda line: None)


def measured(rows, data, classifier):
    return channel_modes.measure(Known(to_float(rows)), data, CodeSource("prior"), classifier, seed=1)


def test_single_digits_are_told_apart_better_than_stacks(data, classifier):
    """0.97 of the digits of 8x8 (see `metrics.classifier`), so 0.97 ** 3 = 0.91 of the stacks."""
    right = classifier.predicted(data.test[:1000]) == data.test_labels
    assert np.mean(right) == pytest.approx(0.91, abs=0.04)


def test_the_shares_of_the_modes_are_products_of_those_of_the_digits(data):
    labels = data.train_labels
    digits = np.bincount(np.concatenate([labels // 100, labels // 10 % 10, labels % 10]), minlength=10) / 1800
    shares = channel_modes.shares(data)
    assert shares[907] == pytest.approx(digits[9] * digits[0] * digits[7])
    assert shares.sum() == pytest.approx(1)


def test_held_out_images_in_place_of_samples_score_as_they_do(data, classifier):
    """Of 1,000 images of 1,000 even modes, 1,000 (1 - 1 / e) = 632 are expected to be of different ones."""
    found = measured(data.test, data, classifier)
    assert found["modes"] == found["real_modes"] == pytest.approx(632, abs=30)
    assert found["reverse_kl"] == found["real_reverse_kl"] == pytest.approx(0.5, abs=0.15)  # 0.57 for even modes


def test_one_image_again_and_again_is_one_mode(data, classifier):
    mode = classifier.predicted(data.test[:1])[0]
    found = measured(np.repeat(data.test[:1], 7, axis=0), data, classifier)
    assert found["modes"] == 1
    assert found["reverse_kl"] == pytest.approx(-np.log(channel_modes.shares(data)[mode]))
    assert channel_modes.line(found, data).startswith("1 of 1,000 modes in 1,000 samples, by a classifier of single ")


def test_the_summary_of_a_run_has_them(data):
    found = summary.measure(Known(to_float(data.test), encodes=False), data, CodeSource("prior"))
    assert found["real_modes"] == pytest.approx(632, abs=30)
    assert found["accuracy"] == pytest.approx(0.91, abs=0.04)
    assert any(line.startswith(f"{found['modes']:.0f} of 1,000 modes") for line in summary.lines(found, data))
