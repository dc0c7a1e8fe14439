"""`ganae data check`, as it is typed."""

import numpy as np
import pytest
from PIL import Image

from ganae_cli.cli import main
from ganae_cli.commands import data
from tests.datasets.recordings import sine, write


@pytest.fixture
def folder(tmp_path):
    random = np.random.default_rng(0)
    place = tmp_path / "own"
    place.mkdir()
    for i in range(12):
        Image.fromarray(random.integers(0, 256, (12, 16, 3)).astype(np.uint8)).save(place / f"{i}.png")
    return place


def check(*words):
    return main(["data", "check", "train.batch_size=8", *map(str, words)])


def test_a_sound_folder(folder, tmp_path, capsys):
    out = tmp_path / "sheet.png"
    assert check("dataset=image_folder", f"dataset.path={folder}", "--out", out) == 0
    said = capsys.readouterr().out
    assert "12 pictures can be read" in said
    assert "all of 12x16 (height x width)" in said
    assert Image.open(out).size[0] >= 480
    assert str(out.name) in said.splitlines()[-1]


def test_problems_are_named_and_the_exit_code_is_2(folder, capsys):
    (folder / "bad.png").write_text("no picture")
    (folder / "empty.jpg").touch()
    assert check("dataset=image_folder", f"dataset.path={folder}") == 2
    said = capsys.readouterr()
    assert "bad.png cannot be read" in said.out
    assert "empty.jpg cannot be read: it is empty" in said.out
    assert said.err.endswith("2 problem(s), 1 warning(s)\n"), "few pictures are a warning"
    assert check("dataset=image_folder", f"dataset.path={folder}", "dataset.skip_unreadable=true") == 0


def test_what_to_type_is_what_can_be_trained(folder, capsys):
    """Of 12 pictures 11 are for training, of which 8 are a batch."""
    (folder / "empty.jpg").touch()
    assert main(["data", "check", "dataset=image_folder", f"dataset.path={folder}"]) == 2
    said = capsys.readouterr()
    assert "problem  Classes       11 for training, 1 for testing: no batch of train.batch_size=32" in said.out
    typed = said.err.splitlines()[-2].split()
    settings = ["dataset=image_folder", f"dataset.path={folder}", "dataset.skip_unreadable=true", "train.batch_size=8"]
    assert typed == ["ganae", "train", *settings]
    line = (
        "model aegan, for 12 pictures of 12x16 (model=NAME chooses another; ganae list models)"  # a file is not opened
    )
    assert said.err.splitlines()[-4:-2] == [line, "train on it:"]
    assert main(["data", "check", *settings]) == 0


def test_recordings(tmp_path, capsys):
    for i in range(12):
        write(tmp_path / "own" / f"{i}.wav", sine(200 + 100 * i, 8000))
    (tmp_path / "own" / "text.wav").write_text("no sound")
    assert check("dataset=audio_folder", f"dataset.path={tmp_path / 'own'}") == 2
    said = capsys.readouterr().out
    assert "12 clips can be read" in said
    assert "12 recordings of 0:12 in all: 1 to 1 s, median 1 s" in said
    assert "text.wav cannot be read: it is none of WAV, FLAC, OGG, MP3 and AIFF" in said
    assert "all of 64x64 (height x width)" in said


def test_every_sheet_is_a_new_file(folder, tmp_path):
    for _ in range(2):
        assert check("dataset=image_folder", f"dataset.path={folder}") == 0
    assert len(list((tmp_path / "outputs" / "data").rglob("*.png"))) == 2


def test_a_dataset_that_comes_with_ganae(capsys):
    assert check("dataset=digits") == 0
    said = capsys.readouterr().out
    assert "1,797 pictures can be read" in said
    assert "intrinsic dimension" in said


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["check", "dataset=image_folder"], "needs a path: dataset.path=FOLDER or dataset.path=FILE.zip"),
        (["check", "dataset=image_folder", "dataset.path=/no/such"], "no such file or folder"),
        (["check", "dataset.paht=x"], "dataset.paht"),
        (["check", "dataset=digits,ring", "-m"], "no flag"),
        (["chekc"], "expected ganae data check"),
        ([], "check"),
        (["check", "--out", "sheet.gif"], "expected FILE.png"),
    ],
)
def test_refusals(words, expected, capsys):
    assert main(["data", *words]) == 2
    said = capsys.readouterr().err
    assert expected in said
    assert said.count("\n") == 1


def test_a_file_that_is_there_stays(folder, capsys):
    kept = folder / "0.png"
    before = kept.read_bytes()
    assert check("dataset=digits", "--out", kept) == 2
    assert kept.read_bytes() == before
    assert "is there already" in capsys.readouterr().err


def test_tab():
    assert data.complete([], "") == ["check"]
    assert "--out" in data.complete(["check"], "--")
    assert "dataset=" in data.complete(["check"], "data")
    assert not [word for word in data.complete(["check"], "m") if word.startswith("model")]
