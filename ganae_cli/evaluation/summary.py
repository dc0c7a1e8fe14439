"""Measures of a trained model for the run's `status.json` and for its last lines; they take a few seconds.

On large images, or on MNIST, the first run of a dataset also trains a classifier, which is then kept.
"""

import math
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from ganae_cli.datasets.base import Data
from ganae_cli.datasets.scaling import to_float, to_uint8
from ganae_cli.engine.game import Game
from ganae_cli.evaluation import channel_modes, classes, collapse
from ganae_cli.evaluation.classifier_cache import classifier_of
from ganae_cli.metrics.channel_classifier import ChannelClassifier
from ganae_cli.metrics.classifier import Classifier, classifier_metrics, label_metrics
from ganae_cli.metrics.modes import modes_3std
from ganae_cli.metrics.novelty import Images, novelty
from ganae_cli.metrics.variation import variation
from ganae_cli.samplers import fitted
from ganae_cli.samplers.fitted import CodeSource

SEED = 1
POINTS, IMAGES = 2500, 2000  # samples that are measured
HELD_OUT = 1000  # held-out rows that are reconstructed, or whose nearest training image is found, at most
FEWEST = 20  # held-out images that others are compared with, at least
CLASSIFIED, CLASSIFIED_NUMBERS = 10_000, 8_000_000  # held-out images that are classified, and numbers in them, at most
COMPARISONS, FEWEST_COMPARED = 100_000_000_000, 100  # images x numbers of the training set; see `_compared`


def measure(
    game: Game, data: Data, source: CodeSource, say: Callable[[str], object] = lambda line: None
) -> dict[str, Any]:
    """Return the measures by name, with the game's weights as they are. say: told what takes a while.

    parameters: number of parameters of the networks that sample and encode. parameters_trained: of all networks that
    were trained. sample_variation: `variation` of 2,000 sampled images or 2,500 points beside as many training rows.
    For data with known modes, `modes_3std` of the samples; for images with 20 held-out images or more, `novelty` of the
    samples, and `classifier_metrics` if there are labels of two classes or more. Samples of a conditional model are of
    all classes in turn, and `label_metrics` compares these with what the classifier sees; hardest_class is a name. Of
    images whose channels have classes of their own, `channel_modes.measure`. With an encoder, of up to 1,000 held-out
    rows, whose labels a conditional model needs: reconstruction, their mean absolute error, and
    reconstruction_variation, their `variation` beside that of the originals.
    """
    found: dict[str, Any] = {
        "parameters": _inference_parameters(game),
        "parameters_trained": _parameters(game, game.roles),
    }
    if game.encodes and not (game.condition.is_on and data.test_labels is None):
        found |= _of_reconstructions(game, data)
    count = POINTS if data.kind == "points" else IMAGES
    say(f"measuring {count:,} samples …")
    labels = classes.balanced(count, len(game.condition.classes)) if game.condition.is_on else None
    samples = source.generate(game, source.draw(game, count, SEED, labels), labels)
    real = to_float(fitted.random_rows(data.train, count, SEED))
    found |= _known(sample_variation=variation(samples, real))
    if data.modes is not None and data.mode_std is not None:
        samples = data.in_units(samples)
        found |= modes_3std(samples, data.modes, data.mode_std)
    elif data.kind == "images" and len(data.test) >= FEWEST:
        classifier = _classifier(data, say)
        found |= _of_images(to_uint8(samples), data, classifier, labels)
        if isinstance(classifier, ChannelClassifier):
            found |= channel_modes.measure(game, data, source, classifier, SEED)
        if "hardest_class" in found:
            found["hardest_class"] = game.condition.classes[int(found["hardest_class"])]
    return found


def prepare(data: Data, say: Callable[[str], object] = lambda line: None) -> None:
    """Train what is trained once for a dataset, and then kept: the classifier of its images."""
    if data.modes is None and data.kind == "images" and len(data.test) >= FEWEST:
        _classifier(data, say)


def _known(**values: float | None) -> dict[str, float]:
    return {name: value for name, value in values.items() if value is not None and np.isfinite(value)}


def _of_reconstructions(game: Game, data: Data) -> dict[str, float]:
    held_out = to_float(fitted.random_rows(data.test, HELD_OUT, SEED))
    known = data.test_labels if game.condition.is_on else None
    labels = None if known is None else fitted.random_rows(known, HELD_OUT, SEED)
    rebuilt = fitted.labelled(game, game.decode, game.encode(held_out), labels)
    error = float(np.abs(data.in_units(rebuilt) - data.in_units(held_out)).mean())
    return {"reconstruction": error} | _known(reconstruction_variation=variation(rebuilt, held_out))


