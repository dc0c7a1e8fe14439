"""`ganae sample` from the run folder alone: a grid, arrays, a folder; the same seed, the same samples."""

import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from ganae_cli import load
from ganae_cli.cli import main
from ganae_cli.command_line import out_option
from ganae_cli.commands import sample
from ganae_cli.errors import UserError
from ganae_cli.training import run as training
from tests.datasets.recordings import sine, write


@pytest.fixture(scope="module")
def run(compose, tmp_path_factory):
    path = tmp_path_factory.mktemp("sampled") / "run"
    small = ["train.steps=3", "train.batch_size=16", "train.examples=64", "hardware=cpu", "hardware.jit=false"]
    assert training.train(compose("model=gan", *small), path) == (0, path)
    return path


@pytest.mark.slow
def test_arrays_in_a_process_of_its_own_equal_those_from_python(run, tmp_path):
    out = tmp_path / "samples.npz"
    command = [sys.executable, "-m", "ganae_cli", "sample", str(run), "--count", "20", "--seed", "3", "--out", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=200)
    assert (done.returncode, done.stdout.strip()) == (0, str(out)), done.stderr
    with np.load(out) as arrays:
        assert arrays["images"].shape == (20, 8, 8, 1)
        assert arrays["z"].dtype == np.float32
        assert np.array_equal(arrays["images"], load(run).generate(arrays["z"]))
        assert np.array_equal(arrays["images"], load(run).sample(20, seed=3))
        assert not np.array_equal(arrays["images"], load(run).sample(20, seed=4))


def test_grid_and_folder(run, tmp_path, capsys):
    assert main(["sample", str(run), "--count", "9", "--out", str(tmp_path / "grid.png")]) == 0
    assert main(["sample", str(run), "--count", "11", "--out", f"{tmp_path}/images/"]) == 0
    assert Image.open(tmp_path / "grid.png").size[0] >= 480
    images = load(run).sample(11, seed=0)
    assert [path.name for path in sorted((tmp_path / "images").iterdir())] == [f"{i:02d}.png" for i in range(11)]
    assert np.array_equal(np.asarray(Image.open(tmp_path / "images" / "10.png")), images[10, ..., 0])
    capsys.readouterr()


def test_live_or_averaged_weights(run, tmp_path, capsys):
    found = {}
    for words in ((), ("--weights", "averaged"), ("--weights", "live")):
        out = tmp_path / "samples.npz"
        assert main(["sample", str(run), *words, "--count", "5", "--out", str(out)]) == 0
        with np.load(out) as arrays:
            found[words[-1:]] = arrays["images"]
    assert np.array_equal(found[()], found[("averaged",)])
    assert np.array_equal(found[("live",)], load(run, weights="live").sample(5))
    assert not np.array_equal(found[()], found[("live",)])
    with pytest.raises(UserError, match=r"^weights must be averaged or live, got 'lively'; did you mean 'live'\?$"):
        load(run, weights="lively")
    assert main(["sample", str(run), "--weights", "lively"]) == 2
    assert "argument --weights: invalid choice: 'lively' (choose from" in capsys.readouterr().err
    assert sample.complete([str(run), "--weights"], "") == ["averaged", "live"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ["--out", "x.gif"],
            "--out x.gif: expected FILE.png, FILE.jpg, FILE.jpeg, FILE.npz, FILE.csv or a folder ending in /",
        ),
        (["--out", "x y.WAV"], "--out x y.WAV: sounds are written into a folder, one .wav each: type --out 'x y/'"),
        (["--label", "3"], "--label 3: this run was trained with model.condition=none, so it draws no class of choice"),
    ],
)
def test_what_cannot_be_met_is_one_line(run, capsys, words, message):
    assert main(["sample", str(run), *words]) == 2
    error = capsys.readouterr().err
    assert message in error
    assert len(error.splitlines()) == 1


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--count", "0"], "argument --count: must be a whole number of at least 1, got '0'"),
        (["--count", "x"], "argument --count: must be a whole number of at least 1, got 'x'"),
        (["--label", " ,"], "argument --label: must be a name or a number of a class, several with commas, got ' ,'"),
        (["--out", f"{__file__}/"], f"--out {__file__}/: {__file__} is a file, not a folder"),
        (["--out", f"{__file__}/deep/s.png"], f"--out {__file__}/deep/s.png: {__file__} is a file, not a folder"),
    ],
)
def test_what_the_words_alone_reveal(capsys, words, message):
    """These mistakes are reported before a run is looked for and before TensorFlow is imported."""
    assert main(["sample", "no_such_run", *words]) == 2
    assert capsys.readouterr().err.startswith(f"ganae: error: {message}")


