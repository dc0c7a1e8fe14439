"""What is evaluated: samples, beside rows of the data, and their features; each made once, when it is asked for."""

from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np

from ganae_cli import registry
from ganae_cli.datasets.base import Data
from ganae_cli.engine.game import Game
from ganae_cli.errors import UserError
from ganae_cli.evaluation.compared_rows import ComparedRows
from ganae_cli.evaluation.model_on_rows import ModelOnRows
from ganae_cli.evaluation.protocol import Protocol
from ganae_cli.features import auto, reference
from ganae_cli.features.base import Embedded, FeatureSpace
from ganae_cli.samplers import fitted
from ganae_cli.samplers.fitted import CodeSource
from ganae_cli.samplers.random import random_stream

OF_SPACE = ("space", "of_held_out", "of_train", "_of_data")  # that no weights change, of most feature spaces


class Subject:
    """Samples and their features, beside those of `rows` of the data; `model` is what the model makes of these rows.

    data: of the run. game, source: the model, and where its latent codes come from; None for samples of another
    program. given: these samples, in the type of the rows. say: told what takes a while. facts: of the protocol, such
    as the step of the weights.
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
        self.rows = ComparedRows(data, protocol, None if given is None else len(given))
        self.model = ModelOnRows(self.rows, game, source)
        self._of_data: dict[str, Any] = {}

    def again(self, source: CodeSource) -> "Subject":
        """Return the subject at another step of the training; what depends on the data only is kept."""
        new = Subject(self.data, self.settings, self.game, source, say=self.say, facts=self.facts)
        new.rows = new.model.rows = self.rows
        if self.space.name not in reference.NEVER_KEPT:
            vars(new).update({name: value for name, value in vars(self).items() if name in OF_SPACE})
        return new

    def of_data(self, name: str, make: Callable[[], Any]) -> Any:
        """Return make(), which depends on the data and the feature space only: made once, also for later steps."""
        if name not in self._of_data:
            self._of_data[name] = make()
        return self._of_data[name]

    @cached_property
    def samples(self) -> np.ndarray:
        """Return the samples, drawn by the seed of the protocol."""
        if self.given is not None:
            order = random_stream(self.settings.seed, "rows").permutation(len(self.given))  # files may be sorted
            return self.given[order[: self.rows.count]]
        return self.model.samples

    def more_samples(self, count: int) -> np.ndarray:
        """Return `count` samples, drawn by the seed, of all classes alike; of given ones as many as there are."""
        if self.given is not None:
            return fitted.random_rows(self.given, count, self.settings.seed)
        return self.model.more_samples(count)

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
            space.prepare(self.data, self.model.encode if self.model.encodes else None, self.say)
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
        return self._reference("test", self.rows.count)

    @cached_property
    def of_train(self) -> Embedded:
        """Return the features of the training rows."""
        return self._reference("train", self.rows.train_count)

    def _reference(self, split: str, count: int) -> Embedded:
        return reference.embed_reference(self.space, self.data, split, count, self.settings.seed, self.progress)

    @cached_property
    def protocol(self) -> dict[str, Any]:
        """Return what all scores depend on."""
        sampler = {"sampler": self.source.name} if self.source else {}
        return {
            "dataset": self.data.name,
            "n": self.rows.count,
            "split": "test",
            "reference": self.rows.train_count,
            "seed": self.settings.seed,
            **sampler,
            **self.facts,
        }
