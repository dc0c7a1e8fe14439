"""`.keras`: several inputs and outputs are dicts, single ones are not."""

import keras
import numpy as np

from ganae_cli.export.formats import keras_file


def test_several(two, same, tmp_path):
    keras_file.write(two, tmp_path / "x.keras")
    same(keras_file.read(tmp_path / "x.keras"))


def test_single_ones_are_no_dicts(tmp_path):
    z = keras.Input((3,), name="z")
    model = keras.Model({"z": z}, {"y": keras.layers.Dense(2, name="y")(z)})
    keras_file.write(model, tmp_path / "x.keras")
    x = np.ones((4, 3), np.float32)
    plain = keras.models.load_model(tmp_path / "x.keras")
    np.testing.assert_array_equal(plain(x), model({"z": x})["y"])
    assert list(keras_file.read(tmp_path / "x.keras")({"z": x})) == ["y"]
