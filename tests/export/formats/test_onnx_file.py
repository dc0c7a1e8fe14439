"""ONNX: every version that tf2onnx writes is run by ONNX Runtime; an unknown operation is refused with its layer."""

import keras
import pytest

from ganae_cli.errors import UserError
from ganae_cli.export.extras import OPSETS
from ganae_cli.export.formats import onnx_file

for package in ("tf2onnx", "onnx", "onnxruntime"):
    pytest.importorskip(package)


@pytest.mark.parametrize("opset", range(OPSETS[0], OPSETS[1] + 1))
def test_every_opset(two, same, tmp_path, opset):
    import onnx

    onnx_file.write(two, tmp_path / "x.onnx", opset)
    same(onnx_file.read(tmp_path / "x.onnx"))
    found = onnx.load(tmp_path / "x.onnx")
    assert next(one.version for one in found.opset_import if not one.domain) == opset
    onnx.checker.check_model(found)


def test_an_operation_that_onnx_has_not(odd, tmp_path):
    with pytest.raises(
        UserError, match=r"--format onnx has no operation 'MatrixInverse', which layer 'oddity\w*' needs"
    ):
        onnx_file.write(odd, tmp_path / "x.onnx")
    assert not (tmp_path / "x.onnx").exists()


def test_a_grouped_convolution_of_keras_itself_is_refused_too(tmp_path):
    """Keras compiles it by XLA on a CPU; tf2onnx writes that call into the file, and raises nothing."""
    x = keras.Input((4, 4, 8), name="x")
    model = keras.Model({"x": x}, {"y": keras.layers.Conv2D(8, 3, groups=4, name="grouped")(x)})
    with pytest.raises(UserError, match=r"has no operation '\w+', which layer 'grouped\w*' needs"):
        onnx_file.write(model, tmp_path / "x.onnx")
