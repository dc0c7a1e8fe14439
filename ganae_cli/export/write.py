"""Export of a run: network, example, density, picture and card, in a folder that appears whole."""

import contextlib
import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import keras

from ganae_cli.errors import UserError, in_one_line
from ganae_cli.evaluation.export import save_arrays, write_samples
from ganae_cli.evaluation.trained import Trained
from ganae_cli.export import card, card_metrics, density, extras, new_folder, verify
from ganae_cli.export.card import CLASSES, CONFIG, EVALUATION, EXAMPLE, PICTURE, SAMPLER, Card
from ganae_cli.export.exportable import DRAWS, ROWS, Exportable, build
from ganae_cli.export.formats import keras_file, litert_file, onnx_file, saved_model
from ganae_cli.storage.evaluation_file import EvaluationFile
from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.terminal import tell
from ganae_cli.version import __version__

MODULES: dict[str, ModuleType] = {
    "keras": keras_file,
    "saved_model": saved_model,
    "onnx": onnx_file,
    "litert": litert_file,
}
SHOWN = 16  # rows of the example


def export(
    run: str | Path,
    form: str,
    network: str | None = None,
    out: str | Path | None = None,
    *,
    in_uint8: bool = False,
    verify_it: bool = True,
    quantize: bool = False,
    opset: int | None = None,
    plugins: Iterable[str] = (),
    say: Callable[[str], object] = tell,
    **choice: Any,
) -> Path:
    """Export a network of a run, and return the new folder. Arguments: as the flags of `ganae export`.

    run: a folder, a unique part of its name, or "latest". form: keras, saved_model, onnx or litert. network: a role;
    None: what draws samples. out: the folder; None: below the run's. choice: checkpoint, weights and sampler, as of
    `Trained.open`. say: told what is being done.

        from ganae_cli.export.write import export
        folder = export("latest", "onnx", in_uint8=True)

    Raises UserError for what cannot be exported, and for a file that computes something else; nothing is left of it.
    """
    extras.check_flags(form, verify_it, quantize, opset)
    with in_float32():
        trained = Trained.open(run, plugins, **choice)
        exported = build(trained, network, in_uint8)
        place = Path(out).expanduser() if out else default_place(trained.folder, exported, form, quantize)
        if form == "keras" and exported.kept:
            raise UserError(
                f"--format keras: {', '.join(exported.kept)} is no built-in layer of Keras, so the file could be read "
                "with its package alone: choose --format saved_model or onnx"
            )
        with new_folder.replacing(place) as folder:
            _write(folder, trained, exported, form, {"quantize": quantize, "opset": opset}, verify_it, say)
    return place


def default_place(folder: RunFolder, exported: Exportable, form: str, quantize: bool) -> Path:
    """Return the folder of an export below that of its run, such as `export/generator-onnx-uint8`."""
    more = f"{'-uint8' if exported.ends.in_uint8 else ''}{'-int8' if quantize else ''}"
    return folder.path / "export" / f"{exported.name}-{form}{more}"


def _write(
    folder: Path,
    trained: Trained,
    exported: Exportable,
    form: str,
    options: dict[str, Any],
    verify_it: bool,
    say: Callable[[str], object],
) -> None:
    """Write all files of an export into a new folder."""
    module = MODULES[form]
    file, parameters = module.file_name(exported.name), exported.model.count_params()
    say(f"writing {exported.name} as {form}: {parameters:,} numbers")
    quantized, differences = "", None
    if options["quantize"]:
        quantized = _write_int8(exported, folder / file, verify_it, say)
    else:
        module.write(exported.model, folder / file, **({"opset": options["opset"]} if options["opset"] else {}))
        differences = _compared(exported, form, folder / file, say) if verify_it else None
    arrays = density.of_run(trained) if exported.does == DRAWS else {}
    if arrays:
        save_arrays(folder / SAMPLER, **arrays)
    _write_example(folder, trained, exported)
    entries = card_metrics.of_weights(trained)
    if entries:
        EvaluationFile(folder / EVALUATION).write(entries)
    found = sorted(path.name for path in folder.iterdir() if path.name != file)
    told = Card(
        trained, exported, form, file, [*found, new_folder.MANIFEST], list(arrays), differences, entries, quantized
    )
    (folder / "README.md").write_text(card.text(told), encoding="utf-8")
    new_folder.write_manifest(folder, _facts(trained, exported, form, file, differences))


