"""Random weights of EfficientNet-Lite0, of the size of trained ones, for tests without the package that has those."""

import numpy as np

from ganae_cli.features.lite0_network import shapes


def random_tensors(seed: int = 0) -> dict[str, np.ndarray]:
    """Return name -> float32 array. Kernels keep the variance of what they convolve; norms are near the identity."""
    rng = np.random.default_rng(seed)
    found = {}
    for name, shape in shapes().items():
        values = rng.normal(size=shape)
        if len(shape) > 1:
            values *= np.sqrt(2 / np.prod(shape[1:]))
        elif name.endswith("running_var") or ("_bn" in name and name.endswith(".weight")):
            values = 1 + 0.2 * rng.uniform(-1, 1, shape)
        else:
            values *= 0.1
        found[name] = values.astype(np.float32)
    return found
