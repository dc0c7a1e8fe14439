"""What a run has learned, as numbers: of games whose samples and reconstructions are known beforehand."""

from types import SimpleNamespace

import keras
import numpy as np
import pytest

from ganae_cli import registry
from ganae_cli.datasets.base import Data
from ganae_cli.datasets.scaling import to_float
from ganae_cli.evaluation import summary
from ganae_cli.metrics.classifier import judged_by_halves
from ganae_cli.metrics.modes import modes_3std
from ganae_cli.samplers.fitted import Source


def network(inputs, units):
    return keras.Sequential([keras.Input((inputs,)), keras.layers.Dense(units)])


class Known(SimpleNamespace):
    """Repeats rows as its samples, and rebuilds data 0.25 too high. Its networks have 6 + 8 and 3 parameters."""

    z_dim, noise_dim, frozen, made = 2, 0, "", 0
    product, roles = ("encoder", "generator"), ("encoder", "generator", "discriminator")

    def __init__(self, rows, encodes=True):
        networks = {"encoder": network(2, 2), "generator": network(3, 2), "discriminator": network(2, 1)}
        super().__init__(rows=rows, encodes=encodes, **networks)

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
    """An array that is asked for as a tensor is."""

    def __init__(self, values):
        self.values = values

    def numpy(self):
        return self.values


@pytest.fixture(scope="module")
def digits(parts):
    return registry.build("dataset", "digits")


def test_parameters_of_what_users_keep_and_of_all_that_learned(parts):
    rows = np.zeros((30, 2), np.float32)
    found = summary.measure(Known(rows), Data("points", rows, rows), Source("prior"))
    assert found == {"parameters": 14, "parameters_trained": 17, "reconstruction": pytest.approx(0.25)}


def test_a_frozen_game_counts_among_what_users_keep(parts):
    rows = np.zeros((30, 2), np.float32)
    game = Known(rows, encodes=False)
    game.autoencoder, game.frozen = Known(rows), "autoencoder"
    found = summary.measure(game, Data("points", rows, rows), Source("prior"))
    assert found == {"parameters": 28, "parameters_trained": 17}


def test_known_modes_are_counted(parts):
    data = registry.build("dataset", "ring", count=3000)
    found = summary.measure(Known(data.train, encodes=False), data, Source("prior"))
    expected = modes_3std(data.train[:2500], data.modes, data.mode_std)
    assert {key: found[key] for key in expected} == expected
    assert summary.lines(found, data)[0].startswith("8 of 8 modes; 9")


def test_labelled_images_are_judged_and_all_digits_judge(parts, digits):
    samples = to_float(digits.train)
    found = summary.measure(Known(samples, encodes=False), digits, Source("prior"))
    real = np.concatenate([digits.train, digits.test])
    labels = np.concatenate([digits.train_labels, digits.test_labels])
    expected = judged_by_halves(np.take(digits.train, np.arange(2000), axis=0, mode="wrap"), real, labels)
    assert {key: found[key] for key in expected} == pytest.approx(expected, abs=1e-6)
    line = summary.lines(found, digits)[0]
    assert line.startswith(f"{found['recognised']:.0%} of 2,000 samples recognised by a classifier (real ones: 90%); ")


def test_of_large_images_fewer_judge(parts, monkeypatch):
    asked = []
    monkeypatch.setattr(summary, "judged_by_halves", lambda samples, real, labels: asked.append(real.shape) or {})
    for side in (8, 28, 32):
        images = np.zeros((3000, side, side, 3), np.uint8)
        labels = np.arange(3000) % 10
        data = Data("images", images, images[:5], labels, labels[:5])
        summary.measure(Known(to_float(images), encodes=False), data, Source("prior"))
    assert [shape[0] for shape in asked] == [2000, 637, 488]


@pytest.mark.parametrize("labels", [None, np.zeros(60, np.int64)], ids=["unlabelled", "one class"])
def test_without_labels_that_differ_nobody_can_judge(parts, labels):
    images = np.zeros((60, 2, 1, 1), np.uint8)
    game = Known(to_float(images), encodes=False)
    found = summary.measure(game, Data("images", images, images[:5], labels), Source("prior"))
    assert found.keys() == {"parameters", "parameters_trained"}
    assert summary.lines(found, Data("images", images, images[:5], labels)) == []
