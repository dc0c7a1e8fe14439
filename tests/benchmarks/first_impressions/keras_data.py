"""Keras' copy of a dataset as a file that ganae takes: `python -m tests.benchmarks.first_impressions.keras_data`.

MNIST and Fashion-MNIST become an .npz of four arrays; CIFAR-10 a .zip of PNGs, the first 2,500 of each class.
"""

import io
import sys
import zipfile
from pathlib import Path

import numpy as np
from PIL import Image

from ganae_cli.storage.atomic import replacing
from tests.benchmarks.first_impressions.sets import FIRST_FIVE, LAST_FIVE

OF_EACH = 2500  # pictures of a class
CLASSES = (*FIRST_FIVE, *LAST_FIVE)  # in the order of CIFAR-10's labels


def main(name: str, path: str) -> None:
    import keras

    (images, labels), (test_images, test_labels) = getattr(keras.datasets, name).load_data()
    if name == "cifar10":
        write_pictures(Path(path), images, labels.ravel())
        return
    with replacing(Path(path)) as temporary:
        np.savez_compressed(temporary, x_train=images, y_train=labels, x_test=test_images, y_test=test_labels)


def write_pictures(path: Path, images: np.ndarray, labels: np.ndarray, of_each: int = OF_EACH) -> None:
    """Write `<class>/NNNN.png` of the first pictures of each class. images: uint8 (N, H, W, 3)."""
    with replacing(path) as temporary, zipfile.ZipFile(temporary, "w", zipfile.ZIP_STORED) as target:
        for number, name in enumerate(CLASSES):
            for i, image in enumerate(images[labels == number][:of_each]):
                content = io.BytesIO()
                Image.fromarray(image).save(content, "PNG")
                target.writestr(zipfile.ZipInfo(f"{name}/{i:04d}.png"), content.getvalue())


if __name__ == "__main__":
    main(*sys.argv[1:])
