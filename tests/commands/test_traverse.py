"""`ganae traverse`, as it is typed."""

import numpy as np
import pytest
from PIL import Image

from ganae_cli import load
from ganae_cli.cli import main
from ganae_cli.commands import traverse


def test_each_dimension_of_a_drawn_code(small_run, tmp_path, capsys):
    run, out = small_run("model=gan"), tmp_path / "x.npz"
    words = ["traverse", str(run), "--steps", "3", "--range", "2", "--seed", "4", "--out"]
    assert main([*words, str(out)]) == 0
    said = capsys.readouterr()
    assert said.out == f"{out}\n"
    assert said.err == "ganae: standard deviations: 1, 1, 1, 1\n"
    trained = load(run)
    start = trained.source.draw(trained.game, 1, 4)[0]
    with np.load(out) as held:
        assert held["z"][1::3] == pytest.approx(np.tile(start, (4, 1)))
        assert held["z"][2::3] == pytest.approx(start + 2 * np.eye(4), abs=1e-6)
        assert np.array_equal(held["images"], trained.generate(held["z"]))
    assert main([*words, f"{tmp_path}/x.png"]) == 0
    with Image.open(tmp_path / "x.png") as picture:
        assert picture.size[0] >= 480 or picture.size[1] >= 480
    capsys.readouterr()


def test_singular_directions_move_the_image_as_far_as_their_values_say(small_run, tmp_path, capsys):
    """Of a small step: the float image changes by value times step. The same command gives the same directions."""
    run = small_run("model=gan")
    words = ["traverse", str(run), "--directions", "jacobian", "--range", "0.001", "--steps", "2", "--out"]
    for name in ("a", "b"):
        assert main([*words, f"{tmp_path}/{name}.npz"]) == 0
    said = capsys.readouterr().err
    with np.load(tmp_path / "a.npz") as held, np.load(tmp_path / "b.npz") as again:
        assert np.array_equal(held["directions"], again["directions"])
        values, z = held["values"], held["z"]
    assert f"singular values: {', '.join(f'{value:.3g}' for value in values)}\n" in said
    assert (np.diff(values) <= 0).all()
    made = load(run).game.generate(z).numpy().reshape(4, 2, -1)
    assert np.linalg.norm(made[:, 1] - made[:, 0], axis=1) / 0.002 == pytest.approx(values, rel=0.1)


def test_around_a_held_out_image(small_run, tmp_path, capsys):
    run = small_run("model=autoencoder")
    words = ["traverse", str(run), "--from", "5", "--directions", "principal", "--count", "2", "--steps", "3"]
    assert main([*words, "--out", f"{tmp_path}/x.npz"]) == 0
    trained = load(run)
    data = trained.data
    codes = trained.encode(data.train)
    with np.load(tmp_path / "x.npz") as held:
        assert held["z"][[1, 4]] == pytest.approx(np.tile(trained.encode(data.test[5:6]), (2, 1)), abs=1e-6)
        assert held["values"] == pytest.approx(np.sort(np.linalg.eigvalsh(np.cov(codes.T)))[::-1][:2] ** 0.5, rel=1e-3)
    capsys.readouterr()


def test_an_animation_of_one_class(small_run, tmp_path, capsys):
    run = small_run("model=gan", "model.condition=concat")
    words = ["traverse", str(run), "--label", "7", "--steps", "3"]
    assert main([*words, "--out", f"{tmp_path}/x.gif"]) == 0
    with Image.open(tmp_path / "x.gif") as picture:
        assert picture.n_frames == 4
    assert main([*words, "--out", f"{tmp_path}/x.npz"]) == 0
    with np.load(tmp_path / "x.npz") as held:
        assert set(held["labels"].tolist()) == {7}
    assert main([*words[:2], "--label", "7,8"]) == 2
    assert "--label 7,8: a traversal is of one class, and these are 2\n" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--from", "3"], "--from needs an encoder, and model 'gan' has none"),
        (
            ["--from", "3", "--sampler", "prior"],
            "--sampler is for drawn codes, and --from names one: leave one of",
        ),
        (["--range", "0"], "argument --range: must be a number above 0, got '0'"),
        (["--range", "nan"], "argument --range: must be a number above 0, got 'nan'"),
        (["--directions", "jakobian"], "argument --directions: invalid choice: 'jakobian'"),
        (["--count", "0"], "argument --count: must be a whole number of at least 1, got '0'"),
    ],
)
def test_what_cannot_be_met_is_one_line(small_run, capsys, words, message):
    run = small_run("model=gan")
    assert main(["traverse", str(run), *words]) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"ganae: error: {message}")
    assert len(error.splitlines()) == 1


def test_completion():
    assert "--from" in traverse.complete(["latest"], "--")
    assert traverse.complete(["latest", "--directions"], "") == ["dimensions", "principal", "jacobian"]
