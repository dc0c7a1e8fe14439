"""The codes that samples start from."""

import numpy as np

from ganae_cli.randomness import stream


def codes(count: int, z_dim: int, seed: int) -> np.ndarray:
    """Standard normal codes (count, z_dim), float32: the first n are the same whatever the count."""
    generator = np.random.Generator(np.random.PCG64(stream(seed, "codes")))
    return generator.standard_normal((count, z_dim), dtype=np.float32)
