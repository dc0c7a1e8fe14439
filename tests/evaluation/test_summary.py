"""Measures at the end of a training, of games with known samples and reconstructions."""

from dataclasses import replace
from types import SimpleNamespace

import keras
import numpy as np
import pytest

from ganae_cli import registry
from ganae_cli.datasets.base import Data
from ganae_cli.datasets.scaling import to_float
from ganae_cli.engine.condition import Condition
from ganae_cli.evaluation import summary
from ganae_cli.metrics.classifier import classifier_metrics, train_classifier
from ganae_cli.metrics.modes import modes_3std
from ganae_cli.samplers.fitted import CodeSource


def network(inputs, units):
    return keras.Sequential([keras.Input((inputs,)), keras.layers.Dense(units)])


class Known(SimpleNamespace):
    """A game that repeats rows as its samples and reconstructs data 0.25 too high.

    Its inference networks have 6 + 8 parameters, its discriminator 3.
    """

    z_dim, noise_dim, inner, made, condition = 2, 0, None, 0, Condition()
    inference_networks, roles = ("encoder", "generator"), ("encoder", "generator", "discriminator")

    def __init__(self, rows, encodes=True):
        networks = {"encoder": network(2, 2), "generator": network(3, 2), "discriminator": network(2, 1)}
        super().__init__(rows=rows, encodes=encodes, **networks)

    def network(self, role):
        return getattr(self, role)

    def join(self, z, noise):
        return z

    def generate(self, z):
        begin, self.made = self.made, self.made + len(z)
        return Tensor(np.take(self.rows, np.arange(begin, self.made), axis=0, mode="wrap"))

    def encode(self, x):
        return Tensor(x)

    def decode(self, z):
        return Tensor(z.numpy() + 0.25)


class Tensor:
    """An array with the method of a tensor that gives its values."""

    def __init__(self, values):
        self.values = values

    def numpy(self):
        return self.values

    def __len__(self):
        return len(self.values)

    def __getitem__(self, rows):
        return Tensor(self.values[rows])


@pytest.fixture(scope="module")
def digits(parts):
    return registry.build("dataset", "digits")


def test_parameters_of_inference_networks_and_of_all_trained_networks(parts):
    rows = np.zeros((30, 2), np.float32)
    found = summary.measure(Known(rows), Data("points", rows, rows), CodeSource("prior"))
    assert found == {"parameters": 14, "parameters_trained": 17, "reconstruction": pytest.approx(0.25)}


def test_a_pretrained_game_counts_among_the_inference_networks(parts):
    rows = np.zeros((30, 2), np.float32)
    game = Known(rows, encodes=False)
    game.autoencoder = game.inner = Known(rows)
    found = summary.measure(game, Data("points", rows, rows), CodeSource("prior"))
    assert found == {"parameters": 28, "parameters_trained": 17}


def test_known_modes_are_counted(parts):
    data = registry.build("dataset", "ring", count=3000)
    found = summary.measure(Known(data.train, encodes=False), data, CodeSource("prior"))
    expected = modes_3std(data.train[:2500], data.modes, data.mode_std)
    assert {key: found[key] for key in expected} == expected
    assert summary.lines(found, data)[0].startswith("8 of 8 modes; 9")


def test_labelled_images_are_measured_by_a_classifier_of_the_training_images(parts, digits):
    """Beside the held-out ones, and beside every training image: these samples are copies of those."""
    found = summary.measure(Known(to_float(digits.train), encodes=False), digits, CodeSource("prior"))
    samples = np.take(digits.train, np.arange(2000), axis=0, mode="wrap")
    classifier = train_classifier(digits.train, digits.train_labels)
    expected = classifier_metrics(samples, digits.test, classifier, digits.test_labels) | {"novelty": 0.0}
    assert {key: found[key] for key in expected} == pytest.approx(expected, abs=1e-6)
    assert summary.lines(found, digits) == [
        f"{found['recognised']:.0%} of 2,000 samples recognised by a classifier (97% accurate on 299 held-out images, "
        f"of which it recognises 90%); smallest and largest class {found['smallest_class']:.0%} and "
        f"{found['largest_class']:.0%}; spread within classes {found['spread']:.2f} of that of held-out images",
        "distance of samples to the nearest training image: 0.00 of that of 299 held-out images (copies: 0)",
    ]


def test_held_out_images_in_place_of_samples_are_new(parts, digits):
    found = summary.measure(Known(to_float(digits.test), encodes=False), digits, CodeSource("prior"))
    assert found["novelty"] == pytest.approx(1, abs=0.01)
    assert found["sample_variation"] == pytest.approx(1, abs=0.02)


