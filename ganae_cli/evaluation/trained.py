"""A trained model, opened from its run folder alone: sample, encode, reconstruct."""

import os
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from omegaconf import DictConfig

from ganae_cli.builders import compatibility, from_config
from ganae_cli.datasets.base import Data
from ganae_cli.datasets.rows import Array, Rows
from ganae_cli.datasets.scaling import to_float, to_uint8
from ganae_cli.datasets.sounds.sound import Sound
from ganae_cli.datasets.standard import Standard
from ganae_cli.engine.game import Game
from ganae_cli.errors import UserError
from ganae_cli.evaluation import classes
from ganae_cli.evaluation.classes import Asked
from ganae_cli.evaluation.inputs_of_run import columns_of
from ganae_cli.runtime.process import available_memory
from ganae_cli.samplers import fitted
from ganae_cli.storage.checkpoints import Checkpoint
from ganae_cli.storage.find_run import find_run
from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.terminal import tell

NO_CLASSES = "this model draws no classes that could be asked for: it was trained with model.condition=none"
CHUNK = fitted.CHUNK  # rows per forward pass: all chunks but the last have one shape, so the program is traced once


def _print_warning(line: str) -> None:
    tell(f"ganae: {line}")


class Trained:
    """A trained model, opened from a run folder; `open` makes one.

    networks: role -> keras.Model, with averaged weights unless there are none or live ones were asked for; to be
    called, exported (`.export`) or saved as `.keras` (`ganae_cli.registry.import_parts("ganae_cli.networks")` before
    `keras.models.load_model`); of a conditional model within `game.condition.given(labels)`. config: the run's config.
    sampler: name of the sampler of latent codes; None: the model's own. standard: how the points that the networks see
    are standardised, or None; the methods take and return points in the data's units. sound: what the images of a run
    on recordings stand for (`evaluation.sounds` turns them into sound), or None. warn: called with a line of text.

    `sample(count, seed)` draws; `generate(z)` turns latent codes of your own into images or points, `encode` gives
    those of data, `reconstruct` does both. classes: names of the classes of a conditional model, which the argument
    `labels` names, each by its name or number; () for any other model, which takes no labels.
    """

    def __init__(
        self,
        game: Game,
        config: DictConfig,
        checkpoint: Checkpoint,
        folder: RunFolder,
        sampler: str | None,
        warn: Callable[[str], None],
    ):
        self.game, self.config, self.checkpoint, self.folder, self.warn = game, config, checkpoint, folder, warn
        self.sampler = sampler or game.sampler
        self.standard, self.sound = Standard.read(checkpoint.about), Sound.read(checkpoint.about)
        if self.sound and self.sound.shape != game.shape:
            raise UserError(
                f"{checkpoint.weights}: its scale of sound is of images {self.sound.shape}, not {game.shape}"
            )
        self.classes = game.condition.classes
        games = [game.inner, game] if game.inner else [game]
        self.networks = {role: each.network(role) for each in games for role in each.roles}
        fitted.check(game, self.sampler)

    @classmethod
    def open(
        cls,
        run: str | Path,
        plugins: Iterable[str] = (),
        warn: Callable[[str], None] = _print_warning,
        sampler: str | None = None,
        checkpoint: str | int = from_config.NEWEST,
        weights: str | None = None,
    ) -> "Trained":
        """Open a run. Raises UserError if it has no such checkpoint, or only a damaged one, or no such weights.

        run: a folder, a unique part of its name, or "latest". plugins: packages to import first, which declare
        the run's own parts. checkpoint: "newest", "best" or a step. weights: "averaged" (the default where
        the run averages them: config `train.ema`) or "live".
        """
        folder = RunFolder(find_run(str(run)))
        return cls(*from_config.open_game(folder, plugins, warn, checkpoint, weights), folder, sampler, warn)

    @cached_property
    def source(self) -> fitted.CodeSource:
        """Return the sampler that the run folder holds; if it has none for these weights, fit one now."""
        if not fitted.check(self.game, self.sampler):
            return fitted.CodeSource(self.sampler)
        averages = self.game.averages
        is_of_these = averages.are_taken == averages.are_loaded  # runs fit theirs to averaged weights if they have any
        try:
            about, arrays = self.folder.sampler.read(most=available_memory())
            known = about.get("sampler"), about.get("sha256")
            if is_of_these and known == (self.sampler, self.checkpoint.about["sha256"]):
                fault = fitted.fault(self.game, self.sampler, arrays)
                if fault is None and about["count"]:
                    return fitted.CodeSource(self.sampler, arrays, about["count"])
                raise UserError(f"cannot use {self.folder.sampler.path}: {fault or 'it was fitted to no codes'}")
            why = ""
        except UserError as error:
            why = str(error)
        of = f"step {self.checkpoint.step}" if is_of_these else f"the live weights of step {self.checkpoint.step}"
        why = why or f"the run has kept no sampler '{self.sampler}' of {of}"
        self.warn(f"{why}: fitting one to the training data")
        data, other = self._data
        if other:
            raise UserError(f"cannot fit sampler '{self.sampler}': {other}; put the data back, or take --sampler prior")
        return fitted.fit(self.game, data, self.sampler, self.config.seed)

    @property
    def data(self) -> Data:
        """Return the dataset that the run was trained on, read again, as the networks see it.

        Raises UserError if it is not there any more, or is another one.
        """
        data, other = self._data
        if other:
            raise UserError(f"{other}; put the data back")
        return data

    @cached_property
    def _data(self) -> tuple[Data, str | None]:
        """Return the dataset of the config, and how it differs from that of the training, or None."""
        data = from_config.build_data(self.config, self.standard)
        return data, compatibility.other_data(self.folder, self.config, data)

    def history(self) -> list[dict[str, float]]:
        """Return the rows of history.csv, oldest first: the step, the seconds, and the losses that were written there.

        steps = [row["step"] for row in run.history()]
        """
        return [{name: float(cell) for name, cell in row.items()} for row in self.folder.history.read()]

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the names of the numbers of a point: those of the table that the run learned from, else x1, x2, …"""
        count = self.game.shape[0]
        return columns_of(self.folder, count) or tuple(f"x{i + 1}" for i in range(count))

    @property
    def metrics(self) -> dict[str, Any]:
        """Return what was measured at the end of the training, by name; {} if it has not ended."""
        return self.folder.status().get("metrics", {})

    def generate(self, z: np.ndarray, labels: Asked | None = None) -> np.ndarray:
        """Return uint8 images (N, H, W, C) or float32 points (N, D) of latent codes float (N, z_dim).

        labels: as of `sample`; N of them are those of the codes, one by one.
        """
        return self.shown(fitted.labelled(self.game, self.game.generate, z, self.labels(len(z), labels)))

    def sample(self, count: int, seed: int | None = 0, labels: Asked | None = None) -> np.ndarray:
        """Return `count` samples, uint8 images or float32 points; the first n are the same for every count.

        seed: of the latent codes; None: others each time. labels: the classes to draw, in turn; None: all of them.
        """
        return self.sample_with_codes(count, seed, labels)[0]

    def sample_with_codes(
        self, count: int, seed: int | None = 0, labels: Asked | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return `count` samples and the latent codes that they were generated from, float32 (count, …)."""
        count = _whole("count", count)
        of_rows = self.labels(count, labels)
        z = self.source.draw(self.game, count, _seed(seed), of_rows)
        return self.shown(self.source.generate(self.game, z, of_rows)), z

    def sample_rows(
        self, count: int, seed: int | None = 0, labels: Asked | None = None
    ) -> tuple[np.ndarray, classes.Layout]:
        """Return at most `count` samples of a conditional model and their grid, a row of each class.

        Rows are of the same codes, or, where each class has a density of codes, of the same random numbers. labels: the
        classes of the rows; None: all, or 10 of many.
        """
        asked = (
            classes.shown(len(self.classes)) if labels is None else classes.numbers_of(labels, self.classes).tolist()
        )
        grid = classes.layout(asked, _whole("count", count))
        z = self.source.draw_each(self.game, grid.codes, _seed(seed), asked)
        return self.shown(self.source.generate(self.game, z, grid.labels)), grid

    def labels(self, count: int, asked: Asked | None = None) -> np.ndarray | None:
        """Return the labels of `count` rows, int64: those of the classes asked for, in turn; None: of all classes.

        None for a model that is not conditional. Raises UserError for a class that there is not.
        """
        if not self.classes:
            if asked is not None:
                raise UserError(NO_CLASSES)
            return None
        chosen = len(self.classes) if asked is None else classes.numbers_of(asked, self.classes).tolist()
        return classes.balanced(count, chosen)

    def encode(self, data: Array) -> np.ndarray:
        """Return the latent codes float32 (N, z_dim) of uint8 images (N, H, W, C) or float points (N, D).

        Of a variational model the mean of the code's distribution. data: `Rows` are read piece by piece. Raises
        UserError for data of another shape or type than the model was trained on.
        """
        rows = data if isinstance(data, Rows) else np.asarray(data)
        return np.concatenate([self.game.encode(self._to_input(part)).numpy() for part in _chunks(rows)])

    def reconstruct(self, data: np.ndarray, labels: Asked | None = None) -> np.ndarray:
        """Return the data encoded and decoded again, as uint8 images or float32 points.

        labels: the class of each row, or one for all, which the decoder of a conditional model needs.
        """
        if self.classes and labels is None:
            raise UserError("the decoder of this model needs the class of each row: reconstruct(data, labels=…)")
        of_rows = self.labels(len(data), labels)
        if labels is not None and len(numbers := classes.numbers_of(labels, self.classes)) not in (1, len(data)):
            raise UserError(
                f"labels=… must be the class of each of {len(data)} rows, or one of all, got {len(numbers)}"
            )
        return self.shown(fitted.labelled(self.game, self.game.decode, self.encode(data), of_rows))

    def _to_input(self, data: np.ndarray) -> np.ndarray:
        """Return data as float32 in the range of the networks; grey images may lack their last axis."""
        shape = self.game.shape
        if data.ndim == 3 and shape[-1:] == (1,):
            data = data[..., None]
        if data.shape[1:] != shape:
            raise UserError(f"this model takes data of shape {shape}, got {data.shape[1:]}")
        if len(shape) == 3 and data.dtype != np.uint8:
            raise UserError(f"images are uint8 from 0 to 255, got {data.dtype}")
        return self.standard.apply(data) if self.standard else to_float(data)

    def shown(self, made: np.ndarray) -> np.ndarray:
        """Return what the networks made as uint8 images, or as points in the units of the data."""
        if made.ndim == 4:
            return to_uint8(made)
        return self.standard.undo(made) if self.standard else made


def _whole(name: str, value: Any) -> int:
    """Return a number as int, 1.0 as 1: seeds that are equal draw the same. Raises UserError for any other value."""
    try:
        if int(value) == value >= 0:
            return int(value)
    except (TypeError, ValueError, OverflowError):
        pass
    raise UserError(f"{name} must be a whole number from 0 up, got {value!r}")


def _seed(seed: int | None) -> int:
    """Return a seed of the caller's, or another each time for None."""
    return int.from_bytes(os.urandom(4), "little") // 2 if seed is None else _whole("seed", seed)


def _chunks(rows: Array) -> Iterator[np.ndarray]:
    yield from (rows[i : i + CHUNK] for i in range(0, max(1, len(rows)), CHUNK))  # of no rows, one empty chunk
