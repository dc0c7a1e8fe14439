"""`ganae export`, as it is typed: whoever gets the folder needs no ganae."""

import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import yaml

from ganae_cli import load
from ganae_cli.cli import main
from ganae_cli.commands import export
from ganae_cli.export import extras
from ganae_cli.export.formats import saved_model

STRANGER = """
import os, re, sys
sys.modules["ganae_cli"] = None  # an import of it fails
for folder in sys.argv[1:]:
    os.chdir(folder)
    blocks = re.findall("```python\\n(.*?)```", open("README.md").read(), re.DOTALL)
    load, draw = blocks if len(blocks) == 2 else (*blocks, "")
    print(len(blocks), end=" ")
    exec(load, {})
    if draw:
        drawn = {}
        exec(draw, drawn)
        example = {name: drawn[name] for name in ("z", "labels") if name in drawn}
        exec(load.replace('np.load("example.npz")', "example").strip().rpartition("\\n")[0], {"example": example})
        for name, value in example.items():
            assert len(value) == 16 and value.dtype.itemsize == 4, (name, value.dtype)
print("as a stranger")
"""
needs_onnx = pytest.mark.skipif(not extras.find_spec("onnxruntime") or not extras.find_spec("tf2onnx"), reason="extra")
needs_litert = pytest.mark.skipif(not extras.find_spec("ai_edge_litert"), reason="extra")


def formats():
    """Return the formats whose packages are here."""
    lacking = {"onnx": not extras.find_spec("tf2onnx"), "litert": not extras.find_spec("ai_edge_litert")}
    return [form for form in extras.FORMATS if not lacking.get(form)]


def as_a_stranger(*folders):
    """Run all blocks of the cards in a process that cannot import ganae; return what it printed."""
    words = [sys.executable, "-W", "ignore", "-c", STRANGER, *map(str, folders)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=300, cwd="/")
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def exported(run, form, out, *more):
    """Export, and return the folder."""
    assert main(["export", str(run), "--format", form, "--out", str(out), *more]) == 0
    return out


@pytest.mark.parametrize(
    ("words", "blocks"),
    [
        pytest.param(("model=gan", "dataset=ring"), 2, marks=pytest.mark.slow),  # points, a prior
        (("model=autoencoder", "model.condition=concat"), 2),  # images, labels, a density of each class
    ],
)
def test_the_card_loads_and_draws_without_ganae(small_run, tmp_path, capsys, words, blocks):
    """Each block of each format runs, and computes what ganae does, to rounding."""
    run = small_run(*words)
    folders = [exported(run, form, tmp_path / form) for form in formats()]
    lines = capsys.readouterr().out.splitlines()
    assert lines == [str(folder) for folder in folders]
    *told, last = as_a_stranger(*folders).splitlines()
    assert last == "as a stranger"
    assert len(told) == len(folders)
    for line in told:
        assert line.startswith(f"{blocks} (16, ")
        assert float(line.rpartition(" ")[2]) < 2e-5
    with np.load(folders[0] / "example.npz") as example:
        name = "points" if "dataset=ring" in words else "images"
        shown = example[name] if name == "points" else np.clip(np.round((example[name] + 1) * 127.5), 0, 255)
        assert np.abs(shown - load(run).sample(64)[:16]).max() < 1e-4  # what `ganae sample` draws
    capsys.readouterr()


def test_what_lies_in_the_folder(small_run, capsys):
    run = small_run("model=autoencoder", "model.condition=concat")
    assert main(["export", str(run), "--format", "keras"]) == 0
    folder = Path(capsys.readouterr().out.strip())
    assert folder == run / "export" / "decoder-keras"
    files = {path.name for path in folder.iterdir()}
    beside = {"README.md", "config.yaml", "example.npz", "export.json", "samples.png", "sampler.npz", "classes.json"}
    assert files - {"evaluation.json"} == beside | {"decoder.keras"}
    assert json.loads((folder / "classes.json").read_text()) == list(load(run).classes)
    facts = json.loads((folder / "export.json").read_text())
    assert (facts["network"], facts["step"], set(facts["files"])) == ("decoder", 3, files - {"export.json"})
    _, head, body = (folder / "README.md").read_text().split("---\n", 2)
    found = yaml.safe_load(head)
    assert found["library_name"] == "keras"
    assert found["pipeline_tag"] == "unconditional-image-generation"
    assert "CC BY 4.0" in body
    assert f"step 3 of {load(run).config.train.steps}" in body
    for name in re.findall(r"^- `([\w.]+)`", body, re.MULTILINE):
        assert (folder / name).exists(), name
    assert main(["export", str(run), "--format", "keras"]) == 0  # an older export is replaced
    (folder / "README.md").write_text("mine")
    capsys.readouterr()
    assert main(["export", str(run), "--format", "keras"]) == 2
    assert "it holds 'README.md', changed since it was exported" in capsys.readouterr().err
    assert (folder / "README.md").read_text() == "mine"


