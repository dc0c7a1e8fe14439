"""ONNX: an open format of graphs, run by ONNX Runtime and many others. Written by tf2onnx.

For an operation that it does not know, tf2onnx writes a file that no runtime accepts, and raises nothing: so the nodes
of the file are looked at here.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from ganae_cli.errors import UserError, in_one_line
from ganae_cli.export import graph
from ganae_cli.export.extras import OPSET
from ganae_cli.export.formats.saved_model import signature, traced
from ganae_cli.export.quiet import quiet

Arrays = dict[str, np.ndarray]


def file_name(name: str) -> str:
    """Return the name of the file."""
    return f"{name}.onnx"


def write(model: keras.Model, path: Path, opset: int = OPSET) -> None:
    """Write a model. opset: version of ONNX's operations. Raises UserError for what ONNX does not have."""
    import tf2onnx

    graph.refuse(traced(model), "onnx")
    function = tf.function(lambda rows: model(rows, training=False))
    try:
        with quiet():
            found, _ = tf2onnx.convert.from_function(function, [signature(model)], opset=opset)
    except Exception as error:  # tf2onnx raises whatever an operation's handler raises
        raise UserError(f"--format onnx: tf2onnx cannot write this network: {in_one_line(error)}") from error
    refuse_unknown(found)
    path.write_bytes(found.SerializeToString())


def refuse_unknown(found: Any) -> None:
    """Raise UserError for nodes of an ONNX model that are no operations of ONNX."""
    from onnx import defs

    version = next(one.version for one in found.opset_import if not one.domain)
    for node in found.graph.node:
        if node.domain or not defs.has(node.op_type, version):
            layer = graph.layer_of(node.name)
            raise UserError(
                f"--format onnx has no operation '{node.op_type}', which layer '{layer}' needs: choose --format "
                "saved_model, or another network"
            )


def read(path: Path) -> Callable[[Arrays], Arrays]:
    """Return the file as a function of arrays by name, run by ONNX Runtime."""
    import onnxruntime

    with quiet():
        session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    names = [one.name for one in session.get_outputs()]
    return lambda rows: dict(zip(names, session.run(names, rows), strict=True))
