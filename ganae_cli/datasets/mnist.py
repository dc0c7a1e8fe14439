"""MNIST and Fashion-MNIST: each 60,000 training and 10,000 test images of 28x28 grey pixels, from Keras or a file."""

from collections.abc import Sequence

import keras

from ganae_cli.datasets.base import Data
from ganae_cli.datasets.keras_copy import Known
from ganae_cli.registry import register

CLOTHES = ("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot")


@register("dataset", "mnist")
def mnist(path: str | None = None, image_size: int | Sequence[int] | None = None) -> Data:
    """Return handwritten digits of ten classes: LeCun et al. 1998, doi:10.1109/5.726791."""
    return Known("mnist", keras.datasets.mnist.load_data).data(path, image_size)


@register("dataset", "fashion_mnist")
def fashion_mnist(path: str | None = None, image_size: int | Sequence[int] | None = None) -> Data:
    """Return images of clothes of ten classes: Xiao et al. 2017, arXiv:1708.07747."""
    return Known("fashion_mnist", keras.datasets.fashion_mnist.load_data, CLOTHES).data(path, image_size)
