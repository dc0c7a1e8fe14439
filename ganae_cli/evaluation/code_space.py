"""The space of latent codes in which a tool moves: that of drawn codes, or that of the encoder."""

from functools import cached_property

import numpy as np
import tensorflow as tf

from ganae_cli.datasets.scaling import to_float
from ganae_cli.engine.game import Game
from ganae_cli.evaluation.classes import Asked
from ganae_cli.evaluation.trained import Trained
from ganae_cli.samplers import fitted

CODES = 2000  # of which the spread is measured
SEED = 0  # of these codes


class CodeSpace:
    """Codes of a trained model, and the way back to data.

    of_encoder: codes as the encoder gives them, else as they are drawn for samples; both are the same for many models,
    but not where `decode` differs from `generate`. is_normal: they are meant to be N(0, I), so that each direction is
    like any other; else a density was fitted to them, or nothing pulls them to a prior.
    """

    def __init__(self, trained: Trained, of_encoder: bool = False):
        self.trained, self.of_encoder = trained, of_encoder
        game = trained.game
        if of_encoder:
            self.is_normal = game.sampler == "prior" and type(game).decode is Game.decode
            self.make = game.decode
        else:
            self.is_normal = not trained.source.count
            self.make = game.generate if self.is_normal else game.decode

    def data_of(self, z: np.ndarray, labels: np.ndarray | None = None) -> np.ndarray:
        """Return uint8 images (N, H, W, C), or float32 points (N, D) in their units, of codes (N, d)."""
        return self.trained.shown(fitted.labelled(self.trained.game, self.make, z, labels))

    def drawn(self, count: int, seed: int, labels: np.ndarray | None = None) -> np.ndarray:
        """Return `count` codes as samples are drawn from, float32 (N, d)."""
        return self.trained.source.draw(self.trained.game, count, seed, labels)

    def labels(self, count: int, asked: Asked | None) -> np.ndarray | None:
        """Return the class of each of `count` rows, int64, or None: see `Trained.labels`."""
        return self.trained.labels(count, asked)

    def typical(self, label: int | None = None) -> np.ndarray:
        """Return 2,000 codes of the space, float32 (N, d): drawn ones (of a class), or those of training data."""
        if not self.of_encoder:
            return self.drawn(CODES, SEED, None if label is None else np.full(CODES, label))
        return self._of_training

    @cached_property
    def _of_training(self) -> np.ndarray:
        return fitted.encode(self.trained.game, to_float(fitted.random_rows(self.trained.data.train, CODES, SEED)))

    def tangents(self, z: np.ndarray, label: int | None = None) -> np.ndarray:
        """Return the Jacobian of the data with respect to a code (d,), transposed: float32 (d, numbers of an image).

        Row i is the change of the image, whose values go from -1 to 1 (of a point as networks see it), per unit of
        z_i. All are found in forward mode, in one pass of d equal rows, each with a direction of its own: networks
        treat the rows of a batch apart when they do not train.
        """
        size, parts = len(z), []
        axes = np.eye(size, dtype=np.float32)
        for i in range(0, size, fitted.CHUNK):
            directions = tf.constant(axes[i : i + fitted.CHUNK])
            codes = tf.repeat(tf.constant(z, tf.float32)[None], len(directions), axis=0)
            known = None if label is None else np.full(len(directions), label)
            with self.trained.game.condition.given(known), tf.autodiff.ForwardAccumulator(codes, directions) as forward:
                made = self.make(codes)
            moved = forward.jvp(made, unconnected_gradients=tf.UnconnectedGradients.ZERO)
            parts.append(tf.reshape(tf.cast(moved, tf.float32), (len(directions), -1)).numpy())
        return np.concatenate(parts)


def one_label(space: CodeSpace, asked: Asked | None) -> int | None:
    """Return the class of a single row of a conditional model: the first that is asked for, else class 0; or None."""
    labels = space.labels(1, asked)
    return None if labels is None else int(labels[0])
