"""LiteRT: its own operations alone; weights as int8 on demand."""

import pytest

from ganae_cli.errors import UserError
from ganae_cli.export.formats import litert_file

pytest.importorskip("ai_edge_litert")


def test_several_in_float32_and_int8(two, same, tmp_path):
    path = tmp_path / "x.tflite"
    litert_file.write(two, path)
    same(litert_file.read(path))
    exact = path.read_bytes()
    litert_file.write(two, path, quantize=True)
    assert path.read_bytes() != exact


def test_an_operation_that_litert_has_not(odd, tmp_path):
    with pytest.raises(
        UserError, match=r"--format litert has no operation 'MatrixInverse', which layer 'oddity\w*' needs"
    ):
        litert_file.write(odd, tmp_path / "x.tflite")
    assert not (tmp_path / "x.tflite").exists()
