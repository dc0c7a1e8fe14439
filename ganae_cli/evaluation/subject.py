"""What is evaluated: samples, beside the data; every array is made once, when it is asked for."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ganae_cli import registry
from ganae_cli.datasets.base import Data
from ganae_cli.datasets.scaling import to_float, to_uint8
from ganae_cli.engine.game import Game
from ganae_cli.errors import UserError
from ganae_cli.evaluation.classes import balanced
from ganae_cli.features import auto, reference
from ganae_cli.features.base import Embedded, FeatureSpace
from ganae_cli.models.shared import gaussian_codes
from ganae_cli.samplers import fitted
from ganae_cli.samplers.fitted import CodeSource
from ganae_cli.samplers.random import normals, random_stream

MOST_BYTES = 500_000_000  # of samples, of held-out and of training rows, each
OF_DATA = ("count", "train_count", "train", "held_out", "labels", "train_mean")  # properties that no weights change
FEWEST = 20  # held-out rows that samples are compared with, at least


@dataclass(frozen=True)
class Protocol:
    """Settings of an evaluation: config `evaluation`. Options: conf/evaluation/default.yaml."""

    samples: int = 10_000
    quick_samples: int = 2_000
    metrics: tuple[str, ...] | None = None
    features: str | None = None
    inception_weights: str | None = None
    seed: int = 1


class Subject:
    """Samples, held-out and training rows, their features, and what the model makes of them.

    Images are uint8 (N, H, W, C); points are float32 (N, D), as networks see them. data: of the run. game, source: the
    model, and where its latent codes come from; None for samples of another program. given: these samples.
    say: told what takes a while. facts: of the protocol, such as the step of the weights.
    """

    def __init__(
        self,
        data: Data,
        protocol: Protocol,
        game: Game | None = None,
        source: CodeSource | None = None,
        given: np.ndarray | None = None,
        say: Callable[[str], object] = lambda line: None,
        progress: Callable[[float], object] = lambda share: None,
        facts: dict[str, Any] | None = None,
    ):
        self.data, self.game, self.source, self.given = data, game, source, given
        self.settings, self.say, self.progress, self.facts = protocol, say, progress, facts or {}
        self._of_data: dict[str, Any] = {}

    def again(self, source: CodeSource) -> "Subject":
        """Return the subject at another step of the training; what depends on the data only is kept."""
        new = Subject(self.data, self.settings, self.game, source, say=self.say, facts=self.facts)
        is_of_data = self.space.name not in reference.NEVER_KEPT
        kept = {*OF_DATA, *(("space", "of_held_out", "of_train", "_of_data") if is_of_data else ())}
        vars(new).update({name: value for name, value in vars(self).items() if name in kept})
        return new

    def of_data(self, name: str, make: Callable[[], Any]) -> Any:
        """Return make(), which depends on the data and the feature space only: made once, also for later steps."""
        if name not in self._of_data:
            self._of_data[name] = make()
        return self._of_data[name]

    # Rows -----------------------------------------------------------------------------------------------------------

    @cached_property
    def count(self) -> int:
        """Return how many samples are measured: as many as there are held-out rows, or as were given, at most."""
        most = min(self.settings.samples, len(self.data.test), max(FEWEST, MOST_BYTES // math.prod(self.data.shape)))
        return most if self.given is None else min(most, len(self.given))

    @cached_property
    def labels(self) -> np.ndarray | None:
        """Return the class that each sample is asked for, as frequent as in the training data; None without classes."""
        if self.game is None or not self.game.condition.is_on:
            return None
        known, stream = self.data.train_labels, random_stream(self.settings.seed, "labels")
        if known is None:
            return stream.integers(len(self.game.condition.classes), size=self.count)
        return known[stream.integers(len(known), size=self.count)]

    @cached_property
    def samples(self) -> np.ndarray:
        """Return the samples, drawn by the seed of the protocol."""
        if self.given is not None:
            order = random_stream(self.settings.seed, "rows").permutation(len(self.given))  # files may be sorted
            return self.given[order[: self.count]]
        return self._rows_of(self.made)

    @cached_property
    def made(self) -> np.ndarray:
        """Return the samples as the networks make them, float32."""
        if self.game is None or self.source is None:
            raise ValueError("there is no model")
        return self.source.generate(self.game, self.codes, self.labels)

    @cached_property
    def codes(self) -> np.ndarray:
        """Return the latent codes of the samples."""
        if self.game is None or self.source is None:
            raise ValueError("there is no model")
        return self.source.draw(self.game, self.count, self.settings.seed, self.labels)

    @cached_property
    def held_out(self) -> np.ndarray:
        """Return held-out rows, as many as samples, drawn by the seed: those of `of_held_out`, in its order."""
        return np.asarray(self.data.test[self._drawn("held_out")])

    @cached_property
    def train(self) -> np.ndarray:
        """Return training rows that samples are compared with, drawn by the seed: those of `of_train`."""
        return np.asarray(self.data.train[self._drawn("train")])

    @cached_property
    def train_mean(self) -> np.ndarray:
        """Return the mean of the training rows that samples are compared with, in their type."""
        mean = sum(row.astype(np.float64) for row in self.train) / len(self.train)
        return np.rint(mean).astype(np.uint8) if self.data.kind == "images" else mean.astype(np.float32)

    @cached_property
    def train_count(self) -> int:
        """Return how many training rows samples are compared with."""
        most = min(self.settings.samples, max(FEWEST, MOST_BYTES // math.prod(self.data.shape)))
        return min(len(self.data.train), most)

    def labels_of(self, split: str) -> np.ndarray | None:
        """Return the labels of `train` or `held_out`; None where there are none."""
        known = self.data.train_labels if split == "train" else self.data.test_labels
        return None if known is None else known[self._drawn(split)]

    def _drawn(self, split: str) -> np.ndarray:
        """Return the numbers of the rows of `train` or `held_out`; in random order, since files may be sorted."""
        name, count = ("train", self.train_count) if split == "train" else ("test", self.count)
        return reference.draw(self.data, name, count, self.settings.seed)

    def _rows_of(self, made: np.ndarray) -> np.ndarray:
        return to_uint8(made) if self.data.kind == "images" else made

    # Features -------------------------------------------------------------------------------------------------------

    def refuse_features(self) -> None:
        """Raise UserError if a feature space is named that cannot be used for these data."""
        name = self.settings.features
        if name and (why := self._named_space().refusal(self.data)):
            raise UserError(f"evaluation.features={name}: {why}")
        if name in reference.NEVER_KEPT and self.game is None:
            raise UserError(f"evaluation.features={name}: these samples come without a model; leave it out")
        if name in reference.NEVER_KEPT:
            _ = self.space  # is ready in no time, or refused

    def _named_space(self) -> FeatureSpace:
        name = str(self.settings.features)
        options = {"weights": self.settings.inception_weights} if name == "inception" else {}
        return registry.build("features", str(name), **options)

    @cached_property
    def space(self) -> FeatureSpace:
        """Return the feature space that is named, or the one that knows most of the data; ready to be used."""
        if self.settings.features is None:
            space, why = auto.choose(self.data, self.say)
            self.say(why)
            return space
        space = self._named_space()
        try:
            space.prepare(self.data, self.encode if self.encodes else None, self.say)
        except UserError as error:
            raise UserError(f"evaluation.{error}") from error
        return space

    @cached_property
    def of_samples(self) -> Embedded:
        """Return the features of the samples."""
        return self.space.embed(self.samples, self.progress)

    @cached_property
    def of_held_out(self) -> Embedded:
        """Return the features of the held-out rows."""
        return self._reference("test", self.count)

    @cached_property
    def of_train(self) -> Embedded:
        """Return the features of the training rows."""
        return self._reference("train", self.train_count)

    def _reference(self, split: str, count: int) -> Embedded:
        return reference.embed_reference(self.space, self.data, split, count, self.settings.seed, self.progress)

    # The model ------------------------------------------------------------------------------------------------------

    @property
    def encodes(self) -> bool:
        """True if there is a model with an encoder."""
        return self.game is not None and self.game.encodes

    def encode(self, rows: np.ndarray) -> np.ndarray:
        """Return the codes of rows, float32 (N, z_dim); of a Gaussian encoder their means."""
        return fitted.encode(self._game, to_float(rows))

    def decode(self, codes: np.ndarray, labels: np.ndarray | None = None) -> np.ndarray:
        """Return the rows of codes, in their type. labels: of a conditional model."""
        return self._rows_of(fitted.labelled(self._game, self._game.decode, codes, labels))

    @property
    def _game(self) -> Game:
        if self.game is None:
            raise ValueError("there is no model")
        return self.game

    @cached_property
    def codes_of_train(self) -> np.ndarray:
        """Return the codes of the training rows, float32 (N, z_dim)."""
        return self.encode(self.train)

    @cached_property
    def codes_of_held_out(self) -> np.ndarray:
        """Return the codes of the held-out rows, float32 (N, z_dim)."""
        return self.encode(self.held_out)

    @property
    def reconstructs(self) -> bool:
        """True if there is a model with an encoder, and, if it is conditional, the class of each row is known."""
        return self.encodes and self._knows_classes

    @property
    def _knows_classes(self) -> bool:
        """True unless the model is conditional and the data do not say the class of each row, held out or not."""
        is_on = self.game is not None and self.game.condition.is_on
        return not is_on or not (self.data.train_labels is None or self.data.test_labels is None)

    def reconstructed(self, split: str) -> np.ndarray:
        """Return the rows of `train` or `held_out` encoded and decoded again, in their type."""
        if split not in self._reconstructed:
            codes = self.codes_of_train if split == "train" else self.codes_of_held_out
            self._reconstructed[split] = self.decode(
                codes, self.labels_of(split) if self._game.condition.is_on else None
            )
        return self._reconstructed[split]

    @cached_property
    def _reconstructed(self) -> dict[str, np.ndarray]:
        return {}

    @property
    def is_gaussian(self) -> bool:
        """True if the encoder gives mean and log-variance of each code."""
        game = self._encoding
        return game is not None and game.network("encoder").output_shape[-1] == 2 * game.z_dim

    @property
    def _encoding(self) -> Game | None:
        """Return the game that has the encoder: that of the model, or the one that it builds upon."""
        found = self.game.inner or self.game if self.game else None
        return found if found and "encoder" in found.roles else None

    @cached_property
    def posterior(self) -> tuple[np.ndarray, np.ndarray] | None:
        """Return mean and log-variance of the codes of held-out rows, of a Gaussian encoder; None of any other."""
        game = self._encoding
        if game is None or not self.is_gaussian:
            return None
        rows, encoder = to_float(self.held_out), game.network("encoder")
        parts = [encoder(rows[i : i + fitted.CHUNK], training=False) for i in range(0, len(rows), fitted.CHUNK)]
        mean, log_variance = gaussian_codes.split(np.concatenate(parts))
        return mean.numpy(), log_variance.numpy()

    @cached_property
    def codes_of_posterior(self) -> np.ndarray:
        """Return a draw from the posterior of each held-out row; of an encoder without noise its code."""
        if self.posterior is None:
            return self.codes_of_held_out
        mean, log_variance = self.posterior
        return mean + np.exp(log_variance / 2) * normals(len(mean), mean.shape[1], self.settings.seed, "posterior")

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
            self._logits[split] = self._logits_of(split)
        return self._logits[split]

    @cached_property
    def _logits(self) -> dict[str, np.ndarray]:
        return {}

    def _logits_of(self, split: str) -> np.ndarray:
        network = self._game.network("discriminator")
        rows = to_float(getattr(self, split))
        labels = (self.labels if split == "samples" else self.labels_of(split)) if self._game.condition.is_on else None
        return fitted.labelled(self._game, lambda x: network(x, training=False), rows, labels)[:, 0]

    def more_samples(self, count: int) -> np.ndarray:
        """Return `count` samples, drawn by the seed; of given ones as many as there are."""
        if self.source is None or self.given is not None:
            return fitted.random_rows(np.asarray(self.given), count, self.settings.seed)
        game = self._game
        labels = balanced(count, len(game.condition.classes)) if game.condition.is_on else None
        codes = self.source.draw(game, count, self.settings.seed, labels)
        return self._rows_of(self.source.generate(game, codes, labels))

    @cached_property
    def protocol(self) -> dict[str, Any]:
        """Return what all scores depend on."""
        sampler = {"sampler": self.source.name} if self.source else {}
        return {
            "dataset": self.data.name,
            "n": self.count,
            "split": "test",
            "reference": self.train_count,
            "seed": self.settings.seed,
            **sampler,
            **self.facts,
        }
