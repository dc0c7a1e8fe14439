"""Dataset of 1,797 real handwritten digits, 8x8 grey pixels, that come with scikit-learn: no download."""

from collections.abc import Sequence

import numpy as np

from ganae_cli.datasets.base import Data
from ganae_cli.datasets.fingerprint import fingerprint
from ganae_cli.datasets.pictures.fit import resize
from ganae_cli.registry import register


@register("dataset", "digits")
def digits(image_size: int | Sequence[int] | None = None) -> Data:
    """Return the digits of Alpaydin & Kaynak 1998, doi:10.24432/C50P49, test part; grey values are scaled to 0 … 255.

    The file's grey values are 0 to 16; they are multiplied by 255 / 16 and rounded. Every sixth image is for testing
    (299, leaving 1,498): the file goes from writer to writer, so a single cut would test on other writers than those
    trained on, while every sixth image comes from all of them and includes 25 or more of each digit.
    """
    from sklearn.datasets import load_digits  # slow to import, and only this dataset needs it

    bunch = load_digits()
    grey = np.rint(bunch.images * (255 / 16)).astype(np.uint8)[..., None]
    images = resize(grey, image_size)
    labels = bunch.target.astype(np.int64)
    testing = np.arange(len(images)) % 6 == 5
    return Data(
        "digits", images[~testing], images[testing], labels[~testing], labels[testing], source=fingerprint(grey)
    )
