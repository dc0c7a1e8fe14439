"""`ganae interpolate`, as it is typed."""

import numpy as np
import pytest
from PIL import Image

from ganae_cli import load
from ganae_cli.cli import main
from ganae_cli.commands import interpolate


def test_between_drawn_codes(small_run, tmp_path, capsys):
    run, out = small_run("model=gan"), tmp_path / "x.npz"
    assert main(["interpolate", str(run), "--rows", "3", "--steps", "4", "--seed", "2", "--out", str(out)]) == 0
    assert capsys.readouterr().out == f"{out}\n"
    trained = load(run)
    z = trained.source.draw(trained.game, 6, 2)
    with np.load(out) as held:
        assert held["z"][::4] == pytest.approx(z[::2], abs=1e-6)
        assert held["z"][3::4] == pytest.approx(z[1::2], abs=1e-6)
        assert np.array_equal(held["images"], trained.generate(held["z"]))


@pytest.mark.parametrize(("model", "path"), [("vae", "slerp"), ("autoencoder", "linear")])
def test_the_path_is_that_which_fits_the_codes(small_run, tmp_path, capsys, model, path):
    run = str(small_run(f"model={model}"))
    for out, words in ((tmp_path / "a.npz", []), (tmp_path / "b.npz", ["--path", path])):
        assert main(["interpolate", run, "--rows", "2", *words, "--out", str(out)]) == 0
    with np.load(tmp_path / "a.npz") as one, np.load(tmp_path / "b.npz") as other:
        assert np.array_equal(one["z"], other["z"])
    capsys.readouterr()


def test_between_held_out_images_and_pictures(small_run, tmp_path, capsys):
    run = small_run("model=vae")
    trained = load(run)
    images = np.asarray(trained.data.test)[[3, 7]]
    Image.fromarray(images[1][..., 0]).save(tmp_path / "own.png")
    words = ["interpolate", str(run), "--between", f"3,{tmp_path}/own.png", "--between", "7,3", "--steps", "5"]
    assert main([*words, "--out", f"{tmp_path}/x.npz"]) == 0
    codes = trained.encode(images)
    with np.load(tmp_path / "x.npz") as held:
        assert held["z"][[0, 4, 5, 9]] == pytest.approx(codes[[0, 1, 1, 0]], abs=1e-5)
    assert main([*words, "--scale", "1", "--out", f"{tmp_path}/x.png"]) == 0
    with Image.open(tmp_path / "x.png") as picture:
        pixels = np.asarray(picture)
    assert np.array_equal(pixels[1:9, 1:9], images[0][..., 0])  # the original in front of its reconstruction
    assert np.array_equal(pixels[1:9, -9:-1], images[1][..., 0])
    capsys.readouterr()


def test_an_animation_of_points(small_run, tmp_path, capsys):
    run = small_run("model=gan", "dataset=ring")
    assert main(["interpolate", str(run), "--rows", "2", "--steps", "3", "--out", f"{tmp_path}/x.gif"]) == 0
    with Image.open(tmp_path / "x.gif") as picture:
        assert (picture.format, picture.n_frames, picture.info["loop"]) == ("GIF", 4, 0)
    capsys.readouterr()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--between", "3"], "argument --between: expected two images with a comma between, as 3,14, got '3'"),
        (["--between", "3,4,5"], "argument --between: expected two images with a comma between, as 3,14, got '3,4,5'"),
        (["--between", "3,nothing.png"], "--between nothing.png: no such file or folder"),
        (["--between", "3,4"], "--between needs an encoder, and model 'gan' has none"),
        (["--between", "3,4", "--seed", "1"], "--seed is for drawn codes, and --between names two codes: leave one of"),
        (["--steps", "1"], "argument --steps: must be a whole number of at least 2, got '1'"),
        (["--steps", "1001"], "argument --steps: must be a whole number of at most 1,000, got '1001'"),
        (["--path", "curve"], "argument --path: invalid choice: 'curve'"),
        (["--out", "x.csv"], "--out x.csv: expected FILE.png, FILE.jpg, FILE.jpeg, FILE.gif or FILE.npz"),
    ],
)
def test_what_cannot_be_met_is_one_line(small_run, capsys, words, message):
    run = small_run("model=gan")
    assert main(["interpolate", str(run), *words]) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"ganae: error: {message}")
    assert len(error.splitlines()) == 1


def test_a_number_beyond_the_held_out_images(small_run, capsys):
    run = small_run("model=vae")
    assert main(["interpolate", str(run), "--between", "3,900"]) == 2
    message = "ganae: error: --between 900: there are 299 held-out rows, numbered from 0 to 298\n"
    assert capsys.readouterr().err == message


def test_completion():
    assert "--between" in interpolate.complete(["latest"], "--")
    assert interpolate.complete(["latest", "--path"], "") == ["linear", "slerp"]