def _compared(exported: Exportable, form: str, path: Path, say: Callable[[str], object]) -> list[verify.Difference]:
    say(f"comparing the file with the network, on {exported.told}")
    found = _read_again(form, path, exported)
    verify.refuse(found, form)
    for one in found:
        say(f"{one.output}: largest difference {one.largest:.1e} (largest number {one.scale:.3g})")
    return found


def _read_again(form: str, path: Path, exported: Exportable) -> list[verify.Difference]:
    """Return what the file computes otherwise than the network. Raises UserError if its runtime refuses it."""
    try:
        return verify.differences(MODULES[form].read(path), exported)
    except UserError:
        raise
    except Exception as error:  # whatever the runtimes of four formats raise
        why = f"the file was written, and its runtime cannot run it: {in_one_line(error)}"
        raise UserError(f"--format {form}: {why}; nothing is kept (--no-verify keeps it nevertheless)") from error


def _write_int8(exported: Exportable, path: Path, verify_it: bool, say: Callable[[str], object]) -> str:
    """Write LiteRT with int8 numbers; return what this costs, in words."""
    litert_file.write(exported.model, path)
    before = path.stat().st_size
    litert_file.write(exported.model, path, quantize=True)
    told = f"Weights are int8: {path.stat().st_size:,} bytes, {before / path.stat().st_size:.1f} times fewer than "
    told += f"in float32 ({before:,})."
    if verify_it:
        say(f"comparing the file with the network, on {exported.told}")
        for one in _read_again("litert", path, exported):
            told += (
                f" On {exported.told}, {one.output} differ by {one.mean:.2g} on average, by up to {one.largest:.2g} "
            )
            told += f"(largest number: {one.scale:.3g})."
    say(told)
    return told


def _write_example(folder: Path, trained: Trained, exported: Exportable) -> None:
    """Write what stands beside the network: an example, samples, config and classes."""
    few = {name: rows[:SHOWN] for name, rows in exported.example.items()}
    save_arrays(folder / EXAMPLE, **few, **exported.expected(few))
    write_samples(trained, ROWS, 0, folder / PICTURE, "picture")
    home = str(Path.home())  # a published config need not say whose it was
    text = trained.folder.config.read_text(encoding="utf-8")
    (folder / CONFIG).write_text(text.replace(f"{home}/", "~/") if len(home) > 1 else text, encoding="utf-8")
    if trained.classes:
        (folder / CLASSES).write_text(json.dumps(list(trained.classes)) + "\n", encoding="utf-8")


def _facts(
    trained: Trained, exported: Exportable, form: str, file: str, differences: list[verify.Difference] | None
) -> dict[str, Any]:
    """Return what `export.json` says beside the checksums of the files."""
    tensors = [
        {"side": side, "name": name, "type": kind, "shape": [None, *shape]}
        for side, name, kind, shape in exported.tensors
    ]
    return {
        "ganae": __version__,
        "format": form,
        "network": exported.name,
        "file": file,
        "tensors": tensors,
        "step": trained.checkpoint.step,
        "weights_sha256": trained.checkpoint.about.get("sha256"),
        "differences": None if differences is None else [one._asdict() for one in differences],
    }


@contextlib.contextmanager
def in_float32() -> Iterator[None]:
    """Open and build networks in float32 for the time of a block, whatever the precision of the program is."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("float32")
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)
