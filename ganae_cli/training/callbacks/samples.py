"""Sample pictures, always of the same latent codes, with the averaged weights if an EMA is kept.

A fitted sampler is fitted anew for each picture, to some of the training data: the picture shows current samples.
Samples and reconstructions that hardly differ are warned of, and samples that leave out a part of the data.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from PIL import Image

from ganae_cli.datasets.base import Data
from ganae_cli.datasets.scaling import to_float, to_uint8
from ganae_cli.engine.game import Game
from ganae_cli.evaluation import classes
from ganae_cli.evaluation.collapse import RECONSTRUCTIONS, SAMPLES, Watch
from ganae_cli.evaluation.drawn_modes import DrawnModes
from ganae_cli.evaluation.images import grid, in_rows, save
from ganae_cli.evaluation.scatter import Classes, scatter
from ganae_cli.metrics.variation import variation
from ganae_cli.runtime.log import say
from ganae_cli.samplers import fitted
from ganae_cli.samplers.random import normals
from ganae_cli.storage.atomic import make_folder
from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.training.callbacks.periodic import Periodic
from ganae_cli.training.callbacks.stop import WHOLE
from ganae_cli.training.writing import Writing

POINTS, IMAGES, PAIRS = 2500, 64, 32
OF_EACH_CLASS = 8  # images of a conditional model, in one row
COMPARED = 500  # training rows whose variation is that of real data


class Drawn(NamedTuple):
    """Pictures by the ending of their names, how far samples and reconstructions vary, and what samples leave out.

    missing: in a line that warns of it; None if nothing is missed.
    """

    pictures: dict[str, Image.Image]
    varying: dict[str, float | None]
    missing: str | None


class Samples(Periodic):
    """`samples/step-<step>.png`, and `…-reconstruction.png` (originals above reconstructions) of an encoding model.

    Originals are held-out images, drawn by the seed; a conditional model reconstructs them if their labels are known. A
    model that makes pairs also gets `…-pairs.png`, with the first image of each code above the second. The grid of a
    conditional model has a row for each class (for 10 of many), of the same codes, or random numbers of codes, in all
    rows; its points are coloured by class.
    """

    def __init__(self, every: int, first_step: int, folder: RunFolder, data: Data, seed: int, writing: Writing):
        super().__init__(every, first_step)
        self.writing = writing
        self.folder, self.data, self.seed = folder, data, seed
        self.real = to_float(fitted.random_rows(data.train, COMPARED, seed))
        self.held_out = fitted.random_rows(data.test, PAIRS, seed)  # files may be sorted
        self.held_out_labels = None if data.test_labels is None else fitted.random_rows(data.test_labels, PAIRS, seed)
        self.watch = Watch(say)
        self.modes, self.modes_watch = DrawnModes(self.real), Watch(say, over="samples cover the data again")
        self.listeners: list[Callable[[int, str, Image.Image], None]] = []

    def act(self, step: int) -> None:
        drawn = self.drawn()
        self.watch.look(step, drawn.varying)
        self.modes_watch.take(step, drawn.missing)
        for suffix, picture in drawn.pictures.items():
            path = self.folder.samples / f"step-{step:08d}{suffix}.png"
            with self.writing.of("sample pictures", path):
                make_folder(self.folder.samples)
                save(picture, path)
            for listener in self.listeners:
                listener(step, f"samples{suffix}", picture)

    def drawn(self) -> Drawn:
        """Return what is drawn at a step, and what it tells."""
        with self.model.averaged():
            made = self.samples(self.model)
            drawn = {"": self.picture(made)}
            varying = {SAMPLES: variation(made, self.real)}
            is_told = self.model.condition.is_on
            if self.model.encodes and not (is_told and self.held_out_labels is None):
                originals, labels = to_float(self.held_out), self.held_out_labels if is_told else None
                rebuilt = fitted.labelled(self.model, self.model.decode, self.model.encode(originals), labels)
                varying[RECONSTRUCTIONS] = variation(rebuilt, originals)
                if self.data.kind == "images":
                    drawn["-reconstruction"] = in_rows(self.held_out, to_uint8(rebuilt))
            if self.model.makes_pairs and self.data.kind == "images":
                drawn["-pairs"] = self.pairs_picture(self.model)
        missing = None
        if self.data.kind == "images" and not is_told:  # a conditional model is asked for as many of each class
            missing = self.modes.warning(made, varying[SAMPLES], self.model.terms)
        return Drawn(drawn, varying, missing)

    def on_train_end(self, logs=None):
        if self.step % max(1, self.every) and self.model.interrupted in WHOLE:
            self.act(self.step)

    def samples(self, model: Game) -> np.ndarray:
        """Return float data, always of the same latent codes if they are of a prior."""
        source = fitted.fit(model, self.data, model.sampler, self.seed, fitted.QUICK_ROWS)
        count, known = POINTS if self.data.kind == "points" else IMAGES, len(model.condition.classes)
        if known and self.data.kind == "images":
            rows = self.rows_of_classes(model)
            codes = source.draw_each(model, rows.codes, self.seed, classes.shown(known))
            return source.generate(model, codes, rows.labels)
        labels = classes.balanced(count, known) if known else None
        return source.generate(model, source.draw(model, count, self.seed, labels), labels)

    def rows_of_classes(self, model: Game) -> classes.Layout:
        """Return the grid of a conditional model's images."""
        shown = classes.shown(len(model.condition.classes))
        return classes.layout(shown, OF_EACH_CLASS * len(shown))

    def picture(self, made: np.ndarray) -> Image.Image:
        if self.data.kind == "points":
            real = fitted.random_rows(self.data.test, POINTS, self.seed)
            return scatter(
                self.data.in_units(made), self.data.in_units(real), classes=self.classes_of_points(len(made))
            )
        return grid(to_uint8(made), self.rows_of_classes(self.model).columns if self.model.condition.is_on else None)

    def classes_of_points(self, count: int) -> Classes | None:
        """Return the classes of `count` samples and of the real points beside them, of a conditional model."""
        names, known = self.model.condition.classes, self.data.test_labels
        if not self.model.condition.is_on:
            return None
        real = None if known is None else fitted.random_rows(known, POINTS, self.seed)
        return Classes(names, classes.balanced(count, len(names)), real)

    def pairs_picture(self, model: Game) -> Image.Image:
        codes = normals(PAIRS, model.z_dim, self.seed, "codes")
        first, second = (to_uint8(images.numpy()) for images in model.pairs(codes))
        return in_rows(first, second)
