"""Measures of a trained model for the run's `status.json` and for its last lines; they take a few seconds."""

import warnings
from collections.abc import Iterable

import numpy as np

from ganae_cli.datasets.base import Data
from ganae_cli.datasets.scaling import to_float, to_uint8
from ganae_cli.engine.game import Game
from ganae_cli.metrics.classifier import classifier_metrics
from ganae_cli.metrics.modes import modes_3std
from ganae_cli.samplers import fitted
from ganae_cli.samplers.fitted import CodeSource

SEED = 1
POINTS, IMAGES = 2500, 2000  # samples that are measured
HELD_OUT = 1000  # test rows that are reconstructed, at most
REAL_IMAGES, REAL_NUMBERS = 2000, 1_500_000  # real images for the classifier, and numbers in all of them, at most


def measure(game: Game, data: Data, source: CodeSource) -> dict[str, float]:
    """Return the measures by name, with the game's weights as they are.

    parameters: number of parameters of the networks that sample and encode. parameters_trained: of all networks that
    were trained. reconstruction: mean absolute error on up to 1,000 held-out rows, if the model has an encoder. Then,
    for data with known modes, `modes_3std` of 2,500 samples; for labelled images, `classifier_metrics` of 2,000 samples
    by the real images, training and test together: up to 2,000, fewer if they are large (1.5 million numbers in all).
    """
    found: dict[str, float] = {
        "parameters": _inference_parameters(game),
        "parameters_trained": _parameters(game, game.roles),
    }
    if game.encodes:
        held_out = to_float(data.test[:HELD_OUT])
        rebuilt = data.in_units(game.decode(game.encode(held_out)).numpy())
        found["reconstruction"] = float(np.abs(rebuilt - data.in_units(held_out)).mean())
    if data.modes is not None and data.mode_std is not None:
        samples = data.in_units(source.generate(game, source.draw(game, POINTS, SEED)))
        found |= modes_3std(samples, data.modes, data.mode_std)
    elif data.kind == "images" and data.train_labels is not None:
        found |= _classifier_metrics(game, data, data.train_labels, source)
    return found


def _inference_parameters(game: Game) -> int:
    own = _parameters(game, game.inference_networks)
    return own + _inference_parameters(game.inner) if game.inner else own


def _parameters(game: Game, roles: Iterable[str]) -> int:
    return sum(game.network(role).count_params() for role in roles)


def _classifier_metrics(game: Game, data: Data, labels: np.ndarray, source: CodeSource) -> dict[str, float]:
    """Return the measures by a classifier, or none for fewer than 20 images or fewer than two classes."""
    from sklearn.exceptions import ConvergenceWarning
    from threadpoolctl import threadpool_limits

    labels = labels if data.test_labels is None else np.concatenate([labels, data.test_labels])
    most = min(REAL_IMAGES, max(1, REAL_NUMBERS // int(np.prod(data.shape))))
    rows = fitted.random_rows(np.arange(len(labels)), most, SEED)
    if len(rows) < 20 or len(np.unique(labels[rows])) < 2:
        return {}
    samples = to_uint8(source.generate(game, source.draw(game, IMAGES, SEED)))
    # The classifier is small: more threads would make it slower.
    with threadpool_limits(1, "blas"), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return classifier_metrics(samples, _of_both(data, rows), labels[rows])


def _of_both(data: Data, rows: np.ndarray) -> np.ndarray:
    """Return rows by their number among training and test rows together, without joining the two."""
    is_train = rows < len(data.train)
    taken = np.empty((len(rows), *data.shape), data.train.dtype)
    taken[is_train], taken[~is_train] = data.train[rows[is_train]], data.test[rows[~is_train] - len(data.train)]
    return taken


def lines(found: dict[str, float], data: Data) -> list[str]:
    """Return the measures as sentences for the user, without the numbers of parameters."""
    sentences = []
    if "modes" in found and data.modes is not None:
        sentences.append(
            f"{found['modes']:.0f} of {len(data.modes)} modes; {found['high_quality']:.1%} of {POINTS:,} samples "
            "within 3 standard deviations of a centre (perfect: 98.9%); "
            f"spread within modes {found['spread']:.2f} of the true one"
        )
    if "recognised" in found:
        sentences.append(
            f"{found['recognised']:.0%} of {IMAGES:,} samples recognised by a classifier (real ones: 90%); smallest "
            f"and largest class {found['smallest_class']:.0%} and {found['largest_class']:.0%}; spread within classes "
            f"{found['spread']:.2f}, distance to the nearest real image {found['novelty']:.2f} of what real ones show"
        )
    if "reconstruction" in found:
        scale = " (of a range of 2)" if data.kind == "images" else ""
        count = min(HELD_OUT, len(data.test))
        sentences.append(
            f"reconstruction of {count} held-out {data.kind}: mean absolute error {found['reconstruction']:.3f}{scale}"
        )
    return sentences
