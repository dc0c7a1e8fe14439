"""`tracker.json`: data only, and nothing of it is believed that is not sound."""

import json
import shutil

import pytest

from ganae_cli.storage.tracker_file import Told, TrackerFile, digest

TOLD = Told("a1", 300, "00ff", 200, 2)


def test_trackers_do_not_disturb_each_other(tmp_path):
    file = TrackerFile(tmp_path)
    assert file.read("mlflow") == Told()
    file.write("mlflow", TOLD)
    file.write("wandb", Told("b2", 100))
    assert (file.read("mlflow"), file.read("wandb")) == (TOLD, Told("b2", 100))


@pytest.mark.parametrize(
    "changes",
    [{"run": "../x"}, {"run": 3}, {"row": -1}, {"row": "3"}, {"digest": None}, {"part": 1.5}, {"more": 1}],
    ids=str,
)
def test_what_is_not_sound_counts_as_not_there(tmp_path, changes):
    file = TrackerFile(tmp_path)
    file.write("mlflow", TOLD)
    content = json.loads(file.path.read_text())
    content["mlflow"] |= changes
    file.path.write_text(json.dumps(content))
    assert file.read("mlflow") == Told()


@pytest.mark.parametrize("text", ["", "[]", "{", '{"mlflow": 3}'])
def test_a_damaged_file_counts_as_not_there(tmp_path, text):
    file = TrackerFile(tmp_path)
    file.path.write_text(text)
    assert file.read("mlflow") == Told()
    file.write("mlflow", TOLD)
    assert file.read("mlflow") == TOLD


def test_a_digest_tells_the_smallest_change():
    row = {"step": 100, "g.loss": 0.1, "d.loss": float("nan")}
    assert digest(row) == digest(row | {"seconds": 3.0, "images_per_second": 9.0, "fid": None})
    assert len({digest(row), digest(row | {"g.loss": 0.1 + 2**-55}), digest(row | {"step": 200})}) == 3


def test_a_copy_lets_go_of_the_runs_of_the_first(tmp_path):
    run, copy = tmp_path / "train/a/run", tmp_path / "train/b/copy"
    run.mkdir(parents=True)
    TrackerFile(run).settle(tmp_path, "seal")
    TrackerFile(run).write("mlflow", TOLD)
    TrackerFile(run).settle(tmp_path, "seal")
    assert TrackerFile(run).read("mlflow") == TOLD
    shutil.copytree(run, copy)
    file = TrackerFile(copy)
    assert file.is_copy(tmp_path)
    assert not TrackerFile(run).is_copy(tmp_path)
    file.settle(tmp_path, "other")
    assert (file.read("mlflow"), file.seal, file.is_copy(tmp_path)) == (Told(), "other", False)
    assert TrackerFile(run).read("mlflow") == TOLD


def test_what_was_moved_keeps_its_runs(tmp_path):
    run = tmp_path / "run"
    run.mkdir()
    TrackerFile(run).settle(tmp_path, "seal")
    TrackerFile(run).write("mlflow", TOLD)
    run.rename(tmp_path / "moved")
    file = TrackerFile(tmp_path / "moved")
    assert not file.is_copy(tmp_path)
    file.settle(tmp_path, "other")
    assert file.read("mlflow") == TOLD


@pytest.mark.parametrize("place", ["../x", "/etc", "a//b", "", 3, None, "a\0b", "x" * 5000])
def test_a_place_that_is_none_is_not_looked_at(tmp_path, place):
    file = TrackerFile(tmp_path / "run")
    file.path.parent.mkdir()
    file.write("mlflow", TOLD)
    file.path.write_text(json.dumps(json.loads(file.path.read_text()) | {"place": place}))
    assert not file.is_copy(tmp_path)