@pytest.mark.parametrize("labelled", [False, True])
def test_copies_are_found_in_a_training_set_of_any_size(parts, labelled):
    """The first 2,000 rows of 6,000, of which a comparison with a part of the set would know a third."""
    images = np.random.default_rng(0).integers(0, 256, (6300, 3, 3, 1)).astype(np.uint8)
    labels = (images[:, 0, 0, 0] > 127).astype(np.int64) if labelled else None
    split = (labels[:6000], labels[6000:]) if labels is not None else (None, None)
    data = Data("images", images[:6000], images[6000:], *split)
    found = summary.measure(Known(to_float(data.train), encodes=False), data, CodeSource("prior"))
    assert found["novelty"] == 0
    assert ("recognised" in found) == labelled


def test_of_a_large_training_set_fewer_samples_are_compared_but_with_all_of_it(parts, monkeypatch):
    images = np.random.default_rng(0).integers(0, 256, (3000, 3, 3, 1)).astype(np.uint8)
    data = Data("images", images[:2700], images[2700:])
    given = []
    monkeypatch.setattr(summary, "novelty", lambda *rows: given.append([len(part) for part in rows]))
    for most in (summary.COMPARISONS, 150 * data.train.size, data.train.size):
        monkeypatch.setattr(summary, "COMPARISONS", most)
        summary.measure(Known(to_float(data.train), encodes=False), data, CodeSource("prior"))
    assert given == [[2000, 2700, 300], [150, 2700, 150], [100, 2700, 100]]


@pytest.mark.parametrize("labels", [None, np.zeros(60, np.int64)], ids=["unlabelled", "one class"])
def test_without_two_classes_there_is_no_classifier(parts, labels):
    images = np.random.default_rng(0).integers(0, 256, (60, 2, 1, 1)).astype(np.uint8)
    game = Known(to_float(images), encodes=False)
    data = Data("images", images, images[:30] ^ 7, labels)
    found = summary.measure(game, data, CodeSource("prior"))
    assert found.keys() == {"parameters", "parameters_trained", "sample_variation", "novelty"}
    assert len(summary.lines(found, data)) == 1


def test_few_held_out_images_are_no_measure(parts, digits):
    """Nothing is said of samples beside 19 images; with 20 it is."""
    for count in (19, 20):
        data = replace(digits, test=digits.test[:count], test_labels=digits.test_labels[:count])
        found = summary.measure(Known(to_float(digits.train), encodes=False), data, CodeSource("prior"))
        assert ({"novelty", "recognised"} <= found.keys()) == (count == 20)
        (line, *_) = summary.lines(found, data)
        assert (line == "samples are not compared with held-out images: there are 19, not 20") == (count == 19)


def test_without_labels_of_held_out_images_the_accuracy_is_unknown(parts, digits):
    data = replace(digits, test_labels=None)
    found = summary.measure(Known(to_float(digits.train), encodes=False), data, CodeSource("prior"))
    assert "recognised" in found
    assert "accuracy" not in found
    assert (
        "samples recognised by a classifier (of 299 held-out images it recognises 90%);"
        in summary.lines(found, data)[0]
    )


def test_measures_of_reconstructions_are_of_held_out_rows_of_all_kinds(parts):
    """Sorted rows, 0 and then 1: of their random part about half are ones, whose mean absolute value is the error."""

    class Zeros(Known):
        def decode(self, z):
            return Tensor(np.zeros_like(z.numpy()))

    test = np.repeat(np.float32([[0], [1]]), 3000, axis=0)
    found = summary.measure(Zeros(test), Data("points", test, test), CodeSource("prior"))
    assert found["reconstruction"] == pytest.approx(0.5, abs=0.05)
    assert found["reconstruction_variation"] == 0


def test_without_labels_of_held_out_rows_a_conditional_model_reconstructs_none(parts):
    points = np.random.default_rng(0).normal(size=(60, 2)).astype(np.float32)
    for known in (None, np.arange(60) % 2):
        data = Data("points", points, points, np.arange(60) % 2, known, classes=("a", "b"))
        game = Known(points)
        game.condition = Condition("concat", data.classes)
        found = summary.measure(game, data, CodeSource("prior"))
        assert ("reconstruction" in found) == (known is not None)
        assert "sample_variation" in found


def test_the_variation_of_reconstructions_is_relative_to_the_originals(parts, digits):
    found = summary.measure(Known(to_float(digits.train)), digits, CodeSource("prior"))
    assert found["reconstruction_variation"] == pytest.approx(1, abs=1e-5)  # all are 0.25 too high
    assert found["reconstruction"] == pytest.approx(0.25, abs=1e-5)


def test_samples_that_are_all_alike_have_no_variation(parts):
    data = registry.build("dataset", "ring", count=3000)
    found = summary.measure(Known(np.ones((1, 2), np.float32), encodes=False), data, CodeSource("prior"))
    assert found["sample_variation"] == 0
