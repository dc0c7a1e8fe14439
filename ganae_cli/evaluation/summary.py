"""What a run has learned, as numbers for its status and lines for its end: measures that take a few seconds."""

import warnings

import numpy as np

from ganae_cli.datasets.base import Data
from ganae_cli.datasets.scaling import to_float, to_uint8
from ganae_cli.engine.game import Game
from ganae_cli.metrics.classifier import judged_by_halves
from ganae_cli.metrics.modes import modes_3std
from ganae_cli.samplers import fitted
from ganae_cli.samplers.fitted import Source

SEED = 1
POINTS, IMAGES, HELD_OUT = 2500, 2000, 1000
REAL_IMAGES, REAL_NUMBERS = 2000, 1_500_000  # real images for the judge, and numbers in them, at most


def measure(game: Game, data: Data, source: Source) -> dict[str, float]:
    """By name, with the weights as they are; what the data have no labels or known modes for is left out.

    parameters: of what samples and codes are made with; parameters_trained: of all that learned. reconstruction: mean
    absolute error on up to 1,000 held-out rows. Then `modes_3std` of 2,500 samples, or `judged_by_halves` of 2,000, by
    the real images, training and test together: up to 2,000, fewer if large (1.5 million numbers in all).
    """
    found = {"parameters": _kept(game), "parameters_trained": _parameters(game, game.roles)}
    if game.encodes:
        held_out = to_float(data.test[:HELD_OUT])
        found["reconstruction"] = float(np.abs(game.decode(game.encode(held_out)).numpy() - held_out).mean())
    if data.modes is not None:
        samples = source.generate(game, source.draw(game, POINTS, SEED))
        found |= modes_3std(samples, data.modes, data.mode_std)
    elif data.kind == "images" and data.train_labels is not None:
        found |= _judged(game, data, source)
    return found


def _kept(game: Game) -> int:
    return _parameters(game, game.product) + (_kept(getattr(game, game.frozen)) if game.frozen else 0)


def _parameters(game: Game, roles) -> int:
    return sum(getattr(game, role).count_params() for role in roles)


def _judged(game: Game, data: Data, source: Source) -> dict[str, float]:
    from sklearn.exceptions import ConvergenceWarning
    from threadpoolctl import threadpool_limits

    real, labels = np.concatenate([data.train, data.test]), data.train_labels
    labels = labels if data.test_labels is None else np.concatenate([labels, data.test_labels])
    most = min(REAL_IMAGES, max(1, REAL_NUMBERS // int(np.prod(data.shape))))
    rows = fitted.some(np.arange(len(labels)), most, SEED)
    if len(rows) < 20 or len(np.unique(labels[rows])) < 2:
        return {}
    samples = to_uint8(source.generate(game, source.draw(game, IMAGES, SEED)))
    # The judge is small: threads would cost more than they bring.
    with threadpool_limits(1, "blas"), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return judged_by_halves(samples, real[rows], labels[rows])


def lines(found: dict[str, float], data: Data) -> list[str]:
    """The same in words."""
    said = []
    if "modes" in found:
        said.append(
            f"{found['modes']:.0f} of {len(data.modes)} modes; {found['high_quality']:.1%} of {POINTS:,} samples "
            "within 3 standard deviations of a centre (perfect: 98.9%); "
            f"spread within modes {found['spread']:.2f} of the true one"
        )
    if "recognised" in found:
        said.append(
            f"{found['recognised']:.0%} of {IMAGES:,} samples recognised by a classifier (real ones: 90%); smallest "
            f"and largest class {found['smallest_class']:.0%} and {found['largest_class']:.0%}; spread within classes "
            f"{found['spread']:.2f}, distance to the nearest real image {found['novelty']:.2f} of what real ones show"
        )
    if "reconstruction" in found:
        scale = " (of a range of 2)" if data.kind == "images" else ""
        count = min(HELD_OUT, len(data.test))
        said.append(
            f"reconstruction of {count} held-out {data.kind}: mean absolute error {found['reconstruction']:.3f}{scale}"
        )
    return said
