"""A plain Keras loop as a contender: `python -m tests.benchmarks.keras_side dcgan keras-loop DATA SECONDS`.

Written as tutorials write a GAN: `train_on_batch` of the discriminator on data, then on samples, then of the generator
through a discriminator that does not learn. So it is not quite the same algorithm: the discriminator is updated twice
a step, the generator runs forward twice, and in the generator's turn the discriminator's BatchNorm is at inference.
"""

import math
import os
import sys
from pathlib import Path

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
from keras import layers

from tests.benchmarks import data
from tests.benchmarks.timing import hand_over, measure
from tests.benchmarks.workloads import WORKLOADS

Z_DIM = 64


def build_generator() -> keras.Model:
    grow = {"strides": 2, "padding": "same"}
    return keras.Sequential(
        [
            keras.Input((Z_DIM,)),
            layers.Dense(7 * 7 * 128, use_bias=False),
            layers.Reshape((7, 7, 128)),
            layers.BatchNormalization(momentum=0.9),
            layers.ReLU(),
            layers.Conv2DTranspose(64, 4, use_bias=False, **grow),
            layers.BatchNormalization(momentum=0.9),
            layers.ReLU(),
            layers.Conv2DTranspose(1, 4, activation="tanh", **grow),
        ]
    )


def build_discriminator() -> keras.Model:
    shrink = {"strides": 2, "padding": "same"}
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(64, 4, **shrink),
            layers.LeakyReLU(negative_slope=0.2),
            layers.Conv2D(128, 4, use_bias=False, **shrink),
            layers.BatchNormalization(momentum=0.9),
            layers.LeakyReLU(negative_slope=0.2),
            layers.Flatten(),
            layers.Dense(1),
        ]
    )


class Loop:
    """The tutorials' training loop, one step of it."""

    def __init__(self, images: np.ndarray, batch: int):
        self.images, self.batch, self.random = images, batch, np.random.default_rng(0)
        self.generator, self.discriminator = build_generator(), build_discriminator()
        learned = self.generator.trainable_variables + self.discriminator.trainable_variables
        self.parameters = sum(math.prod(variable.shape) for variable in learned)
        self.discriminator.compile(self._adam(), keras.losses.BinaryCrossentropy(from_logits=True))
        self.combined = keras.Sequential([self.generator, self.discriminator])
        self.combined.compile(self._adam(), keras.losses.BinaryCrossentropy(from_logits=True))
        self.ones, self.zeros = np.ones((batch, 1), "float32"), np.zeros((batch, 1), "float32")

    def step(self) -> list:
        rows = self.images[self.random.integers(len(self.images), size=self.batch)]
        made = self.generator.predict_on_batch(self.noise())
        self.discriminator.trainable = True
        real = self.discriminator.train_on_batch(rows.astype("float32") / 127.5 - 1, self.ones)
        fake = self.discriminator.train_on_batch(made, self.zeros)
        self.discriminator.trainable = False
        return [real + fake, self.combined.train_on_batch(self.noise(), self.ones)]

    def noise(self) -> np.ndarray:
        return self.random.standard_normal((self.batch, Z_DIM), "float32")

    def _adam(self) -> keras.optimizers.Optimizer:
        return keras.optimizers.Adam(2e-4, beta_1=0.5)


def main(name: str, mode: str, path: str, seconds: str) -> None:
    workload = WORKLOADS[name]
    loop = Loop(data.read(Path(path)), workload.rows)
    timed = measure(loop.step, workload.interval, float(seconds))
    timed.parameters = loop.parameters
    hand_over(timed)


if __name__ == "__main__":
    main(*sys.argv[1:])