@needs_onnx
def test_metrics_of_these_weights_alone(small_run, tmp_path, capsys):
    """Scores of the end of the training are in the card, with their protocol; those of another step are not."""
    run = small_run("model=gan")
    folder = exported(run, "onnx", tmp_path / "a")
    entries = json.loads((run / "evaluation.json").read_text())
    card = (folder / "README.md").read_text()
    score = next(one for one in entries if one["metric"] == "sample_variation")
    results = yaml.safe_load(card.split("---\n")[1])["model-index"][0]["results"][0]["metrics"]
    assert {"type": "clipped_coverage", "value": value_of(entries, "clipped_coverage")}.items() <= {
        key: value for one in results if one["type"] == "clipped_coverage" for key, value in one.items()
    }.items()
    assert "Protocol of all: dataset digits" in card
    assert "- mode_collapse: " in card
    older = [one | {"protocol": one["protocol"] | {"step": score["protocol"]["step"] - 1}} for one in entries]
    (run / "evaluation.json").write_text(json.dumps(older))
    try:
        card = (exported(run, "onnx", tmp_path / "b") / "README.md").read_text()
    finally:
        (run / "evaluation.json").write_text(json.dumps(entries))
    assert "These weights were not evaluated" in card
    assert "model-index" not in card
    capsys.readouterr()


def value_of(entries, metric):
    return next(one["value"] for one in entries if one["metric"] == metric)


@needs_onnx
def test_uint8_outside(small_run, tmp_path, capsys):
    """Pixels go in and come out as uint8: samples as `ganae sample` writes them, codes as `ganae encode`."""
    import onnxruntime

    run = small_run("model=vae")
    trained = load(run)
    decoder = exported(run, "onnx", tmp_path / "decoder", "--uint8")
    images, z = trained.sample_with_codes(20)
    made = onnxruntime.InferenceSession(decoder / "decoder.onnx").run(["images"], {"z": z})[0]
    assert made.dtype == np.uint8
    assert np.abs(made.astype(int) - images).max() <= 1
    encoder = exported(run, "onnx", tmp_path / "encoder", "--uint8", "--network", "encoder", "--opset", "15")
    session = onnxruntime.InferenceSession(encoder / "encoder.onnx")
    np.testing.assert_allclose(session.run(["z"], {"images": images})[0], trained.encode(images), atol=1e-4)
    capsys.readouterr()


def test_a_discriminator_and_standardised_points(small_run, tmp_path, capsys):
    """A network as it is; points go in and come out in the units of the data."""
    points = np.random.default_rng(0).normal([100, -5], [30, 0.1], (64, 2)).astype(np.float32)
    np.savez(tmp_path / "points.npz", points=points)
    run = small_run("model=gan", "dataset=arrays", f"dataset.path={tmp_path}/points.npz", "dataset.standardize=true")
    trained = load(run)
    folder = exported(run, "saved_model", tmp_path / "judge", "--network", "discriminator")
    seen = trained.standard.apply(points)
    right = trained.networks["discriminator"](seen).numpy()
    made = saved_model.read(folder / "discriminator")({"points": points})["logits"]
    np.testing.assert_allclose(made, right, atol=1e-4)
    folder = exported(run, "saved_model", tmp_path / "maker")
    samples, z = trained.sample_with_codes(9)
    np.testing.assert_allclose(saved_model.read(folder / "generator")({"z": z})["points"], samples, rtol=1e-5)
    capsys.readouterr()


