"""Formats by name, and the packages that each needs beside ganae's own. Without TensorFlow: answers at once."""

from importlib.util import find_spec

from ganae_cli.errors import UserError, did_you_mean

FORMATS = ("keras", "saved_model", "onnx", "litert")
OPSETS = 15, 18  # of ONNX, that tf2onnx 1.17 writes
OPSET = 17
_NEEDS = {  # format -> extra, and package by the name of its module
    "onnx": ("export", {"tf2onnx": "tf2onnx", "onnx": "onnx", "onnxruntime": "onnxruntime"}),
    "litert": ("litert", {"ai_edge_litert": "ai-edge-litert"}),
}
_ONLY_TO_READ = ("onnxruntime", "ai_edge_litert")


def check_flags(form: str, verify: bool, quantize: bool = False, opset: int | None = None) -> None:
    """Raise UserError for what does not go with a format, and, naming the extra, for a package that is missing.

    verify: the file is read again.
    """
    if form not in FORMATS:
        raise UserError(f"no format named '{form}'{did_you_mean(form, FORMATS)} (choices: {', '.join(FORMATS)})")
    if quantize and form != "litert":
        raise UserError(f"--quantize is for --format litert, and {form} keeps float32: leave it out")
    if opset is not None and form != "onnx":
        raise UserError(f"--opset is for --format onnx, and {form} has none: leave it out")
    if opset is not None and not OPSETS[0] <= opset <= OPSETS[1]:
        raise UserError(f"--opset {opset}: tf2onnx writes {OPSETS[0]} to {OPSETS[1]} (default: {OPSET})")
    extra, modules = _NEEDS.get(form, ("", {}))
    missing = [name for name in modules if find_spec(name) is None and (verify or name not in _ONLY_TO_READ)]
    if missing:
        instead = "; --no-verify writes the file without reading it" if set(missing) <= set(_ONLY_TO_READ) else ""
        packages = ", ".join(modules[name] for name in missing)
        raise UserError(
            f"--format {form} needs the extra `{extra}`: pip install 'ganae[{extra}]' ({packages}){instead}"
        )