def _inference_parameters(game: Game) -> int:
    own = _parameters(game, game.inference_networks)
    return own + _inference_parameters(game.inner) if game.inner else own


def _parameters(game: Game, roles: Iterable[str]) -> int:
    return sum(game.network(role).count_params() for role in roles)


def _classifier(data: Data, say: Callable[[str], object]) -> Classifier | ChannelClassifier | None:
    """Return the classifier of the training images; None without labels of two classes or more."""
    if data.train_labels is None or len(np.unique(data.train_labels)) < 2:
        return None
    if data.channel_classes:
        return channel_modes.classifier_of_channels(data, SEED, say)
    return classifier_of(data.train, data.train_labels, say=say)


def _of_images(
    samples: np.ndarray, data: Data, classifier: Classifier | ChannelClassifier | None, asked: np.ndarray | None
) -> dict[str, float]:
    """Return `novelty`, and `classifier_metrics` if there is a classifier. asked: labels of the samples."""
    most = _compared(data.train)
    held_out = fitted.random_rows(data.test, min(most, HELD_OUT), SEED)
    found = _known(novelty=novelty(samples[:most], data.train, held_out))
    if classifier is None:
        return found
    rows = _classified(data)
    labels = None if data.test_labels is None else data.test_labels[rows]
    of_classes = {} if asked is None else label_metrics(samples, asked, classifier)
    return found | classifier_metrics(samples, data.test[rows], classifier, labels) | of_classes


def _compared(train: Images) -> int:
    """Return how many samples are compared with every training image: as many as take seconds, but at least 100."""
    return max(FEWEST_COMPARED, COMPARISONS // max(1, math.prod(train.shape)))


def _classified(data: Data) -> np.ndarray:
    """Return the numbers of the held-out images that are classified."""
    most = min(CLASSIFIED, max(FEWEST, CLASSIFIED_NUMBERS // int(np.prod(data.shape))))
    return fitted.random_rows(np.arange(len(data.test)), most, SEED)


def lines(found: dict[str, Any], data: Data, is_judged: bool = False) -> list[str]:
    """Return the measures as sentences for the user, without the numbers of parameters.

    is_judged: a verdict follows, which tells of a collapse; else a warning does.
    """
    sentences = []
    if "modes" in found and data.modes is not None:
        sentences.append(
            f"{found['modes']:.0f} of {len(data.modes)} modes; {found['high_quality']:.1%} of {POINTS:,} samples "
            "within 3 standard deviations of a centre (perfect: 98.9%); "
            f"spread within modes {found['spread']:.2f} of the true one"
        )
    if "real_modes" in found:
        sentences.append(channel_modes.line(found, data))
    if "recognised" in found:
        held_out = f"{len(_classified(data)):,} held-out images"
        known = f"{found['accuracy']:.0%} accurate on {held_out}, of which" if "accuracy" in found else f"of {held_out}"
        sentences.append(
            f"{found['recognised']:.0%} of {IMAGES:,} samples recognised by a classifier ({known} it recognises 90%); "
            "smallest and largest class "
            f"{found['smallest_class']:.0%} and {found['largest_class']:.0%}; spread within classes "
            f"{found['spread']:.2f} of that of held-out images"
        )
    if "label_accuracy" in found:
        sentences.append(
            f"the classifier sees the class that was asked for in {found['label_accuracy']:.1%} of these samples; "
            f"fewest in class '{found['hardest_class']}': {found['smallest_label_accuracy']:.0%}"
        )
    if "novelty" in found:
        count = min(len(data.test), _compared(data.train), HELD_OUT)
        sentences.append(
            f"distance of samples to the nearest training image: {found['novelty']:.2f} of that of {count:,} held-out "
            "images (copies: 0)"
        )
    elif data.kind == "images" and len(data.test) < FEWEST:
        sentences.append(f"samples are not compared with held-out images: there are {len(data.test)}, not {FEWEST}")
    if "reconstruction" in found:
        scale = " (of a range of 2)" if data.kind == "images" else ""
        count = min(HELD_OUT, len(data.test))
        sentences.append(
            f"reconstruction of {count} held-out {data.kind}: mean absolute error {found['reconstruction']:.3f}{scale}"
        )
    kinds = {collapse.SAMPLES: "sample_variation", collapse.RECONSTRUCTIONS: "reconstruction_variation"}
    kind = None if is_judged else collapse.low({kind: found.get(name) for kind, name in kinds.items()})
    return [*sentences, collapse.warning(kind, found[kinds[kind]])] if kind else sentences
