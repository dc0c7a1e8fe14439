"""Contractive walk: Rifai, Bengio, Dauphin and Vincent 2012, "A Generative Process for Sampling Contractive
Auto-Encoders", ICML, arXiv:1206.6434.

x <- g(f(x) + J J^T a), a ~ N(0, s^2 I), with encoder f, decoder g and J the Jacobian of f at x: steps are long in
directions in which the code follows the data, and short in the others. Each sample is the end of a walk of its own,
which starts from a training image. J J^T a is a vector-Jacobian product followed by a Jacobian-vector product; no
matrix is formed.

Departures: s is chosen so that the root mean square step is `STEP` standard deviations of the codes, because Jacobians
of deep encoders have any size. The paper's encoder is one wide sigmoid layer; with the few numbers of a deep encoder's
code, walks end in fewer classes than they began in (measured on digits).
"""

from collections.abc import Callable, Iterator

import numpy as np
import tensorflow as tf

from ganae_cli.datasets.scaling import to_float
from ganae_cli.engine.game import Game
from ganae_cli.registry import register
from ganae_cli.samplers.random import choose_weighted, normals, random_stream

STARTS = 1000  # training rows that walks start from, at most
STEPS = 20  # of a walk
STEP = 0.5  # root mean square length of a step, in standard deviations of the codes
CHUNK = 100  # walks that are computed at a time, always as many: the sums of one must not depend on the others' number


@register("sampler", "walk")
class Walk:
    """Codes at the ends of walks. It keeps rows to start from, in their own type, and s per number as `sigma`."""

    fits = True
    decodes = True  # by itself, on its way

    def fit(self, codes: np.ndarray, rows: np.ndarray, game: Game, seed: int = 0) -> dict[str, np.ndarray]:
        starts = rows[random_stream(seed, "starts").permutation(len(rows))[:STARTS]]  # rows may be sorted
        noise = normals(len(starts), codes.shape[1], seed, "walk")
        steps = np.concatenate(list(_steps(game, to_float(starts), noise)))
        length, std = np.sqrt(np.mean(steps**2)), np.sqrt(np.mean(np.var(codes, axis=0)))
        sigma = np.full(codes.shape[1], STEP * std / max(length, 1e-12), np.float32)
        return {"starts": starts, "sigma": sigma}

    def shapes(self, codes: int, shape: tuple[int, ...]) -> dict[str, tuple]:
        """Return the shapes of what was fitted to codes of so many numbers of data of a shape. See `fitted.fault`."""
        return {"starts": ("n", *shape), "sigma": (codes,)}

    def draw(self, fitted: dict[str, np.ndarray], count: int, seed: int, game: Game) -> np.ndarray:
        starts, size = fitted["starts"], len(fitted["sigma"])
        x = to_float(starts[choose_weighted(np.ones(len(starts)), count, seed)])
        noise = fitted["sigma"] * normals(count, STEPS * size, seed, "codes").reshape(count, STEPS, size)

        @tf.function(autograph=False)
        def take_step(x, a):
            code, step = code_and_step(game.encode, x, a)
            return code + step, game.decode(code + step)

        ends = []
        for i in range(0, count, CHUNK):
            at, pushes = tf.constant(_pad_to_chunk(x[i : i + CHUNK])), _pad_to_chunk(noise[i : i + CHUNK])
            for push in np.moveaxis(pushes, 1, 0):
                z, at = take_step(at, tf.constant(push))
            ends.append(z.numpy()[: count - i])
        return np.concatenate(ends)


def code_and_step(encode: Callable[[tf.Tensor], tf.Tensor], x: tf.Tensor, a: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Return f(x) and J J^T a, both (N, z_dim), with the Jacobian J = df/dx at each x (N, …); a: (N, z_dim)."""
    with tf.GradientTape() as tape:
        tape.watch(x)
        code = encode(x)
    backward = tape.gradient(code, x, output_gradients=a)
    with tf.autodiff.ForwardAccumulator(x, backward) as forward:
        code = encode(x)
    return code, forward.jvp(code)


def _steps(game: Game, x: np.ndarray, noise: np.ndarray) -> Iterator[np.ndarray]:
    """Yield J J^T a of the rows x and noise a, chunk by chunk."""
    for i in range(0, len(x), CHUNK):
        _, step = code_and_step(game.encode, tf.constant(x[i : i + CHUNK]), tf.constant(noise[i : i + CHUNK]))
        yield step.numpy()


def _pad_to_chunk(rows: np.ndarray) -> np.ndarray:
    """Return CHUNK rows, of which the last is repeated to fill up."""
    return np.concatenate([rows, np.repeat(rows[-1:], CHUNK - len(rows), axis=0)])
