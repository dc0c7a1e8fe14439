"""A convolutional network of random weights, the same for everyone: no training, no download, any size of images.

Random convolutions respond to edges, colours and textures at several sizes, wherever these are, and so tell real images
from blurred, noisy and collapsed ones; Naeem et al. 2020 (arXiv:2002.09797, section 4.2) measure with random networks
where no trained one suits the data. They do not know objects: a class that is missing shows less than with a trained
network.
"""

from typing import Any

import numpy as np
import tensorflow as tf

from ganae_cli.datasets.base import Data
from ganae_cli.errors import UserError
from ganae_cli.features.base import Embedded, Encode, FeatureSpace, Progress, Say, refuse_unsuited
from ganae_cli.features.blocks import Blocks
from ganae_cli.features.random_numbers import orthogonal, projected
from ganae_cli.registry import register

LAYERS = ((5, 16, 1, 2), (3, 32, 2, 2), (3, 64, 2, 1))  # size of the kernel, channels, stride, cells on a side
FRECHET = 64
VERSION = 1  # changes with the numbers


@register("features", "random_conv")
class RandomConv(FeatureSpace):
    """Three convolutions with ReLU; means of each layer's channels over the image, or its quarters: 256 numbers.

    Weights of a layer are orthogonal, times √2, which keeps the size of what passes a ReLU (He et al. 2015,
    arXiv:1502.01852, eq. 10). The mean is taken from the weights of every other filter: half of the filters see
    differences only, the others levels and colours too. Measured with 2,000 images beside 2,000 of MNIST (in brackets:
    CIFAR-10), seeds 0 to 2: the Fréchet distance of held-out images grows 5 to 7 fold (1.8 to 3.9) where five of ten
    classes are missing, 39 to 49 fold (7 to 10) where they are blurred, more than 300 fold for noise in their place.
    """

    name = "random_conv"

    def __init__(self, seed: int = 0):
        if seed < 0:
            raise UserError(f"features=random_conv: seed must be 0 or more, got {seed}")
        self.seed = seed
        self._blocks: Blocks | None = None

    def refusal(self, data: Data) -> str | None:
        """Return why not: points have no neighbouring pixels."""
        return None if data.kind == "images" else "points are no images; features=pixels takes their coordinates"

    def prepare(self, data: Data, encode: Encode | None = None, say: Say = lambda line: None) -> None:
        """Draw the weights."""
        refuse_unsuited(self, data)
        height, width, channels = data.shape
        kernels = [tf.constant(kernel, tf.float32) for kernel in self.kernels(channels)]
        self._blocks = Blocks(
            lambda images: (features(images, kernels),), data.shape, height * width * LAYERS[0][1], self.name
        )

    def kernels(self, channels: int) -> list[np.ndarray]:
        """Return the weights of each layer, (size, size, inputs, outputs), float64."""
        found = []
        for number, (size, outputs, _, _) in enumerate(LAYERS):
            drawn = orthogonal(size * size * channels, outputs, 1000 * self.seed + number)
            drawn[:, ::2] -= drawn[:, ::2].mean(axis=0)
            drawn /= np.linalg.norm(drawn, axis=0)
            found.append(np.sqrt(2) * drawn.reshape(size, size, channels, outputs))
            channels = outputs
        return found

    def embed(self, rows: np.ndarray, progress: Progress = lambda share: None) -> Embedded:
        """Return 256 means for each image, and 64 projections of them."""
        if self._blocks is None:
            raise ValueError("prepare the feature space first")
        (found,) = self._blocks(rows, progress)
        return Embedded(found, projected(found, FRECHET))

    @property
    def facts(self) -> dict[str, Any]:
        """Return seed and version of the weights."""
        numbers = sum(channels * cells**2 for _, channels, _, cells in LAYERS)
        how = f"random orthogonal projection to {FRECHET}"
        return {
            "features": self.name,
            "dimensions": numbers,
            "frechet": how,
            "features_seed": self.seed,
            "version": VERSION,
        }


def features(images: tf.Tensor, kernels: list[tf.Tensor]) -> tf.Tensor:
    """Return the means of all layers, (rows, 256)."""
    means = []
    for kernel, (_, _, stride, cells) in zip(kernels, LAYERS, strict=True):
        images = tf.nn.relu(tf.nn.conv2d(images, kernel, stride, "SAME"))
        means += cell_means(images, cells)
    return tf.concat(means, axis=1)


def cell_means(images: tf.Tensor, cells: int) -> list[tf.Tensor]:
    """Return the mean of each channel, (rows, channels), in each cell of a grid of cells x cells."""
    height, width = images.shape[1:3]
    return [
        tf.reduce_mean(images[:, top:bottom, left:right], axis=(1, 2))
        for top, bottom in _cells(height, cells)
        for left, right in _cells(width, cells)
    ]


def _cells(side: int, cells: int) -> list[tuple[int, int]]:
    """Return (start, end) of parts of a side, a pixel at least each; where there are too few, parts share them.

    >>> _cells(5, 2), _cells(1, 2)
    ([(0, 2), (2, 5)], [(0, 1), (0, 1)])
    """
    starts = [i * side // cells for i in range(cells)]
    return [(start, max((i + 1) * side // cells, start + 1)) for i, start in enumerate(starts)]
