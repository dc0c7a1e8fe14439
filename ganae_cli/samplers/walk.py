"""The contractive walk: Rifai, Bengio, Dauphin and Vincent 2012, "A Generative Process for Sampling Contractive
Auto-Encoders", ICML, arXiv:1206.6434.

x <- g(f(x) + J J^T a), a ~ N(0, s^2 I), with J the encoder's Jacobian at x: steps are long where the code follows the
data, short across it. Each sample is the end of a walk of its own, from a training image. J J^T a takes a
vector-Jacobian product and a Jacobian-vector product, and no matrix. Ours: s is such that the root mean square step is
`STEP` standard deviations of the codes, since deep encoders have Jacobians of any size. The paper's encoder is one wide
sigmoid layer; walks in the few numbers of a deep one end in fewer classes than they began in (measured on digits).
"""

import numpy as np
import tensorflow as tf

from ganae_cli.datasets.scaling import to_float
from ganae_cli.registry import register
from ganae_cli.samplers.random import choose, normals, random

STARTS, STEPS, STEP = 1000, 20, 0.5
CHUNK = 100  # walks at a time, always: what one walk sums up must not depend on how many there are


@register("sampler", "walk")
class Walk:
    """Keeps some training rows to start from, in their own type, and s of each number of the code as `sigma`."""

    fits = True

    def fit(self, codes, rows, game, seed: int = 0) -> dict[str, np.ndarray]:
        starts = rows[random(seed, "starts").permutation(len(rows))[:STARTS]]  # rows may be sorted
        noise = normals(len(starts), codes.shape[1], seed, "walk")
        steps = np.concatenate([step for _, step in _steps(game, to_float(starts), noise)])
        length, std = np.sqrt(np.mean(steps**2)), np.sqrt(np.mean(np.var(codes, axis=0)))
        sigma = np.full(codes.shape[1], STEP * std / max(length, 1e-12), np.float32)
        return {"starts": starts, "sigma": sigma}

    def draw(self, fitted, count: int, seed: int, game) -> np.ndarray:
        starts, size = fitted["starts"], len(fitted["sigma"])
        x = to_float(starts[choose(np.ones(len(starts)), count, seed)])
        noise = fitted["sigma"] * normals(count, STEPS * size, seed, "codes").reshape(count, STEPS, size)

        @tf.function(autograph=False)
        def moved(at, push):
            code, step = along(game.encode, at, push)
            return code + step, game.decode(code + step)

        walks = []
        for i in range(0, count, CHUNK):
            at, pushes = tf.constant(_filled(x[i : i + CHUNK])), _filled(noise[i : i + CHUNK])
            for push in np.moveaxis(pushes, 1, 0):
                z, at = moved(at, tf.constant(push))
            walks.append(z.numpy()[: count - i])
        return np.concatenate(walks)


def along(encode, x, a):
    """f(x) (N, z_dim), and J J^T a for a (N, z_dim) of the Jacobian J = df/dx at each x (N, ...)."""
    with tf.GradientTape() as tape:
        tape.watch(x)
        code = encode(x)
    backward = tape.gradient(code, x, output_gradients=a)
    with tf.autodiff.ForwardAccumulator(x, backward) as forward:
        code = encode(x)
    return code, forward.jvp(code)


def _steps(game, x: np.ndarray, noise: np.ndarray):
    for i in range(0, len(x), CHUNK):
        code, step = along(game.encode, tf.constant(x[i : i + CHUNK]), tf.constant(noise[i : i + CHUNK]))
        yield code.numpy(), step.numpy()


def _filled(rows: np.ndarray) -> np.ndarray:
    """As many rows as a chunk has: the last is repeated."""
    return np.concatenate([rows, np.repeat(rows[-1:], CHUNK - len(rows), axis=0)])
