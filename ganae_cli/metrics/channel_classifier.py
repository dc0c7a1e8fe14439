"""A classifier of images whose channels are images of their own, such as the three digits of Stacked MNIST."""

from dataclasses import dataclass

import numpy as np

from ganae_cli.metrics.classifier import Classifier

CHUNK = 4000  # images that are classified at once


@dataclass(frozen=True)
class ChannelClassifier:
    """Classifies each channel by itself, as Metz et al. 2017 do (arXiv:1611.02163, section 3.3.1).

    of_one: of a single channel, with the classes 0 … base - 1, or some of them. The class of an image is the number
    that those of its channels spell in that base: 100 a + 10 b + c for the digits a, b, c.
    """

    of_one: Classifier
    base: int
    channels: int

    @property
    def classes(self) -> np.ndarray:
        """Return the class of each column of `probabilities`, int (C ** channels,), ascending."""
        found = np.zeros(1, np.int64)
        for _ in range(self.channels):
            found = (found[:, None] * self.base + self.of_one.classes).reshape(-1)
        return found

    def probabilities(self, images: np.ndarray) -> np.ndarray:
        """Return the probability of each class of uint8 images (N, H, W, channels): the product over the channels."""
        found = np.ones((len(images), 1))
        for of_channel in np.moveaxis(self._of_channels(images), 1, 0):
            found = (found[:, :, None] * of_channel[:, None]).reshape(len(images), -1)
        return found

    def predicted(self, images: np.ndarray) -> np.ndarray:
        """Return the most probable class of each image, int (N,)."""
        powers = self.base ** np.arange(self.channels)[::-1]
        parts = [self._of_channels(images[i : i + CHUNK]).argmax(axis=2) for i in range(0, len(images), CHUNK)]
        return self.of_one.classes[np.concatenate(parts)] @ powers

    def _of_channels(self, images: np.ndarray) -> np.ndarray:
        """Return the probabilities of the classes of each channel, (N, channels, C)."""
        return self.of_one.probabilities(split_channels(images)).reshape(len(images), self.channels, -1)


def split_channels(images: np.ndarray) -> np.ndarray:
    """Return images (N, H, W, channels) as images of one channel each, (N * channels, H, W, 1).

    >>> split_channels(np.array([[[[1, 2, 3]]], [[[4, 5, 6]]]])).ravel().tolist()
    [1, 2, 3, 4, 5, 6]
    """
    return np.ascontiguousarray(np.moveaxis(images, 3, 1)).reshape(-1, *images.shape[1:3], 1)


def split_labels(labels: np.ndarray, base: int, channels: int) -> np.ndarray:
    """Return the class of each channel, int (N * channels,), of the labels (N,) of images.

    >>> split_labels(np.array([907, 42]), 10, 3).tolist()
    [9, 0, 7, 0, 4, 2]
    """
    return (labels[:, None] // base ** np.arange(channels)[::-1] % base).reshape(-1)
