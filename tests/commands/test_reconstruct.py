"""`ganae reconstruct`, as it is typed."""

import numpy as np
import pytest
from PIL import Image

from ganae_cli import load
from ganae_cli.cli import main
from ganae_cli.commands import reconstruct


def test_originals_above_reconstructions(small_run, tmp_path, capsys):
    run, out = small_run("model=autoencoder"), tmp_path / "x.png"
    assert main(["reconstruct", str(run), "--count", "4", "--scale", "2", "--out", str(out)]) == 0
    assert capsys.readouterr().out == f"{out}\n"
    with Image.open(out) as picture:
        assert picture.size == (2 * (4 * 9 + 1), 2 * (2 * 9 + 1))  # 8x8 images, a line of one pixel around each
        pixels = np.asarray(picture)[::2, ::2]
    upper, lower = (np.stack([pixels[t : t + 8, x : x + 8] for x in range(1, 36, 9)])[..., None] for t in (1, 10))
    assert np.array_equal(load(run).reconstruct(upper), lower)


def test_arrays_of_own_images(small_run, tmp_path, capsys):
    run = small_run("model=autoencoder")
    images = load(run).sample(5)
    np.savez(tmp_path / "own.npz", images=images)
    assert main(["reconstruct", str(run), "--input", f"{tmp_path}/own.npz", "--out", f"{tmp_path}/x.npz"]) == 0
    with np.load(tmp_path / "x.npz") as held:
        assert np.array_equal(held["images"], images)
        assert np.array_equal(held["reconstructions"], load(run).reconstruct(images))
    capsys.readouterr()


def test_classes_of_a_conditional_model(small_run, tmp_path, capsys):
    """Held-out images have theirs; own images need one."""
    run = small_run("model=autoencoder", "model.condition=concat")
    assert main(["reconstruct", str(run), "--out", f"{tmp_path}/x.npz"]) == 0
    trained = load(run)
    images, labels = np.asarray(trained.data.test), trained.data.test_labels
    with np.load(tmp_path / "x.npz") as held:
        assert np.array_equal(held["reconstructions"], trained.reconstruct(images, labels))
    np.save(tmp_path / "own.npy", images[:3])
    words = ["reconstruct", str(run), "--input", f"{tmp_path}/own.npy", "--out", f"{tmp_path}/y.npz"]
    assert main(words) == 2
    assert "the decoder of this model needs the class of each row" in capsys.readouterr().err
    assert main([*words, "--label", "7"]) == 0
    with np.load(tmp_path / "y.npz") as held:
        assert np.array_equal(held["reconstructions"], trained.reconstruct(images[:3], "7"))
    capsys.readouterr()


@pytest.mark.parametrize(
    ("model", "words", "message"),
    [
        ("gan", [], "ganae reconstruct needs an encoder, and model 'gan' has none"),
        ("autoencoder", ["--scale", "2", "--out", "x.npz"], "--scale 2 enlarges pictures, and --out x.npz is none"),
        (
            "autoencoder",
            ["--count", "0"],
            "argument --count: must be a whole number of at least 1, got '0'",
        ),
        ("autoencoder", ["--label", "3"], "--label 3: this run was trained with model.condition=none, so it draws no "),
    ],
)
def test_what_cannot_be_met_is_one_line(small_run, capsys, model, words, message):
    run = small_run(f"model={model}")
    assert main(["reconstruct", str(run), *words]) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"ganae: error: {message}")
    assert len(error.splitlines()) == 1


def test_completion():
    assert "--scale" in reconstruct.complete(["latest"], "--")
