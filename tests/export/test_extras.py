"""Flags that do not go with a format, and packages that are missing: one line that says what to type."""

import pytest

from ganae_cli.errors import UserError
from ganae_cli.export import extras


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (("onxx", True), "no format named 'onxx'; did you mean 'onnx'?"),
        (("onnx", True, True), "--quantize is for --format litert, and onnx keeps float32"),
        (("keras", True, False, 17), "--opset is for --format onnx, and keras has none"),
        (("onnx", True, False, 19), "--opset 19: tf2onnx writes 15 to 18"),
        (("onnx", True, False, 14), "--opset 14: tf2onnx writes 15 to 18"),
    ],
)
def test_refusals(given, message, monkeypatch):
    monkeypatch.setattr(extras, "find_spec", lambda name: True)
    with pytest.raises(UserError) as told:
        extras.check_flags(*given)
    assert message in str(told.value)
    extras.check_flags("onnx", True, False, 15)
    extras.check_flags("litert", True, True)


def test_a_missing_package_names_its_extra(monkeypatch):
    lacking = {"tf2onnx", "ai_edge_litert"}
    monkeypatch.setattr(extras, "find_spec", lambda name: None if name in lacking else True)
    with pytest.raises(UserError, match=r"needs the extra `export`: pip install 'ganae\[export\]' \(tf2onnx\)$"):
        extras.check_flags("onnx", True)
    with pytest.raises(UserError, match=r"pip install 'ganae\[litert\]' \(ai-edge-litert\); --no-verify writes"):
        extras.check_flags("litert", True)
    extras.check_flags("litert", False)
    extras.check_flags("keras", True)
