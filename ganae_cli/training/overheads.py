"""What a run takes beside its steps, in seconds: measured where that is quick, and estimated from that for its end."""

import math
import time
from collections.abc import Callable
from typing import TypeVar

import numpy as np

from ganae_cli.engine import weights_file
from ganae_cli.evaluation import summary
from ganae_cli.evaluation.collapse import Watch
from ganae_cli.runtime.log import say
from ganae_cli.samplers import fitted
from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.training.budget import Seconds
from ganae_cli.training.callbacks.evaluation import Evaluations
from ganae_cli.training.callbacks.samples import Samples
from ganae_cli.training.setup import Setup
from ganae_cli.training.writing import Writing

T = TypeVar("T")
ROW = 0.02  # a row of the history, in its file, in TensorBoard's and in the status
FILES = 0.05  # pictures that are written
FEW, MADE = 64, 4000  # samples: that are timed, and that the measures of the end take, reconstructions too
COMPARED = 3e10  # products a second, of samples with training images
WRITTEN = 1e8  # bytes of a checkpoint a second: written, and read for their checksum
CLOSE = 2.0  # other measures, and the end of the process


def measured(setup: Setup, folder: RunFolder, step: float, began: float) -> Seconds:
    """Return what everything takes. step: seconds of a step. began: when the command did, by `time.monotonic`.

    What is made once for a dataset, and then kept or compiled, is made now: it is part of the start.
    """
    summary.prepare(setup.data, say)
    picture = _second_time(_drawing(setup, folder))
    content, seconds = _timed(lambda: weights_file.content(setup.game))
    end = _end(setup)
    return Seconds(
        step,
        row=ROW,
        picture=picture + FILES,
        checkpoint=seconds + len(content) / WRITTEN,
        evaluation=_evaluation(setup),
        end=end,
        started=time.monotonic() - began,
    )


def _drawing(setup: Setup, folder: RunFolder) -> Callable[[], object]:
    """Return what draws the sample pictures, and writes none."""
    samples = Samples(0, 0, folder, setup.data, setup.config.seed, Writing(True, say))
    samples.set_model(setup.game)
    return samples.drawn


def _evaluation(setup: Setup) -> float:
    """Return the seconds of an evaluation while the model trains; 0 if there is none."""
    if not setup.config.train.get("evaluate_every"):
        return 0.0
    evaluate = Evaluations(setup.config, setup.game, setup.data)
    evaluate.watch = Watch(lambda line: None)  # what has hardly been trained is no collapse
    return _second_time(lambda: evaluate(0))


def _end(setup: Setup) -> float:
    """Return the seconds of the end: the sampler fitted to more codes, samples made, and compared.

    Only parts of it are measured: to rehearse it would take as long as the end itself.
    """
    game, data = setup.game, setup.data
    with game.averaged():
        source, fitting = _timed(lambda: fitted.fit(game, data, game.sampler, game.seed, fitted.QUICK_ROWS))
        labels = np.zeros(FEW, np.int64) if game.condition.is_on else None
        codes = source.draw(game, FEW, game.seed, labels)
        making = _second_time(lambda: source.generate(game, codes, labels))
    rows = len(data.train)
    fitting *= min(rows, fitted.MOST_ROWS) / min(rows, fitted.QUICK_ROWS) if source.count else 0
    compared = min(summary.COMPARISONS, summary.IMAGES * rows * math.prod(data.shape)) / COMPARED
    return fitting + making * MADE / FEW + (compared if data.kind == "images" else 0) + CLOSE


def _timed(work: Callable[[], T]) -> tuple[T, float]:
    """Return what work gives, and the seconds that it takes."""
    began = time.perf_counter()
    found = work()
    return found, time.perf_counter() - began


def _second_time(work: Callable[[], object]) -> float:
    """Return the seconds that work takes when all is compiled and loaded."""
    work()
    return _timed(work)[1]
