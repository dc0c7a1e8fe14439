"""Two interleaving half circles, points in the plane, from scikit-learn."""

import numpy as np
from sklearn.datasets import make_moons

from ganae_cli.datasets.base import Data
from ganae_cli.registry import register


@register("dataset", "moons")
def moons(count: int = 10_000, noise: float = 0.05, seed: int = 0) -> Data:
    """`count` training points and a tenth as many for testing; the label says which half circle."""
    points, labels = make_moons(count + max(2, count // 10), noise=noise, random_state=seed)
    points, labels = points.astype(np.float32), labels.astype(np.int64)
    return Data("moons", points[:count], points[count:], labels[:count], labels[count:], classes=("upper", "lower"))
