"""Files that cannot be written: on a real disk that is full, by the setting `train.on_write_error`."""

import errno

import pytest
from PIL import Image
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from ganae_cli.storage.atomic import replacing
from ganae_cli.storage.run_folder import RunFolder
from ganae_cli.training.callbacks.tensorboard import Events
from ganae_cli.training.writing import CannotWrite, Writing, explained
from tests.small_disk import small_disk  # noqa: F401


def test_stop_names_path_need_and_room(small_disk):  # noqa: F811
    small_disk.fill(leave=500_000)
    path, said = small_disk.path / "x.weights.h5", []
    expected = rf"^cannot write {path}: no space left on its disk: the checkpoint needs 12\.3 MB, 0\.[45] MB are free$"
    watched = Writing(False, said.append).of("checkpoint", path, 12_300_000)
    with pytest.raises(CannotWrite, match=expected), watched, replacing(path) as temporary:
        temporary.write_bytes(bytes(12_300_000))
    assert said == []


def test_continue_says_it_once_for_each_kind_and_when_it_is_over(small_disk):  # noqa: F811
    said = []
    writing = Writing(True, said.append)

    def write(what):
        with writing.of(what, small_disk.path / what):
            (small_disk.path / what).write_bytes(bytes(9000))

    small_disk.fill()
    for what in ("history", "history", "status", "history"):
        write(what)
    assert [line.split(": no space")[0].rpartition("/")[2] for line in said] == ["history", "status"]
    assert all(line.endswith("the run goes on and tries again (train.on_write_error=continue)") for line in said)
    small_disk.empty()
    write("history")
    assert said[2:] == ["the history can be written again"]
    small_disk.fill()
    writing.must_succeed()
    with pytest.raises(CannotWrite):
        write("pictures")


def test_other_reasons_are_named():
    line = explained("status", RunFolder("/x").path, PermissionError(errno.EACCES, "Permission denied", "/x"))
    assert line == "cannot write /x: permission denied"


def test_tensorboard_goes_on_in_another_file(small_disk):  # noqa: F811
    """TensorFlow leaves half an event behind, at which readers stop."""
    folder, said = RunFolder(small_disk.path), []
    events = Events(folder, Writing(True, said.append))
    events.scalars({"step": 1, "loss": 1.0})
    small_disk.fill()
    for step in range(2, 300):
        events.scalars({"step": step, "loss": 1.0})
    events.picture(300, "samples", Image.new("RGB", (64, 64)))
    assert [line.split("the run")[0] for line in said] == [
        f"ganae: warning: cannot write {folder.tensorboard}: no space left on its disk: 0.0 MB are free; "
    ]
    small_disk.empty()
    events.scalars({"step": 301, "loss": 2.0})
    found = {event.step for file in folder.tensorboard.iterdir() for event in _scalars(file)}
    assert {1, 301} <= found
    assert len(list(folder.tensorboard.iterdir())) == 2


def _scalars(file):
    loaded = EventAccumulator(str(file), {"tensors": 0}).Reload()
    return loaded.Tensors("loss") if "loss" in loaded.Tags()["tensors"] else []
