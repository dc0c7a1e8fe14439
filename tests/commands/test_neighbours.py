"""`ganae neighbours`, as it is typed."""

import numpy as np
import pytest
from PIL import Image
from scipy.spatial.distance import cdist

from ganae_cli import load
from ganae_cli.cli import main
from ganae_cli.commands import neighbours


def test_samples_and_their_nearest_training_images(small_run, tmp_path, capsys):
    run, out = small_run("model=gan"), tmp_path / "x.npz"
    assert main(["neighbours", str(run), "--count", "5", "--nearest", "3", "--out", str(out)]) == 0
    said = capsys.readouterr()
    assert said.out == f"{out}\n"
    assert said.err.startswith("ganae: number ")
    trained = load(run)
    samples = trained.sample(5)
    distances = cdist(*(rows.reshape(len(rows), -1) / 255 for rows in (samples, trained.data.train)))
    with np.load(out) as held:
        assert np.array_equal(held["images"], samples)
        assert np.array_equal(held["neighbours"], distances.argsort(axis=1, kind="stable")[:, :3])
        assert held["distances"] == pytest.approx(np.sort(distances, axis=1)[:, :3], rel=1e-5)
        assert np.array_equal(held["images"], trained.generate(held["z"]))


def test_a_copy_among_own_images_comes_first(small_run, tmp_path, capsys):
    run = small_run("model=vae")
    data = load(run).data
    np.save(tmp_path / "own.npy", np.concatenate([data.test[:4], data.train[9:10], data.test[4:6]]))
    words = ["neighbours", str(run), "--input", f"{tmp_path}/own.npy", "--sort"]
    for by in ("pixels", "code"):
        assert main([*words, "--by", by, "--out", f"{tmp_path}/x.npz"]) == 0
        with np.load(tmp_path / "x.npz") as held:
            assert (held["number"][0], held["neighbours"][0, 0], held["ratios"][0]) == (4, 9, 0)
    assert "number 4 is most like a training row: at 0.00 of the distance" in capsys.readouterr().err
    assert main([*words, "--rows", "2", "--nearest", "4", "--scale", "1", "--out", f"{tmp_path}/x.png"]) == 0
    with Image.open(tmp_path / "x.png") as picture:
        pixels = np.asarray(picture)
    assert pixels.shape == (2 * 9 + 1, 10 + 3 + 4 * 9 + 1)
    assert np.array_equal(pixels[1:9, 1:9], pixels[1:9, 14:22])
    capsys.readouterr()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--by", "code"], "--by code needs an encoder, and model 'gan' has none"),
        (["--by", "colour"], "argument --by: invalid choice: 'colour'"),
        (["--nearest", "0"], "argument --nearest: must be a whole number of at least 1, got '0'"),
        (["--input", "x.png", "--seed", "3"], "--seed is for drawn codes, and --input names images: leave one of them"),
        (["--out", "x.gif"], "--out x.gif: expected FILE.png, FILE.jpg, FILE.jpeg or FILE.npz"),
    ],
)
def test_what_cannot_be_met_is_one_line(small_run, capsys, words, message):
    run = small_run("model=gan")
    assert main(["neighbours", str(run), *words]) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"ganae: error: {message}")
    assert len(error.splitlines()) == 1


def test_points_have_no_picture(small_run, tmp_path, capsys):
    run = small_run("model=gan", "dataset=ring")
    assert main(["neighbours", str(run), "--out", f"{tmp_path}/x.png"]) == 2
    assert capsys.readouterr().err == "ganae: error: neighbours of points make no picture: use --out FILE.npz\n"


def test_completion():
    assert "--sort" in neighbours.complete(["latest"], "--")
    assert neighbours.complete(["latest", "--by"], "") == ["pixels", "code"]
