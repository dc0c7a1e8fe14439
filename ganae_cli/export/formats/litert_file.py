"""LiteRT (TensorFlow Lite): `.tflite`, for phones and small devices. Written by TensorFlow, run by ai-edge-litert.

Only LiteRT's own operations are allowed: with TensorFlow's ("Flex"), the file would need all of TensorFlow to run.
"""

import re
import tempfile
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from ganae_cli.errors import UserError, in_one_line
from ganae_cli.export import graph
from ganae_cli.export.formats import saved_model
from ganae_cli.export.quiet import quiet

Arrays = dict[str, np.ndarray]


def file_name(name: str) -> str:
    """Return the name of the file."""
    return f"{name}.tflite"


def write(model: keras.Model, path: Path, quantize: bool = False) -> None:
    """Write a model. quantize: weights as int8, with a scale of their own for each channel; between layers, float32.

    Numbers between layers as int8, too, made no file smaller and samples two to three times less alike (mean difference
    0.02 instead of 0.006 of images from -1 to 1; DCGAN and AEGAN on MNIST, an hour of training).
    Raises UserError for what LiteRT does not have.
    """
    graph.refuse(saved_model.traced(model), "litert")
    with tempfile.TemporaryDirectory() as place:
        try:
            with quiet():
                saved_model.write(model, Path(place) / "model")
                path.write_bytes(_converted(str(Path(place) / "model"), quantize))
        except Exception as error:  # its own `ConverterError` is private, and not all that it raises
            raise UserError(_why(str(error), error)) from error


def _converted(folder: str, quantize: bool) -> bytes:
    converter = tf.lite.TFLiteConverter.from_saved_model(folder, signature_keys=[saved_model.SIGNATURE])
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS]
    converter.optimizations = [tf.lite.Optimize.DEFAULT] if quantize else []
    return converter.convert()


def _why(text: str, error: Exception) -> str:
    """Return why a network cannot be converted, with the operation and the layer where the converter names them."""
    kinds, places = re.findall(r"'tf\.(\w+)' op", text), re.findall(r'"(?:\w+:)?([\w/.]+)@', text)
    if not kinds:
        return f"--format litert: TensorFlow cannot convert this network: {in_one_line(error)}"
    layer = graph.layer_of(places[0]) if places else "?"
    return (
        f"--format litert has no operation '{kinds[0]}', which layer '{layer}' needs: choose --format saved_model, or "
        "another network"
    )


def read(path: Path) -> Callable[[Arrays], Arrays]:
    """Return the file as a function of arrays by name, run by LiteRT."""
    from ai_edge_litert.interpreter import Interpreter

    with quiet():
        interpreter = Interpreter(str(path))
        run = interpreter.get_signature_runner(saved_model.SIGNATURE)

    def called(rows: Arrays) -> Arrays:
        with quiet():
            return {name: np.array(value) for name, value in run(**rows).items()}

    called.interpreter = interpreter  # type: ignore[attr-defined]  # it must outlive its runner
    return called
