"""`ganae encode`, as it is typed."""

import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from ganae_cli import load
from ganae_cli.cli import main
from ganae_cli.commands import encode


@pytest.fixture
def run(small_run):
    return small_run("model=vae")


def test_the_held_out_images_of_the_run(run, tmp_path, capsys):
    out = tmp_path / "codes.npz"
    assert main(["encode", str(run), "--out", str(out)]) == 0
    assert capsys.readouterr().out == f"{out}\n"
    data = load(run).data
    with np.load(out) as held:
        assert sorted(held.files) == ["classes", "labels", "z"]
        assert (held["z"].dtype, held["z"].shape) == (np.float32, (len(data.test), 4))
        assert np.array_equal(held["z"], load(run).encode(data.test))
        assert np.array_equal(held["labels"], data.test_labels)


def test_the_training_images_as_a_table(run, tmp_path, capsys):
    assert main(["encode", str(run), "--split", "train", "--out", str(tmp_path / "x.csv")]) == 0
    lines = (tmp_path / "x.csv").read_text().splitlines()
    assert lines[0] == "z1,z2,z3,z4,label"
    assert len(lines) == 65
    capsys.readouterr()


def test_pictures_of_a_folder(run, tmp_path, capsys):
    """A code of each, with the names of the files and of the folders that they lie in."""
    image = load(run).data.test[0]
    for name, pixels in (("owl/1.png", image), ("cat/2.png", 255 - image)):
        (tmp_path / "own" / name).parent.mkdir(parents=True)
        Image.fromarray(pixels[..., 0]).save(tmp_path / "own" / name)
    assert main(["encode", str(run), "--input", str(tmp_path / "own"), "--out", str(tmp_path / "x.npz")]) == 0
    with np.load(tmp_path / "x.npz") as held:
        assert held["names"].tolist() == ["cat/2.png", "owl/1.png"]
        assert held["classes"][held["labels"]].tolist() == ["cat", "owl"]
        assert np.array_equal(held["z"], load(run).encode(np.stack([255 - image, image])))
    capsys.readouterr()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--out", "x.png"], "--out x.png: expected FILE.npz or FILE.csv"),
        (["--input", "nothing"], "--input nothing: no such file or folder"),
        (["--split", "validation"], "--split validation: this run set no rows aside for it (splits: train, test)"),
    ],
)
def test_what_cannot_be_met_is_one_line(run, capsys, words, message):
    assert main(["encode", str(run), *words]) == 2
    assert capsys.readouterr().err == f"ganae: error: {message}\n"


def test_a_model_without_an_encoder(small_run, tmp_path, capsys):
    assert main(["encode", str(small_run("model=gan")), "--out", str(tmp_path / "x.npz")]) == 2
    assert capsys.readouterr().err.endswith("error: ganae encode needs an encoder, and model 'gan' has none\n")
    assert not (tmp_path / "x.npz").exists()


def test_completion():
    assert "--split" in encode.complete(["latest"], "--")
    assert encode.complete(["latest", "--split"], "") == ["test", "train", "validation"]


@pytest.mark.parametrize("words", [["encode", "--help"], ["encode", "nowhere"]])
def test_it_does_not_wait_for_tensorflow(words):
    script = f"import sys; from ganae_cli.cli import main; main({words}); assert 'tensorflow' not in sys.modules"
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, check=False).returncode == 0
