"""Measures at the end of a training, of games with known samples and reconstructions."""

from types import SimpleNamespace

import keras
import numpy as np
import pytest

from ganae_cli import registry
from ganae_cli.datasets.base import Data
from ganae_cli.datasets.scaling import to_float
from ganae_cli.evaluation import summary
from ganae_cli.metrics.classifier import classifier_metrics
from ganae_cli.metrics.modes import modes_3std
from ganae_cli.samplers.fitted import CodeSource


def network(inputs, units):
    return keras.Sequential([keras.Input((inputs,)), keras.layers.Dense(units)])


class Known(SimpleNamespace):
    """A game that repeats rows as its samples and reconstructs data 0.25 too high.

    Its inference networks have 6 + 8 parameters, its discriminator 3.
    """

    z_dim, noise_dim, inner, made = 2, 0, None, 0
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


def test_labelled_images_are_measured_by_a_classifier_of_all_digits(parts, digits):
    samples = to_float(digits.train)
    found = summary.measure(Known(samples, encodes=False), digits, CodeSource("prior"))
    real = np.concatenate([digits.train, digits.test])
    labels = np.concatenate([digits.train_labels, digits.test_labels])
    expected = classifier_metrics(np.take(digits.train, np.arange(2000), axis=0, mode="wrap"), real, labels)
    assert {key: found[key] for key in expected} == pytest.approx(expected, abs=1e-6)
    line = summary.lines(found, digits)[0]
    assert line.startswith(f"{found['recognised']:.0%} of 2,000 samples recognised by a classifier (real ones: 90%); ")


def test_of_large_images_the_classifier_sees_fewer(parts, monkeypatch):
    given = []
    monkeypatch.setattr(summary, "classifier_metrics", lambda samples, real, labels: given.append(real.shape) or {})
    for side in (8, 28, 32):
        images = np.zeros((3000, side, side, 3), np.uint8)
        labels = np.arange(3000) % 10
        data = Data("images", images, images[:5], labels, labels[:5])
        summary.measure(Known(to_float(images), encodes=False), data, CodeSource("prior"))
    assert [shape[0] for shape in given] == [2000, 637, 488]


@pytest.mark.parametrize("labels", [None, np.zeros(60, np.int64)], ids=["unlabelled", "one class"])
def test_without_two_classes_there_is_no_classifier(parts, labels):
    images = np.zeros((60, 2, 1, 1), np.uint8)
    game = Known(to_float(images), encodes=False)
    found = summary.measure(game, Data("images", images, images[:5], labels), CodeSource("prior"))
    assert found.keys() == {"parameters", "parameters_trained"}
    assert summary.lines(found, Data("images", images, images[:5], labels)) == []