def test_a_place_without_permission(capsys, monkeypatch, tmp_path):
    monkeypatch.setattr(out_option.os, "access", lambda path, mode: False)
    assert main(["sample", "no_such_run", "--out", f"{tmp_path}/new/s.png"]) == 2
    message = f"ganae: error: --out {tmp_path}/new/s.png: no permission to write in {tmp_path}\n"
    assert capsys.readouterr().err == message


def test_a_folder_with_pictures_of_another_call(run, capsys, tmp_path):
    """Pictures of the same name are replaced; others are refused, since they would pass for samples of this call."""
    words = ["sample", str(run), "--out", f"{tmp_path}/images/", "--count"]
    assert main([*words, "11"]) == main([*words, "11"]) == 0
    for count, others in (("10", 11), ("12", 0), ("11", 1)):  # 12 takes the names of 11 and one more
        assert main([*words, count]) == (2 if others else 0)
        message = f"{others} numbered samples of another call are there; choose an empty folder"
        assert (message in capsys.readouterr().err) == bool(others)
    assert len(list((tmp_path / "images").iterdir())) == 12


@pytest.mark.parametrize(("name", "kind"), [("X.PNG", "PNG"), ("x.Jpg", "JPEG"), ("x.jpeg", "JPEG")])
def test_suffixes_in_any_case_of_letters(run, tmp_path, capsys, name, kind):
    assert main(["sample", str(run), "--count", "9", "--out", str(tmp_path / name)]) == 0
    assert [path.name for path in tmp_path.iterdir() if path.name != "outputs"] == [name]
    with Image.open(tmp_path / name) as picture:
        assert (picture.format, picture.size[0] >= 480) == (kind, True)
    capsys.readouterr()


def test_arrays_in_a_file_of_upper_case_letters(run, tmp_path, capsys):
    """NumPy itself adds .npz to a name that does not end in it."""
    assert main(["sample", str(run), "--count", "2", "--out", str(tmp_path / "X.NPZ")]) == 0
    assert [path.name for path in tmp_path.iterdir() if path.name != "outputs"] == ["X.NPZ"]
    with np.load(tmp_path / "X.NPZ") as arrays:
        assert np.array_equal(arrays["images"], load(run).sample(2, seed=0))
    capsys.readouterr()


def test_plugins_do_not_swallow_the_run():
    for words in (["--plugins", "a,b", "RUN"], ["RUN", "--plugins", "a", "--plugins", "b"], ["--plugins=a,b", "RUN"]):
        given = sample.options().parse_args(words)
        assert (given.run, given.plugins) == ("RUN", ["a", "b"])
    assert sample.options().parse_args(["RUN"]).plugins == []


def test_a_run_on_recordings_is_sampled_as_sound(compose, tmp_path, capsys):
    """16,000 samples at 16,000 Hz a clip, 1,000 for each of 16 columns; the same seed gives the same files."""
    soundfile = pytest.importorskip("soundfile", reason="needs the extra `audio`")
    for i in range(20):
        write(tmp_path / "own" / f"{i}.wav", sine(300 + 100 * i, 20_000, 16_000), 16_000)
    small = ["train.steps=3", "train.batch_size=8", "hardware=cpu", "hardware.jit=false"]
    mlps = ["network@networks.generator=mlp", "network@networks.discriminator=mlp"]
    data = ["dataset=audio_folder", f"dataset.path={tmp_path / 'own'}", "dataset.frames=16", "dataset.mel_bins=16"]
    assert training.train(compose("model=gan", *mlps, *data, *small), tmp_path / "run")[0] == 0
    assert capsys.readouterr().err.endswith(f"ganae sample {tmp_path / 'run'} --count 64 --out sounds/\n")
    words = ["sample", str(tmp_path / "run"), "--count", "3", "--iterations", "5", "--out"]
    for out in ("one", "again"):
        assert main([*words, f"{tmp_path / out}/"]) == 0
        assert sorted(path.name for path in (tmp_path / out).iterdir()) == ["0.wav", "1.wav", "2.wav"]
    samples, rate = soundfile.read(tmp_path / "one" / "1.wav")
    assert (samples.shape, rate) == ((16_000,), 16_000)
    for name in ("0.wav", "1.wav", "2.wav"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "again" / name).read_bytes()
    capsys.readouterr()
    assert main([*words[:2], "--count", "2", "--out", f"{tmp_path / 'one'}/"]) == 2
    assert "1 numbered samples of another call are there" in capsys.readouterr().err
    assert main([*words, str(tmp_path / "grid.png")]) == 2
    assert "--iterations is for sound" in capsys.readouterr().err
    assert main([*words[:4], "--out", str(tmp_path / "grid.png")]) == 0
    assert "images of this run are mel spectrograms: time to the right" in capsys.readouterr().err
