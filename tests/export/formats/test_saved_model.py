"""SavedModel: a signature with inputs and outputs by name, also for operations of TensorFlow alone."""

import numpy as np
import tensorflow as tf

from ganae_cli.export.formats import saved_model


def test_several(two, same, tmp_path):
    saved_model.write(two, tmp_path / "x")
    same(saved_model.read(tmp_path / "x"))
    signature = tf.saved_model.load(str(tmp_path / "x")).signatures["serving_default"]
    assert signature.structured_input_signature[1]["z"].shape.as_list() == [None, 3]


def test_whatever_tensorflow_computes(odd, tmp_path):
    saved_model.write(odd, tmp_path / "x")
    x = np.full((2, 3), 4.0, np.float32)
    np.testing.assert_allclose(saved_model.read(tmp_path / "x")({"z": x})["y"], [[0.25, 0, 0]] * 2)
