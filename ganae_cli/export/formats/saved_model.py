"""SavedModel: TensorFlow's own format, a folder. It holds the graph, so TensorFlow alone can run it, without Keras."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

Arrays = dict[str, np.ndarray]
SIGNATURE = "serving_default"


def file_name(name: str) -> str:
    """Return the name of the folder."""
    return name


def write(model: keras.Model, path: Path) -> None:
    """Write a model, with the signature `serving_default`."""
    archive = keras.export.ExportArchive()
    archive.track(model)
    archive.add_endpoint("serve", lambda rows: model(rows, training=False), input_signature=[signature(model)])
    archive.write_out(path, verbose=False)


def read(path: Path) -> Callable[[Arrays], Arrays]:
    """Return the folder as a function of arrays by name."""
    serve = tf.saved_model.load(str(path)).signatures[SIGNATURE]

    def run(rows: Arrays) -> Arrays:
        made = serve(**{name: tf.constant(row) for name, row in rows.items()})
        return {name: value.numpy() for name, value in made.items()}

    return run


def signature(model: keras.Model) -> dict[str, tf.TensorSpec]:
    """Return the inputs of a model by name, for batches of any size."""
    return {
        name: tf.TensorSpec((None, *given.shape[1:]), given.dtype, name=name) for name, given in model.input.items()
    }


def traced(model: keras.Model) -> Any:
    """Return the model as a concrete function."""
    return tf.function(lambda rows: model(rows, training=False)).get_concrete_function(signature(model))
