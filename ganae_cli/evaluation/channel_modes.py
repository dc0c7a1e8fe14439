"""Modes of images whose channels are images of their own: how many of the 1,000 of Stacked MNIST does a model draw?"""

from collections.abc import Callable, Iterator

import numpy as np

from ganae_cli.datasets.base import Data
from ganae_cli.datasets.scaling import to_uint8
from ganae_cli.engine.game import Game
from ganae_cli.evaluation import classes
from ganae_cli.evaluation.classifier_cache import classifier_of
from ganae_cli.metrics.channel_classifier import ChannelClassifier, split_channels, split_labels
from ganae_cli.metrics.classifier import MOST_NUMBERS
from ganae_cli.metrics.modes import modes_of_classes
from ganae_cli.samplers import fitted
from ganae_cli.samplers.fitted import CodeSource

COUNT = 26_000  # samples that are counted, as by VEEGAN and PacGAN (arXiv:1705.07761, arXiv:1712.04086)
CHUNK = 2000  # samples that are held at once


def classifier_of_channels(data: Data, seed: int, say: Callable[[str], object]) -> ChannelClassifier:
    """Return a classifier that has learned the channels of training images, from the cache or trained now."""
    most = max(1, MOST_NUMBERS // int(np.prod(data.shape)))
    rows = fitted.random_rows(np.arange(len(data.train)), most, seed)
    labels = _labels(data)[rows]
    base, channels = data.channel_classes, data.shape[2]
    of_one = classifier_of(split_channels(data.train[rows]), split_labels(labels, base, channels), say=say)
    return ChannelClassifier(of_one, base, channels)


def shares(data: Data) -> np.ndarray:
    """Return the probability of each mode of the dataset, (base ** channels,): products of those of the channels.

    They are those of the training images. Classes of MNIST's digits are not equally frequent, so neither are the modes.
    """
    base, channels = data.channel_classes, data.shape[2]
    counts = np.bincount(split_labels(_labels(data), base, channels), minlength=base)
    found = np.ones(1)
    for _ in range(channels):
        found = np.outer(found, counts / counts.sum()).reshape(-1)
    return found


def measure(game: Game, data: Data, source: CodeSource, classifier: ChannelClassifier, seed: int) -> dict[str, float]:
    """Return `modes_of_classes` of 26,000 samples, and as `real_…` those of as many held-out images.

    If there are fewer held-out images, fewer samples are taken. The classifier errs on both alike: where 3 % of single
    digits are taken for others, so are 9 % of images. Samples of a conditional model are of all classes in turn.
    """
    count, expected = min(COUNT, len(data.test)), shares(data)
    labels = classes.balanced(count, len(game.condition.classes)) if game.condition.is_on else None
    codes = source.draw(game, count, seed, labels)
    seen = [classifier.predicted(to_uint8(part)) for part in _samples(game, source, codes, labels)]
    held_out = [classifier.predicted(data.test[i : i + CHUNK]) for i in range(0, count, CHUNK)]
    real = modes_of_classes(np.concatenate(held_out)[:count], expected)
    found = modes_of_classes(np.concatenate(seen), expected)
    return found | {f"real_{name}": value for name, value in real.items()}


def line(found: dict[str, float], data: Data) -> str:
    """Return the measures as a sentence for the user."""
    count, modes = min(COUNT, len(data.test)), int(np.count_nonzero(shares(data)))
    return (
        f"{found['modes']:,.0f} of {modes:,} modes in {count:,} samples, by a classifier of single channels (as many "
        f"held-out images: {found['real_modes']:,.0f}); KL divergence from the modes of the data "
        f"{found['reverse_kl']:.3f} (held-out images: {found['real_reverse_kl']:.3f})"
    )


def _samples(game: Game, source: CodeSource, codes: np.ndarray, labels: np.ndarray | None) -> Iterator[np.ndarray]:
    for i in range(0, len(codes), CHUNK):
        yield source.generate(game, codes[i : i + CHUNK], None if labels is None else labels[i : i + CHUNK])


def _labels(data: Data) -> np.ndarray:
    if data.train_labels is None:
        raise ValueError(f"dataset '{data.name}': channel_classes without labels")
    return data.train_labels
