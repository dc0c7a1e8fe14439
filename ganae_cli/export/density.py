"""`sampler.npz` of an export: the density of an autoencoder's codes, in a form that four lines of NumPy draw from.

Whatever the run's sampler is, here it is a mixture of Gaussians: `weights` (K,), `means` (K, d) and `cholesky` (K, d,
d), lower triangular, or (1, d, d) if all components share one; a code is means[k] + cholesky[k] e, e ~ N(0, I), and k
is drawn by the weights. `gaussian` has one component, `kde` one for each training code. Of a conditional model, entries
are named by class, such as `class_3_means`. A sampler that is no density, such as `walk`, is represented by codes that
it drew: a component without spread for each.
"""

from collections.abc import Callable

import numpy as np

from ganae_cli.evaluation.trained import Trained
from ganae_cli.samplers import of_classes

DRAWN = 2000  # codes that represent a sampler which is no density
Arrays = dict[str, np.ndarray]


def of_run(trained: Trained) -> Arrays:
    """Return the density of codes that a run draws from, by class if the model is conditional; {} for a prior."""
    source = trained.source
    if not source.count:
        return {}
    if not source.is_of_classes:
        return mixture(source.name, source.arrays) or _drawn(trained.sample_with_codes(DRAWN)[1])
    parts, moves = of_classes.parted(source.arrays), source.arrays[of_classes.MOVES]
    found: Arrays = {}
    for label, move in enumerate(moves):
        name = f"{of_classes.PREFIX}{label}"
        of_class = mixture(source.name, parts.get(name, parts.get(of_classes.SHARED, {})))
        if not of_class:
            of_class, move = _drawn(trained.sample_with_codes(DRAWN, labels=[label])[1]), 0.0
        of_class["means"] = (of_class["means"] + move).astype(np.float32)
        found |= {f"{name}_{key}": value for key, value in of_class.items()}
    return found


def mixture(name: str, arrays: Arrays) -> Arrays:
    """Return the arrays of a sampler as a mixture of Gaussians; {} for one that is not known here.

    >>> mixture("gaussian", {"mean": np.zeros(2), "cholesky": np.eye(2)})["means"].shape
    (1, 2)
    """
    if name not in _MIXTURES:
        return {}
    weights, means, cholesky = _MIXTURES[name](arrays)
    return {
        "weights": weights / weights.sum(),
        "means": means.astype(np.float32),
        "cholesky": cholesky.astype(np.float32),
    }


_MIXTURES: dict[str, Callable[[Arrays], tuple[np.ndarray, np.ndarray, np.ndarray]]] = {
    "gmm": lambda of: (of["weights"].astype(np.float64), of["means"], of["cholesky"]),
    "gaussian": lambda of: (np.ones(1), of["mean"][None], of["cholesky"][None]),
    "kde": lambda of: (np.ones(len(of["codes"])), of["codes"], of["cholesky"][None]),
}


def _drawn(codes: np.ndarray) -> Arrays:
    size = codes.shape[1]
    weights = np.full(len(codes), 1 / len(codes))
    return {"weights": weights, "means": codes, "cholesky": np.zeros((1, size, size), np.float32)}
