"""`.keras`: Keras' own format. It names the class of each layer, so the file holds built-in layers only."""

from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np

Arrays = dict[str, np.ndarray]


def file_name(name: str) -> str:
    """Return the name of the file."""
    return f"{name}.keras"


def write(model: keras.Model, path: Path) -> None:
    """Write a model. Of one input or one output, that is no dict: `model(z)`."""
    single = keras.Model(_alone(model.input), _alone(model.output), name=path.stem)
    single.save(path)


def read(path: Path) -> Callable[[Arrays], Arrays]:
    """Return the file as a function of arrays by name."""
    model = keras.models.load_model(path)
    names = list(model.output) if isinstance(model.output, dict) else model.output_names

    def run(rows: Arrays) -> Arrays:
        given = rows if isinstance(model.input, dict) else next(iter(rows.values()))
        made = model(given, training=False)
        return {name: np.asarray(made[name] if isinstance(made, dict) else made) for name in names}

    return run


def _alone(tensors: dict) -> object:
    return next(iter(tensors.values())) if len(tensors) == 1 else tensors
