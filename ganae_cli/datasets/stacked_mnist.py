"""Stacked MNIST: three digits of MNIST as the red, green and blue of one image, which has 1,000 modes."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ganae_cli.datasets.base import Data
from ganae_cli.datasets.fingerprint import fingerprint
from ganae_cli.datasets.mnist import mnist
from ganae_cli.datasets.pictures.fit import resize
from ganae_cli.datasets.room import refuse_beyond_memory
from ganae_cli.datasets.rows import Rows
from ganae_cli.errors import UserError
from ganae_cli.registry import register

CLASSES = tuple(f"{number:03}" for number in range(1000))
DIGITS = 10
TEST_IMAGES = 26_000  # as many as samples whose modes are counted, see `evaluation.channel_modes`
BYTES_OF_ROW = 56  # three numbers of digits, a label, and what is computed on the way


@register("dataset", "stacked_mnist")
def stacked_mnist(
    path: str | None = None, image_size: int | Sequence[int] | None = None, count: int = 128_000, seed: int = 0
) -> Data:
    """Return `count` training images (28, 28, 3): a digit drawn for each channel, all equally likely.

    Metz et al. 2017, arXiv:1611.02163, section 3.3.1; with 128,000 images as in Srivastava et al. 2017,
    arXiv:1705.07761 and Lin et al. 2018, arXiv:1712.04086. The class is 100 a + 10 b + c for the digits a, b, c in
    red, green and blue, named "000" to "999". Here training images are of MNIST's training digits, and 26,000 test
    images of its test digits; those programs stack all 70,000. MNIST's digits are not equally frequent (9% to 11%), so
    neither are the modes: the entropy of a perfect sampler is a little less than ln 1000.

    path: of MNIST, see `mnist`. Images are stacked when they are read, so they take the memory of MNIST.
    """
    if count < 1:
        raise UserError(f"dataset.count must be 1 or more, got {count}")
    refuse_beyond_memory("dataset.count", count * BYTES_OF_ROW)
    digits = mnist(path)
    _check_digits(digits, path)
    train, train_labels, train_chosen = _stacked(digits, "train", count, image_size, [seed, 0])
    test, test_labels, test_chosen = _stacked(digits, "test", TEST_IMAGES, image_size, [seed, 1])
    data = Data("stacked_mnist", train, test, train_labels, test_labels, classes=CLASSES, channel_classes=DIGITS)
    return replace(data, source=fingerprint(digits.train, digits.test, train_chosen, test_chosen))


def _check_digits(digits: Data, path: str | None) -> None:
    if digits.train_labels is None or digits.test_labels is None or not set(digits.classes) <= set("0123456789"):
        some = ", ".join(digits.classes[:12]) or "none"
        raise UserError(
            f"dataset.path={path}: y_train and y_test must be digits from 0 to 9, for the modes; got {some}"
        )


def _stacked(
    digits: Data, split: str, count: int, image_size: int | Sequence[int] | None, seed: list[int]
) -> tuple[Rows, np.ndarray, np.ndarray]:
    """Return images, their labels, and the numbers of the digits (count, 3) that they are made of."""
    grey: np.ndarray = resize(np.asarray(getattr(digits, split)), image_size)[..., 0]
    shown = np.array(digits.classes, np.int64)[getattr(digits, f"{split}_labels")]
    chosen = np.random.Generator(np.random.PCG64(seed)).integers(len(grey), size=(count, 3), dtype=np.int32)
    rows = Rows(chosen, lambda numbers: np.ascontiguousarray(np.moveaxis(grey[numbers], 1, -1)))
    return rows, shown[chosen] @ np.array([100, 10, 1]), chosen
