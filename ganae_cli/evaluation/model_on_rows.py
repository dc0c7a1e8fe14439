"""What a model makes of the rows of an evaluation: samples, codes, reconstructions, logits; each made once."""

from functools import cached_property

import numpy as np

from ganae_cli.datasets.scaling import to_float, to_uint8
from ganae_cli.engine.game import Game
from ganae_cli.evaluation.classes import balanced
from ganae_cli.evaluation.compared_rows import ComparedRows
from ganae_cli.models.shared import gaussian_codes
from ganae_cli.samplers import fitted
from ganae_cli.samplers.fitted import CodeSource
from ganae_cli.samplers.random import normals, random_stream


class ModelOnRows:
    """A model at rows of the data; without a model it says that it can do nothing.

    All rows are given and returned in their type: images uint8, points float32, as networks see them. source: of the
    latent codes of samples.
    """

    def __init__(self, rows: ComparedRows, game: Game | None = None, source: CodeSource | None = None):
        self.rows, self.game, self.source = rows, game, source
        self._reconstructed: dict[str, np.ndarray] = {}
        self._logits: dict[str, np.ndarray] = {}

    @property
    def _game(self) -> Game:
        if self.game is None:
            raise ValueError("there is no model")
        return self.game

    @property
    def is_conditional(self) -> bool:
        """True if there is a model that is told the class of each row."""
        return self.game is not None and self.game.condition.is_on

    @property
    def _knows_classes(self) -> bool:
        """True unless the model is conditional and the data do not say the class of each row, held out or not."""
        data = self.rows.data
        return not self.is_conditional or not (data.train_labels is None or data.test_labels is None)

    def _labels_of(self, split: str) -> np.ndarray | None:
        """Return the classes of `train`, `held_out` or `samples` that the model is told; None if it is told none."""
        if not self.is_conditional:
            return None
        return self.labels if split == "samples" else self.rows.labels_of(split)

    def _in_type(self, made: np.ndarray) -> np.ndarray:
        return to_uint8(made) if self.rows.data.kind == "images" else made

    # Samples --------------------------------------------------------------------------------------------------------

    @cached_property
    def labels(self) -> np.ndarray | None:
        """Return the class that each sample is asked for, as frequent as in the training data; None without classes."""
        if not self.is_conditional:
            return None
        known, stream = self.rows.data.train_labels, random_stream(self.rows.settings.seed, "labels")
        if known is None:
            return stream.integers(len(self._game.condition.classes), size=self.rows.count)
        return known[stream.integers(len(known), size=self.rows.count)]

    @cached_property
    def samples(self) -> np.ndarray:
        """Return as many samples as there are held-out rows."""
        return self._samples(self.rows.count, self.labels)

    def more_samples(self, count: int) -> np.ndarray:
        """Return `count` samples, of all classes alike."""
        labels = balanced(count, len(self._game.condition.classes)) if self.is_conditional else None
        return self._samples(count, labels)

    def _samples(self, count: int, labels: np.ndarray | None) -> np.ndarray:
        """Return samples, drawn by the seed of the protocol."""
        if self.source is None:
            raise ValueError("there is no source of latent codes")
        codes = self.source.draw(self._game, count, self.rows.settings.seed, labels)
        return self._in_type(self.source.generate(self._game, codes, labels))

    # Codes ----------------------------------------------------------------------------------------------------------

    @property
    def encodes(self) -> bool:
        """True if there is a model with an encoder."""
        return self.game is not None and self.game.encodes

    def encode(self, rows: np.ndarray) -> np.ndarray:
        """Return the codes of rows, float32 (N, z_dim); of a Gaussian encoder their means."""
        return fitted.encode(self._game, to_float(rows))

    @cached_property
    def codes_of_train(self) -> np.ndarray:
        """Return the codes of the training rows, float32 (N, z_dim)."""
        return self.encode(self.rows.train)

    @cached_property
    def codes_of_held_out(self) -> np.ndarray:
        """Return the codes of the held-out rows, float32 (N, z_dim)."""
        return self.encode(self.rows.held_out)

    @property
    def is_gaussian(self) -> bool:
        """True if the encoder gives mean and log-variance of each code."""
        game = self._encoding
        return game is not None and game.network("encoder").output_shape[-1] == 2 * game.z_dim

    @property
    def _encoding(self) -> Game | None:
        """Return the game that has the encoder: that of the model, or the one that it builds upon."""
        game = self.game
        found = game.inner or game if game else None
        return found if found and "encoder" in found.roles else None

    @cached_property
    def posterior(self) -> tuple[np.ndarray, np.ndarray] | None:
        """Return mean and log-variance of the codes of held-out rows, of a Gaussian encoder; None of any other."""
        game = self._encoding
        if game is None or not self.is_gaussian:
            return None
        rows, encoder = to_float(self.rows.held_out), game.network("encoder")
        parts = [encoder(rows[i : i + fitted.CHUNK], training=False) for i in range(0, len(rows), fitted.CHUNK)]
        mean, log_variance = gaussian_codes.split(np.concatenate(parts))
        return mean.numpy(), log_variance.numpy()

    @cached_property
    def codes_of_posterior(self) -> np.ndarray:
        """Return a draw from the posterior of each held-out row; of an encoder without noise its code."""
        if self.posterior is None:
            return self.codes_of_held_out
        mean, log_variance = self.posterior
        noise = normals(len(mean), mean.shape[1], self.rows.settings.seed, "posterior")
        return mean + np.exp(log_variance / 2) * noise

    # Reconstructions ------------------------------------------------------------------------------------------------

    def decode(self, codes: np.ndarray, labels: np.ndarray | None = None) -> np.ndarray:
        """Return the rows of codes, in their type. labels: of a conditional model."""
        return self._in_type(fitted.labelled(self._game, self._game.decode, codes, labels))

    @property
    def reconstructs(self) -> bool:
        """True if there is a model with an encoder, and, if it is conditional, the class of each row is known."""
        return self.encodes and self._knows_classes

    def reconstructed(self, split: str) -> np.ndarray:
        """Return the rows of `train` or `held_out` encoded and decoded again, in their type."""
        if split not in self._reconstructed:
            codes = self.codes_of_train if split == "train" else self.codes_of_held_out
            self._reconstructed[split] = self.decode(codes, self._labels_of(split))
        return self._reconstructed[split]

    # Logits ---------------------------------------------------------------------------------------------------------

    @cached_property
    def discriminates(self) -> bool:
        """True if there is a discriminator that sees a single row, by itself, and gives one logit.

        If the model is conditional, the class of each row must be known, too.
        """
        game, alone = self.game, ("discriminator",)
        if (
            not self._knows_classes
            or game is None
            or "discriminator" not in game.roles
            or game.penalized.get(*alone, alone) != alone
        ):
            return False
        network = game.network("discriminator")
        return (network.input_shape[1:], network.output_shape[1:]) == (game.shape, (1,))

    def logits(self, split: str) -> np.ndarray:
        """Return the discriminator's logit of each row of `train`, `held_out` or `samples`, float (N,)."""
        if split not in self._logits:
            network = self._game.network("discriminator")
            rows = to_float(self.samples if split == "samples" else getattr(self.rows, split))
            found = fitted.labelled(self._game, lambda x: network(x, training=False), rows, self._labels_of(split))
            self._logits[split] = found[:, 0]
        return self._logits[split]