def test_half_precision_goes_through_float32(small_run, tmp_path, capsys):
    """A run trained in bfloat16, exported in a program that computes in it: the file and the comparison do not."""
    import keras

    from ganae_cli.export.write import export as write

    run = small_run("model=gan", "hardware.precision=mixed_bfloat16")
    keras.config.set_dtype_policy("mixed_bfloat16")
    folder = write(run, "keras", out=tmp_path / "x", say=(told := []).append)
    assert keras.config.dtype_policy().name == "mixed_bfloat16"
    keras.config.set_dtype_policy("float32")
    assert "images: largest difference " in told[-1]
    assert "trained in mixed_bfloat16; here everything computes in float32" in (folder / "README.md").read_text()
    model = keras.models.load_model(folder / "generator.keras")
    assert {layer.compute_dtype for layer in model.layers if hasattr(layer, "compute_dtype")} == {"float32"}
    capsys.readouterr()


@needs_litert
def test_int8_says_what_it_costs(small_run, tmp_path, capsys):
    folder = exported(small_run("model=gan"), "litert", tmp_path / "x", "--quantize")
    told = re.search(r"Weights are int8: ([\d,]+) bytes, ([\d.]+) times fewer", (folder / "README.md").read_text())
    size = (folder / "generator.tflite").stat().st_size
    assert int(told[1].replace(",", "")) == size
    assert 2 < float(told[2]) < 4
    assert "images differ by 0.0" in capsys.readouterr().err


def test_a_file_that_computes_something_else_is_not_kept(small_run, tmp_path, capsys, monkeypatch):
    """The check sees one weight that is wrong; --no-verify keeps the file, and the card says so."""
    write = saved_model.write

    def wrongly(model, path):
        weights = model.get_weights()
        weights[0] = weights[0] + 0.01
        model.set_weights(weights)
        write(model, path)

    monkeypatch.setattr(saved_model, "write", wrongly)
    run, out = small_run("model=gan"), tmp_path / "out" / "x"
    assert main(["export", str(run), "--format", "saved_model", "--out", str(out)]) == 2
    assert re.search(r"computes something else: images differ by [\d.]+ on average", capsys.readouterr().err)
    assert list(out.parent.iterdir()) == []
    exported(run, "saved_model", out, "--no-verify")
    assert "was not compared" in (out / "README.md").read_text()
    capsys.readouterr()


def test_a_layer_that_only_its_package_can_read(small_run, tmp_path, capsys, monkeypatch):
    """As of a plugin: not as .keras, which names classes; a graph holds it, and the card says so."""
    from ganae_cli.export.plain_layers import RULES
    from ganae_cli.networks.layers.strided_conv import Doubling

    run = small_run("model=gan", "network@networks.generator=dcgan")
    monkeypatch.delitem(RULES, Doubling)
    assert main(["export", str(run), "--format", "keras", "--out", str(tmp_path / "x")]) == 2
    assert re.search(r"--format keras: doubling\w* \(Doubling\) is no built-in layer", capsys.readouterr().err)
    assert not (tmp_path / "x").exists()
    folder = exported(run, "saved_model", tmp_path / "x")
    assert "in the graph as they are: doubling" in (folder / "README.md").read_text()
    capsys.readouterr()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "the following arguments are required: --format"),
        (["--format", "onxx"], "invalid choice: 'onxx'"),
        (["--format", "keras", "--quantize"], "--quantize is for --format litert"),
        (["--format", "keras", "--network", "genrator"], "did you mean 'generator'?"),
        (["--format", "keras", "--uint8"], "--uint8 is for images, and this run is of points"),
        (["--format", "keras", "--out", "FILE"], "a file is there, not a folder"),
        (["--format", "keras", "--checkpoint", "99"], "step 99"),
    ],
)
def test_refusals(small_run, tmp_path, capsys, words, message):
    (tmp_path / "file").write_text("mine")
    run = small_run("model=gan", "dataset=ring")
    before = sorted(run.rglob("*"))
    words = [str(tmp_path / "file") if word == "FILE" else word for word in words]
    assert main(["export", str(run), *words]) == 2
    err = capsys.readouterr().err
    assert message in err
    assert err.count("\n") == 1
    assert sorted(run.rglob("*")) == before
    assert (tmp_path / "file").read_text() == "mine"


def test_completion():
    assert export.complete(["latest", "--format"], "") == list(extras.FORMATS)
    assert "encoder" in export.complete(["latest", "--network"], "")
    assert "--quantize" in export.complete(["latest"], "--q")
