"""Datasets of images of TensorFlow Datasets: its catalogue, and what was prepared by it before."""

import logging
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ganae_cli.datasets.base import Data
from ganae_cli.datasets.fingerprint import fingerprint
from ganae_cli.datasets.pictures.fit import sides
from ganae_cli.datasets.splits import check_fraction, held_out, taken
from ganae_cli.datasets.tfds_reader import Reader, reason, refusing
from ganae_cli.errors import UserError, did_you_mean
from ganae_cli.registry import register

ATTEMPTS = 4  # to reach a server, in about 3 seconds; TensorFlow Datasets would try for minutes without a word


@register("dataset", "tfds")
def tfds(
    builder: str | None = None,
    path: str | None = None,
    train_split: str = "train",
    test_split: str | None = None,
    validation_split: str | None = None,
    image: str | None = None,
    label: str | None = None,
    image_size: int | Sequence[int] | None = None,
    resize: str = "crop",
    test_fraction: float = 0.1,
    cache: str = "auto",
) -> Data:
    """Return the images of a builder, by its name in the catalogue, such as "cifar10" or "cmaterdb/devanagari:1.0.0".

    path: where TensorFlow Datasets keeps what it has prepared; None: ~/tensorflow_datasets. What is not there is
    downloaded once. *_split: names of splits, or parts of them such as "train[:10%]". test_split: None: "test", if
    there is one, else `test_fraction` of the training rows, chosen by their number alone. image, label: names of the
    features; None: the only image, and the label of the builder's supervised pair or the only one. image_size, resize:
    see `pictures.fit`. Classes have the names that the builder gives them.

    cache: "memory" or "disk": where the images are kept while a run trains on them; "auto": in memory, if they take no
    more than half of what is free, else on disk, if there is room; see `one_by_one`.

    Raises UserError, in one line, without the library, the network, the split, an image of 8 bits, or room.
    """
    if builder is None:
        raise UserError("dataset 'tfds' needs the name of a dataset: dataset.builder=NAME, such as cifar10")
    library = _library()
    made = _prepared(library, builder, path)
    keys = _features(library, made, builder, image, label)
    reader = Reader(library, made, builder, keys, sides(image_size), resize, cache)
    test = test_split or ("test" if "test" in made.info.splits else None)
    rows: dict[str, Any] = {}
    for name, split in (("train", train_split), ("test", test), ("validation", validation_split)):
        if split is not None:
            rows[name], rows[f"{name}_labels"] = reader.read(name, split)
    source = fingerprint(*(rows[name] for name in ("train", "test", "validation") if name in rows))
    if test is None:
        check_fraction(test_fraction)
        if len(rows["train"]) < 2:
            raise UserError(f"dataset.train_split={train_split} has 1 image; expected at least 2, to test on one")
        rows |= _parted(rows["train"], rows["train_labels"], test_fraction)
    names = tuple(made.info.features[keys[1]].names) if keys[1] else ()
    return replace(Data("tfds", **rows, classes=names), source=source)


def _parted(train: np.ndarray, labels: np.ndarray | None, fraction: float) -> dict[str, Any]:
    mask = held_out(len(train), fraction)
    parted = (None, None) if labels is None else (labels[~mask], labels[mask])
    parts = {"train": taken(train, ~mask), "test": taken(train, mask)}
    return parts | {"train_labels": parted[0], "test_labels": parted[1]}


def _library() -> Any:
    """Return TensorFlow Datasets, which is slow to import. Raises UserError if it is not installed."""
    try:
        import tensorflow_datasets
        from tensorflow_datasets.core.download import downloader
    except ImportError as error:
        raise UserError(
            f"dataset 'tfds' needs the extra `tfds`: pip install 'ganae[tfds]' (tensorflow-datasets; {error})"
        ) from error
    downloader.MAX_RETRIES = ATTEMPTS
    for chatter in ("absl", "urllib3.connectionpool"):  # of deprecations within, and of each attempt
        logging.getLogger(chatter).setLevel(logging.ERROR)
    if not sys.stderr.isatty():
        tensorflow_datasets.disable_progress_bar()
    return tensorflow_datasets


def _prepared(library: Any, builder: str, path: str | None) -> Any:
    """Return the builder, its files on disk. Raises UserError if they are neither there nor to be had."""
    with refusing(builder):
        try:
            made = library.builder(builder, data_dir=path)
        except library.core.registered.DatasetNotFoundError as error:
            near = did_you_mean(builder.split("/")[0].split(":")[0], library.list_builders())
            where = path or library.core.constants.DATA_DIR
            raise UserError(
                f"dataset.builder={builder} is neither in {where} nor known to TensorFlow Datasets{near}"
            ) from error
        if made.data_path.exists():
            return made
        try:
            made.download_and_prepare()
        except Exception as error:
            raise UserError(
                f"dataset.builder={builder} is not in {made.data_path}, and cannot be downloaded ({reason(error)}); "
                f"prepare it where there is a network, copy its folder {made.name} into one here, and type "
                "dataset.path=FOLDER"
            ) from error
    return made


def _features(library: Any, made: Any, builder: str, image: str | None, label: str | None) -> tuple[str, str | None]:
    """Return the names of the features that are the image and its label."""
    features = dict(made.info.features.items()) if hasattr(made.info.features, "items") else {}
    images = [name for name, kind in features.items() if type(kind) is library.features.Image]
    labels = [name for name, kind in features.items() if isinstance(kind, library.features.ClassLabel)]
    for option, name, known in (("image", image, images), ("label", label, labels)):
        if name is not None and name not in known:
            raise UserError(
                f"dataset.{option}={name}, but dataset.builder={builder} has {', '.join(known) or 'none'}"
                f"{did_you_mean(name, known)}"
            )
    if image is None and len(images) != 1:
        found = f"several: type dataset.image={images[0]}, or another of {', '.join(images)}" if images else "none"
        raise UserError(f"dataset.builder={builder}: expected one feature that is an image, found {found}")
    pair = list(made.info.supervised_keys or ())
    supervised = pair[1] if len(pair) > 1 and pair[1] in labels else None
    return image or images[0], label or supervised or (labels[0] if len(labels) == 1 else None)
